"""Another freight rule: the same as an edition built under it. Figures are made up, but for those of the edition."""

import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from compact_pipelines.analytics import reconciling
from compact_pipelines.analytics.mirror import References, build_gaps, reconcile
from compact_pipelines.analytics.mirror.sensitivity import Switch, revalue, revalue_steps
from compact_pipelines.contracts.parameters import load_parameters

AREAS = ("AUS", "BRA", "CHE", "CHN", "DEU", "FRA", "GBR", "IND", "ITA", "JPN", "KOR", "MEX", "POL", "SWE")
KEY = ["theme", "from_area", "to_area", "subject", "stock_flow", "freq", "time_period", "unit_measure"]
CLOSE = {"rel_tol": 1e-9, "abs_tol": 1e-9}
LIMITS = load_parameters().reliability.grade_limits
STATED = {
    "reported_by_to": 105,
    "cif_fob_ratio": 1.033,
    "sigma_from": 0.2,
    "sigma_to": 0.3,
    "sigma_kind_from": "prior",
    "sigma_kind_to": "prior",
    "grade": "D",
    "imputed_mirror": False,
    "same_source": False,
}
NO_SIGMAS = pl.DataFrame(
    schema={"area": pl.String, "role": pl.String, "valuation_rule": pl.String, "sigma": pl.Float64}
)


def switch_of(rule: str, default: str, flows: pl.DataFrame, reliability: pl.DataFrame, share: float | None) -> Switch:
    """A rule of one share for all pairs, with the sigmas that an edition publishes."""
    pairs = flows.select("from_area", "to_area").unique()
    own = reliability.filter(
        pl.col("method") == "expected_distance",
        pl.col("sigma_kind") == "panel",
        pl.col("time_period").str.contains("/"),
    )
    return Switch(
        rule=rule,
        default=default,
        shares=pairs.with_columns(freight_share=pl.lit(share, pl.Float64)),
        sigmas=own.select("area", "role", "valuation_rule", "sigma"),
        limits=LIMITS,
    )


def totals_of(steps: pl.DataFrame) -> pl.DataFrame:
    """What is missing from X, and all steps, to M; nothing if they add up."""
    signed = pl.when(pl.col("step") == "reported_by_to").then(-pl.col("amount")).otherwise("amount")
    return steps.group_by(KEY).agg(left=signed.sum()).filter(pl.col("left") != 0)


@pytest.fixture(scope="module")
def tables(edition_root: Path) -> dict[str, pl.DataFrame]:
    """What the embedded edition publishes of mirror flows."""
    (path,) = (edition_root / "editions").glob("*.public.duckdb")
    names = ("out_mirror_flows", "out_mirror_gaps", "out_reporter_reliability", "out_valuation_rules")
    with duckdb.connect(path, read_only=True) as connection:
        held = {name: connection.execute(f"SELECT * FROM {name}").pl() for name in names}
    single = (pl.col("from_area") != "W00") & (pl.col("to_area") != "W00")
    return held | {"out_mirror_gaps": held["out_mirror_gaps"].filter(single)}


@pytest.fixture(scope="module")
def panel(
    themes: Callable[..., dict[str, pl.DataFrame]], exported: Callable[..., dict[str, Any]]
) -> dict[str, pl.DataFrame]:
    """Fourteen areas that report on one another in three years, and in one month; half of them import CIF."""
    rng, rows = np.random.default_rng(5), []
    for start in AREAS:
        for end in AREAS:
            if start == end:
                continue
            for period in ("2016", "2017", "2018", "2019-03"):
                flow, freq = rng.lognormal(20, 1.5), "M" if "-" in period else "A"
                known = {"freq": freq, "time_period": period, "product": "TOTAL"}
                sent, received = (Decimal(round(flow * math.exp(rng.normal(0, 0.2)))) for _ in range(2))
                rows.append(exported(ref_area=start, counterpart_area=end, obs_value=sent, **known))
                valuation = "CIF" if AREAS.index(end) % 2 else "FOB"
                told = {"flow": "M", "source_id": "other_office", "valuation": valuation, "obs_value": received}
                rows.append(exported(ref_area=end, counterpart_area=start, **told, **known))
    return themes(*rows)


def under(known: References, rule: str) -> References:
    """The same, with another rule as the default."""
    areas = pl.DataFrame({"area": AREAS, "kind": "area"})
    valuation = known.parameters.valuation.model_copy(update={"default": rule})
    parameters = known.parameters.model_copy(update={"valuation": valuation})
    return References(areas, known.precedence, known.same_source, known.distances, parameters, known.sums)


# -- the edition's own rule


def test_under_the_editions_own_rule_all_pairs_stay_what_they_are(tables: dict[str, pl.DataFrame]) -> None:
    flows, rules = tables["out_mirror_flows"], tables["out_valuation_rules"].filter("is_default")
    assert flows.height > 50_000
    default = rules["valuation_rule"][0]
    switch = switch_of(default, default, flows, tables["out_reporter_reliability"], rules["freight_share"][0])
    again = revalue(flows, switch)
    assert_frame_equal(again, flows, check_exact=False, **CLOSE)
    steps = tables["out_mirror_gaps"]
    assert_frame_equal(revalue_steps(steps, flows, again, switch), steps)


@pytest.mark.parametrize(("rule", "share"), [("oecd", 0.05), ("none", 0.0), ("wits_high", 0.2)])
def test_under_any_rule_steps_add_up_and_values_lie_between_the_reports(
    rule: str, share: float, tables: dict[str, pl.DataFrame]
) -> None:
    flows, default = tables["out_mirror_flows"], tables["out_valuation_rules"].filter("is_default")
    switch = switch_of(rule, default["valuation_rule"][0], flows, tables["out_reporter_reliability"], share)
    after = revalue(flows, switch)
    steps = revalue_steps(tables["out_mirror_gaps"], flows, after, switch)
    assert totals_of(steps).is_empty()
    assert steps.schema == tables["out_mirror_gaps"].schema
    assert after.schema == flows.schema
    weighed = after.filter(pl.col("weight_from").is_not_null())
    sent = weighed["reported_by_from"].cast(pl.Float64)
    least = pl.min_horizontal(sent, weighed["comparable_to"]) * (1 - 1e-12)
    most = pl.max_horizontal(sent, weighed["comparable_to"]) * (1 + 1e-12)
    assert weighed.select(pl.col("reconciled").is_between(least, most).all()).item()
    kept = ["reported_by_from", "reported_by_to", "asymmetry", "reconciled_reason", *KEY]
    assert_frame_equal(after.select(kept), flows.select(kept))


# -- another rule


@pytest.mark.parametrize(("rule", "share"), [("none", 0.0), ("fao", 0.12)])
def test_another_rule_is_what_an_edition_under_it_would_hold(
    rule: str, share: float, panel: dict[str, pl.DataFrame], known: References
) -> None:
    ours, theirs = reconcile(panel, under(known, "baci")), reconcile(panel, under(known, rule))
    assert set(ours.flows["sigma_kind_to"]) == {"panel"}
    assert set(ours.flows["freq"]) == {"A", "M"}
    switch = switch_of(rule, "baci", ours.flows, ours.reliability, share)
    after = revalue(ours.flows, switch)
    assert_frame_equal(after, theirs.flows, check_exact=False, **CLOSE)
    before_steps = build_gaps(ours.flows, panel, under(known, "baci")).filter(pl.col("from_area") != "W00")
    steps = revalue_steps(before_steps.filter(pl.col("to_area") != "W00"), ours.flows, after, switch)
    built = build_gaps(theirs.flows, panel, under(known, rule))
    single = built.filter(pl.col("from_area") != "W00", pl.col("to_area") != "W00")
    assert_frame_equal(steps.drop("amount"), single.drop("amount"))
    apart = (steps["amount"] - single["amount"]).cast(pl.Float64).abs().max()
    assert apart is not None
    assert apart < 1e-4  # type: ignore[operator]  (of a dollar: both round the freight to the cent's ten thousandth)
    assert totals_of(steps).is_empty()


def test_the_value_is_that_of_the_reference_for_one_flow(panel: dict[str, pl.DataFrame], known: References) -> None:
    ours = reconcile(panel, under(known, "baci"))
    after = revalue(ours.flows, switch_of("oecd", "baci", ours.flows, ours.reliability, 0.05))
    row = after.filter(from_area="MEX", to_area="CHN", time_period="2018").row(0, named=True)
    assert row["cif_fob_ratio"] == 1.05
    sent, received = float(row["reported_by_from"]), float(row["reported_by_to"]) / 1.05
    one = reconciling.reconcile(sent, received, row["sigma_from"], row["sigma_to"])
    assert one is not None
    told = (row["reconciled"], row["low"], row["high"], row["weight_from"])
    assert told == pytest.approx(tuple(one), rel=1e-9)
    assert row["asymmetry_valued"] == pytest.approx(abs(sent - received) / (sent + received))


def test_a_pair_without_a_share_has_nothing_taken_off(panel: dict[str, pl.DataFrame], known: References) -> None:
    ours = reconcile(panel, under(known, "baci"))
    switch = switch_of("fitted", "baci", ours.flows, ours.reliability, None)
    after = revalue(ours.flows, switch)
    assert after["cif_fob_ratio"].null_count() == after.height
    assert after["comparable_to"].equals(after["reported_by_to"].cast(pl.Float64))
    steps = build_gaps(ours.flows, panel, under(known, "baci"))
    single = steps.filter(pl.col("from_area") != "W00", pl.col("to_area") != "W00")
    moved = revalue_steps(single, ours.flows, after, switch).filter(pl.col("step") == "valuation")
    assert set(moved["state"]) == {"not_applicable"}
    assert set(moved["amount"]) == {Decimal(0)}
    assert moved["rests_on"].null_count() == moved.height


def test_a_figure_that_is_not_cif_is_left_alone(panel: dict[str, pl.DataFrame], known: References) -> None:
    ours = reconcile(panel, under(known, "baci"))
    fob = ours.flows.filter(pl.col("valuation_to") == "FOB")
    after = revalue(fob, switch_of("fao", "baci", fob, ours.reliability, 0.12))
    assert after["cif_fob_ratio"].null_count() == after.height == fob.height
    assert after["comparable_to"].equals(fob["comparable_to"])
    assert after["asymmetry_valued"].equals(fob["asymmetry_valued"])


# -- what a rule does not move


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"reconciled_reason": "negative_input", "reported_by_from": -5}, (None, None, None, None)),
        ({"reconciled_reason": "zero_against_value", "reported_by_from": 0}, (None, 0.0, 100.0, None)),
        (
            {"reconciled_reason": "zero_no_interval", "reported_by_from": 0, "reported_by_to": 0},
            (0.0, None, None, None),
        ),
        ({"reconciled_reason": "unit_slip", "reported_by_from": 100_000}, (None, None, None, None)),
    ],
)
def test_a_reason_keeps_what_it_leaves_blank(
    cells: dict[str, Any],
    expected: tuple[float | None, ...],
    flow: Callable[..., dict[str, Any]],
    mirror_flows: Callable[..., pl.DataFrame],
) -> None:
    rows = mirror_flows(flow("MEX", "CHN", **{**STATED, **cells}))
    shares = rows.select("from_area", "to_area", freight_share=pl.lit(0.05))
    row = revalue(rows, Switch("oecd", "baci", shares, NO_SIGMAS, LIMITS)).row(0, named=True)
    told = (row["reconciled"], row["low"], row["high"], row["weight_from"])
    assert told == pytest.approx(expected)
    assert (row["sigma_from"], row["sigma_to"], row["grade"]) == (0.2, 0.3, "D")


def test_a_copy_and_one_collection_keep_their_wider_ranges(
    flow: Callable[..., dict[str, Any]], mirror_flows: Callable[..., pl.DataFrame]
) -> None:
    rows = mirror_flows(
        flow("MEX", "CHN", **STATED, time_period="2016"),
        flow("MEX", "CHN", **STATED | {"imputed_mirror": True, "reconciled_reason": "one_report"}, time_period="2017"),
        flow("MEX", "CHN", **STATED | {"same_source": True, "reconciled_reason": "one_collection"}, time_period="2018"),
    )
    shares = rows.select("from_area", "to_area", freight_share=pl.lit(0.05)).unique()
    plain, copy, one = revalue(rows, Switch("oecd", "baci", shares, NO_SIGMAS, LIMITS)).iter_rows(named=True)
    assert plain["reconciled"] == copy["reconciled"] == one["reconciled"]
    assert plain["high"] < one["high"] < copy["high"]
    spreads = [math.sqrt(math.log1p(reconciling.error_variance(sigma))) for sigma in (0.2, 0.3)]
    assert copy["high"] / copy["reconciled"] == pytest.approx(math.exp(1.96 * max(spreads)))
    weight = one["weight_from"]
    assert one["high"] / one["reconciled"] == pytest.approx(
        math.exp(1.96 * (weight * spreads[0] + (1 - weight) * spreads[1]))
    )
    assert (plain["grade"], copy["grade"], one["grade"]) == ("A", "D", "B")
    assert copy["asymmetry_valued"] is None
