"""SDMX-JSON 2.0 as the IMF writes it. All figures are made up."""

import json
from typing import Any

import pytest

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.sdmx_json import parse_sdmx_json


def message(**changes: Any) -> bytes:
    structure = {
        "links": [
            {"urn": "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=XX:DSD_TRADE(9.0)"},
            {"urn": "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=XX:TRADE(1.2.0)"},
        ],
        "dimensions": {
            "series": [
                {"id": "FREQUENCY", "keyPosition": 1, "values": [{"id": "A"}]},
                {"id": "COUNTRY", "keyPosition": 0, "values": [{"id": "USA"}, {"id": "CAN"}]},
            ],
            "observation": [{"id": "TIME_PERIOD", "keyPosition": 2, "values": [{"value": "2023"}, {"value": "2024"}]}],
        },
        "measures": {"observation": [{"id": "OBS_VALUE"}]},
        "attributes": {
            "dimensionGroup": [{"id": "UNIT", "values": [{"id": "USD"}]}],
            "series": [{"id": "SCALE", "values": [{"id": "6"}]}],
            "observation": [{"id": "STATUS", "values": [{"id": "C"}]}, {"id": "NOTE", "values": []}],
        },
    }
    dataset = {
        "structure": 0,
        "dimensionGroupAttributes": {":0:": [0], ":1:": [None]},
        "series": {
            "0:0": {"attributes": [0], "observations": {"0": ["12.50"], "1": [None, 0, "NP"]}},
            "0:1": {"attributes": [None], "observations": {"1": [7, None, None]}},
        },
    }
    return json.dumps({"meta": {}, "data": {"dataSets": [dataset | changes], "structures": [structure]}}).encode()


def test_codes_come_from_their_lists_and_texts_stay_texts() -> None:
    frame = parse_sdmx_json(message(), "here")
    assert frame.columns == [
        *("DATAFLOW", "COUNTRY", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE", "UNIT", "SCALE", "STATUS", "NOTE")
    ]
    assert frame.rows() == [
        ("XX:TRADE(1.2.0)", "USA", "A", "2023", "12.50", "USD", "6", None, None),
        ("XX:TRADE(1.2.0)", "USA", "A", "2024", None, "USD", "6", "C", "NP"),
        ("XX:TRADE(1.2.0)", "CAN", "A", "2024", "7", None, None, None, None),
    ]


def test_attributes_of_a_group_reach_its_series() -> None:
    frame = parse_sdmx_json(message(dimensionGroupAttributes={"::": [0]}), "here")
    assert frame["UNIT"].to_list() == ["USD"] * 3


@pytest.mark.parametrize("series", [{}, {"0:0": {"attributes": [0]}}])
def test_no_series_or_no_observations_is_no_row(series: dict[str, Any]) -> None:
    assert parse_sdmx_json(message(series=series), "here").height == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"<html></html>",
        b'{"errors": [{"code": 404}]}',
        message(series={"0:5": {"observations": {"0": ["1"]}}}),
        message(series={"0": {"observations": {"0": ["1"]}}}),
        message(series={"0:0": {"observations": {"9": ["1"]}}}),
        message().replace(b"TIME_PERIOD", b"PERIOD"),
        message()[:-40],
    ],
)
def test_what_is_no_such_message_is_refused(content: bytes) -> None:
    with pytest.raises(SourceChanged, match="no SDMX-JSON"):
        parse_sdmx_json(content, "here")
