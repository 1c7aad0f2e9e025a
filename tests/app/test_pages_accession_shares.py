"""The simple measures of *Accession simulator*, without a browser. Figures are those of the embedded edition."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from compact_app import queries, wording
from compact_app.queries import Edition

OpenPage = Callable[..., Any]

OWN = "Your own choice"
CORE = ("CAN", "MEX", "USA")
PANELS = 2  # pictures before the model has run
CHANGE_S = 1.0


def choose(open_page: OpenPage, members: list[str], candidates: list[str]) -> Any:
    page = open_page("accession_simulator", scenario=OWN)
    page.multiselect(key="members").set_value(members)
    return page.multiselect(key="candidates").set_value(candidates).run()


def test_simple_shares_come_first_and_nothing_is_modelled(fresh: dict[str, Any]) -> None:
    page = fresh["accession_simulator"]
    shares = page.numbers.set_index("label")
    inside = shares.loc["All goods trade that stays inside"]
    assert wording.share(inside["before"]) in page.finding
    assert wording.share(inside["after"]) in page.finding
    assert wording.say("accession_model_off") in page.words
    assert len(page.get("vega_lite_chart")) == PANELS
    neutral = shares.loc["Introversion in goods trade"]
    assert f"from {neutral['before']:.3f} to {neutral['after']:.3f}" in page.words
    assert "grows with size by itself" in page.words


def test_simple_shares_are_those_that_are_published(edition: Edition, fresh: dict[str, Any]) -> None:
    shares = fresh["accession_simulator"].numbers.set_index("label")
    held = queries.whole_table(edition, "out_cohesion").filter(
        theme="compute_exports", subject="TOTAL", time_period="2018"
    )
    for metric, label in (
        ("intra_share", "Goods trade inside, of areas held"),
        ("intra_share_of_totals", "All goods trade that stays inside"),
        ("introversion", "Introversion in goods trade"),
    ):
        for bloc, moment in (("core", "before"), ("core_uae", "after")):
            (value,) = held.filter(metric=metric, bloc=bloc)["value"]
            assert shares.loc[label][moment] == pytest.approx(value, abs=1e-12)


def test_a_measure_without_a_value_says_why(fresh: dict[str, Any]) -> None:
    shares = fresh["accession_simulator"].numbers.set_index("label")
    capital = shares.loc["Shares held in each other, over what sizes explain"]
    assert capital[["before", "after"]].isna().all()
    assert capital["why"] == wording.say("accession_blank_pairs_absent")


@pytest.mark.usefixtures("edition")
def test_where_a_total_is_missing_the_finding_is_of_trade_with_areas_held(open_page: OpenPage) -> None:
    page = choose(open_page, list(CORE), ["BHR"])
    shares = page.numbers.set_index("label")
    held, whole = (
        shares.loc[measure] for measure in ("Goods trade inside, of areas held", "All goods trade that stays inside")
    )
    assert page.finding == (
        f"With Bahrain, the members keep {wording.share(held['after'])} of their goods trade with the 46 areas held "
        f"among themselves, {wording.share(held['before'])} without (2018)"
    )
    assert whole["why"] == "no published total of Bahrain"
    alone = choose(open_page, ["CAN"], ["USA"])
    assert alone.finding.startswith("Canada and the United States keep ")
    assert alone.finding.endswith(" of all their goods trade among themselves (2018)")


@pytest.mark.usefixtures("edition")
def test_a_candidate_of_which_hardly_a_flow_is_held_has_no_finding(open_page: OpenPage) -> None:
    page = choose(open_page, list(CORE), ["TWN"])
    assert page.finding.endswith("is not known for 2018: no flow of Taiwan is held, or hardly any")
    assert page.numbers.set_index("label").loc["Introversion in goods trade"][["after"]].isna().all()


@pytest.mark.usefixtures("edition")
def test_a_change_of_members_answers_within_a_second(open_page: OpenPage) -> None:
    page = open_page("accession_simulator")
    before = time.process_time()
    page.selectbox(key="scenario").select("core_gbr").run()
    assert time.process_time() - before < CHANGE_S
    assert "With the United Arab Emirates, the members keep" in page.finding
