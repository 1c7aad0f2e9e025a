"""How each source stands: the stops in sentences, when figures are expected, every source in a table."""

import datetime as dt
import re
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import charts, queries, theme, wording
from compact_app.app_pages import anatomy
from compact_app.queries import Edition
from compact_pipelines.contracts import load_contracts

TABLE: Final = "source_freshness"
STOPPED: Final = "stopped"
# No answer, or no newer one, for a reason that is not in an answer.
UNANSWERED: Final = ("late", "no_key", "unavailable")
ATTENTION_FIRST: Final = (
    "stopped", "unavailable", "no_key", "late", "fresh", "embedded", "never_asked", "unverified",
)  # fmt: skip
TOLD_STOPS: Final = 5
TOLD_CHARACTERS: Final = 240
ASKED: Final = re.compile(r"\.? ?Asked: \S+")  # the address, at the end of a reason
ENDS: Final = (".", "?", "!", "…")
NAMED_STOPS: Final = 3
SHOWN: Final = (
    "title", "state_words", "stands_words", "newest_period", "expected_by", "last_asked_at", "last_believed_at",
    "partitions_believed", "partitions_stopped", "what_differed", "remedy",
)  # fmt: skip
MONTH: Final = len("2025-07")
MONTHS: Final = 12


def finding(edition: Edition) -> str | None:
    """The page's finding where a source is stopped; None where none is."""
    sources = queries.source_freshness(edition)
    stopped = sources.filter(pl.col("state") == STOPPED)
    if stopped.is_empty():
        return None
    live = sources.filter(pl.col("asked_how") == "live").height
    named = stopped["title"].to_list()
    more = [wording.BLANK] if len(named) > NAMED_STOPS else []
    none_stands = (stopped["stands"] == "nothing").all()
    return wording.say(
        "fresh_title_stopped_one" if len(named) == 1 else "fresh_title_stopped",
        stopped=len(named),
        live=live,
        names=", ".join([*named[:NAMED_STOPS], *more]),
        stands=wording.say("fresh_stands_none" if none_stands else "fresh_stands_earlier"),
    )


def show(edition: Edition, source_id: str) -> None:
    """Draw how the sources stand.

    Args:
        edition: the edition.
        source_id: the source chosen; blank for all.
    """
    everything = queries.source_freshness(edition)
    sources = everything.filter(pl.col("source_id") == source_id) if source_id else everything
    if sources.is_empty():
        return
    order = {state: place for place, state in enumerate(ATTENTION_FIRST)}
    named = _in_words(sources).sort(pl.col("state").replace_strict(order), maintain_order=True)
    st.markdown(f"#### {wording.say('fresh_heading')}")
    words = _sentence(everything)
    st.markdown(anatomy.escaped(words))
    _stops(named.filter(pl.col("state") == STOPPED))
    dated = _dated(named)
    if not dated.is_empty():
        anatomy.draw(st, charts.expected_figures(dated, theme.ink()), alt=words)
        st.caption(wording.say("fresh_due_note"))
    st.dataframe(
        named.select(SHOWN).with_columns(pl.selectors.datetime(time_zone="*").dt.replace_time_zone(None)),
        hide_index=True,
        placeholder=wording.BLANK,
        column_config={name: _column(name) for name in SHOWN},
    )
    st.caption(wording.say("fresh_note"))
    published = sources.select(list(load_contracts().published[TABLE].columns))
    anatomy.download_row(edition, published, TABLE, sources["source_id"].to_list())


def _sentence(sources: pl.DataFrame) -> str:
    counts = {state: sources.filter(pl.col("state") == state).height for state in theme.FRESH_STATES}
    live = sources.filter(pl.col("asked_how") == "live")
    believed = live.filter(pl.col("partitions_believed") > 0).height
    is_asked = live["last_asked_at"].is_not_null().any()
    embedded = sources.filter(pl.col("stands") == "embedded").height
    lines = [
        wording.say("fresh_asked", live=live.height, believed=believed)
        if is_asked
        else wording.say("fresh_none_asked", embedded=embedded, live=live.height)
    ]
    if unanswered := sum(counts[state] for state in UNANSWERED):
        lines.append(wording.say("fresh_unanswered", count=wording.number(unanswered)))
    if counts["unverified"]:
        lines.append(wording.say("fresh_unverified", count=wording.number(counts["unverified"])))
    return " ".join(lines)


def _stops(stopped: pl.DataFrame) -> None:
    """What differed in the first few stopped sources, what stands instead and what a person can do."""
    lines = [
        wording.say(
            "fresh_stop",
            title=anatomy.escaped(row["title"]),
            what=ended(anatomy.escaped(shortened(row["what_differed"] or ""))),
            stands=wording.say(f"fresh_stand_{row['stands']}", date=wording.date(row["last_believed_at"])),
            remedy=ended(anatomy.with_code(row["remedy"] or "")),
        )
        for row in stopped.head(TOLD_STOPS).iter_rows(named=True)
    ]
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines))
    if stopped.height > TOLD_STOPS:
        st.markdown(wording.say("fresh_more_stops", count=stopped.height - TOLD_STOPS))


def shortened(reason: str) -> str:
    """What differed without the address that was asked, cut; the table below has it whole."""
    told = ASKED.sub("", reason).strip().rstrip(".")
    return told if len(told) <= TOLD_CHARACTERS else f"{told[:TOLD_CHARACTERS].rstrip()}…"


def ended(text: str) -> str:
    """A text as a sentence: with a full stop where nothing ends it yet; one that ends a command is the command's."""
    return text if text.endswith(ENDS) else f"{text}."


def _in_words(sources: pl.DataFrame) -> pl.DataFrame:
    """States with their mark, so that nobody has to tell colours apart, and what is shown of each source."""
    states = {
        state: f"{theme.FRESH_MARKS[state]} {wording.say(f'fresh_state_{state}')}" for state in theme.FRESH_STATES
    }
    shown = {name: wording.say(f"fresh_shown_{name}") for name in sources["stands"].unique()}
    return sources.with_columns(
        state_words=pl.col("state").replace_strict(states), stands_words=pl.col("stands").replace_strict(shown)
    )


def _dated(sources: pl.DataFrame) -> pl.DataFrame:
    """Sources that were asked, hold figures and have a day on which the next are expected, as the picture needs."""
    drawn = sources.filter(pl.col("last_asked_at").is_not_null()).drop_nulls(["newest_period", "expected_by"])
    words = [wording.say(f"fresh_state_{state}") for state in drawn["state"]]
    return drawn.select(
        "title",
        "state",
        pl.Series("state_words", words, dtype=pl.String),
        pl.col("newest_period").alias("period"),
        pl.col("newest_period").map_elements(last_day, return_dtype=pl.String).alias("held_to"),
        pl.col("expected_by").dt.strftime("%Y-%m-%d").alias("expected"),
    )


def last_day(period: str) -> str:
    """The last day of a period as ISO text, for the axis."""
    if len(period) > MONTH:
        return period
    year, month = int(period[:4]), int(period[-1]) * 3 if "Q" in period else int(period[5:7] or MONTHS)
    following = dt.date(year + month // MONTHS, month % MONTHS + 1, 1)
    return (following - dt.timedelta(days=1)).isoformat()


def _column(name: str) -> Any:
    header = wording.say(f"fresh_column_{name}")
    if name == "expected_by":
        return st.column_config.DateColumn(header, format=wording.say("format_day"))
    if name.endswith("_at"):
        return st.column_config.DatetimeColumn(header, format=wording.say("format_moment"))
    return st.column_config.Column(header, width="medium" if name == "title" else None)
