"""How much a set of members deals with itself. Golden toy, neutral worlds and inline flows are made up."""

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.cohesion import (
    build_cohesion,
    measure_asymmetry,
    measure_bloc,
    measure_external_internal,
    measure_intra_share,
    measure_introversion,
)
from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

PUBLISHED = load_contracts().published["out_cohesion"]
PRINTED = 5e-7  # the checks are printed with six decimals
METRICS = 8
NORTH_AMERICA = ["USA", "CAN", "MEX"]
OUTSIDERS = ["CHN", "DEU", "JPN", "KOR"]

Flow = Callable[..., dict[str, Any]]
MirrorFlows = Callable[..., pl.DataFrame]
Edges = list[tuple[str, str, float]]

sums = st.floats(min_value=1e-3, max_value=1e12)
counts = st.integers(1, 10**13)

pytestmark = pytest.mark.usefixtures("toys_are_measured")


# One set of members in one graph


def test_golden_toy_of_north_america(toy: "nx.DiGraph[str]") -> None:
    # I = 1543 among the three, E = 38 to and from the UAE.
    measured = measure_bloc(toy, NORTH_AMERICA)
    assert measured["intra_export_share"] == pytest.approx(0.982177, abs=PRINTED)
    assert measured["intra_share"] == pytest.approx(0.987836, abs=PRINTED)
    assert measured["external_internal"] == pytest.approx(-0.951929, abs=PRINTED)
    assert measured["modularity"] == pytest.approx(-0.000288851, abs=5e-10)
    assert measured["introversion"] is None  # one outsider deals with no other
    assert measured["density"] == 1


def test_reciprocity_and_density_look_only_within(toy: "nx.DiGraph[str]") -> None:
    # USA-CAN returns 2 * 300, USA-MEX 2 * 320, CAN-MEX 2 * 10, of 1543 in all.
    assert measure_bloc(toy, NORTH_AMERICA)["reciprocity"] == pytest.approx(2 * 630 / 1543)
    one_way = build_graph([("USA", "CAN", 5.0), ("CAN", "CHN", 9.0), ("CHN", "CAN", 9.0)])
    measured = measure_bloc(one_way, ["USA", "CAN"])
    assert (measured["reciprocity"], measured["density"]) == (0, 0.5)


def test_the_three_sums_by_hand() -> None:
    assert measure_intra_share(1543, 38) == pytest.approx(2 * 1543 / (2 * 1543 + 38))
    assert measure_external_internal(1543, 38) == pytest.approx((38 - 1543) / (38 + 1543))
    assert (measure_external_internal(0, 5), measure_external_internal(5, 0)) == (1, -1)
    # HI = (20 / 30) / (10 / 30) = 2 and HE = (1 / 3) / (2 / 3) = 1 / 2.
    assert measure_introversion(0, 10, 10) == -1
    assert measure_introversion(10, 10, 10) == pytest.approx((2 - 0.5) / (2 + 0.5))


@pytest.mark.parametrize("zero", [measure_intra_share, measure_external_internal])
def test_a_set_without_dealings_has_no_share(zero: Callable[[float, float], float | None]) -> None:
    assert zero(0, 0) is None


@pytest.mark.parametrize("parts", [(0, 0, 5), (5, 0, 5), (5, 5, 0), (5, 0, 0), (0, 0, 0)])
def test_introversion_needs_outsiders_and_a_border_that_is_crossed(parts: tuple[float, float, float]) -> None:
    assert measure_introversion(*parts) is None


@settings(deadline=None)
@given(internal=sums, external=sums, outside=sums, factor=st.floats(min_value=1e-6, max_value=1e6))
def test_every_share_keeps_its_range_and_its_value_in_any_unit(
    internal: float, external: float, outside: float, factor: float
) -> None:
    inward = measure_introversion(internal, external, outside)
    intra, balance = measure_intra_share(internal, external), measure_external_internal(internal, external)
    assert inward is not None
    assert intra is not None
    assert balance is not None
    assert 0 <= intra <= 1
    assert -1 <= balance <= 1
    assert -1 - 1e-9 <= inward <= 1 + 1e-9
    scaled = measure_introversion(internal * factor, external * factor, outside * factor)
    assert scaled == pytest.approx(inward, abs=1e-12)


# Introversion: neutral, closed, open


@settings(deadline=None)
@given(members=sums, outsiders=sums)
def test_a_world_that_deals_in_proportion_to_size_is_neutral(members: float, outsiders: float) -> None:
    # Each dollar of either side meets a partner by its size: I = b * b / 2, E = b * o, O = o * o / 2.
    neutral = measure_introversion(members * members / 2, members * outsiders, outsiders * outsiders / 2)
    assert neutral == pytest.approx(0, abs=1e-12)


@settings(deadline=None)
@given(internal=counts, external=counts, outside=counts)
def test_introversion_is_that_of_its_definition(internal: int, external: int, outside: int) -> None:
    # HI = (T_BB / T_B) / (T_OB / T_O), HE = (1 - T_BB / T_B) / (1 - T_OB / T_O), here without rounding.
    own = Fraction(2 * internal, 2 * internal + external)
    theirs = Fraction(external, 2 * outside + external)
    inward, outward = own / theirs, (1 - own) / (1 - theirs)
    expected = (inward - outward) / (inward + outward)
    assert measure_introversion(internal, external, outside) == pytest.approx(float(expected), abs=1e-12)


def world(inside: float, across: float) -> "nx.DiGraph[str]":
    """Flows a_i * a_j of areas of one size each, three members and four outsiders, times a factor by side.

    An area does not deal with itself, so within a side of n areas n * n flows fall on n * (n - 1) pairs.
    """
    edges: Edges = []
    for start, end in itertools.permutations([*NORTH_AMERICA, *OUTSIDERS], 2):
        sides = (start in NORTH_AMERICA, end in NORTH_AMERICA)
        kept = 3 / 2 if all(sides) else 4 / 3 if not any(sides) else 1
        edges.append((start, end, kept * (inside if all(sides) else across if any(sides) else 1)))
    return build_graph(edges)


def test_a_proportional_matrix_is_neutral_a_closer_one_inward_and_a_looser_one_outward() -> None:
    introversion = {
        inside: measure_bloc(world(inside, 1), NORTH_AMERICA)["introversion"] for inside in (0.1, 0.5, 1, 2, 10)
    }
    assert introversion[1] == pytest.approx(0, abs=1e-12)
    values = [value for value in introversion.values() if value is not None]
    assert values == sorted(values)
    assert values[1] < 0 < values[3]


def test_members_who_almost_only_deal_with_each_other_come_near_one() -> None:
    assert measure_bloc(world(1, 1e-6), NORTH_AMERICA)["introversion"] == pytest.approx(1, abs=1e-5)
    assert measure_bloc(world(1e-9, 1), NORTH_AMERICA)["introversion"] == pytest.approx(-1, abs=1e-5)


def test_outsiders_are_as_introverted_as_members() -> None:
    graph = world(3, 0.5)
    inward, outward = measure_bloc(graph, NORTH_AMERICA), measure_bloc(graph, OUTSIDERS)
    assert inward["introversion"] == pytest.approx(outward["introversion"])
    assert inward["modularity"] == pytest.approx(outward["modularity"])


def test_a_set_of_which_nobody_is_in_the_graph_has_no_measure(toy: "nx.DiGraph[str]") -> None:
    assert set(measure_bloc(toy, ["BHR", "KWT"]).values()) == {None}


def test_one_member_has_neither_reciprocity_nor_density_and_only_external_ties(toy: "nx.DiGraph[str]") -> None:
    measured = measure_bloc(toy, ["USA"])
    assert (measured["reciprocity"], measured["density"]) == (None, None)
    assert (measured["intra_share"], measured["external_internal"]) == (0, 1)


# Asymmetry among members


def test_errors_of_opposite_sign_do_not_cancel(flow: Flow, mirror_flows: MirrorFlows) -> None:
    flows = mirror_flows(
        flow("USA", "CAN", reported_by_from=110, reported_by_to=90, asymmetry=0.1),
        flow("CAN", "USA", reported_by_from=90, reported_by_to=110, asymmetry=0.1),
        flow("MEX", "USA", reported_by_from=999, reported_by_to=1, asymmetry=None),  # not two independent reports
        flow("USA", "CHN", reported_by_from=999, reported_by_to=1, asymmetry=0.998),  # crosses the border
    )
    assert measure_asymmetry(flows, NORTH_AMERICA) == pytest.approx(0.1)
    assert measure_asymmetry(flows, ["MEX", "CHN"]) is None


# The out table


@pytest.fixture(scope="module")
def square(flow: Flow) -> list[dict[str, Any]]:
    return [flow(start, end) for start, end in itertools.permutations([*NORTH_AMERICA, "CHN"], 2)]


BLOCS = {"north_america": NORTH_AMERICA, "all": [*NORTH_AMERICA, "CHN", "KWT"]}


def test_the_columns_are_those_of_the_published_contract_in_order_and_type(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows
) -> None:
    for cohesion in (build_cohesion(mirror_flows(*square), BLOCS), build_cohesion(mirror_flows(), BLOCS)):
        assert cohesion.columns == list(PUBLISHED.columns)
        for name, column in PUBLISHED.columns.items():
            assert cohesion.schema[name] == POLARS_TYPES[column.type], name
            if column.required:
                assert cohesion[name].null_count() == 0, name


def test_the_measures_are_those_that_the_contract_lists(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows
) -> None:
    listed = PUBLISHED.columns["metric"].description.split(", ")
    assert set(build_cohesion(mirror_flows(*square), BLOCS)["metric"]) == set(listed)
    assert len(listed) == METRICS


def test_every_set_is_measured_in_every_graph_once_in_order(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows
) -> None:
    capital = [
        {**row, "theme": "capital_flows", "subject": "P_F5", "stock_flow": kind} for row in square for kind in "SF"
    ]
    cohesion = build_cohesion(mirror_flows(*square, *capital), BLOCS)
    assert cohesion.height == cohesion.n_unique(PUBLISHED.key) == 3 * len(BLOCS) * METRICS
    assert cohesion.equals(cohesion.sort(PUBLISHED.key))
    assert cohesion["subject"].unique().sort().to_list() == ["P_F5/F", "P_F5/S", "TOTAL"]
    counted = cohesion.group_by("bloc").agg(pl.col("members_count").unique()).sort("bloc")
    assert counted.rows() == [("all", [4]), ("north_america", [3])]
    assert cohesion["coverage_share"].unique().to_list() == [1]


def test_a_measure_without_a_value_says_why(square: list[dict[str, Any]], mirror_flows: MirrorFlows) -> None:
    cohesion = build_cohesion(mirror_flows(*square), BLOCS)
    blank = cohesion.filter(pl.col("value").is_null())
    assert blank.select("bloc", "metric", "reason").rows() == [
        ("all", "asymmetry", "undefined"),
        ("all", "introversion", "undefined"),
        ("north_america", "asymmetry", "undefined"),
        ("north_america", "introversion", "undefined"),
    ]
    assert cohesion.filter(pl.col("reason").is_not_null()).height == blank.height


def test_asymmetry_is_that_of_the_graphs_own_theme_subject_kind_and_year(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows
) -> None:
    capital = {"theme": "capital_flows", "subject": "P_F5"}
    told: list[dict[str, Any]] = [
        {"reported_by_to": 300, "asymmetry": 0.5},
        {"time_period": "2017", "reported_by_to": 150, "asymmetry": 0.2},
        {**capital, "stock_flow": "S", "reported_by_to": 100, "asymmetry": 0.0},
        {**capital, "stock_flow": "F", "reported_by_from": 0, "reported_by_to": 100, "asymmetry": 1.0},
    ]
    cohesion = build_cohesion(mirror_flows(*({**row, **cells} for cells in told for row in square)), BLOCS)
    found = cohesion.filter(metric="asymmetry", bloc="north_america").select("subject", "time_period", "value").rows()
    assert [row[:2] for row in found] == [("P_F5/F", "2018"), ("P_F5/S", "2018"), ("TOTAL", "2017"), ("TOTAL", "2018")]
    assert [row[2] for row in found] == pytest.approx([1, 0, 0.2, 0.5])


@pytest.mark.parametrize(("silent", "coverage"), [(1, 3 / 4), (2, 2 / 4), (3, None)])
def test_a_graph_of_which_fewer_than_half_of_the_areas_report_is_not_measured(
    silent: int, coverage: float | None, square: list[dict[str, Any]], mirror_flows: MirrorFlows
) -> None:
    mute = NORTH_AMERICA[:silent]
    rows = [row for row in square if row["from_area"] not in mute]
    found = build_cohesion(mirror_flows(*rows), BLOCS)["coverage_share"].unique().to_list()
    assert found == ([] if coverage is None else [coverage])


def test_months_are_not_measured(square: list[dict[str, Any]], mirror_flows: MirrorFlows) -> None:
    months = [{**row, "freq": "M", "time_period": "2018-01"} for row in square]
    assert build_cohesion(mirror_flows(*months), BLOCS).is_empty()


@settings(deadline=None, max_examples=25)
@given(factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_cohesion_where_it_was(factor: float) -> None:
    before = world(3, 0.5)
    after = build_graph((start, end, tie["weight"] * factor) for start, end, tie in before.edges(data=True))
    for metric, value in measure_bloc(after, NORTH_AMERICA).items():
        known = measure_bloc(before, NORTH_AMERICA)[metric]
        assert known is not None
        assert math.isclose(value or 0, known, rel_tol=1e-9, abs_tol=1e-12), metric
