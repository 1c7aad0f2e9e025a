"""Running part of the corpus: all its drops, of one partner each, through one intake a round, watched from outside."""

import hashlib
import os
import signal
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.exchange.held import held_frame
from compact_pipelines.exchange.intake import Intake
from compact_pipelines.exchange.ledger import Ledger
from compact_pipelines.exchange.vintages import open_vintages
from tests.exchange.corpus.building import CANARY, HERE, NOW, Entry, agreement_of, place

TABLES: Final = [load_contracts().tables[name] for name in ("compute_exports", "standards_adoption")]
STEP_SECONDS: Final = 60  # that one step of one drop may take before it counts as hanging


@dataclass(frozen=True)
class Ran:
    """What came of it.

    Attributes:
        root: the data root.
        drops: of each entry the ledger's row of its last drop; none of an entry that is ignored.
        held: of each drop id its held rows, each with its rules.
        written: of each drop id how many rows it added to the vintages.
        uploads: of each entry its regular files in the inbox, as they were uploaded, by name.
        changed_by_again: files that a second intake changed, made or removed.
        outside: files beside the data root that were made, changed or removed.
    """

    root: Path
    drops: dict[str, dict[str, Any]]
    held: dict[str, dict[tuple[str, int], set[str]]]
    written: dict[str, int]
    uploads: dict[str, dict[str, bytes]]
    changed_by_again: list[str]
    outside: list[str]


def run_corpus(entries: list[Entry], folder: Path) -> Ran:
    """Upload the drops round by round, each entry's last one in the last round; take in; take in again."""
    root, scratch = folder / "data", folder / "scratch"
    for made in (root / "inbox", scratch, folder / "outside"):
        made.mkdir(parents=True)
    (folder / "outside" / "canary.csv").write_text(f"freq,ref_area\n{CANARY},CAN\n", encoding="utf-8")
    agreements = {
        entry.name: agreement_of(entry.name, **entry.agreement) for entry in entries if "none" not in entry.agreement
    }
    rounds = max(len(entry.drops) for entry in entries)
    uploads: dict[str, dict[str, bytes]] = {}
    with _watched(scratch) as watch:
        for number in range(rounds):
            for entry in entries:
                index = number - rounds + len(entry.drops)
                if index >= 0:
                    uploads[entry.name] = _regular_files(place(root / "inbox", entry, index))
            beside = _fingerprints(folder, without=root)
            intake = Intake(root, agreements=agreements, exchange=HERE, now=lambda: NOW, watch=watch)
            intake.run()
        first = _fingerprints(root)
        intake.run()
        again = _fingerprints(root)
    rows = Ledger(root).rows("SELECT * FROM drops ORDER BY number")
    return Ran(
        root,
        {row["partner"]: row for row in rows},
        _held(root),
        _written(root),
        uploads,
        _differing(first, again),
        _differing(beside, _fingerprints(folder, without=root)),
    )


@contextmanager
def _watched(scratch: Path) -> Iterator[Any]:
    """No connection, no file in the system's scratch folder, and an alarm that is set anew with every step."""

    def hangs(_number: int, _frame: FrameType | None) -> NoReturn:
        raise TimeoutError(f"a step took more than {STEP_SECONDS} seconds")

    def refuse(_self: socket.socket, address: object) -> NoReturn:
        raise AssertionError(f"the intake wanted to connect to {address!r}")

    before = signal.signal(signal.SIGALRM, hangs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(tempfile, "tempdir", str(scratch))
        signal.alarm(STEP_SECONDS)
        try:
            yield lambda _: signal.alarm(STEP_SECONDS)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)


def _held(root: Path) -> dict[str, dict[tuple[str, int], set[str]]]:
    found: dict[str, dict[tuple[str, int], set[str]]] = {}
    for drop, file, number, rules in held_frame(root, TABLES).select("drop_id", "file", "row", "rules").iter_rows():
        found.setdefault(drop, {})[file, number] = set(rules.split(", "))
    return found


def _written(root: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in TABLES:
        with open_vintages(root, table) as connection:
            found |= dict(connection.execute("SELECT drop_id, count(*) FROM vintages GROUP BY drop_id").fetchall())
    return found


def _regular_files(folder: Path) -> dict[str, bytes]:
    if folder.is_symlink():
        return {}
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if not path.is_symlink() and path.is_file() and path.stat().st_nlink == 1
    }


def _fingerprints(folder: Path, without: Path | None = None) -> dict[str, str]:
    """Every file below a folder with a hash of what is in it; of what is no plain file, that it is there."""
    found = {}
    for parent, folders, files in os.walk(folder):
        if without is not None:
            folders[:] = [name for name in folders if Path(parent, name) != without]
        for name in files:
            path = Path(parent, name)
            found[str(path)] = _fingerprint(path)
    return found


def _fingerprint(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "no plain file"
    if path.suffix != ".sqlite":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    with closing(sqlite3.connect(path)) as connection:  # what it says, not how SQLite lays it out
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
