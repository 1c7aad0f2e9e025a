"""How the OECD answers for migration: SDMX-CSV 2.0, as in its recorded slice. All figures are made up."""

from tests.live.publishers import PublisherAnswers

HEADER = (
    "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,CITIZENSHIP,FREQ,MEASURE,SEX,BIRTH_PLACE,EDUCATION_LEV,UNIT_MEASURE,"
    "TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT,DECIMALS"
)
MEASURES = {"inflows": "B11", "stocks": "B15"}


def row(part: str, area: str, citizens: str, value: str, sex: str = "_T") -> str:
    begins = f"DATAFLOW,OECD.ELS.IMD:DSD_MIG@DF_MIG(1.0),I,{area},{citizens},A,{MEASURES[part]},{sex},_Z,_Z,PS"
    return f"{begins},2020,{value},A,0,0"


def table(part: str) -> bytes:
    lines = [
        row(part, "FRA", "USA", "1001"),
        row(part, "USA", "MEX", "2002.4125"),
        row(part, "FRA", "USA", "500", "F"),
        row(part, "FRA", "W", "9003"),
        row(part, "FRA", "FRA", "60000"),
        row(part, "FRA", "CSK_F", "0"),
        row(part, "FRA", "STLS", "4"),
        row(part, "DEU", "CAN", ""),
    ]
    return "\r\n".join([HEADER, *lines, ""]).encode()


NORMAL: dict[str, bytes | list[bytes]] = {part: table(part) for part in MEASURES}

ANSWERS = PublisherAnswers(
    source_id="oecd_migration",
    partition="2020",
    normal=NORMAL,
    empty=(404, b"NoRecordsFound"),
    refused=(404, {}, b"Could not find Dataflow and/or DSD related with this data request"),
    drifted={"stocks": table("stocks").replace(b"CITIZENSHIP", b"NATIONALITY")},
    content_type="text/csv",
    empty_content_type="text/plain",
    refused_content_type="text/plain",
)
