"""The graph of one theme, subject and year: which figure weighs a tie, and the graph that every measure starts from.

Edges run from the area of departure to the area of arrival; their weight is the flow, so a bigger weight is a closer
tie. A measure that follows paths takes the distance, the strongest tie's weight over this one's: handing the weight
itself to a path measure would treat the biggest flow as the farthest.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import networkx as nx
import numpy as np
import polars as pl
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

MIN_AREAS: Final = 10
MIN_REPORTING_SHARE: Final = 0.5
MIN_TIES_SHARE: Final = 0.4
NORMAL_95: Final = 1.96  # standard deviations to either side of a 95 % interval, as intervals of flows are made
EDGE_COLUMNS: Final = (
    "theme",
    "subject",
    "time_period",
    "from_area",
    "to_area",
    "weight",
    "reporter",
    "source_id",
)


def build_graph(edges: Iterable[tuple[str, str, float]]) -> "nx.DiGraph[str]":
    """A directed graph of flows, nodes in order of their code so that every rerun is identical.

    Args:
        edges: (from_area, to_area, weight); a weight of zero is no edge.

    Returns:
        Edges with `weight` and `distance` (the strongest tie's weight over this one's: 1 for the strongest).

    Raises:
        ValueError: a weight is negative, an area is its own counterpart, or a pair stands twice.
    """
    kept = sorted((start, end, weight) for start, end, weight in edges if weight != 0)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted({area for start, end, _ in kept for area in (start, end)}))
    strongest = max((weight for *_, weight in kept), default=1.0)
    for start, end, weight in kept:
        if weight < 0 or start == end:
            raise ValueError(f"edge {start}-{end} with weight {weight}: weights are above zero, between two areas")
        if graph.has_edge(start, end):
            raise ValueError(f"edge {start}-{end} stands twice; measure one subject and unit at a time")
        graph.add_edge(start, end, weight=weight, distance=strongest / weight)
    return graph


def symmetric(graph: "nx.DiGraph[str]") -> "nx.Graph[str]":
    """S = W + W transposed: the tie between two areas, both directions together."""
    both: nx.Graph[str] = nx.Graph()
    both.add_nodes_from(graph)
    weight: float
    for start, end, weight in graph.edges(data="weight"):
        before = both[start][end]["weight"] if both.has_edge(start, end) else 0.0
        both.add_edge(start, end, weight=before + weight)
    ties: list[float] = [tie["weight"] for _, _, tie in both.edges(data=True)]
    strongest = max(ties, default=1.0)
    for _, _, tie in both.edges(data=True):
        tie["distance"] = strongest / tie["weight"]
    return both


@lru_cache(maxsize=2)
def weights(graph: "nx.DiGraph[str]") -> Matrix:
    """W: row sends, column receives, areas in the graph's order; 0 where there is no tie.

    Many measures ask it of one graph in turn, so it is kept, and read-only: a graph is built once and not changed.
    """
    matrix: Matrix = nx.to_numpy_array(graph, weight="weight").astype(np.float64)
    matrix.setflags(write=False)
    return matrix


def coverage(ties: pl.DataFrame) -> float | None:
    """How much of a graph its own areas report, or None where it is not fit to be measured.

    A graph in which few areas report, or of which only the largest ties are held, is a star around those who speak: its
    measures would rank the reports and not the areas.

    Args:
        ties: (ties of one graph, [from_area, to_area, reporter]).

    Returns:
        Areas that report over areas in the graph, 0 to 1; None with fewer than MIN_AREAS areas, less than
        MIN_REPORTING_SHARE of them reporting, or less than MIN_TIES_SHARE of all possible ties held.
    """
    areas = pl.concat([ties["from_area"], ties["to_area"]]).n_unique()
    reporting = ties["reporter"].n_unique() / areas if areas else 0.0
    held = ties.height / (areas * (areas - 1)) if areas > 1 else 0.0
    is_fit = areas >= MIN_AREAS and reporting >= MIN_REPORTING_SHARE and held >= MIN_TIES_SHARE
    return reporting if is_fit else None


def choose_weights(flows: pl.DataFrame) -> pl.DataFrame:
    """One weight a flow: the departing side's report, or the arriving side's where the first is silent.

    For capital it is the other way round: outward positions are covered less well than inward ones (IMF CDIS).

    Args:
        flows: out_mirror_flows of one frequency.

    Returns:
        (flows with a weight above zero, [theme, subject, time_period, from_area, to_area, weight, reporter,
        source_id]); where a theme has stocks and flows, the subject says which: P_F5/S.
    """
    return _chosen(flows).select(*EDGE_COLUMNS)


def choose_intervals(flows: pl.DataFrame) -> pl.DataFrame:
    """The same flows with the value that both reports make together, and how far it may be off.

    Args:
        flows: out_mirror_flows of one frequency.

    Returns:
        (flows as in `choose_weights`, its columns and [value, spread]): value is the reconciled one, or the weight
        where there is none; spread is the standard deviation of its logarithm, from its 95 % interval (metrics 1.5),
        0 where no interval is held.
    """
    has_value = pl.col("reconciled") > 0
    has_interval = has_value & (pl.col("low") > 0)
    return _chosen(flows).select(
        *EDGE_COLUMNS,
        value=pl.when(has_value).then("reconciled").otherwise("weight"),
        spread=pl.when(has_interval)
        .then((pl.col("high") / pl.col("low")).log() / (2 * NORMAL_95))
        .otherwise(0.0)
        .fill_null(0.0),
    )


def _chosen(flows: pl.DataFrame) -> pl.DataFrame:
    has_both = pl.col("theme") == "capital_flows"
    from_speaks, to_speaks = pl.col("reported_by_from").is_not_null(), pl.col("reported_by_to").is_not_null()
    is_sender = from_speaks & ~(has_both & to_speaks)
    return flows.select(
        "theme",
        pl.concat_str("subject", pl.when(has_both).then("stock_flow"), separator="/", ignore_nulls=True).alias(
            "subject"
        ),
        "time_period",
        "from_area",
        "to_area",
        weight=pl.when(is_sender).then("reported_by_from").otherwise("reported_by_to").cast(pl.Float64),
        reporter=pl.when(is_sender).then("from_area").otherwise("to_area"),
        source_id=pl.when(is_sender).then("source_from").otherwise("source_to"),
        reconciled="reconciled",
        low="low",
        high="high",
    ).filter(pl.col("weight") > 0)
