"""Values, limits and reasons of commitments in words."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from compact_app import wording

STATES: Final = ("met", "not_met", "not_measurable")
NO_INDICATOR: Final = "no_indicator"
THE_SET: Final = "_Z"
NO_PERIOD: Final = "_Z"


def states() -> dict[str, str]:
    """Status to its words; what has no indicator is told apart from what could not be judged."""
    return {state: wording.say(f"commitments_status_{state}") for state in (*STATES, NO_INDICATOR)}


def value(number: float, unit: str) -> str:
    """A value in its unit: 28.1 %, 1.246, 3, 1,560 MW."""
    if unit == "SHARE":
        return wording.share(number)
    return wording.significant(number) if unit == "RATIO" else wording.figure(number, unit)


def spread(row: Mapping[str, Any]) -> str:
    """A member's value, or what it can be where it is not known; blank where nothing is known."""
    low, high, unit = row["value_low"], row["value_high"], row["unit"]
    if low is None:
        return ""
    if high is None:
        return wording.say("commitments_or_more", low=value(low, unit))
    if low == high:
        return value(low, unit)
    return wording.say("commitments_between", low=value(low, unit), high=value(high, unit))


def limit(row: Mapping[str, Any]) -> str:
    """The limit with its side: at least 25.0 %; blank without one."""
    if row["threshold"] is None:
        return ""
    key = "commitments_at_least" if row["comparison"] == "at_least" else "commitments_at_most"
    return wording.say(key, value=value(row["threshold"], row["unit"]))


def why(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Why there is no verdict; blank where there is one."""
    if row["reason"] is None:
        return ""
    return wording.say(f"commitments_why_{row['reason']}", members=listed(row["unknown_of"], names))


def split(row: Mapping[str, Any]) -> str:
    """How many members keep it, of the set's row."""
    return wording.say(
        "commitments_members_split",
        met=row["members_met"],
        not_met=row["members_not_met"],
        unknown=row["members_not_measurable"],
    )


def listed(codes: str | None, names: Mapping[str, str]) -> str:
    """Comma-separated codes as names."""
    return ", ".join(names.get(code, code) for code in codes.split(", ")) if codes else ""


def period(code: str) -> str:
    """A period in words; blank where none is held."""
    return "" if code == NO_PERIOD else wording.period(code)


def in_words(rows: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Rows of statuses with what a reader is told beside their codes.

    Args:
        rows: (rows, columns of out_commitments).
        names: area to its name.

    Returns:
        The same rows with name, state (the status in words), shown (the value), limit, why and when.
    """
    words = states()
    told = [
        {
            "name": names.get(row["member"], row["member"])
            if row["member"] != THE_SET
            else wording.say("commitments_all_column"),
            "state": words[row["status"] if row["indicator"] else NO_INDICATOR],
            "shown": split(row) if row["member"] == THE_SET else spread(row),
            "limit": limit(row),
            "why": why(row, names),
            "when": period(row["time_period"]),
        }
        for row in rows.iter_rows(named=True)
    ]
    schema = dict.fromkeys(("name", "state", "shown", "limit", "why", "when"), pl.String)
    return pl.concat([rows, pl.DataFrame(told, schema=schema)], how="horizontal")
