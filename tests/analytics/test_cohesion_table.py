"""The published table of cohesion. Inline flows and totals are made up."""

import itertools
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_pipelines.analytics.cohesion import build_cohesion
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

PUBLISHED = load_contracts().published["out_cohesion"]
METRICS = 9
NORTH_AMERICA = ["USA", "CAN", "MEX"]

Flow = Callable[..., dict[str, Any]]
MirrorFlows = Callable[..., pl.DataFrame]
Residuals = Callable[..., pl.DataFrame]

pytestmark = pytest.mark.usefixtures("toys_are_measured")


@pytest.fixture(scope="module")
def square(flow: Flow) -> list[dict[str, Any]]:
    return [flow(start, end) for start, end in itertools.permutations([*NORTH_AMERICA, "CHN"], 2)]


@pytest.fixture(scope="module")
def residuals() -> Callable[..., pl.DataFrame]:
    """Published totals of all goods in 2018: area to exports and imports."""
    columns = load_contracts().published["out_total_residuals"].columns
    place = {"theme": "compute_exports", "subject": "TOTAL", "stock_flow": "F", "freq": "A", "time_period": "2018"}

    def made_up(**totals: tuple[float, float]) -> pl.DataFrame:
        rows = [
            {**place, "area": area, "role": role, "source_id": "office", "published_total": Decimal(value)}
            for area, both in totals.items()
            for role, value in zip(("from", "to"), both, strict=True)
        ]
        return pl.DataFrame(rows, schema={name: POLARS_TYPES[column.type] for name, column in columns.items()})

    return made_up


BLOCS = {"north_america": NORTH_AMERICA, "all": [*NORTH_AMERICA, "CHN", "KWT"]}


def test_the_columns_are_those_of_the_published_contract_in_order_and_type(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows, residuals: Residuals
) -> None:
    for cohesion in (
        build_cohesion(mirror_flows(*square), residuals(), BLOCS),
        build_cohesion(mirror_flows(), residuals(), BLOCS),
    ):
        assert cohesion.columns == list(PUBLISHED.columns)
        for name, column in PUBLISHED.columns.items():
            assert cohesion.schema[name] == POLARS_TYPES[column.type], name
            if column.required:
                assert cohesion[name].null_count() == 0, name


def test_the_measures_are_those_that_the_contract_lists(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows, residuals: Residuals
) -> None:
    listed = re.sub(r" \(.*?\)", "", PUBLISHED.columns["metric"].description).split(", ")
    assert set(build_cohesion(mirror_flows(*square), residuals(), BLOCS)["metric"]) == set(listed)
    assert len(listed) == METRICS


def test_every_set_is_measured_in_every_graph_once_in_order(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows, residuals: Residuals
) -> None:
    capital = [
        {**row, "theme": "capital_flows", "subject": "P_F5", "stock_flow": kind} for row in square for kind in "SF"
    ]
    cohesion = build_cohesion(mirror_flows(*square, *capital), residuals(), BLOCS)
    assert cohesion.height == cohesion.n_unique(PUBLISHED.key) == 3 * len(BLOCS) * METRICS
    assert cohesion.equals(cohesion.sort(PUBLISHED.key))
    assert cohesion["subject"].unique().sort().to_list() == ["P_F5/F", "P_F5/S", "TOTAL"]
    counted = cohesion.group_by("bloc").agg(pl.col("members_count").unique()).sort("bloc")
    assert counted.rows() == [("all", [4]), ("north_america", [3])]
    assert cohesion["coverage_share"].unique().to_list() == [1]


def test_a_measure_without_a_value_says_why(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows, residuals: Residuals
) -> None:
    cohesion = build_cohesion(mirror_flows(*square), residuals(USA=(900, 900), CAN=(900, 900)), BLOCS)
    blank = cohesion.filter(pl.col("value").is_null())
    assert blank.filter(bloc="north_america").select("metric", "reason", "missing_members").rows() == [
        ("asymmetry", "undefined", None),
        ("intra_share_of_totals", "no_published_total", "MEX"),
        ("introversion", "undefined", None),
    ]
    # No flow of Kuwait's is held: nothing is said of a set it is in.
    of_all = cohesion.filter(bloc="all").select("value", "reason", "missing_members").unique().rows()
    assert of_all == [(None, "member_without_data", "KWT")]
    assert cohesion.filter(pl.col("reason").is_not_null()).height == blank.height


def test_published_totals_are_those_of_the_graphs_own_year(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows, residuals: Residuals
) -> None:
    # 600 among the three; each publishes 500 out and 700 in.
    told = residuals(USA=(500, 700), CAN=(500, 700), MEX=(500, 700))
    other = [{**row, "time_period": "2017"} for row in square]
    cohesion = build_cohesion(mirror_flows(*square, *other), told, BLOCS)
    found = cohesion.filter(metric="intra_share_of_totals", bloc="north_america")
    assert found.select("time_period", "value", "reason").rows() == [
        ("2017", None, "no_published_total"),
        ("2018", pytest.approx(2 * 600 / 3600), None),
    ]


def test_asymmetry_is_that_of_the_graphs_own_theme_subject_kind_and_year(
    square: list[dict[str, Any]], mirror_flows: MirrorFlows, residuals: Residuals
) -> None:
    capital = {"theme": "capital_flows", "subject": "P_F5"}
    told: list[dict[str, Any]] = [
        {"reported_by_to": 300, "asymmetry": 0.5},
        {"time_period": "2017", "reported_by_to": 150, "asymmetry": 0.2},
        {**capital, "stock_flow": "S", "reported_by_to": 100, "asymmetry": 0.0},
        {**capital, "stock_flow": "F", "reported_by_from": 0, "reported_by_to": 100, "asymmetry": 1.0},
    ]
    cohesion = build_cohesion(mirror_flows(*({**row, **cells} for cells in told for row in square)), residuals(), BLOCS)
    found = cohesion.filter(metric="asymmetry", bloc="north_america").select("subject", "time_period", "value").rows()
    assert [row[:2] for row in found] == [("P_F5/F", "2018"), ("P_F5/S", "2018"), ("TOTAL", "2017"), ("TOTAL", "2018")]
    assert [row[2] for row in found] == pytest.approx([1, 0, 0.2, 0.5])


@pytest.mark.parametrize(("silent", "coverage"), [(1, 3 / 4), (2, 2 / 4), (3, None)])
def test_a_graph_of_which_fewer_than_half_of_the_areas_report_is_not_measured(
    silent: int, coverage: float | None, square: list[dict[str, Any]], mirror_flows: MirrorFlows, residuals: Residuals
) -> None:
    mute = NORTH_AMERICA[:silent]
    rows = [row for row in square if row["from_area"] not in mute]
    found = build_cohesion(mirror_flows(*rows), residuals(), BLOCS)["coverage_share"].unique().to_list()
    assert found == ([] if coverage is None else [coverage])


def test_months_are_not_measured(square: list[dict[str, Any]], mirror_flows: MirrorFlows, residuals: Residuals) -> None:
    months = [{**row, "freq": "M", "time_period": "2018-01"} for row in square]
    assert build_cohesion(mirror_flows(*months), residuals(), BLOCS).is_empty()
