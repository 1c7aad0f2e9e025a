"""What a drop moves in published figures: values, and the ranks of counterparts, before it is published.

Computed when a drop is judged, held or accepted, against the edition that is served then. Only rows that will be
public are looked at, so that the preview tells no secret.
"""

from pathlib import Path
from typing import Final

import duckdb

from compact_pipelines.contracts.model import Table
from compact_pipelines.exchange.vintages import DELETE

MOST_FIGURES: Final = 200  # the largest moves are told; all are counted
SINGLE_AREA: Final = "area"


def write_effects(connection: duckdb.DuckDBPyConnection, table: Table, edition: Path | None, path: Path) -> Path | None:
    """Write which published figures move most, and whose rank with them.

    Args:
        connection: with the table `change` of `loading.create_changes`.
        table: the contract.
        edition: the public file of the edition that is served; None if there is none.
        path: a Parquet of (figures that move; ref_area, counterpart_area, series (the other dimensions joined by
            spaces), time_period, source_before, value_before, value_after, rank_before, rank_after, moved (how many
            move in all)). Ranks count single areas among the counterparts of one reporter, 1 the largest, ties share
            one; null where there is no counterpart.

    Returns:
        The path, or None where nothing is published that could move, or nothing does.
    """
    if edition is None or table.measure != "obs_value":
        return None
    quoted = str(edition).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS served (READ_ONLY)")
    try:
        return _write(connection, table, path)
    finally:
        connection.execute("DETACH served")


def _write(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> Path | None:
    has_counterpart = "counterpart_area" in table.dimensions
    named = ("ref_area", "counterpart_area", "time_period")
    series = [name for name in table.dimensions if name not in named]
    joined = ", ".join(f'c."{name}"' for name in series)
    key = " AND ".join(f'p."{name}" = c."{name}"' for name in table.dimensions)
    group = [name for name in table.dimensions if name != "counterpart_area"]
    same_group = " AND ".join(f'p."{name}" = m."{name}"' for name in group)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE moved AS
        SELECT c.* EXCLUDE (before, change), p.source_id AS source_before, p.obs_value AS value_before,
               CASE WHEN c.action = '{DELETE}' THEN NULL ELSE c.obs_value END AS value_after,
               concat_ws(' ', {joined}) AS series, count(*) OVER () AS moved
        FROM change c JOIN served."{table.id}" p ON {key}
        WHERE p.is_preferred AND c.change <> 'unchanged' AND coalesce(c.conf_status, 'F') = 'F'
          AND p.obs_value IS DISTINCT FROM CASE WHEN c.action = '{DELETE}' THEN NULL ELSE c.obs_value END
        QUALIFY row_number() OVER (ORDER BY abs(coalesce(value_after, 0) - coalesce(value_before, 0)) DESC,
                                   c.file, c.row) <= {MOST_FIGURES}
        """  # noqa: S608  (names are the contracts')
    )
    if connection.execute("SELECT count(*) FROM moved").fetchone() == (0,):
        return None
    ranks = "NULL::BIGINT AS rank_before, NULL::BIGINT AS rank_after"
    if has_counterpart:
        others = f"""(
            SELECT count(*) + 1 FROM served."{table.id}" p JOIN served.areas a ON a.area = p.counterpart_area
            LEFT JOIN change c ON {key} AND coalesce(c.conf_status, 'F') = 'F'
            WHERE {same_group} AND p.is_preferred AND a.kind = '{SINGLE_AREA}'
              AND p.counterpart_area <> m.counterpart_area AND {{value}} > m.{{own}})"""  # noqa: S608  (names are the contracts')
        before = others.format(value="p.obs_value", own="value_before")
        after = others.format(value="coalesce(c.obs_value, p.obs_value)", own="value_after")
        ranks = f"{before} AS rank_before, {after} AS rank_after"
    counterpart = "m.counterpart_area" if has_counterpart else "NULL::VARCHAR AS counterpart_area"
    target = str(path).replace("'", "''")
    connection.execute(
        f"COPY (SELECT m.ref_area, {counterpart}, m.series, m.time_period, m.source_before, m.value_before, "  # noqa: S608
        f"m.value_after, {ranks}, m.moved FROM moved m) TO '{target}' (FORMAT parquet)"
    )
    return path
