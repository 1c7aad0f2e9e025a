"""How central an area is: measures of single nodes, each with the direction and the weight it goes by.

networkx is the reference; numpy and networkit do the work, a hundred times faster on dense graphs, and tests hold them
equal to it. Rescaling all weights leaves every normalised measure as it is.
"""

from typing import Final

import networkit as nk
import networkx as nx
import numpy as np

from compact_pipelines.analytics.graphs import Matrix, symmetric, weights

PAGERANK_DAMPING: Final = 0.85
# Two singular values closer than this share of the larger are one: the leading vector is then not unique.
SINGULAR_GAP: Final = 1e-9
AREAS_FOR_BETWEENNESS: Final = 3


def measure_strength(graph: "nx.DiGraph[str]") -> dict[str, dict[str, float]]:
    """Sums of weights: out, in, and both; in the unit of the flow, high is large."""
    matrix = weights(graph)
    out, into = _named(graph, matrix.sum(axis=1)), _named(graph, matrix.sum(axis=0))
    return {"strength_out": out, "strength_in": into, "strength": {area: out[area] + into[area] for area in graph}}


def measure_eigenvector(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """Central is who has strong ties with the central; symmetric, weighted, length 1 (L2), all above zero.

    Only the largest connected component has values: across components the measure says nothing. Direction is not
    asked: a directed form needs a graph in which everybody can be reached from everybody; without that PageRank is the
    measure to take.

    Source: Bonacich, Power and Centrality (1987).
    """
    both = symmetric(graph)
    if both.number_of_edges() == 0:
        return {}
    component = max(nx.connected_components(both), key=lambda areas: (len(areas), min(areas)))
    inside = sorted(component)
    matrix: Matrix = nx.to_numpy_array(both, nodelist=inside, weight="weight")
    _, vectors = np.linalg.eigh(matrix)
    leading = np.abs(vectors[:, -1])
    return dict(zip(inside, (leading / np.linalg.norm(leading)).tolist(), strict=True))


def measure_pagerank(graph: "nx.DiGraph[str]", damping: float = PAGERANK_DAMPING) -> dict[str, float]:
    """Where a dollar (or a person) that keeps moving along the flows is found; directed, weighted, sums to 1.

    Dangling mass is spread evenly. High: many and important areas send here. Solved exactly, not iterated.

    Source: Langville and Meyer, Google's PageRank and Beyond (2006).
    """
    if graph.number_of_edges() == 0:
        return {}
    matrix = weights(graph)
    count = len(matrix)
    out = matrix.sum(axis=1, keepdims=True)
    steps = np.divide(matrix, out, out=np.full_like(matrix, 1 / count), where=out > 0)
    ranks = np.linalg.solve(np.eye(count) - damping * steps.T, np.full(count, (1 - damping) / count))
    return _named(graph, ranks / ranks.sum())


def measure_hits(graph: "nx.DiGraph[str]") -> dict[str, dict[str, float]]:
    """Hubs send to good authorities, authorities receive from good hubs; directed, weighted, each sums to 1.

    Undefined (empty) where the leading singular value stands twice, since the vectors are then not unique.

    Source: Kleinberg, Authoritative Sources in a Hyperlinked Environment (1999).
    """
    if graph.number_of_edges() == 0:
        return {"hub": {}, "authority": {}}
    left, values, right = np.linalg.svd(weights(graph))
    if len(values) > 1 and values[0] - values[1] <= SINGULAR_GAP * values[0]:
        return {"hub": {}, "authority": {}}
    hubs, authorities = np.abs(left[:, 0]), np.abs(right[0])
    return {"hub": _named(graph, hubs / hubs.sum()), "authority": _named(graph, authorities / authorities.sum())}


def measure_betweenness(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """Share of shortest paths between two others that pass through an area; undirected, distance 1 / weight.

    On the symmetric graph, endpoints excluded, divided by (n - 1)(n - 2) / 2: 0 for no path, 1 for all. Path lengths
    are compared exactly; distances are ratios to the strongest tie, so that a change of unit by a power of two changes
    nothing at all. Undefined (empty) with fewer than three areas.

    Source: Brandes, A Faster Algorithm for Betweenness Centrality (2001).
    """
    if len(graph) < AREAS_FOR_BETWEENNESS:
        return {}
    both = symmetric(graph)
    place = {area: number for number, area in enumerate(both)}
    compiled = nk.Graph(len(both), weighted=True)
    distance: float
    for start, end, distance in both.edges(data="distance"):
        compiled.addEdge(place[start], place[end], distance)
    scores = nk.centrality.Betweenness(compiled, normalized=False).run().scores()
    pairs = (len(both) - 1) * (len(both) - 2)  # networkit counts every pair of an undirected graph twice
    return {area: scores[number] / pairs for area, number in place.items()}


def measure_clustering(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """How strongly an area's partners trade with each other; symmetric, weighted, 0 to 1.

    Onnela's form: the mean over pairs of partners of the cube root of the triangle's three weights, each over the
    strongest weight. With fewer than two partners it is 0 by convention.

    Source: Onnela et al., Intensity and coherence of motifs in weighted complex networks (2005).
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    if not both.any():
        return {}
    degree = (both > 0).sum(axis=1)
    roots = np.cbrt(both / both.max())
    triangles = np.einsum("ij,jk,ki->i", roots, roots, roots)
    possible = degree * (degree - 1)
    return _named(graph, np.divide(triangles, possible, out=np.zeros(len(both)), where=possible > 0))


def measure_core(graph: "nx.DiGraph[str]") -> dict[str, float]:
    """The largest k for which an area is among areas that each have k ties with each other; unweighted.

    Source: Seidman, Network structure and minimum degree (1983).
    """
    return {area: float(number) for area, number in nx.core_number(symmetric(graph)).items()}


def _named(graph: "nx.DiGraph[str]", values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> dict[str, float]:
    return dict(zip(graph, values.tolist(), strict=True))
