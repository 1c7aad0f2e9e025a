"""BEA investment position, for the stub server. Figures are made up; fields are those of a rendered table."""

from typing import Any, Final

from tests.live.bea_shapes import INVALID_KEY, NOTHING_FOUND, answer, error, renamed
from tests.live.publishers import PublisherAnswers

LINES: Final = (
    "DiInvAssets", "DiInvLiabs", "EquityAndInvFundSharesAssets", "EquityAndInvFundSharesLiabs", "DebtSecAssets",
    "DebtSecLiabs", "OthInvAssets", "OthInvLiabs",
)  # fmt: skip


def row(line: str, period: str, value: str, **cells: Any) -> dict[str, Any]:
    """One row of a position."""
    frequency = "QNSA" if "Q" in period else "A"
    return {
        "TypeOfInvestment": line, "Component": "Pos", "Frequency": frequency, "Year": period[:4],
        "TimeSeriesId": f"TSI_Iip{line}Pos_{frequency}", "TimeSeriesDescription": "made up", "TimePeriod": period,
        "CL_UNIT": "USD", "UNIT_MULT": "6", "DataValue": value, "NoteRef": " ", **cells,
    }  # fmt: skip


ANNUAL: Final = [*(row(line, "2022", f"{place + 1}000") for place, line in enumerate(LINES)),
                 row("CurrAndDepAssets", "2022", "7")]  # fmt: skip
QUARTERLY: Final = [row(line, f"2022Q{quarter}", "900") for line in LINES for quarter in (1, 2)]

ANSWERS: Final = PublisherAnswers(
    source_id="bea_investment_position",
    partition="2022",
    normal={"annual": answer(ANNUAL, is_listed=True), "quarterly": answer(QUARTERLY, is_listed=True)},
    empty=(200, error(NOTHING_FOUND, is_in_results=False)),
    refused=(200, {}, error(INVALID_KEY, is_in_results=False, is_listed=True)),
    refused_means="key",
    drifted={"annual": renamed(answer(ANNUAL, is_listed=True), "UNIT_MULT", "UNIT")},
    content_type="application/json",
)
