"""Distances and what is made of them: equality with networkx, graphs in parts. All graphs are made up."""

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.closeness import distances, measure_closeness, measure_harmonic
from compact_pipelines.analytics.graphs import build_graph, symmetric

EQUAL = 1e-9

Edges = list[tuple[str, str, float]]


def random_flows(seed: int, count: int, density: float) -> Edges:
    """Made-up flows over many orders of magnitude, in one part or several."""
    draw = np.random.default_rng(seed)
    pairs = [(i, j) for i in range(count) for j in range(count) if i != j and draw.random() < density] or [(0, 1)]
    return [(f"{i:02d}", f"{j:02d}", float(np.exp(draw.normal(0, 3)))) for i, j in pairs]


random_edges = st.builds(random_flows, st.integers(0, 2**32 - 1), st.integers(2, 10), st.floats(0.05, 1))


@settings(deadline=None, max_examples=40)
@given(edges=random_edges)
def test_closeness_and_harmonic_are_those_of_networkx(edges: Edges) -> None:
    graph = build_graph(edges)
    both = symmetric(graph)
    assert measure_closeness(graph) == pytest.approx(nx.closeness_centrality(both, distance="distance"), abs=EQUAL)
    harmonic = {
        area: score / (len(both) - 1) for area, score in nx.harmonic_centrality(both, distance="distance").items()
    }
    assert measure_harmonic(graph) == pytest.approx(harmonic, abs=EQUAL)


@settings(deadline=None, max_examples=20)
@given(edges=random_edges, factor=st.floats(min_value=1e-9, max_value=1e9))
def test_a_unit_changes_neither_and_both_are_shares(edges: Edges, factor: float) -> None:
    before, after = build_graph(edges), build_graph((start, end, weight * factor) for start, end, weight in edges)
    for measure in (measure_closeness, measure_harmonic):
        scores = measure(before)
        assert measure(after) == pytest.approx(scores, abs=EQUAL)
        assert all(0 <= score <= 1 + EQUAL for score in scores.values())


def test_a_detour_by_strong_ties_is_the_shorter_way() -> None:
    # Strongest tie 4: distances AB 1, BC 1, AC 4; by B it is 2.
    lengths = distances(build_graph([("A", "B", 4.0), ("B", "C", 4.0), ("A", "C", 1.0)]))
    assert lengths.tolist() == [[0, 1, 2], [1, 0, 1], [2, 1, 0]]


def test_an_area_of_a_small_part_is_not_near_to_all() -> None:
    graph = build_graph([("A", "B", 1.0), ("B", "C", 1.0), ("X", "Y", 1.0)])
    closeness, harmonic = measure_closeness(graph), measure_harmonic(graph)
    assert closeness["X"] == pytest.approx(1 / 4)  # next to the one it reaches, who is a quarter of all others
    assert closeness["B"] == pytest.approx(2 / 4)
    assert harmonic == pytest.approx({"A": 1.5 / 4, "B": 2 / 4, "C": 1.5 / 4, "X": 1 / 4, "Y": 1 / 4})
    assert math.isinf(distances(graph)[0, 3])


def test_nobody_is_near_to_nobody() -> None:
    assert measure_closeness(build_graph([])) == measure_harmonic(build_graph([])) == {}
    assert distances(build_graph([])).size == 0
