"""Pauses: a partner's drops wait untouched after a flood of rejected ones, or where an engineer says so."""

import datetime as dt
import sqlite3
from typing import Final

from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.ledger import Ledger, append_audit, insert, transaction
from compact_pipelines.exchange.vintages import time_text

FLOOD: Final = 20  # rejected drops
FLOOD_HOURS: Final = 24


def is_paused(ledger: Ledger, partner: str) -> str | None:
    """Why a partner is paused; None if it is not."""
    rows = ledger.rows("SELECT reason FROM pauses WHERE partner = ? AND until IS NULL", partner)
    return str(rows[0]["reason"]) if rows else None


def pause_if_flooded(connection: sqlite3.Connection, partner: str, now: dt.datetime) -> None:
    """Pause a partner of whose drops 20 were rejected within a day, counted since its last pause ended.

    Args:
        connection: within the transaction that records a decision.
        partner: whose decision it is.
        now: UTC.
    """
    since = time_text(now - dt.timedelta(hours=FLOOD_HOURS))
    last = connection.execute("SELECT max(until) FROM pauses WHERE partner = ?", (partner,)).fetchone()[0]
    rejected = connection.execute(
        "SELECT count(*) FROM drops WHERE partner = ? AND status = 'REJECTED' AND decided_at > ?",
        (partner, max(since, last or since)),
    ).fetchone()[0]
    is_open = connection.execute("SELECT 1 FROM pauses WHERE partner = ? AND until IS NULL", (partner,)).fetchone()
    if rejected >= FLOOD and not is_open:
        _pause(connection, partner, f"{rejected} drops were rejected within {FLOOD_HOURS} hours", now)


def pause(ledger: Ledger, partner: str, reason: str, now: dt.datetime) -> None:
    """Leave a partner's drops untouched from now on.

    Raises:
        UsageError: it is paused already.
    """
    if (known := is_paused(ledger, partner)) is not None:
        raise UsageError(f"{partner} is paused already: {known}")
    with ledger.open() as connection, transaction(connection):
        _pause(connection, partner, reason, now)


def resume(ledger: Ledger, partner: str, reason: str, now: dt.datetime) -> None:
    """Take a partner's drops up again.

    Raises:
        UsageError: it is not paused.
    """
    if is_paused(ledger, partner) is None:
        raise UsageError(f"{partner} is not paused")
    with ledger.open() as connection, transaction(connection):
        at = time_text(now)
        connection.execute("UPDATE pauses SET until = ? WHERE partner = ? AND until IS NULL", (at, partner))
        append_audit(connection, at, "resumed", {"partner": partner, "reason": reason})


def _pause(connection: sqlite3.Connection, partner: str, reason: str, now: dt.datetime) -> None:
    at = time_text(now)
    insert(connection, "pauses", {"partner": partner, "since": at, "reason": reason})
    append_audit(connection, at, "paused", {"partner": partner, "reason": reason})
