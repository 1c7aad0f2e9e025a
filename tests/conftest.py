"""What every test shares: no network, a data root of its own, one edition built once for all who read it."""

import ipaddress
import socket
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from compact_pipelines.contracts import Contracts, load_contracts

# A test asserts what is true, never how long it takes: a busy machine fails nothing.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


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


@pytest.fixture
def contracts() -> Contracts:
    """The contracts of this checkout."""
    return load_contracts()


@pytest.fixture
def data_root(tmp_path: Path) -> Path:
    """An empty data root."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def edition_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with the embedded edition in it, built once; to be read, never written."""
    from compact_pipelines.runs import run_edition  # noqa: PLC0415  (Dagster's import is paid by those who ask)

    root = tmp_path_factory.mktemp("edition")
    outcome = run_edition(root)
    assert outcome.failures == []
    return root
