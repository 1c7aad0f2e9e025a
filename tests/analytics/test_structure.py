"""The shape of a whole graph: published values, the golden toy, equality with networkx. Toy and random are made up."""

import itertools
import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.graphs import build_graph, symmetric
from compact_pipelines.analytics.structure import (
    measure_assortativity,
    measure_density,
    measure_effective_resistance,
    measure_modularity,
    measure_reciprocity,
    measure_transitivity,
)

PRINTED = 5e-7  # the checks are printed with six decimals
EQUAL = 1e-9

Edges = list[tuple[str, str, float]]


def random_flows(seed: int, count: int, density: float) -> Edges:
    """Made-up flows as trade looks: weights over many orders of magnitude; a ring keeps the graph whole."""
    draw = np.random.default_rng(seed)
    names = [f"{place:02d}" for place in range(count)]
    size = draw.normal(22, 2, count)
    return [
        (names[start], names[end], math.exp(size[start] + size[end] - 22 + draw.normal()))
        for start, end in itertools.permutations(range(count), 2)
        if end == (start + 1) % count or draw.random() < density
    ]


random_edges = st.builds(random_flows, st.integers(0, 2**32 - 1), st.integers(2, 9), st.floats(0, 1))
dense_edges = pytest.mark.parametrize(
    "edges", [random_flows(seed, 45, 0.9) for seed in range(3)], ids=["one", "two", "three"]
)


def unweighted(graph: "nx.Graph[Any]") -> "nx.DiGraph[str]":
    """A published graph as ours: two digits a node, one edge a tie, every weight 1."""
    names = {node: f"{place:02d}" for place, node in enumerate(graph)}
    return build_graph((names[start], names[end], 1.0) for start, end in graph.edges)


def karate(*, weighted: bool) -> tuple["nx.DiGraph[str]", list[set[str]]]:
    """Zachary's club as ours, and the two clubs it split into; weights are networkx's counts of shared activities."""
    club: nx.Graph[Any] = nx.karate_club_graph()
    graph = build_graph(
        (f"{start:02d}", f"{end:02d}", float(tie["weight"]) if weighted else 1.0)
        for start, end, tie in club.edges(data=True)
    )
    sides: dict[str, set[str]] = {}
    for node, member in club.nodes(data=True):
        sides.setdefault(member["club"], set()).add(f"{node:02d}")
    return graph, list(sides.values())


# Reciprocity


def test_golden_toy_reciprocity(toy: "nx.DiGraph[str]") -> None:
    assert measure_reciprocity(toy) == pytest.approx(0.809614, abs=PRINTED)


def test_reciprocity_of_three_areas_is_what_is_returned_over_all() -> None:
    # Squartini's form: 2 * (min(10, 6) + min(4, 4) + min(2, 3)) / 29 = 24 / 29.
    edges = [("A", "B", 10.0), ("A", "C", 4.0), ("B", "A", 6.0), ("B", "C", 2.0), ("C", "A", 4.0), ("C", "B", 3.0)]
    assert measure_reciprocity(build_graph(edges)) == pytest.approx(0.827586, abs=PRINTED)


def test_one_way_is_zero_balanced_is_one_and_nothing_is_undefined() -> None:
    assert measure_reciprocity(build_graph([("A", "B", 3.0), ("B", "C", 3.0)])) == 0
    assert measure_reciprocity(build_graph([("A", "B", 3.0), ("B", "A", 3.0)])) == 1
    assert measure_reciprocity(build_graph([])) is None


@settings(deadline=None, max_examples=40)
@given(edges=random_edges)
def test_reciprocity_without_weights_is_that_of_networkx(edges: Edges) -> None:
    graph = build_graph((start, end, 1.0) for start, end, _ in edges)
    assert measure_reciprocity(graph) == pytest.approx(nx.overall_reciprocity(graph), abs=EQUAL)


@settings(deadline=None, max_examples=40)
@given(edges=random_edges)
def test_reciprocity_is_the_sum_over_pairs_of_the_smaller_direction(edges: Edges) -> None:
    held = {(start, end): weight for start, end, weight in edges}
    returned = math.fsum(min(weight, held.get((end, start), 0.0)) for (start, end), weight in held.items())
    assert measure_reciprocity(build_graph(edges)) == pytest.approx(returned / math.fsum(held.values()), abs=EQUAL)


# Density


def test_density_counts_both_directions() -> None:
    club, _ = karate(weighted=False)
    assert measure_density(club) == pytest.approx(0.139037 / 2, abs=PRINTED)
    returned = build_graph((start, end, 1.0) for tie in club.edges for start, end in (tie, tie[::-1]))
    assert measure_density(returned) == pytest.approx(0.139037, abs=PRINTED)
    assert measure_density(build_graph([])) is None


@settings(deadline=None, max_examples=40)
@given(edges=random_edges)
def test_density_is_ties_over_ordered_pairs_as_in_networkx(edges: Edges) -> None:
    graph = build_graph(edges)
    assert measure_density(graph) == nx.density(graph)
    assert measure_density(graph) == pytest.approx(len(edges) / (len(graph) * (len(graph) - 1)))


# Assortativity and transitivity


def test_assortativity_and_transitivity_of_the_karate_club_are_the_published_ones() -> None:
    club, _ = karate(weighted=False)
    assert measure_assortativity(club) == pytest.approx(-0.475613, abs=PRINTED)
    assert measure_transitivity(club) == pytest.approx(0.255682, abs=PRINTED)


def test_assortativity_where_all_are_equally_strong_and_triples_where_there_are_none_are_undefined() -> None:
    ring = build_graph([("A", "B", 0.1), ("B", "C", 0.1), ("C", "A", 0.1)])
    assert measure_assortativity(ring) is None
    assert measure_transitivity(ring) == 1
    assert measure_assortativity(build_graph([])) is None
    assert measure_transitivity(build_graph([("A", "B", 1.0)])) is None


@settings(deadline=None, max_examples=40)
@given(edges=random_edges)
def test_assortativity_and_transitivity_of_a_random_graph_are_those_of_networkx(edges: Edges) -> None:
    graph = build_graph(edges)
    both = symmetric(graph)
    own = measure_assortativity(graph)
    if own is not None:
        theirs = nx.degree_pearson_correlation_coefficient(both, weight="weight")
        assert own == pytest.approx(theirs, abs=1e-7)
    if len(graph) > 2:
        assert measure_transitivity(graph) == pytest.approx(nx.transitivity(both), abs=EQUAL)


# Effective resistance


def test_golden_toy_resistance_takes_trade_as_conductance(toy: "nx.DiGraph[str]") -> None:
    assert measure_effective_resistance(toy) == pytest.approx(0.0861277, abs=5e-8)
    # The trap: networkx takes weights as resistances unless told otherwise.
    assert nx.effective_graph_resistance(symmetric(toy), weight="weight") == pytest.approx(103.772713, abs=1e-6)


def test_resistance_of_a_triangle_of_two_one_and_four_is_one() -> None:
    edges = [("A", "B", 2.0), ("B", "C", 1.0), ("C", "A", 4.0)]
    assert measure_effective_resistance(build_graph(edges)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        pytest.param(nx.path_graph(3), 4, id="P3"),
        pytest.param(nx.cycle_graph(4), 5, id="C4"),
        pytest.param(nx.complete_graph(4), 3, id="K4"),
        pytest.param(nx.star_graph(4), 16, id="star of 5"),
    ],
)
def test_resistance_of_small_graphs_is_the_published_one(graph: "nx.Graph[Any]", expected: float) -> None:
    assert measure_effective_resistance(unweighted(graph)) == pytest.approx(expected)


@pytest.mark.parametrize("edges", [[], [("A", "B", 1.0), ("X", "Y", 1.0)]], ids=["empty", "two parts"])
def test_resistance_of_what_is_not_connected_is_undefined(edges: Edges) -> None:
    assert measure_effective_resistance(build_graph(edges)) is None


def assert_resistance_as_networkx(edges: Edges) -> None:
    graph = build_graph(edges)
    both = symmetric(graph)
    theirs = nx.effective_graph_resistance(both, weight="weight", invert_weight=False)
    assert measure_effective_resistance(graph) == pytest.approx(theirs, rel=EQUAL)


@settings(deadline=None, max_examples=40)
@given(edges=random_edges)
def test_resistance_of_a_random_graph_is_that_of_networkx(edges: Edges) -> None:
    assert_resistance_as_networkx(edges)


@settings(deadline=None, max_examples=40)
@given(edges=random_edges, factor=st.floats(min_value=1e-9, max_value=1e9))
def test_more_trade_by_a_factor_is_less_resistance_by_it_and_nothing_else(edges: Edges, factor: float) -> None:
    before, after = build_graph(edges), build_graph((start, end, weight * factor) for start, end, weight in edges)
    assert measure_effective_resistance(after) == pytest.approx((measure_effective_resistance(before) or 0) / factor)
    assert measure_reciprocity(after) == pytest.approx(measure_reciprocity(before))
    assert measure_density(after) == measure_density(before)
    halves = [set(list(before)[::2]), set(list(before)[1::2])]
    assert measure_modularity(after, halves) == pytest.approx(measure_modularity(before, halves), abs=EQUAL)


# Modularity of a given division


def test_golden_toy_modularity_of_north_america_and_the_uae(toy: "nx.DiGraph[str]") -> None:
    quality = measure_modularity(toy, [{"USA", "CAN", "MEX"}, {"UAE"}])
    assert quality == pytest.approx(-0.000288851, abs=5e-10)
    assert measure_modularity(toy, [{"USA", "CAN", "MEX"}]) == quality  # an area in no group stands alone
    assert measure_modularity(toy, [{"USA", "CAN", "MEX", "BHR"}, {"KWT"}]) == quality  # without a tie: no member


@pytest.mark.parametrize(("weighted", "expected"), [(False, 0.358235), (True, 0.391438)])
def test_modularity_of_the_split_of_the_karate_club_is_the_published_one(weighted: bool, expected: float) -> None:
    club, sides = karate(weighted=weighted)
    assert measure_modularity(club, sides) == pytest.approx(expected, abs=PRINTED)


@pytest.mark.parametrize(("sides", "expected"), [(("012", "345"), 70 / 196), (("014", "235"), -16 / 196)])
def test_modularity_of_the_barbell_is_the_published_one(sides: tuple[str, str], expected: float) -> None:
    barbell = unweighted(nx.barbell_graph(3, 0))
    assert measure_modularity(barbell, [{f"0{node}" for node in side} for side in sides]) == pytest.approx(expected)


def test_an_area_in_two_groups_is_refused_by_name(toy: "nx.DiGraph[str]") -> None:
    with pytest.raises(ValueError, match="CAN stands in two groups"):
        measure_modularity(toy, [{"USA", "CAN"}, {"CAN", "MEX"}])


def test_all_in_one_group_explains_nothing_and_no_tie_is_undefined(toy: "nx.DiGraph[str]") -> None:
    assert measure_modularity(toy, [set(toy)]) == pytest.approx(0, abs=1e-15)
    assert measure_modularity(build_graph([]), [{"A"}]) is None


def assert_modularity_by_hand(edges: Edges) -> None:
    graph = build_graph(edges)
    both = symmetric(graph)
    halves = [set(list(graph)[::2]), set(list(graph)[1::2])]
    total = math.fsum(weight for *_, weight in edges)
    by_hand = 0.0
    for half in halves:
        inside = math.fsum(weight for start, end, weight in edges if {start, end} <= half)
        strength = math.fsum(weight * ((start in half) + (end in half)) for start, end, weight in edges)
        by_hand += inside / total - (strength / (2 * total)) ** 2
    quality = measure_modularity(graph, halves)
    assert quality == pytest.approx(by_hand, abs=EQUAL)
    assert quality == pytest.approx(nx.community.modularity(both, halves, weight="weight"), abs=EQUAL)


@settings(deadline=None, max_examples=40)
@given(edges=random_edges)
def test_modularity_of_a_random_graph_is_that_of_its_formula_and_of_networkx(edges: Edges) -> None:
    assert_modularity_by_hand(edges)


@dense_edges
def test_measures_of_a_dense_graph_are_those_of_networkx(edges: Edges) -> None:
    assert_resistance_as_networkx(edges)
    assert_modularity_by_hand(edges)
