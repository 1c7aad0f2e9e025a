"""How alike two areas' policy positions are, over the same items: votes, agreements, instruments.

Most pairs of states share 'no tie' and 'the usual vote' on most items. S counts that as likeness and comes out near 1
for almost everybody; pi and kappa take off what two areas with these habits would share by chance, and are shown first.

Source: Signorino and Ritter, Tau-b or Not Tau-b (1999) for S; Häge, Choice or Circumstance? (2011) for the use of
Scott's pi (1955) and Cohen's weighted kappa (1968).
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.int64]
Table = NDArray[np.float64]
Weighing = Literal["nominal", "absolute", "squared"]

MISSING: Final = -1
METRICS: Final = ("s", "pi", "kappa")
PI_WEIGHING: Final[Weighing] = "nominal"
KAPPA_WEIGHING: Final[Weighing] = "squared"
S_WEIGHING: Final[Weighing] = "absolute"


@dataclass(frozen=True)
class Similarity:
    """How alike two areas are.

    Attributes:
        s: 1 - 2 sum |a - b| / (n d_max), -1 to 1; not corrected for chance.
        pi: Scott's pi, any two different levels equally far apart; at most 1, 0 as by chance.
        kappa: Cohen's kappa, levels apart by their squared distance; at most 1, 0 as by chance.
        n_items: items on which both have a position.
    """

    s: float | None
    pi: float | None
    kappa: float | None
    n_items: int


def measure_similarity(first: Levels, second: Levels, levels: int) -> Similarity:
    """How alike two areas are over the items on which both have a position.

    Args:
        first: (items,) the level of each, 0 to levels - 1; MISSING where there is none.
        second: (items,) the other's.
        levels: how many levels there are, used or not: what nobody does is a possible position too.

    Returns:
        The three measures; each None where it is 0 / 0: no item in common, or neither ever leaves one level.

    Raises:
        ValueError: a level is out of range, or there are fewer than two.
    """
    counts = count_levels(np.stack([first, second]), levels)[0, 1]
    found = {metric: float(values) for metric, values in agree(counts).items()}
    s, pi, kappa = (None if np.isnan(found[metric]) else found[metric] for metric in METRICS)
    return Similarity(s, pi, kappa, int(counts.sum()))


def count_levels(positions: Levels, levels: int) -> Table:
    """How often each pair of areas takes each pair of levels on one item.

    Args:
        positions: (areas, items) the level of each, 0 to levels - 1; MISSING where there is none.
        levels: how many levels there are.

    Returns:
        (areas, areas, levels, levels): row the first area's level, column the second's.

    Raises:
        ValueError: a level is out of range, or there are fewer than two.
    """
    if levels < 2 or (positions < MISSING).any() or (positions >= levels).any():  # noqa: PLR2004  (one level is no scale)
        raise ValueError(f"levels run from 0 to {levels - 1} on a scale of at least two, and {MISSING} for none")
    takes = np.stack([positions == level for level in range(levels)]).astype(np.float64)
    counts: Table = np.einsum("lai,mbi->ablm", takes, takes, optimize=True)
    return counts


def agree(counts: Table) -> dict[str, Table]:
    """S, pi and kappa of tables of levels.

    Args:
        counts: (..., levels, levels) items by the first's level and the second's.

    Returns:
        Metric to (...) its values, nan where it is 0 / 0.
    """
    total = counts.sum(axis=(-2, -1))
    total = total[..., None, None]
    shares = np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
    own, other = shares.sum(axis=-1), shares.sum(axis=-2)
    both = (own + other) / 2
    levels = counts.shape[-1]
    nominal, absolute, squared = (_apart(levels, weighing) for weighing in (PI_WEIGHING, S_WEIGHING, KAPPA_WEIGHING))
    return {
        "s": 1 - 2 * (shares * absolute).sum(axis=(-2, -1)),
        "pi": _beyond((shares * nominal).sum(axis=(-2, -1)), _expected(both, nominal, both)),
        "kappa": _beyond((shares * squared).sum(axis=(-2, -1)), _expected(own, squared, other)),
    }


def _expected(own: Table, apart: Table, other: Table) -> Table:
    """Mean distance if the two took their levels as often as they do, but by chance."""
    expected: Table = np.einsum("...l,lm,...m->...", own, apart, other)
    return expected


def _apart(levels: int, weighing: Weighing) -> Table:
    steps = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels))).astype(np.float64)
    if weighing == "nominal":
        return (steps > 0).astype(np.float64)
    shares: Table = steps / (levels - 1)
    return shares if weighing == "absolute" else shares**2


def _beyond(seen: Table, expected: Table) -> Table:
    """Agreement beyond chance; without any disagreement to expect there is nothing to be beyond."""
    ratio: Table = np.divide(seen, expected, out=np.full_like(expected, np.nan), where=expected > 0)
    return 1 - ratio
