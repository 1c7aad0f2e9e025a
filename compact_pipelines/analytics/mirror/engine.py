"""Mirror data reconciled: from theme tables to one value, an interval and a weight for every flow, in SQL.

Per theme: what each side says (`reports`), who is heard (`voices`), both beside each other (`pairs`), how reliable each
reporter is (`analytics/reliability.py`), one value with its interval (`reconciliation`), slips of the unit (`slips`).
Nothing here loops over pairs, and a theme table may be a Parquet file larger than memory: then nothing is kept on the
way and the one large table is the result.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.analytics.mirror import error_sizes, pairs, panel, reconciliation, reports, slips, terms, voices
from compact_pipelines.analytics.mirror.published import published
from compact_pipelines.analytics.mirror.references import References, register
from compact_pipelines.errors import ContractError


@dataclass(frozen=True)
class Reconciliation:
    """Everything that comes out of one pass.

    Attributes:
        flows: columns of schemas/published/out_mirror_flows.yaml, sorted by key.
        reliability: columns of schemas/published/out_reporter_reliability.yaml.
        valuation_rules: columns of schemas/published/out_valuation_rules.yaml.
        freight_shares: columns of schemas/published/out_freight_shares.yaml.
    """

    flows: pl.DataFrame
    reliability: pl.DataFrame
    valuation_rules: pl.DataFrame
    freight_shares: pl.DataFrame


_STRANGERS_SQL: Final = """
SELECT source_id FROM (SELECT source_id FROM kind_from UNION SELECT source_id FROM kind_to)
WHERE source_id NOT IN (SELECT source_id FROM standing) ORDER BY source_id
"""


@contextmanager
def engine(
    themes: Mapping[str, pl.DataFrame], known: References, connection: duckdb.DuckDBPyConnection | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that knows the theme tables and all references.

    Args:
        themes: theme tables by name; none if the connection knows them as relations already.
        known: what is no report.
        connection: one to use; a new one in memory if None, closed at the end.
    """
    used = connection or duckdb.connect()
    try:
        for name, frame in themes.items():
            used.register(name, frame)
        # Every join here is written with its small table last. The optimiser takes the join of millions for the small
        # one, builds its hash table on that side, and a run takes five times as long.
        used.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        register(used, known)
        used.execute(voices.TABLES_SQL)
        yield used
    finally:
        used.execute("RESET disabled_optimizers")
        if connection is None:
            used.close()


def pair_theme(
    connection: duckdb.DuckDBPyConnection, theme: str, sums: Mapping[str, Sequence[str]], *, is_kept: bool
) -> None:
    """Both reports of one theme beside each other: makes `pair_<theme>`, see `pairs.pair`.

    Raises:
        ContractError: a source has no rank, so its reports would be lost.
    """
    shape = reports.SHAPES[theme]
    reports.tell(connection, shape, sums)
    if strangers := [source for (source,) in connection.execute(_STRANGERS_SQL).fetchall()]:
        raise ContractError(f"mirror flows: no rank for the sources {strangers}; name them in the precedence")
    voices.choose_voices(connection, shape)
    pairs.pair(connection, shape, is_kept=is_kept)


def reconcile_theme(
    connection: duckdb.DuckDBPyConnection, theme: str, known: References, reliability: pl.DataFrame, table: str
) -> int:
    """Write the reconciled rows of one theme, which is paired already.

    Args:
        connection: of `engine`.
        theme: the theme.
        known: what is no report.
        reliability: this theme's estimates, columns of `reliability.estimate_reliability`.
        table: the table to create, in the narrow form of `reconciliation.reconciled`.

    Returns:
        How many rows were taken back as slips of the unit.
    """
    shape, parameters = reports.SHAPES[theme], known.parameters
    connection.register(
        "given_sigma", error_sizes.error_rows(connection, shape, parameters, reliability, terms.DEFAULT_TERMS)
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE sigma AS SELECT * FROM given_sigma")
    reconciliation.weigh(connection, terms.DEFAULT_TERMS)
    limits = parameters.reliability.grade_limits
    statement = reconciliation.reconciled(shape, error_sizes.kin_of(parameters, shape))
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({reconciliation.columns(shape)})")
    connection.execute(f"INSERT INTO {table} {statement}", {"a": limits.A, "b": limits.B, "c": limits.C})
    return slips.blank_slips(connection, table, theme, parameters.reliability)


def reconcile(themes: Mapping[str, pl.DataFrame], known: References) -> Reconciliation:
    """Put both reports of every flow into one row and reconcile them.

    Monthly reports stand as they are and once more as years: a flow where all twelve months are held, a stock where
    December is. A side that speaks through several sources speaks through the one with a value and the best rank; a
    change of source within a series is marked B. A stated copy is no voice; where a copy's side is not known, both
    figures stand, without an asymmetry. X and M are never changed.

    Args:
        themes: compute_exports, capital_flows and talent_movement, with the contracts' stored columns.
        known: what is no report.

    Raises:
        ContractError: a source has no rank, or a kind of report no prior.
    """
    flows, estimates = [], []
    with engine(themes, known) as connection:
        for theme, shape in reports.SHAPES.items():
            if themes[theme].is_empty() and theme != terms.VALUED_THEME:
                continue
            pair_theme(connection, theme, known.sums, is_kept=True)
            rules = terms.set_terms(connection, shape, known)
            told = panel.estimate_panel(connection, shape, known, rules)
            reconcile_theme(connection, theme, known, told.pooled, f"reconciled_{theme}")
            estimates.append(panel.published_reliability(connection, shape, known, told))
            kin = error_sizes.kin_of(known.parameters, shape)
            flows.append(connection.execute(published(shape, f"reconciled_{theme}", kin)).pl())
            if theme == terms.VALUED_THEME:
                valuation, shares = rules.effects, rules.shares
    key = ["theme", "from_area", "to_area", "subject", "stock_flow", "freq", "unit_measure", "time_period"]
    return Reconciliation(pl.concat(flows).sort(key), pl.concat(estimates, how="vertical_relaxed"), valuation, shares)
