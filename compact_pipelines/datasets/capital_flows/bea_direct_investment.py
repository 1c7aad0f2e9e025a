"""What foreigners hold as direct investment in the United States, and Americans abroad, by country and year.

Source: US Bureau of Economic Analysis, dataset MNE, asked live; see schemas/sources/bea_direct_investment.yaml.
Revised: preliminary in July, revised a year later.
Quirks: the unit is in words; countries are named, groups stand among them, and one line may stand twice; (D) is
suppressed; positions can be negative.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.bea_answers import periods, read_bea, with_values, without_repeats
from compact_pipelines.live.formats.bea_areas import with_areas_by_name
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "bea_direct_investment"
THEME: Final = "capital_flows"
FIELDS: Final = ("Year", "SeriesID", "Row", "RowCode", "ColumnCode", "TableScale", "DataValue")
# Foreign direct investment position in the United States; US direct investment position abroad, on a historical-cost
# basis.
SERIES: Final = {"inward": "22", "outward": "30"}
DIRECTIONS: Final = {"inward": "IN", "outward": "OUT"}
ALL_INDUSTRIES: Final = "0000"


def parse_positions(content: bytes, place: str = SOURCE) -> pl.DataFrame:
    """Read an answer as published: (countries and groups, FIELDS and NoteRef), all text.

    Raises:
        SourceChanged: see `read_bea`.
    """
    return read_bea(content, place, FIELDS)


def tidy_positions(published: pl.DataFrame, part: str, period: str, place: str = SOURCE) -> pl.DataFrame:
    """Shape an answer into the capital_flows contract.

    Args:
        published: (countries and groups, FIELDS and NoteRef), text, from `parse_positions`.
        part: inward or outward.
        period: the year asked.
        place: for messages.

    Returns:
        (countries and the world, contract columns without provenance); obs_value in USD, may be negative.

    Raises:
        SourceChanged: another series, year or industry than was asked, an unknown name, unit or mark, or one country
            with two figures.
    """
    require_known(published["SeriesID"], [SERIES[part]], place, "series in SeriesID")
    require_known(published["Year"], [period], place, "years in Year")
    require_known(published["ColumnCode"], [ALL_INDUSTRIES, ""], place, "industries in ColumnCode")
    named = with_areas_by_name(published, "Row", place)
    single = without_repeats(named, ["counterpart_area", "Year"], place)
    valued = with_values(periods(single, "Year", place), load_contracts().source(SOURCE))
    return valued.select(
        freq="freq",
        ref_area=pl.lit("USA"),
        counterpart_area="counterpart_area",
        direction=pl.lit(DIRECTIONS[part]),
        instrument=pl.lit("D_F"),
        stock_flow=pl.lit("S"),
        time_period="time_period",
        obs_value="obs_value",
        unit_measure=pl.lit("USD"),
        basis=pl.lit("DIRECTIONAL"),
        obs_status="obs_status",
        comment_obs="comment_obs",
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """Read an answer of one direction and year, see `tidy_positions`."""
    published = parse_positions(answer.content, answer.place)
    return tidy_positions(published, answer.part, answer.partition.period, answer.place)


pull_bea_direct_investment = pull_asset(SOURCE)
core_bea_direct_investment = live_core(SOURCE)
