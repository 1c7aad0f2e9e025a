"""The edition a page is drawn from: found anew on every rerun, read locked, its small tables at hand.

Streamlit is in this package for its caches only: an answer is kept per edition, so that a rerun costs nothing.
"""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import streamlit as st

from compact_pipelines.warehouse.layout import PUBLIC, Layout, default_data_root
from compact_pipelines.warehouse.read import connect_file

KEPT_ANSWERS: Final = 256
AUDIENCE_VARIABLE: Final = "COMPACT_AUDIENCE"  # one process shows one audience's file and cannot open another


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
    pointer, path = Layout(root).current(os.environ.get(AUDIENCE_VARIABLE) or PUBLIC)
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


def ask(edition: Edition, sql: str, **parameters: object) -> pl.DataFrame:
    """The rows of one statement on the edition, parameters bound by name."""
    return _reader(edition).frame(sql, parameters)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def membership(edition: Edition) -> pl.DataFrame:
    """(areas of the scenario, [area, name, tier, scenario_label]), by name."""
    return ask(
        edition,
        """
        SELECT m.area, a.name_en AS name, m.tier, m.scenario_label
        FROM membership m JOIN areas a ON a.area = m.area ORDER BY name
        """,
    )


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def area_names(edition: Edition) -> pl.DataFrame:
    """(all areas, [area, name])."""
    return ask(edition, "SELECT area, name_en AS name FROM areas ORDER BY area")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def member_sets(edition: Edition) -> pl.DataFrame:
    """(areas of sets, [bloc, bloc_label, area]): all sets that are compared, in the order of the contracts."""
    return ask(edition, "SELECT bloc, bloc_label, area FROM blocs ORDER BY rowid")


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def goods_grades(edition: Edition, product: str, year: str, areas: tuple[str, ...]) -> dict[str, int]:
    """Grade to how many flows of a product among these areas have it in a year, worst first."""
    found = ask(
        edition,
        """
        SELECT grade, count(*) AS flows FROM out_mirror_flows
        WHERE theme = 'compute_exports' AND subject = $product AND freq = 'A' AND time_period = $year
          AND list_contains($areas, from_area) AND list_contains($areas, to_area)
        GROUP BY grade ORDER BY grade DESC
        """,
        product=product,
        year=year,
        areas=list(areas),
    )
    return dict(found.iter_rows())


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def sources(edition: Edition) -> pl.DataFrame:
    """(sources, their description, [rows, first_period, last_period, retrieved_at]) by theme and title."""
    # Figures of their own have a source, a snapshot and a period; what is made of others' has no snapshot.
    dated = ask(
        edition,
        """
        SELECT table_name FROM duckdb_columns() WHERE database_name = 'edition'
        GROUP BY 1 HAVING list_has_all(list(column_name), ['source_id', 'snapshot_id', 'time_period']) ORDER BY 1
        """,
    )["table_name"]
    columns = "source_id, count(*) AS rows, min(time_period) AS first_period, max(time_period) AS last_period"
    held = " UNION ALL ".join(
        f'SELECT {columns} FROM "{name}" GROUP BY source_id'  # noqa: S608  (as the edition names them)
        for name in dated
    )
    held += " UNION ALL SELECT source_id, count(*), NULL, NULL FROM distances GROUP BY source_id"  # of no period
    months = "strftime(min(date), '%Y-%m'), strftime(max(date), '%Y-%m')"  # of days
    held += f" UNION ALL SELECT source_id, count(*), {months} FROM general_assembly_votes GROUP BY source_id"  # noqa: S608
    return ask(
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
    return ask(edition, f'SELECT * FROM "{_known(edition, table)}"')  # noqa: S608  (a name the edition has)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def tables(edition: Edition) -> pl.DataFrame:
    """(published tables, [table_name, rows]), by name."""
    names = ask(edition, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'edition' ORDER BY 1")
    counts = " UNION ALL ".join(
        f"SELECT '{name}' AS table_name, count(*) AS rows FROM \"{name}\""  # noqa: S608  (as the edition names them)
        for name in names["table_name"]
    )
    return ask(edition, f"{counts} ORDER BY 1")


def table_for_download(edition: Edition, table: str) -> pl.DataFrame:
    """A published table whole, read when somebody asks for the file; not kept."""
    return ask(edition, f'SELECT * FROM "{_known(edition, table)}"')  # noqa: S608  (a name the edition has)


def _known(edition: Edition, table: str) -> str:
    if table not in set(tables(edition)["table_name"]):
        raise KeyError(table)
    return table
