"""What special-purpose entities resident in a European country hold as direct investment abroad, as Eurostat tells it.

Source: Eurostat bop_fdi6_pos, compiled by F. Heitmüller; see schemas/sources/eurostat_outward_fdi.yaml.
Revised: every year; this compilation was committed in December 2023.
Quirks: these are shell and holding companies only, so the instrument is D_F_SPE and never D_F: the positions are a part
of a home's direct investment, mostly in transit. Eurostat publishes euros; the compiler turned the year-end stock into
dollars at the average rate of the year, so every row has status D. The OECD's telling of the same positions is a source
of its own. Negative positions are valid.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "eurostat_outward_fdi"
THEME: Final = "capital_flows"
COLUMNS: Final = ["type_fdi", "host", "home", "year", "value_eurostat", "indicator"]
UNIT: Final = "million_USD"
USD_PER_MILLION: Final = 1_000_000
INSTRUMENTS: Final = {"total": "D_F_SPE"}
CONVERTED: Final = "special-purpose entities only; converted by the compiler from euros at the year's average rate"


def parse_positions(content: bytes) -> pl.DataFrame:
    """Read the compilation as it stands: one row per home, host and year, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_positions(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the compilation into the capital_flows contract.

    Args:
        published: (pairs and years, COLUMNS), text, millions of US dollars, from `parse_positions`.

    Returns:
        (pairs and years, contract columns without provenance); the home is the reporting area, direction OUT,
        obs_value in USD, may be negative. A blank has status O and no value.

    Raises:
        SourceChanged: unknown columns, types, units or area codes, or a value that is not a number (NA is refused: the
            compilation's join writes it for rows that only another publisher has, so it is cut beforehand).
    """
    require_columns(published, COLUMNS, SOURCE)
    require_known(published["type_fdi"], INSTRUMENTS, SOURCE, "types of investment")
    require_known(published["indicator"], [UNIT], SOURCE, "units")
    for column in ("home", "host"):
        require_known(published[column], load_contracts().codelists["area"].codes, SOURCE, f"area codes in {column}")
    is_blank = pl.col("value_eurostat").is_null()
    return published.with_columns(to_decimal("value_eurostat", SOURCE, published).alias("millions")).select(
        freq=pl.lit("A"),
        ref_area="home",
        counterpart_area="host",
        direction=pl.lit("OUT"),
        instrument=pl.col("type_fdi").replace_strict(INSTRUMENTS, return_dtype=pl.String),
        stock_flow=pl.lit("S"),
        time_period="year",
        obs_value=(pl.col("millions") * USD_PER_MILLION).cast(DECIMAL),
        unit_measure=pl.lit("USD"),
        basis=pl.lit("DIRECTIONAL"),
        obs_status=pl.when(is_blank).then(pl.lit("O")).otherwise(pl.lit("D")),
        comment_obs=pl.lit(CONVERTED),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "positions"})
def raw_eurostat_outward_fdi__positions(snapshots: Snapshots) -> Snapshot:
    """The compilation's rows with a Eurostat figure, kept byte for byte."""
    return snapshots.take(SOURCE, "positions")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_eurostat_outward_fdi(raw_eurostat_outward_fdi__positions: Snapshot) -> pl.DataFrame:
    """Direct investment abroad held through special-purpose entities, per home, host and year, after Eurostat."""
    snapshot = raw_eurostat_outward_fdi__positions
    return conform(THEME, SOURCE, tidy_positions(parse_positions(snapshot.read())).with_columns(**snapshot.stamp()))
