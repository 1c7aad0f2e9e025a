"""BEA direct investment positions by country. Figures are made up; fields are those of rendered tables."""

from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.datasets.capital_flows.bea_direct_investment import read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.bea_shapes import answer
from tests.live.publishers.bea_direct_investment import row

CANADA: Final = row("Canada", "100", "569,718", "1.02")


def read(*rows: dict[str, Any], part: str = "inward") -> pl.DataFrame:
    return read_answer(Answer("bea_direct_investment", part, Partition("2022"), 1, answer(list(rows))))


def test_a_position_is_in_dollars_on_the_directional_principle() -> None:
    assert read(CANADA).row(0, named=True) == {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "CAN",
        "direction": "IN",
        "instrument": "D_F",
        "stock_flow": "S",
        "time_period": "2022",
        "obs_value": Decimal(569_718_000_000),
        "unit_measure": "USD",
        "basis": "DIRECTIONAL",
        "obs_status": "A",
        "comment_obs": None,
    }


def test_what_americans_hold_is_outward() -> None:
    assert read({**CANADA, "SeriesID": "30"}, part="outward")["direction"].to_list() == ["OUT"]


@pytest.mark.parametrize("scale", ["Millions of Dollars", "Millions of dollars"])
def test_the_unit_is_in_words_with_a_large_or_small_letter(scale: str) -> None:
    assert read({**CANADA, "TableScale": scale})["obs_value"].item() == 569_718_000_000


def test_persons_are_no_dollars() -> None:
    with pytest.raises(SourceChanged, match=r"unknown units \['Thousands of Employees'\]"):
        read({**CANADA, "TableScale": "Thousands of Employees"})


def test_a_country_that_stands_twice_is_held_once_and_two_figures_are_refused() -> None:
    assert read(CANADA, {**CANADA, "TableRowDisplayOrder": "16.00"}).height == 1
    with pytest.raises(SourceChanged, match=r"counterpart_area CAN.* stands twice with different figures"):
        read(CANADA, row("Canada", "100", "487,449", "2.00"))


def test_groups_are_left_out_and_the_world_is_kept() -> None:
    rows = [row(name, "499", "1", "3.00") for name in ("Europe", "Other", "European Union (27)", "Addenda:")]
    world = row("All Countries Total", "000", "4,613,481", "1.00")
    assert read(world, *rows)["counterpart_area"].to_list() == ["W00"]


def test_a_suppressed_position_is_missing_and_a_negative_one_is_not() -> None:
    told = read(row("Ireland", "313", "(D)", "4.00"), row("Panama", "250", "-12", "5.00"))
    assert told.select("counterpart_area", "obs_value", "obs_status").rows() == [
        ("IRL", None, "Q"), ("PAN", -12_000_000, "A")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"SeriesID": "8"}, r"series in SeriesID \['8'\]"),
        ({"Year": "2021"}, r"years in Year \['2021'\]"),
        ({"ColumnCode": "3000"}, r"industries in ColumnCode \['3000'\]"),
        ({"Row": "Atlantis"}, r"names of areas in Row \['Atlantis'\]"),
    ],
)
def test_a_wider_answer_than_was_asked_for_is_refused(cells: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read({**CANADA, **cells})
