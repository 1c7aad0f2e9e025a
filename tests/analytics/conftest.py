"""What tests of the analytics share: the golden toy, reports of both sides and rows of out_mirror_flows.

Areas are real, every figure is made up.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import duckdb
import networkx as nx
import numpy as np
import polars as pl
import pytest

from compact_pipelines.analytics import graphs
from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.analytics.mirror import References, reconcile
from compact_pipelines.analytics.reliability import SCHEMA as RELIABILITY
from compact_pipelines.analytics.reliability import estimate_reliability
from compact_pipelines.analytics.supply import Supply, build_supply
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES, polars_schema
from compact_pipelines.contracts.parameters import load_parameters

TOY_AREAS = ("USA", "CAN", "MEX", "UAE")
TOY_EXPORTS = ((0, 300, 320, 25), (420, 0, 10, 2), (475, 18, 0, 1), (7, 2, 1, 0))

Edges = list[tuple[str, str, float]]
Row = dict[str, Any]
Report = Callable[..., Row]

KINDS = {"USA": "area", "CAN": "area", "MEX": "area", "NLD": "area", "EUU": "aggregate", "W00": "aggregate"}
AREAS = pl.DataFrame({"area": list(KINDS), "kind": list(KINDS.values())})
PRECEDENCE = pl.DataFrame({"source_id": ["office", "other_office", "fund"], "rank": [2, 2, 3]})
SAME_SOURCE = pl.DataFrame([{"theme": "compute_exports", "area_1": "USA", "area_2": "CAN", "since": "1990-01"}])
KILOMETRES = {("USA", "CAN"): 2000, ("USA", "MEX"): 2500, ("CAN", "MEX"): 3700}
DISTANCES = pl.DataFrame(
    [
        {"from_area": start, "to_area": end, "distance_km": float(far), "weighted_distance_km": float(far),
         "is_contiguous": far < 3000}
        for pair, far in KILOMETRES.items()
        for start, end in (pair, pair[::-1])
    ]
)  # fmt: skip
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
    """The golden toy: exports, the four zeros of an area with itself included."""
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
    """Values by area in the order in which its checks are printed: USA, CAN, MEX, UAE."""
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
def known() -> References:
    """What is no report: an office and a fund speak, the office's rank is better; real parameters, rough distances."""
    contracts = load_contracts()
    return References(AREAS, PRECEDENCE, SAME_SOURCE, DISTANCES, load_parameters(), contracts.product_sums)


@pytest.fixture(scope="session")
def mirror(themes: Callable[..., dict[str, pl.DataFrame]], known: References) -> Callable[..., pl.DataFrame]:
    """Both reports of every flow, reconciled."""
    return lambda *trades, **others: reconcile(themes(*trades, **others), known).flows


@pytest.fixture(scope="session")
def made_up_panel() -> Callable[..., pl.DataFrame]:
    """Mirror cells of areas A00, A01, ... that err by sigmas from .05 to .6, with some cells missing."""

    def panel(
        areas: int = 14, years: int = 3, subjects: int = 2, *, seed: int = 3, missing: float = 0.1
    ) -> pl.DataFrame:
        rng = np.random.default_rng(seed)
        own, other, year, subject = (place.ravel() for place in np.indices((areas, areas, years, subjects)))
        kept = (own != other) & (rng.random(own.size) >= missing)
        own, other, year, subject = own[kept], other[kept], year[kept], subject[kept]
        sigma = {role: rng.uniform(0.05, 0.6, areas) for role in ("from", "to")}
        flow = rng.lognormal(10, 2, own.size)
        names = np.array([f"A{number:02d}" for number in range(areas)])
        return pl.DataFrame(
            {
                "from_area": names[own],
                "to_area": names[other],
                "subject": [f"P{number}" for number in subject],
                "time_period": [str(2015 + number) for number in year],
                "sent": flow * np.exp(sigma["from"][own] * rng.standard_normal(own.size)),
                "received": flow * np.exp(sigma["to"][other] * rng.standard_normal(own.size)),
            }
        )

    return panel


@pytest.fixture(scope="session")
def reliability_of() -> Callable[..., pl.DataFrame]:
    """Reliability of a panel; whatever the panel, there are no odd numbers, and a blank has a reason."""

    stated = load_parameters().reliability.min_partners

    def estimated(
        panel: pl.DataFrame, *, min_partners: int = stated, with_jackknife: bool = False, with_history: bool = False
    ) -> pl.DataFrame:
        with duckdb.connect() as connection:
            connection.register("cells", panel)
            found = estimate_reliability(
                connection,
                "cells",
                min_partners=min_partners,
                with_jackknife=with_jackknife,
                with_history=with_history,
            )
        assert dict(found.schema) == RELIABILITY
        assert found.equals(found.sort("area", "role", "method", "time_period"))
        floats = [name for name, kind in RELIABILITY.items() if kind == pl.Float64]
        assert not any(found[name].is_nan().any() or found[name].is_infinite().any() for name in floats)
        assert (found["reason"].is_null() != found["estimate"].is_null()).all()
        blank = found.filter(pl.col("estimate").is_null())
        assert all(blank[name].null_count() == blank.height for name in [*floats, "rank", "rank_low", "rank_high"])
        return found

    return estimated


@pytest.fixture(scope="session")
def make_supply() -> Callable[..., Supply]:
    """A product's supply out of made-up flows.

    Imports are by (receiver, supplier), exports by (sender, destination); totals that a receiver's source prints
    stand behind them as (area, total).
    """

    def side(flows: Mapping[tuple[str, str], float], totals: Mapping[str, float]) -> pl.DataFrame:
        named: dict[str, float] = {}
        for (area, _), value in flows.items():
            named[area] = named.get(area, 0.0) + value
        rows = [
            {
                "area": area,
                "other": other,
                "value": value,
                "total_value": max(totals.get(area, 0.0), named[area]),
                "has_total": area in totals,
                "source_id": "made_up",
            }
            for (area, other), value in flows.items()
        ]
        types = {"value": pl.Float64, "total_value": pl.Float64, "has_total": pl.Boolean}
        names = ("area", "other", "value", "total_value", "has_total", "source_id")
        return pl.DataFrame(rows, schema={name: types.get(name, pl.String) for name in names})

    def made_up(
        imports: Mapping[tuple[str, str], float], exports: Mapping[tuple[str, str], float], *totals: tuple[str, float]
    ) -> Supply:
        return build_supply(side(imports, dict(totals)), side(exports, {}))

    return made_up
