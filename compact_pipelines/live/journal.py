"""The journal: what was asked of publishers, what came, what is believed of it.

One SQLite file, <data root>/live/journal.sqlite. An answer is written down before it is read; verdicts are only ever
added, so what was believed on any day is a question to them. Times are text in UTC.

    pulls      one asking of one partition of a source
    answers    one page of one part of a pull, with the snapshot that holds its bytes
    verdicts   what came of a pull: believed, stopped, not answered; and a person's word over a stop
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from compact_pipelines.errors import Busy, WarehouseError

Verdict = Literal["ACCEPTED", "UNCHANGED", "EMPTY", "STOPPED", "UNAVAILABLE", "NO_KEY"]
Cause = Literal["", "shape", "empty", "coverage", "jump"]

RUNNING: Final = "RUNNING"
OVERRULED: Final = "OVERRULED"  # a stop that a person has overruled: believed from then on
BELIEVED: Final = ("ACCEPTED", OVERRULED)
CONFIRMED: Final = (*BELIEVED, "UNCHANGED")
NO_KEY: Final = "NO_KEY"
UNANSWERED: Final = ("UNAVAILABLE", NO_KEY)  # nothing is known of the partition that was not known before
REFUSED: Final = "refused"  # an answer that is no data; it is asked again
DIGITS: Final = 16

TABLES: Final = """
CREATE TABLE IF NOT EXISTS pulls (
  pull_id INTEGER PRIMARY KEY AUTOINCREMENT, source_id TEXT NOT NULL, partition_key TEXT NOT NULL,
  state TEXT NOT NULL, started_at TEXT NOT NULL, is_forced INTEGER NOT NULL DEFAULT 0,
  content TEXT, fetched_at TEXT, row_count INTEGER, newest_period TEXT
);
CREATE INDEX IF NOT EXISTS pulls_by_partition ON pulls (source_id, partition_key);
CREATE TABLE IF NOT EXISTS answers (
  pull_id INTEGER NOT NULL REFERENCES pulls (pull_id), part TEXT NOT NULL, page INTEGER NOT NULL, cursor TEXT,
  identity TEXT NOT NULL, url TEXT NOT NULL, status INTEGER NOT NULL, content_type TEXT NOT NULL, headers TEXT NOT NULL,
  etag TEXT, last_modified TEXT, is_keyless INTEGER NOT NULL, snapshot_id TEXT NOT NULL, sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL, retrieved_at TEXT NOT NULL, asked_at TEXT NOT NULL,
  kind TEXT, meaning TEXT, next_cursor TEXT, has_next INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (pull_id, part, page)
);
CREATE INDEX IF NOT EXISTS answers_by_identity ON answers (identity);
CREATE TABLE IF NOT EXISTS verdicts (
  number INTEGER PRIMARY KEY AUTOINCREMENT, pull_id INTEGER NOT NULL REFERENCES pulls (pull_id),
  source_id TEXT NOT NULL, partition_key TEXT NOT NULL, verdict TEXT NOT NULL, cause TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS verdicts_by_partition ON verdicts (source_id, partition_key);
"""


def journal_file(data_root: Path) -> Path:
    """Where the journal of a data root is; it is there once a publisher has been asked."""
    return data_root / "live" / "journal.sqlite"


def time_text(time: dt.datetime) -> str:
    """A UTC time as the journal writes it: sorted as text, it is sorted in time."""
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_of(text: str) -> dt.datetime:
    """The UTC time of such a text."""
    return dt.datetime.fromisoformat(text)


def storable(text: str) -> str:
    """A text as it can be written down: JSON may name halves of characters, which no encoding has."""
    return text.encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Believed:
    """A pull whose rows are believed.

    Attributes:
        partition_key: what was asked.
        pull_id: its number.
        rows_file: Parquet, its rows as the code of now reads them; `rows.rows_of` makes it where it is missing.
        fetched_at: when its answers came (UTC).
        confirmed_at: when the publisher was last found to say so.
        row_count: how many rows it has.
        newest_period: the latest time_period among them; None where they have none.
    """

    partition_key: str
    pull_id: int
    rows_file: Path
    fetched_at: dt.datetime
    confirmed_at: dt.datetime
    row_count: int
    newest_period: str | None


@dataclass(frozen=True)
class Asked:
    """How the last asking of a partition ended.

    Attributes:
        verdict: the last verdict, one of `Verdict`, or OVERRULED.
        cause: why it was stopped.
        reason: in words.
        at: when (UTC).
    """

    partition_key: str
    pull_id: int
    verdict: str
    cause: str
    reason: str
    at: dt.datetime


class Journal:
    """The journal of one data root. Reading makes no file."""

    def __init__(self, data_root: Path) -> None:
        self.root = data_root
        self.path = journal_file(data_root)
        self._held: sqlite3.Connection | None = None

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection; all that is asked within shares it.

        Raises:
            WarehouseError: the file is no journal, or cannot be written.
        """
        if self._held is not None:
            yield self._held
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._held = sqlite3.connect(self.path, isolation_level=None, timeout=60)
            self._held.row_factory = sqlite3.Row
            # A kill loses nothing in this mode; a machine that loses power may lose the last moments, not the file.
            self._held.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + TABLES)
            yield self._held
        except (sqlite3.DatabaseError, OSError) as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise WarehouseError(
                f"{self.path} cannot be used as the journal of what publishers said ({error}); restore it from a "
                "backup, or name a data root of yours with --data-root"
            ) from error
        finally:
            held, self._held = self._held, None
            if held is not None:
                held.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written within, or nothing."""
        with self.open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def holding(self, source_id: str, partition_key: str) -> Iterator[None]:
        """Hold one partition of a source for one pull; a killed one leaves no lock behind.

        Raises:
            Busy: another pull holds it.
            WarehouseError: the data root cannot be written.
        """
        folder = self.path.parent / "locks" / source_id
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder / f"{partition_key}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise WarehouseError(
                f"{self.root} cannot be written ({error.strerror}); name a folder of yours with --data-root"
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise Busy(
                f"another process is asking for {partition_key} of {source_id} in {self.root}; wait for it"
            ) from None
        finally:
            os.close(handle)

    def rows(self, statement: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows of one reading statement; none where nothing has been asked yet."""
        if not self.path.exists():
            return []
        with self.open() as connection:
            return [dict(row) for row in connection.execute(statement, parameters)]

    def accepted(self, source_id: str, before: dt.datetime | None = None) -> list[Believed]:
        """The pulls of a source that are believed, one a partition, by partition.

        Args:
            source_id: the source.
            before: only verdicts before this UTC time count; None for all.
        """
        found = self.rows(BELIEVED_PULLS, time_text(before) if before else "9", source_id)
        return [
            Believed(
                partition_key=row["partition_key"],
                pull_id=row["pull_id"],
                rows_file=self.rows_file(source_id, row["pull_id"]),
                fetched_at=time_of(row["fetched_at"]),
                confirmed_at=time_of(row["confirmed_at"]),
                row_count=row["row_count"],
                newest_period=row["newest_period"],
            )
            for row in found
        ]

    def fingerprint(self, source_id: str) -> str:
        """What is believed of a source, as a hash; blank where nothing is. An answer without news changes nothing."""
        found = self.rows(BELIEVED_PULLS, "9", source_id)
        told = "\n".join(f"{row['partition_key']} {row['pull_id']} {row['content']}" for row in found)
        return hashlib.sha256(told.encode()).hexdigest()[:DIGITS] if told else ""

    def last_asked(self, source_id: str, without: Sequence[str] = ()) -> dict[str, Asked]:
        """Partition key to how its last asking ended, by partition.

        Args:
            source_id: the source.
            without: verdicts that are passed over.
        """
        found = self.rows(LAST_VERDICTS, source_id, json.dumps(without))
        return {
            row["partition_key"]: Asked(
                row["partition_key"], row["pull_id"], row["verdict"], row["cause"], row["reason"], time_of(row["at"])
            )
            for row in found
        }

    def rows_file(self, source_id: str, pull_id: int) -> Path:
        """Where the rows of a pull are, as the code of now reads them."""
        from compact_pipelines.fingerprints import code_fingerprint  # noqa: PLC0415  (it reads the journal itself)

        return self.root / "live" / "rows" / source_id / f"{pull_id}-{code_fingerprint()}.parquet"

    def insert(self, table: str, values: Mapping[str, object]) -> int:
        """Add a row, named by our own columns; returns its number."""
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"  # noqa: S608
        with self.open() as connection:
            return int(connection.execute(statement, tuple(values.values())).lastrowid or 0)


# The last verdict of each partition of a source, some kinds of verdict passed over.
LAST_VERDICTS: Final = """
SELECT partition_key, pull_id, verdict, cause, reason, at FROM verdicts
WHERE number IN (
  SELECT max(number) FROM verdicts
  WHERE source_id = ?1 AND verdict NOT IN (SELECT value FROM json_each(?2)) GROUP BY partition_key
)
ORDER BY partition_key
"""

# The pulls that are believed, and when the publisher was last found to say the same.
BELIEVED_PULLS: Final = f"""
WITH known AS (SELECT * FROM verdicts WHERE at < ?1 AND source_id = ?2)
SELECT verdict.partition_key, verdict.pull_id, pull.content, pull.fetched_at, pull.row_count, pull.newest_period,
  (SELECT max(at) FROM known WHERE known.partition_key = verdict.partition_key AND known.verdict IN {CONFIRMED})
    AS confirmed_at
FROM known AS verdict JOIN pulls AS pull ON pull.pull_id = verdict.pull_id
WHERE verdict.number IN (SELECT max(number) FROM known WHERE verdict IN {BELIEVED} GROUP BY partition_key)
ORDER BY verdict.partition_key
"""  # noqa: S608  (our own words)
