"""The page of every source: fresh, whole, and in words."""

from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.contracts import Contracts, Source, load_contracts
from compact_pipelines.contracts import request_words as words
from compact_pipelines.contracts.derive import pages_folder, write_source_pages
from compact_pipelines.contracts.marks import Cut, Mark
from compact_pipelines.contracts.requests import Key, Live, Paging, Partitions, Request, Scale
from compact_pipelines.contracts.source_pages import INDEX, source_index, source_page, source_pages, status

PAGES = source_pages(load_contracts())
SOURCES = list(load_contracts().sources.values())
LIVE = [source for source in SOURCES if source.live]
REQUEST: dict[str, Any] = {"url": "https://example.org/data", "media": "json", "accept": ["application/json"]}


def live_with(source: Source, **differing: Any) -> Live:
    """A source's block, with something else in it."""
    assert source.live is not None
    return source.live.model_copy(update=differing)


@pytest.mark.parametrize("name", PAGES)
def test_a_committed_page_is_fresh(name: str) -> None:
    committed = (pages_folder() / name).read_text(encoding="utf-8")
    assert committed == PAGES[name], "run: python -m compact_pipelines.contracts.derive"


def test_no_page_is_left_over() -> None:
    assert sorted(path.name for path in pages_folder().iterdir()) == sorted(PAGES)


def test_pages_are_written_and_those_of_sources_that_are_gone_are_taken_out(tmp_path: Path) -> None:
    (tmp_path / "gone.md").touch()
    paths = write_source_pages(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths) == sorted(PAGES)


def test_every_source_is_in_the_list_under_its_theme_once(contracts: Contracts) -> None:
    text = source_index(contracts)
    assert [text.count(f"]({source.id}.md)") for source in SOURCES] == [1] * len(SOURCES)
    assert INDEX in PAGES


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_a_page_says_who_under_which_terms_and_every_warning(source: Source) -> None:
    page = PAGES[f"{source.id}.md"]
    for text in (source.publisher, source.licence.name, source.licence.attribution, source.url, *source.beware):
        assert text.replace("|", r"\|") in page or text in page
    assert f"| status | {status(source)} |" in page


def test_a_source_in_use_states_its_unit_and_its_basis() -> None:
    in_use = [source for source in SOURCES if source.status == "in_use"]
    assert [source.id for source in in_use if not source.basis] == []
    assert [source.id for source in in_use if f"| basis | {source.basis} |" not in PAGES[f"{source.id}.md"]] == []
    assert [source.id for source in in_use if "| unit | " not in PAGES[f"{source.id}.md"]] == []


@pytest.mark.parametrize("source", LIVE, ids=lambda source: source.id)
def test_a_page_of_a_live_source_says_how_it_is_asked(source: Source) -> None:
    live, page = source.live, PAGES[f"{source.id}.md"]
    assert live is not None
    told = [live.key.variable, live.key.obtained] if live.key else ["- Key: None."]
    told += [live.rate.source, live.release.cron, live.scale.reason.rstrip("."), *(one.meaning for one in live.empty)]
    assert [text for text in told if text not in page] == []
    assert all(f"`{part}`" in page for part in live.requests)
    assert page.count("### What would stop it") == 1


def test_an_unverified_source_says_what_is_missing_and_is_not_asked() -> None:
    unverified = [source for source in SOURCES if source.unverified]
    assert unverified
    for source in unverified:
        page = PAGES[f"{source.id}.md"]
        assert source.unverified is not None
        assert source.unverified.missing in page
        assert "compact live pull" not in page


def test_money_in_another_currency_says_that_it_is_turned(contracts: Contracts) -> None:
    foreign = contracts.source("uk_trade")
    assert "US dollars, turned from GBP" in source_page(foreign, contracts)


def test_a_changed_warning_makes_its_page_stale(contracts: Contracts) -> None:
    changed = contracts.source("uk_trade").model_copy(update={"beware": ["made up"]})
    assert source_page(changed, contracts) != PAGES["uk_trade.md"]


# In words


def test_an_optional_key_says_that_there_is_another_way(contracts: Contracts) -> None:
    key = Key(variable="A_KEY", place="header", name="X-Key", is_required=False, obtained="there")
    told = words.key_in_words(live_with(contracts.source("uk_trade"), key=key))
    assert told == (
        "`A_KEY` (optional; without it the publisher is asked in another way, see below), sent in the header `X-Key`. "
        "To obtain one: there."
    )


@pytest.mark.parametrize(
    ("partitions", "told"),
    [
        (Partitions(by="whole"), "Everything in one go."),
        (
            Partitions(by="month", since="2013-01"),
            "One month at a time from 2013-01 on. Of the periods the newest is asked again.",
        ),
        (
            Partitions(by="year", since="2010", reporters={"CAN": "124", "USA": "USA"}, revisited=2),
            "One year at a time from 2010 on and reporter: CAN (124), USA. Of the periods the newest 2 are asked "
            "again.",
        ),
    ],
)
def test_partitions_in_words(partitions: Partitions, told: str) -> None:
    assert words.partitions_in_words(partitions) == told


def test_a_partition_is_named_as_the_command_takes_it() -> None:
    assert words.partition_example(Partitions(by="whole")) == "all"
    assert words.partition_example(Partitions(by="month", since="2013-01")) == "2013-01"
    assert words.partition_example(Partitions(by="year", since="2010", reporters={"CAN": "124"})) == "2010/CAN"


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        (Mark(status=[204]), "status 204"),
        (Mark(status=[302, 303], header="x-error"), "status 302 or 303, a header `x-error`"),
        (Mark(of_content_type="text/html", contains="key"), "content type text/html, the text `key`"),
        (Mark(has_no_body=True), "no body"),
        (Mark(pointer="/data", is_empty=True), "`/data` is empty"),
        (Mark(pointer="/data", is_absent=True), "`/data` is not there"),
        (Mark(pointer="/error"), "`/error` is there"),
        (Mark(pointer="/code", equals=[1, "a"]), "`/code` is 1 or a"),
    ],
)
def test_marks_in_words(mark: Mark, told: str) -> None:
    assert words.mark_in_words(mark) == told


@pytest.mark.parametrize(
    ("paging", "told"),
    [
        (None, "One answer holds all."),
        (
            Paging(kind="pages", parameter="page", total="/pages"),
            "Pages are numbered in `page`, as many as `/pages` says.",
        ),
        (
            Paging(kind="offset", parameter="offset", total="/n", size=2000),
            "`offset` skips rows, 2,000 a page, of the `/n` there are.",
        ),
        (
            Paging(kind="next_key", parameter="from", next="/key"),
            "The key at `/key` goes on as `from`; the last page has none.",
        ),
        (Paging(kind="next_link", next="/link"), "The address at `/link` goes on; the last page has none."),
    ],
)
def test_paging_in_words(paging: Paging | None, told: str) -> None:
    assert words.paging_in_words(paging) == told


def test_scales_in_words() -> None:
    assert words.scale_in_words(Scale(rule="none", reason="Whole.")) == "No number is multiplied. Whole."
    power = Scale(rule="power_of_ten", column="MULT", reason="So")
    assert words.scale_in_words(power) == "Numbers are multiplied by ten to the power in `MULT`. So."
    told = words.scale_in_words(Scale(rule="words", column="UNIT", words={"Millions": 6}, reason="So"))
    assert (
        told
        == "Numbers are multiplied by what `UNIT` says: Millions by 1,000,000; any other word stops the answer. So."
    )


def test_a_later_question_says_only_what_differs_from_the_first() -> None:
    first = Request(**REQUEST, parameters={"flow": "X", "year": "{year}"})
    second = Request(**REQUEST, parameters={"flow": "M", "year": "{year}"})
    assert words.request_lines("imports", second, ("exports", first))[3:5] == ["as exports, with", "    flow = M"]
    other = Request(**REQUEST, parameters={"flow": "M"}, cut=Cut(pointer="/rows", rows=500, remedy="ask for less"))
    lines = words.request_lines("others", other, ("exports", first))
    assert lines[3:5] == ["GET https://example.org/data", "    flow = M"]
    assert lines[8] == "One answer holds all. 500 rows or more (`/rows`) were cut off: ask for less."


def test_a_long_parameter_is_shortened_and_says_how_long_it_is() -> None:
    lines = words.request_lines("codes", Request(**REQUEST, parameters={"codes": "1," * 100}))
    assert lines[4].endswith("... (200 characters)")
