"""Is there a core that ties with itself and a periphery that ties with the core? How near areas are to it."""

from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from compact_pipelines.analytics.graphs import Matrix, weights

Values = NDArray[np.float64]

# Three areas always fit: three ties, three numbers.
MIN_AREAS: Final = 4
RANDOM_STARTS: Final = 2
SEED: Final = 17
CONSTANT: Final = 1e-9  # ties whose spread is below this share of the largest are all alike
STRETCH: Final = 2.0
STEPS: Final = 120
SETTLED: Final = 1e-13  # of the sum of squares at the start
DAMPING: Final = 1e-3
MOST_DAMPING: Final = 1e10


def measure_coreness(graph: "nx.DiGraph[str]") -> tuple[dict[str, float], float | None]:
    """Coreness c of every area, 0 to 1 with the highest at 1, and the fit: the correlation of S_ij with c_i c_j.

    Symmetric, weighted, pairs without a tie counted as 0, an area's tie with itself left out. A fit near 1 says that
    one core explains the ties; far from it coreness should not be read.

    c is what makes the sum of squares of S_ij - c_i c_j over pairs of areas least, c not below 0. The correlation
    itself is not climbed: it also grows where all c are nearly alike and their small differences add up, which is no
    core. There may be several valleys: they are descended from the leading eigenvector, from strength, from the best
    core of the k strongest areas for every k, and from two random starts by a fixed seed; the deepest is kept.

    Returns:
        Coreness by area, and the fit. Empty and None with fewer than four areas or where all ties are alike: any or no
        core explains those; and where one hub has all there is: its coreness has then no upper end, that of the others
        no lower one.

    Source: Borgatti and Everett, Models of core/periphery structures, Social Networks 21 (1999), continuous model;
    least squares without the diagonal: Comrey, The minimum residual method of factor analysis (1962).
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    if len(both) < MIN_AREAS:
        return {}, None
    ties = both[np.triu_indices(len(both), 1)]
    if np.ptp(ties) <= CONSTANT * ties.max():
        return {}, None
    scaled = both / both.max()
    cores = [_descend(scaled, start) for start in _starts(scaled)]
    missed = [float((_left(scaled, core) ** 2).sum()) for core in cores]
    # Valleys alike to rounding are one; the first is kept, so that a rerun keeps the same.
    best = min(range(len(cores)), key=lambda place: (round(missed[place] / missed[0], 9), place))
    fit = correlate(scaled, cores[best])
    if fit is None or _has_no_end(scaled, cores[best]):
        return {}, None
    return dict(zip(graph, (cores[best] / cores[best].max()).tolist(), strict=True)), fit


def correlate(ties: Matrix, core: Values) -> float | None:
    """Correlation of ties with the pattern core_i core_j over pairs of areas; None where the pattern is flat.

    Args:
        ties: (n, n) symmetric, not all alike.
        core: (n,) coreness.
    """
    own, other = np.triu_indices(len(core), 1)
    pattern = core[own] * core[other]
    if np.ptp(pattern) <= CONSTANT * pattern.max(initial=0.0):
        return None
    return float(np.corrcoef(ties[own, other], pattern)[0, 1])


def _left(ties: Matrix, core: Values) -> Matrix:
    """What the pattern leaves of the ties, 0 on the diagonal."""
    left: Matrix = ties - np.outer(core, core)
    np.fill_diagonal(left, 0.0)
    return left


def _has_no_end(ties: Matrix, core: Values) -> bool:
    """Whether more for the hub and less for all others, their ties with it unchanged, misses no more."""
    stretched = core / STRETCH
    hub = int(np.argmax(core))
    stretched[hub] = core[hub] * STRETCH
    missed, found = (float((_left(ties, some) ** 2).sum()) for some in (stretched, core))
    return missed <= found * (1 + CONSTANT)


def _descend(ties: Matrix, start: Values) -> Values:
    """From a start to the bottom of its valley, an area at a time and all together in turn.

    The first finds who stays at 0, the second is Newton's step with damping (Levenberg, Marquardt) for the others.
    """
    own, other = np.triu_indices(len(ties), 1)
    pattern = start[own] * start[other]
    core: Values = start * np.sqrt(float(pattern @ ties[own, other]) / float(pattern @ pattern))
    squares = limit = float((_left(ties, core) ** 2).sum())
    damping = DAMPING
    for _ in range(STEPS):
        core = _one_by_one(ties, core)
        core, damping = _together(ties, core, damping)
        before, squares = squares, float((_left(ties, core) ** 2).sum())
        if before - squares <= SETTLED * limit:
            break
    return core


def _one_by_one(ties: Matrix, core: Values) -> Values:
    """Each area at what is best for it with the others as they are."""
    core = core.copy()
    squares = float(core @ core)
    for area in range(len(core)):
        others = squares - core[area] ** 2
        if others > 0:
            best = max(float(ties[area] @ core), 0.0) / others  # an area has no tie with itself
            squares = others + best**2
            core[area] = best
    return core


def _together(ties: Matrix, core: Values, damping: float) -> tuple[Values, float]:
    """One step of all areas above 0 that makes the sum of squares fall, or none; and the damping that did."""
    left = _left(ties, core)
    squares = float((left**2).sum())
    free = np.flatnonzero(core > 0)
    bend = np.outer(core, core) - left
    np.fill_diagonal(bend, (core**2).sum() - core**2)
    bend, slope = bend[np.ix_(free, free)], (-left @ core)[free]
    scale = np.abs(np.diag(bend)) + DAMPING * np.abs(np.diag(bend)).max()
    while damping < MOST_DAMPING:
        step = np.zeros(len(core))
        step[free] = np.linalg.solve(bend + np.diag(damping * scale), -slope)
        following: Values = np.maximum(core + step, 0.0)
        if float((_left(ties, following) ** 2).sum()) < squares:
            return following, damping * 0.2
        damping *= 8
    return core, DAMPING


def _starts(ties: Matrix) -> list[Values]:
    _, vectors = np.linalg.eigh(ties)
    strength = ties.sum(axis=1)
    strongest = np.argsort(-strength, kind="stable")
    cores = []
    for size in range(2, len(strength)):
        core = np.full(len(strength), 0.05)
        core[strongest[:size]] = 1.0
        cores.append(core)
    best = max(cores, key=lambda core: correlate(ties, core) or 0.0)
    draw = np.random.default_rng(SEED)
    return [np.abs(vectors[:, -1]) + 1e-6, strength, best, *draw.uniform(0.01, 1, (RANDOM_STARTS, len(strength)))]
