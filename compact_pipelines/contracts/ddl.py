"""Contracts as DuckDB tables: the DDL with which an edition is built."""

from typing import Final

from compact_pipelines.contracts.model import Contracts, PublishedTable, Table

DUCKDB_TYPES: Final = {
    "code": "VARCHAR",
    "text": "VARCHAR",
    "period": "VARCHAR",
    "decimal": "DECIMAL(28,6)",
    "double": "DOUBLE",
    "bigint": "BIGINT",
    "date": "DATE",
    "datetime": "TIMESTAMP WITH TIME ZONE",
    "boolean": "BOOLEAN",
}


def create_table(table: Table) -> str:
    """CREATE TABLE of a theme table: its stored columns, its key and its title as the comment.

    The key is the dimensions and source_id. Code lists are not foreign keys: the contract check has judged every
    row before, and a constraint would only slow the build.
    """
    lines = [
        f'"{column.id}" {DUCKDB_TYPES[column.concept.type]}' + (" NOT NULL" if column.concept.required else "")
        for column in table.stored
    ]
    key = ", ".join(f'"{name}"' for name in [*table.dimensions, "source_id"])
    return _statement(table.id, [*lines, f"PRIMARY KEY ({key})"])


def create_published_table(table: PublishedTable) -> str:
    """CREATE TABLE of a table that an edition publishes beside the five contracts."""
    lines = [
        f'"{name}" {DUCKDB_TYPES[column.type]}' + (" NOT NULL" if column.required else "")
        for name, column in table.columns.items()
    ]
    key = ", ".join(f'"{name}"' for name in table.key)
    return _statement(table.id, [*lines, f"PRIMARY KEY ({key})"])


def create_edition(contracts: Contracts) -> str:
    """All statements of an edition, in the order in which its tables are published."""
    return "\n\n".join(
        [
            *(create_table(table) for table in contracts.tables.values()),
            *(create_published_table(table) for table in contracts.published.values()),
        ]
    )


def _statement(name: str, lines: list[str]) -> str:
    body = ",\n  ".join(lines)
    return f'CREATE TABLE "{name}" (\n  {body}\n);'
