"""The same flows under another freight rule: what a reader sees who switches it, without a new edition.

The arithmetic is that of `reconciliation` and, for one flow, of `analytics/reconciling.py`; tests hold them together.
Only what a rule moves is computed anew. Whether a figure holds freight, why a value is blank and the errors that rest
on a prior stay as the edition has them, though a prior that is the panel's median would move a little with the rule.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from compact_pipelines.analytics.mirror.reconciliation import NORMAL_95
from compact_pipelines.contracts.priors import GradeLimits

PANEL: Final = "panel"
SIDES: Final = ("from", "to")
AMOUNT: Final = pl.Decimal(28, 6)
_KEY: Final = (
    "theme", "from_area", "to_area", "subject", "stock_flow", "freq", "time_period", "unit_measure",
)  # fmt: skip


@dataclass(frozen=True)
class Switch:
    """One freight rule in place of the edition's.

    Attributes:
        rule: the rule that is taken (out_valuation_rules).
        default: the rule of the edition.
        shares: ([from_area, to_area, freight_share]) under the rule, at least for the pairs asked for; a pair without a
            share has nothing taken off.
        sigmas: ([area, role, valuation_rule, sigma]), the panel's own estimates of the pooled period by the method that
            weighs (out_reporter_reliability, expected_distance, kind panel), under both rules.
        limits: the greatest D of each grade.
    """

    rule: str
    default: str
    shares: pl.DataFrame
    sigmas: pl.DataFrame
    limits: GradeLimits


def revalue(flows: pl.DataFrame, switch: Switch) -> pl.DataFrame:
    """Reconcile flows anew under another freight rule.

    Args:
        flows: rows of out_mirror_flows. Freight is taken off where the edition has a cif_fob_ratio, and only there.
        switch: the rule.

    Returns:
        The same rows and columns in the same order, with cif_fob_ratio, comparable_to, asymmetry_valued, both sigmas,
        reconciled, low, high, weight_from and grade as they are under the rule. Under the edition's own rule all stay
        what they are.
    """
    sent, received = (pl.col(f"reported_by_{side}").cast(pl.Float64) for side in SIDES)
    shares = switch.shares.select("from_area", "to_area", "freight_share")
    valued = (
        flows.join(shares, on=["from_area", "to_area"], how="left", maintain_order="left")
        .with_columns(cif_fob_ratio=pl.when(pl.col("cif_fob_ratio").is_not_null()).then(1 + pl.col("freight_share")))
        .with_columns(x=sent, m=received / pl.col("cif_fob_ratio").fill_null(1.0))
    )
    for side in SIDES:
        valued = _with_sigma(valued, switch, side)
    x, m = pl.col("x"), pl.col("m")
    one_value = pl.col("reconciled_reason").is_null() | (pl.col("reconciled_reason") == "one_collection")
    is_compared = ~pl.col("imputed_mirror") & (x >= 0) & (m >= 0) & (x + m > 0)
    return (
        valued.with_columns(
            comparable_to=m,
            asymmetry_valued=pl.when(is_compared).then((x - m).abs() / (x + m)),
            weight=_weight(),
        )
        .with_columns(value=_value(), spread=_spread())
        .with_columns(
            reconciled="value",
            low=pl.when(_is("zero_against_value")).then(0.0).otherwise(pl.col("value") / pl.col("spread")),
            high=pl.when(_is("zero_against_value"))
            .then(pl.max_horizontal(x, m))
            .otherwise(pl.col("value") * pl.col("spread")),
            weight_from=pl.when(one_value).then("weight"),
            grade=pl.when(one_value & (pl.col("grade") != "X")).then(_grade(switch.limits)).otherwise("grade"),
        )
        .select(flows.columns)
    )


def revalue_steps(steps: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, switch: Switch) -> pl.DataFrame:
    """The steps between two reports under another freight rule; they add up to the cent as they did.

    Args:
        steps: rows of out_mirror_gaps of single pairs.
        before: their flows as the edition has them.
        after: the same flows, from `revalue`.
        switch: the rule.

    Returns:
        The same rows and columns in the same order. What the step of valuation gains, the rest loses.
    """
    moved = _moved(steps, before, after, switch)
    more = pl.col("more").fill_null(pl.lit(0, AMOUNT))
    is_valued = (pl.col("step") == "valuation") & pl.col("more").is_not_null()
    by_rule = is_valued & (pl.col("rests_on") == switch.default)
    return (
        steps.join(moved, on=_KEY, how="left", maintain_order="left")
        .with_columns(
            amount=pl.when(is_valued)
            .then(pl.col("amount") + more)
            .when(pl.col("state") == "residual")
            .then(pl.col("amount") - more)
            .otherwise("amount")
            .cast(AMOUNT),
            state=pl.when(by_rule & pl.col("is_off")).then(pl.lit("not_applicable")).otherwise("state"),
            rests_on=pl.when(by_rule).then(pl.when(~pl.col("is_off")).then(pl.lit(switch.rule))).otherwise("rests_on"),
        )
        .select(steps.columns)
    )


def _moved(steps: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, switch: Switch) -> pl.DataFrame:
    """By how much the step of valuation moves: (flows with freight, [key, more, is_off]); all of it where none is."""
    is_moved = pl.col("cif_fob_ratio").is_not_null() & ~pl.col("imputed_mirror")
    old = before.filter(is_moved).select(*_KEY, old=pl.col("comparable_to").cast(AMOUNT))
    new = after.select(*_KEY, new=pl.col("comparable_to").cast(AMOUNT), is_off=pl.col("cif_fob_ratio").is_null())
    is_rule = (pl.col("step") == "valuation") & (pl.col("rests_on") == switch.default)
    taken = steps.filter(is_rule).select(*_KEY, taken="amount")
    more = pl.when("is_off").then(-pl.col("taken")).otherwise(pl.col("old") - pl.col("new"))
    joined = old.join(new, on=_KEY).join(taken, on=_KEY, how="left")
    return joined.select(*_KEY, "is_off", more=more.cast(AMOUNT))


def _with_sigma(flows: pl.DataFrame, switch: Switch, side: str) -> pl.DataFrame:
    """Sigma of one side under the rule; what the edition adds to an area's own, as in months, is added again."""
    own, joined = switch.sigmas.filter(pl.col("role") == side), flows
    for name, rule in (("sigma_before", switch.default), ("sigma_after", switch.rule)):
        told = own.filter(pl.col("valuation_rule") == rule).select("area", pl.col("sigma").alias(name))
        joined = joined.join(told, left_on=f"{side}_area", right_on="area", how="left", maintain_order="left")
    sigma, before, after = pl.col(f"sigma_{side}"), pl.col("sigma_before"), pl.col("sigma_after")
    added = (sigma**2 - before**2).clip(lower_bound=0)
    is_own = (pl.col(f"sigma_kind_{side}") == PANEL) & before.is_not_null() & after.is_not_null()
    moved = pl.when(is_own).then((after**2 + added).sqrt()).otherwise(sigma)
    return joined.with_columns(moved.alias(f"sigma_{side}")).drop("sigma_before", "sigma_after")


def _variance(side: str) -> pl.Expr:
    square = pl.col(f"sigma_{side}") ** 2
    return square.exp() * (square.exp() - 1)


def _weight() -> pl.Expr:
    total = _variance("from") + _variance("to")
    return pl.when(total > 0).then(_variance("to") / total).when(total == 0).then(0.5)


def _log_spread(side: str) -> pl.Expr:
    return _variance(side).log1p().sqrt()


def _is(reason: str) -> pl.Expr:
    return pl.col("reconciled_reason").eq_missing(pl.lit(reason))


def _value() -> pl.Expr:
    x, m, weight = pl.col("x"), pl.col("m"), pl.col("weight")
    return (
        pl.when(_is("negative_input") | _is("zero_against_value") | _is("unit_slip"))
        .then(None)
        .when(x.is_null())
        .then(m)
        .when(m.is_null())
        .then(x)
        .otherwise(weight * x + (1 - weight) * m)
    )


def _spread() -> pl.Expr:
    """The factor by which both ends of the interval are away from the value."""
    weight, own, other = pl.col("weight"), _log_spread("from"), _log_spread("to")
    alone = (
        pl.when(pl.col("x").is_null())
        .then(other)
        .when(pl.col("m").is_null())
        .then(own)
        .otherwise(pl.max_horizontal(own, other))
    )
    in_logs = (
        pl.when(pl.col("reconciled_reason").is_null())
        .then((weight * _variance("from")).log1p().sqrt())
        .when(_is("one_collection"))
        .then(weight * own + (1 - weight) * other)
        .when(_is("one_report"))
        .then(alone)
    )
    return (NORMAL_95 * in_logs).exp()


def _grade(limits: GradeLimits) -> pl.Expr:
    x, m = pl.col("x"), pl.col("m")
    apart, both = (x - m).abs(), x + m
    return (
        pl.when((apart <= limits.A * both) & pl.col("reconciled_reason").is_null())
        .then(pl.lit("A"))
        .when(apart <= limits.B * both)
        .then(pl.lit("B"))
        .when(apart <= limits.C * both)
        .then(pl.lit("C"))
        .otherwise(pl.lit("D"))
    )
