"""How the OECD answers for direct investment: SDMX-CSV, as it documents it. All figures are made up."""

from tests.live.publishers import PublisherAnswers

HEADER = (
    "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,MEASURE,UNIT_MEASURE,MEASURE_PRINCIPLE,ACCOUNTING_ENTRY,TYPE_ENTITY,"
    "FDI_COMP,SECTOR,COUNTERPART_AREA,LEVEL_COUNTERPART,ACTIVITY,FREQ,FDI_COLLECTION_ID,TIME_PERIOD,OBS_VALUE,"
    "OBS_STATUS,CONF_STATUS,UNIT_MULT,DECIMALS"
)
FLOW = "DATAFLOW,OECD.DAF.INV:DSD_FDI@DF_FDI_{0}_CTRY(1.0),I"


def row(part: str, area: str, way: str, partner: str, value: str, **other: str) -> str:
    """One line; `other` changes the unit, the type of entity, the status or the confidentiality."""
    flow, measure = {"flows": ("FLOW", "T_FA_F"), "positions": ("POS", "LE_FA_F")}[part]
    unit, entity = other.get("unit", "USD_EXC"), other.get("entity", "ALL")
    status, secrecy = other.get("status", "A"), other.get("secrecy", "F")
    cells = [area, measure, unit, way, "NET_FDI", entity, "D", "S1", partner, "IMC", "_T", "A", "CTRY_IND", "2023"]
    return ",".join([FLOW.format(flow), *cells, value, status, secrecy, "6", "1"])


def table(part: str) -> bytes:
    lines = [
        row(part, "CAN", "DO", "USA", "1234.5"),
        row(part, "USA", "DI", "CAN", "-67.25"),
        row(part, "CAN", "DO", "USA", "1600", unit="XDC"),
        row(part, "CAN", "DO", "USA", "", entity="ROU"),
        row(part, "CAN", "DO", "W", "2000.125", status="P"),
        row(part, "CAN", "DI", "MEX", ""),
        row(part, "CAN", "DI", "NLD", "", secrecy="C"),
        row(part, "CAN", "DO", "W_O", "3"),
        row(part, "CAN", "DO", "EU27_2020", "4"),
    ]
    return "\r\n".join([HEADER, *lines, ""]).encode()


NORMAL: dict[str, bytes | list[bytes]] = {part: table(part) for part in ("flows", "positions")}

ANSWERS = PublisherAnswers(
    source_id="oecd_fdi",
    partition="2023",
    normal=NORMAL,
    empty=(404, b"NoRecordsFound"),
    refused=(404, {}, b"Could not find Dataflow and/or DSD related with this data request"),
    drifted={"positions": table("positions").replace(b"COUNTERPART_AREA", b"PARTNER_AREA")},
    content_type="text/csv",
    empty_content_type="text/plain",
    refused_content_type="text/plain",
)
