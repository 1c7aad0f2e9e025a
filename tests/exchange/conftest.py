"""What the exchange's tests share: the corpus, run once for all who look at it, and an exchange to send drops to."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from compact_pipelines.exchange import sandbox
from tests.exchange.corpus.exchanging import Exchange
from tests.exchange.corpus.running import Ran, run_corpus
from tests.exchange.corpus.threats import THREATS

STARTS_ITSELF: Final = {"test_sandbox.py"}


@pytest.fixture(autouse=True)
def start_quickly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that read files start quickly, except where their start is what is tested."""
    if request.path.name not in STARTS_ITSELF:
        monkeypatch.setattr(sandbox, "_start", request.getfixturevalue("warm_sandbox").start)


@pytest.fixture(scope="session")
def run_threat(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Ran]:
    """Run a class of the corpus, or look at its last run."""
    ran: dict[str, Ran] = {}

    def run(threat: str) -> Ran:
        if threat not in ran:
            folder = tmp_path_factory.mktemp("corpus")
            ran[threat] = run_corpus(THREATS[threat], folder)
        return ran[threat]

    return run


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    """An exchange in which nothing has happened yet."""
    return Exchange(tmp_path / "data")
