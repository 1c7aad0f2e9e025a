"""Each graph's symmetric ties as arrays that networkit takes whole."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import networkit as nk
import numpy as np
from scipy import sparse

from compact_pipelines.analytics.many_graphs.edges import Floats, Graphs, Places


@dataclass(frozen=True)
class Ties:
    """The symmetric ties of one graph, in order of their ends.

    Attributes:
        graph: its place among all.
        size: number of areas.
        low: (ties,) the end with the smaller place.
        high: (ties,) the other end.
        weight: (ties,) both directions together.
    """

    graph: int
    size: int
    low: Places
    high: Places
    weight: Floats

    def compiled(self) -> nk.Graph:
        """As networkit's graph with these weights; the upper triangle is what it takes of an undirected one."""
        begins = np.concatenate([[0], np.cumsum(np.bincount(self.low, minlength=self.size))])
        matrix = sparse.csr_matrix((self.weight, self.high, begins), shape=(self.size, self.size))
        return nk.GraphFromCsr(matrix, weighted=True, directed=False)


def ties_of(graphs: Graphs) -> Iterator[Ties]:
    """The ties of every graph, in the order of the graphs."""
    edge_graph = np.repeat(np.arange(len(graphs)), np.diff(graphs.first_edge))
    shift = graphs.first_node[edge_graph]
    count = len(graphs.node_graph)
    low, high = np.minimum(graphs.start, graphs.end) + shift, np.maximum(graphs.start, graphs.end) + shift
    # Two directions of a tie fall into one cell and are added up.
    both = sparse.coo_array((graphs.weight, (low, high)), shape=(count, count)).tocsr()
    both.sum_duplicates()
    ends, weight = both.indices.astype(np.int64), both.data
    begins = np.repeat(np.arange(count), np.diff(both.indptr))
    first = both.indptr[graphs.first_node].tolist()
    nodes, sizes = graphs.first_node.tolist(), graphs.sizes.tolist()
    for graph, (begin, end) in enumerate(itertools.pairwise(first)):
        node = nodes[graph]
        yield Ties(graph, sizes[graph], begins[begin:end] - node, ends[begin:end] - node, weight[begin:end])
