"""National indicators: figures about single areas, each as its national office publishes it."""

import dagster as dg
import polars as pl

KEY = ("area", "indicator", "time_period", "source_id")


def join_offices(*offices: pl.DataFrame) -> pl.DataFrame:
    """The rows of all offices; nothing is merged, since each counts in its own way.

    Args:
        offices: of each (figures, columns of national_indicators).

    Returns:
        (all figures, the columns of the first), sorted by key.
    """
    return pl.concat([frame.select(offices[0].columns) for frame in offices]).sort(KEY)


@dg.asset(group_name="reference", kinds={"polars", "parquet"})
def national_indicators(core_inegi_indicators: pl.DataFrame, core_korea_kosis: pl.DataFrame) -> pl.DataFrame:
    """One figure per area, indicator, period and source; empty until a publisher has been asked."""
    return join_offices(core_inegi_indicators, core_korea_kosis)
