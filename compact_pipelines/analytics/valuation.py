"""What freight and insurance add to an import figure, as a share of the value at the exporter's border.

An import counted CIF holds freight and insurance, an export counted FOB does not: `FOB = CIF / (1 + c)`. The share c is
either a constant from the literature (schemas/valuation.yaml) or fitted here on pairs of which both sides report.
It is taken off only where the importer's figure truly holds freight; which those are is the caller's to say.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from compact_pipelines.contracts.parameters import FreightRule

TOO_FEW_CELLS: Final = "too_few_cells"
NOT_IDENTIFIED: Final = "not_identified"
NO_DISTANCE_EFFECT: Final = "distance_effect_not_positive"

CELLS_PER_COEFFICIENT: Final = 2  # fewer cells than this and the effects follow the noise
# The usual tuning: 95 % of the efficiency of least squares if errors are normal (Huber 1981; Beaton and Tukey 1974).
HUBER_TUNING: Final = 1.345
BISQUARE_TUNING: Final = 4.685
MAD_TO_SIGMA: Final = 1.4826  # the median absolute deviation of a normal error, times this, is its standard deviation
SMALLEST_SPREAD: Final = 1e-6  # of the logarithm; figures that fit to the last digit have none of their own
MOST_ROUNDS: Final = 100
CONVERGED: Final = 1e-10

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Coefficient:
    """An estimate and its standard error, clustered by pair: the years of one pair are no independent evidence."""

    value: float
    std_error: float


@dataclass(frozen=True)
class FreightFit:
    """What `fit_freight` found.

    Attributes:
        constant: a, at a distance of one kilometre without a common border; None where nothing could be estimated.
        distance: t1, the change of ln(CIF/FOB) for each unit of ln kilometres.
        contiguity: t2, for a common border; None where no pair, or every pair, of the panel has one.
        cells: how many cells the estimate rests on.
        outliers: how many of them got no weight, being too far from the rest.
        residual_spread: a robust standard deviation of what the fit leaves of ln(CIF/FOB).
        mean_share, median_share: of c over the pairs of the panel; None where the fit is not used.
        reason: why the fit is not used; None if it is.
        shares: (pairs with a distance, [from_area, to_area, freight_share]), sorted; the share is null where the fit is
            not used.
    """

    constant: Coefficient | None
    distance: Coefficient | None
    contiguity: Coefficient | None
    cells: int
    outliers: int
    residual_spread: float | None
    mean_share: float | None
    median_share: float | None
    reason: str | None
    shares: pl.DataFrame


def fit_freight(pairs: pl.DataFrame, distances: pl.DataFrame, *, clamp: tuple[float, float]) -> FreightFit:
    """Fit ln(CIF/FOB) = a + t1 ln kilometres + t2 border + exporter's effect + importer's effect.

    The effects of exporters, and those of importers, sum to zero. They are habits of reporting (origin or last
    destination, free zones, what is left out) and no freight, so the predicted share leaves them out:
    c = exp(a + t1 ln kilometres + t2 border) - 1. That takes for granted that habits cancel over the countries; no data
    of two sides can tell the mean habit from the mean freight.

    Gross errors are the rule in such ratios, so least squares are weighted: Huber's weights first, from which the
    spread of the residuals is kept, then Tukey's bisquare, which gives a cell no weight once it is 4.685 spreads away.
    No row is cut off by its ratio beforehand; that would pull the effect of distance towards zero.

    Where t1 is not above zero the fit makes no sense as freight. It then says so in `reason` and gives null shares, so
    that the caller goes on with a constant.

    Args:
        pairs: (cells, [from_area, to_area, sent, received, is_cif]); sent and received are independent reports of one
            flow in one unit; only cells with is_cif, both above zero and a distance are used.
        distances: (pairs, [from_area, to_area, distance_km, weighted_distance_km, is_contiguous]); the weighted
            distance is taken, the plain one where it is null.
        clamp: least and greatest share; a prediction outside is set to the nearer one.

    Returns:
        The fit. Reasons: `too_few_cells`, `not_identified` (the pairs do not connect the countries, or distance does
        not vary), `distance_effect_not_positive`.

    Source: the form is that of the Harvard Growth Lab (Bustos, Jackson, Torun et al., Scientific Data 13:170, 2026),
    who limit outliers by winsorising a tenth at either end; the robust weights are ours.
    """
    links = _links(distances)
    cells = _usable(pairs, links)
    from_areas, to_areas = (sorted(cells[side].unique()) for side in ("from_area", "to_area"))
    has_border = cells["is_contiguous"].n_unique() > 1
    coefficients = 2 + has_border + len(from_areas) + len(to_areas) - 2
    if cells.height < max(CELLS_PER_COEFFICIENT * coefficients, 1):
        return _unused(TOO_FEW_CELLS, links, cells.height)
    mean_distance = float(cells["ln_km"].mean())  # type: ignore[arg-type]
    design = _design(cells, from_areas, to_areas, mean_distance, has_border=has_border)
    solved = _solve_robustly(design, cells["ln_ratio"].to_numpy(), (len(from_areas), len(to_areas)))
    if solved is None:
        return _unused(NOT_IDENTIFIED, links, cells.height)
    values, weights, spread = solved
    residuals = cells["ln_ratio"].to_numpy() - design @ values
    covariance = _covariance(design, residuals, spread, _numbers_of_pairs(cells), (len(from_areas), len(to_areas)))
    errors = np.sqrt(np.diag(covariance))
    distance = Coefficient(float(values[1]), float(errors[1]))
    # The constant was estimated at the mean distance, where it is steady; a stands at one kilometre.
    shift = np.zeros(len(values))
    shift[:2] = 1, -mean_distance
    constant = Coefficient(float(shift @ values), float(np.sqrt(shift @ covariance @ shift)))
    contiguity = Coefficient(float(values[2]), float(errors[2])) if has_border else None
    is_used = distance.value > 0
    shares = _predict(links, constant.value, distance.value, contiguity, clamp) if is_used else _no_shares(links)
    used = shares.join(cells.select("from_area", "to_area").unique(), on=["from_area", "to_area"])["freight_share"]
    return FreightFit(
        constant,
        distance,
        contiguity,
        cells.height,
        int((weights == 0).sum()),
        spread,
        float(used.mean()) if is_used else None,  # type: ignore[arg-type]
        float(used.median()) if is_used else None,  # type: ignore[arg-type]
        None if is_used else NO_DISTANCE_EFFECT,
        shares,
    )


def freight_shares(rule: FreightRule, fit: FreightFit | None, pairs: pl.DataFrame) -> pl.DataFrame:
    """By what a CIF figure has to be divided under a rule, per pair.

    Args:
        rule: one of schemas/valuation.yaml.
        fit: needed for the fitted rule only.
        pairs: (pairs, [from_area, to_area]), each once or more often.

    Returns:
        (pairs, [from_area, to_area, cif_fob_ratio]), each once, sorted; the ratio is 1 or more. Under the fitted rule
        it is null where the pair has no distance or the fit is not used.

    Raises:
        ValueError: the rule is the fitted one and there is no fit.
    """
    each = pairs.select("from_area", "to_area").unique().sort("from_area", "to_area")
    if rule.kind != "fitted":
        return each.with_columns(cif_fob_ratio=pl.lit(1 + (rule.share or 0.0), dtype=pl.Float64))
    if fit is None:
        raise ValueError(f"the rule {rule.id!r} needs a fit; call fit_freight first")
    return each.join(fit.shares, on=["from_area", "to_area"], how="left", maintain_order="left").select(
        "from_area", "to_area", cif_fob_ratio=1 + pl.col("freight_share")
    )


def _links(distances: pl.DataFrame) -> pl.DataFrame:
    """(pairs of two areas with a distance, [from_area, to_area, ln_km, is_contiguous]), sorted."""
    kilometres = pl.coalesce("weighted_distance_km", "distance_km").cast(pl.Float64)
    return (
        distances.filter(pl.col("from_area") != pl.col("to_area"), kilometres > 0)
        .select("from_area", "to_area", ln_km=kilometres.log(), is_contiguous=pl.col("is_contiguous").cast(pl.Float64))
        .sort("from_area", "to_area")
    )


def _usable(pairs: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The cells of the fit with the logarithm of their ratio, in an order that does not depend on the caller's."""
    sent, received = (pl.col(side).cast(pl.Float64) for side in ("sent", "received"))
    return (
        pairs.filter(pl.col("is_cif"), sent > 0, received > 0, sent.is_finite(), received.is_finite())
        .select("from_area", "to_area", ln_ratio=(received / sent).log())
        .join(links, on=["from_area", "to_area"])
        .sort("from_area", "to_area", "ln_ratio")
    )


def _design(
    cells: pl.DataFrame, from_areas: list[str], to_areas: list[str], mean_distance: float, *, has_border: bool
) -> Any:
    """(cells, coefficients), sparse: one, distance, border, a column for each exporter and for each importer."""
    rows = np.arange(cells.height)
    continuous = [np.ones(cells.height), cells["ln_km"].to_numpy() - mean_distance]
    if has_border:
        continuous.append(cells["is_contiguous"].to_numpy())
    blocks = [sparse.csr_array(np.column_stack(continuous))]
    for side, areas in (("from_area", from_areas), ("to_area", to_areas)):
        columns = cells[side].replace_strict(areas, range(len(areas)), return_dtype=pl.Int64).to_numpy()
        ones = np.ones(cells.height)
        blocks.append(sparse.csr_array((ones, (rows, columns)), shape=(cells.height, len(areas))))
    return sparse.hstack(blocks, format="csr")


def _normal_matrix(design: Any, weights: Floats, sizes: tuple[int, int]) -> Floats:
    """X'WX with the two sums to zero added, which leaves the estimates as they are and makes it regular."""
    matrix = np.asarray((design.T @ (design * weights[:, None])).todense())
    for start, size in ((-sum(sizes), sizes[0]), (-sizes[1], sizes[1])):
        block = slice(start, start + size or None)
        matrix[block, block] += weights.mean()
    return matrix


def _solve_robustly(design: Any, target: Floats, sizes: tuple[int, int]) -> tuple[Floats, Floats, float] | None:
    """Coefficients, weights and the spread of the residuals; None where the coefficients are not identified."""
    if np.linalg.matrix_rank(_normal_matrix(design, np.ones(len(target)), sizes), hermitian=True) < design.shape[1]:
        return None
    weights = np.ones(len(target))
    values = _solve(design, target, weights, sizes)
    spread = SMALLEST_SPREAD
    for is_last in (False, True):
        for _ in range(MOST_ROUNDS):
            residuals = target - design @ values
            if not is_last:
                spread = max(MAD_TO_SIGMA * float(np.median(np.abs(residuals))), SMALLEST_SPREAD)
            scaled = residuals / spread
            if is_last:
                weights = np.where(np.abs(scaled) < BISQUARE_TUNING, (1 - (scaled / BISQUARE_TUNING) ** 2) ** 2, 0.0)
            else:
                weights = np.minimum(1.0, HUBER_TUNING / np.maximum(np.abs(scaled), SMALLEST_SPREAD))
            before, values = values, _solve(design, target, weights, sizes)
            if float(np.max(np.abs(values - before))) < CONVERGED:
                break
    return values, weights, spread


def _solve(design: Any, target: Floats, weights: Floats, sizes: tuple[int, int]) -> Floats:
    # A country all of whose cells lost their weight has no effect of its own left: the shortest solution gives it 0.
    return np.asarray(
        np.linalg.lstsq(_normal_matrix(design, weights, sizes), design.T @ (weights * target), rcond=None)[0]
    )


def _numbers_of_pairs(cells: pl.DataFrame) -> NDArray[np.int64]:
    return (cells.select(pl.struct("from_area", "to_area").rank("dense"))["from_area"] - 1).cast(pl.Int64).to_numpy()


def _covariance(
    design: Any, residuals: Floats, spread: float, pairs: NDArray[np.int64], sizes: tuple[int, int]
) -> Floats:
    """The sandwich of an M-estimate, its filling summed by pair first."""
    scaled = np.clip(residuals / (spread * BISQUARE_TUNING), -1, 1) ** 2
    pull = (1 - scaled) ** 2 * residuals
    bread = np.linalg.pinv(_normal_matrix(design, (1 - scaled) * (1 - 5 * scaled), sizes), hermitian=True)
    by_pair = sparse.csr_array((np.ones(len(pairs)), (pairs, np.arange(len(pairs)))))
    filling = by_pair @ (design * pull[:, None])
    return np.asarray(bread @ (filling.T @ filling).todense() @ bread)


def _predict(
    links: pl.DataFrame, constant: float, distance: float, contiguity: Coefficient | None, clamp: tuple[float, float]
) -> pl.DataFrame:
    border = contiguity.value if contiguity else 0.0
    share = (constant + distance * pl.col("ln_km") + border * pl.col("is_contiguous")).exp() - 1
    return links.select("from_area", "to_area", freight_share=share.clip(*clamp))


def _no_shares(links: pl.DataFrame) -> pl.DataFrame:
    return links.select("from_area", "to_area", freight_share=pl.lit(None, dtype=pl.Float64))


def _unused(reason: str, links: pl.DataFrame, cells: int) -> FreightFit:
    return FreightFit(None, None, None, cells, 0, None, None, None, reason, _no_shares(links))
