"""How Eurostat answers for Comext: SDMX-CSV, as authors of clients show it. All figures are made up."""

from tests.live.publishers import PublisherAnswers

HEADER = "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE"


def row(reporter: str, partner: str, goods: str, flow: str, value: str, **other: str) -> str:
    begins = f"ESTAT:DS-045409(1.0),15/06/26 11:00:00,M,{reporter},{partner},{goods},{flow}"
    return f"{begins},{other.get('indicator', 'VALUE_IN_EUROS')},2023-05,{value}"


ROWS = [
    row("EU27_2020", "US", "847150", "1", "1000001"),
    row("DE", "US", "TOTAL", "2", "2000002"),
    row("DE", "FR", "85", "1", "300003"),
    row("DE", "WORLD", "TOTAL", "1", "4000004"),
    row("DE", "UK", "854231", "2", ""),
    row("DE", "QZ", "854231", "2", "77"),
    row("DE", "EXT_EU27_2020", "TOTAL", "2", "88"),
    row("DE", "US", "85SSSX", "2", "99"),
    row("DE", "US", "847150", "2", "12.5", indicator="QUANTITY_IN_100KG"),
]
NORMAL = "\r\n".join([HEADER, *ROWS, ""]).encode()
NOTHING = (
    b'<?xml version="1.0"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault>'
    b"<faultcode>100</faultcode><faultstring>No results found</faultstring></S:Fault></S:Body></S:Envelope>"
)
LATER = b'{"warning":{"status":413,"label":"ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously."}}'

ANSWERS = PublisherAnswers(
    source_id="eurostat_comext",
    partition="2023-05",
    normal={"goods": NORMAL},
    empty=(404, NOTHING),
    refused=(200, {}, LATER),
    drifted={"goods": NORMAL.replace(b"partner", b"counterpart")},
    content_type="application/vnd.sdmx.data+csv",
    empty_content_type="application/xml",
    refused_content_type="application/json",
)
