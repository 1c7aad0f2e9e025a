"""Canadian work permits. Inline counts are made up, in the layout of a recorded workbook, which is read too."""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.talent_movement.ircc_permits import (
    SMALL,
    SOURCE,
    parse_permits,
    read_answer,
    tidy_permits,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform
from compact_pipelines.live.answers import Answer, Partition
from tests.live.made_up_files import workbook
from tests.live.publishers.ircc_permits import NOTES, ROWS, VINTAGE, permits

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
TABLE = load_contracts().tables["talent_movement"]


def read(content: bytes) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "humanitarian", Partition("all"), 1, content))


def told(frame: pl.DataFrame, area: str) -> dict[str, tuple[str, Any, str]]:
    rows = frame.filter(counterpart_area=area).select("time_period", "freq", "obs_value", "obs_status").rows()
    return {period: (freq, value, status) for period, freq, value, status in rows}


def test_numbers_written_as_text_with_commas_are_numbers() -> None:
    assert told(read(permits(*ROWS)), "IND")["2025-01"] == ("M", Decimal(1005), "P")


def test_a_withheld_count_is_neither_zero_nor_missing() -> None:
    found = told(read(permits(*ROWS)), "IND")
    assert found["2025-03"] == ("M", Decimal(0), "P")
    assert found["2025-04"] == ("M", None, "Q")
    assert set(read(permits(*ROWS)).filter(obs_status="Q")["comment_obs"]) == {SMALL}


def test_totals_between_the_months_are_quarters_and_running_ones_are_left_out() -> None:
    assert told(read(permits(*ROWS)), "IND") == {
        "2025-01": ("M", Decimal(1005), "P"),
        "2025-02": ("M", Decimal(10), "P"),
        "2025-03": ("M", Decimal(0), "P"),
        "2025-Q1": ("Q", Decimal(1015), "P"),
        "2025-04": ("M", None, "Q"),
    }


def test_the_total_is_the_world_and_remainders_are_left_out() -> None:
    assert sorted(read(permits(*ROWS))["counterpart_area"].unique()) == ["IND", "MEX", "W00"]


def test_a_groups_label_stands_in_its_total_row_below_its_parts() -> None:
    rows = [["", "First", "1"], ["", "Second", "2"], ["A Total", "", "3"], ["", "First", "4"], ["B Total", "", "4"]]
    heading = ["Province/territory and program", None, "2024"]
    content = workbook({"TR": [["made up"], [], heading, *rows, [], [NOTES], [VINTAGE]]})
    published = parse_permits(content, "made up").select("label", "sublabel", "year", "month", "value")
    assert published.rows() == [
        ("A Total", "First", "2024", "", "1"),
        ("A Total", "Second", "2024", "", "2"),
        ("A Total", "", "2024", "", "3"),
        ("B Total", "First", "2024", "", "4"),
        ("B Total", "", "2024", "", "4"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            permits(*ROWS, about="Province/Territory"),
            r"there is no citizenship in it; its rows are by \['Province/Terr",
        ),
        (permits(["Atlantis", *["5"] * 7]), r"unknown countries of citizenship \['Atlantis'\]"),
        (permits(["India", *["five"] * 7]), "cells are not numbers"),
        (permits(*ROWS, vintage="July"), "no line of source and day"),
        (permits(*ROWS, notes="Remarks"), "there is no row of notes"),
        (permits(), "no rows between the headings and the notes"),
        (workbook({"TR": [["made up"], [], ["a", "b"], ["1", "2"], [NOTES], [VINTAGE]]}), "the third row has no year"),
        (workbook({"TR": [["made up"]]}), "the third row has no year"),
    ],
)
def test_another_workbook_is_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)


def test_permits_of_another_kind_are_refused_by_their_title() -> None:
    content = permits(*ROWS)
    other = parse_permits(content, "made up").with_columns(title=pl.lit("Work permit holders by programme"))
    assert "Humanitarian" in parse_permits(content, "made up")["title"][0]
    with pytest.raises(SourceChanged, match=r"the workbook is called \['Work permit holders by programme'\]"):
        tidy_permits(other, "humanitarian")


@pytest.mark.skipif("COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings")
def test_the_recorded_workbook_by_citizenship_keeps_the_contract() -> None:
    path = Path(os.environ["COMPACT_RECORDINGS"]) / "ircc" / "EN_ODP-TR-Work-HC_citizenship_sign.xlsx"
    rows = read(path.read_bytes())
    india = told(rows, "IND")
    assert (india["2015-01"], india["2015"]) == (("M", Decimal(100), "P"), ("A", Decimal(1085), "P"))
    assert rows.filter(freq="M")["time_period"].max() == "2025-07"
    assert rows.filter(freq="A")["time_period"].max() == "2024"
    assert not rows.select(TABLE.dimensions).is_duplicated().any()
    stamped = rows.with_columns(source_id=pl.lit(SOURCE), snapshot_id=pl.lit("a"), recorded_at=pl.lit(NOON))
    shaped = conform("talent_movement", SOURCE, stamped).with_columns(is_preferred=pl.lit(value=True))
    assert list(check_table(TABLE, shaped)) == []


@pytest.mark.skipif("COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings")
@pytest.mark.parametrize(
    ("name", "cells", "total"),
    [
        ("EN_ODP-TR-Study-IS_PT_study_level_sign.xlsx", 12_670, "171,655"),
        ("EN_ODP_annual-TR-work-IMP_PT_program_year_end.xlsx", 11_450, "1,263,145"),
        ("EN_ODP_annual-TR-work-TFW_PT_program_year_end.xlsx", 3_300, "236,130"),
    ],
)
def test_recorded_sister_files_are_read_and_have_no_citizenship_in_them(name: str, cells: int, total: str) -> None:
    content = (Path(os.environ["COMPACT_RECORDINGS"]) / "ircc" / name).read_bytes()
    published = parse_permits(content, name)
    assert (published.height, published["value"][-1]) == (cells, total)
    with pytest.raises(SourceChanged, match="there is no citizenship in it"):
        read(content)
