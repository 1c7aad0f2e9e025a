"""Pesos per dollar. Inline rates are made up; recorded answers are read where they are at hand."""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.reference.banxico_rates import SOURCE, parse_series, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Page, Partition
from compact_pipelines.live.received import Received
from compact_pipelines.live.reception import receive
from tests.live.publishers.banxico_rates import EURO, FIX, NORMAL, SETTLEMENT, body


def read(content: bytes, month: str = "2020-11") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "days", Partition(month), 1, content))


def test_days_are_turned_round_and_series_named_in_whatever_order_they_come() -> None:
    assert read(body(NORMAL)).rows() == [
        ("MXN", "fix", "2020-11-03", Decimal("20.7")),
        ("MXN", "settlement", "2020-11-02", Decimal("20.5")),
        ("MXN", "settlement", "2020-11-03", Decimal("20.6")),
    ]


def test_all_is_read_as_text_as_published() -> None:
    published = parse_series(body(NORMAL), "made up")
    assert set(published.dtypes) == {pl.String}
    assert published.row(0) == (SETTLEMENT, "made up", "02/11/2020", "20.5000")


def test_a_comma_parts_thousands() -> None:
    assert read(body({FIX: {"03/11/2020": "3,021.75"}}))["units_per_usd"].to_list() == [Decimal("3021.75")]


def test_an_answer_is_empty_only_where_none_of_its_series_has_figures() -> None:
    def kind(content: bytes) -> str:
        received = Received(content, 200, {}, "application/json", "made up", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        return receive(load_contracts().source(SOURCE), "days", received, Page()).kind

    rate = {"03/11/2020": "20"}
    assert [kind(body({FIX: None, SETTLEMENT: rate})), kind(body({SETTLEMENT: rate, FIX: None}))] == ["rows", "rows"]
    assert kind(body({FIX: None, SETTLEMENT: None})) == "empty"


def test_days_that_are_not_available_and_series_without_figures_have_no_row() -> None:
    assert read(body({FIX: {"02/11/2020": "N/E", "03/11/2020": "20"}, SETTLEMENT: None})).height == 1


def test_pesos_per_euro_are_left_out() -> None:
    assert read(body({EURO: {"03/11/2020": "24"}, FIX: {"03/11/2020": "20"}}))["rate"].to_list() == ["fix"]


@pytest.mark.parametrize(
    ("series", "says"),
    [
        ({"SF1": {"03/11/2020": "20"}}, r"unknown series \['SF1'\]"),
        ({FIX: {"11/30/2020": "20"}}, r"days \['11/30/2020'\]; expected them as 26/11/2020"),
        ({FIX: {"2020-11-03": "20"}}, "expected them as 26/11/2020"),
        ({FIX: {"03/11/2020": "20,5"}}, "column dato: 1 cells are not numbers"),
        ({FIX: {"03/11/2020": "0"}}, "rates of zero or less"),
    ],
)
def test_what_is_not_known_is_named(series: dict[str, dict[str, str] | None], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(body(series))


@pytest.mark.parametrize("content", [b"<html>", b"{}", b'{"bmx":{"series":[{"datos":[{}]}]}}', body(NORMAL, "valor")])
def test_another_answer_is_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"not the answer we know .* Expected bmx, series"):
        read(content)


def test_rows_have_the_columns_of_the_published_table() -> None:
    columns = list(load_contracts().published["daily_exchange_rates"].columns)
    assert [*read(body(NORMAL)).columns, "source_id", "snapshot_id"] == columns


@pytest.mark.skipif("COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings")
def test_recorded_answers_are_read() -> None:
    folder = Path(os.environ["COMPACT_RECORDINGS"]) / "banxico"
    assert read((folder / "SF43718_date_range.json").read_bytes()).rows() == [
        ("MXN", "fix", "2020-11-26", Decimal("20.0467")),
        ("MXN", "fix", "2020-11-27", Decimal("20.0777")),
    ]
    assert read((folder / "SF60653_latest.json").read_bytes())["time_period"].to_list() == ["2020-12-01"]
    both = read((folder / "two_series_SF46410_SF60653.json").read_bytes())
    assert both["rate"].to_list() == ["settlement"] * 3
