"""One request to a publisher: in turn, within limits, tried again where that helps; its answer without keys.

Nothing that leaves here, answer, error or log, holds a key: httpx's own errors and log lines name addresses, so they
are never passed on.
"""

import datetime as dt
import logging
import math
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from compact_pipelines.contracts.requests import Live
from compact_pipelines.contracts.sources import Source
from compact_pipelines.errors import SourceChanged, SourceUnavailable, UsageError
from compact_pipelines.live.deadline import Deadline
from compact_pipelines.live.pacing import Pacer
from compact_pipelines.live.packed import is_packed, require_no_key
from compact_pipelines.live.received import Received, Validators
from compact_pipelines.live.reception import passing_fault, unasked_not_modified
from compact_pipelines.live.redaction import Redactor
from compact_pipelines.live.requests import Prepared, live_of
from compact_pipelines.live.unpacking import unpacked

__all__ = ["Patience", "Received", "Validators", "Wire"]

USER_AGENT: Final = "compact-exchange (exchange of official statistics)"
REDIRECTS: Final = (301, 302, 303, 307, 308)
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
# Addresses with keys are in the lines of these.
QUIET: Final = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11")
TOO_SLOW: Final = "{}: the answer came too slowly and was given up; worth asking again later"
LOG: Final = logging.getLogger(__name__)


def _note_retry(details: RetryDetails) -> None:
    """Say to the log, and not to the console, that something is asked again; the error holds no key."""
    LOG.info("attempt %d failed, asked again: %s", details.retry_num, details.caused_by)


# By its own choice stamina writes to standard output where structlog is installed, in the middle of an answer in JSON.
set_on_retry_hooks([_note_retry])


@dataclass(frozen=True)
class Patience:
    """How long one answer is worth waiting for.

    Attributes:
        attempts: requests at most for one answer.
        first_wait_seconds: before the second attempt; it doubles from there.
        longest_backoff_seconds: of those waits, where the publisher states none.
        most_wait_seconds: a longer wait than this that the publisher states is not sat out.
        connect_seconds: for a connection.
        read_seconds: between two pieces of a body.
        most_seconds: for one whole answer; the source's own limit holds where it is shorter.
    """

    attempts: int = 4
    first_wait_seconds: float = 1.0
    longest_backoff_seconds: float = 30.0
    most_wait_seconds: float = 120.0
    connect_seconds: float = 15.0
    read_seconds: float = 60.0
    most_seconds: float = math.inf


class Wire:
    """Asks publishers. One for a process; threads may share it."""

    def __init__(
        self,
        pacer: Pacer,
        patience: Patience | None = None,
        environ: Mapping[str, str] = os.environ,
        hosts: Mapping[str, str] | None = None,
    ) -> None:
        """Ask at the rate that the pacer allows.

        Args:
            pacer: gives turns.
            patience: how long to wait and how often to try.
            environ: holds the keys; handed to `requests.prepare` by whoever asks.
            hosts: publisher's scheme and host to another that stands in for it, for rehearsals; loopback only.

        Raises:
            UsageError: a host that stands in is not on this machine.
        """
        self.patience = patience or Patience()
        self.environ = environ
        self._pacer = pacer
        self._hosts = dict(hosts or {})
        for instead in self._hosts.values():
            if "@" in instead or urlsplit(instead).netloc.rsplit(":", 1)[0] not in LOOPBACK:
                raise UsageError(f"{instead} cannot stand in for a publisher: only an address of this machine may")
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._client = httpx.Client(
            verify=_tls(),
            follow_redirects=False,
            trust_env=not self._hosts,
            limits=httpx.Limits(max_keepalive_connections=0),  # a deadline must see its line being opened
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        )
        self.requests = 0

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def ask(self, source: Source, prepared: Prepared, validators: Validators | None = None) -> Received:
        """Ask once, and again where that may help.

        Args:
            source: whom; its file says how fast, how long and how large.
            prepared: what.
            validators: of the last answer to the same question.

        Returns:
            The answer, whatever its status, if another try would give the same.

        Raises:
            SourceUnavailable: no answer after all attempts, or the publisher asks to wait for long.
            SourceChanged: the answer is larger than the source's file allows, packed in an unknown way, or a file with
                our key in it.
        """
        for attempt in stamina.retry_context(
            on=self._wait_before_next,
            attempts=self.patience.attempts,
            timeout=None,
            wait_initial=self.patience.first_wait_seconds,
            wait_max=self.patience.longest_backoff_seconds,
            wait_jitter=self.patience.first_wait_seconds,
        ):
            with attempt:
                return self._attempt(source, prepared, validators)
        raise AssertionError("stamina ends with an answer or an error")

    def _wait_before_next(self, error: Exception) -> bool | float:
        """Whether another try is worth it; where the publisher says when, the pacer waits for it."""
        if not isinstance(error, SourceUnavailable):
            return False
        if error.wait_seconds is None:
            return True
        return 0.0 if error.wait_seconds <= self.patience.most_wait_seconds else False

    def _attempt(self, source: Source, prepared: Prepared, validators: Validators | None) -> Received:
        live = live_of(source)
        received = self._send(live, prepared, prepared.address, validators, is_own=True)
        if received.status in REDIRECTS and (target := self._followed(live, prepared, received)):
            is_own = _origin(target) == _origin(prepared.url)
            received = self._send(live, prepared, target, None, is_own=is_own)
        is_unasked = received.is_not_modified and not _conditions(validators)
        fault = unasked_not_modified(prepared.place) if is_unasked else passing_fault(source, received, prepared.place)
        if fault is None:
            return received
        if fault.wait_seconds is not None:
            self._pacer.block(prepared.host, fault.wait_seconds)
        raise fault

    @staticmethod
    def _followed(live: Live, prepared: Prepared, received: Received) -> str:
        """Where a redirect is followed to; blank where it is not."""
        try:
            target = urljoin(prepared.url, received.headers.get("location", ""))
        except ValueError:  # no address
            return ""
        return target if target.startswith(tuple(live.requests[prepared.part].follows_to) or ("\0",)) else ""

    def _send(
        self, live: Live, prepared: Prepared, address: str, validators: Validators | None, *, is_own: bool
    ) -> Received:
        """One request and its whole answer.

        Args:
            live: limits.
            prepared: what is asked.
            address: where, key included.
            validators: of the last answer.
            is_own: whether the address is the publisher's own, so that keys may travel in headers.
        """
        self._pacer.wait_turn(urlsplit(address).netloc, live.rate)
        self.requests += 1
        redactor = Redactor(prepared.secrets)
        most_seconds = min(live.timeout_seconds, self.patience.most_seconds)
        secrets = prepared.secrets if not is_own else ()
        headers = {
            "user-agent": USER_AGENT,
            "accept-encoding": "gzip",
            **{name: text for name, text in prepared.headers.items() if not any(key in text for key in secrets)},
            **_conditions(validators),
        }
        deadline = Deadline(most_seconds)
        try:
            with (
                deadline,
                self._client.stream(
                    prepared.method,
                    self._stand_in(address),
                    headers=headers,
                    content=prepared.body,
                    timeout=httpx.Timeout(
                        min(self.patience.read_seconds, most_seconds),
                        connect=min(self.patience.connect_seconds, most_seconds),
                    ),
                    extensions={"trace": deadline.watch},
                ) as response,
            ):
                packed = response.headers.get("content-encoding", "").strip().lower()
                content = unpacked(response.iter_raw(), packed, live.most_bytes, prepared.place)
        except (httpx.HTTPError, SourceUnavailable) as error:
            if deadline.is_over:
                raise SourceUnavailable(TOO_SLOW.format(prepared.place)) from None
            if isinstance(error, SourceUnavailable):
                raise
            raise SourceUnavailable(
                f"{prepared.place}: {prepared.host} gave no whole answer ({type(error).__name__}); worth asking again "
                f"later. Asked: {prepared.shown}"
            ) from None
        except (httpx.InvalidURL, ValueError):
            raise SourceChanged(
                f"{prepared.place}: {prepared.shown} is no address that can be asked, or leads to one"
            ) from None
        if deadline.is_over:  # a body without a stated length seems whole when its line is closed
            raise SourceUnavailable(TOO_SLOW.format(prepared.place))
        if prepared.secrets and is_packed(content):
            require_no_key(content, redactor, live.most_bytes, prepared.place)
        named = {name.lower(): redactor.text(text) for name, text in response.headers.items()}
        return Received(
            content=redactor.content(content),
            status=response.status_code,
            headers=named,
            content_type=named.get("content-type", "").partition(";")[0].strip().lower(),
            shown_url=prepared.shown,
            fetched_at=dt.datetime.now(dt.UTC),
            etag=named.get("etag", ""),
            last_modified=named.get("last-modified", ""),
        )

    def _stand_in(self, address: str) -> str:
        origin = _origin(address)
        return self._hosts.get(origin, origin) + address.removeprefix(origin)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _conditions(validators: Validators | None) -> dict[str, str]:
    if validators is None:
        return {}
    said = {"if-none-match": validators.etag, "if-modified-since": validators.last_modified}
    # A mark with other signs than these cannot be sent; without it the whole answer comes.
    return {name: text for name, text in said.items() if text and text.isascii() and text.isprintable()}


@cache
def _tls() -> ssl.SSLContext:
    """Certificates are verified; reading them takes long, so once a process."""
    return httpx.create_ssl_context()
