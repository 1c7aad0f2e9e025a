"""How many of the world's 500 fastest supercomputers stand in each area, list by list.

Source: TOP500.org, counted by this project; see schemas/sources/top500_counts.yaml.
Revised: twice a year; four lists are held.
Quirks: countries as each list spells them, and the spelling changes; each list has exactly 500 systems.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "top500_counts"
THEME: Final = "infrastructure"
COLUMNS: Final = ["list", "country", "systems", "citation"]
LIST_LENGTH: Final = 500
ALL: Final = "World"
AREAS: Final = {
    ALL: "W00",
    "Australia": "AUS",
    "Austria": "AUT",
    "Bahrain": "BHR",
    "Belgium": "BEL",
    "Brazil": "BRA",
    "Bulgaria": "BGR",
    "Canada": "CAN",
    "Chile": "CHL",
    "China": "CHN",
    "Colombia": "COL",
    "Costa Rica": "CRI",
    "Czech Republic": "CZE",
    "Czechia": "CZE",
    "Denmark": "DNK",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Hong Kong": "HKG",
    "India": "IND",
    "Indonesia": "IDN",
    "Ireland": "IRL",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Korea, South": "KOR",
    "Kuwait": "KWT",
    "Luxembourg": "LUX",
    "Malaysia": "MYS",
    "Mexico": "MEX",
    "Morocco": "MAR",
    "Netherlands": "NLD",
    "New Zealand": "NZL",
    "Norway": "NOR",
    "Oman": "OMN",
    "Peru": "PER",
    "Philippines": "PHL",
    "Poland": "POL",
    "Qatar": "QAT",
    "Russia": "RUS",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "Slovenia": "SVN",
    "South Africa": "ZAF",
    "South Korea": "KOR",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Taiwan": "TWN",
    "Thailand": "THA",
    "Turkey": "TUR",
    "United Arab Emirates": "ARE",
    "United Kingdom": "GBR",
    "United States": "USA",
    "Vietnam": "VNM",
}


def parse_counts(content: bytes) -> pl.DataFrame:
    """Read the counts as this project keeps them: one row per list and country, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_counts(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the counts into the infrastructure contract.

    Args:
        published: (lists and countries, COLUMNS), text, systems, from `parse_counts`.

    Returns:
        (lists and countries, contract columns without provenance); obs_value in systems, the list in comment_obs.

    Raises:
        SourceChanged: unknown columns or countries, a cell that is no number, a row that cites nothing, or a list
            whose countries do not add up to its 500 systems.
    """
    require_columns(published, COLUMNS, SOURCE)
    require_known(published["country"], AREAS, SOURCE, "countries")
    if uncited := published.filter(pl.col("citation").is_null()).select("list", "country").rows():
        raise SourceChanged(f"{SOURCE}: rows {uncited} cite nothing; a fact names the text it was read in")
    counts = published.select("list", "country", "citation", systems=to_decimal("systems", SOURCE, published))
    _require_whole_lists(counts)
    return counts.select(
        freq=pl.lit("M"),
        ref_area=pl.col("country").replace_strict(AREAS, return_dtype=pl.String),
        counterpart_area=pl.lit("_Z"),
        indicator=pl.lit("SUPERCOMPUTERS"),
        unit_measure=pl.lit("COUNT"),
        time_period="list",
        obs_value="systems",
        comment_obs=pl.format("counted in {}", "citation"),
    )


def _require_whole_lists(counts: pl.DataFrame) -> None:
    is_all = pl.col("country") == ALL
    lists = counts.group_by("list").agg(
        of_countries=pl.col("systems").filter(~is_all).sum(), printed=pl.col("systems").filter(is_all).sum()
    )
    is_wrong = (pl.col("of_countries") != LIST_LENGTH) | (pl.col("printed") != LIST_LENGTH)
    for row in lists.filter(is_wrong).sort("list").head(1).iter_rows(named=True):
        raise SourceChanged(
            f"{SOURCE}, list {row['list']}: the countries add up to {row['of_countries']} systems and {ALL} says "
            f"{row['printed']}; a list has {LIST_LENGTH}"
        )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "systems"})
def raw_top500_counts__systems(snapshots: Snapshots) -> Snapshot:
    """The counts, kept byte for byte."""
    return snapshots.take(SOURCE, "systems")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_top500_counts(raw_top500_counts__systems: Snapshot) -> pl.DataFrame:
    """Supercomputers among the 500 fastest per area and list."""
    snapshot = raw_top500_counts__systems
    return conform(THEME, SOURCE, tidy_counts(parse_counts(snapshot.read())).with_columns(**snapshot.stamp()))
