"""What a dense graph is drawn by. Row, toy and inline flows are made up."""

import networkx as nx
import pytest

from compact_pipelines.analytics.drawing import disparity, find_backbone, place_areas
from compact_pipelines.analytics.graphs import build_graph, symmetric

PRINTED = 5e-7  # metrics.md prints six decimals

Edges = list[tuple[str, str, float]]


def test_a_tie_stands_out_where_its_share_is_unlikely_under_an_even_spread() -> None:
    # Row (90, 5, 5): .01, .9025, .9025; each partner has this one tie alone, which is certain there.
    alphas = disparity(build_graph([("A", "B", 90.0), ("A", "C", 5.0), ("A", "D", 5.0)]))
    assert alphas == pytest.approx({("A", "B"): 0.01, ("A", "C"): 0.9025, ("A", "D"): 0.9025})


def test_golden_toy_disparity(toy: "nx.DiGraph[str]") -> None:
    # metrics.md takes the symmetric graph: each tie then stands in both directions, and the smaller end is kept.
    both = symmetric(toy)
    alphas = disparity(build_graph((start, end, both[start][end]["weight"]) for start in both for end in both[start]))
    assert alphas["CAN", "USA"] == alphas["USA", "CAN"] == pytest.approx(0.001811, abs=PRINTED)
    assert alphas["MEX", "USA"] == pytest.approx(0.001322, abs=PRINTED)
    assert alphas["UAE", "USA"] == pytest.approx(0.024931, abs=PRINTED)


def test_the_only_tie_of_two_areas_is_certain_and_still_drawn() -> None:
    graph = build_graph([("A", "B", 3.0)])
    assert disparity(graph) == {("A", "B"): 1}
    assert find_backbone(graph) == {("A", "B")}


def test_every_area_of_the_backbone_keeps_its_strongest_tie(toy: "nx.DiGraph[str]") -> None:
    kept = find_backbone(toy, alpha=0)
    assert kept == {("MEX", "USA"), ("CAN", "USA"), ("USA", "UAE")}
    assert find_backbone(toy, alpha=1.01) == set(toy.edges)


def test_a_unit_changes_neither_disparity_nor_backbone(toy: "nx.DiGraph[str]", toy_edges: Edges) -> None:
    scaled = build_graph((start, end, weight * 1e9) for start, end, weight in toy_edges)
    assert disparity(scaled) == pytest.approx(disparity(toy))
    assert find_backbone(scaled) == find_backbone(toy)


def test_places_stay_on_the_sheet_and_are_the_same_every_time(toy_edges: Edges) -> None:
    edges = [edge for edge in toy_edges if edge[2]]
    places = place_areas(edges)
    assert sorted(places) == ["CAN", "MEX", "UAE", "USA"]
    assert all(-1 <= x <= 1 and -1 <= y <= 1 for x, y in places.values())
    assert len(set(places.values())) == 4
    assert place_areas(reversed(edges)) == places
    assert place_areas([]) == {}
