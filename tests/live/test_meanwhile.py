"""Answers are read while the next ones are waited for; the publisher and its figures are made up."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.errors import SourceUnavailable
from compact_pipelines.live import meanwhile, reading
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.live.received import Received
from compact_pipelines.live.rows import rows_of
from tests.live.made_up import NOW, PARTNERS, SOURCE, THEME, FakeWire, install, made_up_source, page, read_answer

MONTH: Final = "2025-10"
OCTOBER: Final = Partition(MONTH)
# How long a test waits for what must happen at once.
LONG_SECONDS: Final = 20


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up_source())


def row(area: str, value: int = 1) -> str:
    return f"{area},TOTAL,{MONTH},{value}"


def pages(**bad: bytes | Exception) -> dict[tuple[str, str | None], bytes | Exception]:
    """One page a partner; `p3` is what comes in the place of the third."""
    count = len(PARTNERS)
    following = {number: f"p{number + 1}" if number < count else None for number in range(1, count + 1)}
    return {
        (MONTH, None if number == 1 else f"p{number}"): bad.get(f"p{number}", page([row(area)], following[number]))
        for number, area in enumerate(PARTNERS, start=1)
    }


@dataclass
class WatchedWire(FakeWire):
    """A wire that calls a function with the number of the page before it is asked."""

    before: Callable[[int], object] = field(default=lambda _: None)

    def ask(self, *asked: Any) -> Received:
        self.before(len(self.asked) + 1)
        return super().ask(*asked)


@dataclass
class Reader:
    """The module's reader: notes which pages it has read, and calls a function before each."""

    read: list[int] = field(default_factory=list)
    before: Callable[[int], object] = field(default=lambda _: None)
    state: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, answer: Answer) -> pl.DataFrame:
        self.before(answer.page)
        frame = read_answer(answer)
        with self.state:
            self.read.append(answer.page)
            self.state.notify_all()
        return frame

    def wait_for(self, number: int) -> None:
        """Wait until a page has been read."""
        with self.state:
            assert self.state.wait_for(lambda: number in self.read, LONG_SECONDS), f"page {number} is not read"


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    reader = Reader()
    monkeypatch.setattr(sys.modules[f"compact_pipelines.datasets.{THEME}.{SOURCE}"], "read_answer", reader)
    return reader


def ask(root: Path, wire: FakeWire, **how: Any) -> Pulled:
    return pull(root, SOURCE, OCTOBER, wire, now=NOW, **how)  # type: ignore[arg-type]


def drafts(root: Path) -> list[str]:
    return [path.name for path in (root / "live" / "rows" / SOURCE).glob("*.draft")]


def readers_at_work() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("read-")]


def test_a_page_is_read_before_the_next_but_one_has_come(data_root: Path, reader: Reader) -> None:
    wire = WatchedWire(pages(), before=lambda number: reader.wait_for(number - 2) if number > 2 else None)
    found = ask(data_root, wire)
    assert (found.verdict, found.rows, reader.read) == ("ACCEPTED", 6, [1, 2, 3, 4, 5, 6])
    assert readers_at_work() == []


@pytest.mark.parametrize("first", [page([row("CAN")], "p2", header="other"), page([row("ATLANTIS")], "p2")])
def test_after_a_first_page_that_is_not_as_known_none_is_asked_for(data_root: Path, first: bytes) -> None:
    wire = FakeWire(pages(p1=first))
    found = ask(data_root, wire)
    assert (found.verdict, found.cause, found.requests, len(wire.asked)) == ("STOPPED", "shape", 1, 1)
    assert drafts(data_root) == []


def test_after_a_later_page_that_is_not_as_known_the_asking_ends(data_root: Path, reader: Reader) -> None:
    """The reader is at the third page when the fourth is asked for; nothing is asked after it has failed."""
    failed = threading.Event()

    def wait_for_failure(number: int) -> None:
        if number == 4:
            assert failed.wait(LONG_SECONDS)
            until = time.monotonic() + LONG_SECONDS
            while drafts(data_root) and time.monotonic() < until:  # the draft goes as the reading ends
                time.sleep(0.005)

    reader.before = lambda number: failed.set() if number == 3 else None
    wire = WatchedWire(pages(p3=page([row("JPN")], "p4", header="other")), before=wait_for_failure)
    found = ask(data_root, wire)
    assert (found.verdict, found.cause, found.requests) == ("STOPPED", "shape", 4)
    assert "page 3: the header is 'other'" in found.reason


@pytest.mark.parametrize("is_reader_slow", [True, False])
def test_the_fault_of_an_earlier_page_is_told_whoever_is_faster(
    data_root: Path, reader: Reader, is_reader_slow: bool
) -> None:
    asked = threading.Event()
    bad = {"p3": page([row("JPN")], "p4", header="other"), "p5": SourceUnavailable("made_up: closed")}
    if is_reader_slow:
        reader.before = lambda number: number != 3 or asked.wait(LONG_SECONDS)
    wire = WatchedWire(pages(**bad), before=lambda number: asked.set() if number == 5 else None)
    found = ask(data_root, wire)
    assert (found.verdict, found.cause) == ("STOPPED", "shape")
    assert "page 3: the header is 'other'" in found.reason


def test_no_answer_after_pages_that_are_as_known_is_told_as_such(data_root: Path) -> None:
    found = ask(data_root, FakeWire(pages(p5=SourceUnavailable("made_up: closed"))))
    assert (found.verdict, found.reason) == ("UNAVAILABLE", "made_up: closed")
    again = ask(data_root, FakeWire(pages()))
    assert (again.verdict, again.rows, again.requests) == ("ACCEPTED", 6, 2)


def test_the_rows_are_in_the_order_of_the_pages_and_the_same_when_read_again(
    data_root: Path, source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ROWS_TOGETHER", 1)
    assert ask(data_root, FakeWire(pages())).verdict == "ACCEPTED"
    (believed,) = Journal(data_root).accepted(SOURCE)
    first = believed.rows_file.read_bytes()
    assert pl.read_parquet(believed.rows_file)["counterpart_area"].to_list() == list(PARTNERS)
    believed.rows_file.unlink()
    assert rows_of(Journal(data_root), source, believed).read_bytes() == first


def test_of_a_row_that_comes_on_two_pages_the_first_is_kept_in_its_place(
    data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ROWS_TOGETHER", 1)
    twice = pages(p4=page([row("MEX"), row("DEU")], "p5"))
    found = ask(data_root, FakeWire(twice))
    (believed,) = Journal(data_root).accepted(SOURCE)
    rows = pl.read_parquet(believed.rows_file)
    assert rows["counterpart_area"].to_list() == list(PARTNERS)
    assert rows["snapshot_id"].to_list() == found.snapshot_ids


def test_what_is_believed_already_is_not_read_until_a_page_differs(data_root: Path, reader: Reader) -> None:
    ask(data_root, FakeWire(pages()))
    reader.read.clear()
    assert ask(data_root, FakeWire(pages())).verdict == "UNCHANGED"
    assert reader.read == []
    assert ask(data_root, FakeWire(pages(p6=page([row("KOR", 2)])))).verdict == "ACCEPTED"
    assert reader.read == [1, 2, 3, 4, 5, 6]
    reader.read.clear()
    shorter = ask(data_root, FakeWire(pages(p5=page([row("GBR")]))))
    assert (shorter.verdict, shorter.rows, reader.read) == ("ACCEPTED", 5, [1, 2, 3, 4, 5])


def test_a_reader_that_is_behind_is_waited_for(
    data_root: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meanwhile, "MOST_WAITING", 1)
    wire = FakeWire(pages())
    asked: list[int] = []

    def wait(number: int) -> None:
        if number == 2:
            threading.Event().wait(0.1)
            asked.append(len(wire.asked))

    reader.before = wait
    assert ask(data_root, wire).rows == 6
    # The second page is being read, the third waits, the fourth has come and finds no place.
    assert asked == [4]


def test_an_interruption_leaves_no_thread_and_no_draft_and_is_gone_on_from(data_root: Path) -> None:
    def interrupt(number: int) -> None:
        if number == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(data_root, WatchedWire(pages(), before=interrupt))
    assert (readers_at_work(), drafts(data_root)) == ([], [])
    found = ask(data_root, FakeWire(pages()))
    assert (found.verdict, found.rows, found.requests) == ("ACCEPTED", 6, 3)


def test_what_a_killed_process_left_of_a_pull_is_cleared_away(data_root: Path) -> None:
    folder = data_root / "live" / "rows" / SOURCE
    folder.mkdir(parents=True)
    for name in ("1-0123.77.draft", "1-0123.parquet", "11-0123.parquet"):
        (folder / name).write_bytes(b"")
    found = ask(data_root, FakeWire(pages()))
    assert (found.pull_id, drafts(data_root)) == (1, [])
    assert sorted(path.name.split("-")[0] for path in folder.iterdir()) == ["1", "11"]
