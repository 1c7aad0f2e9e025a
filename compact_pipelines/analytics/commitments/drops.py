"""Indicators on data drops: in time, without faults, open to the public. By member, not by office."""

from collections.abc import Sequence

import polars as pl

from compact_pipelines.analytics.commitments.held import Held
from compact_pipelines.analytics.commitments.readings import named, readings
from compact_pipelines.contracts.commitment_measures import DropsOnTime, RowsStillHeld, WithheldShare


def read_drops_on_time(_: DropsOnTime, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Of the drops that were due in a year and came, the share that came by their day, 0 to 1."""
    due = _of_members(held, members).filter(pl.col("days_late").is_not_null())
    return _shares(due.with_columns(year="due_year", part=(pl.col("days_late") <= 0).cast(pl.Float64), whole=1.0))


def read_rows_still_held(_: RowsStillHeld, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Of the rows that the drops of a year brought, the share still held for a fault, 0 to 1."""
    sent = _of_members(held, members)
    return _shares(sent.with_columns(year="received_year", part="rows_held_open", whole="rows_in"))


def read_withheld_share(_: WithheldShare, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Of the figures that drops give on a year, the share that is withheld from the public, 0 to 1."""
    told = held.withheld.filter(pl.col("ref_area").is_in(members))
    value = pl.col("withheld_count") / pl.col("rows_count")
    return readings(told.with_columns(area="ref_area", low=value, high=value, source_ids="source_id"))


def _of_members(held: Held, members: Sequence[str]) -> pl.DataFrame:
    """The drops of the members' offices; one that speaks for several members is each one's."""
    offices = held.partners.with_columns(area=pl.col("reporters").str.split(", ")).explode("area")
    return held.drops.join(offices.filter(pl.col("area").is_in(members)), on="partner").with_columns(
        source_id=pl.lit("drop:") + pl.col("partner")
    )


def _shares(drops: pl.DataFrame) -> pl.DataFrame:
    """Parts over wholes, by member and year; a year that brought nothing has no reading."""
    summed = drops.group_by("area", time_period=pl.col("year").cast(pl.String)).agg(
        part=pl.col("part").sum(), whole=pl.col("whole").sum(), source_ids=named("source_id")
    )
    value = pl.col("part") / pl.col("whole")
    return readings(summed.filter(pl.col("whole") > 0).with_columns(low=value, high=value))
