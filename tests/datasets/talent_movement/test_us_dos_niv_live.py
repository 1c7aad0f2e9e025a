"""US visas, from the publisher's workbook. All counts are made up, in the headings that readers' code gives."""

from typing import Any

import polars as pl
import pytest

from compact_pipelines.datasets.talent_movement.us_dos_niv import AREAS, COLUMNS, SOURCE, parse_workbook, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Partition
from tests.live.made_up_files import workbook
from tests.live.publishers.us_dos_niv import CLASSES_OF_1997, CLASSES_OF_2024, NATIONALITIES, NORMAL, sheet


def read(sheets: dict[str, list[list[Any]]]) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "workbook", Partition("all"), 1, workbook(sheets)))


def test_every_sheet_is_a_fiscal_year_and_columns_are_found_by_name() -> None:
    found = read(NORMAL)
    assert sorted(found["time_period"].unique()) == ["1997", "2024"]
    h1b = found.filter(category="US_H1B", counterpart_area="MEX").select("time_period", "obs_value").sort("time_period")
    assert h1b.rows() == [("1997", 2), ("2024", 3)]


def test_hyphens_of_classes_come_and_go() -> None:
    assert {"E3R", "H1B"} <= set(CLASSES_OF_2024)
    assert found_in_2024("US_E3R", "AUS") == 3


def found_in_2024(category: str, area: str) -> object:
    return read(NORMAL).filter(category=category, counterpart_area=area, time_period="2024")["obs_value"].item()


def test_regions_are_left_out_and_the_grand_total_is_the_world() -> None:
    published = parse_workbook(workbook(NORMAL), "made up")
    assert published.columns == COLUMNS
    assert set(published["nationality"]) == {*AREAS, "Togo"}
    assert found_in_2024("US_F1", "W00") == 3 * len(NATIONALITIES)


def test_a_class_that_a_year_did_not_have_is_no_row_of_it() -> None:
    found = read({"FY97": sheet(CLASSES_OF_1997)})
    assert sorted(found["category"].unique()) == ["US_F1", "US_H1B", "US_J1", "US_L1", "US_O1", "US_TN"]


def test_a_class_that_is_gone_stops_the_year() -> None:
    with pytest.raises(SourceChanged, match=r"sheet 'FY24': no column of TN; the classes are \['B-1/2', 'E-3'"):
        read({"FY24": sheet(CLASSES_OF_2024[:-1])})


def test_fractions_behind_whole_visas_are_rounded_and_still_add_up() -> None:
    found = read({"FY1997": sheet(CLASSES_OF_1997, 136.24)})
    assert found.filter(category="US_F1", counterpart_area="MEX")["obs_value"].item() == 136


def test_a_sum_that_is_half_a_visa_off_is_a_missing_row() -> None:
    whole = 2 * len(NATIONALITIES)
    with pytest.raises(SourceChanged, match="the nationalities do not add up to the grand total"):
        read({"FY97": sheet(CLASSES_OF_1997, total=whole + 0.5)})


def test_a_blank_is_missing_since_the_publisher_does_not_say_that_it_is_zero() -> None:
    rows = sheet(CLASSES_OF_1997)
    at = next(number for number, row in enumerate(rows) if row and row[0] == "Mexico")
    rows[at][2], rows[-1][2] = None, rows[-1][2] - 2
    row = read({"FY97": rows}).filter(category="US_F1", counterpart_area="MEX").row(0, named=True)
    assert (row["obs_value"], row["obs_status"], row["comment_obs"]) == (None, "O", "blank in the table")


@pytest.mark.parametrize(
    ("sheets", "says"),
    [
        ({"Notes": [["made up"]]}, "a sheet is called 'Notes'; expected one a fiscal year"),
        ({"FY97": [["made up"]]}, "sheet 'FY97': no row that names visa classes"),
        ({"FY97": sheet(CLASSES_OF_1997)[:1]}, "no nationalities in any sheet"),
        ({"FY97": [row for row in sheet(CLASSES_OF_1997) if row[:1] != ["Chile"]]}, "absent from the table"),
    ],
)
def test_another_workbook_is_refused_in_words(sheets: dict[str, list[list[Any]]], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(sheets)
