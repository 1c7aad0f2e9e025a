"""What does an agreement do to trade, and what changes when somebody joins: estimate, base years, accessions, test."""

from collections.abc import Iterator
from typing import Any, Final

import dagster as dg
import polars as pl

from compact_pipelines.analytics.gravity.accession import Accession, simulate
from compact_pipelines.analytics.gravity.base import BaseTables, build_panel_base, read_base
from compact_pipelines.analytics.gravity.draws import Assumptions
from compact_pipelines.analytics.gravity.gains import GAIN_COLUMNS
from compact_pipelines.analytics.gravity.goods_base import build_goods_base
from compact_pipelines.analytics.gravity.nafta import build_model_checks, measure_having
from compact_pipelines.analytics.gravity.ppml import Estimated, estimate_ppml
from compact_pipelines.analytics.published_totals import world_totals
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.gravity import BaseYear, Model, OutputRatio, load_model
from compact_pipelines.contracts.membership import MemberSet
from compact_pipelines.scenarios.inputs import ALL_GOODS, GOODS, TERM, agreements_of

USD_PER_MILLION: Final = 1_000_000
GRAVITY: Final = ("out_gravity_estimates", "out_gravity_base", "out_gravity_areas", "out_model_checks")
FOUNDING: Final = "core"
ALL_MEMBERS: Final = "_T"  # the row of members and candidates together
EFFECTS: Final = ("from_time", "to_time", "pair")
YEARLY: Final = "A"


@dg.multi_asset(
    outs={
        name: dg.AssetOut(description=load_contracts().published[name].row, kinds={"numpy", "parquet"})
        for name in GRAVITY
    },
    group_name="answers",
)
def gravity(
    core_trade_policy_guide: pl.DataFrame,
    core_worldbank_gdp_population: pl.DataFrame,
    out_mirror_flows: pl.DataFrame,
    out_total_residuals: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    """The effect of an agreement as estimated, the base years, and the model held to published results."""
    model = load_model()
    panel = with_effects(core_trade_policy_guide.filter(pl.col("time_period").is_in(model.estimate.years)))
    estimated = estimate_ppml(panel, "trade_musd", [TERM], EFFECTS, "pair")
    observed = panel.select(
        "from_area",
        "to_area",
        "time_period",
        observed=pl.col("trade_musd") * USD_PER_MILLION,
        fitted=pl.Series(estimated.fitted) * USD_PER_MILLION,
    )
    goods = (out_mirror_flows, out_total_residuals, core_worldbank_gdp_population)
    bases = [
        _goods_base(model, base, *goods) if base.kind == "goods" else _panel_base(base, observed)
        for base in model.bases
    ]
    source = core_trade_policy_guide["source_id"][0]
    checked = _checks(model, estimated, bases)
    frames = (
        build_estimates(model, estimated, source),
        pl.concat(base.flows for base in bases).sort("base_id", "from_area", "to_area"),
        pl.concat(base.areas for base in bases).sort("base_id", "area"),
        checked,
    )
    for name, frame in zip(GRAVITY, frames, strict=True):
        yield dg.Output(frame, output_name=name)


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_accession(
    out_gravity_estimates: pl.DataFrame,
    out_gravity_base: pl.DataFrame,
    out_gravity_areas: pl.DataFrame,
    core_worldbank_agreements: pl.DataFrame,
) -> pl.DataFrame:
    """What one area gains or loses when the areas of one set join the founding members."""
    contracts, model = load_contracts(), load_model()
    sets = contracts.membership.member_sets(contracts.codelists["area"].name)
    tables = (table.filter(base_id=model.default_base) for table in (out_gravity_base, out_gravity_areas))
    estimate = out_gravity_estimates.filter(estimate_id=model.estimate.id, term=TERM).to_dicts()[0]
    return build_accessions(sets, BaseTables(*tables), core_worldbank_agreements, estimate, model)


def with_effects(panel: pl.DataFrame) -> pl.DataFrame:
    """The panel with the columns that have effects: seller and year, buyer and year, and the pair, both ways alike."""
    pair = pl.concat_str(pl.min_horizontal("from_area", "to_area"), pl.max_horizontal("from_area", "to_area"))
    return panel.sort("time_period", "from_area", "to_area").with_columns(
        from_time=pl.concat_str("from_area", "time_period"),
        to_time=pl.concat_str("to_area", "time_period"),
        pair=pair,
    )


def build_estimates(model: Model, estimated: Estimated, source_id: str) -> pl.DataFrame:
    """(terms, columns of schemas/published/out_gravity_estimates.yaml)."""
    stated = model.estimate
    rows = [
        {
            "estimate_id": stated.id,
            "term": term,
            "coefficient": coefficient,
            "std_error": estimated.std_errors[term],
            "n_used": estimated.n_used,
            "n_separated": estimated.n_separated,
            "effects": ",".join(estimated.effects),
            "sample": f"{stated.years[0]}-{stated.years[-1]}, {len(stated.years)} years",
            "source_id": source_id,
            "citation": stated.citation,
            "note": stated.note,
        }
        for term, coefficient in estimated.coefficients.items()
    ]
    return pl.DataFrame(rows)


def build_accessions(
    sets: list[MemberSet], tables: BaseTables, agreements: pl.DataFrame, estimate: dict[str, Any], model: Model
) -> pl.DataFrame:
    """Ask of every set what it changes that its areas join the founding members; of those alone, that they form theirs.

    Args:
        sets: the sets of members that are compared, the founding one among them.
        tables: the default base year.
        agreements: trade_agreements.
        estimate: row of out_gravity_estimates.
        model: schemas/model.yaml.

    Returns:
        (sets * areas and one row for all together, columns of schemas/published/out_accession.yaml), sorted.
    """
    base = read_base(tables)
    known = agreements_of(model.base(), base.areas, agreements, pl.DataFrame(schema=dict.fromkeys(_PAIR, pl.String)))
    assumptions = Assumptions(
        beta=estimate["coefficient"],
        beta_se=estimate["std_error"],
        sigma=model.sigma.point,
        sigma_low=model.sigma.low,
        sigma_high=model.sigma.high,
        draws=model.draws.asked,
        seed=model.draws.seed,
    )
    founding = next(set_.areas for set_ in sets if set_.id == FOUNDING)
    frames = [
        _accession_rows(set_, simulate(base, founding, [*set(set_.areas) - set(founding)], known, assumptions))
        for set_ in sets
    ]
    return (
        pl.concat(frames)
        .with_columns(
            base_id=pl.lit(base.id),
            time_period=pl.lit(base.time_period),
            estimate_id=pl.lit(model.estimate.id),
            beta=pl.lit(assumptions.beta),
            beta_se=pl.lit(assumptions.beta_se),
            sigma=pl.lit(assumptions.sigma),
            sigma_low=pl.lit(assumptions.sigma_low),
            sigma_high=pl.lit(assumptions.sigma_high),
            draws_seed=pl.lit(assumptions.seed, dtype=pl.Int64),
        )
        .select(list(load_contracts().published["out_accession"].columns))
        .sort("base_id", "bloc", "area")
    )


_PAIR: Final = ("time_period", "from_area", "to_area")


def _accession_rows(set_: MemberSet, found: Accession) -> pl.DataFrame:
    whole = pl.DataFrame(
        [{"area": ALL_MEMBERS, "role": "whole", **found.whole, "reason": _why(found)}], schema=GAIN_COLUMNS
    )
    return pl.concat([found.areas, whole]).with_columns(
        bloc=pl.lit(set_.id),
        pairs_unknown_count=pl.lit(len(found.unknown), dtype=pl.Int64),
        candidates=pl.lit(",".join(found.candidates)),
        is_unchanged=pl.lit(not found.changed and found.whole["gain_percent"] is not None),
        draws_count=pl.lit(found.draws_used, dtype=pl.Int64),
        draws_failed_count=pl.lit(found.draws_failed, dtype=pl.Int64),
    )


def _why(found: Accession) -> str | None:
    return found.reason if found.whole["gain_percent"] is None else None


def _goods_base(
    model: Model, base: BaseYear, flows: pl.DataFrame, residuals: pl.DataFrame, economies: pl.DataFrame
) -> BaseTables:
    is_meant = (
        (pl.col("theme") == GOODS) & (pl.col("subject") == ALL_GOODS) & (pl.col("freq") == YEARLY)
        & (pl.col("time_period") == base.time_period)
    )  # fmt: skip
    ratio = base.output_per_gdp or OutputRatio(point=1, low=1, high=1)
    year = economies.filter(pl.col("time_period") == base.time_period)
    return build_goods_base(
        flows.filter(is_meant).select("from_area", "to_area", "reconciled", "low", "high"),
        world_totals(residuals.filter(is_meant)),
        year.select("area", gdp=pl.col("gdp_usd").cast(pl.Float64)),
        list(load_contracts().membership.tier_of),
        base_id=base.id,
        time_period=base.time_period,
        output_per_gdp=(ratio.point, ratio.low, ratio.high),
        rest=model.rest_area,
    )


def _panel_base(base: BaseYear, panel: pl.DataFrame) -> BaseTables:
    told = "fitted" if base.kind == "fitted" else "observed"
    year = panel.filter(pl.col("time_period") == base.time_period).rename({told: "obs_value"})
    return build_panel_base(year, base_id=base.id, time_period=base.time_period, derivation=told)


def _checks(model: Model, estimated: Estimated, bases: list[BaseTables]) -> pl.DataFrame:
    nafta, beta = model.nafta, estimated.coefficients[TERM]
    fitted = next(base for base in bases if base.areas["base_id"][0] == nafta.base)
    measured = measure_having(read_base(fitted), nafta.members, beta, nafta.sigma, nafta.numeraire)
    return build_model_checks(model.checks, measured, beta, nafta.sigma, nafta.base, nafta.citation, nafta.note)
