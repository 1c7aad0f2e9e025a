"""How fresh each source is, and what publishers changed since the edition before."""

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def source_freshness(edition: Edition) -> pl.DataFrame:
    """(sources, columns of source_freshness and [title, publisher]), by theme and title."""
    return ask(
        edition,
        """
        SELECT f.*, s.title, s.publisher FROM source_freshness f JOIN sources s ON s.source_id = f.source_id
        ORDER BY f.theme, s.title
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def revisions(edition: Edition) -> pl.DataFrame:
    """(sources, themes and units, columns of revisions and title), those revised most first."""
    return ask(
        edition,
        """
        SELECT r.*, coalesce(s.title, r.source_id) AS title FROM revisions r
        LEFT JOIN sources s ON s.source_id = r.source_id
        ORDER BY r.mean_absolute_revision_share DESC NULLS LAST, r.values_revised DESC, title, r.unit_measure
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def revised_values(edition: Edition) -> pl.DataFrame:
    """(figures that differ, columns of revised_values and [title, reporter, counterpart]), by place in their source."""
    return ask(
        edition,
        """
        SELECT v.*, coalesce(s.title, v.source_id) AS title, coalesce(a.name_en, v.ref_area) AS reporter,
               coalesce(b.name_en, v.counterpart_area) AS counterpart
        FROM revised_values v LEFT JOIN sources s ON s.source_id = v.source_id
        LEFT JOIN areas a ON a.area = v.ref_area LEFT JOIN areas b ON b.area = v.counterpart_area
        ORDER BY v.place, title, v.theme
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def revisions_by_age(edition: Edition) -> pl.DataFrame:
    """(sources, themes, units and ages, columns of revisions_by_age and title), by title and age."""
    return ask(
        edition,
        """
        SELECT r.*, coalesce(s.title, r.source_id) AS title FROM revisions_by_age r
        LEFT JOIN sources s ON s.source_id = r.source_id ORDER BY title, r.theme, r.unit_measure, r.age_days
        """,
    )
