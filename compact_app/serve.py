"""Starting the dashboard: what its pages import is loaded before the first reader comes, who would else wait for it."""

import sys
from pathlib import Path

from streamlit.web import cli

from compact_app import app_pages
from compact_app.app_pages import alliance_graph, country_pair, overview, sources_and_quality

WARM = (app_pages, alliance_graph, country_pair, overview, sources_and_quality)


def main() -> None:
    """Hand over to Streamlit, with this process's arguments."""
    page = Path(__file__).resolve().parent / "app.py"
    sys.argv = ["streamlit", "run", str(page), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
