"""Many graphs at once give what networkx gives one by one, to 1e-9. All graphs but the published ones are made up."""

import itertools
import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics import many_graphs
from compact_pipelines.analytics.centrality import measure_pagerank, measure_strength
from compact_pipelines.analytics.graphs import build_graph, symmetric
from compact_pipelines.analytics.many_graphs import Graphs, edges, read_edges

EQUAL = 1e-9
PRINTED = 5e-7  # the checks are printed with six decimals

Edge = tuple[int, str, str, float]


def made_up(seed: int, count: int) -> list[Edge]:
    """Some graphs of 2 to 12 areas, sparse to full, weights over many orders of magnitude; some in several parts."""
    draw = np.random.default_rng(seed)
    rows: list[Edge] = []
    for graph in range(count):
        size, density = int(draw.integers(2, 13)), float(draw.uniform(0.1, 1))
        names = [f"{place:02d}" for place in range(size)]
        weight = np.exp(draw.normal(0, 2, (size, size)))
        pairs = [pair for pair in itertools.permutations(range(size), 2) if draw.random() < density] or [(0, 1)]
        rows += [(graph, names[start], names[end], float(weight[start, end])) for start, end in pairs]
    return [rows[place] for place in draw.permutation(len(rows)).tolist()]


def read(rows: list[Edge]) -> Graphs:
    graph, start, end, weight = (list(column) for column in zip(*rows, strict=True))
    return read_edges(np.array(graph), np.array(start), np.array(end), np.array(weight))


def by_graph(graphs: Graphs, values: Any) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for number, area, value in zip(graphs.node_graph, graphs.node_areas, values, strict=True):
        found.setdefault(int(graphs.graph_ids[number]), {})[str(area)] = float(value)
    return found


def theirs(rows: list[Edge]) -> "dict[int, nx.DiGraph[str]]":
    one_by_one: dict[int, list[tuple[str, str, float]]] = {}
    for graph, start, end, weight in rows:
        one_by_one.setdefault(graph, []).append((start, end, weight))
    return {graph: build_graph(ties) for graph, ties in one_by_one.items()}


many = st.builds(made_up, st.integers(0, 2**32 - 1), st.integers(1, 6))


def assert_as_networkx(rows: list[Edge]) -> None:
    graphs, one_by_one = read(rows), theirs(rows)
    assert graphs.graph_ids.tolist() == sorted(one_by_one)
    pages = by_graph(graphs, many_graphs.rank_pages(graphs))
    between = by_graph(graphs, many_graphs.stand_between(graphs))
    clustered = by_graph(graphs, many_graphs.cluster_areas(graphs))
    strength = by_graph(graphs, many_graphs.strengthen_areas(graphs)["strength"])
    resistance = dict(zip(graphs.graph_ids.tolist(), many_graphs.resist_graphs(graphs).tolist(), strict=True))
    community, quality = many_graphs.divide_graphs(graphs)
    divided = by_graph(graphs, community)
    for place, (number, graph) in enumerate(sorted(one_by_one.items())):
        both = symmetric(graph)
        ranks = nx.pagerank(graph, weight="weight", tol=1e-13, max_iter=2000)
        assert pages[number] == pytest.approx(ranks, abs=EQUAL)
        assert strength[number] == pytest.approx(measure_strength(graph)["strength"], rel=EQUAL)
        assert clustered[number] == pytest.approx(nx.clustering(both, weight="weight"), abs=EQUAL)
        if len(graph) > 2:
            middle = nx.betweenness_centrality(both, weight="distance")
            assert between[number] == pytest.approx(middle, abs=EQUAL)
        else:
            assert all(math.isnan(value) for value in between[number].values())
        if nx.is_connected(both):
            kirchhoff = nx.effective_graph_resistance(both, weight="weight", invert_weight=False)
            assert resistance[number] == pytest.approx(kirchhoff, rel=EQUAL)
        else:
            assert math.isnan(resistance[number])
        groups: dict[float, set[str]] = {}
        for area, group in divided[number].items():
            groups.setdefault(group, set()).add(area)
        held = nx.community.modularity(both, groups.values(), weight="weight")
        assert quality[place] == pytest.approx(held, abs=EQUAL)


@settings(deadline=None, max_examples=25)
@given(rows=many)
def test_many_random_graphs_are_those_of_networkx(rows: list[Edge]) -> None:
    assert_as_networkx(rows)


def test_small_stacks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = made_up(5, 40)
    graphs = read(rows)
    before = [many_graphs.rank_pages(graphs), many_graphs.cluster_areas(graphs), many_graphs.resist_graphs(graphs)]
    assert max(len(layer.graphs) for layer in graphs.layers()) > 1
    monkeypatch.setattr(edges, "STACK_BYTES", 1)
    assert max(len(layer.graphs) for layer in graphs.layers()) == 1
    after = [many_graphs.rank_pages(graphs), many_graphs.cluster_areas(graphs), many_graphs.resist_graphs(graphs)]
    for first, second in zip(before, after, strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-12)


@settings(deadline=None, max_examples=15)
@given(rows=many, factor=st.floats(min_value=1e-6, max_value=1e6))
def test_a_unit_changes_no_share(rows: list[Edge], factor: float) -> None:
    graphs, scaled = read(rows), read([(graph, start, end, weight * factor) for graph, start, end, weight in rows])
    np.testing.assert_allclose(many_graphs.rank_pages(scaled), many_graphs.rank_pages(graphs), atol=1e-12)
    np.testing.assert_allclose(many_graphs.cluster_areas(scaled), many_graphs.cluster_areas(graphs), atol=1e-12)
    resistance = many_graphs.resist_graphs(graphs) / factor
    np.testing.assert_allclose(many_graphs.resist_graphs(scaled), resistance, rtol=1e-9)


def test_the_order_of_edges_makes_no_difference() -> None:
    rows = made_up(9, 12)
    graphs, backwards = read(rows), read(rows[::-1])
    for measure in (many_graphs.rank_pages, many_graphs.stand_between, many_graphs.cluster_areas):
        np.testing.assert_array_equal(measure(graphs), measure(backwards))
    np.testing.assert_array_equal(many_graphs.resist_graphs(graphs), many_graphs.resist_graphs(backwards))
    np.testing.assert_array_equal(many_graphs.divide_graphs(graphs)[0], many_graphs.divide_graphs(backwards)[0])


def test_the_golden_toy_among_others_keeps_its_values(toy_edges: list[tuple[str, str, float]]) -> None:
    rows = [(7, *tie) for tie in toy_edges if tie[2]] + [(3, "CAN", "USA", 1.0)]
    graphs = read(rows)
    toy = ("USA", "CAN", "MEX", "UAE")

    def of_toy(values: Any) -> list[float]:
        return [by_graph(graphs, values)[7][area] for area in toy]

    assert of_toy(many_graphs.rank_pages(graphs)) == pytest.approx(
        [0.464933, 0.238042, 0.242853, 0.054172], abs=PRINTED
    )
    assert of_toy(many_graphs.stand_between(graphs)) == [1, 0, 0, 0]
    onnela = [0.140189, 0.127199, 0.123797, 0.037022]
    assert of_toy(many_graphs.cluster_areas(graphs)) == pytest.approx(onnela, abs=PRINTED)
    assert many_graphs.resist_graphs(graphs)[1] == pytest.approx(0.0861277, abs=5e-8)
    assert of_toy(many_graphs.strengthen_areas(graphs)["strength"]) == [1547, 752, 825, 38]


def test_a_page_without_links_spreads_its_mass_evenly() -> None:
    # Langville and Meyer's six pages, the second of them dangling, alpha .9.
    links = [(1, 2), (1, 3), (3, 1), (3, 2), (3, 5), (4, 5), (4, 6), (5, 4), (5, 6), (6, 4)]
    rows = [(0, str(start), str(end), 1.0) for start, end in links]
    ranks = many_graphs.rank_pages(read(rows), damping=0.9)
    published = [0.037212, 0.053957, 0.041506, 0.375081, 0.205998, 0.286246]
    assert ranks == pytest.approx(published, abs=PRINTED)
    assert ranks.tolist() == pytest.approx(list(measure_pagerank(theirs(rows)[0], damping=0.9).values()))


def test_more_seeds_divide_no_worse_and_reach_the_best_of_the_karate_club() -> None:
    club: nx.Graph[Any] = nx.karate_club_graph()
    graphs = read([(0, f"{start:02d}", f"{end:02d}", 1.0) for start, end in club.edges])
    _, once = many_graphs.divide_graphs(graphs)
    _, often = many_graphs.divide_graphs(graphs, seeds=range(20))
    assert once[0] <= often[0] + 1e-12
    assert often[0] == pytest.approx(0.419790, abs=PRINTED)


def test_nothing_is_no_graph() -> None:
    empty = read_edges(np.array([], dtype=np.int64), np.array([]), np.array([]), np.array([]))
    assert len(empty) == 0
    assert many_graphs.rank_pages(empty).size == many_graphs.resist_graphs(empty).size == 0
    assert many_graphs.stand_between(empty).size == many_graphs.divide_graphs(empty)[0].size == 0


def test_a_graph_of_zeros_is_none() -> None:
    assert read([(1, "A", "B", 0.0), (2, "A", "B", 1.0)]).graph_ids.tolist() == [2]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(0, "A", "B", -1.0)], "zero or more"),
        ([(0, "A", "B", math.nan)], "zero or more"),
        ([(0, "A", "A", 1.0)], "between two areas"),
        ([(0, "A", "B", 1.0), (1, "A", "B", 1.0), (0, "A", "B", 2.0)], "stands twice"),
    ],
)
def test_what_is_no_edge_is_refused(rows: list[Edge], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(rows)
