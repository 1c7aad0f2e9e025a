"""What tests of documents and of stated figures share: questions to the embedded edition."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.warehouse import read
from compact_pipelines.warehouse.layout import Layout

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def ask(edition_root: Path) -> Iterator[Ask]:
    """The rows that a query finds in the edition."""
    edition = read.connect(Layout(edition_root))
    yield lambda sql: read.query(edition, sql)[1]
    edition.connection.close()
