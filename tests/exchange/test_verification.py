"""Who sends: asked in a fixed order, each answer stops the rest, so that a stranger learns nothing of the drop."""

import datetime as dt
from typing import Any

import pytest

from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE
from compact_pipelines.exchange.signatures import public_key_line, raw_public_key
from tests.exchange.corpus.building import DATA, NOW, Drop, agreement_of, key_of, rows, signed, table, write_drop
from tests.exchange.corpus.exchanging import NORTH, Exchange

DAY = dt.timedelta(days=1)


def _told(exchange: Exchange) -> list[tuple[str, str]]:
    [decided] = exchange.take_in()
    return [(finding["rule"], finding["found"]) for finding in decided.receipt["findings"]]


def _key(**times: Any) -> Any:
    return agreement_of(NORTH, key=times)


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ({"valid_from": NOW + DAY}, "Key 'key-1' is in force from 2026-07-01 on."),
        ({"valid_until": NOW}, "Key 'key-1' is out of force since 2026-06-30."),
        ({"revoked_at": NOW - DAY}, "Key 'key-1' is revoked since 2026-06-29."),
        ({"revoked_at": NOW - DAY, "valid_until": NOW - 2 * DAY}, "Key 'key-1' is revoked since 2026-06-29."),
    ],
)
def test_key_out_of_force_is_told_with_its_day(exchange: Exchange, times: dict[str, Any], found: str) -> None:
    exchange.agreements[NORTH] = _key(**times)
    exchange.send(rows(1))
    assert _told(exchange) == [("valid_key", found)]


def test_key_revoked_while_a_drop_waits_refuses_it(exchange: Exchange) -> None:
    exchange.send(rows(1), 2)
    assert [decided.status for decided in exchange.take_in()] == ["WAITING"]
    exchange.agreements[NORTH] = _key(revoked_at=exchange.now)
    assert [rule for rule, _ in _told(exchange)] == ["valid_key"]


def test_stranger_learns_nothing_of_the_manifest(exchange: Exchange) -> None:
    drop = Drop({DATA: table(rows(1))}, {"exchange": "other"}, signature=lambda _, text: signed(key_of("other"), text))
    write_drop(exchange.root / "inbox" / NORTH / "drop", drop, NORTH, 1)
    [(rule, found)] = _told(exchange)
    assert rule == "known_key"
    assert "SHA256:" in found


def test_key_of_another_partner_is_not_taken(exchange: Exchange) -> None:
    drop = Drop({DATA: table(rows(1))}, signature=lambda _, text: signed(key_of("south-office"), text))
    write_drop(exchange.root / "inbox" / NORTH / "drop", drop, NORTH, 1)
    assert [rule for rule, _ in _told(exchange)] == ["known_key"]


def test_signature_is_judged_before_the_manifest_is_read(exchange: Exchange) -> None:
    drop = Drop({DATA: table(rows(1))}, manifest=lambda _: b"{", signature=lambda key, _: signed(key, b"other"))
    write_drop(exchange.root / "inbox" / NORTH / "drop", drop, NORTH, 1)
    assert [rule for rule, _ in _told(exchange)] == ["signature"]


def test_both_keys_of_a_rotation_are_taken(exchange: Exchange) -> None:
    line = public_key_line(raw_public_key(key_of("the next key")))
    exchange.agreements[NORTH] = agreement_of(NORTH, more_keys=[{"id": "key-2", "public_key": line, "valid_from": NOW}])
    exchange.send(rows(1))
    drop = Drop({DATA: table(rows(1))}, signature=lambda _, text: signed(key_of("the next key"), text))
    write_drop(exchange.root / "inbox" / NORTH / "drop-2", drop, NORTH, 2)
    assert [(decided.status, decided.receipt["key"]) for decided in exchange.take_in()] == [
        ("ACCEPTED", "key-1"), ("ACCEPTED", "key-2")]  # fmt: skip


def test_clock_a_little_fast_is_forgiven(exchange: Exchange) -> None:
    exchange.send(rows(1), created="2026-06-30T12:06:00Z")
    assert _told(exchange) == []


def test_clock_far_ahead_is_not(exchange: Exchange) -> None:
    exchange.send(rows(1), created="2026-06-30T12:06:01Z")
    [(rule, found)] = _told(exchange)
    assert (rule, found) == ("created_in_the_past", "created is 2026-06-30T12:06:01Z, it is 2026-06-30T12:01:00Z now.")


@pytest.mark.parametrize("name", [MANIFEST, DATA])
def test_missing_file_is_named(exchange: Exchange, name: str) -> None:
    folder = exchange.send(rows(1))
    (folder / name).unlink()
    [(rule, found)] = _told(exchange)
    assert rule == "missing_file"
    assert name in found


@pytest.mark.parametrize(("name", "expected"), [(MANIFEST, "manifest_size"), (SIGNATURE, "signature")])
def test_manifest_or_signature_over_its_limit_is_told_as_such(exchange: Exchange, name: str, expected: str) -> None:
    folder = exchange.send(rows(1))
    (folder / name).write_bytes(b"x" * 70_000)
    [(rule, found)] = _told(exchange)
    assert rule == expected
    assert name in found


def test_all_files_at_fault_are_told_at_once(exchange: Exchange) -> None:
    folder = exchange.send({f"{number}.csv": table(rows(1, first=number)) for number in range(3)})
    (folder / "0.csv").unlink()
    (folder / "1.csv").write_bytes(b"x")
    (folder / "3.csv").write_bytes(b"y")
    assert sorted(rule for rule, _ in _told(exchange)) == ["file_agrees", "missing_file", "unlisted_file"]
