"""Publishers' workbooks (XLSX): a sheet as rows of text, read row by row.

Nothing is laid out beyond the row in hand, so that neither a sheet of hundreds of thousands of rows nor one cell in the
last corner fills the memory; how far the parts unpack is looked at before anything is. Numbers come as the decimals
that the spreadsheet holds (15 digits), texts as they stand, dates as the number or text that is stored.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import IO, Any, Final

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from compact_pipelines.errors import SourceChanged

MIB: Final = 1024 * 1024
# The digits a spreadsheet keeps; what stands beyond them in the file is the rounding of its binary number.
SIGNIFICANT: Final = Context(prec=15)
PLAIN: Final = re.compile(r"-?[0-9]{1,15}|-?[0-9]{1,8}\.[0-9]{1,7}")
WORKBOOK: Final = "xl/workbook.xml"
LINKS: Final = "xl/_rels/workbook.xml.rels"
TEXTS: Final = "xl/sharedStrings.xml"
ALPHABET: Final = 26
SHARED: Final = "s"
BOOLEAN: Final = "b"
NUMBER: Final = "n"
WORDS: Final = {"0": "FALSE", "1": "TRUE"}
UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ParseError,
    DefusedXmlException,
    KeyError,
)
LOOK: Final = "Look at the bytes before changing the parser"


@dataclass(frozen=True)
class Room:
    """How large a workbook may be.

    Attributes:
        unpacked_bytes: all its parts together, unpacked.
        parts: files within it.
        rows: of one sheet.
        columns: of one sheet.
    """

    unpacked_bytes: int = 512 * MIB
    parts: int = 1_000
    rows: int = 1_100_000
    columns: int = 1_000


USUAL: Final = Room()


def sheet_names(content: bytes, place: str, room: Room = USUAL) -> list[str]:
    """The names of a workbook's sheets, in its order.

    Raises:
        SourceChanged: the bytes are no workbook, or a larger one than there is room for.
    """
    with _opened(content, place, room) as parts:
        return list(_sheets(parts))


def read_sheet(content: bytes, place: str, sheet: str = "", room: Room = USUAL) -> list[list[str]]:
    """All rows of one sheet as text; a blank cell is "".

    Args:
        content: the workbook.
        place: source and part, for messages.
        sheet: its name; blank for the first.
        room: how large it may be.

    Returns:
        The rows in order, blank ones included, all as long as the longest.

    Raises:
        SourceChanged: the bytes are no workbook, it is too large, or it has no such sheet.
    """
    rows = list(stream_rows(content, place, sheet, room))
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def stream_rows(content: bytes, place: str, sheet: str = "", room: Room = USUAL) -> Iterator[list[str]]:
    """The rows of one sheet, one by one, as text; each ends with its last filled cell.

    Args:
        content: the workbook.
        place: source and part, for messages.
        sheet: its name; blank for the first.
        room: how large it may be.

    Raises:
        SourceChanged: the bytes are no workbook, it is too large, or it has no such sheet.
    """
    with _opened(content, place, room) as parts:
        sheets = _sheets(parts)
        name = sheet or next(iter(sheets), "")
        if name not in sheets:
            raise SourceChanged(f"{place}: the workbook has no sheet {name!r}; it has {', '.join(sheets) or 'none'}")
        texts, last = _texts(parts), 0
        with parts.open(sheets[name]) as part:
            for row in _elements(part, "row", "sheetData"):
                number = int(row.get("r") or last + 1)
                if number > room.rows:
                    raise SourceChanged(
                        f"{place}, sheet {name!r}: a row {number:,}, the limit is {room.rows:,}. {LOOK}"
                    )
                yield from ([] for _ in range(number - last - 1))
                yield _cells(row, texts, f"{place}, sheet {name!r}, row {number}", room)
                last = number


def filled_down(rows: Iterable[list[str]], column: int) -> list[list[str]]:
    """Write a label that stands once, above the rows it holds for (a merged cell), into each of them.

    Args:
        rows: of equal length.
        column: which, from 0.
    """
    filled, last = [], ""
    for row in rows:
        last = row[column] or last
        filled.append([*row[:column], last, *row[column + 1 :]])
    return filled


def filled_right(row: Iterable[str]) -> list[str]:
    """Write a heading that stands once, left of the columns it holds for (a merged cell), above each of them."""
    filled, last = [], ""
    for cell in row:
        last = cell or last
        filled.append(last)
    return filled


@contextmanager
def _opened(content: bytes, place: str, room: Room) -> Iterator[zipfile.ZipFile]:
    """The parts of a workbook that there is room for; nothing of it is unpacked before that is known."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            entries = parts.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > room.parts or unpacked > room.unpacked_bytes:
                raise SourceChanged(
                    f"{place}: the workbook has {len(entries):,} parts of {unpacked:,} bytes unpacked; the limits are "
                    f"{room.parts:,} and {room.unpacked_bytes:,}. Nothing was unpacked"
                )
            yield parts
    except UNREADABLE as error:
        raise SourceChanged(
            f"{place}: not a workbook we can read ({error}); it begins {content[:40]!r}. Expected XLSX. {LOOK}"
        ) from error


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _elements(part: IO[bytes], name: str, within: str = "") -> Iterator[Any]:
    """The elements of a name, each forgotten once it has been looked at."""
    holder = None
    for event, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            holder = element if _name(element) == within else holder
        elif _name(element) == name:
            yield element
            element.clear()
            if holder is not None:
                holder.clear()


def _attribute(element: Any, name: str) -> str:
    """An attribute by its local name: workbooks differ in the namespace they give r:id."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name and "}" in key), "")


def _sheets(parts: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name to the part that holds it, in the workbook's order."""
    with parts.open(LINKS) as part:
        targets = {link.get("Id"): link.get("Target") for link in _elements(part, "Relationship")}
    with parts.open(WORKBOOK) as part:
        named = [(str(sheet.get("name")), targets[_attribute(sheet, "id")]) for sheet in _elements(part, "sheet")]
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in named}


def _texts(parts: zipfile.ZipFile) -> list[str]:
    if TEXTS not in parts.namelist():
        return []
    with parts.open(TEXTS) as part:
        return [_text(item) for item in _elements(part, "si", "sst")]


def _text(item: Any) -> str:
    """The text of a shared or inline string: its runs joined; how it is pronounced is left out."""
    told = []
    for child in item:
        if _name(child) == "t":
            told.append(child.text or "")
        elif _name(child) == "r":
            told += [run.text or "" for run in child if _name(run) == "t"]
    return "".join(told)


def _cells(row: Any, texts: list[str], place: str, room: Room) -> list[str]:
    cells: list[str] = []
    for cell in row:
        letters = (cell.get("r") or "").rstrip("0123456789")
        column = _column(letters) if letters else len(cells)
        if column >= room.columns:
            raise SourceChanged(f"{place}: a cell in column {letters}, the limit is {room.columns:,} columns. {LOOK}")
        if value := _value(cell, texts, place):
            cells += [""] * (column - len(cells))
            cells[column:] = [value]
        elif not letters:
            cells.append("")
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * ALPHABET + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: Any, texts: list[str], place: str) -> str:
    kind, value = cell.get("t", NUMBER), ""
    for child in cell:
        if _name(child) == "v":
            value = child.text or ""
        elif _name(child) == "is":
            return _text(child)
    try:
        if kind == SHARED and value:
            return texts[int(value)]
        return _number(value) if kind == NUMBER and value else WORDS.get(value, value) if kind == BOOLEAN else value
    except (ValueError, IndexError, InvalidOperation) as error:
        raise SourceChanged(f"{place}: cell {cell.get('r')} holds {value[:40]!r} of type {kind!r}. {LOOK}") from error


def _number(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    told = format(SIGNIFICANT.create_decimal(Decimal(value)), "f")
    return told.rstrip("0").rstrip(".") if "." in told else told
