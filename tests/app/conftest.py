"""What the tests of the dashboard share: the edition, and a page as a reader opens it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import compact_app
from compact_app import app_pages, charts, queries
from compact_app.queries import Edition
from compact_pipelines.warehouse.layout import DATA_ROOT_VARIABLE

SCRIPT = Path(compact_app.__file__).parent / "app.py"


class Page(AppTest):
    """A page as its reader meets it."""

    @property
    def finding(self) -> str:
        """The one title; a page that failed says so in place of its finding."""
        assert list(self.exception) == []
        (title,) = self.title
        return str(title.value)

    @property
    def words(self) -> str:
        """All that stands there in sentences."""
        return "\n".join(element.value for element in [*self.title, *self.markdown, *self.caption])

    @property
    def tiles(self) -> dict[str, str]:
        """What the tiles say, by their labels."""
        return {card.label: card.value for card in self.metric}

    @property
    def numbers(self) -> Any:
        """The first table."""
        return self.dataframe[0].value


@pytest.fixture
def edition(edition_root: Path, monkeypatch: pytest.MonkeyPatch) -> Edition:
    """The embedded edition, served; to be read, never written."""
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(edition_root))
    return queries.current_edition()


@pytest.fixture(scope="session")
def open_page() -> Callable[..., Page]:
    """Open a page by its name, with what stands in the URL after the question mark, from the root that is set."""

    def open_(name: str, **query: str) -> Page:
        page = Page(SCRIPT, default_timeout=30)
        page.query_params.update(query)
        # switch_page() of Streamlit 1.67 knows pages that are files only; ours are functions, found by their url_path.
        page._page_hash = calc_hash(name)
        page.run()
        return page

    return open_


@pytest.fixture(scope="session")
def fresh(edition_root: Path, open_page: Callable[..., Page]) -> dict[str, Page]:
    """Each page as it opens on the embedded edition; to be looked at, not to be changed."""
    names = {path.stem for path in Path(app_pages.__file__).parent.glob("*.py")} - {"__init__", "anatomy", "scenario"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_ROOT_VARIABLE, str(edition_root))
        return {name: open_page(name) for name in sorted(names)}


@pytest.fixture(scope="session")
def layers() -> Callable[[charts.Picture], Iterator[dict[str, Any]]]:
    """All layers of a picture, with their data in place of its name."""

    def layers(picture: charts.Picture) -> Iterator[dict[str, Any]]:
        spec = picture.to_dict()
        for layer in spec.get("layer", [spec]):
            data = layer.get("data", spec.get("data", {}))
            values = spec.get("datasets", {}).get(data.get("name"), data.get("values"))
            yield {**layer, "values": values}

    return layers


@pytest.fixture(scope="session")
def layer_of(
    layers: Callable[[charts.Picture], Iterator[dict[str, Any]]],
) -> Callable[[charts.Picture, str], dict[str, Any]]:
    """The first layer of a picture that has a mark."""

    def layer_of(picture: charts.Picture, mark: str) -> dict[str, Any]:
        return next(layer for layer in layers(picture) if layer["mark"]["type"] == mark)

    return layer_of
