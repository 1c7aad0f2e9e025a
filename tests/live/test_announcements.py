"""What publishers announce: which partitions are asked for again. Answers are made up, but for what a test names."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.contracts import Contracts, Source
from compact_pipelines.contracts.requests import Request
from compact_pipelines.datasets.capital_flows import statcan_fdi
from compact_pipelines.datasets.compute_exports import un_comtrade
from compact_pipelines.errors import SourceChanged, SourceUnavailable
from compact_pipelines.live.announcements import PATIENCE, announced_marks, changed, recent_periods
from compact_pipelines.live.pacing import Pacer
from compact_pipelines.live.wire import Wire
from tests.live.stub_publisher import Reply, Seen, StubPublisher, in_turn

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
HOST = "https://publisher.example"


@pytest.fixture
def wire(stub: StubPublisher, pacer: Pacer) -> Iterator[Wire]:
    hosts = {host: stub.stands_in_for(host) for host in (HOST, "https://comtradeapi.un.org")}
    wire = Wire(pacer, PATIENCE, {}, hosts)
    yield wire
    wire.close()


def announcing(source: Source, **more: Any) -> Source:
    """A source whose publisher announces changes at an address of a test's."""
    assert source.live is not None
    request = Request(url=f"{HOST}/news", media="json", accept=["application/json"], **more)
    release = source.live.release.model_copy(update={"announced": request})
    return source.model_copy(update={"live": source.live.model_copy(update={"release": release, "key": None})})


def test_only_marks_that_are_others_than_before_are_changes() -> None:
    assert changed({"a": "1"}, None) == []  # never looked at: the schedule asks
    assert changed({"b": "1", "a": "1"}, {}) == ["a", "b"]
    assert changed({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "1", "gone": "1"}) == ["b", "c"]


def test_the_newest_periods_are_looked_at_as_many_as_are_revised(contracts: Contracts) -> None:
    source = contracts.source("us_census_exports")
    assert source.live is not None
    two = source.live.partitions.model_copy(update={"revisited": 2})
    source = source.model_copy(update={"live": source.live.model_copy(update={"partitions": two})})
    january = dt.datetime(2026, 1, 31, tzinfo=dt.UTC) + dt.timedelta(days=source.live.release.lag_days)  # type: ignore[union-attr]
    assert recent_periods(source, january) == ["2025-12", "2026-01"]
    assert recent_periods(contracts.source("statcan_fdi"), NOON) == ["all"]


def test_without_a_reader_the_bytes_are_the_mark_of_all_recent_partitions(
    contracts: Contracts, wire: Wire, stub: StubPublisher
) -> None:
    source = announcing(contracts.source("us_census_exports"))
    stub.play(in_turn(Reply(body=b'{"made": "up"}'), Reply(body=b'{"made": "up"}'), Reply(body=b'{"made": "anew"}')))
    first, again, anew = (announced_marks(source, wire, NOON) for _ in range(3))
    assert list(first) == recent_periods(source, NOON)
    assert changed(again, first) == []
    assert changed(anew, first) == sorted(first)
    assert len(stub.seen) == 3  # one request for all


def test_an_announcement_by_period_is_asked_for_each(contracts: Contracts, wire: Wire, stub: StubPublisher) -> None:
    source = contracts.source("un_comtrade")
    assert source.live is not None

    def answer(seen: Seen) -> Reply:
        return Reply(body=json.dumps({"data": [{"reporterCode": 484, "lastReleased": dict(seen.query)}]}).encode())

    stub.play(answer)
    marks = announced_marks(source, wire, NOON)
    periods = recent_periods(source, NOON)
    assert [dict(seen.query)["period"] for seen in stub.seen] == periods
    assert sorted(marks) == [f"{period}|MEX" for period in periods]
    assert len(set(marks.values())) == len(periods)


def test_the_day_of_an_announcement_is_the_publishers(contracts: Contracts, wire: Wire, stub: StubPublisher) -> None:
    source = contracts.source("statcan_fdi")
    assert source.live is not None
    assert source.live.release.announced is not None
    there = source.live.release.announced.url.replace("https://www150.statcan.gc.ca", HOST)
    release = source.live.release.model_copy(
        update={"announced": source.live.release.announced.model_copy(update={"url": there})}
    )
    source = source.model_copy(update={"live": source.live.model_copy(update={"release": release})})
    stub.play(in_turn(Reply(body=b'{"status": "SUCCESS", "object": []}')))
    early = dt.datetime(2026, 6, 30, 2, tzinfo=dt.UTC)  # in Toronto it is still the day before
    assert announced_marks(source, wire, early) == {}
    assert stub.seen[0].path.endswith("/getChangedCubeList/2026-06-29")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(503), SourceUnavailable),
        (Reply(200, b"<html>made up</html>", "text/html"), SourceChanged),
        (Reply(200, b'{"data": [{"made": "up"}]}'), SourceChanged),
    ],
)
def test_an_announcement_that_is_none_is_an_error(
    contracts: Contracts, wire: Wire, stub: StubPublisher, reply: Reply, error: type[Exception]
) -> None:
    stub.play(in_turn(reply))
    with pytest.raises(error, match="un_comtrade"):
        announced_marks(contracts.source("un_comtrade"), wire, NOON)


def test_what_nobody_asked_for_is_no_announcement(
    contracts: Contracts, wire: Wire, stub: StubPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(un_comtrade, "read_announced", lambda *_: {"1999|XXX": "1"})
    stub.play(in_turn(Reply(body=b'{"data": [{"made": "up"}]}')))
    with pytest.raises(SourceChanged, match=r"speaks of 1999\|XXX"):
        announced_marks(contracts.source("un_comtrade"), wire, NOON)


# Readers


def test_comtrade_reporters_that_are_not_ours_are_passed_over() -> None:
    rows = [{"reporterCode": 124, "made": "up"}, {"reporterCode": 484, "made": "up"}, {"reporterCode": 4}]
    marks = un_comtrade.read_announced(json.dumps({"elapsedTime": "1 s", "data": rows}).encode(), ["2024"])
    assert sorted(marks) == ["2024|CAN", "2024|MEX"]
    later = un_comtrade.read_announced(json.dumps({"elapsedTime": "2 s", "data": rows[::-1]}).encode(), ["2024"])
    assert later == marks  # neither the order nor the time it took is news
    rows[1]["made"] = "anew"
    assert changed(un_comtrade.read_announced(json.dumps({"data": rows}).encode(), ["2024"]), marks) == ["2024|MEX"]


def test_statcan_tells_when_the_table_was_released() -> None:
    tables = [{"productId": 36100008, "releaseTime": "2026-04-28T08:30"}, {"productId": 1, "releaseTime": "made up"}]
    told = json.dumps({"status": "SUCCESS", "object": tables}).encode()
    assert statcan_fdi.read_announced(told, ["all"]) == {"all": "2026-04-28T08:30"}
    assert statcan_fdi.read_announced(b'{"status": "SUCCESS", "object": []}', ["all"]) == {}


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"object": null}', b'{"data": [1]}', b'{"object": [{}]}'])
@pytest.mark.parametrize("read", [un_comtrade.read_announced, statcan_fdi.read_announced])
def test_a_list_in_another_shape_is_said_to_have_changed(read: Callable[..., Any], content: bytes) -> None:
    with pytest.raises(SourceChanged):
        read(content, ["all"])


@pytest.mark.skipif("COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings")
def test_recorded_announcements_are_read() -> None:
    folder = Path(os.environ["COMPACT_RECORDINGS"])
    changed_list = (folder / "statcan/wds_changed_cube_list.json").read_bytes()
    assert statcan_fdi.read_announced(changed_list, ["all"]) == {}  # the table is not among those of that day
    assert len(json.loads(changed_list)["object"]) > 3
    empty = (folder / "statcan/wds_changed_cube_list_empty.json").read_bytes()
    assert statcan_fdi.read_announced(empty, ["all"]) == {}
    held = (folder / "comtrade/bulk_v1_get_C_A_HS_availability.json").read_bytes()
    assert un_comtrade.read_announced(held, ["1962"]) == {}  # Argentina is no reporter of ours
