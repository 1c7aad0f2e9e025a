"""All measures of one graph, and the out table. The golden toy and inline flows are made up."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.analytics.networks import build_network_metrics, measure_graph
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

PUBLISHED = load_contracts().published["out_network_metrics"]
OF_AREA = 18
OF_GRAPH = 8
# In the unit of the flow, or of one over it: these follow the unit, all others must not.
WITH_UNIT = ("strength_out", "strength_in", "strength", "s_core", "effective_resistance", "effective_resistance_mean")
MAX_EXACT_POWER = 60
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

pytestmark = pytest.mark.usefixtures("toys_are_measured")


def scaled(edges: Edges, factor: float) -> "nx.DiGraph[str]":
    return build_graph((start, end, weight * factor) for start, end, weight in edges)


def values(measured: pl.DataFrame, metric: str, column: str = "value") -> dict[str, Any]:
    return dict(measured.filter(metric=metric).select("area", column).iter_rows())


# All measures of one graph


def test_every_area_and_the_graph_have_every_measure_once(toy: "nx.DiGraph[str]") -> None:
    measured = measure_graph(toy)
    assert measured.columns == ["area", "metric", "value", "reason", "rank"]
    assert measured.height == 4 * OF_AREA + OF_GRAPH
    assert measured.filter(area="_Z").height == OF_GRAPH
    assert measured.n_unique(["area", "metric"]) == measured.height
    assert measured["value"].null_count() == 0
    assert measured["reason"].null_count() == measured.height


def test_the_measures_are_those_that_the_contract_lists(toy: "nx.DiGraph[str]") -> None:
    listed = PUBLISHED.columns["metric"].description.removeprefix("Of an area: ").split(". Of the graph: ")
    measured = measure_graph(toy)
    assert sorted(measured.filter(area="USA")["metric"]) == sorted(listed[0].split(", "))
    assert sorted(measured.filter(area="_Z")["metric"]) == sorted(listed[1].split(", "))


def test_rank_one_is_the_highest_and_communities_and_graphs_have_no_rank(toy: "nx.DiGraph[str]") -> None:
    measured = measure_graph(toy)
    assert values(measured, "strength", "rank") == {"USA": 1, "MEX": 2, "CAN": 3, "UAE": 4}
    assert values(measured, "pagerank", "rank") == {"USA": 1, "MEX": 2, "CAN": 3, "UAE": 4}
    assert set(values(measured, "community", "rank").values()) == {None}
    assert set(values(measured, "community_stability", "rank").values()) == {None}
    assert measured.filter(area="_Z")["rank"].null_count() == OF_GRAPH


def test_a_tie_shares_its_rank_and_the_next_is_skipped() -> None:
    star = build_graph([("A", "B", 3.0), ("A", "C", 2.0), ("A", "D", 2.0), ("A", "E", 1.0)])
    assert values(measure_graph(star), "strength_in", "rank") == {"B": 1, "C": 2, "D": 2, "E": 4, "A": 5}


@pytest.mark.parametrize("metric", ["eigenvector", "pagerank", "hub", "authority", "clustering"])
@pytest.mark.parametrize("leaves", ["BCD", "BCDEFGH"])
def test_areas_that_differ_only_by_rounding_share_a_rank(metric: str, leaves: str) -> None:
    # Every leaf stands exactly like the others; a solver's last digit must not rank them.
    star = build_graph([("A", leaf, 2.0) for leaf in leaves] + [(leaf, "A", 1.0) for leaf in leaves])
    ranks = values(measure_graph(star), metric, "rank")
    assert len({ranks[leaf] for leaf in leaves}) == 1


def test_nobody_stands_between_two_areas_and_the_blank_says_why() -> None:
    measured = measure_graph(build_graph([("CAN", "USA", 1.0)])).filter(metric="betweenness")
    assert measured.select("area", "value", "reason", "rank").rows() == [
        ("CAN", None, "undefined", None),
        ("USA", None, "undefined", None),
    ]


def test_a_graph_in_two_parts_has_no_resistance_and_one_part_no_eigenvector() -> None:
    measured = measure_graph(build_graph([("A", "B", 1.0), ("B", "C", 2.0), ("X", "Y", 9.0)]))
    blank = measured.filter(pl.col("value").is_null()).select("area", "metric", "reason", "rank").sort("metric", "area")
    assert blank.rows() == [
        ("_Z", "core_fit", "undefined", None),  # nor a core: what one strong tie has in common with none has no end
        *[(area, "coreness", "undefined", None) for area in "ABCXY"],
        ("_Z", "effective_resistance", "undefined", None),
        ("_Z", "effective_resistance_mean", "undefined", None),
        ("X", "eigenvector", "undefined", None),
        ("Y", "eigenvector", "undefined", None),
    ]


def test_hubs_that_are_not_unique_are_blank_with_a_reason() -> None:
    measured = measure_graph(build_graph([("A", "B", 7.0), ("C", "D", 7.0)]))
    for metric in ("hub", "authority"):
        assert set(values(measured, metric).values()) == {None}
        assert set(values(measured, metric, "reason").values()) == {"undefined"}


def test_a_graph_without_ties_has_no_area_and_no_measure() -> None:
    measured = measure_graph(build_graph([]))
    assert measured["area"].to_list() == ["_Z"] * OF_GRAPH
    assert measured["value"].null_count() == OF_GRAPH
    assert set(measured["reason"]) == {"undefined"}


@settings(deadline=None, max_examples=25)
@given(edges=flows, order=st.randoms(use_true_random=False))
def test_the_order_of_edges_makes_no_difference_to_any_measure(edges: Edges, order: Any) -> None:
    shuffled = list(edges)
    order.shuffle(shuffled)
    assert measure_graph(build_graph(shuffled)).equals(measure_graph(build_graph(edges)))


@settings(deadline=None, max_examples=25)
@given(edges=flows, power=st.integers(-MAX_EXACT_POWER, MAX_EXACT_POWER))
def test_a_power_of_two_as_unit_changes_no_normalised_measure_at_all(edges: Edges, power: int) -> None:
    normalised = ~pl.col("metric").is_in([*WITH_UNIT, "modularity"])  # its sum of squares may round
    before = measure_graph(build_graph(edges)).filter(normalised)
    assert measure_graph(scaled(edges, 2.0**power)).filter(normalised).equals(before)


@settings(deadline=None, max_examples=25)
@given(factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_the_golden_toy_where_it_was(factor: float, toy_edges: Edges) -> None:
    before, after = measure_graph(build_graph(toy_edges)), measure_graph(scaled(toy_edges, factor))
    assert before.select("area", "metric", "rank").equals(after.select("area", "metric", "rank"))
    is_flow = pl.col("metric").str.starts_with("strength") | (pl.col("metric") == "s_core")
    power = pl.when(is_flow).then(1).otherwise(-1)
    unit = pl.when(pl.col("metric").is_in(WITH_UNIT)).then(factor ** power.cast(pl.Float64)).otherwise(1.0)
    expected = before.select(pl.col("value") * unit)["value"].to_list()
    assert after["value"].to_list() == pytest.approx(expected, rel=1e-9, abs=1e-12)


MEASURE_ALL = """
import itertools, math
from compact_pipelines.analytics.cohesion import measure_bloc
from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.analytics.networks import measure_graph
names = [f"A{number:02d}" for number in range(40)]
pairs = list(itertools.permutations(names, 2))
graph = build_graph((start, end, math.exp(9 * math.sin(place * place))) for place, (start, end) in enumerate(pairs))
totals = dict.fromkeys(names, 1e9)
print(measure_graph(graph).write_csv(), [measure_bloc(graph, set(names[::step]), totals) for step in range(2, 9)])
"""


def test_another_process_gives_the_same_to_the_last_digit() -> None:
    # Sets of text are walked in another order in every process, and sums of floats depend on their order.
    said = set()
    for seed in ("1", "2"):
        surroundings = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", MEASURE_ALL]
        said.add(subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True).stdout)  # noqa: S603  (our own script)
    assert len(said) == 1


# The out table


@pytest.fixture(scope="module")
def triangle(flow: Flow) -> list[dict[str, Any]]:
    return [flow(start, end) for start, end in itertools.permutations(("CAN", "MEX", "USA"), 2)]


def test_the_columns_are_those_of_the_published_contract_in_order_and_type(
    triangle: list[dict[str, Any]], mirror_flows: MirrorFlows
) -> None:
    for metrics in (build_network_metrics(mirror_flows(*triangle)), build_network_metrics(mirror_flows())):
        assert metrics.columns == list(PUBLISHED.columns)
        for name, column in PUBLISHED.columns.items():
            assert metrics.schema[name] == POLARS_TYPES[column.type], name
            if column.required:
                assert metrics[name].null_count() == 0, name


def test_every_graph_of_a_theme_subject_and_year_is_measured_by_itself(
    triangle: list[dict[str, Any]], mirror_flows: MirrorFlows
) -> None:
    doubled = [{**row, "time_period": "2017", "reported_by_from": 200} for row in triangle]
    chapter = [{**row, "subject": "HS_84", "reported_by_from": 10} for row in triangle]
    metrics = build_network_metrics(mirror_flows(*triangle, *doubled, *chapter))
    assert metrics.height == 3 * (3 * OF_AREA + OF_GRAPH)
    assert metrics.n_unique(PUBLISHED.key) == metrics.height
    assert metrics.equals(metrics.sort(PUBLISHED.key))
    strengths = metrics.filter(metric="strength", area="USA").select("subject", "time_period", "value")
    assert strengths.rows() == [("HS_84", "2018", 40.0), ("TOTAL", "2017", 800.0), ("TOTAL", "2018", 400.0)]


def test_months_are_not_measured(triangle: list[dict[str, Any]], mirror_flows: MirrorFlows) -> None:
    months = [{**row, "freq": "M", "time_period": "2018-01"} for row in triangle]
    assert build_network_metrics(mirror_flows(*months)).is_empty()


def test_coverage_is_the_share_of_areas_that_report(triangle: list[dict[str, Any]], mirror_flows: MirrorFlows) -> None:
    # MEX is silent: what it sells stands as the others' imports.
    silent = {"reported_by_from": None, "reported_by_to": 90}
    rows = [row | silent if row["from_area"] == "MEX" else row for row in triangle]
    metrics = build_network_metrics(mirror_flows(*rows))
    assert metrics["coverage_share"].unique().to_list() == [pytest.approx(2 / 3)]


@pytest.mark.parametrize(
    ("partners", "expected"),
    [(("CAN",), 2 * OF_AREA + OF_GRAPH), (("CAN", "MEX"), 0), (("CAN", "MEX", "GBR", "JPN"), 0)],
)
def test_a_graph_in_which_fewer_than_half_of_the_areas_report_is_not_measured(
    partners: tuple[str, ...], expected: int, flow: Flow, mirror_flows: MirrorFlows
) -> None:
    star = mirror_flows(*(flow("USA", partner) for partner in partners))
    assert build_network_metrics(star).height == expected


def test_persons_and_rates_of_one_pair_are_refused_and_not_mixed(flow: Flow, mirror_flows: MirrorFlows) -> None:
    talent = {"theme": "talent_movement", "subject": "MIGRANT", "stock_flow": "S"}
    rows = mirror_flows(
        flow("MEX", "USA", **talent, unit_measure="PS"), flow("MEX", "USA", **talent, unit_measure="PER_10000")
    )
    with pytest.raises(ValueError, match="edge MEX-USA stands twice"):
        build_network_metrics(rows)
