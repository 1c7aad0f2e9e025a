"""Resilience, without a browser. Figures are those of the embedded edition."""

import time
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import queries, wording
from compact_app.app_pages.cuts import telling
from compact_app.queries import Edition

OpenPage = Callable[..., Any]
ALONE = "Your own choice"
CHANGE_S = 1.0


def published(edition: Edition, table: str, **where: str) -> pl.DataFrame:
    """Rows of a published table."""
    return queries.whole_table(edition, table).filter(**where)


def test_the_finding_is_what_the_published_tables_say(edition: Edition, fresh: dict[str, Any]) -> None:
    place = {"subject": "TOTAL", "time_period": "2019"}
    row = published(
        edition, "out_dependency_criteria", bloc="core_uae", method="eu_2021", criterion="outside_share", **place
    ).row(0, named=True)
    cut = published(edition, "out_supplier_cuts", receiver="core_uae", **place).filter(cut_count=1).row(0, named=True)
    assert (cut["supplier"], cut["kept_share"]) == ("CHN", cut["kept_low"])
    for share in (row["value_low"], row["value_high"], cut["kept_share"]):
        assert wording.share(share) in fresh["resilience"].finding
    assert wording.figure(cut["lost_value"]) in fresh["resilience"].words


def test_criteria_measured_live_are_those_published(edition: Edition, fresh: dict[str, Any]) -> None:
    shown = fresh["resilience"].dataframe[1].value
    place = {"bloc": "core_uae", "subject": "TOTAL"}
    rows = published(edition, "out_dependency_criteria", time_period="2019", **place)
    history = published(edition, "out_dependency_stability", **place)
    for column in ("value_low", "value_high", "distance"):
        assert sorted(shown[column].dropna().round(9)) == sorted(rows[column].drop_nulls().round(9))
    for column in ("years_met", "years_held"):
        assert sorted(shown[column]) == sorted(history[column])
    assert shown["why"].dropna().str.len().min() > 0


def test_the_distance_is_the_published_one_with_its_window(edition: Edition, fresh: dict[str, Any]) -> None:
    row = published(edition, "out_geopolitical_distance", receiver="core_uae", subject="TOTAL", time_period="2019").row(
        0, named=True
    )
    words = fresh["resilience"].words
    assert f"suppliers {wording.ratio(row['distance'])} points away" in words
    assert wording.share(row["covered_share"]) in words
    assert row["position_period"].replace("/", " to ") in words


def test_what_limits_the_answer_is_said(fresh: dict[str, Any]) -> None:
    words = fresh["resilience"].words
    for key in ("resilience_beware_mechanical", "resilience_beware_gross", "resilience_production"):
        assert wording.say(key) in words.replace("\\", "")
    assert "20.0 % were off the list a year later" in words
    assert "has yet to be checked" in words


@pytest.mark.usefixtures("edition")
def test_friends_before_and_after_the_candidates(open_page: OpenPage) -> None:
    page = open_page("resilience", scenario="With partners and allies")
    assert "The founding members take 33.7 % of their imports from each other." in page.words
    assert "it is 65.2 % to 72.3 %" in page.words
    assert "Nearest: " in page.words
    founding = open_page("resilience", scenario="The three founding members")
    assert "With the members chosen" not in founding.words
    assert founding.finding.startswith("Canada, Mexico and the United States take")


@pytest.mark.usefixtures("edition")
def test_a_change_of_scenario_answers_within_a_second(open_page: OpenPage) -> None:
    page = open_page("resilience")
    before = time.process_time()
    page.selectbox(key="scenario").select("core_gulf").run()
    assert time.process_time() - before < CHANGE_S
    assert page.finding.startswith("The 9 members take")


# Sets that have no answer, or not the whole


@pytest.mark.usefixtures("edition")
def test_an_empty_set_says_what_to_choose(open_page: OpenPage) -> None:
    page = open_page("resilience", scenario=ALONE)
    page.multiselect(key="members").set_value([]).run()
    assert page.finding == wording.say("resilience_title_empty")
    assert wording.say("resilience_empty") in page.words
    assert list(page.get("download_button")) == []


@pytest.mark.usefixtures("edition")
def test_one_member_loses_suppliers_and_has_no_trade_among_members(open_page: OpenPage) -> None:
    page = open_page("resilience", scenario=ALONE)
    page.multiselect(key="members").set_value(["USA"]).run()
    assert page.finding == "Cutting China alone leaves 81.9 % of what the United States imports of all goods (2019)"
    assert wording.say("resilience_leaves_one_member") in page.words
    assert wording.say("resilience_one_member") in page.words
    page.selectbox(key="product").select("NAICS_334").run()
    assert page.finding.startswith("Cutting China alone leaves 78.6 % of what the United States imports of computers")


@pytest.mark.usefixtures("edition")
def test_members_without_data_are_told_and_the_others_shown(open_page: OpenPage) -> None:
    page = open_page("resilience", scenario="The three founding members")
    page.selectbox(key="product").select("HS_85").run()
    assert page.finding.startswith(
        "What the 3 members lose together is not known: Canada and Mexico report no imports of "
    )
    assert "The United States, which reports, takes" in page.words
    assert "No year has all of them" in page.words
    assert "no report: CAN, MEX" in set(page.dataframe[1].value["why"])
    assert page.dataframe[1].value["value_low"].isna().all()
    assert page.dataframe[2].value["area"].tolist() == ["USA"]
    assert "the United States alone can be asked for this product" in page.words


@pytest.mark.usefixtures("edition")
def test_a_set_in_which_nobody_reports_says_when_they_do(open_page: OpenPage) -> None:
    page = open_page("resilience", scenario=ALONE)
    page.multiselect(key="members").set_value(["BHR", "KWT"]).run()
    assert page.finding == "None of the 2 members chosen reports its imports of all goods in 2019"
    assert "All of them report in 2015 to 2018." in page.words
    page.selectbox(key="product").select("HS_84").run()
    assert "None of them ever does" in page.words


@pytest.mark.usefixtures("edition")
def test_a_member_whose_suppliers_have_no_positions_has_an_answer_without_a_distance(open_page: OpenPage) -> None:
    page = open_page("resilience", members="ARE")
    assert (
        page.finding == "Cutting China alone leaves 85.9 % of what the United Arab Emirates imports of all goods (2019)"
    )
    assert "No mean for the United Arab Emirates: positions are held for the suppliers of only" in page.words
    assert page.dataframe[2].value["distance_reason"].tolist() == [telling.distance_reason("few_positions")]


@pytest.mark.usefixtures("edition")
def test_members_without_a_distance_are_named_with_why(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    words = "Not known for the United Arab Emirates (positions are held for too few of its suppliers)."
    assert words in fresh["resilience"].words.replace("\\", "")
    reasons = fresh["resilience"].dataframe[2].value.set_index("area")["distance_reason"]
    assert reasons.dropna().index.tolist() == ["ARE"]
    page = open_page("resilience", members="CAN,KWT")
    page.select_slider[0].set_value("2019").run()
    assert "Not known for Kuwait (no imports reported)." in page.words.replace("\\", "")


@pytest.mark.usefixtures("edition")
def test_one_member_that_never_reports_is_spoken_of_as_one(open_page: OpenPage) -> None:
    page = open_page("resilience", members="KWT", product="Machinery and mechanical appliances, computers among them")
    page.selectbox(key="product").select("HS_84").run()
    assert page.finding.startswith("Kuwait reports no imports of ")
    assert wording.say("resilience_years_never_one") in page.words


@pytest.mark.usefixtures("edition")
def test_the_source_line_has_the_grades_of_the_flows_among_members(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    line = fresh["resilience"].caption[-1].value
    assert line.endswith("grade D at worst and B most often, of 7 flows among the chosen areas")
    assert "grade" not in open_page("resilience", members="ARE").caption[-1].value


def test_years_are_drawn_together() -> None:
    assert telling.spans(["2013", "2015", "2016", "2019", "2014"]) == "2013 to 2016, 2019"
    assert telling.share_range(0.5, 0.5001) == "50.0 %"
    assert telling.share_range(0.5, 0.6) == "50.0 % to 60.0 %"
