"""Held rows: kept with their place, their bytes and the rules they break, until a later good row closes them.

A row is open, closed (a later drop had a good row of its key, or superseded its drop), released (an engineer let it in,
with a reason) or withdrawn with its drop. Nothing is ever deleted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from compact_pipelines.contracts.model import Table
from compact_pipelines.exchange.ledger import ACCEPTED, HELD, Ledger

DROP_IS_HELD: Final = "drop_is_held"  # the rule that rows in order have, in a drop held as a whole
OPEN: Final = "open"


@contextmanager
def open_held(data_root: Path, table: Table, partner: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view `held_rows` of one table.

    Its columns are number (of the drop in the ledger), drop_id, partner, folder, seq, file, row, rules, bytes, the
    dimensions as text, and state.

    Args:
        data_root: where everything is kept.
        table: the contract.
        partner: only this one's rows; None for all.
    """
    with duckdb.connect(config={"threads": 2, "memory_limit": "300MB"}) as connection:
        create_held(connection, Ledger(data_root), table, partner)
        yield connection


def create_held(connection: duckdb.DuckDBPyConnection, ledger: Ledger, table: Table, partner: str | None) -> int:
    """Make the view `held_rows` on a connection; returns how many drops have any."""
    drops = ledger.rows(
        "SELECT number, drop_id, partner, folder, seq, status, withdrawn_at FROM drops "
        "WHERE dataflow = ? AND ? IN (partner, '') AND rows_held > 0 AND status IN (?, ?, ?)",
        table.id, partner or "", *ACCEPTED, HELD,
    )  # fmt: skip
    numbers = [row["number"] for row in drops]
    _frame(connection, "held_drop", drops, {
        "number": pl.Int64, "drop_id": pl.String, "partner": pl.String, "folder": pl.String, "seq": pl.Int64,
        "status": pl.String, "withdrawn_at": pl.String,
    })  # fmt: skip
    place = {"drop_id": pl.String, "file": pl.String, "row": pl.Int64}
    released = ledger.rows("SELECT drop_id, file, row FROM releases")
    _frame(connection, "released", released, place)
    closed = ledger.rows(
        "SELECT c.drop_number AS number, c.file, c.row FROM closures c JOIN drops d ON d.number = c.closed_by "
        "WHERE d.withdrawn_at IS NULL"
    )
    _frame(connection, "closed", closed, {**place, "number": pl.Int64})
    superseded = ledger.rows(
        "SELECT partner, dataflow, supersedes FROM drops WHERE supersedes IS NOT NULL AND withdrawn_at IS NULL "
        "AND dataflow = ? AND status IN (?, ?)",
        table.id, *ACCEPTED,
    )  # fmt: skip
    _frame(connection, "superseded", superseded, {"partner": pl.String, "supersedes": pl.Int64})
    folder = ledger.folder / "held"
    paths = [folder / f"{number}.{kind}.parquet" for number in numbers for kind in ("held", "passed")]
    connection.execute(_view(table, [path for path in paths if path.exists()]))
    return len(numbers)


def _frame(
    connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]], schema: dict[str, Any]
) -> None:
    known = [{column: row[column] for column in schema if column in row} for row in rows]
    frame = pl.DataFrame(known, schema={column: schema[column] for column in schema if not known or column in known[0]})
    connection.register(f"{name}_frame", frame.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS FROM {name}_frame")
    connection.unregister(f"{name}_frame")


def _view(table: Table, paths: list[Path]) -> str:
    key = ", ".join(f'"{name}"' for name in table.dimensions)
    if paths:
        named = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)  # paths are ours
        rows = (
            f"SELECT split_part(parse_filename(filename), '.', 1)::BIGINT AS number, file, row, {key}, "  # noqa: S608
            f"coalesce(rules, ['{DROP_IS_HELD}']) AS rules, bytes FROM ("
            "SELECT NULL::VARCHAR[] AS rules, NULL::BLOB AS bytes WHERE false UNION ALL BY NAME "
            f"FROM read_parquet([{named}], union_by_name = true, filename = true))"
        )
    else:
        blank = ", ".join(f'NULL::VARCHAR AS "{name}"' for name in table.dimensions)
        rows = (
            f"SELECT 0::BIGINT AS number, ''::VARCHAR AS file, 0::BIGINT AS row, {blank}, "
            "NULL::VARCHAR[] AS rules, NULL::BLOB AS bytes WHERE false"
        )
    return f"""
    CREATE VIEW held_rows AS
    SELECT d.number, d.drop_id, d.partner, d.folder, d.seq, r.file, r.row, r.rules, r.bytes, {key},
           CASE WHEN d.withdrawn_at IS NOT NULL THEN 'withdrawn'
                WHEN EXISTS (SELECT 1 FROM released x WHERE x.drop_id = d.drop_id AND x.file = r.file AND x.row = r.row)
                  THEN 'released'
                WHEN EXISTS (SELECT 1 FROM closed x WHERE x.number = d.number AND x.file = r.file AND x.row = r.row)
                  OR EXISTS (SELECT 1 FROM superseded x WHERE x.partner = d.partner AND x.supersedes = d.seq)
                  THEN 'closed'
                ELSE '{OPEN}' END AS state
    FROM ({rows}) r JOIN held_drop d ON d.number = r.number
    """  # noqa: S608  (names are the contracts', paths are ours)


def find_closures(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, table: Table, partner: str
) -> list[tuple[int, str, int]]:
    """The open held rows of earlier drops whose key the drop at hand has a good row for.

    Args:
        connection: with the table `change` of the drop at hand.
        ledger: the ledger, in which that drop is not decided yet.
        table: the contract.
        partner: whose drop it is.

    Returns:
        The number of the earlier drop, file and row of each.
    """
    if not create_held(connection, ledger, table, partner):
        return []
    on = " AND ".join(f'h."{name}" = c."{name}"' for name in table.dimensions)
    return connection.execute(
        f"SELECT h.number, h.file, h.row FROM held_rows h JOIN change c ON {on} "  # noqa: S608  (names are ours)
        f"WHERE h.state = '{OPEN}'"
    ).fetchall()


def held_frame(data_root: Path, tables: list[Table], partner: str | None = None) -> pl.DataFrame:
    """All held rows of some tables.

    Returns:
        (held rows; drop_id, partner, folder, dataflow, seq, file, row, key, rules, state), by partner, table, number,
        file and row; key is the dimensions, joined by spaces, rules by commas.
    """
    schema: dict[str, Any] = {
        "drop_id": pl.String, "partner": pl.String, "folder": pl.String, "dataflow": pl.String, "seq": pl.Int64,
        "file": pl.String, "row": pl.Int64, "key": pl.String, "rules": pl.String, "state": pl.String,
    }  # fmt: skip
    frames = [pl.DataFrame(schema=schema)]
    for table in tables:
        key = ", ".join(f"coalesce(\"{name}\", '?')" for name in table.dimensions)
        with open_held(data_root, table, partner) as connection:
            frames.append(
                connection.execute(
                    f"SELECT drop_id, partner, folder, $table AS dataflow, seq, file, row, "  # noqa: S608  (names are ours)
                    f"concat_ws(' ', {key}) AS key, array_to_string(rules, ', ') AS rules, state FROM held_rows",
                    {"table": table.id},
                ).pl().cast(pl.Schema(schema))
            )  # fmt: skip
    return pl.concat(frames).sort("partner", "dataflow", "seq", "file", "row")
