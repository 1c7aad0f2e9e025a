"""Outward positions after the OECD. Inline rows are made up; figures of the embedded table are pinned as compiled."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.capital_flows.oecd_outward_fdi import (
    SOURCE,
    core_oecd_outward_fdi,
    parse_positions,
    tidy_positions,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["capital_flows"]
POSITIONS = (
    b"type_fdi,host,home,year,indicator,value_oecd\n"
    b"total,MEX,NLD,2014,million_USD,10\n"
    b"equity,MEX,NLD,2014,million_USD,12.5\n"
    b"debt,MEX,NLD,2014,million_USD,-2.5\n"
    b"total,MEX,EST,2014,million_USD,0\n"
)


def tidied(content: bytes = POSITIONS) -> pl.DataFrame:
    return tidy_positions(parse_positions(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_oecd_outward_fdi(store.take_embedded(SOURCE, "positions"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_positions(POSITIONS)
    assert set(published.dtypes) == {pl.String}
    assert published.row(1) == ("equity", "MEX", "NLD", "2014", "million_USD", "12.5")


def test_the_home_reports_what_its_shell_companies_hold_abroad() -> None:
    assert tidied().row(0, named=True) == {
        "freq": "A",
        "ref_area": "NLD",
        "counterpart_area": "MEX",
        "direction": "OUT",
        "instrument": "D_F_SPE",
        "stock_flow": "S",
        "time_period": "2014",
        "obs_value": Decimal(10_000_000),
        "unit_measure": "USD",
        "basis": "DIRECTIONAL",
        "obs_status": "A",
        "comment_obs": "special-purpose entities only",
    }


def test_types_become_instruments_of_their_own_and_signs_stay() -> None:
    told = {row["instrument"]: row["obs_value"] for row in tidied().filter(ref_area="NLD").iter_rows(named=True)}
    assert told == {"D_F_SPE": 10_000_000, "D_F5_SPE": 12_500_000, "D_FL_SPE": -2_500_000}


def test_a_zero_stays_a_zero_and_a_blank_is_missing() -> None:
    zero = tidied().filter(ref_area="EST").row(0, named=True)
    assert (zero["obs_value"], zero["obs_status"]) == (Decimal(0), "A")
    blank = tidied(POSITIONS.replace(b"million_USD,0", b"million_USD,")).filter(ref_area="EST").row(0, named=True)
    assert (blank["obs_value"], blank["obs_status"]) == (None, "O")


def test_na_of_the_join_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"column value_oecd: 1 cells are not numbers \(row 4: 'NA'\)"):
        tidied(POSITIONS.replace(b"million_USD,0", b"million_USD,NA"))


def test_parts_that_miss_their_total_by_more_than_rounding_are_refused() -> None:
    assert tidied(POSITIONS.replace(b"12.5", b"15")).height == 4
    with pytest.raises(SourceChanged, match="do not add up to the total in 1 of 1 cells"):
        tidied(POSITIONS.replace(b"12.5", b"16"))


@pytest.mark.parametrize(("column", "line"), [("home", b"total,MEX,ATL"), ("host", b"total,ATL,NLD")])
def test_an_unknown_country_is_named(column: str, line: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"oecd_outward_fdi: unknown area codes in {column} \['ATL'\]"):
        tidied(POSITIONS.replace(b"total,MEX,NLD", line))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"debt,MEX", b"loans,MEX", r"unknown types of investment \['loans'\]"),
        (b"million_USD,10", b"number_entities,10", r"unknown units \['number_entities'\]"),
        (b"value_oecd", b"value", r"the header has changed. Missing: \['value_oecd'\]; new: \['value'\]"),
    ],
)
def test_another_type_unit_or_header_is_refused(old: bytes, new: bytes, message: str) -> None:
    with pytest.raises(SourceChanged, match=message):
        tidied(POSITIONS.replace(old, new))


@pytest.mark.parametrize(
    ("home", "instrument", "year", "value"),
    [
        ("NLD", "D_F_SPE", "2020", "72637133390.600007"),
        ("NLD", "D_F5_SPE", "2014", "19725482690.131"),
        ("NLD", "D_FL_SPE", "2014", "25057809887.464"),
        ("LUX", "D_F_SPE", "2012", "13460422163.588"),
        ("BEL", "D_F_SPE", "2013", "-342021790.09792"),
    ],
)
def test_embedded_positions_in_mexico_are_the_compiled_ones(
    core: pl.DataFrame, home: str, instrument: str, year: str, value: str
) -> None:
    told = core.filter(ref_area=home, counterpart_area="MEX", instrument=instrument, time_period=year)["obs_value"]
    assert abs(told[0] - Decimal(value)) < 1


def test_no_position_of_the_embedded_table_is_lost(core: pl.DataFrame) -> None:
    figures = [
        Decimal(row["value_oecd"]) for row in csv.DictReader(read_embedded(SOURCE, "positions").decode().splitlines())
    ]
    assert core.height == len(figures) == 1_741
    assert abs(core["obs_value"].sum() - sum(figures) * 1_000_000) < core.height
    assert core.filter(obs_value=0).height == figures.count(Decimal(0)) == 1_395
    assert core.filter(pl.col("obs_value") < 0).height == 18
    assert (core["time_period"].min(), core["time_period"].max()) == ("2005", "2020")


def test_nothing_is_told_as_a_whole_country_s_direct_investment(core: pl.DataFrame) -> None:
    counts = dict(core.group_by("instrument").len().iter_rows())
    assert counts == {"D_F_SPE": 714, "D_F5_SPE": 476, "D_FL_SPE": 551}


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []


def test_the_oecd_s_own_dollars_rank_before_those_the_compiler_made_of_eurostat_s_euros() -> None:
    sources = load_contracts()
    kinds = (sources.source(SOURCE).kind, sources.source("eurostat_outward_fdi").kind)
    assert kinds == ("international_body", "compilation")
