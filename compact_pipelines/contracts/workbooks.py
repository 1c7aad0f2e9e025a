"""Our workbook, filled in: the sheet `data`, every cell text.

The parts are looked at as bytes before the sheet is read, because the reader lays a sheet out cell by cell in memory:
one cell in the last corner of a sheet would fill it. Nothing in a workbook is ever run.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from compact_pipelines.contracts.faults import Fault, UnreadableFile, shown
from compact_pipelines.contracts.files import GROWTH, MIB, Block, Limits, Progress, TextFile, require_rows
from compact_pipelines.contracts.templates import ABOUT, CODES, DATA

ROWS_A_BATCH: Final = 50_000
COLUMNS: Final = 24  # the widest template has 16, SDMX puts 4 before them
SPARSE: Final = 8  # places that the reader lays out for each cell there is: a row with two of 16 cells filled in passes
FEW: Final = 100_000  # places that it lays out in any case (3 MiB)
PARTS: Final = 200
READ_BYTES: Final = MIB
FORMULA: Final = re.compile(rb"<(?:[^\s<>:/]*:)?f[\s/>]")
CELL_OR_ROW: Final = re.compile(rb"<(?:[^\s<>:/]*:)?(?:c|row)[\s/>]")
PLACED: Final = re.compile(  # one that says where it stands; where it does not, the reader counts on from the last one
    rb"""<(?:[^\s<>:/]*:)?(?:c|row)(?:\s+(?!r\s*=)[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*"""
    rb"""\s+r\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,20})["']"""
)
READABLE: Final = (".xml", ".rels", ".vml")
UNREAD: Final = ("xl/printersettings/", "docprops/")  # what spreadsheets add and nothing here reads
FORBIDDEN_PARTS: Final = {
    "vbaProject": "a macro",
    "macrosheets/": "a macro",
    "externalLinks/": "links to other files",
    "embeddings/": "an embedded file",
    "activeX/": "an embedded control",
}


def open_workbook(path: Path, limits: Limits) -> TextFile:
    """Look at the parts, find the sheet, read its header, and hold the rows ready.

    Raises:
        UnreadableFile: the file is no workbook, or one with more in it than a filled-in template.
    """
    _require_plain_parts(path, limits)
    sheet = _data_sheet(path)
    header = next(sheet.iter_rows(), [])
    names = [cell if isinstance(cell, str) else str(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    require_rows(sheet.height - 1, limits)
    return TextFile("xlsx", names, lambda progress: _read_rows(sheet, names, progress))


def _read_rows(sheet: CalamineSheet, names: list[str], progress: Progress) -> Iterator[Block]:
    rows, first, total = islice(sheet.iter_rows(), 1, None), 1, max(0, sheet.height - 1)
    while chunk := list(islice(rows, ROWS_A_BATCH)):
        faults = [
            fault for number, cells in enumerate(chunk, start=first) for fault in _cell_faults(number, cells, names)
        ]
        columns = [
            pa.array(
                [cells[place] if isinstance(cells[place], str) and cells[place] else None for cells in chunk],
                pa.string(),
            )
            for place in range(len(names))
        ]
        places = np.arange(first, first + len(chunk), dtype=np.int64)
        yield Block(pa.Table.from_arrays(columns, names), places, faults)
        first += len(chunk)
        progress(first - 1, total)


def _cell_faults(number: int, cells: list[Any], names: list[str]) -> Iterator[Fault]:
    for place, cell in enumerate(cells):
        if place >= len(names):
            if cell != "":
                found = f"Row {number} has a cell beyond the last column"
                yield Fault("row_width", row=number, value=str(cell), found=found)
        elif not isinstance(cell, str):
            yield Fault(
                "cell_is_text",
                row=number,
                column=names[place],
                value=str(cell),
                found=f"{names[place]} is {_kind(cell)} ({cell})",
            )


def _kind(cell: object) -> str:
    if isinstance(cell, bool):
        return "a truth value"
    if isinstance(cell, int | float):
        return "a number"
    return "a date" if isinstance(cell, dt.date) else "a time"


def _data_sheet(path: Path) -> CalamineSheet:
    try:
        book = CalamineWorkbook.from_path(path)
        for sheet in book.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible:
                raise _not_plain(f"The sheet '{sheet.name}' is hidden")
            if sheet.name not in {DATA, CODES, ABOUT}:
                raise _not_plain(f"There is a sheet '{sheet.name}'")
        if DATA not in book.sheet_names:
            raise _not_plain(f"There is no sheet '{DATA}'")
        found = book.get_sheet_by_name(DATA)
        merged = found.merged_cell_ranges
    except CalamineError:
        raise UnreadableFile(Fault("file_format", found="The workbook is encrypted or broken")) from None
    if merged:
        raise _not_plain(f"The sheet '{DATA}' has merged cells")
    if found.start not in {None, (0, 0)}:
        raise UnreadableFile(Fault("has_header", found="The first cell of the sheet is empty"))
    return found


def _require_plain_parts(path: Path, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            entries = parts.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > PARTS or unpacked > GROWTH * limits.file_bytes:
                raise _not_plain(f"Unpacked, the workbook has {len(entries):,} parts and {unpacked:,} bytes")
            for entry in entries:
                for mark, what in FORBIDDEN_PARTS.items():
                    if mark.lower() in entry.filename.lower():
                        raise _not_plain(f"The workbook has {what}")
                if entry.filename.lower().endswith(READABLE):
                    _require_plain_xml(parts, entry, limits)
                elif not entry.filename.lower().startswith(UNREAD):
                    raise _not_plain(f"The workbook has a part '{shown(entry.filename)}'")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UnreadableFile(Fault("file_format", found="The file is no workbook, or is broken")) from None


def _require_plain_xml(parts: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> None:
    extent, tail = _Extent(), b""
    with parts.open(entry) as part:
        while chunk := part.read(READ_BYTES):
            content, tail = _whole_tags(tail + chunk)
            if b"\0" in content or b"<!DOCTYPE" in content or b"<!ENTITY" in content or len(tail) > READ_BYTES:
                raise _not_plain("A part of the workbook is not plain XML in UTF-8")
            if FORMULA.search(content):
                raise _not_plain("The workbook has a formula")
            extent.look(content, limits)
    extent.require_filled()


def _whole_tags(content: bytes) -> tuple[bytes, bytes]:
    """Content up to a tag that is cut off, and what there is of the tag."""
    start = content.rfind(b"<")
    cut = start if start >= 0 and b">" not in content[start:] else len(content)
    return content[:cut], content[cut:]


@dataclass
class _Extent:
    """How far a sheet reaches, and how many cells it has."""

    rows: int = 0
    columns: int = 0
    cells: int = 0

    def look(self, content: bytes, limits: Limits) -> None:
        """Take some of the sheet in.

        Raises:
            UnreadableFile: a cell stands too far out, or does not say where.
        """
        places = PLACED.findall(content)
        if len(places) != len(CELL_OR_ROW.findall(content)):
            raise _not_plain("A cell or row of the workbook does not say where it stands (its r is missing)")
        if not places:
            return
        require_rows(max(int(digits) for _, digits in places) - 1, limits)
        numbers = {letters: _column_number(letters) for letters in {letters for letters, _ in places}}
        furthest, self.columns = max(numbers, key=numbers.__getitem__), max(self.columns, *numbers.values())
        if self.columns > (most := min(COLUMNS, limits.columns)):
            found = f"There is a cell, be it blank, in column {furthest.decode().upper()}; the limit is {most} columns"
            raise UnreadableFile(Fault("column_count", found=found))
        rows = [int(digits) for letters, digits in places if letters]
        self.rows, self.cells = max([self.rows, *rows]), self.cells + len(rows)

    def require_filled(self) -> None:
        """Refuse a sheet that is laid out as many times the cells it has.

        Raises:
            UnreadableFile: it is.
        """
        if self.rows * self.columns > max(FEW, SPARSE * self.cells):
            found = f"The sheet reaches to row {self.rows:,} and has {self.cells:,} cells: most of its rows are blank"
            raise UnreadableFile(Fault("row_count", found=found))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _not_plain(found: str) -> UnreadableFile:
    return UnreadableFile(Fault("plain_workbook", found=found))
