"""What banks of each nationality claim from debtors in each economy, at the end of each quarter.

Source: BIS, consolidated banking statistics; see schemas/sources/bis_banking.yaml.
Revised: quarterly, several quarters back.
Quirks: the reporter is the nationality of the banking group, not where its offices are; figures are in units of ten to
the power of UNIT_MULT, millions as a rule; codes of groups (5J all countries, 1C, 4T and others) stand among two-letter
codes of areas; a blank has status M or Q.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.codes import areas, statuses
from compact_pipelines.live.formats.flows import TIME, VALUE, Flow, require_codes
from compact_pipelines.live.formats.sdmx import parse_sdmx, within
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "bis_banking"
THEME: Final = "capital_flows"
FLOW: Final = Flow(
    ("BIS:WS_CBS_PUB", "BIS:BIS_CBS"),
    (
        "FREQ",
        "L_MEASURE",
        "L_REP_CTY",
        "CBS_BANK_TYPE",
        "CBS_BASIS",
        "L_POSITION",
        "L_INSTR",
        "REM_MATURITY",
        "CURR_TYPE_BOOK",
        "L_CP_SECTOR",
        "L_CP_COUNTRY",
    ),
    ("OBS_STATUS", "UNIT_MULT"),
)
# Stocks, domestically owned banks, immediate counterparty, all claims, instruments, maturities, currencies, sectors.
ASKED: Final = {
    "FREQ": "Q",
    "L_MEASURE": "S",
    "CBS_BANK_TYPE": "4B",
    "CBS_BASIS": "F",
    "L_POSITION": "C",
    "L_INSTR": "A",
    "REM_MATURITY": "A",
    "CURR_TYPE_BOOK": "TO1",
    "L_CP_SECTOR": "A",
}
AREAS: Final = {"5J": "W00"}
# Codes with a number, and those beginning with X, are groups or Kosovo; the named ones are former states.
NO_AREA: Final = r"[A-Z]?[0-9][A-Z0-9]?|TO1|X[A-Z]|AN|CS|DD|PU|SU|YU"


def parse_claims(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row an observation, all text.

    Raises:
        SourceChanged: the answer is no SDMX message of this flow.
    """
    return parse_sdmx(content, FLOW, place)


def tidy_claims(published: pl.DataFrame, place: str) -> pl.DataFrame:
    """Shape an answer into the capital_flows contract.

    Args:
        published: from `parse_claims`, US dollars in units of ten to the power of UNIT_MULT.
        place: source, part, partition and page, for messages.

    Returns:
        (quarters of areas and the world, contract columns without provenance); obs_value in USD. A blank has the
        publisher's status of a missing value, else O.

    Raises:
        SourceChanged: a code is unknown, a period is no quarter, or a figure is no number.
    """
    require_codes(published, {name: [code] for name, code in ASKED.items()}, place)
    if strange := published.filter(~pl.col(TIME).str.contains(r"^[0-9]{4}-Q[1-4]$"))[TIME].unique().sort().to_list():
        raise SourceChanged(f"{place}: periods {strange[:3]} are no quarters such as 2025-Q1")
    values = scaled(published, VALUE, load_contracts().source(SOURCE))
    return (
        published.with_columns(
            ref_area=areas(published["L_REP_CTY"], place, scheme="iso2"),
            counterpart_area=areas(published["L_CP_COUNTRY"], place, special=AREAS, left_out=NO_AREA, scheme="iso2"),
            obs_value=values,
            obs_status=statuses(values, published["OBS_STATUS"], place),
        )
        .filter(pl.col("ref_area") != pl.col("counterpart_area"))
        .select(
            "ref_area",
            "counterpart_area",
            "obs_value",
            "obs_status",
            freq=pl.lit("Q"),
            direction=pl.lit("OUT"),
            instrument=pl.lit("BANK_CLAIMS"),
            stock_flow=pl.lit("S"),
            time_period=TIME,
            unit_measure=pl.lit("USD"),
            basis=pl.lit("BANK_NATIONALITY"),
            comment_obs="DATAFLOW",
        )
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """The rows of one answer in the contract, without provenance."""
    return tidy_claims(within(parse_claims(answer.content, answer.place), answer), answer.place)


pull_bis_banking = pull_asset(SOURCE)
core_bis_banking = live_core(SOURCE)
