"""One request on the wire, against a server on this machine that behaves as publishers do."""

import gzip
import json
import logging
import socket
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from compact_pipelines.contracts.sources import Source
from compact_pipelines.errors import SourceChanged, SourceError, SourceUnavailable, UsageError
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.pacing import Pacer
from compact_pipelines.live.received import Received, Validators
from compact_pipelines.live.redaction import REDACTED
from compact_pipelines.live.requests import prepare
from compact_pipelines.live.wire import USER_AGENT, Wire
from tests.live.asked_source import HOST, KEY, KEYED, made_up_source
from tests.live.clocks import HASTY, Clock
from tests.live.stub_publisher import Reply, StubPublisher, bomb, in_turn

ROWS = Reply(200, b'{"data": [1, 2]}')
ENVIRON = {"MADE_UP_KEY": KEY}


@pytest.fixture
def wire(stub: StubPublisher, pacer: Pacer) -> Iterator[Wire]:
    wire = Wire(pacer, HASTY, ENVIRON, {HOST: stub.stands_in_for(HOST)})
    yield wire
    wire.close()


def ask(wire: Wire, source: Source | None = None, validators: Validators | None = None) -> Received:
    source = source or made_up_source(key=KEYED, parameters={"p": "{period}"})
    return wire.ask(source, prepare(source, "totals", Partition("2025-03"), Page(), ENVIRON), validators)


def test_an_answer_comes_with_all_that_is_kept_of_it(wire: Wire, stub: StubPublisher) -> None:
    headers = {"ETag": '"7"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"}
    stub.play(in_turn(replace(ROWS, content_type="Application/JSON; charset=utf-8", headers=headers)))
    received = ask(wire)
    assert received.content == b'{"data": [1, 2]}'
    assert (received.status, received.content_type, received.etag) == (200, "application/json", '"7"')
    assert received.last_modified == "Wed, 01 Jan 2025 00:00:00 GMT"
    assert received.shown_url == f"{HOST}/data?p=2025-03&key=***"
    seen = stub.seen[0]
    assert (seen.origin, seen.path, seen.query) == ("api.example.test", "/data", (("p", "2025-03"), ("key", KEY)))
    assert seen.headers["user-agent"] == USER_AGENT


def test_a_post_carries_its_body_and_headers(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(ROWS))
    ask(
        wire, made_up_source(method="POST", form={"name": "x"}, headers={"Accept": "text/csv", "User-Agent": "special"})
    )
    seen = stub.seen[0]
    assert (seen.method, seen.body, seen.headers["accept"]) == ("POST", b"name=x", "text/csv")
    assert seen.headers["user-agent"] == "special"


def test_unchanged_answers_cost_no_body(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(304)))
    received = ask(wire, validators=Validators('"7"', "Wed, 01 Jan 2025 00:00:00 GMT"))
    assert received.is_not_modified
    assert stub.seen[0].headers["if-none-match"] == '"7"'
    assert stub.seen[0].headers["if-modified-since"] == "Wed, 01 Jan 2025 00:00:00 GMT"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 425, 429])
def test_a_passing_fault_is_asked_again(wire: Wire, stub: StubPublisher, status: int) -> None:
    stub.play(in_turn(Reply(status, b"try later", "text/html"), ROWS))
    assert ask(wire).status == 200
    assert len(stub.seen) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 204, 301])
def test_what_a_retry_would_not_mend_is_asked_once(wire: Wire, stub: StubPublisher, status: int) -> None:
    stub.play(in_turn(Reply(status)))
    assert ask(wire).status == status
    assert len(stub.seen) == 1


def test_attempts_end(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(500, b"<h1>Oops</h1>", "text/html")))
    with pytest.raises(SourceUnavailable, match=r"made_up, part totals, 2025-03: status 500, it begins '<h1>Oops"):
        ask(wire)
    assert len(stub.seen) == HASTY.attempts


def test_a_stated_wait_is_kept_to(wire: Wire, stub: StubPublisher, clock: Clock) -> None:
    stub.play(in_turn(Reply(429, b"slow down", headers={"Retry-After": "17"}), ROWS))
    assert ask(wire).status == 200
    assert clock.slept == [17]


def test_a_long_stated_wait_is_not_sat_out_and_remembered(wire: Wire, stub: StubPublisher, clock: Clock) -> None:
    stub.play(in_turn(Reply(429, b"blocked", headers={"Retry-After": "3600"})))
    with pytest.raises(SourceUnavailable) as raised:
        ask(wire)
    assert raised.value.wait_seconds == 3_600
    with pytest.raises(SourceUnavailable, match="asked us to wait"):
        ask(wire)
    assert len(stub.seen) == 1
    assert clock.slept == []


def test_a_fault_that_the_sources_file_explains_is_asked_again(wire: Wire, stub: StubPublisher) -> None:
    refusals = [{"mark": {"status": [400], "contains": "request error"}, "means": "unavailable"}]
    stub.play(in_turn(Reply(400, b"<html>Request Error</html>", "text/html"), ROWS))
    assert ask(wire, made_up_source(refusals=refusals)).status == 200


def test_too_early_is_not_asked_again(wire: Wire, stub: StubPublisher) -> None:
    refusals = [{"mark": {"status": [409]}, "means": "not_released"}]
    stub.play(in_turn(Reply(409, b"{}"), ROWS))
    assert ask(wire, made_up_source(refusals=refusals)).status == 409


def test_a_body_shorter_than_stated_is_no_answer(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(200, b"[" + b"1, " * 500 + b"1]", manner="truncated")))
    with pytest.raises(SourceUnavailable, match="gave no whole answer") as raised:
        ask(wire)
    assert raised.value.__cause__ is None
    stub.play(in_turn(Reply(200, b"x" * 99, manner="truncated"), ROWS))
    assert ask(wire).content == ROWS.body


def test_a_body_that_drips_is_given_up(stub: StubPublisher, pacer: Pacer) -> None:
    wire = Wire(pacer, replace(HASTY, most_seconds=0.1, attempts=1), ENVIRON, {HOST: stub.stands_in_for(HOST)})
    stub.play(in_turn(Reply(200, b"x" * 200, manner="drip")))
    with pytest.raises(SourceUnavailable, match="too slowly"):
        ask(wire)
    wire.close()


def test_the_sources_own_limit_of_time_holds_too(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(200, b"x" * 200, manner="drip")))
    with pytest.raises(SourceUnavailable, match=r"too slowly|no whole answer"):
        ask(wire, made_up_source(timeout_seconds=0.1))


def test_a_body_that_is_packed_is_unpacked(wire: Wire, stub: StubPublisher) -> None:
    body = json.dumps(list(range(50_000))).encode()
    for coding, packed in {"gzip": gzip.compress(body), "deflate": zlib.compress(body), "identity": body}.items():
        stub.play(in_turn(Reply(200, packed, headers={"content-encoding": coding})))
        assert ask(wire).content == body
    stub.play(
        in_turn(Reply(200, gzip.compress(b"one, ") + gzip.compress(b"two"), headers={"content-encoding": "gzip"}))
    )
    assert ask(wire).content == b"one, two"


def test_a_packed_body_that_ends_too_early_is_no_answer(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(200, gzip.compress(b"x" * 999)[:-9], headers={"content-encoding": "gzip"})))
    with pytest.raises(SourceUnavailable, match="ends too early"):
        ask(wire)
    stub.play(in_turn(Reply(200, b"not packed at all", headers={"content-encoding": "gzip"})))
    with pytest.raises(SourceUnavailable, match="cannot be unpacked"):
        ask(wire)


def test_a_body_packed_in_an_unknown_way_is_refused(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(200, b"...", headers={"content-encoding": "br"})))
    with pytest.raises(SourceChanged, match="packed as 'br'"):
        ask(wire)


@pytest.mark.parametrize("reply", [bomb(3_000_000), Reply(200, b"x" * 2_000_001)])
def test_what_is_larger_than_allowed_is_not_taken(wire: Wire, stub: StubPublisher, reply: Reply) -> None:
    stub.play(in_turn(reply))
    with pytest.raises(SourceChanged, match="larger than 2,000,000 bytes"):
        ask(wire, made_up_source(most_bytes=2_000_000))
    assert len(stub.seen) == 1


def test_a_redirect_is_not_followed(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(302, headers={"Location": f"https://elsewhere.test/?key={KEY}"}), ROWS))
    received = ask(wire)
    assert (received.status, received.headers["location"]) == (302, f"https://elsewhere.test/?key={REDACTED}")
    assert len(stub.seen) == 1


def test_a_redirect_that_the_sources_file_names_is_followed_once_without_the_key(
    stub: StubPublisher, pacer: Pacer
) -> None:
    files = "https://files.example.test"
    hosts = {origin: stub.stands_in_for(origin) for origin in (HOST, files)}
    wire = Wire(pacer, HASTY, ENVIRON, hosts)
    source = made_up_source(key={**KEYED, "place": "header"}, follows_to=[f"{files}/"])
    stub.play(in_turn(Reply(302, headers={"Location": f"{files}/a.json"}), ROWS))
    assert ask(wire, source).content == ROWS.body
    assert [seen.origin for seen in stub.seen] == ["api.example.test", "files.example.test"]
    assert [seen.headers.get("key") for seen in stub.seen] == [KEY, None]
    stub.play(in_turn(Reply(302, headers={"Location": f"{files}/b.json"})))
    assert ask(wire, source).status == 302
    assert len(stub.seen) == 2
    stub.play(in_turn(Reply(302, headers={"Location": "https://files.example.test.evil.test/"})))
    assert ask(wire, source).status == 302
    assert len(stub.seen) == 1
    wire.close()


def test_cookies_are_not_kept(wire: Wire, stub: StubPublisher) -> None:
    stub.play(in_turn(replace(ROWS, headers={"Set-Cookie": "session=made-up; Path=/"})))
    ask(wire)
    ask(wire)
    assert all("cookie" not in seen.headers for seen in stub.seen)


def test_nobody_there_is_unavailable(pacer: Pacer) -> None:
    with socket.socket() as held:  # bound and not listening: nobody answers
        held.bind(("127.0.0.1", 0))
        wire = Wire(pacer, HASTY, ENVIRON, {HOST: f"http://127.0.0.1:{held.getsockname()[1]}"})
        with pytest.raises(SourceUnavailable, match=r"gave no whole answer \(ConnectError\)") as raised:
            ask(wire)
        wire.close()
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_an_address_that_cannot_be_asked_is_told_without_its_key(wire: Wire) -> None:
    source = made_up_source(url="https://api.example.test:port/{key}", key={**KEYED, "place": "path", "name": ""})
    with pytest.raises(SourceChanged, match=r"api\.example\.test:port/\*\*\* is no address") as raised:
        ask(wire, source)
    assert KEY not in str(raised.value)


def test_no_key_leaves_in_an_answer_error_or_log(
    wire: Wire, stub: StubPublisher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    replies: list[Reply] = [
        Reply(200, b"{}", headers={"X-Echo": KEY}, echoes=True),
        Reply(400, b"", "text/html", echoes=True),
        Reply(500, b"", "text/html", echoes=True),
        Reply(302, headers={"Location": f"/x?key={KEY}"}),
        Reply(200, b"x" * 50, manner="truncated"),
    ]
    told: list[Any] = []
    for reply in replies:
        stub.play(in_turn(reply))
        try:
            told.append(ask(wire))
        except SourceError as error:
            told += [error, error.__cause__, error.args]
    said = repr(told) + str(told) + caplog.text
    assert len(told) >= len(replies)
    assert REDACTED in said
    assert KEY not in said
    assert "417%26x" not in said


def test_only_this_machine_stands_in_for_a_publisher(pacer: Pacer) -> None:
    for elsewhere in (
        "http://127.0.0.1:80@198.51.100.7:80",
        "http://10.0.0.1:80",
        "http://127.0.0.1.example.test",
        "http://a@b:1",
    ):
        with pytest.raises(UsageError, match="only an address of this machine"):
            Wire(pacer, HASTY, {}, {HOST: elsewhere})


def test_every_attempt_takes_its_turn(wire: Wire, stub: StubPublisher, pacer: Pacer) -> None:
    stub.play(in_turn(Reply(500), Reply(500), ROWS))
    ask(wire)
    assert pacer.asked_today("api.example.test") == 3
    assert wire.requests == 3
