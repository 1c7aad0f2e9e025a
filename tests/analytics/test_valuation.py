"""Freight in import figures. Areas, distances, reports and effects are made up."""

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.valuation import (
    NO_DISTANCE_EFFECT,
    NOT_IDENTIFIED,
    TOO_FEW_CELLS,
    FreightFit,
    fit_freight,
    freight_shares,
)
from compact_pipelines.contracts.parameters import load_parameters

CLAMP = (0.0, 0.20)
VALUATION = load_parameters().valuation
FITTED = VALUATION.rule("fitted")
CONSTANT, DISTANCE, BORDER = -0.30, 0.045, -0.03


def some_distances(count: int, seed: int = 5) -> pl.DataFrame:
    """Areas A00, A01 and so on, strewn over a plain; neighbours are within 1,500 km."""
    places = np.random.default_rng(seed).uniform(0, 9_000, (count, 2))
    rows = [
        {"from_area": f"A{i:02}", "to_area": f"A{j:02}", "km": float(np.hypot(*(places[i] - places[j])))}
        for i in range(count)
        for j in range(count)
    ]
    return pl.DataFrame(rows).select(
        "from_area",
        "to_area",
        distance_km=pl.col("km"),
        weighted_distance_km=pl.when(pl.col("from_area") != "A00").then("km"),
        is_contiguous=pl.col("km").is_between(1, 1_500),
    )


def some_pairs(
    distances: pl.DataFrame, *, distance: float = DISTANCE, noise: float = 0.0, years: int = 3, seed: int = 7
) -> pl.DataFrame:
    """Both reports of every pair and year, with reporting habits that sum to zero."""
    random = np.random.default_rng(seed)
    areas = sorted(distances["from_area"].unique())
    habits = [random.normal(0, 0.1, len(areas)) for _ in range(2)]
    senders, receivers = (dict(zip(areas, habit - habit.mean(), strict=True)) for habit in habits)
    rows = []
    for link in distances.filter(pl.col("from_area") != pl.col("to_area")).to_dicts():
        for _ in range(years):
            ratio = CONSTANT + distance * math.log(link["distance_km"]) + BORDER * link["is_contiguous"]
            ratio += senders[link["from_area"]] + receivers[link["to_area"]] + random.normal(0, noise)
            sent = float(random.lognormal(18, 2))
            rows.append([link["from_area"], link["to_area"], sent, sent * math.exp(ratio), True])
    return pl.DataFrame(rows, schema=["from_area", "to_area", "sent", "received", "is_cif"], orient="row")


def fitted(pairs: pl.DataFrame, distances: pl.DataFrame) -> FreightFit:
    return fit_freight(pairs, distances, clamp=CLAMP)


def values(fit: FreightFit) -> list[float]:
    assert fit.constant is not None
    assert fit.distance is not None
    assert fit.contiguity is not None
    return [fit.constant.value, fit.distance.value, fit.contiguity.value]


def test_known_coefficients_are_recovered_without_noise() -> None:
    distances = some_distances(12)
    fit = fitted(some_pairs(distances), distances)
    assert values(fit) == pytest.approx([CONSTANT, DISTANCE, BORDER], abs=1e-6)
    assert fit.reason is None


def test_known_coefficients_are_recovered_within_their_errors() -> None:
    distances = some_distances(25)
    fit = fitted(some_pairs(distances, noise=0.2), distances)
    for estimate, truth in zip((fit.constant, fit.distance, fit.contiguity), (CONSTANT, DISTANCE, BORDER), strict=True):
        assert estimate is not None
        assert 0 < estimate.std_error < 0.2
        assert abs(estimate.value - truth) < 3 * estimate.std_error
    assert fit.residual_spread == pytest.approx(0.2, rel=0.1)


def test_gross_errors_get_no_weight() -> None:
    distances = some_distances(20)
    pairs = some_pairs(distances, noise=0.05)
    is_gross = pl.int_range(pl.len()) % 20 == 0
    gross = pairs.with_columns(received=pl.when(is_gross).then(pl.col("received") * 1_000).otherwise("received"))
    fit = fitted(gross, distances)
    assert values(fit) == pytest.approx(values(fitted(pairs, distances)), abs=0.02)
    assert fit.outliers >= pairs.height // 20


def test_the_share_leaves_habits_out_and_stays_within_the_clamp() -> None:
    distances = some_distances(12)
    fit = fitted(some_pairs(distances), distances)
    expected = (
        distances.filter(pl.col("from_area") != pl.col("to_area"))
        .sort("from_area", "to_area")
        .select(
            share=(
                (CONSTANT + DISTANCE * pl.col("distance_km").log() + BORDER * pl.col("is_contiguous")).exp() - 1
            ).clip(*CLAMP)
        )["share"]
    )
    assert fit.shares["freight_share"].to_list() == pytest.approx(expected.to_list(), abs=1e-6)
    assert expected.min() == 0  # a negative fit becomes 0, and the made-up ones have some
    assert fit.median_share == pytest.approx(expected.median(), abs=1e-6)
    assert fit.mean_share == pytest.approx(expected.mean(), abs=1e-6)


def test_a_share_above_the_clamp_is_set_to_it() -> None:
    distances = some_distances(12)
    fit = fitted(some_pairs(distances, distance=0.2), distances)
    assert fit.shares["freight_share"].max() == CLAMP[1]


def test_a_negative_effect_of_distance_is_told_and_gives_no_shares() -> None:
    distances = some_distances(12)
    fit = fitted(some_pairs(distances, distance=-DISTANCE), distances)
    assert fit.reason == NO_DISTANCE_EFFECT
    assert fit.distance is not None
    assert fit.distance.value == pytest.approx(-DISTANCE, abs=1e-6)
    assert fit.shares["freight_share"].null_count() == fit.shares.height > 0
    assert (fit.mean_share, fit.median_share) == (None, None)


@pytest.mark.parametrize(
    ("sent", "received", "is_cif"),
    [
        (0.0, 5.0, True),
        (5.0, 0.0, True),
        (0.0, 0.0, True),
        (-5.0, 5.0, True),
        (5.0, -5.0, True),
        (None, 5.0, True),
        (5.0, None, True),
        (math.nan, 5.0, True),
        (5.0, math.inf, True),
        (5.0, 500.0, False),
        (5.0, 500.0, None),
    ],
)
def test_a_cell_without_two_reports_above_zero_or_without_freight_is_not_used(
    sent: Any, received: Any, is_cif: Any
) -> None:
    distances = some_distances(12)
    pairs = some_pairs(distances, noise=0.1)
    odd = pl.DataFrame(
        [["A01", "A02", sent, received, is_cif]],
        schema=pairs.schema,
        orient="row",
    )
    clean, with_odd = fitted(pairs, distances), fitted(pl.concat([pairs, *[odd] * 50]), distances)
    assert values(with_odd) == values(clean)
    assert with_odd.cells == clean.cells == pairs.height


def test_the_order_of_rows_does_not_matter() -> None:
    distances = some_distances(12)
    pairs = some_pairs(distances, noise=0.1)
    one = fitted(pairs, distances)
    other = fitted(pairs.sample(fraction=1, shuffle=True, seed=1), distances.reverse())
    assert values(one) == values(other)
    assert one.shares.equals(other.shares)


def test_no_border_in_the_panel_leaves_that_effect_out() -> None:
    distances = some_distances(12).with_columns(is_contiguous=pl.lit(value=False))
    fit = fitted(some_pairs(distances), distances)
    assert fit.contiguity is None
    assert fit.distance is not None
    assert fit.distance.value == pytest.approx(DISTANCE, abs=1e-6)


def test_too_few_cells_are_told() -> None:
    distances = some_distances(4)
    fit = fitted(some_pairs(distances, years=1), distances)
    assert (fit.reason, fit.constant, fit.cells) == (TOO_FEW_CELLS, None, 12)
    assert fit.shares["freight_share"].null_count() == fit.shares.height == 12


def test_an_empty_panel_is_too_few() -> None:
    distances = some_distances(4)
    assert fitted(some_pairs(distances).clear(), distances).reason == TOO_FEW_CELLS


def test_two_groups_that_never_trade_are_not_identified() -> None:
    distances = some_distances(12)
    pairs = some_pairs(distances).filter((pl.col("from_area") < "A06") == (pl.col("to_area") < "A06"))
    assert fitted(pairs, distances).reason == NOT_IDENTIFIED


def test_one_distance_for_all_is_not_identified() -> None:
    distances = some_distances(12)
    pairs = some_pairs(distances)
    level = distances.with_columns(distance_km=pl.lit(1_000.0), weighted_distance_km=pl.lit(1_000.0))
    assert fitted(pairs, level).reason == NOT_IDENTIFIED


def test_a_pair_without_a_distance_has_no_share() -> None:
    distances = some_distances(12)
    pairs = some_pairs(distances)
    known = distances.filter(pl.col("to_area") != "A11")
    fit = fitted(pairs, known)
    ratios = freight_shares(FITTED, fit, pairs).filter(pl.col("to_area") == "A11")
    assert ratios["cif_fob_ratio"].null_count() == ratios.height > 0


@pytest.mark.parametrize(("rule_id", "ratio"), [("none", 1), ("baci", 1.033), ("oecd", 1.05), ("wits_high", 1.2)])
def test_a_constant_rule_gives_every_pair_the_same(rule_id: str, ratio: float) -> None:
    pairs = pl.DataFrame({"from_area": ["B", "A", "B"], "to_area": ["C", "C", "C"]})
    ratios = freight_shares(VALUATION.rule(rule_id), None, pairs)
    assert ratios.rows() == [("A", "C", ratio), ("B", "C", ratio)]


def test_the_fitted_rule_needs_a_fit() -> None:
    with pytest.raises(ValueError, match="the rule 'fitted' needs a fit"):
        freight_shares(FITTED, None, pl.DataFrame({"from_area": ["A"], "to_area": ["B"]}))


def test_a_fit_that_is_not_used_gives_null_ratios() -> None:
    distances = some_distances(12)
    pairs = some_pairs(distances, distance=-DISTANCE)
    ratios = freight_shares(FITTED, fitted(pairs, distances), pairs)
    assert ratios["cif_fob_ratio"].null_count() == ratios.height > 0


@settings(max_examples=25)
@given(
    distance=st.floats(-0.5, 0.5),
    noise=st.floats(0, 2),
    seed=st.integers(0, 1_000),
    rule=st.sampled_from(VALUATION.rules),
)
def test_a_ratio_is_never_below_1_nor_above_the_clamp(distance: float, noise: float, seed: int, rule: Any) -> None:
    distances = some_distances(8, seed=seed)
    pairs = some_pairs(distances, distance=distance, noise=noise, seed=seed, years=2)
    ratios = freight_shares(rule, fitted(pairs, distances), pairs)["cif_fob_ratio"].drop_nulls()
    assert ratios.is_between(1, 1 + CLAMP[1]).all()
    assert ratios.is_finite().all()
