"""What the tests of the dashboard share: the edition, and a page as a reader opens it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import compact_app
from compact_app import queries
from compact_app.queries import Edition
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE

SCRIPT = Path(compact_app.__file__).parent / "app.py"

OpenPage = Callable[..., AppTest]


@pytest.fixture
def edition(edition_root: Path, monkeypatch: pytest.MonkeyPatch) -> Edition:
    """The embedded edition, served; to be read, never written."""
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(edition_root))
    return queries.current_edition()


@pytest.fixture(scope="session")
def open_page() -> OpenPage:
    """Open a page by its name, with what stands in the URL after the question mark, from the root that is set."""

    def open_(name: str, **query: str) -> AppTest:
        page = AppTest.from_file(SCRIPT, default_timeout=30)
        page.query_params.update(query)
        # switch_page() of Streamlit 1.67 knows pages that are files only; ours are functions, found by their url_path.
        page._page_hash = calc_hash(name)
        return page.run()

    return open_
