"""World Bank, one indicator. Figures are made up, in the form that was recorded; pages as documented."""

import json
from typing import Any

from tests.live.publishers import PublisherAnswers

STOCK = "SM.POP.TOTL"
REFUSED = b'[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
NOTHING = b'[{"page":0,"pages":0,"per_page":20000,"total":0,"sourceid":"2","lastupdated":null},null]'


def row(area: str, year: str, value: float | None, indicator: str = STOCK) -> dict[str, Any]:
    """One figure of an area; a group may have no code."""
    return {
        "indicator": {"id": indicator, "value": "made up"},
        "country": {"id": area[:2], "value": "made up"},
        "countryiso3code": area,
        "date": year,
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    }


def body(rows: list[dict[str, Any]], page: int = 1, pages: int = 1) -> bytes:
    """One page."""
    came = {"page": page, "pages": pages, "per_page": 20000, "total": 9, "sourceid": "2", "lastupdated": "2026-07-13"}
    return json.dumps([came, rows]).encode("utf-8-sig")


FIRST = [row("CAN", "2020", 1000), row("CAN", "2019", None), row("WLD", "2020", 9000), row("", "2020", 1)]
SECOND = [row("MEX", "2020", 2000), row("EUU", "2020", 3000)]
DRIFTED = [{("iso3" if name == "countryiso3code" else name): value for name, value in FIRST[0].items()}]

ANSWERS = PublisherAnswers(
    source_id="worldbank_migrant_stock",
    partition="all",
    normal={"stock": [body(FIRST, 1, 2), body(SECOND, 2, 2)]},
    empty=(200, NOTHING),
    refused=(200, {}, REFUSED),
    drifted={"stock": body(DRIFTED)},
    content_type="application/json",
)
