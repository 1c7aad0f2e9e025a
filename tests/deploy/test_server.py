"""The pieces of `make server`: processes that are started, waited for and stopped. The whole is tried end to end."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import cluster, server
from deploy.cluster import Cluster, ClusterError

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('x', flush=True); time.sleep(600)"
# A signal that is ignored or blocked where a process is begun stays so in it; other tests of one process may have left
# that behind, and it is not what is tried here.
DOCILE = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
print('x', flush=True); time.sleep(600)
"""


def begun(code: str) -> "subprocess.Popen[bytes]":
    """A process that has said that it runs."""
    command = [sys.executable, "-c", code]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)  # noqa: S603
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"x\n"
    return process


def test_all_processes_are_stopped_and_those_that_stay_are_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    docile = [begun(DOCILE), begun(DOCILE)]
    server.stop(docile)  # with all the time that a busy machine may need
    assert [process.returncode for process in docile] == [-15, -15]
    monkeypatch.setattr(server, "STOP_SECONDS", 0.3)
    stubborn = begun(STUBBORN)
    server.stop([stubborn])
    assert stubborn.returncode == -9


def test_a_process_that_has_ended_is_not_waited_for() -> None:
    process = begun("print('x', flush=True)")
    process.wait()
    with pytest.raises(ClusterError, match="made up does not start"):
        server.wait_for(cluster.free_port(), process, "made up")


def test_a_process_that_listens_is_ready() -> None:
    process = begun(DOCILE)
    with socket.create_server((cluster.LOOPBACK, 0)) as listener:
        server.wait_for(listener.getsockname()[1], process, "made up")
    assert process.poll() is None
    server.stop([process])


def test_postgres_is_never_run_by_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert cluster.as_account()[-5:] == ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--reuid" not in cluster.as_account()
    monkeypatch.setattr(cluster.shutil, "which", lambda _: None)
    assert cluster.as_account() == []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(ClusterError, match="setpriv"):
        cluster.as_account()


def test_without_postgres_the_program_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cluster.shutil, "which", lambda _: None)
    monkeypatch.setattr(cluster, "DEBIAN", tmp_path)
    assert cluster.find_programs() is None
    monkeypatch.setattr(sys, "argv", ["server.py", "--port", "0", "--data-root", str(tmp_path)])
    assert server.main() == 1
    assert "apt-get install postgresql" in capsys.readouterr().err


def test_the_newest_postgres_of_debian_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster.shutil, "which", lambda _: None)
    monkeypatch.setattr(cluster, "DEBIAN", tmp_path)
    for version, names in (("9", ["initdb", "postgres"]), ("15", ["initdb", "postgres"]), ("16", ["postgres"])):
        for name in names:
            (tmp_path / version / "bin").mkdir(parents=True, exist_ok=True)
            (tmp_path / version / "bin" / name).touch()
    assert cluster.find_programs() == tmp_path / "15" / "bin"


def test_the_password_is_told_to_processes_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_POSTGRES_PASSWORD", "made-up-password-0123")
    one = Cluster(tmp_path)
    assert "made-up-password" not in repr(one)
    env = server.environment(one, tmp_path, tmp_path / "data")
    assert env["COMPACT_POSTGRES_PASSWORD"] == "made-up-password-0123"  # noqa: S105
    assert env["COMPACT_EXECUTOR"] == "multiprocess"
    home = server.dagster_home(tmp_path / "home", 4000)
    assert (
        json.loads((home / "workspace.yaml").read_text(encoding="utf-8"))["load_from"][0]["grpc_server"]["port"] == 4000
    )
    commands = server.commands(home, 4000, 3000)
    written = [path.read_text(encoding="utf-8") for path in home.iterdir()]
    assert not any("made-up-password" in text for text in [str(commands), *written])
    monkeypatch.delenv("COMPACT_POSTGRES_PASSWORD")
    assert Cluster(tmp_path).password != Cluster(tmp_path).password
