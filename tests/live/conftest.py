"""What tests of the way in share: one server that stands in for publishers, and turns that nobody waits for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compact_pipelines.live.pacing import Pacer
from tests.live.clocks import Clock
from tests.live.stub_publisher import StubPublisher, running


@pytest.fixture(scope="session")
def stub() -> Iterator[StubPublisher]:
    with running() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacer(tmp_path: Path, clock: Clock) -> Iterator[Pacer]:
    pacer = Pacer(tmp_path / "pacing.sqlite", clock, clock.sleep)
    yield pacer
    pacer.close()
