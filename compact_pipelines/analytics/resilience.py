"""What a set of members loses when a supplier is cut or a member leaves, before anybody finds a substitute.

All of it is mechanical: flows are taken away and nothing is rerouted. What trade would settle to is left to the model
of accession (section 6.3 of the definitions).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from compact_pipelines.analytics.criteria import EMPTY_SET, MEMBER_WITHOUT_DATA, UNDEFINED, ZERO_DENOMINATOR
from compact_pipelines.analytics.outside import gather_imports
from compact_pipelines.analytics.supply import Supply

PRODUCTION_NOT_HELD: Final = "production_not_held"
POSITION_NOT_HELD: Final = "position_not_held"
FEW_POSITIONS: Final = "few_positions"
NEGATIVE_DENOMINATOR: Final = "negative_denominator"
ONE_MEMBER: Final = "one_member"
NOT_NAMED: Final = "not_named"


@dataclass(frozen=True)
class Cut:
    """What is left when the largest suppliers are cut.

    Attributes:
        count: how many are cut; 0 is the imports as they are.
        supplier: the last one that is cut, None at 0.
        lost: what it alone supplies, in the unit of the flows: p m, before any substitution.
        kept_share: share of all imports that is left, 0 to 1, if nothing unnamed is theirs.
        kept_low: the least that can be left: what receivers do not name may come from a supplier that is cut.
        kept_high: the most that can be left: what they do not name may come from a member that stays.
    """

    count: int
    supplier: str | None
    lost: float
    kept_share: float
    kept_low: float
    kept_high: float


@dataclass(frozen=True)
class Answer:
    """A number with what may stand in its place.

    Attributes:
        value: None where it is not held, or not defined.
        low, high: its bounds where a part is not named; equal to the value where all is.
        reason: why the value is None.
        missing: the areas that say nothing, where they are the reason.
    """

    value: float | None
    low: float | None
    high: float | None
    reason: str | None = None
    missing: tuple[str, ...] = ()


def _null(reason: str, missing: Collection[str] = ()) -> Answer:
    return Answer(None, None, None, reason, tuple(missing))


def _refusal(supply: Supply, receivers: Collection[str]) -> Answer | None:
    """Why nothing can be said of what these areas take; None where it can."""
    if not receivers:
        return _null(EMPTY_SET)
    if missing := supply.missing(receivers, supply.imports):
        return _null(MEMBER_WITHOUT_DATA, missing)
    return None


def measure_friend_share(supply: Supply, receivers: Collection[str], friends: Collection[str]) -> Answer:
    """Share of the receivers' imports that comes from friends: 0 none of it, 1 all. Grows with the number of friends.

    Args:
        supply: one product and year.
        receivers: who takes.
        friends: whose supplies count as friendly: a set of members. A receiver is never its own supplier.

    Returns:
        Bounds where suppliers are not named who may be friends.
    """
    if refusal := _refusal(supply, receivers):
        return refusal
    imports = gather_imports(supply, receivers, friends, len(supply.areas))
    if imports.whole <= 0:
        return _null(UNDEFINED)
    low, high = (1 - part / imports.whole for part in reversed(imports.from_outside))
    value = imports.inside / imports.whole if imports.unnamed[0] == imports.unnamed[1] else None
    return Answer(value, max(low, 0.0), high, None if value is not None else NOT_NAMED)


def cut_suppliers(
    supply: Supply, receivers: Collection[str], friends: Collection[str], most: int
) -> tuple[list[Cut], Answer | None]:
    """Cut the largest supplier outside the friends, then the two largest, and so on.

    Args:
        supply: one product and year.
        receivers: whose imports are looked at, together.
        friends: suppliers that are never cut; for an area by itself, none.
        most: how many are cut at most.

    Returns:
        The curve from 0 cuts on, largest supplier first, by code where two are alike; and why there is none.
    """
    if refusal := _refusal(supply, receivers):
        return [], refusal
    imports = gather_imports(supply, receivers, friends, len(supply.areas))
    if imports.whole <= 0:
        return [], _null(UNDEFINED)
    rows = supply.places(receivers)
    taken, rest = supply.imports.values[rows], supply.imports.rest[rows]
    order = sorted(np.flatnonzero(imports.outside > 0), key=lambda place: (-imports.outside[place], place))[:most]
    cuts = [Cut(0, None, 0.0, 1.0, 1.0, 1.0)]
    kept, hides = imports.whole, np.zeros(len(rows), dtype=bool)
    for count, place in enumerate(order, start=1):
        lost = float(imports.outside[place])
        kept -= lost
        hides |= np.isnan(taken[:, place])
        low = max(kept - float(rest[hides].sum()), 0.0)
        share = max(kept, 0.0) / imports.whole
        cuts.append(Cut(count, supply.areas[place], lost, share, low / imports.whole, share))
    return cuts, None


def remove_members(supply: Supply, members: Collection[str]) -> tuple[list[Cut], Answer | None]:
    """Share of what the members take from each other that is left when the largest of them leave, one after another.

    Args:
        supply: one product and year; the receivers' reports count.
        members: the set.

    Returns:
        The curve from 0 on; the member whose leaving costs most goes first, by strength before any leaves. `kept_share`
        is of what is named. A member that a receiver does not name may stand behind all that its published total holds
        beyond those it names: `kept_low` if that touches a member that has left, `kept_high` if it stays among the
        others. A receiver without a published total that does not name every other member leaves all unknown.
    """
    if len(set(members)) == 1:
        return [], _null(ONE_MEMBER)
    if refusal := _refusal(supply, members):
        return [], refusal
    places = supply.places(members)
    told, rest = supply.imports.values[np.ix_(places, places)], supply.imports.rest[places]
    is_open = np.isnan(told) & ~np.eye(len(places), dtype=bool)
    unbounded = is_open.any(axis=1) & ~supply.imports.has_total[places]
    if unbounded.any():
        return [], _null(NOT_NAMED, [supply.areas[place] for place in places[unbounded]])
    flows = np.nan_to_num(told)
    whole = float(flows.sum())
    if whole <= 0:
        return [], _null(UNDEFINED)
    strength = flows.sum(axis=0) + flows.sum(axis=1)
    cuts = [Cut(0, None, 0.0, 1.0, 1.0, 1.0)]
    left = np.ones(len(places), dtype=bool)
    before = whole
    for count, place in enumerate(sorted(range(len(places)), key=lambda p: (-strength[p], p)), start=1):
        left[place] = False
        stays = np.outer(left, left)
        kept = float(flows[stays].sum())
        inside, outside = (float(rest[(is_open & part).any(axis=1)].sum()) for part in (stays, ~stays))
        low, high = kept / (whole + outside), (kept + inside) / (whole + inside)
        cuts.append(Cut(count, supply.areas[places[place]], before - kept, kept / whole, low, high))
        before = kept
    return cuts, None


def measure_import_dependency(imports: float | None, exports: float | None, production: float | None) -> Answer:
    """Import dependency m / (y + m - x): share of home use that is imported; above 1 where imports are sent on.

    Args:
        imports: m, from abroad; None where not held.
        exports: x, in the same unit, likewise.
        production: y, likewise.
    """
    return _of_use(imports, imports, exports, production)


def measure_self_sufficiency(imports: float | None, exports: float | None, production: float | None) -> Answer:
    """Self-sufficiency y / (y + m - x): what is made at home over what is used there; above 1 for a net exporter.

    Args:
        imports: m, from abroad; None where not held.
        exports: x, in the same unit, likewise.
        production: y, likewise.
    """
    return _of_use(production, imports, exports, production)


def _of_use(part: float | None, imports: float | None, exports: float | None, production: float | None) -> Answer:
    if production is None:
        return _null(PRODUCTION_NOT_HELD)
    if part is None or imports is None or exports is None:
        return _null(MEMBER_WITHOUT_DATA)
    used = production + imports - exports
    if used <= 0:
        return _null(ZERO_DENOMINATOR if used == 0 else NEGATIVE_DENOMINATOR)
    return Answer(part / used, part / used, part / used)


@dataclass(frozen=True)
class Distance:
    """How far in policy positions the suppliers are, on average over what they supply.

    Attributes:
        value: 0 all like the receiver, up to the length of the scale; None with a reason.
        covered_share: share of the imports whose supplier and receiver both have a position, 0 to 1.
    """

    value: float | None
    covered_share: float | None
    reason: str | None = None
    missing: tuple[str, ...] = ()


def measure_geopolitical_distance(
    supply: Supply, receivers: Collection[str], positions: Mapping[str, float], least_covered: float
) -> Distance:
    """The mean of |g_i - g_j| over what every receiver i takes from every supplier j, weighted by value.

    Args:
        supply: one product and year.
        receivers: one area, or a set; what they take from each other counts too.
        positions: g by area; whose choice decides the result, so that its source and year stand beside it.
        least_covered: share of the imports below which there is no mean.

    Source: McKinsey Global Institute, Geopolitics and the geometry of global trade (2024), for the measure.
    """
    if refusal := _refusal(supply, receivers):
        return Distance(None, None, refusal.reason, refusal.missing)
    rows = supply.places(receivers)
    place = np.array([positions.get(area, np.nan) for area in supply.areas])
    if without := [supply.areas[row] for row in rows if np.isnan(place[row])]:
        return Distance(None, None, POSITION_NOT_HELD, tuple(without))
    taken, whole = np.nan_to_num(supply.imports.values[rows]), float(supply.imports.rest[rows].sum())
    whole += float(taken.sum())
    if whole <= 0:
        return Distance(None, None, UNDEFINED)
    apart = np.abs(place[rows][:, None] - place[None, :])
    known = ~np.isnan(apart)
    covered = float(taken[known].sum())
    share = covered / whole
    if share < least_covered or covered <= 0:
        return Distance(None, share, FEW_POSITIONS)
    return Distance(float((taken[known] * apart[known]).sum()) / covered, share)
