"""Country pair, without a browser. Figures are those of the embedded edition unless a test says so."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from compact_app import wording
from compact_app.app_pages import country_pair
from compact_app.queries import Flow

OpenPage = Callable[..., Any]

SECURITIES = wording.subject_name("capital_flows", "P_F_LT/S")


@pytest.mark.usefixtures("edition")
def test_months_in_place_of_years_change_the_finding(open_page: OpenPage) -> None:
    page = open_page("country_pair")
    page.selectbox(key="freq").select("M").run()
    assert page.finding == "Canada counts 20.4 % less than the United States says it sends (April 2026)"
    assert "April 2026" in page.caption[-1].value


@pytest.mark.usefixtures("edition")
def test_the_choices_in_the_url_are_the_choices_of_the_page(open_page: OpenPage) -> None:
    chosen = open_page("country_pair", from_area="Canada", to_area="United States", freq="month")
    assert chosen.selectbox(key="from_area").value == "CAN"
    assert chosen.selectbox(key="freq").value == "M"
    assert chosen.finding == "The United States counts 6.0 % less than Canada says it sends (November 2025)"


@pytest.mark.usefixtures("edition")
def test_a_choice_in_the_url_that_is_none_leaves_the_usual_one(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    assert open_page("country_pair", from_area="Atlantis", freq="fortnight").finding == fresh["country_pair"].finding


def test_both_figures_their_difference_and_grade_stand_beside_each_other(fresh: dict[str, Any]) -> None:
    page = fresh["country_pair"]
    assert {card.label: card.value for card in page.metric} == {
        "United States reports": "333.6 bn USD",
        "Canada reports": "258.6 bn USD",
        "Asymmetry D": "0.127",
        "Grade": "B",
    }
    latest = page.numbers.iloc[0]
    assert latest["reported_by_from"] == 333619712376
    assert latest["reported_by_to"] == 258634487246
    assert latest["difference"] == 258634487246 - 333619712376


@pytest.mark.usefixtures("edition")
def test_reports_that_rest_on_one_collection_are_said_to(open_page: OpenPage) -> None:
    assert "Both reports rest on one collection" in open_page("country_pair").words
    assert "Both reports rest on one collection" not in open_page("country_pair", from_area="Germany").words


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("choice", "title", "why"),
    [
        (
            {"theme": "Capital", "subject": SECURITIES, "from_area": "Canada", "to_area": "United States"},
            "Only the United States reports this flow: 1.808 trillion USD in 2022",
            "Canada: no report held",
        ),
        (
            {"subject": "Machinery and computers (HS chapter 84)"},
            "Only the United States reports this flow: 52.46 bn USD in 2025",
            "Canada: no report held",
        ),
        (
            {"from_area": "United Arab Emirates", "to_area": "Australia"},
            "Only Australia reports this flow: 2.273 bn USD in 2018",
            "United Arab Emirates: a copy of the other side",
        ),
    ],
)
def test_a_flow_that_one_side_reports_says_why_the_other_does_not(
    choice: dict[str, str], title: str, why: str, open_page: OpenPage
) -> None:
    page = open_page("country_pair", **choice)
    assert page.finding == title
    assert f"{why}. One report cannot be checked against another, so it is graded D." in page.words
    assert page.metric[-1].value == "D"
    assert page.metric[-2].value == wording.NOT_APPLICABLE


@pytest.mark.usefixtures("edition")
def test_one_area_twice_is_no_flow(open_page: OpenPage) -> None:
    page = open_page("country_pair", to_area="United States")
    assert page.finding == wording.say("pair_same_place")
    page.selectbox(key="to_area").select("MEX").run()
    assert page.finding == "Mexico counts 19.7 % less than the United States says it sends (2019)"


@pytest.mark.usefixtures("edition")
def test_a_pair_without_any_report_says_what_to_choose(open_page: OpenPage) -> None:
    page = open_page("country_pair", theme="Talent", from_area="Qatar")
    page.selectbox(key="to_area").select("USA").run()
    assert page.finding == "No report of a flow from Qatar to the United States is held"
    assert "Try another pair or subject. Pairs held for this choice: " in page.words
    assert list(page.get("download_button")) == []


@pytest.mark.usefixtures("edition")
def test_another_theme_takes_a_subject_and_a_rhythm_of_its_own(open_page: OpenPage) -> None:
    page = open_page("country_pair")
    page.selectbox(key="freq").select("M").run()
    page.selectbox(key="theme").select("talent_movement").run()
    assert page.selectbox(key="subject").value == "MIGRANT/S"
    assert page.selectbox(key="freq").options == ["year"]
    assert page.finding == "529,641 people from the United States are counted in Canada (2019)"
    assert wording.say("pair_sentence_talent") in page.words
    page.selectbox(key="theme").select("capital_flows").run()
    assert page.selectbox(key="subject").value == "P_F_LT/S"
    assert page.finding


@pytest.mark.usefixtures("edition")
def test_a_flow_of_capital_that_is_held_by_month_only_is_shown_by_month(open_page: OpenPage) -> None:
    page = open_page("country_pair", theme="Capital", from_area="Canada", to_area="United States")
    page.selectbox(key="subject").select("P_F_LT/F").run()
    assert page.selectbox(key="freq").options == ["month"]
    assert page.finding.startswith("Only the United States reports this flow")


# Made-up figures: the embedded edition has no flow whose sender reports zero.
@pytest.mark.parametrize(
    ("sent", "received", "title"),
    [
        (0, 5_000_000, "Canada reports 5.000 million USD where the United States reports 0 (2025)"),
        (0, 0, "Canada and the United States report the same figure (2025)"),
        (7, 7, "Canada and the United States report the same figure (2025)"),
        (100, 0, "Canada counts 100 % less than the United States says it sends (2025)"),
        (None, 0, "Only Canada reports this flow: 0 USD in 2025"),
    ],
)
def test_zero_is_a_report_and_no_report_is_not_zero(sent: int | None, received: int | None, title: str) -> None:
    flow = Flow("compute_exports", "TOTAL", "F", "A", "USA", "CAN")
    latest = {
        "time_period": "2025",
        "unit_measure": "USD",
        "reported_by_from": None if sent is None else Decimal(sent),
        "reported_by_to": None if received is None else Decimal(received),
    }
    assert country_pair._finding(flow, latest, country_pair.Names("United States", "Canada")) == title
