"""Sharing out what a set of members reaches together: Shapley values, exact for small sets, sampled for large ones.

A member's share is what it adds to those who are there when it comes, on average over all orders of coming.
Source: Shapley, A value for n-person games (Contributions to the Theory of Games II, 1953); sampling: Castro, Gomez
and Tejada, Polynomial calculation of the Shapley value based on sampling (Computers & Operations Research 36, 2009).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from compact_pipelines.analytics.gravity.hat import Floats
from compact_pipelines.errors import ModelRefused

Coalitions: TypeAlias = NDArray[np.bool_]  # (K, n): who is in each of K coalitions
Progress = Callable[[int, int], object]

EXACT_UP_TO: Final = 12  # members; beyond, 2^n coalitions are too many
FEWEST_ORDERS: Final = 10_000
AT_ONCE: Final = 512  # coalitions that are valued together
ORDERS_AT_ONCE: Final = 1_000
# Of the greatest value: less is no interaction but rounding.
RELATIVE_ERROR: Final = 1e-9


@dataclass(frozen=True)
class Goal:
    """What members reach together.

    Attributes:
        id: its name.
        players: the members, in the order of the columns of coalitions.
        value: (K, n) coalitions to (K,) values; the empty coalition's is 0.
        unit: of the value.
        is_pairwise_additive: a sum over pairs of members, such as their trade with each other.
        is_sampled: whether it is quick enough to be sampled where there are too many coalitions.
    """

    id: str
    players: tuple[str, ...]
    value: Callable[[Coalitions], Floats]
    unit: str
    is_pairwise_additive: bool
    is_sampled: bool = True


@dataclass(frozen=True)
class Sharing:
    """Who adds how much.

    Attributes:
        shares: member to its Shapley value, in the goal's unit.
        std_errors: member to the sampling error of it; 0 where it is exact.
        total: value of all together: the shares' sum, up to rounding.
        orders: orders of coming that were sampled; 0 where all coalitions were valued.
    """

    goal: str
    unit: str
    shares: dict[str, float]
    std_errors: dict[str, float]
    total: float
    orders: int


def share_out(goal: Goal, *, orders: int = FEWEST_ORDERS, seed: int = 0, progress: Progress | None = None) -> Sharing:
    """Each member's Shapley value.

    Args:
        goal: what is shared.
        orders: how many orders are sampled where there are more than EXACT_UP_TO members.
        seed: of the sample.
        progress: called with coalitions or orders done, and all.

    Raises:
        ModelRefused: the goal is a sum over pairs, as declared or, for these members, as its values show: each one's
            Shapley value is then half of what its pairs reach, which its strength already says; or there is no
            member; or too many for a goal that is not sampled, or fewer than FEWEST_ORDERS orders.
    """
    count = len(goal.players)
    if not count:
        raise ModelRefused("there is no member to share with; choose at least one")
    if goal.is_pairwise_additive:
        raise ModelRefused(
            f"{goal.id} is a sum over pairs of members, so each one's Shapley value is exactly half of what it has "
            "with the others, half its strength; look at the strength, or choose a goal that is more than its pairs"
        )
    if count <= EXACT_UP_TO:
        values = _values(goal, every_coalition(count), progress)
        if values.any() and _is_pairwise_additive(values, count):
            raise ModelRefused(
                f"among these members {goal.id} is no more than the sum of its pairs, so each one's Shapley value is "
                "exactly half of what its pairs reach, half its strength; add a member, or choose another goal"
            )
        shares = exact_shares(values, count)
        errors, made = np.zeros(count), 0
        total = float(values[-1])
    elif not goal.is_sampled:
        raise ModelRefused(
            f"{goal.id} is shared exactly among up to {EXACT_UP_TO} members and there are {count}; choose fewer"
        )
    elif orders < FEWEST_ORDERS:
        raise ModelRefused(f"{orders:,} orders were asked for; a sample needs {FEWEST_ORDERS:,} or more")
    else:
        shares, errors, total = _sampled(goal, orders, seed, progress)
        made = orders
    return Sharing(
        goal=goal.id,
        unit=goal.unit,
        shares=dict(zip(goal.players, shares.tolist(), strict=True)),
        std_errors=dict(zip(goal.players, errors.tolist(), strict=True)),
        total=total,
        orders=made,
    )


def every_coalition(count: int) -> Coalitions:
    """(2^n, n): coalition number c holds member i where bit i of c is set."""
    bits: Coalitions = (np.arange(2**count)[:, None] >> np.arange(count)) % 2 == 1
    return bits


def exact_shares(values: Floats, count: int) -> Floats:
    """(n,) Shapley values from the values of all coalitions, in the order of `every_coalition`."""
    numbers = np.arange(2**count)
    sizes = every_coalition(count).sum(axis=1)
    weights = np.array(
        [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)], dtype=np.float64
    )
    shares = np.empty(count)
    for player in range(count):
        without = numbers[(numbers >> player) % 2 == 0]
        shares[player] = weights[sizes[without]] @ (values[without | (1 << player)] - values[without])
    return shares


def dividends(values: Floats, count: int) -> Floats:
    """(2^n,) what each coalition adds to all that its parts reach: Harsanyi's dividends."""
    added = values.copy()
    numbers = np.arange(2**count)
    for player in range(count):
        having = numbers[(numbers >> player) % 2 == 1]
        added[having] -= added[having ^ (1 << player)]
    return added


def _is_pairwise_additive(values: Floats, count: int) -> bool:
    """Whether no three or more together reach anything that their pairs do not; of two it cannot be told."""
    sizes = every_coalition(count).sum(axis=1)
    larger = dividends(values, count)[sizes > 2]  # noqa: PLR2004  (more than a pair)
    return larger.size > 0 and bool(np.abs(larger).max() <= RELATIVE_ERROR * np.abs(values).max())


def _values(goal: Goal, coalitions: Coalitions, progress: Progress | None) -> Floats:
    parts = []
    for first in range(0, len(coalitions), AT_ONCE):
        parts.append(goal.value(coalitions[first : first + AT_ONCE]))
        if progress:
            progress(min(first + AT_ONCE, len(coalitions)), len(coalitions))
    return np.concatenate(parts)


def _sampled(goal: Goal, orders: int, seed: int, progress: Progress | None) -> tuple[Floats, Floats, float]:
    """Means of what members add, their standard errors, and the value of all."""
    count = len(goal.players)
    random = np.random.default_rng(seed)
    added = []
    for first in range(0, orders, ORDERS_AT_ONCE):
        some = min(ORDERS_AT_ONCE, orders - first)
        order = random.permuted(np.tile(np.arange(count), (some, 1)), axis=1)
        came = np.argsort(order, axis=1)  # the place at which each member comes
        # (some, n + 1, n): who is there after each arrival, nobody first.
        there = came[:, None, :] < np.arange(count + 1)[None, :, None]
        values = _values(goal, there.reshape(-1, count), None).reshape(some, count + 1)
        added.append(np.take_along_axis(np.diff(values, axis=1), came, axis=1))
        if progress:
            progress(first + some, orders)
    whole = float(goal.value(np.ones((1, count), dtype=np.bool_))[0])
    each = np.concatenate(added)
    return each.mean(axis=0), each.std(axis=0, ddof=1) / np.sqrt(orders), whole
