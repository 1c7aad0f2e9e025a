"""The simple measures on the page: two pictures, one table, nothing modelled."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app import charts, theme, wording
from compact_app.app_pages import anatomy
from compact_app.app_pages.joining import telling
from compact_app.app_pages.joining.case import Case
from compact_app.queries import Edition
from compact_pipelines.scenarios import OF_SIZE

SIZE_AXIS: Final = (0.0, 1.0)
NEUTRAL_AXIS: Final = (-1.0, 1.0)
SHOWN: Final = (
    "label",
    "subject",
    "time_period",
    "before",
    "after",
    "change",
    "coverage_before",
    "coverage_after",
    "why",
)
VALUES: Final = ("before", "after", "change")
COVERAGES: Final = ("coverage_before", "coverage_after")


def show_shares(edition: Edition, case: Case, measures: pl.DataFrame, title: str, source_ids: list[str]) -> None:
    """Draw the measures and their table.

    Args:
        edition: the edition.
        case: the choice.
        measures: from `scenarios.simple_measures`.
        title: the finding, as what the pictures show.
        source_ids: behind the measures.
    """
    st.markdown(f"#### {wording.say('accession_simple')}")
    st.markdown(anatomy.escaped(telling.size_words(case, measures)))
    st.caption(wording.say("accession_simple_note"))
    of_size = pl.col("measure").is_in(OF_SIZE)
    left, right = st.columns(2)
    left.markdown(f"**{wording.say('accession_simple_size')}**")
    axis = wording.say("accession_axis_share")
    anatomy.draw(left, charts.before_after(_marked(measures.filter(of_size)), axis, SIZE_AXIS, theme.ink()), alt=title)
    right.markdown(f"**{wording.say('accession_simple_neutral')}**")
    axis = wording.say("accession_axis_neutral")
    rows = _marked(measures.filter(~of_size))
    anatomy.draw(right, charts.before_after(rows, axis, NEUTRAL_AXIS, theme.ink()), alt=title)
    table = measures.with_columns(change=pl.col("after") - pl.col("before"))
    shown = table.with_columns(
        label=_column([measure_name(row) for row in table.to_dicts()]),
        subject=_column([_subject(row) for row in table.to_dicts()]),
        why=_column([_why(case, row) for row in table.to_dicts()]),
    ).select(SHOWN)
    st.dataframe(shown, hide_index=True, placeholder=wording.BLANK, column_config=_columns())
    anatomy.download_row(edition, table, f"accession-shares-{'-'.join(case.candidates) or 'set'}", source_ids)


def measure_name(row: Mapping[str, Any]) -> str:
    """A measure in words."""
    kind = wording.say(f"accession_kind_{row['subject'].lower()}") if row["theme"] == "talent_movement" else ""
    return wording.say(f"accession_measure_{row['measure']}", kind=kind)


def _marked(measures: pl.DataFrame) -> pl.DataFrame:
    """The rows of a picture: in two lines what is measured and when; values where there are any."""
    labels = [f"{measure_name(row)}\n{row['time_period']}" for row in measures.to_dicts()]
    return measures.select("before", "after", label=_column(labels))


def _subject(row: Mapping[str, Any]) -> str:
    if row["theme"] == "standards_adoption":
        return wording.theme_name(row["theme"])
    return wording.subject_name(row["theme"], row["subject"])


def _why(case: Case, row: Mapping[str, Any]) -> str | None:
    """Why a value is blank, each reason once."""
    told = dict.fromkeys(telling.why_blank(case, row, moment) for moment in ("before", "after"))
    return "; ".join(why for why in told if why) or None


def _column(words: list[Any]) -> pl.Series:
    return pl.Series(words, dtype=pl.String)


def _columns() -> dict[str, Any]:
    formats = {**dict.fromkeys(VALUES, "%.3f"), **dict.fromkeys(COVERAGES, "percent")}
    return {
        name: st.column_config.NumberColumn(wording.say(f"accession_column_{name}"), format=formats[name])
        if name in formats
        else st.column_config.Column(wording.say(f"accession_column_{name}"))
        for name in SHOWN
    }
