"""The end of the time that one answer may take, whatever the publisher does meanwhile.

A client's own limits are for one wait each: headers, notices and chunks that drip never reach them. So the line itself
is closed when the time is up, and whoever waits on it is woken.
"""

import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

CONNECTED: Final = "connection.connect_tcp.complete"


class Deadline:
    """Closes the lines of one request once its time is up."""

    def __init__(self, seconds: float) -> None:
        """Begin to count on entering."""
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self.is_over = False

    def __enter__(self) -> Self:
        """The time runs from here."""
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the lines; those of the client are its own."""
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def watch(self, event: str, told: Mapping[str, Any]) -> None:
        """Learn of a new line, as httpx's `trace`; it is kept twice, since TLS takes the first one over."""
        if event != CONNECTED:
            return
        line = told["return_value"].get_extra_info("socket").dup()
        with self._lock:
            self._lines.append(line)
            if self.is_over:
                _shut(line)

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            for line in self._lines:
                _shut(line)


def _shut(line: socket.socket) -> None:
    """End both directions, which wakes whoever waits for them."""
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:  # the other side was faster
        return
