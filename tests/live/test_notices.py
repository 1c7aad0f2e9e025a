"""Notices of failed runs, sent to a server on this machine. Addresses and keys are made up."""

import json

import pytest

from compact_pipelines.errors import ExchangeError
from compact_pipelines.live.notices import ADDRESS, REMEDIES, TRIES, notice_of, send_notice
from tests.live.stub_publisher import Reply, Seen, StubPublisher, in_turn

NOTICE = notice_of("ask_un_comtrade", "abc", source="un_comtrade", partition="2024|MEX", verdict="NO_KEY")


def at(stub: StubPublisher, path: str = "/hook") -> dict[str, str]:
    return {ADDRESS: f"{stub.address}{path}", "COMTRADE_API_KEY": "made-up-key-0123"}


def test_a_notice_says_what_failed_and_where_to_look() -> None:
    assert {
        "text": f"un_comtrade 2024|MEX: no key. {REMEDIES['NO_KEY']}",
        "job": "ask_un_comtrade",
        "run_id": "abc",
        "source": "un_comtrade",
        "partition": "2024|MEX",
        "verdict": "NO_KEY",
        "remedy": REMEDIES["NO_KEY"],
    } == NOTICE
    assert notice_of("build_edition", "abc")["text"].startswith("build_edition failed. ")


def test_a_notice_is_posted_as_json(stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(204)))
    assert send_notice(NOTICE, at(stub))
    [seen] = stub.seen
    assert (seen.method, seen.headers["content-type"]) == ("POST", "application/json")
    assert json.loads(seen.body) == NOTICE


def test_without_an_address_nothing_is_sent() -> None:
    assert not send_notice(NOTICE, {})
    assert not send_notice(NOTICE, {ADDRESS: " "})


def test_no_key_and_no_address_is_in_a_notice(stub: StubPublisher) -> None:
    stub.play(in_turn(Reply()))
    environ = at(stub, "/hook?token=made-up")
    told = {**NOTICE, "text": f"asked with made-up-key-0123, told at {environ[ADDRESS]}"}
    assert send_notice(told, environ)
    [seen] = stub.seen
    assert b"made-up-key" not in seen.body
    assert b"token" not in seen.body
    assert b"REDACTED" in seen.body


def test_a_server_that_fails_is_asked_again(stub: StubPublisher) -> None:
    stub.play(in_turn(Reply(503), Reply(500), Reply()))
    assert send_notice(NOTICE, at(stub))
    assert len(stub.seen) == TRIES


@pytest.mark.parametrize(("status", "tries"), [(500, TRIES), (404, 1), (302, 1)])
def test_a_notice_that_cannot_be_sent_is_an_error_without_the_address(
    stub: StubPublisher, status: int, tries: int
) -> None:
    def refuses(seen: Seen) -> Reply:
        del seen
        return Reply(status, headers={"location": f"{stub.address}/elsewhere"})

    stub.play(refuses)
    with pytest.raises(ExchangeError, match=rf"run abc could not be sent \(HTTP {status}\)") as caught:
        send_notice(NOTICE, at(stub, "/secret"))
    assert len(stub.seen) == tries
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/secret", "secret", "http://[secret"])
def test_an_address_where_nobody_is_does_not_show(address: str) -> None:
    with pytest.raises(ExchangeError, match="COMPACT_NOTICE_URL") as caught:
        send_notice(NOTICE, {ADDRESS: address})
    assert "secret" not in str(caught.value)
