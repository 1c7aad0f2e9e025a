"""Estimates on a made-up panel whose answer is known."""

import re
import warnings

import numpy as np
import polars as pl
import pytest
from pyfixest.estimation.formula import utils

from compact_pipelines.analytics.gravity.ppml import _effects_in_order, estimate_ols, estimate_ppml
from compact_pipelines.errors import ModelRefused

BETA = 0.7


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    """Flows that are exactly what the equation says, and one pair that never trades."""
    random = np.random.default_rng(3)
    effects = {(side, area): random.normal() for side in ("from", "to") for area in "ABCDEFGH"}
    rows = []
    for year in ("1", "2", "3"):
        for one in "ABCDEFGH":
            for other in "ABCDEFGH":
                rta = int(one != other and (ord(one) + ord(other) + int(year)) % 3 == 0)
                flow = np.exp(effects["from", one] + effects["to", other] + BETA * rta + (one == other))
                flow = 0.0 if {one, other} == {"A", "H"} else flow
                pair = min(one, other) + max(one, other)
                rows.append((one + year, other + year, pair, float(flow), rta))
    return pl.DataFrame(rows, schema=["from_time", "to_time", "pair", "flow", "rta"], orient="row")


def test_the_effect_is_found_and_what_is_separated_is_counted_and_fitted_as_zero(panel: pl.DataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = estimate_ppml(panel, "flow", ["rta"], ["from_time", "to_time", "pair"], "pair")
    assert found.coefficients == pytest.approx({"rta": BETA}, abs=1e-6)
    assert found.effects == ("from_time", "to_time", "pair")
    assert (found.n_separated, found.n_used) == (6, panel.height - 6)
    assert found.fitted == pytest.approx(panel["flow"].to_numpy(), rel=1e-4)
    assert found.fitted[panel["flow"].to_numpy() == 0].tolist() == [0.0] * 6


def test_least_squares_finds_it_in_logs(panel: pl.DataFrame) -> None:
    logs = panel.filter(pl.col("flow") > 0).with_columns(log_flow=pl.col("flow").log())
    found = estimate_ols(logs, "log_flow", ["rta"], ["from_time", "to_time", "pair"], "pair")
    assert found.coefficients == pytest.approx({"rta": BETA})
    assert found.fitted == pytest.approx(logs["log_flow"].to_numpy(), abs=1e-6)


def test_a_term_that_the_effects_take_up_is_refused(panel: pl.DataFrame) -> None:
    constant = panel.with_columns(
        is_home=(pl.col("pair").str.slice(0, 1) == pl.col("pair").str.slice(1)).cast(pl.Int64)
    )
    with pytest.raises(ModelRefused, match="is_home cannot be told from the effects pair"):
        estimate_ppml(constant, "flow", ["rta", "is_home"], ["pair"], "pair")


def test_blank_and_negative_flows_are_refused(panel: pl.DataFrame) -> None:
    with pytest.raises(ModelRefused, match="flow has blank cells"):
        estimate_ppml(panel.with_columns(flow=pl.lit(None, dtype=pl.Float64)), "flow", ["rta"], ["pair"])
    with pytest.raises(ModelRefused, match="flow is below zero in 192 rows"):
        estimate_ppml(panel.with_columns(flow=pl.lit(-1.0)), "flow", ["rta"], ["pair"])


def test_effects_are_taken_in_the_order_of_the_formula() -> None:
    names = [f"effect_{letter}" for letter in "hbgdafce"]
    with _effects_in_order():
        formula = utils._encode_fixed_effects(" + ".join(names), pl.DataFrame().to_pandas())
    assert re.findall(r"effect_[a-h]", formula) == names
    assert "set" not in vars(utils)
