"""Mirror data: both reports of one flow beside each other, and how far apart they are.

Terms: X is what the area of departure reports (exports, outward), M what the area of arrival reports (imports,
inward), both of the same flow, product, period and unit. Nothing is paired that is not the same thing.
"""

import math
from collections.abc import Mapping
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.errors import ContractError

GRADE_LIMITS: Final = {"A": 0.05, "B": 0.15, "C": 0.30}

# Each theme as reports of one shape, those of all its sources: which is heard is decided below, per period. The
# reporting area speaks as the side it stands on: an exporter or an outward investor speaks for the departure, an
# importer, an inward count or a host for the arrival.
REPORTS_SQL: Final = """
CREATE VIEW report AS
SELECT 'compute_exports' AS theme, CASE flow WHEN 'X' THEN 'from' ELSE 'to' END AS side,
       CASE flow WHEN 'X' THEN ref_area ELSE counterpart_area END AS from_area,
       CASE flow WHEN 'X' THEN counterpart_area ELSE ref_area END AS to_area,
       product AS subject, 'F' AS stock_flow, freq, time_period, unit_measure, obs_value, obs_status, valuation,
       source_id, imputed_mirror
FROM compute_exports WHERE flow IN ('X', 'M')
UNION ALL
SELECT 'capital_flows', CASE direction WHEN 'OUT' THEN 'from' ELSE 'to' END,
       CASE direction WHEN 'OUT' THEN ref_area ELSE counterpart_area END,
       CASE direction WHEN 'OUT' THEN counterpart_area ELSE ref_area END,
       instrument, stock_flow, freq, time_period, unit_measure, obs_value, obs_status, valuation, source_id,
       imputed_mirror
FROM capital_flows WHERE direction IN ('OUT', 'IN')
UNION ALL
SELECT 'talent_movement', CASE direction WHEN 'OUT' THEN 'from' ELSE 'to' END,
       CASE direction WHEN 'OUT' THEN ref_area ELSE counterpart_area END,
       CASE direction WHEN 'OUT' THEN counterpart_area ELSE ref_area END,
       category, stock_flow, freq, time_period, unit_measure, obs_value, obs_status, NULL, source_id, imputed_mirror
FROM talent_movement
WHERE direction IN ('OUT', 'IN') AND reporting_year_start IS NULL
"""

# A year of monthly flows is the sum of twelve months, all with a value; a year-end stock is December's. A national
# office's months come before an international body's year; the rank says so.
YEARS_SQL: Final = """
CREATE VIEW standing AS SELECT source_id, row_number() OVER (ORDER BY rank, source_id) AS place FROM precedence;
CREATE VIEW spoken AS
SELECT report.*, CASE freq WHEN 'A' THEN 12 ELSE 1 END AS months, place FROM report JOIN standing USING (source_id)
UNION ALL
SELECT theme, side, from_area, to_area, subject, stock_flow, 'A', left(time_period, 4), unit_measure,
       CASE stock_flow
         WHEN 'F' THEN CASE WHEN count(obs_value) = 12 THEN sum(obs_value) END
         ELSE max(obs_value) FILTER (right(time_period, 2) = '12')
       END,
       CASE WHEN stock_flow = 'S' THEN max(obs_status) FILTER (right(time_period, 2) = '12')
            WHEN count(obs_value) < 12 THEN 'L'
            WHEN bool_or(obs_status = 'I') THEN 'I'
            ELSE max(obs_status) END,
       max(valuation), source_id, bool_or(imputed_mirror),
       CASE stock_flow WHEN 'F' THEN count(obs_value) ELSE 12 END, place
FROM report JOIN standing USING (source_id)
WHERE freq = 'M'
GROUP BY theme, side, from_area, to_area, subject, stock_flow, left(time_period, 4), unit_measure, source_id, place
HAVING stock_flow = 'F' OR count(obs_value) FILTER (right(time_period, 2) = '12') = 1
"""

# One voice a side: the one with a value, then the better place in the precedence. An aggregate and no window, since a
# window would sort every report there is.
SIDES_SQL: Final = """
CREATE VIEW side_by_side AS
SELECT theme, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure,
       arg_min(voice, place) FILTER (side = 'from') AS sender, arg_min(voice, place) FILTER (side = 'to') AS receiver
FROM (
  SELECT spoken.* EXCLUDE (place),
         place + CASE WHEN obs_value IS NULL THEN 2000000 WHEN obs_status = 'I' THEN 1000000 ELSE 0 END AS place,
         struct_pack(value := obs_value, source := source_id, valuation := valuation, status := obs_status,
                     months := months, copied := imputed_mirror) AS voice
  FROM spoken
  WHERE from_area IN (SELECT area FROM single_area) AND to_area IN (SELECT area FROM single_area)
)
GROUP BY theme, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure
"""

PAIRS_SQL: Final = """
WITH one_collection AS (
  SELECT theme, area_1 AS from_area, area_2 AS to_area, since FROM same_source
  UNION ALL
  SELECT theme, area_2, area_1, since FROM same_source
), judged AS (
  SELECT s.* EXCLUDE (sender, receiver),
         CASE WHEN sender.status IS DISTINCT FROM 'I' THEN sender.value END AS reported_by_from,
         CASE WHEN receiver.status IS DISTINCT FROM 'I' THEN receiver.value END AS reported_by_to,
         sender.source AS source_from, receiver.source AS source_to,
         sender.valuation AS valuation_from, receiver.valuation AS valuation_to,
         sender.status AS status_from, receiver.status AS status_to,
         coalesce(sender.months, 0) AS months_from, coalesce(receiver.months, 0) AS months_to,
         CASE freq WHEN 'A' THEN 12 ELSE 1 END AS months_expected,
         coalesce(sender.copied, false) OR coalesce(receiver.copied, false) AS imputed_mirror,
         EXISTS (
           SELECT 1 FROM one_collection o
           WHERE o.theme = s.theme AND o.from_area = s.from_area AND o.to_area = s.to_area
             AND s.time_period >= left(o.since, length(s.time_period))
         ) AS same_source
  FROM side_by_side s
), measured AS (
  SELECT *,
         CASE WHEN NOT imputed_mirror AND reported_by_from >= 0 AND reported_by_to >= 0
                   AND reported_by_from + reported_by_to > 0
              THEN abs(reported_by_from - reported_by_to)::DOUBLE / (reported_by_from + reported_by_to)::DOUBLE
         END AS asymmetry,
         CASE WHEN NOT imputed_mirror AND reported_by_from >= 0 AND reported_by_to >= 0
                   AND reported_by_from + reported_by_to > 0
              THEN 2 * (reported_by_to - reported_by_from)::DOUBLE / (reported_by_from + reported_by_to)::DOUBLE
         END AS asymmetry_signed,
         CASE WHEN NOT imputed_mirror AND reported_by_from > 0 AND reported_by_to > 0
              THEN abs(ln(reported_by_from::DOUBLE / reported_by_to::DOUBLE))
         END AS reporting_distance,
         CASE WHEN imputed_mirror OR reported_by_from IS NULL OR reported_by_to IS NULL THEN NULL
              ELSE least(months_from, months_to)::DOUBLE / months_expected
         END AS both_coverage,
         lag(CASE WHEN reported_by_from IS NOT NULL THEN source_from END IGNORE NULLS) OVER series
           AS source_from_before,
         lag(CASE WHEN reported_by_to IS NOT NULL THEN source_to END IGNORE NULLS) OVER series AS source_to_before
  FROM judged
  WINDOW series AS (
    PARTITION BY theme, from_area, to_area, subject, stock_flow, freq, unit_measure ORDER BY time_period
  )
)
SELECT theme, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure,
       reported_by_from, reported_by_to, asymmetry, asymmetry_signed, reporting_distance,
       NULL::DOUBLE AS reconciled, NULL::DOUBLE AS low, NULL::DOUBLE AS high, NULL::DOUBLE AS weight_from,
       CASE WHEN asymmetry <= $limit_a AND NOT same_source THEN 'A'
            WHEN asymmetry <= $limit_b THEN 'B'
            WHEN asymmetry <= $limit_c THEN 'C'
            ELSE 'D' END AS grade,
       same_source, imputed_mirror,
       source_from, source_to, valuation_from, valuation_to,
       CASE WHEN reported_by_from IS NOT NULL AND source_from_before <> source_from THEN 'B' ELSE status_from
       END AS obs_status_from,
       CASE WHEN reported_by_to IS NOT NULL AND source_to_before <> source_to THEN 'B' ELSE status_to
       END AS obs_status_to,
       CASE WHEN reported_by_from IS NOT NULL THEN NULL WHEN source_from IS NULL THEN 'no_report'
            WHEN status_from = 'I' THEN 'copy' WHEN freq = 'A' AND months_from < 12 THEN 'incomplete_year'
            ELSE 'missing_value' END AS missing_from,
       CASE WHEN reported_by_to IS NOT NULL THEN NULL WHEN source_to IS NULL THEN 'no_report'
            WHEN status_to = 'I' THEN 'copy' WHEN freq = 'A' AND months_to < 12 THEN 'incomplete_year'
            ELSE 'missing_value' END AS missing_to,
       coalesce(both_coverage, greatest(months_from, months_to)::DOUBLE / months_expected) AS coverage_share
FROM measured
WHERE reported_by_from IS NOT NULL OR reported_by_to IS NOT NULL
ORDER BY theme, from_area, to_area, subject, stock_flow, freq, unit_measure, time_period
"""


def asymmetry(exporter: float, importer: float) -> float | None:
    """How far two reports of one flow are apart: D = |X - M| / (X + M).

    Args:
        exporter: X, zero or more.
        importer: M, zero or more, same unit.

    Returns:
        0 where they agree, up to 1 where only one side is above zero; None where both are zero or one is negative.

    Source: Harvard Growth Lab, International Trade Data: bilateral asymmetry.
    """
    if exporter < 0 or importer < 0 or exporter + importer == 0:
        return None
    return abs(exporter - importer) / (exporter + importer)


def reporting_distance(exporter: float, importer: float) -> float | None:
    """RD = |ln(X / M)|, None unless both are above zero; D = tanh(RD / 2).

    Source: Gaulier and Zignago, BACI, CEPII working paper 2010-23.
    """
    if exporter <= 0 or importer <= 0:
        return None
    return abs(math.log(exporter / importer))


WORLD: Final = "W00"

TOTALS_SQL: Final = """
SELECT theme, subject, stock_flow, unit_measure, time_period, to_area AS area, source_id, obs_value::DOUBLE AS value
FROM spoken WHERE freq = 'A' AND side = 'to' AND from_area = $world AND obs_value IS NOT NULL
ORDER BY ALL
"""


def build_world_totals(themes: Mapping[str, pl.DataFrame], *, precedence: pl.DataFrame) -> pl.DataFrame:
    """What every area received from the whole world in a year, where its own source prints that total.

    Args:
        themes: as in `build_mirror_flows`.
        precedence: as there.

    Returns:
        (areas, subjects and years, [theme, subject, stock_flow, unit_measure, time_period, area, source_id, value]);
        a year of months only where all twelve are held.
    """
    with duckdb.connect() as connection:
        for name, frame in themes.items():
            connection.register(name, frame)
        connection.register("precedence", precedence)
        for view in (REPORTS_SQL, YEARS_SQL):
            connection.execute(view)
        return connection.execute(TOTALS_SQL, {"world": WORLD}).pl()


def build_mirror_flows(
    themes: Mapping[str, pl.DataFrame],
    *,
    areas: pl.DataFrame,
    precedence: pl.DataFrame,
    same_source: pl.DataFrame,
) -> pl.DataFrame:
    """Put both reports of every flow into one row.

    Monthly reports stand as they are and once more as years: a flow where all twelve months are held, a stock where
    December is. A side that speaks through several sources speaks through the one with a value and the best rank; a
    change of source within a series is marked B. A stated copy is no voice; where a copy's side is not known, both
    figures stand, without an asymmetry.

    Args:
        themes: compute_exports, capital_flows and talent_movement, with the contracts' stored columns.
        areas: (areas, [area, kind]); only single areas are paired, groups and special codes are left out.
        precedence: (sources, [source_id, rank]), 1 first; drops of partners are sources too.
        same_source: (pairs, [theme, area_1, area_2, since]) whose reports rest on one collection.

    Returns:
        (flows, columns of schemas/published/out_mirror_flows.yaml), sorted by key. Units as reported.

    Raises:
        ContractError: a source has no rank, so its reports would be lost.
    """
    speakers = {source for frame in themes.values() for source in frame["source_id"].unique()}
    if strangers := sorted(speakers - set(precedence["source_id"])):
        raise ContractError(f"mirror flows: no rank for the sources {strangers}; name them in the precedence")
    with duckdb.connect() as connection:
        for name, frame in themes.items():
            connection.register(name, frame)
        connection.register("single_area", areas.filter(pl.col("kind") == "area"))
        connection.register("precedence", precedence)
        connection.register("same_source", same_source)
        for view in (REPORTS_SQL, YEARS_SQL, SIDES_SQL):
            connection.execute(view)
        limits = {f"limit_{grade.lower()}": limit for grade, limit in GRADE_LIMITS.items()}
        return connection.execute(PAIRS_SQL, limits).pl()
