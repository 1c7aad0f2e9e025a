"""Recomputing from the stored originals: what was taken in of a drop, and recording what a recomputation changes.

The vintages are append only. Rows in which a recomputed state differs from what holds now are added as one more part,
recorded now, so that what was known before stays known.
"""

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.contracts.files import Limits
from compact_pipelines.errors import UsageError, WarehouseError
from compact_pipelines.exchange.extraction import with_places, write_rows
from compact_pipelines.exchange.judgement import DropFile, Judgement, judge_drop
from compact_pipelines.exchange.ledger import (
    ACCEPTED,
    AuditHead,
    Ledger,
    append_audit,
    insert,
    transaction,
    update_drop,
)
from compact_pipelines.exchange.manifest import MANIFEST, Manifest, read_manifest
from compact_pipelines.exchange.store import Store, move
from compact_pipelines.exchange.vintages import next_time, time_text
from compact_pipelines.fingerprints import code_fingerprint

Place = tuple[str, int]  # file and row


@dataclass(frozen=True)
class Changed:
    """What a release or a withdrawal changed.

    Attributes:
        drop_id: of which drop.
        rows: rows added to the vintages.
        head: the audit log's last entry.
    """

    drop_id: str
    rows: int
    head: AuditHead


def find_drop(ledger: Ledger, name: str) -> dict[str, Any]:
    """The drop of an id, or of partner/folder, the last one there.

    Raises:
        UsageError: there is none.
    """
    partner, _, folder = name.partition("/")
    rows = ledger.rows(
        "SELECT * FROM drops WHERE drop_id = ? OR (partner = ? AND folder = ?) "
        "ORDER BY status = 'DUPLICATE', number DESC LIMIT 1",
        name, partner, folder,
    )  # fmt: skip
    if not rows:
        raise UsageError(
            f"no drop {name!r}; name it by its id or as partner/folder, `compact exchange drops` lists them"
        )
    return rows[0]


def limits_of(drop: Mapping[str, Any]) -> Limits:
    """How much a file of the drop's partner might hold when it came."""
    return Limits(**json.loads(drop["agreed"])["limits"])


def originals_of(ledger: Ledger, drop: Mapping[str, Any]) -> list[DropFile]:
    """A drop's data files as they are stored.

    Raises:
        WarehouseError: one of them is gone, or is not what was stored.
    """
    store = Store(ledger.folder / "store")
    rows = ledger.rows("SELECT name, sha256 FROM files WHERE drop_number = ?", drop["number"])
    copies = {row["name"]: row["sha256"] for row in rows}
    files = _manifest(ledger, drop).files
    for file in files:
        store.require(copies[file.name])
    return [DropFile(file.name, file.format, store.path(copies[file.name]), file.rows) for file in files]


def judge_again(
    ledger: Ledger, table: Table, drop: Mapping[str, Any], workdir: Path, places: list[Place] | None = None
) -> Judgement:
    """Judge a drop once more from the stored originals, under the present contracts.

    Args:
        ledger: the ledger.
        table: the contract.
        drop: the drop's row.
        workdir: where what is written goes.
        places: only these rows, as if they were all of it; their places stay those of the drop. None for all rows.
    """
    areas = frozenset(json.loads(drop["agreed"])["reporters"])  # as agreed when it came
    limits, files = limits_of(drop), originals_of(ledger, drop)
    workdir.mkdir(parents=True, exist_ok=True)
    if places is not None:
        asked = {file.name: sorted(row for name, row in places if name == file.name) for file in files}
        files = [write_rows(file, asked[file.name], limits, workdir) for file in files if asked[file.name]]
    judged = judge_drop(
        files, table, areas=areas, limits=limits, action=_manifest(ledger, drop).action, workdir=workdir
    )
    return judged if places is None else with_places(judged, asked)


def accepted_rows(ledger: Ledger, table: Table, drop: Mapping[str, Any], workdir: Path) -> Iterator[Judgement]:
    """What was taken in of a drop: its rows in order, then those released.

    Raises:
        WarehouseError: the present contracts take other rows than those of its time.
    """
    if drop["status"] in ACCEPTED:
        judged = judge_again(ledger, table, drop, workdir / "drop")
        expected = drop["rows_in"] - drop["rows_held"]
        if judged.rows_passed != expected:
            raise WarehouseError(
                f"{drop['drop_id']}: {judged.rows_passed:,} of its rows keep the contract now, {expected:,} did when "
                "it came; look at what changed in schemas/ first"
            )
        yield judged
    released = ledger.rows("SELECT file, row FROM releases WHERE drop_id = ?", drop["drop_id"])
    if released:
        places = [(row["file"], row["row"]) for row in released]
        yield judge_again(ledger, table, drop, workdir / "released", places)


def record_change(  # noqa: PLR0913  (all that is recorded)
    ledger: Ledger,
    drop: Mapping[str, Any],
    kind: str,
    *,
    part: Path,
    rows: int,
    reason: str,
    now: dt.datetime,
    released: list[Place] | None = None,
    closed: list[tuple[int, str, int]] | None = None,
) -> Changed:
    """Record a release or a withdrawal: its part, if it has rows, and the audit entry, at once."""
    count = ledger.rows("SELECT count(*) AS parts FROM parts")[0]["parts"]
    name = Path("vintages", str(drop["dataflow"]), f"{drop['drop_id']}.{kind}.{count + 1}.parquet")
    if rows:
        move(part, ledger.folder / name)
    with ledger.open() as connection, transaction(connection):
        at = time_text(next_time(connection, now))
        if rows:
            insert(
                connection, "parts",
                {"path": str(name), "kind": kind, "drop_id": drop["drop_id"], "partner": drop["partner"],
                 "dataflow": drop["dataflow"], "seq": drop["seq"], "recorded_at": at,
                 "contract_version": load_contracts().tables[drop["dataflow"]].version,
                 "code_version": code_fingerprint(), "rows": rows},
            )  # fmt: skip
        connection.executemany(
            "INSERT INTO releases VALUES (?, ?, ?, ?, ?)",
            [(drop["drop_id"], file, row, reason, at) for file, row in released or []],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO closures VALUES (?, ?, ?, ?)",
            [(*place, drop["number"]) for place in closed or []],
        )
        if kind == "withdrawal":
            connection.execute("UPDATE drops SET withdrawn_at = ? WHERE number = ?", (at, drop["number"]))
        head = append_audit(
            connection, at, kind,
            {"drop_id": drop["drop_id"], "reason": reason, "rows": rows, "released": released or []},
        )  # fmt: skip
        # The partner is told: its receipt is written again by the next intake.
        told = json.loads(drop["receipt"])
        amended = {"what": kind, "at": at, "rows": len(released or []) or rows, "reason": reason}
        receipt = {**told, "amended": [*told.get("amended", []), amended],
                   "audit": {"entry": head.number, "head": head.hash}}  # fmt: skip
        update_drop(connection, drop["number"], {"receipt": json.dumps(receipt), "is_delivered": 0})
    return Changed(drop["drop_id"], rows, head)


def _manifest(ledger: Ledger, drop: Mapping[str, Any]) -> Manifest:
    [row] = ledger.rows("SELECT sha256 FROM files WHERE drop_number = ? AND name = ?", drop["number"], MANIFEST)
    return read_manifest(Store(ledger.folder / "store").read(row["sha256"]))


@contextmanager
def empty_workdir(ledger: Ledger) -> Iterator[Path]:
    """A folder for what is written on the way, gone afterwards."""
    workdir = ledger.folder / "work"
    shutil.rmtree(workdir, ignore_errors=True)
    workdir.mkdir(parents=True)
    try:
        yield workdir
    finally:
        shutil.rmtree(workdir, ignore_errors=True)
