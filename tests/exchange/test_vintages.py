"""The vintages: append only, two times, every view a question to the same rows."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from compact_pipelines.contracts.judges import polars_schema
from compact_pipelines.exchange.vintages import (
    LEAST_STEP,
    exchange_fingerprint,
    next_time,
    open_vintages,
    stored_rows,
    time_of,
    time_text,
)
from tests.exchange.corpus.building import DATA, NOW, TRADE, row, rows, table
from tests.exchange.corpus.exchanging import NORTH, SOUTH, Exchange

MINUTE = dt.timedelta(minutes=1)


def _asked(exchange: Exchange, question: str, **values: Any) -> list[tuple[Any, ...]]:
    with open_vintages(exchange.root, TRADE) as connection:
        return connection.execute(question, values).fetchall()


@pytest.fixture
def history(exchange: Exchange) -> Exchange:
    """Said in the first minute, revised in the second, deleted in the third, said anew in the fourth."""
    exchange.send([row(1, obs_value="10"), *rows(12, first=20)])
    exchange.take_in()
    exchange.send([row(1, obs_value="11")], 2)
    exchange.take_in()
    exchange.send({DATA: table([row(1)])}, 3, action="delete")
    exchange.take_in()
    exchange.send([row(1, obs_value="12")], 4)
    exchange.take_in()
    return exchange


@pytest.mark.parametrize(("minute", "value"), [(0, None), (1, 10), (2, 11), (3, None), (4, 12), (99, 12)])
def test_view_as_of_a_time_is_what_was_known_then(history: Exchange, minute: int, value: int | None) -> None:
    found = _asked(history, "SELECT obs_value FROM as_of($at) WHERE time_period = '1951'", at=NOW + minute * MINUTE)
    assert found == ([] if value is None else [(Decimal(value),)])


def test_every_row_ever_says_when_it_was_superseded(history: Exchange) -> None:
    found = _asked(history, "SELECT obs_value, is_deleted, recorded_at, superseded_at FROM vintages "
                            "WHERE time_period = '1951' ORDER BY ordinal")  # fmt: skip
    times = [NOW + number * MINUTE for number in range(1, 5)]
    assert [(value, gone) for value, gone, _, _ in found] == [(10, False), (11, False), (None, True), (12, False)]
    assert [(recorded, superseded) for _, _, recorded, superseded in found] == [
        *pairwise(times), (times[-1], None)]  # fmt: skip


def test_current_view_has_no_deleted_row(history: Exchange) -> None:
    history.send({DATA: table([row(1)])}, 5, action="delete")
    history.take_in()
    assert _asked(history, "SELECT 1 FROM current_rows WHERE time_period = '1951'") == []


def test_revisions_stand_beside_what_they_revise(history: Exchange) -> None:
    found = _asked(history, "SELECT obs_value, obs_value_before, was_deleted FROM revisions "
                            "WHERE time_period = '1951' ORDER BY ordinal")  # fmt: skip
    assert found == [(10, None, None), (11, 10, False), (None, 11, False), (12, None, True)]


def test_each_row_says_where_it_comes_from(history: Exchange) -> None:
    [found] = _asked(history, "SELECT partner, seq, file, row, contract_version, length(code_version) > 0, drop_id "
                              "FROM current_rows WHERE time_period = '1951'")  # fmt: skip
    assert found[:6] == (NORTH, 4, DATA, 1, TRADE.version, True)
    assert found[6].startswith(f"{NORTH}.compute_exports.4.")


def test_equal_values_make_no_new_row(exchange: Exchange) -> None:
    exchange.send(rows(3))
    exchange.send(rows(3), 2)
    exchange.take_in()
    assert len(_asked(exchange, "FROM vintages")) == 3
    assert len(exchange.ledger.rows("SELECT * FROM parts")) == 1


def test_partners_do_not_supersede_each_other(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="1")])
    exchange.agreements[SOUTH] = exchange.agreements[SOUTH].model_copy(update={"reporters": ["CAN", "MEX"]})
    exchange.send([row(1, obs_value="2")], partner=SOUTH)
    exchange.take_in()
    assert [(source, value) for _, source, _, _, value, *_ in exchange.current()] == [
        (f"drop:{NORTH}", Decimal(1)), (f"drop:{SOUTH}", Decimal(2))]  # fmt: skip


def test_stored_rows_have_the_columns_of_the_contract(exchange: Exchange) -> None:
    expected = {name: kind for name, kind in polars_schema(TRADE).items() if name != "is_preferred"}
    assert stored_rows(exchange.root, TRADE).schema == expected
    exchange.send(rows(2))
    exchange.take_in()
    frame = stored_rows(exchange.root, TRADE)
    assert frame.schema == expected
    assert frame["imputed_mirror"].to_list() == [False, False]
    assert frame["snapshot_id"].to_list() == [None, None]


def test_value_is_stored_in_base_units(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="1.25", unit_mult="9")])
    exchange.take_in()
    assert exchange.values() == {"1951": 1_250_000_000}


def test_fingerprint_changes_with_what_is_said(exchange: Exchange) -> None:
    seen = [exchange_fingerprint(exchange.root)]
    for seq, value in enumerate(["1", "2", "2"], start=1):
        exchange.send([row(1, obs_value=value)], seq)
        exchange.take_in()
        seen.append(exchange_fingerprint(exchange.root))
    assert seen[0] == ""
    assert len(set(seen[:3])) == 3
    assert seen[3] == seen[2]


def test_times_order_parts_even_where_the_clock_stands_still(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="1")])
    exchange.send([row(1, obs_value="2")], 2)
    exchange.take_in()
    [first, second] = exchange.ledger.rows("SELECT recorded_at FROM parts ORDER BY ordinal")
    assert time_of(second["recorded_at"]) - time_of(first["recorded_at"]) == LEAST_STEP
    assert exchange.values() == {"1951": 2}


def test_clock_that_was_set_back_does_not_turn_the_order(exchange: Exchange) -> None:
    exchange.send([row(1, obs_value="1")])
    exchange.take_in()
    exchange.now -= dt.timedelta(hours=2)
    exchange.send([row(1, obs_value="2")], 2, created="2026-06-30T09:00:00Z")
    exchange.take_in()
    with exchange.ledger.open() as connection:
        assert next_time(connection, exchange.now) > exchange.now
    assert exchange.values() == {"1951": 2}
    assert _asked(exchange, "SELECT count(*) FROM vintages WHERE superseded_at <= recorded_at") == [(0,)]


def test_times_are_text_that_sorts() -> None:
    later = NOW + dt.timedelta(microseconds=1)
    assert time_of(time_text(NOW)) == NOW
    assert time_text(NOW) < time_text(later)
    assert time_text(NOW.astimezone(dt.timezone(dt.timedelta(hours=5)))) == time_text(NOW)
