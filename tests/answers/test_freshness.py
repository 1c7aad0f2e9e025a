"""How each source stands. What the journal says, and all figures, are made up."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from compact_pipelines.answers.freshness import describe_freshness, newest_periods
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

CONTRACTS = load_contracts()


def journalled(source_id: str = "us_census_exports", **cells: Any) -> dict[str, Any]:
    return {
        "source_id": source_id, "asked_how": "live", "state": "fresh",
        "last_asked_at": dt.datetime(2026, 7, 2, tzinfo=dt.UTC), "last_believed_at": None, "newest_period": None,
        "expected_by": dt.date(2026, 8, 5), "partitions_believed": 0, "partitions_stopped": 0,
        "what_differed": None, "remedy": None, **cells,
    }  # fmt: skip


def figures(*periods: str | None, source_id: str = "us_census_exports") -> dict[str, pl.DataFrame]:
    schema = {"source_id": pl.String, "time_period": pl.String}
    return {"compute_exports": pl.DataFrame([(source_id, period) for period in periods], schema=schema, orient="row")}


def test_it_has_the_published_columns_and_types() -> None:
    frame = describe_freshness(CONTRACTS, [journalled()], figures("2025"))
    published = CONTRACTS.published["source_freshness"]
    assert dict(frame.schema) == {column: POLARS_TYPES[spec.type] for column, spec in published.columns.items()}
    for column, spec in published.columns.items():
        assert not spec.required or frame[column].null_count() == 0, column


@pytest.mark.parametrize(
    ("source_id", "believed", "stands"),
    [("us_census_exports", 0, "embedded"), ("us_census_exports", 3, "live_and_embedded")],
)
def test_it_says_which_figures_stand(source_id: str, believed: int, stands: str) -> None:
    frame = describe_freshness(CONTRACTS, [journalled(source_id, partitions_believed=believed)], {})
    assert frame["stands"].to_list() == [stands]


@pytest.mark.parametrize(
    ("periods", "newest"),
    [
        (["2024", "2025-03"], "2025-03"),
        (["2025", "2025-11"], "2025"),
        (["2025", "2025-12"], "2025-12"),
        (["2025", "2025-Q4"], "2025-Q4"),
        (["2025-Q1", "2025-03", "2025-Q2"], "2025-Q2"),
        (["2025-05-31", "2025-05"], "2025-05-31"),
    ],
)
def test_the_newest_period_is_the_one_that_ends_last(periods: list[str], newest: str) -> None:
    for order in (periods, periods[::-1]):
        assert newest_periods(figures(*order)) == {"us_census_exports": newest}


def test_a_source_without_figures_has_no_newest_period() -> None:
    frame = describe_freshness(CONTRACTS, [journalled()], figures("2025", source_id="statcan_cimt"))
    assert frame["newest_period"].to_list() == [None]


def test_a_table_without_sources_or_periods_says_nothing_of_either() -> None:
    assert newest_periods({"areas": pl.DataFrame({"area": ["CAN"]})} | figures(None)) == {}
