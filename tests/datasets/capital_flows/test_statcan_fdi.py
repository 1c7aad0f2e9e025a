"""Canada's direct investment. Figures are made up, in columns recorded of another table, which is read too."""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.capital_flows import statcan_fdi
from compact_pipelines.datasets.capital_flows.statcan_fdi import (
    SOURCE,
    changed_tables,
    parse_members,
    parse_table,
    read_answer,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform
from compact_pipelines.live.answers import Answer, Partition
from tests.live.made_up_files import zipped
from tests.live.publishers.statcan_fdi import HEADER, METADATA, ROWS, row, table

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
RECORDED = pytest.mark.skipif(
    "COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings"
)


def read(*rows: str) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "table", Partition("all"), 1, table(*rows)))


def told(frame: pl.DataFrame, **key: str) -> dict[str, Any]:
    return frame.row(by_predicate=pl.all_horizontal(pl.col(name) == value for name, value in key.items()), named=True)


def recorded(name: str) -> bytes:
    return (Path(os.environ["COMPACT_RECORDINGS"]) / "statcan" / name).read_bytes()


def test_the_number_is_multiplied_by_its_power_of_ten() -> None:
    found = told(read(*ROWS), counterpart_area="USA", direction="OUT")
    assert found["obs_value"] == Decimal(500500000)
    assert found["unit_measure"] == "CAD"
    assert (found["instrument"], found["stock_flow"], found["freq"], found["time_period"]) == ("D_F", "S", "A", "2020")


def test_both_directions_are_canadas_own_voice() -> None:
    found = told(read(*ROWS), counterpart_area="USA", direction="IN")
    assert (found["ref_area"], found["obs_value"]) == ("CAN", Decimal(400000000))


def test_groups_are_left_out_by_the_metadata_and_the_world_stays() -> None:
    assert sorted(read(*ROWS)["counterpart_area"].unique()) == ["KOR", "MEX", "USA", "W00"]
    assert told(read(*ROWS), counterpart_area="W00")["obs_value"] == Decimal(900000000)


def test_a_group_that_has_lost_its_members_is_asked_about_and_not_taken_for_a_country() -> None:
    content = zipped(
        {
            "36100008.csv": "\n".join([HEADER, row("North America", "1"), ""]),
            "36100008_MetaData.csv": METADATA.replace(",2,,,\n3,Mexico", ",1,,,\n3,Mexico").replace("4,2,", "4,1,")
            .replace("5,2,", "5,1,").replace("3,2,", "3,1,"),
        }
    )  # fmt: skip
    with pytest.raises(SourceChanged, match=r"no area for \['North America'\]"):
        read_answer(Answer(SOURCE, "table", Partition("all"), 1, content))


@pytest.mark.parametrize(
    ("mark", "status", "says"),
    [
        ("x", "Q", "suppressed"),
        ("..", "O", "not available"),
        ("F", "O", "too unreliable"),
        ("...", "M", "not applicable"),
        ("", "O", None),
    ],
)
def test_a_blank_has_the_reason_that_stands_beside_it(mark: str, status: str, says: str | None) -> None:
    found = told(read(row("Mexico", "", mark)), counterpart_area="MEX")
    assert (found["obs_value"], found["obs_status"]) == (None, status)
    assert says is None if found["comment_obs"] is None else str(says) in found["comment_obs"]


@pytest.mark.parametrize(
    ("mark", "symbol", "status"), [("", "p", "P"), ("", "r", "A"), ("E", "", "U"), ("B", "", "A"), ("0s", "", "A")]
)
def test_a_figure_has_the_quality_that_stands_beside_it(mark: str, symbol: str, status: str) -> None:
    found = told(read(row("Mexico", "0", mark, symbol=symbol)), counterpart_area="MEX")
    assert (found["obs_value"], found["obs_status"]) == (0, status)


def test_capitals_of_a_kind_may_change_and_parts_of_net_debt_are_left_out() -> None:
    kinds = ["CANADIAN Direct investment abroad - Net Debt", "Canadian direct investment abroad - Debt assets"]
    found = read(*(row("Mexico", str(number), kind=kind) for number, kind in enumerate(kinds, start=1)))
    assert found.select("instrument", "obs_value").rows() == [("D_FL", Decimal(1_000_000))]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (row("Atlantis", "1"), r"\['Atlantis'\] are not among the members"),
        (row("Mexico", "1", "?"), r"unknown marks in STATUS \['\?'\]"),
        (row("Mexico", "1", symbol="z"), r"unknown marks in SYMBOL \['z'\]"),
        (row("Mexico", "1", kind="Canadian direct investment abroad - land"), "unknown kinds"),
        (row("Mexico", "1", unit="Percent"), r"unknown units in UOM \['Percent'\]"),
        (row("Mexico", "one"), "'one'"),
        (row("Mexico", "1").replace('"6","v1"', '"66","v1"'), r"column SCALAR_ID: unknown units \['66'\]"),
    ],
)
def test_what_is_not_known_is_named(line: str, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(line)


def test_a_renamed_column_is_refused() -> None:
    with pytest.raises(SourceChanged, match="SCALAR_ID"):
        parse_table(table(*ROWS, header=HEADER.replace("SCALAR_ID", "SCALAR")), "made up")
    with pytest.raises(SourceChanged, match="a table without rows"):
        parse_table(table(), "made up")
    with pytest.raises(SourceChanged, match="the metadata have 0 blocks that begin"):
        parse_members(zipped({"a_MetaData.csv": "one,two\n1,2\n"}), "made up")


def test_rows_keep_the_contract_once_they_are_in_dollars() -> None:
    rows = read(*ROWS).with_columns(
        unit_measure=pl.lit("USD"), source_id=pl.lit(SOURCE), snapshot_id=pl.lit("a"), recorded_at=pl.lit(NOON)
    )
    shaped = conform("capital_flows", SOURCE, rows)
    findings = check_table(
        load_contracts().tables["capital_flows"], shaped.with_columns(is_preferred=pl.lit(value=True))
    )
    assert list(findings) == []
    assert not shaped.select(load_contracts().tables["capital_flows"].dimensions).is_duplicated().any()


def test_the_lists_of_changed_tables_are_read() -> None:
    assert changed_tables(b'{"status":"SUCCESS","object":[]}', "made up") == {}
    with pytest.raises(SourceChanged, match="status 'FAILED'"):
        changed_tables(b'{"status":"FAILED","object":{"responseStatusCode":1}}', "made up")
    with pytest.raises(SourceChanged, match="expected status SUCCESS"):
        changed_tables(b"<html>", "made up")


@RECORDED
def test_the_recorded_zip_of_another_table_is_read_in_all_its_blocks() -> None:
    content = recorded("18100204-eng.zip")
    published, members = parse_table(content, "recorded"), parse_members(content, "recorded")
    assert published.height == 11_804
    assert published["SCALAR_FACTOR"].unique().to_list() == ["units "]
    assert members.rows()[:3] == [
        ("1", "Canada", "1", ""), ("1", "Atlantic Region", "2", "1"), ("1", "Newfoundland and Labrador", "3", "2"),
    ]  # fmt: skip
    assert members.height == 16
    leaves = set(members["member_id"]) - set(members["parent_id"])
    assert len(leaves) < members.height
    with pytest.raises(SourceChanged, match="the header has changed"):
        statcan_fdi.tidy_positions(published, members)


@RECORDED
def test_the_recorded_lists_of_changed_tables_are_read() -> None:
    tables = changed_tables(recorded("wds_changed_cube_list.json"), "recorded")
    assert tables[33100036] == "2026-08-13T08:30"
    assert len(tables) == 5
    assert changed_tables(recorded("wds_changed_cube_list_empty.json"), "recorded") == {}
