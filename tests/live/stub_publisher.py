"""A server on this machine that stands in for publishers, well or badly behaved.

What it answers is a function of what is asked. Every request that came is kept, so that a test can say what was asked,
and how often.
"""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

Manner = Literal["whole", "truncated", "drip", "slow_header", "notices", "slow_chunk"]
# Short of the whole by so much, a body is truncated.
MISSING_BYTES: Final = 10
# Between the single bytes of a body that drips.
DRIP_SECONDS: Final = 0.02
# What never ends: how it begins, and what comes again and again.
ENDLESS: Final = {
    "slow_header": (b"HTTP/1.1 200 OK\r\nx-slow: ", b"x"),
    "notices": (b"", b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n"),
    "slow_chunk": (b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n5;", b"a"),
}
BODILESS: Final = (204, 304)
# Blanks in one member of a gzip file; a bomb is such members one after the other.
MEMBER_BYTES: Final = 8_000_000


@dataclass(frozen=True)
class Reply:
    """One answer of a publisher.

    Attributes:
        manner: whole; truncated: the connection ends before the stated length; drip: a byte at a time;
            slow_header, notices, slow_chunk: it goes on for ever before the body does.
        echoes: the request's address and headers, key included, are told in the body, as some publishers do.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    manner: Manner = "whole"
    echoes: bool = False


@dataclass(frozen=True)
class Seen:
    """A request that came.

    Attributes:
        origin: the publisher that was meant, such as api.census.gov.
        path: without that.
        query: pairs, in order.
    """

    method: str
    origin: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes


Answering = Callable[[Seen], Reply]


class StubPublisher:
    """The server, what it answers, and what it has seen."""

    def __init__(self, port: int = 0) -> None:
        self.seen: list[Seen] = []
        self.answer: Answering = lambda seen: Reply(404, f"nobody answers {seen.path}".encode(), "text/plain")
        self.ended = threading.Event()
        self._server = Server(self, port)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stands_in_for(self, origin: str) -> str:
        """The address that stands in for a publisher's scheme and host."""
        return f"{self.address}/{urlsplit(origin).netloc}"

    def play(self, answer: Answering) -> None:
        """Answer so from now on, and forget what was seen."""
        self.seen, self.answer = [], answer

    def close(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Answers one connection as the stub's script says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = urlsplit(self.path)
        _, origin, path = parts.path.split("/", 2) if parts.path.count("/") > 1 else ("", "", parts.path)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): text for name, text in self.headers.items()}
        seen = Seen(self.command, origin, f"/{path.lstrip('/')}", query, headers, body)
        self.server.stub.seen.append(seen)
        self._send(self.server.stub.answer(seen), seen)

    do_POST = do_GET  # noqa: N815  (likewise)

    def _send(self, reply: Reply, seen: Seen) -> None:
        body = reply.body + (f"<p>{self.path} {seen.headers}</p>".encode() if reply.echoes else b"")
        if reply.manner in ENDLESS:
            begin, again = ENDLESS[reply.manner]
            self.close_connection = True
            self.wfile.write(begin)
            self._drip([again] * 10_000)
            return
        self.send_response(reply.status)
        for name, text in {"content-type": reply.content_type, **reply.headers}.items():
            self.send_header(name, text)
        if reply.status in BODILESS:
            self.end_headers()
            return
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.close_connection = reply.manner != "whole"
        if reply.manner == "drip":
            self._drip([body[number : number + 1] for number in range(len(body))])
        else:
            self.wfile.write(body[:-MISSING_BYTES] if reply.manner == "truncated" else body)

    def _drip(self, pieces: list[bytes]) -> None:
        try:
            for piece in pieces:
                self.wfile.write(piece)
                if self.server.stub.ended.wait(DRIP_SECONDS):
                    return
        except OSError:  # the one who asked has left
            return


class Server(ThreadingHTTPServer):
    """A server that knows its script."""

    daemon_threads = True

    def __init__(self, stub: StubPublisher, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.stub = stub


def in_turn(*replies: Reply) -> Answering:
    """Replies one after the other, whatever is asked; the last one stays."""
    left: Iterator[Reply] = iter(replies[:-1])
    return lambda _: next(left, replies[-1])


def bomb(unpacked_bytes: int) -> Reply:
    """An answer that is small as it travels and unpacks to more than so many bytes."""
    member = gzip.compress(b" " * MEMBER_BYTES, compresslevel=9)
    times = unpacked_bytes // MEMBER_BYTES + 1
    return Reply(200, member * times, headers={"content-encoding": "gzip"})


@contextmanager
def running(port: int = 0) -> Iterator[StubPublisher]:
    """A server for the time of a block, on a free port of its own where none is named."""
    stub = StubPublisher(port)
    try:
        yield stub
    finally:
        stub.close()
