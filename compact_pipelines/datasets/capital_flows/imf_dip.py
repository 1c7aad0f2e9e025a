"""Direct investment positions of each economy with each counterpart, outward and inward, as it tells the IMF itself.

Source: IMF, Direct Investment Positions by Counterpart Economy; see schemas/sources/imf_dip.yaml.
Revised: in December and in the middle of the year; the version of the flow that answered stands in comment_obs.
Quirks: SCALE is a hint for display and never applied; a confidential figure is null with STATUS C; figures that the
Fund derives from counterparts (DV_TYPE SCC) are not asked, and left out if they come.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.codes import areas, statuses
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow, require_codes
from compact_pipelines.live.formats.sdmx import column, parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "imf_dip"
THEME: Final = "capital_flows"
FLOW: Final = Flow(("IMF.STA:DIP",), ("COUNTRY", "DV_TYPE", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY"))
REPORTED: Final = "O"
DERIVED: Final = "SCC"
# Net assets less liabilities outward, net liabilities less assets inward; all instruments, equity, debt.
INDICATORS: Final = {
    "OTWD_D_NETAL_FALL_ALL": ("OUT", "D_F"),
    "OTWD_D_NETAL_F51_ALL": ("OUT", "D_F5"),
    "OTWD_D_NETAL_FL_ALL": ("OUT", "D_FL"),
    "INWD_D_NETLA_FALL_ALL": ("IN", "D_F"),
    "INWD_D_NETLA_F51_ALL": ("IN", "D_F5"),
    "INWD_D_NETLA_FL_ALL": ("IN", "D_FL"),
}
DIRECTIONS: Final = {code: direction for code, (direction, _) in INDICATORS.items()}
INSTRUMENTS: Final = {code: instrument for code, (_, instrument) in INDICATORS.items()}
AREAS: Final = {"G001": "W00", "WBG": "PSE"}
# Groups and organisations have a number in their code; departments of the Fund, states that have ended and Kosovo do
# not.
NO_AREA: Final = r"[A-Z]{1,2}[0-9][0-9A-Z]*|AFR|APD|EUR|MCD|WHD|ANT|CSK|DDR|SCG|SUN|YUG|YAR|YMD|CWX|KOS|XKX"
STATUSES: Final = {"C": "Q", "NP": "O"}


def parse_positions(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per reporter, indicator, counterpart and year, all text.

    Raises:
        SourceChanged: the answer is no SDMX message of this flow.
    """
    return parse_sdmx(content, FLOW, place)


def tidy_positions(published: pl.DataFrame, place: str) -> pl.DataFrame:
    """Shape an answer into the capital_flows contract.

    Args:
        published: from `parse_positions`; OBS_VALUE in US dollars, whatever SCALE says.
        place: source, part, partition and page, for messages.

    Returns:
        (reported yearly positions, contract columns without provenance); obs_value in USD, may be negative. A
        confidential figure has status Q, any other gap O, neither a value.

    Raises:
        SourceChanged: a code is unknown, the unit is not the US dollar, or a figure is no number.
    """
    known = {"DV_TYPE": [REPORTED, DERIVED], "INDICATOR": list(INDICATORS), "FREQUENCY": ["A"]}
    require_codes(published, known, place)
    require_codes(published.with_columns(column(published, "UNIT").alias("UNIT")), {"UNIT": ["USD"]}, place)
    reported = published.filter(pl.col("DV_TYPE") == REPORTED)
    values = scaled(reported, VALUE, load_contracts().source(SOURCE))
    indicator = pl.col("INDICATOR")
    return (
        reported.with_columns(
            ref_area=areas(reported["COUNTRY"], place, special=AREAS, left_out=NO_AREA),
            counterpart_area=areas(reported["COUNTERPART_COUNTRY"], place, special=AREAS, left_out=NO_AREA),
            obs_value=values,
            obs_status=statuses(values, column(reported, "STATUS"), place, special=STATUSES),
        )
        .filter(pl.col("ref_area") != pl.col("counterpart_area"))
        .select(
            "ref_area",
            "counterpart_area",
            "obs_value",
            "obs_status",
            freq=pl.lit("A"),
            direction=indicator.replace_strict(DIRECTIONS, return_dtype=pl.String),
            instrument=indicator.replace_strict(INSTRUMENTS, return_dtype=pl.String),
            stock_flow=pl.lit("S"),
            time_period=TIME,
            unit_measure=pl.lit("USD"),
            basis=pl.lit("DIRECTIONAL"),
            comment_obs="DATAFLOW",
        )
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one answer in the contract, without provenance."""
    return tidy_positions(within(parse_positions(answer.content, answer.place), answer), answer.place)


pull_imf_dip = pull_asset(SOURCE)
core_imf_dip = live_core(SOURCE)
