"""Words judged once each: the same faults are found, in the same rows, as where every row is asked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.contracts import Table, load_contracts, vocabulary
from compact_pipelines.contracts.files import Batch, Block, Limits
from compact_pipelines.contracts.judging import Judged, RowJudge
from compact_pipelines.errors import ContractError

Row = dict[str, str]
TRADE = load_contracts().tables["compute_exports"]
COLUMNS = [column.id for column in TRADE.in_drop]
CELLS = ["", "?", "CAN", "USA", "MEX", "E", "F", "Q", "2024", "2024-07", "M", "-1", "NaN", "=1", "0", "6", "x" * 30]
DAMAGE: Any = st.lists(
    st.tuples(st.integers(0, 23), st.sampled_from([*COLUMNS, "action"]), st.sampled_from([*CELLS, "D"])), max_size=20
)


def blocks(rows: list[Row], size: int) -> list[Block]:
    """The rows as the reader has them: every column but the measure a dictionary."""
    found = []
    for first in range(0, len(rows), size):
        part = rows[first : first + size]
        columns = [pa.array([row[name] or None for row in part], pa.string()) for name in rows[0]]
        encoded = [
            column if name == TRADE.measure else column.dictionary_encode()
            for name, column in zip(rows[0], columns, strict=True)
        ]
        places = np.arange(first + 1, first + 1 + len(part))
        found.append(Block(pa.Table.from_arrays(encoded, list(rows[0])), places))
    return found


def as_batch(block: Block) -> Batch:
    return Batch(block.texts, block.numbers)


def faults(judged: list[Judged]) -> list[tuple[Any, ...]]:
    return sorted(pl.concat(one.faults for one in judged).rows(), key=str)


def judge(table: Table, header: list[str]) -> RowJudge:
    return RowJudge(table, header, Limits(cell_characters=20), frozenset({"CAN", "USA"}))


@settings(max_examples=60, deadline=None)
@given(DAMAGE, st.booleans(), st.sampled_from([3, 8, 24]))
def test_words_find_what_rows_find(
    trade: Callable[..., Row], damage: list[tuple[int, str, str]], has_action: bool, size: int
) -> None:
    action = {"action": "M"} if has_action else {}
    rows = [{**trade(time_period=str(1990 + number)), **action} for number in range(24)]
    for number, column, cell in damage:
        if column in rows[number]:
            rows[number][column] = cell
    by_words, by_rows = judge(TRADE, list(rows[0])), judge(TRADE, list(rows[0]))
    found = [by_words.judge(block) for block in blocks(rows, size)]
    expected = [by_rows.judge(as_batch(block)) for block in blocks(rows, size)]
    assert faults(found) == faults(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.values.equals(other.values.select(one.values.columns))


def test_words_that_are_in_order_are_asked_once(trade: Callable[..., Row], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    answers = vocabulary._answers
    monkeypatch.setattr(vocabulary, "_answers", lambda *given: asked.append(given[1].height) or answers(*given))
    rows = [trade(time_period=str(1990 + number % 3)) for number in range(12)]
    by_words = judge(TRADE, list(rows[0]))
    first, *others = blocks(rows, 3)
    by_words.judge(first)
    assert asked
    asked.clear()
    for block in others:
        by_words.judge(block)
    assert not asked


def test_too_many_words_are_left_to_the_rows(trade: Callable[..., Row], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "MOST_WORDS", 5)
    rows = [trade(time_period=str(1990 + number), flow="X" if number else "?") for number in range(12)]
    [block] = blocks(rows, 12)
    assert [row[:3] for row in judge(TRADE, list(rows[0])).judge(block).faults.rows()] == [(1, "flow", "known_code")]


def test_pandera_watches_over_words_too(trade: Callable[..., Row], monkeypatch: pytest.MonkeyPatch) -> None:
    row = trade(valuation="?")
    by_words = judge(TRADE, list(row))
    monkeypatch.setattr(by_words._vocabulary, "_of_values", [])
    with pytest.raises(ContractError, match=r"pandera finds .*valuation.*known_code"):
        by_words.judge(blocks([row], 1)[0])
