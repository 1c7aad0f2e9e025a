"""Editions of made-up figures: one row a table, so that publishing one takes a fraction of a second."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES, polars_schema
from compact_pipelines.warehouse.build import Published, publish_edition
from compact_pipelines.warehouse.layout import Layout

CONTRACTS: Final = load_contracts()
NOON: Final = dt.datetime(2026, 7, 7, 12, tzinfo=dt.UTC)


def _cell(dtype: pl.DataType, value: int) -> Any:
    """Some cell of a type; figures are the value."""
    if dtype == pl.String:
        return "x"
    if dtype == pl.Boolean:
        return True
    if isinstance(dtype, pl.Datetime):
        return NOON
    if dtype == pl.Date:
        return NOON.date()
    return Decimal(value) if isinstance(dtype, pl.Decimal) else value


def _made_up_tables(value: int) -> dict[str, pl.DataFrame]:
    """All tables of an edition but `edition`, one row each, whose figures are the value."""
    schemas = {name: polars_schema(table) for name, table in CONTRACTS.tables.items()}
    for name, table in CONTRACTS.published.items():
        if name != "edition":
            schemas[name] = {column: POLARS_TYPES[spec.type] for column, spec in table.columns.items()}
    return {
        name: pl.DataFrame([{column: _cell(dtype, value) for column, dtype in schema.items()}], schema=schema)
        for name, schema in schemas.items()
    }


@pytest.fixture
def layout(data_root: Path) -> Layout:
    """An empty data root."""
    return Layout(data_root)


@pytest.fixture
def made_up_tables() -> Callable[[int], dict[str, pl.DataFrame]]:
    """All tables of an edition but `edition`, one row each, whose figures are a number."""
    return _made_up_tables


@pytest.fixture
def publish(layout: Layout) -> Callable[..., Published]:
    """Publish an edition whose figures are a number; the number is its fingerprint too."""

    def publish(value: int, **changed: pl.DataFrame) -> Published:
        return publish_edition(
            layout,
            {**_made_up_tables(value), **changed},
            fingerprint=str(value),
            code_version="code",
            input_hashes="{}",
        )

    return publish
