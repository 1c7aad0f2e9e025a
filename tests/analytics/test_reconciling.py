"""Reconciling two reports. Every figure is made up unless a comment names its source."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compact_pipelines.analytics.reconciling import (
    GREATEST_SIGMA,
    error_variance,
    log_spread,
    reconcile,
    relative_variance,
    weight_of_sender,
)

sigmas = st.floats(min_value=0, max_value=5)
reports = st.floats(min_value=1e-3, max_value=1e15)


@pytest.mark.parametrize(
    ("sigma_from", "sigma_to", "expected"),
    [(0.1, 0.1, 0.5), (0.1, 0.3, 0.910321), (0.2, 0.5, 0.895680), (0.05, 1, 0.999463)],
)
def test_weights_are_the_checked_ones(sigma_from: float, sigma_to: float, expected: float) -> None:
    # CEPII WP 2010-23, equation (3) with its slip mended
    assert weight_of_sender(sigma_from, sigma_to) == pytest.approx(expected, abs=5e-7)


def test_two_reports_without_error_weigh_alike() -> None:
    assert weight_of_sender(0, 0) == 0.5
    assert reconcile(10, 10, 0, 0) == (10, 10, 10, 0.5)


@pytest.mark.parametrize("sigma", [1e-160, 1e-9, 1e-6, 1e-3])
def test_tiny_errors_keep_their_proportions(sigma: float) -> None:
    assert error_variance(sigma) == pytest.approx(sigma**2, rel=1e-5)
    if sigma > 1e-100:
        assert weight_of_sender(sigma, 2 * sigma) == pytest.approx(0.8, rel=1e-5)
        assert log_spread(error_variance(sigma)) == pytest.approx(sigma, rel=1e-5)


@pytest.mark.parametrize("sigma", [-0.1, math.nan, math.inf, GREATEST_SIGMA + 1])
def test_a_sigma_out_of_range_is_refused(sigma: float) -> None:
    with pytest.raises(ValueError, match="must lie between 0 and"):
        reconcile(1, 1, sigma, 0.1)
    with pytest.raises(ValueError, match="must lie between 0 and"):
        reconcile(1, None, 0.1, sigma)


def test_the_largest_sigma_gives_finite_numbers() -> None:
    found = reconcile(1e15, 1e3, GREATEST_SIGMA, GREATEST_SIGMA)
    assert found is not None
    assert all(map(math.isfinite, found))


def test_one_report_alone_is_the_value_with_its_own_spread() -> None:
    sent, received = reconcile(100, None, 0.3, 0.1), reconcile(None, 100, 0.1, 0.3)
    assert sent is not None
    assert received is not None
    assert (sent.value, sent.weight_from, received.value, received.weight_from) == (100, 1, 100, 0)
    assert sent[:3] == received[:3]
    assert math.log(sent.high / 100) / 1.96 == pytest.approx(log_spread(error_variance(0.3)))


@pytest.mark.parametrize(
    ("sent", "received"),
    [(None, None), (-1, 5), (5, -1), (-1, None), (math.nan, 1), (1, math.inf), (None, math.nan)],
)
def test_no_report_a_negative_or_an_endless_one_gives_nothing(sent: float | None, received: float | None) -> None:
    assert reconcile(sent, received, 0.1, 0.1) is None


def test_zero_is_a_report() -> None:
    assert reconcile(0, 0, 0.1, 0.1) == (0, 0, 0, 0.5)
    assert reconcile(0, None, 0.1, 0.1) == (0, 0, 0, 1)
    half = reconcile(0, 10, 0.1, 0.1)
    assert half is not None
    assert half.value == 5


@given(sigmas, sigmas)
def test_weight_lies_between_0_and_1_and_swaps_with_the_sides(sigma_from: float, sigma_to: float) -> None:
    weight = weight_of_sender(sigma_from, sigma_to)
    assert 0 <= weight <= 1
    assert weight + weight_of_sender(sigma_to, sigma_from) == pytest.approx(1)


@given(sigmas, sigmas, sigmas)
def test_weight_rises_with_the_receivers_sigma(sigma_from: float, first: float, second: float) -> None:
    assume(first != second and sigma_from > 0)
    low, high = sorted((first, second))
    assert weight_of_sender(sigma_from, low) <= weight_of_sender(sigma_from, high)


@given(sigmas, sigmas)
def test_variance_is_below_that_of_either_report(sigma_from: float, sigma_to: float) -> None:
    variance, least = relative_variance(sigma_from, sigma_to), min(error_variance(sigma_from), error_variance(sigma_to))
    assert least / 2 * (1 - 1e-12) <= variance <= least


@given(reports, reports, sigmas, sigmas)
def test_value_lies_between_the_reports_and_within_its_interval(
    sent: float, received: float, sigma_from: float, sigma_to: float
) -> None:
    found = reconcile(sent, received, sigma_from, sigma_to)
    assert found is not None
    assert min(sent, received) <= found.value <= max(sent, received)
    assert found.low <= found.value <= found.high


@given(reports, reports, sigmas, sigmas, st.floats(min_value=1e-6, max_value=1e6))
def test_scaling_the_reports_scales_the_value(
    sent: float, received: float, sigma_from: float, sigma_to: float, scale: float
) -> None:
    plain = reconcile(sent, received, sigma_from, sigma_to)
    scaled = reconcile(sent * scale, received * scale, sigma_from, sigma_to)
    assert plain is not None
    assert scaled is not None
    assert scaled[:3] == pytest.approx([scale * number for number in plain[:3]], rel=1e-9)
    assert scaled.weight_from == plain.weight_from


@given(reports, reports, sigmas, sigmas)
def test_swapping_sides_keeps_the_value(sent: float, received: float, sigma_from: float, sigma_to: float) -> None:
    plain = reconcile(sent, received, sigma_from, sigma_to)
    swapped = reconcile(received, sent, sigma_to, sigma_from)
    assert plain is not None
    assert swapped is not None
    assert swapped[:3] == pytest.approx(plain[:3], rel=1e-9)


@given(reports, sigmas)
def test_a_useless_second_report_changes_nothing(report: float, sigma: float) -> None:
    alone, beside = reconcile(report, None, sigma, 0), reconcile(report, report, sigma, GREATEST_SIGMA)
    assert alone is not None
    assert beside is not None
    assert beside[:3] == pytest.approx(alone[:3], rel=1e-6)
