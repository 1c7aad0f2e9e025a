"""What a change of trade costs does to prices, trade and real income: the gravity model solved in changes.

One good an area, bought everywhere with one elasticity of substitution (Armington); what is produced is given. Flows
of the base year say all that the model has to know of costs and tastes, so nothing is solved for but changes.

Source: Dekle, Eaton and Kortum, Global rebalancing with gravity (IMF Staff Papers 55, 2008); Arkolakis, Costinot and
Rodriguez-Clare, New trade models, same old gains? (American Economic Review 102, 2012), whose identity is a test.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

from compact_pipelines.errors import ModelRefused

Floats: TypeAlias = NDArray[np.float64]

TOLERANCE: Final = 1e-12
MOST_ITERATIONS: Final = 500
LONGEST_STEP: Final = 1.0  # of a log price, in one step of Newton's
NAMED_AREAS: Final = 12
STACKED: Final = 3  # dimensions of draws of matrices


@dataclass(frozen=True)
class Hat:
    """The new equilibrium over the old one, per draw (D) and area (n).

    Attributes:
        price: (D, n) what an area gets for its good; the sum of price times output stays as it was, in each part of the
            areas that trades with no other.
        price_index: (D, n) what an area pays for all it buys.
        real_income: (D, n) price over price index: above 1 is a gain.
        shares: (D, n, n) of each buyer's (column) expenditure, by seller (row); columns sum to 1.
        exports: (D, n) value of sales to others over what it was, in the unit that price is in; nan where it was 0.
        residual: (D,) greatest relative gap between what an area sells and what it earns.
        is_converged: (D,) whether the residual is within the tolerance.
        iterations: steps taken, of all draws together.
    """

    price: Floats
    price_index: Floats
    real_income: Floats
    shares: Floats
    exports: Floats
    residual: Floats
    is_converged: NDArray[np.bool_]
    iterations: int


def require_flows(flows: Floats, areas: Sequence[str] | None = None) -> None:
    """Refuse flows that the model cannot run on.

    Args:
        flows: (n, n) or (D, n, n), seller in rows, buyer in columns, sales at home on the diagonal; any one unit.
        areas: names of the n areas; their places if not given.

    Raises:
        ModelRefused: fewer than two areas, no square, a missing or negative flow, or sales at home that are missing
            or not above zero. The areas are named: a zero in their place would pretend that they buy all abroad.
    """
    shape = flows.shape
    if flows.ndim not in {STACKED - 1, STACKED} or shape[-1] != shape[-2]:
        raise ModelRefused(f"flows have the shape {shape}; allowed is a square of sellers and buyers, or draws of such")
    count = shape[-1]
    if count < 2:  # noqa: PLR2004  (a model of trade needs two)
        raise ModelRefused(f"the base has {count} area; a model of trade needs at least two")
    names = list(areas) if areas is not None else [f"area {place + 1}" for place in range(count)]
    stack = flows.reshape(-1, count, count)
    is_sound = np.all(np.isfinite(stack) & (stack >= 0), axis=0)
    home = np.diagonal(stack, axis1=1, axis2=2)
    if missing := _named(names, ~np.all(np.isfinite(home) & (home > 0), axis=0)):
        raise ModelRefused(
            f"sales at home are missing or not above zero for {missing}; the model needs them. Leave these areas out, "
            "or supply what they sell at home; a zero is no stand-in"
        )
    if named := _named(names, ~np.all(is_sound, axis=1)):
        raise ModelRefused(f"flows from {named} are missing or below zero; allowed are zero and more")


def solve_hat(flows: ArrayLike, shock: ArrayLike, sigma: ArrayLike, areas: Sequence[str] | None = None) -> Hat:
    """Solve the model in changes, all draws at once.

    Areas that trade with none of the others are a world of their own: each such part is solved by itself. Newton's
    method on log prices; a draw that it does not bring nearer takes the damped step of the textbooks instead. Each
    area's deficit grows with its price, and all by one factor more so that a world still spends what it earns.

    Args:
        flows: (n, n) or (D, n, n) base flows, seller in rows, sales at home on the diagonal; any one unit.
        shock: (n, n) or (D, n, n) change of trade costs to the power 1 - sigma: exp(beta * change of agreement);
            1 where nothing changes.
        sigma: number or (D,) elasticity of substitution, above 1.
        areas: names for the errors.

    Returns:
        The changes; D is the greatest number of draws that any input has.

    Raises:
        ModelRefused: flows as in `require_flows`; a sigma not above 1; a shock that is no positive number.
    """
    base, change = np.asarray(flows, dtype=np.float64), np.asarray(shock, dtype=np.float64)
    require_flows(base, areas)
    elasticity = np.atleast_1d(np.asarray(sigma, dtype=np.float64))
    if not (np.isfinite(elasticity).all() and (elasticity > 1).all()):
        raise ModelRefused(f"sigma is {np.min(elasticity):g}; the elasticity of substitution must be above 1")
    if change.shape[-2:] != base.shape[-2:] or not (np.isfinite(change).all() and (change > 0).all()):
        raise ModelRefused("a change of trade costs must be a positive number for each pair of areas; 1 is no change")
    base, change = (stack if stack.ndim == STACKED else stack[None] for stack in (base, change))
    parts = _parts(base)
    if len(parts) == 1:
        return _solved(base, change, elasticity)
    hats = [_solved(base[:, part[:, None], part], change[:, part[:, None], part], elasticity) for part in parts]
    return _joined(hats, parts)


def _parts(base: Floats) -> list[NDArray[np.int64]]:
    """Places of the areas that trade with each other, directly or by way of others."""
    count, labels = connected_components((base > 0).any(axis=0), directed=False)
    return [np.flatnonzero(labels == label) for label in range(count)]


def _joined(hats: Sequence[Hat], parts: Sequence[NDArray[np.int64]]) -> Hat:
    """The parts of a world as one: as good as the worst of them."""
    draws, count = len(hats[0].residual), sum(len(part) for part in parts)
    by_area = {name: np.empty((draws, count)) for name in ("price", "price_index", "real_income", "exports")}
    shares = np.zeros((draws, count, count))
    for hat, part in zip(hats, parts, strict=True):
        shares[:, part[:, None], part] = hat.shares
        for name, told in by_area.items():
            told[:, part] = getattr(hat, name)
    residual = np.max([hat.residual for hat in hats], axis=0)
    iterations = sum(hat.iterations for hat in hats)
    return Hat(**by_area, shares=shares, residual=residual, is_converged=residual <= TOLERANCE, iterations=iterations)


def _solved(base: Floats, change: Floats, elasticity: Floats) -> Hat:
    """Areas that all trade with each other, at the least by way of others: stacks of draws."""
    draws = max(len(base), len(change), len(elasticity))
    sales, expenditure = base.sum(axis=2), base.sum(axis=1)
    weights = base / expenditure[:, None, :] * change
    weights, sales, expenditure = (
        np.broadcast_to(stack, (draws, *stack.shape[1:])) for stack in (weights, sales, expenditure)
    )
    market = _Market(weights, sales, expenditure, np.broadcast_to(elasticity, (draws,)))
    log_price, iterations = _equilibrium(market)
    return _told(market, log_price, iterations, np.broadcast_to(base, (draws, *base.shape[1:])))


@dataclass(frozen=True)
class _Market:
    """What does not move while prices are sought: cost-weighted shares, incomes, expenditures, sigma, by draw."""

    weights: Floats
    sales: Floats
    expenditure: Floats
    sigma: Floats

    def of(self, draws: NDArray[np.bool_]) -> "_Market":
        return _Market(self.weights[draws], self.sales[draws], self.expenditure[draws], self.sigma[draws])

    def trade(self, log_price: Floats) -> tuple[Floats, Floats, Floats]:
        """New shares of expenditure, new flows, and log price indices."""
        power = 1 - self.sigma[:, None]
        shares = self.weights * np.exp(power * log_price)[:, :, None]
        total = shares.sum(axis=1)
        shares /= total[:, None, :]
        income, spent = np.exp(log_price) * self.sales, np.exp(log_price) * self.expenditure
        # Deficits that grow with prices would no longer sum to zero: one factor for all brings them back.
        spent *= (income.sum(axis=1) / spent.sum(axis=1))[:, None]
        return shares, shares * spent[:, None, :], np.log(total) / power

    def gap(self, log_price: Floats, flows: Floats) -> Floats:
        """Log of what an area sells over what it earns."""
        gap: Floats = np.log(flows.sum(axis=2)) - log_price - np.log(self.sales)
        return gap

    def normalised(self, log_price: Floats) -> Floats:
        """The same prices, with the world's income as it was."""
        world = (np.exp(log_price) * self.sales).sum(axis=1) / self.sales.sum(axis=1)
        scaled: Floats = log_price - np.log(world)[:, None]
        return scaled


def _equilibrium(market: _Market) -> tuple[Floats, int]:
    """Log prices at which every area earns what it sells; draws that are there rest."""
    log_price = np.zeros(market.sales.shape)
    active = np.ones(len(log_price), dtype=np.bool_)
    for iteration in range(MOST_ITERATIONS):
        some = market.of(active)
        old = log_price[active]
        shares, flows, _ = some.trade(old)
        gap = some.gap(old, flows)
        size = np.abs(gap).max(axis=1)
        is_there = size <= TOLERANCE / 10
        if is_there.all():
            return log_price, iteration
        new = some.normalised(old + _newton_step(some, shares, flows, gap))
        worse = ~(np.abs(some.gap(new, some.trade(new)[1])).max(axis=1) < size)
        new[worse] = some.normalised(old + gap / some.sigma[:, None])[worse]
        # A step that no longer helps is at the limit of double precision.
        stays = is_there | (worse & (size <= TOLERANCE))
        new[stays] = old[stays]
        log_price[active] = new
        active[np.flatnonzero(active)[stays]] = False
        if not active.any():
            return log_price, iteration
    return log_price, MOST_ITERATIONS


def _newton_step(market: _Market, shares: Floats, flows: Floats, gap: Floats) -> Floats:
    """Step of log prices; the world's income, which the equations leave open, is held to first order."""
    sigma = market.sigma[:, None, None]
    sold = flows / flows.sum(axis=2, keepdims=True)
    slope = sold + (sigma - 1) * (sold @ shares.transpose(0, 2, 1))
    places = np.arange(slope.shape[1])
    slope[:, places, places] -= sigma[:, :, 0]
    spent = flows.sum(axis=1)
    slope -= (spent / spent.sum(axis=1, keepdims=True))[:, None, :]
    try:
        step: Floats = np.linalg.solve(slope, -gap[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # a slope without an inverse, at prices far apart: the damped step leads away
        return gap / market.sigma[:, None]
    return np.clip(step, -LONGEST_STEP, LONGEST_STEP)


def _told(market: _Market, log_price: Floats, iterations: int, base: Floats) -> Hat:
    log_price = market.normalised(log_price)
    shares, flows, log_index = market.trade(log_price)
    residual = np.abs(market.gap(log_price, flows)).max(axis=1)
    price = np.exp(log_price)
    abroad = 1 - np.eye(flows.shape[1])  # a sum less what is sold at home would lose the digits of small exports
    sold, was_sold = ((stack * abroad).sum(axis=2) for stack in (flows, base))
    exports = np.divide(sold, was_sold, out=np.full_like(sold, np.nan), where=was_sold > 0)
    index = np.exp(log_index)
    return Hat(
        price=price,
        price_index=index,
        real_income=np.exp(log_price - log_index),
        shares=shares,
        exports=exports,
        residual=residual,
        is_converged=residual <= TOLERANCE,
        iterations=iterations,
    )


def _named(names: Sequence[str], is_meant: Iterable[bool]) -> str:
    """The areas that are meant, as a list for a sentence; blank if none is."""
    meant = [name for name, is_one in zip(names, is_meant, strict=True) if is_one]
    more = f" and {len(meant) - NAMED_AREAS} more" if len(meant) > NAMED_AREAS else ""
    return ", ".join(meant[:NAMED_AREAS]) + more
