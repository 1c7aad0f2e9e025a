"""The vintages of partners' rows: every accepted row ever, append only.

A decision adds at most one part, a Parquet file of the rows that it made new, changed or took away; the ledger says
which parts there are, in which order, since when. `recorded_at` and `superseded_at` are when the exchange knew a row,
time_period is when it holds. The current view, the view as of a time and the revisions are queries over the parts, so
a replacement or a deletion destroys nothing.
"""

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from compact_pipelines.contracts.judges import polars_schema
from compact_pipelines.contracts.model import Table
from compact_pipelines.exchange.ledger import Ledger

MEMORY_LIMIT: Final = "300MB"
DELETE: Final = "D"
NOT_STORED: Final = "unit_mult"  # taken into the value on the way in
LEAST_STEP: Final = dt.timedelta(microseconds=1)  # between two parts, so that times order them
PLACE: Final = ("file", "row")  # where in a drop a row stands
TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
DDL_TYPES: Final = {
    "decimal": "DECIMAL(28,6)",
    "date": "DATE",
    "datetime": "TIMESTAMP WITH TIME ZONE",
    "boolean": "BOOLEAN",
}


def time_text(at: dt.datetime) -> str:
    """A time in UTC as the ledger writes it; texts sort as times do."""
    return at.astimezone(dt.UTC).strftime(TIME)


def time_of(text: str) -> dt.datetime:
    """The time that the ledger wrote."""
    return dt.datetime.strptime(text, TIME).replace(tzinfo=dt.UTC)


def next_time(connection: sqlite3.Connection, now: dt.datetime) -> dt.datetime:
    """When a part is recorded: now, or just after the last one where the clock has not moved on."""
    last = connection.execute("SELECT max(recorded_at) FROM parts").fetchone()[0]
    return max(now, time_of(last) + LEAST_STEP) if last else now


def row_columns(table: Table) -> list[str]:
    """The columns of a partner's row as it is stored: those of a drop, the value in base units."""
    return [column.id for column in table.in_drop if column.id != NOT_STORED]


def typed_columns(table: Table) -> dict[str, str]:
    """Those columns with their DuckDB types."""
    return {
        column.id: DDL_TYPES.get(column.concept.type, "VARCHAR") for column in table.in_drop if column.id != NOT_STORED
    }


def source_of(partner: str) -> str:
    """The source_id of what a partner says."""
    return f"drop:{partner}"


@contextmanager
def open_vintages(
    data_root: Path, table: Table, partner: str | None = None, workdir: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the views of one table.

    `vintages` holds every row ever: the columns of a drop, then partner, drop_id, seq, file, row, is_deleted,
    recorded_at, superseded_at (null while it holds), contract_version, code_version, ordinal. `current_rows` is what
    holds now. The macro `as_of(t)` gives what the exchange knew at a time, and `revisions` each row beside the one
    before it (obs_value_before or adoption_status_before, was_deleted).

    Args:
        data_root: where everything is kept.
        table: the contract.
        partner: only what this partner said; None for all.
        workdir: where work that does not fit into memory goes; nowhere if None.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "threads": 2,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
    }
    if workdir:
        config["temp_directory"] = str(workdir)
    ledger = Ledger(data_root)
    parts = ledger.rows("SELECT * FROM parts WHERE dataflow = ? AND ? IN (partner, '') ORDER BY ordinal",
                        table.id, partner or "")  # fmt: skip
    with duckdb.connect(config=config) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        _register_parts(connection, parts)
        paths = [str(ledger.folder / part["path"]) for part in parts]
        connection.execute(_views(table, paths))
        yield connection


def _register_parts(connection: duckdb.DuckDBPyConnection, parts: list[dict[str, object]]) -> None:
    schema = {
        "ordinal": pl.Int64, "path": pl.String, "drop_id": pl.String, "partner": pl.String, "seq": pl.Int64,
        "recorded_at": pl.String, "contract_version": pl.String, "code_version": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame([{name: part[name] for name in schema} for part in parts], schema=schema)
    times = [time_of(str(part["recorded_at"])) for part in parts]
    known = frame.with_columns(
        pl.col("path").str.split("/").list.last().alias("name"),
        pl.Series("recorded_at", times, dtype=pl.Datetime("us", "UTC")),
    )
    connection.register("part_frame", known.to_arrow())
    connection.execute("CREATE TABLE part AS SELECT * FROM part_frame")
    connection.unregister("part_frame")


def _views(table: Table, paths: list[str]) -> str:
    columns = row_columns(table)
    key = ", ".join(f'"{name}"' for name in ["partner", *table.dimensions])
    listed = ", ".join(f'"{name}"' for name in columns)
    if paths:
        named = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)  # paths are ours, from the ledger
        rows = (
            f"SELECT {listed}, file, row, action, speaker, parse_filename(filename) AS name "  # noqa: S608
            f"FROM (SELECT NULL::VARCHAR AS speaker WHERE false UNION ALL BY NAME "
            f"SELECT * FROM read_parquet([{named}], union_by_name = true, filename = true))"
        )
    else:
        typed = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in typed_columns(table).items())
        rows = (
            f"SELECT {typed}, ''::VARCHAR AS file, 0::BIGINT AS row, ''::VARCHAR AS action, NULL::VARCHAR AS speaker, "
            "''::VARCHAR AS name WHERE false"
        )
    latest = f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY ordinal DESC) = 1"
    before = f"OVER (PARTITION BY {key} ORDER BY ordinal)"
    return f"""
    CREATE VIEW kept AS
    SELECT r.* EXCLUDE (name, action, speaker), p.partner, coalesce(r.speaker, p.drop_id) AS drop_id, p.seq,
           r.action = '{DELETE}' AS is_deleted, p.recorded_at, p.contract_version, p.code_version, p.ordinal
    FROM ({rows}) r JOIN part p ON p.name = r.name;
    CREATE VIEW vintages AS SELECT *, lead(recorded_at) {before} AS superseded_at FROM kept;
    CREATE VIEW current_rows AS
    SELECT * EXCLUDE (is_deleted) FROM (SELECT * FROM kept {latest}) WHERE NOT is_deleted;
    CREATE MACRO as_of(t) AS TABLE
    SELECT * EXCLUDE (is_deleted) FROM (SELECT * FROM kept WHERE recorded_at <= t {latest}) WHERE NOT is_deleted;
    CREATE VIEW revisions AS
    SELECT *, lag("{table.measure}") {before} AS "{table.measure}_before", lag(is_deleted) {before} AS was_deleted,
           lag(drop_id) {before} AS drop_id_before
    FROM kept;
    """  # noqa: S608  (names are the contracts')


def stored_rows(data_root: Path, table: Table) -> pl.DataFrame:
    """What partners say now, as rows of the warehouse.

    Args:
        data_root: where everything is kept.
        table: the contract.

    Returns:
        (rows, the contract's stored columns less is_preferred), sorted by key and source.
    """
    schema = {name: kind for name, kind in polars_schema(table).items() if name != "is_preferred"}
    given = {
        "imputed_mirror": pl.lit(value=False),
        "source_id": pl.lit("drop:") + pl.col("partner"),
        "snapshot_id": pl.lit(None, dtype=pl.String),
    }
    if not Ledger(data_root).rows("SELECT 1 FROM parts WHERE dataflow = ? LIMIT 1", table.id):
        return pl.DataFrame(schema=schema)
    with open_vintages(data_root, table) as connection:
        rows = connection.execute("FROM current_rows").pl()
    filled = rows.with_columns(value.alias(name) for name, value in given.items() if name in schema)
    return filled.select(pl.col(name).cast(kind) for name, kind in schema.items()).sort(*table.dimensions, "source_id")


def exchange_fingerprint(data_root: Path) -> str:
    """A hash that changes whenever what partners say has changed; blank where nobody has said anything."""
    parts = Ledger(data_root).rows("SELECT ordinal, path, recorded_at FROM parts ORDER BY ordinal")
    if not parts:
        return ""
    return hashlib.sha256(repr([tuple(part) for part in parts]).encode()).hexdigest()[:16]
