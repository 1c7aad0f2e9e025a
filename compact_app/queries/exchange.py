"""What *Exchange* asks: which drops came, when they were due, what is wrong with one, and what it changes."""

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def exchange_drops(edition: Edition) -> pl.DataFrame:
    """(drops this file shows, columns of exchange_drops), the latest first."""
    return ask(edition, "FROM exchange_drops ORDER BY received_at DESC, drop_number DESC")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def exchange_partners(edition: Edition) -> pl.DataFrame:
    """(partners, columns of exchange_partners), by name."""
    return ask(edition, "FROM exchange_partners ORDER BY partner_name, partner")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def exchange_calendar(edition: Edition) -> pl.DataFrame:
    """(entries of all calendars, columns of exchange_calendar, [partner_name, status]), what is due first first."""
    return ask(
        edition,
        """
        SELECT p.partner_name, p.status, c.* FROM exchange_calendar c JOIN exchange_partners p USING (partner)
        ORDER BY c.due_date NULLS LAST, p.partner_name, c.dataflow, c.freq
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def drop_findings(edition: Edition, drop_number: int) -> pl.DataFrame:
    """(findings of one drop, columns of exchange_findings), as its receipt orders them."""
    return ask(
        edition,
        "FROM exchange_findings WHERE drop_number = $drop_number ORDER BY finding_number, example",
        drop_number=drop_number,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def drop_held_rows(edition: Edition, drop_number: int) -> pl.DataFrame:
    """(held rows of one drop, columns of exchange_held_rows), by file and row."""
    return ask(
        edition,
        "FROM exchange_held_rows WHERE drop_number = $drop_number ORDER BY file, row_number",
        drop_number=drop_number,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def drop_effects(edition: Edition, drop_number: int) -> pl.DataFrame:
    """(published figures that one drop moves, columns of exchange_effects, and names of whom they are of).

    Who said the figure before is named as the edition's sources are; the largest moves first.
    """
    return ask(
        edition,
        """
        SELECT e.*, coalesce(s.publisher, e.source_before) AS said_by_before, a.name_en AS ref_name,
               b.name_en AS counterpart_name
        FROM exchange_effects e LEFT JOIN sources s ON s.source_id = e.source_before
        LEFT JOIN areas a ON a.area = e.ref_area LEFT JOIN areas b ON b.area = e.counterpart_area
        WHERE e.drop_number = $drop_number ORDER BY e.place
        """,
        drop_number=drop_number,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def drop_revisions(edition: Edition, drop_number: int) -> pl.DataFrame:
    """(observations that one drop revised or took away, columns of exchange_revisions), the largest changes first."""
    return ask(
        edition,
        "FROM exchange_revisions WHERE drop_number = $drop_number ORDER BY place",
        drop_number=drop_number,
    )
