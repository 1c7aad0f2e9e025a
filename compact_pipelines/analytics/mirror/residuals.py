"""What reconciled flows leave of the totals that areas publish; the difference is shown and never spread."""

from typing import Final

import duckdb
import polars as pl

_RESIDUALS_SQL: Final = """
WITH told AS (
  SELECT theme, from_area AS area, 'from' AS role, subject, stock_flow, freq, time_period, unit_measure,
         source_from AS source_id, reported_by_from AS reported, reconciled, reconciled_reason FROM flows
  UNION ALL
  SELECT theme, to_area, 'to', subject, stock_flow, freq, time_period, unit_measure, source_to, reported_by_to,
         reconciled, reconciled_reason FROM flows
), summed AS (
  SELECT t.theme, t.area, t.role, t.subject, t.stock_flow, t.freq, t.time_period, t.unit_measure, t.source_id,
         t.value AS published_total, CAST(sum(f.reported) FILTER (f.source_id = t.source_id) AS DOUBLE) AS reported_sum,
         CAST(sum(CAST(f.reconciled AS DECIMAL(28, 6))) AS DOUBLE) AS part_sum,
         count(f.reconciled) AS partners_count,
         CASE WHEN count(*) FILTER (f.reconciled IS NULL AND f.reconciled_reason = 'negative_input') > 0
              THEN 'negative_input'
              WHEN count(*) > count(f.reconciled) THEN 'not_reconciled' END AS reason
  FROM totals t JOIN told f
    ON f.theme = t.theme AND f.area = t.area AND f.role = t.role AND f.subject = t.subject
   AND f.stock_flow = t.stock_flow AND f.freq = t.freq AND f.time_period = t.time_period
   AND f.unit_measure = t.unit_measure
  GROUP BY ALL
)
SELECT theme, area, role, subject, stock_flow, freq, time_period, unit_measure, source_id, published_total,
       reported_sum, reconciled_sum, residual,
       CASE WHEN published_total <> 0 THEN residual / CAST(published_total AS DOUBLE) END AS residual_share,
       partners_count, reason
FROM (
  SELECT *, CASE WHEN reason IS NULL THEN part_sum END AS reconciled_sum,
         CAST(published_total AS DOUBLE) - reconciled_sum AS residual
  FROM summed
)
ORDER BY theme, area, role, subject, stock_flow, freq, unit_measure, time_period, source_id
"""


def build_total_residuals(flows: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """Published totals beside the sum of what was reconciled.

    Args:
        flows: out_mirror_flows.
        totals: `totals.build_world_totals`.

    Returns:
        (totals with at least one partner, columns of schemas/published/out_total_residuals.yaml), sorted by key. Where
        a partner's flow is reported and has no reconciled value, the sum would cover less than the total does: there
        is neither sum nor residual, and the reason is negative_input or, for anything else, not_reconciled. Arrivals
        are reconciled at the valuation of departure, so the freight of a CIF total is in its residual.
    """
    with duckdb.connect() as connection:
        connection.register("flows", flows)
        connection.register("totals", totals)
        return connection.execute(_RESIDUALS_SQL).pl()
