"""What tests of commitments share: a text of one commitment, and tables as an edition has them.

Areas are real, every figure is made up and small enough to follow by hand.
"""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import pytest

from compact_pipelines.analytics.commitments import Held, measure_commitments
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.compact_text import About, CompactText, Theme
from compact_pipelines.contracts.judges import POLARS_TYPES, polars_schema

Row = dict[str, Any]
WORDS = {"en": "x", "fr": "x", "es": "x"}
ASKED = ("out_mirror_flows", "out_dependency", "trade_agreements", "exchange_drops", "exchange_partners")
LATEST = {"rule": "latest"}
CORE = ("CAN", "MEX", "USA")


@pytest.fixture(scope="session")
def text_of() -> Callable[..., CompactText]:
    """A working text of one article with the commitments that are given, as they would stand in the file."""

    def made_up(*commitments: Row) -> CompactText:
        numbered = [
            {"id": f"1.{number}", "title": WORDS, "text": WORDS, "rationale": "x", **cells}
            for number, cells in enumerate(commitments, start=1)
        ]
        article = {"id": "1", "title": WORDS, "text": WORDS, "commitments": numbered}
        theme = Theme.model_validate({"id": "made_up", "title": WORDS, "articles": [article]})
        about = About.model_validate({"title": WORDS, "label": WORDS, "version": "x", "themes": ["made_up"]})
        return CompactText(about=about, themes=[theme])

    return made_up


@pytest.fixture(scope="session")
def tables_of() -> Callable[..., Held]:
    """What is held in some rows, by the published table; every other table is empty."""
    contracts = load_contracts()
    schemas: dict[str, dict[str, Any]] = {
        name: {column: POLARS_TYPES[spec.type] for column, spec in contracts.published[name].columns.items()}
        for name in ASKED
    }
    schemas |= {name: polars_schema(table) for name, table in contracts.tables.items()}

    def made_up(**rows: Sequence[Row]) -> Held:
        return Held.of({name: pl.DataFrame(rows.get(name, []), schema=schema) for name, schema in schemas.items()})

    return made_up


@pytest.fixture(scope="session")
def measured(text_of: Callable[..., CompactText], tables_of: Callable[..., Held]) -> Callable[..., pl.DataFrame]:
    """One commitment with its measure and its limit, measured on some rows for a set of members."""

    def measured(
        measure: Row,
        limit: float,
        *,
        unit: str = "SHARE",
        comparison: str = "at_least",
        period: Row = LATEST,
        areas: Sequence[str] = (),
        members: Sequence[str] = CORE,
        **rows: Sequence[Row],
    ) -> pl.DataFrame:
        threshold = {"comparison": comparison, "value": limit, "unit": unit, "basis": "choice"}
        terms = {"measure": measure, "threshold": threshold, "period": period, "areas": list(areas)}
        return measure_commitments(text_of(terms), tables_of(**rows), members)

    return measured


@pytest.fixture(scope="session")
def status_of() -> Callable[..., Any]:
    """How things stand: member to its status, or to other columns of the row that says so."""

    def status_of(rows: pl.DataFrame, *columns: str) -> dict[str, Any]:
        wanted = columns or ("status",)
        latest = rows.filter("is_latest").select("member", *wanted)
        return {member: cells[0] if len(cells) == 1 else tuple(cells) for member, *cells in latest.iter_rows()}

    return status_of


@pytest.fixture(scope="session")
def both_reports(flow: Callable[..., Row]) -> Callable[..., Row]:
    """A flow that both sides report, and how far apart they are."""

    def made_up(from_area: str, to_area: str, distance: float | None = 0.1, **cells: Any) -> Row:
        told = {"reported_by_to": 80, "source_to": "other_office", "asymmetry_valued": distance, "same_source": False}
        return flow(from_area, to_area, **{**told, **cells})

    return made_up
