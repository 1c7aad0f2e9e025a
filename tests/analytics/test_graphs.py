"""From flows to the graph. The golden toy and inline flows are made up."""

import itertools
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.graphs import build_graph, choose_weights, coverage, symmetric, weights

AREAS = [f"A{number}" for number in range(7)]
Edges = list[tuple[str, str, float]]
Flow = Callable[..., dict[str, Any]]
MirrorFlows = Callable[..., pl.DataFrame]

flows = st.lists(
    st.tuples(st.sampled_from(list(itertools.permutations(AREAS, 2))), st.integers(1, 10**9)),
    min_size=1,
    max_size=20,
    unique_by=lambda tie: tie[0],
).map(lambda ties: [(start, end, float(weight)) for (start, end), weight in ties])


# Building


def test_edges_carry_weight_and_the_strongest_over_it_as_distance() -> None:
    graph = build_graph([("USA", "CAN", 8.0), ("CAN", "USA", 2.0)])
    assert graph["USA"]["CAN"] == {"weight": 8.0, "distance": 1.0}
    assert graph["CAN"]["USA"] == {"weight": 2.0, "distance": 4.0}


def test_a_weight_of_zero_is_no_edge_and_makes_no_area() -> None:
    graph = build_graph([("USA", "CAN", 8.0), ("CAN", "USA", 0.0), ("MEX", "USA", 0.0)])
    assert list(graph.edges) == [("USA", "CAN")]
    assert list(graph) == ["CAN", "USA"]


@pytest.mark.parametrize("edge", [("USA", "CAN", -1.0), ("USA", "USA", 5.0)])
def test_a_negative_weight_or_a_loop_is_refused_by_name(edge: tuple[str, str, float]) -> None:
    with pytest.raises(ValueError, match=f"edge {edge[0]}-{edge[1]} with weight {edge[2]}"):
        build_graph([("MEX", "USA", 1.0), edge])


def test_a_pair_that_stands_twice_is_refused_and_not_overwritten() -> None:
    with pytest.raises(ValueError, match="edge USA-CAN stands twice; measure one subject and unit at a time"):
        build_graph([("USA", "CAN", 5.0), ("CAN", "USA", 2.0), ("USA", "CAN", 1.0)])


@settings(deadline=None, max_examples=40)
@given(edges=flows, order=st.randoms(use_true_random=False))
def test_the_order_of_edges_makes_no_difference(edges: Edges, order: Any) -> None:
    shuffled = list(edges)
    order.shuffle(shuffled)
    one, other = build_graph(edges), build_graph(shuffled)
    assert list(one) == list(other) == sorted({area for start, end, _ in edges for area in (start, end)})
    assert list(one.edges(data=True)) == list(other.edges(data=True))


# Both directions together


def test_the_tie_of_two_areas_is_both_directions_together(toy: "nx.DiGraph[str]") -> None:
    both = symmetric(toy)
    assert both["USA"]["CAN"]["weight"] == 720
    assert both["USA"]["MEX"]["weight"] == 795
    assert both["CAN"]["MEX"]["weight"] == 28
    assert both["USA"]["MEX"]["distance"] == 1
    assert both["USA"]["CAN"]["distance"] == pytest.approx(795 / 720)


def test_a_tie_of_one_direction_keeps_its_weight() -> None:
    both = symmetric(build_graph([("USA", "CAN", 3.0)]))
    assert both["CAN"]["USA"] == {"weight": 3.0, "distance": 1.0}


@settings(deadline=None, max_examples=40)
@given(edges=flows)
def test_the_matrix_sends_by_row_and_the_symmetric_graph_is_it_and_its_transpose(edges: Edges) -> None:
    graph = build_graph(edges)
    matrix, place = weights(graph), list(graph)
    assert {(place[row], place[column], matrix[row, column]) for row, column in np.argwhere(matrix)} == set(edges)
    assert (nx.to_numpy_array(symmetric(graph), nodelist=place, weight="weight") == matrix + matrix.T).all()


# From mirror flows to weights


def test_the_weight_is_the_departing_report_or_the_arriving_one_where_it_is_silent(
    flow: Flow, mirror_flows: MirrorFlows
) -> None:
    chosen = choose_weights(
        mirror_flows(
            flow("USA", "CAN", reported_by_to=40, source_to="canada"),
            flow("CAN", "USA", reported_by_from=None, source_from=None, reported_by_to=70, source_to="usa"),
        )
    )
    assert chosen.select("from_area", "to_area", "weight", "reporter", "source_id").rows() == [
        ("USA", "CAN", 100.0, "USA", "office"),
        ("CAN", "USA", 70.0, "USA", "usa"),
    ]


def test_capital_is_weighed_by_who_received_it(flow: Flow, mirror_flows: MirrorFlows) -> None:
    capital = {"theme": "capital_flows", "subject": "D_F", "stock_flow": "S"}
    chosen = choose_weights(
        mirror_flows(
            flow("USA", "CAN", **capital, reported_by_to=40, source_to="canada"),
            flow("CAN", "USA", **capital, reported_by_to=None, source_to=None),
        )
    )
    assert chosen.select("from_area", "to_area", "weight", "reporter", "source_id").rows() == [
        ("USA", "CAN", 40.0, "CAN", "canada"),
        ("CAN", "USA", 100.0, "CAN", "office"),
    ]


@pytest.mark.parametrize("value", [0, -5, None])
def test_zero_negative_and_absent_flows_are_no_edges(value: int | None, flow: Flow, mirror_flows: MirrorFlows) -> None:
    assert choose_weights(mirror_flows(flow("USA", "CAN", reported_by_from=value))).is_empty()


def test_positions_and_flows_of_capital_are_two_graphs(flow: Flow, mirror_flows: MirrorFlows) -> None:
    chosen = choose_weights(
        mirror_flows(
            flow("CAN", "USA", theme="capital_flows", subject="P_F5", stock_flow="S"),
            flow("CAN", "USA", theme="capital_flows", subject="P_F5", stock_flow="F"),
            flow("CAN", "USA"),
        )
    )
    assert chosen["subject"].to_list() == ["P_F5/S", "P_F5/F", "TOTAL"]


def ties(areas: int, *, reporters: int, share: float) -> pl.DataFrame:
    """Made-up ties of one graph: the first reporters speak, a share of all possible ties is held."""
    names = [f"A{number:02d}" for number in range(areas)]
    pairs = [
        (start, end) for step in range(1, areas) for start, end in zip(names, names[step:] + names[:step], strict=True)
    ]
    held = pairs[: round(share * areas * (areas - 1))]
    rows = [
        {"from_area": start, "to_area": end, "reporter": names[place % reporters]}
        for place, (start, end) in enumerate(held)
    ]
    return pl.DataFrame(rows)


def test_coverage_is_the_share_of_areas_that_report() -> None:
    assert coverage(ties(20, reporters=10, share=1)) == 0.5
    assert coverage(ties(20, reporters=20, share=0.5)) == 1


@pytest.mark.parametrize(
    "unfit",
    [ties(9, reporters=9, share=1), ties(20, reporters=9, share=1), ties(20, reporters=20, share=0.3)],
    ids=["few areas", "few reporters", "few ties"],
)
def test_a_graph_of_few_areas_reporters_or_ties_is_not_fit_to_be_measured(unfit: pl.DataFrame) -> None:
    assert coverage(unfit) is None
