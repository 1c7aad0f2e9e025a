"""BEA services trade, for the stub server. Figures are made up; fields are those of a rendered table."""

from typing import Any, Final

from tests.live.bea_shapes import INVALID_KEY, NOTHING_FOUND, answer, error, renamed
from tests.live.publishers import PublisherAnswers

SERVICES: Final = {
    "telecom_computer_information": "TelecomCompAndInfo",
    "telecommunications": "Telecom",
    "computer": "Comp",
    "information": "Info",
    "cloud": "CloudCompAndDataStor",
}


def row(service: str, direction: str, area: str, value: str, **cells: Any) -> dict[str, Any]:
    """One row of a service in 2022."""
    return {
        "TypeOfService": service, "TradeDirection": direction, "Affiliation": "AllAffiliations", "AreaOrCountry": area,
        "Year": "2022", "TimeSeriesId": f"TSI_Ist{service}{direction[:3]}{area}AllAff_A",
        "TimeSeriesDescription": "made up", "TimePeriod": "2022", "CL_UNIT": "USD", "UNIT_MULT": "6",
        "DataValue": value, "NoteRef": " ", **cells,
    }  # fmt: skip


def rows(service: str) -> list[dict[str, Any]]:
    """Exports and imports of two areas and a region."""
    return [
        row(service, direction, area, value)
        for direction in ("Exports", "Imports")
        for area, value in (("AllCountries", "400"), ("Canada", "35"), ("Europe", "200"))
    ]


ANSWERS: Final = PublisherAnswers(
    source_id="bea_services_trade",
    partition="2022",
    normal={part: answer(rows(service)) for part, service in SERVICES.items()},
    empty=(200, error(NOTHING_FOUND)),
    refused=(200, {}, error(INVALID_KEY)),
    refused_means="key",
    drifted={"cloud": renamed(answer(rows("CloudCompAndDataStor")), "TradeDirection", "Direction")},
    content_type="application/json",
)
