"""What the United States says it sells abroad, by partner and month: all goods, and chapters 84 and 85.

Source: US Census Bureau, International Trade API; see schemas/sources/us_census_exports.yaml.
Revised: each month revises the one before, all past years once a year in June.
Quirks: every cell is text; whole dollars, valued FAS, re-exports included; groups of countries stand beside their
members in one column.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.harmonise import conform, read_json_table, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "us_census_exports"
THEME: Final = "compute_exports"
TOTALS: Final = ["CTY_NAME", "ALL_VAL_MO", "time"]
CHAPTERS: Final = ["CTY_NAME", "E_COMMODITY", "ALL_VAL_MO", "COMM_LVL", "time"]
AREAS: Final = {
    "AUSTRALIA": "AUS",
    "BELGIUM": "BEL",
    "BRAZIL": "BRA",
    "CANADA": "CAN",
    "CHILE": "CHL",
    "CHINA": "CHN",
    "COLOMBIA": "COL",
    "EUROPEAN UNION": "EUU",
    "FRANCE": "FRA",
    "GERMANY": "DEU",
    "HONG KONG": "HKG",
    "INDIA": "IND",
    "IRELAND": "IRL",
    "ISRAEL": "ISR",
    "ITALY": "ITA",
    "JAPAN": "JPN",
    "KOREA, SOUTH": "KOR",
    "MALAYSIA": "MYS",
    "MEXICO": "MEX",
    "NETHERLANDS": "NLD",
    "PERU": "PER",
    "SAUDI ARABIA": "SAU",
    "SINGAPORE": "SGP",
    "SPAIN": "ESP",
    "SWITZERLAND": "CHE",
    "TAIWAN": "TWN",
    "THAILAND": "THA",
    "TOTAL FOR ALL COUNTRIES": "W00",
    "TURKEY": "TUR",
    "UNITED ARAB EMIRATES": "ARE",
    "UNITED KINGDOM": "GBR",
    "USMCA (NAFTA)": "USMCA",
    "VIETNAM": "VNM",
}


def parse_exports(content: bytes) -> pl.DataFrame:
    """Read an answer of the API exactly as published: one row per partner (and chapter) and month, all text.

    Raises:
        SourceChanged: the body is not an array of equally long arrays of text, header first.
    """
    return read_json_table(content, SOURCE)


def tidy_exports(published: pl.DataFrame) -> pl.DataFrame:
    """Shape an answer into the compute_exports contract.

    Args:
        published: (partner months, TOTALS or CHAPTERS), text, whole US dollars, from `parse_exports`.

    Returns:
        (partner months, contract columns without provenance); obs_value in USD. A zero is absent (status O): the
        chapter files write 0 where nothing was collected.

    Raises:
        SourceChanged: the columns are not those asked for, a partner has no code, or a value is not a number.
    """
    by_chapter = "E_COMMODITY" in published.columns
    require_columns(published, CHAPTERS if by_chapter else TOTALS, SOURCE)
    require_known(published["CTY_NAME"], AREAS, SOURCE, "partner names in CTY_NAME")
    value = to_decimal("ALL_VAL_MO", SOURCE, published)
    is_absent = value == 0
    return published.select(
        freq=pl.lit("M"),
        ref_area=pl.lit("USA"),
        counterpart_area=pl.col("CTY_NAME").replace_strict(AREAS, return_dtype=pl.String),
        flow=pl.lit("X"),
        product=pl.concat_str(pl.lit("HS_"), "E_COMMODITY") if by_chapter else pl.lit("TOTAL"),
        time_period="time",
        obs_value=value.set(is_absent, None),
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("FAS"),
        basis=pl.lit("LAST_SHIPMENT"),
        obs_status=pl.when(is_absent).then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.when(is_absent).then(pl.lit("published as 0, which may mean not reported")),
    )


@dg.asset(group_name=THEME, kinds={"json"}, metadata={"source_id": SOURCE, "part": "totals"})
def raw_us_census_exports__totals(snapshots: Snapshots) -> Snapshot:
    """The answer with all goods together, kept byte for byte."""
    return snapshots.take(SOURCE, "totals")


@dg.asset(group_name=THEME, kinds={"json"}, metadata={"source_id": SOURCE, "part": "chapters"})
def raw_us_census_exports__chapters(snapshots: Snapshots) -> Snapshot:
    """The answer with chapters 84 and 85, kept byte for byte."""
    return snapshots.take(SOURCE, "chapters")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_us_census_exports(
    raw_us_census_exports__totals: Snapshot, raw_us_census_exports__chapters: Snapshot
) -> pl.DataFrame:
    """US exports per partner, product and month."""
    parts = (raw_us_census_exports__totals, raw_us_census_exports__chapters)
    tidied = [tidy_exports(parse_exports(part.read())).with_columns(**part.stamp()) for part in parts]
    return conform(THEME, SOURCE, *tidied)
