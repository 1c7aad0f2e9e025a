"""Slips of the unit: two reports that differ by a power of ten, such as thousands booked as units."""

from typing import Final

import duckdb

from compact_pipelines.analytics.mirror.pairs import SLIP, slip_parameters
from compact_pipelines.contracts.priors import Reliability

# A factor of a thousand or more is no difference of opinion. Ten and a hundred do occur between honest reports of small
# flows, so they are a slip only where the same two areas agree in the other periods of the series, or where half of all
# that a reporter says is off by that one factor.
_CANDIDATES_SQL: Final = """
CREATE OR REPLACE TEMP TABLE slip AS
WITH ratio AS (
  SELECT r.rowid AS id, r.from_area, r.to_area, r.subject, r.series,
         log10(CAST(sent AS DOUBLE) / CAST(received AS DOUBLE)) AS lg
  FROM {table} r
  WHERE series IN (SELECT series FROM series_kind WHERE theme = $theme) AND reason IS NULL
    AND sent > 0 AND received > 0 AND is_far
), off AS (
  SELECT *, round(lg) AS power FROM ratio WHERE {slip}
)
SELECT * FROM off
"""

_FOUND_SQL: Final = """
CREATE OR REPLACE TEMP TABLE found_slip AS
WITH other AS (
  SELECT s.id, median(abs(log10(CAST(r.sent AS DOUBLE) / CAST(r.received AS DOUBLE)))) AS apart, count(*) AS periods
  FROM slip s JOIN {table} r
    ON r.from_area = s.from_area AND r.to_area = s.to_area AND r.subject = s.subject AND r.series = s.series
   AND r.rowid <> s.id AND r.sent > 0 AND r.received > 0 AND r.reason IS NULL
  GROUP BY s.id
), told AS (
  SELECT 'from' AS role, from_area AS area, series, count(*) AS pairs FROM {table}
  WHERE sent > 0 AND received > 0 AND reason IS NULL GROUP BY ALL
  UNION ALL
  SELECT 'to', to_area, series, count(*) FROM {table}
  WHERE sent > 0 AND received > 0 AND reason IS NULL GROUP BY ALL
), habit AS (
  SELECT told.role, told.area, told.series, off.power FROM told
  JOIN (SELECT 'from' AS role, from_area AS area, series, power, count(*) AS pairs FROM slip GROUP BY ALL
        UNION ALL SELECT 'to', to_area, series, power, count(*) FROM slip GROUP BY ALL) off
    ON off.role = told.role AND off.area = told.area AND off.series = told.series
  WHERE told.pairs >= $least AND 2 * off.pairs > told.pairs
)
SELECT s.id FROM slip s LEFT JOIN other o ON o.id = s.id
WHERE abs(s.power) >= $sure
   OR (o.periods >= 2 AND o.apart < 0.3)
   OR EXISTS (SELECT 1 FROM habit h WHERE h.series = s.series AND h.power = s.power
              AND ((h.role = 'from' AND h.area = s.from_area) OR (h.role = 'to' AND h.area = s.to_area)))
"""


def blank_slips(connection: duckdb.DuckDBPyConnection, table: str, theme: str, reliability: Reliability) -> int:
    """Take value, interval and weight off the rows whose reports differ by a slip of the unit.

    Args:
        connection: knows `series_kind`.
        table: a table with the columns of `reconciliation.reconciled`; changed in place.
        theme: whose rows.
        reliability: how near to a power of ten a ratio must be, and how many pairs a habit needs.

    Returns:
        How many rows.
    """
    slip = reliability.unit_slip
    candidates = _CANDIDATES_SQL.format(table=table, slip=SLIP.format(lg="lg"))
    connection.execute(candidates, {"theme": theme, **slip_parameters(slip)})
    if connection.execute("SELECT count(*) FROM slip").fetchone() == (0,):
        return 0
    known = {"sure": min(slip.powers), "least": reliability.min_partners}
    connection.execute(_FOUND_SQL.format(table=table), known)
    connection.execute(
        f"UPDATE {table} SET reconciled = NULL, low = NULL, high = NULL, weight_from = NULL, grade = 'D', "  # noqa: S608
        "reason = 'unit_slip' WHERE rowid IN (SELECT id FROM found_slip)"
    )
    found = connection.execute("SELECT count(*) FROM found_slip").fetchone()
    return found[0] if found else 0
