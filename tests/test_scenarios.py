"""Questions about a membership, asked of the embedded edition."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.errors import ModelRefused, UsageError
from compact_pipelines.scenarios import Inputs, accession, answer, answer_under, load_inputs, share, simple_shares
from compact_pipelines.scenarios.asking import assumptions_of
from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.layout import Layout

CORE = ["USA", "CAN", "MEX"]


@pytest.fixture(scope="module")
def inputs(edition_root: Path) -> Inputs:
    connection = read.connect(Layout(edition_root)).connection
    return load_inputs(lambda sql: connection.execute(sql).pl())


def asked(
    inputs: Inputs, members: list[str], candidates: list[str], base_id: str | None = None, draws: int = 1
) -> dict[str, Any]:
    """The answer of fewer draws than a reader may ask for."""
    assumptions = replace(assumptions_of(inputs), draws=draws)
    return answer_under(inputs, members, candidates, inputs.base(base_id), assumptions)


def gain(found: dict[str, Any], area: str) -> float:
    [row] = [row for row in found["areas"] if row["area"] == area]
    return float(row["gain_percent"])


def test_a_bloc_that_has_no_agreement_with_the_candidate_gains(inputs: Inputs) -> None:
    found = asked(inputs, CORE, ["ARE"], draws=50)
    assert found["reason"] is None
    assert 0.2 < gain(found, "ARE") < 2
    assert found["lowest_member"]["area"] in CORE
    assert [row["area"] for row in found["cautions"]] == ["ARE"]
    assert found["base"]["output_per_gdp"] == {"point": 1.8, "low": 1.0, "high": 2.6}
    assert len(found["omissions"]) == 9


def test_a_pair_that_has_an_agreement_is_told_with_what_says_so(inputs: Inputs) -> None:
    found = asked(inputs, CORE, ["JPN"])
    assert found["pairs_changed"] == [["JPN", "USA"]]
    told = {(pair["area_1"], pair["area_2"]): pair["basis"] for pair in found["pairs_in_force"]}
    assert sorted(told) == [("CAN", "JPN"), ("JPN", "MEX")]
    assert all(told.values())


def test_gains_fall_with_the_elasticity_and_rise_where_less_is_sold_at_home(inputs: Inputs) -> None:
    found = asked(inputs, CORE, ["ARE"])
    by_sigma = [row["gain_percent"] for row in found["sensitivity"] if row["area"] == "ARE"]
    assert by_sigma == sorted(by_sigma, reverse=True)
    assert by_sigma[1] == gain(found, "ARE")
    others = {(row["base_id"], row["area"]): row for row in found["other_bases"]}
    assert others["goods_2018_gdp", "ARE"]["gain_percent"] > gain(found, "ARE")
    assert others["guide_2006", "ARE"] == {
        "base_id": "guide_2006",
        "time_period": "2006",
        "area": "ARE",
        "gain_percent": None,
        "gain_if_unknown_new": None,
        "reason": "not_in_base",
    }
    assert "guide_1994_fitted" not in {row["base_id"] for row in found["other_bases"]}


def test_another_base_counts_the_agreements_of_its_year_too(inputs: Inputs) -> None:
    assert ("DEU", "ROU") in inputs.agreements["guide_2006"].in_force
    assert ("DEU", "ROU") not in inputs.agreements["goods_2018"].in_force
    found = asked(inputs, ["DEU"], ["ROU"], "guide_2006")
    assert found["reason"] == "nothing_changes"
    assert [pair["basis"] for pair in found["pairs_in_force"]] == ["gravity_panel"]


def test_of_an_area_that_the_list_lacks_nothing_later_than_the_base_year_is_known(inputs: Inputs) -> None:
    found = asked(inputs, ["CAN"], ["AUT", "FRA"], "guide_2006")
    # Canada's agreement with the Union came after 2006: the list says it of France and is silent on Austria. Nor does
    # the panel, whose agreements leave out the Union itself, say that Austria and France are in it.
    assert [(pair["area_1"], pair["area_2"], pair["reason"]) for pair in found["pairs_unknown"]] == [
        ("AUT", "CAN", "area_not_listed"),
        ("AUT", "FRA", "area_not_listed"),
    ]
    assert (found["reason"], found["pairs_changed"]) == ("agreement_unknown", [])
    assert [(pair["area_1"], pair["area_2"]) for pair in found["pairs_in_force"]] == [("CAN", "FRA")]
    assert not any(pair[0] == "AUT" or pair[1] == "AUT" for pair in inputs.agreements["goods_2018"].unknown)


def test_a_pair_that_is_not_verified_gives_no_gain_and_no_zero(inputs: Inputs) -> None:
    found = asked(inputs, ["ARE"], ["IDN"])
    assert found["reason"] == "agreement_unknown"
    assert [(pair["area_1"], pair["area_2"], pair["reason"]) for pair in found["pairs_unknown"]] == [
        ("ARE", "IDN", "agreement_unverified")
    ]
    told = {row["area"]: row for row in found["areas"]}
    assert (told["ARE"]["gain_percent"], told["ARE"]["gain_p05"]) == (None, None)
    assert told["ARE"]["gain_if_unknown_new"] == pytest.approx(0.0545, abs=1e-4)
    assert told["IDN"]["gain_if_unknown_new"] == pytest.approx(0.0171, abs=1e-4)
    with pytest.raises(ModelRefused, match="of ARE-IDN it could not be verified"):
        share(inputs, "welfare", ["ARE", "IDN"])


def test_unknown_pairs_beside_new_ones_have_a_second_point_in_the_shares_too(inputs: Inputs) -> None:
    shared = share(inputs, "welfare", ["ARE", "USA", "IDN"])
    assert (shared["pairs_changed"], shared["pairs_unknown"]) == ([["ARE", "USA"], ["IDN", "USA"]], [["ARE", "IDN"]])
    assert shared["total_if_unknown_new"] > shared["total"]
    both = {name: sum(row[name] for row in shared["members"]) for name in ("value", "value_if_unknown_new")}
    assert both == pytest.approx({"value": shared["total"], "value_if_unknown_new": shared["total_if_unknown_new"]})
    whole = asked(inputs, ["ARE", "USA", "IDN"], [])["whole"]
    assert whole["gain_if_unknown_new"] / whole["gain_percent"] == pytest.approx(
        shared["total_if_unknown_new"] / shared["total"]
    )


def test_a_scheme_on_some_tariffs_leaves_an_agreement_to_make(inputs: Inputs) -> None:
    found = asked(inputs, CORE, ["KOR"])
    assert (found["reason"], found["pairs_changed"], found["pairs_unknown"]) == (None, [["KOR", "MEX"]], [])
    assert gain(found, "KOR") == pytest.approx(0.0504, abs=1e-4)
    assert gain(found, "USA") < 0
    assert gain(asked(inputs, CORE, ["IND"]), "MEX") > 0


def test_a_member_that_is_asked_to_join_has_its_gain_and_no_reason_on_other_bases(inputs: Inputs) -> None:
    found = asked(inputs, CORE, ["ARE", "CAN"])
    others = {(row["base_id"], row["area"]): row for row in found["other_bases"]}
    canada = others["goods_2018_gdp", "CAN"]
    assert (canada["gain_percent"] > 0, canada["reason"]) == (True, None)
    assert others["guide_2006", "CAN"]["reason"] == "no_candidate_in_base"
    assert found["left_out"] == [{"area": "CAN", "reason": "candidate_is_member"}]


def test_a_sensitivity_that_is_not_solved_is_blank_with_its_reason(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accession, "point_gains", lambda *_: None)
    rows = asked(inputs, CORE, ["ARE"])["sensitivity"]
    assert {(row["gain_percent"], row["reason"]) for row in rows} == {(None, "not_solved")}


def test_shares_of_nobody_and_of_one_are_blank_and_not_zero(inputs: Inputs) -> None:
    shares = simple_shares(inputs, [], ["ARE"])
    assert shares["time_period"] == "2018"
    for moment in ("before", "after"):
        assert set(shares[moment].values()) == {None}
        assert set(shares["reasons"][moment].values()) == {"fewer_than_two_members"}


@pytest.mark.parametrize("candidate", ["AUT", "HTI", "TWN"])  # no flow of the first two is held, hardly one of Taiwan's
def test_a_candidate_without_data_leaves_no_share_and_is_named(candidate: str, inputs: Inputs) -> None:
    shares = simple_shares(inputs, CORE, [candidate])
    assert set(shares["after"].values()) == {None}
    assert set(shares["reasons"]["after"].values()) == {"member_without_data"}
    assert shares["missing"]["after"]["intra_share"] == [candidate]
    assert None not in shares["before"].values()


def test_of_all_goods_trade_less_stays_inside_than_of_that_with_areas_held(inputs: Inputs) -> None:
    shares = simple_shares(inputs, CORE, ["ARE"])
    for moment, held, whole in (("before", 0.459, 0.420), ("after", 0.439, 0.389)):
        assert shares[moment]["intra_share"] == pytest.approx(held, abs=5e-4)
        assert shares[moment]["intra_share_of_totals"] == pytest.approx(whole, abs=5e-4)
    assert f"trade with the {shares['areas_count']} areas held" in shares["note"]
    gulf = simple_shares(inputs, CORE, ["BHR"])
    assert gulf["reasons"]["after"] == {"intra_share_of_totals": "no_published_total"}
    assert gulf["missing"]["after"] == {"intra_share_of_totals": ["BHR"]}


def test_what_three_reach_in_pairs_alone_is_refused(inputs: Inputs) -> None:
    with pytest.raises(ModelRefused, match="among these members resilience is no more than the sum of its pairs"):
        share(inputs, "resilience", CORE)
    shared = share(inputs, "concentration_fall", [*CORE, "JPN"])
    assert shared["members"][0]["area"] == "USA"
    assert sum(row["value"] for row in shared["members"]) == pytest.approx(shared["total"])


def test_welfare_of_those_who_have_all_agreements_is_nothing(inputs: Inputs) -> None:
    shared = share(inputs, "welfare", CORE)
    assert {row["value"] for row in shared["members"]} == {0.0}
    assert (shared["reason"], shared["pairs_changed"], shared["pairs_unknown"]) == ("nothing_changes", [], [])


@pytest.mark.parametrize("goal", ["resilience", "concentration_fall"])
def test_a_member_whose_suppliers_are_not_held_is_refused(inputs: Inputs, goal: str) -> None:
    # Of what Taiwan buys one seller is held: it would look as if nobody could be cut off but that one.
    assert inputs.goods.filter(to_area="TWN").height == 1
    with pytest.raises(ModelRefused, match="no published total of imports is held of TWN"):
        share(inputs, goal, ["USA", "TWN", "JPN"])


def test_one_member_alone_has_nothing_to_share(inputs: Inputs) -> None:
    with pytest.raises(ModelRefused, match="USA alone reaches nothing together with others"):
        share(inputs, "resilience", ["USA", "USA"])


def test_an_edition_without_an_estimate_is_refused() -> None:
    with pytest.raises(ModelRefused, match="build it anew with `compact run`"):
        load_inputs(lambda _sql: pl.DataFrame({"estimate_id": ["other"], "term": ["rta"]}))


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"base_id": "moon"}, "no base 'moon'"),
        ({"draws": 20_001}, "20001 draws were asked for; allowed are 500 to 20,000"),
        ({"draws": 499}, "499 draws were asked for; allowed are 500 to 20,000"),
        ({"sigma": 101.0}, "sigma is 101; allowed are 1.5 to 100"),
        ({"sigma": 1.0001}, "allowed are 1.5 to 100"),
        ({"sigma": float("nan")}, "allowed are 1.5 to 100"),
        ({"seed": -1}, "seed is -1; allowed are 0 and more"),
    ],
)
def test_choices_out_of_range_are_told(inputs: Inputs, choice: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        answer(inputs, CORE, ["ARE"], **choice)


@pytest.mark.parametrize("choice", [{"sigma": 0.0}, {"sigma": 1.0001}, {"seed": -1}, {"base_id": "moon"}])
def test_the_same_is_told_of_what_is_shared_out(inputs: Inputs, choice: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"allowed are|the bases are"):
        share(inputs, "resilience", [*CORE, "JPN"], **choice)
