"""Reliability of reporters: what it is made of, and how it holds. Areas and figures are made up."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from polars.testing import assert_frame_equal

from compact_pipelines.analytics.reliability import SCHEMA

Panels = Callable[..., pl.DataFrame]
Estimates = Callable[..., pl.DataFrame]
Floats = NDArray[np.float64]


def column(found: pl.DataFrame, method: str, role: str, name: str = "estimate") -> dict[str, Any]:
    rows = found.filter(method=method, role=role)
    return dict(zip(rows["area"], rows[name], strict=True))


@pytest.fixture(scope="module")
def panel(made_up_panel: Panels) -> pl.DataFrame:
    return made_up_panel()


@pytest.fixture(scope="module")
def found(panel: pl.DataFrame, reliability_of: Estimates) -> pl.DataFrame:
    return reliability_of(panel, with_jackknife=True, with_history=True)


# The same by other means


def dummies(*keys: pl.Series) -> Floats:
    """One column per level of each key: 1 where it holds."""
    levels = [(key, level) for key in keys for level in key.unique().sort()]
    return np.column_stack([(key == level).to_numpy() for key, level in levels]).astype(float)


def test_reporting_distance_is_weighted_least_squares_with_all_effects(
    panel: pl.DataFrame, found: pl.DataFrame
) -> None:
    areas = sorted(set(panel["from_area"]))
    keys = [panel[name] for name in ("from_area", "to_area", "time_period", "subject")]
    design = dummies(*keys)
    distance = np.abs(np.log((panel["sent"] / panel["received"]).to_numpy()))
    weight = np.maximum(np.log((panel["sent"] + panel["received"]).to_numpy()), 1)
    root = np.sqrt(weight)
    effects, _, rank, _ = np.linalg.lstsq(design * root[:, None], distance * root, rcond=None)
    rest = (weight * (distance - design @ effects) ** 2).sum() / (len(distance) - rank)
    covariance = rest * np.linalg.pinv((design * weight[:, None]).T @ design)
    sizes = [key.n_unique() for key in keys]
    for role, own in (("from", 0), ("to", 1)):
        mean = np.concatenate([np.full(size, 0.0 if kind == own else 1 / size) for kind, size in enumerate(sizes)])
        contrast = np.tile(mean, (len(areas), 1))
        contrast[range(len(areas)), sum(sizes[:own]) + np.arange(len(areas))] = 1
        pooled = found.filter(time_period="2015/2017")
        assert list(column(pooled, "reporting_distance", role).values()) == pytest.approx(contrast @ effects, abs=1e-6)
        errors = np.sqrt(np.diag(contrast @ covariance @ contrast.T))
        assert list(column(pooled, "reporting_distance", role, "std_error").values()) == pytest.approx(errors, rel=1e-4)
        means = contrast @ effects
        sigma = math.pi / 2 * (means - means.min() + 2 * errors)
        assert list(column(pooled, "reporting_distance", role, "sigma").values()) == pytest.approx(sigma, abs=1e-5)
        assert (sigma > 0).all()


def test_asymmetry_is_least_squares_over_all_mirrors(panel: pl.DataFrame, found: pl.DataFrame) -> None:
    pooled = found.filter(time_period="2015/2017")
    design = dummies(panel["from_area"], panel["to_area"])
    asymmetry = ((panel["sent"] - panel["received"]).abs() / (panel["sent"] + panel["received"])).to_numpy()
    effects = np.linalg.lstsq(design, asymmetry, rcond=None)[0]
    own, other = np.split(effects, 2)
    level = (other.mean() - own.mean()) / 2
    assert list(column(pooled, "asymmetry", "from").values()) == pytest.approx(own + level, abs=1e-7)
    assert list(column(pooled, "asymmetry", "to").values()) == pytest.approx(other - level, abs=1e-7)
    single = np.linalg.lstsq(design[:, :14] + design[:, 14:], asymmetry, rcond=None)[0]
    assert list(column(pooled, "asymmetry", "both").values()) == pytest.approx(single, abs=1e-7)
    assert list(column(pooled, "asymmetry", "both", "reliability").values()) == pytest.approx(1 - single, abs=1e-7)
    assert pooled.filter(method="asymmetry")["sigma"].null_count() == 14 * 3


def test_expected_distances_are_those_of_the_sigmas(panel: pl.DataFrame, found: pl.DataFrame) -> None:
    pooled = found.filter(time_period="2015/2017")
    own, other = (column(pooled, "expected_distance", role, "sigma") for role in ("from", "to"))
    expected = [math.hypot(own[row[0]], other[row[1]]) * math.sqrt(2 / math.pi) for row in panel.iter_rows()]
    distance = (panel["sent"] / panel["received"]).log().abs()
    assert float(np.mean(expected)) == pytest.approx(float(distance.mean()), rel=0.05)


def test_swapping_the_sides_swaps_the_roles(
    panel: pl.DataFrame, found: pl.DataFrame, reliability_of: Estimates
) -> None:
    sides = {"from_area": "to_area", "to_area": "from_area", "sent": "received", "received": "sent"}
    swapped = reliability_of(panel.rename(sides).select(panel.columns))
    pooled = found.filter(time_period="2015/2017")
    for method in ("reporting_distance", "asymmetry", "expected_distance"):
        for name in ("estimate", "std_error", "rank"):
            for role, other in (("from", "to"), ("to", "from")):
                there, here = column(swapped, method, role, name), column(pooled, method, other, name)
                assert there == pytest.approx(here, abs=1e-6)


def test_the_unit_of_the_flows_does_not_matter_where_it_is_no_weight(
    panel: pl.DataFrame, found: pl.DataFrame, reliability_of: Estimates
) -> None:
    scaled = reliability_of(panel.with_columns(pl.col("sent", "received") * 1000))
    methods = ["asymmetry", "expected_distance"]
    pooled = found.filter(pl.col("method").is_in(methods), time_period="2015/2017")
    names = ["area", "role", "method", "estimate", "std_error", "rank"]
    assert_frame_equal(scaled.filter(pl.col("method").is_in(methods)).select(names), pooled.select(names), abs_tol=1e-6)


def test_reliability_of_a_sigma_is_one_less_its_expected_asymmetry(found: pl.DataFrame) -> None:
    row = found.filter(method="expected_distance").row(0, named=True)
    draws = np.abs(np.random.default_rng(5).standard_normal(400_000)) * row["sigma"]
    assert row["reliability"] == pytest.approx(1 - np.tanh(draws / 2).mean(), abs=2e-3)


# Years, ranks and leaving out


def test_a_year_of_the_history_is_that_year_alone(
    panel: pl.DataFrame, found: pl.DataFrame, reliability_of: Estimates
) -> None:
    alone = reliability_of(panel.filter(time_period="2016"))
    assert set(alone["time_period"]) == {"2016/2016"}
    history = found.filter(time_period="2016")
    numbers = [name for name in SCHEMA if name != "time_period"]
    assert_frame_equal(history.select(numbers), alone.select(numbers), abs_tol=1e-6)
    assert history["jackknife_error"].null_count() == history.height


def test_ranks_share_places_and_hold_their_range(found: pl.DataFrame) -> None:
    pooled = found.filter(time_period="2015/2017", method="expected_distance", role="from")
    assert pooled["rank"].to_list() == pooled["estimate"].rank("min").to_list()
    assert (pooled["rank_low"] <= pooled["rank"]).all()
    assert (pooled["rank"] <= pooled["rank_high"]).all()
    assert pooled["rank_low"].min() == 1
    assert pooled["rank_high"].max() == 14


def test_equal_estimates_share_a_rank_and_the_next_is_skipped(made_up_panel: Panels, reliability_of: Estimates) -> None:
    agreed = made_up_panel(missing=0).with_columns(received=pl.col("sent"))
    odd = agreed.with_columns(received=pl.when(from_area="A03").then(pl.col("sent") * 2).otherwise("received"))
    ranks = column(reliability_of(odd), "asymmetry", "from", "rank")
    assert sorted(ranks.values()) == [1] * 13 + [14]
    assert ranks["A03"] == 14


@pytest.fixture(scope="module")
def left_out(made_up_panel: Panels, reliability_of: Estimates) -> dict[str, pl.DataFrame]:
    """Estimates without each partner of A00 and without each year, by hand; the whole panel's under ''."""
    panel = made_up_panel(subjects=1, seed=11)
    partners = [f"A{number:02d}" for number in range(1, 14)]
    without = {name: panel.filter(pl.col("from_area") != name, pl.col("to_area") != name) for name in partners}
    without |= {year: panel.filter(pl.col("time_period") != year) for year in ("2015", "2016", "2017")}
    return {"": reliability_of(panel, with_jackknife=True)} | {
        name: reliability_of(cells) for name, cells in without.items()
    }


@pytest.mark.parametrize("method", ["asymmetry", "expected_distance", "reporting_distance"])
def test_leaving_out_a_partner_is_estimating_without_it(left_out: dict[str, pl.DataFrame], method: str) -> None:
    full, names = left_out[""], [name for name in left_out if name]
    again = [column(left_out[name], method, "from")["A00"] for name in names]
    partners = np.array([one for name, one in zip(names, again, strict=True) if name.startswith("A")])
    error = math.sqrt((len(partners) - 1) / len(partners) * ((partners - partners.mean()) ** 2).sum())
    # Ours keeps in refits which distances are cut, and how much pairs weigh.
    tolerance = 0.1 if method == "expected_distance" else 1e-4
    assert column(full, method, "from", "jackknife_error")["A00"] == pytest.approx(error, rel=tolerance)
    assert column(full, method, "from", "jackknife_low")["A00"] == pytest.approx(min(again), rel=tolerance)
    assert column(full, method, "from", "jackknife_high")["A00"] == pytest.approx(max(again), rel=tolerance)
    estimate = column(full, method, "from")["A00"]
    most = names[int(np.argmax([abs(one - estimate) for one in again]))]
    assert column(full, method, "from", "jackknife_left_out")["A00"] == most


def test_one_year_alone_leaves_no_year_out(made_up_panel: Panels, reliability_of: Estimates) -> None:
    found = reliability_of(made_up_panel(years=1), with_jackknife=True)
    assert all(name.startswith("A") for name in found["jackknife_left_out"])
