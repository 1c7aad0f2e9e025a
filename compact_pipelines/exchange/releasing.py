"""Letting held rows in: an engineer's decision, with a reason, about rows that keep the contract on their own."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.held import OPEN, find_closures, open_held
from compact_pipelines.exchange.ledger import USED, Ledger
from compact_pipelines.exchange.loading import create_changes, write_changes
from compact_pipelines.exchange.replaying import (
    Changed,
    Place,
    empty_workdir,
    find_drop,
    judge_again,
    originals_of,
    record_change,
)
from compact_pipelines.exchange.vintages import open_vintages


def release(data_root: Path, name: str, places: list[Place], reason: str, now: dt.datetime) -> Changed:
    """Let held rows in: those that keep the contract on their own.

    Args:
        data_root: where everything is kept.
        name: the drop, by id or as partner/folder.
        places: file and row of each; all open rows of the drop if empty.
        reason: why, for the audit log.
        now: UTC.

    Raises:
        UsageError: a row is not held or not open any more, breaks the contract, or stands twice.
    """
    ledger = Ledger(data_root)
    with ledger.lock(), empty_workdir(ledger) as workdir:
        drop = find_drop(ledger, name)
        if drop["dataflow"] is None or drop["status"] not in USED:
            raise UsageError(f"{drop['drop_id']} is {drop['status']} and holds no rows")
        table = load_contracts().tables[drop["dataflow"]]
        with open_held(data_root, table, drop["partner"]) as connection:
            states = {
                (file, row): state
                for file, row, state in connection.execute(
                    "SELECT file, row, state FROM held_rows WHERE drop_id = $id", {"id": drop["drop_id"]}
                ).fetchall()
            }
        chosen = places or [place for place, state in states.items() if state == OPEN]
        wrong = [place for place in chosen if states.get(place) != OPEN]
        if wrong or not chosen:
            file, row = wrong[0] if wrong else ("", 0)
            found = f"{file} row {row} is {states.get((file, row), 'not held')}" if wrong else "no row is open"
            raise UsageError(f"{drop['drop_id']}: {found}; `compact held list` shows which rows are")
        judged = judge_again(ledger, table, drop, workdir / "judged", chosen)
        if judged.is_refused or judged.rows_held:
            first = next(found for found in judged.findings if found.severity == "error")
            raise UsageError(
                f"{drop['drop_id']}: {judged.rows_held or len(chosen):,} of these rows cannot be let in. "
                f"{first.file} row {first.row}: {first.message} The partner must send them anew"
            )
        with open_vintages(data_root, table, drop["partner"], workdir) as connection:
            counts = create_changes(connection, table, judged.passed)
            _require_newest(connection, table, drop)
            earlier = {
                row["number"]
                for row in ledger.rows(
                    "SELECT number FROM drops WHERE partner = ? AND dataflow = ? AND seq < ?",
                    drop["partner"], drop["dataflow"], drop["seq"],
                )
            }  # fmt: skip
            older = find_closures(connection, ledger, table, drop["partner"])
            closed = [place for place in older if place[0] in earlier]
            rows = write_changes(connection, table, counts, judged.passed, workdir / "part.parquet")
        return record_change(
            ledger, drop, "release", part=workdir / "part.parquet", rows=rows, reason=reason, now=now, released=chosen,
            closed=closed,
        )  # fmt: skip


def _require_newest(connection: duckdb.DuckDBPyConnection, table: Table, drop: Mapping[str, Any]) -> None:
    """Stop where a later drop of the partner has said something of one of the rows: a release never undoes that.

    Raises:
        UsageError: naming the first such row.
    """
    on = " AND ".join(f'k."{name}" = c."{name}"' for name in table.dimensions)
    newer = connection.execute(
        f"SELECT c.file, c.row, k.drop_id FROM change c JOIN kept k ON {on} WHERE k.seq > $seq "  # noqa: S608  (our names)
        "ORDER BY c.file, c.row LIMIT 1",
        {"seq": drop["seq"]},
    ).fetchone()
    if newer:
        file, row, by = newer
        raise UsageError(
            f"{drop['drop_id']}: {file} row {row} is older than what {by} says of the same key; "
            "release the others, or let the partner send it anew"
        )


def places_of(data_root: Path, name: str, file: str | None, rows: list[int]) -> list[Place]:
    """The places an engineer means: rows of the file named, or of the only one; all open rows if none is given.

    Raises:
        UsageError: no file is named where the drop has more than one.
    """
    ledger = Ledger(data_root)
    names = [original.name for original in originals_of(ledger, find_drop(ledger, name))] if rows else []
    if rows and file is None and len(names) > 1:
        raise UsageError(f"{name} has the files {', '.join(names)}; name one with --file")
    return [(file or names[0], row) for row in rows]
