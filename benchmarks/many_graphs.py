"""Thousands of made-up product graphs measured at once, beside networkx graph by graph on a sample of them.

networkx is timed on SAMPLE graphs spread evenly over the sizes and scaled to all by their number. Each metric is timed
by itself: ours from the arrays, networkx's from graphs that are already built; building them stands by itself, and the
ratio in all counts it on both sides. networkx iterates PageRank until it is as exact as a test of 1e-9 asks.
Communities are random on both sides: what is compared is the quality Q of one run each, not the labels. One thread on
both sides, and seconds of the processor, so that neighbours do not count.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import networkx as nx
import numpy as np
from timing import BYTES_PER_KIB, MIB

from compact_pipelines.analytics import many_graphs
from compact_pipelines.analytics.graphs import build_graph, symmetric
from compact_pipelines.analytics.many_graphs import Graphs

GRAPHS: Final = 5_000
SMALLEST: Final = 20
LARGEST: Final = 230
DENSITY: Final = (0.1, 0.6)
CHUNK: Final = 250
SAMPLE: Final = 40
SEED: Final = 11

METRICS: Final[dict[str, tuple[Callable[[Graphs], Any], Callable[[Any, Any], Any]]]] = {
    "pagerank": (many_graphs.rank_pages, lambda graph, _: nx.pagerank(graph, tol=1e-12, max_iter=1000)),
    "betweenness": (many_graphs.stand_between, lambda _, both: nx.betweenness_centrality(both, weight="distance")),
    "effective_resistance": (
        many_graphs.resist_graphs,
        lambda _, both: nx.effective_graph_resistance(both, weight="weight", invert_weight=False),
    ),
    "clustering": (many_graphs.cluster_areas, lambda _, both: nx.clustering(both, weight="weight")),
    "communities": (many_graphs.divide_graphs, lambda _, both: _divided(both)),
}


def _divided(both: Any) -> float:
    groups = nx.community.louvain_communities(both, seed=SEED)
    return float(nx.community.modularity(both, groups))


def _made_up(first: int, count: int) -> tuple[Any, Any, Any, Any]:
    """Edges of `count` graphs from the `first` on: sizes of areas and ties lognormal, a ring keeps each graph whole."""
    columns: list[list[Any]] = [[], [], [], []]
    for graph in range(first, first + count):
        draw = np.random.default_rng([SEED, graph])
        size, density = int(draw.integers(SMALLEST, LARGEST + 1)), draw.uniform(*DENSITY)
        is_tie = draw.random((size, size)) < density
        is_tie[np.arange(size), (np.arange(size) + 1) % size] = True
        np.fill_diagonal(is_tie, val=False)
        start, end = np.nonzero(is_tie)
        scale = draw.normal(0, 1.5, size)
        weight = np.exp(scale[start] + scale[end] + draw.normal(0, 1, len(start)))
        for column, values in zip(columns, (np.full(len(start), graph), start, end, weight), strict=True):
            column.append(values)
    graph, start, end, weight = (np.concatenate(column) for column in columns)
    return graph, start, end, weight


def main(count: int = GRAPHS, sample: int = SAMPLE) -> None:
    """Measure."""
    ours = dict.fromkeys(["reading", *METRICS], 0.0)
    theirs = dict.fromkeys(ours, 0.0)
    edges = nodes = 0
    sampled = {round(place * count / sample) for place in range(sample)}
    quality: dict[str, list[float]] = {"ours": [], "networkx": []}
    furthest = dict.fromkeys(METRICS, 0.0)
    for first in range(0, count, CHUNK):
        graph, start, end, weight = _made_up(first, min(CHUNK, count - first))
        edges += len(graph)
        begun = time.process_time()
        graphs = many_graphs.read_edges(graph, start, end, weight)
        ours["reading"] += time.process_time() - begun
        nodes += len(graphs.node_graph)
        found = {}
        for metric, (measure, _) in METRICS.items():
            begun = time.process_time()
            found[metric] = measure(graphs)
            ours[metric] += time.process_time() - begun
        for number in sorted(sampled & set(range(first, first + CHUNK))):
            own = graph == number
            begun = time.process_time()
            ties = zip(start[own].tolist(), end[own].tolist(), weight[own].tolist(), strict=True)
            built: Any = build_graph(ties)  # type: ignore[arg-type]  (numbers name areas as well as text does)
            both = symmetric(built)
            theirs["reading"] += time.process_time() - begun
            place = number - first
            span = slice(graphs.first_node[place], graphs.first_node[place + 1])
            for metric, (_, measure_one) in METRICS.items():
                begun = time.process_time()
                value = measure_one(built, both)
                theirs[metric] += time.process_time() - begun
                if metric == "communities":
                    quality["ours"].append(float(found[metric][1][place]))
                    quality["networkx"].append(value)
                elif metric == "effective_resistance":
                    furthest[metric] = max(furthest[metric], abs(found[metric][place] / value - 1))
                else:
                    apart = np.abs(found[metric][span] - np.array([value[area] for area in sorted(value)])).max()
                    furthest[metric] = max(furthest[metric], float(apart))
    scaled = {metric: seconds * count / len(sampled) for metric, seconds in theirs.items()}
    result = {
        "benchmark": "many graphs",
        "seconds": round(sum(ours.values()), 2),
        "floor_seconds": round(sum(scaled.values()), 2),
        "times_faster": round(sum(scaled.values()) / sum(ours.values()), 1),
        "floor": f"networkx one by one, {len(sampled)} graphs scaled to all",
        "times_faster_by_metric": {metric: round(scaled[metric] / ours[metric], 1) for metric in ours},
        "seconds_by_metric": {metric: round(seconds, 2) for metric, seconds in ours.items()},
        "largest_difference": {metric: apart for metric, apart in furthest.items() if metric != "communities"},
        "mean_quality": {side: round(float(np.mean(values)), 6) for side, values in quality.items()},
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB / MIB),
        "graphs": count,
        "areas": nodes,
        "ties": edges,
    }
    json.dump(result, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
