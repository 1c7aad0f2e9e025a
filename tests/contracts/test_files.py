import csv
import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pyarrow import parquet

from compact_pipelines.contracts import csv_files
from compact_pipelines.contracts.faults import Fault, UnreadableFile
from compact_pipelines.contracts.files import Limits, open_file, unwatched
from compact_pipelines.errors import DropError, UsageError

Row = tuple[str | None, ...]


def read(path: Path, limits: Limits | None = None) -> tuple[list[str], dict[int, Row], list[Fault]]:
    """Header, rows by their numbers, faults."""
    file = open_file(path, limits)
    rows: dict[int, Row] = {}
    faults: list[Fault] = []
    for batch in file.read(unwatched):
        rows |= dict(zip(batch.numbers.to_list(), batch.texts.rows(), strict=True))
        faults += batch.faults
    return file.header, rows, faults


def refused(path: Path, limits: Limits | None = None) -> tuple[Fault, ...]:
    with pytest.raises(UnreadableFile) as error:
        read(path, limits)
    return error.value.faults


def csv_file(folder: Path, content: str | bytes) -> Path:
    path = folder / "drop.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


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


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_as_text_and_blanks_as_missing(tmp_path: Path, line_end: str, mark: str) -> None:
    header, rows, faults = read(csv_file(tmp_path, mark + line_end.join(["a,b", "0805,1e400", "NA,", '"",NaN', ""])))
    assert (header, faults) == (["a", "b"], [])
    assert rows == {1: ("0805", "1e400"), 2: ("NA", None), 3: (None, "NaN")}


def test_a_row_of_another_width_is_left_out_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    _, rows, faults = read(csv_file(tmp_path, 'a,b\n1,2\n"x\ny",3\n4\n5,6,7\n8,9\n'))
    assert rows == {1: ("1", "2"), 2: ("x\ny", "3"), 5: ("8", "9")}
    assert [(fault.rule, fault.row, fault.value) for fault in faults] == [
        ("row_width", 3, "4"),
        ("row_width", 4, "5,6,7"),
    ]
    assert faults[0].found == "Row 3 has 1 cell, the header has 2"


def test_rows_keep_their_numbers_over_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "BLOCK_BYTES", 64)
    lines = [f"{number},{number}" if number % 7 else f"{number}" for number in range(1, 200)]
    _, rows, faults = read(csv_file(tmp_path, "\n".join(["a,b", *lines])))
    assert [fault.row for fault in faults] == list(range(7, 200, 7))
    assert rows == {number: (str(number), str(number)) for number in range(1, 200) if number % 7}


def test_a_file_of_nothing_but_ragged_rows_is_told_and_then_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file(tmp_path, "a,b\n" + "1\n" * 50)
    assert [fault.row for fault in read(path)[2]] == list(range(1, 51))
    monkeypatch.setattr(csv_files, "MOST_RAGGED", 20)
    assert [fault.row for fault in refused(path)] == list(range(1, 21))


@pytest.mark.parametrize(
    ("content", "rule", "row"),
    [
        ("", "has_header", None),
        ("\n1,2\n", "has_header", None),
        ("a,b\n1,\xe9\n".encode("latin-1"), "file_is_utf8", 1),
        ("a,b\n1,é\n".encode("utf-16"), "file_is_utf8", None),
        (b"a,b\n1,2\n3,\xe2\x82", "file_is_utf8", 2),
        (b"a,b\n1,\0\n", "file_is_utf8", 1),
        ('a,b\n1,2\n3,x"y\n', "file_is_csv", 2),
        ('a,b\n1,"x"y\n', "file_is_csv", 1),
        ('a,b\n1,2\n"x\n\ny",2\n1,"x"" "z\n', "file_is_csv", 3),
        ('a,b\n1,"2\n3,4\n', "file_is_csv", 1),
        ('"a,b\n', "file_is_csv", None),
        ("a,A\n", "duplicate_column", None),
        ("a,b,a\n", "duplicate_column", None),
    ],
)
def test_what_is_no_strict_csv_is_refused(tmp_path: Path, content: str | bytes, rule: str, row: int | None) -> None:
    [fault] = refused(csv_file(tmp_path, content))
    assert (fault.rule, fault.row) == (rule, row)


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(file_bytes=10), "file_size"),
        (Limits(rows=2), "row_count"),
        (Limits(columns=1), "column_count"),
    ],
)
def test_a_file_over_a_limit_is_refused(tmp_path: Path, limits: Limits, rule: str) -> None:
    path = csv_file(tmp_path, "a,b\n1,2\n3,4\n5,6\n")
    assert [fault.rule for fault in refused(path, limits)] == [rule]
    frame = pl.DataFrame({"a": ["1", "3", "5"], "b": ["2", "4", "6"]})
    frame.write_parquet(tmp_path / "drop.parquet")
    assert [fault.rule for fault in refused(tmp_path / "drop.parquet", limits)] == [rule]
    book = workbook(tmp_path, [frame.columns, *(list(row) for row in frame.rows())])
    assert [fault.rule for fault in refused(book, limits)] == [rule]


def test_a_refusal_is_a_letter_without_our_paths(tmp_path: Path) -> None:
    with pytest.raises(DropError) as error:
        read(csv_file(tmp_path, b"a,b\n1,\xff\n"))
    assert str(error.value) == (
        "Row 1 has byte 0xff, which is no text in UTF-8. Text is UTF-8, with or without a byte order mark. "
        "Save the file anew as 'CSV UTF-8'."
    )
    assert str(tmp_path) not in str(error.value)


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    for path in (tmp_path / "drop.csv", tmp_path):
        with pytest.raises(UsageError, match="is not a file"):
            open_file(path)


@pytest.mark.parametrize("name", ["drop.txt", "drop", "drop.csv.gz"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a,b\n", encoding="utf-8")
    assert [fault.rule for fault in refused(tmp_path / name)] == ["file_format"]


@pytest.mark.parametrize("ending", [".xlsx", ".parquet"])
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 cut off", b"PAR1 cut off"])
def test_a_file_holds_what_its_name_says(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"drop{ending}"
    path.write_bytes(content)
    assert [fault.rule for fault in refused(path)] == ["file_format"]


@settings(max_examples=300)
@given(st.text(alphabet='ab,"\n\r', max_size=30))
@example('a"",b\n')
@example('"a""b",c\n"\r\n",\n')
def test_the_fast_reader_agrees_with_the_strict_reference(body: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = csv_file(Path(folder), f"h,i\n{body}")
        try:
            _, rows, faults = read(path)
        except UnreadableFile:
            return  # stricter than the reference it may be; the next test holds it to what writers write
        expected = list(csv.reader(io.StringIO(f"h,i\n{body}", newline=""), strict=True))
        wanted = {
            number: tuple(cell or None for cell in row) if row else (None, None)
            for number, row in enumerate(expected[1:], start=1)
            if len(row) in {0, 2}
        }
        ragged = [number for number, row in enumerate(expected[1:], start=1) if len(row) not in {0, 2}]
    assert rows == wanted
    assert [fault.row for fault in faults] == ragged


@settings(max_examples=100)
@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=8))
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    rows = [(a.replace("\0", ""), b.replace("\0", "")) for a, b in rows]
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([("h", "i"), *rows])
    try:
        content = written.getvalue().encode()
    except UnicodeEncodeError:  # half a character: no text
        return
    with tempfile.TemporaryDirectory() as folder:
        _, found, faults = read(csv_file(Path(folder), content))
    assert faults == []
    assert list(found.values()) == [(a or None, b or None) for a, b in rows]


def test_a_workbook_of_text_is_read_with_its_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], ["0805", None], [None, None], ["1", "2"]], codes=[["x"]], about=[["y"]])
    assert read(path) == (["a", "b"], {1: ("0805", None), 2: (None, None), 3: ("1", "2")}, [])


def test_a_cell_that_is_no_text_is_told_with_its_place(tmp_path: Path) -> None:
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


def test_a_workbook_has_one_sheet_of_data(tmp_path: Path) -> None:
    rows = [["a"], ["1"]]
    assert [fault.rule for fault in refused(workbook(tmp_path, rows, more=rows))] == ["plain_workbook"]
    book = Workbook()
    assert book.active is not None
    book.save(tmp_path / "other.xlsx")
    assert [fault.rule for fault in refused(tmp_path / "other.xlsx")] == ["plain_workbook"]


def test_a_hidden_sheet_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "data"
    book.create_sheet("codes").sheet_state = "hidden"
    book.save(tmp_path / "drop.xlsx")
    [fault] = refused(tmp_path / "drop.xlsx")
    assert fault.found == "The sheet 'codes' is hidden"


def test_formulas_and_merged_cells_are_refused(tmp_path: Path) -> None:
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
def test_a_workbook_with_more_than_cells_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = with_part(workbook(tmp_path, [["a"], ["1"]]), name, content)
    assert [fault.rule for fault in refused(path)] == ["plain_workbook"]


@pytest.mark.parametrize(
    ("place", "rule"),
    [(b'r="XFD1048576"', "row_count"), (b"r='ZZZ2'", "column_count"), (b'r = "XFD2"', "column_count")],
)
def test_a_cell_far_out_is_refused_before_the_sheet_is_laid_out(tmp_path: Path, place: bytes, rule: str) -> None:
    path = changed_sheet(workbook(tmp_path, [["a"], ["1"]]), b'r="A2"', place)
    assert [fault.rule for fault in refused(path)] == [rule]


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = with_part(workbook(tmp_path, [["a"], ["1"]]), "xl/bomb.xml", b" " * 2_000_000)
    assert path.stat().st_size < 100_000
    assert [fault.rule for fault in refused(path, Limits(file_bytes=100_000))] == ["plain_workbook"]


def test_parquet_of_strings_is_read(tmp_path: Path) -> None:
    table = pa.table(
        {
            "a": pa.array(["0805", "", None]),
            "b": pa.array(["x", "y", "x"]).dictionary_encode(),
            "c": pa.array(["1", "2", "3"], pa.large_string()),
        }
    )
    parquet.write_table(table, tmp_path / "drop.parquet")
    expected = {1: ("0805", "x", "1"), 2: (None, "y", "2"), 3: (None, "x", "3")}
    assert read(tmp_path / "drop.parquet") == (["a", "b", "c"], expected, [])


def test_parquet_with_a_typed_column_is_refused(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": ["1"], "b": [1], "c": [1.5]}), tmp_path / "drop.parquet")
    assert [(fault.rule, fault.column) for fault in refused(tmp_path / "drop.parquet")] == [
        ("cell_is_text", "b"),
        ("cell_is_text", "c"),
    ]


def test_a_file_may_be_read_twice_and_tells_how_far_it_is(tmp_path: Path) -> None:
    file = open_file(csv_file(tmp_path, "a,b\n1,2\n"))
    steps: list[tuple[int, int]] = []
    for _ in range(2):
        [batch] = file.read(lambda done, total: steps.append((done, total)))
        assert batch.texts.rows() == [("1", "2")]
    assert steps == [(8, 8), (8, 8)]
