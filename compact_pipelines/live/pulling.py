"""One partition of one source: ask, keep, read, judge, believe or not.

What is held of a pull that was interrupted within a day is not asked for again. Answers are read while the next ones
are waited for; one that cannot be read ends the asking. The verdict is one entry of the journal, so a kill leaves a
pull that goes on, or one that is decided.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.errors import (
    ContractError,
    ExchangeError,
    KeyMissing,
    SourceChanged,
    SourceError,
    SourceUnavailable,
)
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.held import (
    HeldAnswer,
    answers_of,
    content_hash,
    keep,
    last_answer,
    refuse,
    settle,
    validators_of,
)
from compact_pipelines.live.journal import REFUSED, RUNNING, UNANSWERED, Cause, Journal, Verdict, storable, time_text
from compact_pipelines.live.meanwhile import Meanwhile
from compact_pipelines.live.paging import require_new
from compact_pipelines.live.pulled import Pulled, write_verdict
from compact_pipelines.live.reading import RowsRead
from compact_pipelines.live.reception import receive
from compact_pipelines.live.redaction import Redactor
from compact_pipelines.live.requests import Prepared, keys_of, live_of, prepare
from compact_pipelines.live.rows import ROWS, rows_of
from compact_pipelines.live.schedule import partition_of
from compact_pipelines.live.trust import (
    Stop,
    judge_absence,
    judge_parts,
    judge_rows,
    latest_before,
    parts_with_rows,
    prior_of,
    prior_of_embedded,
)
from compact_pipelines.live.wire import Wire

__all__ = ["Pulled", "pull"]

RESUMED_HOURS: Final = 24
TOLD_CHARACTERS: Final = 300
NO_ROWS: Final = "none of the rows that came are ours"

Clock = Callable[[], dt.datetime]
Embedded = Callable[[], pl.DataFrame | None]


def pull(  # noqa: PLR0913  (a pull has these)
    data_root: Path,
    source_id: str,
    partition: Partition,
    wire: Wire,
    *,
    now: dt.datetime | None = None,
    is_forced: bool = False,
    embedded: Embedded | None = None,
) -> Pulled:
    """Ask for one partition of a source and decide whether to believe what comes.

    Args:
        data_root: where everything is kept.
        source_id: a source that is asked live.
        partition: what to ask for.
        wire: how; see `hosts.open_wire`.
        now: the UTC time; the clock's if None.
        is_forced: ask anew for what is held already, and judge it anew.
        embedded: gives rows to judge by where nothing is believed of the partition yet; None to go without.

    Returns:
        What came of it. What a publisher does is never an exception.

    Raises:
        UsageError: the source is not asked live, or has no such partition.
        WarehouseError: another process is asking for the same, or the data root cannot be written.
    """
    source = load_contracts().source(source_id)
    clock: Clock = partial(dt.datetime.now, dt.UTC) if now is None else lambda: now
    partition_of(source, partition.key, clock())
    journal = Journal(data_root)
    with journal.holding(source_id, partition.key), journal.open():
        return _Pull(journal, source, partition, wire, clock, is_forced=is_forced).run(embedded)


class _Pull:
    """One pull while it is under way."""

    def __init__(  # noqa: PLR0913  (a pull has these)
        self, journal: Journal, source: Source, partition: Partition, wire: Wire, clock: Clock, *, is_forced: bool
    ) -> None:
        self.journal, self.source, self.partition = journal, source, partition
        self.wire, self.clock, self.is_forced = wire, clock, is_forced
        self.requests, self.sent_before = 0, wire.requests
        self.pull_id = self._resumed() or journal.insert(
            "pulls",
            {
                "source_id": source.id,
                "partition_key": partition.key,
                "state": RUNNING,
                "started_at": time_text(clock()),
                "is_forced": int(is_forced),
            },
        )
        self.target = journal.rows_file(source.id, self.pull_id)
        self.believed = journal.accepted(source.id)
        self.same = next((one for one in self.believed if one.partition_key == partition.key), None)
        self.known = self._known()

    def run(self, embedded: Embedded | None) -> Pulled:
        """Ask for all that is missing, then decide."""
        try:
            with Meanwhile(self.source, self.partition, self.target, self.known) as reading:
                self._ask_all(reading)
                return self._decide(reading, embedded)
        except KeyMissing as error:
            return self._end("NO_KEY", str(error))
        except SourceUnavailable as error:
            return self._end("UNAVAILABLE", str(error), wait_seconds=error.wait_seconds)
        except (SourceChanged, ContractError) as error:
            return self._end("STOPPED", str(error), cause="shape")
        except (ExchangeError, OSError, sqlite3.Error):  # ours: what is held stays, and the next asking goes on
            raise
        except Exception as error:  # noqa: BLE001  (whatever an answer makes us trip over, a person must look)
            return self._end("STOPPED", self._tripped(error), cause="shape")

    def _tripped(self, error: Exception) -> str:
        """An error that nobody foresaw, in words; its own may quote an address."""
        first = (str(error).splitlines() or [""])[0][:TOLD_CHARACTERS]
        told = f"{self.source.id}, {self.partition.key}: taking the answer failed ({type(error).__name__}: {first})"
        return Redactor(keys_of(self.source, self.wire.environ)).text(told)

    def _resumed(self) -> int | None:
        """The pull of the same partition that was interrupted or got no answer, if that is not long ago.

        One that was asked something else, before the source's file was changed, is left as it is.
        """
        if self.is_forced:
            return None
        since = time_text(self.clock() - dt.timedelta(hours=RESUMED_HOURS))
        found = self.journal.rows(
            "SELECT pull_id, state FROM pulls WHERE source_id = ? AND partition_key = ? AND started_at >= ? "
            "ORDER BY pull_id DESC LIMIT 1",
            self.source.id,
            self.partition.key,
            since,
        )
        if not found or found[0]["state"] not in {RUNNING, *UNANSWERED}:
            return None
        pull_id: int = found[0]["pull_id"]
        held = answers_of(self.journal, self.source, pull_id).values()
        return pull_id if all(self._is_asked_still(one) for one in held) else None

    def _is_asked_still(self, held: HeldAnswer) -> bool:
        """Whether a held answer is one to what would be asked now; without a key that cannot be said, nor asked."""
        try:
            return self._prepared(held.part, held.page).identity == held.identity
        except KeyMissing:
            return True
        except ContractError:  # no such part any more
            return False

    def _known(self) -> dict[tuple[str, int], str]:
        """The pages that are believed of this partition, unless they are to be judged anew."""
        if self.same is None or self.is_forced:
            return {}
        found = self.journal.rows("SELECT part, page, sha256 FROM answers WHERE pull_id = ?", self.same.pull_id)
        return {(row["part"], row["page"]): row["sha256"] for row in found}

    def _ask_all(self, reading: Meanwhile) -> None:
        try:
            for part in live_of(self.source).requests:
                self._ask(part, reading)
        except SourceError:
            reading.settle()  # what is wrong with an earlier page comes first
            raise

    def _ask(self, part: str, reading: Meanwhile) -> None:
        """All pages of one part, each asked for only if it is not held."""
        held = answers_of(self.journal, self.source, self.pull_id)
        page: Page | None = Page()
        cursors: set[str] = set()
        while page is not None:
            require_new(page, cursors, f"{self.source.id}, part {part}, {self.partition.key}")
            prepared = self._prepared(part, page)
            known = held.get((part, page.number))
            if known is None or known.kind == REFUSED or known.identity != prepared.identity:
                known = self._ask_page(prepared, page)
            kind, page = (known.kind, known.next_page) if known.kind else self._judge(part, known)
            if kind == ROWS:
                reading.take(known)

    def _prepared(self, part: str, page: Page) -> Prepared:
        return prepare(self.source, part, self.partition, page, self.wire.environ)

    def _ask_page(self, prepared: Prepared, page: Page) -> HeldAnswer:
        last = None if self.is_forced else last_answer(self.journal, self.source, prepared.identity)
        self.requests += 1
        received = self.wire.ask(self.source, prepared, validators_of(last))
        return keep(self.journal, self.source, self.pull_id, page, prepared, received, last)

    def _judge(self, part: str, held: HeldAnswer) -> tuple[str, Page | None]:
        """What an answer is; where it goes on."""
        try:
            reception = receive(self.source, part, held.with_body(), held.page, content_is_keyless=held.is_keyless)
        except SourceError as error:
            refuse(self.journal, self.pull_id, held, str(error))
            raise
        settle(self.journal, self.pull_id, held, reception)
        return reception.kind, reception.next_page

    def _decide(self, reading: Meanwhile, embedded: Embedded | None) -> Pulled:
        answers, same = answers_of(self.journal, self.source, self.pull_id), self.same
        if same is not None and self.known == {place: one.snapshot.sha256 for place, one in answers.items()}:
            return self._end(
                "UNCHANGED",
                f"the publisher says what it said on {same.fetched_at:%Y-%m-%d}",
                rows=RowsRead(same.row_count, same.newest_period),
            )
        rows = reading.finish()
        stop = self._compared(rows, embedded)
        told: dict[str, Any] = {"rows": rows, "content": content_hash(answers.values())}
        if stop is not None:
            return self._end("STOPPED", stop.reason, cause=stop.cause, **told)
        if not rows.count:
            return self._end("EMPTY", self._meaning(), **told)
        return self._end("ACCEPTED", "", **told)

    def _compared(self, rows: RowsRead, embedded: Embedded | None) -> Stop | None:
        if not rows.count:
            had = self.same.row_count if self.same else 0
            return judge_absence(self.source, self.partition, self._meaning(), had, self.clock())
        last, before = latest_before(self.partition, self.believed), set[str]()
        prior = prior_of_embedded(self.partition, embedded) if embedded and self.same is None else None
        if last is not None:
            file = rows_of(self.journal, self.source, last)
            prior = prior if prior and prior.is_same_partition else prior_of(self.partition, last, file)
            before = parts_with_rows(file, answers_of(self.journal, self.source, last.pull_id).values())
        stop = judge_parts(self.source, rows.parts, before, is_same=last is not None and last is self.same)
        if stop is not None or prior is None:
            return stop
        is_partial = len(rows.parts) < len(live_of(self.source).requests)
        return judge_rows(self.source, self.target, prior, is_partial=is_partial)

    def _meaning(self) -> str:
        """What the publisher said instead of rows."""
        found = self.journal.rows(
            "SELECT DISTINCT meaning FROM answers WHERE pull_id = ? AND meaning != '' ORDER BY meaning", self.pull_id
        )
        return "; ".join(row["meaning"] for row in found) or NO_ROWS

    def _end(  # noqa: PLR0913  (a verdict has these)
        self,
        verdict: Verdict,
        reason: str,
        *,
        cause: Cause = "",
        rows: RowsRead | None = None,
        content: str | None = None,
        wait_seconds: float | None = None,
    ) -> Pulled:
        """Write the verdict down, in one transaction, and tell it."""
        answers = answers_of(self.journal, self.source, self.pull_id).values()
        asked = [time_text(one.received.fetched_at) for one in answers]
        at, told = time_text(self.clock()), rows or RowsRead(0, None)
        pulled = Pulled(
            source_id=self.source.id,
            partition=self.partition,
            verdict=verdict,
            reason=storable(reason),
            cause=cause,
            rows=told.count,
            requests=self.requests,
            attempts=self.wire.requests - self.sent_before,
            pull_id=self.pull_id,
            snapshot_ids=list(dict.fromkeys(one.snapshot.snapshot_id for one in answers if one.kind == ROWS)),
            newest_period=told.newest_period,
            wait_seconds=wait_seconds,
        )
        write_verdict(self.journal, pulled, at=at, content=content, fetched_at=max(asked, default=at))
        return pulled
