"""Portfolio equity and debt that residents of each economy hold of each other, as the holders tell the IMF.

Source: IMF, Portfolio Investment Positions by Counterpart Economy; see schemas/sources/imf_pip.yaml.
Revised: twice a year; the version of the flow that answered stands in comment_obs.
Quirks: SCALE is a hint for display and never applied; a confidential figure is null with STATUS C. Half-years are
published and the contracts know none: a position at the end of December (S2) is the stock of the year (A), one at the
end of June (S1) the stock of that month (M), so the monthly series has one month a year.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.codes import areas, statuses
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow, require_codes
from compact_pipelines.live.formats.sdmx import column, parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "imf_pip"
THEME: Final = "capital_flows"
FLOW: Final = Flow(
    ("IMF.STA:PIP",),
    (
        "COUNTRY",
        "ACCOUNTING_ENTRY",
        "INDICATOR",
        "SECTOR",
        "COUNTERPART_SECTOR",
        "COUNTERPART_COUNTRY",
        "FREQUENCY",
    ),
)
INSTRUMENTS: Final = {"P_F51_P_USD": "P_F5", "P_F3_P_USD": "P_F3"}
ASSETS: Final = "A"
ALL_SECTORS: Final = "S1"
HALF_YEARS: Final = "S"
FIRST_HALF: Final = "S1"
AREAS: Final = {"G001": "W00", "WBG": "PSE"}
# Groups and organisations have a number in their code; departments of the Fund, states that have ended and Kosovo do
# not.
NO_AREA: Final = r"[A-Z]{1,2}[0-9][0-9A-Z]*|AFR|APD|EUR|MCD|WHD|ANT|CSK|DDR|SCG|SUN|YUG|YAR|YMD|CWX|KOS|XKX"
STATUSES: Final = {"C": "Q", "NP": "O"}


def parse_positions(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per holder, instrument, issuer and half-year, all text.

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
        (positions of all sectors, contract columns without provenance); obs_value in USD, direction OUT: what
        residents of ref_area hold that was issued in counterpart_area. A confidential figure has status Q, any other
        gap O, neither a value.

    Raises:
        SourceChanged: a code is unknown, the unit is not the US dollar, a period is no half-year, or a figure is no
            number.
    """
    known = {
        "ACCOUNTING_ENTRY": [ASSETS],
        "INDICATOR": list(INSTRUMENTS),
        "SECTOR": [ALL_SECTORS],
        "COUNTERPART_SECTOR": [ALL_SECTORS],
        "FREQUENCY": [HALF_YEARS],
    }
    require_codes(published, known, place)
    require_codes(published.with_columns(column(published, "UNIT").alias("UNIT")), {"UNIT": ["USD"]}, place)
    if strange := published.filter(~pl.col(TIME).str.contains(r"^[0-9]{4}-S[12]$"))[TIME].unique().sort().to_list():
        raise SourceChanged(f"{place}: periods {strange[:3]} are no half-years such as 2025-S1")
    values = scaled(published, VALUE, load_contracts().source(SOURCE))
    is_june = pl.col(TIME).str.ends_with(FIRST_HALF)
    year = pl.col(TIME).str.slice(0, 4)
    return (
        published.with_columns(
            ref_area=areas(published["COUNTRY"], place, special=AREAS, left_out=NO_AREA),
            counterpart_area=areas(published["COUNTERPART_COUNTRY"], place, special=AREAS, left_out=NO_AREA),
            obs_value=values,
            obs_status=statuses(values, column(published, "STATUS"), place, special=STATUSES),
        )
        .filter(pl.col("ref_area") != pl.col("counterpart_area"))
        .select(
            "ref_area",
            "counterpart_area",
            "obs_value",
            "obs_status",
            freq=pl.when(is_june).then(pl.lit("M")).otherwise(pl.lit("A")),
            direction=pl.lit("OUT"),
            instrument=pl.col("INDICATOR").replace_strict(INSTRUMENTS, return_dtype=pl.String),
            stock_flow=pl.lit("S"),
            time_period=pl.when(is_june).then(year + "-06").otherwise(year),
            unit_measure=pl.lit("USD"),
            valuation=pl.lit("MARKET"),
            basis=pl.lit("RESIDENCE"),
            comment_obs="DATAFLOW",
        )
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one answer in the contract, without provenance."""
    return tidy_positions(within(parse_positions(answer.content, answer.place), answer), answer.place)


pull_imf_pip = pull_asset(SOURCE)
core_imf_pip = live_core(SOURCE)
