"""Whose number is it? Both reports of every flow, one value with an interval, and why the two differ."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from compact_pipelines.analytics.mirror import (
    References,
    build_gaps,
    build_total_residuals,
    build_world_totals,
    reconcile,
)
from compact_pipelines.answers.themes import precedence, speakers_in
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.parameters import load_parameters

RECONCILED = ("out_mirror_flows", "out_reporter_reliability", "out_valuation_rules", "out_freight_shares")


def references(distances: pl.DataFrame, *themes: pl.DataFrame) -> References:
    """What the contracts and the reference tables say to whoever pairs these tables."""
    contracts = load_contracts()
    areas = contracts.codelists["area"]
    same_source = [
        {"theme": pair.theme, "area_1": pair.areas[0], "area_2": pair.areas[1], "since": pair.since}
        for pair in contracts.same_source
    ]
    return References(
        areas=pl.DataFrame([{"area": code, "kind": row["kind"]} for code, row in areas.rows.items()]),
        precedence=precedence(contracts, speakers_in(*themes)),
        same_source=pl.DataFrame(same_source),
        distances=distances,
        parameters=load_parameters(),
        sums=contracts.product_sums,
    )


@dg.multi_asset(
    outs={
        name: dg.AssetOut(description=load_contracts().published[name].row, kinds={"duckdb", "parquet"})
        for name in RECONCILED
    },
    group_name="answers",
)
def reconciliation(
    compute_exports: pl.DataFrame,
    capital_flows: pl.DataFrame,
    talent_movement: pl.DataFrame,
    core_cepii_geodist: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    """Every flow with what each side says of it in public, reconciled, and what that rests on."""
    themes = {
        "compute_exports": compute_exports,
        "capital_flows": capital_flows,
        "talent_movement": talent_movement,
    }
    result = reconcile(themes, references(core_cepii_geodist, *themes.values()))
    frames = (result.flows, result.reliability, result.valuation_rules, result.freight_shares)
    for name, frame in zip(RECONCILED, frames, strict=True):
        yield dg.Output(frame, output_name=name)


@dg.asset(group_name="answers", kinds={"duckdb", "parquet"})
def out_mirror_gaps(
    out_mirror_flows: pl.DataFrame, compute_exports: pl.DataFrame, core_cepii_geodist: pl.DataFrame
) -> pl.DataFrame:
    """One step from what the area of departure reports to what the area of arrival reports."""
    known = references(core_cepii_geodist, compute_exports)
    return build_gaps(out_mirror_flows, {"compute_exports": compute_exports}, known)


@dg.asset(group_name="answers", kinds={"duckdb", "parquet"})
def out_total_residuals(
    out_mirror_flows: pl.DataFrame,
    compute_exports: pl.DataFrame,
    capital_flows: pl.DataFrame,
    talent_movement: pl.DataFrame,
    core_cepii_geodist: pl.DataFrame,
) -> pl.DataFrame:
    """An area's published total with the world beside the sum over its partners."""
    themes = {
        "compute_exports": compute_exports,
        "capital_flows": capital_flows,
        "talent_movement": talent_movement,
    }
    totals = build_world_totals(themes, references(core_cepii_geodist, *themes.values()))
    return build_total_residuals(out_mirror_flows, totals)
