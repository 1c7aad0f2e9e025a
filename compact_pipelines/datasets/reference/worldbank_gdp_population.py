"""Output and people of each economy, by year.

Source: World Bank, World Development Indicators; see schemas/sources/worldbank_gdp_population.yaml.
Revised: several times a year, all years.
Quirks: the world stands among the countries as WLD; Taiwan is not in the source; GDP may end a year before population.
Live, both indicators come in one answer a year, one row each, groups of countries among the countries.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import read_csv, require_columns, require_known, to_decimal
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.live.formats.worldbank_rows import WORLD, area_rows, indicator_rows
from compact_pipelines.pulls import pull_asset
from compact_pipelines.resources import LiveRows, Snapshots
from compact_pipelines.snapshots import Snapshot
from compact_pipelines.staleness import LIVE

SOURCE: Final = "worldbank_gdp_population"
THEME: Final = "reference"
COLUMNS: Final = ["Country Name", "Country Code", "Year", "GDP", "Population"]
AGGREGATES: Final = {"WLD": "W00"}
INDICATORS: Final = {"NY.GDP.MKTP.CD": "gdp_usd", "SP.POP.TOTL": "population_persons"}


def parse_economies(content: bytes) -> pl.DataFrame:
    """Read the compilation as it stands: one row per country and year, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_economies(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the compilation into economies.

    Args:
        published: (countries and years, COLUMNS), text, US dollars and persons, from `parse_economies`.

    Returns:
        (countries and years, [area, time_period, gdp_usd, population_persons]), sorted; a blank stays missing.

    Raises:
        SourceChanged: unknown columns or country codes, a cell that is no number, or a figure of zero or less.
    """
    require_columns(published, COLUMNS, SOURCE)
    areas = {code: code for code, row in load_contracts().codelists["area"].rows.items() if row["kind"] == "area"}
    areas |= AGGREGATES
    require_known(published["Country Code"], areas, SOURCE, "country codes")
    economies = published.select(
        area=pl.col("Country Code").replace_strict(areas, return_dtype=pl.String),
        time_period="Year",
        gdp_usd=to_decimal("GDP", SOURCE, published),
        population_persons=to_decimal("Population", SOURCE, published),
    )
    _require_positive(economies)
    return economies.sort("area", "time_period")


def _require_positive(economies: pl.DataFrame) -> None:
    wrong = economies.filter((pl.col("gdp_usd") <= 0) | (pl.col("population_persons") <= 0))
    if not wrong.is_empty():
        raise SourceChanged(f"{SOURCE}: zero or less in {wrong.head(3).rows()}; an economy has output and people")


def parse_indicators(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer with both indicators as published: one row per indicator, country or group, and year.

    Raises:
        SourceChanged: the answer is not [what came, rows], or a row lacks a field.
    """
    return indicator_rows(content, place)


def tidy_indicators(published: pl.DataFrame, partition: Partition) -> pl.DataFrame:
    """Shape one year of both indicators into economies.

    Args:
        published: (indicators * countries and groups, columns of `indicator_rows`).
        partition: the year.

    Returns:
        (areas and the world, [area, time_period, gdp_usd, population_persons]), sorted; groups are left out, and areas
        that have neither figure.

    Raises:
        SourceChanged: an indicator brought no rows, an unknown code, another year, or a figure of zero or less.
    """
    place = f"{SOURCE}, {partition.key}"
    found = sorted(published["indicator"].unique())
    if found != sorted(INDICATORS):
        raise SourceChanged(
            f"{place}: rows of {found}, expected {sorted(INDICATORS)}; an indicator that was dropped brings no error"
        )
    require_known(published["year"], [partition.period], place, "years")
    rows = area_rows(published, place, {WORLD: "W00"})
    wide = rows.group_by("area", time_period="year").agg(
        pl.col("value").filter(pl.col("indicator") == name).first().alias(column) for name, column in INDICATORS.items()
    )
    told = wide.filter(pl.any_horizontal(pl.col(INDICATORS.values()).is_not_null()))
    _require_positive(told)
    return told.sort("area", "time_period")


def read_answer(answer: Answer) -> pl.DataFrame:
    """One year of both indicators as rows of economies; see `tidy_indicators`."""
    return tidy_indicators(parse_indicators(answer.content, answer.place), answer.partition)


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "economies"})
def raw_worldbank_gdp_population__economies(snapshots: Snapshots) -> Snapshot:
    """GDP and population, kept byte for byte."""
    return snapshots.take(SOURCE, "economies")


pull_worldbank_gdp_population = pull_asset(SOURCE)


@dg.asset(
    group_name=THEME,
    kinds={"polars", "parquet"},
    deps=["pull_worldbank_gdp_population"],
    metadata={LIVE: SOURCE},
)
def core_worldbank_gdp_population(
    live: LiveRows, raw_worldbank_gdp_population__economies: Snapshot
) -> dg.Output[pl.DataFrame]:
    """GDP in US dollars and population per area and year."""
    snapshot = raw_worldbank_gdp_population__economies
    embedded = tidy_economies(parse_economies(snapshot.read())).with_columns(
        source_id=pl.lit(SOURCE), snapshot_id=pl.lit(snapshot.snapshot_id)
    )
    return live.beside(SOURCE, embedded)
