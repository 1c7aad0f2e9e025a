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
    measure_asymmetry,
    measure_bloc,
    measure_external_internal,
    measure_intra_share,
    measure_introversion,
    measure_share_of_totals,
    why_blank,
)
from compact_pipelines.analytics.graphs import build_graph

PRINTED = 5e-7  # the checks are printed with six decimals
METRICS = 9
NO_TOTALS: dict[str, float] = {}
NORTH_AMERICA = ["USA", "CAN", "MEX"]
OUTSIDERS = ["CHN", "DEU", "JPN", "KOR"]

Flow = Callable[..., dict[str, Any]]
MirrorFlows = Callable[..., pl.DataFrame]
Edges = list[tuple[str, str, float]]

sums = st.floats(min_value=1e-3, max_value=1e12)
counts = st.integers(1, 10**13)


# One set of members in one graph


def test_golden_toy_of_north_america(toy: "nx.DiGraph[str]") -> None:
    # I = 1543 among the three, E = 38 to and from the UAE.
    measured = measure_bloc(toy, NORTH_AMERICA, NO_TOTALS)
    assert measured["intra_export_share"] == pytest.approx(0.982177, abs=PRINTED)
    assert measured["intra_share"] == pytest.approx(0.987836, abs=PRINTED)
    assert measured["external_internal"] == pytest.approx(-0.951929, abs=PRINTED)
    assert measured["modularity"] == pytest.approx(-0.000288851, abs=5e-10)
    assert measured["introversion"] is None  # one outsider deals with no other
    assert measured["density"] == 1


def test_reciprocity_and_density_look_only_within(toy: "nx.DiGraph[str]") -> None:
    # USA-CAN returns 2 * 300, USA-MEX 2 * 320, CAN-MEX 2 * 10, of 1543 in all.
    assert measure_bloc(toy, NORTH_AMERICA, NO_TOTALS)["reciprocity"] == pytest.approx(2 * 630 / 1543)
    one_way = build_graph([("USA", "CAN", 5.0), ("CAN", "CHN", 9.0), ("CHN", "CAN", 9.0)])
    measured = measure_bloc(one_way, ["USA", "CAN"], NO_TOTALS)
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
        inside: measure_bloc(world(inside, 1), NORTH_AMERICA, NO_TOTALS)["introversion"]
        for inside in (0.1, 0.5, 1, 2, 10)
    }
    assert introversion[1] == pytest.approx(0, abs=1e-12)
    values = [value for value in introversion.values() if value is not None]
    assert values == sorted(values)
    assert values[1] < 0 < values[3]


def test_members_who_almost_only_deal_with_each_other_come_near_one() -> None:
    assert measure_bloc(world(1, 1e-6), NORTH_AMERICA, NO_TOTALS)["introversion"] == pytest.approx(1, abs=1e-5)
    assert measure_bloc(world(1e-9, 1), NORTH_AMERICA, NO_TOTALS)["introversion"] == pytest.approx(-1, abs=1e-5)


def test_outsiders_are_as_introverted_as_members() -> None:
    graph = world(3, 0.5)
    inward, outward = measure_bloc(graph, NORTH_AMERICA, NO_TOTALS), measure_bloc(graph, OUTSIDERS, NO_TOTALS)
    assert inward["introversion"] == pytest.approx(outward["introversion"])
    assert inward["modularity"] == pytest.approx(outward["modularity"])


# Sets without a measure


@pytest.mark.parametrize(
    ("bloc", "reason", "missing"),
    [
        (["BHR", "KWT"], "member_without_data", ["BHR", "KWT"]),
        (["USA", "CAN", "KWT"], "member_without_data", ["KWT"]),
        (["USA"], "fewer_than_two_members", []),
        ([], "fewer_than_two_members", []),
    ],
)
def test_a_member_without_data_and_a_lone_one_leave_no_measure_and_no_zero(
    bloc: list[str], reason: str, missing: list[str], toy: "nx.DiGraph[str]"
) -> None:
    totals = dict.fromkeys(bloc, 1e6)
    measured = measure_bloc(toy, bloc, totals)
    assert len(measured) == METRICS - 1  # asymmetry is of both reports
    assert set(measured.values()) == {None}
    assert {metric: why_blank(toy, bloc, totals, metric) for metric in measured} == dict.fromkeys(
        measured, (reason, missing)
    )


def test_a_member_of_which_hardly_a_flow_is_held_is_without_data() -> None:
    names = [f"A{number:02d}" for number in range(12)]
    among = [(start, end, 1.0) for start, end in itertools.permutations(names[:-1], 2)]
    few, enough = [("A11", "A00", 1.0), ("A00", "A11", 1.0)], [("A11", "A01", 1.0)]  # 2 and 3 of 22
    scarce = build_graph(among + few)
    assert why_blank(scarce, ["A00", "A11"], NO_TOTALS, "intra_share") == ("member_without_data", ["A11"])
    assert set(measure_bloc(scarce, ["A00", "A11"], NO_TOTALS).values()) == {None}
    assert measure_bloc(build_graph(among + few + enough), ["A00", "A11"], NO_TOTALS)["intra_share"] is not None


# What members trade with areas that are not held


def test_of_published_totals_the_share_that_stays_is_smaller(toy: "nx.DiGraph[str]") -> None:
    # Twice 1543 among the three; 38 cross to and from the UAE, and all they publish is 5000.
    totals = {"USA": 2500.0, "CAN": 1200.0, "MEX": 1300.0, "ARE": 90.0}
    measured = measure_bloc(toy, NORTH_AMERICA, totals)
    assert measured["intra_share_of_totals"] == pytest.approx(2 * 1543 / 5000)
    assert measured["intra_share"] == pytest.approx(2 * 1543 / (2 * 1543 + 38))


def test_a_member_without_a_total_has_no_share_of_totals(toy: "nx.DiGraph[str]") -> None:
    totals = {"USA": 2500.0, "MEX": 1300.0}
    measured = measure_bloc(toy, NORTH_AMERICA, totals)
    assert measured["intra_share_of_totals"] is None
    assert measured["intra_share"] is not None
    assert why_blank(toy, NORTH_AMERICA, totals, "intra_share_of_totals") == ("no_published_total", ["CAN"])


def test_totals_smaller_than_what_is_held_are_of_something_else(toy: "nx.DiGraph[str]") -> None:
    totals = dict.fromkeys(NORTH_AMERICA, (2 * 1543 + 37) / 3)
    assert measure_bloc(toy, NORTH_AMERICA, totals)["intra_share_of_totals"] is None
    assert why_blank(toy, NORTH_AMERICA, totals, "intra_share_of_totals") == ("held_exceeds_totals", [])
    assert measure_share_of_totals(1543, 38, [2 * 1543 + 38]) == measure_intra_share(1543, 38)
    assert measure_share_of_totals(0, 0, [0.0]) is None


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


# Any unit


@settings(deadline=None, max_examples=25)
@given(factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_cohesion_where_it_was(factor: float) -> None:
    before = world(3, 0.5)
    after = build_graph((start, end, tie["weight"] * factor) for start, end, tie in before.edges(data=True))
    totals = dict.fromkeys(NORTH_AMERICA, 1e3)
    for metric, value in measure_bloc(after, NORTH_AMERICA, dict.fromkeys(totals, 1000.0 * factor)).items():
        known = measure_bloc(before, NORTH_AMERICA, totals)[metric]
        assert known is not None
        assert math.isclose(value or 0, known, rel_tol=1e-9, abs_tol=1e-12), metric
