"""Whether members invest in each other more than their sizes explain: intensity on positions, and mostly why not.

A position needs four figures: itself, all that its owner's economy holds abroad, all that its host's foreigners hold
there, and the world's. Where one is not held there is no intensity, and the row says which. What the receiver counts is
preferred, since outward coverage is thinner. Positions of shell companies and partners through which money passes on
its way elsewhere are flagged; no figure is corrected for round-tripping, and none is of the ultimate owner.

The measure is that of `intensity`, on positions.
"""

from collections.abc import Collection
from typing import Final

import polars as pl

from compact_pipelines.analytics.intensity import FORMS, measure_intensity

SHELLS: Final = "_SPE"  # how the instruments of shell companies end
SCHEMA: Final = {
    "subject": pl.String,
    "time_period": pl.String,
    "from_area": pl.String,
    "to_area": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "reason": pl.String,
    "position_usd": pl.Float64,
    "from_total_usd": pl.Float64,
    "to_total_usd": pl.Float64,
    "world_usd": pl.Float64,
    "economies_count": pl.Int64,
    "reported_by": pl.String,
    "is_hub": pl.Boolean,
    "is_shell": pl.Boolean,
    "is_two_sources": pl.Boolean,
}
OF_SET: Final = {
    "subject": pl.String,
    "time_period": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "reason": pl.String,
    "coverage_share": pl.Float64,
}
_KEY: Final = ["subject", "time_period"]


def build_intensity(positions: pl.DataFrame, totals: pl.DataFrame, hubs: Collection[str]) -> pl.DataFrame:
    """Intensity of every position that is held, in both forms.

    Args:
        positions: ([subject, time_period, from_area, to_area, reported_by_from, reported_by_to, source_from,
            source_to]), USD at the end of a year; blank where a side tells nothing.
        totals: ([subject, time_period, area, role, value, source_id]), published totals in USD: role from is all that
            an economy holds abroad, to all that foreigners hold in it. The world is the sum of all role from.
        hubs: economies through which investment passes on its way elsewhere.

    Returns:
        (positions * 2, SCHEMA), sorted by key. Blank with a reason: no_total_of_origin, no_total_of_host,
        negative_input, sources_differ (a part is greater than its published whole) or undefined (0/0). is_two_sources:
        the position and its origin's total are of two publishers, who count differently.
    """
    sides = {
        role: totals.filter(pl.col("role") == role).select(
            *_KEY,
            pl.col("area").alias(f"{role}_area"),
            pl.col("value").cast(pl.Float64).alias(f"{role}_total_usd"),
            pl.col("source_id").alias(f"{role}_source"),
        )
        for role in ("from", "to")
    }
    world = (
        totals.filter(pl.col("role") == "from", pl.col("value").is_not_null())
        .sort(*_KEY, "area")
        .group_by(_KEY, maintain_order=True)
        .agg(world_usd=pl.col("value").cast(pl.Float64).sum(), economies_count=pl.len().cast(pl.Int64))
    )
    inward = pl.col("reported_by_to").is_not_null()
    held = (
        positions.filter(inward | pl.col("reported_by_from").is_not_null())
        .with_columns(
            position_usd=pl.coalesce("reported_by_to", "reported_by_from").cast(pl.Float64),
            reported_by=pl.when(inward).then(pl.lit("to")).otherwise(pl.lit("from")),
            source=pl.when(inward).then("source_to").otherwise("source_from"),
        )
        .join(sides["from"], on=[*_KEY, "from_area"], how="left")
        .join(sides["to"], on=[*_KEY, "to_area"], how="left")
        .join(world, on=_KEY, how="left")
        .with_columns(
            is_hub=pl.col("from_area").is_in(list(hubs)) | pl.col("to_area").is_in(list(hubs)),
            is_shell=pl.col("subject").str.ends_with(SHELLS),
            is_two_sources=(pl.col("from_source") != pl.col("source")).fill_null(value=False),
        )
    )
    rows = [
        {**row, "metric": form, "value": value, "reason": reason}
        for row in held.iter_rows(named=True)
        for form, (value, reason) in _intensities(row).items()
    ]
    return pl.DataFrame(rows, schema=SCHEMA).sort(*_KEY, "from_area", "to_area", "metric")


def _intensities(row: dict[str, float | None]) -> dict[str, tuple[float | None, str | None]]:
    position, sent = row["position_usd"], row["from_total_usd"]
    received, world = row["to_total_usd"], row["world_usd"]
    if position is not None and position < 0:
        return dict.fromkeys(FORMS, (None, "negative_input"))
    if sent is None or world is None:
        return dict.fromkeys(FORMS, (None, "no_total_of_origin"))
    if received is None:
        return dict.fromkeys(FORMS, (None, "no_total_of_host"))
    if position is None or min(sent, received) < 0:
        return dict.fromkeys(FORMS, (None, "negative_input"))
    if position > sent or position > received:
        return dict.fromkeys(FORMS, (None, "sources_differ"))
    return {
        form: (value, None if value is not None else "undefined")
        for form, value in measure_intensity(position, sent, received, world).items()
    }


def capital_of(intensities: pl.DataFrame, members: Collection[str]) -> pl.DataFrame:
    """Intensity among the members of a set as a whole, for each kind of position and year.

    (positions among members / all that members hold abroad) / (all that foreigners hold in members / the world's).

    Args:
        intensities: rows of `build_intensity`.
        members: the set; may be empty.

    Returns:
        (subjects * periods, OF_SET): metric intensity; coverage_share is the share of ordered pairs of members whose
        position is held. Blank with a reason: fewer_than_two_members, pairs_absent, no_total_of_origin,
        no_total_of_host, negative_input, sources_differ or undefined.
    """
    chosen = sorted({*members})
    possible = len(chosen) * (len(chosen) - 1)
    inside = pl.col("from_area").is_in(chosen) & pl.col("to_area").is_in(chosen)
    rows: list[dict[str, object]] = []
    once = intensities.filter(pl.col("metric") == FORMS[0]).sort(*_KEY, "from_area", "to_area")
    for (subject, period), group in once.group_by(_KEY, maintain_order=True):
        held = group.filter(inside)
        place = {"subject": subject, "time_period": period, "metric": FORMS[0]}
        place["coverage_share"] = held.height / possible if possible else None
        value, reason = _of_set(held, possible)
        rows.append({**place, "value": value, "reason": reason})
    return pl.DataFrame(rows, schema=OF_SET).sort(*_KEY)


def _of_set(held: pl.DataFrame, possible: int) -> tuple[float | None, str | None]:
    if not possible:
        return None, "fewer_than_two_members"
    if held.height < possible:
        return None, "pairs_absent"
    blank = held["reason"].drop_nulls().sort()
    if len(blank):
        return None, str(blank[0])
    origins = held.unique("from_area")["from_total_usd"].sort().sum()
    hosts = held.unique("to_area")["to_total_usd"].sort().sum()
    among = float(held["position_usd"].sum())
    value = measure_intensity(among, float(origins), float(hosts), float(held["world_usd"][0]))[FORMS[0]]
    return value, None if value is not None else "undefined"
