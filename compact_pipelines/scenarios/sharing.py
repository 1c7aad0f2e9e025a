"""Who adds how much to what a set of members reaches together."""

from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import combinations
from typing import Any, Final

from compact_pipelines.analytics.gravity import goals
from compact_pipelines.analytics.gravity.accession import NOTHING_CHANGES, Agreements, Pair
from compact_pipelines.analytics.gravity.shapley import FEWEST_ORDERS, Goal, Sharing, share_out
from compact_pipelines.errors import ModelRefused, UsageError
from compact_pipelines.scenarios.asking import assumptions_of
from compact_pipelines.scenarios.inputs import Inputs

Progress = Callable[[int, int], object]

WELFARE: Final = "welfare"
GOALS: Final = (WELFARE, "concentration_fall", "resilience", "mutual_trade")


def share(  # noqa: PLR0913  (each a choice that a reader has)
    inputs: Inputs,
    goal: str,
    members: Collection[str],
    *,
    base_id: str | None = None,
    sigma: float | None = None,
    orders: int = FEWEST_ORDERS,
    seed: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Each member's Shapley value of a goal, ready for JSON.

    Args:
        inputs: from `load_inputs`.
        goal: one of GOALS; mutual_trade is refused, since it adds nothing over strength.
        members: areas.
        base_id: base year of welfare.
        sigma: elasticity of welfare; the stated point if none is given.
        orders: orders sampled where there are more than 12 members.
        seed: of the sample; as stated if not given.
        progress: called with coalitions or orders done, and all.

    Returns:
        `goal`, `unit`, `members` (area, value, std_error, value_if_unknown_new; by value), `total`,
        `total_if_unknown_new`, `orders` (0: exact), `seed`, `reason` (nothing_changes where each pair has an agreement
        already; else None), `pairs_changed`, `pairs_unknown`. The pairs are of welfare alone. What stands if unknown
        pairs are new is the same as the value where there are none of them.

    Raises:
        UsageError: no such goal or base, or sigma or seed out of range.
        ModelRefused: one member alone; of every pair without an agreement it is not known; see `shapley.share_out` and
            `goals`.
    """
    if goal not in GOALS:
        raise UsageError(f"no goal {goal!r}; the goals are {', '.join(GOALS)}")
    assumptions = assumptions_of(inputs, sigma=sigma, seed=seed)
    players = sorted(set(members))
    if len(players) == 1:
        raise ModelRefused(f"{players[0]} alone reaches nothing together with others; name a second member")
    base = inputs.base(base_id)
    changed, unknown = _pairs(inputs.agreements[base.id], players) if goal == WELFARE else ([], [])
    known = inputs.agreements[base.id]

    def game(agreements: Agreements) -> Goal:
        if goal == WELFARE:
            return goals.welfare(base, players, agreements, assumptions.beta, assumptions.sigma)
        return _of_flows(inputs, goal, players)

    first = game(known)
    if unknown and not changed:
        raise ModelRefused(
            f"of {_listed(unknown)} it could not be verified whether they have an agreement, and every other pair has "
            "one; so it is not known whether anything is gained. Choose others"
        )
    runs = 2 if unknown else 1
    found = share_out(first, orders=orders, seed=assumptions.seed, progress=_part(progress, 0, runs))
    if_new = found
    if unknown:
        every = replace(known, unknown=frozenset())
        if_new = share_out(game(every), orders=orders, seed=assumptions.seed, progress=_part(progress, 1, runs))
    return {
        **_told(found, if_new),
        "seed": assumptions.seed,
        "reason": NOTHING_CHANGES if goal == WELFARE and not changed else None,
        "pairs_changed": [list(pair) for pair in changed],
        "pairs_unknown": [list(pair) for pair in unknown],
    }


def _of_flows(inputs: Inputs, goal: str, players: list[str]) -> Goal:
    """A goal that no model is needed for."""
    imports = dict(inputs.totals.select("area", "imports").drop_nulls().iter_rows())
    flows = goals.Flows(inputs.goods, imports)
    makers = {
        "concentration_fall": goals.concentration_fall,
        "resilience": goals.resilience,
        "mutual_trade": goals.mutual_trade,
    }
    return makers[goal](flows, players)


def _pairs(agreements: Agreements, players: list[str]) -> tuple[list[Pair], list[Pair]]:
    """The pairs that have no agreement, and those of which it is not known."""
    pairs = list(combinations(players, 2))
    unknown = [pair for pair in pairs if pair in agreements.unknown]
    return [pair for pair in pairs if pair not in agreements.in_force | agreements.unknown], unknown


def _listed(pairs: list[Pair]) -> str:
    return ", ".join("-".join(pair) for pair in pairs)


def _part(progress: Progress | None, run: int, runs: int) -> Progress | None:
    """The progress of one run of several as that of all."""
    if progress is None:
        return None
    return lambda done, total: progress(run * total + done, runs * total)


def _told(found: Sharing, if_new: Sharing) -> dict[str, Any]:
    ranked = sorted(found.shares, key=lambda area: (-found.shares[area], area))
    return {
        "goal": found.goal,
        "unit": found.unit,
        "members": [
            {
                "area": area,
                "value": found.shares[area],
                "std_error": found.std_errors[area],
                "value_if_unknown_new": if_new.shares[area],
            }
            for area in ranked
        ],
        "total": found.total,
        "total_if_unknown_new": if_new.total,
        "orders": found.orders,
    }
