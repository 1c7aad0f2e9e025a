"""BIS exchange rates. All figures are made up, in the shape recorded of another flow."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.datasets.reference.bis_exchange_rates import CURRENCIES, SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.bis_exchange_rates import HEADER, NORMAL, row


def read(content: bytes) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "monthly", Partition("2023-05"), 1, content))


def answer(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def test_a_rate_is_currency_units_per_dollar() -> None:
    rates = read(NORMAL)
    assert rates.columns == ["currency", "time_period", "units_per_usd"]
    assert rates.row(0) == ("CAD", "2023-05", Decimal("1.234567"))


def test_the_currency_that_an_area_had_before_and_months_without_a_rate_are_left_out() -> None:
    assert read(NORMAL)["currency"].to_list() == ["CAD", "EUR", "MXN"]
    assert b"MXP" in NORMAL
    assert b"KRW" in NORMAL


def test_each_currency_is_of_one_area() -> None:
    assert len(set(CURRENCIES.values())) == len(CURRENCIES)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (answer(row("CA", "CAD", "0")), "zero or less"),
        (answer(row("QQ", "QQQ", "1")), "areas in REF_AREA"),
        (answer(row("CA", "CAD", "1")).replace(b",A,2023-05", b",E,2023-05"), "codes in COLLECTION"),
        (NORMAL.replace(b"WS_XRU", b"WS_EER"), "expected BIS:WS_XRU"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)
