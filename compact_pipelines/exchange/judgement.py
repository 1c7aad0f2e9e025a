"""Judging a whole drop: rows that pass, rows that are held with their bytes, and what is said of either.

Files are read one after the other in the sandbox, batch by batch, and judged as `compact validate` judges them. What
holds for the drop and not for a file comes on top: a key stands once in it, rows and actions are as the manifest says.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

from compact_pipelines.contracts.faults import WARNINGS, Fault, UnreadableFile
from compact_pipelines.contracts.files import Block, Limits, Progress, unwatched
from compact_pipelines.contracts.findings import ROW, CellFinding, Count, FindingTally
from compact_pipelines.contracts.judging import Judged, RowJudge, frame_of_faults
from compact_pipelines.contracts.model import Table
from compact_pipelines.contracts.predicates import DELETE
from compact_pipelines.exchange.repeats import KeyLog, find_repeats
from compact_pipelines.exchange.rows import DropRows
from compact_pipelines.exchange.sandbox import SandboxedFile

MERGE: Final = "M"
REPLACE: Final = "R"
ACTIONS: Final = {"merge": MERGE, "replace": REPLACE, "delete": DELETE}
FAMILIES: Final = {"I": MERGE, "A": MERGE, MERGE: MERGE, REPLACE: REPLACE, DELETE: DELETE}
ENDINGS: Final = {"csv": ".csv", "sdmx-csv": ".csv", "xlsx": ".xlsx", "parquet": ".parquet"}


@dataclass(frozen=True)
class DropFile:
    """A data file of a drop.

    Attributes:
        name: what the manifest calls it.
        format: csv, sdmx-csv, xlsx or parquet.
        path: the stored copy.
        rows: how many data rows the manifest says it has.
    """

    name: str
    format: str
    path: Path
    rows: int


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a drop's rows.

    Attributes:
        rows_in: data rows of all files, as far as they could be read.
        rows_passed: rows that break no rule; warnings break none.
        rows_held: all others.
        is_refused: whether the drop is refused as a whole: a file cannot be read to its end, has other columns, speaks
            for another, or is not what the manifest says.
        counts: how often each rule is broken in each column, most often first.
        findings: file by file, in the order of their rows, at most a hundred for one rule and column.
        passed: Parquet (rows_passed; file, its name, row, action M, R or D, the columns of a drop less unit_mult),
            typed, in base units, in the order of the files.
        held: Parquet (rows_held; file, row, rules, a list, bytes, the row as it stands in a CSV and null otherwise, the
            dimensions as text), in the same order.
    """

    rows_in: int
    rows_passed: int
    rows_held: int
    is_refused: bool
    counts: tuple[Count, ...]
    findings: tuple[CellFinding, ...]
    passed: Path
    held: Path


def judge_drop(  # noqa: PLR0913  (what a drop is, who sends it, how much it may be, and where to work)
    files: list[DropFile],
    table: Table,
    *,
    areas: frozenset[str],
    limits: Limits,
    action: str,
    workdir: Path,
    progress: Progress = unwatched,
) -> Judgement:
    """Judge all rows of a drop; what cannot be read is a finding too.

    Args:
        files: the data files, as the manifest lists them.
        table: the contract.
        areas: the areas that the partner may speak for.
        limits: how much each file may hold.
        action: the manifest's: merge, replace or delete.
        workdir: an empty folder for what is written.
        progress: told after each batch how many bytes are done, of how many.
    """
    return _DropJudge(files, table, areas, limits, ACTIONS[action], workdir, progress).judgement()


class _DropJudge:
    """One drop on its way through."""

    def __init__(  # noqa: PLR0913, PLR0917  (handed on from judge_drop)
        self,
        files: list[DropFile],
        table: Table,
        areas: frozenset[str],
        limits: Limits,
        action: str,
        workdir: Path,
        progress: Progress,
    ) -> None:
        self._files, self._table, self._areas, self._limits, self._action = files, table, areas, limits, action
        self._sizes = [file.path.stat().st_size for file in files]
        self._progress, self._folder = progress, workdir
        self._tally = FindingTally(table)
        self._keys = KeyLog(workdir / "keys")
        self._rows = DropRows(table, [(file.name, file.path, ENDINGS[file.format]) for file in files], workdir)
        self._is_cut_off = False

    def judgement(self) -> Judgement:
        """The sum of it."""
        for number, file in enumerate(self._files):
            try:
                self._read(number, file)
            except UnreadableFile as error:
                self._is_cut_off = True
                self._tell(file, *error.faults)
        repeats = self._repeats()
        rows_passed, rows_held = self._rows.finish(repeats)
        order = {file.name: number for number, file in enumerate(self._files)}
        findings = sorted(self._tally.findings, key=lambda finding: (order[finding.file], finding.row or 0))
        if self._rows.read != rows_passed + rows_held:
            raise AssertionError(f"{self._rows.read} rows in, {rows_passed} passed, {rows_held} held")
        return Judgement(
            rows_in=self._rows.read,
            rows_passed=rows_passed,
            rows_held=rows_held,
            is_refused=self._is_cut_off or self._tally.is_refused,
            counts=self._tally.all_counts(),
            findings=tuple(findings),
            passed=self._rows.passed,
            held=self._rows.held,
        )

    def _read(self, number: int, file: DropFile) -> None:
        with SandboxedFile(file.path, ENDINGS[file.format], self._limits) as sandboxed:
            names = [name.lower() for name in sandboxed.header]
            says_action = "action" in names
            deletes = self._action == DELETE and not says_action
            header = [*sandboxed.header, "action"] if deletes else sandboxed.header
            only_deletes = self._action == DELETE
            judge = RowJudge(self._table, header, self._limits, self._areas, only_deletes=only_deletes)
            self._tell(file, *judge.header_faults())
            if judge.is_blind:
                return
            seen: set[str] = set()
            before = self._rows.read
            for batch, done in sandboxed.batches():
                block = _with_deletes(batch) if deletes else batch
                judged = judge.judge(block)
                self._take(number, judged, judge.missing)
                self._rows.add_passed(number, judged.values, _known(block, judged, judge.ids), self._action)
                if says_action:
                    seen.update(judged.texts["action"].drop_nulls().unique())
                self._progress(sum(self._sizes[:number]) + int(done * self._sizes[number]), sum(self._sizes))
            self._progress(sum(self._sizes[: number + 1]), sum(self._sizes))
        self._require_as_said(file, self._rows.read - before, seen)

    def _take(self, number: int, judged: Judged, missing: list[str]) -> None:
        self._tally.add(self._files[number].name, judged.faults, judged.texts)
        self._keys.add(judged.texts.select(self._table.dimensions))
        holding = judged.faults.filter(~pl.col("rule").is_in(list(WARNINGS)) & pl.col("row").is_not_null())
        self._rows.add_held(number, judged.texts, judged.values[ROW], holding, "missing_column" if missing else None)

    def _require_as_said(self, file: DropFile, rows: int, seen: set[str]) -> None:
        if rows != file.rows:
            found = f"The file has {rows:,} rows, the manifest says {file.rows:,}"
            self._tell(file, Fault("rows_agree", found=found))
        if rows == 0:
            self._tell(file, Fault("has_rows", found="There is a header and no row below it"))
        families = {FAMILIES[action] for action in seen if action in FAMILIES}
        if len(families) == 1 and families != {self._action}:
            words = {letter: word for word, letter in ACTIONS.items()}
            said = words[families.pop()]
            found = f"All rows of the file say {said}, the manifest says {words[self._action]}"
            self._tell(file, Fault("action_agrees", column="action", value=said, found=found))

    def _repeats(self) -> Any:
        doubted = self._keys.doubted()
        if not len(doubted):
            return None
        names = [file.name for file in self._files]
        repeats = find_repeats(self._rows.keys(), doubted, self._table.dimensions, names, self._folder)
        for number, fault in repeats.told:
            self._tell(self._files[number], fault)
        if more := repeats.count - len(repeats.told):
            self._tally.count_more("key_unique", None, more)
        return repeats

    def _tell(self, file: DropFile, *faults: Fault) -> None:
        if faults:
            self._tally.add(file.name, frame_of_faults(faults))


def _known(block: Block, judged: Judged, ids: dict[str, str]) -> pa.Table:
    """The rows that pass, as they were read; columns by their ids."""
    columns = block.block.select(list(ids)).rename_columns(list(ids.values()))
    if judged.values.height == columns.num_rows:
        return columns
    passed = np.isin(block.places, judged.values[ROW].to_numpy(), assume_unique=True)
    return columns.filter(pa.array(passed))


def _with_deletes(batch: Block) -> Block:
    """The batch with a column that says that each row deletes."""
    deletes = pa.repeat(pa.scalar(DELETE), batch.block.num_rows)
    return replace(batch, block=batch.block.append_column("action", deletes))
