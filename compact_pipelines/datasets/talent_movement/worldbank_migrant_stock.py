"""How many people born elsewhere live in each country.

Source: World Bank, World Development Indicators, SM.POP.TOTL; see schemas/sources/worldbank_migrant_stock.yaml.
Revised: when the United Nations publish a new estimate, all years.
Quirks: most years have no figure and say null; groups of countries stand among the countries; there is no country of
birth, so the counterpart is the world.
"""

from typing import Final

import polars as pl

from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.worldbank_rows import area_rows, indicator_rows
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "worldbank_migrant_stock"
THEME: Final = "talent_movement"
INDICATOR: Final = "SM.POP.TOTL"


def parse_stock(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per country or group, and year.

    Raises:
        SourceChanged: the answer is not [what came, rows], or a row lacks a field.
    """
    return indicator_rows(content, place)


def tidy_stock(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the rows into the talent_movement contract.

    Args:
        published: (countries and groups * years, columns of `indicator_rows`), persons, from `parse_stock`.

    Returns:
        (areas * years with a figure, contract columns without provenance); stocks in persons, counterpart the world.

    Raises:
        SourceChanged: another indicator, an unknown country code, or a value that is no number.
    """
    require_known(published["indicator"], [INDICATOR], SOURCE, "indicators")
    return (
        area_rows(published, SOURCE, {})
        .drop_nulls("value")
        .select(
            freq=pl.lit("A"),
            ref_area="area",
            counterpart_area=pl.lit("W00"),
            direction=pl.lit("IN"),
            category=pl.lit("MIGRANT"),
            stock_flow=pl.lit("S"),
            unit_measure=pl.lit("PS"),
            time_period="year",
            obs_value="value",
            basis=pl.lit("BIRTH"),
            obs_status=pl.lit("A"),
        )
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """One page of the indicator in the talent_movement contract; see `tidy_stock`."""
    return tidy_stock(parse_stock(answer.content, answer.place))


pull_worldbank_migrant_stock = pull_asset(SOURCE)
core_worldbank_migrant_stock = live_core(SOURCE)
