"""How near an area is to all others along the ties: distances of the symmetric graph, and what is made of them.

A tie's distance is the strongest tie's weight over its own, so no path is shorter than 1 and every measure lies between
0 and 1 whatever the unit.
"""

import networkx as nx
import numpy as np
from scipy.sparse import csgraph

from compact_pipelines.analytics.graphs import Matrix, weights


def distances(graph: "nx.DiGraph[str]") -> Matrix:
    """(n, n) length of the shortest path between two areas in the graph's order; inf where there is none.

    Symmetric, weighted by distance.
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    return span(both, float(both.max(initial=0.0)))


def span(both: Matrix, strongest: float) -> Matrix:
    """(n, n) length of the shortest path between two areas; inf where there is none.

    Args:
        both: (n, n) symmetric weights, 0 where there is no tie.
        strongest: the weight whose distance is 1.
    """
    far = np.divide(strongest, both, out=np.full_like(both, np.inf), where=both > 0)
    lengths: Matrix = csgraph.shortest_path(far, method="FW", directed=False)
    return lengths


def measure_closeness(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """One over the mean distance to the areas within reach, times the share of areas within reach; 0 to 1.

    Symmetric, weighted. High: near to all. The share keeps an area of a small part from looking central.

    Source: Freeman, Centrality in social networks (1978); for graphs in several parts Wasserman and Faust, Social
    Network Analysis (1994), formula 5.22.
    """
    lengths = distances(graph)
    count = len(lengths)
    if count < 2:  # noqa: PLR2004  (a distance has two ends)
        return {}
    is_near = np.isfinite(lengths)
    reached = is_near.sum(axis=1) - 1
    total = np.where(is_near, lengths, 0.0).sum(axis=1)
    scores = np.divide(reached**2 / (count - 1), total, out=np.zeros(count), where=total > 0)
    return dict(zip(graph, scores.tolist(), strict=True))


def measure_harmonic(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """Mean over all others of one over their distance, nobody within reach counting 0; 0 to 1.

    Symmetric, weighted. Unlike closeness it needs no rule for graphs in several parts.

    Source: Marchiori and Latora, Harmony in the small-world (2000); Rochat (2009).
    """
    lengths = distances(graph)
    count = len(lengths)
    if count < 2:  # noqa: PLR2004  (as above)
        return {}
    nearness = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return dict(zip(graph, (nearness.sum(axis=1) / (count - 1)).tolist(), strict=True))
