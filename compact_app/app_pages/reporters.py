"""Reporters: whose reports are how reliable, as exporter and as importer, and how sure is that?"""

from typing import Any, Final

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from compact_app import charts, queries, wording
from compact_app import theme as theming
from compact_app.app_pages import anatomy
from compact_app.app_pages.standing import freight, measures, priors, telling
from compact_app.app_pages.standing.measures import GOODS, METHODS, ROLES, Choice, Held
from compact_app.queries import Edition
from compact_pipelines.contracts.parameters import load_parameters

FIRST_AREA: Final = "CAN"
FIRST_ROLE: Final = "to"
TIERS: Final = ("all", "compact")
OUTSIDE: Final = "outside"


def show(edition: Edition) -> None:
    """Draw the page."""
    boxes = anatomy.choices([3, 4, 6, 5, 6, 5])
    themes = queries.reporter_themes(edition)
    theme = boxes[0].selectbox(
        wording.say("reporters_theme"),
        themes["theme"].to_list(),
        format_func=wording.theme_name,
        key="theme",
        bind="query-params",
    )
    if not themes.filter(pl.col("theme") == theme)["ranked"][0]:
        priors.show(edition, theme)
        return
    tiers_of = queries.membership(edition).select("area", "tier")
    areas = queries.reporter_areas(edition, theme).join(tiers_of, on="area", how="left", maintain_order="left")
    areas, rows = areas.with_columns(pl.col("tier").fill_null(OUTSIDE)), queries.reporter_rows(edition, theme)
    anatomy.areas_in_address(dict(areas.select("area", "name").iter_rows()), ("area",))
    choice = _choose(edition, areas, rows, theme, boxes[1:5])
    tiers = _choose_tiers(boxes[5])
    held = Held(rows, areas, choice)
    ranking, without = measures.ranked(held), measures.silent(held)
    own = ranking.filter(pl.col("area") == choice.area)
    title = telling.finding(held, own, without, ranking.height)
    st.title(title)
    st.markdown(anatomy.escaped(telling.sentence(held, own)))
    st.markdown(f"#### {wording.say('reporters_ranking', role=choice.role_words())}")
    is_shown = pl.col("tier").is_in(list(tiers)) | (pl.col("area") == choice.area)  # the chosen one whatever its tier
    if not ranking.is_empty():
        _draw_ranking(ranking.filter(is_shown), choice, title, ranking.height)
    priors.list_silent(held, without.filter(is_shown))
    sources = queries.reporter_sources(edition, theme, choice.area)
    history_box, stable_box = st.columns([4, 7], gap="large")
    with history_box:
        _draw_history(edition, choice, held.names[choice.area])
    if not own.is_empty():
        with stable_box:
            _tell_stability(edition, held, own.row(0, named=True), sources)
    st.markdown(f"#### {wording.say('numbers')}")
    _show_numbers(edition, measures.numbers(held), choice, sources)
    if theme == GOODS:
        freight.show_rules(edition, sources)
    telling.method(held, queries.reporter_history(edition, theme))
    anatomy.beware(telling.cautions(held))
    anatomy.source_line(edition, sources, wording.say("reporters_span", **telling.span(held)))


def _choose(
    edition: Edition, areas: pl.DataFrame, rows: pl.DataFrame, theme: str, boxes: list[DeltaGenerator]
) -> Choice:
    """Role, method, freight rule and reporter, kept in the URL."""
    sides = {role: Choice(theme, role, "", "", "", "").role_words() for role in ROLES}
    order = [FIRST_ROLE, *(role for role in ROLES if role != FIRST_ROLE)]
    role = boxes[0].selectbox(
        wording.say("reporters_role"), order, format_func=sides.__getitem__, key="role", bind="query-params"
    )
    methods = {method: wording.say(f"reporters_method_{method}") for method in METHODS}
    method = boxes[1].selectbox(
        wording.say("reporters_method"), METHODS, format_func=methods.__getitem__, key="method", bind="query-params"
    )
    known = freight.rules(edition).filter(pl.col("valuation_rule").is_in(rows["valuation_rule"].implode()))
    titles = dict(known.select("valuation_rule", "title").iter_rows())
    rule = boxes[2].selectbox(
        wording.say("reporters_rule"),
        list(titles),
        format_func=titles.__getitem__,
        key="valuation_rule",
        bind="query-params",
    )
    names = dict(areas.select("area", "name").iter_rows())
    codes = list(names)
    area = boxes[3].selectbox(
        wording.say("reporters_area"),
        codes,
        index=codes.index(_first_area(areas)),
        format_func=names.__getitem__,
        key="area",
        bind="query-params",
    )
    return Choice(theme, role, method, rule, load_parameters().valuation.default, area)


def _first_area(areas: pl.DataFrame) -> str:
    """Canada, or the first founding member where Canada is none, or the first area."""
    core = areas.filter(pl.col("tier") == theming.TIERS[0])["area"].to_list()
    return FIRST_AREA if FIRST_AREA in core else [*core, *areas["area"]][0]


def _choose_tiers(box: DeltaGenerator) -> tuple[str, ...]:
    words = {name: wording.say(f"reporters_tiers_{name}") for name in TIERS}
    chosen = box.selectbox(
        wording.say("reporters_tiers"), TIERS, format_func=words.__getitem__, key="tiers", bind="query-params"
    )
    return tuple(tier for tier in theming.TIERS if chosen == TIERS[0] or tier != OUTSIDE)


def _draw_ranking(ranking: pl.DataFrame, choice: Choice, title: str, count: int) -> None:
    """The main picture: those that are shown of all the reporters with an estimate."""
    axis = wording.say(f"reporters_axis_{choice.method}")
    anatomy.draw(st, charts.reporter_ranking(ranking, choice.area, axis, theming.ink()), alt=title)
    thin = wording.say("reporters_ranking_thin") if choice.rule == choice.default else ""
    st.caption(wording.say("reporters_ranking_note", thin=thin, count=count, role=choice.role_words()))


def _draw_history(edition: Edition, choice: Choice, name: str) -> None:
    heading = wording.say("reporters_history", area=name)
    st.markdown(f"#### {heading}")
    years = queries.reporter_history(edition, choice.theme)
    own = measures.with_interval(
        years.filter(
            pl.col("area") == choice.area, pl.col("method") == choice.method, pl.col("role").is_in(list(ROLES))
        )
    )
    if own.is_empty():
        st.markdown(wording.say("reporters_history_none", area=wording.in_sentence(name)))
        return
    roles = {role: choice.role_words(role) for role in ROLES if role in own["role"]}
    axis = wording.say(f"reporters_short_{choice.method}")
    anatomy.draw(st, charts.reporter_history(own, roles, axis, theming.ink()), alt=heading)
    st.caption(wording.say("reporters_history_note"))


def _tell_stability(edition: Edition, held: Held, row: dict[str, Any], sources: list[str]) -> None:
    """Which omission moves the chosen reporter most, and what the freight rules do to it."""
    st.markdown(f"#### {wording.say('reporters_stable')}")
    st.markdown(anatomy.escaped(telling.stability(row, held.names)))
    table = freight.by_rule(edition, held)
    if table.height > 1:
        freight.show_by_rule(edition, table, held.choice, sources)


def _show_numbers(edition: Edition, table: pl.DataFrame, choice: Choice, sources: list[str]) -> None:
    words = {name: wording.say(f"reporters_column_{name}") for name in measures.NUMBERS}
    number = st.column_config.NumberColumn
    shown = table.with_columns(
        pl.col("sigma_kind").replace(
            {"panel": wording.say("reporters_measured"), "prior": wording.say("reporters_stated")}
        ),
        reason=pl.Series(
            [priors.reason_words(row) if row["reason"] else None for row in table.iter_rows(named=True)],
            dtype=pl.String,
        ),
    )
    config: dict[str, Any] = words | {"name": st.column_config.Column(words["name"], width=140)}
    for name, kind in table.schema.items():
        if kind == pl.Float64:
            config[name] = number(words[name], format="%.3f", help=telling.help_words(name))
        elif name in {"rank", "rank_low", "left_out"}:
            config[name] = st.column_config.Column(words[name], help=telling.help_words(name))
    said = [name for name in shown.columns if shown[name].null_count() < shown.height]
    st.dataframe(shown.select(said), hide_index=True, placeholder=wording.BLANK, column_config=config)
    stem = f"reporters-{choice.theme}-{choice.role}-{choice.method}-{choice.rule}"
    anatomy.download_row(edition, table, stem, sources)
