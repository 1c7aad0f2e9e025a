"""Indicators on what members have and give: holdings, permits, power, plants and computers."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from compact_pipelines.analytics.commitments.held import Held
from compact_pipelines.analytics.commitments.readings import NONE, inside, named, readings
from compact_pipelines.contracts.commitment_measures import (
    HoldingsByMembers,
    InfrastructureCount,
    InfrastructurePower,
    InfrastructureShare,
    PermitsAgainstBefore,
    PowerAgainstBefore,
)

WORLD: Final = "W00"
NO_COUNTERPART: Final = "_Z"
POWER_SERIES: Final = ("ELECTRICITY_EXPORTS", "ELECTRICITY_IMPORTS")
MONTHS: Final = 12


def read_holdings_by_members(measure: HoldingsByMembers, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Of a member's securities held abroad, the share that residents of the other members hold, 0 to 1, by month.

    Where the figure of a member is missing, the share may be as high as 1.
    """
    of_members = held.holdings.filter(pl.col("ref_area").is_in(members), instrument=measure.instrument)
    key = ["ref_area", "time_period", "source_id"]
    is_member = pl.col("counterpart_area").is_in(members) & pl.col("obs_value").is_not_null()
    shares = of_members.group_by(key).agg(
        world=pl.col("obs_value").filter(pl.col("counterpart_area") == WORLD).first(),
        value=pl.col("obs_value").filter(is_member).sum(),
        partners=is_member.sum(),
        has_negative=(pl.col("obs_value").filter(is_member) < 0).any(),
    )
    low = pl.col("value") / pl.col("world")
    is_whole = pl.col("partners") == len(members) - 1
    return readings(
        shares.filter(pl.col("world") > 0, ~pl.col("has_negative")).with_columns(
            area="ref_area", low=low, high=pl.when(is_whole).then(low).otherwise(1.0), source_ids="source_id"
        )
    )


def read_permits_against_before(measure: PermitsAgainstBefore, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Permits to nationals of the other members in a year over the mean of the years before; 1 is unchanged.

    A nationality counts in a year if it has a figure in that year and in each of the years before. Where that of a
    member is missing, the ratio may be anything from 0 up.
    """
    given = pl.DataFrame(
        {"ref_area": list(measure.categories), "category": list(measure.categories.values())},
        schema={"ref_area": pl.String, "category": pl.String},
    ).filter(pl.col("ref_area").is_in(members))
    of_members = held.permits.join(given, on=["ref_area", "category"], how="semi").filter(
        pl.col("counterpart_area").is_in(members)
    )
    others = dict.fromkeys(members, len(members) - 1)
    return _against_before(of_members.rename({"ref_area": "area", "counterpart_area": "other"}), measure.years, others)


def read_power_against_before(measure: PowerAgainstBefore, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Electricity a member sends to and takes from the others in a year, over the mean of the years before.

    MWh of both directions together on the lines that the measure names, of years of which all twelve months are held,
    told by either end of the line. Where a line of a member's is missing, the ratio may be anything from 0 up.
    """
    lines = [sorted(line) for line in measure.lines if set(line) <= set(members)]
    ends = held.infrastructure.rename({"ref_area": "from_area", "counterpart_area": "to_area"})
    monthly = inside(ends, members).filter(
        pl.col("indicator").is_in(POWER_SERIES), pl.col("obs_value").is_not_null(), unit_measure="MWH", freq="M"
    )
    yearly = (
        monthly.with_columns(year=pl.col("time_period").str.slice(0, 4))
        .group_by("from_area", "to_area", "year")
        .agg(obs_value=pl.col("obs_value").sum(), months=pl.len(), source_id=named("source_id"))
        .filter(pl.col("months") == MONTHS * len(POWER_SERIES))
    )
    named_lines = pl.DataFrame(lines, schema={"one": pl.String, "two": pl.String}, orient="row")
    # Where both ends tell, one voice is heard: the end whose code comes first, as in a pair's key.
    pair = [
        pl.min_horizontal("from_area", "to_area").alias("one"),
        pl.max_horizontal("from_area", "to_area").alias("two"),
    ]
    once = yearly.sort("from_area").with_columns(pair).unique(["one", "two", "year"], keep="first", maintain_order=True)
    of_lines = once.join(named_lines, on=["one", "two"], how="semi")
    both = pl.concat(
        of_lines.select("obs_value", "source_id", area=area, other=other, time_period="year")
        for area, other in (("one", "two"), ("two", "one"))
    )
    return _against_before(both, measure.years, {area: sum(area in line for line in lines) for area in members})


def read_infrastructure_level(
    measure: InfrastructureCount | InfrastructurePower, held: Held, members: Sequence[str]
) -> pl.DataFrame:
    """A member's figure as published, in MW or a count; without an upper bound where the source lists a part only."""
    found = _of_series(held, members, [measure.series]).filter(unit_measure=measure.unit)
    high = pl.lit(float("inf")) if measure.is_lower_bound else pl.col("obs_value")
    return readings(found.with_columns(area="ref_area", low="obs_value", high=high, source_ids="source_id"))


def read_infrastructure_share(measure: InfrastructureShare, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """One figure of a member over the sum of it and others, 0 to 1, in periods of which all are held."""
    series = [measure.part, *measure.rest]
    both = (
        _of_series(held, members, series)
        .group_by("ref_area", "time_period")
        .agg(
            part=pl.col("obs_value").filter(pl.col("indicator") == measure.part).sum(),
            whole=pl.col("obs_value").sum(),
            series=pl.col("indicator").n_unique(),
            source_ids=named("source_id"),
        )
        .filter(pl.col("series") == len(series), pl.col("whole") > 0)
    )
    value = pl.col("part") / pl.col("whole")
    return readings(both.with_columns(area="ref_area", low=value, high=value))


def _of_series(held: Held, members: Sequence[str], series: Sequence[str]) -> pl.DataFrame:
    return held.infrastructure.filter(
        pl.col("ref_area").is_in(members),
        pl.col("indicator").is_in(series),
        pl.col("obs_value").is_not_null(),
        counterpart_area=NO_COUNTERPART,
    )


def _against_before(rows: pl.DataFrame, years: int, others: Mapping[str, int]) -> pl.DataFrame:
    """Sums of a year over the mean of the sums of the years before, of the others that have all of these years.

    Args:
        rows: ([area, other, time_period, obs_value, source_id]), a year each.
        years: how many years before.
        others: how many others each area has; where fewer have all of these years, the ratio is not known at all.
    """
    if rows.is_empty():
        return NONE
    year = pl.col("time_period").str.slice(0, 4).cast(pl.Int64)
    series = ["area", "other"]
    dated = rows.filter(pl.col("obs_value").is_not_null()).with_columns(year=year).sort(*series, "year")
    before = pl.col("obs_value").rolling_sum(years).shift(1).over(series)
    is_whole = pl.col("year").shift(years).over(series) == pl.col("year") - years
    windowed = dated.with_columns(before=before).filter(is_whole)
    summed = windowed.group_by("area", "time_period").agg(
        now=pl.col("obs_value").sum(),
        mean=pl.col("before").sum() / years,
        told=pl.len(),
        source_ids=named("source_id"),
    )
    value = pl.col("now") / pl.col("mean")
    is_whole = pl.col("told") == pl.col("area").replace_strict(others, return_dtype=pl.UInt32)
    return readings(
        summed.filter(pl.col("mean") > 0).with_columns(
            low=pl.when(is_whole).then(value).otherwise(0.0), high=pl.when(is_whole).then(value).otherwise(float("inf"))
        )
    )
