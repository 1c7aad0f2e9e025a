"""An edition's DuckDB files: the public's is built, another audience's is a copy of it with its own tables in place.

A copy costs a fraction of a second build, and can hold nothing in its free space but what the public sees.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.contracts.ddl import create_edition
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import PUBLIC, Layout
from compact_pipelines.warehouse.vintages import row_key

# A published edition is not written again; only the public's is for everybody on the machine.
READ_ONLY: Final = 0o444
OWNER_ONLY: Final = 0o400
DRAFT_MODE: Final = 0o600


def write_public_file(layout: Layout, number: int, tables: Mapping[str, pl.DataFrame]) -> Path:
    """Build the public's file of an edition.

    Args:
        layout: the data root.
        number: the edition.
        tables: every published table by name.

    Returns:
        The file, whole and read-only.

    Raises:
        WarehouseError: a table is missing or does not fit its contract.
    """
    path = file_of(layout, number, PUBLIC)
    draft = _clear_draft(path)
    with duckdb.connect(str(draft)) as connection:
        connection.execute(create_edition(load_contracts()))
        # The names come from the DDL that was just run, never from data.
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        for name in names:
            if name not in tables:
                raise WarehouseError(f"edition: table {name} was not built; run `compact run` from the start")
            _fill(connection, name, tables[name])
        connection.execute("CHECKPOINT")
    return _finish(draft, path, READ_ONLY)


def write_audience_file(
    public: Path, path: Path, *, own: Mapping[str, pl.DataFrame], shown: Mapping[str, pl.DataFrame]
) -> Path:
    """Make another audience's file of an edition.

    Args:
        public: the public's file.
        path: the file to make, see `file_of`.
        own: the published tables that are not as the public's, by name.
        shown: the public's tables: of a theme table, only the rows that differ are written.

    Returns:
        The file, whole, for its owner to read only.

    Raises:
        WarehouseError: a table does not fit its contract.
    """
    draft = _clear_draft(path)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, DRAFT_MODE))
    shutil.copyfile(public, draft)
    contracts = load_contracts()
    with duckdb.connect(str(draft)) as connection:
        for name, frame in own.items():
            if name in contracts.tables:
                _change(connection, contracts.tables[name], shown[name], frame)
            else:
                connection.execute(f'DELETE FROM "{name}"')  # noqa: S608  (a contract's name)
                _fill(connection, name, frame)
        connection.execute("CHECKPOINT")
    return _finish(draft, path, OWNER_ONLY)


def file_of(layout: Layout, number: int, audience: str) -> Path:
    """Where an audience's file of an edition lies."""
    return layout.editions / f"edition-{number:06d}.{audience}.duckdb"


def _change(connection: duckdb.DuckDBPyConnection, table: Table, shown: pl.DataFrame, own: pl.DataFrame) -> None:
    """Turn the public's rows of a theme table into an audience's: a row of another cell or preference is replaced."""
    key = row_key(table)
    mine = own.select(shown.columns)
    changed = mine.join(shown, on=shown.columns, how="anti", nulls_equal=True)
    gone = shown.join(mine, on=shown.columns, how="anti", nulls_equal=True)
    connection.register("gone", gone.select(key))
    same = " AND ".join(f'gone."{name}" = t."{name}"' for name in key)
    connection.execute(f'DELETE FROM "{table.id}" t USING gone WHERE {same}')  # noqa: S608  (a contract's names)
    connection.unregister("gone")
    _fill(connection, table.id, changed)


def _fill(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    connection.register("frame", frame)
    try:
        connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM frame')  # noqa: S608  (a contract's name)
    except duckdb.Error as error:
        raise WarehouseError(f"edition: table {name} does not fit its contract: {error}") from error
    connection.unregister("frame")


def _clear_draft(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    for left_over in (draft, draft.with_suffix(".draft.wal"), path):
        left_over.unlink(missing_ok=True)
    return draft


def _finish(draft: Path, path: Path, mode: int) -> Path:
    handle = os.open(draft, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    draft.chmod(mode)
    draft.replace(path)
    return path
