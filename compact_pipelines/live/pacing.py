"""When a host may be asked next, for all processes together.

One SQLite file holds every turn that was given and every block that a publisher asked for, so that a second process, or
the next run, keeps to the same limits. A turn is given before it comes: whoever has one sleeps until then.
"""

import datetime as dt
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from compact_pipelines.contracts.requests import Rate
from compact_pipelines.errors import SourceUnavailable

# Longer than this nobody sits and waits for one turn: the source is told as unavailable until then.
MOST_WAIT_SECONDS: Final = 900.0
# A longer wait is not kept to, whoever states it: a slip must not end the asking for ever.
MOST_BLOCK_SECONDS: Final = 7 * 86_400.0
# Turns further off than anybody waits for, and by so much, were given by a clock that ran ahead.
SLACK_SECONDS: Final = 3_600.0
# How long one process waits for another to note its turn.
LOCK_SECONDS: Final = 60.0
DAY_SECONDS: Final = 86_400
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS turns (host TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS turns_of_a_host ON turns (host, at);
CREATE TABLE IF NOT EXISTS blocks (host TEXT PRIMARY KEY, until REAL NOT NULL);
"""


class Pacer:
    """Gives turns at the hosts of publishers."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        most_wait_seconds: float = MOST_WAIT_SECONDS,
    ) -> None:
        """Keep turns in a file, made when it is not there.

        Args:
            path: the SQLite file that all processes share.
            now: seconds since 1970, UTC.
            sleep: waits so many seconds.
            most_wait_seconds: a turn that is further off raises.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._now, self._sleep, self._most_wait = now, sleep, most_wait_seconds
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False)
        self.close = weakref.finalize(self, self._connection.close)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)

    def wait_turn(self, host: str, rate: Rate) -> None:
        """Sleep until the host may be asked.

        Raises:
            SourceUnavailable: the day's quota is spent, or the turn is too far off to wait for it; it says until when.
        """
        at = self._reserve(host, rate)
        if (wait := at - self._now()) > 0:
            self._sleep(wait)

    def block(self, host: str, seconds: float) -> None:
        """Ask the host nothing for so long, because it said so; a longer block that stands already stays.

        Of a longer time than `MOST_BLOCK_SECONDS` only so much is kept to.
        """
        until = self._now() + min(max(seconds, 0), MOST_BLOCK_SECONDS)
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO blocks VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET until = max(until, excluded.until)",
                (host, until),
            )

    def asked_today(self, host: str) -> int:
        """Turns given at a host this day, UTC."""
        day = self._now() // DAY_SECONDS * DAY_SECONDS
        with self._transaction() as connection:
            return self._count(connection, host, day)

    def _reserve(self, host: str, rate: Rate) -> float:
        """The time of a new turn, which is taken; nothing is taken where this raises."""
        with self._transaction() as connection:
            now = self._now()
            self._forget_impossible(connection, now)
            found = connection.execute("SELECT until FROM blocks WHERE host = ?", (host,)).fetchone()
            blocked_until = found[0] if found else now
            at = max(now, blocked_until, self._free_from(connection, host, rate))
            if at - now > self._most_wait:
                why = "asked us to wait" if at == blocked_until else f"takes {rate.requests} in {rate.per_seconds:g} s"
                raise SourceUnavailable(f"{host} {why}; it is not asked again before {_shown(at)}", at - now)
            day = at // DAY_SECONDS * DAY_SECONDS
            if rate.a_day is not None and (spent := self._count(connection, host, day)) >= rate.a_day:
                again = day + DAY_SECONDS
                raise SourceUnavailable(
                    f"{host}: the {rate.a_day:,} requests of {dt.datetime.fromtimestamp(day, dt.UTC):%Y-%m-%d} (UTC) "
                    f"are spent ({spent:,} were made); it is not asked again before {_shown(again)}",
                    again - now,
                )
            kept_from = min(now, at) - max(DAY_SECONDS, rate.per_seconds)
            connection.execute("DELETE FROM turns WHERE host = ? AND at < ?", (host, kept_from))
            connection.execute("INSERT INTO turns VALUES (?, ?)", (host, at))
            return float(at)

    def _forget_impossible(self, connection: sqlite3.Connection, now: float) -> None:
        """Drop what a clock that ran ahead has left: blocks and turns further off than any can be."""
        furthest = min(self._most_wait + SLACK_SECONDS, MOST_BLOCK_SECONDS)
        connection.execute("DELETE FROM blocks WHERE until > ?", (now + MOST_BLOCK_SECONDS + SLACK_SECONDS,))
        connection.execute("DELETE FROM turns WHERE at > ?", (now + furthest,))

    @staticmethod
    def _free_from(connection: sqlite3.Connection, host: str, rate: Rate) -> float:
        """From when on one more turn makes no stretch of `per_seconds` fuller than the rate allows."""
        oldest = connection.execute(
            "SELECT at FROM turns WHERE host = ? ORDER BY at DESC LIMIT 1 OFFSET ?", (host, rate.requests - 1)
        ).fetchone()
        return float(oldest[0]) + rate.per_seconds if oldest else 0.0

    @staticmethod
    def _count(connection: sqlite3.Connection, host: str, day: float) -> int:
        counted = connection.execute(
            "SELECT count(*) FROM turns WHERE host = ? AND at >= ? AND at < ?", (host, day, day + DAY_SECONDS)
        ).fetchone()
        return int(counted[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Alone with the file, against threads and processes."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _shown(seconds: float) -> str:
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
