"""Downloads: what is in the file is what was in the table. Every figure below is made up."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from compact_app import downloads

TABLE = pl.DataFrame(
    {
        "time_period": ["2024-01", "2024-02", "2024-03"],
        "value": [Decimal("258634487246.452200"), None, Decimal("0.000001")],
        "note": ["=1+1", "@cmd", "+2 -3"],
        "is_preferred": [True, False, None],
        "share": [0.1, None, 1 / 3],
        "rows": [1, 2, None],
        "taken_at": [dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC), None, None],
        "day": [dt.date(2024, 1, 2), None, None],
    },
    schema_overrides={"value": pl.Decimal(28, 6)},
)
SOURCES = pl.DataFrame({"source_id": ["made_up"], "title": ["-Made up"], "url": ["=HYPERLINK(0)"]})
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)


def workbook(frame: pl.DataFrame = TABLE, sources: pl.DataFrame = SOURCES) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(downloads.as_xlsx(frame, sources)))


def rows(book: openpyxl.Workbook, sheet: str) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(values_only=True))


def test_parquet_holds_the_table_as_it_was_types_and_all() -> None:
    assert_frame_equal(pl.read_parquet(io.BytesIO(downloads.as_parquet(TABLE))), TABLE)


def test_csv_holds_the_table_to_the_last_digit() -> None:
    content = downloads.as_csv(TABLE)
    read = pl.read_csv(content, infer_schema=False)
    assert read.columns == TABLE.columns
    assert read["value"].to_list() == ["258634487246.452200", None, "0.000001"]
    assert float(read["share"][2]) == 1 / 3
    assert read["note"].to_list() == ["'=1+1", "'@cmd", "'+2 -3"]  # text stays text in a spreadsheet
    assert read["rows"].to_list() == ["1", "2", None]


def test_the_start_of_a_reporting_year_stays_as_it_is() -> None:
    assert downloads.as_csv(pl.DataFrame({"start": ["--10-01", "--1+1"]})).decode() == "start\n--10-01\n'--1+1\n"


@pytest.mark.parametrize("text", ["=1+1", " =1+1", "\uff1d1+1", "\u200b@cmd", "\t=1"])
def test_what_a_spreadsheet_may_read_as_a_formula_is_neutral_in_csv(text: str) -> None:
    content = downloads.as_csv(pl.DataFrame({"note": [text, "plain", None]}))
    assert pl.read_csv(content)["note"].to_list() == [f"'{text}", "plain", None]


def test_a_negative_figure_is_no_formula() -> None:
    assert downloads.as_csv(pl.DataFrame({"gap": [-5], "name": ["Canada"]})).decode() == "gap,name\n-5,Canada\n"


def test_csv_is_utf_8_with_a_header() -> None:
    content = downloads.as_csv(pl.DataFrame({"name": ["Türkiye", 'Côte d\'Ivoire, a "quoted" name']}))
    assert content.decode("utf-8").splitlines()[0] == "name"
    assert pl.read_csv(content)["name"].to_list() == ["Türkiye", 'Côte d\'Ivoire, a "quoted" name']


def test_a_workbook_holds_the_table_and_then_its_sources() -> None:
    book = workbook()
    assert book.sheetnames == ["data", "sources"]
    assert rows(book, "data")[0] == tuple(TABLE.columns)
    assert len(rows(book, "data")) == TABLE.height + 1
    assert rows(book, "sources") == [("source_id", "title", "url"), ("made_up", "-Made up", "=HYPERLINK(0)")]


def test_a_workbook_keeps_numbers_days_and_blanks() -> None:
    first, second, third = rows(workbook(), "data")[1:]
    assert first[1] == pytest.approx(258634487246.4522, abs=1e-4)
    assert first[3:] == (True, 0.1, 1, dt.datetime(2024, 1, 2, 3, 4, 5), dt.datetime(2024, 1, 2))  # noqa: DTZ001
    assert second[1] is None
    assert second[3] is False
    assert third[1] == 0.000001


@pytest.mark.parametrize("sheet", ["data", "sources"])
def test_no_cell_of_a_workbook_is_a_formula(sheet: str) -> None:
    kinds = {cell.data_type for row in workbook()[sheet].iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "+1", "-1", "=HYPERLINK(0)", "#REF!", "\t=1"])
def test_text_that_looks_like_a_formula_is_text_in_a_workbook(text: str) -> None:
    cell = workbook(pl.DataFrame({text: [text]}))["data"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert workbook(pl.DataFrame({text: [text]}))["data"]["A1"].data_type == "s"


def test_a_control_character_no_workbook_can_hold_is_marked_and_costs_nobody_the_file() -> None:
    assert workbook(pl.DataFrame({"note": ["a\x01b"]}))["data"]["A2"].value == "a\N{REPLACEMENT CHARACTER}b"


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_any_text_comes_back_from_a_workbook_as_it_was(texts: list[str]) -> None:
    sheet = workbook(pl.DataFrame({"text": texts}), SOURCES)["data"]
    assert [cell.value for cell in sheet["A"][1:]] == texts


@given(st.lists(st.decimals(-(10**20), 10**20, places=6), min_size=1, max_size=5))
def test_any_amount_comes_back_from_csv_and_parquet_to_the_last_digit(amounts: list[Decimal]) -> None:
    frame = pl.DataFrame({"value": amounts}, schema={"value": pl.Decimal(28, 6)})
    assert pl.read_parquet(io.BytesIO(downloads.as_parquet(frame)))["value"].to_list() == amounts
    read = pl.read_csv(downloads.as_csv(frame), schema={"value": pl.Decimal(28, 6)})
    assert read["value"].to_list() == amounts


def test_a_table_without_rows_is_a_file_with_a_header() -> None:
    empty = TABLE.clear()
    assert downloads.as_csv(empty).decode().strip() == ",".join(TABLE.columns)
    assert pl.read_parquet(io.BytesIO(downloads.as_parquet(empty))).schema == TABLE.schema
    assert rows(workbook(empty), "data") == [tuple(TABLE.columns)]


def test_a_table_that_no_sheet_can_hold_is_refused_with_what_to_take_instead() -> None:
    long = pl.DataFrame({"n": pl.int_range(downloads.MAX_SHEET_ROWS, eager=True)})
    with pytest.raises(ValueError, match="take CSV or Parquet"):
        downloads.as_xlsx(long, SOURCES)
