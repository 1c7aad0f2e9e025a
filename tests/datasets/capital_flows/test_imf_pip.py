"""IMF portfolio investment positions. All figures are made up, in the shape that was recorded of other flows."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.datasets.capital_flows.imf_pip import SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.imf_pip import NORMAL, PERIODS, SERIES, message


def read(content: bytes, year: str = "2023") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "positions", Partition(year, "CAN"), 1, content))


def test_december_is_the_year_and_june_a_month() -> None:
    rows = read(NORMAL).filter(instrument="P_F5", counterpart_area="USA").select("freq", "time_period", "obs_value")
    assert rows.rows() == [
        ("M", "2023-06", Decimal("700000000001.000000")),
        ("A", "2023", Decimal("800000000002.000000")),
    ]


def test_a_confidential_figure_is_suppressed_and_another_gap_is_missing() -> None:
    gaps = read(NORMAL).filter(pl.col("obs_value").is_null()).select("counterpart_area", "instrument", "obs_status")
    assert set(gaps.rows()) == {("MEX", "P_F5", "Q"), ("USA", "P_F3", "O")}


def test_of_groups_only_the_world_is_kept() -> None:
    assert set(read(NORMAL)["counterpart_area"]) == {"USA", "MEX", "W00"}


def test_half_years_of_another_year_are_left_out() -> None:
    assert read(NORMAL, "2024").is_empty()
    assert set(read(message(SERIES, ["2023-S1", "2024-S2"]))["time_period"]) == {"2023-06"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (message(SERIES, ["2023-Q1", "2023-Q2"]), "no half-years"),
        (NORMAL.replace(b'"P_F3_P_USD"', b'"P_F3_L_P_USD"'), "codes in INDICATOR"),
        (message(SERIES, PERIODS).replace(b"PIP(5.0.0)", b"CPIS(1.0)"), "expected IMF.STA:PIP"),
        (NORMAL.replace(b'"id": "S"', b'"id": "A"'), "codes in FREQUENCY"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)
