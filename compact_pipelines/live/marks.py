"""Whether an answer looks as a source's file describes it."""

from typing import Any, Final

from compact_pipelines.contracts.marks import Mark, Scalar
from compact_pipelines.live.pointers import document_of, values_at
from compact_pipelines.live.received import Received

QUOTED_CHARACTERS: Final = 200
FIRST_BYTES: Final = 4_096


class Looked:
    """A received answer, its JSON read once and only if somebody looks at it."""

    def __init__(self, received: Received) -> None:
        self.received = received
        self.begins = received.content[:FIRST_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        self._document: Any = None
        self._is_json: bool | None = None

    def values(self, pointer: str) -> list[Any] | None:
        """What a pointer leads to; None where the body is no JSON."""
        if self._is_json is None:
            try:
                self._document, self._is_json = document_of(self.received.content), True
            except ValueError:
                self._is_json = False
        return values_at(self._document, pointer) if self._is_json else None


def fits(mark: Mark, looked: Looked) -> bool:
    """Whether everything that a mark states holds."""
    received = looked.received
    return (
        (not mark.status or received.status in mark.status)
        and (not mark.header or mark.header.lower() in received.headers)
        and (not mark.has_no_body or not received.content.strip())
        and (not mark.of_content_type or received.content_type.startswith(mark.of_content_type.lower()))
        and (not mark.contains or mark.contains.lower().encode() in received.content[:FIRST_BYTES].lower())
        and (not mark.pointer or _fits_pointer(mark, looked))
    )


def _fits_pointer(mark: Mark, looked: Looked) -> bool:
    values = looked.values(mark.pointer)
    if values is None:
        return False
    if mark.is_absent:  # and not because the answer is another one altogether
        return not values and bool(looked.values(mark.pointer.rpartition("/")[0]))
    if mark.is_empty:
        return any(_is_empty(value) for value in values)
    if mark.is_filled:
        return any(not _is_empty(value) for value in values)
    if mark.equals:
        return any(_is_same(value, expected) for value in values for expected in mark.equals)
    return bool(values)


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {}) and value is not False


def _is_same(value: Any, expected: Scalar) -> bool:
    """Whether two scalars are one; publishers write a number as text today and as a number tomorrow."""
    if isinstance(value, dict | list):
        return False
    if None in (value, expected) or isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    return str(value) == str(expected)


def quoted(received: Received) -> str:
    """The first characters of a body, for a message; where a redirect has none, where it leads."""
    if "location" in received.headers:
        return f"redirects to {received.headers['location'][:QUOTED_CHARACTERS]}"
    if not received.content:
        return "no body"
    begins = received.content[: 4 * QUOTED_CHARACTERS].decode("utf-8", errors="replace")
    printable = "".join(letter if letter.isprintable() else " " for letter in begins)
    return f"it begins {' '.join(printable.split())[:QUOTED_CHARACTERS]!r}"
