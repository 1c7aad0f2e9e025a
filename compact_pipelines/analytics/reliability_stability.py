"""How far estimates of reliability can be trusted: leaving out partners and years, and ranks within standard errors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from compact_pipelines.analytics.reliability_effects import Effects
from compact_pipelines.analytics.reliability_standing import Flags, Keep, Standing, everything
from compact_pipelines.analytics.reliability_tables import Floats, Panel

DRAWS: Final = 1000
SEED: Final = 20260
RANKS_KEPT: Final = (24, 974)  # places of the middle 95 % among the draws; the extremes would grow with their number
TIE_DECIMALS: Final = 9  # estimates that differ only by rounding share a rank
LEAST_LEFT_OUT: Final = 2  # a range over one omission is none


@dataclass(frozen=True)
class Jackknife:
    """What leaving out moves, in the unit of the estimate.

    Attributes:
        error: the jackknife standard error over partners. (roles, areas)
        low, high: the range of estimates over partners and years. (roles, areas)
        left_out: whose omission moves the estimate most. (roles, areas)
        rank_low, rank_high: the range of ranks. (roles, areas)
    """

    error: Floats
    low: Floats
    high: Floats
    left_out: list[list[str | None]]
    rank_low: Floats
    rank_high: Floats


def ranks_of(estimates: Floats) -> Floats:
    """Rank of the least as 1; equals share a rank and the next is skipped; NaN stays: (..., areas)."""
    rounded = np.round(estimates, TIE_DECIMALS)
    ranks = (rounded[..., None, :] < rounded[..., :, None]).sum(axis=-1) + 1.0
    return np.where(np.isnan(estimates), np.nan, ranks)


def drawn_ranks(values: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """The middle 95 % of ranks over draws from the estimates' joint normal distribution, of one role.

    Args:
        values: (areas), NaN where there is none.
        covariance: (areas, areas).
    """
    low, high = np.full(len(values), np.nan), np.full(len(values), np.nan)
    held = np.flatnonzero(~np.isnan(values))
    if not len(held):
        return low, high
    sizes, ways = np.linalg.eigh(covariance[np.ix_(held, held)])
    noise = np.random.default_rng(SEED).standard_normal((DRAWS, len(held)))
    draws = values[held] + (noise * np.sqrt(np.maximum(sizes, 0))) @ ways.T
    ranks = draws.argsort(axis=1).argsort(axis=1) + 1.0
    low[held], high[held] = np.partition(ranks, RANKS_KEPT, axis=0)[list(RANKS_KEPT)]
    return low, high


def leave_out(panel: Panel, standing: Standing, effects: Effects, unit: Callable[[Floats], Floats]) -> Jackknife:
    """Estimate again without each area as a partner, and without each year, in turn.

    An area that is left out keeps its place among the ranks by its full estimate.

    Args:
        panel: cross tables.
        standing: who is reported, and who is whose partner.
        effects: of the whole panel.
        unit: from the scale of the effects to that of the estimate.
    """
    everyone = everything(panel)
    full = np.where(standing.reported, effects.values, np.nan)

    def again(keep: Keep) -> Floats:
        found = effects.refit(keep)
        return np.where(np.isnan(found) | ~np.isfinite(found), full, found)

    def without(flags: Flags, place: int) -> Flags:
        left = flags.copy()
        left[place] = False
        return left

    present: Flags = np.logical_or.reduce(standing.members, axis=0)
    areas = np.stack(
        [
            again(Keep(without(everyone.areas, place), everyone.years)) if present[place] else full
            for place in range(len(panel.areas))
        ]
    )
    itself: Flags = np.diag(np.ones(len(panel.areas), dtype=np.bool_))
    areas = np.where(itself[:, None, :], full, areas)
    spans = range(len(panel.years) if len(panel.years) >= LEAST_LEFT_OUT else 0)
    years = [again(Keep(everyone.areas, without(everyone.years, place)))[None] for place in spans]
    moved = np.where(standing.reported, np.concatenate([areas, *years]), np.nan)
    ranks = ranks_of(moved)
    # (left out, roles, areas): the partners of an area in a role, and every year.
    is_own = standing.is_partner.transpose(2, 0, 1)
    counted = np.concatenate([is_own, np.ones((len(years), *full.shape), dtype=bool)])
    estimates, estimate = unit(moved), unit(full)
    number = np.maximum(is_own.sum(axis=0), 1)
    partners = np.where(is_own, estimates[: len(areas)], 0.0)
    mean = partners.sum(axis=0) / number
    squares = np.where(is_own, (estimates[: len(areas)] - mean) ** 2, 0.0).sum(axis=0)
    names = [*panel.areas, *(panel.years if years else [])]
    distance = np.where(counted & ~np.isnan(estimates), np.abs(estimates - estimate), -1.0)
    return Jackknife(
        error=np.sqrt((number - 1) / number * squares),
        low=np.where(counted, estimates, estimate).min(axis=0),
        high=np.where(counted, estimates, estimate).max(axis=0),
        left_out=[[names[place] for place in row] for row in np.round(distance, TIE_DECIMALS).argmax(axis=0)],
        rank_low=ranks.min(axis=0),
        rank_high=ranks.max(axis=0),
    )
