"""Rules that look at more than one column of a row.

A rule is named in schemas/tables/*.yaml and found here under that name. It is an expression that is true where a
row is in order, so the same rule judges a theme table and a partner's drop. Each carries a row that passes and one
that fails; a test holds it to both.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from compact_pipelines.contracts.model import Table
from compact_pipelines.errors import ContractError

PERIOD: Final = {"A": r"^[0-9]{4}$", "Q": r"^[0-9]{4}-Q[1-4]$", "M": r"^[0-9]{4}-(0[1-9]|1[0-2])$"}


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        says: what must hold, as a partner would read it.
        mend: what to do about a row that breaks it.
        holds: builds the expression for one table; true where a row is in order, never null: a blank in a column
            that may not be blank is not in order.
        passing: a row in order.
        failing: a row that breaks the rule.
        blames: the column to look at first in a row that breaks it.
    """

    says: str
    mend: str
    holds: Callable[[Table], pl.Expr]
    passing: dict[str, Any]
    failing: dict[str, Any]
    blames: str


def statuses(table: Table, value_rule: Literal["value", "missing", "either"]) -> list[str]:
    """The codes of obs_status by whether a value must, must not or may stand beside them.

    Raises:
        ContractError: the table's obs_status has no code list.
    """
    codelist = table.column("obs_status").codelist
    if codelist is None:
        raise ContractError(f"table {table.id}: obs_status needs a code list with value_rule")
    return [code for code, rule in codelist.column("value_rule").items() if rule == value_rule]


def _value_or_missing_status(table: Table) -> pl.Expr:
    status, value = pl.col("obs_status"), pl.col(table.measure)
    needs_value = status.is_in(statuses(table, "value"))
    forbids_value = status.is_in(statuses(table, "missing"))
    return (~(needs_value & value.is_null()) & ~(forbids_value & value.is_not_null())).fill_null(value=False)


def _period_fits_frequency(table: Table) -> pl.Expr:  # noqa: ARG001  (every rule takes the table)
    fits = pl.lit(value=False)
    for freq, pattern in PERIOD.items():
        fits = fits | ((pl.col("freq") == freq) & pl.col("time_period").str.contains(pattern))
    return fits.fill_null(value=False)


def _only_rates_and_net_may_be_negative(table: Table) -> pl.Expr:
    units = table.column("unit_measure").codelist
    rates = [code for code, is_rate in units.column("is_rate").items() if is_rate == "yes"] if units else []
    may = (pl.col("direction") == "NET") | pl.col("unit_measure").is_in(rates)
    return (may | (pl.col(table.measure) >= 0).fill_null(value=True)).fill_null(value=False)


RULES: Final[dict[str, Rule]] = {
    "value_or_missing_status": Rule(
        says="A value stands where obs_status calls for one and is blank where it says missing.",
        mend="Give the value, or the status that says why there is none; never write 0 for missing.",
        holds=_value_or_missing_status,
        passing={"obs_status": "Q", "obs_value": None},
        failing={"obs_status": "A", "obs_value": None},
        blames="obs_value",
    ),
    "area_is_not_its_own_counterpart": Rule(
        says="The reporting area and its counterpart are two areas.",
        mend="Leave out flows of an area with itself, such as returned goods.",
        holds=lambda _: (pl.col("ref_area") != pl.col("counterpart_area")).fill_null(value=False),
        passing={"ref_area": "CAN", "counterpart_area": "USA"},
        failing={"ref_area": "CAN", "counterpart_area": "CAN"},
        blames="counterpart_area",
    ),
    "period_fits_frequency": Rule(
        says="time_period is written as freq asks: 2024 for A, 2024-Q3 for Q, 2024-07 for M.",
        mend="Write the period at the grain of freq.",
        holds=_period_fits_frequency,
        passing={"freq": "M", "time_period": "2024-07"},
        failing={"freq": "A", "time_period": "2024-07"},
        blames="time_period",
    ),
    "embargo_has_a_time": Rule(
        says="embargo_time stands exactly where conf_status is E.",
        mend="Give the time in UTC, as 2026-06-30T12:00:00Z, or another conf_status.",
        holds=lambda _: ((pl.col("conf_status") == "E") == pl.col("embargo_time").is_not_null()).fill_null(value=False),
        passing={"conf_status": "F", "embargo_time": None},
        failing={"conf_status": "E", "embargo_time": None},
        blames="embargo_time",
    ),
    "one_provenance": Rule(
        says="A stored row comes from a snapshot or from a drop, never from both or neither.",
        mend="This is ours to mend: the dataset must stamp its rows.",
        holds=lambda _: pl.col("snapshot_id").is_null() != pl.col("drop_id").is_null(),
        passing={"snapshot_id": "us_census_exports.totals.0f3c9a7d21be", "drop_id": None},
        failing={"snapshot_id": None, "drop_id": None},
        blames="drop_id",
    ),
    "only_rates_and_net_may_be_negative": Rule(
        says="A count of people is not negative; only a rate or a net figure may be.",
        mend="Check the sign, or give direction NET.",
        holds=_only_rates_and_net_may_be_negative,
        passing={"direction": "NET", "unit_measure": "PS", "obs_value": -3},
        failing={"direction": "IN", "unit_measure": "PS", "obs_value": -3},
        blames="obs_value",
    ),
    "event_date_within_period": Rule(
        says="event_date, where given, lies in time_period.",
        mend="Write the month or year of the event as time_period.",
        holds=lambda _: (
            pl.col("event_date").is_null()
            | pl.col("event_date").dt.strftime("%Y-%m-%d").str.starts_with(pl.col("time_period"))
        ).fill_null(value=False),
        passing={"event_date": dt.date(2024, 5, 21), "time_period": "2024-05"},
        failing={"event_date": dt.date(2024, 5, 21), "time_period": "2023"},
        blames="event_date",
    ),
}


def rule(name: str, table: Table) -> Rule:
    """The rule a table names.

    Raises:
        ContractError: there is no such rule.
    """
    if name not in RULES:
        raise ContractError(
            f"schemas/tables/{table.id}.yaml names rule {name!r}; known rules are {sorted(RULES)}. "
            "Write it in contracts/rules.py"
        )
    return RULES[name]
