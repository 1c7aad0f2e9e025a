"""Every question a page asks of the edition, in SQL; each answer is kept per edition, so that a rerun costs nothing.

Streamlit is here for its caches only. A page hands over the edition it was drawn from; the pointer is looked at anew on
every rerun (`current_edition`), so a page never mixes two editions.
"""

import json
import threading
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import streamlit as st

from compact_pipelines.analytics.drawing import find_backbone, place_areas
from compact_pipelines.analytics.graphs import build_graph, choose_weights
from compact_pipelines.contracts import load_contracts
from compact_pipelines.warehouse.layout import PUBLIC, Layout, default_data_root
from compact_pipelines.warehouse.read import connect_file
from compact_pipelines.warehouse.report import ThemeReport, build_report

KEPT_ANSWERS: Final = 256
SPARK_PERIODS: Final = 60


@dataclass(frozen=True)
class Edition:
    """The edition a page is drawn from."""

    number: int
    path: str
    data_root: str


def current_edition() -> Edition:
    """The edition that is served now.

    Raises:
        WarehouseError: there is none, or its file is gone.
    """
    root = default_data_root()
    pointer, path = Layout(root).current(PUBLIC)
    return Edition(pointer.number, str(path), str(root))


@dataclass(frozen=True)
class _Reader:
    connection: duckdb.DuckDBPyConnection
    lock: threading.Lock

    def frame(self, sql: str, parameters: dict[str, Any]) -> pl.DataFrame:
        """One statement's rows; one at a time, since sessions share the connection."""
        with self.lock:
            return self.connection.execute(sql, parameters).pl()


@st.cache_resource(max_entries=2, show_spinner=False)
def _reader(edition: Edition) -> _Reader:
    return _Reader(connect_file(edition.number, Path(edition.path)).connection, threading.Lock())


def _ask(edition: Edition, sql: str, **parameters: object) -> pl.DataFrame:
    return _reader(edition).frame(sql, parameters)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def membership(edition: Edition) -> pl.DataFrame:
    """(areas of the scenario, [area, name, tier, scenario_label]), by name."""
    return _ask(
        edition,
        """
        SELECT m.area, a.name_en AS name, m.tier, m.scenario_label
        FROM membership m JOIN areas a ON a.area = m.area ORDER BY name
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def largest_disputed_pair(edition: Edition) -> pl.DataFrame:
    """The biggest flow between founding members that both sides report, in the latest year that has one: (0 or 1)."""
    return _ask(
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
    return _ask(
        edition,
        f"""
        SELECT time_period, "{table.measure}"::VARCHAR AS value, source_id, snapshot_id FROM "{theme}"
        WHERE is_preferred AND "{table.measure}" IS NOT NULL AND {where} ORDER BY time_period
        """,  # noqa: S608  (names are the contract's)
        **table.headline,
    ).tail(SPARK_PERIODS)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_subjects(edition: Edition, theme: str) -> pl.DataFrame:
    """What can be asked of a theme: (subjects, [subject, stock_flow, freq, unit_measure, pairs])."""
    return _ask(
        edition,
        """
        SELECT subject, stock_flow, freq, unit_measure, count(DISTINCT (from_area, to_area)) AS pairs
        FROM out_mirror_flows WHERE theme = $theme GROUP BY ALL
        ORDER BY pairs DESC, subject, stock_flow DESC, freq
        """,
        theme=theme,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def pair_partners(edition: Edition, theme: str, subject: str, stock_flow: str) -> pl.DataFrame:
    """Pairs of which anything is held: ([from_area, to_area, periods_both, last_period])."""
    return _ask(
        edition,
        """
        SELECT from_area, to_area, count(asymmetry) AS periods_both, max(time_period) AS last_period
        FROM out_mirror_flows WHERE theme = $theme AND subject = $subject AND stock_flow = $stock_flow GROUP BY ALL
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
    return _ask(
        edition,
        """
        SELECT * FROM out_mirror_flows
        WHERE theme = $theme AND subject = $subject AND stock_flow = $stock_flow AND freq = $freq
          AND from_area = $from_area AND to_area = $to_area ORDER BY time_period
        """,
        **asdict(flow),
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def sources(edition: Edition) -> pl.DataFrame:
    """(sources, their description, [rows, first_period, last_period, retrieved_at]) by theme and title."""
    tables = load_contracts().tables
    columns = "source_id, count(*) AS rows, min(time_period) AS first_period, max(time_period) AS last_period"
    held = " UNION ALL ".join(
        f'SELECT {columns} FROM "{name}" GROUP BY source_id'  # noqa: S608  (names are the contracts')
        for name in [*tables, "exchange_rates"]
    )
    return _ask(
        edition,
        f"""
        WITH held AS ({held}), taken AS (SELECT source_id, max(retrieved_at) AS retrieved_at FROM snapshots GROUP BY 1)
        SELECT s.*, held.* EXCLUDE (source_id), taken.retrieved_at
        FROM sources s LEFT JOIN held USING (source_id) LEFT JOIN taken USING (source_id) ORDER BY s.theme, s.title
        """,  # noqa: S608  (as above)
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def whole_table(edition: Edition, table: str) -> pl.DataFrame:
    """A small published table as it stands: snapshots, check_results, edition, membership."""
    return _ask(edition, f'SELECT * FROM "{_known(edition, table)}"')  # noqa: S608  (a name the edition has)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def tables(edition: Edition) -> pl.DataFrame:
    """(published tables, [table_name, rows]), by name."""
    names = _ask(edition, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'edition' ORDER BY 1")
    counts = " UNION ALL ".join(
        f"SELECT '{name}' AS table_name, count(*) AS rows FROM \"{name}\""  # noqa: S608  (as the edition names them)
        for name in names["table_name"]
    )
    return _ask(edition, f"{counts} ORDER BY 1")


def table_for_download(edition: Edition, table: str) -> pl.DataFrame:
    """A published table whole, read when somebody asks for the file; not kept."""
    return _ask(edition, f'SELECT * FROM "{_known(edition, table)}"')  # noqa: S608  (a name the edition has)


def _known(edition: Edition, table: str) -> str:
    if table not in set(tables(edition)["table_name"]):
        raise KeyError(table)
    return table


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_subjects(edition: Edition) -> pl.DataFrame:
    """(graphs, [theme, subject, time_period, areas, coverage_share]) that are measured, oldest first."""
    return _ask(
        edition,
        """
        SELECT theme, subject, time_period, count(DISTINCT area) AS areas, any_value(coverage_share) AS coverage_share
        FROM out_network_metrics GROUP BY ALL ORDER BY theme, subject, time_period
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_metrics(edition: Edition, theme: str, subject: str, year: str) -> pl.DataFrame:
    """(areas, [area, name, tier, one column a metric, rank_<metric>]) of one graph."""
    long = _ask(
        edition,
        """
        SELECT n.area, a.name_en AS name, coalesce(m.tier, 'outside') AS tier, n.metric, n.value, n.rank
        FROM out_network_metrics n JOIN areas a ON a.area = n.area LEFT JOIN membership m ON m.area = n.area
        WHERE n.theme = $theme AND n.subject = $subject AND n.time_period = $year
        """,
        theme=theme,
        subject=subject,
        year=year,
    )
    values = long.pivot("metric", index=["area", "name", "tier"], values="value")
    ranks = long.drop_nulls("rank").pivot("metric", index="area", values="rank")
    return values.join(ranks.rename(lambda name: name if name == "area" else f"rank_{name}"), on="area").sort("name")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_edges(edition: Edition, theme: str, subject: str) -> pl.DataFrame:
    """All years of one graph among the areas of the scenario: ([time_period, from_area, to_area, weight, reporter])."""
    flows = _ask(
        edition,
        """
        SELECT f.* FROM out_mirror_flows f
        WHERE theme = $theme AND freq = 'A' AND split_part($subject, '/', 1) = subject
          AND from_area IN (SELECT area FROM membership) AND to_area IN (SELECT area FROM membership)
        """,
        theme=theme,
        subject=subject,
    )
    return choose_weights(flows).filter(pl.col("subject") == subject)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_places(edition: Edition, theme: str, subject: str) -> dict[str, tuple[float, float]]:
    """Where areas stand, the same in every year."""
    edges = graph_edges(edition, theme, subject).group_by("from_area", "to_area").agg(pl.col("weight").mean())
    return place_areas(edges.iter_rows())


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def graph_year(edition: Edition, theme: str, subject: str, year: str) -> pl.DataFrame:
    """One year's ties: ([from_area, to_area, weight, is_backbone]), the lightest first so that the big lie on top."""
    edges = graph_edges(edition, theme, subject).filter(pl.col("time_period") == year)
    ties = edges.select("from_area", "to_area", "weight")
    backbone = find_backbone(build_graph(ties.iter_rows()))
    is_shown = [tie in backbone for tie in ties.select("from_area", "to_area").iter_rows()]
    return ties.with_columns(is_backbone=pl.Series(is_shown, dtype=pl.Boolean)).sort("weight", "from_area", "to_area")


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
