"""Reading a drop's file in a child process that may do little else: limited memory, time and files, no network.

The child is given an open handle and sends back text, in batches as Arrow writes them, and faults as JSON. Nothing is
opened by a name that a drop gives, and nothing that comes back is believed before it has been looked at: the columns
are those that the child named first, every cell is text in UTF-8.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from queue import Full, Queue
from select import select
from types import TracebackType
from typing import Any, Final

import pyarrow as pa

from compact_pipelines.contracts.faults import WORDINGS, Fault, UnreadableFile
from compact_pipelines.contracts.files import MIB, Block, Limits
from compact_pipelines.exchange.allowance import Allowance
from compact_pipelines.exchange.cage import FRAME, NUMBERS, Kind

FRAME_BYTES: Final = 512 * MIB  # no answer of an honest child is larger
WAITING: Final = 2  # batches read ahead
LISTENING_SECONDS: Final = 0.5
PIPE_BYTES: Final = MIB
CHILD: Final = ("-m", "compact_pipelines.exchange.cage")
F_SETPIPE_SZ: Final = 1031  # of Linux
SMALL: Final = {  # allocators and pools that do not ask for more addresses than they use
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "ARROW_IO_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
}


class SandboxedFile:
    """A file that a child process reads; a context manager, which ends the child when it is left.

    Attributes:
        header: the names in its first row.
    """

    def __init__(
        self,
        path: Path,
        ending: str,
        limits: Limits,
        allowance: Allowance | None = None,
    ) -> None:
        """Start the child and wait for the header.

        Args:
            path: the stored copy; opened here, once, and not followed if it is a link.
            ending: .csv, .xlsx or .parquet.
            limits: how much the file may hold.
            allowance: what the child may use; by the limits if not given.

        Raises:
            UnreadableFile: it is too large, of another format, has no usable header, or took too much.
        """
        self._allowance = allowance or Allowance.for_limits(limits)
        self._waited = 0.0
        self._timed_out = self._closed = self._talks_nonsense = False
        self._frames: Queue[tuple[Kind, bytes] | None] = Queue(WAITING)
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        self._folder = tempfile.TemporaryDirectory(prefix="compact-sandbox-")
        ours, theirs = os.pipe()
        try:
            _widen(ours)
            order = {
                "file": handle,
                "answer": theirs,
                "ending": ending,
                "limits": asdict(limits),
                "memory_bytes": self._allowance.memory_bytes,
                "cpu_seconds": self._allowance.cpu_seconds,
            }
            self._child = _start(order, (handle, theirs), self._folder.name)
        finally:
            os.close(handle)
            os.close(theirs)
        self._answer = os.fdopen(ours, "rb", buffering=0)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self.header = self._header()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "SandboxedFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def batches(self) -> Iterator[tuple[Block, float]]:
        """The rows, and after each batch how much of the file has been read, from 0 to 1.

        Raises:
            UnreadableFile: the file cannot be read to its end, or reading it took too much.
        """
        while (frame := self._frames.get()) is not None:
            kind, payload = frame
            if kind is Kind.END:
                return
            if kind is Kind.BATCH:
                yield self._batch(payload)
            else:
                self._refuse(kind, payload)
        raise UnreadableFile(self._why_stopped())

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._closed = True
        self._kill()
        self._child.wait()
        self._listener.join()
        self._answer.close()
        self._folder.cleanup()

    def _header(self) -> list[str]:
        frame = self._frames.get()
        if frame is None:
            raise UnreadableFile(self._why_stopped())
        kind, payload = frame
        if kind is not Kind.HEADER:
            self._refuse(kind, payload)
        names = _said(payload)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise UnreadableFile(_stopped())
        return names

    def _refuse(self, kind: Kind, payload: bytes) -> None:
        if kind is Kind.FAULTS:
            raise UnreadableFile(*_faults(_said(payload)))
        if kind is Kind.MEMORY:
            raise UnreadableFile(self._too_much_memory())
        raise UnreadableFile(_stopped())

    def _batch(self, payload: bytes) -> tuple[Block, float]:
        size = int.from_bytes(payload[:8], "little")
        said, content = _said(payload[8 : 8 + size]), memoryview(payload)[8 + size :]
        try:
            with pa.ipc.open_stream(pa.py_buffer(content)) as stream:
                table = stream.read_all()
            expected = [*self.header, NUMBERS]
            if table.schema.names != expected or not all(map(_is_text, table.schema.types[:-1])):
                raise UnreadableFile(_stopped())
            table.validate(full=True)
            block, numbers = table.drop_columns([NUMBERS]), table.column(NUMBERS).to_numpy()
            done = min(1.0, max(0.0, float(said["done"])))
            return Block(block, numbers.astype("int64", casting="safe"), _faults(said["faults"])), done
        except (pa.ArrowException, KeyError, TypeError, ValueError):
            raise UnreadableFile(_stopped()) from None

    def _listen(self) -> None:
        """Take what the child says off the pipe, so that it reads on while rows are judged."""
        try:
            while (head := self._take(FRAME.size)) is not None:
                number, size = FRAME.unpack(head)
                if size > FRAME_BYTES:
                    raise ValueError(size)
                if (payload := self._take(size)) is None:
                    break
                self._put((Kind(number), payload))
        except ValueError:
            self._talks_nonsense = True
        self._put(None)

    def _take(self, size: int) -> bytes | None:
        """The next bytes of the pipe; None where it has ended or the child is late."""
        content = bytearray(size)
        view, got = memoryview(content), 0
        while got < size:
            start = time.monotonic()
            is_ready, _, _ = select([self._answer], [], [], LISTENING_SECONDS)
            self._waited += time.monotonic() - start
            if self._closed:
                return None
            if self._waited > self._allowance.wall_seconds:
                self._timed_out = True
                self._kill()
                return None
            if is_ready:
                more = self._answer.readinto(view[got:])
                if not more:
                    return None
                got += more
        return content  # type: ignore[return-value]  # nobody changes it

    def _put(self, frame: tuple[Kind, bytes] | None) -> None:
        while not self._closed:
            try:
                self._frames.put(frame, timeout=LISTENING_SECONDS)
            except Full:
                continue
            return

    def _kill(self) -> None:
        if self._child.poll() is None:
            self._child.kill()

    def _why_stopped(self) -> Fault:
        """What a child that ended without a last word died of."""
        if self._talks_nonsense:
            return _stopped()
        self._kill_if_silent()
        code = self._child.wait()
        if self._timed_out or code == -signal.SIGXCPU:
            return self._too_much_time()
        if code == -signal.SIGKILL:
            found = "Reading the file took more time or memory than allowed, and was stopped"
            return Fault("too_costly", found=found)
        return _stopped()

    def _kill_if_silent(self) -> None:
        try:
            self._child.wait(timeout=LISTENING_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()

    def _too_much_time(self) -> Fault:
        return Fault("too_costly", found=f"Reading the file took more than {self._allowance.cpu_seconds:,} seconds")

    def _too_much_memory(self) -> Fault:
        most = self._allowance.memory_bytes // MIB
        return Fault("too_costly", found=f"Reading the file took more memory than allowed ({most:,} MiB)")


def _start(order: dict[str, Any], handles: tuple[int, int], folder: str) -> "subprocess.Popen[bytes]":
    package = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-P", "-W", "ignore", *CHILD, json.dumps(order)]
    return subprocess.Popen(  # noqa: S603  (our own interpreter and module)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        pass_fds=handles,
        cwd=folder,
        env={"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", **SMALL},
        start_new_session=True,
    )


def _widen(pipe: int) -> None:
    """A pipe that holds more than 64 kB wakes both sides less often; where that may not be, it is as it is."""
    try:
        fcntl.fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)
    except OSError:
        return


def _said(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise UnreadableFile(_stopped()) from None


def _faults(said: Any) -> list[Fault]:
    """Faults as the child tells them; only rules that are known, only text and row numbers."""
    kinds = (str, int | None, str | None, str | None, str | None)
    faults = []
    for cells in said:
        if len(cells) != len(kinds) or not all(map(isinstance, cells, kinds)) or cells[0] not in WORDINGS:
            raise UnreadableFile(_stopped())
        faults.append(Fault(*cells))
    return faults


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or (pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type)))


def _stopped() -> Fault:
    return Fault("reader_stopped", found="The file could not be read to its end: the reader stopped")
