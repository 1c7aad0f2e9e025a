"""How the IMF answers for DIP: SDMX-JSON 2.0, in the shape recorded of other flows. All figures are made up."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers

DIMENSIONS = {
    "COUNTRY": ["CAN"],
    "DV_TYPE": ["O", "SCC"],
    "INDICATOR": ["OTWD_D_NETAL_FALL_ALL", "INWD_D_NETLA_FALL_ALL", "OTWD_D_NETAL_F51_ALL"],
    "COUNTERPART_COUNTRY": ["USA", "MEX", "G001", "GX031"],
    "FREQUENCY": ["A"],
}


def message(series: dict[str, Any] | None, periods: list[str], flow: str = "DIP(12.0.1)") -> bytes:
    """An answer in the publisher's shape; without series it has no figures."""
    dataset: dict[str, Any] = {"structure": 0, "action": "Replace"}
    dimensions = [
        {"id": name, "keyPosition": place, "roles": [], "values": [{"id": code} for code in codes]}
        for place, (name, codes) in enumerate(DIMENSIONS.items())
    ]
    time = {"id": "TIME_PERIOD", "keyPosition": 5, "roles": [], "values": [{"value": period} for period in periods]}
    structure = {
        "dataSets": [0],
        "links": [{"urn": f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=IMF.STA:{flow}", "title": "Dataflow"}],
        "dimensions": {"series": dimensions, "observation": [time]},
        "measures": {"observation": [{"id": "OBS_VALUE", "roles": []}]},
        "attributes": {
            "dimensionGroup": [{"id": "UNIT", "values": [{"id": "USD"}]}],
            "series": [{"id": "SCALE", "values": [{"id": "6"}]}],
            "observation": [{"id": "STATUS", "values": [{"id": "C"}, {"id": "E"}]}],
        },
    }
    dataset |= {"dimensionGroupAttributes": {"::0:::": [0], "::1:::": [0], "::2:::": [0]}}
    dataset |= {"series": series} if series else {}
    return json.dumps({"meta": {}, "data": {"dataSets": [dataset], "structures": [structure]}}).encode()


def one(value: str | None, status: int | None = None) -> dict[str, Any]:
    return {"attributes": [0], "observations": {"0": [value, status]}}


SERIES = {
    "0:0:0:0:0": one("500000000001"),
    "0:0:0:1:0": one("-2000000.5", 1),
    "0:0:0:2:0": one("600000000002"),
    "0:0:0:3:0": one("550000000000"),
    "0:0:1:0:0": one("400000000003"),
    "0:0:2:1:0": one(None, 0),
    "0:1:0:0:0": one("490000000000"),
}
NORMAL = message(SERIES, ["2023"])

ANSWERS = PublisherAnswers(
    source_id="imf_dip",
    partition="2023|CAN",
    normal={"positions": NORMAL},
    empty=(200, message(None, [])),
    refused=(400, {}, b'{"errors":[{"code":400,"message":"made up: the key is too long"}]}'),
    drifted={"positions": NORMAL.replace(b"COUNTERPART_COUNTRY", b"PARTNER_COUNTRY")},
    content_type="application/json",
)
