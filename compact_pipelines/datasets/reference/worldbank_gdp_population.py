"""Output and people of each economy, by year.

Source: World Bank, World Development Indicators; see schemas/sources/worldbank_gdp_population.yaml.
Revised: several times a year, all years.
Quirks: the world stands among the countries as WLD; Taiwan is not in the source; GDP may end a year before population.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "worldbank_gdp_population"
THEME: Final = "reference"
COLUMNS: Final = ["Country Name", "Country Code", "Year", "GDP", "Population"]
AGGREGATES: Final = {"WLD": "W00"}


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
    wrong = economies.filter((pl.col("gdp_usd") <= 0) | (pl.col("population_persons") <= 0))
    if not wrong.is_empty():
        raise SourceChanged(f"{SOURCE}: zero or less in {wrong.head(3).rows()}; an economy has output and people")
    return economies.sort("area", "time_period")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "economies"})
def raw_worldbank_gdp_population__economies(snapshots: Snapshots) -> Snapshot:
    """GDP and population, kept byte for byte."""
    return snapshots.take(SOURCE, "economies")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_worldbank_gdp_population(raw_worldbank_gdp_population__economies: Snapshot) -> pl.DataFrame:
    """GDP in US dollars and population per area and year."""
    snapshot = raw_worldbank_gdp_population__economies
    return tidy_economies(parse_economies(snapshot.read())).with_columns(
        source_id=pl.lit(SOURCE), snapshot_id=pl.lit(snapshot.snapshot_id)
    )
