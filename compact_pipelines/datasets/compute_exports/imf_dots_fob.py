"""What each economy reported to the IMF as exports, and as imports where it values them FOB; by partner and year.

Source: IMF Direction of Trade Statistics, paired by Global Financial Integrity; see schemas/sources/imf_dots_fob.yaml.
Revised: this vintage is of December 2019.
Quirks: both sides stand in one row; where a side did not report, the Fund wrote the other's figure, and the
compilation divided CIF imports by 1.06, so a copy is told by equality of the figures as they stand in the file.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.harmonise import (
    area_codes,
    conform,
    is_one_figure,
    read_csv,
    require_columns,
    require_known,
    to_decimal,
)
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "imf_dots_fob"
THEME: Final = "compute_exports"
PAIRED: Final = ["ctycode_m", "ctycode_x", "year_m", "indcode_m", "indcode_x", "value_m", "value_x"]
ONE_SIDED: Final = ["ctycode", "pctycode", "year", "indcode", "value"]
FLOWS: Final = {"TXG_FOB_USD": "X", "TMG_FOB_USD": "M"}
CIF_IMPORTS: Final = "TMG_CIF_USD"


def parse_pairs(content: bytes) -> pl.DataFrame:
    """Read a table of the compilation as it stands, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_paired(published: pl.DataFrame) -> pl.DataFrame:
    """Shape pairs that both sides report into the compute_exports contract.

    Args:
        published: (pairs and years, PAIRED), text, US dollars, from `parse_pairs`; one row per pair and year.

    Returns:
        (pairs and years, once as X and once more as M where imports are FOB; contract columns without provenance);
        obs_value in USD. Both rows of a copied pair have imputed_mirror; the side that schemas/sources/ states to be
        the copy has status I.

    Raises:
        SourceChanged: unknown columns, area or indicator codes, or a value that is not a number.
    """
    place = f"{SOURCE}, part paired"
    areas = area_codes("ifs")
    require_columns(published, PAIRED, place)
    for column in ("ctycode_m", "ctycode_x"):
        require_known(published[column], areas, place, f"IFS codes in {column}")
    require_known(published["indcode_m"], [*FLOWS, CIF_IMPORTS], place, "indicators in indcode_m")
    require_known(published["indcode_x"], FLOWS, place, "indicators in indcode_x")
    numbers = published.with_columns(
        to_decimal("value_m", place, published),
        to_decimal("value_x", place, published),
        pl.col("ctycode_m", "ctycode_x").replace_strict(areas, return_dtype=pl.String),
    ).with_columns(
        imputed_mirror=is_one_figure(
            "value_m", "value_x", is_stated=_is_stated("ctycode_x", "X") | _is_stated("ctycode_m", "M")
        )
    )
    exports = _rows(numbers, ref="ctycode_x", other="ctycode_m", flow="X", value="value_x")
    imports = _rows(
        numbers.filter(pl.col("indcode_m") != CIF_IMPORTS),
        ref="ctycode_m",
        other="ctycode_x",
        flow="M",
        value="value_m",
    )
    return pl.concat([exports, imports])


def tidy_one_sided(published: pl.DataFrame) -> pl.DataFrame:
    """Shape pairs that one side reports into the compute_exports contract.

    Args:
        published: (pairs and years, ONE_SIDED), text, US dollars, from `parse_pairs`.

    Returns:
        (pairs and years, contract columns without provenance); obs_value in USD.

    Raises:
        SourceChanged: unknown columns, area or indicator codes, or a value that is not a number.
    """
    place = f"{SOURCE}, part one_sided"
    areas = area_codes("ifs")
    require_columns(published, ONE_SIDED, place)
    for column in ("ctycode", "pctycode"):
        require_known(published[column], areas, place, f"IFS codes in {column}")
    require_known(published["indcode"], FLOWS, place, "indicators in indcode")
    numbers = published.with_columns(
        to_decimal("value", place, published),
        pl.col("ctycode", "pctycode").replace_strict(areas, return_dtype=pl.String),
    )
    return numbers.select(
        freq=pl.lit("A"),
        ref_area="ctycode",
        counterpart_area="pctycode",
        flow=pl.col("indcode").replace_strict(FLOWS, return_dtype=pl.String),
        product=pl.lit("TOTAL"),
        time_period="year",
        obs_value="value",
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("FOB"),
        basis=pl.lit("MIXED"),
        imputed_mirror=pl.lit(value=False),
        obs_status=pl.lit("A"),
    )


def _rows(numbers: pl.DataFrame, *, ref: str, other: str, flow: str, value: str) -> pl.DataFrame:
    return numbers.select(
        freq=pl.lit("A"),
        ref_area=ref,
        counterpart_area=other,
        flow=pl.lit(flow),
        product=pl.lit("TOTAL"),
        time_period="year_m",
        obs_value=value,
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("FOB"),
        basis=pl.lit("MIXED"),
        imputed_mirror="imputed_mirror",
        obs_status=pl.when(pl.col("imputed_mirror") & _is_stated(ref, flow)).then(pl.lit("I")).otherwise(pl.lit("A")),
    )


def _is_stated(area: str, flow: str) -> pl.Expr:
    """Whether the area in a column is stated to copy its figures of a flow."""
    copies = load_contracts().source(SOURCE).copies
    return pl.col(area).is_in([stated.area for stated in copies if stated.flow == flow])


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "paired"})
def raw_imf_dots_fob__paired(snapshots: Snapshots) -> Snapshot:
    """Pairs that both sides report, kept byte for byte."""
    return snapshots.take(SOURCE, "paired")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "one_sided"})
def raw_imf_dots_fob__one_sided(snapshots: Snapshots) -> Snapshot:
    """Pairs that one side reports, kept byte for byte."""
    return snapshots.take(SOURCE, "one_sided")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_imf_dots_fob(raw_imf_dots_fob__paired: Snapshot, raw_imf_dots_fob__one_sided: Snapshot) -> pl.DataFrame:
    """Exports FOB of all reporters and imports FOB of those that publish them, per partner and year."""
    paired = tidy_paired(parse_pairs(raw_imf_dots_fob__paired.read()))
    one_sided = tidy_one_sided(parse_pairs(raw_imf_dots_fob__one_sided.read()))
    return conform(
        THEME,
        SOURCE,
        paired.with_columns(**raw_imf_dots_fob__paired.stamp()),
        one_sided.with_columns(**raw_imf_dots_fob__one_sided.stamp()),
    )
