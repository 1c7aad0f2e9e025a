"""Which area has taken on which AI standard or agreement, since when, and in which text that can be read.

Source: this project's register; see schemas/sources/standards_register.yaml.
Revised: when a row's official text is found or changes.
Quirks: statuses are the source's own words and map to levels in codelists/source_status.csv; not found, applied,
negotiated and held through the European Union are no status of the area, so such rows are left out; a row without a
date stands under the day by which its text shows it, known_by, or else under the year of reading.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.harmonise import conform, read_csv, require_columns, require_known
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "standards_register"
THEME: Final = "standards_adoption"
COLUMNS: Final = ["economy", "instrument", "status", "date", "known_by", "verified", "source_tier", "citation", "note"]
AREAS: Final = {"EU": "EUU"}
FULL_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def parse_register(content: bytes) -> pl.DataFrame:
    """Read the register as it stands: one row per economy and instrument, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_register(published: pl.DataFrame, read_in: str) -> pl.DataFrame:
    """Shape the register into the standards_adoption contract.

    Args:
        published: (economies and instruments, COLUMNS), text, from `parse_register`.
        read_in: the year in which the register's texts were read, for rows whose text gives no date.

    Returns:
        (rows whose status is a level, contract columns without provenance); a row that no text verifies has
        source_tier secondary and status V; a row without a date has status D, and its period is not when it began.

    Raises:
        SourceChanged: unknown columns, areas, instruments, statuses or tiers.
    """
    require_columns(published, COLUMNS, SOURCE)
    lists = load_contracts().codelists
    areas = {**{area: area for area in lists["area"].codes}, **AREAS}
    statuses = lists["source_status"]
    require_known(published["economy"], areas, SOURCE, "economies")
    require_known(published["instrument"], lists["standards_instrument"].codes, SOURCE, "instruments")
    require_known(published["status"], statuses.codes, SOURCE, "statuses")
    require_known(published["source_tier"], lists["source_tier"].codes, SOURCE, "tiers")
    levels = statuses.column("adoption_status")
    rows = published.filter(pl.col("status").is_in(list(levels)))
    is_dated, is_verified = pl.col("date").is_not_null(), pl.col("verified") == "yes"
    known_by = pl.col("known_by").str.slice(0, 7).fill_null(read_in)
    is_full = pl.col("date").str.contains(FULL_DATE).fill_null(value=False)
    return rows.select(
        ref_area=pl.col("economy").replace_strict(areas, return_dtype=pl.String),
        instrument="instrument",
        time_period=pl.when(is_dated).then(pl.col("date").str.slice(0, 7)).otherwise(known_by),
        adoption_status=pl.col("status").replace_strict(levels, return_dtype=pl.String),
        event_date=pl.when(is_full).then(pl.col("date")).str.to_date("%Y-%m-%d"),
        source_tier=pl.when(is_verified).then(pl.col("source_tier")).otherwise(pl.lit("secondary")),
        citation="citation",
        obs_status=pl.when(~is_verified).then(pl.lit("V")).when(~is_dated).then(pl.lit("D")).otherwise(pl.lit("A")),
        comment_obs=pl.concat_str(
            pl.col("status"),
            pl.when(~is_dated).then(pl.format("date of effect not given; known to hold in {}", known_by)),
            pl.col("note"),
            separator="; ",
            ignore_nulls=True,
        ),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "adoptions"})
def raw_standards_register__adoptions(snapshots: Snapshots) -> Snapshot:
    """The register, kept byte for byte."""
    return snapshots.take(SOURCE, "adoptions")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_standards_register(raw_standards_register__adoptions: Snapshot) -> pl.DataFrame:
    """Adoption status per area and instrument, since its month or year."""
    snapshot = raw_standards_register__adoptions
    tidied = tidy_register(parse_register(snapshot.read()), f"{snapshot.retrieved_at:%Y}")
    return conform(THEME, SOURCE, tidied.with_columns(**snapshot.stamp()))
