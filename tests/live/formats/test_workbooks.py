"""Publishers' workbooks. All cells are made up, but for those of recordings."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.workbooks import (
    Room,
    filled_down,
    filled_right,
    read_sheet,
    sheet_names,
    stream_rows,
)
from tests.live.made_up_files import workbook, zipped

BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="x" Target="{target}"/></Relationships>'
)
TEXTS = "<sst><si><t>plain</t></si><si><r><t>two </t></r><r><t>runs</t></r><rPh><t>said</t></rPh></si></sst>"


def with_rows(rows: str, texts: str = TEXTS, target: str = "worksheets/a.xml") -> bytes:
    """A workbook whose sheet holds this XML."""
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    parts = {"xl/workbook.xml": BOOK.encode(), "xl/_rels/workbook.xml.rels": LINKS.format(target=target).encode()}
    return zipped({**parts, "xl/worksheets/a.xml": sheet, "xl/sharedStrings.xml": texts.encode()})


def test_numbers_written_as_text_stay_as_they_are_written() -> None:
    content = workbook({"One": [["'13,520", "--", "007", 13520, 0.1, 1234567890.25]]})
    assert read_sheet(content, "made up") == [["'13,520", "--", "007", "13520", "0.1", "1234567890.25"]]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("136.24000000000001", "136.24"),
        ("7.0000000000000007E-2", "0.07"),
        ("1.5E+6", "1500000"),
        ("123456789012345", "123456789012345"),
        ("100", "100"),
        ("-0.5", "-0.5"),
    ],
)
def test_a_number_is_the_decimal_that_the_spreadsheet_holds(stored: str, read: str) -> None:
    assert read_sheet(with_rows(f'<row r="1"><c r="A1"><v>{stored}</v></c></row>'), "made up") == [[read]]


def test_every_kind_of_cell_is_read() -> None:
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>here</t></is></c>'
    cells += '<c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1" t="str"><v>told</v></c><c r="G1"/>'
    assert read_sheet(with_rows(f'<row r="1">{cells}</row>'), "made up") == [
        ["plain", "two runs", "here", "TRUE", "#N/A", "told"]
    ]


def test_rows_and_cells_that_are_left_out_are_blank() -> None:
    rows = '<row r="2"><c r="C2"><v>1</v></c></row><row r="4"><c r="A4"><v>2</v></c></row>'
    assert read_sheet(with_rows(rows), "made up") == [["", "", ""], ["", "", "1"], ["", "", ""], ["2", "", ""]]


def test_cells_that_do_not_say_where_they_stand_follow_each_other() -> None:
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>"
    assert read_sheet(with_rows(rows), "made up") == [["1", "", "3"], ["4", "", ""]]


def test_sheets_are_found_by_name_wherever_their_part_lies() -> None:
    content = workbook({"FY97": [["a"]], "FY98": [["b"]]})
    assert sheet_names(content, "made up") == ["FY97", "FY98"]
    assert read_sheet(content, "made up", "FY98") == [["b"]]
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert read_sheet(with_rows(row, target="/xl/worksheets/a.xml"), "made up") == [["1"]]
    with pytest.raises(SourceChanged, match=r"made up: the workbook has no sheet 'FY99'; it has FY97, FY98"):
        read_sheet(content, "made up", "FY99")


def test_merged_headings_and_labels_are_filled_only_when_asked() -> None:
    assert filled_right(["", "2015", "", "2016"]) == ["", "2015", "2015", "2016"]
    assert filled_down([["a", "1"], ["", "2"], ["b", "3"]], 0) == [["a", "1"], ["a", "2"], ["b", "3"]]


def test_a_workbook_too_large_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_rows(" " * 2_000_000)
    assert len(content) < 10_000

    def unpacks(*_: object) -> None:
        pytest.fail("a part was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "open", unpacks)
    with pytest.raises(SourceChanged, match=r"4 parts of 2,0\d\d,\d{3} bytes unpacked; the limits are .* Nothing was"):
        read_sheet(content, "made up", room=Room(unpacked_bytes=1_000_000))
    with pytest.raises(SourceChanged, match="4 parts of"):
        sheet_names(content, "made up", Room(parts=3))


def test_one_cell_in_the_last_corner_fills_no_memory() -> None:
    with pytest.raises(SourceChanged, match=r"sheet 'One': a row 1,048,576, the limit is 1,000"):
        read_sheet(with_rows('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "made up", room=Room(rows=1_000))
    with pytest.raises(SourceChanged, match=r"sheet 'One', row 1: a cell in column XFD, the limit is 1,000 columns"):
        read_sheet(with_rows('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "made up")


def test_rows_come_one_by_one() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in range(1, 6))
    stream = stream_rows(with_rows(rows + "<row r='7'><c r='A7' t='s'><v>99</v></c></row>"), "made up")
    assert [next(stream) for _ in range(5)] == [["1"], ["2"], ["3"], ["4"], ["5"]]
    with pytest.raises(SourceChanged, match=r"row 7: cell A7 holds '99' of type 's'"):
        list(stream)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<html>We are sorry</html>", id="a page"),
        pytest.param(zipped({"a.csv": "1,2"}), id="a zip of something else"),
        pytest.param(workbook({"One": [["a"]]})[:-300], id="cut off"),
        pytest.param(with_rows("<row r='1'><c>"), id="broken markup"),
        pytest.param(with_rows("", "<!DOCTYPE x [<!ENTITY a 'b'>]><sst><si><t>&a;</t></si></sst>"), id="entities"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"made up: not a workbook we can read .* Expected XLSX"):
        read_sheet(content, "made up")


@pytest.mark.skipif("COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings")
def test_recorded_workbooks_are_read_as_another_reader_reads_them() -> None:
    paths = sorted(Path(os.environ["COMPACT_RECORDINGS"]).glob("*/*.xlsx"))
    assert len(paths) == 5
    for path in paths:
        ours = [row for row in read_sheet(path.read_bytes(), path.name) if any(row)]
        theirs = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_index(0).to_python()
        assert ours == [[_told(cell) for cell in row] for row in theirs if any(cell != "" for cell in row)], path.name


def _told(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
