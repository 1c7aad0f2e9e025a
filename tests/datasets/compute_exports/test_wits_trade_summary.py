"""WITS trade summaries. Inline rows are made up; figures of the embedded table are pinned as published."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.compute_exports.wits_trade_summary import (
    NO_AREA,
    SOURCE,
    core_wits_trade_summary,
    parse_summary,
    tidy_summary,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["compute_exports"]
SUMMARY = b"""Reporter,Partner,Product categories,Indicator Type,Indicator,2019,2018
Mexico,...,...,Development,GDP (current US$ Mil),      9.00,      8.00
Mexico,World,All Products,Export,Exports (in US$ Mil),     50.00,     40.00
Mexico,World,All Products,Import,Imports (in US$ Mil),     60.00,
Mexico,United States,All Products,Export,Trade (US$ Mil)-Top 5 Export Partner,     10.25,     ...
Mexico,China,All Products,Import,Trade (US$ Mil)-Top 5 Import Partner,      7.50,
"""
NEW_EXPORT = "Mexico,{},All Products,Export,Trade (US$ Mil)-Top 5 Export Partner,1.00,\n"


def tidied(content: bytes = SUMMARY) -> pl.DataFrame:
    return tidy_summary(parse_summary(content)).sort("flow", "counterpart_area", "time_period")


def with_exports_to(*partners: str) -> bytes:
    return SUMMARY + "".join(NEW_EXPORT.format(partner) for partner in partners).encode()


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_wits_trade_summary(store.take_embedded(SOURCE, "partners"))


def test_a_summary_is_read_as_it_stands_and_all_text() -> None:
    published = parse_summary(SUMMARY)
    assert set(published.dtypes) == {pl.String}
    assert published["2019"].to_list()[3] == "     10.25"


def test_an_export_to_a_partner_is_in_dollars_free_on_board() -> None:
    assert tidied().filter(flow="X", counterpart_area="USA").row(0, named=True) == {
        "freq": "A",
        "ref_area": "MEX",
        "counterpart_area": "USA",
        "flow": "X",
        "product": "TOTAL",
        "time_period": "2019",
        "obs_value": Decimal(10_250_000),
        "unit_measure": "USD",
        "valuation": "FOB",
        "basis": "MIXED",
        "obs_status": "A",
        "comment_obs": None,
    }


def test_an_import_has_no_valuation_and_says_why() -> None:
    row = tidied().filter(flow="M", counterpart_area="CHN").row(0, named=True)
    assert row["obs_value"] == 7_500_000
    assert row["valuation"] is None
    assert row["comment_obs"] == "valuation not stated: CIF or FOB, as the reporter has it"


def test_a_blank_or_dotted_year_has_no_row_and_other_indicators_are_no_trade() -> None:
    rows = tidied().select("flow", "counterpart_area", "time_period").rows()
    assert rows == [
        ("M", "CHN", "2019"),
        ("M", "W00", "2019"),
        ("X", "USA", "2019"),
        ("X", "W00", "2018"),
        ("X", "W00", "2019"),
    ]


def test_a_reported_zero_stays_a_zero() -> None:
    assert tidied(SUMMARY.replace(b"7.50", b"0.00")).filter(counterpart_area="CHN")["obs_value"].to_list() == [0]


@pytest.mark.parametrize("partner", [*NO_AREA, "Mexico"])
def test_a_partner_that_is_no_area_or_the_reporter_itself_is_left_out(partner: str) -> None:
    named = f'"{partner}"'
    assert tidied(with_exports_to(named)).equals(tidied())


def test_an_unspecified_partner_is_not_allocated() -> None:
    assert "_X" in tidied(with_exports_to("Unspecified"))["counterpart_area"].to_list()


@pytest.mark.parametrize(
    ("old", "column"), [(b"Mexico,United States", "Partner"), (b"Mexico,World,All Products,Export", "Reporter")]
)
def test_an_unknown_country_is_named(old: bytes, column: str) -> None:
    new = old.replace(b"United States", b"Atlantis") if column == "Partner" else old.replace(b"Mexico", b"Atlantis")
    with pytest.raises(SourceChanged, match=rf"unknown names in {column} \['Atlantis'\]"):
        tidied(SUMMARY.replace(old, new))


def test_an_indicator_under_another_name_is_missed() -> None:
    with pytest.raises(SourceChanged, match=r"no rows for indicators \['Imports \(in US\$ Mil\)'\]"):
        tidied(SUMMARY.replace(b"Imports (in US$ Mil)", b"Imports (US$ Mil)"))


def test_trade_in_a_part_of_all_products_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"unknown product categories of trade by partner \['Fuels'\]"):
        tidied(SUMMARY.replace(b"China,All Products", b"China,Fuels"))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['Partner'\]; new: \['Partners'\]"):
        tidied(SUMMARY.replace(b"Reporter,Partner,", b"Reporter,Partners,"))


def test_a_cell_that_is_no_number_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"column text: 1 cells are not numbers \(row \d+: 'n\.a\.'\)"):
        tidied(SUMMARY.replace(b"7.50", b"n.a."))


def test_partners_that_exceed_the_world_are_refused() -> None:
    with pytest.raises(SourceChanged, match=r"Mexico, flow X, 2019: 1 partners add up to 10.25.* the world to 10.2"):
        tidied(SUMMARY.replace(b"     50.00", b"     10.20"))


def test_a_sixth_partner_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"Mexico, flow X, 2019: 6 partners .*expected at most 5 partners"):
        tidied(with_exports_to("Canada", "China", "Japan", "Germany", "Spain"))


@pytest.mark.parametrize(
    ("series", "dollars"),
    [
        ("USA X MEX 2019", 256_371_090_000),
        ("MEX M USA 2019", 206_142_140_000),
        ("MEX X CAN 2019", 14_258_680_000),
        ("CAN M MEX 2019", 27_873_020_000),
        ("MEX X USA 2018", 356_892_800_000),
        ("IND X ARE 2019", 29_539_360_000),
        ("ARE X W00 2019", 389_372_510_000),
        ("CAN M W00 2019", 453_359_840_000),
        ("JPN M USA 1988", 42_299_260_000),
    ],
)
def test_embedded_figures_are_the_published_ones(core: pl.DataFrame, series: str, dollars: int) -> None:
    reporter, flow, partner, year = series.split()
    told = core.filter(ref_area=reporter, flow=flow, counterpart_area=partner, time_period=year)
    assert told["obs_value"].to_list() == [dollars]


def test_a_year_out_of_the_first_five_has_no_row(core: pl.DataFrame) -> None:
    told = core.filter(ref_area="MEX", flow="M", counterpart_area="CAN").sort("time_period")["time_period"]
    assert told.to_list()[-1] == "2004"


def test_no_dollar_of_the_embedded_table_is_lost_but_what_is_no_area(core: pl.DataFrame) -> None:
    told, left_out = [], []
    for row in csv.DictReader(read_embedded(SOURCE, "partners").decode().splitlines()):
        is_left_out = row["Partner"] in NO_AREA or row["Partner"] == row["Reporter"]
        figures = [Decimal(cell) for name, cell in row.items() if name.isdigit() and cell]
        (left_out if is_left_out else told).extend(figures)
    assert len(told) + len(left_out) == 13_638
    assert sum(told) + sum(left_out) == Decimal("828686959.19")
    assert core.height == len(told) == 13_261
    assert core["obs_value"].sum() == sum(told) * 1_000_000


def test_embedded_reporters_and_years_are_those_held(core: pl.DataFrame) -> None:
    assert core["ref_area"].n_unique() == 40
    assert (core["time_period"].min(), core["time_period"].max()) == ("1988", "2019")


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
