"""Whose number is it? Both reports of every flow."""

import dagster as dg
import polars as pl

from compact_pipelines.analytics.mirror import build_mirror_flows
from compact_pipelines.answers.themes import precedence, speakers_in
from compact_pipelines.contracts import load_contracts


@dg.asset(group_name="answers", kinds={"duckdb", "parquet"})
def out_mirror_flows(
    compute_exports: pl.DataFrame, capital_flows: pl.DataFrame, talent_movement: pl.DataFrame
) -> pl.DataFrame:
    """One flow from one area to another, with what each side says of it in public."""
    contracts = load_contracts()
    areas = contracts.codelists["area"]
    same_source = [
        {"theme": pair.theme, "area_1": pair.areas[0], "area_2": pair.areas[1], "since": pair.since}
        for pair in contracts.same_source
    ]
    return build_mirror_flows(
        {
            "compute_exports": compute_exports,
            "capital_flows": capital_flows,
            "talent_movement": talent_movement,
        },
        areas=pl.DataFrame([{"area": code, "kind": row["kind"]} for code, row in areas.rows.items()]),
        precedence=precedence(contracts, speakers_in(compute_exports, capital_flows, talent_movement)),
        same_source=pl.DataFrame(same_source),
    )
