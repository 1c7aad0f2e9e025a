"""One request, from the block of YAML, a partition and a page; with its key, which never shows.

The characters : , ; * + ( ) $ ' / stay in a query as they are written, since publishers' documents show them so; all
others are percent-encoded, a blank as %20; of a key, all are.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from compact_pipelines.contracts.requests import PLACEHOLDERS, Key, Keyless, Live, Request
from compact_pipelines.contracts.sources import Source
from compact_pipelines.errors import ContractError, KeyMissing
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.redaction import REDACTED, Redactor

HIDDEN: Final = "***"
AS_WRITTEN: Final = ":,;*+()$'/"
# Shorter keys are none: taking so few letters out of an answer would take figures along.
LEAST_KEY_CHARACTERS: Final = 8
IDENTITY_DIGITS: Final = 32
# In English whatever the language of the machine.
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Prepared:
    """One request, ready to go.

    Attributes:
        source_id: whose.
        part: which of its requests.
        partition: for messages.
        url: the address without parameters; it may hold the key.
        params: query parameters; the key may be one.
        headers: the key may be one.
        body: of a POST; None for a GET.
        secrets: what must show nowhere.
        host: whom the rate is kept for.
        shown: the whole address with *** for the key.
        identity: of the question, the same with every key and none; says whether two answers are to the same question.
        is_keyless: asked in the publisher's way without a key.
    """

    source_id: str
    part: str
    partition: Partition
    method: str
    url: str = field(repr=False)
    params: Pairs = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    host: str
    shown: str
    identity: str
    is_keyless: bool = False

    @property
    def place(self) -> str:
        """For messages: source, part and partition."""
        return f"{self.source_id}, part {self.part}, {self.partition.key}"

    @property
    def address(self) -> str:
        """The whole address that is asked, key included: never to be shown."""
        return _joined(self.url, self.params, self.secrets)


def prepare(source: Source, part: str, partition: Partition, page: Page, environ: Mapping[str, str]) -> Prepared:
    """The request for one page of one part of a partition.

    Args:
        source: one that is asked live.
        part: which of its requests.
        partition: what is asked.
        page: where in a longer answer; the first one is `Page()`.
        environ: holds the key.

    Raises:
        KeyMissing: the key that the publisher requires is not set, or cannot be one.
        ContractError: the file names a placeholder that there is none of, or the source has no such part.
    """
    live = live_of(source)
    if part not in live.requests:
        raise ContractError(f"{source.id}: no request {part!r} in its file; it has {', '.join(live.requests)}")
    request = live.requests[part]
    key = _key_value(source.id, live.key, environ)
    keyless = request.keyless if live.key and not key else None
    words = _words(live, partition, key)
    hidden = {**words, "key": HIDDEN} if key else words
    sent, shown = (_addressed(source.id, live.key, request, keyless, page, known) for known in (words, hidden))
    url, params, headers, body = sent
    _, _, shown_headers, shown_body = shown
    shown_url = _joined(shown[0], shown[1])
    told = json.dumps([request.method, shown_url, sorted(shown_headers.items()), (shown_body or b"").decode()])
    return Prepared(
        source_id=source.id,
        part=part,
        partition=partition,
        method=request.method,
        url=url,
        params=params,
        headers=headers,
        body=body,
        secrets=(key,) if key else (),
        host=urlsplit(url).netloc,
        shown=Redactor([key]).text(shown_url),
        identity=hashlib.sha256(told.encode()).hexdigest()[:IDENTITY_DIGITS],
        is_keyless=keyless is not None,
    )


def live_of(source: Source) -> Live:
    """How a source is asked live.

    Raises:
        ContractError: it is not.
    """
    if source.live is None:
        raise ContractError(f"{source.id} is not asked live: schemas/sources/{source.id}.yaml has no block `live`")
    return source.live


def keys_of(source: Source, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The key of a source, if the environment has one: what must show nowhere."""
    key = live_of(source).key
    value = environ.get(key.variable, "").strip() if key else ""
    return (value,) if value else ()


def _key_value(source_id: str, key: Key | None, environ: Mapping[str, str]) -> str:
    """The key, or blank where none is needed or an optional one is not set."""
    if key is None:
        return ""
    value = environ.get(key.variable, "").strip()
    if not value:
        if key.is_required:
            raise KeyMissing(
                f"{source_id}: the publisher asks for a key and {key.variable} is not set. Obtain one: "
                f"{key.obtained}; then set {key.variable} in the environment"
            )
        return ""
    if len(value) < LEAST_KEY_CHARACTERS or not value.isascii() or not value.isprintable() or value == REDACTED:
        raise KeyMissing(
            f"{source_id}: {key.variable} does not hold a key: {len(value)} characters; expected at least "
            f"{LEAST_KEY_CHARACTERS} of printable ASCII. Obtain one: {key.obtained}"
        )
    return value


def _words(live: Live, partition: Partition, key: str) -> dict[str, str]:
    """What the placeholders stand for; those that the partition has nothing for are left out."""
    first, last = partition.first_day, partition.last_day
    words = {"period": partition.period}
    if first and last:
        words |= {"year": f"{first:%Y}", "from_": first.isoformat(), "to": last.isoformat()}
        words |= {"month": f"{first:%m}", "month_name": MONTHS[first.month - 1]} if _is_month(first, last) else {}
    if partition.reporter in live.partitions.reporters:
        words["reporter"] = live.partitions.reporters[partition.reporter]
    return words | ({"key": key} if key else {})


def _is_month(first: dt.date, last: dt.date) -> bool:
    return first.month == last.month


Addressed = tuple[str, Pairs, dict[str, str], bytes | None]


def _addressed(  # noqa: PLR0913, PLR0917  (all that an address is made from)
    source_id: str, key: Key | None, request: Request, keyless: Keyless | None, page: Page, words: Mapping[str, str]
) -> Addressed:
    """Address, parameters, headers and body, with the given words in their placeholders."""

    def fill(text: str, *, is_address: bool = False) -> str:
        return _filled(text, words, source_id, is_address=is_address)

    asked_as = keyless or request
    url = fill(asked_as.url, is_address=True)
    pairs = [
        (name, fill(text))
        for name, texts in asked_as.parameters.items()
        for text in ([texts] if isinstance(texts, str) else texts)
    ]
    headers = {name: fill(text) for name, text in request.headers.items()}
    body, content_type = _body(request, fill)
    headers |= {"content-type": content_type} if content_type else {}
    if page.cursor is not None and request.paging is not None:
        if request.paging.kind == "next_link":
            url, pairs = _link(page.cursor)
        else:
            name = request.paging.parameter
            pairs = [*((known, text) for known, text in pairs if known != name), (name, page.cursor)]
    if key and "key" in words and key.place == "query":
        pairs = [*((name, text) for name, text in pairs if name != key.name), (key.name, words["key"])]
    if key and "key" in words and key.place == "header":
        headers[key.name] = words["key"]
    return url, tuple(pairs), headers, body


def _link(link: str) -> tuple[str, list[tuple[str, str]]]:
    """The parts of the publisher's next address; what was redacted in it is left out and set anew."""
    parts = urlsplit(link)
    pairs = [(name, text) for name, text in parse_qsl(parts.query, keep_blank_values=True) if text != REDACTED]
    return parts._replace(query="", fragment="").geturl(), pairs


def _body(request: Request, fill: Any) -> tuple[bytes | None, str]:
    if request.form:
        form = {name: fill(text) for name, text in request.form.items()}
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    if request.json_body is not None:
        return json.dumps(_filled_deep(request.json_body, fill)).encode(), "application/json"
    return None, ""


def _filled_deep(value: object, fill: Any) -> object:
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, dict):
        return {name: _filled_deep(item, fill) for name, item in value.items()}
    return [_filled_deep(item, fill) for item in value] if isinstance(value, list) else value


def _filled(text: str, words: Mapping[str, str], source_id: str, *, is_address: bool) -> str:
    """A text with its placeholders filled; {{ and }} are not needed, since no publisher's text has braces.

    Raises:
        ContractError: a placeholder is unknown, or the partition or key has nothing for it.
    """

    def word(found: re.Match[str]) -> str:
        name = found[1]
        if name not in words:
            allowed = PLACEHOLDERS if name not in PLACEHOLDERS else tuple(words)
            raise ContractError(
                f"schemas/sources/{source_id}.yaml: {{{name}}} in {text!r} has no value; here it may be one of "
                f"{', '.join(allowed)}"
            )
        return quote(words[name], safe="*" if name == "key" else AS_WRITTEN) if is_address else words[name]

    return PLACEHOLDER.sub(word, text)


def _joined(url: str, params: Iterable[tuple[str, str]], secrets: Iterable[str] = ()) -> str:
    """An address with its parameters; of a key every sign is encoded, since a plus would be read as a blank."""
    query = "&".join(
        f"{quote(name, safe=AS_WRITTEN)}={quote(text, safe='' if text in secrets else AS_WRITTEN)}"
        for name, text in params
    )
    return f"{url}?{query}" if query else url
