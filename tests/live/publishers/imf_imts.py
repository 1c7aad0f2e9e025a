"""How the IMF answers for IMTS: XML, as in its one recorded answer. All figures are made up."""

from tests.live.publishers import PublisherAnswers

BEGINS = b"""<?xml version='1.0' encoding='UTF-8'?>
<message:StructureSpecificData xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message"
 xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common" xmlns:ns1="urn:ns1"><message:Header>
<message:Structure structureID="IMF.STA.DSD_IMTS.1.0.0" namespace=
"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=IMF.STA:DSD_IMTS(1.0.0)" dimensionAtObservation="TIME_PERIOD"/>
</message:Header><message:DataSet action="Replace">"""
ENDS = b"</message:DataSet></message:StructureSpecificData>"


def group(indicator: bytes, valuation: bytes) -> bytes:
    return (
        b'<Group INDICATOR="' + indicator + b'" ns1:type="GROUP_INDICATOR"><Comp id="UNIT"><Value>USD</Value></Comp>'
        b'<Comp id="VALUATION"><Value>' + valuation + b"</Value></Comp></Group>"
    )


def series(partner: bytes, indicator: bytes, value: bytes, derivation: bytes = b"O", reporter: bytes = b"CAN") -> bytes:
    return (
        b'<Series COUNTRY="'
        + reporter
        + b'" INDICATOR="'
        + indicator
        + b'" COUNTERPART_COUNTRY="'
        + partner
        + b'" FREQUENCY="A" OVERLAP="OL" SCALE="6"><Obs OBS_VALUE="'
        + value
        + b'" DERIVATION_TYPE="'
        + derivation
        + b'" TIME_PERIOD="2023"/></Series>'
    )


GROUPS = group(b"XG_FOB_USD", b"FOB") + group(b"MG_FOB_USD", b"FOB") + group(b"MG_CIF_USD", b"CIF")
ROWS = (
    series(b"USA", b"XG_FOB_USD", b"5000000001")
    + series(b"MEX", b"XG_FOB_USD", b"400000002", b"SE")
    + series(b"G001", b"XG_FOB_USD", b"6000000003", b"M")
    + series(b"G998", b"XG_FOB_USD", b"700000004")
    + series(b"USA", b"MG_FOB_USD", b"3900000005")
    + series(b"USA", b"MG_CIF_USD", b"4134000005")
    + series(b"MEX", b"MG_CIF_USD", b"300000006")
)
NORMAL = BEGINS + GROUPS + ROWS + ENDS

ANSWERS = PublisherAnswers(
    source_id="imf_imts",
    partition="2023|CAN",
    normal={"goods": NORMAL},
    empty=(200, BEGINS + ENDS),
    refused=(400, {}, b'{"errors":[{"code":400,"message":"made up: the key is too long"}]}'),
    drifted={"goods": NORMAL.replace(b"COUNTERPART_COUNTRY", b"PARTNER_COUNTRY")},
    content_type="application/xml",
    refused_content_type="application/json",
)
