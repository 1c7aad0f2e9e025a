"""Rates that stand beside circulation: published net rates of members of a network, and intensity between two areas.

The two are never added to each other or to people.
"""

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl

from compact_pipelines.analytics.intensity import FORMS, measure_intensity
from compact_pipelines.analytics.moves import (
    MIN_COVERAGE_SHARE,
    NET_RATES,
    OUTSIDE,
    WHOLE,
    WITHIN,
    Moves,
    Told,
    cell_of,
    frame_of,
    moves_by_subject,
    place_of,
    why_not,
)


def net_rates_of(rates: pl.DataFrame, members: Collection[str], *, bloc: str = WHOLE) -> pl.DataFrame:
    """Published net rates, summed for each member over the other members and over the outside.

    A member's rates have one base, its own LinkedIn members, so they add up over counterparts; over members they do
    not, since how many there are is not held: the set as a whole is blank for it.

    Args:
        rates: ([time_period, area, counterpart, value]), net gain per 10,000 LinkedIn members of the area.
        members: the set.
        bloc: what the set is called in the rows.

    Returns:
        (periods * (2 members + 1), SCHEMA); coverage is the share of pairs that are published, and what is not
        published is small but not zero; below half of them there is no value.
    """
    rows: list[dict[str, object]] = []
    for (period,), group in rates.sort("time_period", "area", "counterpart").group_by(
        "time_period", maintain_order=True
    ):
        areas = sorted({*group["area"], *group["counterpart"]})
        own = {(area, other): value for area, other, value in group.select("area", "counterpart", "value").iter_rows()}
        place = {"subject": NET_RATES, "time_period": period, "bloc": bloc, "areas_count": len(areas)}
        for area in sorted(members):
            for counterpart, others in (
                (WITHIN, [other for other in sorted(members) if other != area]),
                (OUTSIDE, [other for other in areas if other not in members]),
            ):
                found = [own[area, other] for other in others if own.get((area, other)) is not None]
                share = len(found) / len(others) if others else None
                reason = why_not(len(found), len(others), counterpart)
                cell = (None, reason) if reason else (float(sum(found)), None)
                rows.append(
                    {**place, "area": area, "counterpart": counterpart, "coverage_share": share}
                    | cell_of("net_rate", cell)
                )
        rows.append(
            {**place, "area": WHOLE, "counterpart": OUTSIDE, "coverage_share": None}
            | cell_of("net_rate", (None, "no_denominator" if members else "no_members"))
        )
    return frame_of(rows)


def intensity_between(moves: pl.DataFrame | Sequence[Moves], ends: Collection[str]) -> pl.DataFrame:
    """Intensity of every pair with one end in a set, both forms, within the areas that the source tells of.

    Args:
        moves: as for `circulation_of`.
        ends: areas of which one is at an end of every pair.

    Returns:
        (pairs told * 2, SCHEMA): area is the origin and counterpart the host; areas_count how many areas the set of
        reference has, coverage_share the lesser share of pairs told of the origin and of the host.
    """
    rows: list[dict[str, object]] = []
    for told in moves_by_subject(moves):
        is_negative = bool((told.people < 0).any())
        known = ~np.isnan(told.people)
        filled = np.where(known, told.people, 0.0)
        sent, received, world = filled.sum(axis=1), filled.sum(axis=0), float(filled.sum())
        others = len(told.areas) - 1
        for origin, host in np.argwhere(known & (told.mask(ends)[:, None] | told.mask(ends)[None, :])):
            share = float(min(known[origin].sum(), known[:, host].sum()) / others)
            found = measure_intensity(filled[origin, host], sent[origin], received[host], world)
            place = place_of(told, WHOLE, told.areas[origin], told.areas[host], share)
            for form in FORMS:
                value = found[form]
                cell: Told = (value, None) if value is not None else (None, "undefined")
                cell = (None, "negative_input") if is_negative else cell
                rows.append(place | cell_of(form, (None, "low_coverage") if share < MIN_COVERAGE_SHARE else cell))
    return frame_of(rows)
