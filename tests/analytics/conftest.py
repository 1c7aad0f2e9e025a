"""What tests of the analytics share: the golden toy, reports of both sides and rows of out_mirror_flows.

Areas are real, every figure is made up.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import networkx as nx
import polars as pl
import pytest

from compact_pipelines.analytics import graphs
from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.analytics.mirror import build_mirror_flows
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES, polars_schema

TOY_AREAS = ("USA", "CAN", "MEX", "UAE")
TOY_EXPORTS = ((0, 300, 320, 25), (420, 0, 10, 2), (475, 18, 0, 1), (7, 2, 1, 0))

Edges = list[tuple[str, str, float]]
Row = dict[str, Any]
Report = Callable[..., Row]

KINDS = {"USA": "area", "CAN": "area", "MEX": "area", "EUU": "aggregate", "W00": "aggregate"}
AREAS = pl.DataFrame({"area": list(KINDS), "kind": list(KINDS.values())})
PRECEDENCE = pl.DataFrame({"source_id": ["office", "other_office", "fund"], "rank": [2, 2, 3]})
SAME_SOURCE = pl.DataFrame([{"theme": "compute_exports", "area_1": "USA", "area_2": "CAN", "since": "1990-01"}])
TOLD = {
    "obs_value": Decimal(100),
    "imputed_mirror": False,
    "obs_status": "A",
    "source_id": "office",
    "is_preferred": True,
}


@pytest.fixture
def toys_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph of four areas or fewer is fit to be measured; what a real one must hold is tested in test_graphs."""
    monkeypatch.setattr(graphs, "MIN_AREAS", 2)
    monkeypatch.setattr(graphs, "MIN_TIES_SHARE", 0.0)


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


@pytest.fixture(scope="session")
def exported() -> Report:
    """What Mexico's office says it sold to the United States."""
    sold = {"ref_area": "MEX", "counterpart_area": "USA", "flow": "X", "product": "TOTAL"}
    stated = {"freq": "A", "time_period": "2018", "unit_measure": "USD", "valuation": "FOB"}
    return lambda **cells: {**TOLD, **sold, **stated, **cells}


@pytest.fixture(scope="session")
def imported(exported: Report) -> Report:
    """What the office of the United States says it bought from Mexico."""
    bought = {"ref_area": "USA", "counterpart_area": "MEX", "flow": "M", "source_id": "other_office"}
    return lambda **cells: exported(**{**bought, **cells})


@pytest.fixture(scope="session")
def held() -> Report:
    """What the United States says Mexico holds there, at the end of a month."""
    inward = {"ref_area": "USA", "counterpart_area": "MEX", "direction": "IN", "instrument": "P_F5", "stock_flow": "S"}
    stated = {"freq": "M", "time_period": "2024-12", "unit_measure": "USD", "valuation": "MARKET"}
    return lambda **cells: {**TOLD, **inward, **stated, **cells}


@pytest.fixture(scope="session")
def counted() -> Report:
    """How many people from Mexico a fund counts in the United States."""
    inward = {"ref_area": "USA", "counterpart_area": "MEX", "direction": "IN", "category": "MIGRANT", "stock_flow": "S"}
    stated = {"freq": "A", "time_period": "2019", "unit_measure": "PS", "source_id": "fund"}
    return lambda **cells: {**TOLD, **inward, **stated, **cells}


@pytest.fixture(scope="session")
def themes() -> Callable[..., dict[str, pl.DataFrame]]:
    """Reports as the three theme tables that are mirrored."""
    tables = load_contracts().tables

    def frames(
        *trades: Row, capital: list[Row] | None = None, talent: list[Row] | None = None
    ) -> dict[str, pl.DataFrame]:
        rows = {"compute_exports": list(trades), "capital_flows": capital or [], "talent_movement": talent or []}
        return {name: pl.DataFrame(held, schema=polars_schema(tables[name])) for name, held in rows.items()}

    return frames


@pytest.fixture(scope="session")
def mirror(themes: Callable[..., dict[str, pl.DataFrame]]) -> Callable[..., pl.DataFrame]:
    """Both reports of every flow: an office and a fund speak, the office's rank is better."""
    return lambda *trades, **others: build_mirror_flows(
        themes(*trades, **others), areas=AREAS, precedence=PRECEDENCE, same_source=SAME_SOURCE
    )
