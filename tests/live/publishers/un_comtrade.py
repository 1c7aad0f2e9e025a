"""UN Comtrade, for the stub server. Figures are made up; the shape is that of recorded answers of totals."""

import json
from typing import Any, Final

from tests.live.publishers import PublisherAnswers


def row(flow: str, partner: int, commodity: str, value: float, **cells: Any) -> dict[str, Any]:
    """One row of Canada (124) in 2023, with all 47 fields of a recorded one."""
    is_import = flow in {"M", "RM"}
    return {
        "typeCode": "C", "freqCode": "A", "refPeriodId": 20230101, "refYear": 2023, "refMonth": 52, "period": "2023",
        "reporterCode": 124, "reporterISO": None, "reporterDesc": None, "flowCode": flow, "flowDesc": None,
        "partnerCode": partner, "partnerISO": None, "partnerDesc": None, "partner2Code": 0, "partner2ISO": None,
        "partner2Desc": None, "classificationCode": "H6", "classificationSearchCode": "HS",
        "isOriginalClassification": True, "cmdCode": commodity, "cmdDesc": None, "aggrLevel": 6, "isLeaf": True,
        "customsCode": "C00", "customsDesc": None, "mosCode": "0", "motCode": 0, "motDesc": None, "qtyUnitCode": -1,
        "qtyUnitAbbr": None, "qty": None, "isQtyEstimated": False, "altQtyUnitCode": -1, "altQtyUnitAbbr": None,
        "altQty": None, "isAltQtyEstimated": False, "netWgt": None, "isNetWgtEstimated": False, "grossWgt": None,
        "isGrossWgtEstimated": False, "cifvalue": value if is_import else None,
        "fobvalue": None if is_import else value,
        "primaryValue": value, "legacyEstimationFlag": 0, "isReported": True, "isAggregate": False,
    } | cells  # fmt: skip


def answer(*rows: dict[str, Any], error: str = "") -> bytes:
    """An answer with these rows."""
    told = {"elapsedTime": "0.02 secs", "count": len(rows), "data": list(rows), "error": error}
    return json.dumps(told).encode()


def renamed(content: bytes, old: str, new: str) -> bytes:
    """The same answer with another name for a field."""
    return content.replace(f'"{old}"'.encode(), f'"{new}"'.encode())


TOTALS: Final = answer(row("X", 0, "TOTAL", 900.0), row("X", 842, "TOTAL", 700.0), row("M", 842, "TOTAL", 500.5))
GOODS: Final = answer(row("X", 842, "847150", 40.0), row("M", 490, "854231", 5.0))
# As the gateway in front of the publisher refuses a call; client authors report this text.
NO_KEY: Final = b'{"statusCode": 401, "message": "Access denied due to invalid subscription key."}'

ANSWERS: Final = PublisherAnswers(
    source_id="un_comtrade",
    partition="2023|CAN",
    normal={"totals": TOTALS, "goods": GOODS},
    empty=(200, answer()),
    refused=(401, {}, NO_KEY),
    refused_means="key",
    drifted={"totals": renamed(TOTALS, "primaryValue", "tradeValue")},
    content_type="application/json; charset=utf-8",
)
