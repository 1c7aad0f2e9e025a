"""The parts of *Reporters* by themselves. Every figure below is made up."""

from typing import Any

import polars as pl
import pytest

from compact_app import wording
from compact_app.app_pages.standing import measures, priors, telling
from compact_app.app_pages.standing.measures import GOODS, METHODS, Choice, Held
from compact_pipelines.contracts.parameters import load_parameters

CHOICE = Choice("compute_exports", "to", "expected_distance", "none", "none", "CAN")
AREAS = pl.DataFrame(
    [("CAN", "Canada", "core"), ("PER", "Peru", "outside"), ("USA", "United States", "core")],
    schema=["area", "name", "tier"],
    orient="row",
)
NUMBERS = ("estimate", "std_error", "sigma", "sigma_low", "sigma_high")
RANGES = ("jackknife_error", "jackknife_low", "jackknife_high")


def row(area: str, **other: Any) -> dict[str, Any]:
    usual = {"role": "to", "method": "expected_distance", "valuation_rule": "none", "time_period": "2015/2018",
             **dict.fromkeys(NUMBERS), "rank": None, "rank_low": None, "rank_high": None, **dict.fromkeys(RANGES),
             "mirrors_count": 40, "partners_count": 20, "jackknife_left_out": None, "sigma_kind": "panel",
             "reason": None}  # fmt: skip
    return {"area": area, **usual, **other}


def held(*rows: dict[str, Any], choice: Choice = CHOICE) -> Held:
    floats = dict.fromkeys((*NUMBERS, *RANGES), pl.Float64)
    counts = dict.fromkeys(("rank", "rank_low", "rank_high"), pl.Int64)
    words = dict.fromkeys(("jackknife_left_out", "reason"), pl.String)
    return Held(pl.DataFrame(list(rows), schema_overrides=floats | counts | words), AREAS, choice)


def measured(area: str, rank: int, **other: Any) -> dict[str, Any]:
    sigma = 0.1 * rank
    numbers = {"estimate": sigma, "sigma": sigma, "sigma_low": sigma / 2, "sigma_high": 2 * sigma, "std_error": 0.01}
    return row(area, **{**numbers, "rank": rank, "rank_low": rank, "rank_high": rank, **other})


def test_sigma_has_its_own_interval_and_the_other_methods_one_of_their_standard_errors() -> None:
    other = measured("CAN", 2, method="asymmetry", std_error=0.1)
    both = measures.with_interval(held(measured("CAN", 2), other).rows)
    assert both["low"].to_list() == pytest.approx([0.1, 0.2 - 0.196])
    assert both["high"].to_list() == pytest.approx([0.4, 0.2 + 0.196])


def test_a_reason_of_another_rule_is_heard_where_this_one_is_silent() -> None:
    rows = held(
        measured("USA", 1),
        row("CAN", reason="only_copies", valuation_rule="baci", partners_count=0),
        row("PER", reason="too_few_mirrors", partners_count=3),
        row("PER", reason="not_identified", method="asymmetry", valuation_rule="baci"),
    )
    found = measures.silent(rows).select("area", "reason", "partners_count").rows()
    assert found == [("CAN", "only_copies", 0), ("PER", "too_few_mirrors", 3)]


def test_an_area_without_any_row_has_no_report() -> None:
    found = measures.silent(held(measured("USA", 1))).select("area", "reason").rows()
    assert found == [("CAN", "no_report"), ("PER", "no_report")]


@pytest.mark.parametrize("reason", ["too_few_mirrors", "only_copies", "not_identified", "no_panel", "no_report"])
def test_every_reason_has_its_words(reason: str) -> None:
    assert len(priors.reason_words({"reason": reason, "partners_count": 3})) > 20


def test_the_first_and_the_only_reporter_have_a_title() -> None:
    only = held(measured("CAN", 1))
    own = measures.ranked(only)
    assert telling.finding(only, own, measures.silent(only), 1) == (
        "What Canada reports as importer scatters by a factor of 1.11 around the flow (1.05 to 1.22): rank 1 of 1, "
        "within 1 to 1"
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_its_title_and_its_sentence(method: str) -> None:
    choice = Choice("compute_exports", "to", method, "none", "none", "USA")
    told = held(measured("USA", 2, method=method, reliability=0.9), choice=choice)
    own = measures.ranked(told)
    assert "the United States" in telling.finding(told, own, measures.silent(told), 2)
    assert "40 pairs of reports with 20 partners in 2015 to 2018" in telling.sentence(told, own)


def test_the_farther_end_is_what_leaving_out_moves_most() -> None:
    assert measures.moved({"estimate": 0.3, "jackknife_low": 0.25, "jackknife_high": 0.33}) == 0.25
    assert measures.moved({"estimate": 0.3, "jackknife_low": 0.29, "jackknife_high": 0.33}) == 0.33
    assert measures.moved({"estimate": 0.3, "jackknife_low": None, "jackknife_high": None}) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [("CHN", "without China"), ("2016", "without 2016"), ("USA", "without the United States"), (None, None)],
)
def test_who_or_what_is_left_out_is_said_in_words(code: str | None, words: str | None) -> None:
    names = {"CHN": "China", "USA": "United States"}
    assert measures.left_out_words(code, names) == words


def test_who_has_none_gets_the_median_of_who_has_one() -> None:
    rows = held(measured("CAN", 1), measured("PER", 3), measured("USA", 8))
    sigma, words = priors.stated_for(rows)
    assert sigma == pytest.approx(0.3)
    assert "median of the areas that have an estimate" in words


def test_where_nobody_has_an_estimate_the_stated_figure_stands() -> None:
    sigma, words = priors.stated_for(held(row("CAN", reason="not_identified")))
    prior = load_parameters().reliability.prior(GOODS, "TOTAL", "F", "A")
    assert prior is not None
    assert sigma == prior.sigma
    assert words.startswith(f"Stated from {prior.citation}")


@pytest.mark.parametrize(("log", "text"), [(0.0, "1.00"), (0.353, "1.42"), (1.622, "5.06"), (2.5, "12.2")])
def test_a_spread_is_written_as_a_factor(log: float, text: str) -> None:
    assert wording.factor(log) == text


def test_a_theme_with_no_second_report_and_one_with_too_few_are_told_apart() -> None:
    none = held(row("CAN", reason="no_panel", mirrors_count=0)).rows
    title, lead = priors.unranked("capital_flows", none, ("1.82", "2.46"))
    assert title.startswith("Capital: no flow has two independent reports here")
    assert lead.startswith("Areas that report: 1, each without a second voice")
    few = held(
        row("CAN", reason="not_identified", mirrors_count=3),
        row("CAN", role="from", method="aggregate_asymmetry", estimate=0.1, mirrors_count=3),
        row("USA", role="from", method="aggregate_asymmetry", estimate=0.1, mirrors_count=2),
    ).rows
    title, lead = priors.unranked("capital_flows", few, ("1.82", "2.46"))
    assert title.startswith("Capital: too few flows have two independent reports for reporters to be ranked")
    assert lead.startswith("Areas that report: 2. Pairs of reports that can be compared: 5, too few")
