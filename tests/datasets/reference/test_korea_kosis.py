"""The people in Korea's registers. All figures are made up; no recorded answer is held."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.reference.korea_kosis import SOURCE, parse_table, read_answer
from compact_pipelines.errors import KeyMissing, SourceChanged, SourceUnavailable
from compact_pipelines.live.answers import Answer, Page, Partition
from compact_pipelines.live.requests import prepare
from tests.live.publishers.korea_kosis import body, cell, error
from tests.live.taking import received_from

JUNE = Partition("2024-06")


def read(content: bytes) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "population", JUNE, 1, content))


def test_a_cell_becomes_a_month() -> None:
    assert read(body()).rows() == [("KOR", "POPULATION", "2024-06", Decimal(50_000_001), "PS")]


def test_all_is_read_as_text_as_published() -> None:
    published = parse_table(body(), "made up")
    assert set(published.dtypes) == {pl.String}
    assert published["DT"].to_list() == ["50000001"]


@pytest.mark.parametrize("value", ["-", "", " ", None])
def test_a_hyphen_or_a_blank_is_missing_and_not_zero(value: str | None) -> None:
    assert read(body(cell(DT=value)))["obs_value"].to_list() == [None]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"TBL_ID": "DT_1B040B3"}, r"TBL_ID is \['DT_1B040B3'\]; asked for 'DT_1B040A3' only"),
        ({"ORG_ID": "111"}, "ORG_ID is"),
        ({"ITM_ID": "T21"}, "ITM_ID is"),
        ({"C1": "11"}, r"C1 is \['11'\]; asked for '00' only"),
        ({"PRD_SE": "A"}, "PRD_SE is"),
        ({"PRD_DE": "202405"}, r"PRD_DE is \['202405'\]; asked for '202406' only"),
        ({"UNIT_NM": "천명"}, r"UNIT_NM is \['천명'\]"),
        ({"C2": "1"}, "a further level C2"),
        ({"DT": "50,000,001"}, "column DT: 1 cells are not numbers"),
        ({"DT": "50000"}, "50000 cannot be the people of Korea"),
    ],
)
def test_what_is_not_what_was_asked_for_is_named(other: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(body(cell(**other)))


@pytest.mark.parametrize("content", [b"<html>", b"{}{", b'[{"ORG_ID": "101"}]', b'{"a": 1}', b'[{ORG_ID:"101"}]'])
def test_another_answer_and_names_without_quotes_are_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"not the answer we know .* their names in quotes"):
        read(content)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("10", KeyMissing),
        ("11", KeyMissing),
        ("20", SourceChanged),
        ("21", SourceChanged),
        ("31", SourceChanged),
        ("40", SourceUnavailable),
        ("41", SourceUnavailable),
        ("42", SourceUnavailable),
        ("50", SourceUnavailable),
        ("99", SourceChanged),
    ],
)
def test_an_error_inside_an_answer_of_status_200_is_an_error(number: str, fault: type[Exception]) -> None:
    with pytest.raises(fault, match="made up"):
        received_from(SOURCE, error(number))


def test_no_figures_is_an_empty_answer() -> None:
    assert received_from(SOURCE, error("30")).kind == "empty"
    assert read(b"[]").height == 0


def test_the_equals_sign_of_a_key_is_encoded_and_every_level_is_named() -> None:
    prepared = prepare(load_contracts().source(SOURCE), "population", JUNE, Page(), {"KOSIS_API_KEY": "bWFkZS11cA=="})
    assert "apiKey=bWFkZS11cA%3D%3D" in prepared.address
    for named in ("jsonVD=Y", "objL1=00", "itmId=T20", "startPrdDe=202406", "endPrdDe=202406"):
        assert named in prepared.address
    assert "bWFkZS11cA" not in prepared.shown


def test_rows_have_the_columns_of_the_published_table() -> None:
    columns = list(load_contracts().published["national_indicators"].columns)
    assert [*read(body()).columns, "source_id", "snapshot_id"] == columns
