"""Files of partners as text: CSV and Parquet, and what holds of every file. Workbooks have their own tests."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from compact_pipelines.contracts import csv_files
from compact_pipelines.contracts.faults import Fault, UnreadableFile
from compact_pipelines.contracts.files import Limits, open_file
from compact_pipelines.errors import DropError, UsageError

Read = Callable[..., tuple[list[str], dict[int, Any], list[Fault]]]
Refused = Callable[..., tuple[Fault, ...]]


def csv_file(folder: Path, content: str | bytes) -> Path:
    path = folder / "drop.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_as_text_and_blanks_as_missing(tmp_path: Path, line_end: str, mark: str, read: Read) -> None:
    header, rows, faults = read(csv_file(tmp_path, mark + line_end.join(["a,b", "0805,1e400", "NA,", '"",NaN', ""])))
    assert (header, faults) == (["a", "b"], [])
    assert rows == {1: ("0805", "1e400"), 2: ("NA", None), 3: (None, "NaN")}


def test_a_row_of_another_width_is_left_out_and_the_others_keep_their_numbers(tmp_path: Path, read: Read) -> None:
    _, rows, faults = read(csv_file(tmp_path, 'a,b\n1,2\n"x\ny",3\n4\n5,6,7\n8,9\n'))
    assert rows == {1: ("1", "2"), 2: ("x\ny", "3"), 5: ("8", "9")}
    assert [(fault.rule, fault.row, fault.value) for fault in faults] == [
        ("row_width", 3, "4"),
        ("row_width", 4, "5,6,7"),
    ]
    assert faults[0].found == "Row 3 has 1 cell, the header has 2"


def test_rows_keep_their_numbers_over_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Read) -> None:
    monkeypatch.setattr(csv_files, "BLOCK_BYTES", 64)
    lines = [f"{number},{number}" if number % 7 else f"{number}" for number in range(1, 200)]
    _, rows, faults = read(csv_file(tmp_path, "\n".join(["a,b", *lines])))
    assert [fault.row for fault in faults] == list(range(7, 200, 7))
    assert rows == {number: (str(number), str(number)) for number in range(1, 200) if number % 7}


def test_a_file_of_nothing_but_ragged_rows_is_told_and_then_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Read, refused: Refused
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
def test_what_is_no_strict_csv_is_refused(
    tmp_path: Path, content: str | bytes, rule: str, row: int | None, refused: Refused
) -> None:
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
def test_a_file_over_a_limit_is_refused(tmp_path: Path, limits: Limits, rule: str, refused: Refused) -> None:
    path = csv_file(tmp_path, "a,b\n1,2\n3,4\n5,6\n")
    assert [fault.rule for fault in refused(path, limits)] == [rule]
    frame = pl.DataFrame({"a": ["1", "3", "5"], "b": ["2", "4", "6"]})
    frame.write_parquet(tmp_path / "drop.parquet")
    assert [fault.rule for fault in refused(tmp_path / "drop.parquet", limits)] == [rule]


def test_a_refusal_is_a_letter_without_our_paths(tmp_path: Path, read: Read) -> None:
    with pytest.raises(DropError) as error:
        read(csv_file(tmp_path, b"a,b\n1,\xff\n"))
    assert str(error.value) == (
        "Row 1 has byte 0xff, which is no text in UTF-8. Text is UTF-8, with or without a byte order mark. "
        "Save the file anew in UTF-8; a spreadsheet calls it 'CSV UTF-8'."
    )
    assert str(tmp_path) not in str(error.value)


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    for path in (tmp_path / "drop.csv", tmp_path):
        with pytest.raises(UsageError, match="is not a file"):
            open_file(path)


@pytest.mark.parametrize("name", ["drop.txt", "drop", "drop.csv.gz"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str, refused: Refused) -> None:
    (tmp_path / name).write_text("a,b\n", encoding="utf-8")
    assert [fault.rule for fault in refused(tmp_path / name)] == ["file_format"]


@pytest.mark.parametrize("ending", [".xlsx", ".parquet"])
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 cut off", b"PAR1 cut off"])
def test_a_file_holds_what_its_name_says(tmp_path: Path, ending: str, content: bytes, refused: Refused) -> None:
    path = tmp_path / f"drop{ending}"
    path.write_bytes(content)
    assert [fault.rule for fault in refused(path)] == ["file_format"]


@settings(max_examples=300)
@given(st.text(alphabet='ab,"\n\r', max_size=30))
@example('a"",b\n')
@example('"a""b",c\n"\r\n",\n')
def test_the_fast_reader_agrees_with_the_strict_reference(read: Read, body: str) -> None:
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
def test_whatever_a_csv_writer_writes_is_read_back(read: Read, rows: list[tuple[str, str]]) -> None:
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


def test_parquet_of_strings_is_read(tmp_path: Path, read: Read) -> None:
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


def test_parquet_with_a_typed_column_is_refused(tmp_path: Path, refused: Refused) -> None:
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
