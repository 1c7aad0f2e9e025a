"""What differs too much from the last good answer to be believed without a person's look.

Three questions, each with its bound in the source's file: did rows come where they should; are the series there that
were there; are their values of the size they were (sizes.py). What is stopped is told in numbers.
"""

import datetime as dt
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.contracts import Source
from compact_pipelines.contracts.requests import Trust
from compact_pipelines.live.answers import SEPARATOR, Partition
from compact_pipelines.live.held import HeldAnswer
from compact_pipelines.live.journal import Believed, Cause
from compact_pipelines.live.reading import PERIOD, Shape, shape_of
from compact_pipelines.live.requests import live_of
from compact_pipelines.live.schedule import expected_day
from compact_pipelines.live.sizes import what_moved

SHOWN_SERIES: Final = 3
FREQUENCY: Final = "freq"
SNAPSHOT: Final = "snapshot_id"
AREAS: Final = ("ref_area", "counterpart_area", "area")


@dataclass(frozen=True)
class Prior:
    """The last good answer.

    Attributes:
        rows: its rows: a Parquet file, or a frame.
        is_same_partition: whether it is of the same partition, so that the same keys are compared.
        words: what it is, for messages.
        is_embedded: whether it came with the program, and may hold goods, flows or classes that nobody asks for live.
    """

    rows: Path | pl.DataFrame
    is_same_partition: bool
    words: str
    is_embedded: bool = False


@dataclass(frozen=True)
class Stop:
    """Why an answer is not believed."""

    cause: Cause
    reason: str


def latest_before(partition: Partition, believed: list[Believed]) -> Believed | None:
    """The believed pull to compare with: of the same partition, else of the newest period before it."""
    same = [one for one in believed if one.partition_key == partition.key]
    if same:
        return same[0]
    before = [
        one
        for one in believed
        if _reporter(one.partition_key) == partition.reporter
        and one.partition_key.split(SEPARATOR)[0] < partition.period
    ]
    return max(before, key=lambda one: one.partition_key, default=None)


def prior_of(partition: Partition, believed: Believed, rows_file: Path) -> Prior:
    """What is believed, to compare with."""
    words = f"the answer of {believed.fetched_at:%Y-%m-%d} for {believed.partition_key}"
    return Prior(rows_file, believed.partition_key == partition.key, words)


def prior_of_embedded(partition: Partition, read: Callable[[], pl.DataFrame | None]) -> Prior | None:
    """Embedded rows, to compare with: those of the same partition, else of the newest period before it.

    Those of the same partition say more than another one that came live.
    """
    embedded = read()
    if embedded is None or embedded.is_empty():
        return None
    if partition.reporter and "ref_area" in embedded.columns:
        embedded = embedded.filter(pl.col("ref_area") == partition.reporter)
    if PERIOD not in embedded.columns:
        return Prior(embedded, is_same_partition=True, words="the embedded figures", is_embedded=True)
    periods = embedded[PERIOD].unique()
    covered = [period for period in periods if partition.covers(period)]
    if covered:
        rows = embedded.filter(pl.col(PERIOD).is_in(covered))
        return Prior(
            rows, is_same_partition=True, words=f"the embedded figures of {partition.period}", is_embedded=True
        )
    newest = max((period for period in periods if period < partition.period), default=None)
    if newest is None:
        return None
    rows = embedded.filter(pl.col(PERIOD) == newest)
    return Prior(rows, is_same_partition=False, words=f"the embedded figures of {newest}", is_embedded=True)


def judge_absence(source: Source, partition: Partition, meaning: str, had_rows: int, now: dt.datetime) -> Stop | None:
    """Judge an answer without rows.

    Args:
        source: whose.
        partition: what was asked.
        meaning: what the publisher said instead.
        had_rows: how many rows of the partition are believed already.
        now: the UTC time.
    """
    live = live_of(source)
    if had_rows:
        return Stop("empty", f"no rows came ({meaning}), where {had_rows:,} are believed")
    day = expected_day(source, partition)
    is_due = day is None or day <= now.astimezone(dt.UTC).date()
    if is_due and not live.trust.may_be_empty:
        when = f"expected since {day}" if day else "expected always"
        return Stop("empty", f"no rows came ({meaning}); figures of {partition.key} are {when}")
    return None


def parts_with_rows(rows: Path, answers: Iterable[HeldAnswer]) -> set[str]:
    """The parts of a pull that rows were read of; where rows do not name their bytes, those that were answered."""
    told = [one for one in answers if one.kind == "rows"]
    scanned = pl.scan_parquet(rows)
    if SNAPSHOT not in scanned.collect_schema():
        return {one.part for one in told}
    kept = set(scanned.select(pl.col(SNAPSHOT).unique()).collect()[SNAPSHOT])
    return {one.part for one in told if one.snapshot.snapshot_id in kept}


def judge_parts(source: Source, found: Container[str], before: Container[str], *, is_same: bool) -> Stop | None:
    """Judge parts without rows in an answer of which others have some.

    Args:
        source: whose.
        found: the parts with rows.
        before: those of the last good answer; empty where there is none.
        is_same: whether that is of the same partition.
    """
    live = live_of(source)
    for part, request in live.requests.items():
        had_rows, may_be_empty = part in before, request.may_be_empty or live.trust.may_be_empty
        if part in found or (may_be_empty and not (is_same and had_rows)):
            continue
        told = "the last good answer has some" if had_rows else "others have some"
        return Stop("empty", f"no rows came of the part {part}, where {told}")
    return None


def judge_rows(source: Source, rows: Path, prior: Prior, *, is_partial: bool = False) -> Stop | None:
    """Compare an answer with the last good one; with embedded figures, only those of a kind that the answer tells.

    Args:
        source: whose.
        rows: the Parquet file of its rows.
        prior: the last good answer.
        is_partial: whether a part is empty that may be, so that of another period only what has a frequency that came
            is compared.

    Returns:
        Why a person must look, or None where all is within the bounds of the source's file.
    """
    shape, trust = shape_of(source), live_of(source).trust
    with _engine().cursor() as connection:
        _show(connection, "new", rows)
        _show(connection, "known", prior.rows)
        is_narrowed = is_partial and not prior.is_same_partition and FREQUENCY in shape.types
        alike = _kinds(shape) if prior.is_embedded else [FREQUENCY] if is_narrowed else []
        narrowed = f"SEMI JOIN new USING ({', '.join(alike)})" if alike else ""
        connection.execute(f"CREATE TEMP VIEW old AS FROM known {narrowed}")
        return (
            _coverage(connection, shape.series, "series", shape, prior, trust.least_coverage)
            or _periods_gone(connection, shape, prior)
            or _coverage(connection, shape.key, "figures", shape, prior, trust.least_coverage)
            or _jump(connection, shape, prior, trust)
        )


def _kinds(shape: Shape) -> list[str]:
    """What tells one series from another, less whose it is and with whom."""
    return [name for name in shape.series if name not in AREAS]


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One for the process, since to open one takes as long as to compare; it keeps nothing of the files it reads."""
    return duckdb.connect(config={"enable_external_file_cache": False})


def _show(connection: duckdb.DuckDBPyConnection, name: str, rows: Path | pl.DataFrame) -> None:
    """Give rows a name that this connection alone knows."""
    if isinstance(rows, Path):
        path = str(rows).replace("'", "''")
        connection.execute(f"CREATE TEMP VIEW {name} AS FROM read_parquet('{path}')")
    else:
        connection.register(name, rows.to_arrow())


def _periods_gone(connection: duckdb.DuckDBPyConnection, shape: Shape, prior: Prior) -> Stop | None:
    """Of the same partition no period may go; but the oldest may, of a table that moves on."""
    if not prior.is_same_partition or PERIOD not in shape.types:
        return None
    has_value = f'WHERE "{shape.measure}" IS NOT NULL' if shape.measure else ""
    grain = FREQUENCY if FREQUENCY in shape.types else "''"
    told = f"SELECT DISTINCT {grain}, {PERIOD} FROM"
    gone = connection.sql(f"{told} old {has_value} EXCEPT {told} new {has_value} ORDER BY ALL").fetchall()
    oldest = f"SELECT {grain}, min({PERIOD}) FROM new {has_value} GROUP BY 1"  # noqa: S608  (our columns)
    first = dict(connection.sql(oldest).fetchall())
    missing = [row[-1] for row in gone if row[-1] > first.get(row[0], "")]
    if not missing:
        return None
    shown = ", ".join(missing[:SHOWN_SERIES])
    return Stop("coverage", f"{len(missing):,} periods of {prior.words} have no figures any more, such as {shown}")


def _coverage(  # noqa: PLR0913, PLR0917  (a comparison has these)
    connection: duckdb.DuckDBPyConnection,
    by: list[str],
    what: str,
    shape: Shape,
    prior: Prior,
    least_coverage: float,
) -> Stop | None:
    """Whether enough of what was there is there; figures, which have a period too, of the same partition only."""
    if not shape.series or (PERIOD in by and not prior.is_same_partition):
        return None
    series = ", ".join(f'"{name}"' for name in by)
    has_value = f'WHERE "{shape.measure}" IS NOT NULL' if shape.measure else ""
    known, found = (f"(SELECT DISTINCT {series} FROM {rows} {has_value})" for rows in ("old", "new"))  # noqa: S608
    gone = f"SELECT * FROM {known} EXCEPT SELECT * FROM {found}"  # noqa: S608  (our columns)
    counted = connection.sql(f"SELECT (SELECT count(*) FROM {known}), (SELECT count(*) FROM ({gone}))").fetchone()  # noqa: S608
    before, missing = counted or (0, 0)
    if not before or (before - missing) / before >= least_coverage:
        return None
    shown = connection.sql(f"{gone} ORDER BY ALL LIMIT {SHOWN_SERIES}").fetchall()
    named = "; ".join(" ".join(str(cell) for cell in row) for row in shown)
    return Stop(
        "coverage",
        f"of the {before:,} {what} of {prior.words}, {before - missing:,} came "
        f"({(before - missing) / before:.1%}); at least {least_coverage:.0%} must. Missing, for instance: {named}",
    )


def _jump(connection: duckdb.DuckDBPyConnection, shape: Shape, prior: Prior, trust: Trust) -> Stop | None:
    moved = what_moved(connection, shape, trust, prior.words, is_same=prior.is_same_partition)
    return Stop("jump", moved) if moved else None


def _period(partition_key: str) -> str:
    return partition_key.partition(SEPARATOR)[0]


def _reporter(partition_key: str) -> str:
    return partition_key.partition(SEPARATOR)[2]
