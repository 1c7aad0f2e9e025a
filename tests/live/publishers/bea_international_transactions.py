"""BEA international transactions, for the stub server. Figures are made up; fields are those of a rendered table."""

from typing import Any, Final

from tests.live.bea_shapes import INVALID_KEY, NOTHING_FOUND, answer, error, renamed
from tests.live.publishers import PublisherAnswers


def row(indicator: str, area: str, period: str, value: str, **cells: Any) -> dict[str, Any]:
    """One row of an indicator."""
    frequency = "QNSA" if "Q" in period else "A"
    return {
        "Indicator": indicator, "AreaOrCountry": area, "Frequency": frequency, "Year": period[:4],
        "TimeSeriesId": f"TSI_Ita{indicator}{area}_{frequency}", "TimeSeriesDescription": "made up",
        "TimePeriod": period, "CL_UNIT": "USD", "UNIT_MULT": "6", "DataValue": value, "NoteRef": " ", **cells,
    }  # fmt: skip


def rows(indicator: str, *periods: str) -> list[dict[str, Any]]:
    """Rows of three areas, one of them a remainder."""
    return [
        row(indicator, area, period, value)
        for period in periods
        for area, value in (("AllCountries", "500"), ("Canada", "-20"), ("OthAfricaExcl3", "5"))
    ]


ANSWERS: Final = PublisherAnswers(
    source_id="bea_international_transactions",
    partition="2022",
    normal={
        "outward_annual": answer(rows("DiInvAssets", "2022")),
        "outward_quarterly": answer(rows("DiInvAssets", "2022Q1", "2022Q2")),
        "inward_annual": answer(rows("DiInvLiabs", "2022")),
        "inward_quarterly": answer(rows("DiInvLiabs", "2022Q1", "2022Q2")),
    },
    empty=(200, error(NOTHING_FOUND)),
    refused=(200, {}, error(INVALID_KEY)),
    refused_means="key",
    drifted={"inward_annual": renamed(answer(rows("DiInvLiabs", "2022")), "AreaOrCountry", "Area")},
    content_type="application/json",
)
