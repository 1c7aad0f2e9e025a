"""Our own estimate of reporters' errors: how far two reports are apart when each errs by a spread of its own."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import LinAlgError
from scipy.stats import norm

from compact_pipelines.analytics.reliability_effects import RIDGE, Effects, blocks, crossed, solved
from compact_pipelines.analytics.reliability_standing import Flags, Keep, Standing
from compact_pipelines.analytics.reliability_tables import Floats, Panel

# A distance counts as no more than this many of its expected standard deviations: 2 % of gross errors then move sigma
# by .02 instead of .08, and squares by .27 (made-up panel of the recovery test, sigma .05 to .6).
CUT: Final = 3.0
# Sigmas are taken to scatter about a common one by a factor of e^1 (one standard deviation of their logs), weakly
# enough for an area's own mirrors to decide wherever they can.
SCATTER: Final = 1.0
ROUNDS: Final = 40
STEPS: Final = 60
STEPS_OF_REFIT: Final = 6
ROUND_TOLERANCE: Final = 1e-6
STEP_TOLERANCE: Final = 1e-9
LONGEST_STEP: Final = 1.5  # of a log sigma
DAMPING: Final = 1e-3
GREATEST_DAMPING: Final = 1e8
LEAST_SIGMA: Final = 1e-4  # the floor: a report within a hundredth of a per cent
LEAST_LOG: Final = math.log(LEAST_SIGMA)


def cut_mean(cut: float) -> float:
    """E min(|z|, cut) of a standard normal z."""
    return float(2 * (norm.pdf(0) - norm.pdf(cut)) + 2 * cut * norm.sf(cut))


def cut_square(cut: float) -> float:
    """E min(z^2, cut^2) of a standard normal z."""
    return float(1 - 2 * cut * norm.pdf(cut) - 2 * norm.sf(cut) + 2 * cut * cut * norm.sf(cut))


MEAN: Final = cut_mean(CUT)
RELATIVE_VARIANCE: Final = cut_square(CUT) / MEAN**2 - 1
SLOPE: Final = float(2 * (norm.pdf(0) - norm.pdf(CUT))) / MEAN  # what is left of a change of sigma after the cut


@dataclass(frozen=True)
class Problem:
    """Mean distances of pairs and what they weigh.

    Attributes:
        distance: mean of the distances, cut. (areas, areas)
        weight: 1 / variance of a pair's distance relative to its expectation; 0 without cells. (areas, areas)
        present: which of the 2 * areas effects have cells.
    """

    distance: Floats
    weight: Floats
    present: Flags

    @property
    def scatter(self) -> Floats:
        """Curvature of the scatter of log sigmas about their mean."""
        present = self.present.astype(np.float64)
        together: Floats = (np.diag(present) - np.outer(present, present) / max(present.sum(), 1)) / SCATTER**2
        return together


def variances(logs: Floats) -> tuple[Floats, Floats]:
    """Of log sigmas (2 * areas): s_i^2 + t_j^2 per pair, and the exporter's share of it."""
    own, other = np.exp(2 * logs).reshape(2, -1)
    together = own[:, None] + other[None, :]
    return together, own[:, None] / together


def minimise(problem: Problem, logs: Floats, steps: int = STEPS) -> Floats:
    """Newton's method with damping on the deviance of mean distances whose spread is in proportion to their mean.

    Minimises the sum over pairs of weight * (m / mu + ln mu), mu = MEAN * sqrt(s_i^2 + t_j^2), plus the scatter.
    """
    scatter = problem.scatter
    damping = DAMPING

    def deviance(at: Floats) -> float:
        together, _ = variances(at)
        fit = problem.weight * (problem.distance / (MEAN * np.sqrt(together)) + 0.5 * np.log(together))
        return float(fit.sum() + 0.5 * at @ scatter @ at)

    lowest = deviance(logs)
    for _ in range(steps):
        together, share = variances(logs)
        ratio = problem.distance / (MEAN * np.sqrt(together))
        rest, pull = 1 - share, problem.weight * (1 - ratio)
        slope = _by_share(pull, share) + scatter @ logs
        is_fixed = ~problem.present | ((logs <= LEAST_LOG) & (slope > 0))
        slope[is_fixed] = 0.0
        bend, held = 2 * pull * share * rest, problem.weight * ratio
        curvature = crossed(held * share**2 + bend, held * share * rest - bend, held * rest**2 + bend)
        curvature += scatter
        curvature[is_fixed], curvature[:, is_fixed] = 0.0, 0.0
        curvature += np.diag(is_fixed.astype(np.float64))
        size = np.diag(np.concatenate([(problem.weight * share**2).sum(1), (problem.weight * rest**2).sum(0)]) + 1e-6)
        while damping < GREATEST_DAMPING:
            try:
                step = np.clip(solved(curvature + damping * size, slope), -LONGEST_STEP, LONGEST_STEP)
            except LinAlgError:  # not convex here: damp until it is
                damping = max(10 * damping, DAMPING)
                continue
            moved = np.maximum(logs - step, LEAST_LOG)
            if (reached := deviance(moved)) <= lowest + 1e-12 * abs(lowest):
                break
            damping = max(10 * damping, DAMPING)
        else:
            return logs
        longest = np.abs(moved - logs).max()
        logs, lowest, damping = moved, reached, damping / 10
        if longest < STEP_TOLERANCE:
            break
    return logs


def _by_share(values: Floats, share: Floats) -> Floats:
    return np.concatenate([(values * share).sum(axis=1), (values * (1 - share)).sum(axis=0)])


def fit_expected_distance(panel: Panel, standing: Standing) -> Effects:
    """E|ln(X / M)| = sqrt(2 / pi) * sqrt(s_i^2 + t_j^2): the s of an exporter and the t of an importer, in logs.

    Reports err by lognormal factors that know nothing of each other. Solved on the mean distance of every pair by the
    deviance that suits a mean whose spread is in proportion to it (as of a gamma distribution), with every distance
    cut at CUT expected standard deviations, so that gross errors move little. Pairs differ by more than their cells'
    chance; that excess is estimated and weighs pairs, so that one with thousands of cells does not outweigh all.

    What the data do not say is the level between the roles: a constant can be moved from all s_i^2 to all t_j^2 as
    long as all stay positive. It is where the sigmas of both roles, in logs, scatter least about a common one (by
    SCATTER, weakly). Equal mean variances would be decided by the worst reporter of either role, and on real panels
    leave the best ones without any error. Either way one role that errs far less than the other is evened out with it:
    sums s_i^2 + t_j^2, ranks within a role and intervals of two-sided flows hold, weights lean too little to its side.

    Args:
        panel: cross tables.
        standing: who is a member, as exporter and as importer.

    Returns:
        ln sigma for the roles from and to, with a sandwich covariance over pairs that holds what is not known of the
        level.
    """
    inside = np.outer(*standing.members)
    areas = len(inside)
    counts = panel.ratios * inside
    pairs = int((counts.sum(axis=0) > 0).sum())
    effects = int(standing.members.sum())
    freedom = pairs / max(pairs - effects, 1)

    def cut(at: Floats) -> Floats:
        """Sums of distances, none above its pair's limit: (years, areas, areas)."""
        bins = panel.bins
        together = np.minimum(bins.distance, bins.ratios * at.ravel()[bins.pair])
        place = bins.year * areas * areas + bins.pair
        sums: Floats = np.bincount(place, together, counts.size).reshape(counts.shape) * inside
        return sums

    def problem(sums: Floats, number: Floats, excess: float) -> Problem:
        held = number > 0
        distance = np.divide(sums, number, out=np.zeros(sums.shape), where=held)
        weight = np.where(held, 1 / (RELATIVE_VARIANCE / np.maximum(number, 1) + excess), 0.0)
        return Problem(distance, weight, np.concatenate([held.any(axis=1), held.any(axis=0)]))

    number = counts.sum(axis=0)
    held = number > 0
    posed = problem(cut(np.full(inside.shape, np.inf)).sum(axis=0), number, 0.0)
    middle = max(float(np.median(posed.distance[held])) / MEAN / math.sqrt(2), LEAST_SIGMA)
    logs, excess = np.full(2 * areas, math.log(middle)), 0.0
    for _ in range(ROUNDS):
        together, _ = variances(logs)
        sums = cut(CUT * np.sqrt(together))
        posed = problem(sums.sum(axis=0), number, excess)
        ratio = posed.distance[held] / (MEAN * np.sqrt(together[held])) - 1
        excess = max(0.0, float((freedom * ratio**2 - RELATIVE_VARIANCE / number[held]).mean()))
        before, logs = logs, minimise(problem(sums.sum(axis=0), number, excess), logs)
        if np.abs(logs - before).max() < ROUND_TOLERANCE:
            break
    posed = problem(sums.sum(axis=0), number, excess)

    def refit(keep: Keep) -> Floats:
        mask = np.outer(keep.areas, keep.areas)
        without = problem(sums[keep.years].sum(axis=0) * mask, counts[keep.years].sum(axis=0) * mask, excess)
        found = np.where(without.present, minimise(without, logs, STEPS_OF_REFIT), np.nan)
        return found.reshape(2, areas)

    values = np.where(posed.present, logs, np.nan).reshape(2, areas)
    return Effects(values, blocks(_covariance(posed, logs, freedom), 2), refit)


def _covariance(posed: Problem, logs: Floats, freedom: float) -> Floats:
    """Sandwich over pairs; the scatter of log sigmas stands as one more observation."""
    together, share = variances(logs)
    rest, scatter = 1 - share, posed.scatter
    weight = posed.weight
    ratio = np.where(weight > 0, posed.distance / (MEAN * np.sqrt(together)) - 1, 0.0)
    curvature = SLOPE * crossed(weight * share**2, weight * share * rest, weight * rest**2) + scatter
    curvature += np.diag(np.where(posed.present, RIDGE, 1.0))
    scores = freedom * (weight * ratio) ** 2
    found = crossed(scores * share**2, scores * share * rest, scores * rest**2) + scatter
    inverse = solved(curvature, np.eye(len(curvature)))
    answer: Floats = inverse @ found @ inverse
    return answer
