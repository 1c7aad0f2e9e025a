"""The alliance as a graph: all measures of every theme, subject and year in one table."""

from typing import Final

import networkx as nx
import polars as pl

from compact_pipelines.analytics.centrality import (
    measure_betweenness,
    measure_clustering,
    measure_core,
    measure_eigenvector,
    measure_hits,
    measure_pagerank,
    measure_strength,
)
from compact_pipelines.analytics.closeness import measure_closeness, measure_harmonic
from compact_pipelines.analytics.communities import measure_communities
from compact_pipelines.analytics.coreness import measure_coreness
from compact_pipelines.analytics.graphs import build_graph, choose_weights, coverage
from compact_pipelines.analytics.partners import measure_barrat, measure_disparity, measure_s_core
from compact_pipelines.analytics.structure import (
    measure_assortativity,
    measure_density,
    measure_effective_resistance,
    measure_reciprocity,
    measure_transitivity,
)

NO_AREA: Final = "_Z"  # a measure of the whole graph
RANK_DECIMALS: Final = 12  # areas that differ only by the rounding of the solver share a rank
RANKED: Final = (
    "strength_out",
    "strength_in",
    "strength",
    "eigenvector",
    "pagerank",
    "hub",
    "authority",
    "betweenness",
    "closeness",
    "harmonic",
    "clustering",
    "clustering_barrat",
    "disparity",
    "core",
    "s_core",
    "coreness",
)
KEY: Final = ["theme", "subject", "time_period", "area", "metric"]
COLUMNS: Final = [*KEY, "value", "reason", "rank", "coverage_share"]


def measure_graph(graph: "nx.DiGraph[str]") -> pl.DataFrame:
    """All measures of all areas, and of the graph as a whole.

    Returns:
        (areas * 18 + 8, [area, metric, value, reason, rank]); the whole graph stands under _Z; a measure that is
        undefined has no value and a reason.
    """
    community, stability, quality = measure_communities(graph)
    coreness, core_fit = measure_coreness(graph)
    by_area: dict[str, dict[str, float]] = {
        **measure_strength(graph),
        **measure_hits(graph),
        "eigenvector": measure_eigenvector(graph),
        "pagerank": measure_pagerank(graph),
        "betweenness": measure_betweenness(graph),
        "closeness": measure_closeness(graph),
        "harmonic": measure_harmonic(graph),
        "clustering": measure_clustering(graph),
        "clustering_barrat": measure_barrat(graph),
        "disparity": measure_disparity(graph),
        "core": measure_core(graph),
        "s_core": measure_s_core(graph),
        "coreness": coreness,
        "community": {area: float(number) for area, number in community.items()},
        "community_stability": stability,
    }
    resistance = measure_effective_resistance(graph)
    pairs = len(graph) * (len(graph) - 1) / 2
    whole = {
        "reciprocity": measure_reciprocity(graph),
        "density": measure_density(graph),
        "effective_resistance": resistance,
        "effective_resistance_mean": None if resistance is None else resistance / pairs,
        "modularity": quality,
        "assortativity": measure_assortativity(graph),
        "transitivity": measure_transitivity(graph),
        "core_fit": core_fit,
    }
    rows = [
        {"area": area, "metric": metric, "value": scores.get(area)}
        for metric, scores in by_area.items()
        for area in graph
    ]
    rows += [{"area": NO_AREA, "metric": metric, "value": value} for metric, value in whole.items()]
    frame = pl.DataFrame(rows, schema={"area": pl.String, "metric": pl.String, "value": pl.Float64})
    rank = pl.col("value").round(RANK_DECIMALS).rank("min", descending=True).over("metric").cast(pl.Int64)
    return frame.with_columns(
        reason=pl.when(pl.col("value").is_null()).then(pl.lit("undefined")),
        rank=pl.when(pl.col("metric").is_in(RANKED)).then(rank),
    )


def build_network_metrics(flows: pl.DataFrame) -> pl.DataFrame:
    """Measure the graph of every theme, subject and year that is fit to be measured, see `graphs.coverage`.

    Args:
        flows: out_mirror_flows.

    Returns:
        (graphs * (areas * 18 + 8), columns of schemas/published/out_network_metrics.yaml), sorted by key.
        coverage_share is reporting areas over areas in the graph.
    """
    edges = choose_weights(flows.filter(pl.col("freq") == "A"))
    measured = []
    for (theme, subject, year), group in edges.group_by("theme", "subject", "time_period", maintain_order=True):
        share = coverage(group)
        if share is None:
            continue
        graph = build_graph(group.select("from_area", "to_area", "weight").iter_rows())
        measured.append(
            measure_graph(graph).with_columns(
                theme=pl.lit(theme), subject=pl.lit(subject), time_period=pl.lit(year), coverage_share=pl.lit(share)
            )
        )
    if not measured:
        types = {"value": pl.Float64, "rank": pl.Int64, "coverage_share": pl.Float64}
        return pl.DataFrame(schema={name: types.get(name, pl.String) for name in COLUMNS})
    return pl.concat(measured).select(COLUMNS).sort(KEY)
