"""What *Country pair* asks: which flows are held, and both reports of one."""

from dataclasses import asdict, dataclass

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_subjects(edition: Edition, theme: str) -> pl.DataFrame:
    """What can be asked of a theme: (subjects, [subject, stock_flow, freq, unit_measure, pairs])."""
    return ask(
        edition,
        """
        SELECT subject, stock_flow, freq, unit_measure, count(DISTINCT (from_area, to_area)) AS pairs
        FROM out_mirror_flows WHERE theme = $theme GROUP BY theme, subject, stock_flow, freq, unit_measure
        ORDER BY ends_with(subject, '_SPE'), pairs DESC, subject, stock_flow DESC, freq
        """,
        theme=theme,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_partners(edition: Edition, theme: str, subject: str, stock_flow: str) -> pl.DataFrame:
    """Pairs of which anything is held: ([from_area, to_area, periods_both, last_period])."""
    return ask(
        edition,
        """
        SELECT from_area, to_area, count(asymmetry) AS periods_both, max(time_period) AS last_period
        FROM out_mirror_flows WHERE theme = $theme AND subject = $subject AND stock_flow = $stock_flow
          AND from_area IN (SELECT area FROM membership) AND to_area IN (SELECT area FROM membership)
        GROUP BY ALL
        """,
        theme=theme,
        subject=subject,
        stock_flow=stock_flow,
    )


@dataclass(frozen=True)
class Flow:
    """One flow in all its periods: what a reader of *Country pair* has chosen."""

    theme: str
    subject: str
    stock_flow: str
    freq: str
    from_area: str
    to_area: str


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_flows(edition: Edition, flow: Flow) -> pl.DataFrame:
    """Both reports of one flow: (periods, columns of out_mirror_flows), oldest first."""
    return ask(
        edition,
        """
        SELECT * FROM out_mirror_flows
        WHERE theme = $theme AND subject = $subject AND stock_flow = $stock_flow AND freq = $freq
          AND from_area = $from_area AND to_area = $to_area ORDER BY time_period
        """,
        **asdict(flow),
    )
