"""Which areas belong together, in many graphs."""

import dataclasses
from collections.abc import Sequence
from typing import Final

import networkit as nk
import numpy as np

from compact_pipelines.analytics.communities import QUALITY_DECIMALS
from compact_pipelines.analytics.many_graphs.edges import Floats, Graphs, Places
from compact_pipelines.analytics.many_graphs.ties import Ties, ties_of

ONE_SEED: Final = (0,)


def divide_graphs(graphs: Graphs, seeds: Sequence[int] = ONE_SEED) -> tuple[Places, Floats]:
    """Louvain with refinement on every symmetric graph, the best of the seeds, as `communities.measure_communities`.

    Args:
        graphs: many graphs.
        seeds: one run each; of divisions that are alike the first is kept.

    Returns:
        (nodes,) the community, numbered from 0 within its graph; (graphs,) the modularity Q of the division.
    """
    community = np.zeros(len(graphs.node_graph), dtype=np.int64)
    quality = np.full(len(graphs), np.nan)
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    try:
        for ties in ties_of(graphs):
            # As shares of the strongest tie: networkit judges gains with an absolute tolerance.
            compiled = dataclasses.replace(ties, weight=ties.weight / ties.weight.max()).compiled()
            begin = graphs.first_node[ties.graph]
            for seed in seeds:
                nk.setSeed(seed, False)  # noqa: FBT003  (networkit takes it by place)
                run = nk.community.PLM(compiled, refine=True, par="none randomized").run().getPartition()
                groups = np.array(run.getVector(), dtype=np.int64)
                found = _quality(ties, groups)
                if not round(found, QUALITY_DECIMALS) <= round(float(quality[ties.graph]), QUALITY_DECIMALS):
                    quality[ties.graph] = found
                    community[begin : begin + ties.size] = np.unique(groups, return_inverse=True)[1]
    finally:
        nk.setNumberOfThreads(threads)
    return community, quality


def _quality(ties: Ties, groups: Places) -> float:
    """Modularity of a division: weight inside groups over all, less what strengths explain."""
    low, high = groups[ties.low], groups[ties.high]
    total = float(ties.weight.sum())
    inside = float(ties.weight[low == high].sum()) / total
    shares = (np.bincount(low, ties.weight, ties.size) + np.bincount(high, ties.weight, ties.size)) / (2 * total)
    return inside - float((shares * shares).sum())
