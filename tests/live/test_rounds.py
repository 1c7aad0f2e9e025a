"""Many partitions one after the other; the publisher is made up."""

from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.contracts import Contracts
from compact_pipelines.errors import UsageError
from compact_pipelines.live import rounds
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.hosts import open_wire, stand_ins
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.rounds import live_sources, not_held, pull_due, pull_each, standing
from tests.live.made_up import NOW, SOURCE, FakeWire, install, made_up_source, page, rows_of

MONTHS = ["2025-06", "2025-07", "2025-08", "2025-09", "2025-10"]
PARTITIONS = [Partition(month) for month in MONTHS]


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up_source())


def wire_of(*months: str) -> Any:
    return FakeWire({(month, None): page(rows_of(month)) for month in months})


def test_what_is_due_is_asked_for_and_told(data_root: Path, source: Any) -> None:
    told: list[tuple[int, int, str]] = []
    found = pull_due(
        data_root, source, wire_of(*MONTHS), NOW, lambda done, total, one: told.append((done, total, one.verdict))
    )
    assert [one.partition.key for one in found.pulled] == ["2025-09", "2025-10"]
    assert told == [(1, 2, "ACCEPTED"), (2, 2, "ACCEPTED")]


def test_after_three_partitions_without_an_answer_the_publisher_is_left_in_peace(data_root: Path, source: Any) -> None:
    wire = wire_of("2025-10")
    found = pull_each(data_root, source, PARTITIONS, wire)
    assert [one.verdict for one in found.pulled] == ["UNAVAILABLE"] * 3
    assert (found.left, len(wire.asked)) == (2, 3)


def test_without_a_key_nothing_more_is_asked(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    key = {"variable": "MADE_UP_KEY", "place": "query", "name": "key", "obtained": "nowhere"}
    keyed = install(monkeypatch, made_up_source(key=key))
    found = pull_each(data_root, keyed, PARTITIONS, wire_of(*MONTHS))
    assert ([one.verdict for one in found.pulled], found.left) == (["NO_KEY"], 4)


def test_a_source_that_fails_is_told_and_never_raised(
    monkeypatch: pytest.MonkeyPatch, data_root: Path, source: Any
) -> None:
    with Journal(data_root).holding(SOURCE, "2025-09"):
        assert "another process" in pull_due(data_root, source, wire_of(*MONTHS), NOW).fault

    def trip(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("made up")

    monkeypatch.setattr(rounds, "pull", trip)
    assert pull_due(data_root, source, wire_of(), NOW).fault == "ZeroDivisionError: made up (a fault of this program)"


def test_what_is_held_is_passed_over(data_root: Path, source: Any) -> None:
    pull_each(data_root, source, PARTITIONS[:2], wire_of(*MONTHS))
    assert not_held(Journal(data_root), source, PARTITIONS) == PARTITIONS[2:]


def test_which_figures_stay_is_said(monkeypatch: pytest.MonkeyPatch, data_root: Path, source: Any) -> None:
    journal = Journal(data_root)
    assert standing(journal, source, PARTITIONS[0]) == "it has no figures yet"
    parts = {"figures": {"request": "made up", "media": "json"}}
    both = install(monkeypatch, made_up_source().model_copy(update={"parts": parts}))
    assert standing(journal, both, PARTITIONS[0]) == "the embedded figures stay, as far as there are any"
    pull_each(data_root, source, PARTITIONS[:1], wire_of(*MONTHS))
    assert standing(journal, source, PARTITIONS[0]) == "the figures of 2025-12-15 stay"


def test_only_sources_that_are_asked_live_are_named(contracts: Contracts) -> None:
    assert [one.id for one in live_sources(contracts, [SOURCE])] == [SOURCE]
    assert SOURCE in [one.id for one in live_sources(contracts)]
    with pytest.raises(UsageError, match="no source atlantis"):
        live_sources(contracts, ["atlantis"])
    with pytest.raises(UsageError, match="cepii_geodist is not asked live"):
        live_sources(contracts, ["cepii_geodist"])


# Stand-ins


def test_stand_ins_are_read_from_the_environment(data_root: Path) -> None:
    named = "https://api.made.up=http://127.0.0.1:8099, https://b.made.up=http://127.0.0.1:8099/b"
    assert stand_ins({"COMPACT_LIVE_HOSTS": named}) == {
        "https://api.made.up": "http://127.0.0.1:8099",
        "https://b.made.up": "http://127.0.0.1:8099/b",
    }
    with pytest.raises(UsageError, match="write publisher=stand-in"):
        stand_ins({"COMPACT_LIVE_HOSTS": "http://127.0.0.1:8099"})
    elsewhere = {"COMPACT_LIVE_HOSTS": "https://api.made.up=http://198.51.100.7"}
    with pytest.raises(UsageError, match="only an address of this machine"), open_wire(data_root, elsewhere):
        raise AssertionError("no wire is opened")
