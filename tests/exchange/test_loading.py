"""From judged rows to changes: new, revised, unchanged, deleted; what a merge keeps and a replacement clears."""

from typing import Any

import pytest

from tests.exchange.corpus.building import COLUMNS, DATA, KEY_COLUMNS, Row, row, rows, table
from tests.exchange.corpus.exchanging import Exchange

NOTED = {"comment_obs": "a note", "valuation": "FOB"}


def _counts(exchange: Exchange, lines: list[Row], seq: int, **fields: Any) -> dict[str, int]:
    exchange.send(lines, seq, **fields)
    [decided] = exchange.take_in()
    assert decided.status == "ACCEPTED", decided.receipt["findings"]
    return {name: number for name, number in decided.receipt["counts"].items() if number}


def _note(exchange: Exchange) -> str | None:
    return str(exchange.current()[0][7]) if exchange.current()[0][7] is not None else None


def test_first_rows_are_new(exchange: Exchange) -> None:
    assert _counts(exchange, rows(3), 1) == {"new": 3}


def test_rows_are_counted_by_what_they_change(exchange: Exchange) -> None:
    _counts(exchange, rows(12), 1)
    lines = [row(0), row(1, obs_value="13"), row(30)]
    assert _counts(exchange, lines, 2) == {"new": 1, "revised": 1, "unchanged": 1}


@pytest.mark.parametrize(
    "column", [name for name in COLUMNS if name not in {*KEY_COLUMNS, "unit_measure", "unit_mult"}]
)
def test_a_change_of_any_column_is_a_revision(exchange: Exchange, column: str) -> None:
    cells = {
        "obs_value": {"obs_value": "13"},
        "valuation": {"valuation": "CIF"},
        "basis": {"basis": "MIXED"},
        "obs_status": {"obs_status": "P"},
        "conf_status": {"conf_status": "C"},
        "embargo_time": {"conf_status": "E", "embargo_time": "2027-01-01T00:00:00Z"},
        "comment_obs": {"comment_obs": "a note"},
    }
    _counts(exchange, rows(1), 1)
    assert _counts(exchange, [row(0, **cells[column])], 2) == {"revised": 1}


def test_same_value_in_other_digits_is_unchanged(exchange: Exchange) -> None:
    _counts(exchange, [row(0, obs_value="1500")], 1)
    assert _counts(exchange, [row(0, obs_value="1.50000", unit_mult="3")], 2) == {"unchanged": 1}


def test_merge_keeps_what_it_leaves_blank(exchange: Exchange) -> None:
    _counts(exchange, [row(0, **NOTED)], 1)
    assert _counts(exchange, [row(0, obs_value="13")], 2) == {"revised": 1}
    assert _note(exchange) == "a note"


def test_replacement_clears_what_it_leaves_blank(exchange: Exchange) -> None:
    _counts(exchange, [row(0, **NOTED)], 1)
    assert _counts(exchange, rows(1), 2, action="replace") == {"revised": 1}
    assert _note(exchange) is None


def test_value_that_goes_missing_is_a_revision(exchange: Exchange) -> None:
    _counts(exchange, rows(1), 1)
    assert _counts(exchange, [row(0, obs_value="", obs_status="Q")], 2) == {"revised": 1}
    assert exchange.current()[0][4] is None


def test_lifted_embargo_leaves_no_time_behind(exchange: Exchange) -> None:
    embargoed = row(0, conf_status="E", embargo_time="2027-01-01T00:00:00Z")
    _counts(exchange, [embargoed], 1)
    assert _counts(exchange, rows(1), 2) == {"revised": 1}
    assert _counts(exchange, [embargoed], 3) == {"revised": 1}


def test_deleted_row_that_comes_again_is_new(exchange: Exchange) -> None:
    _counts(exchange, rows(12), 1)
    exchange.send({DATA: table([row(0)])}, 2, action="delete")
    exchange.take_in()
    assert _counts(exchange, rows(1), 3) == {"new": 1}
    assert len(exchange.current()) == 12


def test_deleted_row_does_not_lend_its_note(exchange: Exchange) -> None:
    _counts(exchange, [row(0, **NOTED), *rows(11, first=20)], 1)
    exchange.send({DATA: table([row(0)])}, 2, action="delete")
    exchange.take_in()
    _counts(exchange, rows(1), 3)
    assert _note(exchange) is None
