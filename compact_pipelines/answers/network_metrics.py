"""Who is central in the alliance, who stands between, who belongs together, and what is left without them?"""

import dagster as dg
import polars as pl

from compact_pipelines.analytics.networks import build_network_metrics
from compact_pipelines.analytics.rank_ranges import build_rank_ranges
from compact_pipelines.analytics.robustness import build_robustness
from compact_pipelines.contracts import load_contracts


@dg.asset(group_name="answers", kinds={"networkx", "parquet"})
def out_network_metrics(out_mirror_flows: pl.DataFrame) -> pl.DataFrame:
    """One measure of one area in the graph of one theme, subject and year, among the areas of the scenario."""
    return build_network_metrics(_among_the_scenario(out_mirror_flows))


@dg.asset(group_name="answers", kinds={"networkit", "parquet"})
def out_rank_ranges(out_mirror_flows: pl.DataFrame) -> pl.DataFrame:
    """The rank of one area by one measure in one graph, with its range when flows are drawn from their intervals."""
    return build_rank_ranges(_among_the_scenario(out_mirror_flows))


@dg.asset(group_name="answers", kinds={"numpy", "parquet"})
def out_robustness(out_mirror_flows: pl.DataFrame) -> pl.DataFrame:
    """What is left of one graph after so many areas are taken out, in one order."""
    return build_robustness(_among_the_scenario(out_mirror_flows))


def _among_the_scenario(flows: pl.DataFrame) -> pl.DataFrame:
    members = list(load_contracts().membership.tier_of)
    return flows.filter(pl.col("from_area").is_in(members) & pl.col("to_area").is_in(members))
