"""Values against thresholds: the status of a member in each period, and which period says how things stand now."""

from typing import Final

import polars as pl

MET: Final = "met"
NOT_MET: Final = "not_met"
NOT_MEASURABLE: Final = "not_measurable"
NO_YEAR: Final = "year_not_held"
TOLERANCE: Final = 1e-9  # 0.9 and 9/10 are one threshold, however a share was added up
NO_PERIOD: Final = "_Z"
VERDICT_YEARS: Final = 10  # for which a verdict stands while later periods have none

IS_LEAST: Final = pl.col("comparison") == "at_least"
_SERIES: Final = ["commitment", "area"]
_YEAR: Final = pl.col("time_period").str.slice(0, 4).cast(pl.Int64)
NO_END: Final = 9999


def judge(read: pl.DataFrame) -> pl.DataFrame:
    """Set every reading against its threshold.

    Args:
        read: (commitments, members and periods, [commitment, area, time_period, low, high, comparison, threshold,
            partial, is_state, rule, year] and more).

    Returns:
        The same rows, those before the year of the rule `since` left out, sorted by commitment, member and period, with
        value: the reading where it is known; under the rule `since` the worst so far
        distance: by how much the value keeps its threshold, below zero where it does not; blank where it is not known
        status: met or not_met where both bounds say so, else not_measurable with a reason
        oldest_period: the first period that the value rests on
        is_latest: whether the row says how things stand. Rule `latest`: the last one with a verdict, if it is not more
        than VERDICT_YEARS before the last row, else the last row; the last in any case of what is a state.
        Rule `year`: the same within that year. Rule `since`: the last, since each year from then on counts.
    """
    is_since = pl.col("rule") == "since"
    rows = read.filter(~is_since | (pl.col("year") <= _YEAR)).sort(*_SERIES, "time_period")
    worst = [
        pl.when(is_since & IS_LEAST)
        .then(pl.col(bound).cum_min().over(_SERIES))
        .when(is_since)
        .then(pl.col(bound).cum_max().over(_SERIES))
        .otherwise(bound)
        .alias(bound)
        for bound in ("low", "high")
    ]
    first = pl.when(is_since).then(pl.col("time_period").first().over(_SERIES)).otherwise("time_period")
    rows = rows.with_columns(*worst, oldest_period=first)
    kept = [_room(bound) >= -TOLERANCE for bound in ("low", "high")]
    status = (
        pl.when(kept[0] & kept[1])
        .then(pl.lit(MET))
        .when(~kept[0] & ~kept[1])
        .then(pl.lit(NOT_MET))
        .otherwise(pl.lit(NOT_MEASURABLE))
    )
    is_known = (pl.col("low") == pl.col("high")) & pl.col("high").is_finite()
    judged = rows.with_columns(
        value=pl.when(is_known).then("low"), distance=pl.when(is_known).then(_room("low")), status=status
    ).with_columns(reason=pl.when(pl.col("status") == NOT_MEASURABLE).then("partial"))
    return judged.with_columns(is_latest=_is_latest())


def _room(bound: str) -> pl.Expr:
    """How far a bound is on the right side of the threshold, below zero on the wrong one."""
    above = pl.col(bound) - pl.col("threshold")
    return pl.when(IS_LEAST).then(above).otherwise(-above)


def _is_latest() -> pl.Expr:
    """The last row of a member that decides: with a verdict if any has one, and of the year that the rule names."""
    may, decides = _may_decide(), _counts() & (_stands_until() >= _YEAR.max().over(_SERIES))
    decides = pl.when(decides.any().over(_SERIES)).then(decides).otherwise(may)
    last = pl.when(decides).then("time_period").max().over(_SERIES)
    return (pl.col("time_period") == last).fill_null(value=False)


def _may_decide() -> pl.Expr:
    """Whether the rule lets a row say how things stand now."""
    is_of_year = pl.col("time_period").str.slice(0, 4) == pl.col("year").cast(pl.String)
    return (pl.col("rule") != "year") | is_of_year


def _counts() -> pl.Expr:
    """Whether a row takes the place of what was known before; no verdict does so of a state and under `since`."""
    return _may_decide() & ((pl.col("status") != NOT_MEASURABLE) | (pl.col("rule") == "since") | pl.col("is_state"))


def _stands_until() -> pl.Expr:
    """The last year for which a row is taken for a later one; without end for a state and the other rules."""
    return pl.when((pl.col("rule") == "latest") & ~pl.col("is_state")).then(_YEAR + VERDICT_YEARS).otherwise(NO_END)


def of_the_set(judged: pl.DataFrame, bound: pl.DataFrame) -> pl.DataFrame:
    """The status of all bound members together, in every period in which one of them has a verdict.

    A member counts with its last verdict up to that period, if it is not more than VERDICT_YEARS before it; of a state
    and under the rule `since` with its last status.
    Together they meet a commitment only if each does, and miss it as soon as one does.

    Args:
        judged: from `judge`.
        bound: the members each commitment binds: ([commitment, area]).

    Returns:
        ([commitment, time_period, status, oldest_period, members_met, members_not_met, members_not_measurable,
        missed_by, unknown_of, source_ids, is_latest]), sorted.
    """
    verdicts = judged.filter(_counts()).with_columns(stands_until=_stands_until())
    # Months stand beside years in one commitment's periods: places in their common order can be joined, texts cannot.
    periods = verdicts.select("commitment", "time_period").unique().sort("commitment", "time_period")
    periods = periods.with_columns(place=pl.int_range(pl.len()).over("commitment"))
    asked = periods.join(bound, on="commitment").sort("place")
    told = verdicts.join(periods, on=["commitment", "time_period"]).sort("place")
    kept = ("status", "oldest_period", "source_ids")
    told = told.select("commitment", "area", "place", "stands_until", *kept)
    at = asked.join_asof(told, on="place", by=_SERIES, strategy="backward", check_sortedness=False)
    at = at.with_columns(pl.when(pl.col("stands_until") >= _YEAR).then(name).alias(name) for name in kept)
    status = pl.col("status").fill_null(NOT_MEASURABLE)
    counts = {f"members_{name}": (status == name).sum() for name in (MET, NOT_MET, NOT_MEASURABLE)}
    lists = {
        "missed_by": pl.col("area").filter(status == NOT_MET).sort().str.join(", "),
        "unknown_of": pl.col("area").filter(status == NOT_MEASURABLE).sort().str.join(", "),
    }
    whole = (
        at.group_by("commitment", "time_period", "place")
        .agg(
            **counts,
            **lists,
            oldest_period=pl.col("oldest_period").min(),
            source_ids=pl.col("source_ids").drop_nulls().str.split(", ").list.explode().unique().sort().str.join(", "),
        )
        .sort("commitment", "place")
    )
    together = (
        pl.when(pl.col("members_not_met") > 0)
        .then(pl.lit(NOT_MET))
        .when(pl.col("members_not_measurable") > 0)
        .then(pl.lit(NOT_MEASURABLE))
        .otherwise(pl.lit(MET))
    )
    is_latest = pl.col("place") == pl.col("place").max().over("commitment")
    return whole.with_columns(status=together, is_latest=is_latest).drop("place")
