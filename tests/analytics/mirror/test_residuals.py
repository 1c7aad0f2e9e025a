"""What reconciled flows leave of published totals. Areas are real, every figure is made up."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_pipelines.analytics.mirror import References, build_total_residuals, build_world_totals, reconcile
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

Report = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def residuals(themes: Callable[..., dict[str, pl.DataFrame]], known: References) -> Callable[..., pl.DataFrame]:
    def residuals_of(*trades: dict[str, Any]) -> pl.DataFrame:
        frames = themes(*trades)
        return build_total_residuals(reconcile(frames, known).flows, build_world_totals(frames, known))

    return residuals_of


def test_the_residual_is_shown_and_nothing_is_spread(exported: Report, residuals: Any) -> None:
    found = residuals(
        exported(counterpart_area="W00", obs_value=Decimal(200)),
        exported(),
        exported(counterpart_area="CAN", obs_value=Decimal(60)),
    )
    row = found.row(0, named=True)
    assert found.height == 1
    assert (row["area"], row["role"], row["published_total"], row["partners_count"]) == ("MEX", "from", 200, 2)
    assert (row["reported_sum"], row["reconciled_sum"], row["residual"]) == (160, 160, 40)
    assert (row["residual_share"], row["reason"]) == (0.2, None)


def test_a_total_is_compared_with_what_its_own_source_says(exported: Report, imported: Report, residuals: Any) -> None:
    found = residuals(
        exported(counterpart_area="W00", obs_value=Decimal(200)),
        exported(counterpart_area="CAN"),
        exported(source_id="fund"),
        imported(),
    )
    row = found.filter(role="from").row(0, named=True)
    assert (row["reported_sum"], row["reconciled_sum"], row["partners_count"]) == (100, 200, 2)


def test_a_total_without_a_partner_has_no_row(exported: Report, residuals: Any) -> None:
    assert residuals(exported(counterpart_area="W00")).is_empty()


@pytest.fixture(scope="session")
def two_parts(exported: Report) -> list[dict[str, Any]]:
    """Mexico's total of 200 and, of it, 60 to Canada."""
    return [
        exported(counterpart_area="W00", obs_value=Decimal(200)),
        exported(counterpart_area="CAN", obs_value=Decimal(60)),
    ]


def test_a_sum_with_a_part_below_zero_is_none_and_says_so(exported: Report, residuals: Any, two_parts: Any) -> None:
    row = residuals(*two_parts, exported(obs_value=Decimal(-5))).row(0, named=True)
    assert (row["published_total"], row["reported_sum"], row["partners_count"]) == (200, 55, 1)
    assert (row["reconciled_sum"], row["residual"], row["residual_share"]) == (None, None, None)
    assert row["reason"] == "negative_input"


def test_a_sum_with_a_part_that_no_weight_brings_together_is_none_and_says_so(
    exported: Report, imported: Report, residuals: Any, two_parts: Any
) -> None:
    zero_against_a_figure = (exported(obs_value=Decimal(0)), imported())
    row = residuals(*two_parts, *zero_against_a_figure).filter(role="from").row(0, named=True)
    assert (row["reconciled_sum"], row["residual"], row["residual_share"]) == (None, None, None)
    assert (row["reason"], row["partners_count"]) == ("not_reconciled", 1)


def test_a_reported_zero_is_a_part_like_any_other(exported: Report, residuals: Any, two_parts: Any) -> None:
    row = residuals(*two_parts, exported(obs_value=Decimal(0))).row(0, named=True)
    assert (row["reconciled_sum"], row["residual"], row["partners_count"], row["reason"]) == (60, 140, 2, None)


def test_a_total_of_parts_without_a_value_keeps_its_row(exported: Report, residuals: Any) -> None:
    found = residuals(exported(counterpart_area="W00", obs_value=Decimal(200)), exported(obs_value=Decimal(-5)))
    row = found.row(0, named=True)
    assert (row["reason"], row["partners_count"], row["reconciled_sum"]) == ("negative_input", 0, None)


def test_a_total_of_zero_has_no_share(exported: Report, residuals: Any) -> None:
    row = residuals(exported(counterpart_area="W00", obs_value=Decimal(0)), exported()).row(0, named=True)
    assert (row["residual"], row["residual_share"]) == (-100, None)


def test_the_columns_are_those_of_the_published_contract(exported: Report, residuals: Any) -> None:
    columns = load_contracts().published["out_total_residuals"].columns
    for found in (residuals(exported(), exported(counterpart_area="W00")), residuals(exported())):
        assert found.schema == pl.Schema({name: POLARS_TYPES[column.type] for name, column in columns.items()})
