"""People born elsewhere. Inline figures are made up; recorded answers are read where they are at hand."""

import datetime as dt
import json
import os
from pathlib import Path

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.talent_movement.worldbank_migrant_stock import SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform
from compact_pipelines.live.answers import Answer, Partition
from tests.live.publishers.worldbank_migrant_stock import DRIFTED, FIRST, NOTHING, body, row

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
RECORDED = pytest.mark.skipif(
    "COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings"
)


def read(content: bytes) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "stock", Partition("all"), 1, content))


def recorded(name: str) -> bytes:
    return (Path(os.environ["COMPACT_RECORDINGS"]) / "worldbank" / name).read_bytes()


def test_years_without_a_figure_and_groups_have_no_row() -> None:
    assert read(body(FIRST)).select("ref_area", "time_period", "obs_value").rows() == [("CAN", "2020", 1000)]


def test_rows_say_what_they_are_and_keep_the_contract() -> None:
    table = load_contracts().tables["talent_movement"]
    rows = read(body(FIRST))
    assert rows.drop("obs_value").row(0, named=True) == {
        "freq": "A", "ref_area": "CAN", "counterpart_area": "W00", "direction": "IN", "category": "MIGRANT",
        "stock_flow": "S", "unit_measure": "PS", "time_period": "2020", "basis": "BIRTH", "obs_status": "A",
    }  # fmt: skip
    shaped = conform(
        "talent_movement",
        SOURCE,
        rows.with_columns(source_id=pl.lit(SOURCE), snapshot_id=pl.lit("a"), recorded_at=pl.lit(NOON)),
    )
    findings = check_table(table, shaped.with_columns(is_preferred=pl.lit(value=True)))
    assert list(findings) == []


def test_rows_that_are_null_are_no_rows() -> None:
    assert read(NOTHING).is_empty()


def test_areas_outside_the_standard_are_left_out_by_name_and_unknown_ones_stop() -> None:
    assert read(body([row("XKX", "2020", 1), row("CHI", "2020", 1), row("AFE", "2020", 1)])).is_empty()
    with pytest.raises(SourceChanged, match=r"unknown country codes \['QQQ'\]"):
        read(body([row("QQQ", "2020", 1)]))


def test_three_letters_that_stand_as_the_countrys_id_only_are_found() -> None:
    only_id = {**row("CAN", "2020", 7), "countryiso3code": "", "country": {"id": "CAN", "value": "Canada"}}
    assert read(body([only_id]))["ref_area"].to_list() == ["CAN"]


def test_fractions_and_large_numbers_keep_all_digits() -> None:
    content = body([row("CAN", "2020", 1)]).replace(b'"value": 1,', b'"value": 12345678901234567.123456,')
    assert str(read(content)["obs_value"][0]) == "12345678901234567.123456"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (body(DRIFTED), "a row without 'countryiso3code'"),
        (b'[{"message":[{"id":"120"}]}]', "expected a list of what came, and rows"),
        (b"\xef\xbb\xbf<html>Request Error</html>", "not JSON"),
        (body([row("CAN", "2020", 1, "SP.POP.TOTL")]), r"unknown indicators \['SP.POP.TOTL'\]"),
        (json.dumps([{}, ["text"]]).encode(), "a row without"),
    ],
)
def test_another_answer_is_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)


@RECORDED
def test_the_recorded_slice_is_read() -> None:
    found = read(recorded("v2_SM.POP.TOTL_France_excerpt.json"))
    assert found.height == 8
    assert found.row(0, named=True)["obs_value"] == 9_186_757
    assert set(found["ref_area"]) == {"FRA"}


@RECORDED
@pytest.mark.parametrize(
    "name", ["v1_countries_2016_excerpt.json", "v2_country_CO.json", "v2_country_EUU_aggregate.json"]
)
def test_recorded_lists_of_countries_are_no_figures(name: str) -> None:
    with pytest.raises(SourceChanged, match="a row without 'country'"):
        read(recorded(name))
