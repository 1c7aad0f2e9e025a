"""Does the Compact hold together: how much does each set of members deal with itself?"""

import dagster as dg
import polars as pl

from compact_pipelines.analytics.cohesion import build_cohesion
from compact_pipelines.contracts import load_contracts


@dg.asset(group_name="answers", kinds={"networkx", "parquet"})
def out_cohesion(out_mirror_flows: pl.DataFrame, out_total_residuals: pl.DataFrame) -> pl.DataFrame:
    """One measure of one set of members in the graph of one theme, subject and year."""
    contracts = load_contracts()
    areas = list(contracts.membership.tier_of)
    inside = pl.col("from_area").is_in(areas) & pl.col("to_area").is_in(areas)
    blocs = {
        members.id: members.areas for members in contracts.membership.member_sets(contracts.codelists["area"].name)
    }
    return build_cohesion(out_mirror_flows.filter(inside), out_total_residuals, blocs)
