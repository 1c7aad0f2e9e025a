"""The verdict on a contributor's file: every fault found and counted, the first of each kind told in full.

The same verdict is given on a contributor's own machine and by the exchange when the file arrives.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from compact_pipelines.contracts.faults import WARNINGS, Fault, UnreadableFile
from compact_pipelines.contracts.files import Limits, Opener, Progress, TextFile, open_file, unwatched
from compact_pipelines.contracts.findings import ROW, TOLD, CellFinding, Count, FindingTally
from compact_pipelines.contracts.judging import Judged, RowJudge, frame_of_faults
from compact_pipelines.contracts.model import Table
from compact_pipelines.errors import UsageError

__all__ = ["TOLD", "CellFinding", "Count", "Outcome", "Verdict", "areas_of_partner", "judge_file"]

SHOWN_ROWS: Final = 5  # of a key that stands more than once
Outcome = Literal["ACCEPTED", "ACCEPTED_WITH_HELD_ROWS", "REJECTED"]


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
    """The areas a partner may speak for. A partner is an area's code, or the id of an agreement.

    Raises:
        UsageError: there is no such area and no such agreement, or it is not about this table.
    """
    from compact_pipelines.exchange.partners import load_agreements  # noqa: PLC0415  (agreements know the contracts)

    if partner is None:
        return None
    if partner in (table.column("ref_area").allowed or []):
        return frozenset({partner})
    agreements = load_agreements()
    if partner not in agreements:
        ids = f", or by the id of an agreement: {', '.join(agreements)}" if agreements else ""
        raise UsageError(f"no partner {partner!r}; name it by the code of its area, such as CAN{ids}")
    if table.id not in agreements[partner].dataflows:
        sends = ", ".join(agreements[partner].dataflows)
        raise UsageError(f"the agreement of {partner} is not about {table.id}; it is about {sends}")
    return frozenset(agreements[partner].reporters)


def judge_file(  # noqa: PLR0913  (what, by what, whose, and how it is read and watched)
    path: Path,
    table: Table,
    partner: str | None = None,
    *,
    limits: Limits | None = None,
    progress: Progress = unwatched,
    opener: Opener = open_file,
) -> Verdict:
    """Judge a file by a contract; what it cannot read is a finding too.

    Args:
        path: CSV, our workbook, or Parquet.
        table: the contract.
        partner: whose file it is; its rows may then speak for no other area.
        limits: how much the file may hold.
        progress: told after each batch how much is done, of how much.
        opener: reads the file; another one may do so in a process of its own.

    Raises:
        UsageError: there is no such file or partner.
    """
    limits = limits or Limits()
    areas = areas_of_partner(table, partner)
    tally = _Tally(path.name, table)
    try:
        file = opener(path, limits)
        judge = RowJudge(table, file.header, limits, areas)
        tally.add_faults(frame_of_faults(judge.header_faults()))
        if judge.is_blind:  # nothing can be said of its rows
            return tally.verdict(partner)
        for batch in file.read(progress):
            tally.add_batch(judge.judge(batch))
        tally.add_faults(_repeated_keys(file, judge, table, tally.keys_in_doubt()))
        if tally.rows == 0:
            tally.add_faults(
                frame_of_faults(
                    [Fault("has_rows", found="There is a header and no row below it, so nothing else was looked at")]
                )
            )
    except UnreadableFile as error:
        tally.is_cut_off = True
        tally.add_faults(frame_of_faults(error.faults))
    return tally.verdict(partner)


class _Tally(FindingTally):
    """Counts, first cases, rows and keys of one file while it goes by; memory grows by some bytes a row."""

    def __init__(self, file: str, table: Table) -> None:
        super().__init__(table)
        self.rows = 0
        self.is_cut_off = False
        self._file, self._table = file, table
        self._in_error: list[pl.Series] = []
        self._keys: list[pl.DataFrame] = []

    def add_batch(self, judged: Judged) -> None:
        """Take a batch in."""
        self.rows = max([self.rows, *judged.texts[ROW].tail(1), *judged.faults["row"].drop_nulls().sort().tail(1)])
        keys = _whole_keys(judged.texts, self._table)
        self._keys.append(keys.select(ROW, keys.select(self._table.dimensions).hash_rows().alias("hash")))
        self.add_faults(judged.faults, judged.texts)

    def add_faults(self, faults: pl.DataFrame, texts: pl.DataFrame | None = None) -> None:
        """Take faults in; see `FindingTally.add`."""
        self.add(self._file, faults, texts)
        held = faults.filter(~pl.col("rule").is_in(list(WARNINGS)) & pl.col("row").is_not_null())
        self._in_error.append(held["row"].unique())

    def keys_in_doubt(self) -> list[int]:
        """The rows whose keys have a hash in common."""
        if not self._keys:
            return []
        return pl.concat(self._keys).filter(pl.col("hash").is_duplicated())[ROW].to_list()

    def verdict(self, partner: str | None) -> Verdict:
        """The sum of it."""
        return Verdict(
            file=self._file,
            table=self._table.id,
            version=self._table.version,
            partner=partner,
            rows=self.rows,
            rows_in_error=pl.concat(self._in_error).n_unique() if self._in_error else 0,
            is_refused=self.is_cut_off or self.is_refused,
            counts=self.all_counts(),
            findings=tuple(sorted(self.findings, key=lambda finding: finding.row or 0)),
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
