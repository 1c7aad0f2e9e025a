"""How Singapore's statistical office answers: the documented shape. All figures, and the texts of rows, are made up."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers

MARKETS = {
    "Total All Markets": "900000.5",
    "Asia": "500",
    "Mainland China": "200000",
    "United States": "-",
    "Japan": "na",
}
UNITS = {"Asia": "Million Dollars"}
NO_RECORDS = b'{"Data": "No records found", "DataCount": 0, "StatusCode": 200, "Message": ""}'
ERRORS = b'{"Data": {"status": 400, "errors": {"TimeFilter": ["made up"]}}, "DataCount": 1, "StatusCode": 400}'


def row(market: str, value: str | None, key: str = "2024 Jan", **other: Any) -> dict[str, Any]:
    told = {"seriesNo": "1", "rowText": market, "uoM": UNITS.get(market, "Thousand Dollars")}
    return {**told, "columns": [{"key": key, "value": value}], **other}


def body(*rows: dict[str, Any], **other: Any) -> bytes:
    """An answer; `other` is what the table says of itself in another way."""
    table = {
        "id": "M451301",
        "title": "Non-Oil Domestic Exports By Market, Monthly (made up)",
        "frequency": "Monthly",
        "dataLastUpdated": "16/02/2024",
        "offset": None,
        "limit": 5000,
        "row": list(rows) or [row(market, value) for market, value in MARKETS.items()],
    }
    return json.dumps({"Data": {**table, **other}, "DataCount": 1, "StatusCode": 200, "Message": ""}).encode()


ANSWERS = PublisherAnswers(
    source_id="singstat_trade",
    partition="2024-01",
    normal={"markets": body()},
    empty=(200, NO_RECORDS),
    refused=(400, {}, ERRORS),
    drifted={"markets": body().replace(b"rowText", b"rowName")},
    content_type="application/json; charset=utf-8",
)
