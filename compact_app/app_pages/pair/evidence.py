"""The evidence of *Whose number?*: every period and every step in tables that download, and what to beware of."""

from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.pair import gap, sides
from compact_app.app_pages.pair.asked import GOODS, Asked
from compact_app.queries import Edition

SHOWN: Final = (
    "time_period", "reported_by_from", "reported_by_to", "difference", "comparable_to", "reconciled", "low", "high",
    "weight_from", "asymmetry", "asymmetry_valued", "grade", "reconciled_reason", "missing_from", "missing_to",
    "source_from", "source_to", "obs_status_from", "obs_status_to", "coverage_share",
)  # fmt: skip
AMOUNTS: Final = (
    "reported_by_from", "reported_by_to", "difference", "comparable_to", "reconciled", "low", "high",
)  # fmt: skip
STEPS: Final = ("time_period", "step", "amount", "state", "rests_on")


def show(edition: Edition, asked: Asked) -> None:
    """The series with all its columns, then the steps of all periods."""
    flow, sources = asked.flow, sides.told_sources(asked)
    stem = f"{flow.from_area}-{flow.to_area}"
    st.markdown(f"#### {wording.say('numbers')}")
    series = _under_rule(asked, asked.flows).with_columns(
        difference=pl.col("reported_by_to") - pl.col("reported_by_from")
    )
    newest_first = series.sort("time_period", descending=True)
    st.dataframe(
        _readable(newest_first, asked),
        hide_index=True,
        placeholder=wording.BLANK,
        column_order=SHOWN,
        column_config=_columns(asked),
    )
    anatomy.download_row(edition, newest_first, f"pair-{stem}", sources)
    if asked.steps.is_empty():
        return
    with st.expander(wording.say("pair_numbers_steps")):
        steps = _under_rule(asked, asked.steps).sort("time_period", "place", descending=[True, False])
        st.dataframe(
            _readable_steps(steps, asked),
            hide_index=True,
            placeholder=wording.BLANK,
            column_order=STEPS,
            column_config=_step_columns(asked),
        )
        anatomy.download_row(edition, steps, f"steps-{stem}", sources)


def _under_rule(asked: Asked, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the name of the freight rule that they are under."""
    if asked.rule is None:
        return rows
    return rows.with_columns(valuation_rule=pl.lit(asked.rule["valuation_rule"]))


def _readable(table: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """The table as read on screen: whole units, reasons in words, columns that say something; downloads have it all."""
    shown = table.with_columns(
        pl.col(*AMOUNTS).cast(pl.Float64).round(0).cast(pl.Int64),
        pl.col("missing_from", "missing_to").replace(wording.MISSING_WORDS),
        pl.col("reconciled_reason").replace_strict(wording.NOTE_WORDS, default=None),
    )
    if asked.flow.theme != GOODS or table["cif_fob_ratio"].null_count() == table.height:
        shown = shown.drop("comparable_to", "asymmetry_valued")
    return shown.select(name for name in SHOWN if name in shown.columns and shown[name].null_count() < shown.height)


def _columns(asked: Asked) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    names, unit = asked.names, wording.UNITS.get(asked.unit, asked.unit)
    amounts = {
        "reported_by_from": f"{names.from_} ({unit})",
        "reported_by_to": f"{names.to} ({unit})",
        "difference": wording.say("column_difference"),
        "comparable_to": wording.say("column_comparable", area=names.to),
        "reconciled": wording.say("column_reconciled"),
        "low": wording.say("column_low"),
        "high": wording.say("column_high"),
    }
    return {
        "time_period": wording.say("column_period"),
        **{name: number(words, format="localized", width=150) for name, words in amounts.items()},
        "weight_from": number(wording.say("column_weight", area=names.from_), format="percent"),
        "asymmetry": number(wording.say("column_asymmetry"), format="%.3f"),
        "asymmetry_valued": number(wording.say("column_valued"), format="%.3f"),
        "grade": wording.say("column_grade"),
        "reconciled_reason": wording.say("column_reason"),
        "missing_from": wording.say("column_missing", area=names.from_),
        "missing_to": wording.say("column_missing", area=names.to),
        "source_from": wording.say("column_source_of", area=names.from_),
        "source_to": wording.say("column_source_of", area=names.to),
        "obs_status_from": wording.say("column_status_of", area=names.from_),
        "obs_status_to": wording.say("column_status_of", area=names.to),
        "coverage_share": number(wording.say("column_coverage"), format="percent"),
    }


def _readable_steps(steps: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    names = gap.step_names(asked)
    return steps.select(
        "time_period",
        pl.col("step").replace(names),
        pl.col("amount").cast(pl.Float64).round(0).cast(pl.Int64),
        pl.col("state").replace(wording.STATE_WORDS),
        "rests_on",
    )


def _step_columns(asked: Asked) -> dict[str, Any]:
    unit = wording.UNITS.get(asked.unit, asked.unit)
    amount = f"{wording.say('column_amount')} ({unit})"
    return {
        "time_period": wording.say("column_period"),
        "step": wording.say("column_step"),
        "amount": st.column_config.NumberColumn(amount, format="localized", width=180),
        "state": wording.say("column_state"),
        "rests_on": wording.say("column_rests_on"),
    }
