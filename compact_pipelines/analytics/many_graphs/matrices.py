"""What dense algebra says of many graphs in one call.

Directions, weights and sources are those of `centrality` and `structure`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.sparse import csgraph

from compact_pipelines.analytics.centrality import PAGERANK_DAMPING
from compact_pipelines.analytics.many_graphs.edges import Floats, Graphs

Flags = NDArray[np.bool_]


def strengthen_areas(graphs: Graphs) -> dict[str, Floats]:
    """Sums of weights: strength_out, strength_in and strength, (nodes,) each, in the unit of the flow."""
    count = len(graphs.node_graph)
    out = np.bincount(graphs.sender, graphs.weight, count).astype(np.float64)
    into = np.bincount(graphs.receiver, graphs.weight, count).astype(np.float64)
    return {"strength_out": out, "strength_in": into, "strength": out + into}


def rank_pages(graphs: Graphs, damping: float = PAGERANK_DAMPING) -> Floats:
    """(nodes,) PageRank, directed, weighted, dangling mass even; sums to 1 in every graph."""
    ranks = np.zeros(len(graphs.node_graph))
    out = np.bincount(graphs.sender, graphs.weight, len(ranks))
    for layer in graphs.layers(graphs.weight / out[graphs.sender] * -damping):
        steps, size = layer.matrix, layer.matrix.shape[1]
        steps[out[layer.nodes] == 0] = -damping / size
        steps[:, np.arange(size), np.arange(size)] += 1
        found = np.linalg.solve(steps.transpose(0, 2, 1), np.full((len(steps), size, 1), (1 - damping) / size))[..., 0]
        ranks[layer.nodes] = found / found.sum(axis=1, keepdims=True)
    return ranks


def cluster_areas(graphs: Graphs) -> Floats:
    """(nodes,) Onnela's weighted clustering of the symmetric graph, 0 to 1; 0 with fewer than two partners."""
    scores = np.zeros(len(graphs.node_graph))
    for layer in graphs.layers():
        both = layer.symmetric
        degree = (both > 0).sum(axis=2)
        roots = np.cbrt(both / both.max(axis=(1, 2), keepdims=True))
        triangles = np.einsum("gij,gij->gi", roots @ roots, roots)  # roots are symmetric
        possible = degree * (degree - 1)
        scores[layer.nodes] = np.divide(triangles, possible, out=np.zeros_like(triangles), where=possible > 0)
    return scores


def resist_graphs(graphs: Graphs) -> Floats:
    """(graphs,) Kirchhoff index of the symmetric graph, weights as conductances; nan where it is not connected.

    The Laplacian with the same amount c added to every cell / n has an inverse whose trace is that of the Laplacian's
    own and 1 / c; with c as large as the strongest area that is the least of its parts, and nothing is lost.
    """
    found = np.full(len(graphs), np.nan)
    is_whole = _connected(graphs)
    for layer in graphs.layers():
        whole = is_whole[layer.graphs]
        if not whole.any():
            continue
        both = layer.symmetric[whole]
        size = both.shape[1]
        strength = both.sum(axis=2)
        level = strength.max(axis=1)
        laplacian = (level / size)[:, None, None] - both
        laplacian[:, np.arange(size), np.arange(size)] += strength
        # Symmetric and, where the graph is whole, positive definite.
        inverse = linalg.inv(laplacian, assume_a="pos", overwrite_a=True, check_finite=False)
        found[layer.graphs[whole]] = size * (np.trace(inverse, axis1=1, axis2=2) - 1 / level)
    return found


def _connected(graphs: Graphs) -> Flags:
    """(graphs,) whether all areas of a graph hang together, all graphs looked at as one of many parts."""
    count = len(graphs.node_graph)
    ties = sparse.coo_array((np.ones(len(graphs.start)), (graphs.sender, graphs.receiver)), shape=(count, count))
    _, parts = csgraph.connected_components(ties, directed=False)
    is_other = np.zeros(len(graphs), dtype=np.bool_)
    other = parts != parts[graphs.first_node[graphs.node_graph]]
    is_other[graphs.node_graph[other]] = True
    return ~is_other
