"""Who is central in the alliance, who stands between, who belongs together?"""

import dagster as dg
import polars as pl

from compact_pipelines.analytics.networks import build_network_metrics
from compact_pipelines.contracts import load_contracts


@dg.asset(group_name="answers", kinds={"networkx", "parquet"})
def out_network_metrics(out_mirror_flows: pl.DataFrame) -> pl.DataFrame:
    """One measure of one area in the graph of one theme, subject and year, among the areas of the scenario."""
    members = list(load_contracts().membership.tier_of)
    inside = pl.col("from_area").is_in(members) & pl.col("to_area").is_in(members)
    return build_network_metrics(out_mirror_flows.filter(inside))
