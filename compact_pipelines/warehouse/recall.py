"""Older editions that still show what is not to be seen any more: they are found here and removed at publishing.

A value may become confidential, or its drop may be withdrawn or deleted, after an edition has shown it. The log of
values keeps it, since nothing is ever lost there and it is not published; the files that readers open must not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.warehouse.audiences import DROP_PREFIX
from compact_pipelines.warehouse.layout import PUBLIC, Layout
from compact_pipelines.warehouse.vintages import row_key

SHOWS_SQL: Final = """
SELECT 1 FROM edition."{table}" o WHERE o."{measure}" IS NOT NULL AND (
  EXISTS (SELECT 1 FROM hidden h WHERE {same_as_hidden})
  OR (starts_with(o.source_id, $prefix) AND NOT EXISTS (SELECT 1 FROM known k WHERE {same_as_known}))
  OR list_contains($withdrawn, o.drop_id)
) LIMIT 1
"""


@dataclass(frozen=True)
class Unseen:
    """What one audience may not see.

    Attributes:
        hidden: theme table to (rows, row_key) whose value it may not see.
        dropped: theme table to (rows, row_key) that partners say now; any other row of a partner has been taken back.
        withdrawn: drops that have been withdrawn, whose rows may have been followed by others of the same key.
    """

    hidden: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    dropped: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    withdrawn: Collection[str] = ()


def editions_to_recall(layout: Layout, number: int, unseen: Mapping[str, Unseen]) -> list[str]:
    """Files of editions before a number that show a value their audience may not see now, or that was taken back.

    Where the public's file of an edition goes, every audience's goes: its out tables are in all of them. A file whose
    audience has no edition any more goes too, and so does one that cannot be read, since nobody can vouch for it.

    Args:
        layout: the data root.
        number: the edition about to be published.
        unseen: audience to what it may not see; all audiences that there are.

    Returns:
        File names in the editions folder, sorted.
    """
    recalled: set[str] = set()
    ended: set[int] = set()
    for path in sorted(layout.editions.glob("edition-*.duckdb")):
        audience, of = _audience(path), _number(path)
        if of >= number:
            continue
        if audience not in unseen or _shows(path, unseen[audience]):
            recalled.add(path.name)
            if audience == PUBLIC:
                ended.add(of)
    paths = layout.editions.glob("edition-*.duckdb")
    return sorted(recalled | {path.name for path in paths if _number(path) in ended})


def values_shown_before(
    layout: Layout, audience: str, table: Table, *, keys: pl.DataFrame, hidden: pl.DataFrame
) -> pl.DataFrame:
    """What the editions of an audience that have been published and stay say of some cells.

    Args:
        layout: the data root.
        audience: whose files.
        table: the contract, whose measure is a number.
        keys: (cells, the table's dimensions) to look up, whoever tells them.
        hidden: (rows, row_key) whose value the audience may not see now: a file that shows one of them does not stay.

    Returns:
        (values, [dimensions, source_id, obs_value, file]); no row twice.
    """
    columns = ", ".join(f'o."{name}"' for name in [*table.dimensions, "source_id", table.measure])
    same = " AND ".join(f'o."{name}" = k."{name}"' for name in table.dimensions)
    sql = (
        f'SELECT DISTINCT {columns}, $file AS file FROM edition."{table.id}" o '  # noqa: S608  (the contract's names)
        f'JOIN keys k ON {same} WHERE o."{table.measure}" IS NOT NULL'
    )
    unseen = Unseen({table.id: hidden})
    pointer = layout.pointer()
    found = []
    for path in sorted(layout.editions.glob(f"edition-*.{audience}.duckdb")):
        if pointer is None or _number(path) > pointer.number or _shows(path, unseen):
            continue
        with duckdb.connect() as connection:
            _attach(connection, path)
            connection.register("keys", keys.select(table.dimensions).unique())
            found.append(connection.execute(sql, {"file": path.name}).pl())
    schema: dict[str, Any] = dict.fromkeys([*table.dimensions, "source_id", "file"], pl.String)
    schema[table.measure] = pl.Decimal(28, 6)
    return pl.concat([pl.DataFrame(schema=schema), *(frame.select(list(schema)) for frame in found)])


def _shows(path: Path, unseen: Unseen) -> bool:
    try:
        with duckdb.connect() as connection:
            _attach(connection, path)
            return any(_table_shows(connection, table, unseen) for table in load_contracts().tables.values())
    except duckdb.Error:
        return True


def _table_shows(connection: duckdb.DuckDBPyConnection, table: Table, unseen: Unseen) -> bool:
    hidden, dropped = unseen.hidden.get(table.id), unseen.dropped.get(table.id)
    if (hidden is None or hidden.is_empty()) and dropped is None:
        return False
    key = row_key(table)
    schema = dict.fromkeys(key, pl.String)
    connection.register("hidden", pl.DataFrame(schema=schema) if hidden is None else hidden.select(key))
    connection.register("known", pl.DataFrame(schema=schema) if dropped is None else dropped.select(key))
    sql = SHOWS_SQL.format(
        table=table.id,
        measure=table.measure,
        same_as_hidden=" AND ".join(f'o."{name}" = h."{name}"' for name in key),
        same_as_known=" AND ".join(f'o."{name}" = k."{name}"' for name in key),
    )
    # A prefix that no source has: where nothing is said of drops, none of them is missed.
    prefix = "\n" if dropped is None else DROP_PREFIX
    given = {"prefix": prefix, "withdrawn": list(unseen.withdrawn)}
    return connection.execute(sql, given).fetchone() is not None


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    quoted = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS edition (READ_ONLY)")


def _number(path: Path) -> int:
    return int(path.name.split("-")[1].split(".")[0])


def _audience(path: Path) -> str:
    return path.name.split(".")[1]
