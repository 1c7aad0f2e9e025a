"""Draws: the gains that follow from agreements when effect, elasticity and base flows are each taken as uncertain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from compact_pipelines.analytics.gravity.base import Base
from compact_pipelines.analytics.gravity.hat import Floats, solve_hat

CHUNK: Final = 50  # draws that are solved at once: enough for speed, few enough to say how far it is
PER_CENT: Final = 100.0


@dataclass(frozen=True)
class Assumptions:
    """What the model is told.

    Attributes:
        beta: effect of an agreement on the log of trade.
        beta_se: its standard error; draws are normal.
        sigma: elasticity of substitution of the point estimate, above 1.
        sigma_low: least elasticity drawn; draws are even.
        sigma_high: greatest elasticity drawn.
        draws: how many; none for the point estimate alone.
        seed: of the generator.
    """

    beta: float
    beta_se: float
    sigma: float
    sigma_low: float
    sigma_high: float
    draws: int
    seed: int


@dataclass(frozen=True)
class Draws:
    """What came of the draws.

    Attributes:
        gains: (draws that were solved, n) per cent of real income.
        failed: draws whose equilibrium was not found; they are left out and counted.
    """

    gains: Floats
    failed: int

    @classmethod
    def none(cls, areas: int) -> "Draws":
        """No draw, for n areas."""
        return cls(np.empty((0, areas)), 0)


def make_draws(
    base: Base, cells: Floats, assumptions: Assumptions, progress: Callable[[int, int], object] | None = None
) -> Draws:
    """Solve the model once a draw.

    The effect is normal around its estimate, the elasticity even over its range, and each flow between two named areas
    lognormal with the spread of its interval, its reconciled value the median. Sales at home are even over their range,
    all areas at the same place in it, since one ratio stands behind them. Trade with the rest of the world stays.

    Args:
        base: the base year.
        cells: (n, n) 1 where an agreement is new.
        assumptions: effect, elasticity, draws, seed.
        progress: called with draws done and asked.
    """
    random = np.random.default_rng(assumptions.seed)
    effects = random.normal(assumptions.beta, assumptions.beta_se, assumptions.draws)
    elasticities = random.uniform(assumptions.sigma_low, assumptions.sigma_high, assumptions.draws)
    places = random.uniform(0.0, 1.0, assumptions.draws)
    home = base.home[:, 0] + places[:, None] * (base.home[:, 1] - base.home[:, 0])
    diagonal = np.arange(len(base.areas))
    gains, failed = [], 0
    for first in range(0, assumptions.draws, CHUNK):
        some = slice(first, min(first + CHUNK, assumptions.draws))
        errors = random.standard_normal((some.stop - first, *base.flows.shape))
        flows = base.flows * np.exp(base.spread * errors)
        flows[:, diagonal, diagonal] = home[some]
        solved = solve_hat(flows, np.exp(effects[some, None, None] * cells), elasticities[some], base.areas)
        gains.append(PER_CENT * (solved.real_income[solved.is_converged] - 1))
        failed += int((~solved.is_converged).sum())
        if progress:
            progress(some.stop, assumptions.draws)
    return Draws(np.concatenate(gains), failed) if gains else Draws.none(len(base.areas))
