"""How the BIS answers for banking: SDMX-CSV, as a table of another flow was recorded. All figures are made up."""

from tests.live.publishers import PublisherAnswers

HEADER = (
    "DATAFLOW,FREQ,L_MEASURE,L_REP_CTY,CBS_BANK_TYPE,CBS_BASIS,L_POSITION,L_INSTR,REM_MATURITY,CURR_TYPE_BOOK,"
    "L_CP_SECTOR,L_CP_COUNTRY,TIME_PERIOD,UNIT_MEASURE,UNIT_MULT,OBS_STATUS,OBS_CONF,OBS_VALUE"
)


def row(partner: str, period: str, value: str, status: str = "A") -> str:
    return f"BIS:WS_CBS_PUB(1.0),Q,S,CA,4B,F,C,A,A,TO1,A,{partner},{period},USD,6,{status},F,{value}"


ROWS = [
    row("US", "2023-Q1", "1500000.75"),
    row("US", "2023-Q2", "1600000.5"),
    row("MX", "2023-Q1", "", "M"),
    row("MX", "2023-Q2", "", "A"),
    row("5J", "2023-Q1", "2500000"),
    row("4T", "2023-Q1", "300000"),
    row("XM", "2023-Q1", "200000"),
    row("CA", "2023-Q1", "900000"),
]
NORMAL = "\n".join([HEADER, *ROWS, ""]).encode()

ANSWERS = PublisherAnswers(
    source_id="bis_banking",
    partition="all|CAN",
    normal={"claims": NORMAL},
    empty=(404, b"No results were found for this query"),
    refused=(400, {}, b"made up: the key does not fit the structure"),
    drifted={"claims": NORMAL.replace(b"L_CP_COUNTRY", b"CP_COUNTRY")},
    content_type="text/csv",
    empty_content_type="text/plain",
    refused_content_type="text/plain",
)
