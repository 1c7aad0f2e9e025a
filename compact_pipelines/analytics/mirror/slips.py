"""Slips of the unit: two reports that differ by a power of ten, such as thousands booked as units."""

from typing import Final

import duckdb

from compact_pipelines.analytics.mirror.pairs import HABITS, SLIP, has_habit, slip_parameters
from compact_pipelines.analytics.mirror.voices import FLAGS
from compact_pipelines.contracts.priors import Reliability

# Any two figures that were brought together can slip: independent reports, those of one collection, a copy's.
_TWO_FIGURES: Final = "sent > 0 AND received > 0 AND (reason IS NULL OR reason IN ('one_collection', 'one_report'))"

# A factor of a thousand or more is no difference of opinion. Ten and a hundred do occur between honest reports of small
# flows, so they are a slip only where the same two areas agree in the other periods of the series, or where it is a
# reporter's habit.
_CANDIDATES_SQL: Final = """
CREATE OR REPLACE TEMP TABLE slip AS
WITH ratio AS (
  SELECT r.rowid AS id, r.from_area, r.to_area, r.subject, r.series, r.time_period,
         log10(CAST(sent AS DOUBLE) / CAST(received AS DOUBLE)) AS lg
  FROM {table} r
  WHERE is_far AND series IN (SELECT series FROM series_kind WHERE theme = $theme) AND {two_figures}
)
SELECT v.*, abs(lg) >= $sure - $tolerance AS is_sure, {has_habit} AS is_habit FROM ratio v {habits}
WHERE {slip} OR {has_habit}
"""

_FOUND_SQL: Final = """
CREATE OR REPLACE TEMP TABLE found_slip AS
WITH other AS (
  SELECT s.id, median(abs(log10(CAST(r.sent AS DOUBLE) / CAST(r.received AS DOUBLE)))) AS apart, count(*) AS periods
  FROM slip s JOIN {table} r
    ON r.from_area = s.from_area AND r.to_area = s.to_area AND r.subject = s.subject AND r.series = s.series
   AND r.rowid <> s.id AND r.sent > 0 AND r.received > 0 AND r.reason IS NULL
  GROUP BY s.id
)
SELECT s.id, s.from_area, s.to_area, s.subject, s.series, s.time_period FROM slip s LEFT JOIN other o ON o.id = s.id
WHERE s.is_sure OR s.is_habit OR (o.periods >= 2 AND o.apart < 0.3)
"""

# A year that is the sum of months has a slipped month in it, though its own ratio is near no power of ten; so has a
# quarter. Of a stock the year is its last part alone.
_SUMS_SQL: Final = """
INSERT INTO found_slip
WITH part AS (
  SELECT f.from_area, f.to_area, f.subject, k.stock_flow, k.unit_measure, k.months,
         CAST(f.time_period AS VARCHAR) AS period, left(CAST(f.time_period AS VARCHAR), 4) AS year,
         CASE WHEN k.freq = 'M' THEN (CAST(right(CAST(f.time_period AS VARCHAR), 2) AS INTEGER) + 2) // 3 END AS quarter
  FROM found_slip f JOIN series_kind k ON k.series = f.series
)
SELECT r.rowid, r.from_area, r.to_area, r.subject, r.series, r.time_period
FROM {table} r
JOIN series_kind k ON k.series = r.series AND k.theme = $theme
JOIN part p ON p.from_area = r.from_area AND p.to_area = r.to_area AND p.subject = r.subject
           AND p.stock_flow = k.stock_flow AND p.unit_measure = k.unit_measure AND p.months < k.months
           AND CAST(r.time_period AS VARCHAR) = CASE k.freq WHEN 'A' THEN p.year
                                                            ELSE p.year || '-Q' || CAST(p.quarter AS VARCHAR) END
WHERE (k.stock_flow = 'F' OR (k.freq = 'A' AND right(p.period, 2) IN ('12', 'Q4'))
       OR (k.freq = 'Q' AND TRY_CAST(right(p.period, 2) AS INTEGER) % 3 = 0))
  AND (r.voice_from // {flags} IN (SELECT voice FROM voice_kind WHERE months IS NOT NULL)
       OR r.voice_to // {flags} IN (SELECT voice FROM voice_kind WHERE months IS NOT NULL))
"""


def blank_slips(connection: duckdb.DuckDBPyConnection, table: str, theme: str, reliability: Reliability) -> int:
    """Take value, interval and weight off the rows whose reports differ by a slip of the unit, and off sums of such.

    Args:
        connection: knows `series_kind`, `voice_kind` and `habit`.
        table: a table with the columns of `reconciliation.reconciled`; changed in place.
        theme: whose rows.
        reliability: how near to a power of ten a ratio must be.

    Returns:
        How many rows.
    """
    candidates = _CANDIDATES_SQL.format(
        table=table,
        two_figures=_TWO_FIGURES,
        slip=SLIP.format(lg="lg"),
        habits=HABITS,
        has_habit=has_habit("lg"),
    )
    connection.execute(candidates, {"theme": theme, **slip_parameters(reliability.unit_slip)})
    if connection.execute("SELECT count(*) FROM slip").fetchone() == (0,):
        return 0
    connection.execute(_FOUND_SQL.format(table=table))
    connection.execute(_SUMS_SQL.format(table=table, flags=FLAGS), {"theme": theme})
    connection.execute(
        f"UPDATE {table} SET reconciled = NULL, low = NULL, high = NULL, weight_from = NULL, grade = 'D', "  # noqa: S608
        "reason = 'unit_slip' WHERE rowid IN (SELECT id FROM found_slip)"
    )
    found = connection.execute("SELECT count(DISTINCT id) FROM found_slip").fetchone()
    return found[0] if found else 0
