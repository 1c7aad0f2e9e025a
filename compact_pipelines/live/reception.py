"""What an answer is: rows are in it, it is empty, or it is no data at all, as the source's file says.

An empty answer is told before a refusal: publishers say "nothing found" with the statuses and shapes of an error. Only
refusals that the file puts before go first. Then refusals, in the file's order; then the status; then whether the body
is what was asked for.
"""

import datetime as dt
import email.utils
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Literal

from compact_pipelines.contracts.marks import Refusal
from compact_pipelines.contracts.requests import Media
from compact_pipelines.contracts.sources import Source
from compact_pipelines.errors import KeyMissing, SourceChanged, SourceError, SourceUnavailable
from compact_pipelines.live.answers import Page
from compact_pipelines.live.formats.sdmx_ml import said_in
from compact_pipelines.live.journal import storable
from compact_pipelines.live.marks import QUOTED_CHARACTERS, Looked, fits, quoted
from compact_pipelines.live.pacing import MOST_BLOCK_SECONDS
from compact_pipelines.live.paging import next_page, require_whole
from compact_pipelines.live.received import NOT_MODIFIED, Received
from compact_pipelines.live.requests import live_of

# Worth another try, whatever the publisher says with it.
RETRIABLE: Final = {408, 425, 429}
# A passing fault by the source's own file: asked again at once. One that is too early is not.
PASSING: Final = ("quota", "unavailable")


@dataclass(frozen=True)
class Reception:
    """What was received.

    Attributes:
        kind: whether rows are in it.
        meaning: of an empty answer, in words; else blank.
        next_page: where the answer goes on; None on its last page.
    """

    kind: Literal["rows", "empty"]
    meaning: str = ""
    next_page: Page | None = None


def receive(
    source: Source, part: str, received: Received, page: Page, *, content_is_keyless: bool = False
) -> Reception:
    """Say what was received.

    Args:
        source: whom it is from.
        part: which of its requests.
        received: the answer.
        page: which page it is.
        content_is_keyless: it was asked in the way without a key, which may be cut elsewhere.

    Raises:
        KeyMissing: the publisher says that the key is missing or refused.
        SourceUnavailable: it says that it cannot answer now, or not yet.
        SourceChanged: it refuses the question, or answers in a shape that we do not know.
    """
    live, request = live_of(source), live_of(source).requests[part]
    place = f"{source.id}, part {part}, page {page.number}"
    looked = Looked(received)
    if received.is_not_modified:
        raise unasked_not_modified(place)
    refusal = _refused(live.refusals, looked, is_before_empty=True)
    if refusal is None:
        for empty in live.empty:
            if fits(empty.mark, looked):
                return Reception("empty", empty.meaning)
        refusal = _refused(live.refusals, looked)
    if refusal is not None:
        raise _as_error(source, refusal, looked, place)
    _require_fine_status(received, place)
    _require_media(request.media, request.accept, looked, place)
    cut = request.keyless.cut if content_is_keyless and request.keyless else request.cut
    if cut is not None:
        require_whole(cut, looked, place)
    return Reception("rows", next_page=next_page(request, looked, page, place))


def passing_fault(source: Source, received: Received, place: str) -> SourceUnavailable | None:
    """The error of an answer that is worth asking for again at once; None for every other."""
    looked = Looked(received)
    live = live_of(source)
    first = _refused(live.refusals, looked, is_before_empty=True)
    if received.is_not_modified or (first is None and any(fits(empty.mark, looked) for empty in live.empty)):
        return None
    if refusal := first or _refused(live.refusals, looked):
        error = _as_error(source, refusal, looked, place)
        return error if refusal.means in PASSING and isinstance(error, SourceUnavailable) else None
    return _unavailable(received, place)


def wait_of(received: Received) -> float | None:
    """The seconds of a Retry-After, given in seconds or as a date; None where there is none to be read.

    Never more than a pacer keeps to.
    """
    said = received.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return min(float(said), MOST_BLOCK_SECONDS)
    try:
        until = email.utils.parsedate_to_datetime(said)
        until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
        wait = (until - received.fetched_at).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait, 0.0), MOST_BLOCK_SECONDS)


def unasked_not_modified(place: str) -> SourceUnavailable:
    """The error of an answer that nothing has changed, where no answer is known that it could speak of."""
    return SourceUnavailable(
        f"{place}: status {NOT_MODIFIED}, nothing has changed, but no earlier answer was named; worth asking again "
        "later"
    )


def _refused(refusals: list[Refusal], looked: Looked, *, is_before_empty: bool = False) -> Refusal | None:
    """The first refusal that fits, of all or of those that go before empty answers.

    A fault of the server is one only where the mark states its status.
    """
    status = looked.received.status
    is_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in RETRIABLE
    tried = [one for one in refusals if one.is_before_empty] if is_before_empty else refusals
    tried = [one for one in tried if status in one.mark.status] if is_fault else tried
    return next((refusal for refusal in tried if fits(refusal.mark, looked)), None)


def _as_error(source: Source, refusal: Refusal, looked: Looked, place: str) -> SourceError:
    received = looked.received
    said = _publishers_words(refusal, looked)
    told = f"{place}: status {received.status}, {said}"
    if refusal.means == "key":
        key = live_of(source).key
        remedy = f"set {key.variable} to a valid key. Obtain one: {key.obtained}" if key else "its file names no key"
        return KeyMissing(f"{told}: the key is missing or refused; {remedy}")
    if refusal.means == "request":
        return SourceChanged(f"{told}: the publisher refuses the question. Asked: {received.shown_url}")
    why = {
        "quota": "asked too often",
        "unavailable": "a passing fault of the publisher",
        "not_released": "not released yet",
    }[refusal.means]
    return SourceUnavailable(f"{told}: {why}; worth asking again later", wait_of(received))


def _publishers_words(refusal: Refusal, looked: Looked) -> str:
    values = looked.values(refusal.says) if refusal.says else None
    words = "; ".join(map(str, values or [])) or said_in(looked.received.content) or quoted(looked.received)
    return storable(" ".join(words.split())[:QUOTED_CHARACTERS])


def _unavailable(received: Received, place: str) -> SourceUnavailable | None:
    """A fault by its status alone, or by an answer of no bytes where some were due."""
    if received.status >= HTTPStatus.INTERNAL_SERVER_ERROR or received.status in RETRIABLE:
        told = f"{place}: status {received.status}, {quoted(received)}; worth asking again later"
        return SourceUnavailable(told, wait_of(received))
    if received.status == HTTPStatus.OK and not received.content.strip():
        return SourceUnavailable(f"{place}: status 200 and no body, as after a fault; worth asking again later")
    return None


def _require_fine_status(received: Received, place: str) -> None:
    """Pass only 200.

    Raises:
        SourceUnavailable: a fault that may pass.
        SourceChanged: any other status that the source's file does not explain.
    """
    if error := _unavailable(received, place):
        raise error
    if received.status != HTTPStatus.OK:
        raise SourceChanged(
            f"{place}: status {received.status}, {quoted(received)}; its file explains no such answer. Look at the "
            f"publisher's notices, then at `empty` and `refusals` there. Asked: {received.shown_url}"
        )


def _require_media(media: Media, accept: list[str], looked: Looked, place: str) -> None:
    """Pass only what is stated to be, and begins like, what was asked for; HTML is never data.

    Raises:
        SourceChanged: it is something else.
    """
    received, begins = looked.received, looked.begins
    is_html = begins.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))
    is_so = {
        "json": begins.startswith((b"{", b"[")),
        "csv": not begins.startswith((b"<", b"{", b"pk\x03\x04")),
        "xml": begins.startswith(b"<") and not is_html,
        "xlsx": begins.startswith(b"pk\x03\x04"),
        "zip": begins.startswith((b"pk\x03\x04", b"pk\x05\x06")),
    }[media]
    if not is_so or is_html:
        what = "an HTML page" if is_html else "something else"
        raise SourceChanged(
            f"{place}: asked for {media}, received {what} of type {received.content_type or 'unstated'}: "
            f"{quoted(received)}. Asked: {received.shown_url}"
        )
    if not any(received.content_type.startswith(kind.lower()) for kind in accept):
        raise SourceChanged(
            f"{place}: content type {received.content_type or 'unstated'}, expected {' or '.join(accept)}; "
            f"{quoted(received)}. If that is right, add it to `accept` in the source's file"
        )
