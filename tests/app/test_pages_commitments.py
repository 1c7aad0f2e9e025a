"""Commitments, without a browser. Statuses are those of the embedded edition unless a test says so."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import queries, wording
from compact_app.queries import Edition
from compact_pipelines.contracts.compact_text import load_compact_text

OpenPage = Callable[..., Any]

TEXT = load_compact_text()
CORE = ("CAN", "MEX", "USA")
WORKING = wording.say("commitments_working")


def title_of(rows: pl.DataFrame, who: str, member: str = "_Z") -> str:
    """The finding, counted anew from rows of the table."""
    of = rows.filter(pl.col("is_latest"), pl.col("member") == member, pl.col("indicator").is_not_null())
    counts = dict(of["status"].value_counts().iter_rows())
    return wording.say(
        "commitments_title",
        who=who,
        count=of.height,
        met=counts.get("met", 0),
        not_met=counts.get("not_met", 0),
        unknown=counts.get("not_measurable", 0),
    )


def label(number: str, language: str = "en") -> str:
    (one,) = (one for one in TEXT.commitments if one.id == number)
    return f"{number} {one.title[language]}"  # type: ignore[index]


def test_the_finding_counts_what_the_edition_says(edition: Edition, fresh: dict[str, Any]) -> None:
    published = queries.whole_table(edition, "out_commitments")
    assert fresh["commitments"].finding == title_of(published, "The three founding members")


def test_the_page_says_that_the_text_is_no_treaty_and_the_limits_are_ours(fresh: dict[str, Any]) -> None:
    page = fresh["commitments"]
    assert WORKING in page.caption[0].value
    assert WORKING in page.words
    assert wording.say("commitments_ours") in page.words
    assert wording.say("commitments_unknown") in page.words
    assert wording.say("commitments_one_sided") in page.words


def test_every_commitment_and_member_stands_in_the_table(fresh: dict[str, Any]) -> None:
    table = fresh["commitments"].dataframe[1].value
    assert list(dict.fromkeys(table["commitment"])) == [one.id for one in TEXT.commitments]
    assert set(table["member"]) == {*CORE, "_Z"}
    of_power = table[table["commitment"] == "11.2"]
    assert set(of_power["member"]) == {"USA", "_Z"}
    assert table[table["state"].isin(["met", "not met"])]["why"].eq("").all()
    assert table[~table["state"].isin(["met", "not met"])]["why"].str.len().gt(0).all()


def test_all_articles_can_be_read(fresh: dict[str, Any]) -> None:
    page = fresh["commitments"]
    headings = [expander.label for expander in page.expander]
    assert headings == [f"Article {article.id}: {article.title['en']}" for article in TEXT.articles]
    assert all(any(one.text["en"] in element.value for element in page.markdown) for one in TEXT.commitments)


@pytest.mark.parametrize(("language", "name"), [("fr", "Français"), ("es", "Español")])
@pytest.mark.usefixtures("edition")
def test_the_text_can_be_read_in_the_other_languages(open_page: OpenPage, language: str, name: str) -> None:
    page = open_page("commitments", language=name)
    assert page.selectbox(key="language").value == language
    article = TEXT.articles[0]
    assert f"Article 1: {article.title[language]}" in [expander.label for expander in page.expander]  # type: ignore[index]
    assert f"> {TEXT.commitments[0].text[language]}" in page.words  # type: ignore[index]
    assert label("3.1", language) in set(page.dataframe[1].value["label"])


def test_a_theme_shows_its_own_commitments_only(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("commitments", theme="Infrastructure")
    numbers = {one.id for article in TEXT.themes[3].articles for one in article.commitments}
    published = queries.whole_table(edition, "out_commitments").filter(pl.col("commitment").is_in(numbers))
    assert page.finding == title_of(published, "The three founding members")
    assert set(page.dataframe[1].value["commitment"]) == numbers
    assert len(page.expander) == len(TEXT.themes[3].articles)
    assert len(page.selectbox(key="commitment").options) == len(numbers)


def test_a_member_has_its_own_finding(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("commitments", member="Mexico")
    published = queries.whole_table(edition, "out_commitments")
    assert page.finding == title_of(published, "Mexico", "MEX")
    assert set(page.dataframe[1].value["member"]) == {"MEX"}


def test_another_set_is_measured_by_the_same_rules(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("commitments", scenario="With the United Arab Emirates")
    live = queries.commitment_statuses(edition, ("ARE", *CORE))
    assert page.finding == title_of(live, "The three founding members with the United Arab Emirates")
    assert "ARE" in set(page.dataframe[1].value["member"])


@pytest.mark.usefixtures("edition")
def test_a_set_of_many_is_told_in_numbers(open_page: OpenPage) -> None:
    page = open_page("commitments", scenario="With partners and allies", commitment=label("9.1"))
    assert wording.say("commitments_history_many") in page.words
    assert "36 not met, 0 not measurable; not met by" in page.words
    page.selectbox(key="member_all").select("JPN").run()
    assert wording.say("commitments_history_many") not in page.words
    assert page.finding.startswith("Japan: ")


@pytest.mark.usefixtures("edition")
def test_a_set_without_members_says_what_to_choose(open_page: OpenPage) -> None:
    page = open_page("commitments", scenario="Your own choice")
    page.multiselect(key="members").set_value([]).run()
    assert page.finding == wording.say("commitments_title_empty")
    assert wording.say("commitments_empty") in page.words
    assert len(page.expander) == len(TEXT.articles)


@pytest.mark.usefixtures("edition")
def test_a_lone_member_is_told_what_has_no_answer(open_page: OpenPage) -> None:
    page = open_page("commitments", scenario="Your own choice")
    page.multiselect(key="members").set_value(["CAN"]).run()
    assert wording.say("commitments_lone") in page.words
    table = page.dataframe[1].value
    of_trade = table[table["commitment"] == "2.1"]
    assert set(of_trade["why"]) == {wording.say("commitments_why_no_other_member")}
    assert "met" in set(table["state"])  # what it does by itself is judged


@pytest.mark.usefixtures("edition")
def test_one_commitment_is_told_in_full(open_page: OpenPage) -> None:
    page = open_page("commitments", commitment=label("13.1"))
    assert "**Limit:** at least 1 (a choice of ours, for negotiators to change)" in page.words
    assert "**Binds:** every member" in page.words
    assert (
        "Canada met (11 in June 2021); Mexico not met (0 in June 2021); United States met (122 in June 2021)"
        in page.words
    )
    periods = page.numbers
    assert set(periods["member"]) == {*CORE, "_Z"}
    assert {"2019-06", "2021-06"} <= set(periods["time_period"])


@pytest.mark.usefixtures("edition")
def test_what_has_no_indicator_says_which_data_it_would_take(open_page: OpenPage) -> None:
    page = open_page("commitments", commitment=label("14.1"))
    (one,) = (one for one in TEXT.commitments if one.id == "14.1")
    assert one.not_measurable
    for part in (one.not_measurable.reason, one.not_measurable.data, one.not_measurable.publisher, one.rationale):
        assert part in page.words
    assert wording.say("commitments_history") not in page.words
    assert set(page.numbers["state"]) == {wording.say("commitments_status_no_indicator")}


@pytest.mark.usefixtures("edition")
def test_a_commitment_of_another_theme_in_the_address_is_not_shown(open_page: OpenPage) -> None:
    page = open_page("commitments", theme="Infrastructure", commitment=label("1.1"))
    assert "**11.1 Power across borders**" in page.words
