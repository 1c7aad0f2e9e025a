"""The gap of *Whose number?*: from one report to the other step by step, as a picture and in one neutral sentence."""

from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from compact_app import charts, theme, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.pair.asked import Asked

ENDS = ("reported_by_from", "reported_by_to")
RESTS = ("unexplained", "same_source", "imputation")
INLAND = "inland_freight"


def show(asked: Asked) -> None:
    """The heading, the sentence and the picture; nothing where only one side reports."""
    steps = asked.period_steps
    if steps.is_empty():
        return
    st.markdown(f"#### {wording.say('pair_gap', period=wording.period(asked.chosen['time_period']))}")
    said = sentence(asked)
    st.markdown(anatomy.escaped(said))
    shown = steps.filter(pl.col("state") != "not_applicable")
    picture = charts.gap_steps(shown, step_names(asked), asked.unit, theme.ink())
    anatomy.draw(st, picture, alt=said)


def step_names(asked: Asked) -> dict[str, str]:
    """Each step as the picture and the table call it."""
    ends = {
        end: wording.say("pair_step_reports", area=asked.names.of(side))
        for end, side in zip(ENDS, ("from", "to"), strict=True)
    }
    names = {step: wording.say(f"pair_step_{step}") for step in asked.steps["step"].unique() if step not in ENDS}
    if asked.period_steps.filter(pl.col("rests_on") == INLAND).height:
        names["valuation"] = wording.say("pair_step_inland")
    return ends | names


def sentence(asked: Asked) -> str:
    """What the steps say, in words; what is not explained is never called explained."""
    steps = {row["step"]: row for row in asked.period_steps.iter_rows(named=True)}
    gap = steps[ENDS[1]]["amount"] - steps[ENDS[0]]["amount"]
    if steps["imputation"]["state"] == "residual":
        return wording.say("pair_gap_copy", gap=_amount(asked, gap))
    rest = next(steps[step] for step in RESTS if steps[step]["state"] == "residual")
    first = []
    if rest["step"] == "same_source":
        bases = (asked.chosen["basis_from"], asked.chosen["basis_to"])
        concept = wording.say("pair_gap_concepts") if bases == ("LAST_SHIPMENT", "ORIGIN") else ""
        first.append(wording.say("pair_gap_one_collection", concept=concept))
    known = [row for row in steps.values() if row["state"] in {"measured", "estimated"} and row["amount"]]
    if not gap and not known:
        return " ".join([*first, wording.say("pair_gap_equal")])
    along = [row for row in known if gap and (row["amount"] < 0) == (gap < 0)]
    against = [row for row in known if row not in along]
    parts = [wording.say("pair_gap_is", amount=_amount(asked, row["amount"]), what=_what(asked, row)) for row in along]
    for row in against:
        direction = wording.say("pair_gap_smaller" if row["amount"] < 0 else "pair_gap_larger")
        amount = _amount(asked, row["amount"])
        parts.append(wording.say("pair_gap_against", what=_what(asked, row), direction=direction, amount=amount))
    unmeasured = [_what(asked, row) for row in steps.values() if row["state"] == "not_measured"]
    if unmeasured:
        what = wording.say("pair_gap_and").join(unmeasured)
        parts.append(wording.say("pair_gap_unmeasured", what=what))
    parts.append(_rest(asked, rest, gap, is_larger=bool(against) and not along))
    return " ".join([*first, _lead(asked, gap, is_against=bool(against) and not along), f"{'; '.join(parts)}."])


def _lead(asked: Asked, gap: Decimal, *, is_against: bool) -> str:
    """What the sentence is about: the gap, or both figures where all that is known pulls the other way."""
    if not gap:
        return wording.say("pair_gap_equal_but")
    said = {"gap": _amount(asked, gap), "direction": wording.say("pair_gap_less" if gap < 0 else "pair_gap_more")}
    if is_against:
        return wording.say("pair_gap_lead_against", **said, to=wording.sentence(asked.names.to))
    return wording.say("pair_gap_lead", **said, to=wording.in_sentence(asked.names.to))


def _rest(asked: Asked, rest: dict[str, Any], gap: Decimal, *, is_larger: bool) -> str:
    """What is left, which is never said to be explained."""
    amount = _amount(asked, rest["amount"])
    if not rest["amount"]:
        return wording.say("pair_gap_rest_none")
    if gap and (rest["amount"] < 0) != (gap < 0):
        return wording.say("pair_gap_rest_against", amount=amount)
    if rest["step"] == "same_source":
        return wording.say("pair_gap_concept", amount=amount)
    return wording.say("pair_gap_rest_in_all" if is_larger else "pair_gap_rest", amount=amount)


def _what(asked: Asked, row: dict[str, Any]) -> str:
    """A step within a sentence."""
    step = row["step"]
    from_ = wording.in_sentence(asked.names.from_)
    if step == "timing":
        return wording.say(f"pair_what_timing_{asked.flow.freq}")
    if step == "valuation" and row["rests_on"] == INLAND:
        return wording.say("pair_what_inland", from_=from_)
    if step == "valuation":
        return wording.say("pair_what_valuation", rule=asked.rule["title"] if asked.rule else "")
    return wording.say("pair_what_reexports")


def _amount(asked: Asked, amount: Decimal) -> str:
    return wording.figure(abs(amount), asked.unit, wording.SIGNIFICANT_OF_RANGE)
