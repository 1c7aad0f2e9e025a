"""Who depends on whom: how concentrated the suppliers of an area are, and where they stand in the Compact."""

import math
from collections.abc import Sequence
from typing import Final

import duckdb
import polars as pl

# Partners speak for a silent area only where at least this share of the scenario's areas reports.
MIN_REPORTING_SHARE: Final = 0.5
NOTHING_SHARE: Final = 1e-9

# Who speaks of what an area receives: the area through one of its sources, or all its partners together. One voice is
# heard, never a mixture: the area before its partners, a source that prints the total before one that does not, then
# the one that names most. A source of which the mirror has left less than half of what another one names is heard after
# it, total or not: what it does not name here is known. Partners are heard only where enough of them report: two of
# fifty are no picture.
SUPPLIERS_SQL: Final = """
CREATE VIEW report AS
SELECT theme, subject, stock_flow, unit_measure, time_period, to_area AS area, from_area AS supplier,
       'area' AS reported_by, source_to AS voice, source_to AS source_id, reported_by_to::DOUBLE AS value
FROM flows WHERE freq = 'A' AND reported_by_to IS NOT NULL
UNION ALL
SELECT theme, subject, stock_flow, unit_measure, time_period, to_area, from_area,
       'partners', '', source_from, reported_by_from::DOUBLE
FROM flows WHERE freq = 'A' AND reported_by_from IS NOT NULL;

CREATE VIEW heard AS
WITH voices AS (
  SELECT theme, subject, stock_flow, unit_measure, time_period, area, reported_by, voice, sum(value) AS named
  FROM report GROUP BY ALL
), weighed AS (
  SELECT v.*,
         (theme, subject, stock_flow, unit_measure, time_period, area, voice)
           IN (SELECT (theme, subject, stock_flow, unit_measure, time_period, area, source_id) FROM totals)
         AND 2 * named >= max(named) OVER (
           PARTITION BY theme, subject, stock_flow, unit_measure, time_period, area, reported_by
         ) AS is_whole
  FROM voices v
), ranked AS (
  SELECT *, row_number() OVER (
           PARTITION BY theme, subject, stock_flow, unit_measure, time_period, area
           ORDER BY reported_by, NOT is_whole, named DESC, voice
         ) AS place
  FROM weighed
)
SELECT * EXCLUDE (named, is_whole, place) FROM ranked WHERE place = 1;

CREATE VIEW supplier AS
SELECT r.* FROM report r
JOIN heard USING (theme, subject, stock_flow, unit_measure, time_period, area, reported_by, voice);
"""

# The published total of an area, where its own source prints one; suppliers that are not named make up the rest.
DEPENDENCY_SQL: Final = """
WITH named AS (
  SELECT theme, subject, stock_flow, unit_measure, time_period, area, any_value(reported_by) AS reported_by,
         max(source_id) AS source_id, count(*) FILTER (value > 0) AS suppliers_count, sum(value) AS named_value,
         bool_or(value < 0) AS has_negative, first(supplier ORDER BY value DESC, supplier) AS top_supplier,
         max(value) AS top_value,
         sum(value * value) AS squares
  FROM supplier
  GROUP BY theme, subject, stock_flow, unit_measure, time_period, area
), tiered AS (
  SELECT s.theme, s.subject, s.stock_flow, s.unit_measure, s.time_period, s.area,
         coalesce(sum(value) FILTER (m.tier = 'core'), 0) AS core_value,
         coalesce(sum(value) FILTER (m.tier = 'partner'), 0) AS partner_value,
         coalesce(sum(value) FILTER (m.tier = 'ally'), 0) AS ally_value
  FROM supplier s LEFT JOIN members m ON m.area = s.supplier
  GROUP BY s.theme, s.subject, s.stock_flow, s.unit_measure, s.time_period, s.area
), whole AS (
  SELECT n.*, t.core_value, t.partner_value, t.ally_value,
         greatest(coalesce(w.value, n.named_value), n.named_value) AS total_value, w.value IS NOT NULL AS has_total
  FROM named n
  JOIN tiered t ON (t.theme, t.subject, t.stock_flow, t.unit_measure, t.time_period, t.area)
                 = (n.theme, n.subject, n.stock_flow, n.unit_measure, n.time_period, n.area)
  LEFT JOIN totals w ON (w.theme, w.subject, w.stock_flow, w.unit_measure, w.time_period, w.area, w.source_id)
                 = (n.theme, n.subject, n.stock_flow, n.unit_measure, n.time_period, n.area, n.source_id)
), judged AS (
  SELECT *, CASE WHEN has_negative THEN 'negative_input'
                 WHEN total_value <= 0 THEN 'zero_denominator'
                 WHEN reported_by = 'partners' AND suppliers_count < $min_reporters THEN 'few_reporters' END AS reason
  FROM whole
), shares AS (
  SELECT *, reason IS NOT NULL AS is_undefined,
         squares / (total_value * total_value) AS named_hhi,
         (total_value - named_value) / total_value AS rest_share
  FROM judged
)
SELECT theme, subject, stock_flow, time_period, area, unit_measure, reported_by, source_id, suppliers_count,
       total_value, has_total,
       CASE WHEN NOT is_undefined THEN named_value / total_value END AS named_share,
       CASE WHEN NOT is_undefined AND rest_share < $nothing THEN named_hhi END AS hhi,
       CASE WHEN NOT is_undefined
            THEN named_hhi + rest_share * rest_share / greatest($possible_suppliers - suppliers_count, 1)
       END AS hhi_low,
       CASE WHEN NOT is_undefined THEN named_hhi + rest_share * rest_share END AS hhi_high,
       CASE WHEN NOT is_undefined AND rest_share < $nothing THEN 1 / named_hhi END AS effective_suppliers,
       CASE WHEN NOT is_undefined THEN top_supplier END AS top_supplier,
       CASE WHEN NOT is_undefined THEN top_value / total_value END AS top_share,
       CASE WHEN NOT is_undefined THEN core_value / total_value END AS core_share,
       CASE WHEN NOT is_undefined THEN partner_value / total_value END AS partner_share,
       CASE WHEN NOT is_undefined THEN ally_value / total_value END AS ally_share,
       CASE WHEN NOT is_undefined
            THEN (named_value - core_value - partner_value - ally_value) / total_value END AS outside_share,
       CASE WHEN NOT is_undefined THEN rest_share END AS unnamed_share,
       CASE WHEN lag((source_id, has_total)) OVER series <> (source_id, has_total) THEN 'B' ELSE 'A' END AS obs_status,
       reason
FROM shares
WINDOW series AS (PARTITION BY theme, subject, stock_flow, area, unit_measure ORDER BY time_period)
ORDER BY theme, subject, stock_flow, time_period, area, unit_measure
"""


def hhi(shares: Sequence[float]) -> float | None:
    """Herfindahl-Hirschman index of supplier shares: the sum of their squares.

    Args:
        shares: from 0 to 1, together 1.

    Returns:
        From 1 / n (all alike) to 1 (one supplier); None without suppliers or with a negative share.

    Raises:
        ValueError: the shares do not add up to 1.
    """
    if not shares or min(shares) < 0:
        return None
    if not math.isclose(math.fsum(shares), 1, abs_tol=1e-6):
        raise ValueError(f"shares add up to {math.fsum(shares)}; they must add up to 1")
    return math.fsum(share * share for share in shares)


def normalised_hhi(index: float, possible_suppliers: int) -> float | None:
    """(HHI - 1/n) / (1 - 1/n): 0 when all possible suppliers are alike, 1 for one; None with fewer than two."""
    if possible_suppliers < 2:  # noqa: PLR2004  (concentration among one is no question)
        return None
    return (index - 1 / possible_suppliers) / (1 - 1 / possible_suppliers)


def hhi_bounds(known: Sequence[float], unnamed_suppliers: int) -> tuple[float, float]:
    """How low and how high the index can be where some suppliers are not named.

    Args:
        known: shares of the named suppliers, 0 to 1; the rest is what they leave of 1.
        unnamed_suppliers: how many could make up the rest, at least one.

    Returns:
        Low (the rest spread evenly) and high (the rest in one hand).
    """
    squares, rest = math.fsum(share * share for share in known), 1 - math.fsum(known)
    return squares + rest * rest / max(unnamed_suppliers, 1), squares + rest * rest


def build_dependency(
    flows: pl.DataFrame, totals: pl.DataFrame, members: pl.DataFrame, possible_suppliers: int
) -> pl.DataFrame:
    """How concentrated and how far outside the Compact the suppliers of every area are, per theme, subject and year.

    Args:
        flows: out_mirror_flows.
        totals: what an area received from the whole world, as its own source prints it: (totals, [theme, subject,
            stock_flow, unit_measure, time_period, area, source_id, value]), value double.
        members: (areas of the scenario, [area, tier]).
        possible_suppliers: how many single areas there are besides the receiver.

    Returns:
        (areas, subjects and years, columns of schemas/published/out_dependency.yaml), sorted by key. Shares are of
        the published total where there is one, else of the named suppliers. The index is blank where a part of the
        total is not named: its bounds stand.

    Source: US Department of Justice and FTC for the index; bounds as in statistical disclosure control.
    """
    with duckdb.connect() as connection:
        connection.register("flows", flows)
        connection.register("totals", totals)
        connection.register("members", members)
        connection.execute(SUPPLIERS_SQL)
        parameters = {
            "possible_suppliers": possible_suppliers,
            "nothing": NOTHING_SHARE,
            "min_reporters": MIN_REPORTING_SHARE * (members.height - 1),
        }
        return connection.execute(DEPENDENCY_SQL, parameters).pl()
