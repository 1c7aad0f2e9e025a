"""US Census imports, for the stub server. Figures are made up; shapes are those of recorded answers."""

import json
from typing import Final

from tests.live.publishers import PublisherAnswers

TOTALS: Final = [
    ["CTY_CODE", "CTY_NAME", "CON_VAL_MO", "time"],
    ["-", "TOTAL FOR ALL COUNTRIES", "1900", "2024-03"],
    ["1220", "CANADA", "400", "2024-03"],
    ["2010", "MEXICO", "450", "2024-03"],
]
NAICS: Final = [
    ["CTY_CODE", "CON_VAL_MO", "time", "COMM_LVL", "NAICS"],
    ["5830", "90", "2024-03", "NA3", "334"],
]
CHAPTERS: Final = [
    ["CTY_CODE", "CON_VAL_MO", "COMM_LVL", "I_COMMODITY", "time"],
    ["2010", "80", "HS2", "84", "2024-03"],
    ["2010", "85", "HS2", "85", "2024-03"],
]
GOODS: Final = [
    ["CTY_CODE", "CON_VAL_MO", "COMM_LVL", "I_COMMODITY", "time"],
    ["2010", "30", "HS6", "847150", "2024-03"],
    ["5830", "20", "HS6", "854231", "2024-03"],
]
# The publisher's words for a variable that it does not know.
UNKNOWN_VARIABLE: Final = b"error: unknown variable 'CON_VALUE_MO'"


def renamed(rows: list[list[str]], old: str, new: str) -> bytes:
    """The same answer with another name for a variable."""
    return json.dumps([[new if name == old else name for name in rows[0]], *rows[1:]]).encode()


ANSWERS: Final = PublisherAnswers(
    source_id="us_census_imports",
    partition="2024-03",
    normal={
        "totals": json.dumps(TOTALS).encode(),
        "naics": json.dumps(NAICS).encode(),
        "chapters": json.dumps(CHAPTERS).encode(),
        "goods": json.dumps(GOODS).encode(),
    },
    empty=(204, b""),
    refused=(400, {}, UNKNOWN_VARIABLE),
    refused_means="request",
    refused_content_type="text/plain",
    drifted={"chapters": renamed(CHAPTERS, "I_COMMODITY", "COMMODITY")},
    content_type="application/json;charset=utf-8",
)
