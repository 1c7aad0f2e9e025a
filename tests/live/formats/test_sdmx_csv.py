"""One parser for SDMX-CSV 1.0 and 2.0. All figures are made up."""

import pytest

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.flows import Flow, require_codes, require_flow, versions
from compact_pipelines.live.formats.sdmx_csv import parse_sdmx_csv

FLOW = Flow(("XX:TRADE",), ("FREQ", "REF_AREA"), ("OBS_STATUS",))
ONE = b"DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\r\nXX:TRADE(1.0),A,USA,2024,1.50,A\r\n"
TWO = (
    b"STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
    b"dataflow,XX:TRADE(1.0),I,A,USA,2024,1.50,A\n"
)
LABELLED = (
    b"STRUCTURE,STRUCTURE_ID,ACTION,FREQ: Frequency,REF_AREA: Reference area,TIME_PERIOD: Time,OBS_VALUE: Value,"
    b"OBS_STATUS: Status\n"
    b'DATAFLOW,XX:TRADE(1.0): Trade in made-up goods,I,A: Annual,"USA: United States: all, of it",2024,1.50,A: Normal\n'
)


@pytest.mark.parametrize("content", [ONE, TWO, LABELLED, b"\xef\xbb\xbf" + ONE, ONE.replace(b"\r\n", b"\n")])
def test_every_version_gives_the_same_frame(content: bytes) -> None:
    frame = parse_sdmx_csv(content, "here")
    require_flow(frame, FLOW, "here")
    assert frame.row(0, named=True) == {
        "DATAFLOW": "XX:TRADE(1.0)",
        "FREQ": "A",
        "REF_AREA": "USA",
        "TIME_PERIOD": "2024",
        "OBS_VALUE": "1.50",
        "OBS_STATUS": "A",
    }
    assert versions(frame) == "XX:TRADE(1.0)"


def test_a_field_may_hold_line_breaks_and_commas() -> None:
    content = ONE.replace(b"OBS_STATUS", b"OBS_STATUS,NOTE").replace(
        b",A\r", b',A,"first line\r\nsecond, ""quoted"""\r'
    )
    frame = parse_sdmx_csv(content, "here")
    assert frame["NOTE"].to_list() == ['first line\r\nsecond, "quoted"']


def test_a_blank_figure_is_missing_whatever_the_status_says() -> None:
    assert parse_sdmx_csv(ONE.replace(b"1.50", b""), "here")["OBS_VALUE"].to_list() == [None]


def test_the_date_of_change_is_no_dimension() -> None:
    content = ONE.replace(b"DATAFLOW,", b"DATAFLOW,LAST UPDATE,").replace(b"(1.0),", b"(1.0),15/06/26 11:00:00,")
    require_flow(parse_sdmx_csv(content, "here"), FLOW, "here")
    assert "LAST UPDATE" not in parse_sdmx_csv(content, "here").columns


def test_a_header_without_rows_is_no_fault() -> None:
    assert parse_sdmx_csv(ONE.splitlines()[0], "here").height == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE html><p>Sorry</p>", "no SDMX-CSV"),
        (b"", "no SDMX-CSV"),
        (ONE[:-8], "row 1: 5 cells, expected 6"),
        (ONE.replace(b"REF_AREA", b"FREQ"), "each column once"),
        (ONE.replace(b"OBS_VALUE", b"VALUE"), "needs TIME_PERIOD and OBS_VALUE"),
        (TWO.replace(b",I,", b",D,"), "ACTION"),
        (TWO.replace(b"dataflow", b"datastructure"), "STRUCTURE"),
        (b"\xff\xfe" + ONE, "not a table we can read"),
        (ONE + b'"unclosed', "not a table we can read"),
    ],
)
def test_what_is_no_such_message_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        parse_sdmx_csv(content, "here")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (ONE.replace(b"REF_AREA", b"REPORTER"), "structure has changed"),
        (ONE.replace(b"FREQ,", b"FREQ,SECTOR,").replace(b",A,USA", b",A,S1,USA"), "structure has changed"),
        (ONE.replace(b"OBS_STATUS", b"STATUS"), "columns missing: \\['OBS_STATUS'\\]"),
        (ONE.replace(b"XX:TRADE(", b"XX:TRADE_NEW("), "of XX:TRADE_NEW, expected XX:TRADE"),
    ],
)
def test_another_structure_is_told_from_the_known_one(content: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        require_flow(parse_sdmx_csv(content, "here"), FLOW, "here")


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"codes in FREQ \['A'\]"):
        require_codes(parse_sdmx_csv(ONE, "here"), {"FREQ": ["Q"]}, "here")
