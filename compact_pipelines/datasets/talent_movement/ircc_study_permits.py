"""Study permits of Canada that became effective, by the holder's citizenship and calendar year.

Source: Immigration, Refugees and Citizenship Canada; see schemas/sources/ircc_study_permits.yaml.
Revised: monthly, the whole series.
Quirks: rounded to the nearest 5; the compilation writes 0 where the publisher withholds a small count, seems to add up
the publisher's quarters, and ends within 2023; citizens of British overseas territories are counted with Britain.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.harmonise import conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "ircc_study_permits"
THEME: Final = "talent_movement"
CITIZENSHIP: Final = "Country of Citizenship"
YEARS: Final = [str(year) for year in range(2015, 2024)]
PART_YEAR: Final = "2023"
WITHHELD: Final = "--"
AREAS: Final = {
    "Australia": "AUS",
    "Bahrain": "BHR",
    "Belgium": "BEL",
    "Brazil": "BRA",
    "Chile": "CHL",
    "China, People's Republic of": "CHN",
    "Colombia": "COL",
    "Costa Rica": "CRI",
    "Czech Republic": "CZE",
    "Denmark": "DNK",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Hong Kong SAR": "HKG",
    "India": "IND",
    "Indonesia, Republic of": "IDN",
    "Ireland, Republic of": "IRL",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Korea, Republic of": "KOR",
    "Kuwait": "KWT",
    "Malaysia": "MYS",
    "Mexico": "MEX",
    "Netherlands, The": "NLD",
    "New Zealand": "NZL",
    "Norway": "NOR",
    "Oman": "OMN",
    "Peru": "PER",
    "Philippines": "PHL",
    "Poland": "POL",
    "Qatar": "QAT",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "South Africa, Republic of": "ZAF",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Taiwan": "TWN",
    "Thailand": "THA",
    "Turkey": "TUR",
    "United Arab Emirates": "ARE",
    "United Kingdom and Overseas Territories": "GBR",
    "United States of America": "USA",
    "Vietnam": "VNM",
}
COUNTED: Final = "rounded to 5; a person with permits in two quarters of the year seems to be counted twice"
PART: Final = f"part of the year only, not to be compared with full years; {COUNTED}"
SMALL: Final = "0 to 5 persons: the publisher withholds such counts, the compilation writes 0"


def parse_permits(content: bytes) -> pl.DataFrame:
    """Read the compilation as it stands: one row per country of citizenship, one column per year, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_permits(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the compilation into the talent_movement contract.

    Args:
        published: (countries, citizenship and YEARS), text, persons rounded to 5, from `parse_permits`.

    Returns:
        (countries * years, contract columns without provenance); direction IN, obs_value in persons; a count of 0 or
        withheld has status Q and no value, the part year status P, the full years status D.

    Raises:
        SourceChanged: unknown columns or countries, or a cell that is neither a number nor withheld.
    """
    require_columns(published, [CITIZENSHIP, *YEARS], SOURCE)
    require_known(published[CITIZENSHIP], AREAS, SOURCE, "countries of citizenship")
    missing = {WITHHELD: "withheld", "0": "withheld or zero"}
    long = published.with_columns(to_decimal(year, SOURCE, published, missing) for year in YEARS).unpivot(
        YEARS, index=CITIZENSHIP, variable_name="year", value_name="persons"
    )
    is_small, is_part = pl.col("persons").is_null(), pl.col("year") == PART_YEAR
    return long.select(
        freq=pl.lit("A"),
        ref_area=pl.lit("CAN"),
        counterpart_area=pl.col(CITIZENSHIP).replace_strict(AREAS, return_dtype=pl.String),
        direction=pl.lit("IN"),
        category=pl.lit("CA_STUDY_PERMIT"),
        stock_flow=pl.lit("F"),
        unit_measure=pl.lit("PS"),
        time_period="year",
        obs_value="persons",
        basis=pl.lit("NATIONALITY"),
        obs_status=pl.when(is_small).then(pl.lit("Q")).when(is_part).then(pl.lit("P")).otherwise(pl.lit("D")),
        comment_obs=pl.when(is_small).then(pl.lit(SMALL)).when(is_part).then(pl.lit(PART)).otherwise(pl.lit(COUNTED)),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "citizenship"})
def raw_ircc_study_permits__citizenship(snapshots: Snapshots) -> Snapshot:
    """The table by citizenship, kept byte for byte."""
    return snapshots.take(SOURCE, "citizenship")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_ircc_study_permits(raw_ircc_study_permits__citizenship: Snapshot) -> pl.DataFrame:
    """Study permits of Canada that became effective, per citizenship and year."""
    snapshot = raw_ircc_study_permits__citizenship
    return conform(THEME, SOURCE, tidy_permits(parse_permits(snapshot.read())).with_columns(**snapshot.stamp()))
