"""What the exchange remembers: drops with their receipts, parts of the vintages, releases, pauses, the audit log.

One SQLite file below the data root. A decision, its rows' part and its audit entry are one transaction, so that a kill
leaves either all of them or none. Each audit entry holds the hash of the one before; the head goes into receipts, so
that partners hold the witness.
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from compact_pipelines.errors import WarehouseError

NO_HASH: Final = "0" * 64  # what the first audit entry follows
HELD: Final = "HELD"
ACCEPTED: Final = ("ACCEPTED", "ACCEPTED_WITH_HELD_ROWS")
USED: Final = (*ACCEPTED, HELD)  # statuses of drops that use up their number
OPEN: Final = ("RECEIVED", "WAITING")  # statuses that are not yet a decision

TABLES: Final = """
CREATE TABLE IF NOT EXISTS drops (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  drop_id TEXT NOT NULL, partner TEXT NOT NULL, folder TEXT NOT NULL, fingerprint TEXT NOT NULL,
  manifest_sha256 TEXT, dataflow TEXT, seq INTEGER, supersedes INTEGER, revision TEXT,
  period_from TEXT, period_to TEXT,
  agreed TEXT, status TEXT NOT NULL, received_at TEXT NOT NULL, decided_at TEXT, key_id TEXT,
  rows_in INTEGER NOT NULL DEFAULT 0, rows_new INTEGER NOT NULL DEFAULT 0, rows_revised INTEGER NOT NULL DEFAULT 0,
  rows_unchanged INTEGER NOT NULL DEFAULT 0, rows_deleted INTEGER NOT NULL DEFAULT 0,
  rows_held INTEGER NOT NULL DEFAULT 0, withdrawn_at TEXT, receipt TEXT, is_delivered INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS drops_by_folder ON drops (partner, folder, fingerprint);
CREATE INDEX IF NOT EXISTS drops_by_manifest ON drops (manifest_sha256);
CREATE UNIQUE INDEX IF NOT EXISTS one_drop_a_number ON drops (partner, dataflow, seq)
  WHERE status IN ('ACCEPTED', 'ACCEPTED_WITH_HELD_ROWS', 'HELD');
CREATE TABLE IF NOT EXISTS files (
  drop_number INTEGER NOT NULL REFERENCES drops (number), name TEXT NOT NULL, sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL, PRIMARY KEY (drop_number, name)
);
CREATE TABLE IF NOT EXISTS parts (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, drop_id TEXT NOT NULL, partner TEXT NOT NULL, dataflow TEXT NOT NULL,
  seq INTEGER NOT NULL, recorded_at TEXT NOT NULL, contract_version TEXT NOT NULL, code_version TEXT NOT NULL,
  rows INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS releases (
  drop_id TEXT NOT NULL, file TEXT NOT NULL, row INTEGER NOT NULL, reason TEXT NOT NULL, released_at TEXT NOT NULL,
  PRIMARY KEY (drop_id, file, row)
);
CREATE TABLE IF NOT EXISTS closures (
  drop_number INTEGER NOT NULL REFERENCES drops (number), file TEXT NOT NULL, row INTEGER NOT NULL,
  closed_by INTEGER NOT NULL REFERENCES drops (number), PRIMARY KEY (drop_number, file, row, closed_by)
);
CREATE TABLE IF NOT EXISTS pauses (
  partner TEXT NOT NULL, since TEXT NOT NULL, reason TEXT NOT NULL, until TEXT
);
CREATE TABLE IF NOT EXISTS audit (
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class AuditHead:
    """The last entry of the audit log: its number and its hash, which stands for all before it."""

    number: int
    hash: str


class Ledger:
    """The exchange's memory below one data root.

    Rows come by column name; times are text in UTC, as `contracts.cells` writes them.
    """

    def __init__(self, data_root: Path) -> None:
        self.root = data_root
        self.folder = data_root / "exchange"
        self.path = self.folder / "ledger.sqlite"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the exchange for one intake; a killed one leaves no lock behind.

        Raises:
            WarehouseError: another intake is under way, or the data root cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise WarehouseError(
                f"{self.root} cannot be written ({error.strerror}); name a folder of yours with --data-root"
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise WarehouseError(f"another intake is at work in {self.root}; wait for it") from None
        try:
            yield
        finally:
            os.close(handle)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection; nothing is written outside `transaction`.

        Raises:
            WarehouseError: the file is no ledger.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        connection = None
        try:
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(TABLES)
            yield connection
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise WarehouseError(
                f"{self.path} cannot be read as the exchange's ledger ({error}); restore it from a backup"
            ) from error
        finally:
            if connection is not None:
                connection.close()

    def rows(self, statement: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows of one reading statement; none where there is no exchange yet."""
        if not self.path.exists():
            return []
        with self.open() as connection:
            return [dict(row) for row in connection.execute(statement, parameters)]


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All that is written within, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, object]) -> int:
    """Insert a row, named by our own columns; returns its number."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  (our names)
    return int(connection.execute(statement, tuple(values.values())).lastrowid or 0)


def update_drop(connection: sqlite3.Connection, number: int, values: Mapping[str, object]) -> None:
    """Change a drop's row."""
    columns = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE drops SET {columns} WHERE number = ?", (*values.values(), number))  # noqa: S608


def append_audit(connection: sqlite3.Connection, at: str, what: str, detail: Mapping[str, Any]) -> AuditHead:
    """Add an entry to the audit log, within a transaction."""
    head = audit_head(connection)
    text = json.dumps(detail, sort_keys=True, ensure_ascii=True)
    number = head.number + 1
    digest = audit_hash(number, at, what, text, head.hash)
    connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)", (number, at, what, text, head.hash, digest))
    return AuditHead(number, digest)


def break_glass(ledger: Ledger, what: str, reason: str, now: dt.datetime) -> None:
    """Log that somebody reads what is not free for publication, before it is shown."""
    at = now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with ledger.open() as connection, transaction(connection):
        append_audit(connection, at, "break_glass", {"what": what, "reason": reason})


def audit_head(connection: sqlite3.Connection) -> AuditHead:
    """The last entry."""
    row = connection.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    return AuditHead(row["number"], row["hash"]) if row else AuditHead(0, NO_HASH)


def audit_hash(number: int, at: str, what: str, detail: str, previous: str) -> str:
    """The hash of an entry: of its words and the hash of the one before, as one JSON list."""
    return hashlib.sha256(json.dumps([number, at, what, detail, previous]).encode()).hexdigest()


def find_broken_audit(rows: list[dict[str, Any]]) -> int | None:
    """The first entry that does not follow from the one before, or None where the chain holds.

    Args:
        rows: all of the audit log, by number.
    """
    previous = NO_HASH
    for expected, row in enumerate(rows, start=1):
        digest = audit_hash(row["number"], row["at"], row["what"], row["detail"], row["previous"])
        if row["number"] != expected or row["previous"] != previous or row["hash"] != digest:
            return expected
        previous = digest
    return None
