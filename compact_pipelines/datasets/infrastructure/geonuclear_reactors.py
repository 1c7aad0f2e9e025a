"""How many power reactors each area runs and builds, and their net electrical capacity.

Source: GeoNuclearData; see schemas/sources/geonuclear_reactors.yaml.
Revised: now and then; this vintage is of March 2024.
Quirks: one row a reactor; status in words; a reactor in suspended operation is neither running nor being built.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import (
    DECIMAL,
    area_codes,
    conform,
    read_csv,
    require_columns,
    require_known,
    to_decimal,
)
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "geonuclear_reactors"
THEME: Final = "infrastructure"
COLUMNS: Final = [
    "Id",
    "Name",
    "CountryCode",
    "Status",
    "ReactorType",
    "ConstructionStartAt",
    "OperationalFrom",
    "OperationalTo",
    "Capacity",
    "LastUpdatedAt",
]
# What each status counts towards: (number of reactors, capacity in MW), or nothing.
INDICATORS: Final = {
    "Operational": ("NUCLEAR_REACTORS", "NUCLEAR_CAPACITY"),
    "Under Construction": ("NUCLEAR_REACTORS_CONSTRUCTION", "NUCLEAR_CAPACITY_CONSTRUCTION"),
}
UNCOUNTED: Final = (
    "Suspended Operation",
    "Suspended Construction",
    "Cancelled Construction",
    "Decommissioning Completed",
    "Never Commissioned",
    "Planned",
    "Shutdown",
    "Unknown",
)


def parse_reactors(content: bytes) -> pl.DataFrame:
    """Read the table as it stands: one row per reactor, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_reactors(published: pl.DataFrame, time_period: str) -> pl.DataFrame:
    """Count reactors and add up their capacity, per area and status, in the infrastructure contract.

    Args:
        published: (reactors, COLUMNS), text, capacity in MW, from `parse_reactors`.
        time_period: the month in which the statuses held, such as 2024-03.

    Returns:
        (areas with such reactors * 2 indicators * 2 statuses, contract columns without provenance); reactors counted,
        capacity in MW. An area without reactors has no row.

    Raises:
        SourceChanged: unknown columns, country codes or statuses, or a counted reactor without a capacity.
    """
    require_columns(published, COLUMNS, SOURCE)
    areas = area_codes("iso2")
    require_known(published["CountryCode"], areas, SOURCE, "ISO 3166-1 alpha-2 codes")
    require_known(published["Status"], [*INDICATORS, *UNCOUNTED], SOURCE, "statuses")
    counted = published.with_columns(to_decimal("Capacity", SOURCE, published)).filter(
        pl.col("Status").is_in(list(INDICATORS))
    )
    if names := counted.filter(pl.col("Capacity").is_null())["Name"].to_list():
        raise SourceChanged(f"{SOURCE}: no capacity for {names}; a sum without them would be too low")
    grouped = counted.group_by("CountryCode", "Status").agg(
        reactors=pl.len().cast(DECIMAL), capacity=pl.col("Capacity").sum().cast(DECIMAL)
    )
    long = pl.concat(
        grouped.select(
            "CountryCode",
            indicator=pl.col("Status").replace_strict({key: pair[place] for key, pair in INDICATORS.items()}),
            unit_measure=pl.lit(unit),
            obs_value=column,
        )
        for place, (column, unit) in enumerate((("reactors", "COUNT"), ("capacity", "MW")))
    )
    return long.select(
        freq=pl.lit("M"),
        ref_area=pl.col("CountryCode").replace_strict(areas, return_dtype=pl.String),
        counterpart_area=pl.lit("_Z"),
        indicator="indicator",
        unit_measure="unit_measure",
        time_period=pl.lit(time_period),
        obs_value="obs_value",
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "reactors"})
def raw_geonuclear_reactors__reactors(snapshots: Snapshots) -> Snapshot:
    """The whole table, kept byte for byte."""
    return snapshots.take(SOURCE, "reactors")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_geonuclear_reactors(raw_geonuclear_reactors__reactors: Snapshot) -> pl.DataFrame:
    """Reactors and capacity per area, running and under construction."""
    snapshot = raw_geonuclear_reactors__reactors
    tidied = tidy_reactors(parse_reactors(snapshot.read()), f"{snapshot.retrieved_at:%Y-%m}")
    return conform(THEME, SOURCE, tidied.with_columns(**snapshot.stamp()))
