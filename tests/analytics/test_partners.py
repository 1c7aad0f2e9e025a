"""An area's ties: published values, definitions by hand, equality with networkx. Graphs are made up unless named."""

import itertools
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.centrality import measure_clustering, measure_core
from compact_pipelines.analytics.graphs import build_graph, symmetric
from compact_pipelines.analytics.partners import measure_barrat, measure_disparity, measure_s_core

PRINTED = 5e-7
AREAS = [f"A{number}" for number in range(7)]

Edges = list[tuple[str, str, float]]

flows = st.lists(
    st.tuples(st.sampled_from(list(itertools.permutations(AREAS, 2))), st.integers(1, 10**6)),
    min_size=1,
    max_size=24,
    unique_by=lambda tie: tie[0],
).map(lambda ties: [(start, end, float(weight)) for (start, end), weight in ties])


# Disparity


def test_disparity_is_the_sum_of_squared_shares_of_ties() -> None:
    graph = build_graph([("A", "B", 90.0), ("A", "C", 5.0), ("D", "A", 5.0)])
    assert measure_disparity(graph) == pytest.approx({"A": 0.81 + 2 * 0.0025, "B": 1, "C": 1, "D": 1})


@settings(deadline=None, max_examples=30)
@given(edges=flows)
def test_disparity_lies_between_an_even_spread_and_one_partner(edges: Edges) -> None:
    graph = build_graph(edges)
    degree = dict(symmetric(graph).degree())
    for area, value in measure_disparity(graph).items():
        assert 1 / degree[area] - 1e-12 <= value <= 1 + 1e-12


# Clustering after Barrat, and Onnela's beside it


def test_barrat_and_onnela_of_a_triangle_with_a_tail_are_the_published_ones() -> None:
    graph = build_graph([("A", "B", 4.0), ("A", "C", 2.0), ("B", "C", 1.0), ("A", "D", 2.0)])
    assert measure_barrat(graph) == pytest.approx({"A": 0.375, "B": 1, "C": 1, "D": 0})
    assert measure_clustering(graph) == pytest.approx({"A": 0.166667, "B": 0.5, "C": 0.5, "D": 0}, abs=PRINTED)


def test_barrat_of_a_complete_graph_says_nothing(toy: "nx.DiGraph[str]") -> None:
    assert measure_barrat(toy) == pytest.approx(dict.fromkeys(toy, 1.0))


@settings(deadline=None, max_examples=30)
@given(edges=flows)
def test_barrat_is_its_formula_and_without_weights_that_of_networkx(edges: Edges) -> None:
    graph = build_graph(edges)
    both = symmetric(graph)
    by_hand = {}
    for area in both:
        ties = both[area]
        closed = sum(
            (ties[one]["weight"] + ties[other]["weight"]) / 2
            for one, other in itertools.permutations(ties, 2)
            if both.has_edge(one, other)
        )
        most = sum(tie["weight"] for tie in ties.values()) * (len(ties) - 1)
        by_hand[area] = closed / most if most else 0.0
    assert measure_barrat(graph) == pytest.approx(by_hand, abs=1e-9)
    # Each direction once, so that every tie weighs the same.
    alike = build_graph((start, end, 1.0) for start, end in both.edges)
    assert measure_barrat(alike) == pytest.approx(nx.clustering(symmetric(alike)), abs=1e-9)


# s-core


def test_without_weights_the_s_core_is_the_core_number() -> None:
    club: nx.Graph[Any] = nx.karate_club_graph()
    graph = build_graph((f"{start:02d}", f"{end:02d}", 1.0) for start, end in club.edges)
    assert measure_s_core(graph) == measure_core(graph)


def test_the_golden_toy_sheds_the_weakest_first(
    toy: "nx.DiGraph[str]", in_toy_order: Callable[..., list[float]]
) -> None:
    # UAE leaves with 38; Canada then has 720 + 28 = 748; what is left between the others is 795.
    assert in_toy_order(measure_s_core(toy)) == [795, 748, 795, 38]


@settings(deadline=None, max_examples=30)
@given(edges=flows)
def test_the_s_core_is_what_its_definition_says(edges: Edges) -> None:
    graph = build_graph(edges)
    both = symmetric(graph)
    scores = measure_s_core(graph)
    for level in set(scores.values()):
        inside = both.subgraph(area for area, score in scores.items() if score >= level)
        assert min(dict(inside.degree(weight="weight")).values()) >= level
        # And nobody outside belongs: taken with the others, somebody falls short.
        left = set(both)
        while short := [area for area in left if both.subgraph(left).degree(weight="weight")[area] < level]:
            left -= set(short)
        assert left == set(inside)


@pytest.mark.parametrize("measure", [measure_disparity, measure_barrat, measure_s_core])
def test_a_graph_without_ties_has_none(measure: Callable[..., dict[str, float]]) -> None:
    assert measure(build_graph([])) == {}
