"""Central areas: published graphs, the golden toy, equality with networkx. Toy and random graphs are made up."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.centrality import (
    measure_betweenness,
    measure_clustering,
    measure_core,
    measure_eigenvector,
    measure_hits,
    measure_pagerank,
    measure_strength,
)
from compact_pipelines.analytics.graphs import build_graph, symmetric

PRINTED = 5e-7  # the checks are printed with six decimals
EQUAL = 1e-9
AREAS = [f"A{number}" for number in range(7)]

Edges = list[tuple[str, str, float]]
InOrder = Callable[[dict[str, float]], list[float]]

flows = st.lists(
    st.tuples(st.sampled_from(list(itertools.permutations(AREAS, 2))), st.integers(1, 10**9)),
    min_size=1,
    max_size=20,
    unique_by=lambda tie: tie[0],
).map(lambda ties: [(start, end, float(weight)) for (start, end), weight in ties])


def random_flows(seed: int, count: int, density: float) -> "nx.DiGraph[str]":
    """A made-up graph as trade looks: weights over many orders of magnitude, no two alike; a ring keeps it whole."""
    draw = np.random.default_rng(seed)
    names = [f"{place:02d}" for place in range(count)]
    size = draw.normal(22, 2, count)
    return build_graph(
        (names[start], names[end], math.exp(size[start] + size[end] - 22 + draw.normal()))
        for start, end in itertools.permutations(range(count), 2)
        if end == (start + 1) % count or draw.random() < density
    )


# networkx's leading vector needs more than three areas.
random_graphs = st.builds(random_flows, st.integers(0, 2**32 - 1), st.integers(4, 9), st.floats(0, 1))
DENSE = [(1, 30, 0.6), (2, 45, 0.95), (3, 49, 0.9)]


def unweighted(graph: "nx.Graph[Any]") -> "nx.DiGraph[str]":
    """A published graph as ours: two digits a node, one edge a tie, every weight 1."""
    names = {node: f"{place:02d}" for place, node in enumerate(graph)}
    return build_graph((names[start], names[end], 1.0) for start, end in graph.edges)


# Strength


def test_golden_toy_strength(toy: "nx.DiGraph[str]") -> None:
    strength = measure_strength(toy)
    assert strength["strength"] == {"USA": 1547, "CAN": 752, "MEX": 825, "UAE": 38}
    assert strength["strength_out"] == {"USA": 645, "CAN": 432, "MEX": 494, "UAE": 10}
    assert strength["strength_in"] == {"USA": 902, "CAN": 320, "MEX": 331, "UAE": 28}


@settings(deadline=None, max_examples=40)
@given(edges=flows)
def test_all_that_leaves_arrives(edges: Edges) -> None:
    strength = measure_strength(build_graph(edges))
    total = sum(weight for *_, weight in edges)
    assert sum(strength["strength_out"].values()) == total
    assert sum(strength["strength_in"].values()) == total
    assert sum(strength["strength"].values()) == 2 * total


# Eigenvector


def test_golden_toy_eigenvector(toy: "nx.DiGraph[str]", in_toy_order: InOrder) -> None:
    scores = in_toy_order(measure_eigenvector(toy))
    assert scores == pytest.approx([0.702459, 0.478839, 0.526039, 0.023405], abs=PRINTED)


def test_only_the_largest_component_has_an_eigenvector() -> None:
    scores = measure_eigenvector(build_graph([("A", "B", 1.0), ("B", "C", 1.0), ("X", "Y", 99.0)]))
    assert scores == pytest.approx({"A": 0.5, "B": math.sqrt(0.5), "C": 0.5})


@settings(deadline=None, max_examples=40)
@given(edges=flows)
def test_the_eigenvector_is_above_zero_of_length_one_and_keeps_its_direction(edges: Edges) -> None:
    graph = build_graph(edges)
    scores = measure_eigenvector(graph)
    assert min(scores.values()) >= 0
    assert sum(score**2 for score in scores.values()) == pytest.approx(1)
    both = symmetric(graph)
    after = {area: sum(both[area][other]["weight"] * scores[other] for other in both[area]) for area in scores}
    length = math.sqrt(sum(score**2 for score in after.values()))
    assert {area: score / length for area, score in after.items()} == pytest.approx(scores, abs=1e-9)


# PageRank


def test_golden_toy_pagerank(toy: "nx.DiGraph[str]", in_toy_order: InOrder) -> None:
    ranks = in_toy_order(measure_pagerank(toy))
    assert ranks == pytest.approx([0.464933, 0.238042, 0.242853, 0.054172], abs=PRINTED)


def test_pagerank_of_the_six_node_graph_is_the_published_one() -> None:
    # Langville and Meyer, Google's PageRank and Beyond (2006): six pages, the second of them dangling, alpha .9.
    links = [(1, 2), (1, 3), (3, 1), (3, 2), (3, 5), (4, 5), (4, 6), (5, 4), (5, 6), (6, 4)]
    ranks = measure_pagerank(build_graph((str(start), str(end), 1.0) for start, end in links), damping=0.9)
    expected = [0.037212, 0.053957, 0.041506, 0.375081, 0.205998, 0.286246]
    assert [ranks[str(page)] for page in range(1, 7)] == pytest.approx(expected, abs=PRINTED)


@settings(deadline=None, max_examples=40)
@given(edges=flows)
def test_pagerank_sums_to_one_and_leaves_no_area_out(edges: Edges) -> None:
    graph = build_graph(edges)
    ranks = measure_pagerank(graph)
    assert set(ranks) == set(graph)
    assert sum(ranks.values()) == pytest.approx(1)
    assert min(ranks.values()) > 0


# Hubs and authorities


def test_golden_toy_hubs_and_authorities(toy: "nx.DiGraph[str]", in_toy_order: InOrder) -> None:
    both = measure_hits(toy)
    assert in_toy_order(both["hub"]) == pytest.approx([0.020470, 0.455881, 0.515952, 0.007698], abs=PRINTED)
    assert in_toy_order(both["authority"]) == pytest.approx([0.938723, 0.033205, 0.023902, 0.004170], abs=PRINTED)


def test_hubs_and_authorities_of_the_test_graph_of_networkx_are_the_published_ones() -> None:
    # networkx, algorithms/link_analysis/tests/test_hits.py.
    links = [(1, 3), (1, 5), (2, 1), (3, 5), (5, 4), (5, 3), (6, 5)]
    both = measure_hits(build_graph((str(start), str(end), 1.0) for start, end in links))
    authorities = [both["authority"][str(node)] for node in range(1, 7)]
    assert authorities == pytest.approx([0, 0, 0.366025, 0.133975, 0.5, 0], abs=PRINTED)
    hubs = [both["hub"][str(node)] for node in range(1, 7)]
    assert hubs == pytest.approx([0.366025, 0, 0.211325, 0, 0.211325, 0.211325], abs=PRINTED)


@pytest.mark.parametrize("second", [7.0, 7.0 * (1 + 1e-12)])
def test_hubs_are_undefined_where_two_leading_singular_values_are_one(second: float) -> None:
    assert measure_hits(build_graph([("A", "B", 7.0), ("C", "D", second)])) == {"hub": {}, "authority": {}}


def test_hubs_are_defined_where_the_leading_singular_value_stands_alone() -> None:
    both = measure_hits(build_graph([("A", "B", 7.0), ("C", "D", 6.9)]))
    assert both["hub"] == pytest.approx({"A": 1, "B": 0, "C": 0, "D": 0}, abs=1e-12)
    assert both["authority"] == pytest.approx({"A": 0, "B": 1, "C": 0, "D": 0}, abs=1e-12)


# Betweenness


def test_betweenness_of_the_florentine_families_is_the_published_one() -> None:
    # Padgett's marriages: Medici .522, Guadagni .255, Albizzi .212.
    families = nx.florentine_families_graph()
    scores = measure_betweenness(build_graph((start, end, 1.0) for start, end in families.edges))
    assert scores["Medici"] == pytest.approx(0.522, abs=5e-4)
    assert scores["Guadagni"] == pytest.approx(0.255, abs=5e-4)
    assert scores["Albizzi"] == pytest.approx(0.212, abs=5e-4)


def test_betweenness_of_the_krackhardt_kite_is_the_published_one() -> None:
    scores = measure_betweenness(unweighted(nx.krackhardt_kite_graph()))
    assert scores["07"] == pytest.approx(0.389, abs=5e-4)
    assert max(scores, key=lambda node: scores[node]) == "07"


def test_golden_toy_betweenness_takes_big_trade_as_near(toy: "nx.DiGraph[str]") -> None:
    assert measure_betweenness(toy) == {"USA": 1, "CAN": 0, "MEX": 0, "UAE": 0}
    # The trap: with the weight itself as length, the smallest trader becomes the broker.
    trapped = nx.betweenness_centrality(symmetric(toy), weight="weight")
    assert trapped == {"USA": 0, "CAN": 0, "MEX": 0, "UAE": 1}


def test_the_middle_of_a_line_lies_on_every_path_and_two_areas_have_no_middle() -> None:
    assert measure_betweenness(build_graph([("A", "B", 1.0), ("B", "C", 9.0)])) == {"A": 0, "B": 1, "C": 0}
    assert measure_betweenness(build_graph([("A", "B", 1.0)])) == {}


@settings(deadline=None, max_examples=40)
@given(edges=flows)
def test_betweenness_is_a_share_whatever_the_direction(edges: Edges) -> None:
    scores = measure_betweenness(build_graph(edges))
    assert all(0 <= score <= 1 + 1e-9 for score in scores.values())
    returned = measure_betweenness(build_graph((end, start, weight) for start, end, weight in edges))
    assert returned == pytest.approx(scores)


# Clustering and core


def test_golden_toy_clustering(toy: "nx.DiGraph[str]", in_toy_order: InOrder) -> None:
    scores = in_toy_order(measure_clustering(toy))
    assert scores == pytest.approx([0.140189, 0.127199, 0.123797, 0.037022], abs=PRINTED)


def test_clustering_of_a_triangle_is_the_cube_root_of_its_three_weights() -> None:
    scores = measure_clustering(build_graph([("A", "B", 1.0), ("B", "C", 0.5), ("C", "A", 0.25)]))
    assert scores == pytest.approx(dict.fromkeys("ABC", 0.5))


def test_clustering_counts_every_pair_of_partners_and_is_zero_with_one_partner() -> None:
    edges = [("A", "B", 4.0), ("A", "C", 2.0), ("B", "C", 1.0), ("A", "D", 2.0)]
    assert measure_clustering(build_graph(edges)) == pytest.approx({"A": 1 / 6, "B": 0.5, "C": 0.5, "D": 0})


def test_mean_clustering_of_the_karate_club_is_the_published_one() -> None:
    scores = measure_clustering(unweighted(nx.karate_club_graph()))
    assert sum(scores.values()) / len(scores) == pytest.approx(0.570638, abs=PRINTED)


def test_core_sizes_of_the_karate_club_are_the_published_ones() -> None:
    numbers = list(measure_core(unweighted(nx.karate_club_graph())).values())
    assert [numbers.count(k) for k in (4, 3, 2, 1)] == [10, 12, 11, 1]


# Equality with networkx


def assert_as_networkx(graph: "nx.DiGraph[str]") -> None:
    both = symmetric(graph)
    ranks = nx.pagerank(graph, weight="weight", tol=1e-15, max_iter=5000)
    assert measure_pagerank(graph) == pytest.approx(ranks, rel=EQUAL, abs=EQUAL)
    leading = {area: float(score) for area, score in nx.eigenvector_centrality_numpy(both, weight="weight").items()}
    assert measure_eigenvector(graph) == pytest.approx(leading, rel=EQUAL, abs=EQUAL)
    between = nx.betweenness_centrality(both, weight="distance")
    assert measure_betweenness(graph) == pytest.approx(between, rel=EQUAL, abs=EQUAL)
    assert measure_clustering(graph) == pytest.approx(nx.clustering(both, weight="weight"), rel=EQUAL, abs=EQUAL)
    assert measure_core(graph) == nx.core_number(both)
    for ours, theirs in zip(measure_hits(graph).values(), nx.hits(graph, tol=0), strict=True):
        assert ours == pytest.approx(theirs, rel=EQUAL, abs=EQUAL)


@settings(deadline=None, max_examples=60)
@given(graph=random_graphs)
def test_every_measure_of_a_random_graph_is_that_of_networkx(graph: "nx.DiGraph[str]") -> None:
    assert_as_networkx(graph)


@pytest.mark.parametrize(("seed", "count", "density"), DENSE)
def test_every_measure_of_a_dense_graph_is_that_of_networkx(seed: int, count: int, density: float) -> None:
    assert_as_networkx(random_flows(seed, count, density))


@settings(deadline=None, max_examples=25)
@given(graph=random_graphs)
def test_the_core_number_is_what_its_definition_says(graph: "nx.DiGraph[str]") -> None:
    both, numbers = symmetric(graph), measure_core(graph)
    for k in range(1, int(max(numbers.values())) + 2):
        inside: nx.Graph[str] = nx.Graph(both)
        while loose := [area for area in inside if inside.degree(area) < k]:
            inside.remove_nodes_from(loose)
        assert {area for area, number in numbers.items() if number >= k} == set(inside)


# Rescaling


@settings(deadline=None, max_examples=40)
@given(edges=flows, factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_pagerank_and_clustering_where_they_were(edges: Edges, factor: float) -> None:
    before, after = build_graph(edges), build_graph((start, end, weight * factor) for start, end, weight in edges)
    assert measure_pagerank(after) == pytest.approx(measure_pagerank(before))
    assert measure_clustering(after) == pytest.approx(measure_clustering(before))
    assert measure_core(after) == measure_core(before)
    for kind, strength in measure_strength(after).items():
        known = measure_strength(before)[kind]
        assert strength == pytest.approx({area: part * factor for area, part in known.items()})


# Lengths of paths are sums of 1 / sqrt(prime): no two are equal, so rounding cannot make or break a tie.
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)


@settings(deadline=None, max_examples=40)
@given(primes=st.permutations(PRIMES), factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_paths_and_leading_vectors_where_they_were(primes: list[int], factor: float) -> None:
    ties = list(zip(itertools.combinations("ABCDEF", 2), primes, strict=True))
    before = build_graph((start, end, math.sqrt(prime)) for (start, end), prime in ties)
    after = build_graph((start, end, math.sqrt(prime) * factor) for (start, end), prime in ties)
    assert measure_betweenness(after) == pytest.approx(measure_betweenness(before))
    assert measure_eigenvector(after) == pytest.approx(measure_eigenvector(before))
    for kind, scores in measure_hits(after).items():
        assert scores == pytest.approx(measure_hits(before)[kind], abs=1e-9)
