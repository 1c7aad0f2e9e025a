"""Reliability is found again where it is known. All figures are made up: countries, errors and flows, from a seed."""

import math

import duckdb
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr

from compact_pipelines.analytics.reconciling import error_variance, log_spread, relative_variance, weight_of_sender
from compact_pipelines.analytics.reliability import estimate_reliability

COUNTRIES = 30
PRODUCTS = 400
AREAS = [f"C{number:02d}" for number in range(COUNTRIES)]
TWO_SIDED_SHARE = 0.7
LEAST_SIGMA, GREATEST_SIGMA = 0.05, 0.6
GROSS_ERROR_SHARE = 0.02
METHODS = ("reporting_distance", "expected_distance", "asymmetry")

Floats = NDArray[np.float64]


class Made:
    """A made-up world: true flows, and reports that err by known sigmas."""

    def __init__(self, seed: int, *, gross_error_share: float = 0.0) -> None:
        rng = np.random.default_rng(seed)
        self.sigma = {role: rng.uniform(LEAST_SIGMA, GREATEST_SIGMA, COUNTRIES) for role in ("from", "to")}
        shape = (COUNTRIES, COUNTRIES, PRODUCTS)
        self.exporter, self.importer, self.product = (places.ravel() for places in np.indices(shape))
        kept = self.exporter != self.importer
        self.exporter, self.importer, self.product = (
            places[kept] for places in (self.exporter, self.importer, self.product)
        )
        size = len(self.exporter)
        self.truth = rng.lognormal(12, 3, size)
        self.sent = self.truth * np.exp(self.sigma["from"][self.exporter] * rng.standard_normal(size))
        self.received = self.truth * np.exp(self.sigma["to"][self.importer] * rng.standard_normal(size))
        gross = rng.random(size) < gross_error_share
        self.sent[gross] *= np.exp(
            rng.choice([-1, 1], gross.sum()) * rng.uniform(math.log(10), math.log(1000), gross.sum())
        )
        silent = rng.random(size)
        one_sided = (1 - TWO_SIDED_SHARE) / 2
        self.has_sent, self.has_received = silent >= one_sided, silent < 1 - one_sided

    def estimated(self) -> pl.DataFrame:
        """Reliability from the cells with both reports."""
        both = self.has_sent & self.has_received
        names = np.array(AREAS)
        cells = pl.DataFrame(
            {
                "from_area": names[self.exporter[both]],
                "to_area": names[self.importer[both]],
                "subject": pl.Series(self.product[both]).cast(pl.String),
                "time_period": "2020",
                "sent": self.sent[both],
                "received": self.received[both],
            }
        )
        with duckdb.connect() as connection:
            connection.register("cells", cells)
            return estimate_reliability(connection, "cells", min_partners=10, with_jackknife=False, with_history=False)


def by_area(estimates: pl.DataFrame, method: str, role: str, column: str) -> Floats:
    rows = estimates.filter(method=method, role=role).sort("area")
    assert rows["area"].to_list() == AREAS
    assert rows[column].null_count() == 0
    return rows[column].to_numpy()


@pytest.fixture(scope="module")
def made() -> Made:
    return Made(7)


@pytest.fixture(scope="module")
def estimates(made: Made) -> pl.DataFrame:
    return made.estimated()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", ["from", "to"])
def test_ranks_are_found_again(made: Made, estimates: pl.DataFrame, method: str, role: str) -> None:
    found = by_area(estimates, method, role, "reliability")
    assert spearmanr(found, -made.sigma[role]).statistic > 0.9


def test_one_reliability_per_country_follows_the_mean_of_its_two(made: Made, estimates: pl.DataFrame) -> None:
    found = by_area(estimates, "asymmetry", "both", "reliability")
    assert spearmanr(found, -(made.sigma["from"] + made.sigma["to"])).statistic > 0.9


@pytest.mark.parametrize("role", ["from", "to"])
def test_sigmas_themselves_are_found_again(made: Made, estimates: pl.DataFrame, role: str) -> None:
    sigma, low, high = (
        by_area(estimates, "expected_distance", role, name) for name in ("sigma", "sigma_low", "sigma_high")
    )
    assert np.abs(sigma - made.sigma[role]).max() < 0.03
    assert ((low <= made.sigma[role]) & (made.sigma[role] <= high)).mean() > 0.9


@pytest.fixture(scope="module")
def with_gross_errors() -> tuple[Made, pl.DataFrame]:
    made = Made(8, gross_error_share=GROSS_ERROR_SHARE)
    return made, made.estimated()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", ["from", "to"])
def test_gross_errors_in_two_of_a_hundred_reports_leave_the_ranks(
    with_gross_errors: tuple[Made, pl.DataFrame], method: str, role: str
) -> None:
    made, estimates = with_gross_errors
    assert spearmanr(by_area(estimates, method, role, "reliability"), -made.sigma[role]).statistic > 0.9


@pytest.mark.parametrize("role", ["from", "to"])
def test_gross_errors_move_sigmas_little(with_gross_errors: tuple[Made, pl.DataFrame], role: str) -> None:
    made, estimates = with_gross_errors
    assert np.abs(by_area(estimates, "expected_distance", role, "sigma") - made.sigma[role]).mean() < 0.03


class Judged:
    """Reconciled values of a made-up world by the sigmas that were found."""

    def __init__(self, made: Made, estimates: pl.DataFrame) -> None:
        sigma = {role: by_area(estimates, "expected_distance", role, "sigma") for role in ("from", "to")}
        pairs = [(own, other) for own in sigma["from"] for other in sigma["to"]]
        self.weight = self._per_cell(made, [weight_of_sender(*pair) for pair in pairs])
        self.spread = self._per_cell(made, [log_spread(relative_variance(*pair)) for pair in pairs])
        alone = {role: np.array([log_spread(error_variance(one)) for one in sigma[role]]) for role in sigma}
        self.value = self.weight * made.sent + (1 - self.weight) * made.received
        self.two_sided = made.has_sent & made.has_received
        only_sent, only_received = ~made.has_received, ~made.has_sent
        self.value = np.where(only_sent, made.sent, np.where(only_received, made.received, self.value))
        self.spread = np.where(only_sent, alone["from"][made.exporter], self.spread)
        self.spread = np.where(only_received, alone["to"][made.importer], self.spread)
        self.is_covered = np.abs(np.log(self.value / made.truth)) <= 1.96 * self.spread

    @staticmethod
    def _per_cell(made: Made, per_pair: list[float]) -> Floats:
        return np.array(per_pair)[made.exporter * COUNTRIES + made.importer]


@pytest.fixture(scope="module")
def judged(made: Made, estimates: pl.DataFrame) -> Judged:
    return Judged(made, estimates)


def test_reconciled_values_are_nearer_to_the_truth_than_either_report(made: Made, judged: Judged) -> None:
    both = judged.two_sided

    def error(values: Floats) -> float:
        return float((np.log(values[both] / made.truth[both]) ** 2).mean())

    assert error(judged.value) < min(error(made.sent), error(made.received))


def test_intervals_hold_the_truth_as_often_as_they_say(judged: Judged) -> None:
    assert 0.93 <= judged.is_covered[judged.two_sided].mean() <= 0.97
    assert 0.93 <= judged.is_covered.mean() <= 0.97


def test_a_rerun_and_another_order_of_rows_give_the_same(made: Made, estimates: pl.DataFrame) -> None:
    order = np.random.default_rng(1).permutation(len(made.truth))
    shuffled = Made(7)
    fields = ("exporter", "importer", "product", "sent", "received", "has_sent", "has_received")
    for name in fields:
        setattr(shuffled, name, getattr(made, name)[order])
    assert shuffled.estimated().equals(estimates)
