"""What is left without areas or ties: against networkx one removal at a time. All graphs are made up."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest

from compact_pipelines.analytics.graphs import build_graph, symmetric
from compact_pipelines.analytics.robustness import (
    KEY,
    area_under,
    build_robustness,
    measure_embargo,
    measure_removal,
    random_orders,
    strongest_first,
)
from compact_pipelines.contracts import load_contracts

PUBLISHED = load_contracts().published["out_robustness"]
Edges = list[tuple[str, str, float]]


def random_flows(seed: int, count: int, density: float) -> Edges:
    draw = np.random.default_rng(seed)
    return [
        (f"{start:02d}", f"{end:02d}", float(np.exp(draw.normal(0, 2))))
        for start, end in itertools.permutations(range(count), 2)
        if (start, end) == (0, 1) or draw.random() < density
    ]


def by_hand(graph: "nx.DiGraph[str]", gone: list[str]) -> tuple[float, float, float]:
    both = symmetric(graph)
    total = sum(weight for *_, weight in graph.edges(data="weight"))
    kept = sum(weight for start, end, weight in graph.edges(data="weight") if start not in gone and end not in gone)

    def efficiency(left: Any) -> float:
        lengths = dict(nx.all_pairs_dijkstra_path_length(left, weight="distance"))
        pairs = list(itertools.permutations(left, 2))
        near = (1 / lengths[one][other] for one, other in pairs if other in lengths[one])
        return math.fsum(near) / len(pairs) if pairs else 0.0

    left = both.subgraph(area for area in both if area not in gone)
    giant = max((len(part) for part in nx.connected_components(left)), default=0)
    return kept / total, giant / len(both), efficiency(left) / efficiency(both)


@pytest.mark.parametrize(("seed", "density"), [(1, 0.15), (2, 0.3), (3, 0.6), (4, 1.0)])
def test_every_step_of_every_order_is_that_of_networkx(seed: int, density: float) -> None:
    graph = build_graph(random_flows(seed, 8, density))
    areas = list(graph)
    orders = random_orders(len(areas), orders=3, seed=seed)
    curves = measure_removal(graph, orders)
    assert curves is not None
    for place, order in enumerate(orders.tolist()):
        for count in range(len(areas) + 1):
            kept, giant, efficiency = by_hand(graph, [areas[number] for number in order[:count]])
            assert curves.kept_flow[place, count] == pytest.approx(kept, abs=1e-12)
            assert curves.giant_share[place, count] == pytest.approx(giant)
            assert curves.efficiency[place, count] == pytest.approx(efficiency, rel=1e-9, abs=1e-12)


def test_the_golden_toy_loses_what_is_published_when_one_area_goes(toy: "nx.DiGraph[str]") -> None:
    areas = list(toy)
    lost = {}
    for place, area in enumerate(areas):
        others = [number for number in range(len(areas)) if number != place]
        curves = measure_removal(toy, np.array([[place, *others]]))
        assert curves is not None
        lost[area] = 1 - curves.kept_flow[0, 1]
    expected = {"USA": 0.978495, "CAN": 0.475648, "MEX": 0.521822, "UAE": 0.024035}
    assert lost == pytest.approx(expected, abs=5e-7)
    assert strongest_first(toy) == ["USA", "MEX", "CAN", "UAE"]


def test_the_area_under_a_curve_is_its_mean_after_the_first_removal() -> None:
    assert area_under(np.array([[1.0, 0.6, 0.3, 0.0]])).tolist() == pytest.approx([0.3])


def test_a_unit_changes_no_curve() -> None:
    edges = random_flows(7, 9, 0.5)
    orders = random_orders(9, orders=5)
    before = measure_removal(build_graph(edges), orders)
    after = measure_removal(build_graph((start, end, weight * 1e6) for start, end, weight in edges), orders)
    assert before is not None
    assert after is not None
    for name in ("kept_flow", "giant_share", "efficiency"):
        np.testing.assert_allclose(getattr(before, name), getattr(after, name), rtol=1e-9, atol=1e-12)


def test_random_orders_are_orders_and_the_same_in_a_rerun() -> None:
    orders = random_orders(6, orders=50)
    assert (np.sort(orders, axis=1) == np.arange(6)).all()
    assert len({tuple(order) for order in orders.tolist()}) > 30
    np.testing.assert_array_equal(orders, random_orders(6, orders=50))


# Ties cut


def test_an_embargo_takes_both_directions_and_no_area(toy: "nx.DiGraph[str]") -> None:
    left = measure_embargo(toy, [("CAN", "USA")])
    assert left is not None
    assert left.kept_flow == pytest.approx((1581 - 720) / 1581)
    assert left.giant_share == 1
    assert left.efficiency < 1


def test_who_is_cut_off_from_all_leaves_the_largest_part(toy: "nx.DiGraph[str]") -> None:
    left = measure_embargo(toy, [(area, "UAE") for area in ("USA", "CAN", "MEX")])
    assert left is not None
    assert left.giant_share == 3 / 4
    assert left.kept_flow == pytest.approx(1 - 38 / 1581)


def test_a_pair_without_a_tie_changes_nothing(toy: "nx.DiGraph[str]") -> None:
    left = measure_embargo(toy, [("USA", "FRA")])
    assert left is not None
    assert (left.kept_flow, left.giant_share) == (1, 1)
    assert left.efficiency == pytest.approx(1)


def test_without_ties_nothing_can_be_left() -> None:
    nothing = build_graph([])
    assert measure_removal(nothing, random_orders(0)) is None
    assert measure_embargo(nothing, [("A", "B")]) is None


# The out table


@pytest.mark.usefixtures("toys_are_measured")
def test_the_table_has_both_orders_from_all_to_none(
    flow: Callable[..., dict[str, Any]], mirror_flows: Callable[..., pl.DataFrame]
) -> None:
    rows = [flow(start, end, reported_by_from=100 + 10 * place)
            for place, (start, end) in enumerate(itertools.permutations(("CAN", "MEX", "USA"), 2))]  # fmt: skip
    table = build_robustness(mirror_flows(*rows))
    assert table.columns == list(PUBLISHED.columns) == build_robustness(mirror_flows()).columns
    assert PUBLISHED.key == KEY
    assert table.height == 2 * 4
    strongest = table.filter(removal_order="strongest")
    assert strongest["removed_area"].to_list() == [None, "USA", "MEX", "CAN"]
    assert strongest["kept_flow"].to_list() == pytest.approx([1, 220 / 750, 0, 0])
    assert strongest["kept_flow_mean"].unique().to_list() == [pytest.approx(220 / 750 / 3)]
    chance = table.filter(removal_order="random")
    assert chance["orders"].unique().to_list() == [200]
    # One of three at random is left without its two ties: a third of all flow stays on average.
    assert chance["kept_flow"][1] == pytest.approx(1 / 3, abs=0.02)
    assert chance["kept_flow_low"][1] == pytest.approx(220 / 750)
    assert table.equals(build_robustness(mirror_flows(*rows[::-1])))
