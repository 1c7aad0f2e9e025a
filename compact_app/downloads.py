"""Tables as files: CSV, Parquet, and XLSX with the sources on a second sheet. Full precision, text stays text."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any, Final

import polars as pl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from compact_pipelines.contracts.cells import without_formula

MAX_SHEET_ROWS: Final = 1_048_576


def as_csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 with a header line; a missing value is an empty cell; a text that would run as a formula is quoted."""
    neutral = [without_formula(pl.col(name)).alias(name) for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(neutral).write_csv().encode()


def as_parquet(frame: pl.DataFrame) -> bytes:
    """Parquet with the frame's own types."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def as_xlsx(frame: pl.DataFrame, sources: pl.DataFrame) -> bytes:
    """A workbook: the table, then its sources. A cell that begins with = is text, never a formula.

    Raises:
        ValueError: the table has more rows than a sheet holds; CSV and Parquet have no such limit.
    """
    if frame.height >= MAX_SHEET_ROWS:
        raise ValueError(f"{frame.height:,} rows do not fit a sheet of {MAX_SHEET_ROWS:,}; take CSV or Parquet")
    book = Workbook(write_only=True)
    _fill(book.create_sheet("data"), frame)
    _fill(book.create_sheet("sources"), sources)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: WriteOnlyWorksheet, frame: pl.DataFrame) -> None:
    sheet.append([_cell(sheet, name) for name in frame.columns])
    for row in frame.iter_rows():
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value))
        cell.data_type = "s"
        return cell
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
