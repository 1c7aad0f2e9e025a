"""A data root as it was on a day: what was believed then, read again from the same bytes.

    <data root>/as-of/<day>/      a data root of its own; bytes and ledger rows are the same files, by another name

Only what publishers were asked for comes back: embedded figures are those of the installed program, and what partners
sent is not in it.
"""

import datetime as dt
import json
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Final

from compact_pipelines.errors import UsageError, WarehouseError
from compact_pipelines.live.journal import BELIEVED_PULLS, TABLES, Journal, journal_file, time_of, time_text
from compact_pipelines.snapshots import SNAPSHOT_HASH_DIGITS

FOLDER: Final = "as-of"
LEFTOVERS: Final = ("-wal", "-shm")


def end_of(day: dt.date) -> dt.datetime:
    """The UTC time at which a day is over."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)


def lay_out(data_root: Path, day: dt.date, now: dt.datetime) -> Path:
    """Lay out a data root with what was believed at the end of a day; the same each time.

    Args:
        data_root: where everything is kept.
        day: a UTC day that is over.
        now: the UTC time.

    Returns:
        The data root of that day.

    Raises:
        UsageError: the day is not over.
        WarehouseError: bytes that were believed are gone.
    """
    end = end_of(day)
    if end > now:
        raise UsageError(f"{day} is not over (UTC); name an earlier day, or run without --as-of")
    root = data_root / FOLDER / day.isoformat()
    root.mkdir(parents=True, exist_ok=True)
    if not journal_file(data_root).exists():
        return root
    draft = journal_file(root).with_suffix(".draft")
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.unlink(missing_ok=True)
    for row in _copied(Journal(data_root), draft, time_text(end)):
        _link(data_root, root, row)
    for leftover in LEFTOVERS:  # of a journal that is replaced
        Path(f"{journal_file(root)}{leftover}").unlink(missing_ok=True)
    draft.replace(journal_file(root))
    return root


def _copied(journal: Journal, draft: Path, end: str) -> list[sqlite3.Row]:
    """Write a journal as it was: verdicts until then, their pulls, the answers of those that were believed.

    Returns:
        These answers: source_id, part, sha256, retrieved_at.
    """
    with journal.open() as connection:
        sources = [row[0] for row in connection.execute("SELECT DISTINCT source_id FROM verdicts WHERE at < ?", (end,))]
        believed = [
            row["pull_id"] for source in sources for row in connection.execute(BELIEVED_PULLS, (end, source)).fetchall()
        ]
        connection.execute("ATTACH ? AS old", (str(draft),))
        try:
            tables = TABLES.replace(" IF NOT EXISTS ", " IF NOT EXISTS old.")
            connection.executescript(
                f"PRAGMA old.synchronous = OFF; BEGIN; {tables} COMMIT"
            )  # a draft: made anew if lost
            connection.execute("BEGIN")
            connection.execute(
                "INSERT INTO old.pulls SELECT * FROM main.pulls WHERE pull_id IN "
                "(SELECT pull_id FROM main.verdicts WHERE at < ?)",
                (end,),
            )
            connection.execute(
                "INSERT INTO old.answers SELECT * FROM main.answers WHERE pull_id IN (SELECT value FROM json_each(?))",
                (json.dumps(believed),),
            )
            connection.execute("INSERT INTO old.verdicts SELECT * FROM main.verdicts WHERE at < ?", (end,))
            connection.execute("COMMIT")
            return connection.execute(
                "SELECT DISTINCT source_id, part, sha256, retrieved_at FROM old.answers JOIN old.pulls USING (pull_id)"
            ).fetchall()
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            connection.execute("DETACH old")


def _link(data_root: Path, root: Path, row: sqlite3.Row) -> None:
    """Give the bytes of an answer, and their ledger row, a second name."""
    digits = row["sha256"][:SNAPSHOT_HASH_DIGITS]
    reading = f"{row['part']}-{time_of(row['retrieved_at']):%Y%m%dT%H%M%SZ}-{digits}.json"
    for name in (Path("snapshots") / row["sha256"], Path("ledger") / row["source_id"] / reading):
        if not (data_root / name).is_file():
            raise WarehouseError(
                f"{data_root / name} is gone, so that day cannot be replayed; restore it from a backup"
            )
        target = root / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(data_root / name, target)
        except OSError:  # a file system without second names
            shutil.copy2(data_root / name, target)
