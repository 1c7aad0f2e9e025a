"""Read-only connections to the current edition.

An in-memory database with the edition attached read-only: within one process DuckDB would otherwise keep handing out
an old file under the same name. Limits are set, then the configuration is locked, so that SQL from outside can
neither write, nor reach other files, nor lift its own limits.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from compact_pipelines.errors import UsageError, WarehouseError
from compact_pipelines.warehouse.layout import PUBLIC, Layout

MEMORY_LIMIT: Final = "2GB"
THREADS: Final = 2
TABLES: Final = 'Its tables: `compact query "SHOW TABLES"`'


@dataclass(frozen=True)
class EditionConnection:
    """A locked connection and the number of the edition it reads."""

    number: int
    path: Path
    connection: duckdb.DuckDBPyConnection


def connect(layout: Layout, audience: str = PUBLIC) -> EditionConnection:
    """Open the current edition for an audience.

    An edition that is recalled leaves its place at once; whoever was about to open it gets the one that follows it.

    Raises:
        WarehouseError: there is no such edition, see `Layout.current`.
    """
    pointer, path = layout.current(audience)
    try:
        return connect_file(pointer.number, path)
    except WarehouseError:
        newer, path = layout.current(audience)
        if newer.number == pointer.number:
            raise
        return connect_file(newer.number, path)


def connect_file(number: int, path: Path) -> EditionConnection:
    """Open one edition's file, read-only and locked.

    Raises:
        WarehouseError: the file cannot be opened.
    """
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "threads": THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        }
    )
    quoted = str(path).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted}' AS edition (READ_ONLY)")
    except duckdb.Error as error:
        raise WarehouseError(
            f"edition {number} in {path} cannot be opened: {error}. Restore the file, or delete it "
            "and run `compact run`"
        ) from error
    connection.execute("USE edition")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return EditionConnection(number, path, connection)


def query(edition: EditionConnection, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """Run one reader's statement and return column names and rows.

    One statement that reads, and nothing else: a connection may attach again, and write, what it was opened on.

    Raises:
        UsageError: the statement is not valid SQL, is not one, or does what a reader may not do.
    """
    try:
        _require_one_question(edition.connection.extract_statements(sql))
        cursor = edition.connection.execute(sql)
        if cursor is None or cursor.description is None:  # DuckDB's answer to a blank or a comment
            raise UsageError('the query is empty; ask something, such as "SHOW TABLES"')
        return [column[0] for column in cursor.description], cursor.fetchall()
    except duckdb.Error as error:
        first = str(error).split("\n\n", maxsplit=1)[0]
        raise UsageError(f"the query failed: {first}\nThe edition is read-only. {TABLES}") from error


def _require_one_question(statements: list[duckdb.Statement]) -> None:
    """SELECT, and what DuckDB reads as one: FROM, WITH, VALUES, SHOW, DESCRIBE, SUMMARIZE."""
    if len(statements) > 1:
        raise UsageError(f"the query holds {len(statements)} statements; ask one at a time. {TABLES}")
    for statement in statements:
        if statement.type != duckdb.StatementType.SELECT:
            raise UsageError(
                f"the query may only read, and this is {statement.type.name}; allowed are SELECT, WITH, FROM, SHOW, "
                f"DESCRIBE and SUMMARIZE. {TABLES}"
            )
