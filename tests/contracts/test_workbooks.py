"""Workbooks of partners: cells as text, and all that a workbook may hold besides and must not."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from compact_pipelines.contracts.faults import Fault
from compact_pipelines.contracts.files import Limits

Read = Callable[..., tuple[list[str], dict[int, Any], list[Fault]]]
Refused = Callable[..., tuple[Fault, ...]]


def workbook(folder: Path, rows: list[list[Any]], **sheets: list[list[Any]]) -> Path:
    book = Workbook()
    book.worksheets[0].title = "data"
    for name, content in {"data": rows, **sheets}.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in content:
            sheet.append(row)
    path = folder / "drop.xlsx"
    book.save(path)
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return path


def changed_sheet(path: Path, old: bytes, new: bytes) -> Path:
    copy = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as parts, zipfile.ZipFile(copy, "w") as written:
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                assert old in content
                content = content.replace(old, new)
            written.writestr(part, content)
    return copy


def test_a_workbook_of_text_is_read_with_its_rows(tmp_path: Path, read: Read) -> None:
    path = workbook(tmp_path, [["a", "b"], ["0805", None], [None, None], ["1", "2"]], codes=[["x"]], about=[["y"]])
    assert read(path) == (["a", "b"], {1: ("0805", None), 2: (None, None), 3: ("1", "2")}, [])


def test_a_cell_that_is_no_text_is_told_with_its_place(tmp_path: Path, read: Read) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", 805], [True, "x"], [dt.date(2024, 5, 1), "y"], ["1", "2", "3"]])
    _, rows, faults = read(path)
    assert rows == {1: ("1", None), 2: (None, "x"), 3: (None, "y"), 4: ("1", "2")}
    assert [(fault.rule, fault.row, fault.column) for fault in faults] == [
        ("cell_is_text", 1, "b"),
        ("cell_is_text", 2, "a"),
        ("cell_is_text", 3, "a"),
        ("row_width", 4, None),
    ]
    assert faults[0].found == "b is a number (805.0)"


def test_a_workbook_has_one_sheet_of_data(tmp_path: Path, refused: Refused) -> None:
    rows = [["a"], ["1"]]
    assert [fault.rule for fault in refused(workbook(tmp_path, rows, more=rows))] == ["plain_workbook"]
    book = Workbook()
    assert book.active is not None
    book.save(tmp_path / "other.xlsx")
    assert [fault.rule for fault in refused(tmp_path / "other.xlsx")] == ["plain_workbook"]


def test_a_hidden_sheet_is_refused(tmp_path: Path, refused: Refused) -> None:
    book = Workbook()
    book.worksheets[0].title = "data"
    book.create_sheet("codes").sheet_state = "hidden"
    book.save(tmp_path / "drop.xlsx")
    [fault] = refused(tmp_path / "drop.xlsx")
    assert fault.found == "The sheet 'codes' is hidden"


def test_formulas_and_merged_cells_are_refused(tmp_path: Path, refused: Refused) -> None:
    [formula] = refused(workbook(tmp_path, [["a", "b"], ["1", "=1+1"]]))
    assert formula.found == "The workbook has a formula"
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "data"
    sheet.append(["a", "b"])
    sheet.merge_cells("A2:B2")
    book.save(tmp_path / "merged.xlsx")
    [merged] = refused(tmp_path / "merged.xlsx")
    assert merged.found == "The sheet 'data' has merged cells"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xl/vbaProject.bin", b"x"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>"),
        ("xl/embeddings/object.bin", b"x"),
        ("xl/elsewhere.dat", b"x"),
        ("xl/evil.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'),
        ("xl/wide.xml", "<x/>".encode("utf-16")),
    ],
)
def test_a_workbook_with_more_than_cells_is_refused(
    tmp_path: Path, name: str, content: bytes, refused: Refused
) -> None:
    path = with_part(workbook(tmp_path, [["a"], ["1"]]), name, content)
    assert [fault.rule for fault in refused(path)] == ["plain_workbook"]


@pytest.mark.parametrize(
    ("place", "rule"),
    [(b'r="XFD1048576"', "row_count"), (b"r='ZZZ2'", "column_count"), (b'r = "XFD2"', "column_count")],
)
def test_a_cell_far_out_is_refused_before_the_sheet_is_laid_out(
    tmp_path: Path, place: bytes, rule: str, refused: Refused
) -> None:
    path = changed_sheet(workbook(tmp_path, [["a"], ["1"]]), b'r="A2"', place)
    assert [fault.rule for fault in refused(path)] == [rule]


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, refused: Refused) -> None:
    path = with_part(workbook(tmp_path, [["a"], ["1"]]), "xl/bomb.xml", b" " * 2_000_000)
    assert path.stat().st_size < 100_000
    assert [fault.rule for fault in refused(path, Limits(file_bytes=100_000))] == ["plain_workbook"]


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(file_bytes=10), "file_size"),
        (Limits(rows=2), "row_count"),
        (Limits(columns=1), "column_count"),
    ],
)
def test_a_workbook_over_a_limit_is_refused(tmp_path: Path, limits: Limits, rule: str, refused: Refused) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]])
    assert [fault.rule for fault in refused(path, limits)] == [rule]
