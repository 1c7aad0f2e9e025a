"""What is left of a graph when areas, or ties, are taken out. Mechanical: nobody finds another way to sell or buy.

Areas are not taken out one after the other but put back in the opposite order: an area that joins a graph whose
distances are known changes them in one step, so a whole order costs as much as the distances of one graph.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import networkx as nx
import numpy as np
import polars as pl
from numpy.typing import NDArray

from compact_pipelines.analytics.closeness import span
from compact_pipelines.analytics.graphs import Matrix, build_graph, choose_weights, coverage, weights

RANDOM_ORDERS: Final = 200
SEED: Final = 29
LOW, HIGH = 0.05, 0.95
STRONGEST: Final = "strongest"
RANDOM: Final = "random"
MEASURES: Final = ("kept_flow", "giant_share", "efficiency")
SCHEMA: Final = pl.Schema(
    {
        "theme": pl.String,
        "subject": pl.String,
        "time_period": pl.String,
        "removal_order": pl.String,
        "removed_count": pl.Int64,
        "removed_share": pl.Float64,
        "removed_area": pl.String,
        "kept_flow": pl.Float64,
        "kept_flow_low": pl.Float64,
        "kept_flow_high": pl.Float64,
        "giant_share": pl.Float64,
        "efficiency": pl.Float64,
        "kept_flow_mean": pl.Float64,
        "giant_share_mean": pl.Float64,
        "efficiency_mean": pl.Float64,
        "orders": pl.Int64,
    }
)
KEY: Final = ["theme", "subject", "time_period", "removal_order", "removed_count"]


@dataclass(frozen=True)
class Curves:
    """What is left after 0, 1, ... n areas are gone.

    Attributes:
        kept_flow: (orders, n + 1) share of all flow between areas that are left.
        giant_share: (orders, n + 1) areas of the largest part that hangs together, over all areas at first.
        efficiency: (orders, n + 1) mean of one over distance between areas that are left, over that mean at first: it
            may rise when areas at the edge go first. 0 with fewer than two areas.
    """

    kept_flow: Matrix
    giant_share: Matrix
    efficiency: Matrix


@dataclass(frozen=True)
class Left:
    """What is left of a graph without some ties, each as a share of before."""

    kept_flow: float
    giant_share: float
    efficiency: float


def strongest_first(graph: "nx.DiGraph[str]") -> list[str]:
    """Areas by the strength they have in the whole graph, the strongest first, ties by code."""
    matrix = weights(graph)
    strength = dict(zip(graph, (matrix.sum(axis=0) + matrix.sum(axis=1)).tolist(), strict=True))
    return sorted(strength, key=lambda area: (-strength[area], area))


def random_orders(count: int, orders: int = RANDOM_ORDERS, seed: int = SEED) -> NDArray[np.int64]:
    """(orders, count) places in random order, the same in every rerun."""
    draw = np.random.default_rng(seed)
    return draw.permuted(np.tile(np.arange(count), (orders, 1)), axis=1)


def measure_removal(graph: "nx.DiGraph[str]", orders: NDArray[np.int64]) -> Curves | None:
    """What is left while areas go one by one; flow directed, parts and distances symmetric.

    Args:
        graph: directed flows.
        orders: (orders, n) places of areas in the graph's order, the first to go first.

    Returns:
        The curves, or None for a graph without ties.

    Source: Albert, Jeong and Barabási, Error and attack tolerance of complex networks (2000); efficiency: Latora and
    Marchiori (2001).
    """
    matrix = weights(graph)
    both = matrix + matrix.T
    total = float(matrix.sum())
    if not total:
        return None
    count = len(matrix)
    far = np.divide(both.max(), both, out=np.full_like(both, np.inf), where=both > 0)
    back = orders[:, ::-1]
    tie = far[back[:, :, None], back[:, None, :]]
    flow = both[back[:, :, None], back[:, None, :]]
    joined = np.tril(flow, -1).sum(axis=2).cumsum(axis=1) / total
    joined /= joined[:, -1:]  # all is exactly 1, whatever the order of the sum
    length = np.full_like(tie, np.inf)
    length[:, 0, 0] = 0.0
    giant, near = np.ones((len(orders), count)), np.zeros((len(orders), count))
    for last in range(1, count):
        inside = length[:, :last, :last]
        way = (tie[:, last, :last, None] + inside).min(axis=1)
        np.minimum(inside, way[:, :, None] + way[:, None, :], out=inside)
        length[:, last, :last] = length[:, :last, last] = way
        length[:, last, last] = 0.0
        present = length[:, : last + 1, : last + 1]
        is_apart = np.isinf(way).any() or not (giant[:, last - 1] == last).all()
        giant[:, last] = np.isfinite(present).sum(axis=2).max(axis=1) if is_apart else last + 1
        nearness = np.divide(1.0, present, out=np.zeros_like(present), where=present > 0)
        near[:, last] = nearness.sum(axis=(1, 2)) / (last * (last + 1))
    return Curves(_from_all(joined), _from_all(giant / count), _from_all(near / near[:, -1:]))


def area_under(curve: Matrix) -> Matrix:
    """(orders,) mean of what is left after 1, 2, ... n areas: near 0 fragile, at most 1."""
    areas: Matrix = curve[:, 1:].mean(axis=1)
    return areas


def measure_embargo(graph: "nx.DiGraph[str]", cut: Collection[tuple[str, str]]) -> Left | None:
    """What is left when ties between pairs of areas are cut, both directions; all areas stay.

    Args:
        graph: directed flows.
        cut: pairs of areas, in any order; a pair without a tie changes nothing.

    Returns:
        Shares of before, or None for a graph without ties.
    """
    matrix = weights(graph)
    total = float(matrix.sum())
    if not total:
        return None
    place = {area: number for number, area in enumerate(graph)}
    left = matrix.copy()
    for first, second in cut:
        if first in place and second in place:
            left[place[first], place[second]] = left[place[second], place[first]] = 0.0
    # Distances are told by the strongest tie of before, so that a cut makes none shorter.
    strongest = float((matrix + matrix.T).max())
    before, after = (span(kind + kind.T, strongest) for kind in (matrix, left))
    giant = float(np.isfinite(after).sum(axis=1).max()) / len(matrix)
    return Left(float(left.sum()) / total, giant, _nearness(after) / _nearness(before))


def build_robustness(flows: pl.DataFrame) -> pl.DataFrame:
    """What is left of every graph that is fit to be measured while areas go, strongest first and in random order.

    Args:
        flows: out_mirror_flows.

    Returns:
        (graphs * 2 * (areas + 1), columns of schemas/published/out_robustness.yaml), sorted by key. The random order's
        values are means over 200 orders, its low and high the 5 % and 95 % of kept flow.
    """
    edges = choose_weights(flows.filter(pl.col("freq") == "A"))
    measured = []
    for (theme, subject, year), group in edges.group_by("theme", "subject", "time_period", maintain_order=True):
        if coverage(group) is None:
            continue
        graph = build_graph(group.select("from_area", "to_area", "weight").iter_rows())
        rows = _curves_of(graph)
        measured.append(rows.with_columns(theme=pl.lit(theme), subject=pl.lit(subject), time_period=pl.lit(year)))
    if not measured:
        return pl.DataFrame(schema=SCHEMA)
    return pl.concat(measured).select(list(SCHEMA)).cast(SCHEMA).sort(KEY)


def _curves_of(graph: "nx.DiGraph[str]") -> pl.DataFrame:
    areas = list(graph)
    first = strongest_first(graph)
    own = measure_removal(graph, np.array([[areas.index(area) for area in first]]))
    chance = measure_removal(graph, random_orders(len(areas)))
    if own is None or chance is None:
        return pl.DataFrame(schema={name: kind for name, kind in SCHEMA.items() if name not in KEY[:3]})
    removed = np.arange(len(areas) + 1)
    parts = []
    for order, curves in ((STRONGEST, own), (RANDOM, chance)):
        is_random = order == RANDOM
        low, high = np.quantile(curves.kept_flow, [LOW, HIGH], axis=0)
        parts.append(
            pl.DataFrame(
                {
                    "removal_order": [order] * len(removed),
                    "removed_count": removed,
                    "removed_share": removed / len(areas),
                    "removed_area": [None] * len(removed) if is_random else [None, *first],
                    **{measure: getattr(curves, measure).mean(axis=0) for measure in MEASURES},
                    "kept_flow_low": low if is_random else [None] * len(removed),
                    "kept_flow_high": high if is_random else [None] * len(removed),
                    **{
                        f"{measure}_mean": [float(area_under(getattr(curves, measure)).mean())] * len(removed)
                        for measure in MEASURES
                    },
                    "orders": [len(curves.kept_flow)] * len(removed),
                },
                schema_overrides=SCHEMA,
            ).select(name for name in SCHEMA if name not in KEY[:3])
        )
    return pl.concat(parts)


def _from_all(growing: Matrix) -> Matrix:
    """From areas that join, one column each, to areas that go: all, one less, ... none."""
    curve: Matrix = np.concatenate([growing[:, ::-1], np.zeros((len(growing), 1))], axis=1)
    return curve


def _nearness(lengths: Matrix) -> float:
    return float(np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0).sum())
