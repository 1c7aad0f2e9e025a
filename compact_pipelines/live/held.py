"""Answers that are held: written down with their bytes before anything is concluded from them.

A pull that was interrupted goes on with these; the same question is not asked twice for what is here.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from compact_pipelines.contracts import Source
from compact_pipelines.contracts.marks import Empty, Refusal
from compact_pipelines.live.answers import Page
from compact_pipelines.live.journal import BELIEVED, REFUSED, Journal, storable, time_of, time_text
from compact_pipelines.live.received import Received, Validators
from compact_pipelines.live.reception import Reception, unasked_not_modified
from compact_pipelines.live.requests import Prepared
from compact_pipelines.snapshots import SNAPSHOT_HASH_DIGITS, Snapshot, SnapshotStore

DIGITS: Final = 16
# What an answer may be found to be; only of such a one a publisher can say that nothing has changed since.
JUDGED: Final = ("rows", "empty")
# Headers that say something of the answer itself; others, such as cookies, are not kept.
KEPT_HEADERS: Final = ("content-type", "content-disposition", "location", "retry-after", "last-modified")


@dataclass(frozen=True)
class HeldAnswer:
    """One page of one part of a pull.

    Attributes:
        page: which page.
        identity: of the question, see `requests.Prepared`.
        is_keyless: whether it was asked in the publisher's way without a key.
        snapshot: its bytes; of an answer that said nothing has changed, those of the answer it spoke of.
        received: what came, without its body.
        kind: rows, empty, or refused for what is no data; None until it has been judged.
        next_page: where the answer goes on; None where it ends, or was not judged.
        changed_after: number of the last believed pull of the partition in which this page said something else; 0 where
            none did.
    """

    part: str
    page: Page
    identity: str
    is_keyless: bool
    snapshot: Snapshot
    received: Received
    kind: str | None
    next_page: Page | None
    changed_after: int = 0

    def with_body(self) -> Received:
        """What came, as it came.

        Raises:
            WarehouseError: the bytes are gone, or are not those that came.
        """
        whole: Any = {**vars(self.received), "content": self.snapshot.read()}
        return Received(**whole)


def answers_of(journal: Journal, source: Source, pull_id: int) -> dict[tuple[str, int], HeldAnswer]:
    """The answers of a pull, by part and page number."""
    found = journal.rows("SELECT * FROM answers WHERE pull_id = ? ORDER BY part, page", pull_id)
    return {(row["part"], row["page"]): _held(journal, source, row) for row in found}


def last_answer(journal: Journal, source: Source, identity: str) -> HeldAnswer | None:
    """The newest answer to the same question that its publisher marked, and whose bytes are here."""
    found = journal.rows(
        "SELECT * FROM answers WHERE identity = ? AND kind IN (?, ?) AND (etag != '' OR last_modified != '') "
        "ORDER BY asked_at DESC LIMIT 1",
        identity,
        *JUDGED,
    )
    held = _held(journal, source, found[0]) if found else None
    return held if held is not None and held.snapshot.path.is_file() else None


def validators_of(held: HeldAnswer | None) -> Validators | None:
    """What the publisher marked an answer with."""
    return None if held is None else Validators(held.received.etag, held.received.last_modified)


def keep(  # noqa: PLR0913, PLR0917  (an answer has these)
    journal: Journal,
    source: Source,
    pull_id: int,
    page: Page,
    prepared: Prepared,
    received: Received,
    known: HeldAnswer | None,
) -> HeldAnswer:
    """Keep the bytes of an answer, then write it down.

    Args:
        journal: where.
        source: whose answer it is.
        pull_id: for which pull.
        page: which page of it.
        prepared: what was asked.
        received: what came.
        known: the answer that `received` may say is still the newest.

    Raises:
        SourceUnavailable: nothing has changed, it says, and there is nothing that it could speak of; that is not kept.
    """
    if received.is_not_modified and known is None:
        raise unasked_not_modified(prepared.place)
    if received.is_not_modified and known is not None:
        snapshot, received = known.snapshot, _as_known(received, known.received)
    else:
        snapshot = SnapshotStore.at(journal.root).keep(
            source.id,
            prepared.part,
            received.content,
            url=received.shown_url,
            retrieved_at=received.fetched_at,
            licence=source.licence.name,
            http_status=received.status,
        )
    named = [one.mark.header.lower() for one in _marked(source) if one.mark.header]
    headers = {name: text for name, text in received.headers.items() if name in {*KEPT_HEADERS, *named}}
    row = {
        "pull_id": pull_id,
        "part": prepared.part,
        "page": page.number,
        "cursor": page.cursor,
        "identity": prepared.identity,
        "url": received.shown_url,
        "status": received.status,
        "content_type": received.content_type,
        "headers": json.dumps(headers, sort_keys=True),
        "etag": received.etag,
        "last_modified": received.last_modified,
        "is_keyless": int(prepared.is_keyless),
        "snapshot_id": snapshot.snapshot_id,
        "sha256": snapshot.sha256,
        "size_bytes": snapshot.size_bytes,
        "retrieved_at": time_text(snapshot.retrieved_at),
        "asked_at": time_text(received.fetched_at),
    }
    with journal.transaction() as connection:  # one that was refused before makes room
        connection.execute(
            "DELETE FROM answers WHERE pull_id = ? AND part = ? AND page = ?", (pull_id, prepared.part, page.number)
        )
        journal.insert("answers", row)
    return _held(journal, source, {**row, "kind": None, "next_cursor": None, "has_next": 0})


def settle(journal: Journal, pull_id: int, held: HeldAnswer, reception: Reception) -> None:
    """Write down what an answer was found to be."""
    following = reception.next_page
    _write_down(journal, pull_id, held, (reception.kind, reception.meaning, following and following.cursor, following))


def refuse(journal: Journal, pull_id: int, held: HeldAnswer, reason: str) -> None:
    """Write down that an answer is no data, so that it is asked for again."""
    _write_down(journal, pull_id, held, (REFUSED, storable(reason), None, None))


def _write_down(journal: Journal, pull_id: int, held: HeldAnswer, found: tuple[object, object, object, object]) -> None:
    *told, following = found
    with journal.open() as connection:
        connection.execute(
            "UPDATE answers SET kind = ?, meaning = ?, next_cursor = ?, has_next = ? "
            "WHERE pull_id = ? AND part = ? AND page = ?",
            (*told, int(following is not None), pull_id, held.part, held.page.number),
        )


def content_hash(answers: Iterable[HeldAnswer]) -> str:
    """Of all bytes of a pull together: equal where every page is as it was."""
    told = "\n".join(f"{one.part} {one.page.number} {one.snapshot.sha256}" for one in answers)
    return hashlib.sha256(told.encode()).hexdigest()[:DIGITS]


def _marked(source: Source) -> list[Empty | Refusal]:
    return [*source.live.empty, *source.live.refusals] if source.live else []


def _as_known(received: Received, known: Received) -> Received:
    """An answer that says nothing has changed, as the one it speaks of.

    The marks of that one stay: another one, with these bytes, would be confirmed for ever.
    """
    whole: Any = {
        **vars(known),
        "shown_url": received.shown_url,
        "fetched_at": received.fetched_at,
        "etag": known.etag or received.etag,
        "last_modified": known.last_modified or received.last_modified,
    }
    return Received(**whole)


def _held(journal: Journal, source: Source, row: dict[str, Any]) -> HeldAnswer:
    retrieved_at: dt.datetime = time_of(row["retrieved_at"])
    return HeldAnswer(
        part=row["part"],
        page=Page(row["page"], row["cursor"]),
        identity=row["identity"],
        is_keyless=bool(row["is_keyless"]),
        snapshot=Snapshot(
            snapshot_id=f"{source.id}.{row['part']}.{row['sha256'][:SNAPSHOT_HASH_DIGITS]}",
            source_id=source.id,
            part=row["part"],
            sha256=row["sha256"],
            size_bytes=row["size_bytes"],
            url=row["url"],
            retrieved_at=retrieved_at,
            licence=source.licence.name,
            http_status=row["status"],
            is_embedded=False,
            path=journal.root / "snapshots" / row["sha256"],
        ),
        received=Received(
            content=b"",
            status=row["status"],
            headers=json.loads(row["headers"]),
            content_type=row["content_type"],
            shown_url=row["url"],
            fetched_at=time_of(row["asked_at"]),
            etag=row["etag"],
            last_modified=row["last_modified"],
        ),
        kind=row["kind"],
        next_page=Page(row["page"] + 1, row["next_cursor"]) if row["has_next"] else None,
        changed_after=_changed_after(journal, row),
    )


def _changed_after(journal: Journal, row: dict[str, Any]) -> int:
    """The last believed pull of the same partition before this one, whose page was another; 0 where there is none."""
    found = journal.rows(LAST_OTHER, row["pull_id"], row["part"], row["page"], row["sha256"])
    return int(found[0]["pull_id"] or 0)


LAST_OTHER: Final = f"""
SELECT max(answers.pull_id) AS pull_id FROM pulls AS this
JOIN pulls AS earlier ON earlier.source_id = this.source_id AND earlier.partition_key = this.partition_key
  AND earlier.pull_id < this.pull_id
JOIN answers ON answers.pull_id = earlier.pull_id AND answers.part = ?2 AND answers.page = ?3 AND answers.sha256 != ?4
WHERE this.pull_id = ?1 AND EXISTS (
  SELECT 1 FROM verdicts WHERE verdicts.source_id = this.source_id AND verdicts.partition_key = this.partition_key
    AND verdicts.pull_id = earlier.pull_id AND verdicts.verdict IN {BELIEVED}
)
"""  # noqa: S608  (our own words)
