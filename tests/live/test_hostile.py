"""Answers that are meant badly, or are broken in ways that no publisher's document names; all are made up."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.errors import SourceChanged, SourceUnavailable, WarehouseError
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.journal import RUNNING, Journal
from compact_pipelines.live.pacing import Pacer
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.live.received import Received, Validators
from compact_pipelines.live.requests import prepare
from compact_pipelines.live.rows import live_rows
from compact_pipelines.live.wire import Wire
from tests.live import made_up
from tests.live.asked_source import HOST, KEY, KEYED, made_up_source
from tests.live.clocks import HASTY
from tests.live.made_up import NOW, SOURCE, FakeWire, install, page, rows_of
from tests.live.stub_publisher import Manner, Reply, StubPublisher, in_turn

OCTOBER = Partition("2025-10")
PLACE = ("2025-10", None)
ENVIRON = {"MADE_UP_KEY": KEY}


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch) -> Any:
    return install(monkeypatch, made_up.made_up_source())


@pytest.fixture
def wire(stub: StubPublisher, pacer: Pacer) -> Iterator[Wire]:
    wire = Wire(pacer, replace(HASTY, attempts=1), ENVIRON, {HOST: stub.stands_in_for(HOST)})
    yield wire
    wire.close()


def ask(wire: Wire, validators: Validators | None = None, **live: Any) -> Received:
    source = made_up_source(key=KEYED, **live)
    return wire.ask(source, prepare(source, "totals", Partition("2025-03"), Page(), ENVIRON), validators)


def pulled(root: Path, wire: Any, **how: Any) -> Pulled:
    return pull(root, SOURCE, OCTOBER, wire, now=NOW, **how)


# What comes too slowly


@pytest.mark.parametrize("manner", ["slow_header", "notices", "slow_chunk", "drip"])
def test_what_drips_before_its_body_is_given_up_in_time(wire: Wire, stub: StubPublisher, manner: Manner) -> None:
    stub.play(in_turn(Reply(200, b"x" * 200, manner=manner)))
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match="too slowly"):
        ask(wire, timeout_seconds=0.3)
    assert time.monotonic() - began < 2


# Nothing has changed, it says


def test_a_304_that_nobody_asked_for_is_no_answer(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(304, headers={"ETag": '"x"'})))
    for validators in (None, Validators(), Validators("\xe9", "\xe9")):
        with pytest.raises(SourceUnavailable, match="no earlier answer was named"):
            ask(wire, validators)


class NothingNew(FakeWire):
    """Says that nothing has changed, whatever was asked."""

    def ask(self, *asked: Any) -> Received:
        return replace(super().ask(*asked), status=304, content=b"", etag='"x"')


def test_a_304_without_a_known_answer_is_not_kept_and_the_next_pull_is_whole(data_root: Path) -> None:
    body = page(rows_of("2025-10"))
    assert pulled(data_root, NothingNew({PLACE: body})).verdict == "UNAVAILABLE"
    assert Journal(data_root).rows("SELECT * FROM answers") == []
    healthy = FakeWire({PLACE: body}, marks={PLACE: '"x"'})
    found = pulled(data_root, healthy)
    assert (found.verdict, found.rows) == ("ACCEPTED", 6)
    assert [mark for *_, mark in healthy.asked] == [""]


def test_a_304_that_names_another_version_does_not_rename_ours(data_root: Path) -> None:
    body = page(rows_of("2025-10"))
    pulled(data_root, FakeWire({PLACE: body}, marks={PLACE: '"v1"'}))
    assert pulled(data_root, NothingNew({PLACE: body})).verdict == "UNCHANGED"
    third = FakeWire({PLACE: body}, marks={PLACE: '"x"'})
    pulled(data_root, third)
    assert [mark for *_, mark in third.asked] == ['"v1"']


# What cannot be written or read


def test_a_mark_that_cannot_be_sent_is_left_out(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(200, b"{}", headers={"ETag": '"\xe9t\xe9"', "Last-Modified": "d\xe9c"})))
    first = ask(wire)
    assert ask(wire, Validators(first.etag, first.last_modified)).status == 200
    assert {"if-none-match", "if-modified-since"}.isdisjoint(stub.seen[1].headers)


@pytest.mark.parametrize("location", ["http://[bad", "https://a:b/", "\xe9", "http://\xe9 .test"])
def test_a_redirect_to_no_address_is_told(wire: Wire, stub: StubPublisher, location: str) -> None:
    stub.play(in_turn(Reply(302, headers={"Location": location})))
    try:
        assert ask(wire, follows_to=["https://elsewhere.test/"]).status == 302
    except (SourceChanged, SourceUnavailable) as error:
        assert "made_up, part totals" in str(error)  # noqa: PT017  (either is in order)


def test_half_characters_in_a_publishers_words_are_written_down(
    data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [{"mark": {"pointer": "/words"}, "means": "request", "says": "/words"}]
    install(monkeypatch, made_up.made_up_source(refusals=refusals))
    for body in (page([], header="\ud800"), page([], header="\udfff worth"), b'{"words": "\\ud800"}'):
        found = pulled(data_root, FakeWire({PLACE: body}))
        assert (found.verdict, found.cause) == ("STOPPED", "shape")
        assert found.reason.encode()


def test_what_nobody_foresaw_ends_a_pull_without_its_key(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, made_up.made_up_source(key=KEYED))
    wire = FakeWire({PLACE: LookupError(f"no codec\nat https://made.up/?key={KEY}")}, environ=ENVIRON)
    found = pulled(data_root, wire)
    assert (found.verdict, found.cause) == ("STOPPED", "shape")
    assert "made_up, 2025-10: taking the answer failed (LookupError: no codec)" in found.reason
    found = pulled(data_root, FakeWire({PLACE: ZeroDivisionError(f"in {KEY}")}, environ=ENVIRON))
    assert "(ZeroDivisionError: in REDACTED)" in found.reason
    assert Journal(data_root).rows("SELECT * FROM pulls WHERE state = ?", RUNNING) == []


def test_a_full_disk_is_no_fault_of_the_publisher(data_root: Path) -> None:
    with pytest.raises(WarehouseError, match="no space"):
        pulled(data_root, FakeWire({PLACE: OSError("no space")}))
    assert pulled(data_root, FakeWire({PLACE: page(rows_of("2025-10"))})).verdict == "ACCEPTED"


# What leads astray


def test_pages_that_go_in_a_circle_are_noticed(data_root: Path) -> None:
    rows = rows_of("2025-10")
    wire = FakeWire(
        {PLACE: page(rows[:2], "a"), ("2025-10", "a"): page(rows[2:4], "b"), ("2025-10", "b"): page(rows[4:], "a")}
    )
    found = pulled(data_root, wire)
    assert (found.verdict, found.cause, found.requests) == ("STOPPED", "shape", 3)
    assert "leads in a circle" in found.reason


def test_a_question_that_was_changed_is_not_answered_with_old_pages(
    data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of("2025-10")
    old = install(monkeypatch, made_up.made_up_source())
    assert pulled(data_root, FakeWire({PLACE: page(rows[:2], "b")})).verdict == "UNAVAILABLE"
    request = {**made_up.LIVE["requests"]["figures"], "parameters": {"month": "{period}", "all": "1"}}
    new = install(monkeypatch, made_up.made_up_source(requests={"figures": request}))
    assert new != old
    found = pulled(data_root, FakeWire({PLACE: page(rows[2:])}))
    assert (found.verdict, found.rows, found.requests) == ("ACCEPTED", 4, 1)
    assert live_rows(data_root, new).height == 4


# Keys inside packed files


def packed(content: bytes, how: int = zipfile.ZIP_DEFLATED, name: str = "a.csv") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", how) as file:
        file.writestr(name, content)
    return body.getvalue()


WITH_KEY = {
    "deflated": packed(KEY.encode() * 3),
    "stored": packed(KEY.encode(), zipfile.ZIP_STORED),
    "two bytes": packed(KEY.encode("utf-16")),
    "JSON": packed(json.dumps({"key": KEY}).replace("/", "\\/").encode()),
    "packed twice": packed(packed(KEY.encode() * 3)),
    "its name": packed(b"x", name=KEY),
}


@pytest.mark.parametrize("where", sorted(WITH_KEY))
def test_a_packed_file_with_our_key_in_it_is_not_taken(wire: Wire, stub: StubPublisher, where: str) -> None:
    stub.play(in_turn(Reply(200, WITH_KEY[where], "application/zip")))
    with pytest.raises(SourceChanged, match="tells our key") as raised:
        ask(wire, media="zip", accept=["application/zip"])
    assert KEY not in str(raised.value)


def test_a_packed_file_without_our_key_comes_as_it_is(wire: Wire, stub: StubPublisher) -> None:
    body = packed(b"1,2\n" * 999)
    stub.play(in_turn(Reply(200, body, "application/zip")))
    assert ask(wire).content == body


@pytest.mark.parametrize(
    "body", [b"PK\x03\x04 and no more", packed(b" " * 3_000), packed(packed(packed(packed(b"x"))))]
)
def test_a_packed_file_that_cannot_be_looked_into_is_not_taken(wire: Wire, stub: StubPublisher, body: bytes) -> None:
    stub.play(in_turn(Reply(200, body, "application/zip")))
    with pytest.raises(SourceChanged, match=r"looked into|unpacks to more|deep"):
        ask(wire, most_bytes=2_000)
