"""How sure a rank is: the ranks an area takes when flows are drawn from the intervals of their reconciled values."""

from typing import Final

import numpy as np
import polars as pl
from scipy.stats import rankdata

from compact_pipelines.analytics import many_graphs
from compact_pipelines.analytics.graphs import Matrix, choose_intervals, coverage
from compact_pipelines.analytics.many_graphs import Graphs

DRAWS: Final = 200
SEED: Final = 23
LOW, HIGH = 0.05, 0.95
RANK_DECIMALS: Final = 12  # as in out_network_metrics
STRENGTHS: Final = ("strength_out", "strength_in", "strength")
SCHEMA: Final = pl.Schema(
    {
        "theme": pl.String,
        "subject": pl.String,
        "time_period": pl.String,
        "area": pl.String,
        "metric": pl.String,
        "rank": pl.Int64,
        "rank_low": pl.Int64,
        "rank_high": pl.Int64,
        "draws": pl.Int64,
        "drawn_share": pl.Float64,
    }
)
KEY: Final = ["theme", "subject", "time_period", "area", "metric"]


def measure_rank_ranges(edges: pl.DataFrame, draws: int = DRAWS, seed: int = SEED) -> pl.DataFrame:
    """Ranks of one graph, and their ranges over draws of its flows.

    Every flow is drawn by itself from the lognormal of its interval; flows without an interval stay as they are.

    Args:
        edges: (ties, [from_area, to_area, value, spread]), value above zero, from `choose_intervals`.
        draws: how many times.
        seed: of the draws.

    Returns:
        (areas * 6, [area, metric, rank, rank_low, rank_high, draws, drawn_share]): rank 1 is highest, in the graph of
        the reconciled values; rank_low and rank_high are the 5 % and the 95 % of its ranks over the draws, and the rank
        of the values themselves may lie outside them; drawn_share is the share of ties that have an interval.
        Betweenness only with three areas or more.
    """
    ordered = edges.sort("from_area", "to_area")
    value, spread = ordered["value"].to_numpy(), ordered["spread"].to_numpy()
    noise = np.random.default_rng(seed).standard_normal((draws, len(value)))
    drawn = np.vstack([value, value * np.exp(spread * noise)])
    start, end = ordered["from_area"].to_numpy().astype(np.str_), ordered["to_area"].to_numpy().astype(np.str_)
    graphs = many_graphs.repeat_edges(start, end, drawn)
    areas = graphs.node_areas[: int(graphs.sizes[0])].tolist()
    parts = []
    for metric, values in _measured(graphs).items():
        scores = values.reshape(draws + 1, len(areas))
        if np.isnan(scores).any():
            continue
        ranks = rankdata(-np.round(_comparable(scores), RANK_DECIMALS), method="min", axis=1).astype(np.int64)
        low, high = np.quantile(ranks[1:], [LOW, HIGH], axis=0, method="inverted_cdf")
        parts.append(
            pl.DataFrame({"area": areas, "metric": metric, "rank": ranks[0], "rank_low": low, "rank_high": high})
        )
    return pl.concat(parts).with_columns(
        draws=pl.lit(draws, dtype=pl.Int64), drawn_share=pl.lit(float((spread > 0).mean()))
    )


def build_rank_ranges(flows: pl.DataFrame) -> pl.DataFrame:
    """Rank ranges of every theme, subject and year that is fit to be measured, see `graphs.coverage`.

    Args:
        flows: out_mirror_flows.

    Returns:
        (graphs * areas * 6, columns of schemas/published/out_rank_ranges.yaml), sorted by key.
    """
    edges = choose_intervals(flows.filter(pl.col("freq") == "A"))
    measured = [
        measure_rank_ranges(group).with_columns(theme=pl.lit(theme), subject=pl.lit(subject), time_period=pl.lit(year))
        for (theme, subject, year), group in edges.group_by("theme", "subject", "time_period", maintain_order=True)
        if coverage(group) is not None
    ]
    if not measured:
        return pl.DataFrame(schema=SCHEMA)
    return pl.concat(measured).select(list(SCHEMA)).cast(SCHEMA).sort(KEY)


def _measured(graphs: Graphs) -> dict[str, Matrix]:
    return {
        **many_graphs.strengthen_areas(graphs),
        "pagerank": many_graphs.rank_pages(graphs),
        "betweenness": many_graphs.stand_between(graphs),
        "clustering": many_graphs.cluster_areas(graphs),
    }


def _comparable(scores: Matrix) -> Matrix:
    """Scores over the largest of their draw, so that rounding means the same in every unit."""
    largest = scores.max(axis=1, keepdims=True)
    shares: Matrix = np.divide(scores, largest, out=np.zeros_like(scores), where=largest > 0)
    return shares
