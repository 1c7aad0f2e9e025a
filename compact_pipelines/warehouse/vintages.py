"""The log of all values ever known: append only, one file per edition that changed something.

A row of the log is a stored row as it became known, with the edition that recorded it; a key that disappears leaves a
row too (is_deleted). Nothing is ever rewritten, so the current view, the view as known on a date and the revisions
are all queries. A value that comes again unchanged makes no new row and keeps its first recorded_at.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from compact_pipelines.contracts import Table
from compact_pipelines.contracts.judges import polars_schema

PROVENANCE: Final = ("snapshot_id", "drop_id", "recorded_at")
NOT_LOGGED: Final = "is_preferred"


def log_schema(table: Table) -> dict[str, pl.DataType]:
    """Columns of the log: the stored columns less is_preferred, and what the log itself knows."""
    stored = {name: dtype for name, dtype in polars_schema(table).items() if name != NOT_LOGGED}
    return {**stored, "edition_number": pl.Int64(), "is_deleted": pl.Boolean()}


def row_key(table: Table) -> list[str]:
    """The key of a stored row: the dimensions and the source."""
    return [*table.dimensions, "source_id"]


def read_log(folder: Path, table: Table, up_to: int) -> pl.DataFrame:
    """The log of one table up to an edition.

    Args:
        folder: the vintages folder of a data root.
        table: the contract.
        up_to: the last edition to read; files of editions that were never published lie beyond it.

    Returns:
        (rows ever known, log_schema), empty before the first edition.
    """
    files = [path for path in sorted((folder / table.id).glob("*.parquet")) if int(path.stem) <= up_to]
    empty = pl.DataFrame(schema=log_schema(table))
    return pl.concat([empty, *(pl.read_parquet(path) for path in files)])


def current_view(log: pl.DataFrame, table: Table, as_known_on: dt.datetime | None = None) -> pl.DataFrame:
    """The latest row of every key.

    Args:
        log: (rows, log_schema).
        table: the contract.
        as_known_on: a UTC datetime; only rows recorded by then count. None takes all.

    Returns:
        (keys, log_schema less edition_number and is_deleted), sorted by key.
    """
    known = log if as_known_on is None else log.filter(pl.col("recorded_at") <= as_known_on)
    last = known.sort("edition_number").unique(row_key(table), keep="last", maintain_order=True)
    return last.filter(~pl.col("is_deleted")).drop("edition_number", "is_deleted").sort(row_key(table))


def keep_known(incoming: pl.DataFrame, current: pl.DataFrame) -> pl.DataFrame:
    """Let a value that is already known keep the row under which it became known.

    Args:
        incoming: (rows, stored columns less is_preferred) of all sources as they are now.
        current: the current view of the log.

    Returns:
        (rows of incoming, same columns), with the provenance of the log where nothing else differs.
    """
    known = current.rename({name: f"{name}_known" for name in PROVENANCE})
    same = [name for name in incoming.columns if name not in PROVENANCE]
    joined = incoming.join(known, on=same, how="left", nulls_equal=True, maintain_order="left")
    is_known = pl.col("recorded_at_known").is_not_null()
    return joined.with_columns(
        pl.when(is_known).then(f"{name}_known").otherwise(name).alias(name) for name in PROVENANCE
    ).select(incoming.columns)


def changes(
    rows: pl.DataFrame, current: pl.DataFrame, table: Table, number: int, gone_at: dt.datetime | None = None
) -> pl.DataFrame:
    """What an edition adds to the log.

    Args:
        rows: (rows, stored columns less is_preferred) of the edition.
        current: the current view of the log before it.
        table: the contract.
        number: the edition.
        gone_at: the UTC time from which rows that disappeared are known to be gone; now if None.

    Returns:
        (new and changed rows, then rows that disappeared marked is_deleted; log_schema). A row that disappeared is
        recorded as gone at gone_at: under its own recorded_at it would be missing from the past too.
    """
    key = row_key(table)
    columns: Sequence[str] = [name for name in log_schema(table) if name in rows.columns]
    new = rows.join(current, on=columns, how="anti", nulls_equal=True)
    gone = current.join(rows, on=key, how="anti").with_columns(
        recorded_at=pl.lit(gone_at or dt.datetime.now(dt.UTC), dtype=pl.Datetime("us", "UTC"))
    )
    return pl.concat(
        [
            new.with_columns(edition_number=pl.lit(number, pl.Int64), is_deleted=pl.lit(value=False)),
            gone.with_columns(edition_number=pl.lit(number, pl.Int64), is_deleted=pl.lit(value=True)),
        ]
    ).select(list(log_schema(table)))
