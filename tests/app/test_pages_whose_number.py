"""Whose number?, without a browser. Figures are those of the embedded edition unless a test says so."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from compact_app import queries, wording
from compact_app.app_pages.pair import telling
from compact_app.app_pages.pair.asked import Names
from compact_app.queries import Edition, Flow

OpenPage = Callable[..., Any]

TO_MEXICO = Flow("compute_exports", "TOTAL", "F", "A", "USA", "MEX")
NO_REVISION = "A reconciled figure is no revision of anybody's official data."


def row_of(edition: Edition, flow: Flow, period: str) -> dict[str, Any]:
    return queries.pair_flows(edition, flow).filter(time_period=period).row(0, named=True)


def range_of(row: dict[str, Any]) -> str:
    said = wording.interval(row["reconciled"], row["low"], row["high"], row["unit_measure"])
    return f"Reconciled: {said['value']}, from {said['low']} to {said['high']} (95 %)."


# -- choices


@pytest.mark.usefixtures("edition")
def test_months_in_place_of_years_change_the_finding(open_page: OpenPage) -> None:
    page = open_page("whose_number")
    page.selectbox(key="freq").select("M").run()
    assert page.finding == "Canada counts 20.4 % less than the United States says it sends (April 2026)"
    assert "April 2026" in page.caption[-1].value


@pytest.mark.usefixtures("edition")
def test_the_choices_in_the_url_are_the_choices_of_the_page(open_page: OpenPage) -> None:
    chosen = open_page("whose_number", from_area="Canada", to_area="United States", freq="month")
    assert chosen.selectbox(key="from_area").value == "CAN"
    assert chosen.selectbox(key="freq").value == "M"
    assert chosen.finding == "The United States counts 6.0 % less than Canada says it sends (November 2025)"


@pytest.mark.usefixtures("edition")
def test_a_link_of_the_time_before_the_page_had_its_name_means_the_same(open_page: OpenPage) -> None:
    choice = {"theme": "Trade", "from_area": "Canada", "to_area": "United States", "freq": "month"}
    assert open_page("country_pair", **choice).finding == open_page("whose_number", **choice).finding


@pytest.mark.usefixtures("edition")
def test_a_choice_in_the_url_that_is_none_leaves_the_usual_one(open_page: OpenPage, fresh: dict[str, Any]) -> None:
    page = open_page(
        "whose_number", from_area="Atlantis", freq="fortnight", period="1066", valuation_rule="none at all"
    )
    assert page.finding == fresh["whose_number"].finding


@pytest.mark.usefixtures("edition")
def test_another_period_is_told_in_title_tiles_and_gap(open_page: OpenPage) -> None:
    page = open_page("whose_number", to_area="Mexico", period="2016")
    assert page.finding == "Mexico counts 22.0 % less than the United States says it sends (2016)"
    assert page.tiles["United States reports"] == "230.2 bn USD"
    assert "#### From one report to the other, 2016" in page.words
    page.selectbox(key="to_area").select("CAN").run()
    assert page.finding.endswith("(2016)")
    page.selectbox(key="period").select("").run()
    assert page.finding.endswith("(2025)")


# -- a flow that both sides report


def test_the_reconciled_value_stands_under_the_title_with_its_range(
    edition: Edition, open_page: OpenPage, fresh: dict[str, Any]
) -> None:
    canada = row_of(edition, Flow("compute_exports", "TOTAL", "F", "A", "USA", "CAN"), "2025")
    assert range_of(canada) in fresh["whose_number"].words
    mexico = row_of(edition, TO_MEXICO, "2019")
    page = open_page("whose_number", to_area="Mexico")
    assert page.finding == "Mexico counts 19.7 % less than the United States says it sends (2019)"
    assert range_of(mexico) in page.words
    assert page.tiles == {
        "United States reports": "256.7 bn USD",
        "Mexico reports": "206.1 bn USD",
        "Reconciled": wording.interval(mexico["reconciled"], mexico["low"], mexico["high"], "USD")["value"],
        "Asymmetry D": "0.109",
        "D after freight": "0.109",
        "Weight of the sender": wording.share(mexico["weight_from"]),
        "Grade": mexico["grade"],
    }
    assert "Harvard Growth Lab" in next(card.help for card in page.metric if card.label == "Asymmetry D")
    assert "least variance" in next(card.help for card in page.metric if card.label == "Weight of the sender")
    assert [caption.value for caption in page.caption].count(NO_REVISION) == 1


@pytest.mark.usefixtures("edition")
def test_a_report_outside_the_range_is_said_to_be(edition: Edition, open_page: OpenPage) -> None:
    mexico = row_of(edition, TO_MEXICO, "2019")
    is_outside = not mexico["low"] <= float(mexico["reported_by_to"]) <= mexico["high"]
    page = open_page("whose_number", to_area="Mexico")
    assert ("Outside this range: the figure of Mexico." in page.words) is is_outside


@pytest.mark.usefixtures("edition")
def test_the_gap_is_told_in_one_sentence_that_explains_no_more_than_it_can(open_page: OpenPage) -> None:
    page = open_page("whose_number", to_area="Mexico")
    (said,) = [text.value for text in page.markdown if "unexplained" in text.value]
    assert said == (
        "Mexico counts 50.5 bn USD less: goods on their way at the year's ends alone would make its figure 18.3 "
        "million USD larger; re-exports cannot be measured here; 50.6 bn USD in all stays unexplained."
    )
    pictures = page.get("vega_lite_chart")
    assert [picture.proto.alt for picture in pictures] == [page.finding, said]


def test_a_gap_of_one_collection_is_one_of_concept(fresh: dict[str, Any]) -> None:
    page = fresh["whose_number"]
    assert (
        "Both figures come from one collection, so the difference is one of concept (last shipment with re-exports "
        "against origin), not of quality. Of the 75.0 bn USD by which Canada counts less, 14.4 bn USD is freight to "
        "the border that the United States adds"
    ) in page.words
    assert "60.6 bn USD is that difference of concept" in page.words
    assert "unexplained" not in page.words
    assert "Both reports rest on one collection: Each country compiles" in page.words
    assert page.tiles["Grade"] == "B"


@pytest.mark.usefixtures("edition")
def test_only_what_applies_is_told(open_page: OpenPage) -> None:
    assert "Both reports rest on one collection" not in open_page("whose_number", from_area="Germany").words


@pytest.mark.usefixtures("edition")
def test_two_reports_of_which_one_is_a_copy_are_not_compared(open_page: OpenPage) -> None:
    page = open_page("whose_number", from_area="United Arab Emirates", to_area="Oman", period="2018")
    assert page.finding == "One of the two figures of this flow is a copy of the other (2018)"
    assert "so they are not compared, and the range is that of one report" in page.words
    assert "is what was done to it on the way, and says nothing of the flow" in page.words
    assert page.tiles["Asymmetry D"] == page.tiles["Weight of the sender"] == wording.NOT_APPLICABLE


@pytest.mark.usefixtures("edition")
def test_a_slip_of_the_unit_has_no_reconciled_value_and_says_why(open_page: OpenPage) -> None:
    page = open_page("whose_number", from_area="Peru", to_area="Finland", period="2018")
    assert "No reconciled value: the two reports differ by about a power of ten" in page.words
    assert page.tiles["Reconciled"] == "none"
    assert wording.NOTE_WORDS["unit_slip"] in set(page.numbers["reconciled_reason"])


@pytest.mark.usefixtures("edition")
def test_what_each_side_counts_comes_with_how_reliable_it_is(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("whose_number", to_area="Mexico")
    row = row_of(edition, TO_MEXICO, "2019")
    sender = next(text.value for text in page.markdown if text.value.startswith("**United States**"))
    assert "US exports by partner and month; valuation: free alongside ship; counted by: country of last" in sender
    assert f"As exporter, sigma {wording.asymmetry(row['sigma_from'])}: two of three of its reports" in sender
    assert "(/reporters?theme=Trade&role=as+exporter&area=United+States)" in sender
    receiver = next(text.value for text in page.markdown if text.value.startswith("**Mexico**"))
    assert "valuation: not stated" in receiver
    assert f"As importer, sigma {wording.asymmetry(row['sigma_to'])}" in receiver


@pytest.mark.usefixtures("edition")
def test_the_way_to_a_reporter_leads_to_that_reporter(open_page: OpenPage) -> None:
    reporters = open_page("reporters", theme="Trade", role="as exporter", area="Mexico")
    assert reporters.finding.startswith("What Mexico reports as exporter")


@pytest.mark.usefixtures("edition")
def test_published_studies_of_a_pair_stand_with_their_citation(open_page: OpenPage) -> None:
    words = open_page("whose_number", to_area="Mexico").words
    assert "Blecker, U.S.-Mexico Trade" in words
    assert "Mexico reported a surplus with the United States of 123.1 billion dollars" in words
    assert wording.say("pair_studies") not in open_page("whose_number", from_area="Germany").words


def test_what_is_left_of_published_totals_is_told_for_both_ends(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("whose_number", to_area="Mexico", period="2018")
    held = queries.pair_totals(edition, TO_MEXICO, "2018")
    assert held["role"].to_list() == ["from", "to"]
    for row, name in zip(held.iter_rows(named=True), ("The United States", "Mexico"), strict=True):
        line = next(text for text in page.words.split("\n") if text.startswith(f"- **{name}** as "))
        assert wording.figure(row["published_total"]) in line
        assert wording.figure(abs(row["residual"]), "USD", 3) in line


# -- no flow


@pytest.mark.usefixtures("edition")
def test_one_area_twice_is_no_flow(open_page: OpenPage) -> None:
    page = open_page("whose_number", to_area="United States")
    assert page.finding == wording.say("pair_same_place")
    page.selectbox(key="to_area").select("MEX").run()
    assert page.finding == "Mexico counts 19.7 % less than the United States says it sends (2019)"


@pytest.mark.usefixtures("edition")
def test_a_pair_without_any_report_says_why_and_what_to_choose(open_page: OpenPage) -> None:
    page = open_page("whose_number", theme="Talent", from_area="Qatar")
    page.selectbox(key="to_area").select("USA").run()
    assert page.finding == "No report of a flow from Qatar to the United States is held"
    assert "Qatar as sender: no report is held for this choice." in page.words
    assert re.search(
        r"The United States as receiver: reports of \d+ other pairs are held, none of this one.", page.words
    )
    assert "Try another pair or subject. Pairs held for this choice: " in page.words
    assert list(page.get("download_button")) == []


# -- the evidence


def test_the_tables_hold_every_period_and_every_step(edition: Edition, open_page: OpenPage) -> None:
    page = open_page("whose_number", to_area="Mexico")
    series, steps = (frame.value for frame in page.dataframe)
    flows = queries.pair_flows(edition, TO_MEXICO)
    assert len(series) == flows.height
    latest = series[series["time_period"] == "2019"].iloc[0]
    assert latest["reported_by_from"] == 256676487323
    assert latest["difference"] == 206142140000 - 256676487323
    assert len(steps) == queries.pair_steps(edition, TO_MEXICO).height
    of_year = steps[steps["time_period"] == "2019"]
    amounts = of_year.set_index("step")["amount"].fillna(0)
    ends = amounts["United States reports"], amounts["Mexico reports"]
    between = amounts.drop(["United States reports", "Mexico reports"]).sum()
    assert ends[0] + between == pytest.approx(ends[1], abs=2)
    assert set(of_year["state"]) <= set(wording.STATE_WORDS.values())


# -- made-up figures: the embedded edition has no flow whose sender reports zero


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
        "imputed_mirror": False,
    }
    assert telling.finding(flow, latest, Names("United States", "Canada")) == title
