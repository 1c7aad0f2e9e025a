"""What a reader may ask the model: how many draws, which elasticity and which seed; checked here for all questions."""

from typing import Final

from compact_pipelines.analytics.gravity.draws import Assumptions
from compact_pipelines.errors import UsageError
from compact_pipelines.scenarios.inputs import Inputs

# Fewer draws give no 5th and 95th percentile worth the name.
FEWEST_DRAWS: Final = 500
MOST_DRAWS: Final = 20_000
# Nearer to 1 gains go beyond all bounds, and no estimate of the elasticity is that low.
LEAST_SIGMA: Final = 1.5
MOST_SIGMA: Final = 100.0


def assumptions_of(
    inputs: Inputs, *, sigma: float | None = None, draws: int | None = None, seed: int | None = None
) -> Assumptions:
    """What the model is told, as stated in the edition where a reader has chosen nothing.

    Args:
        inputs: from `load_inputs`.
        sigma: an elasticity that point estimate and draws hold; the stated point and range if none is given.
        draws: how many; as stated if not given.
        seed: of the draws; as stated if not given.

    Raises:
        UsageError: one is out of range; what is allowed is told.
    """
    stated = inputs.model
    count = stated.draws.asked if draws is None else draws
    if not FEWEST_DRAWS <= count <= MOST_DRAWS:
        raise UsageError(f"{count} draws were asked for; allowed are {FEWEST_DRAWS} to {MOST_DRAWS:,}")
    if sigma is not None and not LEAST_SIGMA <= sigma <= MOST_SIGMA:
        raise UsageError(f"sigma is {sigma:g}; allowed are {LEAST_SIGMA:g} to {MOST_SIGMA:g}")
    if seed is not None and seed < 0:
        raise UsageError(f"seed is {seed}; allowed are 0 and more")
    return Assumptions(
        beta=inputs.beta,
        beta_se=inputs.beta_se,
        sigma=stated.sigma.point if sigma is None else sigma,
        sigma_low=stated.sigma.low if sigma is None else sigma,
        sigma_high=stated.sigma.high if sigma is None else sigma,
        draws=count,
        seed=stated.draws.seed if seed is None else seed,
    )
