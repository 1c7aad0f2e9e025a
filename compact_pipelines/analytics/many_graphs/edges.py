"""Long arrays of edges read as graphs: areas get places in their graph, graphs of one size are stacked.

A solver of many small systems is told once and runs without coming back, which needs systems of one size. A stack is
cut where it would pass STACK_BYTES, so that it stays in the processor's own memory while it is worked on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

STACK_BYTES: Final = 1 << 21


@dataclass(frozen=True)
class Layer:
    """Graphs of one size, stacked.

    Attributes:
        graphs: (k,) places of the graphs among all.
        matrix: (k, n, n) W of each: row sends, column receives, 0 where there is no tie.
        nodes: (k, n) places of its areas among the nodes of all graphs.
    """

    graphs: Places
    matrix: Floats
    nodes: Places

    @property
    def symmetric(self) -> Floats:
        """(k, n, n) S = W + W transposed."""
        both: Floats = self.matrix + self.matrix.transpose(0, 2, 1)
        return both


@dataclass(frozen=True)
class Graphs:
    """Many directed graphs, edge by edge.

    Attributes:
        graph_ids: (graphs,) as given, sorted.
        node_graph: (nodes,) the graph of every node, by its place in graph_ids.
        node_areas: (nodes,) the area of every node, as given; nodes are sorted by graph and area.
        first_node: (graphs + 1,) where the nodes of a graph begin.
        first_edge: (graphs + 1,) where the edges of a graph begin.
        start: (edges,) the node that sends, counted within its graph.
        end: (edges,) the node that receives, counted within its graph.
        weight: (edges,) above zero.
    """

    graph_ids: NDArray[np.generic]
    node_graph: Places
    node_areas: NDArray[np.generic]
    first_node: Places
    first_edge: Places
    start: Places
    end: Places
    weight: Floats

    def __len__(self) -> int:
        """How many graphs there are."""
        return len(self.graph_ids)

    @property
    def sizes(self) -> Places:
        """(graphs,) number of areas."""
        sizes: Places = np.diff(self.first_node)
        return sizes

    @property
    def sender(self) -> Places:
        """(edges,) the node that sends, counted among the nodes of all graphs."""
        sender: Places = self.start + np.repeat(self.first_node[:-1], np.diff(self.first_edge))
        return sender

    @property
    def receiver(self) -> Places:
        """(edges,) the node that receives, counted among the nodes of all graphs."""
        receiver: Places = self.end + np.repeat(self.first_node[:-1], np.diff(self.first_edge))
        return receiver

    def layers(self, weight: Floats | None = None) -> Iterator[Layer]:
        """All graphs, those of one size together, small ones first.

        Args:
            weight: (edges,) what stands in the matrices; the flows where it is not given.
        """
        weight = self.weight if weight is None else weight
        sizes = self.sizes
        cell = self.start * np.repeat(sizes, np.diff(self.first_edge)) + self.end
        begins, ends = self.first_edge[:-1].tolist(), self.first_edge[1:].tolist()
        for size in np.unique(sizes).tolist():
            alike = np.flatnonzero(sizes == size)
            most = max(1, STACK_BYTES // (8 * size * size))
            for first in range(0, len(alike), most):
                graphs = alike[first : first + most]
                matrix = np.zeros((len(graphs), size * size))
                for place, graph in enumerate(graphs.tolist()):
                    edges = slice(begins[graph], ends[graph])
                    matrix[place, cell[edges]] = weight[edges]
                yield Layer(graphs, matrix.reshape(-1, size, size), self.first_node[graphs, None] + np.arange(size))


def read_edges(
    graph: NDArray[np.generic], start: NDArray[np.generic], end: NDArray[np.generic], weight: Floats
) -> Graphs:
    """Read edges of many graphs.

    Args:
        graph: (edges,) which graph an edge belongs to: numbers or text.
        start: (edges,) the area that sends: numbers or text.
        end: (edges,) the area that receives, of the same kind.
        weight: (edges,) the flow; a weight of zero is no edge.

    Returns:
        The graphs in order of their id, the areas of each in order of theirs; a graph that has only edges of weight
        zero is none.

    Raises:
        ValueError: a weight is negative or no number, an area is its own counterpart, or a pair stands twice.
    """
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("weights are numbers of zero or more")
    kept = np.flatnonzero(weight > 0)
    if (start[kept] == end[kept]).any():
        raise ValueError("an edge goes between two areas; one begins where it ends")
    # A sort of what there is and a search in it cost less than a sort that remembers where everything stood.
    graph_ids = np.unique(graph[kept])
    number = np.searchsorted(graph_ids, graph[kept])
    ends = np.concatenate([start[kept], end[kept]])
    areas = np.unique(ends)
    count = max(1, len(areas))
    keys = np.searchsorted(areas, ends) + np.concatenate([number, number]) * count
    nodes = np.unique(keys)
    places = np.searchsorted(nodes, keys)
    node_graph = nodes // count
    first_node = np.searchsorted(node_graph, np.arange(len(graph_ids) + 1))
    local = places - np.concatenate([first_node[number], first_node[number]])
    out, into = local[: len(kept)], local[len(kept) :]
    cells = places[: len(kept)] * np.int64(len(nodes) + 1) + places[len(kept) :]
    order = np.argsort(cells, kind="stable")  # what comes in order costs next to nothing
    number, out, into, cells = number[order], out[order], into[order], cells[order]
    if (np.diff(cells) == 0).any():
        raise ValueError("an edge stands twice; measure one subject and unit at a time")
    first_edge = np.searchsorted(number, np.arange(len(graph_ids) + 1))
    node_areas = areas[nodes % count]
    return Graphs(graph_ids, node_graph, node_areas, first_node, first_edge, out, into, weight[kept][order])


def repeat_edges(start: NDArray[np.generic], end: NDArray[np.generic], weights: Floats) -> Graphs:
    """Read one graph many times over, with other weights each time.

    Args:
        start: (edges,) the area that sends.
        end: (edges,) the area that receives.
        weights: (graphs, edges) the flows of each graph, all above zero.

    Returns:
        The graphs, numbered from 0.

    Raises:
        ValueError: a weight is not above zero, or what `read_edges` refuses.
    """
    if not (weights > 0).all():
        raise ValueError("weights of graphs with the same edges are all above zero")
    edges = len(start)
    one = read_edges(np.zeros(edges, dtype=np.int64), start, end, np.arange(1.0, edges + 1))
    order = one.weight.astype(np.int64) - 1  # where each edge stood
    count, nodes = len(weights), len(one.node_graph)
    return Graphs(
        graph_ids=np.arange(count),
        node_graph=np.repeat(np.arange(count), nodes),
        node_areas=np.tile(one.node_areas, count),
        first_node=np.arange(count + 1) * nodes,
        first_edge=np.arange(count + 1) * edges,
        start=np.tile(one.start, count),
        end=np.tile(one.end, count),
        weight=weights[:, order].ravel(),
    )
