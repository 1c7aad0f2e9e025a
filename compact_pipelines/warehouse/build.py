"""Building and publishing an edition: one numbered DuckDB file, its additions to the log, then the pointer.

The order makes a kill harmless: until the pointer moves, files of the new number are not looked at by anyone, and
the next run overwrites them.
"""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.ddl import create_edition
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import PUBLIC, EditionFile, Layout, Pointer, sha256_of
from compact_pipelines.warehouse.vintages import NOT_LOGGED, changes, current_view, read_log

KEPT_EDITIONS: Final = 10
READ_ONLY: Final = 0o444  # a published edition is not written again


@dataclass(frozen=True)
class Published:
    """What came of publishing.

    Attributes:
        number: the edition now current.
        is_new: False if the current edition already holds exactly these inputs and this code.
        path: its public file.
        recorded: per theme table, rows added to the log.
    """

    number: int
    is_new: bool
    path: Path
    recorded: dict[str, int]


def publish_edition(
    layout: Layout, tables: Mapping[str, pl.DataFrame], *, fingerprint: str, code_version: str, input_hashes: str
) -> Published:
    """Build the next edition for the public and serve it.

    Args:
        layout: the data root.
        tables: every published table by name but `edition`, with the contract's columns in any order.
        fingerprint: of inputs and code together; equal fingerprints make no new edition.
        code_version: what the edition row says of the code.
        input_hashes: what the edition row says of the inputs, as JSON.

    Returns:
        The edition now current.

    Raises:
        WarehouseError: a table is missing or does not fit its contract, or a check of a table has not passed.
    """
    pointer = layout.pointer()
    if pointer and pointer.fingerprint == fingerprint and layout.is_intact(pointer):
        return Published(pointer.number, False, layout.editions / pointer.files[PUBLIC].file, {})  # noqa: FBT003
    number = pointer.number + 1 if pointer else 1
    now = dt.datetime.now(dt.UTC)
    contracts = load_contracts()
    versions = pl.Series([{table.id: table.version for table in contracts.tables.values()}]).struct.json_encode()[0]
    edition = pl.DataFrame(
        {
            "number": [number],
            "audience": [PUBLIC],
            "built_at": [now],
            "code_version": [code_version],
            "contract_versions": [versions],
            "input_hashes": [input_hashes],
        }
    )
    recorded = _record_vintages(layout, tables, number, pointer.number if pointer else 0)
    path = layout.editions / f"edition-{number:06d}.{PUBLIC}.duckdb"
    _write_file(path, {**tables, "edition": edition})
    layout.move_pointer(
        Pointer(
            number=number,
            published_at=now,
            fingerprint=fingerprint,
            files={PUBLIC: EditionFile(file=path.name, sha256=sha256_of(path))},
        )
    )
    _drop_old_editions(layout, number)
    return Published(number, True, path, recorded)  # noqa: FBT003


def _record_vintages(layout: Layout, tables: Mapping[str, pl.DataFrame], number: int, previous: int) -> dict[str, int]:
    recorded = {}
    for table in load_contracts().tables.values():
        current = current_view(read_log(layout.vintages, table, previous), table)
        added = changes(tables[table.id].drop(NOT_LOGGED), current, table, number)
        recorded[table.id] = added.height
        path = layout.vintages / table.id / f"{number:06d}.parquet"
        path.unlink(missing_ok=True)  # left by a run that was killed before it moved the pointer
        if not added.is_empty():
            write_parquet(added, path)
    return recorded


def _write_file(path: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    for left_over in (draft, draft.with_suffix(".draft.wal"), path):
        left_over.unlink(missing_ok=True)
    with duckdb.connect(str(draft)) as connection:
        connection.execute(create_edition(load_contracts()))
        # The names come from the DDL that was just run, never from data.
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        for name in names:
            if name not in tables:
                raise WarehouseError(f"edition: table {name} was not built; run `compact run` from the start")
            frame = tables[name]  # noqa: F841  (read by DuckDB under this name)
            try:
                connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM frame')  # noqa: S608
            except duckdb.Error as error:
                raise WarehouseError(f"edition: table {name} does not fit its contract: {error}") from error
        connection.execute("CHECKPOINT")
    handle = os.open(draft, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    draft.chmod(READ_ONLY)
    draft.replace(path)


def write_parquet(frame: pl.DataFrame, path: Path, metadata: dict[str, str] | None = None) -> None:
    """Write a frame so that a reader never sees a part of it; metadata goes into the file's own footer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        frame.write_parquet(draft, metadata=metadata)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _drop_old_editions(layout: Layout, number: int) -> None:
    for path in layout.editions.glob("edition-*.duckdb"):
        if int(path.name.split("-")[1].split(".")[0]) <= number - KEPT_EDITIONS:
            path.unlink()
