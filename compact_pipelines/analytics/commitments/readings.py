"""What an indicator hands over, and the members it is asked about."""

from collections.abc import Sequence
from typing import Final

import polars as pl

SCHEMA: Final = {
    "area": pl.String,
    "time_period": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "source_ids": pl.String,
}
NONE: Final = pl.DataFrame(schema=SCHEMA)
SEPARATOR: Final = ", "


def readings(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of a reading, sorted.

    Args:
        frame: (members and periods, [area, time_period, low, high, source_ids] and more).

    Returns:
        ([area, time_period, low, high, source_ids]): a value is between low and high, and known where they are equal.
    """
    return frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).sort("area", "time_period")


def named(*columns: str) -> pl.Expr:
    """The source ids in some columns of a group, each once, sorted, comma-separated."""
    first, *rest = (pl.col(column).drop_nulls() for column in columns)
    for more in rest:
        first = first.append(more)
    return first.unique().sort().str.join(SEPARATOR)


def inside(flows: pl.DataFrame, members: Sequence[str]) -> pl.DataFrame:
    """The flows between two members."""
    return flows.filter(pl.col("from_area").is_in(members), pl.col("to_area").is_in(members))
