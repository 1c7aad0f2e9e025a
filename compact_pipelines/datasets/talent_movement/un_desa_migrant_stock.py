"""How many people born in one area live in another, as the host counts them.

Source: UN DESA, International Migrant Stock 2019; see schemas/sources/un_desa_migrant_stock.yaml.
Revised: every few years.
Quirks: areas are lower-case alpha-3 codes; mid-year stocks of 1990 to 2015 every five years, and 2019.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.harmonise import conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "un_desa_migrant_stock"
THEME: Final = "talent_movement"
COLUMNS: Final = ["destination", "origin", "year", "migrant_stock"]


def parse_stock(content: bytes) -> pl.DataFrame:
    """Read the compilation as it stands: one row per destination, origin and year, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_stock(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the compilation into the talent_movement contract.

    Args:
        published: (pairs and years, COLUMNS), text, persons, from `parse_stock`.

    Returns:
        (pairs and years, contract columns without provenance); the destination is the reporting area, direction IN,
        obs_value in persons.

    Raises:
        SourceChanged: unknown columns or area codes, or a value that is not a number.
    """
    require_columns(published, COLUMNS, SOURCE)
    areas = {area.lower(): area for area in load_contracts().codelists["area"].codes}
    for column in ("destination", "origin"):
        require_known(published[column], areas, SOURCE, f"area codes in {column}")
    return published.select(
        freq=pl.lit("A"),
        ref_area=pl.col("destination").replace_strict(areas, return_dtype=pl.String),
        counterpart_area=pl.col("origin").replace_strict(areas, return_dtype=pl.String),
        direction=pl.lit("IN"),
        category=pl.lit("MIGRANT"),
        stock_flow=pl.lit("S"),
        unit_measure=pl.lit("PS"),
        time_period="year",
        obs_value=to_decimal("migrant_stock", SOURCE, published),
        basis=pl.lit("BIRTH"),
        comment_obs=pl.lit("stock at mid-year"),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "stock"})
def raw_un_desa_migrant_stock__stock(snapshots: Snapshots) -> Snapshot:
    """The whole table, kept byte for byte."""
    return snapshots.take(SOURCE, "stock")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_un_desa_migrant_stock(raw_un_desa_migrant_stock__stock: Snapshot) -> pl.DataFrame:
    """Foreign-born residents per host, origin and year."""
    snapshot = raw_un_desa_migrant_stock__stock
    return conform(THEME, SOURCE, tidy_stock(parse_stock(snapshot.read())).with_columns(**snapshot.stamp()))
