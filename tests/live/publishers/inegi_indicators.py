"""How Mexico's statistical institute answers: the documented shape. All figures are made up."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers

YEARS = {"2020": "120000001.00000000000000000000", "2010": "110000000.00000000000000000000"}
NO_RESULTS = b'["ErrorInfo:No se encontraron resultados","ErrorDetails:No se encontraron resultados","ErrorCode:100"]'


def point(year: str, value: str | None, **other: Any) -> dict[str, Any]:
    told = {"TIME_PERIOD": year, "OBS_VALUE": value, "OBS_EXCEPTION": None, "OBS_STATUS": "3", "COBER_GEO": "0"}
    return {**told, "OBS_SOURCE": "", "OBS_NOTE": "", **other}


def body(*points: dict[str, Any], **other: Any) -> bytes:
    """An answer with one series; `other` is what it says of itself in another way."""
    series = {"INDICADOR": "1002000001", "FREQ": "7", "TOPIC": "123", "UNIT": "188", "UNIT_MULT": "", "NOTE": "1398"}
    series |= {"SOURCE": "3", "LASTUPDATE": "21/10/2024 12:00:00 a. m.", "STATUS": None}  # type: ignore[dict-item]
    observations = list(points) or [point(year, value) for year, value in YEARS.items()]
    header = {"Name": "Datos compactos BISE", "Email": "made up"}
    return json.dumps({"Header": header, "Series": [{**series, "OBSERVATIONS": observations, **other}]}).encode()


ANSWERS = PublisherAnswers(
    source_id="inegi_indicators",
    partition="all",
    normal={"population": body()},
    empty=(400, NO_RESULTS),
    refused=(401, {}, b'["ErrorInfo:made up","ErrorDetails:the token is not valid","ErrorCode:0"]'),
    drifted={"population": body().replace(b"OBS_VALUE", b"VALUE")},
    content_type="application/json; charset=utf-8",
    refused_means="key",
)
