"""How reliable a reporter is, as exporter and as importer, by three named methods.

Terms as in `mirror`: X is what the area of departure reports, M what the area of arrival reports. An area is measured
by how far its reports are from its partners' reports of the same flows, all partners' own errors taken into account.
Cross tables are made in `reliability_tables`, the published methods are in `reliability_effects`, ours is in
`reliability_spread`, what leaving out moves in `reliability_stability`.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import polars as pl

from compact_pipelines.analytics.reliability_effects import Effects, fit_asymmetry, fit_reporting_distance
from compact_pipelines.analytics.reliability_spread import fit_expected_distance
from compact_pipelines.analytics.reliability_stability import Jackknife, drawn_ranks, leave_out, ranks_of
from compact_pipelines.analytics.reliability_standing import Standing, find_standing
from compact_pipelines.analytics.reliability_tables import Floats, Panel, drop_cells, read_held, read_panel

REPORTING_DISTANCE: Final = "reporting_distance"
ASYMMETRY: Final = "asymmetry"
EXPECTED_DISTANCE: Final = "expected_distance"
ROLES: Final = ("from", "to")
BOTH_ROLES: Final = ("both",)
TOO_FEW_MIRRORS: Final = "too_few_mirrors"
NOT_IDENTIFIED: Final = "not_identified"
NORMAL_95: Final = 1.96  # standard deviations on either side of the middle 95 %
LEAST_SPREAD: Final = 1e-8  # where all agree, BACI's line gives a sigma of 0: nothing to weigh by
DECIMALS: Final = 9  # beyond it solvers on other machines may differ

SCHEMA: Final = {
    "area": pl.String,
    "role": pl.String,
    "method": pl.String,
    "time_period": pl.String,
    **dict.fromkeys(("estimate", "std_error", "sigma", "sigma_low", "sigma_high", "reliability"), pl.Float64),
    **dict.fromkeys(("mirrors_count", "partners_count", "rank", "rank_low", "rank_high"), pl.Int32),
    **dict.fromkeys(("jackknife_error", "jackknife_low", "jackknife_high"), pl.Float64),
    "jackknife_left_out": pl.String,
    "reason": pl.String,
}


@dataclass(frozen=True)
class _Method:
    """One method on one panel; see `_methods`.

    Attributes:
        name, roles: as in the result.
        standing: who is estimated.
        mirrors: usable cells. (roles, areas)
        fit: the estimates.
        unit: from the scale in which effects are estimated to that of the estimate.
        spread: sigma with its 95 % interval, from estimates and standard errors in the effects' scale.
    """

    name: str
    roles: tuple[str, ...]
    standing: Standing
    mirrors: Floats
    fit: Callable[[], Effects]
    unit: Callable[[Floats], Floats]
    spread: Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]


def estimate_reliability(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    *,
    min_partners: int,
    with_jackknife: bool,
    with_history: bool,
) -> pl.DataFrame:
    """Reliability of every area that the relation names, in every role, by every method.

    Methods:
        reporting_distance: BACI's least squares means of RD = |ln(X / M)|, see `fit_reporting_distance`. Estimate LS_RD
            in logs; sigma = (pi / 2) * (LS_RD - least LS_RD of the role + 2 * std_error); the constant
            that the paper prints takes the 2 * std_error off and makes the best reporter's sigma negative. It ranks
            well and is no measure of size: |ln(X / M)| is not a sum of two reporters' parts. No sigma where all agree.
        asymmetry: the Growth Lab's D_ij = a_i + a_j (role both), and a_i + b_j, see `fit_asymmetry`. Estimate a;
            reliability 1 - a, above 1 where noise takes a below 0; no sigma.
        expected_distance: ours, see `fit_expected_distance`. Estimate and sigma are the standard deviation of the
            report's error in logs; the one that weights and intervals rest on.

    Args:
        connection: holds the relation; a temporary table is made on it and dropped.
        relation: name of a table or view of mirror cells, [from_area, to_area, subject, time_period, sent, received]:
            two independent reports of one flow a row, on one valuation. It is read twice. Cells with a report missing,
            negative or endless, and cells that both call zero, are left out; where one report is zero the ratio is not
            defined, and only `asymmetry` uses the cell. Years are texts.
        min_partners: how many partners with a usable mirror an area must have in a role to be given an estimate, and
            how many such areas a panel; schemas/reliability.yaml states it.
        with_jackknife: whether to leave out each partner and each year of the whole panel in turn.
        with_history: whether to estimate every year alone as well.

    Returns:
        (areas * 7 * periods, columns of SCHEMA), sorted. The whole panel stands under its first and last year,
        '2015/2018'; a single year under its own name. Reliability of the two methods with a sigma is 1 - the expected
        asymmetry of the report against the truth, E tanh(|error| / 2), so that it compares with the third. Rank 1 is
        the most reliable; ties share and skip; its range is the middle 95 % over draws from the estimates' joint
        distribution (fixed seed), widened to the ranks met when leaving out. The jackknife's columns are in the unit
        of the estimate.

        Without an estimate, the numbers are null and the reason says why: `too_few_mirrors` (fewer than min_partners
        partners in the role), or `not_identified` (the pairs do not hang together, fewer than min_partners areas stand
        in both roles with enough partners, or other effects take up all there is).

    Source: Gaulier and Zignago, BACI, CEPII working paper 2010-23; Bustos et al., Scientific Data 13:170 (2026), for
    the Growth Lab's; the third is our own.
    """
    try:
        panel = read_panel(connection, relation)
        rows = list(_rows(connection, panel, min_partners, with_jackknife=with_jackknife, with_history=with_history))
    finally:
        drop_cells(connection)
    if not rows:
        return pl.DataFrame(schema=SCHEMA)
    return (
        pl.concat(rows)
        .with_columns(
            pl.col(pl.Float64).fill_nan(None).round(DECIMALS),
            pl.when("has_none").then("reason").alias("reason"),
            pl.when(~pl.col("has_none")).then("jackknife_left_out").alias("jackknife_left_out"),
        )
        .select([pl.col(name).cast(kind) for name, kind in SCHEMA.items()])
        .sort("area", "role", "method", "time_period")
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, panel: Panel, needed: int, *, with_jackknife: bool, with_history: bool
) -> Iterator[pl.DataFrame]:
    if not panel.areas:
        return
    for method in _methods(connection, panel, needed):
        yield _frame(panel, f"{panel.years[0]}/{panel.years[-1]}", method, with_jackknife=with_jackknife)
    for number, year in enumerate(panel.years if with_history else []):
        alone = panel.year(number)
        for method in _methods(connection, alone, needed):
            yield _frame(alone, year, method, with_jackknife=False)


def _methods(connection: duckdb.DuckDBPyConnection, panel: Panel, needed: int) -> Iterator[_Method]:
    """The methods on a panel, in turn."""
    mirrors, ratios = panel.mirrors.sum(axis=0), panel.ratios.sum(axis=0)
    by_ratio = find_standing(ratios, is_directed=True, needed=needed)
    cells = np.stack([ratios.sum(axis=1), ratios.sum(axis=0)])
    yield _Method(
        REPORTING_DISTANCE,
        ROLES,
        by_ratio,
        cells,
        lambda: fit_reporting_distance(panel, by_ratio, lambda *held: read_held(connection, panel, *held)),
        _as_it_is,
        _spread_above_best,
    )
    yield _Method(
        EXPECTED_DISTANCE,
        ROLES,
        by_ratio,
        cells,
        lambda: fit_expected_distance(panel, by_ratio),
        np.exp,
        _spread_of_log,
    )
    cells = np.stack([mirrors.sum(axis=1), mirrors.sum(axis=0)])
    for roles, counts in ((ROLES, cells), (BOTH_ROLES, cells.sum(axis=0, keepdims=True))):
        standing = find_standing(mirrors, is_directed=roles == ROLES, needed=needed)
        fit = _bound(panel, standing)
        yield _Method(ASYMMETRY, roles, standing, counts, fit, _as_it_is, _no_spread)


def _bound(panel: Panel, standing: Standing) -> Callable[[], Effects]:
    return lambda: fit_asymmetry(panel, standing)


def _as_it_is(values: Floats) -> Floats:
    return values


def _spread_above_best(values: Floats, errors: Floats) -> tuple[Floats, Floats, Floats]:
    """BACI's sigma from least squares means; 2 * std_error is added, where the paper takes it off."""
    best = np.array([[row[~np.isnan(row)].min() if (~np.isnan(row)).any() else np.nan] for row in values])
    middle, margin = values - best + 2 * errors, NORMAL_95 * errors
    middle = np.where(middle > LEAST_SPREAD, middle, np.nan)
    return math.pi / 2 * middle, math.pi / 2 * np.maximum(middle - margin, 0), math.pi / 2 * (middle + margin)


def _spread_of_log(values: Floats, errors: Floats) -> tuple[Floats, Floats, Floats]:
    return np.exp(values), np.exp(values - NORMAL_95 * errors), np.exp(values + NORMAL_95 * errors)


def _no_spread(values: Floats, _errors: Floats) -> tuple[Floats, Floats, Floats]:
    empty = np.full(values.shape, np.nan)
    return empty, empty, empty


def _expected_asymmetry(sigma: Floats) -> Floats:
    """E tanh(|e| / 2) of a normal e with standard deviation sigma: asymmetry of a report against the truth."""
    places, weights = np.polynomial.legendre.leggauss(64)
    distance = 4 * (places + 1)  # from 0 to 8 standard deviations
    density = 4 * weights * math.sqrt(2 / math.pi) * np.exp(-(distance**2) / 2)
    answer: Floats = np.tanh(sigma[..., None] * distance / 2) @ density
    return answer


def _frame(panel: Panel, period: str, method: _Method, *, with_jackknife: bool) -> pl.DataFrame:
    """The rows of one method and period."""
    standing = method.standing
    shape = standing.members.shape
    values, errors = np.full(shape, np.nan), np.full(shape, np.nan)
    drawn = [(np.full(shape[1], np.nan), np.full(shape[1], np.nan))] * shape[0]
    moved: Jackknife | None = None
    if standing.reported.any():
        effects = method.fit()
        values = np.where(standing.reported, effects.values, np.nan)
        variance = np.diagonal(effects.covariance, axis1=1, axis2=2)
        errors = np.where(np.isnan(values), np.nan, np.sqrt(np.maximum(variance, 0)))
        drawn = [drawn_ranks(*role) for role in zip(values, effects.covariance, strict=True)]
        moved = leave_out(panel, standing, effects, method.unit) if with_jackknife else None
    low, high = np.stack([role[0] for role in drawn]), np.stack([role[1] for role in drawn])
    ranks = ranks_of(values)
    low, high = np.fmin(low, ranks), np.fmax(high, ranks)
    if moved:
        low, high = np.fmin(low, moved.rank_low), np.fmax(high, moved.rank_high)
    estimate, (sigma, sigma_low, sigma_high) = method.unit(values), method.spread(values, errors)
    nothing = np.full(shape, np.nan)
    reliability = 1 - (estimate if method.name == ASYMMETRY else _expected_asymmetry(sigma))
    numbers = {
        "estimate": estimate,
        "std_error": errors * estimate if method.unit is np.exp else errors,  # by the delta method
        "sigma": sigma,
        "sigma_low": sigma_low,
        "sigma_high": sigma_high,
        "reliability": reliability,
        "mirrors_count": method.mirrors,
        "partners_count": standing.partners,
        "rank": ranks,
        "rank_low": low,
        "rank_high": high,
        "jackknife_error": moved.error if moved else nothing,
        "jackknife_low": moved.low if moved else nothing,
        "jackknife_high": moved.high if moved else nothing,
    }
    has_none = np.isnan(values)
    left_out = moved.left_out if moved else [[None] * shape[1]] * shape[0]
    is_few = standing.partners < standing.needed
    reasons = np.where(is_few & standing.members.any(), TOO_FEW_MIRRORS, NOT_IDENTIFIED)
    return pl.DataFrame(
        {
            "area": panel.areas * shape[0],
            "role": [role for role in method.roles for _ in panel.areas],
            "method": [method.name] * has_none.size,
            "time_period": [period] * has_none.size,
            **{name: numbers[name].ravel() for name in numbers},
            "jackknife_left_out": pl.Series([name for row in left_out for name in row], dtype=pl.String),
            "reason": reasons.ravel(),
            "has_none": has_none.ravel(),
        }
    )
