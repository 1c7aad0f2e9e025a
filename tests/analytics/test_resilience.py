"""Cuts, removals, friends and distances. All figures are made up unless a test says where they are from."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compact_pipelines.analytics import dependency_tables as tables
from compact_pipelines.analytics.resilience import (
    cut_suppliers,
    measure_friend_share,
    measure_geopolitical_distance,
    measure_import_dependency,
    measure_self_sufficiency,
    remove_members,
)
from compact_pipelines.analytics.supply import Supply, build_export_totals
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.dependence import load_dependence
from compact_pipelines.contracts.judges import POLARS_TYPES

MakeSupply = Callable[..., Supply]
PRINTED = 5e-7
TOY_AREAS = ["USA", "CAN", "MEX", "ARE"]
TOY = [[0, 300, 320, 25], [420, 0, 10, 2], [475, 18, 0, 1], [7, 2, 1, 0]]
IMPORTS = {("USA", "CHN"): 40.0, ("USA", "CAN"): 35.0, ("USA", "JPN"): 25.0, ("CAN", "USA"): 60.0, ("CAN", "JPN"): 40.0}


@pytest.fixture(scope="session")
def supply(make_supply: MakeSupply) -> Supply:
    return make_supply(IMPORTS, {})


@pytest.fixture(scope="session")
def toy(make_supply: MakeSupply) -> Supply:
    return make_supply(
        {(TOY_AREAS[c], TOY_AREAS[r]): float(TOY[r][c]) for r in range(4) for c in range(4) if r != c}, {}
    )


# Friends


def test_a_friend_share_is_what_comes_from_the_set(supply: Supply) -> None:
    assert measure_friend_share(supply, ["USA", "CAN"], ["USA", "CAN"]).value == pytest.approx(95 / 200)
    assert measure_friend_share(supply, ["USA"], ["USA", "CAN", "JPN"]).value == pytest.approx(0.6)
    assert measure_friend_share(supply, ["USA"], ["USA"]).value == 0.0


def test_a_friend_share_has_bounds_where_a_friend_is_not_named(make_supply: MakeSupply) -> None:
    open_ = make_supply({("USA", "CHN"): 50.0, ("USA", "CAN"): 30.0}, {}, ("USA", 100.0))
    known = measure_friend_share(open_, ["USA"], ["USA", "CAN"])
    assert known.value == pytest.approx(0.3)
    unknown = measure_friend_share(open_, ["USA"], ["USA", "CAN", "QAT"])
    assert (unknown.value, unknown.low, unknown.high) == (None, pytest.approx(0.3), pytest.approx(0.5))
    assert unknown.reason == "not_named"


def test_a_friend_share_never_falls_when_a_friend_joins(supply: Supply) -> None:
    joined = [measure_friend_share(supply, ["USA", "CAN"], ["USA", "CAN", *more]).value or 0 for more in ([], ["JPN"])]
    assert joined[1] > joined[0]


@pytest.mark.parametrize(
    ("receivers", "reason", "missing"),
    [([], "empty_set", ()), (["USA", "MEX"], "member_without_data", ("MEX",))],
)
def test_nothing_is_said_for_an_empty_set_or_a_silent_member(
    supply: Supply, receivers: list[str], reason: str, missing: tuple[str, ...]
) -> None:
    for found in (
        measure_friend_share(supply, receivers, receivers),
        cut_suppliers(supply, receivers, receivers, 5)[1],
        remove_members(supply, receivers)[1],
        measure_geopolitical_distance(supply, receivers, {}, 0.5),
    ):
        assert found is not None
        assert (found.reason, found.missing) == (reason, missing)


# Cuts


def test_the_largest_supplier_goes_first_and_what_it_supplies_is_lost(supply: Supply) -> None:
    cuts, refusal = cut_suppliers(supply, ["USA", "CAN"], ["USA", "CAN"], 5)
    assert refusal is None
    assert [(cut.supplier, cut.lost, cut.kept_share) for cut in cuts] == [
        (None, 0.0, 1.0),
        ("JPN", 65.0, pytest.approx(0.675)),
        ("CHN", 40.0, pytest.approx(0.475)),
    ]
    assert cuts[-1].kept_share == pytest.approx(measure_friend_share(supply, ["USA", "CAN"], ["USA", "CAN"]).value)


def test_of_an_area_by_itself_everybody_can_be_cut(supply: Supply) -> None:
    cuts, _ = cut_suppliers(supply, ["USA"], ["USA"], 9)
    assert [cut.supplier for cut in cuts] == [None, "CHN", "CAN", "JPN"]
    assert cuts[1].kept_share == pytest.approx(1 - 0.4)  # one less its share: p m is lost
    assert cuts[-1].kept_share == 0.0


def test_what_is_not_named_may_be_of_a_supplier_that_is_cut(make_supply: MakeSupply) -> None:
    open_ = make_supply({("USA", "CHN"): 60.0, ("CAN", "JPN"): 40.0}, {}, ("CAN", 60.0))
    cuts, _ = cut_suppliers(open_, ["USA", "CAN"], ["USA", "CAN"], 5)
    assert [(cut.supplier, cut.kept_share, cut.kept_low) for cut in cuts[1:]] == [
        ("CHN", pytest.approx(0.5), pytest.approx(1 / 3)),
        ("JPN", pytest.approx(1 / 6), pytest.approx(0.0)),
    ]


@given(st.dictionaries(st.sampled_from(["CHN", "JPN", "KOR", "DEU", "BRA"]), st.floats(0.0, 1e9), min_size=1))
def test_a_curve_falls_from_the_whole_and_never_below_nothing(
    make_supply: MakeSupply, suppliers: dict[str, float]
) -> None:
    made = make_supply({("USA", supplier): value for supplier, value in suppliers.items()}, {})
    cuts, refusal = cut_suppliers(made, ["USA"], ["USA"], 9)
    if not sum(suppliers.values()):
        assert (cuts, refusal and refusal.reason) == ([], "undefined")
        return
    kept = [cut.kept_share for cut in cuts]
    assert kept == sorted(kept, reverse=True)
    assert kept[0] == 1.0
    assert kept[-1] == pytest.approx(0.0, abs=1e-9)


def test_without_its_largest_member_the_toy_keeps_what_the_definitions_say(toy: Supply) -> None:
    cuts, _ = remove_members(toy, TOY_AREAS)
    assert cuts[1].supplier == "USA"
    assert 1 - cuts[1].kept_share == pytest.approx(0.978495, abs=PRINTED)
    assert [cut.supplier for cut in cuts[2:]] == ["MEX", "CAN", "ARE"]
    assert cuts[-1].kept_share == 0.0
    assert sum(cut.lost for cut in cuts) == pytest.approx(1581)


def test_a_member_that_is_not_named_may_stand_behind_the_rest(make_supply: MakeSupply) -> None:
    # The United States names no figure for Mexico and has 20 more than it names.
    told = {("USA", "CAN"): 30.0, ("CAN", "USA"): 40.0, ("CAN", "MEX"): 5.0, ("MEX", "USA"): 20.0, ("MEX", "CAN"): 5.0}
    cuts, refusal = remove_members(make_supply(told, {}, ("USA", 50.0)), ["USA", "CAN", "MEX"])
    assert refusal is None
    assert [(cut.supplier, cut.kept_share) for cut in cuts] == [
        (None, 1.0), ("USA", 0.1), ("CAN", 0.0), ("MEX", 0.0),
    ]  # fmt: skip
    # Without the United States 10 of 100 stay, 10 of 120 if all 20 are Mexico's.
    assert (cuts[1].kept_low, cuts[1].kept_high) == (pytest.approx(10 / 120), pytest.approx(0.1))
    whole, _ = remove_members(make_supply(told, {}, ("USA", 30.0)), ["USA", "CAN", "MEX"])
    assert [(cut.kept_low, cut.kept_high) for cut in whole] == [(cut.kept_share, cut.kept_share) for cut in whole]


def test_what_is_not_named_may_stay_among_those_who_are_left(make_supply: MakeSupply) -> None:
    told = {("USA", "CAN"): 90.0, ("CAN", "USA"): 90.0, ("MEX", "CAN"): 10.0, ("MEX", "USA"): 5.0, ("CAN", "MEX"): 5.0}
    cuts, _ = remove_members(make_supply({**told, ("USA", "JPN"): 1.0}, {}, ("USA", 111.0)), ["USA", "CAN", "MEX"])
    # Canada leaves: 5 of 200 stay by what is named; 25 of 220 if the 20 not named are Mexico's.
    assert (cuts[1].supplier, cuts[1].kept_share) == ("CAN", pytest.approx(5 / 200))
    assert (cuts[1].kept_low, cuts[1].kept_high) == (pytest.approx(5 / 200), pytest.approx(25 / 220))


def test_without_a_published_total_a_member_that_is_not_named_is_unknown(make_supply: MakeSupply) -> None:
    told = make_supply({("USA", "CAN"): 30.0, ("CAN", "USA"): 40.0, ("MEX", "USA"): 5.0, ("MEX", "CAN"): 5.0}, {})
    cuts, refusal = remove_members(told, ["USA", "CAN", "MEX"])
    assert (cuts, refusal and (refusal.reason, refusal.missing)) == ([], ("not_named", ("CAN", "USA")))


def test_one_member_and_members_without_trade_have_none_to_lose(supply: Supply, make_supply: MakeSupply) -> None:
    refusals = [
        remove_members(supply, ["USA"])[1],
        remove_members(
            make_supply({("USA", "CHN"): 1.0, ("CAN", "CHN"): 1.0}, {}, ("USA", 1.0), ("CAN", 1.0)), ["USA", "CAN"]
        )[1],
    ]
    assert [refusal and refusal.reason for refusal in refusals] == ["one_member", "undefined"]


# Home use


def test_import_dependency_can_exceed_one_and_needs_production() -> None:
    assert measure_import_dependency(80.0, 60.0, 30.0).value == pytest.approx(1.6)
    assert measure_self_sufficiency(80.0, 60.0, 30.0).value == pytest.approx(0.6)
    assert measure_import_dependency(80.0, 60.0, None).reason == "production_not_held"
    assert measure_import_dependency(None, 60.0, 10.0).reason == "member_without_data"
    assert measure_self_sufficiency(10.0, 20.0, 10.0).reason == "zero_denominator"
    assert measure_self_sufficiency(10.0, 30.0, 10.0).reason == "negative_denominator"


# Geopolitical distance


def test_the_distance_of_the_published_example(make_supply: MakeSupply) -> None:
    """McKinsey Global Institute: Iran at 10, half with the United States (0), half with Brazil (5): 7.5."""
    iran = make_supply({("IRN", "USA"): 1.0, ("IRN", "BRA"): 1.0}, {})
    found = measure_geopolitical_distance(iran, ["IRN"], {"IRN": 10.0, "USA": 0.0, "BRA": 5.0}, 0.5)
    assert (found.value, found.covered_share, found.reason) == (7.5, 1.0, None)


def test_a_supplier_without_a_position_is_not_in_the_mean_and_is_told(supply: Supply) -> None:
    found = measure_geopolitical_distance(supply, ["USA"], {"USA": 0.0, "CHN": 8.0, "CAN": 1.0}, 0.5)
    assert found.covered_share == pytest.approx(0.75)
    assert found.value == pytest.approx((40 * 8 + 35 * 1) / 75)
    few = measure_geopolitical_distance(supply, ["USA"], {"USA": 0.0, "CAN": 1.0}, 0.5)
    assert (few.value, few.reason) == (None, "few_positions")
    own = measure_geopolitical_distance(supply, ["USA", "CAN"], {"CAN": 1.0, "CHN": 8.0}, 0.5)
    assert (own.reason, own.missing) == ("position_not_held", ("USA",))


@pytest.mark.parametrize(("year", "window"), [("2012", "2011-2015"), ("2018", "2016-2020"), ("2025", "2016-2020")])
def test_positions_are_of_the_window_of_the_year_or_the_nearest(year: str, window: str) -> None:
    positions = pl.DataFrame(
        {"area": ["USA", "USA"], "time_period": ["2011-2015", "2016-2020"], "position": [0.0, 0.0]}
    )
    assert tables.positions_for(positions, year) == (window, {"USA": 0.0})
    assert tables.positions_for(positions.clear(), year) == (None, {})


# Tables


@pytest.mark.parametrize(
    ("table", "schema"),
    [
        ("out_dependency_criteria", tables.CRITERIA),
        ("out_dependency_stability", tables.STABILITY),
        ("out_supplier_cuts", tables.CUTS),
        ("out_geopolitical_distance", tables.DISTANCES),
    ],
)
def test_tables_have_the_columns_of_their_contracts(table: str, schema: dict[str, Any]) -> None:
    columns = load_contracts().published[table].columns
    assert {name: POLARS_TYPES[column.type] for name, column in columns.items()} == schema


def test_every_set_product_and_year_has_all_its_criteria_and_one_history(supply: Supply) -> None:
    rules = load_dependence()
    supplies = {("TOTAL", year): supply for year in ("2017", "2018")}
    criteria = tables.build_dependency_criteria(supplies, {"b": ["USA", "CAN"], "a": ["USA", "MEX"]}, rules, 200)
    assert criteria.schema == pl.Schema(tables.CRITERIA)
    assert criteria.height == 2 * 2 * 8
    assert criteria.equals(criteria.sort("bloc", "subject", "time_period", "method", "criterion"))
    missing = criteria.filter(bloc="a", criterion="concentration")
    assert missing.select("missing_members", "members_count", "members_with_data").unique().row(0) == ("MEX", 2, 1)
    history = tables.build_dependency_stability(criteria, rules)
    met = history.filter(bloc="b", method="eu_2021", criterion="concentration").row(0, named=True)
    assert (met["years_held"], met["years_met"], met["is_lasting"], met["reason"]) == (2, 2, True, None)
    never = history.filter(bloc="a", criterion="concentration")
    assert never["reason"].to_list() == ["no_year_held", "no_year_held"]


def test_a_set_without_an_answer_has_one_row_of_cuts_that_says_why(supply: Supply) -> None:
    cuts = tables.build_supplier_cuts({("TOTAL", "2018"): supply}, {"b": ["USA", "MEX"]}, ["USA", "MEX", "CAN"])
    assert cuts.filter(receiver_kind="bloc").select("cut_count", "kept_share", "reason", "missing_members").rows() == [
        (0, None, "member_without_data", "MEX")
    ]
    assert cuts.filter(receiver_kind="area")["receiver"].unique().sort().to_list() == ["CAN", "USA"]


def test_distances_are_of_every_receiver_with_the_window_they_rest_on(supply: Supply) -> None:
    areas = ["USA", "CAN", "CHN", "JPN"]
    positions = pl.DataFrame({"area": areas, "time_period": ["2014/2024"] * 4, "position": [0.0, 1.0, 8.0, 2.0]})
    supplies = {("TOTAL", "2018"): supply}
    blocs = {"b": ["USA", "CAN"], "c": ["USA", "MEX"]}
    found = tables.build_geopolitical_distance(supplies, blocs, ["USA", "MEX"], positions, 0.5)
    assert found.select("receiver", "reason", "missing_members", "position_period").rows() == [
        ("USA", None, None, "2014/2024"),
        ("b", None, None, "2014/2024"),
        ("c", "member_without_data", "MEX", "2014/2024"),
    ]
    assert found["distance"][0] == pytest.approx(0.4 * 8 + 0.35 * 1 + 0.25 * 2)
    assert found["distance"][1] == pytest.approx((40 * 8 + 35 + 25 * 2 + 60 * 1 + 40 * 1) / 200)


# What areas send


def test_exports_are_told_by_one_source_of_the_sender(
    flow: Callable[..., dict[str, Any]], mirror_flows: Callable[..., pl.DataFrame]
) -> None:
    def sent(to: str, value: float, source: str) -> dict[str, Any]:
        told = {"reported_by_from": value, "source_from": source, "reported_by_to": None, "source_to": None}
        return flow("USA", to, **told)

    totals = pl.DataFrame(
        {
            "subject": ["TOTAL"],
            "unit_measure": ["USD"],
            "time_period": ["2018"],
            "area": ["USA"],
            "source_id": ["customs"],
            "value": [100.0],
        }
    )
    flows = mirror_flows(sent("CAN", 60.0, "customs"), sent("MEX", 10.0, "customs"), sent("CHN", 70.0, "fund"))
    (row,) = build_export_totals(flows, totals).rows(named=True)
    assert (row["source_id"], row["named_value"], row["total_value"], row["has_total"]) == ("customs", 70, 100, True)
    (plain,) = build_export_totals(flows, totals.clear()).rows(named=True)
    assert (plain["total_value"], plain["has_total"]) == (70, False)
    (negative,) = build_export_totals(mirror_flows(sent("CAN", -1.0, "customs")), totals).rows(named=True)
    assert (negative["total_value"], negative["reason"]) == (None, "negative_input")
