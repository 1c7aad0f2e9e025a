"""BEA international investment position. Figures are made up; fields are those of a rendered table."""

from typing import Any

import polars as pl
import pytest

from compact_pipelines.datasets.capital_flows.bea_investment_position import LINES, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.bea_shapes import answer
from tests.live.publishers.bea_investment_position import row


def read(*rows: dict[str, Any], part: str = "annual") -> pl.DataFrame:
    content = answer(list(rows), is_listed=True)
    return read_answer(Answer("bea_investment_position", part, Partition("2022"), 1, content))


def all_lines(period: str = "2022", value: str = "1") -> list[dict[str, Any]]:
    return [row(line, period, value) for line in LINES]


def test_assets_are_outward_and_liabilities_inward_with_the_world() -> None:
    told = read(*all_lines())
    assert told["counterpart_area"].unique().to_list() == ["W00"]
    assert told.group_by("direction").len().sort("direction").rows() == [("IN", 4), ("OUT", 4)]
    assert set(told["instrument"]) == {"D_F", "P_F5", "P_F3", "O_F"}
    assert told.select("valuation", "basis", "stock_flow", "obs_value").unique().rows() == [
        ("MARKET", "ASSET_LIABILITY", "S", 1_000_000)
    ]


def test_lines_by_currency_or_holder_are_left_out() -> None:
    assert read(*all_lines(), row("CurrAndDepAssets", "2022", "132685")).height == len(LINES)


def test_a_quarter_is_a_period_of_its_year() -> None:
    told = read(*all_lines("2022Q4"), part="quarterly")
    assert told.select("freq", "time_period").unique().rows() == [("Q", "2022-Q4")]


def test_a_line_that_is_gone_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"no lines \['DiInvAssets'\] among 7 in TypeOfInvestment"):
        read(*all_lines()[1:])


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"Component": "ChgPos"}, "components in Component"),
        ({"Frequency": "QNSA"}, "frequencies in Frequency"),
        ({"TimePeriod": "2021"}, "years in TimePeriod"),
        ({"CL_UNIT": "Percent"}, "units in CL_UNIT"),
        ({"UNIT_MULT": "99"}, "unknown units"),
    ],
)
def test_a_wider_answer_than_was_asked_for_is_refused(cells: dict[str, Any], says: str) -> None:
    first, *others = all_lines()
    with pytest.raises(SourceChanged, match=says):
        read({**first, **cells}, *others)


def test_one_line_with_two_figures_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"TypeOfInvestment DiInvAssets.* different figures, 1 and 2"):
        read(*all_lines(), row("DiInvAssets", "2022", "2"))
