"""The alliance as a graph: who is central, who stands between, who belongs together.

Edges run from the area of departure to the area of arrival; their weight is the flow, so a bigger weight is a closer
tie. Every measure that follows paths takes the distance 1 / weight: handing the weight itself to a path measure would
treat the biggest flow as the farthest. networkx is the reference implementation.
"""

import itertools
from collections.abc import Iterable
from typing import Final

import networkx as nx
import polars as pl

PAGERANK_DAMPING: Final = 0.85
PAGERANK_MAX_ITERATIONS: Final = 10_000
PAGERANK_TOLERANCE: Final = 1e-12
COMMUNITY_SEEDS: Final = tuple(range(20))
# A graph in which few areas report is a star around them, and its measures would rank the reporters, not the areas.
MIN_REPORTING_SHARE: Final = 0.5
RANKED: Final = ("strength_out", "strength_in", "strength", "pagerank", "betweenness")


def build_graph(edges: Iterable[tuple[str, str, float]]) -> "nx.DiGraph[str]":
    """A directed graph of flows, nodes in order of their code so that every rerun is identical.

    Args:
        edges: (from_area, to_area, weight); a weight of zero is no edge.

    Returns:
        Edges with `weight` and `distance` (the strongest tie's weight over this one's: 1 for the strongest).

    Raises:
        ValueError: a weight is negative, an area is its own counterpart, or a pair stands twice.
    """
    kept = sorted((start, end, weight) for start, end, weight in edges if weight != 0)
    for start, end, weight in kept:
        if weight < 0 or start == end:
            raise ValueError(f"edge {start}-{end} with weight {weight}: weights are above zero, between two areas")
    for (start, end, weight), (next_start, next_end, other) in itertools.pairwise(kept):
        if (start, end) == (next_start, next_end):
            raise ValueError(f"edge {start}-{end} stands twice, with {weight} and {other}; a graph holds one flow")
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted({area for start, end, _ in kept for area in (start, end)}))
    strongest = max((weight for *_, weight in kept), default=1.0)
    for start, end, weight in kept:
        graph.add_edge(start, end, weight=weight, distance=strongest / weight)
    return graph


def symmetric(graph: "nx.DiGraph[str]") -> "nx.Graph[str]":
    """S = W + W transposed: the tie between two areas, both directions together."""
    both: nx.Graph[str] = nx.Graph()
    both.add_nodes_from(graph)
    weight: float
    for start, end, weight in graph.edges(data="weight"):
        before = both[start][end]["weight"] if both.has_edge(start, end) else 0.0
        both.add_edge(start, end, weight=before + weight)
    ties: list[float] = [tie["weight"] for _, _, tie in both.edges(data=True)]
    strongest = max(ties, default=1.0)
    for _, _, tie in both.edges(data=True):
        tie["distance"] = strongest / tie["weight"]
    return both


def measure_strength(graph: "nx.DiGraph[str]") -> dict[str, dict[str, float]]:
    """Sums of weights: out, in, and both; in the unit of the flow, high is large."""
    out = {area: float(total) for area, total in graph.out_degree(weight="weight")}
    into = {area: float(total) for area, total in graph.in_degree(weight="weight")}
    return {"strength_out": out, "strength_in": into, "strength": {area: out[area] + into[area] for area in graph}}


def measure_pagerank(graph: "nx.DiGraph[str]", damping: float = PAGERANK_DAMPING) -> dict[str, float]:
    """Where a dollar (or a person) that keeps moving along the flows is found; directed, weighted, sums to 1.

    Dangling mass is spread evenly. High: many and important areas send here.

    Source: Langville and Meyer, Google's PageRank and Beyond (2006).
    """
    if graph.number_of_edges() == 0:
        return {}
    ranks: dict[str, float] = nx.pagerank(
        graph, alpha=damping, weight="weight", max_iter=PAGERANK_MAX_ITERATIONS, tol=PAGERANK_TOLERANCE
    )
    return ranks


def measure_betweenness(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """Share of shortest paths between two others that pass through an area; undirected, distance 1 / weight.

    On the symmetric graph, endpoints excluded, divided by (n - 1)(n - 2) / 2: 0 for no path, 1 for all. Path lengths
    are compared as networkx does, exactly; distances are ratios to the strongest tie, so that a change of unit by a
    power of two changes nothing at all.

    Source: Brandes, A Faster Algorithm for Betweenness Centrality (2001).
    """
    scores: dict[str, float] = nx.betweenness_centrality(symmetric(graph), weight="distance", normalized=True)
    return scores


def measure_communities(
    graph: "nx.DiGraph[str]", seeds: Iterable[int] = COMMUNITY_SEEDS
) -> tuple[dict[str, int], dict[str, float], float | None]:
    """Groups that trade more with each other than their size explains: Louvain, the best of many seeds.

    Args:
        graph: directed flows; the symmetric graph is divided.
        seeds: one run each; Louvain is random, so one run is not an answer.

    Returns:
        Community per area, numbered from 1 by total strength; per area the share of runs in which its companions
        are the same, averaged over its companions (1: always the same group); the modularity Q of the division.

    Source: Blondel et al., Fast unfolding of communities in large networks (2008).
    """
    both = symmetric(graph)
    if both.number_of_edges() == 0:
        return {}, {}, None
    runs = [nx.community.louvain_communities(both, weight="weight", seed=seed) for seed in seeds]
    qualities = [nx.community.modularity(both, run, weight="weight") for run in runs]
    best = runs[max(range(len(runs)), key=lambda place: (qualities[place], -place))]
    strength = dict(both.degree(weight="weight"))
    ordered = sorted(best, key=lambda group: (-sum(strength[area] for area in sorted(group)), min(group)))
    community = {area: number for number, group in enumerate(ordered, start=1) for area in group}
    together: dict[frozenset[str], int] = {}
    for run in runs:
        for group in run:
            for pair in itertools.combinations(sorted(group), 2):
                together[frozenset(pair)] = together.get(frozenset(pair), 0) + 1
    stability = {}
    for area in both:
        companions = [other for other in both if other != area and community[other] == community[area]]
        alone = sum(1 for run in runs if {area} in run)
        counts = [together.get(frozenset((area, other)), 0) for other in companions] or [alone]
        stability[area] = sum(counts) / len(counts) / len(runs)
    return community, stability, max(qualities)


def measure_graph(graph: "nx.DiGraph[str]") -> pl.DataFrame:
    """All measures of all areas.

    Returns:
        (areas * 7, [area, metric, value, reason, rank]); a measure that is undefined has no value and a reason.
    """
    community, stability, _ = measure_communities(graph)
    scores: dict[str, dict[str, float]] = {
        **measure_strength(graph),
        "pagerank": measure_pagerank(graph),
        "betweenness": measure_betweenness(graph) if len(graph) > 2 else {},  # noqa: PLR2004  (no third area)
        "community": {area: float(number) for area, number in community.items()},
        "community_stability": stability,
    }
    rows = [
        {"area": area, "metric": metric, "value": by_area.get(area)}
        for metric, by_area in scores.items()
        for area in graph
    ]
    frame = pl.DataFrame(rows, schema={"area": pl.String, "metric": pl.String, "value": pl.Float64})
    rank = pl.col("value").rank("min", descending=True).over("metric").cast(pl.Int64)
    return frame.with_columns(
        reason=pl.when(pl.col("value").is_null()).then(pl.lit("undefined")),
        rank=pl.when(pl.col("metric").is_in(RANKED)).then(rank),
    )


def choose_weights(flows: pl.DataFrame) -> pl.DataFrame:
    """One weight a flow: the departing side's report, or the arriving side's where the first is silent.

    Args:
        flows: out_mirror_flows of one frequency.

    Returns:
        (flows with a weight above zero, [theme, subject, time_period, from_area, to_area, weight, reporter,
        source_id]).
    """
    return flows.select(
        "theme",
        pl.concat_str(
            "subject", pl.when(pl.col("theme") == "capital_flows").then("stock_flow"), separator="/", ignore_nulls=True
        ).alias("subject"),
        "time_period",
        "from_area",
        "to_area",
        weight=pl.coalesce("reported_by_from", "reported_by_to").cast(pl.Float64),
        reporter=pl.when(pl.col("reported_by_from").is_not_null()).then("from_area").otherwise("to_area"),
        source_id=pl.when(pl.col("reported_by_from").is_not_null()).then("source_from").otherwise("source_to"),
    ).filter(pl.col("weight") > 0)


def build_network_metrics(flows: pl.DataFrame) -> pl.DataFrame:
    """Measure the graph of every theme, subject and year in which at least half of the areas report.

    Args:
        flows: out_mirror_flows.

    Returns:
        (graphs * areas * 7, columns of schemas/published/out_network_metrics.yaml), sorted by key. coverage_share
        is reporting areas over areas in the graph.
    """
    edges = choose_weights(flows.filter(pl.col("freq") == "A"))
    measured = []
    for (theme, subject, year), group in edges.group_by("theme", "subject", "time_period", maintain_order=True):
        graph = build_graph(group.select("from_area", "to_area", "weight").iter_rows())
        coverage = group["reporter"].n_unique() / len(graph)
        if coverage < MIN_REPORTING_SHARE:
            continue
        measured.append(
            measure_graph(graph).with_columns(
                theme=pl.lit(theme), subject=pl.lit(subject), time_period=pl.lit(year), coverage_share=pl.lit(coverage)
            )
        )
    columns = ["theme", "subject", "time_period", "area", "metric", "value", "reason", "rank", "coverage_share"]
    if not measured:
        types = dict.fromkeys(columns, pl.String) | {
            "value": pl.Float64,
            "rank": pl.Int64,
            "coverage_share": pl.Float64,
        }
        return pl.DataFrame(schema=types)
    return pl.concat(measured).select(columns).sort("theme", "subject", "time_period", "area", "metric")
