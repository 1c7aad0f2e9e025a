"""Researchers who moved. Inline rows are made up; figures of the embedded table are pinned as published."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.talent_movement.orcid_researchers import (
    SOURCE,
    core_orcid_researchers,
    parse_moves,
    tidy_moves,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["talent_movement"]
MOVES = b"origin,destination,n_researchers\nMX,US,12\nNA,US,0\n"


def tidied(content: bytes = MOVES) -> pl.DataFrame:
    return tidy_moves(parse_moves(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_orcid_researchers(store.take_embedded(SOURCE, "moves"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_moves(MOVES)
    assert set(published.dtypes) == {pl.String}
    assert published.rows() == [("MX", "US", "12"), ("NA", "US", "0")]


def test_researchers_stand_as_a_stock_where_they_were_in_2016() -> None:
    row = tidied().row(0, named=True)
    assert row.pop("comment_obs").endswith("not a flow of one year")
    assert row == {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "MEX",
        "direction": "IN",
        "category": "ORCID_RESEARCHERS",
        "stock_flow": "S",
        "unit_measure": "PS",
        "time_period": "2016",
        "obs_value": Decimal(12),
        "basis": "FIRST_AFFILIATION",
        "obs_status": "D",
    }


def test_a_counted_zero_stays_a_zero_and_a_blank_stays_missing() -> None:
    assert tidied().select("counterpart_area", "obs_value").rows()[1] == ("NAM", 0)
    blank = tidied(MOVES.replace(b"12", b"")).row(0, named=True)
    assert (blank["obs_value"], blank["obs_status"]) == (None, "O")


@pytest.mark.parametrize(("column", "line"), [("origin", b"ZZ,US"), ("destination", b"MX,ZZ")])
def test_an_unknown_country_is_named(column: str, line: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"unknown country codes in {column} \['ZZ'\]"):
        tidied(MOVES.replace(b"MX,US", line))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"Missing: \['n_researchers'\]; new: \['researchers'\]"):
        tidied(MOVES.replace(b"n_researchers", b"researchers"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column n_researchers: 1 cells are not numbers \(row 1: '<5'\)"):
        tidied(MOVES.replace(b"12", b"<5"))


@pytest.mark.parametrize(
    ("origin", "destination", "persons"),
    [
        ("CAN", "USA", 1_029),
        ("USA", "CAN", 616),
        ("MEX", "USA", 160),
        ("USA", "MEX", 187),
        ("CHN", "USA", 3_508),
        ("USA", "ARE", 81),
    ],
)
def test_embedded_counts_are_the_published_ones(
    core: pl.DataFrame, origin: str, destination: str, persons: int
) -> None:
    told = core.filter(ref_area=destination, counterpart_area=origin)
    assert told["obs_value"].to_list() == [persons]


def test_no_researcher_of_the_embedded_table_is_lost(core: pl.DataFrame) -> None:
    held = list(csv.DictReader(read_embedded(SOURCE, "moves").decode().splitlines()))
    assert core.height == len(held) == 1_322
    assert core["obs_value"].sum() == sum(int(row["n_researchers"]) for row in held) == 44_341
    assert core["obs_value"].null_count() == 0


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
