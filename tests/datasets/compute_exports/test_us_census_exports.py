"""US exports. Inline answers are made up; totals of the embedded answers are pinned as published."""

import json
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.compute_exports.us_census_exports import (
    SOURCE,
    core_us_census_exports,
    parse_exports,
    tidy_exports,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.resources import LiveRows
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["compute_exports"]
TOTALS = [
    ["CTY_NAME", "ALL_VAL_MO", "time"],
    ["CANADA", "25", "2024-01"],
    ["TOTAL FOR ALL COUNTRIES", "100", "2024-01"],
]
CHAPTERS = [
    ["CTY_NAME", "E_COMMODITY", "ALL_VAL_MO", "COMM_LVL", "time"],
    ["MEXICO", "84", "7", "HS2", "2024-01"],
    ["MEXICO", "85", "0", "HS2", "2024-01"],
]


def answer(rows: object) -> bytes:
    return json.dumps(rows).encode()


def tidied(rows: list[list[str]]) -> pl.DataFrame:
    return tidy_exports(parse_exports(answer(rows)))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    root = tmp_path_factory.mktemp(SOURCE)
    store = SnapshotStore.at(root)
    parts = [store.take_embedded(SOURCE, part) for part in ("totals", "chapters")]
    frame: pl.DataFrame = core_us_census_exports(LiveRows(data_root=str(root)), *parts).value
    return frame


def test_an_answer_is_read_as_published_and_all_text() -> None:
    published = parse_exports(answer(TOTALS))
    assert published.columns == TOTALS[0]
    assert set(published.dtypes) == {pl.String}
    assert [list(row) for row in published.iter_rows()] == TOTALS[1:]


@pytest.mark.parametrize(
    "content",
    [b"<html>busy</html>", b"", b"\xff\xfe", b"{}", b'{"error": "no key"}', b"[]", b"[1]", b'["error"]', b"null"],
)
def test_an_answer_that_is_no_array_of_arrays_is_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"us_census_exports: the answer is (not JSON|no array of arrays)"):
        parse_exports(content)


@pytest.mark.parametrize("row", [["CANADA", "25"], ["CANADA", 25, "2024-01"], ["CANADA", None, "2024-01"], "CANADA"])
def test_a_row_that_does_not_fit_its_header_is_named(row: object) -> None:
    with pytest.raises(SourceChanged, match=r"us_census_exports, row 3: found .*CANADA.*expected 3 cells of text"):
        parse_exports(answer([*TOTALS, row]))


def test_a_month_of_a_partner_is_an_export_of_the_united_states_in_dollars() -> None:
    row = tidied(TOTALS).row(0, named=True)
    assert row == {
        "freq": "M",
        "ref_area": "USA",
        "counterpart_area": "CAN",
        "flow": "X",
        "product": "TOTAL",
        "time_period": "2024-01",
        "obs_value": Decimal(25),
        "unit_measure": "USD",
        "valuation": "FAS",
        "basis": "LAST_SHIPMENT",
        "obs_status": "A",
        "comment_obs": None,
    }


def test_all_countries_together_are_the_world() -> None:
    assert tidied(TOTALS)["counterpart_area"].to_list() == ["CAN", "W00"]


def test_a_chapter_is_a_product_of_the_harmonized_system() -> None:
    assert tidied(CHAPTERS)["product"].to_list() == ["HS_84", "HS_85"]


def test_a_zero_is_absent_because_it_may_mean_not_reported() -> None:
    row = tidied(CHAPTERS).row(1, named=True)
    assert row["obs_value"] is None
    assert row["obs_status"] == "O"
    assert row["comment_obs"] == "published as 0, which may mean not reported"


def test_an_unknown_partner_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"unknown partner names in CTY_NAME \['ATLANTIS'\]"):
        tidied([*TOTALS, ["ATLANTIS", "1", "2024-01"]])


@pytest.mark.parametrize("header", [["CTY_NAME", "ALL_VAL_YR", "time"], ["ALL_VAL_MO", "CTY_NAME", "time"]])
def test_a_changed_header_is_refused(header: list[str]) -> None:
    with pytest.raises(SourceChanged, match="us_census_exports: the header has changed"):
        tidied([header, *TOTALS[1:]])


@pytest.mark.parametrize("cell", ["1,000", "n.a.", "", "1e6"])
def test_a_cell_that_is_no_number_is_named_with_its_row(cell: str) -> None:
    with pytest.raises(SourceChanged, match=r"column ALL_VAL_MO: 1 cells are not numbers \(row 3: "):
        tidied([*TOTALS, ["MEXICO", cell, "2024-01"]])


def test_embedded_exports_to_canada_in_2025_are_the_published_total(core: pl.DataFrame) -> None:
    to_canada = core.filter(
        pl.col("time_period").str.starts_with("2025"), counterpart_area="CAN", product="TOTAL", flow="X"
    )
    assert to_canada.height == 12
    assert to_canada["obs_value"].sum() == 333_619_712_376


def test_embedded_exports_to_the_world_in_2025_are_the_published_total(core: pl.DataFrame) -> None:
    world = core.filter(pl.col("time_period").str.starts_with("2025"), counterpart_area="W00", product="TOTAL")
    assert world["obs_value"].sum() == 2_179_891_445_119


def test_embedded_canada_and_mexico_add_up_to_their_published_group_in_every_month(core: pl.DataFrame) -> None:
    months = (
        core.filter(product="TOTAL")
        .filter(pl.col("counterpart_area").is_in(["CAN", "MEX", "USMCA"]))
        .pivot("counterpart_area", index="time_period", values="obs_value")
    )
    assert months.height == 161
    assert months.filter(pl.col("CAN") + pl.col("MEX") != pl.col("USMCA")).is_empty()


@pytest.mark.parametrize(
    ("part", "value_place", "total"), [("totals", 1, 56_085_822_554_248), ("chapters", 2, 13_306_476_273_937)]
)
def test_no_dollar_of_the_embedded_answers_is_lost(core: pl.DataFrame, part: str, value_place: int, total: int) -> None:
    published = json.loads(read_embedded(SOURCE, part))[1:]
    assert sum(int(row[value_place]) for row in published) == total
    ours = core.filter((pl.col("product") == "TOTAL") == (part == "totals"))
    assert ours.height == len(published)
    assert ours["obs_value"].sum() == total


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 15_939
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
    assert core["source_id"].unique().to_list() == [SOURCE]
