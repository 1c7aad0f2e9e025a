"""The ledger: all of a transaction or nothing, one intake at a time, an audit log in which nothing can be changed."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.errors import WarehouseError
from compact_pipelines.exchange.ledger import (
    NO_HASH,
    Ledger,
    append_audit,
    audit_hash,
    audit_head,
    find_broken_audit,
    insert,
    transaction,
)
from tests.exchange.corpus.building import rows
from tests.exchange.corpus.exchanging import NORTH, Exchange

AT = "2026-06-30T12:00:00.000000Z"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger with five entries in its audit log."""
    ledger = Ledger(tmp_path)
    with ledger.open() as connection, transaction(connection):
        for number in range(5):
            append_audit(connection, AT, "decided", {"drop": number, "status": "ACCEPTED"})
    return ledger


def _log(ledger: Ledger) -> list[dict[str, Any]]:
    return ledger.rows("SELECT * FROM audit ORDER BY number")


def test_each_entry_holds_the_hash_of_the_one_before(ledger: Ledger) -> None:
    log = _log(ledger)
    assert [entry["previous"] for entry in log] == [NO_HASH, *(entry["hash"] for entry in log[:-1])]
    assert find_broken_audit(log) is None


def test_head_is_the_last_entry(ledger: Ledger) -> None:
    with ledger.open() as connection:
        head = audit_head(connection)
    assert (head.number, head.hash) == (5, _log(ledger)[-1]["hash"])


def test_empty_log_holds_and_has_no_head(tmp_path: Path) -> None:
    with Ledger(tmp_path).open() as connection:
        assert audit_head(connection).hash == NO_HASH
    assert find_broken_audit([]) is None


TAMPERINGS: dict[str, tuple[str, int]] = {
    "a detail changed": ("UPDATE audit SET detail = replace(detail, 'ACCEPTED', 'REJECTED') WHERE number = 3", 3),
    "a time changed": ("UPDATE audit SET at = '2020' WHERE number = 2", 2),
    "a kind changed": ("UPDATE audit SET what = 'nothing' WHERE number = 1", 1),
    "an entry taken out": ("DELETE FROM audit WHERE number = 3", 3),
    "the first taken out": ("DELETE FROM audit WHERE number = 1", 1),
    "two exchanged": ("UPDATE audit SET number = 9 + number WHERE number < 0", 4),
    "a hash changed": ("UPDATE audit SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE number = 5", 5),
    "one put in": (f"INSERT INTO audit VALUES (6, '{AT}', 'decided', '{{}}', '{NO_HASH}', '{NO_HASH}')", 6),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_found(ledger: Ledger, how: str) -> None:
    statement, number = TAMPERINGS[how]
    with ledger.open() as connection:
        if how == "two exchanged":
            connection.execute("UPDATE audit SET number = -number WHERE number IN (4, 5)")
        connection.execute(statement)
    assert find_broken_audit(_log(ledger)) == number


def test_rewritten_log_no_longer_has_the_head_that_a_partner_keeps(exchange: Exchange) -> None:
    exchange.send(rows(1))
    [decided] = exchange.take_in()
    kept = decided.receipt["audit"]
    assert exchange.audit()[kept["entry"] - 1]["hash"] == kept["head"]
    with exchange.ledger.open() as connection, transaction(connection):
        previous = NO_HASH
        for entry in exchange.audit():
            detail = entry["detail"].replace("ACCEPTED", "REJECTED")
            digest = audit_hash(entry["number"], entry["at"], entry["what"], detail, previous)
            connection.execute("UPDATE audit SET detail = ?, previous = ?, hash = ? WHERE number = ?",
                               (detail, previous, digest, entry["number"]))  # fmt: skip
            previous = digest
    assert find_broken_audit(exchange.audit()) is None  # whoever rewrites all of it can make it hold
    assert exchange.audit()[kept["entry"] - 1]["hash"] != kept["head"]  # and yet not as partners know it


def test_last_entries_taken_out_are_missed_by_the_receipt(exchange: Exchange) -> None:
    exchange.send(rows(1))
    [decided] = exchange.take_in()
    with exchange.ledger.open() as connection:
        connection.execute("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)")
    assert len(exchange.audit()) < decided.receipt["audit"]["entry"]


def test_failed_transaction_leaves_nothing(ledger: Ledger) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        with transaction(connection):
            append_audit(connection, AT, "decided", {})
            insert(connection, "parts", {"path": "x"})

    with ledger.open() as connection:
        with pytest.raises(sqlite3.IntegrityError):
            fail(connection)
        assert audit_head(connection).number == 5


def test_number_of_a_drop_is_used_once(tmp_path: Path) -> None:
    drop = {"drop_id": "x", "partner": NORTH, "folder": "a", "fingerprint": "1", "dataflow": "compute_exports",
            "seq": 1, "received_at": AT}  # fmt: skip
    with Ledger(tmp_path).open() as connection:
        insert(connection, "drops", {**drop, "status": "ACCEPTED"})
        insert(connection, "drops", {**drop, "status": "REJECTED"})
        with pytest.raises(sqlite3.IntegrityError):
            insert(connection, "drops", {**drop, "status": "HELD"})


def test_one_intake_at_a_time(ledger: Ledger) -> None:
    with (
        ledger.lock(),
        pytest.raises(WarehouseError, match="another intake is at work"),
        Ledger(ledger.root).lock(),
    ):
        pass


def test_lock_is_free_again(ledger: Ledger) -> None:
    for _ in range(2):
        with ledger.lock():
            pass


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"x" * 5_000), Path.mkdir])
def test_file_that_is_no_ledger_is_named(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    ledger = Ledger(tmp_path)
    ledger.folder.mkdir()
    damage(ledger.path)
    with pytest.raises(WarehouseError, match="ledger"), ledger.open() as connection:
        audit_head(connection)


def test_reading_makes_no_ledger(tmp_path: Path) -> None:
    assert Ledger(tmp_path).rows("SELECT * FROM drops") == []
    assert list(tmp_path.iterdir()) == []
