"""What the panel of two-sided flows teaches of its reporters: how reliable each is, or why it cannot be told."""

from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.analytics.mirror.pairs import slip_parameters, usable
from compact_pipelines.analytics.mirror.references import References
from compact_pipelines.analytics.mirror.reports import Shape
from compact_pipelines.analytics.mirror.terms import DEFAULT_TERMS, VALUED_THEME, Rules
from compact_pipelines.analytics.mirror.voices import FLAGS
from compact_pipelines.analytics.reliability import SCHEMA, TOO_FEW_MIRRORS, estimate_reliability

POOLED: Final = "all"
ONLY_COPIES: Final = "only_copies"


@dataclass(frozen=True)
class Told:
    """What the panel tells of reporters.

    Attributes:
        pooled: estimates under the default rule, columns of `reliability.estimate_reliability`; what weights rest on.
        by_rule: the same and those under all other rules, with valuation_rule.
    """

    pooled: pl.DataFrame
    by_rule: pl.DataFrame


def estimate_panel(
    connection: duckdb.DuckDBPyConnection, shape: Shape, known: References, rules: Rules, *, is_brief: bool = False
) -> Told:
    """Estimate the reliability of all reporters of a theme, under every freight rule.

    The default rule's estimates have a jackknife and a history unless `is_brief`; the others say how far the answer
    hangs on freight.
    """
    pooled = pl.DataFrame(schema=SCHEMA)
    by_rule: list[pl.DataFrame] = []
    stated = known.parameters.reliability
    slip = slip_parameters(stated.unit_slip)
    for name in [rules.default, *(name for name in rules.names if name != rules.default)]:
        freight = DEFAULT_TERMS if name == rules.default else f"terms_{name}"
        statement = f"CREATE OR REPLACE TEMP TABLE usable AS {usable(shape, freight)}"
        connection.execute(statement, slip)
        is_default = name == rules.default
        held = connection.execute("SELECT count(*), count(*) FILTER (took_freight) FROM usable").fetchone()
        if held == (0, 0):
            continue
        if not is_default and held and held[1] == 0:
            # No report holds freight, so every rule finds what the default one found.
            by_rule.append(_pooled_only(by_rule[0]).with_columns(valuation_rule=pl.lit(name)))
            continue
        is_full = is_default and not is_brief
        told = estimate_reliability(
            connection, "usable", min_partners=stated.min_partners, with_jackknife=is_full, with_history=is_full
        )
        together = pl.concat([told, _aggregates(connection)], how="diagonal_relaxed")
        by_rule.append(together.with_columns(valuation_rule=pl.lit(name)))
        if is_default:
            pooled = _pooled_only(told)
    empty = pl.DataFrame(schema={**SCHEMA, "valuation_rule": pl.String})
    return Told(pooled, pl.concat([empty, *by_rule], how="diagonal_relaxed"))


def _pooled_only(told: pl.DataFrame) -> pl.DataFrame:
    """Without the single years."""
    return told.filter(pl.col("time_period").str.contains("/"))


# Both ways to add the gaps of an area up: the absolute one hides nothing, the net one lets errors cancel.
_AGGREGATES_SQL: Final = """
WITH told AS (
  SELECT 'from' AS role, from_area AS area, to_area AS partner, * FROM usable
  UNION ALL SELECT 'to', to_area, from_area, * FROM usable
), summed AS (
  SELECT area, role, count(*) AS mirrors_count, count(DISTINCT partner) AS partners_count,
         min(time_period) || '/' || max(time_period) AS time_period,
         sum(CAST(sent AS DECIMAL(38, 2))) AS sent, sum(CAST(received AS DECIMAL(38, 2))) AS received,
         sum(CAST(abs(sent - received) AS DECIMAL(38, 2))) AS apart
  FROM told GROUP BY area, role
)
SELECT area, role, unnest(['aggregate_asymmetry', 'net_asymmetry']) AS method, time_period,
       unnest([CAST(apart AS DOUBLE), CAST(abs(sent - received) AS DOUBLE)]) / CAST(sent + received AS DOUBLE)
         AS estimate,
       mirrors_count, partners_count
FROM summed ORDER BY area, role, method
"""


def _aggregates(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_AGGREGATES_SQL).pl()


def published_reliability(
    connection: duckdb.DuckDBPyConnection, shape: Shape, known: References, told: Told
) -> pl.DataFrame:
    """out_reporter_reliability of one theme: the estimates, and a row with its reason for who has none.

    Args:
        connection: knows `sigma` (of this theme), `pair_<theme>` and the kinds.
        shape: the theme.
        known: what is no report.
        told: the estimates.
    """
    reasons = connection.execute(
        _SILENT_SQL.format(theme=shape.theme, flags=FLAGS, only_copies=ONLY_COPIES),
        {"has_panel": not told.pooled.is_empty()},
    ).pl()
    silent = _without_estimate(reasons, told, known.parameters.valuation.default)
    # The estimate sees of a copier only that nobody can be compared with it.
    copiers = reasons.filter(pl.col("reason") == ONLY_COPIES).select("area", "role", only=pl.col("reason"))
    is_few = pl.col("reason") == TOO_FEW_MIRRORS
    rows = (
        pl.concat([told.by_rule, silent], how="diagonal_relaxed")
        .join(copiers, on=["area", "role"], how="left", maintain_order="left")
        .with_columns(reason=pl.when(is_few).then(pl.coalesce("only", "reason")).otherwise("reason"))
    )
    used = connection.execute(
        "SELECT area, role, sigma AS sigma_used, sigma_kind AS kind_used FROM sigma WHERE kin IN "
        "(SELECT series FROM series_kind WHERE theme = $theme AND freq = 'A' ORDER BY series LIMIT 1)",
        {"theme": shape.theme},
    ).pl()
    is_used = (pl.col("method") == "expected_distance") & pl.col("sigma").is_null() & ~pl.col("is_year")
    has_one_prior = shape.theme == VALUED_THEME
    return (
        rows.with_columns(is_year=~(pl.col("time_period").str.contains("/") | (pl.col("time_period") == POOLED)))
        .join(used, on=["area", "role"], how="left")
        .with_columns(
            theme=pl.lit(shape.theme),
            freq=pl.lit("A"),
            sigma=pl.when(is_used & has_one_prior).then("sigma_used").otherwise("sigma"),
            sigma_kind=pl.when(pl.col("reason").is_null()).then(pl.lit("panel")).otherwise(pl.lit("prior")),
        )
        .select(PUBLISHED)
        .with_columns(pl.col(COUNTS).cast(pl.Int64))
        .sort("theme", "freq", "area", "role", "method", "valuation_rule", "time_period")
    )


# What to say of an area without an estimate: that it only copies, or has nobody to be compared with.
_SILENT_SQL: Final = """
WITH told AS (
  SELECT 'from' AS role, CAST(from_area AS VARCHAR) AS area, coalesce(s.imputed_mirror, false) AS is_copy
  FROM pair_{theme} p LEFT JOIN voice_kind s ON s.voice = p.voice_from // {flags} WHERE p.voice_from IS NOT NULL
  UNION ALL
  SELECT 'to', CAST(to_area AS VARCHAR), coalesce(t.imputed_mirror, false)
  FROM pair_{theme} p LEFT JOIN voice_kind t ON t.voice = p.voice_to // {flags} WHERE p.voice_to IS NOT NULL
)
SELECT area, role, CASE WHEN bool_and(is_copy) THEN '{only_copies}' WHEN $has_panel THEN 'too_few_mirrors'
                        ELSE 'no_panel' END AS reason
FROM told WHERE area IN (SELECT area FROM single_area) GROUP BY area, role ORDER BY area, role
"""


def _without_estimate(reasons: pl.DataFrame, told: Told, default: str) -> pl.DataFrame:
    """Rows for areas that report without one usable pair in any role, of which the estimate knows nothing."""
    periods = told.pooled["time_period"].unique().to_list() if not told.pooled.is_empty() else []
    named = told.pooled.select("area", "role").unique() if periods else reasons.select("area", "role").clear()
    return reasons.join(named, on=["area", "role"], how="anti").with_columns(
        method=pl.lit("expected_distance"),
        valuation_rule=pl.lit(default),
        time_period=pl.lit(periods[0] if periods else POOLED),
        mirrors_count=pl.lit(0),
        partners_count=pl.lit(0),
    )


COUNTS: Final = ("mirrors_count", "partners_count", "rank", "rank_low", "rank_high")
PUBLISHED: Final = (
    "theme", "freq", "area", "role", "method", "valuation_rule", "time_period", "estimate", "std_error", "sigma",
    "sigma_low", "sigma_high", "reliability", "mirrors_count", "partners_count", "rank", "rank_low", "rank_high",
    "jackknife_error", "jackknife_low", "jackknife_high", "jackknife_left_out", "sigma_kind", "reason",
)  # fmt: skip
