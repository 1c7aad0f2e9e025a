"""What *Whose number?* asks of the embedded edition: steps, freight rules, reliability, studies, totals."""

import polars as pl
import pytest

from compact_app import queries
from compact_app.queries import Edition, Flow

TO_MEXICO = Flow("compute_exports", "TOTAL", "F", "A", "USA", "MEX")


def test_steps_lead_from_one_report_to_the_other(edition: Edition) -> None:
    steps = queries.pair_steps(edition, TO_MEXICO)
    flows = queries.pair_flows(edition, TO_MEXICO)
    both = flows.filter(pl.col("reported_by_from").is_not_null() & pl.col("reported_by_to").is_not_null())
    assert steps["time_period"].unique().sort().to_list() == both["time_period"].to_list()
    for _, rows in steps.group_by("time_period"):
        assert rows["place"].to_list() == list(range(1, 10))
        amounts = rows["amount"].fill_null(0).to_list()
        assert sum(amounts[:-1]) == amounts[-1]


def test_the_editions_own_freight_rule_comes_first(edition: Edition) -> None:
    rules = queries.freight_rules(edition)
    assert rules["is_default"].to_list() == [True, *[False] * (rules.height - 1)]
    assert {"fitted", "none"} < set(rules["valuation_rule"])
    others = rules["freight_share"][1:].drop_nulls()
    assert others.is_sorted()


@pytest.mark.parametrize(("rule", "share"), [("none", 0.0), ("fao", 0.12)])
def test_a_constant_rule_takes_the_same_off_every_pair(rule: str, share: float, edition: Edition) -> None:
    switch = queries.freight_switch(edition, "CHN", "DEU", rule)
    assert switch.rule == rule
    assert switch.shares.row(0) == ("CHN", "DEU", pytest.approx(share))
    assert {rule, switch.default} <= set(switch.sigmas["valuation_rule"])
    assert switch.sigmas.select("area", "role", "valuation_rule").is_unique().all()


def test_a_fitted_rule_knows_nothing_of_a_pair_without_a_distance(edition: Edition) -> None:
    assert queries.freight_switch(edition, "USA", "DEU", "fitted").shares["freight_share"][0] > 0
    assert queries.freight_switch(edition, "USA", "ZZZ", "fitted").shares["freight_share"][0] is None


def test_a_reporter_that_the_panel_knows_has_partners_and_years(edition: Edition) -> None:
    default = queries.freight_rules(edition)["valuation_rule"][0]
    own = queries.reporter_sigma(edition, "MEX", "to", default)
    assert own is not None
    row = queries.pair_flows(edition, TO_MEXICO).filter(time_period="2018").row(0, named=True)
    assert own["sigma"] == pytest.approx(row["sigma_to"])
    assert own["partners_count"] >= 10  # type: ignore[operator]
    assert queries.reporter_sigma(edition, "ZZZ", "to", default) is None


def test_studies_of_a_pair_are_found_from_either_end(edition: Edition) -> None:
    found = queries.pair_studies(edition, "USA", "MEX")
    assert found.height >= 3
    assert found.equals(queries.pair_studies(edition, "MEX", "USA"))
    assert queries.pair_studies(edition, "CAN", "DEU").is_empty()


def test_of_several_published_totals_the_one_of_the_speaking_source_counts(edition: Edition) -> None:
    held = queries.pair_totals(edition, TO_MEXICO, "2018")
    flow = queries.pair_flows(edition, TO_MEXICO).filter(time_period="2018").row(0, named=True)
    assert held.select("area", "role").rows() == [("USA", "from"), ("MEX", "to")]
    assert held["source_id"][0] == flow["source_from"]
    assert held.height == 2
    assert queries.pair_totals(edition, TO_MEXICO, "1066").is_empty()
