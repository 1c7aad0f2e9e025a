"""Resilience: what does the chosen set lose when a supplier is cut, and on whom does it depend?"""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from compact_app import charts, queries, wording
from compact_app import theme as theming
from compact_app.app_pages import anatomy, scenario
from compact_app.app_pages.cuts import measuring, telling
from compact_app.app_pages.cuts.measuring import MEMBER_LEAVES, SUPPLIER_CUT, WHOLE, Case
from compact_app.queries import Edition
from compact_pipelines.analytics.resilience import Cut, remove_members
from compact_pipelines.contracts.dependence import ALL, load_dependence

DEFAULT_SET: Final = "core_uae"
FEW_LINES: Final = 8  # so many members have a label each
LABELLED: Final = 4  # of more, those that fall furthest
ALL_GOODS: Final = "TOTAL"
POSITIONS_SOURCE: Final = "unga_votes"
LEAVES_HEIGHT: Final = 240
CRITERIA_SHOWN: Final = (
    "value",
    "value_low",
    "value_high",
    "threshold",
    "distance",
    "years_met",
    "years_held",
    "longest_run",
    "last_year_met",
    "recent_met",
)


def show(edition: Edition) -> None:
    """Draw the page."""
    set_box, product_box, year_box = anatomy.choices([4, 3, 3])
    members = scenario.choose(edition, set_box, default=DEFAULT_SET)
    product = _choose_product(edition, product_box)
    if not members.areas:
        scenario.refuse(wording.say("resilience_title_empty"), wording.say("resilience_empty"))
        return
    case = _case(edition, members, product, year_box)
    if not case.held:
        scenario.refuse(telling.none_title(case), wording.say("resilience_none", years=telling.years_hint(case)))
        return
    cuts = measuring.cuts_of(case, case.members)
    title = telling.title(case, cuts)
    st.title(title)
    st.markdown(
        " ".join(filter(None, [telling.sentence(case, cuts), telling.years_hint(case) if case.missing else ""]))
    )
    table = measuring.cut_table(case)
    _draw_cuts(case, table, title)
    _show_cut_table(edition, case, table)
    _show_criteria(edition, case)
    sources = [*case.supply.sources, POSITIONS_SOURCE]
    _show_friends(edition, case, sources)
    anatomy.beware([*_cautions(case), *anatomy.cautions_of(edition, sources)])
    grade = anatomy.goods_grade(edition, case.product, case.year, case.members)
    anatomy.source_line(edition, sources, case.year, grade)


def _choose_product(edition: Edition, box: DeltaGenerator) -> str:
    held = queries.resilience_products(edition)["subject"].to_list()
    words = {code: wording.subject_name("compute_exports", code) for code in held}
    product: str = box.selectbox(
        wording.say("resilience_product"), held, format_func=words.__getitem__, key="product", bind="query-params"
    )
    return product


def _case(edition: Edition, members: scenario.Members, product: str, box: DeltaGenerator) -> Case:
    """The choice with its year: first the newest in which all members report, else the newest in which any does."""
    supplies = queries.resilience_supplies(edition, product)
    known = queries.membership(edition)
    case = Case(
        product=product,
        year="",
        members=members.areas,
        founding=tuple(known.filter(tier="core")["area"].sort()),
        supplies=supplies,
        names=dict(queries.area_names(edition).iter_rows()),
        positions=queries.geopolitical_positions(edition),
        tiers=dict(known.select("area", "tier").iter_rows()),
    )
    years = list(supplies)
    whole, some = case.years()
    year = box.select_slider(
        wording.say("resilience_year"),
        years,
        value=(whole or some or years)[-1],
        key=f"year_{product}_{members.id}",
        bind="query-params",
    )
    return Case(**{**case.__dict__, "year": year})


def _draw_cuts(case: Case, table: pl.DataFrame, title: str) -> None:
    st.markdown(f"#### {wording.say('resilience_cuts')}")
    curves = table.filter(what=SUPPLIER_CUT)
    falling = curves.filter(pl.col("area") != WHOLE).group_by("area").agg(pl.col("kept_share").min())
    is_crowded = falling.height > FEW_LINES
    labelled = set(falling.sort("kept_share", "area").head(LABELLED if is_crowded else FEW_LINES)["area"])
    lines = curves.with_columns(
        is_whole=pl.col("area") == WHOLE,
        line=pl.col("area").replace_strict({WHOLE: wording.say("resilience_whole"), **case.names}),
        label=pl.when(pl.col("area") == WHOLE)
        .then(pl.lit(wording.say("resilience_whole")))
        .when(pl.col("area").is_in(sorted(labelled)))
        .then("area"),
        tier=pl.col("area").replace_strict(
            {WHOLE: "core"} if is_crowded else {**case.tiers, WHOLE: "core"}, default=None
        ),
        cut=_last_words(curves),
    )
    anatomy.draw(
        st, charts.cut_curves(lines, wording.say("resilience_cuts_axis"), theming.ink(), theming.ground()), alt=title
    )
    more = wording.say("resilience_cuts_more") if is_crowded else ""
    has_band = lines.filter("is_whole").select((pl.col("kept_share") - pl.col("kept_low")).max()).item()
    band = wording.say("resilience_cuts_band") if has_band else ""
    st.caption(wording.say("resilience_cuts_note", more=more + band))


def _last_words(rows: pl.DataFrame) -> pl.Series:
    told = [
        wording.say("resilience_cut_last", name=name) if name else wording.say("resilience_cut_none")
        for name in rows["cut_name"]
    ]
    return pl.Series(told, dtype=pl.String)


def _show_cut_table(edition: Edition, case: Case, table: pl.DataFrame) -> None:
    shown = table.with_columns(
        what=pl.col("what").replace(
            {kind: wording.say(f"resilience_what_{kind}") for kind in (SUPPLIER_CUT, MEMBER_LEAVES)}
        ),
        area=pl.col("area").replace(WHOLE, wording.say("resilience_whole")),
    )
    shares, money = ("kept_share", "kept_low", "kept_high"), ("lost_value",)
    st.dataframe(
        shown, hide_index=True, placeholder=wording.BLANK, column_config=_columns(table.columns, shares, money)
    )
    anatomy.download_row(edition, table, f"cuts-{case.product}-{case.year}", case.supply.sources)
    cuts, refusal = remove_members(case.supply, case.members)
    st.markdown(f"#### {wording.say('resilience_leaves')}")
    told = telling.leaving(case, cuts, refusal)
    st.markdown(anatomy.escaped(told))
    if cuts:
        _draw_leaving(case, cuts, told)


def _draw_leaving(case: Case, cuts: Sequence[Cut], told: str) -> None:
    words = wording.say("resilience_leaves_line")
    lines = pl.DataFrame(
        {
            "line": [words] * len(cuts),
            "label": [None] * len(cuts),
            "tier": ["core"] * len(cuts),
            "is_whole": [True] * len(cuts),
            "cut_count": [cut.count for cut in cuts],
            "kept_share": [cut.kept_share for cut in cuts],
            "kept_low": [cut.kept_low for cut in cuts],
            "kept_high": [cut.kept_high for cut in cuts],
            "cut": [
                wording.say("resilience_left_last", name=case.names.get(cut.supplier, cut.supplier))
                if cut.supplier
                else wording.say("resilience_cut_none")
                for cut in cuts
            ],
        },
        schema_overrides={"label": pl.String},
    )
    axis = wording.say("resilience_leaves_axis")
    picture = charts.cut_curves(lines, axis, theming.ink(), theming.ground(), height=LEAVES_HEIGHT)
    anatomy.draw(st, picture, alt=told)
    if any(cut.kept_low < cut.kept_high for cut in cuts):
        st.caption(wording.say("resilience_leaves_band"))


def _show_criteria(edition: Edition, case: Case) -> None:
    rules = load_dependence()
    table = measuring.criteria_table(case)
    st.markdown(f"#### {wording.say('resilience_criteria', year=case.year)}")
    st.markdown("\n".join(f"- {anatomy.escaped(line)}" for line in telling.criteria(table)))
    titles = {(method.id, known.id): known.title["en"] for method in rules.methods for known in method.criteria}
    methods = {method.id: method.title["en"] for method in rules.methods}
    rows = table.to_dicts()
    shown = table.select(
        method=pl.col("method").replace(methods),
        criterion=pl.Series(
            [titles.get((row["method"], row["criterion"]), wording.say("resilience_all")) for row in rows]
        ),
        state=pl.Series([_state(row) for row in rows], dtype=pl.String),
        **{name: pl.col(name) for name in CRITERIA_SHOWN},
        why=pl.Series([_why(row) for row in rows], dtype=pl.String),
    )
    st.dataframe(shown, hide_index=True, placeholder=wording.BLANK, column_config=_columns(shown.columns))
    anatomy.download_row(edition, table, f"criteria-{case.product}-{case.year}", case.supply.sources)
    stability = rules.stability
    lines = [
        wording.say(
            "resilience_stability",
            one=wording.share(stability.gone_after_one_year),
            five=wording.share(stability.gone_after_five_years),
            citation=stability.citation,
        ),
        *(
            wording.say("resilience_limits_general", criterion=known.title["en"])
            for method in rules.methods
            for known in method.criteria
            if not known.is_checked
        ),
        *([wording.say("resilience_one_member")] if len(case.members) == 1 else []),
        wording.say("resilience_production"),
    ]
    st.caption("  \n".join(anatomy.escaped(line) for line in lines))


def _state(row: dict[str, Any]) -> str | None:
    if row["criterion"] == ALL:
        return None
    if row["is_met"] is None:
        return wording.say("resilience_met_spans") if row["value_low"] is not None else None
    return wording.say("resilience_met_yes" if row["is_met"] else "resilience_met_no")


def _why(row: dict[str, Any]) -> str | None:
    if row["reason"] is None:
        return None
    return wording.say(f"resilience_reason_{row['reason']}", missing=row["missing_members"])


def _show_friends(edition: Edition, case: Case, sources: Sequence[str]) -> None:
    st.markdown(f"#### {wording.say('resilience_friends')}")
    told = telling.friends(case, measuring.friend_shares(case))
    st.markdown(anatomy.escaped(told))
    table = measuring.members_table(case)
    shares = ("founding_low", "founding_high", "chosen_low", "chosen_high", "top_share", "covered_share")
    config = _columns(table.columns, shares, ("imports_value", "lost_value"))
    st.dataframe(
        table.with_columns(
            pl.col("tier").replace({tier: wording.code_name("tier", tier) for tier in theming.TIERS}),
            distance_reason=pl.Series(
                [telling.distance_reason(code) if code else None for code in table["distance_reason"]], dtype=pl.String
            ),
        ),
        hide_index=True,
        placeholder=wording.BLANK,
        column_config=config,
    )
    anatomy.download_row(edition, table, f"members-{case.product}-{case.year}", sources)
    st.markdown(f"#### {wording.say('resilience_distance')}")
    st.markdown(anatomy.escaped(" ".join(telling.distances(case, table))))


def _columns(names: Sequence[str], shares: Sequence[str] = (), money: Sequence[str] = ()) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    indices = ("value", "value_low", "value_high", "threshold", "distance", "concentration_low", "concentration_high")
    formats = {
        **dict.fromkeys(shares, "percent"),
        **dict.fromkeys(money, "localized"),
        **dict.fromkeys(indices, "%.3f"),
    }
    return {
        name: number(wording.say(f"resilience_column_{name}"), format=formats[name])
        if name in formats
        else st.column_config.Column(wording.say(f"resilience_column_{name}"))
        for name in names
    }


def _cautions(case: Case) -> list[str]:
    cautions = [wording.say(f"resilience_beware_{key}") for key in ("mechanical", "gross", "exports", "valuation")]
    if case.product != ALL_GOODS:
        speakers = {area for supply in case.supplies.values() for area in measuring.speakers(supply)}
        told = telling.members_words(case, sorted(speakers))
        cautions[1:1] = [wording.say("resilience_beware_proxy"), wording.say("resilience_beware_held", members=told)]
    places = case.supply.places(case.held)
    without = [case.supply.areas[place] for place in places if not case.supply.imports.has_total[place]]
    if without:
        told = telling.members_words(case, without)
        cautions.append(wording.say("resilience_beware_no_total", members=told, year=case.year))
    return cautions
