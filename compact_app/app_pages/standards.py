"""Standards: who has taken on which AI standard or agreement, since when, and what is missing?"""

from typing import Any

import polars as pl
import streamlit as st

from compact_app import charts, queries, theme, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition
from compact_pipelines.contracts import load_contracts

FIRST_AREA = "MEX"
TIMELINE_FROM = "2016"
BINDING = 4
SHOWN = (
    "area",
    "name",
    "tier",
    "instrument_name",
    "status_name",
    "since",
    "source_tier",
    "citation",
    "comment_obs",
)


def show(edition: Edition) -> None:
    """Draw the page."""
    members = queries.membership(edition)
    choice, area_box = st.columns(2, vertical_alignment="bottom")
    with_unverified = choice.toggle(
        wording.say("standards_unverified", count=queries.unverified_rows(edition)),
        key="unverified",
        bind="query-params",
    )
    names = dict(members.select("area", "name").iter_rows())
    areas = list(names)
    area = area_box.selectbox(
        wording.say("standards_area"),
        areas,
        index=areas.index(FIRST_AREA),
        format_func=names.__getitem__,
        key="area",
        bind="query-params",
    )
    rows = _named(queries.adoptions(edition, with_unverified))
    core = members.filter(pl.col("tier") == "core")
    title = _finding(rows, core["area"].to_list())
    st.title(title)
    st.markdown(_sentence(rows, core))
    instruments = (
        rows.group_by("instrument_name")
        .agg(pl.len().alias("n"))
        .sort("n", "instrument_name", descending=[True, False])["instrument_name"]
        .to_list()
    )
    order = {tier: place for place, tier in enumerate(theme.TIERS)}
    shown = rows.with_columns(place=pl.col("tier").replace_strict(order, return_dtype=pl.Int64)).sort("place", "name")
    st.markdown(f"#### {wording.say('standards_matrix')}")
    with st.container(key="matrix"):  # as wide as its columns; a phone scrolls it sideways
        anatomy.draw(
            st,
            charts.adoption_matrix(rows, shown["name"].unique(maintain_order=True).to_list(), instruments),
            width="content",
            alt=title,
        )
    letters = rows.sort("level", descending=True).select("letter", "status_name")
    anatomy.matrix_key(dict(letters.iter_rows()), wording.say("standards_matrix_key"))
    st.markdown(f"#### {wording.say('standards_gaps', area=wording.in_sentence(names[area]))}")
    _gaps(edition, rows, core["area"].to_list(), area, names[area])
    st.markdown(f"#### {wording.say('standards_timeline')}")
    dated = rows.filter("is_dated")
    recent = dated.filter(pl.col("time_period") >= TIMELINE_FROM)
    anatomy.draw(st, charts.adoption_timeline(recent, instruments), alt=wording.say("standards_timeline"))
    if recent.height < dated.height:
        st.caption(wording.say("standards_earlier", count=dated.height - recent.height, year=TIMELINE_FROM))
    if dated.height < rows.height:
        st.caption(wording.say("standards_undated", count=rows.height - dated.height))
    st.markdown(f"#### {wording.say('numbers')}")
    table = shown.select(SHOWN)
    st.dataframe(table, hide_index=True, placeholder=wording.BLANK, column_config=_columns())
    sources = rows["source_id"].unique().sort().to_list()
    anatomy.download_row(edition, table, "standards", sources)
    state = "standards_all_shown" if with_unverified else "standards_only_official"
    anatomy.beware([wording.say(state), wording.say("standards_eu")])
    anatomy.source_line(edition, sources, str(rows["time_period"].max()))


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Codes in words, the level of each status, and the letter that stands in its cell."""
    lists = load_contracts().codelists
    statuses, instruments = lists["adoption_status"], lists["standards_instrument"]
    words = {code: wording.code_name("adoption_status", code) for code in statuses.codes}
    levels = {code: int(level) for code, level in statuses.column("level").items()}
    return rows.with_columns(
        instrument_name=pl.col("instrument").replace_strict(
            {code: wording.code_name("standards_instrument", code) for code in instruments.codes}
        ),
        status_name=pl.col("adoption_status").replace_strict(words),
        level=pl.col("adoption_status").replace_strict(levels, return_dtype=pl.Int64),
        letter=pl.col("adoption_status").replace_strict(
            {code: wording.status_letter(levels[code], word) for code, word in words.items()}
        ),
        since=pl.when("is_dated")
        .then(pl.col("time_period").map_elements(wording.period, pl.String))
        .otherwise(pl.lit(wording.say("gaps_not_dated"))),
    ).drop("event_date")


def _finding(rows: pl.DataFrame, core: list[str]) -> str:
    taken = rows.filter(pl.col("level") > 0)
    counts = taken.filter(pl.col("area").is_in(core)).group_by("instrument").agg(pl.col("area").n_unique())
    shared = counts.filter(pl.col("area") == len(core))["instrument"].to_list()
    is_shared = pl.col("area").is_in(core) & pl.col("instrument").is_in(shared)
    least = rows.filter(is_shared).group_by("instrument").agg(pl.col("level").min())
    return wording.say(
        "standards_title",
        shared=len(shared),
        count=rows["instrument"].n_unique(),
        binding=least.filter(pl.col("level") == BINDING).height,
    )


def _sentence(rows: pl.DataFrame, core: pl.DataFrame) -> str:
    counts = dict(rows.filter(pl.col("level") > 0).group_by("area").agg(pl.len()).iter_rows())
    parts = [
        wording.say("standards_count", area=wording.in_sentence(name), count=counts.get(area, 0))
        for area, name in core.select("area", "name").iter_rows()
    ]
    sentence = ", ".join(parts)
    return wording.say("standards_sentence", names=sentence[0].upper() + sentence[1:])


def _gaps(edition: Edition, rows: pl.DataFrame, core: list[str], area: str, name: str) -> None:
    taken = rows.filter((pl.col("level") > 0) & pl.col("tier").is_in(["core", "ally"]))
    own = rows.filter(pl.col("area") == area)["instrument"].to_list()
    gaps = (
        taken.filter(~pl.col("instrument").is_in(own))
        .group_by("instrument_name")
        .agg(
            founding=pl.col("name").filter(pl.col("area").is_in(core)).sort().str.join(", "),
            others=pl.col("area").n_unique(),
            since=pl.col("time_period").filter("is_dated").min().fill_null(wording.say("gaps_not_dated")),
        )
        .sort("others", "instrument_name", descending=[True, False])
    )
    if gaps.is_empty():
        st.markdown(wording.say("standards_no_gaps", area=wording.in_sentence(name)))
        return
    columns: dict[str, Any] = {
        "instrument_name": wording.say("column_instrument"),
        "founding": wording.say("column_core"),
        "others": st.column_config.NumberColumn(wording.say("column_others"), format="%d"),
        "since": wording.say("column_since"),
    }
    st.dataframe(gaps, hide_index=True, placeholder=wording.BLANK, column_config=columns)
    anatomy.download_row(edition, gaps, f"standards-gaps-{area}", rows["source_id"].unique().sort().to_list())


def _columns() -> dict[str, str]:
    return {
        "area": wording.say("column_area"),
        "name": wording.say("column_name"),
        "tier": wording.say("tier"),
        "instrument_name": wording.say("column_instrument"),
        "status_name": wording.say("column_status"),
        "since": wording.say("column_since"),
        "source_tier": wording.say("column_evidence"),
        "citation": wording.say("column_citation"),
        "comment_obs": wording.say("column_comment"),
    }
