"""Dagster as an installation runs it, on this machine: PostgreSQL, the pages of runs, the daemon; for `make server`.

The same code and the same deploy/dagster.yaml as in a container. The data root stays; all else lies in a temporary
folder and is gone at the end, runs and ticks too: this is for trying out, an installation has a database that is kept.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

HERE: Final = Path(__file__).resolve().parent
if __package__ in {None, ""}:  # run as a script
    sys.path.insert(0, str(HERE.parent))

from deploy.cluster import LOOPBACK, START_SECONDS, Cluster, ClusterError, free_port, told_when_parent_ends  # noqa: E402

MODULE: Final = "compact_pipelines.definitions"
LOCATION: Final = "compact_pipelines"
PORT: Final = 3000
STOP_SECONDS: Final = 20
CODE_STOP_SECONDS: Final = 2


def dagster_home(folder: Path, code_port: int) -> Path:
    """A folder with the settings of deploy/dagster.yaml, and where the code is found."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / "dagster.yaml", folder / "dagster.yaml")
    where = {"host": LOOPBACK, "port": code_port, "location_name": LOCATION}
    (folder / "workspace.yaml").write_text(json.dumps({"load_from": [{"grpc_server": where}]}), encoding="utf-8")
    return folder


def environment(cluster: Cluster, home: Path, data_root: Path) -> dict[str, str]:
    """What every process of the installation is given: this one's environment, and where everything is."""
    return {
        "COMPACT_EXECUTOR": "multiprocess",
        **os.environ,
        **cluster.environment,
        "DAGSTER_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "COMPACT_DATA_ROOT": str(data_root),
    }


def commands(home: Path, code_port: int, port: int) -> list[list[str]]:
    """The server of the code, in which runs begin; the pages of runs; the daemon: schedules, sensors, the queue."""
    programs = Path(sys.executable).parent
    workspace = ["-w", str(home / "workspace.yaml")]
    return [
        [str(programs / "dagster"), "api", "grpc", "-h", LOOPBACK, "-p", str(code_port), "-m", MODULE],
        [str(programs / "dagster-webserver"), "-h", LOOPBACK, "-p", str(port), *workspace],
        [str(programs / "dagster-daemon"), "run", *workspace],
    ]


def start(command: list[str], env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """A process in a session of its own: Ctrl-C in the terminal reaches this program, which stops all in order."""
    return subprocess.Popen([*told_when_parent_ends(), *command], env=dict(env), start_new_session=True)  # noqa: S603


def stop(processes: list["subprocess.Popen[bytes]"]) -> None:
    """Stop processes, the server of the code last; those that stay are killed with their children."""
    code, *others = processes
    for process in others:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in [*others, code]:
        if process is code:  # it would wait half a minute for others to ask it something
            process.terminate()
            deadline = time.monotonic() + CODE_STOP_SECONDS
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]", what: str) -> None:
    """Wait until a process listens.

    Raises:
        ClusterError: it has ended, or does not listen in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.1)
    raise ClusterError(f"{what} does not start; what it said stands above")


@dataclass
class Installation:
    """PostgreSQL, the server of the code and the pages of runs; a context. The daemon is started apart.

    Attributes:
        folder: where the cluster and Dagster's home are made.
        data_root: where everything that stays is kept.
        port: of the pages of runs, on this machine.
    """

    folder: Path
    data_root: Path
    port: int
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start all but the daemon.

        Raises:
            ClusterError: PostgreSQL is not here, or something does not start.
        """
        self.folder.chmod(0o711)  # the account that runs PostgreSQL must reach its own folder below
        with ExitStack() as stack:
            self.cluster = stack.enter_context(Cluster(self.folder / "postgres"))
            code_port = free_port()
            home = dagster_home(self.folder / "home", code_port)
            self._env = environment(self.cluster, home, self.data_root)
            code, web, self._daemon = commands(home, code_port, self.port)
            stack.callback(stop, self.processes)
            self.processes.append(start(code, self._env))
            wait_for(code_port, self.processes[0], "the server of the code")
            self.processes.append(start(web, self._env))
            wait_for(self.port, self.processes[1], "dagster-webserver")
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, PostgreSQL last."""
        self._stack.close()

    def start_daemon(self) -> None:
        """Schedules, sensors and the queue of runs from now on."""
        self.processes.append(start(self._daemon, self._env))


def serve(data_root: Path, port: int) -> int:
    """Serve until somebody stops it, or one of the processes ends by itself.

    Args:
        data_root: where everything that stays is kept.
        port: of the pages of runs, on this machine.

    Returns:
        0 when it was stopped, 1 when a process ended by itself.

    Raises:
        ClusterError: PostgreSQL is not here, or something does not start.
    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix="compact-server-") as folder,
            Installation(Path(folder), data_root, port) as installed,
        ):
            installed.start_daemon()
            _tell(f"Dagster is on http://{LOOPBACK}:{port}, PostgreSQL on {LOOPBACK}:{installed.cluster.port}.")
            _tell(f"What stays is kept in {data_root}. Ctrl-C stops everything.")
            while all(process.poll() is None for process in installed.processes):
                time.sleep(0.5)
            _tell("A process has ended by itself; what it said stands above.")
            return 1
    except KeyboardInterrupt:
        return 0


def main() -> int:
    """Read the command line, then serve."""
    reader = argparse.ArgumentParser(description=str(__doc__).split("\n", maxsplit=1)[0])
    reader.add_argument("--port", type=int, default=PORT, help="port of the pages of runs; 0 takes a free one")
    data_root = Path(os.environ.get("COMPACT_DATA_ROOT", "data"))
    reader.add_argument("--data-root", type=Path, default=data_root, help="where everything that stays is kept")
    given = reader.parse_args()
    try:
        return serve(given.data_root.resolve(), given.port or free_port())
    except ClusterError as error:
        _tell(f"Error: {error}")
        return 1


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped by a service manager as by Ctrl-C
    sys.exit(main())
