"""Migrant stock. Inline rows are made up; figures of the embedded table are pinned as published."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.talent_movement.un_desa_migrant_stock import (
    SOURCE,
    core_un_desa_migrant_stock,
    parse_stock,
    tidy_stock,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["talent_movement"]
STOCK = b"destination,origin,year,migrant_stock\nusa,mex,2019,1000\ncan,usa,2019,0\n"


def tidied(content: bytes = STOCK) -> pl.DataFrame:
    return tidy_stock(parse_stock(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_un_desa_migrant_stock(store.take_embedded(SOURCE, "stock"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_stock(STOCK)
    assert set(published.dtypes) == {pl.String}
    assert published.rows()[0] == ("usa", "mex", "2019", "1000")


def test_the_host_reports_people_who_came_in() -> None:
    assert tidied().row(0, named=True) == {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "MEX",
        "direction": "IN",
        "category": "MIGRANT",
        "stock_flow": "S",
        "unit_measure": "PS",
        "time_period": "2019",
        "obs_value": Decimal(1000),
        "basis": "BIRTH",
        "comment_obs": "stock at mid-year",
    }


def test_a_counted_zero_stays_a_zero_and_a_blank_is_none() -> None:
    assert tidied()["obs_value"].to_list() == [1000, 0]
    assert tidied(STOCK.replace(b"1000", b""))["obs_value"].to_list() == [None, 0]


@pytest.mark.parametrize(("column", "line"), [("destination", b"atl,mex"), ("origin", b"usa,atl")])
def test_an_unknown_country_is_named(column: str, line: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"un_desa_migrant_stock: unknown area codes in {column} \['atl'\]"):
        tidied(STOCK.replace(b"usa,mex", line))


def test_upper_case_codes_are_another_spelling_and_are_refused() -> None:
    with pytest.raises(SourceChanged, match=r"unknown area codes in destination \['USA'\]"):
        tidied(STOCK.replace(b"usa,mex", b"USA,mex"))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['migrant_stock'\]; new: \['stock'\]"):
        tidied(STOCK.replace(b"migrant_stock", b"stock"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column migrant_stock: 1 cells are not numbers \(row 1: '\.\.'\)"):
        tidied(STOCK.replace(b"1000", b".."))


@pytest.mark.parametrize(("origin", "persons"), [("MEX", 11_489_684), ("CAN", 825_040)])
def test_embedded_stocks_in_the_united_states_in_2019_are_the_published_ones(
    core: pl.DataFrame, origin: str, persons: int
) -> None:
    told = core.filter(ref_area="USA", counterpart_area=origin, time_period="2019")
    assert told["obs_value"].to_list() == [persons]


def test_no_person_of_the_embedded_table_is_lost(core: pl.DataFrame) -> None:
    held = list(csv.DictReader(read_embedded(SOURCE, "stock").decode().splitlines()))
    assert core.height == len(held) == 9_951
    assert core["obs_value"].sum() == sum(int(row["migrant_stock"]) for row in held) == 468_243_097
    assert core["obs_value"].null_count() == 0


def test_embedded_years_are_those_of_the_revision(core: pl.DataFrame) -> None:
    years = ["1990", "1995", "2000", "2005", "2010", "2015", "2019"]
    assert sorted(core["time_period"].unique()) == years


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
