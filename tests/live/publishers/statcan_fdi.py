"""Statistics Canada, a table's zip. Figures are made up, in the columns and blocks recorded of another table."""

from tests.live.made_up_files import zipped
from tests.live.publishers import PublisherAnswers

KIND, PARTNER = "Canadian and foreign direct investment", "Countries or regions"
ABROAD = "Canadian direct investment abroad - Total Book Value"
IN_CANADA = "Foreign direct investment in Canada - Total Book Value"
HEADER = f'"REF_DATE","GEO","DGUID","{KIND}","{PARTNER}","UOM","UOM_ID","SCALAR_FACTOR","SCALAR_ID","VECTOR",'
HEADER += '"COORDINATE","VALUE","STATUS","SYMBOL","TERMINATED","DECIMALS"'
METADATA = f'''"Cube Title","Product Id","CANSIM Id",URL,"Cube Notes","Archive Status",Frequency,"Start Period"
"Made up",36100008,376-0051,"https://example.test",1,CURRENT,Annual,1987-01-01

"Dimension ID","Dimension name","Dimension Notes","Dimension Definitions"
1,Geography,,
2,"{KIND}",,
3,"{PARTNER}",,

"Dimension ID","Member Name","Classification Code","Member ID","Parent Member ID",Terminated,"Member Notes"
1,Canada,[11124],1,,,
2,"{ABROAD}",,1,,,
2,"{IN_CANADA}",,2,,,
2,"Canadian direct investment abroad - debt assets",,3,,,
2,"Canadian direct investment abroad - net debt",,4,,,
3,"All countries",,1,,,
3,"North America",,2,1,,
3,"United States",,3,2,,
3,Mexico,,4,2,,
3,"Other North America",,5,2,,
3,"Asia/Oceania",,6,1,,
3,"Korea, South",,7,6,,

Symbol Legend
Description,Symbol
"not available for a specific reference period",..
'''


def row(
    partner: str, value: str, mark: str = "", *, symbol: str = "", kind: str = ABROAD, unit: str = "Dollars"
) -> str:
    """One figure of 2020, in millions."""
    cells = [
        "2020",
        "Canada",
        "2016A000011124",
        kind,
        partner,
        unit,
        "81",
        "millions ",
        "6",
        "v1",
        "1.1.1",
        value,
        mark,
    ]
    return ",".join(f'"{cell}"' for cell in [*cells, symbol, "", "0"])


def table(*rows: str, header: str = HEADER) -> bytes:
    """The zip."""
    return zipped({"36100008.csv": "\r\n".join([header, *rows, ""]), "36100008_MetaData.csv": METADATA})


ROWS = (
    row("All countries", "900"),
    row("North America", "700"),
    row("United States", "500.5"),
    row("Mexico", "", "x"),
    row("Korea, South", "-3", symbol="p"),
    row("United States", "400", kind=IN_CANADA),
    row("Other North America", "1"),
)

ANSWERS = PublisherAnswers(
    source_id="statcan_fdi",
    partition="all",
    normal={"table": table(*ROWS)},
    empty=(200, table()),
    refused=(404, {}, b"<html><body>Page not found</body></html>"),
    drifted={"table": table(*ROWS, header=HEADER.replace('"SCALAR_ID"', '"SCALAR_CODE"'))},
    content_type="application/zip",
    refused_content_type="text/html",
)
