"""A backfill of 120 months, killed again and again: what is held is not asked for a second time."""

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.live.journal import Journal
from compact_pipelines.live.rows import live_rows
from tests.live.backfill_process import FIRST, main
from tests.live.made_up import SOURCE, install, made_up_source, page, rows_of
from tests.live.stub_publisher import Reply, Seen, StubPublisher

MONTHS = 120
IN_TWO_PAGES = ("-06", "-12")
REQUESTS = MONTHS + 20
# At which request the process is killed: while the publisher answers, or a moment after.
KILLED_WHILE_ANSWERED = (17, 101)
KILLED_AFTER = 60
A_MOMENT = 0.004


def answered(seen: Seen) -> Reply:
    """A month of made-up figures, in one page or two."""
    query = dict(seen.query)
    rows = rows_of(query["month"])
    if not query["month"].endswith(IN_TWO_PAGES):
        return Reply(200, page(rows))
    return Reply(200, page(rows[3:]) if "from" in query else page(rows[:3], "b"))


def test_a_killed_backfill_asks_for_nothing_that_is_held(
    data_root: Path, stub: StubPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: list[Any] = []

    def kill() -> None:
        os.kill(running[-1].pid, signal.SIGKILL)

    def killing(answer: Callable[[Seen], Reply]) -> Callable[[Seen], Reply]:
        def answer_or_kill(seen: Seen) -> Reply:
            if len(stub.seen) in KILLED_WHILE_ANSWERED:
                kill()
            if len(stub.seen) == KILLED_AFTER:
                threading.Timer(A_MOMENT, kill).start()
            return answer(seen)

        return answer_or_kill

    stub.play(killing(answered))
    # Each process is a fork of one that has loaded the program and done nothing yet, which spares the loading.
    processes: Any = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([main.__module__])
    ends: list[int] = []
    while not ends or ends[-1] == -signal.SIGKILL:
        running.append(processes.Process(target=main, args=(data_root, stub.stands_in_for("https://made.up"))))
        running[-1].start()
        running[-1].join()
        ends.append(running[-1].exitcode)
    assert ends == [-signal.SIGKILL] * 3 + [0]

    asked = Counter((dict(seen.query)["month"], dict(seen.query).get("from")) for seen in stub.seen)
    assert len(asked) == REQUESTS
    # What was on its way at a kill was not held yet, and is asked for once more; nothing else is.
    assert sum(asked.values()) - REQUESTS <= len(ends) - 1
    assert max(asked.values()) <= 2
    source = install(monkeypatch, made_up_source(partitions={"by": "month", "since": FIRST}))
    believed = Journal(data_root).accepted(SOURCE)
    assert len(believed) == MONTHS
    assert live_rows(data_root, source).height == MONTHS * 6
    held = Journal(data_root).rows("SELECT count(*) AS answers FROM answers")
    assert held == [{"answers": REQUESTS}]
