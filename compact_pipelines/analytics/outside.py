"""What a set of members takes from outside it, and what the part without a named supplier leaves open."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compact_pipelines.analytics.supply import Flags, Floats, Supply

Range = tuple[float, float]


@dataclass(frozen=True)
class Imports:
    """What a set takes in one year.

    Attributes:
        whole: all its imports, from each other too.
        inside: those from named members.
        outside: (areas,), those from every named supplier, members at 0.
        unnamed: least and most of what no supplier is named for and comes from outside.
        hidden: how much of a named supplier's figure may stand beside what is unnamed: the largest one that a member
            with an unnamed part does not name.
        candidates: how many areas outside could supply the unnamed part.
    """

    whole: float
    inside: float
    outside: Floats
    unnamed: Range
    hidden: float
    candidates: int

    @property
    def from_outside(self) -> Range:
        """Least and most of what comes from outside."""
        named = float(self.outside.sum())
        return named + self.unnamed[0], named + self.unnamed[1]


def gather_imports(
    supply: Supply, receivers: Collection[str], friends: Collection[str], possible_suppliers: int
) -> Imports:
    """Add up what the receivers take from the friends and from everybody else.

    Args:
        supply: one product and year; every receiver speaks in it.
        receivers: who takes.
        friends: whose supplies are no dependency: the set of members.
        possible_suppliers: how many single areas there are in all.
    """
    rows, inside = supply.places(receivers), supply.places(friends)
    taken, rest = supply.imports.values[rows], supply.imports.rest[rows]
    is_friend = np.zeros(len(supply.areas), dtype=bool)
    is_friend[inside] = True
    columns = np.nansum(taken, axis=0)
    is_open = rest > 0
    names_all = names_every(taken, rows, inside)
    if len(inside) < len(set(friends)):
        names_all[:] = False  # a friend of whom nothing is known may stand behind any rest
    unseen = np.isnan(taken) & ~is_friend  # suppliers outside whom a receiver does not name
    columns_unseen = np.where((unseen & is_open[:, None]).any(axis=0), columns, 0.0)
    # A supplier outside that every receiver with an open rest names cannot be hidden in it.
    named_by_all = int((~is_friend & ~unseen[is_open].any(axis=0)).sum()) if is_open.any() else 0
    outside_possible = possible_suppliers - len(set(friends) | set(receivers))
    return Imports(
        whole=float(columns.sum() + rest.sum()),
        inside=float(columns[is_friend].sum()),
        outside=np.where(is_friend, 0.0, columns),
        unnamed=(float(rest[names_all].sum()), float(rest.sum())),
        hidden=float(columns_unseen.max(initial=0.0)),
        candidates=max(outside_possible - named_by_all, 1),
    )


def names_every(taken: Floats, rows: NDArray[np.intp], friends: NDArray[np.intp]) -> Flags:
    """Which receivers name a figure for every friend but themselves, so that their rest is from outside for sure."""
    named: Flags = ~np.isnan(taken[:, friends]) | (friends[None, :] == rows[:, None])
    return np.asarray(named.all(axis=1), dtype=np.bool_)


def concentration_range(imports: Imports) -> Range | None:
    """Least and most that the HHI of imports from outside can be: section 2 of the definitions, for a set.

    With K the squares of named suppliers, N their sum and x the unnamed part from outside, the index is at least
    (K + x x / u) / (N + x)^2, spread over u candidates, and at most (K + 2 c x + x x) / (N + x)^2, in one hand that
    may belong to a supplier named c elsewhere. The first is least at x = K u / N, the second most at an end of x.

    Returns:
        From 1 / n to 1; None where nothing comes from outside.
    """
    named = float(imports.outside.sum())
    low, high = imports.unnamed
    if named + high <= 0:
        return None
    candidates = imports.candidates
    if named <= 0:
        return 1 / candidates, 1.0
    # In shares, since squares of figures that are small beside the unit, or beside the rest, are nothing to a computer.
    squares = float(np.square(imports.outside / named).sum())
    least = min(max(squares * named * candidates, low), high)
    ends = []
    for x in (low, high):
        unnamed = x / (named + x)
        mixed = 2 * imports.hidden * unnamed / (named + x)
        ends.append(squares * (1 - unnamed) ** 2 + mixed + unnamed**2)
    unnamed = least / (named + least)
    return squares * (1 - unnamed) ** 2 + unnamed**2 / candidates, min(max(ends), 1.0)
