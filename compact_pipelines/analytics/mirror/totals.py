"""Published totals with the world: for shares, and to show what reconciled flows leave of them."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from compact_pipelines.analytics.mirror import reports
from compact_pipelines.analytics.mirror.engine import engine
from compact_pipelines.analytics.mirror.references import References

WORLD: Final = "W00"

_TOTALS_SQL: Final = """
SELECT $theme AS theme, subject, stock_flow, freq, unit_measure, time_period, {area} AS area, source_id,
       months IS NOT NULL AS is_derived, obs_value AS value
FROM spoken_{side} WHERE {other} = $world AND obs_value IS NOT NULL AND obs_status IS DISTINCT FROM 'I'
"""


def build_world_totals(themes: Mapping[str, pl.DataFrame], known: References) -> pl.DataFrame:
    """What left every area for the whole world, or reached it, where a source prints that total.

    Args:
        themes: as in `reconcile`.
        known: as there.

    Returns:
        (totals, [theme, subject, stock_flow, freq, unit_measure, time_period, area, role, source_id, value]), value a
        decimal; a year of months only where all twelve are held, and not beside a year that the source prints itself.
    """
    frames = []
    with engine(themes, known) as connection:
        for theme, shape in reports.SHAPES.items():
            reports.tell(connection, shape, {})
            for side, area, other in (("from", "from_area", "to_area"), ("to", "to_area", "from_area")):
                statement = _TOTALS_SQL.format(side=side, area=area, other=other)
                told = connection.execute(statement, {"theme": theme, "world": WORLD}).pl()
                frames.append(told.with_columns(role=pl.lit(side)))
    key = ["theme", "subject", "stock_flow", "freq", "unit_measure", "time_period", "area", "role", "source_id"]
    found = pl.concat(frames, how="vertical_relaxed").sort(*key, "is_derived")
    return found.unique(key, keep="first", maintain_order=True).select(*key, "value")
