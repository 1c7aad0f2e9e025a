"""Shortest paths in many graphs: who stands between."""

from typing import Final

import networkit as nk
import numpy as np

from compact_pipelines.analytics.centrality import AREAS_FOR_BETWEENNESS
from compact_pipelines.analytics.many_graphs.edges import Floats, Graphs
from compact_pipelines.analytics.many_graphs.ties import Ties, ties_of

# A tie is left out of the search where the way by one of so many strongest areas is shorter by more than rounding.
DETOURS: Final = 8
ROUNDING: Final = 1e-9


def stand_between(graphs: Graphs) -> Floats:
    """(nodes,) betweenness of the symmetric graph on the strongest tie's weight over each tie's; nan below three areas.

    Endpoints excluded, divided by (n - 1)(n - 2) / 2, paths compared exactly, as `centrality.measure_betweenness`.
    One thread, so that sums are taken in one order. Trade runs through few hubs: most ties are longer than the way by
    one of these, lie on no shortest path, and are not searched.
    """
    scores = np.full(len(graphs.node_graph), np.nan)
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    try:
        for ties in ties_of(graphs):
            if ties.size < AREAS_FOR_BETWEENNESS:
                continue
            counted = nk.centrality.Betweenness(shortened(ties).compiled(), normalized=False).run().scores()
            begin = graphs.first_node[ties.graph]
            # networkit counts every pair of an undirected graph twice
            scores[begin : begin + ties.size] = np.array(counted) / ((ties.size - 1) * (ties.size - 2))
    finally:
        nk.setNumberOfThreads(threads)
    return scores


def shortened(ties: Ties) -> Ties:
    """The ties with their distance, the strongest tie's weight over each tie's, without those that are a detour."""
    distance = ties.weight.max() / ties.weight
    strength = np.bincount(ties.low, ties.weight, ties.size) + np.bincount(ties.high, ties.weight, ties.size)
    hubs = np.argsort(-strength, kind="stable")[:DETOURS]
    place = np.full(ties.size, -1)
    place[hubs] = np.arange(len(hubs))
    reach = np.full((len(hubs), ties.size), np.inf)  # a hub is no way to itself
    for own, other in ((ties.low, ties.high), (ties.high, ties.low)):
        is_hub = place[own] >= 0
        reach[place[own[is_hub]], other[is_hub]] = distance[is_hub]
    is_way = distance <= (1 + ROUNDING) * (reach[:, ties.low] + reach[:, ties.high]).min(axis=0)
    return Ties(ties.graph, ties.size, ties.low[is_way], ties.high[is_way], distance[is_way])
