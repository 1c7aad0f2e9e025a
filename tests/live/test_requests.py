"""A request from the block of YAML, a partition and a page."""

from urllib.parse import quote

import pytest

from compact_pipelines.contracts.requests import PLACEHOLDERS
from compact_pipelines.contracts.sources import Source
from compact_pipelines.errors import ContractError, KeyMissing
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.redaction import REDACTED
from compact_pipelines.live.requests import prepare
from tests.live.asked_source import KEY, KEYED, made_up_source

MARCH = Partition("2025-03", "CAN")


def test_every_placeholder_is_filled() -> None:
    texts = {"p": "{period}", "y": "{year}", "m": "{month}", "f": "{from_}", "t": "{to}", "r": "{reporter}"}
    texts["n"] = "{month_name}"
    source = made_up_source(parameters=texts, partitions={"by": "month", "reporters": {"CAN": "124"}})
    prepared = prepare(source, "totals", MARCH, Page(), {})
    assert dict(prepared.params) == {
        "p": "2025-03", "y": "2025", "m": "03", "f": "2025-03-01", "t": "2025-03-31", "r": "124",
        "n": "Mar",
    }  # fmt: skip


def test_a_year_begins_in_january_and_has_no_month() -> None:
    source = made_up_source(parameters={"f": "{from_}", "t": "{to}"}, partitions={"by": "year"})
    assert dict(prepare(source, "totals", Partition("2024"), Page(), {}).params) == {
        "f": "2024-01-01",
        "t": "2024-12-31",
    }
    source = made_up_source(parameters={"m": "{month}"}, partitions={"by": "year"})
    with pytest.raises(ContractError, match=r"made_up.yaml: \{month\} in '\{month\}' has no value"):
        prepare(source, "totals", Partition("2024"), Page(), {})


@pytest.mark.parametrize("text", ["{perod}", "{}", "{Period}", "{period!r}", "{period:>9}", "{0}"])
def test_an_unknown_placeholder_is_named_with_its_file(text: str) -> None:
    source = made_up_source(parameters={"p": text})
    with pytest.raises(ContractError, match=r"schemas/sources/made_up\.yaml") as raised:
        prepare(source, "totals", MARCH, Page(), {})
    assert repr(text) in str(raised.value)
    assert all(name in str(raised.value) for name in PLACEHOLDERS)


def test_lists_repeat_their_name() -> None:
    source = made_up_source(parameters={"area": ["1220", "2010"], "year": "{year}"})
    prepared = prepare(source, "totals", MARCH, Page(), {})
    assert prepared.address == "https://api.example.test/data?area=1220&area=2010&year=2025"


def test_signs_that_documents_show_stay_and_others_are_encoded() -> None:
    source = made_up_source(parameters={"c[TIME]": "ge:2023+le:{year}", "q": "from 2016-01", "e": 'a&b=c"é'})
    assert prepare(source, "totals", MARCH, Page(), {}).address == (
        "https://api.example.test/data?c%5BTIME%5D=ge:2023+le:2025&q=from%202016-01&e=a%26b%3Dc%22%C3%A9"
    )


@pytest.mark.parametrize("place", ["query", "header", "path"])
def test_a_key_travels_where_it_should_and_shows_nowhere(place: str) -> None:
    url = "https://api.example.test/{key}/data" if place == "path" else "https://api.example.test/data"
    source = made_up_source(url=url, key={**KEYED, "place": place, "name": "" if place == "path" else "token"})
    prepared = prepare(source, "totals", MARCH, Page(), {"MADE_UP_KEY": f" {KEY}\n"})
    encoded = quote(KEY, safe="")
    held = {"query": prepared.address, "header": prepared.headers.get("token"), "path": prepared.url}
    assert (KEY if place == "header" else encoded) in str(held[place])
    assert KEY not in repr(prepared)
    assert KEY not in prepared.shown
    assert ("***" in prepared.shown) == (place != "header")
    assert prepared.secrets == (KEY,)
    assert prepared.identity == prepare(source, "totals", MARCH, Page(), {"MADE_UP_KEY": KEY[::-1]}).identity


def test_identity_tells_questions_apart() -> None:
    source = made_up_source(parameters={"p": "{period}"}, parts=("totals", "goods"), paging=PAGES)
    questions = [
        prepare(source, "totals", MARCH, Page(), {}),
        prepare(source, "totals", Partition("2025-04"), Page(), {}),
        prepare(source, "totals", MARCH, Page(2, "2"), {}),
        prepare(
            made_up_source(parameters={"p": "{period}"}, headers={"Accept": "text/csv"}), "totals", MARCH, Page(), {}
        ),
        prepare(made_up_source(form={"p": "{period}"}), "totals", MARCH, Page(), {}),
    ]
    assert len({prepared.identity for prepared in questions}) == len(questions)


def test_a_required_key_that_is_not_set_is_asked_for() -> None:
    source = made_up_source(key=KEYED)
    with pytest.raises(KeyMissing, match="MADE_UP_KEY is not set") as raised:
        prepare(source, "totals", MARCH, Page(), {"OTHER": "x"})
    assert "https://example.test/keys" in str(raised.value)


@pytest.mark.parametrize("value", ["short", "naïve-clé-longue", "two\nlines-of-key", REDACTED])
def test_what_cannot_be_a_key_is_not_sent(value: str) -> None:
    with pytest.raises(KeyMissing, match="does not hold a key") as raised:
        prepare(made_up_source(key=KEYED), "totals", MARCH, Page(), {"MADE_UP_KEY": value})
    assert value not in str(raised.value)


def test_an_optional_key_that_is_not_set_asks_in_the_other_way() -> None:
    keyless = {"url": "https://api.example.test/preview", "parameters": {"y": "{year}"}}
    source = made_up_source(key={**KEYED, "is_required": False}, keyless=keyless, parameters={"z": "1"})
    without = prepare(source, "totals", MARCH, Page(), {})
    assert (without.shown, without.is_keyless) == ("https://api.example.test/preview?y=2025", True)
    with_key = prepare(source, "totals", MARCH, Page(), {"MADE_UP_KEY": KEY})
    assert (with_key.shown, with_key.is_keyless) == ("https://api.example.test/data?z=1&key=***", False)


def test_a_body_is_a_form_or_json() -> None:
    form = prepare(made_up_source(form={"name": "{period}", "lang": "en"}, method="POST"), "totals", MARCH, Page(), {})
    assert (form.body, form.headers["content-type"]) == (
        b"name=2025-03&lang=en", "application/x-www-form-urlencoded",
    )  # fmt: skip
    question = {"query": [{"code": "T", "values": ["{period}"], "top": 3}], "response": {"format": "json-stat2"}}
    told = prepare(made_up_source(json_body=question, method="POST"), "totals", MARCH, Page(), {})
    assert told.body == (
        b'{"query": [{"code": "T", "values": ["2025-03"], "top": 3}], "response": {"format": "json-stat2"}}'
    )
    assert told.headers["content-type"] == "application/json"


PAGES = {"kind": "pages", "parameter": "page", "total": "/pages"}


def test_a_page_number_takes_the_place_of_the_first() -> None:
    source = made_up_source(parameters={"page": "1", "size": "10"}, paging=PAGES)
    assert dict(prepare(source, "totals", MARCH, Page(), {}).params) == {"page": "1", "size": "10"}
    assert dict(prepare(source, "totals", MARCH, Page(2, "2"), {}).params) == {"page": "2", "size": "10"}


def test_a_next_link_is_asked_with_the_key_set_anew() -> None:
    paging = {"kind": "next_link", "next": "/next"}
    source = made_up_source(key=KEYED, paging=paging, parameters={"a": "1"})
    link = f"https://api.example.test/data?$skip=40000&key={REDACTED}"
    prepared = prepare(source, "totals", MARCH, Page(2, link), {"MADE_UP_KEY": KEY})
    assert prepared.params == (("$skip", "40000"), ("key", KEY))
    assert prepared.shown == "https://api.example.test/data?$skip=40000&key=***"


def test_a_source_or_part_that_is_not_asked_is_refused() -> None:
    with pytest.raises(ContractError, match="no request 'x' in its file; it has totals"):
        prepare(made_up_source(), "x", MARCH, Page(), {})
    idle: Source = made_up_source().model_copy(update={"live": None})
    with pytest.raises(ContractError, match="made_up is not asked live"):
        prepare(idle, "totals", MARCH, Page(), {})
