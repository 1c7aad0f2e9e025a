"""Commitments: of the working text of the Compact, what is kept, what is not, and what can nobody tell yet?"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import charts, queries, theme, wording
from compact_app.app_pages import anatomy, scenario
from compact_app.app_pages.kept import detail, phrases
from compact_app.app_pages.scenario import Members
from compact_app.queries import Edition
from compact_pipelines.contracts.compact_text import load_compact_text

ALL: Final = ""
SHOWN: Final = (
    "commitment",
    "label",
    "name",
    "state",
    "shown",
    "when",
    "limit",
    "distance",
    "why",
    "member",
    "value",
    "value_low",
    "value_high",
    "unit",
    "source_ids",
)


def show(edition: Edition) -> None:
    """Draw the page."""
    box, theme_box, member_box, language_box = anatomy.choices([3, 3, 3, 2])
    members = scenario.choose(edition, box, default=scenario.FOUNDING)
    names = scenario.names(edition)
    articles = queries.compact_articles(edition)
    chosen_theme = _choose_theme(theme_box)
    member = _choose_member(members, names, member_box)
    language = language_box.selectbox(
        wording.say("commitments_language"),
        list(wording.LANGUAGES),
        format_func=wording.LANGUAGES.__getitem__,
        key="language",
        bind="query-params",
    )
    if not members.areas:
        scenario.refuse(wording.say("commitments_title_empty"), wording.say("commitments_empty"))
        _whole_text(edition, articles, language)
        anatomy.beware([wording.say("commitments_working")])
        return
    kept = articles.filter(pl.col("theme") == chosen_theme) if chosen_theme else articles
    statuses = queries.commitment_statuses(edition, members.areas)
    labels = pl.col("commitment") + " " + pl.col(f"title_{language}")
    told = phrases.in_words(statuses, names).join(
        kept.select("commitment", "is_measurable", label=labels), on="commitment", maintain_order="left"
    )
    latest = told.filter("is_latest")
    title = _finding(latest, members, member, names)
    st.title(title)
    if len(members.areas) == 1:
        st.markdown(wording.say("commitments_lone"))
    st.markdown(
        wording.say(
            "commitments_sentence",
            articles=kept["article"].n_unique(),
            all=kept.height,
            without=kept.filter(~pl.col("is_measurable")).height,
        )
    )
    st.caption(wording.say("commitments_working"))
    _matrix(latest, members, member, names, title)
    st.markdown(f"#### {wording.say('commitments_choose')}")
    _one(edition, kept, told, member, language, names)
    st.markdown(f"#### {wording.say('commitments_statuses')}")
    table = (latest.filter(pl.col("member") == member) if member else latest).select(SHOWN)
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=detail.columns())
    sources = detail.sources_of(latest)
    anatomy.download_row(edition, table, f"commitments-{members.id}", sources)
    _whole_text(edition, kept, language)
    anatomy.beware(_cautions(latest))
    periods = latest.filter(pl.col("time_period") != phrases.NO_PERIOD)["time_period"]
    anatomy.source_line(edition, sources, str(periods.max()) if len(periods) else "")


def _choose_theme(box: Any) -> str:
    themes = {ALL: wording.say("commitments_theme_all")}
    themes |= {part.id: part.title[wording.LANGUAGE] for part in load_compact_text().themes}
    chosen: str = box.selectbox(
        wording.say("commitments_theme"), list(themes), format_func=themes.__getitem__, key="theme", bind="query-params"
    )
    return chosen


def _choose_member(members: Members, names: Mapping[str, str], box: Any) -> str:
    words = {ALL: wording.say("commitments_member_all")} | {area: names[area] for area in members.areas}
    # A set keeps its own choice: a member of another set is none of this one's.
    chosen: str = box.selectbox(
        wording.say("commitments_member"),
        list(words),
        format_func=words.__getitem__,
        key="member" if members.id == scenario.FOUNDING else f"member_{members.id}",
        bind="query-params",
    )
    return chosen if chosen in words else ALL


def _finding(latest: pl.DataFrame, members: Members, member: str, names: Mapping[str, str]) -> str:
    of = latest.filter(pl.col("is_measurable"), pl.col("member") == (member or phrases.THE_SET))
    counts = {state: of.filter(pl.col("status") == state).height for state in phrases.STATES}
    who = wording.sentence(names[member]) if member else members.told
    return wording.say(
        "commitments_title",
        met=counts["met"],
        count=of.height,
        who=who,
        not_met=counts["not_met"],
        unknown=counts["not_measurable"],
    )


def _matrix(latest: pl.DataFrame, members: Members, member: str, names: Mapping[str, str], title: str) -> None:
    st.markdown(f"#### {wording.say('commitments_matrix')}")
    together = wording.say("commitments_all_column")
    shown = [member] if member else sorted(members.areas, key=lambda area: names[area])
    cells = latest.filter(pl.col("member").is_in([phrases.THE_SET, *shown])).select(
        "label", "shown", "why", column="name", status="state", period="when", code="status"
    )
    labels = cells["label"].unique(maintain_order=True).to_list()
    with st.container(key="matrix"):  # as wide as its columns; a phone scrolls it sideways
        anatomy.draw(
            st,
            charts.commitment_matrix(
                cells, labels, [together, *(names[area] for area in shown)], phrases.states(), theme.ink()
            ),
            width="content",
            alt=title,
        )
    words = phrases.states()
    anatomy.matrix_key(
        {theme.STATUS_MARKS[state]: words[state] for state in words}, wording.say("commitments_matrix_empty")
    )


def _one(  # noqa: PLR0913, PLR0917  (what has been chosen above)
    edition: Edition, kept: pl.DataFrame, told: pl.DataFrame, member: str, language: str, names: Mapping[str, str]
) -> None:
    labels = {row["commitment"]: f"{row['commitment']} {row['title_en']}" for row in kept.iter_rows(named=True)}
    chosen = st.selectbox(
        wording.say("commitments_choose"),
        list(labels),
        format_func=labels.__getitem__,
        key="commitment",
        bind="query-params",
        label_visibility="collapsed",
    )
    if chosen not in labels:
        chosen = next(iter(labels))
    article = kept.filter(pl.col("commitment") == chosen).row(0, named=True)
    detail.show(
        edition, article, told.filter(pl.col("commitment") == chosen), member=member, language=language, names=names
    )


def _whole_text(edition: Edition, articles: pl.DataFrame, language: str) -> None:
    st.markdown(f"#### {wording.say('commitments_text')}")
    for article in articles.unique("article", keep="first", maintain_order=True).iter_rows(named=True):
        heading = wording.say(
            "commitments_article", number=article["article"], title=article[f"article_title_{language}"]
        )
        with st.expander(anatomy.escaped(heading)):
            st.markdown(anatomy.escaped(article[f"article_text_{language}"]))
            own = articles.filter(pl.col("article") == article["article"])
            lines = own.select("commitment", f"title_{language}", f"text_{language}").iter_rows()
            st.markdown(
                "\n".join(
                    f"- **{number} {anatomy.escaped(head)}.** {anatomy.escaped(text)}" for number, head, text in lines
                )
            )
    st.markdown(wording.say("commitments_text_all"))
    st.dataframe(
        articles, hide_index=True, placeholder=wording.BLANK, column_config=anatomy.columns_of("compact_articles")
    )
    anatomy.download_row(edition, articles, "compact-articles", [])


def _cautions(latest: pl.DataFrame) -> list[str]:
    keys = ("commitments_working", "commitments_ours", "commitments_unknown", "commitments_one_sided",
            "commitments_founding")  # fmt: skip
    cautions = [wording.say(key) for key in keys]
    periods = latest.filter(pl.col("status") != "not_measurable")["oldest_period"].drop_nulls()
    if len(periods):
        ends = {"oldest": str(periods.min()), "newest": str(periods.max())}
        cautions.append(
            wording.say("commitments_oldest", **{end: wording.period(period) for end, period in ends.items()})
        )
    return cautions
