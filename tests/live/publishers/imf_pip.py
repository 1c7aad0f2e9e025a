"""How the IMF answers for PIP: SDMX-JSON 2.0, in the shape recorded of other flows. All figures are made up."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers

DIMENSIONS = {
    "COUNTRY": ["CAN"],
    "ACCOUNTING_ENTRY": ["A"],
    "INDICATOR": ["P_F51_P_USD", "P_F3_P_USD"],
    "SECTOR": ["S1"],
    "COUNTERPART_SECTOR": ["S1"],
    "COUNTERPART_COUNTRY": ["USA", "MEX", "G001", "TX093"],
    "FREQUENCY": ["S"],
}
PERIODS = ["2023-S1", "2023-S2"]


def message(series: dict[str, Any] | None, periods: list[str]) -> bytes:
    """An answer in the publisher's shape; without series it has no figures."""
    dimensions = [
        {"id": name, "keyPosition": place, "roles": [], "values": [{"id": code} for code in codes]}
        for place, (name, codes) in enumerate(DIMENSIONS.items())
    ]
    time = {"id": "TIME_PERIOD", "keyPosition": 7, "roles": [], "values": [{"value": period} for period in periods]}
    structure = {
        "dataSets": [0],
        "links": [{"urn": "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=IMF.STA:PIP(5.0.0)"}],
        "dimensions": {"series": dimensions, "observation": [time]},
        "measures": {"observation": [{"id": "OBS_VALUE", "roles": []}]},
        "attributes": {
            "series": [{"id": "SCALE", "values": [{"id": "6"}]}],
            "observation": [{"id": "STATUS", "values": [{"id": "C"}]}],
        },
    }
    dataset = {"structure": 0, "action": "Replace"} | ({"series": series} if series else {})
    return json.dumps({"meta": {}, "data": {"dataSets": [dataset], "structures": [structure]}}).encode()


def of(*cells: tuple[str | None, int | None]) -> dict[str, Any]:
    return {"attributes": [0], "observations": {str(place): list(cell) for place, cell in enumerate(cells)}}


SERIES = {
    "0:0:0:0:0:0:0": of(("700000000001", None), ("800000000002", None)),
    "0:0:0:0:0:1:0": of((None, 0), ("-1500000", None)),
    "0:0:1:0:0:0:0": of(("300000000003", None), (None, None)),
    "0:0:1:0:0:2:0": of(("900000000004", None)),
    "0:0:1:0:0:3:0": of(("100000000005", None)),
}
NORMAL = message(SERIES, PERIODS)

ANSWERS = PublisherAnswers(
    source_id="imf_pip",
    partition="2023|CAN",
    normal={"positions": NORMAL},
    empty=(200, message(None, [])),
    refused=(400, {}, b'{"errors":[{"code":400,"message":"made up: the key is too long"}]}'),
    drifted={"positions": NORMAL.replace(b"COUNTERPART_COUNTRY", b"PARTNER_COUNTRY")},
    content_type="application/json",
)
