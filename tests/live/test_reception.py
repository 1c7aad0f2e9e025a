"""What an answer is, as the source's file says."""

import contextlib
import datetime as dt
from typing import Any

import pytest

from compact_pipelines.contracts.sources import Source
from compact_pipelines.errors import KeyMissing, SourceChanged, SourceUnavailable
from compact_pipelines.live.answers import Page
from compact_pipelines.live.received import Received
from compact_pipelines.live.reception import passing_fault, receive, wait_of
from tests.live.asked_source import HOST, KEYED, made_up_source

JSON = "application/json"
ROWS = b'{"data": [1, 2]}'


def answer(content: bytes = ROWS, status: int = 200, content_type: str = JSON, **headers: str) -> Received:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    at = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)
    return Received(content, status, named, content_type, f"{HOST}/data?p=1", at)


def received_as(source: Source, received: Received, page: Page | None = None) -> Any:
    return receive(source, "totals", received, page or Page())


def marked(mark: dict[str, Any], means: str = "request", says: str = "") -> Source:
    return made_up_source(key=KEYED, refusals=[{"mark": mark, "means": means, "says": says}])


# What is data


def test_rows_are_received() -> None:
    for body in (ROWS, b"\xef\xbb\xbf" + ROWS, b"  \n" + ROWS):
        assert received_as(made_up_source(), answer(body)).kind == "rows"


@pytest.mark.parametrize("media", ["json", "csv", "xlsx", "zip", "xml"])
@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>", b"\xef\xbb\xbf<html>", b"\r\n <HTML lang=en>", b"<head>"])
def test_an_html_page_is_never_data(media: str, page: bytes) -> None:
    source = made_up_source(media=media, accept=["text/html", "application/json"])
    for content_type in ("text/html", JSON):
        with pytest.raises(SourceChanged, match="received an HTML page"):
            received_as(source, answer(page, content_type=content_type))


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("json", b"a,b\n1,2"),
        ("csv", b'{"a": 1}'),
        ("csv", b"PK\x03\x04.."),
        ("xlsx", ROWS),
        ("zip", b"a"),
        ("xml", ROWS),
    ],
)
def test_what_begins_unlike_what_was_asked_for_is_not_data(media: str, body: bytes) -> None:
    with pytest.raises(SourceChanged, match=f"asked for {media}, received something else"):
        received_as(made_up_source(media=media, accept=[JSON]), answer(body))


@pytest.mark.parametrize(
    ("media", "body"),
    [("csv", b"a,b\n1,2"), ("xlsx", b"PK\x03\x04.."), ("zip", b"PK\x03\x04"), ("xml", b"<?xml ?><a/>")],
)
def test_what_begins_as_asked_for_is_data(media: str, body: bytes) -> None:
    assert received_as(made_up_source(media=media, accept=[JSON]), answer(body)).kind == "rows"


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/xml"])
def test_another_content_type_is_not_data(content_type: str) -> None:
    with pytest.raises(SourceChanged, match="expected application/json or text/json"):
        received_as(made_up_source(accept=[JSON, "text/json"]), answer(content_type=content_type))


def test_nothing_new_since_an_answer_that_nobody_has_is_no_answer() -> None:
    with pytest.raises(SourceUnavailable, match="status 304, nothing has changed, but no earlier answer was named"):
        received_as(made_up_source(), answer(b"", 304, ""))


@pytest.mark.parametrize("said", ["9" * 20, "9" * 400, "315360000", "Fri, 31 Dec 9999 23:59:59 -2359"])
def test_an_absurd_wait_is_cut_to_a_week(said: str) -> None:
    assert wait_of(answer(b"", 429, **{"retry-after": said})) == 7 * 86_400


def test_json_that_is_nested_without_end_is_none() -> None:
    source = marked({"pointer": "/error"})
    assert received_as(source, answer(b"[" * 200_000)).kind == "rows"  # its module will say what is wrong with it


# Statuses


@pytest.mark.parametrize("status", [201, 202, 203, 204, 206, 300, 303, 400, 401, 403, 404, 409, 410, 418, 451])
def test_a_status_that_the_file_does_not_explain_is_looked_at(status: int) -> None:
    with pytest.raises(SourceChanged, match=f"status {status}, it begins 'why, in words'"):
        received_as(made_up_source(), answer(b"why,\n in\x00 words", status, "text/plain"))


def test_only_the_first_characters_of_a_body_are_quoted() -> None:
    with pytest.raises(SourceChanged) as raised:
        received_as(made_up_source(), answer(b"q" * 9_000, 400, "text/plain"))
    assert str(raised.value).count("q") < 250


def test_a_redirect_says_where_to() -> None:
    with pytest.raises(SourceChanged, match=r"status 302, redirects to /data/missing_key\.html"):
        received_as(made_up_source(), answer(b"", 302, "", location="/data/missing_key.html"))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 408, 425, 429])
def test_a_passing_fault_is_unavailable(status: int) -> None:
    with pytest.raises(SourceUnavailable, match=f"status {status}"):
        received_as(made_up_source(), answer(b"<html>", status, "text/html"))


def test_no_body_at_all_is_a_passing_fault_where_rows_were_due() -> None:
    with pytest.raises(SourceUnavailable, match="no body"):
        received_as(made_up_source(), answer(b" \n"))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0), (" 5 ", 5.0), ("Sun, 01 Jun 2025 12:01:30 GMT", 90.0), ("Sun, 01 Jun 2025 11:00:00 GMT", 0.0),
        ("soon", None), ("", None), ("-5", None), ("1.5", None),
    ],
)  # fmt: skip
def test_a_stated_wait_is_read_as_seconds_or_a_date(said: str, seconds: float | None) -> None:
    assert wait_of(answer(b"", 429, retry_after=said)) == seconds
    error = passing_fault(made_up_source(), answer(b"", 429, retry_after=said), "made_up")
    assert error is not None
    assert error.wait_seconds == seconds


# Marks


@pytest.mark.parametrize(
    ("mark", "fitting", "other"),
    [
        ({"status": [404, 410]}, answer(status=410), answer(status=400)),
        ({"header": "X-Error"}, answer(x_error="1"), answer()),
        ({"pointer": "/error"}, answer(b'{"error": "x"}'), answer(b'{"data": 1}')),
        ({"pointer": "/err", "equals": ["30", 31]}, answer(b'{"err": 30}'), answer(b'{"err": "3"}')),
        ({"pointer": "/err", "equals": [31]}, answer(b'{"err": "31"}'), answer(b'{"err": [31]}')),
        ({"pointer": "/ok", "equals": [False]}, answer(b'{"ok": false}'), answer(b'{"ok": 0}')),
        ({"pointer": "/ok", "equals": [None]}, answer(b'{"ok": null}'), answer(b'{"ok": "None"}')),
        ({"pointer": "/data", "is_empty": True}, answer(b'{"data": []}'), answer(b'{"data": [0]}')),
        ({"pointer": "/1", "is_empty": True}, answer(b"[{}, null]"), answer(b"[{}, 0]")),
        ({"pointer": "/data", "is_absent": True}, answer(b'{"x": []}'), answer(b'{"data": null}')),
        ({"pointer": "/s/0/data", "is_absent": True}, answer(b'{"s": [{}]}'), answer(b'{"s": []}')),
        ({"pointer": "/s/*/datos", "is_absent": True}, answer(b'{"s": [{}]}'), answer(b'{"s": [{}, {"datos": []}]}')),
        (
            {"pointer": "/*/status", "equals": ["FAILED"]},
            answer(b'[{"status": 1}, {"status": "FAILED"}]'),
            answer(b"[]"),
        ),
        ({"pointer": "/r/*/e"}, answer(b'{"r": {"e": 1}}'), answer(b'{"r": "e"}')),
        ({"pointer": "/a~1b/0"}, answer(b'{"a/b": [1]}'), answer(b'{"a/b": []}')),
        ({"contains": "NoRecordsFound"}, answer(b"<p>norecordsfound"), answer(b"found")),
        ({"has_no_body": True, "status": [204]}, answer(b"", 204), answer(b"x", 204)),
        ({"of_content_type": "text/html"}, answer(content_type="text/html"), answer()),
    ],
)
def test_a_mark_fits_only_where_all_it_states_holds(mark: dict[str, Any], fitting: Received, other: Received) -> None:
    source = made_up_source(empty=[{"mark": mark, "meaning": "nothing there"}])
    found = received_as(source, fitting)
    assert (found.kind, found.meaning, found.next_page) == ("empty", "nothing there", None)
    with contextlib.suppress(SourceChanged, SourceUnavailable):
        assert received_as(source, other).kind == "rows"


def test_a_pointer_finds_nothing_in_what_is_no_json() -> None:
    source = made_up_source(
        media="csv", accept=["text/csv"], empty=[{"mark": {"pointer": "/a", "is_absent": True}, "meaning": "-"}]
    )
    assert received_as(source, answer(b"a,b\n1,2", content_type="text/csv")).kind == "rows"


# Refusals


def test_a_refused_key_names_its_variable_and_where_to_obtain_one() -> None:
    source = marked({"pointer": "/Error"}, "key", says="/Error/0/text")
    with pytest.raises(KeyMissing, match="MADE_UP_KEY") as raised:
        received_as(source, answer(b'{"Error": [{"text": "Invalid key.\\n Sorry"}]}'))
    assert "https://example.test/keys" in str(raised.value)
    assert "Invalid key. Sorry" in str(raised.value)


@pytest.mark.parametrize("means", ["quota", "unavailable", "not_released"])
def test_a_refusal_that_passes_is_unavailable(means: str) -> None:
    refused = answer(b'{"m": "later"}', 403, retry_after="9")
    with pytest.raises(SourceUnavailable, match="later") as raised:
        received_as(marked({"status": [403]}, means, says="/m"), refused)
    assert raised.value.wait_seconds == 9
    at_once = passing_fault(marked({"status": [403]}, means), refused, "made_up")
    assert (at_once is None) == (means == "not_released")


def test_a_refused_question_says_what_was_asked() -> None:
    with pytest.raises(SourceChanged, match=r"unknown variable.*Asked: https://api\.example\.test/data\?p=1"):
        received_as(marked({"status": [400]}), answer(b"error: unknown variable 'X'", 400, "text/plain"))


def test_an_empty_answer_is_told_before_a_refusal() -> None:
    source = made_up_source(
        empty=[{"mark": {"status": [404], "contains": "NoRecordsFound"}, "meaning": "none"}],
        refusals=[{"mark": {"status": [404]}, "means": "request"}],
    )
    assert received_as(source, answer(b"NoRecordsFound", 404, "text/plain")).kind == "empty"
    with pytest.raises(SourceChanged, match="refuses the question"):
        received_as(source, answer(b"Unknown flow", 404, "text/plain"))


def test_a_refusal_goes_before_an_empty_answer_where_its_file_says_so() -> None:
    error = {"mark": {"pointer": "/error", "is_filled": True}, "means": "unavailable", "says": "/error"}
    empty = [{"mark": {"pointer": "/data", "is_empty": True}, "meaning": "none"}]
    after, first = (
        made_up_source(empty=empty, refusals=[{**error, "is_before_empty": is_first}]) for is_first in (False, True)
    )
    told = answer(b'{"data": [], "error": "made up: too busy"}')
    assert received_as(after, told).kind == "empty"
    assert passing_fault(after, told, "made_up") is None
    with pytest.raises(SourceUnavailable, match="made up: too busy"):
        received_as(first, told)
    assert "too busy" in str(passing_fault(first, told, "made_up"))
    for blank in (b'{"data": [], "error": ""}', b'{"data": [], "error": null}', b'{"data": []}'):
        assert received_as(first, answer(blank)).kind == "empty"


def test_a_fault_of_the_server_is_a_refusal_only_where_the_file_states_its_status() -> None:
    page = answer(b"<html>", 503, "text/html")
    with pytest.raises(SourceUnavailable):
        received_as(marked({"of_content_type": "text/html"}), page)
    with pytest.raises(SourceChanged):
        received_as(marked({"status": [503]}), page)


def test_refusals_are_tried_in_their_order() -> None:
    refusals = [{"mark": {"pointer": "/e"}, "means": "key"}, {"mark": {"status": [200]}, "means": "request"}]
    source = made_up_source(key=KEYED, refusals=refusals)
    with pytest.raises(KeyMissing):
        received_as(source, answer(b'{"e": 1}'))
    with pytest.raises(SourceChanged):
        received_as(source, answer())


# Cuts


@pytest.mark.parametrize(("body", "rows"), [(b'{"n": 3}', "/n"), (b'{"n": "3"}', "/n"), (b'{"n": [1, 2, 3]}', "/n")])
def test_an_answer_at_the_publishers_limit_was_cut(body: bytes, rows: str) -> None:
    with pytest.raises(SourceChanged, match=r"3 rows, and the publisher cuts answers at 3; .* Ask by year"):
        received_as(made_up_source(cut={"pointer": rows, "rows": 3, "remedy": "Ask by year"}), answer(body))
    assert received_as(made_up_source(cut={"pointer": rows, "rows": 4, "remedy": "-"}), answer(body)).kind == "rows"


def test_without_the_number_of_rows_nobody_knows_whether_an_answer_was_cut() -> None:
    for body in (b"{}", b'{"n": null}', b'{"n": "many"}'):
        with pytest.raises(SourceChanged, match="expected rows or their number at /n"):
            received_as(made_up_source(cut={"pointer": "/n", "rows": 3, "remedy": "-"}), answer(body))


def test_the_way_without_a_key_has_its_own_limit() -> None:
    keyless = {"url": f"{HOST}/preview", "cut": {"pointer": "/data", "rows": 2, "remedy": "Set a key"}}
    source = made_up_source(key={**KEYED, "is_required": False}, keyless=keyless)
    assert receive(source, "totals", answer(), Page()).kind == "rows"
    with pytest.raises(SourceChanged, match="Set a key"):
        receive(source, "totals", answer(), Page(), content_is_keyless=True)
