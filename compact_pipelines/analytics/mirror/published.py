"""From the engine's narrow rows to out_mirror_flows: codes spelled out, every convention of an asymmetry beside it."""

from typing import Final

from compact_pipelines.analytics.mirror.pairs import valued
from compact_pipelines.analytics.mirror.reports import Shape
from compact_pipelines.analytics.mirror.voices import FLAGS

# Why a side is blank. A year short of months is told by how many are held.
_MISSING: Final = """
    CASE WHEN {value} IS NOT NULL THEN NULL
         WHEN {kind}.source_id IS NULL THEN 'no_report'
         WHEN {other} THEN 'different_basis'
         WHEN {kind}.obs_status = 'I' THEN 'copy'
         WHEN {kind}.months < k.months THEN 'incomplete_year'
         ELSE 'missing_value' END
"""


def published(shape: Shape, table: str, kin: str) -> str:
    """A SELECT of one theme's rows of out_mirror_flows, in the order of its contract, unsorted.

    Args:
        shape: the theme.
        table: rows of `reconciliation.reconciled`, slips blanked.
        kin: as there.

    Returns:
        The statement. A change of source within a series is marked B, over the periods in which a side speaks.
    """
    is_hub = "false"
    if shape.theme == "capital_flows":
        is_hub = "v.from_area IN (SELECT area FROM hub) OR v.to_area IN (SELECT area FROM hub)"
    missing_from = _MISSING.format(value="v.sent", kind="s", other="v.is_other_basis")
    missing_to = _MISSING.format(value="v.received", kind="t", other="false")
    return f"""
        WITH valued AS ({valued(shape, "weights", kin)}),
        spelled AS (
          SELECT k.theme, CAST(v.from_area AS VARCHAR) AS from_area, CAST(v.to_area AS VARCHAR) AS to_area,
                 CAST(v.subject AS VARCHAR) AS subject, k.stock_flow, k.freq,
                 CAST(v.time_period AS VARCHAR) AS time_period, k.unit_measure,
                 v.sent AS reported_by_from, v.received AS reported_by_to,
                 NOT v.is_copy AND v.x >= 0 AND v.m >= 0 AND v.x + v.m > 0 AS is_compared,
                 v.x, v.m, CASE WHEN v.took_freight THEN v.cif_fob_ratio END AS cif_fob_ratio,
                 v.is_copy, v.is_one_collection,
                 v.sigma_from, v.sigma_to, v.sigma_kind_from, v.sigma_kind_to,
                 r.reconciled, r.low, r.high, r.weight_from,
                 CAST(r.reason AS VARCHAR) AS reason, CAST(r.grade AS VARCHAR) AS grade, {is_hub} AS is_hub_pair,
                 s.source_id AS source_from, t.source_id AS source_to, s.valuation AS valuation_from,
                 t.valuation AS valuation_to, s.basis AS basis_from, t.basis AS basis_to,
                 s.obs_status AS status_from, t.obs_status AS status_to,
                 {missing_from} AS missing_from, {missing_to} AS missing_to,
                 CASE WHEN NOT v.is_copy AND v.sent IS NOT NULL AND v.received IS NOT NULL
                      THEN least(coalesce(s.months, k.months), coalesce(t.months, k.months))
                      ELSE greatest(CASE WHEN s.source_id IS NULL THEN 0 ELSE coalesce(s.months, k.months) END,
                                    CASE WHEN t.source_id IS NULL THEN 0 ELSE coalesce(t.months, k.months) END)
                      END / k.months AS coverage_share,
                 lag(CASE WHEN v.sent IS NOT NULL THEN s.source_id END IGNORE NULLS) OVER series AS source_from_before,
                 lag(CASE WHEN v.received IS NOT NULL THEN t.source_id END IGNORE NULLS) OVER series
                   AS source_to_before
          FROM valued v
          JOIN {table} r ON r.from_area = v.from_area AND r.to_area = v.to_area AND r.subject = v.subject
                        AND r.time_period = v.time_period AND r.series = v.series
          JOIN series_kind k ON k.series = v.series
          LEFT JOIN voice_kind s ON s.voice = v.voice_from // {FLAGS}
          LEFT JOIN voice_kind t ON t.voice = v.voice_to // {FLAGS}
          WINDOW series AS (PARTITION BY v.from_area, v.to_area, v.subject, v.series ORDER BY v.time_period)
        )
        SELECT theme, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure,
               reported_by_from, reported_by_to,
               CASE WHEN is_compared THEN {_apart("reported_by_from", "reported_by_to")} END AS asymmetry,
               CASE WHEN is_compared THEN 2 * {_signed("reported_by_from", "reported_by_to")} END AS asymmetry_signed,
               CASE WHEN is_compared AND x > 0 AND m > 0
                    THEN abs(ln(CAST(reported_by_from AS DOUBLE) / CAST(reported_by_to AS DOUBLE))) END
                 AS reporting_distance,
               cif_fob_ratio, m AS comparable_to,
               CASE WHEN is_compared THEN abs(x - m) / (x + m) END AS asymmetry_valued,
               sigma_from, sigma_to, sigma_kind_from, sigma_kind_to,
               reconciled, low, high, weight_from, reason AS reconciled_reason, grade,
               is_one_collection AS same_source, is_copy AS imputed_mirror, is_hub_pair,
               source_from, source_to, valuation_from, valuation_to, basis_from, basis_to,
               CASE WHEN reported_by_from IS NOT NULL AND source_from_before <> source_from THEN 'B'
                    ELSE status_from END AS obs_status_from,
               CASE WHEN reported_by_to IS NOT NULL AND source_to_before <> source_to THEN 'B'
                    ELSE status_to END AS obs_status_to,
               missing_from, missing_to, coverage_share
        FROM spelled
    """  # noqa: S608  (our names)


# Differences are taken in decimals, so that two equal reports are exactly 0 apart.
def _apart(sent: str, received: str) -> str:
    return f"CAST(abs({sent} - {received}) AS DOUBLE) / CAST({sent} + {received} AS DOUBLE)"


def _signed(sent: str, received: str) -> str:
    return f"CAST({received} - {sent} AS DOUBLE) / CAST({sent} + {received} AS DOUBLE)"
