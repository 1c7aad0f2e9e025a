"""Who depends on whom: how concentrated are an area's suppliers, and are they in the Compact?"""

import dagster as dg
import polars as pl

from compact_pipelines.analytics.concentration import build_dependency
from compact_pipelines.analytics.mirror import build_world_totals
from compact_pipelines.answers.mirror_flows import references
from compact_pipelines.contracts import load_contracts


@dg.asset(group_name="answers", kinds={"duckdb", "parquet"})
def out_dependency(
    out_mirror_flows: pl.DataFrame,
    compute_exports: pl.DataFrame,
    capital_flows: pl.DataFrame,
    talent_movement: pl.DataFrame,
    core_cepii_geodist: pl.DataFrame,
) -> pl.DataFrame:
    """What one area receives of one subject in one year, by how many hands and from which tier."""
    contracts = load_contracts()
    themes = {
        "compute_exports": compute_exports,
        "capital_flows": capital_flows,
        "talent_movement": talent_movement,
    }
    tiers = contracts.membership.tier_of
    kinds = contracts.codelists["area"].column("kind")
    totals = build_world_totals(themes, references(core_cepii_geodist, *themes.values()))
    return build_dependency(
        out_mirror_flows,
        totals.filter(freq="A", role="to").with_columns(pl.col("value").cast(pl.Float64)),
        pl.DataFrame({"area": list(tiers), "tier": list(tiers.values())}),
        possible_suppliers=sum(kind == "area" for kind in kinds.values()) - 1,
    )
