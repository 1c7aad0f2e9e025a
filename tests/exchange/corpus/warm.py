"""A warm sandbox: children that read files are forked from one process that has its libraries loaded already.

What a child does is the same; only its start, which is most of the time that a small file takes, is paid once. Tests of
the sandbox itself, and those that kill an intake, start children as the exchange does.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from compact_pipelines.exchange import sandbox

PROJECT: Final = Path(__file__).resolve().parents[3]
SERVER: Final = """
import json, os, socket, sys
from compact_pipelines.contracts import csv_files, files, parquet_files, workbooks
from compact_pipelines.exchange import cage

line = socket.socket(fileno=int(sys.argv[1]))
while True:
    asked, handles, _, _ = socket.recv_fds(line, 1 << 16, 2)
    if not asked:
        break
    order = json.loads(asked)
    if "code" in order:
        line.sendall(str(os.waitstatus_to_exitcode(os.waitpid(order["code"], 0)[1])).encode())
        continue
    child = os.fork()
    if not child:
        line.close()
        os.setsid()
        os.chdir(order.pop("folder"))
        order["file"], order["answer"] = handles
        sys.argv[1:] = [json.dumps(order)]
        cage.main()
        os._exit(0)
    for handle in handles:
        os.close(handle)
    line.sendall(str(child).encode())
"""


class WarmSandbox:
    """The process that children are forked from; started with the first."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        self._one_at_a_time = threading.Lock()
        environment = {**os.environ, **sandbox.SMALL, "PYTHONPATH": str(PROJECT)}
        self._server = subprocess.Popen(  # noqa: S603  (our own interpreter and script)
            [sys.executable, "-W", "ignore", "-c", SERVER, str(theirs.fileno())],
            pass_fds=[theirs.fileno()], env=environment, cwd=PROJECT,
        )  # fmt: skip
        theirs.close()

    def start(self, order: dict[str, Any], handles: tuple[int, int], folder: str) -> "WarmChild":
        """Fork a child; what `sandbox` calls to start one."""
        with self._one_at_a_time:
            socket.send_fds(self._line, [json.dumps({**order, "folder": folder}).encode()], list(handles))
            return WarmChild(int(self._line.recv(32)), self)

    def code_of(self, pid: int) -> int:
        """The exit code of a child that has ended."""
        with self._one_at_a_time:
            self._line.sendall(json.dumps({"code": pid}).encode())
            return int(self._line.recv(32))

    def close(self) -> None:
        """End the process; no child is left by then."""
        self._line.close()
        self._server.wait()


class WarmChild:
    """A forked child, to be asked and ended as a `subprocess.Popen` is."""

    def __init__(self, pid: int, server: WarmSandbox) -> None:
        self.pid, self._server = pid, server
        self._handle = os.pidfd_open(pid)
        self._code: int | None = None
        self._asked = threading.Lock()

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended."""
        with self._asked:
            if self._code is None:
                ready, _, _ = select.select([self._handle], [], [], timeout)
                if not ready:
                    raise subprocess.TimeoutExpired("a warm child", timeout or 0)
                self._code = self._server.code_of(self.pid)
                os.close(self._handle)
            return self._code

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        try:
            return self.wait(timeout=0)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
