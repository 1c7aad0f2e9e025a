"""Canadian study permits. Inline rows are made up; figures of the embedded table are pinned as published."""

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.talent_movement.ircc_study_permits import (
    AREAS,
    SOURCE,
    core_ircc_study_permits,
    parse_permits,
    tidy_permits,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["talent_movement"]
PERMITS = (
    b"Country of Citizenship,2015,2016,2017,2018,2019,2020,2021,2022,2023\n"
    b"Mexico,100,105,110,115,120,125,130,135,140\n"
    b"Qatar,5,10,0,--,,5,5,5,0\n"
    b'"Korea, Republic of",5,5,5,5,5,5,5,5,5\n'
)


def tidied(content: bytes = PERMITS) -> pl.DataFrame:
    return tidy_permits(parse_permits(content))


def told(frame: pl.DataFrame, area: str, year: str) -> dict[str, object]:
    return frame.filter(counterpart_area=area, time_period=year).row(0, named=True)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_ircc_study_permits(store.take_embedded(SOURCE, "citizenship"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_permits(PERMITS)
    assert set(published.dtypes) == {pl.String}
    assert published.row(1) == ("Qatar", "5", "10", "0", "--", None, "5", "5", "5", "0")


def test_canada_counts_who_holds_a_permit_of_the_year() -> None:
    row = told(tidied(), "MEX", "2015")
    assert str(row.pop("comment_obs")).startswith("rounded to 5")
    assert row == {
        "freq": "A",
        "ref_area": "CAN",
        "counterpart_area": "MEX",
        "direction": "IN",
        "category": "CA_STUDY_PERMIT",
        "stock_flow": "F",
        "unit_measure": "PS",
        "time_period": "2015",
        "obs_value": Decimal(100),
        "basis": "NATIONALITY",
        "obs_status": "D",
    }


def test_the_part_year_is_provisional_and_says_so() -> None:
    row = told(tidied(), "MEX", "2023")
    assert (row["obs_value"], row["obs_status"]) == (140, "P")
    assert str(row["comment_obs"]).startswith("part of the year only")


@pytest.mark.parametrize("year", ["2017", "2018", "2019", "2023"])
def test_a_count_that_the_publisher_withholds_is_missing_and_not_zero(year: str) -> None:
    row = told(tidied(), "QAT", year)
    assert (row["obs_value"], row["obs_status"]) == (None, "Q")
    assert str(row["comment_obs"]).startswith("0 to 5 persons")


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"unknown countries of citizenship \['Atlantis'\]"):
        tidied(PERMITS.replace(b"Qatar", b"Atlantis"))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['2023'\]; new: \['2024'\]"):
        tidied(PERMITS.replace(b"2023", b"2024"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column 2015: 1 cells are not numbers \(row 1: '1 00'\)"):
        tidied(PERMITS.replace(b"Mexico,100", b"Mexico,1 00"))


@pytest.mark.parametrize(
    ("area", "year", "persons"),
    [("USA", "2023", 7_735), ("MEX", "2023", 10_820), ("USA", "2015", 5_815), ("MEX", "2019", 6_415)],
)
def test_embedded_permits_are_the_published_ones(core: pl.DataFrame, area: str, year: str, persons: int) -> None:
    assert told(core, area, year)["obs_value"] == persons


def test_no_permit_of_the_embedded_table_is_lost(core: pl.DataFrame) -> None:
    held = list(csv.reader(read_embedded(SOURCE, "citizenship").decode().splitlines()))[1:]
    cells = [int(cell) for row in held for cell in row[1:]]
    assert core.height == len(cells) == len(AREAS) * 9
    assert core["obs_value"].sum() == sum(cells)
    assert core["obs_value"].null_count() == 0


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []


def test_a_withheld_count_keeps_the_contract(tmp_path: Path) -> None:
    snapshot = SnapshotStore.at(tmp_path).take_embedded(SOURCE, "citizenship")
    payload = snapshot.read().replace(b"Qatar,15", b"Qatar,0")
    frame = conform(TABLE.id, SOURCE, tidied(payload).with_columns(**snapshot.stamp()))
    assert dict(frame["obs_status"].value_counts().rows()) == {"D": 359, "P": 45, "Q": 1}
    assert check_table(TABLE, frame.with_columns(is_preferred=pl.lit(value=True))) == []
