"""One value for two reports. Areas are real, every figure is made up unless a comment names its source."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics import mirror as engine
from compact_pipelines.analytics.mirror import References
from compact_pipelines.analytics.mirror.reconciliation import weigh
from compact_pipelines.analytics.reconciling import (
    error_variance,
    log_spread,
    reconcile,
    relative_variance,
    weight_of_sender,
)
from compact_pipelines.contracts.parameters import load_parameters

Report = Callable[..., dict[str, Any]]
Mirror = Callable[..., pl.DataFrame]
CHECKS = [(0.1, 0.1, 0.5), (0.1, 0.3, 0.910321), (0.2, 0.5, 0.895680), (0.05, 1.0, 0.999463)]


def only(flows: pl.DataFrame, **cells: str) -> dict[str, Any]:
    """The one row with these cells; more or none is an error."""
    found = flows.filter(**cells)
    assert found.height == 1, f"{found.height} rows with {cells}"
    return found.row(0, named=True)


def weights_of(errors: list[tuple[float, float]]) -> pl.DataFrame:
    """What SQL makes of pairs of sigmas, one kin a pair."""
    rows = [
        {"kin": kin, "area": area, "role": role, "sigma": sigma, "sigma_kind": "panel"}
        for kin, pair in enumerate(errors)
        for area, role, sigma in (("MEX", "from", pair[0]), ("USA", "to", pair[1]))
    ]
    with duckdb.connect() as connection:
        connection.register("sigma", pl.DataFrame(rows))
        terms = "SELECT 'MEX' AS from_area, 'USA' AS to_area, 1.0 AS cif_fob_ratio, NULL::VARCHAR AS since"
        connection.execute(f"CREATE TABLE terms AS {terms}")
        weigh(connection, "terms")
        return connection.execute("SELECT * FROM weights ORDER BY kin").pl()


@pytest.mark.parametrize(("sigma_from", "sigma_to", "weight"), CHECKS)
def test_the_weight_is_the_corrected_one_of_baci(sigma_from: float, sigma_to: float, weight: float) -> None:
    # Equation (3) of CEPII WP 2010-23 with its slip mended; as printed it gives 5.10 for (.1, .3).
    assert weights_of([(sigma_from, sigma_to)])["weight"][0] == pytest.approx(weight, abs=5e-7)
    assert weight_of_sender(sigma_from, sigma_to) == pytest.approx(weight, abs=5e-7)


sigmas = st.floats(min_value=1e-3, max_value=2.0)


@settings(deadline=None, max_examples=30)
@given(errors=st.lists(st.tuples(sigmas, sigmas), min_size=1, max_size=20))
def test_the_table_and_the_plain_functions_agree(errors: list[tuple[float, float]]) -> None:
    for (sigma_from, sigma_to), row in zip(errors, weights_of(errors).iter_rows(named=True), strict=True):
        assert row["weight"] == pytest.approx(weight_of_sender(sigma_from, sigma_to), rel=1e-6)
        together = log_spread(relative_variance(sigma_from, sigma_to))
        assert math.log(row["factor"]) == pytest.approx(1.96 * together, rel=1e-5)
        assert math.log(row["factor_from"]) == pytest.approx(1.96 * log_spread(error_variance(sigma_from)), rel=1e-5)
        assert row["factor"] <= min(row["factor_from"], row["factor_to"]) * (1 + 1e-9)
        least, most = sorted((row["factor_from"], row["factor_to"]))
        assert least * (1 - 1e-9) <= row["factor_one"] <= most * (1 + 1e-9)


def test_two_reports_are_reconciled_between_them(exported: Report, imported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(obs_value=Decimal(90)), imported(obs_value=Decimal(110))))
    assert (row["reported_by_from"], row["reported_by_to"]) == (90, 110)
    expected = reconcile(90, 110, row["sigma_from"], row["sigma_to"])
    assert expected is not None
    assert row["reconciled"] == pytest.approx(expected.value)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    assert row["weight_from"] == pytest.approx(expected.weight_from)
    assert row["reconciled_reason"] is None


def test_freight_is_taken_off_where_the_importer_counts_it(exported: Report, imported: Report, mirror: Mirror) -> None:
    share = load_parameters().valuation.rule().share
    row = only(mirror(exported(), imported(obs_value=Decimal(110), valuation="CIF")))
    assert share == 0.033
    assert row["cif_fob_ratio"] == pytest.approx(1.033)
    assert row["comparable_to"] == pytest.approx(110 / 1.033)
    assert row["asymmetry"] == pytest.approx(10 / 210)
    assert row["asymmetry_valued"] == pytest.approx((110 / 1.033 - 100) / (110 / 1.033 + 100))
    assert row["reported_by_to"] == 110


@pytest.mark.parametrize("valuation", ["FOB", "CUSTOMS", None])
def test_freight_is_not_taken_off_elsewhere(
    valuation: str | None, exported: Report, imported: Report, mirror: Mirror
) -> None:
    row = only(mirror(exported(), imported(obs_value=Decimal(110), valuation=valuation)))
    assert row["cif_fob_ratio"] is None
    assert row["comparable_to"] == 110
    assert row["asymmetry_valued"] == row["asymmetry"]


def test_freight_is_not_taken_off_a_figure_that_is_cif_in_name_only(
    exported: Report, imported: Report, themes: Callable[..., dict[str, pl.DataFrame]], known: References
) -> None:
    renamed = pl.DataFrame({"source_id": ["office", "imf_dots_cif"], "rank": [2, 3]})
    told = References(known.areas, renamed, known.same_source, known.distances, known.parameters)
    row = only(engine.reconcile(themes(exported(), imported(source_id="imf_dots_cif", valuation="CIF")), told).flows)
    assert row["cif_fob_ratio"] is None
    assert row["comparable_to"] == 100


# One side


@pytest.mark.parametrize("side", ["exported", "imported"])
def test_one_report_is_the_value_with_the_reporters_own_range(
    side: str, mirror: Mirror, request: pytest.FixtureRequest
) -> None:
    row = only(mirror(request.getfixturevalue(side)()))
    sigma = row["sigma_from" if side == "exported" else "sigma_to"]
    spread = log_spread(error_variance(sigma))
    assert row["reconciled"] == 100
    assert (row["low"], row["high"]) == pytest.approx((100 * math.exp(-1.96 * spread), 100 * math.exp(1.96 * spread)))
    assert (row["weight_from"], row["reconciled_reason"]) == (None, "one_report")


def test_one_cif_report_is_cleaned_of_freight(imported: Report, mirror: Mirror) -> None:
    assert only(mirror(imported(valuation="CIF")))["reconciled"] == pytest.approx(100 / 1.033)


def test_one_report_of_a_stated_prior_is_graded_d(exported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported()))
    assert (row["sigma_kind_from"], row["grade"]) == ("prior", "D")


# Same source, copies, definitions


def test_two_reports_of_one_collection_have_the_range_of_dependent_errors(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    pair = {
        "to": {"ref_area": "USA", "counterpart_area": "CAN"},
        "back": {"ref_area": "CAN", "counterpart_area": "USA"},
    }
    row = only(mirror(exported(**pair["to"]), imported(**pair["back"])))
    weight, alone = row["weight_from"], [log_spread(error_variance(row[f"sigma_{side}"])) for side in ("from", "to")]
    dependent = weight * alone[0] + (1 - weight) * alone[1]
    assert row["reconciled_reason"] == "one_collection"
    assert math.log(row["high"] / row["reconciled"]) == pytest.approx(1.96 * dependent)
    assert row["grade"] == "B"


def test_a_copy_is_one_report_and_graded_d_where_its_side_is_not_known(
    exported: Report, imported: Report, mirror: Mirror
) -> None:
    row = only(mirror(exported(imputed_mirror=True), imported(imputed_mirror=True)))
    assert (row["reconciled"], row["reconciled_reason"], row["grade"]) == (100, "one_report", "D")
    assert row["weight_from"] is None


def test_a_report_of_another_definition_is_graded_x(exported: Report, imported: Report, mirror: Mirror) -> None:
    assert only(mirror(exported(obs_status="D"), imported()))["grade"] == "X"


@pytest.mark.parametrize("bases", [("NATIONALITY", "BIRTH"), ("BIRTH", None)])
def test_counts_of_two_populations_are_never_paired(
    bases: tuple[str, str | None], counted: Report, mirror: Mirror
) -> None:
    there = counted(ref_area="MEX", counterpart_area="USA", direction="OUT", basis=bases[0], obs_value=Decimal(70))
    row = only(mirror(talent=[there, counted(basis=bases[1])]))
    assert (row["reported_by_from"], row["missing_from"], row["reported_by_to"]) == (None, "different_basis", 100)
    assert (row["asymmetry"], row["reconciled"], row["grade"]) == (None, 100, "X")


def test_capital_at_two_valuations_is_not_paired(held: Report, mirror: Mirror) -> None:
    there = {"ref_area": "MEX", "counterpart_area": "USA", "direction": "OUT"}
    apart = only(mirror(capital=[held(**there, valuation="BOOK"), held()]), freq="M")
    assert (apart["reported_by_from"], apart["missing_from"], apart["grade"]) == (None, "different_basis", "X")
    unstated = only(mirror(capital=[held(**there, valuation=None), held()]), freq="M")
    assert unstated["reported_by_from"] == 100


def test_counts_of_one_population_are_paired(counted: Report, mirror: Mirror) -> None:
    there = counted(ref_area="MEX", counterpart_area="USA", direction="OUT", basis="BIRTH", obs_value=Decimal(70))
    row = only(mirror(talent=[there, counted(basis="BIRTH")]))
    assert (row["reported_by_from"], row["reported_by_to"]) == (70, 100)
    assert 70 < row["reconciled"] < 100


def test_goods_of_two_bases_are_paired_and_both_are_named(exported: Report, imported: Report, mirror: Mirror) -> None:
    row = only(mirror(exported(basis="LAST_SHIPMENT"), imported(basis="ORIGIN")))
    assert (row["basis_from"], row["basis_to"]) == ("LAST_SHIPMENT", "ORIGIN")
    assert row["asymmetry"] == 0


@pytest.mark.parametrize(("investor", "is_hub"), [("NLD", True), ("MEX", False)])
def test_a_hub_is_flagged_for_capital(investor: str, is_hub: bool, held: Report, mirror: Mirror) -> None:
    row = only(mirror(capital=[held(counterpart_area=investor)]), freq="M")
    assert row["is_hub_pair"] is is_hub


# Properties


amounts = st.decimals(min_value=0, max_value=10**12, places=2)


@settings(deadline=None, max_examples=6)
@given(pairs=st.lists(st.tuples(amounts, amounts), min_size=1, max_size=12))
def test_a_value_lies_between_both_reports_and_in_its_interval(
    pairs: list[tuple[Decimal, Decimal]], exported: Report, imported: Report, mirror: Mirror
) -> None:
    rows = []
    for year, (sent, received) in enumerate(pairs, start=1990):
        rows.append(exported(time_period=str(year), obs_value=sent))
        rows.append(imported(time_period=str(year), obs_value=received, valuation="CIF"))
    for row in mirror(*rows).iter_rows(named=True):
        assert np.isfinite([row[name] for name in ("reconciled", "low", "high") if row[name] is not None]).all()
        if row["weight_from"] is not None:
            least, most = sorted((float(row["reported_by_from"]), row["comparable_to"]))
            assert least * (1 - 1e-12) <= row["reconciled"] <= most * (1 + 1e-12)
            assert row["low"] <= row["reconciled"] <= row["high"]
            assert 0 <= row["weight_from"] <= 1
        else:
            assert row["reconciled_reason"] is not None
