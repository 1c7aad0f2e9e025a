"""Reliability of reporters: what is refused, and why. Areas and figures are made up."""

import math
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from compact_pipelines.analytics.reliability import estimate_reliability

Panels = Callable[..., pl.DataFrame]
Estimates = Callable[..., pl.DataFrame]

COLUMNS = ("from_area", "to_area", "subject", "time_period", "sent", "received")


def cells(*rows: tuple[Any, ...]) -> pl.DataFrame:
    types = {name: pl.Float64 if name in {"sent", "received"} else pl.String for name in COLUMNS}
    return pl.DataFrame(list(rows), schema=types, orient="row")


def column(found: pl.DataFrame, method: str, role: str, name: str = "estimate") -> dict[str, Any]:
    rows = found.filter(method=method, role=role)
    return dict(zip(rows["area"], rows[name], strict=True))


def reasons(found: pl.DataFrame) -> set[str | None]:
    return set(found["reason"])


@pytest.fixture(scope="module")
def panel(made_up_panel: Panels) -> pl.DataFrame:
    return made_up_panel()


@pytest.fixture(scope="module")
def found(panel: pl.DataFrame, reliability_of: Estimates) -> pl.DataFrame:
    return reliability_of(panel, with_jackknife=True, with_history=True)


def test_nothing_gives_nothing(reliability_of: Estimates) -> None:
    assert reliability_of(cells(), with_jackknife=True, with_history=True).is_empty()


def test_zeros_alone_identify_nobody(made_up_panel: Panels, reliability_of: Estimates) -> None:
    zeros = made_up_panel().with_columns(sent=pl.lit(0.0), received=pl.lit(0.0))
    found = reliability_of(zeros, with_jackknife=True, with_history=True)
    assert found.height == 14 * 7 * 4
    assert reasons(found) == {"not_identified"}
    assert found["mirrors_count"].sum() == 0


def test_three_members_are_not_identified(made_up_panel: Panels, reliability_of: Estimates) -> None:
    found = reliability_of(made_up_panel(areas=3), with_jackknife=True, with_history=True)
    assert reasons(found) == {"not_identified"}
    assert found.filter(time_period="2015/2017")["mirrors_count"].min() > 0


def test_two_panels_without_a_tie_are_not_identified(made_up_panel: Panels, reliability_of: Estimates) -> None:
    other = made_up_panel(seed=4).with_columns(pl.col("from_area", "to_area").str.replace("A", "B"))
    assert reasons(reliability_of(pl.concat([made_up_panel(), other]), with_jackknife=True)) == {"not_identified"}


def test_two_camps_that_trade_only_with_each_other_are_not_identified(
    made_up_panel: Panels, reliability_of: Estimates
) -> None:
    is_first = pl.col("from_area") < "A12"
    camps = made_up_panel(areas=24).filter(is_first != (pl.col("to_area") < "A12"))
    assert reasons(reliability_of(camps, with_jackknife=True)) == {"not_identified"}


def test_roles_that_nobody_shares_have_no_level(made_up_panel: Panels, reliability_of: Estimates) -> None:
    one_way = made_up_panel(areas=24).filter(pl.col("from_area") < "A12", pl.col("to_area") >= "A12")
    assert reasons(reliability_of(one_way)) == {"not_identified"}


def test_areas_apart_from_the_panel_have_too_few_mirrors_and_do_not_disturb_it(
    panel: pl.DataFrame, found: pl.DataFrame, reliability_of: Estimates
) -> None:
    apart = cells(("X1", "X2", "P0", "2015", 5.0, 7.0), ("X2", "X1", "P0", "2016", 5.0, 7.0))
    beside = reliability_of(pl.concat([panel, apart]))
    assert reasons(beside.filter(pl.col("area").str.starts_with("X"))) == {"too_few_mirrors"}
    names = ["area", "role", "method", "estimate", "rank"]
    inside = beside.filter(pl.col("area").str.starts_with("A"), method="asymmetry").select(names)
    assert_frame_equal(inside, found.filter(time_period="2015/2017", method="asymmetry").select(names), abs_tol=1e-6)
    assert reasons(beside.filter(pl.col("area").str.starts_with("A"))) == {None}


def test_nine_partners_are_too_few_and_ten_are_enough(made_up_panel: Panels, reliability_of: Estimates) -> None:
    few = made_up_panel(missing=0).filter((pl.col("from_area") != "A00") | (pl.col("to_area") < "A10"))
    found = reliability_of(few, with_jackknife=True)
    ratios = column(found, "expected_distance", "from", "partners_count")
    assert ratios["A00"] == 9
    for method in ("expected_distance", "reporting_distance", "asymmetry"):
        assert column(found, method, "from", "reason")["A00"] == "too_few_mirrors"
        assert column(found, method, "to", "reason")["A00"] is None
        assert column(found, method, "from")["A01"] is not None
    assert column(found, "asymmetry", "both", "reason")["A00"] is None
    ten = made_up_panel(missing=0).filter((pl.col("from_area") != "A00") | (pl.col("to_area") < "A11"))
    assert column(reliability_of(ten), "expected_distance", "from", "reason")["A00"] is None


def test_how_many_partners_are_enough_is_for_the_caller_to_say(
    made_up_panel: Panels, reliability_of: Estimates
) -> None:
    few = made_up_panel(missing=0).filter((pl.col("from_area") != "A00") | (pl.col("to_area") < "A10"))
    for method in ("expected_distance", "reporting_distance", "asymmetry"):
        assert column(reliability_of(few, min_partners=9), method, "from", "reason")["A00"] is None
    too_many = len(set(few["from_area"]))
    assert reasons(reliability_of(few, min_partners=too_many)) == {"not_identified"}


def test_unusable_reports_are_left_out(panel: pl.DataFrame, found: pl.DataFrame, reliability_of: Estimates) -> None:
    unusable = [
        ("A00", "A01", "P0", "2015", sent, received)
        for sent, received in [(-1.0, 5.0), (None, 5.0), (5.0, None), (math.nan, 1.0), (math.inf, 1.0), (0.0, 0.0)]
    ]
    itself = ("A00", "A00", "P0", "2015", 1.0, 2.0)
    unnamed = (None, "A01", "P0", "2015", 1.0, 2.0)
    beside = reliability_of(
        pl.concat([panel, cells(*unusable, itself, unnamed)]), with_jackknife=True, with_history=True
    )
    assert beside.equals(found)


def test_a_report_of_zero_against_one_is_an_asymmetry_and_no_ratio(
    panel: pl.DataFrame, found: pl.DataFrame, reliability_of: Estimates
) -> None:
    zero = cells(("A00", "A01", "P0", "2015", 0.0, 5.0))
    beside = reliability_of(pl.concat([panel, zero]))
    before = found.filter(time_period="2015/2017")
    for method, more in (("asymmetry", 1), ("expected_distance", 0), ("reporting_distance", 0)):
        counts, old = (column(frame, method, "from", "mirrors_count")["A00"] for frame in (beside, before))
        assert counts == old + more


def test_reports_that_all_agree_have_no_error_that_can_be_told(
    made_up_panel: Panels, reliability_of: Estimates
) -> None:
    found = reliability_of(
        made_up_panel().with_columns(received=pl.col("sent")), with_jackknife=True, with_history=True
    )
    assert reasons(found) == {None}
    assert found["sigma"].max() == pytest.approx(1e-4)
    assert found["rank"].max() == 1


def test_tiny_and_huge_reports_are_borne(made_up_panel: Panels, reliability_of: Estimates) -> None:
    wild = made_up_panel().with_columns(
        sent=pl.when(from_area="A00").then(1e-300).when(from_area="A01").then(1e300).otherwise("sent")
    )
    found = reliability_of(wild, with_jackknife=True, with_history=True)
    assert reasons(found) == {None}
    worst = found.filter(time_period="2015/2017", method="expected_distance", role="from").sort("rank")["area"][-2:]
    assert set(worst) == {"A00", "A01"}


def test_a_quoted_view_is_read_and_nothing_is_left_behind(panel: pl.DataFrame, found: pl.DataFrame) -> None:
    with duckdb.connect() as connection:
        connection.register("given", panel)
        connection.execute('CREATE VIEW "mirror ""cells""" AS SELECT * FROM given')
        before = connection.execute("SELECT table_name FROM duckdb_tables() UNION ALL FROM (SHOW TABLES)").fetchall()
        read = estimate_reliability(
            connection, 'mirror "cells"', min_partners=10, with_jackknife=True, with_history=True
        )
        after = connection.execute("SELECT table_name FROM duckdb_tables() UNION ALL FROM (SHOW TABLES)").fetchall()
    assert read.equals(found)
    assert before == after


@settings(max_examples=12)
@given(
    seed=st.integers(min_value=0, max_value=10_000),
    areas=st.integers(min_value=2, max_value=16),
    share=st.sampled_from([0.1, 0.6, 0.95]),
    sigma=st.sampled_from([0.0, 1.0, 20.0]),
)
def test_whatever_the_panel_there_is_a_number_or_a_reason(
    made_up_panel: Panels, reliability_of: Estimates, *, seed: int, areas: int, share: float, sigma: float
) -> None:
    rng = np.random.default_rng(seed)
    panel = made_up_panel(areas=areas, seed=seed, missing=1 - share)
    wild = np.exp(sigma * rng.standard_normal(panel.height)) * (rng.random(panel.height) > 0.1)
    found = reliability_of(panel.with_columns(received=pl.col("sent") * wild), with_jackknife=True, with_history=True)
    ranked = found.filter(pl.col("rank").is_not_null())
    assert (ranked["rank_low"] <= ranked["rank"]).all()
    assert (ranked["rank"] <= ranked["rank_high"]).all()
    with_sigma = found.filter(pl.col("sigma").is_not_null())
    assert (with_sigma["sigma"] > 0).all()
    assert (with_sigma["sigma"] >= with_sigma["sigma_low"] - 1e-9).all()
    assert (with_sigma["sigma"] <= with_sigma["sigma_high"] + 1e-9).all()
