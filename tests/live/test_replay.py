"""A data root as it was on a day; the publisher and its figures are made up."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.errors import UsageError, WarehouseError
from compact_pipelines.fingerprints import live_state
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.freshness import freshness_fingerprint
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.overruling import accept
from compact_pipelines.live.pulling import pull
from compact_pipelines.live.replay import lay_out
from compact_pipelines.live.rows import live_rows
from compact_pipelines.snapshots import SnapshotStore
from tests.live.made_up import NOW, SOURCE, FakeWire, install, made_up_source, page, rows_of

OCTOBER = Partition("2025-10")
LATER = NOW + dt.timedelta(days=10)
LONG_AFTER = NOW + dt.timedelta(days=100)


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up_source())


def ask(root: Path, factor: float, now: dt.datetime) -> str:
    wire: Any = FakeWire({("2025-10", None): page(rows_of("2025-10", factor))}, fetched_at=now)
    return pull(root, SOURCE, OCTOBER, wire, now=now).verdict


def canada(root: Path, source: Any) -> list[int]:
    return [int(value) for value in live_rows(root, source).filter(counterpart_area="CAN")["obs_value"]]


def test_a_day_has_what_was_believed_at_its_end(data_root: Path, source: Any) -> None:
    ask(data_root, 1, NOW)
    ask(data_root, 2, LATER)
    then = lay_out(data_root, NOW.date(), LONG_AFTER)
    assert canada(then, source) == [100]
    assert canada(lay_out(data_root, LATER.date(), LONG_AFTER), source) == [200]
    assert canada(lay_out(data_root, (NOW - dt.timedelta(days=1)).date(), LONG_AFTER), source) == []
    assert canada(data_root, source) == [200]


def test_laid_out_twice_it_is_the_same(data_root: Path, source: Any) -> None:
    ask(data_root, 1, NOW)
    then = lay_out(data_root, NOW.date(), LONG_AFTER)
    first = live_state(then), freshness_fingerprint(then), live_rows(then, source)
    ask(data_root, 2, LATER)
    again = lay_out(data_root, NOW.date(), LONG_AFTER)
    assert again == then
    assert live_state(again) == first[0] != {}
    assert freshness_fingerprint(again) == first[1]
    assert live_rows(again, source).equals(first[2])


def test_bytes_and_ledger_are_the_same_files_by_another_name(data_root: Path) -> None:
    ask(data_root, 1, NOW)
    then = lay_out(data_root, NOW.date(), LONG_AFTER)
    kept, replayed = SnapshotStore.at(data_root).ledger()[0], SnapshotStore.at(then).ledger()[0]
    assert replayed.snapshot_id == kept.snapshot_id
    assert replayed.path.samefile(kept.path)


def test_a_word_given_later_changes_no_day_before(data_root: Path, source: Any) -> None:
    ask(data_root, 1, NOW)
    assert ask(data_root, 1000, NOW + dt.timedelta(hours=1)) == "STOPPED"
    accept(data_root, source, OCTOBER, reason="made up", who="somebody", now=LATER)
    assert canada(lay_out(data_root, NOW.date(), LONG_AFTER), source) == [100]
    stopped = Journal(lay_out(data_root, NOW.date(), LONG_AFTER)).last_asked(SOURCE)
    assert stopped["2025-10"].verdict == "STOPPED"
    assert canada(lay_out(data_root, LATER.date(), LONG_AFTER), source) == [100_000]


def test_a_day_that_is_not_over_is_a_wrong_call(data_root: Path) -> None:
    with pytest.raises(UsageError, match="2025-12-15 is not over"):
        lay_out(data_root, NOW.date(), NOW)


def test_bytes_that_are_gone_are_told(data_root: Path) -> None:
    ask(data_root, 1, NOW)
    for path in (data_root / "snapshots").iterdir():
        path.unlink()
    with pytest.raises(WarehouseError, match="is gone"):
        lay_out(data_root, NOW.date(), LONG_AFTER)


def test_where_nothing_was_ever_asked_the_day_is_empty(data_root: Path, source: Any) -> None:
    assert canada(lay_out(data_root, NOW.date(), LONG_AFTER), source) == []
