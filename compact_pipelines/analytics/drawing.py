"""How a dense graph is drawn: which ties are shown, and where areas stand. For display only, never for measuring."""

import math
from collections.abc import Iterable
from typing import Final

import networkx as nx

# Ties below this are unlikely if an area spread its flow at random over its partners.
BACKBONE_ALPHA: Final = 0.05
LAYOUT_SEED: Final = 7
LAYOUT_ROUNDS: Final = 200
LAYOUT_GAP: Final = 2.0
RANK_SHARE: Final = 0.6


def disparity(graph: "nx.DiGraph[str]") -> dict[tuple[str, str], float]:
    """How unlikely each tie's share of its area's flow is under an even spread: alpha = (1 - w / s) ** (k - 1).

    Args:
        graph: directed flows with `weight`.

    Returns:
        Tie to the smaller of its two alphas, as outflow of one end and as inflow of the other: near 0 for a tie that
        stands out, 1 for the only tie of an area with one partner.

    Source: Serrano, Boguñá and Vespignani, PNAS 106 (2009).
    """
    out, into = dict(graph.out_degree(weight="weight")), dict(graph.in_degree(weight="weight"))
    ties, backs = dict(graph.out_degree()), dict(graph.in_degree())
    alphas = {}
    weight: float
    for start, end, weight in graph.edges(data="weight"):
        outward = (1 - weight / out[start]) ** (ties[start] - 1)
        inward = (1 - weight / into[end]) ** (backs[end] - 1)
        alphas[(start, end)] = min(outward, inward)
    return alphas


def find_backbone(graph: "nx.DiGraph[str]", alpha: float = BACKBONE_ALPHA) -> set[tuple[str, str]]:
    """The ties worth drawing: those that stand out at either end, and each area's strongest so that none floats.

    Args:
        graph: directed flows with `weight`.
        alpha: the limit below which a tie stands out.

    Returns:
        Ties (from_area, to_area).
    """
    kept = {tie for tie, value in disparity(graph).items() if value < alpha}
    for area in graph:
        own = [*graph.out_edges(area, data="weight"), *graph.in_edges(area, data="weight")]
        if own:
            start, end, _ = max(own, key=lambda tie: (tie[2], tie[0], tie[1]))
            kept.add((start, end))
    return kept


def place_areas(edges: Iterable[tuple[str, str, float]]) -> dict[str, tuple[float, float]]:
    """Where areas stand, near those they have strong ties with; the same for every year and every rerun.

    Args:
        edges: (from_area, to_area, weight), all years together, weight above zero.

    Returns:
        Area to (x, y), each from -1 to 1. Distances are a picture, not a measure.
    """
    graph: nx.Graph[str] = nx.Graph()
    for start, end, weight in sorted(edges):
        before = graph[start][end]["weight"] if graph.has_edge(start, end) else 0.0
        graph.add_edge(start, end, weight=before + weight)
    if len(graph) == 0:
        return {}
    strongest = max(float(tie["weight"]) for _, _, tie in graph.edges(data=True))
    for _, _, tie in graph.edges(data=True):
        tie["pull"] = 1 / (1 - math.log10(max(tie["weight"] / strongest, 1e-9)))
    ring = {area: (math.cos(turn), math.sin(turn)) for area, turn in _turns(sorted(graph))}
    gap = LAYOUT_GAP / math.sqrt(len(graph))
    places = nx.spring_layout(graph, k=gap, weight="pull", pos=ring, iterations=LAYOUT_ROUNDS, seed=LAYOUT_SEED)
    across = _spread({area: float(x) for area, (x, _) in places.items()})
    up = _spread({area: float(y) for area, (_, y) in places.items()})
    return {area: (across[area], up[area]) for area in sorted(graph)}


def _spread(places: dict[str, float]) -> dict[str, float]:
    """Ease a crowded middle: each place is drawn towards its rank, so order stays and neighbours come apart."""
    order = {area: rank for rank, area in enumerate(sorted(places, key=lambda area: (places[area], area)))}
    low, high = min(places.values()), max(places.values())
    spread = {}
    for area, place in places.items():
        even = 2 * order[area] / max(1, len(places) - 1) - 1
        own = 2 * (place - low) / (high - low) - 1 if high > low else 0.0
        spread[area] = round(RANK_SHARE * even + (1 - RANK_SHARE) * own, 4)
    return spread


def _turns(areas: list[str]) -> list[tuple[str, float]]:
    return [(area, 2 * math.pi * place / len(areas)) for place, area in enumerate(areas)]
