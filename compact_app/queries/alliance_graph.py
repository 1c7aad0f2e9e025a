"""What *Alliance graph* asks: which graphs are measured, the measures of one, its ties and where areas stand."""

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask
from compact_pipelines.analytics.drawing import find_backbone, place_areas
from compact_pipelines.analytics.graphs import build_graph, choose_weights


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_subjects(edition: Edition) -> pl.DataFrame:
    """(graphs, [theme, subject, time_period, areas, coverage_share]) that are measured, oldest first."""
    return ask(
        edition,
        """
        SELECT theme, subject, time_period, count(DISTINCT area) AS areas, any_value(coverage_share) AS coverage_share
        FROM out_network_metrics WHERE area <> '_Z' GROUP BY ALL ORDER BY theme, subject, time_period
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_metrics(edition: Edition, theme: str, subject: str, year: str) -> pl.DataFrame:
    """(areas, [area, name, tier, one column a metric, rank_<metric>]) of one graph."""
    long = ask(
        edition,
        """
        SELECT n.area, a.name_en AS name, coalesce(m.tier, 'outside') AS tier, n.metric, n.value, n.rank
        FROM out_network_metrics n JOIN areas a ON a.area = n.area LEFT JOIN membership m ON m.area = n.area
        WHERE n.area <> '_Z' AND n.theme = $theme AND n.subject = $subject AND n.time_period = $year
        """,
        theme=theme,
        subject=subject,
        year=year,
    )
    values = long.pivot("metric", index=["area", "name", "tier"], values="value")
    ranks = long.drop_nulls("rank").pivot("metric", index="area", values="rank")
    return values.join(ranks.rename(lambda name: name if name == "area" else f"rank_{name}"), on="area").sort("name")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_edges(edition: Edition, theme: str, subject: str) -> pl.DataFrame:
    """All years of one graph among the areas of the scenario: ([time_period, from_area, to_area, weight, reporter])."""
    flows = ask(
        edition,
        """
        SELECT f.* FROM out_mirror_flows f
        WHERE theme = $theme AND freq = 'A' AND split_part($subject, '/', 1) = subject
          AND from_area IN (SELECT area FROM membership) AND to_area IN (SELECT area FROM membership)
        """,
        theme=theme,
        subject=subject,
    )
    return choose_weights(flows).filter(pl.col("subject") == subject)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_places(edition: Edition, theme: str, subject: str) -> dict[str, tuple[float, float]]:
    """Where areas stand, the same in every year."""
    edges = graph_edges(edition, theme, subject).group_by("from_area", "to_area").agg(pl.col("weight").mean())
    return place_areas(edges.iter_rows())


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_year(edition: Edition, theme: str, subject: str, year: str) -> pl.DataFrame:
    """One year's ties: ([from_area, to_area, weight, is_backbone]), the lightest first so that the big lie on top."""
    edges = graph_edges(edition, theme, subject).filter(pl.col("time_period") == year)
    ties = edges.select("from_area", "to_area", "weight")
    backbone = find_backbone(build_graph(ties.iter_rows()))
    is_shown = [tie in backbone for tie in ties.select("from_area", "to_area").iter_rows()]
    return ties.with_columns(is_backbone=pl.Series(is_shown, dtype=pl.Boolean)).sort("weight", "from_area", "to_area")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_whole(edition: Edition, theme: str, subject: str, year: str) -> dict[str, float | None]:
    """The measures of one graph as a whole, by their name; None where one is undefined."""
    held = ask(
        edition,
        """
        SELECT metric, value FROM out_network_metrics
        WHERE area = '_Z' AND theme = $theme AND subject = $subject AND time_period = $year ORDER BY metric
        """,
        theme=theme,
        subject=subject,
        year=year,
    )
    return dict(held.iter_rows())


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_rank_ranges(edition: Edition, theme: str, subject: str, year: str) -> pl.DataFrame:
    """(areas * measures, [area, metric, rank, rank_low, rank_high, draws, drawn_share]) of one graph."""
    return ask(
        edition,
        """
        SELECT area, metric, rank, rank_low, rank_high, draws, drawn_share FROM out_rank_ranges
        WHERE theme = $theme AND subject = $subject AND time_period = $year ORDER BY metric, rank, area
        """,
        theme=theme,
        subject=subject,
        year=year,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_left(edition: Edition, theme: str, subject: str, year: str) -> pl.DataFrame:
    """What is left of one graph: out_robustness without its key, and the name of the area that goes."""
    return ask(
        edition,
        """
        SELECT r.* EXCLUDE (theme, subject, time_period), a.name_en AS removed_name
        FROM out_robustness r LEFT JOIN areas a ON a.area = r.removed_area
        WHERE theme = $theme AND subject = $subject AND time_period = $year
        ORDER BY removal_order DESC, removed_count
        """,
        theme=theme,
        subject=subject,
        year=year,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def policy_bases(edition: Edition) -> dict[str, str]:
    """What policy positions are compared on, each with the period it is of."""
    held = ask(edition, "SELECT basis, max(time_period) FROM out_policy_similarity GROUP BY 1 ORDER BY basis DESC")
    return dict(held.iter_rows())


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def policy_similarity(edition: Edition, basis: str, areas: tuple[str, ...]) -> pl.DataFrame:
    """(pairs of areas, [area_1, area_2, s, pi, kappa, n_items, levels, reason]) on one basis."""
    held = ask(
        edition,
        """
        SELECT area_1, area_2, metric, value, n_items, levels, reason FROM out_policy_similarity
        WHERE basis = $basis ORDER BY area_1, area_2
        """,
        basis=basis,
    ).filter(pl.col("area_1").is_in(areas) & pl.col("area_2").is_in(areas))
    wide = held.pivot("metric", index=["area_1", "area_2", "n_items", "levels"], values="value", maintain_order=True)
    reasons = held.group_by("area_1", "area_2").agg(pl.col("reason").drop_nulls().first())
    blank = [pl.lit(None, dtype=pl.Float64).alias(name) for name in ("s", "pi", "kappa") if name not in wide.columns]
    told = wide.with_columns(blank).join(reasons, on=["area_1", "area_2"], how="left", maintain_order="left")
    return told.select("area_1", "area_2", "s", "pi", "kappa", "n_items", "levels", "reason")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def policy_sources(edition: Edition, basis: str, areas: tuple[str, ...]) -> list[str]:
    """The sources that positions on one basis rest on."""
    statement = {
        "unga": "SELECT DISTINCT source_id FROM general_assembly_votes",
        "agreements": "SELECT DISTINCT source_id FROM trade_agreements",
        "standards": "SELECT DISTINCT source_id FROM standards_adoption WHERE list_contains($areas, ref_area)",
    }[basis]
    parameters = {"areas": list(areas)} if basis == "standards" else {}
    return ask(edition, f"{statement} ORDER BY 1", **parameters)["source_id"].to_list()
