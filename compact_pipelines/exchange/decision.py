"""What becomes of one drop: judged, compared, and written as a part of the vintages, or why not.

Nothing is recorded here; `intake` records a decision in one transaction.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from compact_pipelines.contracts.faults import Fault
from compact_pipelines.contracts.files import Progress, unwatched
from compact_pipelines.contracts.findings import CellFinding, Count
from compact_pipelines.exchange.comparison import find_oddities, find_slips
from compact_pipelines.exchange.effects import write_effects
from compact_pipelines.exchange.faults import HOLDING, finding
from compact_pipelines.exchange.held import find_closures
from compact_pipelines.exchange.judgement import DropFile, Judgement, judge_drop
from compact_pipelines.exchange.ledger import ACCEPTED, HELD, Ledger
from compact_pipelines.exchange.loading import Counts, create_changes, write_changes
from compact_pipelines.exchange.store import Copy, Store
from compact_pipelines.exchange.verification import Verified
from compact_pipelines.exchange.vintages import open_vintages
from compact_pipelines.warehouse.layout import PUBLIC, Layout

HELD_ROWS: Final = 50
HELD_SHARE: Final = 0.20
SEQUENCE_DAYS: Final = 14


class Step(StrEnum):
    """The steps of an intake; a kill before or after any of them loses nothing."""

    PICKED_UP = "picked up"
    NOTED = "noted as received"
    VERIFIED = "verified"
    NUMBERED = "in sequence"
    JUDGED = "judged"
    COMPARED = "compared"
    WRITTEN = "rows written"
    RECORDED = "recorded"
    DELIVERED = "receipt delivered"


Watch = Callable[[Step], None]


@dataclass(frozen=True)
class Decision:
    """What becomes of a drop.

    Attributes:
        status: one of the receipt's.
        findings: what is told.
        counts: how often each rule is broken, all of them.
        rows_in: data rows of the drop.
        rows_held: rows held.
        stored: what became of the others.
        part: the rows that change something; None if none do.
        part_rows: how many these are.
        held: the rows at fault, to be kept beside the originals; None if there are none.
        passed: the rows in order of a drop that is held as a whole.
        closures: held rows of earlier drops that it closes: the drop's number, file and row.
        effects: what would move or has moved in published figures, as Parquet.
    """

    status: str
    findings: list[CellFinding] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    rows_in: int = 0
    rows_held: int = 0
    stored: Counts = field(default_factory=Counts)
    part: Path | None = None
    part_rows: int = 0
    held: Path | None = None
    passed: Path | None = None
    closures: tuple[tuple[int, str, int], ...] = ()
    effects: Path | None = None


def counts_of(findings: list[CellFinding]) -> list[Count]:
    """Findings, each told once, as counts."""
    found: dict[tuple[str, str | None], Count] = {}
    for one in findings:
        kind = (one.rule, one.column)
        before = found.get(kind)
        found[kind] = replace(before, found=before.found + 1) if before else Count(*kind, one.severity, 1)
    return list(found.values())


def rejected(findings: list[CellFinding], rows_in: int = 0, counts: list[Count] | None = None) -> Decision:
    """A drop of which nothing is taken in."""
    return Decision("REJECTED", findings, counts if counts is not None else counts_of(findings), rows_in)


def check_sequence(ledger: Ledger, verified: Verified, received_at: dt.datetime, now: dt.datetime) -> Decision | None:
    """Whether it is this drop's turn: None if it is."""
    manifest = verified.manifest
    used = {
        row["seq"]
        for row in ledger.rows(
            "SELECT seq FROM drops WHERE partner = ? AND dataflow = ? AND status IN (?, ?, ?)",
            manifest.partner, manifest.dataflow, *ACCEPTED, HELD,
        )
    }  # fmt: skip
    expected = max(used, default=0) + 1
    if manifest.seq in used:
        found = f"seq is {manifest.seq}, which is used; the next number is {expected}"
        return rejected([finding(Fault("sequence", column="seq", found=found), "manifest.json")])
    if manifest.seq > expected:
        if now - received_at > dt.timedelta(days=SEQUENCE_DAYS):
            found = f"seq is {manifest.seq}; number {expected} has not come since {received_at:%Y-%m-%d}"
            return rejected([finding(Fault("waited_too_long", column="seq", found=found), "manifest.json")])
        found = f"seq is {manifest.seq}; the next number is {expected}"
        waits = [finding(Fault("sequence_gap", column="seq", found=found), "manifest.json")]
        return Decision("WAITING", waits, counts_of(waits))
    return None


@dataclass(frozen=True)
class Case:
    """A drop whose turn it is, and what its decision rests on.

    Attributes:
        data_root: where everything is kept.
        store: where the copies are.
        verified: whose it is.
        copies: its files by name.
        workdir: an empty folder for what is written on the way.
        watch: told after each step.
        progress: told how far the judging is.
    """

    data_root: Path
    store: Store
    verified: Verified
    copies: dict[str, Copy]
    workdir: Path
    watch: Watch
    progress: Progress = unwatched


def decide(case: Case) -> Decision:
    """Judge a drop whose turn it is, compare it with the last vintage, and write the rows that change something."""
    manifest = case.verified.manifest
    judged = judge_drop(
        [
            DropFile(file.name, file.format, case.store.require(case.copies[file.name].sha256), file.rows)
            for file in manifest.files
        ],
        case.verified.table,
        areas=frozenset(case.verified.agreement.reporters),
        limits=case.verified.agreement.file_limits,
        action=manifest.action,
        workdir=case.workdir,
        progress=case.progress,
    )
    case.watch(Step.JUDGED)
    if judged.is_refused:
        return rejected(list(judged.findings), judged.rows_in, list(judged.counts))
    findings = [*_supersedes(case.data_root, case.verified), *_brakes(manifest.mode, judged)]
    return _compared(case, judged, findings, counts_of(findings))


def _compared(case: Case, judged: Judgement, findings: list[CellFinding], counts: list[Count]) -> Decision:
    manifest, table = case.verified.manifest, case.verified.table
    edition = served_edition(case.data_root)
    part = case.workdir / "part.parquet"
    with open_vintages(case.data_root, table, manifest.partner, case.workdir) as connection:
        stored = create_changes(connection, table, judged.passed)
        slips = [finding(fault, table=table) for fault in find_slips(connection, table)]
        findings += slips
        counts += counts_of(slips)
        for count, told in find_oddities(connection, table, edition, (manifest.period_from, manifest.period_to)):
            counts.append(count)
            findings += [finding(fault, file, table) for file, fault in told]
        case.watch(Step.COMPARED)
        effects = write_effects(connection, table, edition, case.workdir / "effects.parquet")
        is_held = any(found.rule in HOLDING for found in findings)
        ledger = Ledger(case.data_root)
        closures = [] if is_held else find_closures(connection, ledger, table, manifest.partner)
        rows = 0 if is_held else write_changes(connection, table, stored, judged.passed, part)
    findings += judged.findings
    counts += judged.counts
    status = "HELD" if is_held else "ACCEPTED_WITH_HELD_ROWS" if judged.rows_held else "ACCEPTED"
    decision = Decision(status, findings, counts, judged.rows_in, effects=effects)
    if is_held:
        return replace(decision, rows_held=judged.rows_in, held=judged.held, passed=judged.passed)
    return replace(
        decision,
        rows_held=judged.rows_held,
        stored=stored,
        part=part if rows else None,
        part_rows=rows,
        held=judged.held if judged.rows_held else None,
        closures=tuple(closures),
    )


def served_edition(data_root: Path) -> Path | None:
    """The public file of the edition that is served; None if there is none."""
    layout = Layout(data_root)
    pointer = layout.pointer()
    path = layout.editions / pointer.files[PUBLIC].file if pointer else None
    return path if path is not None and path.is_file() else None


def _supersedes(data_root: Path, verified: Verified) -> list[CellFinding]:
    manifest = verified.manifest
    if manifest.supersedes is None:
        return []
    known = Ledger(data_root).rows(
        "SELECT 1 FROM drops WHERE partner = ? AND dataflow = ? AND seq = ? AND status IN (?, ?, ?)",
        manifest.partner, manifest.dataflow, manifest.supersedes, *ACCEPTED, HELD,
    )  # fmt: skip
    if known:
        return []
    found = f"supersedes is {manifest.supersedes}; there is no such drop"
    return [finding(Fault("supersedes_a_drop", column="supersedes", found=found), "manifest.json")]


def _brakes(mode: str, judged: Judgement) -> list[CellFinding]:
    if mode == "all_or_nothing" and judged.rows_held:
        found = f"{judged.rows_held:,} of {judged.rows_in:,} rows would be held"
        return [finding(Fault("all_or_nothing", found=found))]
    if judged.rows_held >= HELD_ROWS and judged.rows_held > judged.rows_in * HELD_SHARE:
        found = f"{judged.rows_held:,} of {judged.rows_in:,} rows would be held"
        return [finding(Fault("too_much_is_held", found=found))]
    return []
