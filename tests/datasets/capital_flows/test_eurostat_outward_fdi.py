"""Outward positions after Eurostat. Inline rows are made up; figures of the embedded table are pinned as compiled."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.capital_flows.eurostat_outward_fdi import (
    SOURCE,
    core_eurostat_outward_fdi,
    parse_positions,
    tidy_positions,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["capital_flows"]
POSITIONS = (
    b"type_fdi,host,home,year,value_eurostat,indicator\n"
    b"total,MEX,NLD,2019,1.5,million_USD\n"
    b"total,MEX,EST,2019,0,million_USD\n"
    b"total,MEX,BEL,2014,-3.25,million_USD\n"
)


def tidied(content: bytes = POSITIONS) -> pl.DataFrame:
    return tidy_positions(parse_positions(content))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_eurostat_outward_fdi(store.take_embedded(SOURCE, "positions"))


def held(source: str, column: str) -> dict[tuple[str, str, str], Decimal]:
    rows = csv.DictReader(read_embedded(source, "positions").decode().splitlines())
    return {(row["home"], row["host"], row["year"]): Decimal(row[column]) for row in rows if row["type_fdi"] == "total"}


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_positions(POSITIONS)
    assert set(published.dtypes) == {pl.String}
    assert published.row(0) == ("total", "MEX", "NLD", "2019", "1.5", "million_USD")


def test_the_home_reports_what_its_shell_companies_hold_abroad() -> None:
    assert tidied().row(0, named=True) == {
        "freq": "A",
        "ref_area": "NLD",
        "counterpart_area": "MEX",
        "direction": "OUT",
        "instrument": "D_F_SPE",
        "stock_flow": "S",
        "time_period": "2019",
        "obs_value": Decimal(1_500_000),
        "unit_measure": "USD",
        "basis": "DIRECTIONAL",
        "obs_status": "D",
        "comment_obs": "special-purpose entities only; converted by the compiler from euros at the year's average rate",
    }


def test_a_zero_stays_a_zero_and_a_negative_position_is_valid() -> None:
    assert tidied()["obs_value"].to_list() == [1_500_000, 0, -3_250_000]


def test_a_blank_is_missing() -> None:
    row = tidied(POSITIONS.replace(b"1.5", b"")).row(0, named=True)
    assert (row["obs_value"], row["obs_status"]) == (None, "O")


def test_na_of_the_join_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"column value_eurostat: 1 cells are not numbers \(row 1: 'NA'\)"):
        tidied(POSITIONS.replace(b"1.5", b"NA"))


@pytest.mark.parametrize(("column", "line"), [("home", b"MEX,ATL"), ("host", b"ATL,NLD")])
def test_an_unknown_country_is_named(column: str, line: bytes) -> None:
    with pytest.raises(SourceChanged, match=rf"eurostat_outward_fdi: unknown area codes in {column} \['ATL'\]"):
        tidied(POSITIONS.replace(b"MEX,NLD", line))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"total,MEX,NLD", b"equity,MEX,NLD", r"unknown types of investment \['equity'\]"),
        (b"1.5,million_USD", b"1.5,MIO_EUR", r"unknown units \['MIO_EUR'\]"),
        (b"value_eurostat", b"value", r"the header has changed. Missing: \['value_eurostat'\]; new: \['value'\]"),
    ],
)
def test_another_type_unit_or_header_is_refused(old: bytes, new: bytes, message: str) -> None:
    with pytest.raises(SourceChanged, match=message):
        tidied(POSITIONS.replace(old, new))


@pytest.mark.parametrize(
    ("home", "year", "value"),
    [
        ("NLD", "2020", "67608902737.388430"),
        ("BEL", "2014", "-317511770.520028"),
        ("LUX", "2019", "11645896676.950910"),
    ],
)
def test_embedded_positions_in_mexico_are_the_compiled_ones(
    core: pl.DataFrame, home: str, year: str, value: str
) -> None:
    told = core.filter(ref_area=home, counterpart_area="MEX", time_period=year)["obs_value"]
    assert abs(told[0] - Decimal(value)) < 1


def test_no_position_of_the_embedded_table_is_lost(core: pl.DataFrame) -> None:
    figures = held(SOURCE, "value_eurostat")
    assert core.height == len(figures) == 1_243
    assert abs(core["obs_value"].sum() - sum(figures.values()) * 1_000_000) < core.height
    assert core.filter(obs_value=0).height == sum(figure == 0 for figure in figures.values()) == 1_041
    assert core.filter(pl.col("obs_value") < 0).height == 5
    assert (core["time_period"].min(), core["time_period"].max()) == ("2013", "2020")


def test_nothing_is_told_as_a_whole_country_s_direct_investment(core: pl.DataFrame) -> None:
    assert set(core["instrument"]) == {"D_F_SPE"}
    assert set(core["obs_status"]) == {"D"}


def test_the_two_publishers_tell_277_of_these_positions_and_agree_on_few_that_are_not_zero() -> None:
    ours, theirs = held(SOURCE, "value_eurostat"), held("oecd_outward_fdi", "value_oecd")
    both = [(ours[key], theirs[key]) for key in ours.keys() & theirs.keys()]
    told = [(one, other) for one, other in both if one or other]
    close = [pair for pair in told if abs(pair[0] - pair[1]) <= Decimal("0.01") * abs(pair[0])]
    assert (len(both), len(told), len(close)) == (277, 142, 29)


def test_luxembourg_s_two_versions_differ_by_one_exchange_rate_a_year() -> None:
    ours, theirs = held(SOURCE, "value_eurostat"), held("oecd_outward_fdi", "value_oecd")
    factors = {(key[2], round(theirs[key] / ours[key], 5)) for key in ours if key[0] == "LUX"}
    assert factors == {("2019", Decimal("1.00346")), ("2020", Decimal("1.07437"))}


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
