"""Electricity across the border. Inline rows are made up; figures of the embedded table are pinned as published."""

from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.infrastructure.cer_electricity_trade import (
    COLUMNS,
    SOURCE,
    core_cer_electricity_trade,
    parse_trade,
    require_total,
    tidy_trade,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["infrastructure"]


def line(energy: str, source: str = "Total", destination: str = "Total", activity: str = "Exports") -> str:
    return f'"02/01/2013","{activity}","{source}","{destination}","{energy}","1.0000","Confidential"'


MONTH = (
    line("10.0000", "Québec", "Vermont"),
    line("10.0000", "Québec", "Total"),
    line("2.5000", "Ontario", "Total"),
    line("10.0000", "Total", "Vermont"),
    line("12.5000"),
    line("4.0000", "Total", "Manitoba", "Imports"),
    line("4.0000", activity="Imports"),
)


def published(*rows: str, header: str = '"' + '","'.join(COLUMNS) + '"') -> pl.DataFrame:
    return parse_trade("\r\n".join([header, *rows, ""]).encode("latin-1"))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_cer_electricity_trade(store.take_embedded(SOURCE, "monthly"))


def test_the_table_is_read_as_published_from_latin_1_and_all_text() -> None:
    read = published(*MONTH)
    assert set(read.dtypes) == {pl.String}
    assert read.rows()[0] == ("02/01/2013", "Exports", "Québec", "Vermont", "10.0000", "1.0000", "Confidential")


def test_only_the_printed_sum_over_both_is_taken() -> None:
    columns = ("indicator", "time_period", "obs_value")
    assert tidy_trade(published(*MONTH)).select(columns).rows() == [
        ("ELECTRICITY_EXPORTS", "2013-02", Decimal("12.5")),
        ("ELECTRICITY_IMPORTS", "2013-02", Decimal(4)),
    ]


def test_canada_says_it_of_the_united_states_in_megawatt_hours() -> None:
    row = tidy_trade(published(*MONTH)).row(0, named=True)
    assert (row["freq"], row["ref_area"], row["counterpart_area"], row["unit_measure"]) == ("M", "CAN", "USA", "MWH")


def test_a_month_without_trade_stays_a_zero() -> None:
    assert tidy_trade(published(line("0.0000")))["obs_value"].to_list() == [0]


def test_provinces_that_add_up_pass() -> None:
    require_total(published(*MONTH))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((line("12.5000"), line("12.4999", "Québec")), "add up to 12.499900 MWh, the printed sum is 12.500000 MWh"),
        ((line("12.5000"),), "2013-02, Exports: the provinces add up to None MWh"),
        ((line("12.5000", "Québec"),), "the printed sum is None MWh"),
    ],
)
def test_provinces_that_do_not_add_up_are_refused(rows: tuple[str, ...], message: str) -> None:
    with pytest.raises(SourceChanged, match=message):
        require_total(published(*rows))


def test_months_that_the_payload_holds_without_provinces_need_none() -> None:
    require_total(published(line("12.5000").replace("2013", "2012")))


def test_an_unknown_province_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"cer_electricity_trade: unknown provinces \['Atlantis'\]"):
        require_total(published(*MONTH, line("1.0000", "Atlantis")))


def test_another_encoding_shows_as_an_unknown_province() -> None:
    content = '"' + '","'.join(COLUMNS) + '"\r\n' + line("12.5000", "Québec") + "\r\n"
    with pytest.raises(SourceChanged, match="unknown provinces"):
        require_total(parse_trade(content.encode("utf-8")))


def test_an_unknown_activity_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"unknown activities \['Transit'\]"):
        tidy_trade(published(line("1.0000", activity="Transit")))


@pytest.mark.parametrize("cell", ["", "Confidential"])
def test_a_cell_that_is_no_number_is_named_with_its_row(cell: str) -> None:
    with pytest.raises(SourceChanged, match=rf"1 cells are not numbers \(row 2: '{cell}'\)"):
        tidy_trade(published(line("1.0000"), line(cell, activity="Imports")))


@pytest.mark.parametrize("period", ["13/01/2013", "02/15/2013", "2013-02"])
def test_a_period_in_another_order_is_refused(period: str) -> None:
    with pytest.raises(SourceChanged, match=rf"periods \['{period}'\] are no first day of a month"):
        tidy_trade(published(line("1.0000").replace("02/01/2013", period)))


def test_sums_under_another_name_are_missed() -> None:
    with pytest.raises(SourceChanged, match="how are the sums spelled now"):
        tidy_trade(published(line("1.0000", source="All")))


def test_a_changed_header_is_refused() -> None:
    header = ('"' + '","'.join(COLUMNS) + '"').replace("MW.h)", "MWh)", 1)
    with pytest.raises(SourceChanged, match=r"Missing: \['Energy \(MW.h\)'\]; new: \['Energy \(MWh\)'\]"):
        tidy_trade(published(*MONTH, header=header))


@pytest.mark.parametrize(
    ("month", "exports", "imports"),
    [
        ("1990-01", "1093791.65", "1589803.4"),
        ("2022-12", "5160536.1408", "957630.9998"),
        ("2023-07", "4323012.1136", "2290808.8842"),
    ],
)
def test_embedded_months_are_the_published_ones(core: pl.DataFrame, month: str, exports: str, imports: str) -> None:
    told = dict(core.filter(time_period=month).select("indicator", "obs_value").iter_rows())
    assert told == {"ELECTRICITY_EXPORTS": Decimal(exports), "ELECTRICITY_IMPORTS": Decimal(imports)}


@pytest.mark.parametrize(
    ("year", "indicator", "megawatt_hours"),
    [
        ("2022", "ELECTRICITY_EXPORTS", "65404531.1529"),
        ("2022", "ELECTRICITY_IMPORTS", "14116211.0254"),
        ("1990", "ELECTRICITY_EXPORTS", "16494107.115"),
    ],
)
def test_twelve_embedded_months_make_the_regulators_own_year(
    core: pl.DataFrame, year: str, indicator: str, megawatt_hours: str
) -> None:
    months = core.filter(pl.col("time_period").str.starts_with(year), indicator=indicator)
    assert months.height == 12
    assert months["obs_value"].sum() == Decimal(megawatt_hours)


def test_the_embedded_span_has_no_hole(core: pl.DataFrame) -> None:
    assert core.group_by("indicator").len()["len"].to_list() == [403, 403]
    assert (core["time_period"].min(), core["time_period"].max()) == ("1990-01", "2023-07")
    assert core["obs_value"].null_count() == 0


def test_the_embedded_provinces_are_judged_from_2013_on() -> None:
    lines = read_embedded(SOURCE, "monthly").decode("latin-1").split("\r\n")
    provinces = [line for line in lines[1:-1] if '"Total","Total"' not in line]
    assert len(provinces) == 1_978
    assert {line[7:11] for line in provinces} == {str(year) for year in range(2013, 2024)}


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 806
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
