"""Thousands of graphs measured at once, from long arrays of edges: a theme's subjects and years, or draws of one graph.

`edges` reads the arrays and lays out graphs of one size together; `matrices` has what dense algebra solves for all of
them in one call (PageRank, clustering, effective resistance, shares of flow); `paths` and `divisions` hand each graph
as two arrays to networkit. Nothing here walks edge by edge, and no graph becomes an object of networkx.

Every measure is the one of the module of the same noun for a single graph (`centrality`, `structure`, `communities`)
and is held equal to networkx by tests.
"""

from compact_pipelines.analytics.many_graphs.divisions import divide_graphs
from compact_pipelines.analytics.many_graphs.edges import Graphs, Layer, read_edges, repeat_edges
from compact_pipelines.analytics.many_graphs.matrices import (
    cluster_areas,
    rank_pages,
    resist_graphs,
    strengthen_areas,
)
from compact_pipelines.analytics.many_graphs.paths import stand_between

__all__ = [
    "Graphs",
    "Layer",
    "cluster_areas",
    "divide_graphs",
    "rank_pages",
    "read_edges",
    "repeat_edges",
    "resist_graphs",
    "stand_between",
    "strengthen_areas",
]
