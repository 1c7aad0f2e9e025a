"""Direct investment that flowed between the United States and other areas, by area, quarter and year.

Source: US Bureau of Economic Analysis, dataset ITA, asked live; see
schemas/sources/bea_international_transactions.yaml.
Revised: every quarter; several years back in June.
Quirks: one indicator a request if all areas are asked; codes of areas are the publisher's own, with regions and
remainders among them; values can be negative.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.bea_answers import periods, read_bea, with_values, without_repeats
from compact_pipelines.live.formats.bea_areas import with_areas_by_code
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "bea_international_transactions"
THEME: Final = "capital_flows"
FIELDS: Final = ("Indicator", "AreaOrCountry", "Frequency", "TimePeriod", "CL_UNIT", "UNIT_MULT", "DataValue")
# Net acquisition of direct investment assets; net incurrence of direct investment liabilities.
INDICATORS: Final = {"outward": "DiInvAssets", "inward": "DiInvLiabs"}
DIRECTIONS: Final = {"outward": "OUT", "inward": "IN"}
FREQUENCIES: Final = {"annual": "A", "quarterly": "QNSA"}


def parse_transactions(content: bytes, place: str = SOURCE) -> pl.DataFrame:
    """Read an answer as published: (areas and periods, FIELDS and NoteRef), all text.

    Raises:
        SourceChanged: see `read_bea`.
    """
    return read_bea(content, place, FIELDS)


def tidy_transactions(published: pl.DataFrame, part: str, year: str, place: str = SOURCE) -> pl.DataFrame:
    """Shape an answer into the capital_flows contract.

    Args:
        published: (areas and periods, FIELDS and NoteRef), text, from `parse_transactions`.
        part: direction and frequency, such as outward_annual.
        year: the year asked.
        place: for messages.

    Returns:
        (areas and periods, contract columns without provenance); obs_value in USD, may be negative.

    Raises:
        SourceChanged: another indicator, frequency, year or unit than was asked, an unknown area, or one area with two
            figures in a period.
    """
    direction, frequency = part.split("_")
    require_known(published["Indicator"], [INDICATORS[direction]], place, "indicators in Indicator")
    require_known(published["Frequency"], [FREQUENCIES[frequency]], place, "frequencies in Frequency")
    require_known(published["CL_UNIT"], ["USD"], place, "units in CL_UNIT")
    require_known(published["TimePeriod"].str.slice(0, 4), [year], place, "years in TimePeriod")
    named = with_areas_by_code(published, "AreaOrCountry", place)
    single = without_repeats(named, ["counterpart_area", "TimePeriod"], place)
    valued = with_values(periods(single, "TimePeriod", place), load_contracts().source(SOURCE))
    return valued.select(
        freq="freq",
        ref_area=pl.lit("USA"),
        counterpart_area="counterpart_area",
        direction=pl.lit(DIRECTIONS[direction]),
        instrument=pl.lit("D_F"),
        stock_flow=pl.lit("F"),
        time_period="time_period",
        obs_value="obs_value",
        unit_measure=pl.lit("USD"),
        basis=pl.lit("ASSET_LIABILITY"),
        obs_status="obs_status",
        comment_obs="comment_obs",
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """Read an answer of one direction, frequency and year, see `tidy_transactions`."""
    published = parse_transactions(answer.content, answer.place)
    return tidy_transactions(published, answer.part, answer.partition.period, answer.place)


pull_bea_international_transactions = pull_asset(SOURCE)
core_bea_international_transactions = live_core(SOURCE)
