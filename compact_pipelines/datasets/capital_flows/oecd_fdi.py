"""Direct investment of OECD members by partner, outward and inward: what flowed in a year, and positions at its end.

Source: OECD, FDI flows and positions by counterpart area (BMD4); see schemas/sources/oecd_fdi.yaml.
Revised: in spring and autumn, several years back.
Quirks: figures are in units of ten to the power of UNIT_MULT, millions as a rule; an answer may hold rows that were not
asked, so each dimension is filtered again; a blank is missing whatever its status says; all entities (ALL) are read,
since the slice without special-purpose entities is blank for the United States and Japan.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.codes import areas, statuses
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow
from compact_pipelines.live.formats.sdmx import column, parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "oecd_fdi"
THEME: Final = "capital_flows"
DIMENSIONS: Final = (
    "REF_AREA",
    "MEASURE",
    "UNIT_MEASURE",
    "MEASURE_PRINCIPLE",
    "ACCOUNTING_ENTRY",
    "TYPE_ENTITY",
    "FDI_COMP",
    "SECTOR",
    "COUNTERPART_AREA",
    "LEVEL_COUNTERPART",
    "ACTIVITY",
    "FREQ",
    "FDI_COLLECTION_ID",
)
FLOWS: Final = {
    "flows": Flow(("OECD.DAF.INV:DSD_FDI@DF_FDI_FLOW_CTRY",), DIMENSIONS, ("OBS_STATUS", "UNIT_MULT")),
    "positions": Flow(("OECD.DAF.INV:DSD_FDI@DF_FDI_POS_CTRY",), DIMENSIONS, ("OBS_STATUS", "UNIT_MULT")),
}
MEASURES: Final = {"flows": "T_FA_F", "positions": "LE_FA_F"}
STOCK_FLOW: Final = {"flows": "F", "positions": "S"}
# Dollars at exchange rates, all entities, all instruments, all sectors, immediate counterpart, all activities, yearly.
ASKED: Final = {
    "UNIT_MEASURE": "USD_EXC",
    "ACCOUNTING_ENTRY": "NET_FDI",
    "TYPE_ENTITY": "ALL",
    "FDI_COMP": "D",
    "SECTOR": "S1",
    "LEVEL_COUNTERPART": "IMC",
    "ACTIVITY": "_T",
    "FREQ": "A",
    "FDI_COLLECTION_ID": "CTRY_IND",
}
DIRECTIONS: Final = {"DO": "OUT", "DI": "IN"}
AREAS: Final = {"W": "W00"}
# Groups, remainders and former states have an underscore, a number, or fewer or more than three letters.
NO_AREA: Final = r"[A-Z]{1,2}|[A-Z]{4,}|[A-Z0-9]*[0-9_][A-Z0-9_]*|EEA|XKV|XKX|ROW"
CONFIDENTIAL: Final = "C"


def parse_investment(content: bytes, part: str, place: str) -> pl.DataFrame:
    """Read an answer as published: one row an observation, all text.

    Raises:
        SourceChanged: the answer is no SDMX message of this part's flow.
    """
    return parse_sdmx(content, FLOWS[part], place)


def tidy_investment(published: pl.DataFrame, part: str, place: str) -> pl.DataFrame:
    """Shape an answer into the capital_flows contract.

    Args:
        published: from `parse_investment`, US dollars in units of ten to the power of UNIT_MULT.
        part: flows or positions.
        place: source, part, partition and page, for messages.

    Returns:
        (rows that were asked, contract columns without provenance); obs_value in USD, may be negative. A confidential
        blank has status Q, any other that of the publisher or O, none a value.

    Raises:
        SourceChanged: nothing that was asked is in the answer, a code is unknown, or a figure is no number.
    """
    asked = pl.all_horizontal(
        *(pl.col(name) == code for name, code in (ASKED | {"MEASURE": MEASURES[part]}).items()),
        pl.col("MEASURE_PRINCIPLE").is_in(list(DIRECTIONS)),
    )
    rows = published.filter(asked)
    if rows.is_empty() and not published.is_empty():
        raise SourceChanged(f"{place}: {published.height:,} rows, none with the codes that were asked: {ASKED}")
    values = scaled(rows, VALUE, load_contracts().source(SOURCE))
    status = statuses(values, rows["OBS_STATUS"], place, special={CONFIDENTIAL: "Q"})
    frame = rows.with_columns(
        column(rows, "CONF_STATUS").alias("secrecy"),
        ref_area=areas(rows["REF_AREA"], place, special=AREAS, left_out=NO_AREA),
        counterpart_area=areas(rows["COUNTERPART_AREA"], place, special=AREAS, left_out=NO_AREA),
        obs_value=values,
        status=status,
    ).filter(pl.col("ref_area") != pl.col("counterpart_area"))
    is_withheld = pl.col("obs_value").is_null() & (pl.col("secrecy") == CONFIDENTIAL)
    return frame.select(
        "ref_area",
        "counterpart_area",
        "obs_value",
        freq=pl.lit("A"),
        direction=pl.col("MEASURE_PRINCIPLE").replace_strict(DIRECTIONS, return_dtype=pl.String),
        instrument=pl.lit("D_F"),
        stock_flow=pl.lit(STOCK_FLOW[part]),
        time_period=TIME,
        unit_measure=pl.lit("USD"),
        basis=pl.lit("DIRECTIONAL"),
        obs_status=pl.when(is_withheld).then(pl.lit("Q")).otherwise("status"),
        comment_obs="DATAFLOW",
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one answer in the contract, without provenance."""
    published = within(parse_investment(answer.content, answer.part, answer.place), answer)
    return tidy_investment(published, answer.part, answer.place)


pull_oecd_fdi = pull_asset(SOURCE)
core_oecd_fdi = live_core(SOURCE)
