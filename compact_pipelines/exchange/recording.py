"""Recording a decision: its rows, its closures, its audit entry and its receipt, in one transaction.

Files are where they stay, and on the disk, before the transaction refers to them; what a kill leaves behind unreferred
the next intake removes.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from compact_pipelines.exchange.decision import Decision, Step, Watch
from compact_pipelines.exchange.ledger import OPEN, AuditHead, Ledger, append_audit, insert, transaction, update_drop
from compact_pipelines.exchange.pausing import pause_if_flooded
from compact_pipelines.exchange.receipts import SAYS, SPEC, told_findings
from compact_pipelines.exchange.store import move
from compact_pipelines.exchange.verification import Verified
from compact_pipelines.exchange.vintages import next_time, time_text
from compact_pipelines.fingerprints import code_fingerprint


class Books:
    """Where decisions are recorded.

    Args:
        ledger: the ledger.
        exchange: what this exchange calls itself.
        now: the clock, UTC.
        watch: told after each step.
    """

    def __init__(self, ledger: Ledger, exchange: str, now: Callable[[], dt.datetime], watch: Watch) -> None:
        self._ledger, self._exchange, self._now, self._watch = ledger, exchange, now, watch

    def record(self, number: int, decision: Decision, drop: Verified | None = None) -> None:
        """Move a drop's rows to where they stay, then record all of the decision at once.

        Args:
            number: the drop's number in the ledger.
            decision: what becomes of it.
            drop: whose it is; None where that is not known.
        """
        [row] = self._ledger.rows("SELECT * FROM drops WHERE number = ?", number)
        if decision.status == row["status"] == "WAITING":
            return  # as it was told before
        part = self._place(row, decision)
        self._watch(Step.WRITTEN)
        with self._ledger.open() as connection, transaction(connection):
            at = time_text(next_time(connection, self._now()))
            if part is not None and drop is not None:
                insert(
                    connection, "parts",
                    {"path": part, "kind": "drop", "drop_id": row["drop_id"], "partner": row["partner"],
                     "dataflow": row["dataflow"], "seq": row["seq"], "recorded_at": at,
                     "contract_version": drop.table.version, "code_version": code_fingerprint(),
                     "rows": decision.part_rows},
                )  # fmt: skip
            connection.executemany(
                "INSERT INTO closures VALUES (?, ?, ?, ?)", [(*place, number) for place in decision.closures]
            )
            counts = {**{f"rows_{name}": count for name, count in asdict(decision.stored).items()},
                      "rows_in": decision.rows_in, "rows_held": decision.rows_held}  # fmt: skip
            head = append_audit(
                connection, at, "decided",
                {"drop": number, "drop_id": row["drop_id"], "partner": row["partner"], "status": decision.status,
                 "manifest_sha256": row["manifest_sha256"], **counts},
            )  # fmt: skip
            row["decided_at"] = at if decision.status not in OPEN else None
            receipt = receipt_of(self._exchange, row, decision, head)
            update_drop(
                connection, number,
                {"status": decision.status, "decided_at": row["decided_at"], "is_delivered": 0, **counts,
                 "receipt": json.dumps(receipt)},
            )  # fmt: skip
            pause_if_flooded(connection, row["partner"], self._now())
        self._watch(Step.RECORDED)

    def _place(self, row: Mapping[str, Any], decision: Decision) -> str | None:
        """Move what is kept to where it stays; returns the part's path below the exchange's folder."""
        folder, number = self._ledger.folder, row["number"]
        kept = {"held": decision.held, "passed": decision.passed, "effects": decision.effects}
        for kind, path in kept.items():
            if path is not None and path.exists():
                move(path, folder / ("effects" if kind == "effects" else "held") / f"{number}.{kind}.parquet")
        if decision.part is None:
            return None
        name = Path("vintages", str(row["dataflow"]), f"{row['drop_id']}.0.parquet")
        move(decision.part, folder / name)
        return str(name)


def is_told(ledger: Ledger, row: Mapping[str, Any]) -> bool:
    """Whether the folder has the receipt of the same manifest already, which a touch does not replace."""
    return row["status"] == "DUPLICATE" and bool(
        ledger.rows(
            "SELECT 1 FROM drops WHERE partner = ? AND folder = ? AND manifest_sha256 = ? AND number < ? "
            "AND status <> 'REJECTED'",
            row["partner"], row["folder"], row["manifest_sha256"], row["number"],
        )
    )  # fmt: skip


def receipt_of(exchange: str, row: Mapping[str, Any], decision: Decision, head: AuditHead) -> dict[str, Any]:
    """The receipt of a decision.

    Args:
        exchange: what this exchange calls itself.
        row: the drop's row in the ledger, or as much of it as there is.
        decision: what becomes of it.
        head: the audit log's last entry.
    """
    stored = decision.stored
    rows = {
        "in": 0 if decision.status == "REJECTED" else decision.rows_in,
        "stored": stored.new + stored.revised + stored.unchanged + stored.deleted,
        "held": decision.rows_held,
        "read": decision.rows_in,
    }
    return {
        "receipt": SPEC,
        "exchange": exchange,
        "partner": row["partner"],
        "drop": row["folder"],
        "drop_id": row["drop_id"],
        "dataflow": row.get("dataflow"),
        "seq": row.get("seq"),
        "status": decision.status,
        "message": SAYS[decision.status],
        "received_at": row["received_at"],
        "decided_at": row.get("decided_at"),
        "key": row.get("key_id"),
        "manifest_sha256": row.get("manifest_sha256"),
        "rows": rows,
        "counts": {**asdict(stored), "held": decision.rows_held},
        **told_findings(decision.findings, decision.counts),
        "audit": {"entry": head.number, "head": head.hash},
    }
