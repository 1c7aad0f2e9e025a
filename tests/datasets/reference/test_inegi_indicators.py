"""The people of Mexico. All figures are made up; no recorded answer is held."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.reference.inegi_indicators import SOURCE, parse_series, read_answer
from compact_pipelines.errors import KeyMissing, SourceChanged
from compact_pipelines.live.answers import Answer, Page, Partition
from compact_pipelines.live.requests import prepare
from tests.live.publishers.inegi_indicators import NO_RESULTS, body, point
from tests.live.taking import received_from

KEY = "made-up-token/0001"
WHOLE = Partition("all")


def read(content: bytes) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "population", WHOLE, 1, content))


def test_newest_first_and_twenty_decimals_become_years_in_order() -> None:
    assert read(body()).rows() == [
        ("MEX", "POPULATION", "2010", Decimal(110_000_000), "PS"),
        ("MEX", "POPULATION", "2020", Decimal(120_000_001), "PS"),
    ]


def test_all_is_read_as_text_as_published() -> None:
    published = parse_series(body(), "made up")
    assert set(published.dtypes) == {pl.String}
    assert published["OBS_VALUE"][0] == "120000001.00000000000000000000"


@pytest.mark.parametrize("value", ["", None])
def test_a_figure_with_a_mark_is_missing_and_not_zero(value: str | None) -> None:
    rows = read(body(point("2020", value, OBS_EXCEPTION="1"), point("2010", "110000000")))
    assert rows["obs_value"].to_list() == [Decimal(110_000_000), None]


@pytest.mark.parametrize(
    ("series", "says"),
    [
        ({"INDICADOR": "1002000002"}, r"INDICADOR is \['1002000002'\]; expected '1002000001'"),
        ({"FREQ": "8"}, r"FREQ is \['8'\]; expected '7'"),
        ({"FREQ": None}, r"FREQ is \[''\]"),
        ({"UNIT_MULT": "3"}, r"UNIT_MULT is \['3'\]; expected '' or '0'"),
        ({"OBSERVATIONS": [point("2020", "1", COBER_GEO="14")]}, r"COBER_GEO is \['14'\]; expected '0' or '00'"),
        ({"OBSERVATIONS": [point("2020/01", "120000000")]}, r"periods \['2020/01'\]; expected years"),
        ({"OBSERVATIONS": [point("2020", "120,000,000")]}, "column OBS_VALUE: 1 cells are not numbers"),
        ({"OBSERVATIONS": [point("2020", "120000000", OBS_EXCEPTION="2")]}, "a figure that is marked as missing"),
        ({"OBSERVATIONS": [point("2020", "120000")]}, "cannot be the people of Mexico"),
        ({"OBSERVATIONS": [point("2020", "120000000000")]}, "Is it another unit"),
    ],
)
def test_what_is_not_what_was_asked_for_is_named(series: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(body(**series))


@pytest.mark.parametrize(
    "content", [b"<html>", b"{}", b'{"Series":[]}', b'{"Series":[{},{}]}', body(OBSERVATIONS=[{}]), NO_RESULTS]
)
def test_another_answer_is_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"not the answer we know .* Expected one series"):
        read(content)


def test_the_token_is_in_the_path_and_shows_nowhere() -> None:
    source = load_contracts().source(SOURCE)
    prepared = prepare(source, "population", WHOLE, Page(), {"INEGI_TOKEN": KEY})
    assert prepared.address.endswith("/2.0/made-up-token%2F0001?type=json")
    assert prepared.shown.endswith("/2.0/***?type=json")
    assert KEY not in repr(prepared)


def test_errors_are_a_list_of_texts() -> None:
    assert received_from(SOURCE, NO_RESULTS, 400).kind == "empty"
    with pytest.raises(SourceChanged, match="ErrorDetails:made up"):
        received_from(SOURCE, b'["ErrorInfo:-","ErrorDetails:made up","ErrorCode:200"]')
    with pytest.raises(KeyMissing, match="INEGI_TOKEN"):
        received_from(SOURCE, b'["ErrorInfo:-"]', 401)


def test_rows_have_the_columns_of_the_published_table() -> None:
    columns = list(load_contracts().published["national_indicators"].columns)
    assert [*read(body()).columns, "source_id", "snapshot_id"] == columns
