"""How much electricity Canada sells to and buys from the United States, by month.

Source: Canada Energy Regulator; see schemas/sources/cer_electricity_trade.yaml.
Revised: monthly.
Quirks: Latin-1; months are the first day in the American order; details, sums by province, sums by state and the sum
over both stand in one column, so a plain sum counts the same energy four times.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "cer_electricity_trade"
THEME: Final = "infrastructure"
ENERGY: Final = "Energy (MW.h)"
COLUMNS: Final = [
    "Period",
    "Activity",
    "Source",
    "Destination",
    ENERGY,
    "Total Value (CAN$)",
    "Price (CAN$/MW.h)",
]
INDICATORS: Final = {"Exports": "ELECTRICITY_EXPORTS", "Imports": "ELECTRICITY_IMPORTS"}
ALL: Final = "Total"
FIRST_OF_MONTH: Final = "^(0[1-9]|1[0-2])/01/([0-9]{4})$"
PROVINCES: Final = (
    "Alberta",
    "British Columbia",
    "Manitoba",
    "New Brunswick",
    "Newfoundland and Labrador",
    "Nova Scotia",
    "Ontario",
    "Québec",
    "Saskatchewan",
)
# The embedded payload holds the sums by province from this month on; a whole file holds them from its first month.
PROVINCES_SINCE: Final = "2013-01"


def parse_trade(content: bytes) -> pl.DataFrame:
    """Read the CSV as published, in Latin-1: one row per month, activity, source and destination, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content.decode("latin-1").encode(), SOURCE)


def tidy_trade(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the printed sums over all sources and destinations into the infrastructure contract.

    Args:
        published: (months, activities, sources and destinations, COLUMNS), text, megawatt hours, from `parse_trade`.

    Returns:
        (months * 2, contract columns without provenance); obs_value in MWh, from Canada's point of view.

    Raises:
        SourceChanged: unknown columns or activities, a period that is no first of a month, a cell that is no number,
            or no sum over all sources and destinations.
    """
    sums = _energy(published).filter(source=ALL, destination=ALL)
    if sums.is_empty():
        raise SourceChanged(f"{SOURCE}: no row has {ALL!r} as source and destination; how are the sums spelled now?")
    return sums.select(
        freq=pl.lit("M"),
        ref_area=pl.lit("CAN"),
        counterpart_area=pl.lit("USA"),
        indicator=pl.col("activity").replace_strict(INDICATORS, return_dtype=pl.String),
        unit_measure=pl.lit("MWH"),
        time_period="month",
        obs_value="energy",
    )


def require_total(published: pl.DataFrame) -> None:
    """Stop unless the provinces add up to the printed sum in every month that has them, to the last digit.

    Args:
        published: (months, activities, sources and destinations, COLUMNS), text, megawatt hours, from `parse_trade`.

    Raises:
        SourceChanged: a province is unknown, a month from PROVINCES_SINCE on has none, or a month does not add up.
    """
    is_export = pl.col("activity") == "Exports"
    at_home = pl.when(is_export).then("source").otherwise("destination")
    abroad = pl.when(is_export).then("destination").otherwise("source")
    sums = _energy(published).with_columns(province=at_home, abroad=abroad).filter(abroad=ALL)
    provinces = sums.filter(pl.col("province") != ALL)
    require_known(provinces["province"], PROVINCES, SOURCE, "provinces")
    key = ["month", "activity"]
    compared = sums.filter(province=ALL).join(
        provinces.group_by(key).agg(of_provinces=pl.col("energy").sum().cast(DECIMAL)),
        on=key,
        how="full",
        coalesce=True,
    )
    is_due = (pl.col("month") >= PROVINCES_SINCE) | pl.col("of_provinces").is_not_null()
    wrong = compared.filter(is_due & pl.col("energy").ne_missing(pl.col("of_provinces"))).sort(key)
    for row in wrong.head(1).iter_rows(named=True):
        raise SourceChanged(
            f"{SOURCE}, {row['month']}, {row['activity']}: the provinces add up to {row['of_provinces']} MWh, the "
            f"printed sum is {row['energy']} MWh; a province is missing or stands twice"
        )


def _energy(published: pl.DataFrame) -> pl.DataFrame:
    """The columns we read, under our names: month, activity, source, destination, energy in MWh."""
    require_columns(published, COLUMNS, SOURCE)
    require_known(published["Activity"], INDICATORS, SOURCE, "activities")
    periods = published["Period"]
    if strange := sorted(set(periods.filter(~periods.str.contains(FIRST_OF_MONTH)))):
        raise SourceChanged(f"{SOURCE}: periods {strange[:5]} are no first day of a month, written like 07/01/2023")
    return published.select(
        month=periods.str.replace(FIRST_OF_MONTH, "$2-$1"),
        activity="Activity",
        source="Source",
        destination="Destination",
        energy=to_decimal(ENERGY, SOURCE, published),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "monthly"})
def raw_cer_electricity_trade__monthly(snapshots: Snapshots) -> Snapshot:
    """The monthly table, kept byte for byte."""
    return snapshots.take(SOURCE, "monthly")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_cer_electricity_trade(raw_cer_electricity_trade__monthly: Snapshot) -> pl.DataFrame:
    """Electricity that Canada sold to and bought from the United States, per month."""
    snapshot = raw_cer_electricity_trade__monthly
    published = parse_trade(snapshot.read())
    require_total(published)
    return conform(THEME, SOURCE, tidy_trade(published).with_columns(**snapshot.stamp()))
