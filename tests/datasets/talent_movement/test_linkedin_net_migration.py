"""Net migration of LinkedIn members. Inline rows are made up; figures of the embedded table are as published."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.talent_movement.linkedin_net_migration import (
    SOURCE,
    core_linkedin_net_migration,
    parse_rates,
    tidy_rates,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["talent_movement"]
HEADER = (
    b"base_country_code,target_country_code,"
    b"net_per_10K_2015,net_per_10K_2016,net_per_10K_2017,net_per_10K_2018,net_per_10K_2019\n"
)
RATES = HEADER + b"us,ca,-1.25,0.5,0,,3\nna,us,1,1,1,1,1\n"


def tidied(content: bytes = RATES) -> pl.DataFrame:
    return tidy_rates(parse_rates(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_linkedin_net_migration(store.take_embedded(SOURCE, "countries"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_rates(RATES)
    assert set(published.dtypes) == {pl.String}
    assert published.row(0) == ("us", "ca", "-1.25", "0.5", "0", None, "3")


def test_the_base_country_gains_on_net_at_a_rate() -> None:
    row = tidied().row(0, named=True)
    assert "per 10,000 members in the reporting area" in row.pop("comment_obs")
    assert row == {
        "freq": "A",
        "ref_area": "USA",
        "counterpart_area": "CAN",
        "direction": "NET",
        "category": "LINKEDIN_MEMBERS",
        "stock_flow": "F",
        "unit_measure": "PER_10000",
        "time_period": "2015",
        "obs_value": Decimal("-1.25"),
        "obs_status": "A",
    }


def test_a_rate_of_zero_stays_and_a_blank_stays_missing() -> None:
    cells = tidied().filter(ref_area="USA").select("obs_value", "obs_status").rows()
    assert cells == [(Decimal("-1.25"), "A"), (Decimal("0.5"), "A"), (0, "A"), (None, "O"), (3, "A")]


def test_na_is_namibia_and_no_gap() -> None:
    assert tidied().filter(ref_area="NAM", counterpart_area="USA")["obs_value"].to_list() == [1, 1, 1, 1, 1]


@pytest.mark.parametrize(("column", "line"), [("base_country_code", b"zz,ca,"), ("target_country_code", b"us,zz,")])
def test_an_unknown_country_is_named(column: str, line: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"unknown country codes in {column} \['zz'\]"):
        tidied(RATES.replace(b"us,ca,", line))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"Missing: \['net_per_10K_2019'\]; new: \['net_per_10K_2020'\]"):
        tidied(RATES.replace(b"10K_2019", b"10K_2020"))


def test_a_cell_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column net_per_10K_2016: 1 cells are not numbers \(row 1: '0,5'\)"):
        tidied(RATES.replace(b",0.5,", b',"0,5",'))


@pytest.mark.parametrize(
    ("base", "target", "rates"),
    [
        ("USA", "CAN", ["-0.08", "0.21", "-0.01", "-0.17", "-0.21"]),
        ("MEX", "USA", ["0.39", "-1.3", "-1.22", "-1.65", "-3.12"]),
        ("MEX", "CAN", ["0.07", "-0.27", "-0.61", "-0.72", "-1.05"]),
    ],
)
def test_embedded_rates_are_the_published_ones(core: pl.DataFrame, base: str, target: str, rates: list[str]) -> None:
    told = core.filter(ref_area=base, counterpart_area=target).sort("time_period")["obs_value"].to_list()
    assert told == [Decimal(rate) for rate in rates]


def test_no_rate_of_the_embedded_table_is_lost(core: pl.DataFrame) -> None:
    held = list(csv.reader(read_embedded(SOURCE, "countries").decode().splitlines()))[1:]
    assert len(held) == 1_594
    assert core.height == len(held) * 5
    assert core["obs_value"].sum() == sum(Decimal(cell) for row in held for cell in row[2:])
    assert core["obs_value"].null_count() == 0


def test_what_one_side_of_an_embedded_pair_gains_the_other_loses(core: pl.DataFrame) -> None:
    other = core.select("time_period", "obs_value", ref_area="counterpart_area", counterpart_area="ref_area")
    pairs = core.join(other, on=["ref_area", "counterpart_area", "time_period"], suffix="_other")
    assert pairs.height == core.height
    assert pairs.filter(pl.col("obs_value").cast(float) * pl.col("obs_value_other").cast(float) > 0).is_empty()


def test_no_embedded_rate_can_be_added_to_persons(core: pl.DataFrame) -> None:
    assert core.select("direction", "unit_measure").unique().rows() == [("NET", "PER_10000")]


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
