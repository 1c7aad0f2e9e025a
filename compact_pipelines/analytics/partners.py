"""What an area's ties look like: on how few partners they rest, and how its partners hang together."""

import networkx as nx
import numpy as np

from compact_pipelines.analytics.graphs import weights


def measure_disparity(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """Y, the sum of squared shares of an area's ties in its strength; symmetric, weighted, above 0 to 1.

    1: all with one partner; one over the number of partners: evenly spread. It is the concentration index of ties.

    Source: Serrano, Boguñá and Vespignani, PNAS 106 (2009); Barthélemy, Gondran and Guichard (2003).
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    strength = both.sum(axis=1, keepdims=True)
    shares = np.divide(both, strength, out=np.zeros_like(both), where=strength > 0)
    return dict(zip(graph, (shares**2).sum(axis=1).tolist(), strict=True))


def measure_barrat(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """Share of an area's strength that lies in closed triangles; symmetric, weighted, 0 to 1.

    Each pair of partners that are tied themselves counts with the mean of the area's two ties to them. In a complete
    graph it is 1 for all and says nothing. With fewer than two partners it is 0 by convention.

    Source: Barrat et al., The architecture of complex weighted networks, PNAS 101 (2004).
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    ties = (both > 0).astype(np.float64)
    degree, strength = ties.sum(axis=1), both.sum(axis=1)
    # Ordered pairs (j, h): (w_ij + w_ih) / 2 * a_jh sums to w_ij * a_jh * a_ih, since a is symmetric.
    closed = ((both @ ties) * ties).sum(axis=1)
    most = strength * (degree - 1)
    scores = np.divide(closed, most, out=np.zeros(len(both)), where=(degree > 1) & (most > 0))
    return dict(zip(graph, scores.tolist(), strict=True))


def measure_s_core(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """The largest s for which an area is among areas that each have strength s with each other; symmetric, weighted.

    In the unit of the flow. Areas leave weakest first, their ties with them; without weights it is the core number.

    Source: Eidsaa and Almaas, s-core network decomposition, Physical Review E 88 (2013).
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    left = both.sum(axis=1)
    is_in = np.ones(len(both), dtype=np.bool_)
    found = np.zeros(len(both))
    threshold = 0.0
    for _ in range(len(both)):
        weakest = int(np.argmin(np.where(is_in, left, np.inf)))
        threshold = max(threshold, float(both[weakest][is_in].sum()))
        found[weakest] = threshold
        is_in[weakest] = False
        left = left - both[weakest]
    return dict(zip(graph, found.tolist(), strict=True))
