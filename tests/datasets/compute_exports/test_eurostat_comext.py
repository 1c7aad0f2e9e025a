"""Eurostat Comext. All figures are made up, in the shape that authors of clients show."""

import datetime as dt
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.eurostat_comext import CONFIDENTIAL_SAYS, SOURCE, read_answer
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer, Page, Partition
from compact_pipelines.live.received import Received
from compact_pipelines.live.reception import receive
from compact_pipelines.live.requests import live_of
from tests.live.publishers.eurostat_comext import HEADER, NORMAL, row

FOLDER: Final = os.environ.get("COMPACT_RECORDINGS", "")


def read(content: bytes) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, "goods", Partition("2023-05"), 1, content))


def answer(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def test_figures_stay_in_euros_until_the_shared_step() -> None:
    told = read(NORMAL).filter(ref_area="EUU").row(0, named=True)
    assert (told["obs_value"], told["unit_measure"], told["product"]) == (Decimal(1_000_001), "EUR", "HS22_847150")


@pytest.mark.parametrize(
    ("line", "flow", "valuation", "basis"),
    [
        (row("DE", "US", "TOTAL", "1", "1"), "M", "CIF", "ORIGIN"),
        (row("DE", "FR", "TOTAL", "1", "1"), "M", "CIF", "LAST_SHIPMENT"),
        (row("DE", "WORLD", "TOTAL", "1", "1"), "M", "CIF", "MIXED"),
        (row("DE", "US", "TOTAL", "2", "1"), "X", "FOB", "LAST_SHIPMENT"),
    ],
)
def test_valuation_and_basis_follow_flow_and_partner(line: str, flow: str, valuation: str, basis: str) -> None:
    assert read(answer(line)).select("flow", "valuation", "basis").rows() == [(flow, valuation, basis)]


@pytest.mark.parametrize(("code", "area"), [("GR", "GRC"), ("EL", "GRC"), ("GB", "GBR"), ("UK", "GBR"), ("QA", "QAT")])
def test_both_spellings_of_greece_and_the_united_kingdom_are_understood(code: str, area: str) -> None:
    assert read(answer(row("DE", code, "TOTAL", "2", "1")))["counterpart_area"].to_list() == [area]


def test_confidential_partners_and_goods_groups_and_quantities_are_left_out() -> None:
    assert read(NORMAL).height == 5
    assert all(code in NORMAL for code in (b"QZ", b"EXT_EU27_2020", b"85SSSX", b"QUANTITY_IN_100KG"))


def test_a_flag_is_a_status_and_a_confidential_blank_is_withheld() -> None:
    flagged = HEADER + ",OBS_FLAG"
    lines = [row("DE", "US", "TOTAL", "2", "1") + ",p", row("DE", "CA", "TOTAL", "2", "") + ",c"]
    told = read("\n".join([flagged, *lines]).encode())
    assert told.select("counterpart_area", "obs_status").rows() == [("USA", "P"), ("CAN", "Q")]


@pytest.mark.parametrize(
    ("flags", "value", "status", "is_told"),
    [
        ("bp", "1", "B", False), ("pe", "1", "E", False), ("p u", "1", "U", False), ("", "1", "A", False),
        ("c", "1", "A", True), ("cp", "1", "P", True), ("pc", "", "Q", False), ("p", "", "O", False),
        ("cz", "", "M", False),
    ],
)  # fmt: skip
def test_of_several_flags_the_gravest_counts_and_a_confidential_figure_stays(
    flags: str, value: str, status: str, is_told: bool
) -> None:
    told = read("\n".join([HEADER + ",OBS_FLAG", row("DE", "US", "TOTAL", "2", value) + f",{flags}"]).encode())
    row_told = told.row(0, named=True)
    assert (row_told["obs_status"], row_told["comment_obs"] == CONFIDENTIAL_SAYS) == (status, is_told)
    assert (row_told["obs_value"] is None) == (value == "")


@pytest.mark.parametrize(
    ("flags", "says"), [("bx", r"flags in OBS_FLAG \['x'\]"), ("z", "which says that there is none")]
)
def test_an_unknown_flag_and_a_figure_that_cannot_exist_are_told(flags: str, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read("\n".join([HEADER + ",OBS_FLAG", row("DE", "US", "TOTAL", "2", "1") + f",{flags}"]).encode())


@pytest.mark.parametrize("error", ['[{"status":404,"id":100,"label":"made up"}]', '{"status":400,"id":"100"}'])
def test_nothing_found_told_as_json_is_empty(error: str) -> None:
    body = f'{{"error":{error}}}'.encode()
    received = Received(body, 404, {}, "application/json", "made up", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert receive(load_contracts().source(SOURCE), "goods", received, Page()).kind == "empty"
    with pytest.raises(SourceChanged, match="refuses the question"):
        receive(
            load_contracts().source(SOURCE), "goods", replace(received, content=body.replace(b"100", b"150")), Page()
        )


def test_every_good_that_is_asked_is_one_of_ours() -> None:
    asked = live_of(load_contracts().source(SOURCE)).requests["goods"].url.rsplit("/", 1)[1].split(".")[3].split("+")
    assert read(answer(*(row("DE", "US", code, "2", "1") for code in asked))).height == len(asked)


def test_goods_of_the_next_harmonized_system_are_refused() -> None:
    later = NORMAL.replace(b"2023-05", b"2028-01")
    with pytest.raises(SourceChanged, match="Harmonized System 2028"):
        read_answer(Answer(SOURCE, "goods", Partition("2028-01"), 1, later))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (answer(row("DE", "US", "999999", "2", "1")), r"goods \['999999'\]"),
        (answer(row("DE", "YY", "TOTAL", "2", "1")), "areas in partner"),
        (answer(row("DE", "US", "TOTAL", "3", "1")), "codes in flow"),
        (NORMAL.replace(b"DS-045409", b"DS-059341"), "expected ESTAT:DS-045409"),
    ],
)
def test_what_is_not_known_is_named(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(content)


@pytest.mark.skipif(not FOLDER, reason="COMPACT_RECORDINGS names no folder of recordings")
@pytest.mark.parametrize("name", ["ESTAT_footer2.xml", "ESTAT_footer_413_too_large.xml"])
def test_a_recorded_answer_that_comes_later_as_a_file_says_so(name: str) -> None:
    with pytest.raises(SourceChanged, match="notice 413: Due to the large query"):
        read((Path(FOLDER) / "sdmx_ml" / name).read_bytes())
