"""US imports. Inline answers are made up; figures of the embedded answers are pinned as published."""

import json
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.compute_exports.us_census_imports import (
    SOURCE,
    core_us_census_imports,
    parse_imports,
    tidy_imports,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.resources import LiveRows
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["compute_exports"]
TOTALS = [
    ["CTY_NAME", "CON_VAL_MO", "time"],
    ["CANADA", "25", "2024-01"],
    ["TOTAL FOR ALL COUNTRIES", "100", "2024-01"],
]
NAICS = [
    ["CTY_NAME", "CON_VAL_MO", "COMM_LVL", "NAICS", "time"],
    ["TAIWAN", "9", "NA3", "334", "2024-01"],
]
CHAPTERS = [
    ["CTY_NAME", "CON_VAL_MO", "COMM_LVL", "I_COMMODITY", "time"],
    ["MEXICO", "7", "HS2", "84", "2020-01"],
    ["MEXICO", "0", "HS2", "85", "2020-01"],
]


def answer(rows: object) -> bytes:
    return json.dumps(rows).encode()


def tidied(rows: list[list[str]]) -> pl.DataFrame:
    return tidy_imports(parse_imports(answer(rows)))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    root = tmp_path_factory.mktemp(SOURCE)
    store = SnapshotStore.at(root)
    parts = [store.take_embedded(SOURCE, part) for part in ("totals", "naics", "chapters")]
    frame: pl.DataFrame = core_us_census_imports(LiveRows(data_root=str(root)), *parts).value
    return frame


def test_an_answer_is_read_as_published_and_all_text() -> None:
    published = parse_imports(answer(TOTALS))
    assert published.columns == TOTALS[0]
    assert set(published.dtypes) == {pl.String}
    assert [list(row) for row in published.iter_rows()] == TOTALS[1:]


@pytest.mark.parametrize(
    "content",
    [b"<html>busy</html>", b"", b"\xff\xfe", b"{}", b'{"error": "no key"}', b"[]", b"[1]", b'["error"]', b"null"],
)
def test_an_answer_that_is_no_array_of_arrays_is_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"us_census_imports: the answer is (not JSON|no array of arrays)"):
        parse_imports(content)


@pytest.mark.parametrize("row", [["CANADA", "25"], ["CANADA", 25, "2024-01"], ["CANADA", None, "2024-01"], "CANADA"])
def test_a_row_that_does_not_fit_its_header_is_named(row: object) -> None:
    with pytest.raises(SourceChanged, match=r"us_census_imports, row 3: found .*CANADA.*expected 3 cells of text"):
        parse_imports(answer([*TOTALS, row]))


def test_a_month_of_a_partner_is_an_import_of_the_united_states_in_dollars_of_customs_value() -> None:
    assert tidied(TOTALS).row(0, named=True) == {
        "freq": "M",
        "ref_area": "USA",
        "counterpart_area": "CAN",
        "flow": "M",
        "product": "TOTAL",
        "time_period": "2024-01",
        "obs_value": Decimal(25),
        "unit_measure": "USD",
        "valuation": "CUSTOMS",
        "basis": "ORIGIN",
        "obs_status": "A",
        "comment_obs": None,
    }


def test_all_countries_together_are_the_world() -> None:
    assert tidied(TOTALS)["counterpart_area"].to_list() == ["CAN", "W00"]


def test_a_product_carries_its_classification() -> None:
    assert tidied(NAICS)["product"].to_list() == ["NAICS_334"]
    assert tidied(CHAPTERS)["product"].to_list() == ["HS_84", "HS_85"]


def test_a_zero_is_absent_because_it_may_mean_not_reported() -> None:
    row = tidied(CHAPTERS).row(1, named=True)
    assert row["obs_value"] is None
    assert row["obs_status"] == "O"
    assert row["comment_obs"] == "published as 0, which may mean not reported"


def test_an_unknown_partner_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"unknown partner names in CTY_NAME \['ATLANTIS'\]"):
        tidied([*TOTALS, ["ATLANTIS", "1", "2024-01"]])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([*NAICS, ["TAIWAN", "1", "NA3", "335", "2024-01"]], r"unknown commodities in NAICS \['335'\]"),
        ([*NAICS, ["TAIWAN", "1", "NA4", "334", "2024-01"]], r"unknown levels in COMM_LVL \['NA4'\]"),
        ([*CHAPTERS, ["MEXICO", "1", "HS2", "90", "2020-01"]], r"unknown commodities in I_COMMODITY \['90'\]"),
    ],
)
def test_a_commodity_or_level_that_was_not_asked_for_is_named(rows: list[list[str]], message: str) -> None:
    with pytest.raises(SourceChanged, match=message):
        tidied(rows)


@pytest.mark.parametrize("header", [["CTY_NAME", "GEN_VAL_MO", "time"], ["CON_VAL_MO", "CTY_NAME", "time"]])
def test_a_changed_header_is_refused(header: list[str]) -> None:
    with pytest.raises(SourceChanged, match="us_census_imports: the header has changed"):
        tidied([header, *TOTALS[1:]])


def test_an_answer_by_commodity_without_its_level_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['COMM_LVL'\]"):
        tidied([["CTY_NAME", "CON_VAL_MO", "NAICS", "time"], ["TAIWAN", "9", "334", "2024-01"]])


@pytest.mark.parametrize("cell", ["1,000", "n.a.", "", "1e6"])
def test_a_cell_that_is_no_number_is_named_with_its_row(cell: str) -> None:
    with pytest.raises(SourceChanged, match=r"column CON_VAL_MO: 1 cells are not numbers \(row 3: "):
        tidied([*TOTALS, ["MEXICO", cell, "2024-01"]])


@pytest.mark.parametrize(
    ("partner", "product", "month", "dollars"),
    [
        ("W00", "TOTAL", "2013-01", 182_458_061_954),
        ("CAN", "TOTAL", "2024-12", 35_540_612_668),
        ("MEX", "NAICS_334", "2025-01", 9_098_773_608),
        ("TWN", "NAICS_334", "2025-11", 16_905_935_646),
        ("CHN", "HS_85", "2013-01", 9_394_999_026),
        ("CAN", "HS_84", "2019-03", 2_179_110_224),
        ("MEX", "HS_84", "2021-06", 5_946_010_975),  # twice in the collector's file, once here
    ],
)
def test_embedded_months_are_the_published_ones(
    core: pl.DataFrame, partner: str, product: str, month: str, dollars: int
) -> None:
    told = core.filter(counterpart_area=partner, product=product, time_period=month)
    assert told["obs_value"].to_list() == [dollars]


@pytest.mark.parametrize(
    ("partner", "dollars"), [("CAN", 411_693_824_741), ("MEX", 503_438_605_302), ("W00", 3_251_194_802_380)]
)
def test_embedded_imports_of_all_goods_in_2024_are_the_published_total(
    core: pl.DataFrame, partner: str, dollars: int
) -> None:
    year = core.filter(pl.col("time_period").str.starts_with("2024"), counterpart_area=partner, product="TOTAL")
    assert year.height == 12
    assert year["obs_value"].sum() == dollars


@pytest.mark.parametrize("product", ["TOTAL", "NAICS_334"])
def test_embedded_canada_and_mexico_add_up_to_their_published_group_in_every_month(
    core: pl.DataFrame, product: str
) -> None:
    months = (
        core.filter(product=product)
        .filter(pl.col("counterpart_area").is_in(["CAN", "MEX", "USMCA"]))
        .pivot("counterpart_area", index="time_period", values="obs_value")
    )
    assert months.height == 155
    assert months.filter(pl.col("CAN") + pl.col("MEX") != pl.col("USMCA")).is_empty()


def test_embedded_computers_and_electronics_are_less_than_all_goods(core: pl.DataFrame) -> None:
    beside = core.pivot("product", index=("counterpart_area", "time_period"), values="obs_value")
    assert beside.filter(pl.col("NAICS_334") >= pl.col("TOTAL")).is_empty()


@pytest.mark.parametrize(
    ("part", "products", "total"),
    [
        ("totals", ["TOTAL"], 80_338_000_082_653),
        ("naics", ["NAICS_334"], 12_567_709_564_696),
        ("chapters", ["HS_84", "HS_85"], 11_017_885_972_277),
    ],
)
def test_no_dollar_of_the_embedded_answers_is_lost(
    core: pl.DataFrame, part: str, products: list[str], total: int
) -> None:
    published = json.loads(read_embedded(SOURCE, part))[1:]
    assert sum(int(row[1]) for row in published) == total
    ours = core.filter(pl.col("product").is_in(products))
    assert ours.height == len(published)
    assert ours["obs_value"].sum() == total


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 14_514
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
    assert core["source_id"].unique().to_list() == [SOURCE]
