"""OECD migration by nationality. Figures are made up unless a test names the recorded slice."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from compact_pipelines.datasets.talent_movement.oecd_migration import NO_AREA, SOURCE, ZERO_SAYS, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.oecd_migration import HEADER, row, table

FOLDER: Final = os.environ.get("COMPACT_RECORDINGS", "")
HAS_RECORDINGS: Final = pytest.mark.skipif(not FOLDER, reason="COMPACT_RECORDINGS names no folder of recordings")


def read(content: bytes, year: str = "2020", part: str = "stocks") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, part, Partition(year), 1, content))


def answer(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


@pytest.mark.parametrize(("part", "kind"), [("inflows", "F"), ("stocks", "S")])
def test_persons_may_be_fractional_and_each_measure_has_its_kind(part: str, kind: str) -> None:
    told = read(table(part), part=part).filter(ref_area="USA", counterpart_area="MEX").row(0, named=True)
    assert (told["obs_value"], told["stock_flow"], told["unit_measure"]) == (Decimal("2002.412500"), kind, "PS")


def test_both_sexes_together_are_one_row() -> None:
    assert read(table("stocks")).filter(ref_area="FRA", counterpart_area="USA").height == 1


@pytest.mark.parametrize("code", sorted(NO_AREA))
def test_vanished_states_residuals_and_unions_are_left_out(code: str) -> None:
    assert read(answer(row("stocks", "FRA", code, "1"))).is_empty()


def test_a_blank_is_missing_although_its_status_says_normal() -> None:
    told = read(answer(row("stocks", "DEU", "CAN", ""))).row(0, named=True)
    assert (told["obs_value"], told["obs_status"]) == (None, "O")


def test_a_zero_may_be_what_is_not_counted_and_is_no_figure() -> None:
    told = read(answer(row("stocks", "USA", "ATG", "0"), row("stocks", "USA", "MEX", "0.4"))).rows_by_key(
        "counterpart_area", named=True, unique=True
    )
    assert (told["ATG"]["obs_value"], told["ATG"]["obs_status"]) == (None, "O")
    assert told["ATG"]["comment_obs"].endswith(f"; {ZERO_SAYS}")
    assert (told["MEX"]["obs_value"], told["MEX"]["obs_status"]) == (Decimal("0.4"), "A")
    assert ZERO_SAYS not in told["MEX"]["comment_obs"]


def test_nationals_of_the_country_itself_are_left_out() -> None:
    assert "FRA" not in set(read(table("stocks"))["counterpart_area"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (answer(row("stocks", "FRA", "QQQ", "1")), r"areas in CITIZENSHIP \['QQQ'\]"),
        (table("inflows"), "codes in MEASURE"),
        (table("stocks").replace(b"_Z,PS", b"_Z,PT"), "codes in UNIT_MEASURE"),
        (table("stocks").replace(b"DF_MIG(", b"DF_MIG_POPF("), "expected OECD.ELS.IMD:DSD_MIG@DF_MIG"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)


@HAS_RECORDINGS
def test_the_recorded_slice_gives_rows_of_its_years() -> None:
    content = (Path(FOLDER) / "oecd/data_DSD_MIG_B15_excerpt.csv").read_bytes()
    rows = read(content, "2016")
    values = {(area, of): value for area, of, value in rows.select("ref_area", "counterpart_area", "obs_value").rows()}
    assert rows.height == 17
    assert values["USA", "MEX"] == Decimal("8340173.700000")
    assert values["USA", "GBR"] == Decimal("325708.277100")
    assert values["FRA", "CAN"] == Decimal(11747)
    assert values["FRA", "W00"] == Decimal(4544793)
    assert rows.filter(ref_area="ISR", counterpart_area="W00")["obs_status"].to_list() == ["O"]
    assert read(content, "2014").select("ref_area", "counterpart_area", "obs_status").rows() == [
        ("AUS", "W00", "O"),
        ("MEX", "W00", "O"),
        ("CAN", "W00", "O"),
    ]
