"""What special-purpose entities resident in seven OECD members hold as direct investment abroad, as the OECD tells it.

Source: OECD FDI_POS_CTRY, compiled by F. Heitmüller; see schemas/sources/oecd_outward_fdi.yaml.
Revised: every year; this compilation was committed in December 2023.
Quirks: these are shell and holding companies only, so the instruments are D_F_SPE, D_F5_SPE and D_FL_SPE and never D_F:
the positions are a part of a home's direct investment, mostly in transit. The OECD publishes dollars. Equity and debt
are not told for every total, nor always add up to it to the million. Negative positions are valid.
"""

from decimal import Decimal
from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "oecd_outward_fdi"
THEME: Final = "capital_flows"
COLUMNS: Final = ["type_fdi", "host", "home", "year", "indicator", "value_oecd"]
UNIT: Final = "million_USD"
USD_PER_MILLION: Final = 1_000_000
INSTRUMENTS: Final = {"total": "D_F_SPE", "equity": "D_F5_SPE", "debt": "D_FL_SPE"}
# At the year-end rate every figure since 2013 is a whole million euros; the widest gap is 2.43 (Netherlands, 2014).
PARTS_TOLERANCE_USD: Final = Decimal(3_000_000)
SPE_ONLY: Final = "special-purpose entities only"


def parse_positions(content: bytes) -> pl.DataFrame:
    """Read the compilation as it stands: one row per type, home, host and year, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def require_parts(tidied: pl.DataFrame) -> None:
    """Stop unless equity and debt add up to the total wherever all three are told.

    Args:
        tidied: (pairs, instruments and years), US dollars, from `tidy_positions`.

    Raises:
        SourceChanged: a total differs from its parts by more than the rounding of the three figures.
    """
    pair = ["ref_area", "counterpart_area", "time_period"]
    whole, equity, debt = (
        tidied.filter(instrument=code).select(*pair, obs_value=pl.col("obs_value")) for code in INSTRUMENTS.values()
    )
    told = whole.join(equity, on=pair, suffix="_equity").join(debt, on=pair, suffix="_debt")
    gap = (pl.col("obs_value") - pl.col("obs_value_equity") - pl.col("obs_value_debt")).abs()
    if not (wrong := told.filter(gap > PARTS_TOLERANCE_USD).sort(pair)).is_empty():
        raise SourceChanged(
            f"{SOURCE}: equity and debt do not add up to the total in {wrong.height} of {told.height} cells, such as "
            f"{wrong.row(0, named=True)}; the types mean something else now"
        )


def tidy_positions(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the compilation into the capital_flows contract.

    Args:
        published: (types, pairs and years, COLUMNS), text, millions of US dollars, from `parse_positions`.

    Returns:
        (types, pairs and years, contract columns without provenance); the home is the reporting area, direction OUT,
        obs_value in USD, may be negative. A blank has status O and no value.

    Raises:
        SourceChanged: unknown columns, types, units or area codes, a value that is not a number (NA is refused: the
            compilation's join writes it for rows that only another publisher has), or see `require_parts`.
    """
    require_columns(published, COLUMNS, SOURCE)
    require_known(published["type_fdi"], INSTRUMENTS, SOURCE, "types of investment")
    require_known(published["indicator"], [UNIT], SOURCE, "units")
    for column in ("home", "host"):
        require_known(published[column], load_contracts().codelists["area"].codes, SOURCE, f"area codes in {column}")
    is_blank = pl.col("value_oecd").is_null()
    tidied = published.with_columns(to_decimal("value_oecd", SOURCE, published).alias("millions")).select(
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
        obs_status=pl.when(is_blank).then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.lit(SPE_ONLY),
    )
    require_parts(tidied)
    return tidied


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "positions"})
def raw_oecd_outward_fdi__positions(snapshots: Snapshots) -> Snapshot:
    """The compilation's rows with an OECD figure, kept byte for byte."""
    return snapshots.take(SOURCE, "positions")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_oecd_outward_fdi(raw_oecd_outward_fdi__positions: Snapshot) -> pl.DataFrame:
    """Direct investment abroad held through special-purpose entities, per home, host and year, after the OECD."""
    snapshot = raw_oecd_outward_fdi__positions
    return conform(THEME, SOURCE, tidy_positions(parse_positions(snapshot.read())).with_columns(**snapshot.stamp()))
