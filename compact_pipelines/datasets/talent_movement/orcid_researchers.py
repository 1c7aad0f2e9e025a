"""Researchers who in 2016 were in another area than that of their first affiliation, by both areas.

Source: public ORCID profiles of December 2016, compiled for Science; see schemas/sources/orcid_researchers.yaml.
Revised: never; one cross-section.
Quirks: neither area counts them, a compilation does for both; as in a migrant stock the area where they are in 2016
stands as the reporting area. They moved at any time before, so the figure is a stock at the end of 2016 and no flow;
the two directions of a pair are two groups of people. A pair without a row is one without a mover, or a lost one.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.harmonise import area_codes, conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "orcid_researchers"
THEME: Final = "talent_movement"
COLUMNS: Final = ["origin", "destination", "n_researchers"]
YEAR: Final = "2016"  # of the country in which a profile places its owner; the profiles are those of 16 December


def parse_moves(content: bytes) -> pl.DataFrame:
    """Read the compilation as it stands: one row per origin and destination, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_moves(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the compilation into the talent_movement contract.

    Args:
        published: (pairs, COLUMNS), text, persons, from `parse_moves`.

    Returns:
        (pairs, contract columns without provenance); the destination is the reporting area, direction IN, obs_value
        in persons, a stock of 2016 with status D.

    Raises:
        SourceChanged: unknown columns or country codes, or a value that is not a number.
    """
    require_columns(published, COLUMNS, SOURCE)
    areas = area_codes("iso2")
    for column in ("origin", "destination"):
        require_known(published[column], areas, SOURCE, f"country codes in {column}")
    counted = published.with_columns(to_decimal("n_researchers", SOURCE, published))
    return counted.select(
        freq=pl.lit("A"),
        ref_area=pl.col("destination").replace_strict(areas, return_dtype=pl.String),
        counterpart_area=pl.col("origin").replace_strict(areas, return_dtype=pl.String),
        direction=pl.lit("IN"),
        category=pl.lit("ORCID_RESEARCHERS"),
        stock_flow=pl.lit("S"),
        unit_measure=pl.lit("PS"),
        time_period=pl.lit(YEAR),
        obs_value="n_researchers",
        basis=pl.lit("FIRST_AFFILIATION"),
        obs_status=pl.when(pl.col("n_researchers").is_null()).then(pl.lit("O")).otherwise(pl.lit("D")),
        comment_obs=pl.lit("all who moved at any time up to 2016 and keep a public profile; not a flow of one year"),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "moves"})
def raw_orcid_researchers__moves(snapshots: Snapshots) -> Snapshot:
    """The table of origins and destinations, kept byte for byte."""
    return snapshots.take(SOURCE, "moves")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_orcid_researchers(raw_orcid_researchers__moves: Snapshot) -> pl.DataFrame:
    """Researchers per area of 2016 and area of first affiliation."""
    snapshot = raw_orcid_researchers__moves
    return conform(THEME, SOURCE, tidy_moves(parse_moves(snapshot.read())).with_columns(**snapshot.stamp()))
