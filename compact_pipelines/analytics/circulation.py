"""Whether people go both ways: between members, and between members and everyone else.

Held are stocks counted by the host (who lives here and came from there), so arrivals are the others' people here and
departures are one's own people there; net rates of LinkedIn members stand apart and are never added to people.
Only pairs told in both directions are compared, and their share of all pairs is the coverage.

The definitions are this project's own choice among those in use; each stands at its function.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl

from compact_pipelines.analytics.moves import (
    OUTSIDE,
    PER_INHABITANTS,
    WHOLE,
    WITHIN,
    Matrix,
    Moves,
    Told,
    cell_of,
    frame_of,
    moves_by_subject,
    place_of,
    why_not,
)

PER: Final = 10_000
Inhabitants = dict[tuple[str, str], float]


def measure_circulation(arrivals: float, departures: float) -> float | None:
    """1 - |A - L| / (A + L): 1 as many come as go, 0 all one way; None where nobody moves."""
    both = arrivals + departures
    return 1 - abs(arrivals - departures) / both if both else None


def measure_net_rate(arrivals: float, departures: float, people: float) -> float | None:
    """10,000 (A - L) / people: more come than go where it is above 0; None without people."""
    return PER * (arrivals - departures) / people if people else None


def measure_turnover(arrivals: float, departures: float, people: float) -> float | None:
    """(A + L) / people: how much moves at all, 0 and more; None without people."""
    return (arrivals + departures) / people if people else None


def measure_effectiveness(arrivals: Matrix, departures: Matrix) -> float | None:
    """100 sum |A - L| / sum (A + L): 0 all moves cancel, 100 none does; None where nobody moves.

    Args:
        arrivals: (areas,).
        departures: (areas,).
    """
    both = float((arrivals + departures).sum())
    return 100 * float(np.abs(arrivals - departures).sum()) / both if both else None


def circulation_of(
    moves: pl.DataFrame | Sequence[Moves],
    members: Collection[str],
    people: pl.DataFrame | None = None,
    *,
    bloc: str = WHOLE,
) -> pl.DataFrame:
    """A set as a whole: circulation among its members and with the outside, for each subject and period.

    Args:
        moves: ([subject, time_period, from_area, to_area, value]), people from an origin, counted by their host; areas
            that are no members are the outside; or `moves_by_subject` of it.
        members: the set; may be empty.
        people: ([area, time_period, persons]), inhabitants, for rates.
        bloc: what the set is called in the rows.

    Returns:
        (subjects * periods * 5, SCHEMA): circulation and effectiveness with counterpart `members`; circulation,
        net_rate per 10,000 inhabitants and turnover with counterpart `outside`. Blank with a reason:
        fewer_than_two_members, no_members, no_data, one_direction, low_coverage, negative_input, undefined,
        no_denominator.
    """
    rows: list[dict[str, object]] = []
    held = _inhabitants(people)
    for told in moves_by_subject(moves):
        rows += _of_set(told, sorted(members), held, bloc)
    return frame_of(rows)


def circulation_by_member(
    moves: pl.DataFrame | Sequence[Moves],
    members: Collection[str],
    people: pl.DataFrame | None = None,
    *,
    bloc: str = WHOLE,
) -> pl.DataFrame:
    """Each member towards the other members and towards the outside: circulation, net_rate and turnover.

    Args:
        moves: as for `circulation_of`.
        members: the set.
        people: as for `circulation_of`.
        bloc: what the set is called in the rows.

    Returns:
        (subjects * periods * members * 6, SCHEMA); blank with a reason as in `circulation_of`.
    """
    rows: list[dict[str, object]] = []
    held = _inhabitants(people)
    for told in moves_by_subject(moves):
        for counterpart, area, sums, reason, share in _sides(told, sorted(members)):
            base = _persons(held, told, [area])
            place = place_of(told, bloc, area, counterpart, share)
            rows += [place | cell_of(name, cell) for name, cell in _rates(sums, base, reason).items()]
    return frame_of(rows)


def _sides(told: Moves, members: list[str]) -> Iterator[tuple[str, str, tuple[float, float], str | None, float | None]]:
    """Per counterpart set and member: the set, the member, arrivals and departures, why not, share of pairs told."""
    both = ~np.isnan(told.people) & ~np.isnan(told.people.T)
    one = ~np.isnan(told.people) | ~np.isnan(told.people.T)
    filled = np.where(both, told.people, 0.0)
    inside = told.mask(members)
    for counterpart, chosen in ((WITHIN, inside), (OUTSIDE, ~inside)):
        for area in members:
            possible = len(members) - 1 if counterpart == WITHIN else int(chosen.sum())
            if area not in told.areas:
                yield counterpart, area, (0.0, 0.0), "no_data", None
                continue
            row = told.areas.index(area)
            sums = float(filled[chosen, row].sum()), float(filled[row, chosen].sum())
            count = int(both[row, chosen].sum())
            is_negative = bool((filled[chosen, row] < 0).any() or (filled[row, chosen] < 0).any())
            reason = why_not(
                count,
                possible,
                counterpart,
                is_one_way=bool(one[row, chosen].any()) and not count,
                is_negative=is_negative,
            )
            yield counterpart, area, sums, reason, count / possible if possible else None


def _of_set(told: Moves, members: list[str], people: Inhabitants, bloc: str) -> list[dict[str, object]]:
    both = ~np.isnan(told.people) & ~np.isnan(told.people.T)
    one = ~np.isnan(told.people) | ~np.isnan(told.people.T)
    filled = np.where(both, told.people, 0.0)
    inside = told.mask(members)
    rows: list[dict[str, object]] = []
    for counterpart, chosen in ((WITHIN, inside), (OUTSIDE, ~inside)):
        block = np.ix_(inside, chosen)
        halves = 2 if counterpart == WITHIN else 1
        count = int(both[block].sum()) // halves
        possible = len(members) * (len(members) - 1) // 2 if counterpart == WITHIN else len(members) * int(chosen.sum())
        reason = "no_members" if not members else None
        reason = reason or why_not(
            count,
            possible,
            counterpart,
            is_one_way=bool(one[block].any()) and not count,
            is_negative=bool((filled[block] < 0).any() or (filled.T[block] < 0).any()),
        )
        place = place_of(told, bloc, WHOLE, counterpart, count / possible if possible else None)
        leaves, comes = filled[block], filled.T[block]
        if counterpart == WITHIN:
            gap, total = float(np.abs(leaves - comes).sum()), float((leaves + comes).sum())
            circulation = 1 - gap / total if total else None
            effectiveness = measure_effectiveness(comes.sum(axis=1), leaves.sum(axis=1))
            cells = {"circulation": _or(circulation, reason), "effectiveness": _or(effectiveness, reason)}
        else:
            base = _persons(people, told, members)
            cells = _rates((float(comes.sum()), float(leaves.sum())), base, reason)
        rows += [place | cell_of(name, cell) for name, cell in cells.items()]
    return rows


def _rates(sums: tuple[float, float], base: float | None, reason: str | None) -> dict[str, Told]:
    arrivals, departures = sums
    no_base = reason or ("no_denominator" if base is None else None)
    return {
        "circulation": _or(measure_circulation(arrivals, departures), reason),
        "net_rate": _or(measure_net_rate(arrivals, departures, base or 0.0), no_base),
        "turnover": _or(measure_turnover(arrivals, departures, base or 0.0), no_base),
    }


def _or(value: float | None, reason: str | None) -> Told:
    if reason:
        return None, reason
    return (None, "undefined") if value is None else (value, None)


def _inhabitants(people: pl.DataFrame | None) -> Inhabitants:
    if people is None:
        return {}
    known = people.drop_nulls("persons").select("area", "time_period", pl.col("persons").cast(pl.Float64))
    return {(area, period): persons for area, period, persons in known.iter_rows()}


def _persons(people: Inhabitants, told: Moves, areas: list[str]) -> float | None:
    """Inhabitants of all these areas in that year; None where one is not known or they are not the base."""
    if told.subject not in PER_INHABITANTS:
        return None
    held = [people[area, told.period] for area in areas if (area, told.period) in people]
    return sum(held) if areas and len(held) == len(areas) else None
