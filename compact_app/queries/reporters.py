"""What *Reporters* asks: whose reports are how reliable, how that moved over the years, and what rests on it."""

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def reporter_themes(edition: Edition) -> pl.DataFrame:
    """Themes whose reporters are judged: ([theme, ranked]), those whose panel ranks somebody first."""
    return ask(
        edition,
        """
        SELECT theme, count(rank) FILTER (contains(time_period, '/')) AS ranked FROM out_reporter_reliability
        GROUP BY theme ORDER BY ranked = 0, theme <> 'compute_exports', theme
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def reporter_areas(edition: Edition, theme: str) -> pl.DataFrame:
    """Areas that report on a theme or belong to the scenario: ([area, name]), by name."""
    return ask(
        edition,
        """
        SELECT area, name_en AS name FROM areas
        WHERE area IN (SELECT area FROM membership)
           OR area IN (SELECT area FROM out_reporter_reliability WHERE theme = $theme)
        ORDER BY name
        """,
        theme=theme,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def reporter_rows(edition: Edition, theme: str) -> pl.DataFrame:
    """The whole panel under every freight rule: (rows, columns of out_reporter_reliability), no single years."""
    return ask(
        edition,
        """
        SELECT * FROM out_reporter_reliability
        WHERE theme = $theme AND freq = 'A' AND (contains(time_period, '/') OR time_period = 'all')
        ORDER BY area, role, method, valuation_rule
        """,
        theme=theme,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def reporter_history(edition: Edition, theme: str) -> pl.DataFrame:
    """Single years that could be estimated alone: (rows, columns of out_reporter_reliability), oldest first."""
    return ask(
        edition,
        """
        SELECT * FROM out_reporter_reliability
        WHERE theme = $theme AND freq = 'A' AND NOT contains(time_period, '/') AND estimate IS NOT NULL
        ORDER BY time_period, area, role
        """,
        theme=theme,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def reporter_sources(edition: Edition, theme: str, area: str | None) -> list[str]:
    """Sources of the yearly reports that stand beside each other, of an area's flows or of all, the busiest first."""
    told = ask(
        edition,
        """
        WITH told AS (
          SELECT unnest([source_from, source_to]) AS source_id FROM out_mirror_flows
          WHERE theme = $theme AND freq = 'A' AND NOT imputed_mirror AND NOT same_source
            AND ($area IS NULL OR from_area = $area OR to_area = $area)
            AND (asymmetry IS NOT NULL OR NOT EXISTS (
              FROM out_reporter_reliability WHERE theme = $theme AND rank IS NOT NULL))
        )
        SELECT source_id FROM told WHERE source_id IS NOT NULL GROUP BY source_id ORDER BY count(*) DESC, source_id
        """,
        theme=theme,
        area=area,
    )
    return told["source_id"].to_list()


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def reporter_subjects(edition: Edition, theme: str) -> pl.DataFrame:
    """Kinds of report of a theme that are held: ([subject, stock_flow, freq, reports]), the commonest first."""
    return ask(
        edition,
        """
        SELECT subject, stock_flow, freq, count(reported_by_from) + count(reported_by_to) AS reports
        FROM out_mirror_flows WHERE theme = $theme
        GROUP BY subject, stock_flow, freq ORDER BY subject, stock_flow DESC, freq
        """,
        theme=theme,
    )
