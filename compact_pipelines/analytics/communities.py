"""Which areas belong together: communities over many seeds, and how stable the answer is."""

import itertools
from collections.abc import Iterable
from typing import Final

import networkit as nk
import networkx as nx

from compact_pipelines.analytics.graphs import symmetric
from compact_pipelines.analytics.structure import measure_modularity

COMMUNITY_SEEDS: Final = tuple(range(20))
QUALITY_DECIMALS: Final = 12  # divisions that differ only by rounding are alike, and the first of them is kept


def measure_communities(
    graph: "nx.DiGraph[str]", seeds: Iterable[int] = COMMUNITY_SEEDS
) -> tuple[dict[str, int], dict[str, float], float | None]:
    """Groups that trade more with each other than their size explains: Louvain with refinement, the best of many seeds.

    Args:
        graph: directed flows; the symmetric graph is divided.
        seeds: one run each; the method is random, so one run is not an answer.

    Returns:
        Community per area, numbered from 1 by total strength; per area the share of runs in which its companions
        are the same, averaged over its companions (1: always the same group); the modularity Q of the division.

    Source: Blondel et al., Fast unfolding of communities in large networks (2008).
    """
    both = symmetric(graph)
    if both.number_of_edges() == 0:
        return {}, {}, None
    runs = [_divide(both, seed) for seed in seeds]
    qualities = [measure_modularity(graph, run) or 0.0 for run in runs]
    best = max(range(len(runs)), key=lambda place: (round(qualities[place], QUALITY_DECIMALS), -place))
    strength = dict(both.degree(weight="weight"))
    ordered = sorted(runs[best], key=lambda group: (-sum(strength[area] for area in sorted(group)), min(group)))
    community = {area: number for number, group in enumerate(ordered, start=1) for area in group}
    together: dict[frozenset[str], int] = {}
    for run in runs:
        for group in run:
            for pair in itertools.combinations(sorted(group), 2):
                together[frozenset(pair)] = together.get(frozenset(pair), 0) + 1
    stability = {}
    for area in both:
        companions = [other for other in both if other != area and community[other] == community[area]]
        alone = sum(1 for run in runs if {area} in run)
        counts = [together.get(frozenset((area, other)), 0) for other in companions] or [alone]
        stability[area] = sum(counts) / len(counts) / len(runs)
    return community, stability, qualities[best]


def _divide(both: "nx.Graph[str]", seed: int) -> list[set[str]]:
    """One run; one thread and a fixed seed, so that a rerun gives the same."""
    areas = list(both)
    place = {area: number for number, area in enumerate(areas)}
    compiled = nk.Graph(len(areas), weighted=True)
    # As shares of the strongest tie: networkit judges gains with an absolute tolerance, so a unit would matter.
    distance: float
    for start, end, distance in both.edges(data="distance"):
        compiled.addEdge(place[start], place[end], 1 / distance)
    nk.setNumberOfThreads(1)
    nk.setSeed(seed, False)  # noqa: FBT003  (networkit takes it by place)
    partition = nk.community.PLM(compiled, refine=True, par="none randomized").run().getPartition()
    groups: dict[int, set[str]] = {}
    for area, number in place.items():
        groups.setdefault(partition[number], set()).add(area)
    return [groups[number] for number in sorted(groups)]
