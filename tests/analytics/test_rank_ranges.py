"""Ranges of ranks over draws. Flows and intervals are made up."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from compact_pipelines.analytics.graphs import build_graph, choose_intervals
from compact_pipelines.analytics.networks import measure_graph
from compact_pipelines.analytics.rank_ranges import KEY, build_rank_ranges, measure_rank_ranges
from compact_pipelines.contracts import load_contracts

PUBLISHED = load_contracts().published["out_rank_ranges"]
METRICS = {"strength_out", "strength_in", "strength", "pagerank", "betweenness", "clustering"}


def edges(spread: float, seed: int = 4, count: int = 9) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    pairs = list(itertools.permutations([f"{place:02d}" for place in range(count)], 2))
    return pl.DataFrame(
        {
            "from_area": [start for start, _ in pairs],
            "to_area": [end for _, end in pairs],
            "value": np.exp(draw.normal(0, 1.5, len(pairs))),
            "spread": [spread] * len(pairs),
        }
    )


def ranks_of(ranges: pl.DataFrame, metric: str, column: str = "rank") -> dict[str, int]:
    return dict(ranges.filter(metric=metric).select("area", column).iter_rows())


def test_the_rank_is_that_of_the_graph_itself() -> None:
    ties = edges(0.3)
    ranges = measure_rank_ranges(ties, draws=20)
    assert set(ranges["metric"]) == METRICS
    measured = measure_graph(build_graph(ties.select("from_area", "to_area", "value").iter_rows()))
    for metric in METRICS:
        expected = dict(measured.filter(metric=metric).select("area", "rank").iter_rows())
        assert ranks_of(ranges, metric) == expected


def test_without_intervals_every_range_is_its_rank() -> None:
    ranges = measure_rank_ranges(edges(0.0), draws=20)
    assert ranges["rank_low"].equals(ranges["rank"], null_equal=False)
    assert ranges["rank_high"].to_list() == ranges["rank"].to_list()
    assert ranges["drawn_share"].unique().to_list() == [0.0]


def test_wider_intervals_make_wider_ranges() -> None:
    widths = []
    for spread in (0.05, 0.3, 1.5):
        ranges = measure_rank_ranges(edges(spread), draws=100)
        assert (ranges["rank_low"] <= ranges["rank_high"]).all()
        widths.append((ranges["rank_high"] - ranges["rank_low"]).mean())
    assert widths == sorted(widths)
    assert widths[0] < widths[2]


def test_two_that_nobody_can_tell_apart_take_each_others_rank() -> None:
    ties = pl.DataFrame({"from_area": ["A", "B"], "to_area": ["C", "C"], "value": [100.0, 99.0], "spread": [0.2, 0.2]})
    ranges = measure_rank_ranges(ties)
    for area, rank in (("A", 1), ("B", 2)):
        row = ranges.filter(metric="strength_out", area=area).row(0, named=True)
        assert (row["rank"], row["rank_low"], row["rank_high"], row["draws"]) == (rank, 1, 2, 200)
    assert ranks_of(ranges, "strength_in", "rank_high")["C"] == 1


def test_a_rerun_and_another_order_of_ties_give_the_same() -> None:
    ties = edges(0.4)
    assert measure_rank_ranges(ties, draws=30).equals(measure_rank_ranges(ties.reverse(), draws=30))
    assert not measure_rank_ranges(ties, draws=30).equals(measure_rank_ranges(ties, draws=30, seed=1))


def test_two_areas_have_no_betweenness() -> None:
    ties = pl.DataFrame({"from_area": ["A"], "to_area": ["B"], "value": [1.0], "spread": [0.1]})
    assert set(measure_rank_ranges(ties, draws=5)["metric"]) == METRICS - {"betweenness"}


def test_the_spread_is_that_of_the_interval_and_none_is_no_spread(
    flow: Callable[..., dict[str, Any]], mirror_flows: Callable[..., pl.DataFrame]
) -> None:
    stated = {"reconciled": 110.0, "low": 110 / np.exp(1.96 * 0.25), "high": 110 * np.exp(1.96 * 0.25)}
    chosen = choose_intervals(mirror_flows(flow("CAN", "USA", **stated), flow("MEX", "USA"))).sort("from_area")
    assert chosen["value"].to_list() == [110, 100]
    assert chosen["weight"].to_list() == [100, 100]
    assert chosen["spread"].to_list() == pytest.approx([0.25, 0])


@pytest.mark.usefixtures("toys_are_measured")
def test_the_table_is_that_of_its_contract(
    flow: Callable[..., dict[str, Any]], mirror_flows: Callable[..., pl.DataFrame]
) -> None:
    rows = [flow(start, end) for start, end in itertools.permutations(("CAN", "MEX", "USA"), 2)]
    table = build_rank_ranges(mirror_flows(*rows))
    assert table.columns == list(PUBLISHED.columns) == build_rank_ranges(mirror_flows()).columns
    assert PUBLISHED.key == KEY
    assert table.height == 3 * 6
    assert table.equals(table.sort(KEY))
    assert set(table["rank"]) == {1}  # all flows are alike
