"""What each economy that values imports CIF reported to the IMF as imports, by partner and year.

Source: IMF Direction of Trade Statistics, paired by Global Financial Integrity; see schemas/sources/imf_dots_cif.yaml.
Revised: this vintage is of December 2019.
Quirks: the compilation divided these imports by 1.06. The division is undone here, after copies of the partner's
figure have been told by equality of the figures as they stand in the file.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import (
    DECIMAL,
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

SOURCE: Final = "imf_dots_cif"
THEME: Final = "compute_exports"
PAIRED: Final = ["ctycode_m", "ctycode_x", "year_m", "indcode_m", "indcode_x", "value_m", "value_x"]
ONE_SIDED: Final = ["ctycode", "pctycode", "year", "indcode", "value"]
CIF_IMPORTS: Final = "TMG_CIF_USD"
# The compilation's own allowance for freight and insurance, in its R script of 2019; undone, never applied.
COMPILATION_CIF_FACTOR: Final = 1.06
# After the division is undone a figure is in whole dollars again; this is the rounding of fifteen digits.
WHOLE_DOLLAR_TOLERANCE_USD: Final = 0.01


def parse_pairs(content: bytes) -> pl.DataFrame:
    """Read a table of the compilation as it stands, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_paired(published: pl.DataFrame) -> pl.DataFrame:
    """Shape imports of pairs that both sides report into the compute_exports contract.

    Args:
        published: (pairs and years, PAIRED), text, US dollars divided by 1.06, from `parse_pairs`.

    Returns:
        (pairs and years, contract columns without provenance); obs_value in USD, CIF as the Fund published it;
        imputed_mirror where it was the partner's figure.

    Raises:
        SourceChanged: unknown columns, area or indicator codes, a value that is not a number, or one that is not
            in whole dollars once the division is undone.
    """
    place = f"{SOURCE}, part paired"
    require_columns(published, PAIRED, place)
    figures = published.select(to_decimal("value_m", place, published), to_decimal("value_x", place, published))
    named = published.select(
        "ctycode_m",
        "ctycode_x",
        year="year_m",
        indcode="indcode_m",
        value="value_m",
        imputed_mirror=figures.select(is_one_figure("value_m", "value_x")).to_series(),
    )
    return _imports(named, "ctycode_m", "ctycode_x", place)


def tidy_one_sided(published: pl.DataFrame) -> pl.DataFrame:
    """Shape imports of pairs that the importer alone reports into the compute_exports contract.

    Args:
        published: (pairs and years, ONE_SIDED), text, US dollars divided by 1.06, from `parse_pairs`.

    Returns:
        (pairs and years, contract columns without provenance); obs_value in USD, CIF as the Fund published it.

    Raises:
        SourceChanged: as `tidy_paired`.
    """
    place = f"{SOURCE}, part one_sided"
    require_columns(published, ONE_SIDED, place)
    return _imports(published.with_columns(imputed_mirror=pl.lit(value=False)), "ctycode", "pctycode", place)


def undo_division(divided: pl.Series, place: str) -> pl.Series:
    """Undo the compilation's division by 1.06.

    Args:
        divided: (rows,) DECIMAL, US dollars divided by 1.06.
        place: source and part, for the message.

    Returns:
        (rows,) DECIMAL(28,6), whole US dollars.

    Raises:
        SourceChanged: a product is not a whole dollar, so the figure was not divided by 1.06.
    """
    undone = divided.cast(pl.Float64) * COMPILATION_CIF_FACTOR
    whole = undone.round()
    wrong = divided.filter((undone - whole).abs() > WHOLE_DOLLAR_TOLERANCE_USD)
    if not wrong.is_empty():
        raise SourceChanged(
            f"{place}: {len(wrong)} figures times {COMPILATION_CIF_FACTOR} are not whole dollars, such as {wrong[0]}; "
            "the compilation divides by something else now. Read its script before changing the factor"
        )
    return whole.cast(pl.Int64).cast(DECIMAL)  # straight from double, a figure above 576 billion loses its last digits


def _imports(named: pl.DataFrame, reporter: str, partner: str, place: str) -> pl.DataFrame:
    areas = area_codes("ifs")
    for column in (reporter, partner):
        require_known(named[column], areas, place, f"IFS codes in {column}")
    require_known(named["indcode"], [CIF_IMPORTS], place, "indicators")
    return named.select(
        freq=pl.lit("A"),
        ref_area=pl.col(reporter).replace_strict(areas, return_dtype=pl.String),
        counterpart_area=pl.col(partner).replace_strict(areas, return_dtype=pl.String),
        flow=pl.lit("M"),
        product=pl.lit("TOTAL"),
        time_period="year",
        obs_value=undo_division(to_decimal("value", place, named), place),
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("CIF"),
        basis=pl.lit("MIXED"),
        imputed_mirror="imputed_mirror",
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "paired"})
def raw_imf_dots_cif__paired(snapshots: Snapshots) -> Snapshot:
    """Pairs that both sides report, kept byte for byte."""
    return snapshots.take(SOURCE, "paired")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "one_sided"})
def raw_imf_dots_cif__one_sided(snapshots: Snapshots) -> Snapshot:
    """Pairs that the importer alone reports, kept byte for byte."""
    return snapshots.take(SOURCE, "one_sided")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_imf_dots_cif(raw_imf_dots_cif__paired: Snapshot, raw_imf_dots_cif__one_sided: Snapshot) -> pl.DataFrame:
    """Imports CIF of the reporters that publish no FOB imports, per partner and year."""
    paired = tidy_paired(parse_pairs(raw_imf_dots_cif__paired.read()))
    one_sided = tidy_one_sided(parse_pairs(raw_imf_dots_cif__one_sided.read()))
    return conform(
        THEME,
        SOURCE,
        paired.with_columns(**raw_imf_dots_cif__paired.stamp()),
        one_sided.with_columns(**raw_imf_dots_cif__one_sided.stamp()),
    )
