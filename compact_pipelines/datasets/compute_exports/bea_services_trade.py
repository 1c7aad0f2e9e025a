"""What the United States sells and buys as telecommunications, computer and information services, by area and year.

Source: US Bureau of Economic Analysis, dataset IntlServTrade, asked live; see schemas/sources/bea_services_trade.yaml.
Revised: every July, several years back.
Quirks: one service a request if all areas are asked; codes of areas are the publisher's own, with regions and
remainders among them; a mark may stand in NoteRef beside a number that is none.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.bea_answers import periods, read_bea, with_values, without_repeats
from compact_pipelines.live.formats.bea_areas import with_areas_by_code
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "bea_services_trade"
THEME: Final = "compute_exports"
FIELDS: Final = (
    "TypeOfService", "TradeDirection", "Affiliation", "AreaOrCountry", "TimePeriod", "CL_UNIT", "UNIT_MULT",
    "DataValue",
)  # fmt: skip
FLOWS: Final = {"Exports": "X", "Imports": "M"}
# Part to the publisher's service and ours; cloud computing is a line of its own within computer services.
SERVICES: Final = {
    "telecom_computer_information": ("TelecomCompAndInfo", "EBOPS_SI"),
    "telecommunications": ("Telecom", "EBOPS_SI1"),
    "computer": ("Comp", "EBOPS_SI2"),
    "information": ("Info", "EBOPS_SI3"),
    "cloud": ("CloudCompAndDataStor", "BEA_CLOUD"),
}


def parse_services(content: bytes, place: str = SOURCE) -> pl.DataFrame:
    """Read an answer as published: (areas, directions and years, FIELDS and NoteRef), all text.

    Raises:
        SourceChanged: see `read_bea`.
    """
    return read_bea(content, place, FIELDS)


def tidy_services(published: pl.DataFrame, part: str, year: str, place: str = SOURCE) -> pl.DataFrame:
    """Shape an answer into the compute_exports contract.

    Args:
        published: (areas, directions and years, FIELDS and NoteRef), text, from `parse_services`.
        part: one of SERVICES.
        year: the year asked.
        place: for messages.

    Returns:
        (areas and directions, contract columns without provenance); obs_value in USD.

    Raises:
        SourceChanged: another service, direction, affiliation, year or unit than was asked, an unknown area, or one
            area with two figures.
    """
    service, product = SERVICES[part]
    require_known(published["TypeOfService"], [service], place, "services in TypeOfService")
    require_known(published["TradeDirection"], FLOWS, place, "directions in TradeDirection")
    require_known(published["Affiliation"], ["AllAffiliations"], place, "affiliations in Affiliation")
    require_known(published["CL_UNIT"], ["USD"], place, "units in CL_UNIT")
    require_known(published["TimePeriod"], [year], place, "years in TimePeriod")
    named = with_areas_by_code(published, "AreaOrCountry", place)
    single = without_repeats(named, ["counterpart_area", "TradeDirection", "TimePeriod"], place)
    valued = with_values(periods(single, "TimePeriod", place), load_contracts().source(SOURCE))
    return valued.select(
        freq="freq",
        ref_area=pl.lit("USA"),
        counterpart_area="counterpart_area",
        flow=pl.col("TradeDirection").replace_strict(FLOWS, return_dtype=pl.String),
        product=pl.lit(product),
        time_period="time_period",
        obs_value="obs_value",
        unit_measure=pl.lit("USD"),
        obs_status="obs_status",
        comment_obs="comment_obs",
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """Read an answer of one service and year, see `tidy_services`."""
    published = parse_services(answer.content, answer.place)
    return tidy_services(published, answer.part, answer.partition.period, answer.place)


pull_bea_services_trade = pull_asset(SOURCE)
core_bea_services_trade = live_core(SOURCE)
