"""What areas publish as their trade with the whole world, out of the totals that stand beside reconciled flows."""

from collections.abc import Iterator
from typing import Final

import polars as pl

GRAPH: Final = ("theme", "subject", "time_period")
YEARLY: Final = "A"


def world_totals(residuals: pl.DataFrame) -> pl.DataFrame:
    """Each area's published trade with the world, all from the one source that has the most of them.

    Args:
        residuals: out_total_residuals of one subject and year.

    Returns:
        (areas, [area, exports, imports]), US dollars; blank where the source has none.
    """
    counted = residuals.group_by("source_id").len().sort("len", "source_id", descending=[True, False])
    chosen = residuals.filter(pl.col("source_id").is_in(counted["source_id"].head(1).implode()))
    total = pl.col("published_total").cast(pl.Float64)
    return (
        chosen.group_by("area")
        .agg(
            exports=total.filter(pl.col("role") == "from").first(), imports=total.filter(pl.col("role") == "to").first()
        )
        .sort("area")
    )


def both_ways(totals: pl.DataFrame) -> dict[str, float]:
    """Area to exports and imports together, of those areas that the source has both of.

    Args:
        totals: from `world_totals`.
    """
    both = totals.drop_nulls()
    return dict(both.select("area", pl.col("exports") + pl.col("imports")).iter_rows())


def totals_by_graph(residuals: pl.DataFrame) -> Iterator[tuple[tuple[str, str, str], dict[str, float]]]:
    """Theme, subject and year to `both_ways` of its totals, of what flows in a year.

    Args:
        residuals: out_total_residuals.
    """
    yearly = residuals.filter(pl.col("freq") == YEARLY, pl.col("stock_flow") == "F")
    for (theme, subject, year), rows in yearly.group_by(GRAPH, maintain_order=True):
        yield (str(theme), str(subject), str(year)), both_ways(world_totals(rows))
