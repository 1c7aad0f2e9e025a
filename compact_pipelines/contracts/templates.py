"""The empty drop: what a partner fills in, as a CSV header or as a workbook.

The workbook's cells are formatted as text, so that a spreadsheet neither eats a leading zero nor rounds a long figure;
each code column offers its codes. It is made when asked for and holds no time of making: the same contract gives the
same bytes with the same openpyxl.
"""

import csv
import datetime as dt
import io
import zipfile
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from compact_pipelines.contracts.model import Column, Table

DATA, CODES, ABOUT = "data", "codes", "about"
LAST_ROW: Final = 1_048_576  # of a sheet
MADE: Final = dt.datetime(2026, 1, 1)  # noqa: DTZ001  (a workbook's times have no zone)
NARROWEST, WIDEST = 12, 40  # characters
PROMPT_LENGTH: Final = 255  # the most a workbook shows beside a cell
REQUIRED_FILL: Final = PatternFill("solid", fgColor="DDEBF7")
TEXT: Final = "@"
HOW: Final = (
    "Fill in the sheet 'data', one row an observation. Keep the header as it is; add no column, no formula, no merged "
    "cell. Columns with a shaded header are never blank; in the others a blank means that there is nothing to say. "
    "Every cell is text: write figures as plain digits, such as 1234.5, without separators or exponents. Check the "
    "file with: compact validate FILE --table {table}"
)


def csv_template(table: Table) -> str:
    """The header line of a drop of this table, dimensions first, then the value, then attributes."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(column.id for column in table.in_drop)
    return line.getvalue()


def xlsx_template(table: Table) -> bytes:
    """The empty drop as a workbook.

    Sheets: `data` (the header, to be filled in), `codes` (the allowed codes of each code column), `about` (the table,
    how to fill it in, what each column means).
    """
    book = Workbook()
    book.properties.creator = table.agency
    book.properties.title = f"{table.id} {table.version}"
    book.properties.created = MADE
    data = book.worksheets[0]
    data.title = DATA
    _fill_codes(book.create_sheet(CODES), table)
    _fill_about(book.create_sheet(ABOUT), table)
    _fill_data(data, table)
    written = io.BytesIO()
    book.save(written)
    return _without_times(written.getvalue())


def _coded(table: Table) -> list[Column]:
    return [column for column in table.in_drop if column.allowed is not None]


def _fill_data(sheet: Worksheet, table: Table) -> None:
    coded = [column.id for column in _coded(table)]
    for number, column in enumerate(table.in_drop, start=1):
        letter = get_column_letter(number)
        header = sheet.cell(row=1, column=number, value=column.id)
        header.font = Font(bold=True)
        if column.concept.required:
            header.fill = REQUIRED_FILL
        sheet.column_dimensions[letter].width = max(NARROWEST, len(column.id) + 3)
        sheet.column_dimensions[letter].number_format = TEXT
        check = _validation(column, coded.index(column.id) + 1 if column.id in coded else None)
        check.add(f"{letter}2:{letter}{LAST_ROW}")
        sheet.add_data_validation(check)
    sheet.freeze_panes = "A2"


def _validation(column: Column, codes_column: int | None) -> DataValidation:
    """The codes to choose from, where there are any, and the column's meaning beside the cell."""
    if codes_column is None:
        check = DataValidation(allow_blank=True)
    else:
        letter = get_column_letter(codes_column)
        last = len(column.allowed or []) + 1
        check = DataValidation(type="list", formula1=f"{CODES}!${letter}$2:${letter}${last}", allow_blank=True)
        check.errorTitle, check.error = column.id, f"Write one of the codes of the sheet {CODES!r}."
        check.showErrorMessage = True
    check.promptTitle, check.prompt = column.id, column.concept.description[:PROMPT_LENGTH]
    check.showInputMessage = True
    return check


def _fill_codes(sheet: Worksheet, table: Table) -> None:
    """One column of codes a code column, in the order of the data sheet, each followed further right by its name."""
    columns = _coded(table)
    for number, column in enumerate(columns, start=1):
        sheet.cell(row=1, column=number, value=column.id).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = max(NARROWEST, len(column.id) + 3)
        name_number = len(columns) + number
        sheet.cell(row=1, column=name_number, value=f"{column.id}: name").font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(name_number)].width = WIDEST
        for row, code in enumerate(column.allowed or [], start=2):
            sheet.cell(row=row, column=number, value=code).number_format = TEXT
            if column.codelist is not None:
                sheet.cell(row=row, column=name_number, value=column.codelist.name(code))
    sheet.freeze_panes = "A2"


def _fill_about(sheet: Worksheet, table: Table) -> None:
    facts = [
        ("Table", table.id),
        ("Version", table.version),
        ("Agency", table.agency),
        ("What it holds", f"{table.title['en']}. {table.row}"),
        ("Français", table.title["fr"]),
        ("Español", table.title["es"]),
        ("How to fill it in", HOW.format(table=table.id)),
    ]
    header = ("Column", "Must be filled", "How it is written", "Meaning", "Such as")
    rows = [*facts, (), header, *(_described(column) for column in table.in_drop)]
    for number, cells in enumerate(rows, start=1):
        for position, value in enumerate(cells, start=1):
            cell = sheet.cell(row=number, column=position, value=value)
            cell.number_format = TEXT
            is_meaning = len(cells) == len(header) or position == 1
            cell.alignment = Alignment(wrap_text=is_meaning, vertical="top")
            cell.font = Font(bold=position == 1 or cells == header)
    for letter, width in zip("ABCDE", (22, 14, 34, 70, 30), strict=True):
        sheet.column_dimensions[letter].width = width


def _described(column: Column) -> tuple[str, str, str, str, str]:
    kinds = {
        "text": "text",
        "decimal": "digits, such as 1234.5",
        "period": "2024, 2024-Q3 or 2024-07",
        "date": "2024-05-21",
        "datetime": "2026-06-30T12:00:00Z",
    }
    kind = f"one of the codes of {column.id} in the sheet {CODES!r}" if column.allowed else kinds[column.concept.type]
    must = "yes" if column.concept.required else "no"
    return column.id, must, kind, column.concept.description, ", ".join(column.concept.good)


def _without_times(workbook: bytes) -> bytes:
    """The same workbook, every part dated `MADE`, stored in the order in which it was written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = _dated(content)
            entry = zipfile.ZipInfo(part.filename, date_time=MADE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, content)
    return written.getvalue()


def _dated(properties: bytes) -> bytes:
    start, end = properties.index(b"<dcterms:modified"), properties.index(b"</dcterms:modified>")
    opening = properties[start:end].split(b">", 1)[0]
    return properties[:start] + opening + b">" + MADE.isoformat().encode() + b"Z" + properties[end:]
