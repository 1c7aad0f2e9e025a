"""The model on the page: gains with their ranges, what they rest on, which pairs change, other assumptions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import charts, queries, theme, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.joining import telling
from compact_app.app_pages.joining.case import Case
from compact_app.queries import Edition

MOST_AFFECTED: Final = 8
SHOWN: Final = (
    "area",
    "name",
    "role",
    "gain_median",
    "gain_p05",
    "gain_p95",
    "share_above_zero",
    "gain_percent",
    "gain_if_unknown_new",
    "gain_usd",
    "gain_usd_p05",
    "gain_usd_p95",
    "exports_change_percent",
    "home_share",
    "exports_to_income_share",
    "reason",
)
IF_NEW: Final = "gain_if_unknown_new"  # shown where a pair is unknown; else it is the point estimate
PER_CENTS: Final = ("gain_percent", IF_NEW, "gain_median", "gain_p05", "gain_p95", "exports_change_percent")
SHARES: Final = ("share_above_zero", "home_share", "exports_to_income_share")
MONEY: Final = ("gain_usd", "gain_usd_p05", "gain_usd_p95")
PAIRS: Final = ("name_1", "name_2", "state", "agreement", "in_force_since", "basis")
# A member has no gain on a base that lacks the candidate, or all members: the one that is lacking says why.
FOLLOWS: Final = (None, "no_candidate_in_base", "no_member_in_base", "one_member_in_base")
FINE: Final = "%.3g"  # gains lie orders of magnitude apart
FORMATS: Final = {
    **dict.fromkeys(PER_CENTS, FINE),
    **dict.fromkeys(SHARES, "percent"),
    **dict.fromkeys(MONEY, "compact"),
}


def ask_model(edition: Edition, case: Case) -> dict[str, Any] | None:
    """The answer of the model if the reader asks for it; while it runs, how far it is. None if he does not."""
    st.markdown(f"#### {wording.say('accession_model')}")
    draws = wording.number(queries.scenario_inputs(edition).model.draws.asked)
    if not st.toggle(wording.say("accession_model_toggle", draws=draws), key="model", bind="query-params"):
        st.markdown(wording.say("accession_model_off"))
        return None
    bar = st.empty()

    def told(done: int, all_: int) -> None:
        text = wording.say("accession_model_runs", done=wording.number(done), all=wording.number(all_))
        bar.progress(done / all_, text=text)

    answer = queries.accession_answer(edition, case.question, told)
    bar.empty()
    return answer


def gains_table(case: Case, answer: Mapping[str, Any]) -> pl.DataFrame:
    """Gains of every area, those left out among them: (areas, SHOWN), roles and reasons as codes."""
    numbers = dict.fromkeys((*PER_CENTS, *SHARES, *MONEY), pl.Float64)
    rows = [row | {"name": telling.area_name(case, row["area"])} for row in answer["areas"]]
    texts = dict.fromkeys(("area", "name", "role", "reason"), pl.String)
    return pl.DataFrame(rows, schema={name: (texts | numbers)[name] for name in SHOWN})


def show_model(edition: Edition, case: Case, answer: Mapping[str, Any], source_ids: list[str]) -> None:
    """Draw what the model answers; where it has no answer, what it is told and why not."""
    table = gains_table(case, answer)
    has_gains = answer["reason"] is None
    if has_gains:
        _draw_gains(table)
    st.markdown(f"**{wording.say('accession_told')}**")
    st.markdown("\n".join(f"- {anatomy.escaped(line)}" for line in telling.parameters(answer)))
    stem = "-".join((case.base_id, *case.candidates)) if case.candidates else f"{case.base_id}-set"
    if table[IF_NEW].count():
        shown = (table if answer["pairs_unknown"] else table.drop(IF_NEW)).with_columns(
            role=pl.col("role").map_elements(_role, pl.String), reason=pl.col("reason").map_elements(_why, pl.String)
        )
        columns = _columns(shown.columns, FORMATS)
        st.dataframe(shown, hide_index=True, placeholder=wording.BLANK, column_config=columns)
        anatomy.download_row(edition, table, f"accession-gains-{stem}", source_ids)
    _show_pairs(edition, case, answer, stem, source_ids)
    if has_gains:
        _show_sensitivity(edition, case, answer, stem, source_ids)


def _role(code: str) -> str:
    return wording.say(f"accession_role_{code}")


def _why(code: str) -> str:
    return telling.reason(code)


def _draw_gains(table: pl.DataFrame) -> None:
    """A panel for each role, with its own scale: a candidate's gain is often a hundred times a member's."""
    outside = table.filter(pl.col("role").is_in(["outside", "rest"]))
    most = outside.sort(pl.col("gain_median").abs(), "area", descending=[True, False]).head(MOST_AFFECTED)
    heading = wording.say("accession_panel_outside", count=most.height, all=outside.height)
    panels = [
        (wording.say("accession_panel_candidate"), table.filter(role="candidate")),
        (wording.say("accession_panel_member"), table.filter(role="member")),
        (heading, most),
    ]
    for words, rows in panels:
        if rows.is_empty():
            continue
        ordered = rows.sort("gain_median", "area", descending=[True, False])
        labels = [
            wording.say("accession_row", name=row["name"], range=telling.gained(row)) for row in ordered.to_dicts()
        ]
        marked = ordered.with_columns(label=pl.Series(labels, dtype=pl.String))
        st.markdown(f"**{words}**")
        picture = charts.gain_intervals(
            marked.select("label", "name", "role", "gain_median", "gain_p05", "gain_p95"),
            wording.say("accession_axis_gain"),
            theme.ink(),
        )
        anatomy.draw(st, picture, alt=": ".join((words, "; ".join(label.replace("\n", " ") for label in labels))))
    st.caption(wording.say("accession_panel_note"))


def pairs_table(case: Case, answer: Mapping[str, Any]) -> pl.DataFrame:
    """Every pair the case asks about: (pairs, [area_1, area_2, *PAIRS]); state changed, in_force or unknown."""
    blank = dict.fromkeys(("agreement", "in_force_since", "basis"))
    rows = [{"area_1": one, "area_2": other, "state": "changed", **blank} for one, other in answer["pairs_changed"]]
    for state in ("in_force", "unknown"):
        told = answer[f"pairs_{state}"]
        rows += [{**{name: row[name] for name in ("area_1", "area_2", *blank)}, "state": state} for row in told]
    named = [row | {f"name_{at}": case.names[row[f"area_{at}"]] for at in (1, 2)} for row in rows]
    return pl.DataFrame(named, schema=dict.fromkeys(("area_1", "area_2", *PAIRS), pl.String))


def _show_pairs(edition: Edition, case: Case, answer: Mapping[str, Any], stem: str, source_ids: list[str]) -> None:
    table = pairs_table(case, answer)
    st.markdown(f"**{wording.say('accession_pairs')}**")
    if table.is_empty():
        st.markdown(wording.say("accession_pairs_none"))
        return
    states = {state: wording.say(f"accession_pairs_{state}") for state in ("changed", "in_force", "unknown")}
    shown = table.select(PAIRS).with_columns(pl.col("state").replace_strict(states))
    st.dataframe(shown, hide_index=True, placeholder=wording.BLANK, column_config=_columns(PAIRS, {}))
    anatomy.download_row(edition, table, f"accession-pairs-{stem}", source_ids)


def sensitivity_table(case: Case, answer: Mapping[str, Any]) -> pl.DataFrame:
    """Point estimates of members and candidates: a column an elasticity, then one a base year, by its name."""
    areas = list(dict.fromkeys(row["area"] for row in answer["sensitivity"]))
    columns: dict[str, dict[str, float | None]] = {}
    for row in answer["sensitivity"]:
        name = wording.say("accession_sigma_column", sigma=f"{row['sigma']:g}")
        columns.setdefault(name, {})[row["area"]] = row["gain_percent"]
    for row in answer["other_bases"]:
        columns.setdefault(row["base_id"], {})[row["area"]] = row["gain_percent"]
    values = {name: pl.Series([held.get(area) for area in areas], dtype=pl.Float64) for name, held in columns.items()}
    return pl.DataFrame({"area": areas, "name": [case.names[area] for area in areas], **values})


def _show_sensitivity(
    edition: Edition, case: Case, answer: Mapping[str, Any], stem: str, source_ids: list[str]
) -> None:
    table = sensitivity_table(case, answer)
    titles = base_titles(edition)
    st.markdown(f"**{wording.say('accession_sensitivity')}**")
    st.caption(wording.say("accession_sensitivity_note"))
    number = st.column_config.NumberColumn
    config = {
        name: number(titles.get(name, name), format=FINE) for name in table.columns if name not in {"area", "name"}
    }
    names = _columns(("area", "name"), {})
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=names | config)
    anatomy.download_row(edition, table, f"accession-sensitivity-{stem}", source_ids)
    missing = [
        wording.say(
            "accession_no_sigma",
            sigma=f"{row['sigma']:g}",
            area=wording.in_sentence(case.names[row["area"]]),
            why=telling.reason(row["reason"]),
        )
        for row in answer["sensitivity"]
        if row["reason"]
    ]
    missing += [
        wording.say(
            "accession_other_base",
            base=titles[row["base_id"]],
            area=wording.in_sentence(case.names[row["area"]]),
            why=telling.reason(row["reason"]),
        )
        for row in answer["other_bases"]
        if row["gain_percent"] is None and row["reason"] not in FOLLOWS
    ]
    if missing:
        st.caption("  \n".join(anatomy.escaped(line) for line in missing))


def base_titles(edition: Edition) -> dict[str, str]:
    """Base year to its title, without those that are fitted and serve the self-test."""
    stated = queries.scenario_inputs(edition).model.bases
    return {base.id: base.title[wording.LANGUAGE] for base in stated if base.kind != "fitted"}


def _columns(names: Sequence[str], formats: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: st.column_config.NumberColumn(wording.say(f"accession_column_{name}"), format=formats[name])
        if name in formats
        else st.column_config.Column(wording.say(f"accession_column_{name}"))
        for name in names
    }
