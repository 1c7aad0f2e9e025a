"""Overview: what is the Compact, how do its flows look, what changed in this edition?"""

from decimal import Decimal

import polars as pl
import streamlit as st

from compact_app import charts, queries, theme, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition
from compact_pipelines.contracts.model import THEMES
from compact_pipelines.warehouse.report import ThemeReport


def show(edition: Edition) -> None:
    """Draw the page."""
    members = queries.membership(edition)
    names = dict(members.select("area", "name").iter_rows())
    disputed = queries.largest_disputed_pair(edition)
    st.title(_finding(disputed, names))
    if not disputed.is_empty() and disputed["same_source"][0]:
        st.markdown(wording.say("same_source_note"))
    st.markdown(wording.say("overview_lead"))
    if not disputed.is_empty():
        flow = disputed.row(0, named=True)
        st.page_link(
            st.session_state["pages"]["whose_number"],
            label=wording.say("overview_open_pair"),
            icon=":material/compare_arrows:",
            query_params={"from_area": names[flow["from_area"]], "to_area": names[flow["to_area"]]},
        )
    _map(members)
    reports = sorted(queries.changes(edition), key=lambda report: THEMES.index(report.table))
    st.markdown(f"#### {wording.say('overview_flows')}")
    _cards(edition, reports)
    st.markdown(f"#### {wording.say('overview_changes')}")
    _changes(edition, reports)
    sources = queries.sources(edition)
    shown = [source for report in reports for source in queries.headline_series(edition, report.table)["source_id"]]
    used = sources.filter(pl.col("source_id").is_in(shown))["source_id"].to_list()
    anatomy.source_line(edition, used, max(report.last_period for report in reports))


def _finding(disputed: pl.DataFrame, names: dict[str, str]) -> str:
    if disputed.is_empty():
        return wording.say("overview_title_none")
    flow = disputed.row(0, named=True)
    size, direction = wording.gap(float(flow["reported_by_from"]), float(flow["reported_by_to"]))
    return wording.say(
        "overview_title",
        from_=wording.in_sentence(names[flow["from_area"]]),
        to=wording.sentence(names[flow["to_area"]]),
        gap=size,
        direction=direction,
        from_value=wording.figure(flow["reported_by_from"], flow["unit_measure"]),
        to_value=wording.figure(flow["reported_by_to"], flow["unit_measure"]),
        period=wording.period(flow["time_period"]),
    )


def _map(members: pl.DataFrame) -> None:
    st.markdown(f"#### {wording.say('overview_map')}")
    tier_names = {tier: wording.code_name("tier", tier) for tier in theme.TIERS}
    points = members.join(queries.label_points(), on="area").with_columns(
        tier_name=pl.col("tier").replace_strict(tier_names)
    )
    shapes = queries.topology()
    world, near = st.columns([7, 3])
    counts = dict(members.group_by("tier").len().iter_rows())
    words = [f"{wording.code_name('tier', tier)}: {counts.get(tier, 0)}" for tier in theme.TIERS]
    anatomy.draw(world, charts.alliance_map(shapes, points), alt="; ".join(words))
    anatomy.draw(near, charts.north_america_map(shapes, points), width="content", alt=wording.code_name("tier", "core"))
    st.caption(f"{'; '.join(words)}. {wording.say('overview_map_note', scenario=members['scenario_label'][0])}")


def _cards(edition: Edition, reports: list[ThemeReport]) -> None:
    for column, report in zip(st.columns(len(reports)), reports, strict=True):
        series = charts.sparkline_values(queries.headline_series(edition, report.table)["value"].to_list())
        with column.container(border=True, height="stretch"):
            st.metric(
                wording.theme_name(report.table),
                _value(report.headline_value, report.unit),
                chart_data=series if len(series) > 1 else None,
                chart_type="area",
                height="content",
            )
            period = wording.period(report.headline_period) if report.headline_period else wording.ABSENT
            st.caption(f"{anatomy.escaped(report.headline)} · {period}")


def _changes(edition: Edition, reports: list[ThemeReport]) -> None:
    if all(report.rows_before is None for report in reports):
        st.markdown(wording.say("overview_first"))
    else:
        st.markdown(wording.say("overview_changed", number=edition.number - 1))
    frame = pl.DataFrame(
        {
            wording.say("column_theme"): [wording.theme_name(report.table) for report in reports],
            wording.say("column_rows"): [report.rows for report in reports],
            wording.say("column_change"): [
                None if report.rows_before is None else report.rows - report.rows_before for report in reports
            ],
            wording.say("column_sources"): [report.sources for report in reports],
            wording.say("column_from"): [report.first_period for report in reports],
            wording.say("column_to"): [report.last_period for report in reports],
            wording.say("column_headline"): [report.headline for report in reports],
            wording.say("column_value"): [_value(report.headline_value, report.unit) for report in reports],
            wording.say("column_before"): [_value(report.headline_before, report.unit) for report in reports],
        },
        schema_overrides={wording.say("column_change"): pl.Int64},
    )
    st.dataframe(frame, hide_index=True, placeholder=wording.BLANK)
    anatomy.download_row(edition, frame, "changes", queries.sources(edition)["source_id"].to_list())


def _value(value: Decimal | str | None, unit: str | None) -> str:
    if isinstance(value, str):
        return wording.code_name("adoption_status", value)
    return wording.figure(value, unit or "")
