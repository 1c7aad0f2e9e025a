"""How the BIS answers for exchange rates: SDMX-CSV, as another flow was recorded. All figures are made up."""

from tests.live.publishers import PublisherAnswers

HEADER = "DATAFLOW,FREQ,REF_AREA,CURRENCY,COLLECTION,TIME_PERIOD,UNIT_MULT,OBS_STATUS,OBS_CONF,OBS_VALUE"


def row(area: str, currency: str, value: str, status: str = "A") -> str:
    return f"BIS:WS_XRU(1.0),M,{area},{currency},A,2023-05,0,{status},F,{value}"


ROWS = [
    row("CA", "CAD", "1.234567"),
    row("XM", "EUR", "0.912345"),
    row("MX", "MXN", "17.5"),
    row("MX", "MXP", "17500"),
    row("KR", "KRW", "", "M"),
]
NORMAL = "\n".join([HEADER, *ROWS, ""]).encode()

ANSWERS = PublisherAnswers(
    source_id="bis_exchange_rates",
    partition="2023-05",
    normal={"monthly": NORMAL},
    empty=(404, b"No results were found for this query"),
    refused=(400, {}, b"made up: the key does not fit the structure"),
    drifted={"monthly": NORMAL.replace(b"COLLECTION", b"AVERAGING")},
    content_type="text/csv",
    empty_content_type="text/plain",
    refused_content_type="text/plain",
)
