"""What every test shares: no network, a data root of its own, one edition built once for all who read it."""

import fcntl
import gc
import ipaddress
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import hypothesis
import pytest

from compact_pipelines.contracts import Contracts, load_contracts

# A test asserts what is true, never how long it takes: a busy machine fails nothing.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

# Files that take long, in the order in which processes take them up: one that is begun last would end alone. The first
# builds the edition that all share; the second and third do without it meanwhile.
LONGEST_FIRST: Final = (
    "end_to_end/test_audiences.py",
    "exchange/test_killed_intake.py",
    "exchange/test_corpus.py",
    "end_to_end/test_killed_runs.py",
    "live/test_every_connector.py",
    "live/test_killed_backfill.py",
    "end_to_end/test_postgres.py",
    "browser/test_journeys.py",
    "exchange/test_intake_properties.py",
    "app/test_pages_contribute.py",
    "browser/test_exchange.py",
    "browser/test_contribute.py",
    "end_to_end/test_faults.py",
    "warehouse/test_build.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; all else as it was."""
    tests = Path(__file__).parent
    places = {tests / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """What has been collected stays to the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def _is_this_machine(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket's path
        return True
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Going online unmarked fails, and says where the code wanted to go."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_this_machine(address):
            raise RuntimeError(f"a test wanted to connect to {address}; tests stay on this machine")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def one_thread_for_made_up_tables(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of a few rows are asked by one thread, a third cheaper: more of them would wait for each other.

    Whole editions are built and asked by as many as there are, as they are for users.
    """
    if request.node.get_closest_marker("end_to_end"):
        return
    connect = duckdb.connect

    def alone(database: Any = ":memory:", *args: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        if database == ":memory:":
            options["config"] = {"threads": 1, **options.get("config", {})}
        connection = connect(database, *args, **options)
        if database != ":memory:":  # whoever has opened the file already has said with how many
            connection.execute("SET threads = 1")
        return connection

    monkeypatch.setattr(duckdb, "connect", alone)


@pytest.fixture
def contracts() -> Contracts:
    """The contracts of this checkout."""
    return load_contracts()


@pytest.fixture
def data_root(tmp_path: Path) -> Path:
    """An empty data root."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def warm_sandbox() -> Iterator[Any]:
    """The process that reading children are forked from, where their start is not what is tested."""
    from tests.exchange.corpus.warm import WarmSandbox  # noqa: PLC0415  (of no use to most tests)

    warm = WarmSandbox()
    yield warm
    warm.close()


def _state(root: Path) -> dict[str, tuple[int, int]]:
    """Everything below a folder, with its size and the time of its last change."""
    found = {str(path.relative_to(root)): path.lstat() for path in sorted(root.rglob("*"))}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in found.items()}


@pytest.fixture(scope="session")
def edition_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data root with the embedded edition in it, for all processes of the suite; to be read, never written.

    The first process that asks builds it while others who ask wait. A lock of the kernel is gone with its holder: where
    the builder is killed, the next one builds.
    """
    from compact_pipelines.runs import run_edition  # noqa: PLC0415  (Dagster's import is paid by those who ask)

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    root = shared / "edition"
    with (shared / "edition.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            draft = Path(tempfile.mkdtemp(prefix="edition-draft-", dir=shared))
            outcome = run_edition(draft)
            assert outcome.failures == []
            draft.rename(root)
    before = _state(root)
    yield root
    assert _state(root) == before, "a test has written to the edition that all share"
