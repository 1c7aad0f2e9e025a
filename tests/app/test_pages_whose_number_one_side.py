"""Whose number? where one side reports: which, why, and how little is known. Figures are the embedded edition's."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from compact_app import queries, wording
from compact_app.queries import Edition, Flow

OpenPage = Callable[..., Any]

SECURITIES = wording.subject_name("capital_flows", "P_F_LT/S")
EQUITY_BOUGHT = wording.subject_name("capital_flows", "P_F5/F")
NO_REVISION = "A reconciled figure is no revision of anybody's official data."


def row_of(edition: Edition, flow: Flow, period: str) -> dict[str, Any]:
    return queries.pair_flows(edition, flow).filter(time_period=period).row(0, named=True)


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
def test_a_flow_that_one_side_reports_says_why_the_other_does_not_and_how_little_is_known(
    choice: dict[str, str], title: str, why: str, open_page: OpenPage
) -> None:
    page = open_page("whose_number", **choice)
    assert page.finding == title
    assert (
        f"{why}. One report cannot be checked against another. By itself it says that the flow is between" in page.words
    )
    assert re.search(r"between [\d.,]+ and [\d.,]+ (trillion |bn )USD \(95 %\)", page.words)
    assert page.tiles["Asymmetry D"] == wording.NOT_APPLICABLE
    assert page.tiles["Grade"] in {"C", "D"}
    assert len(page.get("vega_lite_chart")) == 1
    assert NO_REVISION in page.words


def test_the_range_of_one_report_of_capital_is_that_of_a_stated_prior(edition: Edition, open_page: OpenPage) -> None:
    flow = Flow("capital_flows", "P_F_LT", "S", "A", "CAN", "USA")
    row = row_of(edition, flow, "2022")
    assert row["sigma_kind_to"] == "prior"
    page = open_page("whose_number", theme="Capital", subject=SECURITIES, from_area="Canada", to_area="United States")
    said = wording.interval(row["reconciled"], row["low"], row["high"], "USD")
    assert f"between {said['low']} and {said['high']} trillion USD (95 %)" in page.words
    assert (
        f"a stated value stands in (a factor of {wording.factor(row['sigma_to'])} in two cases of three)" in page.words
    )
    assert "Pellegrini and Tosti" in page.words


@pytest.mark.usefixtures("edition")
def test_places_that_capital_passes_through_are_named(open_page: OpenPage) -> None:
    page = open_page("whose_number", theme="Capital", from_area="Netherlands", to_area="United States")
    assert "Netherlands: a place that capital passes through on its way" in page.words
    assert "Phantom Investments" in page.words
    other = open_page("whose_number", theme="Capital", from_area="Canada", to_area="United States")
    assert "passes through" not in other.words


@pytest.mark.usefixtures("edition")
def test_a_figure_below_zero_has_no_reconciled_value(open_page: OpenPage) -> None:
    choice = {"theme": "Capital", "subject": EQUITY_BOUGHT, "from_area": "United Arab Emirates"}
    page = open_page("whose_number", **choice, to_area="United States", period="July 2023")
    assert page.finding == "Only the United States reports this flow: -78.00 million USD in July 2023"
    assert "No reconciled value: a figure is below zero" in page.words
    assert page.tiles["Reconciled"] == "none"


@pytest.mark.usefixtures("edition")
def test_another_theme_takes_a_subject_and_a_rhythm_of_its_own(open_page: OpenPage) -> None:
    page = open_page("whose_number")
    page.selectbox(key="freq").select("M").run()
    page.selectbox(key="theme").select("talent_movement").run()
    assert page.selectbox(key="subject").value == "MIGRANT/S"
    assert page.selectbox(key="freq").options == ["year"]
    assert page.finding == "529,641 people from the United States are counted in Canada (2019)"
    assert (
        "there is no second count of the same people to compare it with. By itself it says that there are" in page.words
    )
    page.selectbox(key="theme").select("capital_flows").run()
    assert page.selectbox(key="subject").value == "P_F_LT/S"
    assert page.finding


@pytest.mark.usefixtures("edition")
def test_a_flow_of_capital_that_is_held_by_month_only_is_shown_by_month(open_page: OpenPage) -> None:
    page = open_page("whose_number", theme="Capital", from_area="Canada", to_area="United States")
    page.selectbox(key="subject").select("P_F_LT/F").run()
    assert page.selectbox(key="freq").options == ["month"]
    assert page.finding.startswith("Only the United States reports this flow")
