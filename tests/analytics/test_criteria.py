"""Criteria of dependency. The golden toy and all other figures are made up; check values of publishers say so."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compact_pipelines.analytics.concentration import hhi, normalised_hhi
from compact_pipelines.analytics.criteria import Measured, measure_criteria
from compact_pipelines.analytics.outside import concentration_range, gather_imports
from compact_pipelines.analytics.persistence import measure_stability
from compact_pipelines.analytics.supply import Supply
from compact_pipelines.contracts.dependence import load_dependence

MakeSupply = Callable[..., Supply]
RULES = load_dependence()
POSSIBLE = 200
PRINTED = 5e-7  # the checks are printed with six decimals
TOY_AREAS = ["USA", "CAN", "MEX", "ARE"]
TOY = [[0, 300, 320, 25], [420, 0, 10, 2], [475, 18, 0, 1], [7, 2, 1, 0]]  # exports, rows to columns


@pytest.fixture(scope="session")
def toy(make_supply: MakeSupply) -> Supply:
    flows = {
        (start, end): float(TOY[row][column])
        for row, start in enumerate(TOY_AREAS)
        for column, end in enumerate(TOY_AREAS)
        if start != end
    }
    return make_supply({(end, start): value for (start, end), value in flows.items()}, flows)


def judged(supply: Supply, *members: str, **more: Any) -> dict[tuple[str, str], Measured]:
    found = measure_criteria(supply, members, RULES, POSSIBLE, **more)
    return {(row.method, row.criterion): row for row in found}


# The index, of one receiver


def test_the_index_of_a_single_receiver_is_that_of_its_suppliers(toy: Supply) -> None:
    for area, expected, normalised in zip(
        TOY_AREAS,
        (0.494189, 0.882109, 0.935561, 0.803571),
        (0.241283, 0.823164, 0.903342, 0.705357),
        strict=True,
    ):
        found = judged(toy, area)["eu_2021", "concentration"].value
        assert found == pytest.approx(expected, abs=PRINTED)
        assert normalised_hhi(found or 0.0, 3) == pytest.approx(normalised, abs=PRINTED)


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=12))
def test_all_named_and_one_receiver_is_the_plain_index(make_supply: MakeSupply, values: list[float]) -> None:
    supply = make_supply({("USA", f"S{number:02d}"): value for number, value in enumerate(values)}, {})
    found = judged(supply, "USA")["eu_2021", "concentration"]
    shares = [value / sum(values) for value in values]
    assert found.value == pytest.approx(hhi(shares), rel=1e-9)
    assert 1 / len(values) - 1e-9 <= (found.value or 0) <= 1 + 1e-9


# Members are not suppliers


def test_only_imports_from_outside_count(toy: Supply) -> None:
    found = judged(toy, "USA", "CAN", "MEX")
    # What the three take from the fourth, 7 + 2 + 1, of 1,553 in all; their exports are 1,571 in all, 28 to the fourth.
    assert found["eu_2021", "concentration"].value == 1.0
    assert found["eu_2021", "outside_share"].value == pytest.approx(10 / 1553)
    assert found["eu_2021", "substitution"].value == pytest.approx(10 / 1571)
    assert found["cepii_geodep", "substitution"].value == pytest.approx(10 / 28)
    assert [found["eu_2021", name].is_met for name in ("concentration", "outside_share", "substitution")] == [
        True,
        False,
        False,
    ]
    assert found["eu_2021", "all"].value == 1.0
    assert found["eu_2021", "all"].is_met is False
    assert found["eu_2021", "all"].distance == -2.0


def test_a_distance_is_signed_and_a_limit_is_exceeded_above_it(make_supply: MakeSupply) -> None:
    supply = make_supply({("USA", "CHN"): 50.0, ("USA", "CAN"): 50.0, ("CAN", "USA"): 9.0}, {})
    found = judged(supply, "USA", "CAN")["eu_2021", "concentration"]
    assert (found.is_met, found.distance) == (True, pytest.approx(0.6))
    at = judged(make_supply({("USA", "CHN"): 1.0, ("USA", "CAN"): 1.0, ("CAN", "USA"): 0.0}, {}), "USA", "CAN")
    assert (at["eu_2021", "outside_share"].is_met, at["eu_2021", "outside_share"].distance) == (False, 0.0)


# What is not held


def test_an_empty_set_has_no_answer(toy: Supply) -> None:
    assert {row.reason for row in judged(toy).values()} == {"empty_set"}
    assert {row.is_met for row in judged(toy).values()} == {None}


def test_a_member_without_data_is_named_and_never_zero(toy: Supply) -> None:
    found = judged(toy, "USA", "BRA", "QAT")
    for row in found.values():
        assert (row.value, row.low, row.distance) == (None, None, None)
        if row.criterion != "world_exports":
            assert (row.reason, row.missing) == ("member_without_data", ("BRA", "QAT"))


def test_exports_that_are_not_held_blank_only_what_needs_them(make_supply: MakeSupply) -> None:
    found = judged(make_supply({("USA", "CHN"): 1.0}, {}), "USA")
    assert found["eu_2021", "concentration"].value == 1.0
    assert found["eu_2021", "substitution"].missing == ("USA",)
    assert (found["eu_2021", "all"].low, found["eu_2021", "all"].high) == (2.0, 3.0)
    assert found["eu_2021", "all"].is_met is None


def test_world_exports_are_judged_only_where_they_are_held(toy: Supply) -> None:
    without, known = judged(toy, "USA"), judged(toy, "USA", world_shares=[0.7, 0.2, 0.1])
    assert without["cepii_geodep", "world_exports"].reason == "world_exports_not_held"
    assert known["cepii_geodep", "world_exports"].value == pytest.approx(0.54)
    assert known["cepii_geodep", "world_exports"].distance == pytest.approx(0.14)


def test_without_exports_cepii_has_its_number_and_the_commission_none(make_supply: MakeSupply) -> None:
    found = judged(make_supply({("USA", "CHN"): 5.0}, {("USA", "CHN"): 0.0}), "USA")
    assert found["cepii_geodep", "substitution"].value == 9999
    assert found["eu_2021", "substitution"].reason == "zero_denominator"


def test_nothing_from_outside_is_undefined_and_not_zero(make_supply: MakeSupply) -> None:
    supply = make_supply({("USA", "CAN"): 5.0, ("CAN", "USA"): 3.0}, {("USA", "CAN"): 3.0, ("CAN", "USA"): 5.0})
    found = judged(supply, "USA", "CAN")
    assert found["eu_2021", "concentration"].reason == "undefined"
    assert found["eu_2021", "outside_share"].value == 0.0
    nothing = judged(make_supply({("USA", "CAN"): 0.0}, {("USA", "CAN"): 0.0}), "USA")
    assert {nothing["eu_2021", name].reason for name in ("concentration", "outside_share", "substitution")} == {
        "undefined"
    }


# What no supplier is named for


def test_bounds_of_one_receiver_are_those_of_the_definitions(make_supply: MakeSupply) -> None:
    supply = make_supply({("USA", "CHN"): 50.0, ("USA", "JPN"): 30.0}, {}, ("USA", 100.0))
    found = judged(supply, "USA")["eu_2021", "concentration"]
    others = POSSIBLE - 1 - 2
    assert (found.value, found.reason) == (None, "not_named")
    assert found.low == pytest.approx(0.25 + 0.09 + 0.04 / others)
    assert found.high == pytest.approx(0.25 + 0.09 + 0.04)
    assert (found.is_met, found.distance) == (False, pytest.approx(0.38 - 0.4))


def test_a_rest_may_come_from_a_member_that_is_not_named(make_supply: MakeSupply) -> None:
    imports = {("USA", "CHN"): 60.0, ("CAN", "USA"): 0.0, ("CAN", "CHN"): 0.0}
    open_ = judged(make_supply(imports, {}, ("USA", 100.0)), "USA", "CAN")["eu_2021", "outside_share"]
    assert (open_.low, open_.high) == (pytest.approx(0.6), pytest.approx(1.0))
    named = judged(make_supply({**imports, ("USA", "CAN"): 0.0}, {}, ("USA", 100.0)), "USA", "CAN")
    assert named["eu_2021", "outside_share"].value == pytest.approx(1.0)


@given(st.data())
def test_bounds_hold_whoever_supplies_the_rest(make_supply: MakeSupply, data: st.DataObject) -> None:
    """Name the rest in any way that the reports allow: the index and the shares stay within their bounds."""
    amounts = st.floats(0.0, 100.0)
    suppliers = ["USA", "CAN", "CHN", "JPN", "KOR", "VNM"]
    truth = {
        (member, supplier): data.draw(amounts)
        for member in ("USA", "CAN")
        for supplier in suppliers
        if supplier != member
    }
    spoken = {("USA", "CHN"), ("CAN", "CHN")}  # who names nobody says nothing
    named = {pair: value for pair, value in truth.items() if pair in spoken or data.draw(st.booleans())}
    wholes = [(member, sum(value for (who, _), value in truth.items() if who == member)) for member in ("USA", "CAN")]
    told, known = make_supply(named, {}, *wholes), make_supply(truth, {})
    exact = gather_imports(known, ["USA", "CAN"], ["USA", "CAN"], len(suppliers))
    bounds = gather_imports(told, ["USA", "CAN"], ["USA", "CAN"], len(suppliers))
    low, high = bounds.from_outside
    assert low - 1e-6 <= exact.from_outside[0] <= high + 1e-6
    index, ends = concentration_range(exact), concentration_range(bounds)
    if index is not None and exact.from_outside[0] > 1e-3:
        assert ends is not None
        assert ends[0] - 1e-6 <= index[0] <= ends[1] + 1e-6


@pytest.mark.parametrize("tiny", [1e-280, 5e-324])
@pytest.mark.parametrize("rest", [0.0, 100.0])
def test_a_figure_of_next_to_nothing_has_an_index(make_supply: MakeSupply, tiny: float, rest: float) -> None:
    supply = make_supply({("USA", "CHN"): tiny}, {}, ("USA", tiny + rest))
    ends = concentration_range(gather_imports(supply, ["USA"], ["USA"], 6))
    assert ends is not None
    assert 0 < ends[0] <= ends[1] <= 1
    assert ends[1] == pytest.approx(1.0)


def test_rescaling_changes_no_criterion(toy: Supply, make_supply: MakeSupply) -> None:
    scaled = {(TOY_AREAS[r], TOY_AREAS[c]): TOY[r][c] * 1e9 for r in range(4) for c in range(4) if r != c}
    large = make_supply({(end, start): value for (start, end), value in scaled.items()}, scaled)
    for key, row in judged(toy, "USA", "ARE").items():
        other = judged(large, "USA", "ARE")[key]
        assert np.isclose(row.value or 0, other.value or 0, rtol=1e-12)


# Years on the list


def test_years_runs_and_the_last_year_met_are_counted() -> None:
    met = {"2014": True, "2015": True, "2016": False, "2017": True, "2018": None, "2019": True}
    found = measure_stability(met, 2, 3)
    assert (found.years_held, found.years_met, found.longest_run) == (5, 4, 2)
    assert (found.first_year, found.last_year, found.last_year_met) == ("2014", "2019", "2019")


def test_a_year_without_an_answer_ends_a_run() -> None:
    assert measure_stability({"2014": True, "2016": True}, 2, 3).longest_run == 1


@pytest.mark.parametrize(
    ("met", "lasting"),
    [
        ({"2017": True, "2018": True, "2019": False}, True),
        ({"2017": True, "2018": False, "2019": False}, False),
        ({"2018": True, "2019": False}, None),
        ({"2018": False, "2019": False}, False),
        ({"2015": True, "2016": True, "2019": True}, None),
        ({"2019": None}, None),
        ({}, None),
    ],
)
def test_two_of_three_years_last_and_a_missing_year_may_decide(
    met: dict[str, bool | None], lasting: bool | None
) -> None:
    assert measure_stability(met, 2, 3).is_lasting is lasting
