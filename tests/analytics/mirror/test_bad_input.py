"""Negative, zero, missing and slipped reports: null with its reason, or a stated bound. Every figure is made up."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

Report = Callable[..., dict[str, Any]]
Mirror = Callable[..., pl.DataFrame]


def only(flows: pl.DataFrame, **cells: str) -> dict[str, Any]:
    """The one row with these cells; more or none is an error."""
    found = flows.filter(**cells)
    assert found.height == 1, f"{found.height} rows with {cells}"
    return found.row(0, named=True)


def test_a_negative_report_of_goods_is_not_reconciled(exported: Report, imported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(obs_value=Decimal(-5)), imported()))
    assert row["reconciled_reason"] == "negative_input"
    assert [row[name] for name in ("reconciled", "low", "high", "weight_from", "asymmetry")] == [None] * 5
    assert row["grade"] == "D"


def test_a_negative_position_is_shown_and_not_reconciled(held: Report, mirror: Mirror) -> None:
    row = only(mirror(capital=[held(obs_value=Decimal(-5))]), freq="M")
    assert (row["reported_by_to"], row["reconciled"], row["reconciled_reason"]) == (-5, None, "negative_input")


@pytest.mark.parametrize(("sent", "received"), [(0, 50), (50, 0)])
def test_zero_against_a_value_gives_the_two_reports_as_bounds(
    sent: int, received: int, exported: Report, imported: Report, mirror: Mirror
) -> None:
    row = only(mirror(exported(obs_value=Decimal(sent)), imported(obs_value=Decimal(received))))
    assert (row["reconciled"], row["low"], row["high"]) == (None, 0, 50)
    assert (row["asymmetry"], row["reconciled_reason"], row["grade"]) == (1, "zero_against_value", "D")


def test_two_zeros_are_zero_without_an_interval(exported: Report, imported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(obs_value=Decimal(0)), imported(obs_value=Decimal(0))))
    assert (row["reconciled"], row["low"], row["high"]) == (0, None, None)
    assert (row["asymmetry"], row["reconciled_reason"]) == (None, "zero_no_interval")


def test_zero_is_not_a_missing_report(exported: Report, imported: Report, mirror: Mirror) -> None:
    zero = only(mirror(exported(obs_value=Decimal(0)), imported()))
    missing = only(mirror(exported(obs_value=None, obs_status="O"), imported()))
    assert (zero["reported_by_from"], zero["missing_from"], zero["reconciled"]) == (0, None, None)
    assert (missing["reported_by_from"], missing["missing_from"]) == (None, "missing_value")
    assert (missing["reconciled"], missing["reconciled_reason"]) == (100, "one_report")


def test_one_zero_alone_is_zero_without_an_interval(exported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(obs_value=Decimal(0))))
    assert (row["reconciled"], row["low"], row["high"], row["reconciled_reason"]) == (0, None, None, "zero_no_interval")


# Slips of the unit


@pytest.mark.parametrize("factor", [1000, 3000, 10**6, 10**9, Decimal("0.001")])
def test_a_factor_of_a_thousand_is_a_slip_of_the_unit(
    factor: int | Decimal, exported: Report, imported: Report, mirror: Mirror
) -> None:
    row = only(mirror(exported(obs_value=Decimal(90) * factor), imported()))
    assert row["reconciled_reason"] == "unit_slip"
    assert [row[name] for name in ("reconciled", "low", "high", "weight_from")] == [None] * 4
    assert row["reported_by_from"] == 90 * factor


def test_a_factor_of_ten_alone_is_no_slip(exported: Report, imported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(obs_value=Decimal(1000)), imported()))
    assert row["reconciled_reason"] is None
    assert row["grade"] == "D"


@pytest.mark.parametrize("factor", [10, 100])
def test_a_factor_of_ten_between_two_that_agree_in_other_years_is_a_slip(
    factor: int, exported: Report, imported: Report, mirror: Mirror
) -> None:
    years = ("2015", "2016", "2017")
    flows = mirror(
        *(exported(time_period=year, obs_value=Decimal(95)) for year in years),
        *(imported(time_period=year) for year in (*years, "2018")),
        exported(obs_value=Decimal(95) * factor),
    )
    assert flows["reconciled_reason"].to_list() == [None, None, None, "unit_slip"]


def test_the_habit_of_a_reporter_of_counting_in_tens_is_a_slip_in_all_its_pairs(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    products = [
        "TOTAL",
        "HS_84",
        "HS_85",
        "NAICS_334",
        *(f"HS22_{code}" for code in (8415, 8418, 8473, 8502, 8504, 8517)),
    ]
    flows = mirror(
        *(exported(product=code, obs_value=Decimal(1000)) for code in products),
        *(imported(product=code) for code in products),
    )
    assert flows["reconciled_reason"].unique().to_list() == ["unit_slip"]


def test_two_figures_of_one_collection_or_of_a_copy_can_slip_too(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    there, back = {"ref_area": "USA", "counterpart_area": "CAN"}, {"ref_area": "CAN", "counterpart_area": "USA"}
    one = only(mirror(exported(**there, obs_value=Decimal(100_000)), imported(**back)))
    copied = {"imputed_mirror": True}
    other = only(mirror(exported(**copied, obs_value=Decimal(100_000)), imported(**copied)))
    assert (one["reconciled"], one["reconciled_reason"]) == (None, "unit_slip")
    assert (other["reconciled"], other["reconciled_reason"]) == (None, "unit_slip")


def test_a_year_with_a_slipped_month_is_no_number(exported: Report, imported: Report, mirror: Mirror) -> None:
    months = [f"2018-{month:02d}" for month in range(1, 13)]
    sold = [exported(freq="M", time_period=month) for month in months]
    sold[4]["obs_value"] = Decimal(100_000)
    flows = mirror(*sold, *(imported(freq="M", time_period=month) for month in months))
    slipped = flows.filter(reconciled_reason="unit_slip")
    assert slipped.select("freq", "time_period").rows() == [("A", "2018"), ("M", "2018-05")]
    assert slipped["reconciled"].null_count() == 2


def test_a_slipped_month_blanks_its_quarter_and_no_other(exported: Report, imported: Report, mirror: Mirror) -> None:
    months = [f"2018-{month:02d}" for month in range(1, 13)]
    sold = [exported(freq="M", time_period=month) for month in months]
    sold[4]["obs_value"] = Decimal(100_000)
    bought = [imported(freq="M", time_period=month) for month in months]
    asked = exported(freq="Q", time_period="2019-Q1")
    slipped = mirror(*sold, *bought, asked).filter(reconciled_reason="unit_slip")
    assert slipped["time_period"].to_list() == ["2018", "2018-05", "2018-Q2"]


def test_a_slipped_month_of_a_stock_is_no_part_of_its_year(held: Report, mirror: Mirror) -> None:
    months = [f"2024-{month:02d}" for month in range(1, 13)]
    there = {"ref_area": "MEX", "counterpart_area": "USA", "direction": "OUT"}
    sent = [held(**there, time_period=month) for month in months]
    sent[4]["obs_value"] = Decimal(100_000)
    flows = mirror(capital=[*sent, *(held(time_period=month) for month in months)])
    assert flows.filter(reconciled_reason="unit_slip")["time_period"].to_list() == ["2024-05"]


def test_a_reporter_in_thousands_is_caught_in_pairs_that_scatter_too(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    headings = (8415, 8418, 8473, 8502, 8504, 8517)
    products = ["TOTAL", "HS_84", "HS_85", "NAICS_334", *(f"HS22_{code}" for code in headings)]
    factors = [Decimal(600 + 90 * place) for place in range(10)]  # 600 to 1,410 times: some outside any window
    flows = mirror(
        *(exported(product=code, obs_value=100 * f) for code, f in zip(products, factors, strict=True)),
        *(imported(product=code) for code in products),
    )
    assert flows["reconciled_reason"].unique().to_list() == ["unit_slip"]
