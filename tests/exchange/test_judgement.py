"""Judging a whole drop: nothing is lost, copies are held, files and manifest must agree."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from compact_pipelines.contracts import csv_files, load_contracts
from compact_pipelines.contracts.files import Limits
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.exchange import repeats
from compact_pipelines.exchange.judgement import DropFile, Judgement, judge_drop

Row = dict[str, str]
TRADE = load_contracts().tables["compute_exports"]
COLUMNS = [column.id for column in TRADE.in_drop]


def trade(number: int = 0, **cells: str) -> Row:
    """A row that keeps its contract, but for the cells that are given."""
    good = {
        "freq": "A",
        "ref_area": "CAN",
        "counterpart_area": "USA",
        "flow": "X",
        "product": "TOTAL",
        "time_period": str(1900 + number),
        "obs_value": "12.5",
        "unit_measure": "USD",
        "obs_status": "A",
        "conf_status": "F",
    }
    return {**dict.fromkeys(COLUMNS, ""), **good, **cells}


def as_csv(rows: list[Row]) -> bytes:
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()


def as_parquet(rows: list[Row]) -> bytes:
    content = io.BytesIO()
    pl.DataFrame(rows).write_parquet(content)
    return content.getvalue()


def as_workbook(rows: list[Row]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    book.worksheets[0].title = "data"
    for row in [list(rows[0]), *(list(row.values()) for row in rows)]:
        book.worksheets[0].append(row)
    book.save(content)
    return content.getvalue()


WRITERS: dict[str, Callable[[list[Row]], bytes]] = {
    "csv": as_csv,
    "sdmx-csv": as_csv,
    "parquet": as_parquet,
    "xlsx": as_workbook,
}


class Judged:
    """A judgement with its two files read."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement
        self.passed, self.held = pl.read_parquet(judgement.passed), pl.read_parquet(judgement.held)
        self.rules = Counter({(count.rule, count.column): count.found for count in judgement.counts})
        assert judgement.rows_in == judgement.rows_passed + judgement.rows_held
        assert (self.passed.height, self.held.height) == (judgement.rows_passed, judgement.rows_held)


def judge(
    *contents: bytes | list[Row],
    formats: tuple[str, ...] = (),
    rows: tuple[int, ...] = (),
    action: str = "merge",
    limits: Limits | None = None,
) -> Judged:
    """Judge a drop of some files."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, content in enumerate(contents):
            path = Path(folder, f"stored-{number}")
            kind = formats[number] if formats else "csv"
            path.write_bytes(content if isinstance(content, bytes) else WRITERS[kind](content))
            declared = rows[number] if rows else len(content) if isinstance(content, list) else 0
            files.append(DropFile(f"file-{number}.{kind.removeprefix('sdmx-')}", kind, path, declared))
        work = Path(folder, "work")
        work.mkdir()
        areas = frozenset({"CAN"})
        return Judged(judge_drop(files, TRADE, areas=areas, limits=limits or Limits(), action=action, workdir=work))


@pytest.mark.parametrize("kind", WRITERS)
def test_rows_pass_typed_in_base_units_in_every_format(kind: str) -> None:
    found = judge([trade(), trade(1, obs_value="1.5", unit_mult="6"), trade(2, flow="?")], formats=(kind,))
    assert (found.judgement.is_refused, found.judgement.rows_passed, found.judgement.rows_held) == (False, 2, 1)
    assert found.passed.columns == ["file", "row", "action", *(name for name in COLUMNS if name != "unit_mult")]
    assert found.passed["obs_value"].dtype == pl.Decimal(28, 6)
    assert found.passed["obs_value"].cast(pl.Float64).to_list() == [12.5, 1_500_000]
    assert found.passed.select("row", "action").rows() == [(1, "M"), (2, "M")]
    [held] = found.held.rows(named=True)
    assert (held["row"], held["rules"], held["flow"]) == (3, ["known_code"], "?")
    assert held["bytes"] == (as_csv([trade(2, flow="?")]).splitlines()[1] if kind.endswith("csv") else None)
    assert found.judgement.findings[0].file == found.held["file"][0]


def test_every_copy_of_a_key_is_held_across_files_and_no_other_row() -> None:
    found = judge([trade(), trade(1), trade(2, obs_value="x")], [trade(3), trade(1), trade(2)])
    assert found.passed.select("file", "row").rows() == [("file-0.csv", 1), ("file-1.csv", 1)]
    assert found.held.select("file", "row", "rules").rows() == [
        ("file-0.csv", 2, ["key_unique"]),
        ("file-0.csv", 3, ["decimal", "key_unique"]),
        ("file-1.csv", 2, ["key_unique"]),
        ("file-1.csv", 3, ["key_unique"]),
    ]
    assert found.rules == {("key_unique", None): 4, ("decimal", "obs_value"): 1}
    copies = [finding for finding in found.judgement.findings if finding.rule == "key_unique"]
    assert [(finding.file, finding.row) for finding in copies] == [
        ("file-0.csv", 2),
        ("file-0.csv", 3),
        ("file-1.csv", 2),
        ("file-1.csv", 3),
    ]
    assert copies[0].found.endswith("stands in row 2 of file-0.csv, 2 of file-1.csv.")


def test_keys_that_only_hash_alike_are_no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "hashes_of", lambda keys: pl.Series([7] * keys.height, dtype=pl.UInt64).to_numpy())
    monkeypatch.setattr(repeats, "AT_ONCE", 3)
    found = judge([trade(number) for number in range(10)])
    assert (found.judgement.rows_passed, found.rules) == (10, {})
    assert judge([trade(number % 9) for number in range(10)]).rules == {("key_unique", None): 2}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=30), st.sampled_from(sorted(WRITERS)))
def test_copies_are_those_that_counting_finds(numbers: list[int], kind: str) -> None:
    found = judge([trade(number) for number in numbers], formats=(kind,))
    once = [row for row, number in enumerate(numbers, 1) if numbers.count(number) == 1]
    assert found.passed["row"].to_list() == once
    assert found.held["row"].to_list() == [row for row in range(1, len(numbers) + 1) if row not in once]


def test_more_copies_than_are_told_are_counted() -> None:
    found = judge([trade(number % 120) for number in range(360)])
    assert found.rules == {("key_unique", None): 360}
    assert [finding.row for finding in found.judgement.findings] == list(range(1, 101))
    assert found.judgement.rows_held == 360


def test_rows_are_those_of_the_manifest_or_the_drop_is_refused() -> None:
    found = judge([trade()], rows=(2,))
    assert (found.judgement.is_refused, found.rules) == (True, {("rows_agree", None): 1})
    assert found.judgement.findings[0].found == "The file has 1 rows, the manifest says 2."


def sdmx(action: str, number: int = 0, **cells: str) -> Row:
    row = {"structure": "dataflow", "structure_id": structure_id(TRADE), "action": action, **trade(number, **cells)}
    return {name.upper(): cell for name, cell in row.items()}


@pytest.mark.parametrize(
    ("rows", "manifest", "is_refused", "actions"),
    [
        ("IAM", "merge", False, "MMM"),
        ("RR", "replace", False, "RR"),
        ("RR", "merge", True, "RR"),
        ("MM", "replace", True, "MM"),
        ("DD", "merge", True, "DD"),
        ("IR", "merge", False, "MR"),
        ("MD", "replace", False, "MD"),
    ],
)
def test_actions_agree_with_the_manifest_or_are_told_row_by_row(
    rows: str, manifest: str, is_refused: bool, actions: str
) -> None:
    found = judge([sdmx(action, number) for number, action in enumerate(rows)], action=manifest, formats=("sdmx-csv",))
    assert (found.judgement.is_refused, "".join(found.passed["action"])) == (is_refused, actions)
    assert found.rules == ({("action_agrees", "action"): 1} if is_refused else {})


def test_a_drop_that_deletes_is_asked_for_keys_only() -> None:
    blank = dict.fromkeys((column.id for column in TRADE.in_drop if column.role != "dimension"), "")
    found = judge([trade(**blank), trade(1, **blank)], action="delete")
    assert (found.judgement.rows_passed, found.passed["action"].to_list()) == (2, ["D", "D"])
    found = judge([trade(**blank), trade(1, **blank, counterpart_area="")], action="delete")
    assert (found.judgement.is_refused, found.rules) == (True, {("complete_key", "counterpart_area"): 1})


def test_a_ragged_row_is_held_with_its_bytes_and_refuses_the_drop() -> None:
    content = as_csv([trade(), trade(1)]).replace(b'"1901"', b"1901,x") + b"A,CAN\r\n"
    found = judge(content, rows=(3,))
    assert found.judgement.is_refused
    assert found.held.select("row", "rules", "bytes").rows() == [
        (2, ["row_width"], content.splitlines()[2]),
        (3, ["row_width"], b"A,CAN"),
    ]


def test_a_file_without_a_needed_column_holds_its_rows() -> None:
    found = judge([{name: cell for name, cell in trade(n).items() if name != "flow"} for n in range(3)])
    assert (found.judgement.is_refused, found.judgement.rows_held) == (True, 3)
    assert found.held["rules"].to_list() == [["missing_column"]] * 3


def test_an_unreadable_file_does_not_keep_the_others_from_being_judged() -> None:
    found = judge(b"\xff\xfe", [trade(flow="?")])
    assert found.judgement.is_refused
    assert found.rules == {("file_is_utf8", None): 1, ("known_code", "flow"): 1}
    assert [finding.file for finding in found.judgement.findings] == ["file-0.csv", "file-1.csv"]


def test_progress_is_told_in_bytes_of_all_files(tmp_path: Path) -> None:
    path, told = tmp_path / "stored", list[tuple[int, int]]()
    path.write_bytes(as_csv([trade(number) for number in range(9)]))
    files = [DropFile(name, "csv", path, 9) for name in ("a.csv", "b.csv")]
    judge_drop(
        files,
        TRADE,
        areas=frozenset({"CAN"}),
        limits=Limits(),
        action="merge",
        workdir=tmp_path,
        progress=lambda done, total: told.append((done, total)),
    )
    size = path.stat().st_size
    assert told == sorted(told)
    assert (told[0][1], told[-1]) == (2 * size, (2 * size, 2 * size))


CELLS = st.sampled_from(["?", "", "CAN", "x,y", 'say "yes"', "two\nlines", "\r", "=1+1", "é", "a" * 5_000])
DAMAGE: Any = st.lists(st.tuples(st.integers(0, 19), st.sampled_from(COLUMNS), CELLS), max_size=25)


@settings(max_examples=25, deadline=None)
@given(DAMAGE, st.sampled_from(sorted(WRITERS)), st.booleans())
def test_no_row_is_lost_whatever_is_wrong_with_it(
    damage: list[tuple[int, str, str]], kind: str, is_parted: bool
) -> None:
    rows = [trade(number) for number in range(20)]
    for number, column, cell in damage:
        rows[number][column] = cell
    parts = [rows[:7], rows[7:]] if is_parted else [rows]
    found = judge(*parts, formats=(kind,) * len(parts))
    if not found.judgement.is_refused:
        assert found.judgement.rows_in == 20
    if kind == "csv":
        for held in found.held.rows(named=True):
            part = parts[int(held["file"].removeprefix("file-")[0])]
            [cells] = csv.reader(io.StringIO(held["bytes"].decode(), newline=""), strict=True)
            assert cells == list(part[held["row"] - 1].values())


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_row_is_lost_however_bytes_are_damaged(data: st.DataObject) -> None:
    content = bytearray(as_csv([trade(number, comment_obs='a "b", c') for number in range(12)]))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.sampled_from(list(b'",\n\r \x00\xffaD')))
    judge(bytes(content), rows=(12,))


def test_small_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [trade(number % 40, flow="?" if number % 9 == 0 else "X") for number in range(60)]
    whole = judge(rows)
    monkeypatch.setattr("compact_pipelines.exchange.rows.ROWS_AT_ONCE", 7)
    monkeypatch.setattr("compact_pipelines.exchange.originals.READ_BYTES", 100)
    monkeypatch.setattr(csv_files, "BLOCK_BYTES", 400)
    small = judge(rows)
    assert (small.judgement.counts, small.judgement.findings) == (whole.judgement.counts, whole.judgement.findings)
    assert small.passed.equals(whole.passed)
    assert small.held.equals(whole.held)


def test_a_drop_that_deletes_needs_no_columns_but_the_keys(tmp_path: Path) -> None:
    path = tmp_path / "gone.csv"
    path.write_text(f"{','.join(TRADE.dimensions)}\nA,CAN,USA,X,TOTAL,2023\n", encoding="utf-8")
    files, known = [DropFile("gone.csv", "csv", path, 1)], {"areas": frozenset({"CAN"}), "limits": Limits()}
    deleting, merging = (judge_drop(files, TRADE, **known, action=a, workdir=tmp_path) for a in ("delete", "merge"))
    assert (deleting.is_refused, deleting.rows_passed) == (False, 1)
    assert "missing_column" in {finding.rule for finding in merging.findings}
