"""US Census exports, for the stub server. Figures are made up; shapes are those of recorded answers."""

import json
from typing import Final

from tests.live.publishers import PublisherAnswers

TOTALS: Final = [
    ["CTY_CODE", "CTY_NAME", "ALL_VAL_MO", "time"],
    ["-", "TOTAL FOR ALL COUNTRIES", "900", "2024-03"],
    ["0003", "EUROPEAN UNION", "120", "2024-03"],
    ["0022", "OECD", "800", "2024-03"],
    ["1220", "CANADA", "300", "2024-03"],
    ["2010", "MEXICO", "250", "2024-03"],
]
CHAPTERS: Final = [
    ["ALL_VAL_MO", "CTY_CODE", "COMM_LVL", "E_COMMODITY", "time"],
    ["70", "1220", "HS2", "84", "2024-03"],
    ["60", "1220", "HS2", "85", "2024-03"],
]
GOODS: Final = [
    ["ALL_VAL_MO", "CTY_CODE", "COMM_LVL", "E_COMMODITY", "time"],
    ["40", "1220", "HS6", "847150", "2024-03"],
    ["5", "2010", "HS6", "854231", "2024-03"],
]


def renamed(rows: list[list[str]], old: str, new: str) -> bytes:
    """The same answer with another name for a variable."""
    return json.dumps([[new if name == old else name for name in rows[0]], *rows[1:]]).encode()


ANSWERS: Final = PublisherAnswers(
    source_id="us_census_exports",
    partition="2024-03",
    normal={
        "totals": json.dumps(TOTALS).encode(),
        "chapters": json.dumps(CHAPTERS).encode(),
        "goods": json.dumps(GOODS).encode(),
    },
    empty=(204, b""),
    refused=(
        302,
        {"X-DataWebAPI-KeyError": "1", "Location": "https://api.census.gov/data/missing_key.html"},
        b"",
    ),
    refused_means="key",
    drifted={"totals": renamed(TOTALS, "ALL_VAL_MO", "ALL_VALUE_MO")},
    content_type="application/json;charset=utf-8",
)
