"""Small files that stand for a great deal, or for what is no text: refused before they are laid out."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from compact_pipelines.contracts import parquet_files
from compact_pipelines.contracts.faults import Fault
from compact_pipelines.contracts.files import Limits, open_file, unwatched

Read = Callable[..., tuple[list[str], dict[int, Any], list[Fault]]]
Refused = Callable[..., tuple[Fault, ...]]


def repeated(text: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))


def written(folder: Path, columns: dict[str, pa.Array], **options: Any) -> Path:
    parquet.write_table(pa.table(columns), folder / "drop.parquet", **options)
    return folder / "drop.parquet"


def as_text(texts: list[bytes]) -> pa.Array:
    """A column that says it is text, whatever its bytes are."""
    return pa.Array.from_buffers(pa.string(), len(texts), pa.array(texts, pa.binary()).buffers())


def with_cells(folder: Path, cells: str) -> Path:
    """A workbook of two columns and a row, and of cells written as they are given."""
    book = Workbook()
    book.worksheets[0].title = "data"
    for row in (["a", "b"], ["1", "2"]):
        book.worksheets[0].append(row)
    book.save(folder / "plain.xlsx")
    path = folder / "drop.xlsx"
    with zipfile.ZipFile(folder / "plain.xlsx") as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as changed:
        for part in parts.infolist():
            end = b"</sheetData>"
            changed.writestr(part, parts.read(part).replace(end, cells.encode() + end))
    return path


def cell(place: str, row: int) -> str:
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>'


def test_a_long_text_in_many_rows_of_parquet_is_refused_before_it_is_written_out(
    tmp_path: Path, refused: Refused
) -> None:
    path = written(tmp_path, {"a": repeated("1", 2_000), "b": repeated("x" * 200_000, 2_000)}, compression="zstd")
    assert path.stat().st_size < 50_000
    faults = refused(path)
    assert len(faults) == parquet_files.SHOWN_LONG
    assert faults[0] == Fault("cell_length", 1, "b", found="b has 200,000 characters")


def test_parquet_is_written_out_in_parts_of_bounded_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Read
) -> None:
    path = written(tmp_path, {"a": pa.array([str(row) for row in range(500)]), "b": repeated("x" * 4_000, 500)})
    monkeypatch.setattr(parquet_files, "BATCH_BYTES", 100_000)
    sizes = [sum(batch.texts[name].str.len_bytes().sum() for name in "ab") for batch in open_file(path).read(unwatched)]
    assert max(sizes) <= 100_000 + 4_003
    assert len(sizes) >= 20
    _, rows, faults = read(path)
    assert (rows, faults) == ({row + 1: (str(row), "x" * 4_000) for row in range(500)}, [])


def test_parquet_that_unpacks_to_too_much_is_refused(tmp_path: Path, refused: Refused) -> None:
    texts = pa.array([f"{row:04}" * 900 for row in range(100)])
    path = written(tmp_path, {"a": texts}, compression="zstd", use_dictionary=False)
    limits = Limits(file_bytes=30_000)
    assert path.stat().st_size < limits.file_bytes
    assert [fault.rule for fault in refused(path, limits)] == ["file_size"]


def test_parquet_in_an_encoding_that_unfolds_is_refused(tmp_path: Path, refused: Refused) -> None:
    encoding = {"use_dictionary": False, "column_encoding": {"a": "PLAIN", "b": "DELTA_BYTE_ARRAY"}}
    path = written(tmp_path, {"a": pa.array(["1"]), "b": pa.array(["x"])}, **encoding)
    assert [(fault.rule, fault.column) for fault in refused(path)] == [("plain_parquet", "b")]


def test_bytes_that_are_no_text_are_found_in_parquet(tmp_path: Path, refused: Refused) -> None:
    texts = as_text([b"x", b"\xc3\xa9", b"a\xff\xfeb", b"x"])
    [fault] = refused(written(tmp_path, {"a": pa.array(list("1234")), "b": texts}))
    assert (fault.rule, fault.row, fault.column) == ("file_is_utf8", 3, "b")


def test_a_name_of_parquet_that_is_no_text_is_refused(tmp_path: Path, refused: Refused) -> None:
    path = written(tmp_path, {"name": pa.array(["1"])}, store_schema=False)
    path.write_bytes(path.read_bytes().replace(b"name", b"na\xff\xfe"))
    assert [fault.rule for fault in refused(path)] == ["file_is_utf8"]


@pytest.mark.parametrize(
    ("cells", "rule", "found"),
    [
        (cell("GR1000000", 1_000_000), "column_count", "There is a cell, be it blank, in column GR"),
        (cell("Y2", 2), "column_count", "in column Y; the limit is 24 columns"),
        (cell("A1000000", 1_000_000), "row_count", "reaches to row 1,000,000 and has 5 cells: most of its rows"),
        ('<row r="3"><c/><c/></row>', "plain_workbook", "does not say where it stands"),
        ('<row r="3"><c a=" r=\'A3\' "/></row>', "plain_workbook", "does not say where it stands"),
        ('<row/><row><c r="A4"/></row>', "plain_workbook", "does not say where it stands"),
        (f'<row r="3"><c {" " * 2_000} s="1" r="ZZ3"/></row>', "column_count", "in column ZZ"),
        (f'<row r="3"><c {" " * (4 << 20)} r="ZZ3"/></row>', "plain_workbook", "not plain XML"),
        (cell("GR3", 3).replace("<c ", "<\u00e9:c "), "column_count", "in column GR"),
    ],
)
def test_a_sheet_that_would_be_laid_out_far_beyond_its_cells_is_refused(
    tmp_path: Path, cells: str, rule: str, found: str, refused: Refused
) -> None:
    [fault] = refused(with_cells(tmp_path, cells))
    assert fault.rule == rule
    assert found in (fault.found or "")


def test_a_sheet_with_some_blank_rows_and_cells_is_read(tmp_path: Path, read: Read) -> None:
    cells = "".join(cell(f"B{row}", row) for row in range(3, 3_000, 2))
    _, rows, faults = read(with_cells(tmp_path, cells))
    assert (len(rows), rows[2_998], rows[2_997], faults) == (2_998, (None, "x"), (None, None), [])


def test_cells_are_found_where_a_part_is_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Read, refused: Refused
) -> None:
    for size in (61, 64, 67):
        monkeypatch.setattr("compact_pipelines.contracts.workbooks.READ_BYTES", 40 * size)
        path = with_cells(tmp_path, "".join(cell(f"A{row}", row) for row in range(3, 200)))
        assert len(read(path)[1]) == 198
        [fault] = refused(with_cells(tmp_path, "".join(cell(f"A{row}", row) for row in range(3, 200)) + cell("ZZ9", 9)))
        assert fault.rule == "column_count"


def test_a_cell_or_name_of_csv_without_end_is_told_as_too_long(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "drop.csv"
    path.write_bytes(b"a,b\n1,2\n3," + b"y" * 20_000_000 + b"\n")
    [fault] = refused(path)
    assert (fault.rule, fault.row) == ("cell_length", 2)
    assert fault.found == "Row 2 has a cell of more than 131,072 characters"
    for name in (5_000, 5_000_000):
        path.write_bytes(b"a," + b"y" * name + b"\n1,2\n")
        [fault] = refused(path)
        assert (fault.rule, fault.row) == ("cell_length", None)
        assert "The header has a" in (fault.found or "")
