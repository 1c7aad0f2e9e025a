"""Pauses: a partner whose drops are refused twenty times in a day waits until an engineer has looked."""

import datetime as dt

import pytest

from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.pausing import FLOOD, is_paused, pause, resume
from tests.exchange.corpus.building import row, rows
from tests.exchange.corpus.exchanging import NORTH, SOUTH, Exchange


def _refuse(exchange: Exchange, count: int, prefix: str = "bad") -> None:
    for number in range(count):
        exchange.send(rows(1), folder=f"{prefix}-{number}", exchange="elsewhere", contact=f"{prefix} {number}")
    exchange.take_in()


def test_flood_of_rejected_drops_pauses_the_partner(exchange: Exchange) -> None:
    _refuse(exchange, FLOOD - 1)
    assert is_paused(exchange.ledger, NORTH) is None
    _refuse(exchange, 1, "last")
    assert is_paused(exchange.ledger, NORTH) == "20 drops were rejected within 24 hours"
    assert exchange.audit()[-1]["what"] == "paused"


def test_drop_of_a_paused_partner_waits_untouched_and_is_told(exchange: Exchange) -> None:
    pause(exchange.ledger, NORTH, "a key may be lost", exchange.now)
    exchange.send(rows(1))
    exchange.send([row(1, ref_area="MEX")], partner=SOUTH)
    told = {decided.partner: decided for decided in exchange.take_in()}
    assert (told[NORTH].status, told[SOUTH].status) == ("WAITING", "ACCEPTED")
    assert [count["rule"] for count in told[NORTH].receipt["by_rule"]] == ["partner_paused"]
    assert (exchange.root / "outbox" / NORTH / "drop-1" / "receipt.json.sig").is_file()
    assert "drop-1" not in [drop["folder"] for drop in exchange.ledger.rows(
        "SELECT folder FROM drops WHERE partner = ?", NORTH)]  # fmt: skip


def test_what_waited_is_taken_up_after_the_pause(exchange: Exchange) -> None:
    pause(exchange.ledger, NORTH, "a key may be lost", exchange.now)
    exchange.send(rows(1))
    exchange.take_in()
    resume(exchange.ledger, NORTH, "it was found", exchange.now)
    assert [decided.status for decided in exchange.take_in()] == ["ACCEPTED"]


def test_rejections_before_a_pause_do_not_count_after_it(exchange: Exchange) -> None:
    _refuse(exchange, FLOOD)
    exchange.now += dt.timedelta(minutes=5)
    resume(exchange.ledger, NORTH, "looked at", exchange.now)
    _refuse(exchange, FLOOD - 1, "more")
    assert is_paused(exchange.ledger, NORTH) is None
    _refuse(exchange, 1, "last")
    assert is_paused(exchange.ledger, NORTH) is not None


def test_rejections_of_other_days_do_not_count(exchange: Exchange) -> None:
    _refuse(exchange, FLOOD - 1)
    exchange.now += dt.timedelta(hours=25)
    _refuse(exchange, FLOOD - 1, "more")
    assert is_paused(exchange.ledger, NORTH) is None


def test_rejections_of_others_do_not_count(exchange: Exchange) -> None:
    _refuse(exchange, FLOOD - 1)
    exchange.send([row(1, ref_area="USA")], partner=SOUTH)
    exchange.take_in()
    assert is_paused(exchange.ledger, NORTH) is None
    assert is_paused(exchange.ledger, SOUTH) is None


def test_pausing_twice_and_resuming_twice_are_refused(exchange: Exchange) -> None:
    with pytest.raises(UsageError, match="is not paused"):
        resume(exchange.ledger, NORTH, "no reason", exchange.now)
    pause(exchange.ledger, NORTH, "a reason", exchange.now)
    with pytest.raises(UsageError, match="is paused already: a reason"):
        pause(exchange.ledger, NORTH, "another", exchange.now)
