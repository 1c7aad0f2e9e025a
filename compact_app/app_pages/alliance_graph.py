"""Alliance graph: who is central, who stands between, who belongs together?"""

from typing import Any

import polars as pl
import streamlit as st

from compact_app import charts, queries, wording
from compact_app import theme as theming
from compact_app.app_pages import anatomy, scenario
from compact_app.app_pages.scenario import Members
from compact_app.app_pages.ties import alike, camps, left
from compact_app.queries import Edition

COLUMNS = (
    "area",
    "name",
    "tier",
    "rank_pagerank",
    "range_pagerank",
    "pagerank",
    "rank_betweenness",
    "range_betweenness",
    "betweenness",
    "community",
    "community_stability",
    "rank_strength",
    "range_strength",
    "strength",
    "strength_out",
    "strength_in",
    "coreness",
    "closeness",
    "harmonic",
    "eigenvector",
    "clustering",
    "clustering_barrat",
    "disparity",
    "s_core",
)
SIZES = (
    "pagerank",
    "strength",
    "betweenness",
    "strength_out",
    "strength_in",
    "closeness",
    "harmonic",
    "eigenvector",
    "coreness",
    "s_core",
    "clustering",
    "clustering_barrat",
    "disparity",
)
WITH_RANGE = ("pagerank", "betweenness", "strength")
IN_UNITS = ("strength", "strength_out", "strength_in", "s_core")
SHOWN_IN_CORE = 3
UNIT_OF = {"compute_exports": "USD", "capital_flows": "USD", "talent_movement": "PS"}


def show(edition: Edition) -> None:
    """Draw the page."""
    measured = queries.graph_subjects(edition)
    if measured.is_empty():
        st.title(wording.say("graph_none"))
        return
    theme, subject, year, size, members = _choose(edition, measured)
    ranges = queries.graph_rank_ranges(edition, theme, subject, year)
    metrics = _with_ranges(queries.graph_metrics(edition, theme, subject, year), ranges)
    ties = queries.graph_year(edition, theme, subject, year)
    unit = UNIT_OF[theme]
    title = _finding(metrics, ties, theme, subject, year)
    st.title(title)
    st.markdown(_sentence(metrics))
    st.markdown(_ranges_sentence(metrics, ranges))
    places = queries.graph_places(edition, theme, subject)
    anatomy.draw(
        st,
        charts.alliance_network(metrics, ties.filter("is_backbone"), places, metric=size, unit=unit, ink=theming.ink()),
        alt=title,
    )
    st.caption(wording.say("graph_note"))
    whole = queries.graph_whole(edition, theme, subject, year)
    st.markdown(f"{_core_sentence(metrics, whole)} {_shape_sentence(whole)}")
    st.markdown(f"#### {wording.say('numbers')}")
    table = metrics.sort("rank_pagerank", "area").select(COLUMNS)
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=_columns(unit))
    sources = _sources(edition, theme, subject, year)
    anatomy.download_row(edition, table, f"graph-{subject.replace('/', '-')}-{year}", sources)
    left.show(edition, (theme, subject, year), ties, dict(metrics.select("area", "name").iter_rows()))
    names = scenario.names(edition)
    of_policy = [*alike.show(edition, members, names), *camps.show(edition, members, names)]
    coverage = measured.filter(
        (pl.col("theme") == theme) & (pl.col("subject") == subject) & (pl.col("time_period") == year)
    )["coverage_share"][0]
    goods = [wording.say("graph_goods")] if theme == "compute_exports" else []
    told = [wording.say("graph_coverage", share=wording.share(coverage))]
    if not ranges.is_empty():
        told.append(wording.say("graph_drawn", share=wording.share(ranges["drawn_share"][0])))
    anatomy.beware([*told, *goods, *anatomy.cautions_of(edition, [*sources, *of_policy])])
    anatomy.source_line(edition, [*sources, *of_policy], year)


def _choose(edition: Edition, measured: pl.DataFrame) -> tuple[str, str, str, str, Members]:
    """The choices in one row, kept in the URL; the years are those that are measured."""
    subject_box, size_box, members_box, year_box = anatomy.choices([3, 2, 3, 3])
    graphs = list(dict.fromkeys(f"{theme}/{subject}" for theme, subject in measured["theme", "subject"].iter_rows()))
    words = {
        graph: f"{wording.theme_name(graph.split('/', 1)[0])}: {wording.subject_name(*graph.split('/', 1))}"
        for graph in graphs
    }
    graph = subject_box.selectbox(
        wording.say("graph_subject"), graphs, format_func=words.__getitem__, key="graph", bind="query-params"
    )
    size = size_box.selectbox(
        wording.say("graph_metric"),
        SIZES,
        format_func=wording.METRIC_WORDS.__getitem__,
        key="size",
        bind="query-params",
    )
    members = scenario.choose(edition, members_box, default="core_uae")
    theme, subject = graph.split("/", 1)
    years = measured.filter((pl.col("theme") == theme) & (pl.col("subject") == subject))["time_period"].to_list()
    if len(years) == 1:
        return theme, subject, years[0], size, members
    year = year_box.select_slider(
        wording.say("graph_year"), years, value=years[-1], key=f"year_{theme}", bind="query-params"
    )
    return theme, subject, year, size, members


def _with_ranges(metrics: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """The measures with the range of the ranks that have one, in words: 3 to 5."""
    for metric in WITH_RANGE:
        words = {
            row["area"]: wording.say("range_words", low=row["rank_low"], high=row["rank_high"])
            for row in ranges.filter(metric=metric).iter_rows(named=True)
        }
        told = pl.col("area").replace_strict(words, default=None, return_dtype=pl.String)
        metrics = metrics.with_columns(told.alias(f"range_{metric}"))
    return metrics


def _finding(metrics: pl.DataFrame, ties: pl.DataFrame, theme: str, subject: str, year: str) -> str:
    core = metrics.filter(pl.col("tier") == "core")["area"].to_list()
    touches = pl.col("from_area").is_in(core) | pl.col("to_area").is_in(core)
    weights = ties.select(pl.col("weight").filter(touches).sum() / pl.col("weight").sum()).item()
    return wording.say(
        "graph_title",
        first=wording.sentence(metrics.sort("rank_pagerank", "area")["name"][0]),
        subject=wording.subject_in_sentence(theme, subject),
        count=metrics.height,
        year=year,
        share=wording.share(weights),
    )


def _sentence(metrics: pl.DataFrame) -> str:
    ranked = metrics.sort("rank_pagerank", "area")["name"].head(3).to_list()
    first, second, third = (*ranked, *[wording.NOT_APPLICABLE] * 3)[:3]
    broker = metrics.sort("rank_betweenness", "area", nulls_last=True)["name"][0]
    return wording.say(
        "graph_sentence",
        first=wording.in_sentence(first),
        second=wording.in_sentence(second),
        third=wording.in_sentence(third),
        broker=wording.in_sentence(broker),
        groups=metrics["community"].n_unique(),
    )


def _ranges_sentence(metrics: pl.DataFrame, ranges: pl.DataFrame) -> str:
    """How sure the first ranks are."""
    if ranges.is_empty():
        return wording.say("graph_no_ranges")
    firsts = {}
    for metric in ("pagerank", "betweenness"):
        first = metrics.sort(f"rank_{metric}", "area", nulls_last=True).row(0, named=True)
        row = ranges.filter(metric=metric, area=first["area"]).row(0, named=True)
        low, high = row["rank_low"], row["rank_high"]
        told = "rank_one" if low == high else "rank_range"
        firsts[metric] = (wording.in_sentence(first["name"]), wording.say(told, rank=low, low=low, high=high))
    (leader, leader_range), (broker, broker_range) = firsts["pagerank"], firsts["betweenness"]
    return wording.say(
        "graph_ranges",
        draws=ranges["draws"][0],
        first=leader,
        first_range=leader_range,
        broker=broker,
        broker_range=broker_range,
    )


def _core_sentence(metrics: pl.DataFrame, whole: dict[str, float | None]) -> str:
    """Whether there is one core, and who is nearest to it."""
    fit = whole.get("core_fit")
    if fit is None or metrics.height < SHOWN_IN_CORE:
        return wording.say("graph_no_core")
    nearest = metrics.sort("coreness", "area", descending=[True, False]).head(SHOWN_IN_CORE)
    first, second, third = (wording.in_sentence(name) for name in nearest["name"])
    _, second_value, third_value = (f"{value:.2f}" for value in nearest["coreness"])
    return wording.say(
        "graph_core",
        fit=f"{fit:.2f}",
        first=first,
        second=second,
        third=third,
        second_value=second_value,
        third_value=third_value,
    )


def _shape_sentence(whole: dict[str, float | None]) -> str:
    """Is it two-way, and do the strong tie with the strong?"""
    assortativity = whole.get("assortativity")
    return wording.say(
        "graph_shape",
        reciprocity=wording.share(whole.get("reciprocity")),
        assortativity=wording.NOT_APPLICABLE if assortativity is None else f"{assortativity:.2f}",
        transitivity=wording.share(whole.get("transitivity")),
    )


def _sources(edition: Edition, theme: str, subject: str, year: str) -> list[str]:
    edges = queries.graph_edges(edition, theme, subject).filter(pl.col("time_period") == year)
    return edges["source_id"].drop_nulls().unique().sort().to_list()


def _columns(unit: str) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    units = wording.UNITS.get(unit, unit)
    columns: dict[str, Any] = {
        "area": wording.say("column_area"),
        "name": wording.say("column_name"),
        "tier": wording.say("tier"),
        "community": number(wording.METRIC_WORDS["community"], format="%d"),
        "community_stability": number(wording.METRIC_WORDS["community_stability"], format="percent"),
        "pagerank": number(wording.METRIC_WORDS["pagerank"], format="%.4f"),
        "betweenness": number(wording.METRIC_WORDS["betweenness"], format="%.4f"),
    }
    for metric in SIZES:
        if metric not in columns:
            columns[metric] = number(wording.METRIC_WORDS[metric], format="%.4f")
    for metric in IN_UNITS:
        columns[metric] = number(f"{wording.METRIC_WORDS[metric]} ({units})", format="localized")
    for metric in WITH_RANGE:
        columns[f"rank_{metric}"] = number(wording.say("column_rank", metric=wording.METRIC_WORDS[metric]), format="%d")
        columns[f"range_{metric}"] = wording.say("column_range", metric=wording.METRIC_WORDS[metric])
    return columns
