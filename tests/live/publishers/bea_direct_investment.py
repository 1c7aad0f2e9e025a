"""BEA direct investment positions, for the stub server. Figures are made up; fields are those of rendered tables."""

from typing import Any, Final

from tests.live.bea_shapes import INVALID_KEY, NOTHING_FOUND, answer, error, renamed
from tests.live.publishers import PublisherAnswers


def row(name: str, code: str, value: str, place: str, **cells: Any) -> dict[str, Any]:
    """One row of the inward position of 2022."""
    return {
        "Year": "2022", "SeriesID": "22", "SeriesName": "Foreign Direct Investment Position in the United States",
        "Row": name, "ColumnGParent": None, "ColumnParent": None, "Column": "Position", "RowCode": code,
        "ColumnCode": "0000", "ColumnParentCode": "0", "ColumnGParentCode": "0", "TableScale": "Millions of Dollars",
        "DataValueUnformatted": value.replace(",", ""), "TableColumnDisplayOrder": "1.00",
        "TableRowDisplayOrder": place, "DataValue": value, **cells,
    }  # fmt: skip


INWARD: Final = [
    row("All Countries Total", "000", "9,000", "1.00"),
    row("Canada", "100", "1,500", "2.00"),
    row("Europe", "499", "6,000", "3.00"),
    row("Ireland", "313", "(D)", "4.00"),
    row("Canada", "100", "1,500", "16.00"),
]
OUTWARD: Final = [{**told, "SeriesID": "30"} for told in INWARD]

ANSWERS: Final = PublisherAnswers(
    source_id="bea_direct_investment",
    partition="2022",
    normal={"inward": answer(INWARD), "outward": answer(OUTWARD)},
    empty=(200, error(NOTHING_FOUND)),
    refused=(200, {}, error(INVALID_KEY)),
    refused_means="key",
    drifted={"inward": renamed(answer(INWARD), "TableScale", "Scale")},
    content_type="application/json",
)
