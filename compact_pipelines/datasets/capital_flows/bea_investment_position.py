"""What the United States owns abroad and owes abroad, by kind of investment and quarter, with the world as a whole.

Source: US Bureau of Economic Analysis, dataset IIP, asked live; see schemas/sources/bea_investment_position.yaml.
Revised: every quarter; several years back in June.
Quirks: several hundred lines come, of which eight are held; the unit is an exponent; the year is asked for and both
years and quarters are periods of it.
"""

from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.bea_answers import periods, read_bea, with_values, without_repeats
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "bea_investment_position"
THEME: Final = "capital_flows"
FIELDS: Final = ("TypeOfInvestment", "Component", "Frequency", "TimePeriod", "CL_UNIT", "UNIT_MULT", "DataValue")
FREQUENCIES: Final = {"annual": "A", "quarterly": "QNSA"}
# Assets are outward, liabilities inward; names as clients of the publisher list them.
LINES: Final = {
    "DiInvAssets": ("OUT", "D_F"),
    "DiInvLiabs": ("IN", "D_F"),
    "EquityAndInvFundSharesAssets": ("OUT", "P_F5"),
    "EquityAndInvFundSharesLiabs": ("IN", "P_F5"),
    "DebtSecAssets": ("OUT", "P_F3"),
    "DebtSecLiabs": ("IN", "P_F3"),
    "OthInvAssets": ("OUT", "O_F"),
    "OthInvLiabs": ("IN", "O_F"),
}


def parse_positions(content: bytes, place: str = SOURCE) -> pl.DataFrame:
    """Read an answer as published: (lines and periods, FIELDS and NoteRef), all text.

    Raises:
        SourceChanged: see `read_bea`.
    """
    return read_bea(content, place, FIELDS)


def tidy_positions(published: pl.DataFrame, part: str, year: str, place: str = SOURCE) -> pl.DataFrame:
    """Shape an answer into the capital_flows contract.

    Args:
        published: (lines and periods, FIELDS and NoteRef), text, from `parse_positions`.
        part: annual or quarterly.
        year: the year asked.
        place: for messages.

    Returns:
        (lines of LINES and periods, contract columns without provenance); obs_value in USD at market value.

    Raises:
        SourceChanged: another component, frequency, year or unit than was asked, none of the lines of LINES, or one
            line with two figures.
    """
    require_known(published["Component"], ["Pos"], place, "components in Component")
    require_known(published["Frequency"], [FREQUENCIES[part]], place, "frequencies in Frequency")
    require_known(published["CL_UNIT"], ["USD"], place, "units in CL_UNIT")
    require_known(published["TimePeriod"].str.slice(0, 4), [year], place, "years in TimePeriod")
    lines = published.filter(pl.col("TypeOfInvestment").is_in(list(LINES)))
    if missing := sorted(LINES.keys() - set(lines["TypeOfInvestment"])):
        raise SourceChanged(
            f"{place}: no lines {missing} among {published['TypeOfInvestment'].n_unique():,} in TypeOfInvestment; the "
            "publisher has renamed them. Look them up, then change LINES"
        )
    single = without_repeats(lines, ["TypeOfInvestment", "TimePeriod"], place)
    valued = with_values(periods(single, "TimePeriod", place), load_contracts().source(SOURCE))
    return valued.select(
        freq="freq",
        ref_area=pl.lit("USA"),
        counterpart_area=pl.lit("W00"),
        direction=_of_line(0),
        instrument=_of_line(1),
        stock_flow=pl.lit("S"),
        time_period="time_period",
        obs_value="obs_value",
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("MARKET"),
        basis=pl.lit("ASSET_LIABILITY"),
        obs_status="obs_status",
        comment_obs="comment_obs",
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """Read an answer of one year, see `tidy_positions`."""
    published = parse_positions(answer.content, answer.place)
    return tidy_positions(published, answer.part, answer.partition.period, answer.place)


def _of_line(place: int) -> pl.Expr:
    meanings = {line: meaning[place] for line, meaning in LINES.items()}
    return pl.col("TypeOfInvestment").replace_strict(meanings, return_dtype=pl.String)


pull_bea_investment_position = pull_asset(SOURCE)
core_bea_investment_position = live_core(SOURCE)
