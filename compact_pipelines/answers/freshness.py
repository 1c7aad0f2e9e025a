"""How each source stands in an edition: when it was asked, what was believed, and which figures are shown meanwhile."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import Contracts, Source
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.live.freshness import freshness_rows

TABLE: Final = "source_freshness"
YEAR: Final = len("2025")
QUARTER: Final = len("2025-Q3")
MONTHS_A_QUARTER: Final = 3


def freshness_table(
    contracts: Contracts, data_root: Path, now: dt.datetime, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """How fresh each source is, beside the figures of it that an edition shows.

    Args:
        contracts: schemas/.
        data_root: where everything is kept.
        now: UTC; what is late is said as of then.
        tables: the edition's tables by name; those with source_id and time_period tell the newest period.

    Returns:
        (sources, columns of schemas/published/source_freshness.yaml), by name.
    """
    return describe_freshness(contracts, freshness_rows(data_root, contracts, now), tables)


def describe_freshness(
    contracts: Contracts, rows: Sequence[Mapping[str, Any]], tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """The same from what the journal says, see `live.freshness.freshness_rows`."""
    newest = newest_periods(tables)
    full = [
        {
            **row,
            "theme": contracts.source(row["source_id"]).theme,
            "stands": _stands(contracts.source(row["source_id"]), row["partitions_believed"]),
            "newest_period": newest.get(row["source_id"]),
        }
        for row in rows
    ]
    schema = {name: POLARS_TYPES[column.type] for name, column in contracts.published[TABLE].columns.items()}
    told = [{name: row.get(name) for name in schema} for row in full]
    return pl.DataFrame(told, schema=schema, orient="row").sort("source_id")


def newest_periods(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Source to the latest period of its figures: the one that ends last, the finer one of two that end together."""
    dated = [frame for frame in tables.values() if {"source_id", "time_period"} <= set(frame.columns)]
    newest: dict[str, str] = {}
    for frame in dated:
        for source_id, period in frame.select("source_id", "time_period").drop_nulls().unique().iter_rows():
            if source_id not in newest or _end(period) > _end(newest[source_id]):
                newest[source_id] = period
    return newest


def _end(period: str) -> tuple[str, int]:
    """The last month of a period, then how fine it is, so that periods can be put in order."""
    if len(period) == YEAR:
        return f"{period}-12", len(period)
    if len(period) == QUARTER and "Q" in period:
        # As fine as it is told: a quarter stands between a year and a month that end together.
        return f"{period[:YEAR]}-{int(period[-1]) * MONTHS_A_QUARTER:02d}", YEAR + 1
    return period, len(period)


def _stands(source: Source, partitions_believed: int) -> str:
    is_embedded = bool(source.parts)
    if partitions_believed:
        return "live_and_embedded" if is_embedded else "live"
    return "embedded" if is_embedded else "nothing"
