"""How far two reports are apart. Figures are made up unless a comment or an id names their source."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.mirror import (
    aggregate_asymmetry,
    asymmetry,
    reporting_distance,
    share_of_imports,
    signed_asymmetry,
)


@pytest.mark.parametrize(
    ("exporter", "importer", "expected"),
    [
        pytest.param(236, 557, 0.404792, id="Pakistan to China 2001, US$ m, WITS help"),
        pytest.param(230_959, 179_000, 0.126742, id="United States to Mexico 2016, US$ m, press figures"),
    ],
)
def test_asymmetry_of_published_pairs_is_the_published_one(exporter: int, importer: int, expected: float) -> None:
    assert asymmetry(exporter, importer) == pytest.approx(expected, abs=5e-7)


def test_equal_reports_have_no_asymmetry_and_one_zero_has_all_of_it() -> None:
    assert asymmetry(5, 5) == 0
    assert asymmetry(0, 5) == 1
    assert asymmetry(5, 0) == 1


@pytest.mark.parametrize(("exporter", "importer"), [(0, 0), (-1, 5), (5, -1), (-5, -5)])
def test_asymmetry_of_two_zeros_or_of_a_negative_is_undefined(exporter: int, importer: int) -> None:
    assert asymmetry(exporter, importer) is None


@pytest.mark.parametrize(("exporter", "importer"), [(0, 5), (5, 0), (0, 0), (-1, 5)])
def test_reporting_distance_needs_two_reports_above_zero(exporter: int, importer: int) -> None:
    assert reporting_distance(exporter, importer) is None


amounts = st.floats(min_value=1e-3, max_value=1e15)


@settings(deadline=None)
@given(exporter=amounts, importer=amounts)
def test_asymmetry_is_the_hyperbolic_tangent_of_half_the_reporting_distance(exporter: float, importer: float) -> None:
    distance = reporting_distance(exporter, importer)
    assert distance is not None
    assert asymmetry(exporter, importer) == pytest.approx(math.tanh(distance / 2), rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(exporter=amounts, importer=amounts)
def test_asymmetry_is_a_share_and_the_same_from_both_sides(exporter: float, importer: float) -> None:
    apart = asymmetry(exporter, importer)
    assert apart is not None
    assert 0 <= apart <= 1
    assert asymmetry(importer, exporter) == apart


def test_the_share_of_imports_of_pakistan_and_china_is_the_published_one() -> None:
    # Pakistan to China 2001, US$ m, WITS help.
    assert share_of_imports(236, 557) == pytest.approx(0.576302, abs=5e-7)


def test_the_share_of_exports_of_the_united_states_and_mexico_is_the_published_one() -> None:
    # 2016, press figures, (M - X) / X: the same difference against the exporter.
    assert pytest.approx(-0.2250, abs=5e-5) == (179_000 - 230_959) / 230_959
    assert signed_asymmetry(230_959, 179_000) == pytest.approx(-2 * 0.126742, abs=1e-6)


@pytest.mark.parametrize(("exporter", "importer"), [(5, 0), (-1, 5), (5, -1), (0, 0)])
def test_the_share_of_imports_needs_imports(exporter: int, importer: int) -> None:
    assert share_of_imports(exporter, importer) is None


def test_without_a_negative_report_the_signed_asymmetry_tells_who_counts_less() -> None:
    assert signed_asymmetry(100, 50) == pytest.approx(-2 / 3)
    assert signed_asymmetry(50, 100) == pytest.approx(2 / 3)
    assert signed_asymmetry(0, 0) is None


@settings(deadline=None)
@given(exporter=amounts, importer=amounts)
def test_the_signed_asymmetry_is_twice_the_asymmetry(exporter: float, importer: float) -> None:
    signed, apart = signed_asymmetry(exporter, importer), asymmetry(exporter, importer)
    assert signed is not None
    assert apart is not None
    assert abs(signed) == pytest.approx(2 * apart)
    assert signed == pytest.approx((importer - exporter) / ((importer + exporter) / 2), rel=1e-9, abs=1e-12)


def test_errors_cancel_in_the_net_aggregate_and_not_in_the_absolute_one() -> None:
    found = aggregate_asymmetry([(100, 60), (60, 100)])
    assert found is not None
    assert found.absolute == pytest.approx(80 / 320)
    assert found.net == 0


@pytest.mark.parametrize("reports", [[], [(0, 0)], [(5, -1)]])
def test_an_aggregate_of_nothing_or_of_a_negative_is_undefined(reports: list[tuple[float, float]]) -> None:
    assert aggregate_asymmetry(reports) is None


@settings(deadline=None)
@given(reports=st.lists(st.tuples(amounts, amounts), min_size=1, max_size=20))
def test_the_net_aggregate_is_never_above_the_absolute_one(reports: list[tuple[float, float]]) -> None:
    found = aggregate_asymmetry(reports)
    assert found is not None
    assert 0 <= found.net <= found.absolute + 1e-12 <= 1 + 1e-9
