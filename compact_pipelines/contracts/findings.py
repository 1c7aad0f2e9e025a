"""What is told of faults: all are counted, the first of each kind told in full."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import polars as pl

from compact_pipelines.contracts.faults import REFUSING, Fault, Severity, severity_of, shown, tell
from compact_pipelines.contracts.model import Table
from compact_pipelines.contracts.rules import RULES, rule

ROW: Final = "#row"  # no column of a contract has such a name
TOLD: Final = 100  # findings told in full for one rule and column; all are counted
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


class FindingTally:
    """Counts and first cases while files go by; its memory does not grow with the rows.

    Attributes:
        counts: how often each rule is broken in each column.
        findings: those told, in the order they came.
    """

    def __init__(self, table: Table) -> None:
        self.counts: Counter[_Kind] = Counter()
        self.findings: list[CellFinding] = []
        self._table = table

    @property
    def is_refused(self) -> bool:
        """Whether a rule is broken that refuses the file and not the row."""
        return any(rule in REFUSING for rule, _ in self.counts)

    def add(self, file: str, faults: pl.DataFrame, texts: pl.DataFrame | None = None) -> None:
        """Take faults in.

        Args:
            file: the name of the file they are in.
            faults: (faults; row, column, rule, value, found).
            texts: the rows they stand in, to say what a rule over several columns found.
        """
        for (broken, column), cases in faults.group_by(["rule", "column"], maintain_order=True):
            kind = (str(broken), None if column is None else str(column))
            told = min(self.counts[kind], TOLD)
            self.counts[kind] += cases.height
            for row, value, found in cases.head(TOLD - told).select("row", "value", "found").iter_rows():
                words = found if texts is None or kind[0] not in RULES else self._looked_at(kind[0], row, texts)
                self._tell(file, Fault(kind[0], row, kind[1], value, words))

    def count_more(self, broken: str, column: str | None, found: int) -> None:
        """Count faults that are not told."""
        self.counts[(broken, column)] += found

    def all_counts(self) -> tuple[Count, ...]:
        """How often each rule is broken in each column, most often first."""
        return tuple(
            Count(name, column, severity_of(name), found) for (name, column), found in self.counts.most_common()
        )

    def _tell(self, file: str, fault: Fault) -> None:
        told = tell(fault, self._table)
        severity = severity_of(fault.rule)
        self.findings.append(
            CellFinding(
                file, fault.row, fault.column, fault.value, fault.rule, severity, **vars(told), message=str(told)
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
