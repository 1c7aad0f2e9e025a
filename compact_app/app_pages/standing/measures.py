"""What was chosen on *Reporters*, and the rows that it picks from the edition."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from compact_app import wording
from compact_pipelines.analytics import reliability
from compact_pipelines.analytics.reliability import ASYMMETRY, EXPECTED_DISTANCE, NORMAL_95, REPORTING_DISTANCE

ROLES: Final = reliability.ROLES
PARTS: Final = ASYMMETRY  # the method whose estimate is a part of D and no logarithm
METHODS: Final = (EXPECTED_DISTANCE, REPORTING_DISTANCE, ASYMMETRY)  # ours first: it is the one that weighs
AGGREGATES: Final = ("aggregate_asymmetry", "net_asymmetry")
BOTH: Final = "both"
NO_REPORT: Final = "no_report"
GOODS: Final = "compute_exports"
NUMBERS: Final = (
    "area", "name", "tier", "rank", "rank_low", "rank_high", "sigma", "sigma_low", "sigma_high", "sigma_kind",
    "reporting_distance", "asymmetry", "asymmetry_both", "aggregate_asymmetry", "net_asymmetry", "mirrors_count",
    "partners_count", "jackknife_error", "jackknife_low", "jackknife_high", "left_out", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """What a reader asks of a theme that has a panel.

    Attributes:
        role: "from" or "to".
        method: one of METHODS.
        rule: a freight rule of out_valuation_rules.
        default: the rule that the edition's own figures use.
        area: the reporter that is looked at.
    """

    theme: str
    role: str
    method: str
    rule: str
    default: str
    area: str

    def role_words(self, role: str | None = None) -> str:
        """The role in words: as exporter of goods, as sender of anything else."""
        return wording.ROLE_WORDS[self.theme, role or self.role]


@dataclass(frozen=True)
class Held:
    """What the edition holds of the chosen theme.

    Attributes:
        rows: as `queries.reporter_rows` has them.
        areas: ([area, name, tier]), by name.
        choice: what was chosen.
    """

    rows: pl.DataFrame
    areas: pl.DataFrame
    choice: Choice

    @property
    def names(self) -> dict[str, str]:
        """Areas as a reader calls them."""
        return dict(self.areas.select("area", "name").iter_rows())


def with_interval(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with low and high: the 95 % interval of the estimate, in its own unit."""
    margin = NORMAL_95 * pl.col("std_error")
    has_own = pl.col("method") == EXPECTED_DISTANCE  # asymmetric, since it is estimated in logs
    return rows.with_columns(
        low=pl.when(has_own).then("sigma_low").otherwise(pl.col("estimate") - margin),
        high=pl.when(has_own).then("sigma_high").otherwise(pl.col("estimate") + margin),
    )


def ranked(held: Held, rule: str | None = None) -> pl.DataFrame:
    """Reporters with an estimate in the role, by the method and under the rule, the nearest to the flow first.

    Args:
        held: the edition's rows and the choice.
        rule: another freight rule.

    Returns:
        (reporters, columns of out_reporter_reliability, [name, tier, low, high]).
    """
    choice = held.choice
    picked = held.rows.filter(
        pl.col("role") == choice.role,
        pl.col("method") == choice.method,
        pl.col("valuation_rule") == (rule or choice.rule),
        pl.col("rank").is_not_null(),
    )
    return with_interval(picked.join(held.areas, on="area")).sort("rank", "name")


def silent(held: Held) -> pl.DataFrame:
    """Areas without an estimate of their own: ([area, name, tier, reason, mirrors_count, partners_count]), by name."""
    choice = held.choice
    of_role = held.rows.filter(pl.col("role") == choice.role, pl.col("reason").is_not_null())
    # A reason of this method and rule counts; who has no usable pair at all stands under one method and rule only.
    nearest = (pl.col("method") != choice.method) | (pl.col("valuation_rule") != choice.rule)
    reasons = of_role.sort(nearest, "method", "valuation_rule").unique("area", keep="first", maintain_order=True)
    return (
        held.areas.join(ranked(held), on="area", how="anti")
        .join(reasons.select("area", "reason", "mirrors_count", "partners_count"), on="area", how="left")
        .with_columns(
            pl.col("reason").fill_null(NO_REPORT), pl.col("mirrors_count").fill_null(0),
            pl.col("partners_count").fill_null(0),
        )
        .sort("name")
    )  # fmt: skip


def own_sigmas(rows: pl.DataFrame, role: str, rule: str) -> pl.Series:
    """The sigmas that the panel gives in a role, whose median is the prior of the others."""
    return rows.filter(
        pl.col("role") == role,
        pl.col("method") == EXPECTED_DISTANCE,
        pl.col("valuation_rule") == rule,
        pl.col("estimate").is_not_null(),
    )["sigma"]


def numbers(held: Held) -> pl.DataFrame:
    """Every area of the theme in the chosen role, by all methods: (areas, NUMBERS); ranks are by the chosen method."""
    choice, names = held.choice, held.names
    of_rule = held.rows.filter(pl.col("valuation_rule") == choice.rule)

    def estimates(method: str, role: str, name: str) -> pl.DataFrame:
        picked = of_rule.filter(pl.col("method") == method, pl.col("role") == role)
        return picked.select("area", pl.col("estimate").alias(name))

    own = ranked(held).select(
        "area", "rank", "rank_low", "rank_high", "mirrors_count", "partners_count", "jackknife_error",
        "jackknife_low", "jackknife_high",
        left_out=pl.col("jackknife_left_out").map_elements(lambda code: left_out_words(code, names), pl.String),
    )  # fmt: skip
    sigmas = of_rule.filter(pl.col("method") == EXPECTED_DISTANCE, pl.col("role") == choice.role).select(
        "area", "sigma", "sigma_low", "sigma_high", "sigma_kind"
    )
    table = held.areas.join(own, on="area", how="left").join(sigmas, on="area", how="left")
    for method in (REPORTING_DISTANCE, ASYMMETRY, *AGGREGATES):
        table = table.join(estimates(method, choice.role, method), on="area", how="left")
    table = table.join(estimates(ASYMMETRY, BOTH, "asymmetry_both"), on="area", how="left")
    without = silent(held).select("area", "reason", few="mirrors_count", fewer="partners_count")
    return (
        table.join(without, on="area", how="left")
        .with_columns(pl.coalesce("mirrors_count", "few").alias("mirrors_count"),
                      pl.coalesce("partners_count", "fewer").alias("partners_count"))
        .sort("rank", "name", nulls_last=True)
        .select(NUMBERS)
    )  # fmt: skip


def moved(row: dict[str, Any]) -> float | None:
    """The estimate when what moves it most is left out: the end of the range that is farther from it."""
    if row["jackknife_low"] is None:
        return None
    ends = (row["jackknife_low"], row["jackknife_high"])
    return float(max(ends, key=lambda end: abs(end - row["estimate"])))


def left_out_words(code: str | None, names: dict[str, str], *, is_first: bool = False) -> str | None:
    """Without whom, or without which year."""
    if code is None:
        return None
    name = wording.in_sentence(names.get(code, code))
    return wording.say("reporters_left_out_first" if is_first else "reporters_left_out", name=name)
