"""Why two reports of one flow differ, step by step: what was published on one side leads to the other's to the cent.

Only what a figure or a stated parameter measures is a step of its own; what is left stands as unexplained and is never
spread over the others. Two exceptions have no rest by their nature: two reports of one collection differ by concept
only, and a copy differs from its original by what was done to it.
"""

from collections.abc import Mapping
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.analytics.mirror.references import References

STEPS: Final = (
    "reported_by_from", "reexports", "valuation", "timing", "same_source", "imputation", "missing_report",
    "unexplained", "reported_by_to",
)  # fmt: skip
GOODS: Final = "compute_exports"
WORLD: Final = "W00"
DAYS_A_MONTH: Final = 365.25 / 12

_KEY: Final = "theme, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure"

# The sender's months at both edges of a period: what left at the end of the one before arrives in it, what leaves at
# its own end arrives in the next. q is the share of a month that is on its way.
_EDGES_SQL: Final = """
CREATE TEMP TABLE edge AS
SELECT ref_area AS from_area, counterpart_area AS to_area, product AS subject, time_period AS month, source_id,
       obs_value
FROM compute_exports WHERE flow = 'X' AND freq = 'M' AND obs_value IS NOT NULL AND obs_status IS DISTINCT FROM 'I';
CREATE TEMP TABLE reexport AS
WITH told AS (
  SELECT ref_area AS from_area, counterpart_area AS to_area, product AS subject, freq, time_period, source_id,
         max(obs_value) AS obs_value
  FROM compute_exports WHERE flow = 'RX' AND obs_value IS NOT NULL AND obs_status IS DISTINCT FROM 'I' GROUP BY ALL
), years AS (
  SELECT from_area, to_area, subject, 'A' AS freq, left(time_period, 4) AS time_period, source_id,
         CAST(sum(obs_value) AS DECIMAL(28, 6)) AS obs_value
  FROM told WHERE freq = 'M' GROUP BY ALL HAVING count(*) = 12
)
SELECT * FROM told
UNION ALL
SELECT * FROM years ANTI JOIN told USING (from_area, to_area, subject, freq, time_period, source_id);
CREATE TEMP TABLE on_its_way AS
SELECT from_area, to_area,
       least(1, CASE WHEN is_contiguous THEN $neighbour_days
                     ELSE coalesce(weighted_distance_km, distance_km) / $sea_km END / $month_days)::DOUBLE AS q
FROM distance WHERE from_area <> to_area;
"""

_MEASURED_SQL: Final = f"""
CREATE TEMP TABLE measured AS
WITH edged AS (
  SELECT f.*,
         CASE freq WHEN 'A' THEN time_period || '-12' WHEN 'M' THEN time_period END AS last_month,
         CASE freq WHEN 'A' THEN CAST(CAST(time_period AS INTEGER) - 1 AS VARCHAR) || '-12'
                   WHEN 'M' THEN strftime(CAST(time_period || '-01' AS DATE) - INTERVAL 1 MONTH, '%Y-%m')
         END AS month_before
  FROM flows f WHERE reported_by_from IS NOT NULL AND reported_by_to IS NOT NULL
), joined AS (
  SELECT e.*, r.obs_value AS reexported, b.obs_value AS before, l.obs_value AS after, w.q,
         CASE WHEN i.share IS NOT NULL AND e.same_source THEN i.share END AS inland
  FROM edged e
  LEFT JOIN reexport r ON e.theme = '{GOODS}' AND r.from_area = e.from_area AND r.to_area = e.to_area
    AND r.subject = e.subject AND r.freq = e.freq AND r.time_period = e.time_period AND r.source_id = e.source_from
    AND coalesce(e.basis_from, '') <> 'ORIGIN' AND coalesce(e.basis_to, '') <> 'LAST_SHIPMENT'
  LEFT JOIN edge b ON e.theme = '{GOODS}' AND b.from_area = e.from_area AND b.to_area = e.to_area
    AND b.subject = e.subject AND b.month = e.month_before AND b.source_id = e.source_from
  LEFT JOIN edge l ON e.theme = '{GOODS}' AND l.from_area = e.from_area AND l.to_area = e.to_area
    AND l.subject = e.subject AND l.month = e.last_month AND l.source_id = e.source_from
  LEFT JOIN on_its_way w ON w.from_area = e.from_area AND w.to_area = e.to_area
  LEFT JOIN inland_freight i ON i.theme = e.theme AND i.from_area = e.from_area AND i.to_area = e.to_area
    AND e.time_period >= left(i.since, length(e.time_period))
), amounts AS (
  SELECT {_KEY}, theme = '{GOODS}' AS is_goods, same_source, imputed_mirror, cif_fob_ratio, inland,
         reported_by_from AS sent, reported_by_to AS received,
         CASE WHEN NOT imputed_mirror THEN -reexported END AS reexports,
         CASE WHEN imputed_mirror OR theme <> '{GOODS}' THEN 0
              ELSE CASE WHEN cif_fob_ratio IS NOT NULL THEN reported_by_to - CAST(comparable_to AS DECIMAL(28, 6))
                        ELSE 0 END
                 - coalesce(CAST(CAST(reported_by_from AS DOUBLE) * inland / (1 + inland) AS DECIMAL(28, 6)), 0)
         END AS valuation,
         CASE WHEN NOT imputed_mirror AND NOT same_source
              THEN CAST((before::DOUBLE - after::DOUBLE) * q AS DECIMAL(28, 6)) END AS timing
  FROM joined
)
SELECT *, CAST(received - sent - coalesce(reexports, 0) - valuation - coalesce(timing, 0) AS DECIMAL(28, 6)) AS rest
FROM amounts
"""  # noqa: S608  (our names)

# One list of steps a flow. A blank amount is part of the rest; a zero says that the step cannot apply here.
_STEPS_SQL: Final = f"""
WITH spelled AS (
  SELECT {_KEY}, unnest([
    {{'place': 1, 'step': 'reported_by_from', 'amount': sent, 'state': 'reported', 'rests_on': NULL}},
    {{'place': 2, 'step': 'reexports', 'amount': CASE WHEN is_goods AND NOT imputed_mirror THEN reexports ELSE 0 END,
      'state': CASE WHEN NOT is_goods OR imputed_mirror THEN 'not_applicable'
                    WHEN reexports IS NULL THEN 'not_measured' ELSE 'measured' END, 'rests_on': NULL}},
    {{'place': 3, 'step': 'valuation', 'amount': valuation,
      'state': CASE WHEN imputed_mirror OR (cif_fob_ratio IS NULL AND inland IS NULL) THEN 'not_applicable'
                    ELSE 'estimated' END,
      'rests_on': CASE WHEN imputed_mirror OR NOT is_goods THEN NULL WHEN inland IS NOT NULL THEN 'inland_freight'
                       WHEN cif_fob_ratio IS NOT NULL THEN $rule END}},
    {{'place': 4, 'step': 'timing', 'amount': CASE WHEN is_goods AND NOT imputed_mirror AND NOT same_source
                                                   THEN timing ELSE 0 END,
      'state': CASE WHEN NOT is_goods OR imputed_mirror OR same_source THEN 'not_applicable'
                    WHEN timing IS NULL THEN 'not_measured' ELSE 'estimated' END,
      'rests_on': CASE WHEN is_goods AND timing IS NOT NULL THEN 'transit' END}},
    {{'place': 5, 'step': 'same_source', 'amount': CASE WHEN same_source AND NOT imputed_mirror THEN rest ELSE 0 END,
      'state': CASE WHEN same_source AND NOT imputed_mirror THEN 'residual' ELSE 'not_applicable' END,
      'rests_on': CASE WHEN same_source THEN 'same_source' END}},
    {{'place': 6, 'step': 'imputation', 'amount': CASE WHEN imputed_mirror THEN rest ELSE 0 END,
      'state': CASE WHEN imputed_mirror THEN 'residual' ELSE 'not_applicable' END, 'rests_on': NULL}},
    {{'place': 7, 'step': 'missing_report', 'amount': 0, 'state': 'not_applicable', 'rests_on': NULL}},
    {{'place': 8, 'step': 'unexplained', 'amount': CASE WHEN same_source OR imputed_mirror THEN 0 ELSE rest END,
      'state': CASE WHEN same_source OR imputed_mirror THEN 'not_applicable' ELSE 'residual' END, 'rests_on': NULL}},
    {{'place': 9, 'step': 'reported_by_to', 'amount': received, 'state': 'reported', 'rests_on': NULL}}
  ], recursive := true) FROM measured
), with_world AS (
  SELECT {_KEY}, step, place, CAST(amount AS DECIMAL(28, 6)) AS amount, state, rests_on FROM spelled
  UNION ALL
  SELECT * FROM world_step
)
SELECT {_KEY}, step, CAST(place AS BIGINT) AS place, amount, state, rests_on FROM with_world
ORDER BY {_KEY}, place
"""  # noqa: S608  (our names)

# All partners of an area together, years only: here a report that one side never made is a step of its own. What was
# left out for another reason is not missing: a copy is imputation, a report of another basis or short of months is not
# explained.
_WORLD_SQL: Final = f"""
CREATE TEMP TABLE world_step AS
WITH partner AS (
  SELECT theme, from_area AS area, '{WORLD}' AS other, 'from' AS role, * EXCLUDE (theme, from_area, to_area) FROM whole
  UNION ALL
  SELECT theme, '{WORLD}', to_area, 'to', * EXCLUDE (theme, from_area, to_area) FROM whole
), summed AS (
  SELECT theme, area AS from_area, other AS to_area, subject, stock_flow, freq, time_period, unit_measure,
         coalesce(sum(sent), 0) AS sent, coalesce(sum(received), 0) AS received, sum(reexports) AS reexports,
         coalesce(sum(valuation), 0) AS valuation, sum(timing) AS timing, sum(same_source) AS same_source,
         sum(imputation) AS imputation, sum(missing) AS missing, sum(unexplained) AS unexplained,
         bool_or(theme = '{GOODS}') AS is_goods, bool_or(is_pair) AS has_pair
  FROM partner GROUP BY ALL
)
SELECT theme, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure, step,
       CAST(place AS BIGINT) AS place, CAST(amount AS DECIMAL(28, 6)) AS amount, state, NULL::VARCHAR AS rests_on
FROM (
  SELECT *, unnest([
    {{'place': 1, 'step': 'reported_by_from', 'amount': sent, 'state': 'reported'}},
    {{'place': 2, 'step': 'reexports', 'amount': CASE WHEN is_goods THEN reexports ELSE 0 END,
      'state': CASE WHEN NOT is_goods THEN 'not_applicable' WHEN reexports IS NULL THEN 'not_measured'
                    ELSE 'measured' END}},
    {{'place': 3, 'step': 'valuation', 'amount': valuation,
      'state': CASE WHEN is_goods THEN 'estimated' ELSE 'not_applicable' END}},
    {{'place': 4, 'step': 'timing', 'amount': CASE WHEN is_goods THEN timing ELSE 0 END,
      'state': CASE WHEN NOT is_goods THEN 'not_applicable' WHEN timing IS NULL THEN 'not_measured'
                    ELSE 'estimated' END}},
    {{'place': 5, 'step': 'same_source', 'amount': same_source,
      'state': CASE WHEN same_source <> 0 THEN 'residual' ELSE 'not_applicable' END}},
    {{'place': 6, 'step': 'imputation', 'amount': imputation,
      'state': CASE WHEN imputation <> 0 THEN 'residual' ELSE 'not_applicable' END}},
    {{'place': 7, 'step': 'missing_report', 'amount': missing, 'state': 'measured'}},
    {{'place': 8, 'step': 'unexplained', 'amount': unexplained, 'state': 'residual'}},
    {{'place': 9, 'step': 'reported_by_to', 'amount': received, 'state': 'reported'}}
  ], recursive := true) FROM summed WHERE has_pair
)
"""  # noqa: S608  (our names)

_ONE_SIDED: Final = "coalesce(reported_by_to, 0) - coalesce(reported_by_from, 0)"
_WHOLE_SQL: Final = f"""
CREATE TEMP TABLE whole AS
SELECT {_KEY}, sent, received, reexports, valuation, timing,
       CASE WHEN same_source AND NOT imputed_mirror THEN rest ELSE 0 END AS same_source,
       CASE WHEN imputed_mirror THEN rest ELSE 0 END AS imputation, CAST(0 AS DECIMAL(28, 6)) AS missing,
       CASE WHEN same_source OR imputed_mirror THEN 0 ELSE rest END AS unexplained, true AS is_pair
FROM measured WHERE freq = 'A'
UNION ALL
SELECT {_KEY}, reported_by_from, reported_by_to, NULL, 0, NULL, 0,
       CASE WHEN 'copy' IN (missing_from, missing_to) THEN {{gap}} ELSE 0 END,
       CASE WHEN 'no_report' IN (missing_from, missing_to) THEN {{gap}} ELSE 0 END,
       CASE WHEN 'copy' IN (missing_from, missing_to) OR 'no_report' IN (missing_from, missing_to) THEN 0
            ELSE {{gap}} END,
       false
FROM flows WHERE freq = 'A' AND (reported_by_from IS NULL) <> (reported_by_to IS NULL)
"""  # noqa: S608  (our names)


def build_gaps(flows: pl.DataFrame, themes: Mapping[str, pl.DataFrame], known: References) -> pl.DataFrame:
    """The steps from X to M of every flow that both sides report, and of all partners of an area together.

    Args:
        flows: out_mirror_flows.
        themes: compute_exports at least, for re-exports and for months at the edges of a period.
        known: the parameters (freight inland, days at sea) and the distances.

    Returns:
        (flows * 9, columns of schemas/published/out_mirror_gaps.yaml), sorted by key and place. Amounts are decimals
        and add up exactly: X, then the steps, then M. A step without a measurement is blank and counts as nothing, so
        what it would explain stays in the unexplained one. All partners together stand under W00, years only, for
        areas with at least one flow that both sides report.
    """
    valuation, transit = known.parameters.valuation, known.parameters.transit
    inland = [
        {"theme": f.theme, "from_area": f.from_area, "to_area": f.to_area, "since": f.since, "share": f.share}
        for f in valuation.inland_freight
    ]
    columns = dict.fromkeys(("theme", "from_area", "to_area", "since"), pl.String)
    with duckdb.connect() as connection:
        connection.register("flows", flows)
        connection.register("compute_exports", themes[GOODS])
        connection.register("distance", known.distances)
        connection.register("inland_freight", pl.DataFrame(inland, schema={**columns, "share": pl.Float64}))
        edges, rates, on_way = (text for text in _EDGES_SQL.split(";") if text.strip())
        connection.execute(edges)
        connection.execute(rates)
        days = {
            "neighbour_days": transit.neighbour_days, "sea_km": transit.sea_km_per_day, "month_days": DAYS_A_MONTH,
        }  # fmt: skip
        connection.execute(on_way, days)
        for statement in (_MEASURED_SQL, _WHOLE_SQL.format(gap=_ONE_SIDED), _WORLD_SQL):
            connection.execute(statement)
        return connection.execute(_STEPS_SQL, {"rule": valuation.default}).pl()
