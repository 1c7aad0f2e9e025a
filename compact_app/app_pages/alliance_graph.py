"""Alliance graph: who is central, who stands between, who belongs together?"""

from typing import Any

import polars as pl
import streamlit as st

from compact_app import charts, queries, wording
from compact_app import theme as theming
from compact_app.app_pages import anatomy
from compact_app.queries import Edition

COLUMNS = (
    "area",
    "name",
    "tier",
    "rank_pagerank",
    "pagerank",
    "rank_betweenness",
    "betweenness",
    "community",
    "community_stability",
    "rank_strength",
    "strength",
    "strength_out",
    "strength_in",
)
SIZES = ("pagerank", "strength", "betweenness")
UNIT_OF = {"compute_exports": "USD", "capital_flows": "USD", "talent_movement": "PS"}


def show(edition: Edition) -> None:
    """Draw the page."""
    measured = queries.graph_subjects(edition)
    if measured.is_empty():
        st.title(wording.say("graph_none"))
        return
    theme, subject, year, size = _choose(measured)
    metrics = queries.graph_metrics(edition, theme, subject, year)
    ties = queries.graph_year(edition, theme, subject, year)
    unit = UNIT_OF[theme]
    title = _finding(metrics, ties, theme, subject, year)
    st.title(title)
    st.markdown(_sentence(metrics))
    places = queries.graph_places(edition, theme, subject)
    anatomy.draw(
        st,
        charts.alliance_network(metrics, ties.filter("is_backbone"), places, metric=size, unit=unit, ink=theming.ink()),
        alt=title,
    )
    st.caption(wording.say("graph_note"))
    st.markdown(f"#### {wording.say('numbers')}")
    table = metrics.sort("rank_pagerank", "area").select(COLUMNS)
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=_columns(unit))
    sources = _sources(edition, theme, subject, year)
    anatomy.download_row(edition, table, f"graph-{subject.replace('/', '-')}-{year}", sources)
    coverage = measured.filter(
        (pl.col("theme") == theme) & (pl.col("subject") == subject) & (pl.col("time_period") == year)
    )["coverage_share"][0]
    goods = [wording.say("graph_goods")] if theme == "compute_exports" else []
    told = wording.say("graph_coverage", share=wording.share(coverage))
    anatomy.beware([told, *goods, *anatomy.cautions_of(edition, sources)])
    anatomy.source_line(edition, sources, year)


def _choose(measured: pl.DataFrame) -> tuple[str, str, str, str]:
    """The choices in one row, kept in the URL; the years are those that are measured."""
    subject_box, size_box, year_box = anatomy.choices([3, 2, 5])
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
    theme, subject = graph.split("/", 1)
    years = measured.filter((pl.col("theme") == theme) & (pl.col("subject") == subject))["time_period"].to_list()
    if len(years) == 1:
        return theme, subject, years[0], size
    year = year_box.select_slider(
        wording.say("graph_year"), years, value=years[-1], key=f"year_{theme}", bind="query-params"
    )
    return theme, subject, year, size


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
    for metric in ("strength", "strength_out", "strength_in"):
        columns[metric] = number(f"{wording.METRIC_WORDS[metric]} ({units})", format="localized")
    for metric in ("strength", "pagerank", "betweenness"):
        columns[f"rank_{metric}"] = number(wording.say("column_rank", metric=wording.METRIC_WORDS[metric]), format="%d")
    return columns
