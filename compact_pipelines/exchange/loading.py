"""From judged rows to changes: what a drop makes new, revises, leaves as it is or takes away.

An upsert (M) keeps the optional attributes that it leaves blank; a replacement (R) clears them. The embargo's time
belongs to the status and is never kept from before.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from compact_pipelines.contracts.model import Table
from compact_pipelines.exchange.vintages import DELETE, PLACE, row_columns, typed_columns

KEPT_ON_MERGE_NOT: Final = "embargo_time"
CHANGES: Final = ("new", "revised", "unchanged", "deleted")


@dataclass(frozen=True)
class Counts:
    """What became of the rows that were stored; their sum is how many these were."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    deleted: int = 0


def create_changes(connection: duckdb.DuckDBPyConnection, table: Table, passed: Path) -> Counts:
    """Make the table `change`: each passed row merged with what it meets, with how that changes what holds.

    Its columns are file, row, action, those of a row, `change`, and `before`, the value it meets.

    Args:
        connection: of `vintages.open_vintages`, for one partner.
        table: the contract.
        passed: the Parquet of passed rows, of `judgement.judge_drop`.
    """
    columns = row_columns(table)
    key = table.dimensions
    if connection.execute("SELECT count(*) FROM part").fetchone() == (0,):
        return _create_first(connection, table, passed)
    optional = [
        column.id
        for column in table.in_drop
        if column.id in columns and not column.concept.required and column.role == "attribute"
    ]
    kept = [name for name in optional if name != KEPT_ON_MERGE_NOT]

    def merged(name: str) -> str:
        if name in key:
            return f'i."{name}"'
        merge = f'WHEN i.action = \'M\' THEN coalesce(i."{name}", c."{name}") ' if name in kept else ""
        return f'CASE WHEN i.action = \'{DELETE}\' THEN NULL {merge}ELSE i."{name}" END AS "{name}"'

    on = " AND ".join(f'i."{name}" = c."{name}"' for name in key)
    same = " AND ".join(f'm."{name}" IS NOT DISTINCT FROM m."{name}#before"' for name in columns if name not in key)
    befores = ", ".join(f'c."{name}" AS "{name}#before"' for name in columns if name not in key)
    listed = ", ".join(f'm."{name}"' for name in columns)
    connection.execute(
        f"""
        CREATE TABLE change AS
        SELECT m.file, m.row, m.action, {listed},
               CASE WHEN m.action = '{DELETE}' THEN CASE WHEN m.was_there THEN 'deleted' ELSE 'unchanged' END
                    WHEN NOT m.was_there THEN 'new' WHEN {same} THEN 'unchanged' ELSE 'revised' END AS change,
               m.was_there, m."{table.measure}#before" AS before, m."obs_status#before" AS status_before
        FROM (
          SELECT i.file, i.row, i.action, {", ".join(merged(name) for name in columns)},
                 c.drop_id IS NOT NULL AS was_there, {befores}
          FROM read_parquet($passed) i LEFT JOIN current_rows c ON {on}
        ) m
        """,  # noqa: S608  (names are the contracts')
        {"passed": str(passed)},
    )
    return counted(connection)


def _create_first(connection: duckdb.DuckDBPyConnection, table: Table, passed: Path) -> Counts:
    """Where nothing was said before, the rows are the changes: no table is made of them."""
    quoted = str(passed).replace("'", "''")
    connection.execute(
        f"""
        CREATE VIEW change AS
        SELECT *, CASE WHEN action = '{DELETE}' THEN 'unchanged' ELSE 'new' END AS change, false AS was_there,
               NULL::{typed_columns(table)[table.measure]} AS before, NULL::VARCHAR AS status_before
        FROM read_parquet('{quoted}')
        """  # noqa: S608  (names are the contracts', the path is ours)
    )
    return counted(connection)


def counted(connection: duckdb.DuckDBPyConnection) -> Counts:
    """How many rows of `change` do what."""
    found = dict(connection.execute("SELECT change, count(*) FROM change GROUP BY change").fetchall())
    return Counts(**{name: found.get(name, 0) for name in CHANGES})


def write_changes(connection: duckdb.DuckDBPyConnection, table: Table, counts: Counts, passed: Path, path: Path) -> int:
    """Write the rows of `change` that change something as a part of the vintages; returns how many.

    Args:
        connection: with `change`.
        table: the contract.
        counts: of `create_changes`.
        passed: what `change` was made of; where all of it is new, it is the part, moved and not written again.
        path: the part.
    """
    if counts == Counts(new=counts.new):
        if counts.new:
            passed.replace(path)
        return counts.new
    columns = ", ".join(f'"{name}"' for name in [*PLACE, "action", *row_columns(table)])
    target = str(path).replace("'", "''")
    written = connection.execute(
        f"COPY (SELECT {columns} FROM change WHERE change <> 'unchanged') "  # noqa: S608  (names are the contracts')
        f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
    ).fetchone()
    return int(written[0]) if written else 0
