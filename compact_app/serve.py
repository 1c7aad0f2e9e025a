"""Starting the dashboard: what its pages import is loaded before the first reader comes, who would else wait for it."""

import sys
from pathlib import Path

from streamlit import logger
from streamlit.web import cli

# Caches that are declared before the server runs warn that it does not run yet, one line each.
logger.set_log_level("error")
from compact_app.app_pages import alliance_graph, country_pair, overview, sources_and_quality  # noqa: E402

WARM = (alliance_graph, country_pair, overview, sources_and_quality)


def main() -> None:
    """Hand over to Streamlit, with this process's arguments."""
    logger.set_log_level("info")
    page = Path(__file__).resolve().parent / "app.py"
    sys.argv = ["streamlit", "run", str(page), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
