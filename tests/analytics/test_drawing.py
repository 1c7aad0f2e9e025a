"""Which ties are drawn and where areas stand. Weights are made up; the golden toy is that of the network measures."""

import math
import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.drawing import BACKBONE_ALPHA, disparity, find_backbone, place_areas

Tie = tuple[str, str, float]
AREAS = ["USA", "CAN", "MEX", "ARE"]
# Exports, rows to columns, of the golden toy; total 1581.
EXPORTS = [[0, 300, 320, 25], [420, 0, 10, 2], [475, 18, 0, 1], [7, 2, 1, 0]]


def graph_of(*ties: Tie) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_weighted_edges_from(ties)
    return graph


def toy() -> list[Tie]:
    return [
        (start, end, float(EXPORTS[row][column]))
        for row, start in enumerate(AREAS)
        for column, end in enumerate(AREAS)
        if EXPORTS[row][column]
    ]


def two_way_toy() -> "nx.DiGraph[str]":
    """The toy's two-way sums, as flows of both directions."""
    graph = graph_of(*toy())
    sums = {(a, b): graph[a][b]["weight"] + graph[b][a]["weight"] for a, b in graph.edges}
    return graph_of(*((a, b, weight) for (a, b), weight in sums.items()))


ties = st.dictionaries(
    st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from("ABCDEFG")).filter(lambda tie: tie[0] != tie[1]),
    st.floats(1e-3, 1e12),
    min_size=1,
).map(lambda weights: [(start, end, weight) for (start, end), weight in weights.items()])


# Disparity


def test_a_tie_stands_out_by_its_share_of_its_areas_flow() -> None:
    """Serrano, Boguñá and Vespignani (2009): (1 - share) ** (partners - 1)."""
    found = disparity(graph_of(("A", "B", 90), ("A", "C", 5), ("A", "D", 5)))
    assert found == pytest.approx({("A", "B"): 0.01, ("A", "C"): 0.9025, ("A", "D"): 0.9025})


def test_an_inflow_stands_out_as_an_outflow_does() -> None:
    found = disparity(graph_of(("B", "A", 90), ("C", "A", 5), ("D", "A", 5)))
    assert found == pytest.approx({("B", "A"): 0.01, ("C", "A"): 0.9025, ("D", "A"): 0.9025})


def test_the_golden_toy_has_the_smaller_alpha_of_each_tie() -> None:
    """The golden figures are those of two-way sums, seen from the area named first; the smaller end is kept."""
    found = disparity(two_way_toy())
    for pair, golden in {("CAN", "USA"): 0.001811, ("MEX", "USA"): 0.001322, ("ARE", "USA"): 0.024931}.items():
        assert found[pair] == pytest.approx(golden, abs=5e-7)
        assert found[pair[::-1]] == found[pair]


def test_the_golden_toy_seen_from_the_united_states_alone() -> None:
    """Where partners have no other tie, their end says nothing and the figure of the United States stands."""
    seen = graph_of(*((a, b, weight) for a, b, weight in two_way_toy().edges(data="weight") if a == "USA"))
    assert disparity(seen)["USA", "CAN"] == pytest.approx(0.285779, abs=5e-7)


def test_direction_matters_where_flows_differ() -> None:
    found = disparity(graph_of(*toy()))
    assert found["USA", "CAN"] == pytest.approx((1 - 300 / 320) ** 2)
    assert found["CAN", "USA"] == pytest.approx((1 - 420 / 432) ** 2)


def test_the_only_tie_of_two_areas_does_not_stand_out() -> None:
    assert disparity(graph_of(("A", "B", 7))) == {("A", "B"): 1}


@settings(max_examples=50)
@given(ties)
def test_alphas_lie_between_0_and_1_and_do_not_depend_on_the_unit(edges: list[Tie]) -> None:
    found = disparity(graph_of(*edges))
    assert all(-1e-12 <= alpha <= 1 for alpha in found.values())
    thousands = disparity(graph_of(*((start, end, weight / 1000) for start, end, weight in edges)))
    assert thousands == pytest.approx(found, abs=1e-9)


# Backbone


def test_the_backbone_keeps_what_stands_out_and_every_areas_strongest_tie() -> None:
    graph = graph_of(("A", "B", 90), ("A", "C", 5), ("A", "D", 5), ("C", "D", 1), ("D", "C", 0.5))
    assert find_backbone(graph) == {("A", "B"), ("A", "C"), ("A", "D")}
    assert find_backbone(graph, alpha=0) == {("A", "B"), ("A", "C"), ("A", "D")}
    assert find_backbone(graph, alpha=2) == set(graph.edges)


def test_even_flows_have_no_backbone_but_strongest_ties() -> None:
    areas = "ABCDEF"
    graph = graph_of(*((a, b, 1.0) for a in areas for b in areas if a != b))
    assert min(disparity(graph).values()) > BACKBONE_ALPHA
    assert len(find_backbone(graph)) <= len(areas)


def test_an_area_without_ties_has_no_place_in_the_backbone() -> None:
    graph = graph_of(("A", "B", 1))
    graph.add_node("alone")
    assert find_backbone(graph) == {("A", "B")}
    assert find_backbone(nx.DiGraph()) == set()


@settings(max_examples=50)
@given(ties)
def test_no_area_floats(edges: list[Tie]) -> None:
    graph = graph_of(*edges)
    kept = find_backbone(graph)
    assert kept <= set(graph.edges)
    for area in graph:
        own = {(a, b): weight for a, b, weight in edges if area in (a, b)}
        assert any(own[tie] == max(own.values()) for tie in kept & own.keys())


@settings(max_examples=25)
@given(ties, st.randoms(use_true_random=False))
def test_the_backbone_does_not_depend_on_the_order_of_ties(edges: list[Tie], chance: random.Random) -> None:
    mixed = chance.sample(edges, len(edges))
    assert find_backbone(graph_of(*mixed)) == find_backbone(graph_of(*edges))


# Places


def test_places_are_the_same_in_a_rerun_and_in_any_order() -> None:
    places = place_areas(toy())
    assert place_areas(toy()) == places
    assert place_areas(reversed(toy())) == places
    assert place_areas(sorted(toy(), key=lambda tie: tie[2])) == places
    assert list(places) == sorted(AREAS)


def test_a_large_graph_has_the_same_places_in_any_order() -> None:
    """Sums in another order differ in their last digits, which many rounds of drawing may let grow."""
    chance = random.Random(7)  # noqa: S311  (made-up weights)
    areas = [f"{number:02d}" for number in range(30)]
    edges = [(a, b, 10 ** chance.uniform(3, 12)) for a in areas for b in areas if a != b for _ in range(3)]
    mixed = chance.sample(edges, len(edges))
    assert place_areas(mixed) == place_areas(edges)


def test_other_ties_make_other_places() -> None:
    turned = [(a, {"MEX": "CAN", "CAN": "MEX"}.get(b, b), weight) for a, b, weight in toy() if a == "USA"]
    assert place_areas(turned) != place_areas(toy())


@settings(max_examples=10, deadline=None)
@given(ties)
def test_areas_stand_within_the_picture_each_on_its_own_place(edges: list[Tie]) -> None:
    places = place_areas(edges)
    assert places.keys() == {area for start, end, _ in edges for area in (start, end)}
    assert all(math.isfinite(side) and -1 <= side <= 1 for place in places.values() for side in place)
    assert len(set(places.values())) == len(places)
    for side in (0, 1):
        assert {min(place[side] for place in places.values()), max(place[side] for place in places.values())} == {-1, 1}


def test_years_add_up_to_one_place() -> None:
    halves = [(a, b, weight / 2) for a, b, weight in toy()]
    assert place_areas([*halves, *halves]) == place_areas(toy())


def test_nothing_has_no_places() -> None:
    assert place_areas([]) == {}
