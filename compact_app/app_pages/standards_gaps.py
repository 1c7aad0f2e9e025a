"""Standards gaps: what would an area have to take on to share what the members share, and what would that move?"""

from typing import Final

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from compact_app import charts, queries, theme, wording
from compact_app.app_pages import anatomy, scenario
from compact_app.app_pages.gaps import measuring, telling
from compact_app.app_pages.gaps.measuring import BASES, Case, Measured
from compact_app.queries import Edition
from compact_pipelines.contracts import load_contracts

DEFAULT_SET: Final = "core_uae"
FIRST_AREA: Final = "MEX"
PANEL: Final = "panel_"
DEPTH_SHOWN: Final = (
    "name_1",
    "name_2",
    "has_agreement",
    "agreement",
    "in_force_since",
    "is_upper_bound",
    "provisions_count",
    "provisions",
    "basis",
    "reason",
    "citation",
)


def show(edition: Edition) -> None:
    """Draw the page."""
    names = scenario.names(edition)
    anatomy.areas_in_address(names, ["area"])
    set_box, area_box, basis_box, scope_box = anatomy.choices([4, 3, 4, 4])
    members = scenario.choose(edition, set_box, default=DEFAULT_SET)
    area = _choose_area(area_box, names)
    basis = basis_box.selectbox(
        wording.say("gaps_basis"),
        BASES,
        format_func=lambda code: wording.say(f"gaps_basis_{code}"),
        key="basis",
        bind="query-params",
    )
    scope = scope_box.selectbox(
        wording.say("gaps_scope"),
        list(measuring.SUBJECTS),
        format_func=lambda code: wording.say(f"gaps_scope_{code}"),
        key="subject",
        bind="query-params",
    )
    with_unverified = st.toggle(
        wording.say("standards_unverified", count=queries.unverified_rows(edition)),
        key="unverified",
        bind="query-params",
    )
    weights = _choose_weights()
    case = Case(members.areas, area, names, basis, queries.status_history(edition, with_unverified), weights, scope)
    if not case.others:
        reason = wording.say("gaps_empty", area=wording.in_sentence(names[area]))
        scenario.refuse(wording.say("gaps_title_empty"), reason)
        return
    found = measuring.measure(case)
    if found.gaps.is_empty():
        words = {"basis": telling.basis_words(case), "scope": telling.scope_words(case)}
        reason = wording.say("gaps_none", members=len(case.others), **words)
        scenario.refuse(wording.say("gaps_title_none", **words), reason)
        return
    title = telling.title(found)
    st.title(title)
    st.markdown(telling.sentence(found, members.label))
    sources = case.history["source_id"].unique().sort().to_list()
    _draw_matrix(found, title)
    _show_steps(edition, found, sources)
    _show_pairs(edition, found, sources)
    depth = _show_depth(edition, found)
    anatomy.beware([*telling.cautions(found, with_unverified), *anatomy.cautions_of(edition, depth)])
    anatomy.source_line(edition, [*sources, *depth], case.date)


def _choose_area(box: DeltaGenerator, names: dict[str, str]) -> str:
    areas = list(names)
    return box.selectbox(
        wording.say("gaps_area"),
        areas,
        index=areas.index(FIRST_AREA),
        format_func=names.__getitem__,
        key="area",
        bind="query-params",
    )


def _choose_weights() -> dict[str, float]:
    """How much each instrument counts: once, unless the reader leaves it out or lets it count double."""
    codes = list(load_contracts().codelists["standards_instrument"].codes)
    with st.expander(wording.say("gaps_weights")):
        st.markdown(wording.say("gaps_weights_body"))
        left_box, double_box = st.columns(2)
        left_out = _choose_instruments(left_box, codes, "gaps_left_out", "without")
        double = _choose_instruments(double_box, codes, "gaps_double", "double")
    return measuring.weights_of(left_out, double)


def _choose_instruments(box: DeltaGenerator, codes: list[str], label: str, key: str) -> list[str]:
    return box.multiselect(
        {"gaps_left_out": wording.say("gaps_left_out"), "gaps_double": wording.say("gaps_double")}[label],
        codes,
        format_func=measuring.instrument_name,
        key=key,
        bind="query-params",
        placeholder=wording.say("gaps_none_chosen"),
    )


def _draw_matrix(found: Measured, title: str) -> None:
    st.markdown(f"#### {wording.say('gaps_matrix')}")
    alt = wording.say(
        "gaps_matrix_alt",
        area=wording.sentence(found.case.names[found.case.area]),
        count=len(found.case.others),
        instruments=found.gaps.height,
    )
    with st.container(key="matrix"):  # as wide as its columns; a phone scrolls it sideways
        cells = measuring.matrix(found)
        picture = charts.gap_matrix(cells, theme.ink())
        anatomy.draw(st, picture, width="content", alt=f"{title}. {alt}")
    letters = cells.drop_nulls("level").sort("level", descending=True).select("letter", "status_name")
    anatomy.matrix_key(dict(letters.iter_rows()), wording.say("gaps_matrix_key"))


def _show_steps(edition: Edition, found: Measured, sources: list[str]) -> None:
    """What each gap would move, as a picture and in numbers; nothing where there is no gap."""
    case, after = found.case, found.after
    table = measuring.gap_table(found)
    if after is None:
        return
    today, together = after["documented_before"], after["documented_after"]
    if today is not None and together is not None:
        st.markdown(f"#### {wording.say('gaps_steps')}")
        steps = [
            {"name": row["instrument_name"], "after": row["documented_after"], "change": row["change"]}
            for row in table.drop_nulls("documented_after").iter_rows(named=True)
        ]
        steps.append({"name": wording.say("gaps_together"), "after": together, "change": together - today})
        drawn = pl.DataFrame(steps).with_columns(
            change_words=pl.col("change").map_elements(telling.change_words, pl.String)
        )
        anatomy.draw(
            st,
            charts.step_effects(drawn, today, theme.ink()),
            alt=wording.say("gaps_steps_alt", today=wording.asymmetry(today), count=table.height),
        )
    st.markdown(f"#### {wording.say('gaps_list', area=wording.in_sentence(case.names[case.area]))}")
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=telling.gap_columns())
    anatomy.download_row(edition, table, f"standards-gaps-{case.area}", sources)


def _show_pairs(edition: Edition, found: Measured, sources: list[str]) -> None:
    st.markdown(f"#### {wording.say('gaps_pairs')}")
    st.markdown(wording.say("gaps_pairs_body", version=found.adoption.list_version, year=found.case.date))
    table = measuring.alignment_table(found)
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=telling.pair_columns())
    anatomy.download_row(edition, table, "standards-alignment", sources)


def _show_depth(edition: Edition, found: Measured) -> list[str]:
    """Agreements between members with the area among them; their sources."""
    st.markdown(f"#### {wording.say('gaps_depth')}")
    told = queries.agreements_among(edition, tuple(found.case.whole))
    if told.is_empty():
        st.markdown(wording.say("gaps_no_pairs"))
        return []
    st.markdown(wording.say("gaps_depth_body"))
    words = {True: wording.say("gaps_yes"), False: wording.say("gaps_no"), None: wording.say("gaps_not_known")}
    has = pl.Series("has_agreement", [words[known] for known in told["has_agreement"]], dtype=pl.String)
    table = told.with_columns(
        has,
        basis=pl.struct("basis", "time_period").map_elements(_told_by, pl.String),
        reason=pl.col("reason").map_elements(lambda code: wording.say(f"gaps_reason_{code}"), pl.String),
    ).select(DEPTH_SHOWN)
    sources: list[str] = told["source_id"].unique().sort().to_list()
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=telling.depth_columns())
    anatomy.download_row(edition, table, "trade-agreements", sources)
    return sources


def _told_by(row: dict[str, str | None]) -> str:
    is_panel = str(row["basis"] or PANEL).startswith(PANEL)
    return wording.say("gaps_told_panel", year=row["time_period"]) if is_panel else wording.say("gaps_told_list")
