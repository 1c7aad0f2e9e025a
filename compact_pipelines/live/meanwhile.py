"""Reading goes on in a thread while the next answers are waited for.

A publisher's rate leaves most of the time to waiting; read in that time, a long answer is believed soon after its last
page. The order is that of asking, whichever is faster, so the rows are the same each time, and so is what is told: the
fault of an earlier page comes before that of a later one.
"""

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from compact_pipelines.contracts import Source
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.held import HeldAnswer
from compact_pipelines.live.reading import RowsRead, read_answers

# So many pages may wait to be read before no more is asked. Their bytes wait on disk, so a place costs little.
MOST_WAITING: Final = 100

# Part and page to the SHA-256 of its bytes.
Known = Mapping[tuple[str, int], str]


class Abandoned(Exception):
    """Reading was given up."""


class Meanwhile:
    """Reads the answers of one pull, page by page, as they come."""

    def __init__(self, source: Source, partition: Partition, target: Path, known: Known) -> None:
        """Prepare; nothing is read before an answer is given.

        Args:
            source: whose answers they are.
            partition: what was asked.
            target: the Parquet file for their rows.
            known: the pages that are believed already. As long as all that come are the same there is nothing to read.

        What a killed process, or older code, left of the pull's rows is cleared away: nobody believes them.
        """
        self._source, self._partition, self._target, self._known = source, partition, target, known
        self._same: list[HeldAnswer] = []
        self._pages: deque[HeldAnswer] = deque()
        self._state = threading.Condition()
        self._is_idle = self._is_complete = self._is_abandoned = False
        self._thread = ThreadPoolExecutor(1, f"read-{source.id}")
        self._reading: Future[RowsRead] | None = None
        for left in target.parent.glob(f"{target.name.partition('-')[0]}-*"):
            left.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Leaving, whatever is being read is given up."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Wait until nothing is read any more; a draft is gone then."""
        with self._state:
            self._is_abandoned = True
            self._state.notify_all()
        self._thread.shutdown()

    def take(self, held: HeldAnswer) -> None:
        """Have an answer with rows read, after those before it.

        The first is waited for: what is not as we know it mostly shows there, and then no second one is asked.

        Raises:
            SourceChanged: an answer before it, or the first one, cannot be read.
            WarehouseError: held bytes are gone.
        """
        is_same = self._known.get((held.part, held.page.number)) == held.snapshot.sha256
        if self._reading is None and is_same:
            self._same.append(held)
            return
        is_first = self._reading is None
        self._begin()
        self._add(held)
        if is_first:
            self.settle()

    def settle(self) -> None:
        """Wait until all that was given is read; of pages that are read together, those of finished parts.

        Raises:
            SourceChanged: one cannot be read.
            WarehouseError: held bytes are gone.
        """
        if self._reading is None:
            return
        reading = self._reading
        with self._state:
            self._state.wait_for(lambda: reading.done() or (self._is_idle and not self._pages))
        if reading.done():
            reading.result()

    def finish(self) -> RowsRead:
        """Read what is left; its rows are in the target then.

        Raises:
            SourceChanged: an answer cannot be read, or the rows contradict each other.
            WarehouseError: held bytes are gone.
        """
        reading = self._begin()
        with self._state:
            self._is_complete = True
            self._state.notify_all()
        return reading.result()

    def _begin(self) -> "Future[RowsRead]":
        """Start the thread, and give it what was held back."""
        if self._reading is None:
            self._reading = self._thread.submit(
                read_answers, self._source, self._partition, self._given(), self._target
            )
            self._reading.add_done_callback(self._ended)
            for held in self._same:
                self._add(held)
        return self._reading

    def _add(self, held: HeldAnswer) -> None:
        reading = self._begin()
        with self._state:
            self._state.wait_for(lambda: reading.done() or len(self._pages) < MOST_WAITING)
            self._pages.append(held)
            self._state.notify_all()
        if reading.done():
            reading.result()

    def _given(self) -> Iterator[HeldAnswer]:
        """What was given, in order; in the thread. Whoever asks for the next has read the one before."""
        while True:
            with self._state:
                self._is_idle = True
                self._state.notify_all()
                self._state.wait_for(lambda: self._pages or self._is_complete or self._is_abandoned)
                if self._is_abandoned:
                    raise Abandoned
                if not self._pages:
                    return
                self._is_idle = False
                held = self._pages.popleft()
                self._state.notify_all()
            yield held

    def _ended(self, _: object) -> None:
        with self._state:
            self._state.notify_all()
