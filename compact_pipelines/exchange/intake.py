"""The intake: everything that is ready is picked up, judged, recorded and receipted, once.

The order of work makes a kill harmless. A drop is noted before it is judged; its rows are written to a file that
nothing refers to until one transaction records the decision, the file and the audit entry together; a receipt is
written from what was recorded, again if need be. An intake that starts after a kill goes on where the last one was.
"""

import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.faults import Fault
from compact_pipelines.contracts.files import Progress, unwatched
from compact_pipelines.exchange.decision import (
    Case,
    Decision,
    Step,
    Watch,
    check_sequence,
    counts_of,
    decide,
    rejected,
)
from compact_pipelines.exchange.faults import finding
from compact_pipelines.exchange.ledger import (
    ACCEPTED,
    HELD,
    OPEN,
    Ledger,
    audit_head,
    transaction,
    update_drop,
)
from compact_pipelines.exchange.manifest import drop_id
from compact_pipelines.exchange.partners import Agreement, exchange_id, load_agreements
from compact_pipelines.exchange.pausing import FLOOD, is_paused
from compact_pipelines.exchange.pickup import Ready, find_ready, has_receipt, is_seen, note_received, take_up
from compact_pipelines.exchange.receipts import (
    exchange_key,
    write_public_key,
    write_receipt,
)
from compact_pipelines.exchange.recording import Books, is_told, receipt_of
from compact_pipelines.exchange.store import Copy, Store
from compact_pipelines.exchange.verification import (
    Refused,
    Verified,
    require_kept,
    require_own,
    require_signed,
    require_whole,
)
from compact_pipelines.exchange.vintages import time_of, time_text

UNTOLD: Final = "SELECT * FROM drops WHERE is_delivered = 0 AND status <> 'RECEIVED' ORDER BY number"


def _unwatched(step: Step) -> None:
    """Steps that nobody looks at."""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Decided:
    """What an intake did with one drop.

    Attributes:
        partner: whose it is.
        folder: the inbox folder it came in.
        drop_id: its id.
        status: its status now.
        receipt: the receipt.
    """

    partner: str
    folder: str
    drop_id: str
    status: str
    receipt: dict[str, Any]


class Intake:
    """One intake over a data root.

    Args:
        data_root: where inbox/, outbox/ and exchange/ are.
        agreements: by partner; those of `load_agreements` if None.
        exchange: what this exchange calls itself.
        now: the clock, UTC.
        watch: told after each step, for tests that kill an intake there.
        progress: told how far the judging of the present drop is.
    """

    def __init__(  # noqa: PLR0913  (all have a default)
        self,
        data_root: Path,
        *,
        agreements: Mapping[str, Agreement] | None = None,
        exchange: str | None = None,
        now: Callable[[], dt.datetime] = _now,
        watch: Watch = _unwatched,
        progress: Progress = unwatched,
    ) -> None:
        self.root = data_root
        self.ledger = Ledger(data_root)
        self.store = Store(self.ledger.folder / "store")
        self.inbox, self.outbox = data_root / "inbox", data_root / "outbox"
        self.agreements = load_agreements() if agreements is None else agreements
        self.exchange = exchange or exchange_id()
        self.contracts: Contracts = load_contracts()
        self._now, self._watch, self._progress = now, watch, progress
        self._workdir = self.ledger.folder / "work"
        self._books = Books(self.ledger, self.exchange, now, watch)

    def run(self, partner: str | None = None, drop: str | None = None) -> list[Decided]:
        """Take in everything that is ready, and decide what waited and can be decided now.

        Args:
            partner: only this one's folders are picked up; all if None.
            drop: only the folder of this name.

        Returns:
            What was decided, delivered or told, in the order of the work.

        Raises:
            WarehouseError: another intake is at work, or the data root cannot be written.
            ContractError: an agreement is at fault.
            Exception: a fault of ours over one drop; that one stays open, the others are done by then.
        """
        with self.ledger.lock():
            self._clear_leftovers()
            key = exchange_key(self.ledger.folder)
            write_public_key(self.outbox, key, self.exchange)
            met: set[tuple[str, str]] = set()
            decided, _ = self._pick_up(partner, drop, met)
            failures = self._decide_open()
            more = True
            while more:  # some of each partner's at a time, so that a flood is paused before all of it is copied
                told, more = self._pick_up(partner, drop, met)
                decided += told
                if more:
                    failures += self._decide_open()
            for row in self.ledger.rows(UNTOLD):
                receipt = json.loads(row["receipt"])
                if not is_told(self.ledger, row):
                    write_receipt(self.outbox, receipt, key)
                self._watch(Step.DELIVERED)
                with self.ledger.open() as connection, transaction(connection):
                    update_drop(connection, row["number"], {"is_delivered": 1})
                if "amended" not in receipt:  # decided before, told anew
                    decided.append(Decided(row["partner"], row["folder"], row["drop_id"], row["status"], receipt))
            for waiting in decided:
                if waiting.drop_id == "":  # told and not taken up
                    write_receipt(self.outbox, waiting.receipt, key)
            shutil.rmtree(self._workdir, ignore_errors=True)
        if failures:
            raise failures[0]
        return decided

    def _clear_leftovers(self) -> None:
        """What a killed intake wrote and nothing refers to."""
        shutil.rmtree(self._workdir, ignore_errors=True)
        self.store.drop_drafts()
        known = {row["path"] for row in self.ledger.rows("SELECT path FROM parts")}
        for path in (self.ledger.folder / "vintages").glob("*/*.parquet"):
            if str(path.relative_to(self.ledger.folder)) not in known:
                path.unlink()
        numbers = {str(row["number"]) for row in self.ledger.rows("SELECT number FROM drops WHERE decided_at <> ''")}
        for folder in ("held", "effects"):
            for path in (self.ledger.folder / folder).glob("*.parquet"):
                if path.name.split(".")[0] not in numbers:
                    path.unlink()

    def _pick_up(self, partner: str | None, drop: str | None, met: set[tuple[str, str]]) -> tuple[list[Decided], bool]:
        """Take up some ready folders of each partner; returns who is paused, and whether any were taken up.

        Args:
            partner: only this one's.
            drop: only the folder of this name.
            met: folders that this intake has met, which it adds to: a writer who keeps changing one cannot hold it up.
        """
        told: list[Decided] = []
        taken_up: Counter[str] = Counter()
        for ready in find_ready(self.inbox, partner, drop):
            if (ready.partner, ready.given) in met or is_seen(self.ledger, ready):
                continue
            if (reason := is_paused(self.ledger, ready.partner)) is not None:
                met.add((ready.partner, ready.given))
                if not has_receipt(self.ledger, ready):
                    told.append(self._told_paused(ready, reason))
                continue
            if taken_up[ready.partner] == FLOOD:
                continue
            taken_up[ready.partner] += 1
            met.add((ready.partner, ready.given))
            taken = take_up(self.store, self.inbox, ready, self.agreements, self._now())
            self._watch(Step.PICKED_UP)
            note_received(self.ledger, ready, taken, time_text(self._now()), _encoded)
            self._watch(Step.NOTED)
        return told, bool(taken_up)

    def _told_paused(self, ready: Ready, reason: str) -> Decided:
        waits = [finding(Fault("partner_paused", found=f"Your drops are paused: {reason}"))]
        row = {"partner": ready.partner, "folder": ready.name, "drop_id": "", "received_at": time_text(self._now())}
        with self.ledger.open() as connection:
            head = audit_head(connection)
        receipt = receipt_of(self.exchange, row, Decision("WAITING", waits, counts_of(waits)), head)
        return Decided(ready.partner, ready.name, "", "WAITING", receipt)

    def _decide_open(self) -> list[Exception]:
        """Decide what is open: first who sent it, then in the order of its numbers; returns what failed on our side."""
        verified: list[tuple[tuple[str, str, int, int], int, Verified, dict[str, Copy]]] = []
        for row in self.ledger.rows(f"SELECT * FROM drops WHERE status IN {OPEN!r} ORDER BY number"):  # noqa: S608
            copies = self._copies(row["number"])
            try:
                drop = self._verify(row, copies)
            except Refused as error:
                self._books.record(row["number"], rejected(list(error.findings)))
                continue
            self._watch(Step.VERIFIED)
            if drop is not None:
                manifest = drop.manifest
                order = (manifest.partner, manifest.dataflow, manifest.seq, row["number"])
                verified.append((order, row["number"], drop, copies))
        failures: list[Exception] = []
        for _, number, drop, copies in sorted(verified, key=lambda entry: entry[0]):
            try:
                self._decide(number, drop, copies)
            except Exception as error:  # noqa: BLE001  (ours, over one drop: it stays open, and the others go on)
                failures.append(error)
            shutil.rmtree(self._workdir, ignore_errors=True)
        return failures

    def _decide(self, number: int, drop: Verified, copies: dict[str, Copy]) -> None:
        [row] = self.ledger.rows("SELECT * FROM drops WHERE number = ?", number)
        waits = check_sequence(self.ledger, drop, time_of(row["received_at"]), self._now())
        self._watch(Step.NUMBERED)
        if waits is None:
            self._workdir.mkdir(parents=True, exist_ok=True)
            waits = decide(Case(self.root, self.store, drop, copies, self._workdir, self._watch, self._progress))
        self._books.record(number, waits, drop)

    def _verify(self, row: Mapping[str, Any], copies: dict[str, Copy]) -> Verified | None:
        """Whose drop it is and whether it is whole; None for one that came before.

        Raises:
            Refused: it is nobody's, or not as it was signed.
        """
        now = self._now()
        faults = _decoded(row["receipt"])
        agreement, key, content = require_signed(self.store, copies, row["partner"], self.agreements, now, faults)
        sha256 = copies["manifest.json"].sha256
        drop = require_own(content, agreement, key, contracts=self.contracts, exchange=self.exchange, now=now)
        manifest = drop.manifest
        with self.ledger.open() as connection, transaction(connection):
            update_drop(
                connection, row["number"],
                {"drop_id": drop_id(manifest, content), "manifest_sha256": sha256, "dataflow": manifest.dataflow,
                 "seq": manifest.seq, "supersedes": manifest.supersedes, "revision": manifest.revision,
                 "period_from": manifest.period_from, "period_to": manifest.period_to, "key_id": key.id,
                 "agreed": json.dumps({"reporters": agreement.reporters, "limits": asdict(agreement.file_limits)})},
            )  # fmt: skip
        first = self.ledger.rows(
            "SELECT * FROM drops WHERE manifest_sha256 = ? AND number <> ? AND (status IN (?, ?, ?) "
            "OR (status IN (?, ?) AND number < ?)) ORDER BY number LIMIT 1",
            sha256, row["number"], *ACCEPTED, HELD, *OPEN, row["number"],
        )  # fmt: skip
        if first:
            found = f"This manifest came before, in the drop '{first[0]['folder']}', which is {first[0]['status']}"
            told = [finding(Fault("same_manifest", found=found), "manifest.json")]
            self._books.record(row["number"], Decision("DUPLICATE", told, counts_of(told)), drop)
            return None
        require_whole(manifest, copies, faults)
        require_kept(self.store, copies)
        return drop

    def _copies(self, number: int) -> dict[str, Copy]:
        rows = self.ledger.rows("SELECT * FROM files WHERE drop_number = ?", number)
        return {row["name"]: Copy(row["name"], row["sha256"], row["size_bytes"]) for row in rows}


def _encoded(faults: list[Fault]) -> str:
    return json.dumps([asdict(fault) for fault in faults])


def _decoded(text: str) -> list[Fault]:
    found = json.loads(text)
    return [Fault(**fault) for fault in found] if isinstance(found, list) else []
