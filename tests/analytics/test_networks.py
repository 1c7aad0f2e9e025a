"""Network measures. Golden toy, cliques and inline flows are made up; published graphs name their source."""

import itertools
import math
from collections.abc import Iterable
from typing import Any

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.networks import (
    build_graph,
    build_network_metrics,
    choose_weights,
    measure_betweenness,
    measure_communities,
    measure_graph,
    measure_pagerank,
    measure_strength,
    symmetric,
)
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

Edges = list[tuple[str, str, float]]

TOY_AREAS = ("USA", "CAN", "MEX", "UAE")
TOY_EXPORTS = ((0, 300, 320, 25), (420, 0, 10, 2), (475, 18, 0, 1), (7, 2, 1, 0))
TOY: Edges = [
    (start, end, float(TOY_EXPORTS[row][column]))
    for row, start in enumerate(TOY_AREAS)
    for column, end in enumerate(TOY_AREAS)
]
MAX_EXACT_POWER = 60


def unweighted(graph: "nx.Graph[Any]") -> "nx.DiGraph[str]":
    """A published graph as ours: two digits a node, one edge a tie, every weight 1."""
    names = {node: f"{place:02d}" for place, node in enumerate(graph)}
    return build_graph((names[start], names[end], 1.0) for start, end in graph.edges)


def scaled(edges: Iterable[tuple[str, str, float]], factor: float) -> "nx.DiGraph[str]":
    return build_graph((start, end, weight * factor) for start, end, weight in edges)


@st.composite
def flows(draw: st.DrawFn) -> Edges:
    """Up to seven areas, at least one edge, whole weights as published."""
    areas = [f"A{number}" for number in range(draw(st.integers(2, 7)))]
    pairs = draw(
        st.lists(st.sampled_from(list(itertools.permutations(areas, 2))), min_size=1, max_size=20, unique=True)
    )
    return [(start, end, float(draw(st.integers(1, 10**9)))) for start, end in pairs]


# Building


def test_edges_carry_weight_and_its_inverse_as_distance() -> None:
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
    with pytest.raises(ValueError, match=r"edge USA-CAN stands twice, with 1\.0 and 5\.0"):
        build_graph([("USA", "CAN", 5.0), ("CAN", "USA", 2.0), ("USA", "CAN", 1.0)])


@settings(deadline=None, max_examples=40)
@given(edges=flows(), order=st.randoms(use_true_random=False))
def test_the_order_of_edges_makes_no_difference(edges: Edges, order: Any) -> None:
    shuffled = list(edges)
    order.shuffle(shuffled)
    assert measure_graph(build_graph(shuffled)).equals(measure_graph(build_graph(edges)))


def test_the_tie_of_two_areas_is_both_directions_together() -> None:
    both = symmetric(build_graph(TOY))
    assert both["USA"]["CAN"]["weight"] == 720
    assert both["USA"]["MEX"]["weight"] == 795
    assert both["CAN"]["MEX"]["weight"] == 28
    assert both["USA"]["MEX"]["distance"] == 1
    assert both["USA"]["CAN"]["distance"] == pytest.approx(795 / 720)


def test_a_tie_of_one_direction_keeps_its_weight() -> None:
    both = symmetric(build_graph([("USA", "CAN", 3.0)]))
    assert both["CAN"]["USA"] == {"weight": 3.0, "distance": 1.0}


# Strength and PageRank


def test_golden_toy_strength() -> None:
    strength = measure_strength(build_graph(TOY))
    assert strength["strength"] == {"USA": 1547, "CAN": 752, "MEX": 825, "UAE": 38}
    assert strength["strength_out"] == {"USA": 645, "CAN": 432, "MEX": 494, "UAE": 10}
    assert strength["strength_in"] == {"USA": 902, "CAN": 320, "MEX": 331, "UAE": 28}


@settings(deadline=None, max_examples=40)
@given(edges=flows())
def test_all_that_leaves_arrives(edges: Edges) -> None:
    strength = measure_strength(build_graph(edges))
    total = sum(weight for *_, weight in edges)
    assert sum(strength["strength_out"].values()) == total
    assert sum(strength["strength_in"].values()) == total
    assert sum(strength["strength"].values()) == 2 * total


def test_golden_toy_pagerank() -> None:
    ranks = measure_pagerank(build_graph(TOY))
    assert [ranks[area] for area in TOY_AREAS] == pytest.approx([0.464933, 0.238042, 0.242853, 0.054172], abs=5e-7)


def test_pagerank_of_the_six_node_graph_is_the_published_one() -> None:
    # Langville and Meyer, Google's PageRank and Beyond (2006): six pages, the second of them dangling, alpha .9.
    links = [(1, 2), (1, 3), (3, 1), (3, 2), (3, 5), (4, 5), (4, 6), (5, 4), (5, 6), (6, 4)]
    ranks = measure_pagerank(build_graph((str(start), str(end), 1.0) for start, end in links), damping=0.9)
    expected = [0.037212, 0.053957, 0.041506, 0.375081, 0.205998, 0.286246]
    assert [ranks[str(page)] for page in range(1, 7)] == pytest.approx(expected, abs=5e-7)


@settings(deadline=None, max_examples=40)
@given(edges=flows())
def test_pagerank_sums_to_one_and_leaves_no_area_out(edges: Edges) -> None:
    graph = build_graph(edges)
    ranks = measure_pagerank(graph)
    assert set(ranks) == set(graph)
    assert sum(ranks.values()) == pytest.approx(1)
    assert min(ranks.values()) > 0


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


def test_golden_toy_betweenness_takes_big_trade_as_near() -> None:
    graph = build_graph(TOY)
    assert measure_betweenness(graph) == {"USA": 1, "CAN": 0, "MEX": 0, "UAE": 0}
    # The trap: with the weight itself as length, the smallest trader becomes the broker.
    trapped = nx.betweenness_centrality(symmetric(graph), weight="weight")
    assert trapped == {"USA": 0, "CAN": 0, "MEX": 0, "UAE": 1}


def test_the_middle_of_a_line_lies_on_every_path() -> None:
    assert measure_betweenness(build_graph([("A", "B", 1.0), ("B", "C", 9.0)])) == {"A": 0, "B": 1, "C": 0}


@settings(deadline=None, max_examples=40)
@given(edges=flows())
def test_betweenness_is_a_share_whatever_the_direction(edges: Edges) -> None:
    scores = measure_betweenness(build_graph(edges))
    assert all(0 <= score <= 1 + 1e-9 for score in scores.values())
    returned = measure_betweenness(build_graph((end, start, weight) for start, end, weight in edges))
    assert returned == pytest.approx(scores)


# Rescaling


@settings(deadline=None, max_examples=40)
@given(edges=flows(), power=st.integers(-MAX_EXACT_POWER, MAX_EXACT_POWER))
def test_a_power_of_two_as_unit_changes_no_normalised_metric_at_all(edges: Edges, power: int) -> None:
    normalised = ~pl.col("metric").str.starts_with("strength")
    before = measure_graph(build_graph(edges)).filter(normalised)
    after = measure_graph(scaled(edges, 2.0**power)).filter(normalised)
    assert after.equals(before)
    assert measure_communities(scaled(edges, 2.0**power))[2] == measure_communities(build_graph(edges))[2]


@settings(deadline=None, max_examples=40)
@given(edges=flows(), factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_pagerank_and_shares_of_strength_where_they_were(edges: Edges, factor: float) -> None:
    before, after = build_graph(edges), scaled(edges, factor)
    assert measure_pagerank(after) == pytest.approx(measure_pagerank(before))
    for kind, strength in measure_strength(after).items():
        total = sum(strength.values())
        known = measure_strength(before)[kind]
        assert {area: part / total for area, part in strength.items()} == pytest.approx(
            {area: part / sum(known.values()) for area, part in known.items()}
        )


# Lengths of paths are sums of 1 / sqrt(prime): no two are equal, so rounding cannot make or break a tie.
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)


@settings(deadline=None, max_examples=40)
@given(primes=st.permutations(PRIMES), factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_betweenness_where_it_was(primes: list[int], factor: float) -> None:
    pairs = itertools.combinations("ABCDEF", 2)
    edges = [(start, end, math.sqrt(prime)) for (start, end), prime in zip(pairs, primes, strict=True)]
    assert measure_betweenness(scaled(edges, factor)) == pytest.approx(measure_betweenness(build_graph(edges)))


@settings(deadline=None, max_examples=40)
@given(factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_the_golden_toy_where_it_was(factor: float) -> None:
    before, after = build_graph(TOY), scaled(TOY, factor)
    assert measure_betweenness(after) == measure_betweenness(before)
    assert measure_pagerank(after) == pytest.approx(measure_pagerank(before))
    assert measure_communities(after)[2] == pytest.approx(measure_communities(before)[2], abs=1e-12)


# Communities


def test_golden_toy_modularity_of_north_america_and_the_uae() -> None:
    divided = [{"USA", "CAN", "MEX"}, {"UAE"}]
    quality = nx.community.modularity(symmetric(build_graph(TOY)), divided, weight="weight")
    assert quality == pytest.approx(-0.000288851, abs=5e-10)


def quality_of(graph: "nx.DiGraph[str]", community: dict[str, int]) -> float:
    groups = [{area for area in community if community[area] == number} for number in set(community.values())]
    return float(nx.community.modularity(symmetric(graph), groups, weight="weight"))


def test_golden_toy_is_not_divided_worse_than_north_america_and_the_uae() -> None:
    graph = build_graph(TOY)
    community, _, quality = measure_communities(graph)
    assert quality is not None
    assert quality >= -0.000288851
    assert quality_of(graph, community) == pytest.approx(quality)


def cliques(bridge: float) -> Edges:
    left, right = itertools.combinations("ABCDE", 2), itertools.combinations("VWXYZ", 2)
    inside = [(start, end, 5.0) for start, end in left] + [(start, end, 4.0) for start, end in right]
    return [*inside, ("E", "V", bridge)]


def test_two_cliques_are_two_communities_the_stronger_first() -> None:
    community, stability, quality = measure_communities(build_graph(cliques(1.0)))
    assert community == {**dict.fromkeys("ABCDE", 1), **dict.fromkeys("VWXYZ", 2)}
    assert stability == dict.fromkeys("ABCDEVWXYZ", 1.0)
    assert quality == pytest.approx(50 / 91 + 40 / 91 - (101 / 182) ** 2 - (81 / 182) ** 2)


def test_the_seeds_reach_the_optimum_of_the_karate_club() -> None:
    # Zachary's club, unweighted: the optimum is .419790, with four groups.
    club = unweighted(nx.karate_club_graph())
    community, _, quality = measure_communities(club)
    assert quality == pytest.approx(0.419790, abs=5e-7)
    assert quality_of(club, community) == pytest.approx(quality)
    assert sorted(set(community.values())) == [1, 2, 3, 4]


def test_the_best_of_the_seeds_is_kept() -> None:
    club = unweighted(nx.karate_club_graph())
    single = [measure_communities(club, seeds=[seed])[2] for seed in range(20)]
    assert len({round(quality or 0, 6) for quality in single}) > 1
    assert measure_communities(club)[2] == max(quality or 0 for quality in single)


@settings(deadline=None, max_examples=40)
@given(edges=flows())
def test_stability_is_a_share_and_every_area_has_a_community(edges: Edges) -> None:
    graph = build_graph(edges)
    community, stability, quality = measure_communities(graph)
    assert set(community) == set(stability) == set(graph)
    assert all(0 <= share <= 1 for share in stability.values())
    assert sorted(set(community.values())) == list(range(1, len(set(community.values())) + 1))
    assert quality is not None
    assert -0.5 <= quality < 1


def test_one_run_agrees_with_itself() -> None:
    _, stability, _ = measure_communities(unweighted(nx.karate_club_graph()), seeds=[3])
    assert set(stability.values()) == {1.0}


def test_an_area_whose_companions_change_from_run_to_run_is_less_stable() -> None:
    _, stability, _ = measure_communities(unweighted(nx.karate_club_graph()))
    assert min(stability.values()) < 1
    assert max(stability.values()) <= 1


def test_a_graph_without_edges_has_neither_ranks_nor_communities() -> None:
    empty = build_graph([])
    assert measure_communities(empty) == ({}, {}, None)
    assert measure_pagerank(empty) == {}
    assert measure_graph(empty).is_empty()


# All measures of one graph


def values(measured: pl.DataFrame, metric: str, column: str = "value") -> dict[str, Any]:
    return dict(measured.filter(metric=metric).select("area", column).iter_rows())


def test_every_area_has_every_measure_once() -> None:
    measured = measure_graph(build_graph(TOY))
    assert measured.columns == ["area", "metric", "value", "reason", "rank"]
    assert measured.height == 4 * 7
    assert measured.n_unique(["area", "metric"]) == measured.height
    assert measured["value"].null_count() == 0
    assert measured["reason"].null_count() == measured.height


def test_rank_one_is_the_highest_and_communities_have_no_rank() -> None:
    measured = measure_graph(build_graph(TOY))
    assert values(measured, "strength", "rank") == {"USA": 1, "MEX": 2, "CAN": 3, "UAE": 4}
    assert values(measured, "pagerank", "rank") == {"USA": 1, "MEX": 2, "CAN": 3, "UAE": 4}
    assert set(values(measured, "community", "rank").values()) == {None}
    assert set(values(measured, "community_stability", "rank").values()) == {None}


def test_a_tie_shares_its_rank_and_the_next_is_skipped() -> None:
    star = build_graph([("A", "B", 3.0), ("A", "C", 2.0), ("A", "D", 2.0), ("A", "E", 1.0)])
    assert values(measure_graph(star), "strength_in", "rank") == {"B": 1, "C": 2, "D": 2, "E": 4, "A": 5}


def test_nobody_stands_between_two_areas_and_the_blank_says_why() -> None:
    measured = measure_graph(build_graph([("CAN", "USA", 1.0)])).filter(metric="betweenness")
    assert measured.select("area", "value", "reason", "rank").rows() == [
        ("CAN", None, "undefined", None),
        ("USA", None, "undefined", None),
    ]


# From mirror flows to the out table


def flow(from_area: str, to_area: str, **cells: Any) -> dict[str, Any]:
    return {
        "theme": "compute_exports",
        "from_area": from_area,
        "to_area": to_area,
        "subject": "TOTAL",
        "stock_flow": "F",
        "freq": "A",
        "time_period": "2018",
        "unit_measure": "USD",
        "reported_by_from": 100,
        "reported_by_to": None,
        "source_from": "office",
        **cells,
    }


def mirror_flows(*rows: dict[str, Any]) -> pl.DataFrame:
    columns = load_contracts().published["out_mirror_flows"].columns
    return pl.DataFrame(rows, schema={name: POLARS_TYPES[column.type] for name, column in columns.items()})


def test_the_weight_is_the_departing_report_or_the_arriving_one_where_it_is_silent() -> None:
    weights = choose_weights(
        mirror_flows(
            flow("USA", "CAN", reported_by_to=40, source_to="canada"),
            flow("CAN", "USA", reported_by_from=None, source_from=None, reported_by_to=70, source_to="usa"),
        )
    )
    assert weights.select("from_area", "to_area", "weight", "reporter", "source_id").rows() == [
        ("USA", "CAN", 100.0, "USA", "office"),
        ("CAN", "USA", 70.0, "USA", "usa"),
    ]


@pytest.mark.parametrize("value", [0, -5, None])
def test_zero_negative_and_absent_flows_are_no_edges(value: int | None) -> None:
    assert choose_weights(mirror_flows(flow("USA", "CAN", reported_by_from=value))).is_empty()


def test_positions_and_flows_of_capital_are_two_graphs() -> None:
    weights = choose_weights(
        mirror_flows(
            flow("CAN", "USA", theme="capital_flows", subject="P_F5", stock_flow="S"),
            flow("CAN", "USA", theme="capital_flows", subject="P_F5", stock_flow="F"),
            flow("CAN", "USA"),
        )
    )
    assert weights["subject"].to_list() == ["P_F5/S", "P_F5/F", "TOTAL"]


TRIANGLE = [flow(start, end) for start, end in itertools.permutations(("CAN", "MEX", "USA"), 2)]


def test_the_columns_are_those_of_the_published_contract_in_order_and_type() -> None:
    columns = load_contracts().published["out_network_metrics"].columns
    for metrics in (build_network_metrics(mirror_flows(*TRIANGLE)), build_network_metrics(mirror_flows())):
        assert metrics.columns == list(columns)
        for name, column in columns.items():
            assert metrics.schema[name] == POLARS_TYPES[column.type], name


def test_every_graph_of_a_theme_subject_and_year_is_measured_by_itself() -> None:
    doubled = [{**row, "time_period": "2017", "reported_by_from": 200} for row in TRIANGLE]
    chapter = [{**row, "subject": "HS_84", "reported_by_from": 10} for row in TRIANGLE]
    metrics = build_network_metrics(mirror_flows(*TRIANGLE, *doubled, *chapter))
    published = load_contracts().published["out_network_metrics"]
    assert metrics.height == 3 * 3 * 7
    assert metrics.n_unique(published.key) == metrics.height
    assert metrics.equals(metrics.sort(published.key))
    strengths = metrics.filter(metric="strength", area="USA").select("subject", "time_period", "value")
    assert strengths.rows() == [("HS_84", "2018", 40.0), ("TOTAL", "2017", 800.0), ("TOTAL", "2018", 400.0)]


def test_months_are_not_measured() -> None:
    months = [{**row, "freq": "M", "time_period": "2018-01"} for row in TRIANGLE]
    assert build_network_metrics(mirror_flows(*months)).is_empty()


def test_coverage_is_the_share_of_areas_that_report() -> None:
    # MEX is silent: what it sells stands as the others' imports.
    rows = [
        row | {"reported_by_from": None, "reported_by_to": 90} if row["from_area"] == "MEX" else row for row in TRIANGLE
    ]
    metrics = build_network_metrics(mirror_flows(*rows))
    assert metrics["coverage_share"].unique().to_list() == [pytest.approx(2 / 3)]


@pytest.mark.parametrize(
    ("partners", "expected"), [(("CAN",), 2 * 7), (("CAN", "MEX"), 0), (("CAN", "MEX", "GBR", "JPN"), 0)]
)
def test_a_graph_in_which_fewer_than_half_of_the_areas_report_is_not_measured(
    partners: tuple[str, ...], expected: int
) -> None:
    star = mirror_flows(*(flow("USA", partner) for partner in partners))
    assert build_network_metrics(star).height == expected


def test_persons_and_rates_of_one_pair_are_refused_and_not_mixed() -> None:
    talent = {"theme": "talent_movement", "subject": "MIGRANT", "stock_flow": "S"}
    rows = mirror_flows(
        flow("MEX", "USA", **talent, unit_measure="PS"), flow("MEX", "USA", **talent, unit_measure="PER_10000")
    )
    with pytest.raises(ValueError, match="edge MEX-USA stands twice"):
        build_network_metrics(rows)
