"""BEA international transactions. Figures are made up; fields are those of a rendered table."""

from typing import Any

import polars as pl
import pytest

from compact_pipelines.datasets.capital_flows.bea_international_transactions import read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.bea_shapes import answer
from tests.live.publishers.bea_international_transactions import row


def read(*rows: dict[str, Any], part: str = "outward_annual") -> pl.DataFrame:
    content = answer(list(rows))
    return read_answer(Answer("bea_international_transactions", part, Partition("2022"), 1, content))


def test_acquired_assets_are_outward_flows_that_may_be_negative() -> None:
    (told,) = read(row("DiInvAssets", "Canada", "2022", "-20")).rows(named=True)
    assert (told["counterpart_area"], told["direction"], told["stock_flow"]) == ("CAN", "OUT", "F")
    assert (told["obs_value"], told["basis"], told["freq"]) == (-20_000_000, "ASSET_LIABILITY", "A")


def test_incurred_liabilities_are_inward_flows_by_quarter() -> None:
    told = read(row("DiInvLiabs", "Mexico", "2022Q3", "5"), part="inward_quarterly")
    assert told.select("direction", "freq", "time_period").row(0) == ("IN", "Q", "2022-Q3")


def test_what_is_unallocated_is_held_and_remainders_are_not() -> None:
    areas = ["AllCountries", "IntOrgAndUnalloc", "AllOthThanCanada", "OthEuropeExcl32", "Europe"]
    told = read(*(row("DiInvAssets", area, "2022", "1") for area in areas))
    assert told["counterpart_area"].to_list() == ["W00", "_X"]


def test_the_two_names_of_korea_are_one_area_and_two_figures_are_refused() -> None:
    rows = [row("DiInvAssets", area, "2022", "7") for area in ("KoreaRepOf", "SouthKorea")]
    assert read(*rows)["counterpart_area"].to_list() == ["KOR"]
    with pytest.raises(SourceChanged, match=r"counterpart_area KOR.* different figures, 7 and 8"):
        read(rows[0], {**rows[1], "DataValue": "8"})


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"Indicator": "ExpGdsAutoEngAndEngParts"}, "indicators in Indicator"),
        ({"Frequency": "QSA"}, "frequencies in Frequency"),
        ({"TimePeriod": "2021"}, "years in TimePeriod"),
        ({"CL_UNIT": "Percent"}, "units in CL_UNIT"),
        ({"AreaOrCountry": "Atlantis"}, r"codes of areas \['Atlantis'\]"),
    ],
)
def test_a_wider_answer_than_was_asked_for_is_refused(cells: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read({**row("DiInvAssets", "Canada", "2022", "1"), **cells})
