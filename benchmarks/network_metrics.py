"""All measures of one dense made-up graph, beside networkit's PageRank and betweenness on the same graph."""

import networkit as nk
import numpy as np
from timing import best, report

from compact_pipelines.analytics.networks import build_graph, measure_graph

AREAS = 46
SEED = 11


def main() -> None:
    """Measure."""
    weights = np.random.default_rng(SEED).lognormal(10, 2, (AREAS, AREAS))
    ties = [(f"A{i:02d}", f"A{j:02d}", float(weights[i, j])) for i in range(AREAS) for j in range(AREAS) if i != j]
    compiled = nk.Graph(AREAS, weighted=True)
    distances = nk.Graph(AREAS, weighted=True)
    for i in range(AREAS):
        for j in range(i):
            both = weights[i, j] + weights[j, i]
            compiled.addEdge(i, j, both)
            distances.addEdge(i, j, 1 / both)

    def floor() -> None:
        nk.centrality.PageRank(compiled).run()
        nk.centrality.Betweenness(distances, normalized=True).run()

    seconds = best(lambda: measure_graph(build_graph(ties)))
    report("network metrics", seconds, best(floor), "networkit, PageRank and betweenness", areas=AREAS, ties=len(ties))


if __name__ == "__main__":
    main()
