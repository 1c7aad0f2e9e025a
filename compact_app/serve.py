"""Starting the dashboard: what its pages import is loaded before the first reader comes, who would else wait for it."""

import sys
from pathlib import Path

import duckdb
import polars as pl
from streamlit import logger
from streamlit.web import cli

# Caches that are declared before the server runs warn that it does not run yet, one line each.
logger.set_log_level("error")
from compact_app import charts  # noqa: E402
from compact_app.app_pages import (  # noqa: E402
    alliance_graph,
    contribute,
    dependencies,
    exchange,
    overview,
    reporters,
    sources_and_quality,
    standards,
    whose_number,
)

WARM = (
    alliance_graph,
    contribute,
    dependencies,
    exchange,
    overview,
    reporters,
    sources_and_quality,
    standards,
    whose_number,
)


def warm_up() -> None:
    """Draw one picture nobody sees: Altair compiles its schema and DuckDB loads on first use, not on first page."""
    nothing = pl.DataFrame({"area": ["CAN"], "name": [""], "tier": ["core"], "tier_name": [""]})
    points = nothing.with_columns(longitude=pl.lit(0.0), latitude=pl.lit(0.0))
    empty = {"type": "Topology", "objects": {"areas": {"type": "GeometryCollection", "geometries": []}}, "arcs": []}
    charts.alliance_map(empty, points).to_dict()
    with duckdb.connect() as connection:
        connection.execute("SELECT 1").pl()


def main() -> None:
    """Hand over to Streamlit, with this process's arguments."""
    warm_up()
    logger.set_log_level("info")
    page = Path(__file__).resolve().parent / "app.py"
    sys.argv = ["streamlit", "run", str(page), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
