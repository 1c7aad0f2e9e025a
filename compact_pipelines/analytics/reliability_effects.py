"""What is read off cross tables of mirror cells by least squares: an effect of every area as exporter and importer.

Two published methods live here: BACI's reporting distance and the Growth Lab's asymmetry. Ours is in
`reliability_spread`. Everything is matrices of areas, years and subjects; no rows.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from compact_pipelines.analytics.reliability_standing import Flags, Keep, Standing, everything
from compact_pipelines.analytics.reliability_tables import Floats, Panel, Subjects

# A share of the mean diagonal that keeps what the data do not determine from being divided by zero, and how much
# larger than an area's usual uncertainty one must be to be taken as not determined.
RIDGE: Final = 1e-9
NOT_DETERMINED: Final = 1e5


@dataclass(frozen=True)
class Effects:
    """Estimates of one method.

    Attributes:
        values: (roles, areas), NaN where an area has none.
        covariance: (roles, areas, areas).
        refit: the same with areas or years left out: (roles, areas).
    """

    values: Floats
    covariance: Floats
    refit: Callable[[Keep], Floats]


def crossed(own: Floats, mixed: Floats, other: Floats) -> Floats:
    """The normal matrix of an exporter's and an importer's effect per cell, from (areas, areas) weights: 2n by 2n."""
    return np.block([[np.diag(own.sum(axis=1)), mixed], [mixed.T, np.diag(other.sum(axis=0))]])


def margins(values: Floats) -> Floats:
    """Sums by exporter, then by importer: (2 * areas)."""
    return np.concatenate([values.sum(axis=1), values.sum(axis=0)])


def solved(matrix: Floats, right: Floats) -> Floats:
    """The solution of a symmetric positive definite system."""
    answer: Floats = cho_solve(cho_factor(matrix), right)
    return answer


def _scale(matrix: Floats) -> float:
    """The mean of the diagonal, of effects that have cells."""
    return float(np.diag(matrix)[np.diag(matrix) > 0].mean())


def _constrained(matrix: Floats, constraints: Floats) -> Floats:
    """A normal matrix with effects whose sums, one a row, are to be zero; effects without cells come out as 0."""
    scale = _scale(matrix)
    fixed = sum((scale * np.outer(row, row) / (row @ row) for row in constraints if row.any()), np.zeros(matrix.shape))
    held: Floats = matrix + fixed + RIDGE * scale * np.eye(len(matrix))
    return held


def _known(inverse: Floats, matrix: Floats) -> Flags:
    """Which effects the data determine."""
    return np.diag(inverse) * _scale(matrix) < NOT_DETERMINED


# The Growth Lab's asymmetry


def fit_asymmetry(panel: Panel, standing: Standing) -> Effects:
    """D_ij = a_i + a_j + e, or a_i + b_j + e, by least squares; the reliability of an area is 1 - a.

    This is the least squares that the Growth Lab's document states, not the 25 iterations of its published code. Every
    mirror cell counts once. With one effect per area (a standing of one role) the level is determined; with two, a
    constant can be moved from one role to the other, and is put where the areas that stand in both roles have the same
    mean in both. Errors are those of pairs that may be alike within a pair (sandwich over pairs), not of cells.

    Args:
        panel: cross tables.
        standing: who is a member; of one role or of two.

    Returns:
        a (and b): expected asymmetry added by the area, near 0 to 1; noise may take it below 0.
    """
    roles, areas = standing.members.shape
    inside = np.outer(standing.members[0], standing.members[-1])

    def folded(sums: Floats) -> Floats:
        """Normal equations of two roles as those of one effect per area, where there is one."""
        shape = (2 // roles, roles * areas) * sums.ndim
        answer: Floats = sums.reshape(shape).sum(axis=tuple(range(0, 2 * sums.ndim, 2)))
        return answer

    def tables(keep: Keep) -> tuple[Floats, Floats, Floats, Floats]:
        """Counts and sums of pairs, and the normal equations of the effects."""
        held = inside * np.outer(keep.areas, keep.areas)
        counts = panel.mirrors[keep.years].sum(axis=0) * held
        sums = panel.asymmetry[keep.years].sum(axis=0) * held
        both = (counts.any(axis=1) & counts.any(axis=0)).astype(np.float64)
        level = np.concatenate([both, -both])[None, :] if roles > 1 else np.zeros((1, areas))
        matrix = _constrained(folded(crossed(counts, counts, counts)), level)
        return counts, sums, matrix, folded(margins(sums))

    def refit(keep: Keep) -> Floats:
        _, _, matrix, right = tables(keep)
        return solved(matrix, right).reshape(roles, areas)

    counts, sums, matrix, right = tables(everything(panel))
    inverse = solved(matrix, np.eye(len(matrix)))
    effects = inverse @ right
    ends = np.broadcast_to(effects.reshape(roles, areas), (2, areas))
    scores = (sums - counts * (ends[0][:, None] + ends[1][None, :])) ** 2
    pairs = int((counts > 0).sum())
    freedom = pairs / max(pairs - int(standing.members.sum()) + roles - 1, 1)
    covariance = freedom * inverse @ folded(crossed(scores, scores, scores)) @ inverse
    values = np.where(_known(inverse, matrix), effects, np.nan).reshape(roles, areas)
    return Effects(values, blocks(covariance, roles), refit)


def blocks(matrix: Floats, roles: int) -> Floats:
    """The blocks of each role on the diagonal: (roles, areas, areas)."""
    size = len(matrix) // roles
    return np.stack([matrix[role * size : (role + 1) * size, role * size : (role + 1) * size] for role in range(roles)])


# BACI's reporting distance


@dataclass(frozen=True)
class Equations:
    """Normal equations of exporters, importers and years (2 * areas + years), with subjects eliminated.

    Attributes:
        matrix, right: what is left of them after the elimination.
        constrained: the matrix with the effects of each kind summing to zero.
        diagonal: weight of every effect before the elimination.
        by_subject: weight of every effect and subject. (2 * areas + years, subjects)
        subjects: the subjects' own sums.
    """

    matrix: Floats
    right: Floats
    constrained: Floats
    diagonal: Floats
    by_subject: Floats
    subjects: Subjects

    @property
    def total(self) -> Floats:
        """Weight of every subject."""
        total: Floats = self.subjects.year_weight.sum(axis=0)
        return total

    def subject_effects(self, effects: Floats) -> Floats:
        """The eliminated effects, with the general mean in them: (subjects)."""
        answer: Floats = (self.subjects.weighted - self.by_subject.T @ effects) / self.total
        return answer


@dataclass(frozen=True)
class Means:
    """Least squares means, with the effects of the subjects around them."""

    means: Floats  # (2, areas)
    covariance: Floats  # (2, areas, areas)
    subject: Floats  # (subjects), sum to zero


def fit_reporting_distance(panel: Panel, standing: Standing, hold: Callable[[Subjects, Floats], Floats]) -> Effects:
    """BACI: RD = |ln(X / M)| on effects of exporter, importer, year and subject, each summing to zero.

    Weighted by ln(X + M), at least 1. Effects of subjects are eliminated from the normal equations, since their block
    is diagonal. A refit keeps the effects of subjects that the whole panel gave.

    Args:
        panel: cross tables.
        standing: who is a member, as exporter and as importer.
        hold: gives the sums of weight times the cell's subject effect as a cube, for the subjects' effects.

    Returns:
        Least squares means LS_RD (roles from and to), in logs, with the classical covariance of weighted least
        squares.

    Source: Gaulier and Zignago, BACI, CEPII working paper 2010-23.
    """
    subjects = panel.subjects_of()
    equations = _equations(panel.weight, panel.weighted, subjects, standing)
    fitted = _means(equations, panel)

    @functools.cache
    def rest() -> Floats:
        """Sums of weight times distance, without the subjects' effects."""
        return panel.weighted - hold(subjects, fitted.subject) if len(subjects.codes) > 1 else panel.weighted

    def refit(keep: Keep) -> Floats:
        mask = keep.years[:, None, None] & keep.areas[None, :, None] & keep.areas[None, None, :]
        weight, weighted = panel.weight * mask, rest() * mask
        whole = Subjects(
            from_weight=weight.sum(axis=(0, 2))[:, None],
            to_weight=weight.sum(axis=(0, 1))[:, None],
            year_weight=weight.sum(axis=(1, 2))[:, None],
            weighted=np.array([weighted.sum()]),
            codes=np.zeros(1, dtype=np.int64),
        )
        alone = _equations(weight, weighted, whole, standing)
        effects = solved(alone.constrained, alone.right)
        means: Floats = (effects + alone.subject_effects(effects).mean())[: fitted.means.size]
        return means.reshape(fitted.means.shape)

    return Effects(fitted.means, fitted.covariance, refit)


def _equations(weight: Floats, weighted: Floats, subjects: Subjects, standing: Standing) -> Equations:
    years, areas, _ = weight.shape
    by_from, by_to, by_pair = weight.sum(axis=2).T, weight.sum(axis=1).T, weight.sum(axis=0)
    core = np.block(
        [
            [crossed(by_pair, by_pair, by_pair), np.vstack([by_from, by_to])],
            [np.hstack([by_from.T, by_to.T]), np.diag(weight.sum(axis=(1, 2)))],
        ]
    )
    right = np.concatenate([margins(weighted.sum(axis=0)), weighted.sum(axis=(1, 2))])
    by_subject = np.vstack([subjects.from_weight, subjects.to_weight, subjects.year_weight])
    scaled = by_subject / subjects.year_weight.sum(axis=0)
    sums_to_zero = np.zeros((3, 2 * areas + years))
    sums_to_zero[0, :areas], sums_to_zero[1, areas : 2 * areas] = standing.members
    sums_to_zero[2, 2 * areas :] = 1
    matrix = core - scaled @ by_subject.T
    return Equations(
        matrix=matrix,
        right=right - scaled @ subjects.weighted,
        constrained=_constrained(matrix, sums_to_zero * (np.diag(core) > 0)),
        diagonal=np.diag(core),
        by_subject=by_subject,
        subjects=subjects,
    )


def _means(equations: Equations, panel: Panel) -> Means:
    """Weighted least squares of the whole panel: see `fit_reporting_distance`."""
    number = 2 * len(panel.areas)
    inverse = solved(equations.constrained, np.eye(len(equations.constrained)))
    effects = inverse @ equations.right
    subject, total = equations.subject_effects(effects), equations.total
    mean = float(subject.mean())
    kinds = 3  # of effects that sum to zero
    ranks = int((equations.diagonal > 0).sum()) - kinds + len(total)
    freedom = max(float(panel.ratios.sum()) - ranks, 1.0)
    weighted = equations.subjects.weighted
    explained = float(effects @ equations.right + weighted @ (weighted / total))
    variance = max(float(panel.squared.sum()) - explained, 0.0) / freedom
    contrast = np.eye(number, len(effects)) - (equations.by_subject / total).mean(axis=1)
    spread = contrast @ inverse
    covariance = variance * (spread @ equations.matrix @ spread.T + (1 / total).sum() / len(total) ** 2)
    is_known = (_known(inverse, equations.matrix) & (equations.diagonal > 0))[:number]
    means = np.where(is_known, effects[:number] + mean, np.nan)
    return Means(means.reshape(2, -1), blocks(covariance, 2), subject - mean)
