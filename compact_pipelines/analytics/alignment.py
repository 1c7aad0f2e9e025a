"""How alike areas stand towards one list of instruments, where each is known, and between which bounds otherwise.

Unknown is never 'not adopted'. A value speaks of the instruments for which both areas are known; `low` and `high` say
between which ends it lies whatever the unknown turns out to be; `documented` is what it would be if nothing that no
text shows were true. The three are never mixed.

Source: the measures are Jaccard's, the cosine of two sets, Hamming's and Cohen's weighted kappa, with squared weights
unless said; that kappa and not the share of agreement corrects for chance is Haege's point (Political Analysis, 2011).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from compact_pipelines.analytics.adoption import LEVELS, TAKEN_ON, Adoption, Matrix, adoption_at

Texts = NDArray[np.object_]

SQUARED: Final = 2
METRICS: Final = ("jaccard", "cosine", "hamming", "kappa")
SCHEMA: Final = {
    "area_1": pl.String,
    "area_2": pl.String,
    "time_period": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "documented": pl.Float64,
    "instruments_count": pl.Int64,
    "listed_count": pl.Int64,
    "list_version": pl.String,
    "reason": pl.String,
}


@dataclass(frozen=True)
class Measure:
    """One measure of all pairs; each (areas, areas), symmetric, NaN where there is none.

    Attributes:
        value: over the instruments for which both areas are known.
        low: least value over every way in which the unknown can turn out.
        high: greatest value over them.
        documented: value if every unknown turned out not to be taken on.
        reason: why there is no value; None where there is one.
    """

    value: Matrix
    low: Matrix
    high: Matrix
    documented: Matrix
    reason: Texts


def jointly_known(adoption: Adoption) -> NDArray[np.int64]:
    """K, (areas, areas): instruments of some weight for which both areas are known."""
    known = (~np.isnan(adoption.levels) & (adoption.weights > 0)).astype(np.int64)
    counts: NDArray[np.int64] = known @ known.T
    return counts


def measure_alignment(adoption: Adoption, *, power: int = SQUARED) -> dict[str, Measure]:
    """Jaccard, cosine, Hamming and weighted kappa of every pair; an instrument counts by its weight.

    Jaccard, what both have over what either has, ignores what neither has; Hamming, the share of instruments on which
    they differ, rewards it; cosine is what both have over the root of the product of what each has. These are 0 to 1;
    Hamming alone is 0 for the most alike. Kappa sets the distance between levels against chance: 1 alike, 0 as by
    chance, with squared distances never below -1.

    Args:
        adoption: statuses at one date.
        power: distance between levels in kappa: 2 squared, 1 linear.

    Returns:
        Metric to its measure. Kappa has bounds only where nothing is unknown, since what chance would give moves with
        the unknown too, and no documented value, since it compares levels.
    """
    cells = _cells(adoption)
    joint = jointly_known(adoption) > 0
    found = {
        "jaccard": _jaccard(cells),
        "cosine": _cosine(cells),
        "hamming": _hamming(cells),
        "kappa": _kappa(adoption, cells, power),
    }
    return {name: _with_reason(name, measure, joint) for name, measure in found.items()}


def measure_jaccard(adoption: Adoption) -> Measure:
    """The first of `measure_alignment` alone, for what asks it again and again."""
    return _with_reason("jaccard", _jaccard(_cells(adoption)), jointly_known(adoption) > 0)


@dataclass(frozen=True)
class _Cells:
    """Weights of the instruments by what is known of a pair; h has, n has not, u unknown; first of the first area."""

    hh: Matrix
    hn: Matrix
    nn: Matrix
    hu: Matrix
    nu: Matrix
    uu: Matrix
    uu_whole: bool  # all weights alike, so that a half of the unknown is a half of the instruments
    unit: float

    @property
    def nh(self) -> Matrix:
        return self.hn.T

    @property
    def differ(self) -> Matrix:
        return self.hn + self.hn.T

    @property
    def half(self) -> Matrix:
        """Known of one to have, unknown of the other."""
        return self.hu + self.hu.T

    @property
    def unknown(self) -> Matrix:
        return self.half + self.nu + self.nu.T + self.uu


def _cells(adoption: Adoption) -> _Cells:
    levels, weights = adoption.levels, adoption.weights
    has, hasnt, unknown = levels >= TAKEN_ON, levels < TAKEN_ON, np.isnan(levels)
    counted = weights[weights > 0]
    alike = bool(counted.size == 0 or np.ptp(counted) == 0)

    def sums(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Matrix:
        total: Matrix = (one * weights) @ other.T.astype(np.float64)
        return total

    return _Cells(
        hh=sums(has, has),
        hn=sums(has, hasnt),
        nn=sums(hasnt, hasnt),
        hu=sums(has, unknown),
        nu=sums(hasnt, unknown),
        uu=sums(unknown, unknown),
        uu_whole=alike,
        unit=float(counted[0]) if alike and counted.size else 1.0,
    )


def _ratio(above: Matrix, below: Matrix) -> Matrix:
    """Element by element; 0/0 is NaN."""
    out = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out


def _measure(value: Matrix, low: Matrix, high: Matrix, documented: Matrix) -> Measure:
    return Measure(value, low, high, documented, np.full(value.shape, None, dtype=object))


def _jaccard(cells: _Cells) -> Measure:
    union = cells.hh + cells.differ
    # Least: one has what is unknown of either and the other has it not. Most: both have it wherever they can.
    widest = union + cells.unknown
    alike = cells.hh + cells.half + cells.uu
    low = _ratio(cells.hh, widest)
    high = _ratio(alike, alike + cells.differ)
    return _measure(
        _ratio(cells.hh, union), low, np.where(np.isnan(high), low, high), _ratio(cells.hh, union + cells.half)
    )


def _cosine(cells: _Cells) -> Measure:
    first, second = cells.hh + cells.hn, cells.hh + cells.nh
    alike = cells.hh + cells.half + cells.uu
    high = _ratio(alike, np.sqrt((alike + cells.hn) * (alike + cells.nh)))
    # Least: nothing unknown is shared, and the product of both sets is as great as it gets. With unequal weights the
    # unknown of both is taken as divisible: a bound that no outcome passes.
    own, other = first + cells.hu + cells.nu.T, second + cells.hu.T + cells.nu
    to_first = np.clip((other + cells.uu - own) / 2, 0, cells.uu)
    if cells.uu_whole:
        to_first = np.floor(to_first / cells.unit + 0.5) * cells.unit
    least = _ratio(cells.hh, np.sqrt((own + to_first) * (other + cells.uu - to_first)))
    high = np.where(np.isnan(high), least, high)
    # A set that may turn out empty has no cosine then: what remains is no less than 0.
    low = np.where(np.isnan(least) & ~np.isnan(high), 0.0, np.minimum(least, least.T))
    documented = _ratio(cells.hh, np.sqrt((first + cells.hu) * (second + cells.hu.T)))
    return _measure(_ratio(cells.hh, np.sqrt(first * second)), low, high, documented)


def _hamming(cells: _Cells) -> Measure:
    known = cells.hh + cells.differ + cells.nn
    listed = known + cells.unknown
    return _measure(
        _ratio(cells.differ, known),
        _ratio(cells.differ, listed),
        _ratio(cells.differ + cells.unknown, listed),
        _ratio(cells.differ + cells.half, listed),
    )


def _kappa(adoption: Adoption, cells: _Cells, power: int) -> Measure:
    levels, weights = adoption.levels, adoption.weights
    known = ~np.isnan(levels)
    shape = (len(adoption.areas),) * 2
    observed, expected = np.zeros(shape), np.zeros(shape)
    at = [(levels == level) for level in LEVELS]
    total: Matrix = (known * weights) @ known.T.astype(np.float64)
    # How often the first area stands at a level, over what both are known for.
    own = [(one * weights) @ known.T.astype(np.float64) for one in at]
    for first, one in enumerate(at):
        for second, other in enumerate(at):
            distance = float(abs(LEVELS[first] - LEVELS[second]) ** power)
            if distance:
                observed += distance * ((one * weights) @ other.T.astype(np.float64))
                expected += distance * own[first] * own[second].T
    value = 1 - _ratio(observed * total, expected)
    whole = np.where(cells.unknown == 0, value, np.nan)
    return _measure(value, whole, whole, np.full(shape, np.nan))


def _with_reason(name: str, measure: Measure, joint: NDArray[np.bool_]) -> Measure:
    """Why there is no value: nothing known of both, nobody has any of it, one has none (cosine), all alike (kappa)."""
    undefined = {"jaccard": "both_empty", "cosine": "an_empty_set", "hamming": "no_weight", "kappa": "no_variation"}
    reason = measure.reason.copy()
    reason[np.isnan(measure.value)] = undefined[name]
    reason[~joint] = "no_joint_knowledge"
    return Measure(measure.value, measure.low, measure.high, measure.documented, reason)


def build_alignment(
    history: pl.DataFrame, areas: Collection[str], instruments: Mapping[str, str], periods: Sequence[str]
) -> pl.DataFrame:
    """Measure every pair of areas at the end of every period.

    Args:
        history: as for `adoption_at`.
        areas: to be compared.
        instruments: instrument to the day, month or year of its own adoption.
        periods: years or months.

    Returns:
        (pairs * periods * 4, SCHEMA), sorted by pair, period and metric.
    """
    ordered = sorted(areas)
    first, second = np.triu_indices(len(ordered), k=1)
    frames = [pl.DataFrame(schema=SCHEMA)]
    for period in periods:
        adoption = adoption_at(history, ordered, instruments, period)
        counts = jointly_known(adoption)[first, second]
        for name, measure in measure_alignment(adoption).items():
            columns = {part: getattr(measure, part)[first, second] for part in ("value", "low", "high", "documented")}
            frames.append(
                pl.DataFrame(
                    {
                        "area_1": [ordered[place] for place in first],
                        "area_2": [ordered[place] for place in second],
                        "time_period": period,
                        "metric": name,
                        **columns,
                        "instruments_count": counts,
                        "listed_count": len(adoption.instruments),
                        "list_version": adoption.list_version,
                        "reason": measure.reason[first, second].tolist(),
                    },
                    schema=SCHEMA,
                ).with_columns(pl.col(pl.Float64).fill_nan(None))
            )
    return pl.concat(frames).sort("area_1", "area_2", "time_period", "metric")
