"""What *Overview* asks: the largest flow both sides report, headline series, what changed; and the map's outlines."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import polars as pl
import streamlit as st

from compact_app.queries.edition import KEPT_ANSWERS, Edition, ask
from compact_pipelines.contracts import load_contracts
from compact_pipelines.warehouse.layout import Layout
from compact_pipelines.warehouse.report import ThemeReport, build_report

SPARK_PERIODS: Final = 60


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def largest_disputed_pair(edition: Edition) -> pl.DataFrame:
    """The biggest flow between founding members that both sides report, in the latest year that has one: (0 or 1)."""
    return ask(
        edition,
        """
        SELECT f.* FROM out_mirror_flows f
        JOIN membership s ON s.area = f.from_area AND s.tier = 'core'
        JOIN membership d ON d.area = f.to_area AND d.tier = 'core'
        WHERE f.theme = 'compute_exports' AND f.subject = 'TOTAL' AND f.freq = 'A'
          AND f.reported_by_from IS NOT NULL AND f.reported_by_to IS NOT NULL AND NOT f.imputed_mirror
        ORDER BY f.time_period DESC, f.reported_by_from DESC LIMIT 1
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def changes(edition: Edition) -> list[ThemeReport]:
    """What this edition holds per theme, beside the one before."""
    return build_report(Layout(Path(edition.data_root)))


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def headline_series(edition: Edition, theme: str) -> pl.DataFrame:
    """The series that stands for a theme: (periods with a value, [time_period, value]), oldest first."""
    table = load_contracts().tables[theme]
    where = " AND ".join(f'"{name}" = ${name}' for name in table.headline)
    return ask(
        edition,
        f"""
        SELECT time_period, "{table.measure}"::VARCHAR AS value, source_id, snapshot_id FROM "{theme}"
        WHERE is_preferred AND "{table.measure}" IS NOT NULL AND {where} ORDER BY time_period
        """,  # noqa: S608  (names are the contract's)
        **table.headline,
    ).tail(SPARK_PERIODS)


@st.cache_data(max_entries=1, show_spinner=False)
def topology() -> dict[str, Any]:
    """The packaged outlines of areas (Natural Earth), see map/origin.yaml."""
    shapes: dict[str, Any] = json.loads((files("compact_app") / "map" / "areas.topo.json").read_text(encoding="utf-8"))
    return shapes


@st.cache_data(max_entries=1, show_spinner=False)
def label_points() -> pl.DataFrame:
    """([area, longitude, latitude]) of every area of the scenario."""
    return pl.read_csv(
        (files("compact_app") / "map" / "points.csv").read_bytes(),
        schema_overrides={"longitude": pl.Float64, "latitude": pl.Float64},
    )
