"""The shape of a whole graph: is it two-way, dense, robust, divided?"""

from collections.abc import Collection
from typing import Final

import networkx as nx
import numpy as np

from compact_pipelines.analytics.graphs import symmetric, weights

EQUAL_STRENGTH: Final = 1e-9  # strengths whose spread is below this share of the largest are equal


def measure_reciprocity(graph: "nx.DiGraph[str]") -> float | None:
    """Share of all weight that is returned: sum of min(w_ij, w_ji) over sum of w; 0 one-way, 1 balanced.

    None for a graph without ties.

    Source: Squartini et al., Reciprocity of weighted networks (2013).
    """
    matrix = weights(graph)
    total = float(matrix.sum())
    return float(np.minimum(matrix, matrix.T).sum()) / total if total else None


def measure_density(graph: "nx.DiGraph[str]") -> float | None:
    """Ties that exist over ties that could, both directions counted; None with fewer than two areas."""
    return float(nx.density(graph)) if len(graph) > 1 else None


def measure_effective_resistance(graph: "nx.DiGraph[str]") -> float | None:
    """Kirchhoff index of the symmetric graph with weights as conductances; low is robust.

    In units of one over the weight; not comparable between graphs of different size before it is divided by their
    pairs. None where the graph is not connected: some pair then has no path at all.

    Source: Klein and Randić, Resistance distance (1993). Weights are conductances: networkx takes them as resistances
    unless told otherwise.
    """
    both = symmetric(graph)
    count = len(both)
    if count < 2 or not nx.is_connected(both):  # noqa: PLR2004  (a pair)
        return None
    matrix = nx.to_numpy_array(both, weight="weight")
    values = np.linalg.eigvalsh(np.diag(matrix.sum(axis=1)) - matrix)[1:]
    return float(count * (1 / values).sum())


def measure_modularity(graph: "nx.DiGraph[str]", groups: Collection[Collection[str]]) -> float | None:
    """How much more weight lies inside given groups than their strengths explain; symmetric, -0.5 to 1.

    Areas in no group stand alone. None for a graph without ties. Summed in the graph's order, since an order of sets
    differs from one process to the next and with it the last digit.

    Raises:
        ValueError: an area stands in two groups.

    Source: Newman, Analysis of weighted networks (2004).
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    total = float(both.sum())
    if not total:
        return None
    number: dict[str, int] = {area: -place for place, area in enumerate(graph, start=1)}
    for place, group in enumerate(groups):
        for area in group:
            if number.get(area, -1) >= 0:
                raise ValueError(f"{area} stands in two groups; a division names every area once")
            number[area] = place
    numbers = np.array([number[area] for area in graph])
    belongs = np.equal.outer(np.unique(numbers), numbers).astype(np.float64)
    inside = float((belongs @ both * belongs).sum()) / total
    shares = belongs @ both.sum(axis=1) / total
    return inside - float((shares * shares).sum())


def measure_assortativity(graph: "nx.DiGraph[str]") -> float | None:
    """Do strong areas tie with strong ones? Pearson correlation of the strengths at a tie's two ends, -1 to 1.

    Symmetric; strength is weighted, every tie counts once in each direction. Below 0: the strong tie with the weak, as
    around a hub. None where all ends are equally strong.

    Source: Newman, Assortative mixing in networks (2002), with strength for degree.
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    own, other = np.nonzero(both)
    strength = both.sum(axis=1)
    if not len(own) or np.ptp(strength[own]) <= EQUAL_STRENGTH * strength.max():
        return None
    return float(np.corrcoef(strength[own], strength[other])[0, 1])


def measure_transitivity(graph: "nx.DiGraph[str]") -> float | None:
    """Closed triples over all triples of areas that hang together, unweighted and symmetric; 0 to 1.

    None where nobody has two partners.

    Source: Newman, Watts and Strogatz, Random graph models of social networks (2002).
    """
    matrix = weights(graph)
    ties = ((matrix + matrix.T) > 0).astype(np.float64)
    degree = ties.sum(axis=1)
    triples = float((degree * (degree - 1)).sum())
    return float(((ties @ ties) * ties).sum()) / triples if triples else None
