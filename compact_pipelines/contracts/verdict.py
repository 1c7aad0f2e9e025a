"""The verdict on a contributor's file: every fault found and counted, the first of each kind told in full.

The same verdict is given on a contributor's own machine and by the exchange when the file arrives.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from compact_pipelines.contracts.faults import (
    REFUSING,
    WARNINGS,
    Fault,
    Severity,
    UnreadableFile,
    severity_of,
    shown,
    tell,
)
from compact_pipelines.contracts.files import Limits, Progress, TextFile, open_file, unwatched
from compact_pipelines.contracts.judging import ROW, Judged, RowJudge, frame_of_faults
from compact_pipelines.contracts.model import Table
from compact_pipelines.contracts.rules import RULES, rule
from compact_pipelines.errors import UsageError

TOLD: Final = 100  # findings told in full for one rule and column; all are counted
SHOWN_ROWS: Final = 5  # of a key that stands more than once
Outcome = Literal["ACCEPTED", "ACCEPTED_WITH_HELD_ROWS", "REJECTED"]
_Kind = tuple[str, str | None]  # rule, column


@dataclass(frozen=True)
class CellFinding:
    """One fault, told.

    Attributes:
        file: the file's name.
        row: the data row, counted from 1 below the header; None where it is the file's fault.
        column: the column at fault, by its id in the contract.
        value: the cell as it stands in the file; None for a blank.
        rule: the rule that is broken.
        severity: error, which holds the row (or the file), or warning.
        found: what was found, in words.
        allowed: what is allowed.
        mend: what to do.
        message: all three.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: str
    severity: Severity
    found: str
    allowed: str
    mend: str
    message: str


@dataclass(frozen=True)
class Count:
    """How often one rule is broken in one column."""

    rule: str
    column: str | None
    severity: Severity
    found: int


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a file.

    Attributes:
        file: its name.
        table: the contract it was judged by.
        version: the contract's version.
        partner: whose file it is, if that was said.
        rows: data rows in it, as far as they could be read.
        rows_in_error: rows that break a rule and would be held.
        is_refused: whether the file would be refused as a whole: it cannot be read to its end, its columns are not
            those of the table, or it speaks for another.
        counts: how often each rule is broken in each column, most often first.
        findings: in the order of the file, at most a hundred for one rule and column.
    """

    file: str
    table: str
    version: str
    partner: str | None
    rows: int
    rows_in_error: int
    is_refused: bool
    counts: tuple[Count, ...]
    findings: tuple[CellFinding, ...]

    @property
    def errors(self) -> int:
        """How many faults hold a row or the file."""
        return sum(count.found for count in self.counts if count.severity == "error")

    @property
    def warnings(self) -> int:
        """How many do not."""
        return sum(count.found for count in self.counts if count.severity == "warning")

    @property
    def outcome(self) -> Outcome:
        """What a receipt would say, as far as the file alone decides it."""
        if self.is_refused:
            return "REJECTED"
        return "ACCEPTED_WITH_HELD_ROWS" if self.errors else "ACCEPTED"

    def as_dict(self) -> dict[str, Any]:
        """The verdict for JSON: `findings`, and under `counts` the totals and `by_rule` all counts."""
        head = {name: getattr(self, name) for name in ("file", "table", "version", "partner", "outcome")}
        counts = {
            "rows": self.rows,
            "rows_in_error": self.rows_in_error,
            "errors": self.errors,
            "warnings": self.warnings,
            "by_rule": [asdict(count) for count in self.counts],
        }
        return {**head, "counts": counts, "findings": [asdict(finding) for finding in self.findings]}


def areas_of_partner(table: Table, partner: str | None) -> frozenset[str] | None:
    """The areas a partner may speak for. A partner is an area's code, until partners have files of their own.

    Raises:
        UsageError: there is no such area.
    """
    if partner is None:
        return None
    if partner not in (table.column("ref_area").allowed or []):
        raise UsageError(f"no partner {partner!r}; name it by the code of its area, such as CAN")
    return frozenset({partner})


def judge_file(
    path: Path,
    table: Table,
    partner: str | None = None,
    *,
    limits: Limits | None = None,
    progress: Progress = unwatched,
) -> Verdict:
    """Judge a file by a contract; what it cannot read is a finding too.

    Args:
        path: CSV, our workbook, or Parquet.
        table: the contract.
        partner: whose file it is; its rows may then speak for no other area.
        limits: how much the file may hold.
        progress: told after each batch how much is done, of how much.

    Raises:
        UsageError: there is no such file or partner.
    """
    limits = limits or Limits()
    areas = areas_of_partner(table, partner)
    tally = _Tally(path.name, table)
    try:
        file = open_file(path, limits)
        judge = RowJudge(table, file.header, limits, areas)
        tally.add_faults(frame_of_faults(judge.header_faults()))
        if judge.is_blind:  # nothing can be said of its rows
            return tally.verdict(partner)
        for batch in file.read(progress):
            tally.add(judge.judge(batch))
        tally.add_faults(_repeated_keys(file, judge, table, tally.keys_in_doubt()))
        if tally.rows == 0:
            tally.add_faults(
                frame_of_faults(
                    [Fault("has_rows", found="There is a header and no row below it, so nothing else was looked at")]
                )
            )
    except UnreadableFile as error:
        tally.is_refused = True
        tally.add_faults(frame_of_faults(error.faults))
    return tally.verdict(partner)


class _Tally:
    """Counts and first cases while a file goes by; memory grows by some bytes a row."""

    def __init__(self, file: str, table: Table) -> None:
        self.rows = 0
        self.is_refused = False
        self.counts: Counter[_Kind] = Counter()
        self._file, self._table = file, table
        self._findings: list[CellFinding] = []
        self._in_error: list[pl.Series] = []
        self._keys: list[pl.DataFrame] = []

    def add(self, judged: Judged) -> None:
        """Take a batch in."""
        self.rows = max([self.rows, *judged.texts[ROW].tail(1), *judged.faults["row"].drop_nulls().sort().tail(1)])
        keys = _whole_keys(judged.texts, self._table)
        self._keys.append(keys.select(ROW, keys.select(self._table.dimensions).hash_rows().alias("hash")))
        self.add_faults(judged.faults, judged.texts)

    def add_faults(self, faults: pl.DataFrame, texts: pl.DataFrame | None = None) -> None:
        """Take faults in.

        Args:
            faults: (faults; row, column, rule, value, found).
            texts: the rows they stand in, to say what a rule over several columns found.
        """
        for (broken, column), cases in faults.group_by(["rule", "column"], maintain_order=True):
            kind = (str(broken), None if column is None else str(column))
            told = min(self.counts[kind], TOLD)
            self.counts[kind] += cases.height
            for row, value, found in cases.head(TOLD - told).select("row", "value", "found").iter_rows():
                words = found if texts is None or kind[0] not in RULES else self._looked_at(kind[0], row, texts)
                self._tell(Fault(kind[0], row, kind[1], value, words))
        held = faults.filter(~pl.col("rule").is_in(list(WARNINGS)) & pl.col("row").is_not_null())
        self._in_error.append(held["row"].unique())

    def keys_in_doubt(self) -> list[int]:
        """The rows whose keys have a hash in common."""
        if not self._keys:
            return []
        return pl.concat(self._keys).filter(pl.col("hash").is_duplicated())[ROW].to_list()

    def verdict(self, partner: str | None) -> Verdict:
        """The sum of it."""
        counts = (Count(rule, column, severity_of(rule), found) for (rule, column), found in self.counts.most_common())
        return Verdict(
            file=self._file,
            table=self._table.id,
            version=self._table.version,
            partner=partner,
            rows=self.rows,
            rows_in_error=pl.concat(self._in_error).n_unique() if self._in_error else 0,
            is_refused=self.is_refused or any(rule in REFUSING for rule, _ in self.counts),
            counts=tuple(counts),
            findings=tuple(sorted(self._findings, key=lambda finding: finding.row or 0)),
        )

    def _tell(self, fault: Fault) -> None:
        told = tell(fault, self._table)
        severity = severity_of(fault.rule)
        self._findings.append(
            CellFinding(
                self._file, fault.row, fault.column, fault.value, fault.rule, severity, **vars(told), message=str(told)
            )
        )

    def _looked_at(self, name: str, row: int, texts: pl.DataFrame) -> str:
        """What stands in the columns that a rule looks at."""
        columns = dict.fromkeys(rule(name, self._table).holds(self._table).meta.root_names())
        cells = texts.row(by_predicate=pl.col(ROW) == row, named=True)
        return ", ".join(
            f"{column} is blank" if cells[column] is None else f"{column} is '{shown(cells[column])}'"
            for column in columns
        )


def _whole_keys(texts: pl.DataFrame, table: Table) -> pl.DataFrame:
    """(rows whose key has no blank; ROW and the dimensions)."""
    return texts.select(ROW, *table.dimensions).drop_nulls()


def _repeated_keys(file: TextFile, judge: RowJudge, table: Table, in_doubt: list[int]) -> pl.DataFrame:
    """Read the file once more, for the rows whose keys hash alike, and compare the keys themselves."""
    if not in_doubt:
        return frame_of_faults([])
    rows = pl.Series(in_doubt)
    keys = pl.concat(
        _whole_keys(judge.texts(batch).filter(pl.col(ROW).is_in(rows.implode())), table)
        for batch in file.read(unwatched)
    )
    repeated = keys.filter(pl.struct(table.dimensions).is_duplicated())
    key = pl.concat_str(table.dimensions, separator=" ")
    places = pl.col(ROW).cast(pl.String).head(SHOWN_ROWS).str.join(", ").over(table.dimensions)
    more = pl.when(pl.len().over(table.dimensions) > SHOWN_ROWS).then(pl.lit(" and more")).otherwise(pl.lit(""))
    return repeated.sort(ROW).select(
        pl.col(ROW).alias("row"),
        pl.lit(None, dtype=pl.String).alias("column"),
        pl.lit("key_unique").alias("rule"),
        key.alias("value"),
        (pl.lit("The key '") + key + "' stands in rows " + places + more).alias("found"),
    )
