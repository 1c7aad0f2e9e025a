"""What Singapore sells by market. All figures, and the texts of rows, are made up; no recorded table is held."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.singstat_trade import (
    GROUPS,
    PRODUCT,
    SOURCE,
    SPELLINGS,
    _areas,
    parse_table,
    read_answer,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform
from compact_pipelines.live.answers import Answer, Page, Partition
from compact_pipelines.live.requests import prepare
from compact_pipelines.live.wire import USER_AGENT
from tests.live.publishers.singstat_trade import ERRORS, NO_RECORDS, body, row
from tests.live.taking import received_from

JANUARY = Partition("2024-01")


def read(content: bytes) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "markets", JANUARY, 1, content))


def told(content: bytes) -> dict[str, Decimal | None]:
    return dict(read(content).select("counterpart_area", "obs_value").iter_rows())


def test_markets_are_areas_in_dollars_of_singapore() -> None:
    rows = read(body())
    assert told(body()) == {"W00": Decimal(900_000_500), "CHN": Decimal(200_000_000), "USA": None, "JPN": None}
    assert rows.select("freq", "ref_area", "flow", "product", "time_period", "unit_measure").unique().rows() == [
        ("M", "SGP", "X", "SG_NODX", "2024-01", "SGD")
    ]
    assert conform("compute_exports", SOURCE, rows.drop("unit_measure").with_columns(unit_measure=pl.lit("USD"))).height


def test_all_is_read_as_text_as_published() -> None:
    published = parse_table(body(), "made up")
    assert set(published.dtypes) == {pl.String}
    assert published.row(0) == ("1", "Total All Markets", "Thousand Dollars", "2024 Jan", "900000.5")


@pytest.mark.parametrize(("unit", "value"), [("Thousand Dollars", 2_500), ("Million Dollars", 2_500_000)])
def test_each_row_states_its_unit_in_words(unit: str, value: int) -> None:
    assert told(body(row("Japan", "2.5", uoM=unit))) == {"JPN": Decimal(value)}


@pytest.mark.parametrize(("mark", "says"), [("na", "as na"), ("-", "as a hyphen"), ("", "as a blank"), (None, "blank")])
def test_a_mark_is_missing_and_not_zero(mark: str | None, says: str) -> None:
    (found,) = read(body(row("Japan", mark))).select("obs_value", "obs_status", "comment_obs").rows()
    assert found[:2] == (None, "O")
    assert says in found[2]


def test_a_zero_is_a_zero() -> None:
    (found,) = read(body(row("Japan", "0"))).select("obs_value", "obs_status", "comment_obs").rows()
    assert found == (Decimal(0), "A", None)


@pytest.mark.parametrize("name", ["Viet Nam", "Vietnam", "VIETNAM", " Vietnam "])
def test_names_are_found_whatever_their_case(name: str) -> None:
    assert told(body(row(name, "1"))) == {"VNM": Decimal(1_000)}


def test_groups_are_left_out_and_every_member_and_neighbour_has_a_name() -> None:
    assert told(body(*(row(name.title(), "1") for name in GROUPS), row("Japan", "1"))) == {"JPN": Decimal(1_000)}
    areas = _areas()
    assert not set(GROUPS) & areas.keys()
    assert {"USA", "CAN", "MEX", "ARE", "ISR", "JPN", "KOR", "GBR", "W00"} <= set(areas.values())
    assert set(SPELLINGS.values()) <= set(load_contracts().codelists["area"].codes)
    assert "SGP" not in areas.values()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (body(row("Atlantis", "1")), r"unknown markets in rowText \['atlantis'\]"),
        (body(row("Singapore", "1")), "unknown markets"),
        (body(row("Japan", "1", uoM="Dollars")), r"unknown units \['Dollars'\]"),
        (body(row("Japan", "1", uoM="Per Cent")), "unknown units"),
        (body(row("Japan", "1,000")), "column value: 1 cells are not numbers"),
        (body(row("Japan", "1", key="2024 Feb")), r"months \['2024 Feb'\]; asked for '2024 Jan' only"),
        (body(row("Japan", "1", key="2024 1Q")), "asked for '2024 Jan' only"),
        (body(id="M450981"), "Has the number been given to another table"),
        (body(title="Consumer Price Index"), "Has the number been given to another table"),
        (body(title="Non-Oil Domestic Exports, Seasonally Adjusted"), "none of .*seasonally adjusted"),
        (body(frequency="Quarterly"), "expected table M451301, Monthly"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)


@pytest.mark.parametrize("content", [b"<html>", b"{}", NO_RECORDS, ERRORS, body(row=[{}]), body(row=None)])
def test_another_answer_is_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"not the answer we know .* Expected Data with id"):
        read(content)


def test_a_text_in_the_place_of_the_data_is_an_empty_answer() -> None:
    assert received_from(SOURCE, NO_RECORDS).kind == "empty"


@pytest.mark.parametrize(("status", "content"), [(400, ERRORS), (403, b"{}"), (404, b"{}")])
def test_a_bad_call_is_a_refusal(status: int, content: bytes) -> None:
    with pytest.raises(SourceChanged, match="refuses the question"):
        received_from(SOURCE, content, status)


def test_an_answer_of_as_many_cells_as_the_limit_is_not_taken_for_whole() -> None:
    cells: list[dict[str, Any]] = [{"key": "2024 Jan", "value": "1"}] * 2_500
    assert received_from(SOURCE, body(row("Japan", "1", columns=cells))).kind == "rows"
    with pytest.raises(SourceChanged, match="5,000 rows, and the publisher cuts answers at 5,000"):
        received_from(SOURCE, body(*[row("Japan", "1", columns=cells)] * 2))


def test_one_month_is_asked_by_its_english_name_by_a_caller_who_has_a_name() -> None:
    prepared = prepare(load_contracts().source(SOURCE), "markets", JANUARY, Page(), {})
    assert "timeFilter=2024%20Jan&" in prepared.address
    assert "python" not in USER_AGENT
    assert USER_AGENT


def test_the_product_is_in_the_list_and_no_part_of_a_sum() -> None:
    contracts = load_contracts()
    assert PRODUCT in contracts.codelists["product"].codes
    assert PRODUCT not in contracts.product_sums
    assert all(PRODUCT not in parts for parts in contracts.product_sums.values())
