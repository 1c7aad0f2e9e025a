"""What *Dependencies* asks: who supplies an area, how concentrated that is, and how it compares."""

from dataclasses import asdict, dataclass

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask


@dataclass(frozen=True)
class Subject:
    """What is received: a product, an instrument or a category, as stock or flow."""

    theme: str
    subject: str
    stock_flow: str


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def dependency_subjects(edition: Edition) -> pl.DataFrame:
    """(subjects with at least one measured row, [theme, subject, stock_flow, areas]), the widest first."""
    return ask(
        edition,
        """
        SELECT theme, subject, stock_flow, count(DISTINCT area) AS areas FROM out_dependency
        WHERE top_share IS NOT NULL AND area IN (SELECT area FROM membership)
        GROUP BY theme, subject, stock_flow
        ORDER BY theme <> 'compute_exports', areas DESC, theme, subject, stock_flow
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def dependency_rows(edition: Edition, subject: Subject) -> pl.DataFrame:
    """All areas of the scenario and all years: (rows, columns of out_dependency, name, top_supplier_name)."""
    return ask(
        edition,
        """
        SELECT d.*, a.name_en AS name, s.name_en AS top_supplier_name, m.tier
        FROM out_dependency d
        JOIN membership m ON m.area = d.area JOIN areas a ON a.area = d.area
        LEFT JOIN areas s ON s.area = d.top_supplier
        WHERE d.theme = $theme AND d.subject = $subject AND d.stock_flow = $stock_flow
        ORDER BY d.time_period, a.name_en
        """,
        **asdict(subject),
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def suppliers(edition: Edition, subject: Subject, area: str, year: str) -> pl.DataFrame:
    """Who supplies an area in a year, as the voice that is heard tells it: ([supplier, name, tier, value, share])."""
    return ask(
        edition,
        """
        WITH heard AS (
          SELECT reported_by, source_id, total_value FROM out_dependency
          WHERE theme = $theme AND subject = $subject AND stock_flow = $stock_flow AND area = $area
            AND time_period = $year AND top_share IS NOT NULL
        ), told AS (
          SELECT f.from_area, total_value,
                 (CASE WHEN reported_by = 'area' THEN reported_by_to ELSE reported_by_from END)::DOUBLE AS value
          FROM out_mirror_flows f, heard
          WHERE f.theme = $theme AND f.subject = $subject AND f.stock_flow = $stock_flow AND f.to_area = $area
            AND f.freq = 'A' AND f.time_period = $year AND (reported_by = 'partners' OR f.source_to = heard.source_id)
        )
        SELECT t.from_area AS supplier, a.name_en AS name, coalesce(m.tier, 'outside') AS tier, t.value,
               t.value / t.total_value AS share
        FROM told t JOIN areas a ON a.area = t.from_area LEFT JOIN membership m ON m.area = t.from_area
        WHERE t.value IS NOT NULL ORDER BY t.value DESC, name
        """,
        **asdict(subject),
        area=area,
        year=year,
    )
