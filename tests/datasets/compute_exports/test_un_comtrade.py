"""UN Comtrade. Figures are made up, in the shape of recorded answers; those that a test reads are named."""

import datetime as dt
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.datasets.compute_exports.un_comtrade import (
    NO_AREA_OF_OURS,
    OTHER_ASIA_SAYS,
    OWN_CODES,
    SOURCE,
    parse_trade,
    read_answer,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import area_codes
from compact_pipelines.live.answers import Answer, Page, Partition
from compact_pipelines.live.received import Received
from compact_pipelines.live.reception import receive
from tests.live.publishers.un_comtrade import answer, row

CANADA_2023: Final = Partition("2023", "CAN")
HAS_RECORDINGS: Final = pytest.mark.skipif(
    "COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings"
)


def recorded(name: str) -> bytes:
    return (Path(os.environ["COMPACT_RECORDINGS"]) / "comtrade" / name).read_bytes()


def read(*rows: dict[str, Any], part: str = "totals", partition: Partition = CANADA_2023) -> pl.DataFrame:
    return read_answer(Answer(SOURCE, part, partition, 1, answer(*rows)))


def test_a_flow_is_a_row_of_the_contract() -> None:
    assert read(row("X", 842, "TOTAL", 700.25)).row(0, named=True) == {
        "freq": "A",
        "ref_area": "CAN",
        "counterpart_area": "USA",
        "flow": "X",
        "product": "TOTAL",
        "time_period": "2023",
        "obs_value": Decimal("700.25"),
        "unit_measure": "USD",
        "valuation": "FOB",
        "basis": "MIXED",
        "obs_status": "A",
        "comment_obs": None,
    }


def test_an_error_beside_an_empty_list_is_no_year_without_trade() -> None:
    def received(error: str) -> str:
        told = Received(answer(error=error), 200, {}, "application/json", "made up", dt.datetime.now(dt.UTC))
        return receive(load_contracts().source(SOURCE), "totals", told, Page()).kind

    assert received("") == "empty"
    with pytest.raises(SourceChanged, match="The period value is invalid: the publisher refuses the question"):
        received("The period value is invalid")


def test_a_value_is_fob_or_cif_as_its_row_says() -> None:
    told = read(
        row("M", 842, "TOTAL", 5.0),
        row("M", 484, "TOTAL", 5.0, cifvalue=None, fobvalue=5.0),
        row("M", 276, "TOTAL", 5.0, cifvalue=5.0, fobvalue=5.0),
        row("M", 372, "TOTAL", 5.0, cifvalue=None),
        row("X", 276, "TOTAL", 5.0, cifvalue=5.0),
    )
    assert told["valuation"].to_list() == ["CIF", "FOB", "CIF", None, "FOB"]


def test_large_values_with_an_exponent_stay_exact() -> None:
    content = answer(row("X", 842, "TOTAL", 1.0)).replace(b'"primaryValue": 1.0', b'"primaryValue": 1.234567890123E+15')
    frame = read_answer(Answer(SOURCE, "totals", CANADA_2023, 1, content))
    assert frame["obs_value"].item() == 1_234_567_890_123_000


def test_rows_by_means_of_transport_are_refused_because_they_would_count_twice() -> None:
    by_mode = [row("M", 842, "TOTAL", value, motCode=mode) for mode, value in ((0, 9.0), (2100, 5.0), (1000, 4.0))]
    with pytest.raises(
        SourceChanged, match=r"3 rows of flowCode M, partnerCode 842, cmdCode TOTAL, .*differ in motCode"
    ):
        read(*by_mode)
    with pytest.raises(SourceChanged, match=r"unknown values in motCode \['2100'\]"):
        read(by_mode[1])


def test_the_same_row_twice_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"2 rows of flowCode X, .*differ in nothing that we read"):
        read(row("X", 842, "TOTAL", 1.0), row("X", 842, "TOTAL", 1.0))


def test_two_codes_of_one_area_are_refused() -> None:
    with pytest.raises(SourceChanged, match=r"counterpart_area ITA.*differ in partnerCode"):
        read(row("X", 380, "TOTAL", 1.0), row("X", 381, "TOTAL", 2.0))


def test_an_estimate_of_the_united_nations_says_so_and_a_sum_of_theirs_is_no_estimate() -> None:
    told = read(
        row("X", 842, "TOTAL", 1.0, isReported=False),
        row("X", 484, "TOTAL", 1.0, isReported=False, isAggregate=True),
        row("X", 276, "TOTAL", None, cifvalue=None, fobvalue=None),
    )
    assert told["obs_status"].to_list() == ["E", "A", "O"]
    assert told["comment_obs"].to_list() == [
        "not reported: an estimate of the United Nations",
        "a sum that the United Nations made of reported figures",
        None,
    ]


def test_other_asia_is_taiwan_with_another_definition_but_not_where_far_more_is_booked_there() -> None:
    (told,) = read(row("M", 490, "TOTAL", 5.0)).rows(named=True)
    assert (told["counterpart_area"], told["obs_status"], told["comment_obs"]) == ("TWN", "D", OTHER_ASIA_SAYS)
    arabia = row("M", 490, "TOTAL", 5.0, reporterCode=682)
    assert read(arabia, partition=Partition("2023", "SAU")).is_empty()


def test_codes_that_are_comtrades_own_are_mapped() -> None:
    told = read(*(row("X", int(code), "TOTAL", 1.0) for code in OWN_CODES))
    assert told["counterpart_area"].to_list() == list(OWN_CODES.values())
    assert not set(OWN_CODES) & {str(int(code)) for code in area_codes("m49")}


def test_partners_that_are_no_area_of_ours_and_returned_goods_are_left_out() -> None:
    assert read(*(row("X", int(code), "TOTAL", 1.0) for code in [*NO_AREA_OF_OURS, "124"])).is_empty()


def test_goods_of_another_edition_are_left_out_and_totals_are_not() -> None:
    old = row("X", 842, "847150", 1.0, classificationCode="H5")
    assert read(old, row("X", 484, "847150", 2.0), part="goods")["counterpart_area"].to_list() == ["MEX"]
    assert read(row("X", 842, "TOTAL", 1.0, classificationCode="H5")).height == 1


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"partnerCode": 990}, r"codes in partnerCode \['990'\]"),
        ({"reporterCode": 4}, r"reporterCode \['4'\]"),
        ({"period": "2022"}, r"period \['2022'\]"),
        ({"flowCode": "DX"}, r"flowCode \['DX'\]"),
        ({"cmdCode": "27"}, r"cmdCode \['27'\]"),
        ({"classificationCode": "S4"}, r"classificationCode \['S4'\]"),
        ({"customsCode": "C01"}, r"customsCode \['C01'\]"),
        ({"primaryValue": "many"}, "1 cells are not numbers"),
    ],
)
def test_what_was_not_asked_for_is_refused(cells: dict[str, Any], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(row("X", 842, "TOTAL", 1.0, **cells))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>address too long</html>", "not JSON"),
        (b'{"data": {}}', "no list of rows under `data`"),
        (b'{"data": [], "count": 0, "error": "made-up words"}', "the publisher says 'made-up words'"),
        (b'{"data": [], "count": 3, "error": ""}', "0 rows under `data`, but `count` says 3"),
        (answer(row("X", 842, "TOTAL", 1.0)).replace(b"flowCode", b"flow"), r"rows lack the fields \['flowCode'\]"),
    ],
)
def test_another_shape_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        parse_trade(content)


def test_an_answer_without_rows_has_the_columns_of_one_with_rows() -> None:
    assert read().schema == read(row("X", 842, "TOTAL", 1.0)).schema


def test_every_member_and_every_other_area_of_ours_but_taiwan_is_asked_as_a_reporter() -> None:
    live = load_contracts().source(SOURCE).live
    assert live is not None
    ours = {area for areas in load_contracts().membership.tiers.values() for area in areas}
    assert set(live.partitions.reporters) == ours - {"TWN"}
    asked = str(live.requests["goods"].parameters["partnerCode"]).split(",")
    known = {str(int(code)): area for code, area in area_codes("m49").items()} | OWN_CODES | {"490": "TWN"}
    assert {known[code] for code in asked} == ours | {"W00"}


@HAS_RECORDINGS
def test_reporters_have_the_codes_of_the_publishers_own_list() -> None:
    listed = json.loads(recorded("reference_Reporters.json"))["results"]
    codes = {
        item["reporterCodeIsoAlpha3"]: str(item["reporterCode"])
        for item in listed
        if not item["isGroup"] and "entryExpiredDate" not in item
    }
    live = load_contracts().source(SOURCE).live
    assert live is not None
    assert {area: codes[area] for area in live.partitions.reporters} == live.partitions.reporters


@HAS_RECORDINGS
@pytest.mark.parametrize("name", ["data_v1_get_C_A_HS_total_2010.json", "data_v1_get_C_A_HS_goods_2010_withdesc.json"])
def test_recorded_totals_of_china_in_2010_are_read(name: str) -> None:
    rows = read_answer(Answer(SOURCE, "totals", Partition("2010", "CHN"), 1, recorded(name)))
    told = {row[:2]: row[2:] for row in rows.select("counterpart_area", "flow", "obs_value", "valuation").rows()}
    assert told == {
        ("ARG", "M"): (6_804_128_143, "CIF"),
        ("DEU", "M"): (74_251_272_075, "CIF"),
        ("ARG", "X"): (6_115_764_185, "FOB"),
        ("DEU", "X"): (68_047_133_397, "FOB"),
    }


@HAS_RECORDINGS
def test_the_list_of_files_is_no_answer() -> None:
    with pytest.raises(SourceChanged, match="rows lack the fields"):
        parse_trade(recorded("bulk_v1_get_C_A_HS_availability.json"))
