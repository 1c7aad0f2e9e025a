"""How the Australian Bureau of Statistics answers: SDMX-CSV, as clients show it. All figures are made up."""

from tests.live.publishers import PublisherAnswers

FLOWS = {"exports": ("MERCH_EXP", "COUNTRY_DEST,STATE_ORIGIN"), "imports": ("MERCH_IMP", "COUNTRY_ORIGIN,STATE_DEST")}
VALUES = {"TOT": "50000.5", "USA": "1000.25", "JAP": "2000", "CHIN": "", "FGMY": "300", "NCD": "400"}
OTHERS = {"BLGM": "5", "ASEAN": "9"}


def table(part: str) -> bytes:
    flow, dimensions = FLOWS[part]
    header = f"DATAFLOW,COMMODITY_SITC,{dimensions},FREQ,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT,OBS_STATUS"
    rows = [f"ABS:{flow}(1.0.0),TOT,{code},TOT,M,2023-05,{value},AUD,3," for code, value in (VALUES | OTHERS).items()]
    return "\n".join([header, *rows, ""]).encode()


NORMAL: dict[str, bytes | list[bytes]] = {part: table(part) for part in FLOWS}

ANSWERS = PublisherAnswers(
    source_id="abs_trade",
    partition="2023-05",
    normal=NORMAL,
    empty=(404, b"NoRecordsFound"),
    refused=(400, {}, b"made up: the key does not fit the structure"),
    drifted={"imports": table("imports").replace(b"COUNTRY_ORIGIN", b"COUNTRY")},
    content_type="application/vnd.sdmx.data+csv",
    empty_content_type="text/plain",
    refused_content_type="text/plain",
)
