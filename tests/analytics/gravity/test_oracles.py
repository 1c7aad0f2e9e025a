"""Published estimates and scenarios, found again from their published inputs.

The inputs are read from the folder that COMPACT_ORACLES names: files of the Advanced Guide to Trade Policy Analysis
(Yotov, Piermartini, Monteiro and Larch, WTO and UNCTAD 2016; tradepolicy package) and of gegravity (Herman).
"""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from compact_pipelines.analytics.gravity.hat import Floats, solve_hat
from compact_pipelines.analytics.gravity.ppml import Estimated, estimate_ols, estimate_ppml

VARIABLE = "COMPACT_ORACLES"
YEARS = [1986, 1990, 1994, 1998, 2002, 2006]
DISTANCE = ["log_distance", "CNTG", "LANG", "CLNY"]


def oracle(name: str) -> pl.DataFrame:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} names no folder of published inputs")
    return pl.read_csv(Path(folder) / name)


@pytest.fixture(scope="module")
def chapter1() -> pl.DataFrame:
    trade = pl.col("trade")
    return (
        oracle("chapter1_application1.csv.gz")
        .with_columns(pl.col("year").cast(pl.Int64))
        .filter(pl.col("year").is_in(YEARS))
        .with_columns(
            log_distance=pl.col("DIST").log(),
            log_output=trade.sum().over("exporter", "year").log(),
            log_expenditure=trade.sum().over("importer", "year").log(),
            from_time=pl.concat_str("exporter", "year"),
            to_time=pl.concat_str("importer", "year"),
        )
        .filter(pl.col("exporter") != pl.col("importer"))
    )


@pytest.fixture(scope="module")
def gegravity() -> pl.DataFrame:
    return oracle("gegravity_sample.csv").with_columns(pl.col("trade").cast(pl.Float64)).sort("exporter", "importer")


@pytest.fixture(scope="module")
def gegravity_estimate(gegravity: pl.DataFrame) -> Estimated:
    terms = ["lndist", "contiguity", "common_language", "pta", "international"]
    return estimate_ppml(gegravity, "trade", terms, ["exporter", "importer"])


def rounded(found: Estimated) -> list[float]:
    return [round(found.coefficients[term], 3) for term in DISTANCE]


def test_the_guide_by_least_squares(chapter1: pl.DataFrame) -> None:
    logs = chapter1.filter(pl.col("trade") > 0).with_columns(log_trade=pl.col("trade").log())
    plain = estimate_ols(logs, "log_trade", [*DISTANCE, "log_output", "log_expenditure"], (), "pair_id")
    assert (rounded(plain), plain.n_used) == ([-1.002, 0.574, 0.802, 0.735], 25_689)
    with_effects = estimate_ols(logs, "log_trade", DISTANCE, ["from_time", "to_time"], "pair_id")
    assert rounded(with_effects) == [-1.216, 0.223, 0.661, 0.670]


def test_the_guide_by_ppml(chapter1: pl.DataFrame) -> None:
    found = estimate_ppml(chapter1, "trade", DISTANCE, ["from_time", "to_time"], "pair_id")
    assert (rounded(found), found.n_used) == ([-0.841, 0.437, 0.247, -0.222], 28_152)


def test_gegravity_s_coefficients(gegravity: pl.DataFrame, gegravity_estimate: Estimated) -> None:
    published = {
        "lndist": -0.3898623,
        "contiguity": 0.8915770,
        "common_language": 0.0326249,
        "pta": 0.4711383,
        "international": -3.4125840,
    }
    assert gegravity_estimate.coefficients == pytest.approx(published, abs=1e-6)
    assert gegravity["trade"].sum() == 24_246_476
    assert gegravity_estimate.fitted.sum() == pytest.approx(24_246_476, abs=0.01)


def test_gegravity_s_agreement_of_canada_and_japan(gegravity: pl.DataFrame, gegravity_estimate: Estimated) -> None:
    areas = gegravity["exporter"].unique().sort().to_list()
    count = len(areas)
    base = gegravity_estimate.fitted.reshape(count, count)
    shock = np.ones((count, count))
    here, there = areas.index("CAN"), areas.index("JPN")
    shock[here, there] = shock[there, here] = np.exp(gegravity_estimate.coefficients["pta"])

    def gain(sigma: float, area: str) -> float:
        return float(100 * (solve_hat(base, shock, sigma, areas).real_income[0, areas.index(area)] - 1))

    assert gain(5.0, "CAN") == pytest.approx(0.41826, abs=0.015)
    assert gain(5.0, "JPN") == pytest.approx(0.05375, abs=0.015)
    assert gain(5.0, "USA") == pytest.approx(-0.00741, abs=0.015)
    assert gain(5.0, "MEX") == pytest.approx(-0.01282, abs=0.015)
    assert gain(7.0, "CAN") == pytest.approx(0.27865, abs=0.015)
    # A solver that rebuilds the margins from its own baseline, as this one does.
    assert gain(5.0, "CAN") == pytest.approx(0.42823, abs=1e-3)


def nafta(flows: Floats, areas: list[str]) -> dict[str, float]:
    shock = np.ones_like(flows)
    places = [areas.index(area) for area in ("CAN", "MEX", "USA")]
    for here in places:
        for there in places:
            shock[here, there] = 1.0 if here == there else np.exp(-0.5571853)
    income = solve_hat(flows, shock, 7.0, areas).real_income[0]
    return {area: float(100 * (1 / income[areas.index(area)] - 1)) for area in ("CAN", "MEX", "USA")}


def test_the_guide_s_agreement_and_nafta_on_both_bases() -> None:
    panel = (
        oracle("chapter2_application2.csv.gz")
        .with_columns(pl.col("year").cast(pl.Int64))
        .filter(pl.col("year").is_in(YEARS))
        .with_columns(
            from_time=pl.concat_str("exporter", "year"),
            to_time=pl.concat_str("importer", "year"),
            pair=pl.concat_str(pl.min_horizontal("exporter", "importer"), pl.max_horizontal("exporter", "importer")),
        )
    )
    found = estimate_ppml(panel, "trade", ["RTA"], ["from_time", "to_time", "pair"], "pair")
    assert found.coefficients["RTA"] == pytest.approx(0.5571853, abs=1e-7)
    assert (found.n_used, found.n_separated) == (28_482, 84)
    year = panel.with_columns(fitted=found.fitted).filter(pl.col("year") == 1994).sort("exporter", "importer")
    areas = year["exporter"].unique().sort().to_list()
    fitted, observed = (year[column].to_numpy().reshape(len(areas), len(areas)) for column in ("fitted", "trade"))
    # The Guide's own figures, within the five hundredths that its early stop is worth, and those of a converged run.
    assert nafta(fitted, areas) == pytest.approx({"CAN": 3.4034, "MEX": 3.8101, "USA": 0.3346}, abs=0.05)
    assert nafta(fitted, areas) == pytest.approx({"CAN": 3.4401, "MEX": 3.8292, "USA": 0.3340}, abs=5e-5)
    assert nafta(observed, areas) == pytest.approx({"CAN": 3.08, "MEX": 2.52, "USA": 0.29}, abs=5e-3)
