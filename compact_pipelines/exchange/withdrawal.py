"""Taking a drop back: what its partner says is recomputed without it, and nothing of it is lost."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.ledger import USED, Ledger
from compact_pipelines.exchange.loading import create_changes
from compact_pipelines.exchange.replaying import Changed, accepted_rows, empty_workdir, find_drop, record_change
from compact_pipelines.exchange.vintages import MEMORY_LIMIT, open_vintages, row_columns, typed_columns


def withdraw(data_root: Path, name: str, reason: str, now: dt.datetime) -> Changed:
    """Recompute what a partner says without one of its drops.

    Args:
        data_root: where everything is kept.
        name: the drop, by id or as partner/folder.
        reason: why, for the audit log.
        now: UTC.

    Raises:
        UsageError: there is no such drop, or it was never taken in, or is withdrawn already.
        WarehouseError: an original cannot be read as it was.
    """
    ledger = Ledger(data_root)
    with ledger.lock(), empty_workdir(ledger) as workdir:
        drop = find_drop(ledger, name)
        if drop["status"] not in USED or drop["withdrawn_at"]:
            state = "withdrawn already" if drop["withdrawn_at"] else drop["status"]
            raise UsageError(f"{drop['drop_id']} is {state}; only a drop that was taken in or is held can be withdrawn")
        table = load_contracts().tables[drop["dataflow"]]
        others = ledger.rows(
            "SELECT * FROM drops WHERE partner = ? AND dataflow = ? AND status IN (?, ?, ?) AND withdrawn_at IS NULL "
            "AND number <> ? ORDER BY seq",
            drop["partner"], drop["dataflow"], *USED, drop["number"],
        )  # fmt: skip
        with _replayed(data_root, table, others, workdir) as connection:
            rows = _write_difference(connection, data_root, table, drop["partner"], workdir / "part.parquet")
        return record_change(
            ledger, drop, "withdrawal", part=workdir / "part.parquet", rows=rows, reason=reason, now=now
        )


@contextmanager
def _replayed(
    data_root: Path, table: Table, drops: list[dict[str, Any]], workdir: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose `current_rows` is what the partner would say had it sent these drops only."""
    ledger = Ledger(data_root)
    columns = row_columns(table)
    typed = ", ".join(f'"{name}" {kind}' for name, kind in typed_columns(table).items())
    listed = ", ".join(f'"{name}"' for name in columns)
    on = " AND ".join(f'current_rows."{name}" = change."{name}"' for name in table.dimensions)
    with duckdb.connect(
        config={"memory_limit": MEMORY_LIMIT, "threads": 2, "temp_directory": str(workdir)}
    ) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE current_rows ({typed}, drop_id VARCHAR, file VARCHAR, row BIGINT)")
        connection.execute("CREATE TABLE part AS SELECT 1 AS ordinal")
        for drop in drops:
            for judged in accepted_rows(ledger, table, drop, workdir / str(drop["number"])):
                create_changes(connection, table, judged.passed)
                connection.execute(
                    f"DELETE FROM current_rows USING change WHERE {on} AND change.change <> 'unchanged'"  # noqa: S608
                )
                connection.execute(
                    f"INSERT INTO current_rows SELECT {listed}, $id, file, row FROM change "  # noqa: S608  (names are ours)
                    "WHERE change IN ('new', 'revised')",
                    {"id": drop["drop_id"]},
                )
                connection.execute("DROP TABLE change")
        yield connection


def _write_difference(
    connection: duckdb.DuckDBPyConnection, data_root: Path, table: Table, partner: str, path: Path
) -> int:
    """Write what leads from what holds to the replayed state: rows to say anew, each with its drop, and deletions."""
    columns = row_columns(table)
    with open_vintages(data_root, table, partner, path.parent) as vintages:
        vintages.execute(f"COPY (FROM current_rows) TO '{path.with_suffix('.now')}' (FORMAT parquet)")
    connection.execute(f"CREATE VIEW now_rows AS FROM read_parquet('{path.with_suffix('.now')}')")
    on = " AND ".join(f'a."{name}" = b."{name}"' for name in table.dimensions)
    blank = ", ".join(
        f'a."{name}"' if name in table.dimensions else f'NULL::{kind} AS "{name}"'
        for name, kind in typed_columns(table).items()
    )
    same = " AND ".join(f'a."{name}" IS NOT DISTINCT FROM b."{name}"' for name in [*columns, "drop_id"])
    written = connection.execute(
        f"""
        COPY (
          SELECT a.file, a.row, 'R' AS action, {", ".join(f'a."{name}"' for name in columns)}, a.drop_id AS speaker
          FROM current_rows a WHERE NOT EXISTS (SELECT 1 FROM now_rows b WHERE {same})
          UNION ALL
          SELECT a.file, a.row, 'D' AS action, {blank}, a.drop_id AS speaker
          FROM now_rows a WHERE NOT EXISTS (SELECT 1 FROM current_rows b WHERE {on})
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
        """  # noqa: S608  (names are the contracts', paths are ours)
    ).fetchone()
    return int(written[0]) if written else 0
