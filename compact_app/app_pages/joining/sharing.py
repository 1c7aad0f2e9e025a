"""Who adds how much on the page: a goal shared out among members and candidates, computed when it is asked for."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import queries, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.joining import telling
from compact_app.app_pages.joining.case import Case
from compact_app.queries import Edition
from compact_pipelines.analytics.gravity.shapley import EXACT_UP_TO
from compact_pipelines.errors import ModelRefused
from compact_pipelines.scenarios import GOALS

MODELLED: Final = "welfare"
ADDITIVE: Final = "mutual_trade"  # offered, to say why it is refused
IF_NEW: Final = "value_if_unknown_new"  # shown where a pair is unknown; else it is the value
SHOWN: Final = ("area", "name", "value", "std_error", "of_total", IF_NEW)
NUMBERS: Final = ("value", "std_error", "of_total", IF_NEW)
FINE: Final = "%.4g"  # of a share or of points of an index


def show_sharing(edition: Edition, case: Case, source_ids: list[str]) -> None:
    """Draw the choice of a goal and, if the reader asks, each one's share of it."""
    st.markdown(f"#### {wording.say('accession_share')}")
    st.caption(wording.say("accession_share_intro"))
    asked, goal_box = st.columns([2, 3], vertical_alignment="bottom")
    is_asked = asked.toggle(wording.say("accession_share_toggle"), key="share", bind="query-params")
    words = {goal: wording.say(f"accession_goal_{goal}") for goal in GOALS}
    goal = goal_box.selectbox(
        wording.say("accession_share_goal"), list(words), format_func=words.__getitem__, key="goal", bind="query-params"
    )
    if not is_asked:
        return
    if why := why_not(edition, case, goal):
        st.markdown(anatomy.escaped(why))
        return
    bar = st.empty()

    def told(done: int, all_: int) -> None:
        text = wording.say("accession_share_runs", done=wording.number(done), all=wording.number(all_))
        bar.progress(done / all_, text=text)

    try:
        answer = queries.sharing_answer(edition, case.question, goal, told)
    except ModelRefused as refusal:
        bar.empty()
        st.markdown(anatomy.escaped(told_by_name(case, str(refusal))))
        return
    bar.empty()
    st.markdown(anatomy.escaped(finding(case, answer)))
    table = sharing_table(case, answer)
    format_ = "localized" if answer["unit"] == "USD" else FINE
    formats = {"value": format_, "std_error": format_, IF_NEW: format_, "of_total": "percent"}
    shown = table if answer["pairs_unknown"] else table.drop(IF_NEW)
    config = {
        name: st.column_config.NumberColumn(wording.say(f"accession_column_{name}"), format=formats[name])
        if name in formats
        else st.column_config.Column(wording.say(f"accession_column_{name}"))
        for name in shown.columns
    }
    st.dataframe(shown, hide_index=True, placeholder=wording.BLANK, column_config=config)
    anatomy.download_row(edition, table, f"accession-sharing-{goal}", source_ids)


def why_not(edition: Edition, case: Case, goal: str) -> str | None:
    """Why a goal is not shared out among these; None where it can be tried."""
    if goal == ADDITIVE:
        return wording.say("accession_share_additive")
    if goal != MODELLED:
        return None
    if len(case.everybody) > EXACT_UP_TO:
        return wording.say("accession_share_many", most=EXACT_UP_TO, count=len(case.everybody))
    base = queries.scenario_inputs(edition).base(case.base_id)
    missing = {area: why for area in case.everybody if (why := base.why_not(area))}
    if missing:
        return wording.say("accession_share_left_out", areas=telling.with_reasons(case, missing))
    return None


def told_by_name(case: Case, refusal: str) -> str:
    """A refusal of the model's with areas by name."""
    for area in case.everybody:
        refusal = refusal.replace(area, case.names[area])
    return refusal[:1].upper() + refusal[1:] + "."


def sharing_table(case: Case, answer: Mapping[str, Any]) -> pl.DataFrame:
    """Each one's share, the greatest first: (members and candidates, SHOWN)."""
    total = answer["total"]
    rows = [
        row | {"name": case.names[row["area"]], "of_total": row["value"] / total if total else None}
        for row in answer["members"]
    ]
    numbers = dict.fromkeys(NUMBERS, pl.Float64)
    return pl.DataFrame(rows, schema={name: numbers.get(name, pl.String) for name in SHOWN})


def finding(case: Case, answer: Mapping[str, Any]) -> str:
    """What they reach together, who adds the most, and how it was computed."""
    if answer["reason"] == "nothing_changes":
        return wording.say("accession_share_all_have")
    if not answer["total"]:
        return wording.say("accession_share_nothing")
    first = answer["members"][0]
    told = wording.say(
        "accession_share_finding",
        total=_value(answer["total"], answer["unit"]),
        name=wording.in_sentence(case.names[first["area"]]),
        value=_value(first["value"], answer["unit"]),
    )
    how = (
        wording.say("accession_share_sampled", orders=wording.number(answer["orders"]), seed=answer["seed"])
        if answer["orders"]
        else wording.say("accession_share_exact")
    )
    if not answer["pairs_unknown"]:
        return f"{told} {how}"
    most = max(answer["members"], key=lambda row: row[IF_NEW])
    pairs = "; ".join(telling.listed([case.names[area] for area in pair]) for pair in answer["pairs_unknown"])
    other = wording.say(
        "accession_share_unverified",
        pairs=pairs,
        total=_value(answer["total_if_unknown_new"], answer["unit"]),
        name=wording.in_sentence(case.names[most["area"]]),
        value=_value(most[IF_NEW], answer["unit"]),
    )
    return f"{told} {other} {how}"


def _value(value: float, unit: str) -> str:
    shown = {"USD": wording.figure, "share": wording.share, "index_points": wording.asymmetry}[unit](value)
    return wording.say(f"accession_unit_{unit.lower()}", value=shown)
