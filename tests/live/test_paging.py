"""How one answer leads to the next."""

import datetime as dt
import json
from typing import Any

import pytest

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.pacing import Pacer
from compact_pipelines.live.paging import MOST_PAGES
from compact_pipelines.live.received import Received
from compact_pipelines.live.reception import receive
from compact_pipelines.live.requests import prepare
from compact_pipelines.live.wire import Wire
from tests.live.asked_source import HOST, KEY, KEYED, made_up_source
from tests.live.clocks import HASTY
from tests.live.stub_publisher import Reply, Seen, StubPublisher


def paged(kind: str, body: bytes, page: Page | None = None, **paging: Any) -> Page | None:
    source = made_up_source(paging={"kind": kind, "parameter": "p", **paging})
    at = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)
    received = Received(body, 200, {}, "application/json", f"{HOST}/data?p=1", at)
    return receive(source, "totals", received, page or Page()).next_page


def test_pages_are_numbered_to_their_total() -> None:
    assert paged("pages", b'{"pages": "3"}', total="/pages") == Page(2, "2")
    assert paged("pages", b'{"pages": 3}', Page(2, "2"), total="/pages") == Page(3, "3")
    assert paged("pages", b'{"pages": 3}', Page(3, "3"), total="/pages") is None
    assert paged("pages", b'{"pages": 1}', Page(99, "99"), total="/pages") is None
    with pytest.raises(SourceChanged, match="expected rows or their number at /pages"):
        paged("pages", b"{}", total="/pages")


def test_an_offset_counts_rows() -> None:
    assert paged("offset", b'{"n": 5001}', total="/n", size=5000) == Page(2, "5000")
    assert paged("offset", b'{"n": 5001}', Page(2, "5000"), total="/n", size=5000) is None
    assert paged("offset", b'{"n": 5000}', total="/n", size=5000) is None


def test_a_next_key_leads_on_until_there_is_none() -> None:
    assert paged("next_key", b'{"k": 11}', next="/k") == Page(2, "11")
    for last in (b"{}", b'{"k": null}', b'{"k": ""}'):
        assert paged("next_key", last, Page(2, "11"), next="/k") is None
    with pytest.raises(SourceChanged, match="expected a key or a link at /k"):
        paged("next_key", b'{"k": [1]}', next="/k")


def test_a_cursor_that_repeats_goes_in_a_circle() -> None:
    with pytest.raises(SourceChanged, match="page 2 goes on with itself"):
        paged("next_key", b'{"k": 11}', Page(2, "11"), next="/k")


def test_a_next_link_that_is_no_address_is_told() -> None:
    with pytest.raises(SourceChanged, match="which is no address"):
        paged("next_link", b'{"next": "https://[bad"}', next="/next")


def test_a_cursor_of_half_characters_is_told() -> None:
    for kind in ("next_key", "next_link"):
        with pytest.raises(SourceChanged, match="what is at /k is no text") as raised:
            paged(kind, b'{"k": "\\ud800"}', next="/k")
        assert str(raised.value).encode()


def test_too_many_pages_are_a_fault() -> None:
    with pytest.raises(SourceChanged, match="more than 10,000 pages"):
        paged("next_key", b'{"k": "x"}', Page(MOST_PAGES, "y"), next="/k")


def test_a_next_link_stays_with_its_publisher() -> None:
    link = f"{HOST}/data?$skip=40000"
    assert paged("next_link", b'{"next": "%s"}' % link.encode(), next="/next") == Page(2, link)
    assert paged("next_link", b'{"next": "data?$skip=40000"}', next="/next") == Page(2, link)
    for elsewhere in (
        b"https://evil.test/data",
        b"http://api.example.test/data",
        b"//evil.test/x",
        b"https://api.example.test:8/",
    ):
        with pytest.raises(SourceChanged, match="no other host is asked"):
            paged("next_link", b'{"next": "%s"}' % elsewhere, next="/next")


# Three pages, as each kind of publisher gives them: what leads on from page 1 and 2, and the query that is asked.
LINKS = [f"{HOST}/data?$skip={rows}&key={KEY}" for rows in (10, 20)]
KINDS: dict[str, tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, str]]]] = {
    "pages": (
        {"parameter": "page", "total": "/pages"},
        [{"pages": 3}, {"pages": 3}, {"pages": 3}],
        [{"page": "1"}, {"page": "2"}, {"page": "3"}],
    ),
    "offset": (
        {"parameter": "offset", "total": "/total", "size": 10},
        [{"total": 21}, {"total": 21}, {"total": 21}],
        [{"page": "1"}, {"page": "1", "offset": "10"}, {"page": "1", "offset": "20"}],
    ),
    "next_key": (
        {"parameter": "from", "next": "/next"},
        [{"next": 11}, {"next": "b c"}, {}],
        [{"page": "1"}, {"page": "1", "from": "11"}, {"page": "1", "from": "b c"}],
    ),
    "next_link": (
        {"next": "/next"},
        [{"next": LINKS[0]}, {"next": LINKS[1]}, {"next": None}],
        [{"page": "1"}, {"$skip": "10"}, {"$skip": "20"}],
    ),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_all_pages_of_each_kind_are_walked_with_the_key(kind: str, stub: StubPublisher, pacer: Pacer) -> None:
    paging, bodies, queries = KINDS[kind]
    source = made_up_source(key=KEYED, parameters={"page": "1"}, paging={"kind": kind, **paging})

    def answer(seen: Seen) -> Reply:
        asked = {name: text for name, text in seen.query if name != "key"}
        return Reply(200, json.dumps(bodies[queries.index(asked)]).encode())

    stub.play(answer)
    wire = Wire(pacer, HASTY, {"MADE_UP_KEY": KEY}, {HOST: stub.stands_in_for(HOST)})
    page: Page | None = Page()
    while page is not None:
        prepared = prepare(source, "totals", Partition("2025-03"), page, wire.environ)
        assert KEY not in f"{page}{prepared}"
        page = receive(source, "totals", wire.ask(source, prepared), page).next_page
    wire.close()
    assert [dict(seen.query) for seen in stub.seen] == [{**asked, "key": KEY} for asked in queries]
