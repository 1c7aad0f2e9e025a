"""What *Commitments* asks: the working text, and how it stands for any set of members, measured when it is asked."""

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask
from compact_pipelines.analytics.commitments import Held, measure_commitments
from compact_pipelines.contracts.compact_text import load_compact_text


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def compact_articles(edition: Edition) -> pl.DataFrame:
    """(commitments, columns of compact_articles), in the order of the text."""
    return ask(
        edition,
        """
        SELECT * FROM compact_articles
        ORDER BY CAST(article AS INTEGER), CAST(split_part(commitment, '.', 2) AS INTEGER)
        """,
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _held(edition: Edition) -> Held:
    return Held.read(lambda sql: ask(edition, sql))


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def commitment_statuses(edition: Edition, areas: tuple[str, ...]) -> pl.DataFrame:
    """How every commitment stands for a set of members: (rows, columns of out_commitments), history included.

    Args:
        edition: the edition.
        areas: the members by code; may be none.
    """
    return measure_commitments(load_compact_text(), _held(edition), areas)
