"""Members of LinkedIn that an area gained on net from another, per 10,000 of its own members, by year.

Source: World Bank Group and LinkedIn, Digital Data for Development; see schemas/sources/linkedin_net_migration.yaml.
Revised: no longer; 2015 to 2019.
Quirks: a rate and not persons; the two areas of a pair have opposite signs but different denominators, so they are
neither each other's mirror nor to be added; areas are lower-case alpha-2 codes, and "na" is Namibia, not a gap.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.harmonise import area_codes, conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "linkedin_net_migration"
THEME: Final = "talent_movement"
AREA_COLUMNS: Final = ["base_country_code", "target_country_code"]
YEARS: Final = {f"net_per_10K_{year}": str(year) for year in range(2015, 2020)}


def parse_rates(content: bytes) -> pl.DataFrame:
    """Read the compilation as it stands: one row per base and target country, one column per year, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_rates(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the compilation into the talent_movement contract.

    Args:
        published: (pairs, AREA_COLUMNS and YEARS), text, net gain per 10,000 members, from `parse_rates`.

    Returns:
        (pairs * years, contract columns without provenance); the base country is the reporting area, direction NET,
        obs_value in members gained on net per 10,000 members of the base country, negative for a loss; a blank cell
        has status O and no value.

    Raises:
        SourceChanged: unknown columns or country codes, or a value that is not a number.
    """
    require_columns(published, [*AREA_COLUMNS, *YEARS], SOURCE)
    areas = {code.lower(): area for code, area in area_codes("iso2").items()}
    for column in AREA_COLUMNS:
        require_known(published[column], areas, SOURCE, f"country codes in {column}")
    long = published.with_columns(to_decimal(column, SOURCE, published) for column in YEARS).unpivot(
        list(YEARS), index=AREA_COLUMNS, variable_name="column", value_name="rate"
    )
    return long.select(
        freq=pl.lit("A"),
        ref_area=pl.col("base_country_code").replace_strict(areas, return_dtype=pl.String),
        counterpart_area=pl.col("target_country_code").replace_strict(areas, return_dtype=pl.String),
        direction=pl.lit("NET"),
        category=pl.lit("LINKEDIN_MEMBERS"),
        stock_flow=pl.lit("F"),
        unit_measure=pl.lit("PER_10000"),
        time_period=pl.col("column").replace_strict(YEARS, return_dtype=pl.String),
        obs_value="rate",
        obs_status=pl.when(pl.col("rate").is_null()).then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.lit("net gain from the counterpart per 10,000 members in the reporting area; not persons"),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "countries"})
def raw_linkedin_net_migration__countries(snapshots: Snapshots) -> Snapshot:
    """The table of country pairs, kept byte for byte."""
    return snapshots.take(SOURCE, "countries")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_linkedin_net_migration(raw_linkedin_net_migration__countries: Snapshot) -> pl.DataFrame:
    """Net gain of LinkedIn members per 10,000, per pair and year."""
    snapshot = raw_linkedin_net_migration__countries
    return conform(THEME, SOURCE, tidy_rates(parse_rates(snapshot.read())).with_columns(**snapshot.stamp()))
