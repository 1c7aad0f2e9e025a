"""Standards, without a browser. Statuses are those of the embedded edition unless a test says so."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import queries, wording
from compact_app.queries import Edition

OpenPage = Callable[..., Any]


def test_the_finding_counts_what_founding_members_share(fresh: dict[str, Any]) -> None:
    page = fresh["standards"]
    assert page.finding == "11 of 33 instruments are taken on by all three founding members, 2 of them binding in law"
    assert "Canada has taken on 25, Mexico has taken on 16, the United States has taken on 23." in page.words


def test_unverified_statuses_are_off_by_default(edition: Edition, fresh: dict[str, Any]) -> None:
    page = fresh["standards"]
    assert page.toggle(key="unverified").value is False
    table = page.dataframe[1].value
    assert set(table["source_tier"]) == {"official", "reprinted"}
    assert len(table) == queries.adoptions(edition, False).height
    assert wording.say("standards_only_official") in page.words


def test_unverified_statuses_are_shown_on_request(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("standards")
    assert page.toggle(key="unverified").label == wording.say("standards_unverified", count=21)
    page.toggle(key="unverified").set_value(True).run()
    assert page.finding == "12 of 35 instruments are taken on by all three founding members, 2 of them binding in law"
    assert "Mexico has taken on 18" in page.words
    table = page.dataframe[1].value
    assert (table["source_tier"] == "secondary").sum() == queries.unverified_rows(edition) == 21
    assert wording.say("standards_all_shown") in page.words
    assert wording.say("standards_only_official") not in page.words
    assert open_page("standards", unverified="true").finding == page.finding


def test_every_row_says_on_which_text_it_rests(fresh: dict[str, Any]) -> None:
    table = fresh["standards"].dataframe[1].value
    for column in ("citation", "since", "status_name", "instrument_name"):
        assert table[column].str.len().gt(0).all()


def test_a_status_without_a_date_is_not_said_to_begin_in_the_year_of_reading(
    edition: Edition, fresh: dict[str, Any]
) -> None:
    page = fresh["standards"]
    table = page.dataframe[1].value
    undated = queries.adoptions(edition, False).filter(~pl.col("is_dated"))
    assert (table["since"] == "date not read").sum() == undated.height > 0
    assert wording.say("standards_undated", count=undated.height) in page.words
    assert "2026" not in set(table["since"])
    nuclear = page.numbers.set_index("instrument_name")["since"]
    assert not nuclear.str.fullmatch("2026").any()


def test_areas_stand_in_the_order_of_their_tiers(fresh: dict[str, Any]) -> None:
    table = fresh["standards"].dataframe[1].value
    assert list(dict.fromkeys(table["tier"])) == ["core", "partner", "ally", "outside"]
    assert list(dict.fromkeys(table["name"]))[:3] == ["Canada", "Mexico", "United States"]


def test_what_mexico_is_not_known_to_have(fresh: dict[str, Any]) -> None:
    gaps = fresh["standards"].numbers
    founding = dict(zip(gaps["instrument_name"], gaps["founding"], strict=True))
    assert founding["Council of Europe Framework Convention on AI"] == "Canada, United States"
    assert founding["NIST AI Risk Management Framework"] == "United States"
    assert founding["EU AI Act"] == ""
    assert gaps["others"].is_monotonic_decreasing
    assert "OECD membership" not in founding


@pytest.mark.usefixtures("edition")
def test_the_gaps_are_those_of_the_area_that_is_chosen(open_page: OpenPage) -> None:
    page = open_page("standards", area="Canada")
    assert page.selectbox(key="area").value == "CAN"
    gaps = set(page.numbers["instrument_name"])
    assert "NIST AI Risk Management Framework" in gaps
    assert "Council of Europe Framework Convention on AI" not in gaps
    assert wording.say("standards_gaps", area="Canada") in page.words
    page.selectbox(key="area").select("USA").run()
    assert wording.say("standards_gaps", area="the United States") in page.words
    assert "NIST AI Risk Management Framework" not in set(page.numbers["instrument_name"])


def test_an_area_without_gaps_is_told_so(
    edition: Edition, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    common = queries.adoptions(edition, False).filter(pl.col("instrument") == "USMCA_CH19")
    monkeypatch.setattr(queries, "adoptions", lambda *_: common)
    page = open_page("standards")
    assert page.finding == "1 of 1 instruments are taken on by all three founding members, 1 of them binding in law"
    assert wording.say("standards_no_gaps", area="Mexico") in page.words
    assert len(page.dataframe) == 1


# Made up: the embedded edition has no area that states not to take part.
def test_a_stated_refusal_is_a_status_and_not_taken_on(
    edition: Edition, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = pl.when(pl.col("area") == "MEX").then(pl.lit("none")).otherwise(pl.col("adoption_status"))
    rows = queries.adoptions(edition, False).with_columns(adoption_status=refused)
    monkeypatch.setattr(queries, "adoptions", lambda *_: rows)
    page = open_page("standards")
    assert page.finding == "0 of 33 instruments are taken on by all three founding members, 0 of them binding in law"
    assert "Mexico has taken on 0" in page.words
    assert "Stated not to take part" in set(page.dataframe[1].value["status_name"])
