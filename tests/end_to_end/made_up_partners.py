"""Partners, rows and figures that are made up, and the exchange that holds them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines import runs
from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.contracts.judges import polars_schema
from compact_pipelines.runs import Outcome, run_edition
from compact_pipelines.warehouse.audiences import NEGOTIATOR
from compact_pipelines.warehouse.layout import PUBLIC, Layout

CONTRACTS: Final = load_contracts()
BEFORE: Final = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
ENDS: Final = dt.datetime(2026, 8, 1, 12, tzinfo=dt.UTC)
ENDED: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SMALL: Final = "talent_movement"
# What one computation of both reports makes.
FLOWS: Final = {"out_mirror_flows", "out_reporter_reliability", "out_freight_shares", "out_valuation_rules"}
FIGURES: Final = [
    Decimal(value) for value in (111222333, 222333444, 333444555, 444555666, 555666777, 666777888, 777888999)
]
FREE, SECRET, INTERNAL, RELEASED, WAITING, SECOND, OTHERS = FIGURES
# What each audience's file may show of the figures above, and how many of their rows stand in it without a value.
MAY_SEE: Final = {
    PUBLIC: ({FREE, RELEASED}, 4),
    NEGOTIATOR: ({FREE, RELEASED, INTERNAL, SECOND}, 2),
    "mx-a": ({FREE, RELEASED, INTERNAL, SECOND, SECRET, WAITING}, 1),
    "fr-b": ({FREE, RELEASED, OTHERS}, 3),
}


def trade(partner: str, reporter: str, area: str, value: Decimal, status: str, **cells: Any) -> dict[str, Any]:
    row = {"freq": "A", "ref_area": reporter, "counterpart_area": area, "flow": "X", "product": "HS22_854231",
           "time_period": "2024", "obs_value": value, "unit_measure": "USD", "conf_status": status}  # fmt: skip
    return {**row, **given(partner), "comment_obs": f"says {value}", **cells}


def given(partner: str) -> dict[str, Any]:
    return {"obs_status": "A", "source_id": f"drop:{partner}", "drop_id": f"{partner}.made-up.1.0",
            "recorded_at": ENDED, "imputed_mirror": False}  # fmt: skip


def persons(value: int, **cells: Any) -> dict[str, Any]:
    row = {"freq": "A", "ref_area": "MEX", "counterpart_area": "JPN", "direction": "IN", "category": "STUDENT",
           "stock_flow": "F", "unit_measure": "PS", "time_period": "2024", "obs_value": Decimal(value)}  # fmt: skip
    return {**row, "conf_status": "F", **given("mx-a"), **cells}


def rows_of_drops() -> dict[str, list[dict[str, Any]]]:
    return {
        "compute_exports": [
            trade("mx-a", "MEX", "JPN", FREE, "F"),
            trade("mx-a", "MEX", "KOR", SECRET, "C"),
            trade("mx-a", "MEX", "DEU", INTERNAL, "N"),
            trade("mx-a", "MEX", "BRA", RELEASED, "E", embargo_time=ENDED),
            trade("mx-a", "MEX", "CHL", WAITING, "E", embargo_time=ENDS),
            trade("mx-a", "MEX", "PER", SECOND, "S"),
            trade("fr-b", "FRA", "JPN", OTHERS, "C"),
        ],
        SMALL: [persons(3), persons(7, counterpart_area="KOR")],
    }


class Exchange:
    """Drops that a test says have been accepted, and a data root on which runs read them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows = rows_of_drops()
        self.state = 1

    def stored_rows(self, _root: Path, table: Table) -> pl.DataFrame:
        schema = {name: kind for name, kind in polars_schema(table).items() if name != "is_preferred"}
        rows = [{name: row.get(name) for name in schema} for row in self.rows.get(table.id, [])]
        return pl.DataFrame(rows, schema=schema).sort(*table.dimensions, "source_id")

    def accept(self, **rows: list[dict[str, Any]]) -> None:
        """Another state of what partners say."""
        self.rows |= rows
        self.state += 1

    def run(self, at: dt.datetime) -> Outcome:
        return run_edition(self.root, at=at)

    def run_to_flows(self, at: dt.datetime, also: Iterable[str] = ()) -> Outcome:
        """A run that computes the mirror flows and some other results; the next whole run has the rest.

        Where a test looks for a value in every table, it names all tables that hold it, or asks for a whole run.
        """
        named = {*FLOWS, *also}
        stale = runs.stale_assets

        def fewer(layout: Layout, now: Mapping[str, str]) -> list[str]:
            return [name for name in stale(layout, now) if name in named or not name.startswith("out_")]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runs, "stale_assets", fewer)
            return self.run(at)
