"""Economies, from the World Bank's own answers. All figures are made up."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.datasets.reference.worldbank_gdp_population import SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.worldbank_gdp_population import GDP, PEOPLE, ROWS
from tests.live.publishers.worldbank_migrant_stock import NOTHING, body, row


def read(content: bytes, year: str = "2020") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "indicators", Partition(year), 1, content))


def test_two_indicators_make_one_row_an_area_and_groups_are_left_out() -> None:
    assert read(body(ROWS)).rows() == [
        ("CAN", "2020", Decimal("1500000000000.5"), Decimal(38_000_000)),
        ("MEX", "2020", None, Decimal(126_000_000)),
        ("W00", "2020", Decimal(9_000_000_000_000), Decimal(7_800_000_000)),
    ]


def test_an_area_with_neither_figure_has_no_row() -> None:
    more = [row("USA", "2020", None, GDP), row("USA", "2020", None, PEOPLE)]
    assert "USA" not in read(body([*ROWS, *more]))["area"].to_list()


@pytest.mark.parametrize(
    ("content", "year", "says"),
    [
        (body(ROWS[:3]), "2020", r"rows of \['NY.GDP.MKTP.CD'\], expected .* dropped brings no error"),
        (NOTHING, "2020", r"rows of \[\]"),
        (body(ROWS), "2019", r"unknown years \['2020'\]"),
        (body([*ROWS, row("USA", "2020", 0, PEOPLE)]), "2020", "zero or less"),
    ],
)
def test_another_answer_is_refused_in_words(content: bytes, year: str, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content, year)
