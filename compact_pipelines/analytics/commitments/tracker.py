"""The whole table: every commitment, member and period, and the set of members as one."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from compact_pipelines.analytics.commitments.held import Held
from compact_pipelines.analytics.commitments.indicators import INDICATORS
from compact_pipelines.analytics.commitments.readings import SCHEMA
from compact_pipelines.analytics.commitments.verdicts import (
    NO_PERIOD,
    NO_YEAR,
    NOT_MEASURABLE,
    judge,
    of_the_set,
)
from compact_pipelines.contracts.compact_text import Commitment, CompactText
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.contracts.reading import load_contracts

THE_SET: Final = "_Z"
NO_INDICATOR: Final = "no_data_held"
NO_MEMBER: Final = "no_member"
LONE_MEMBER: Final = "no_other_member"
BINDS_NONE: Final = "binds_no_member"
SOME_MEMBERS: Final = "members_not_measurable"
Row = dict[str, object]


def measure_commitments(text: CompactText, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """The status of every commitment of the working text, for each member it binds and for all of them together.

    Args:
        text: the working text.
        held: what an edition holds.
        members: the set, by code; it may be empty or have one member.

    Returns:
        (commitments, members and periods, columns of schemas/published/out_commitments.yaml), sorted by key. A member
        without data is not_measurable with a reason, in the period _Z. Rows of the member _Z are of the set: met only
        when every bound member is, not_met as soon as one is not.
    """
    members = sorted(set(members))
    bound = {one.id: [area for area in members if not one.areas or area in one.areas] for one in text.commitments}
    measured = [one for one in text.commitments if one.measure is not None]
    read = [_read(one, held, members, bound[one.id]) for one in measured]
    judged = judge(pl.concat(read)) if read else judge(_terms(None, pl.DataFrame(schema=SCHEMA)))
    pairs = [(name, area) for name, areas in bound.items() for area in areas]
    bound_pairs = pl.DataFrame(pairs, schema={"commitment": pl.String, "area": pl.String}, orient="row")
    together = of_the_set(judged, bound_pairs.filter(pl.col("commitment").is_in([one.id for one in measured])))
    finite = pl.when(pl.col("value_high").is_finite()).then("value_high")
    own = judged.rename({"area": "member", "low": "value_low", "high": "value_high"}).with_columns(value_high=finite)
    whole = together.with_columns(
        member=pl.lit(THE_SET),
        reason=pl.when(pl.col("status") == NOT_MEASURABLE).then(pl.lit(SOME_MEMBERS)),
    )
    has_latest = {(name, area) for name, area, latest in judged.select("commitment", "area", "is_latest").iter_rows()
                  if latest}  # fmt: skip
    has_any = {pair for found in read for pair in found.select("commitment", "area").iter_rows()}
    silent = [
        _blank(one, area, NO_YEAR if (one.id, area) in has_any else _why_silent(one, members))
        for one in text.commitments
        for area in bound[one.id]
        if (one.id, area) not in has_latest
    ]
    told = set(together["commitment"])
    silent += [_of_nobody(one, members, bound[one.id]) for one in text.commitments if one.id not in told]
    return _table(text, [own, whole, pl.DataFrame(silent, schema=_blank_schema())])


def _read(one: Commitment, held: Held, members: Sequence[str], bound: Sequence[str]) -> pl.DataFrame:
    """A commitment's readings of the members it binds, with its terms; none where it needs others."""
    if one.measure is None or _is_alone(one, members):
        return _terms(one, pl.DataFrame(schema=SCHEMA))
    found = INDICATORS[one.measure.indicator].read(one.measure, held, members)
    return _terms(one, found.filter(pl.col("area").is_in(bound)))


def _is_alone(one: Commitment, members: Sequence[str]) -> bool:
    return one.measure is not None and one.measure.needs_others and len(members) < 2  # noqa: PLR2004  (a pair)


def _terms(one: Commitment | None, found: pl.DataFrame) -> pl.DataFrame:
    threshold, period, measure = (one.threshold, one.period, one.measure) if one else (None, None, None)
    return found.with_columns(
        commitment=pl.lit(one.id if one else None, pl.String),
        comparison=pl.lit(threshold.comparison if threshold else None, pl.String),
        threshold=pl.lit(threshold.value if threshold else None, pl.Float64),
        partial=pl.lit(INDICATORS[measure.indicator].partial if measure else None, pl.String),
        is_state=pl.lit(bool(measure and INDICATORS[measure.indicator].is_state)),
        rule=pl.lit(period.rule if period else None, pl.String),
        year=pl.lit(period.year if period else None, pl.Int64),
    )


def _why_silent(one: Commitment, members: Sequence[str]) -> str:
    """Why nothing at all is read of a member."""
    if one.measure is None:
        return NO_INDICATOR
    return LONE_MEMBER if _is_alone(one, members) else INDICATORS[one.measure.indicator].absent


def _of_nobody(one: Commitment, members: Sequence[str], bound: Sequence[str]) -> Row:
    """The set's row where no member has a verdict."""
    reason = SOME_MEMBERS
    if not members:
        reason = NO_MEMBER
    elif not bound:
        reason = BINDS_NONE
    elif one.measure is None or _is_alone(one, members):
        reason = _why_silent(one, members)
    counts = {"members_met": 0, "members_not_met": 0, "members_not_measurable": len(bound)}
    return {**_blank(one, THE_SET, reason), **counts, "unknown_of": ", ".join(bound) or None}


def _blank(one: Commitment, member: str, reason: str) -> Row:
    return {
        "commitment": one.id,
        "member": member,
        "time_period": NO_PERIOD,
        "status": NOT_MEASURABLE,
        "reason": reason,
        "is_latest": True,
    }


def _blank_schema() -> pl.Schema:
    columns = load_contracts().published["out_commitments"].columns
    kept = ("commitment", "member", "time_period", "status", "reason", "is_latest", "members_met", "members_not_met",
            "members_not_measurable", "unknown_of")  # fmt: skip
    return pl.Schema({name: POLARS_TYPES[columns[name].type] for name in kept})


def _table(text: CompactText, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All rows with the terms of their commitment, in the published columns."""
    columns = load_contracts().published["out_commitments"].columns
    terms = pl.DataFrame(
        [
            {
                "commitment": one.id,
                "article": text.article_of[one.id],
                "indicator": one.measure.indicator if one.measure else None,
                "unit": one.threshold.unit if one.threshold else None,
                "comparison": one.threshold.comparison if one.threshold else None,
                "threshold": one.threshold.value if one.threshold else None,
                "place": place,
            }
            for place, one in enumerate(text.commitments)
        ],
        schema={"commitment": pl.String, "article": pl.String, "indicator": pl.String, "unit": pl.String,
                "comparison": pl.String, "threshold": pl.Float64, "place": pl.Int64},
    )  # fmt: skip
    own = [name for name in columns if name not in terms.columns or name == "commitment"]
    rows = pl.concat(
        [part.select(name for name in own if name in part.columns) for part in parts], how="diagonal_relaxed"
    )
    is_blank = {name: pl.lit(None) for name in own if name not in rows.columns}
    joined = rows.with_columns(**is_blank).join(terms, on="commitment", how="left")
    blank_lists = [
        pl.when(pl.col(name) != "").then(name).alias(name) for name in ("missed_by", "unknown_of", "source_ids")
    ]
    return (
        joined.with_columns(blank_lists)
        .sort("place", "member", "time_period")
        .select(pl.col(name).cast(POLARS_TYPES[column.type]) for name, column in columns.items())
    )
