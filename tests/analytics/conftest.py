"""What tests of the analytics share: the golden toy, and rows of out_mirror_flows. All of it is made up."""

from collections.abc import Callable
from typing import Any

import networkx as nx
import polars as pl
import pytest

from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

TOY_AREAS = ("USA", "CAN", "MEX", "UAE")
TOY_EXPORTS = ((0, 300, 320, 25), (420, 0, 10, 2), (475, 18, 0, 1), (7, 2, 1, 0))

Edges = list[tuple[str, str, float]]
Row = dict[str, Any]


@pytest.fixture(scope="session")
def toy_edges() -> Edges:
    """The toy of metrics.md, section 9: exports, the four zeros of an area with itself included."""
    return [
        (start, end, float(TOY_EXPORTS[row][column]))
        for row, start in enumerate(TOY_AREAS)
        for column, end in enumerate(TOY_AREAS)
    ]


@pytest.fixture(scope="session")
def toy(toy_edges: Edges) -> "nx.DiGraph[str]":
    """The toy as a graph; to be read, never changed."""
    return build_graph(toy_edges)


@pytest.fixture(scope="session")
def in_toy_order() -> Callable[[dict[str, float]], list[float]]:
    """Values by area in the order in which metrics.md prints them: USA, CAN, MEX, UAE."""
    return lambda scores: [scores[area] for area in TOY_AREAS]


@pytest.fixture(scope="session")
def flow() -> Callable[..., Row]:
    """One flow as a row of out_mirror_flows, reported by the area of departure."""

    def made_up(from_area: str, to_area: str, **cells: Any) -> Row:
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

    return made_up


@pytest.fixture(scope="session")
def mirror_flows() -> Callable[..., pl.DataFrame]:
    """Rows as the out table, with the published columns and types."""
    columns = load_contracts().published["out_mirror_flows"].columns
    schema = {name: POLARS_TYPES[column.type] for name, column in columns.items()}
    return lambda *rows: pl.DataFrame(rows, schema=schema)
