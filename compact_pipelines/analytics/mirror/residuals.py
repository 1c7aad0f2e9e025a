"""What reconciled flows leave of the totals that areas publish; the difference is shown and never spread."""

from typing import Final

import duckdb
import polars as pl

_RESIDUALS_SQL: Final = """
WITH told AS (
  SELECT theme, from_area AS area, 'from' AS role, subject, stock_flow, freq, time_period, unit_measure,
         source_from AS source_id, reported_by_from AS reported, reconciled FROM flows
  UNION ALL
  SELECT theme, to_area, 'to', subject, stock_flow, freq, time_period, unit_measure, source_to, reported_by_to,
         reconciled FROM flows
), summed AS (
  SELECT t.theme, t.area, t.role, t.subject, t.stock_flow, t.freq, t.time_period, t.unit_measure, t.source_id,
         t.value AS published_total, CAST(sum(f.reported) FILTER (f.source_id = t.source_id) AS DOUBLE) AS reported_sum,
         CAST(sum(CAST(f.reconciled AS DECIMAL(28, 6))) AS DOUBLE) AS reconciled_sum,
         count(f.reconciled) AS partners_count
  FROM totals t JOIN told f
    ON f.theme = t.theme AND f.area = t.area AND f.role = t.role AND f.subject = t.subject
   AND f.stock_flow = t.stock_flow AND f.freq = t.freq AND f.time_period = t.time_period
   AND f.unit_measure = t.unit_measure
  GROUP BY ALL
)
SELECT theme, area, role, subject, stock_flow, freq, time_period, unit_measure, source_id, published_total,
       reported_sum, reconciled_sum, CAST(published_total AS DOUBLE) - reconciled_sum AS residual,
       CASE WHEN published_total <> 0
            THEN (CAST(published_total AS DOUBLE) - reconciled_sum) / CAST(published_total AS DOUBLE) END
         AS residual_share,
       partners_count
FROM summed WHERE partners_count > 0
ORDER BY theme, area, role, subject, stock_flow, freq, unit_measure, time_period, source_id
"""


def build_total_residuals(flows: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """Published totals beside the sum of what was reconciled.

    Args:
        flows: out_mirror_flows.
        totals: `totals.build_world_totals`.

    Returns:
        (totals with at least one reconciled partner, columns of schemas/published/out_total_residuals.yaml), sorted by
        key. Arrivals are reconciled at the valuation of departure, so the freight of a CIF total is in its residual.
    """
    with duckdb.connect() as connection:
        connection.register("flows", flows)
        connection.register("totals", totals)
        return connection.execute(_RESIDUALS_SQL).pl()
