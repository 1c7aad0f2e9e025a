"""What changes for each area when others join a set of members, by the gravity model, with an interval.

To join means: an agreement, of the average effect that the estimate gives, between the candidate and each member that
has none with it yet, and among candidates. Members among themselves stay as they are. Without a candidate the question
is another: what it changes that the set is formed, with an agreement for each pair of members that has none.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

import numpy as np
import polars as pl

from compact_pipelines.analytics.gravity.base import Base
from compact_pipelines.analytics.gravity.draws import Assumptions, Draws, make_draws
from compact_pipelines.analytics.gravity.gains import PER_CENT, Gains, gain_of_all, gain_rows, least_gain
from compact_pipelines.analytics.gravity.hat import Floats, Hat, solve_hat

Pair = tuple[str, str]
Progress = Callable[[int, int], object]

# Why there is no answer.
NO_MEMBERS: Final = "no_members"
ONE_MEMBER: Final = "one_member"
IS_MEMBER: Final = "candidate_is_member"
NO_MEMBER_IN_BASE: Final = "no_member_in_base"
ONE_MEMBER_IN_BASE: Final = "one_member_in_base"
NO_CANDIDATE_IN_BASE: Final = "no_candidate_in_base"
NOT_SOLVED: Final = "not_solved"  # no equilibrium was found
AGREEMENT_UNKNOWN: Final = "agreement_unknown"  # of every pair without one it is not known
NOTHING_CHANGES: Final = "nothing_changes"  # an answer: zero for everybody


@dataclass(frozen=True)
class Agreements:
    """Which pairs of areas have an agreement already.

    Attributes:
        in_force: pairs in the order of the alphabet that have one.
        unknown: pairs of which it is not known; they are left as they are.
    """

    in_force: frozenset[Pair] = field(default_factory=frozenset)
    unknown: frozenset[Pair] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Accession:
    """The answer.

    Attributes:
        members, candidates: those that are in the model, sorted.
        left_out: area that was asked for to the reason why it is not in the model.
        areas: (areas of the base and those left out, GAIN_COLUMNS); per cent and US dollars of the base year's income;
            members and candidates first, by role and code. gain_if_unknown_new is the point estimate with an agreement
            for the unknown pairs too, the same as gain_percent where there is none of them.
        whole: the same of the members with the candidates together, of their income.
        lowest: the same of the least of the members' gains, draw by draw: is there a member who loses? Its area is the
            one of the point estimate.
        changed, in_force, unknown: pairs among the areas asked about that the model changes, that have an agreement
            already, and of which it is not known.
        draws_asked, draws_used, draws_failed: how many; a failed one is a draw whose equilibrium was not found.
        reason: why there is no answer, or nothing_changes; None otherwise. agreement_unknown: of every pair without an
            agreement it is not known, so there is no gain but the one if those pairs were new.
    """

    members: tuple[str, ...]
    candidates: tuple[str, ...]
    left_out: dict[str, str]
    areas: pl.DataFrame
    whole: dict[str, float | None]
    lowest: dict[str, float | str | None]
    changed: tuple[Pair, ...]
    in_force: tuple[Pair, ...]
    unknown: tuple[Pair, ...]
    draws_asked: int
    draws_used: int
    draws_failed: int
    reason: str | None


def simulate(  # noqa: PLR0913  (each an input of its own)
    base: Base,
    members: Collection[str],
    candidates: Collection[str],
    agreements: Agreements,
    assumptions: Assumptions,
    *,
    progress: Progress | None = None,
) -> Accession:
    """Ask what changes when candidates join members, or, without candidates, when the members form their set.

    Real income is what an area earns over what its purchases cost; gains are changes of it in per cent. Intervals are
    the 5th to the 95th percentile over draws of the agreements' effect, the elasticity and the base flows; they do not
    cover what is not known of agreements, for which a second point stands. Shares of draws above zero count only gains
    beyond the solver's own error. No input makes it fail: what cannot be answered
    comes back with a reason.

    Args:
        base: the base year.
        members: areas, in any order.
        candidates: areas that join; those that are members already are left out.
        agreements: which pairs have one.
        assumptions: effect, elasticity, draws, seed.
        progress: called with draws done and asked.
    """
    asked_members, asked = sorted(set(members)), sorted(set(candidates))
    left_out = {area: IS_MEMBER for area in asked if area in asked_members}
    left_out |= {area: why for area in [*asked_members, *asked] if (why := base.why_not(area)) is not None}
    inside = tuple(area for area in asked_members if base.why_not(area) is None)
    joining = tuple(area for area in asked if area not in left_out)
    reason = _no_answer(asked_members, asked, inside, joining)
    pairs = [] if reason else _pairs(inside, joining)
    unknown = tuple(pair for pair in pairs if pair in agreements.unknown)
    changed = tuple(pair for pair in pairs if pair not in agreements.in_force | agreements.unknown)
    draws = Draws.none(len(base.areas))
    if reason is None and not changed and not unknown:
        reason, gains = NOTHING_CHANGES, Gains.same(base, 0.0)
    elif reason is not None:
        gains = Gains.same(base, None)
    else:
        reason, gains = _points(base, changed, unknown, assumptions)
        if reason is None:
            draws = make_draws(base, _changed_cells(base, changed), assumptions, progress)
            gains = replace(gains, draws=draws.gains)
    return Accession(
        members=inside,
        candidates=joining,
        left_out=left_out,
        areas=gain_rows(
            base, _roles(base, inside, joining), left_out, gains, None if gains.point is not None else reason
        ),
        whole=gain_of_all(base, [*inside, *joining], gains),
        lowest=least_gain(base, inside, gains),
        changed=changed,
        in_force=tuple(pair for pair in pairs if pair in agreements.in_force),
        unknown=unknown,
        draws_asked=assumptions.draws,
        draws_used=len(draws.gains),
        draws_failed=draws.failed,
        reason=reason,
    )


def point_gains(base: Base, changed: Collection[Pair], beta: float, sigma: float) -> dict[str, float] | None:
    """Each area's gain in per cent at one effect and one elasticity, without draws: what a sensitivity table asks.

    Returns:
        Area to its gain; None where no equilibrium is found.
    """
    if not changed:
        return dict.fromkeys(base.areas, 0.0)
    solved = _solved(base, changed, beta, sigma)
    return None if solved is None else dict(zip(base.areas, _gains(solved).tolist(), strict=True))


def _points(
    base: Base, changed: tuple[Pair, ...], unknown: tuple[Pair, ...], assumptions: Assumptions
) -> tuple[str | None, Gains]:
    """Gains at the point values, with unknown pairs as they are and as new; and why the former are missing, if so."""
    told = [
        _solved(base, pairs, assumptions.beta, assumptions.sigma) if pairs else None
        for pairs in (changed, changed + unknown if unknown else ())
    ]
    if any(solved is None for solved, pairs in zip(told, (changed, unknown), strict=True) if pairs):
        return NOT_SOLVED, Gains.same(base, None)
    point, if_new = (None if solved is None else _gains(solved) for solved in told)
    exports = None if told[0] is None else PER_CENT * (told[0].exports[0] - 1)
    gains = Gains(point, if_new if unknown else point, exports, Draws.none(len(base.areas)).gains)
    return (None if changed else AGREEMENT_UNKNOWN), gains


def _solved(base: Base, changed: Collection[Pair], beta: float, sigma: float) -> Hat | None:
    """The model with an agreement for each of these pairs; None where no equilibrium is found."""
    solved = solve_hat(base.flows, np.exp(beta * _changed_cells(base, changed)), sigma, base.areas)
    return solved if solved.is_converged[0] else None


def _gains(solved: Hat) -> Floats:
    gains: Floats = PER_CENT * (solved.real_income[0] - 1)
    return gains


def _no_answer(
    members: list[str], candidates: list[str], inside: tuple[str, ...], joining: tuple[str, ...]
) -> str | None:
    if not members:
        return NO_MEMBERS
    if not inside:
        return NO_MEMBER_IN_BASE
    if candidates and not joining:
        return IS_MEMBER if set(candidates) <= set(members) else NO_CANDIDATE_IN_BASE
    if candidates or len(inside) > 1:
        return None
    return ONE_MEMBER if len(members) == 1 else ONE_MEMBER_IN_BASE


def _pairs(members: tuple[str, ...], candidates: tuple[str, ...]) -> list[Pair]:
    """The pairs that the question is about, each in the order of the alphabet."""
    if not candidates:
        return sorted((min(pair), max(pair)) for pair in combinations(members, 2))
    crossing = [(member, candidate) for member in members for candidate in candidates]
    return sorted((min(pair), max(pair)) for pair in [*crossing, *combinations(candidates, 2)])


def _changed_cells(base: Base, changed: Collection[Pair]) -> Floats:
    """(n, n) 1 where an agreement is new, both ways, else 0."""
    cells = np.zeros((len(base.areas), len(base.areas)))
    for one, other in changed:
        here, there = base.place(one), base.place(other)
        cells[here, there] = cells[there, here] = 1.0
    return cells


def _roles(base: Base, members: tuple[str, ...], candidates: tuple[str, ...]) -> dict[str, str]:
    roles = {area: "rest" if area == base.rest else "outside" for area in base.areas}
    return roles | dict.fromkeys(members, "member") | dict.fromkeys(candidates, "candidate")
