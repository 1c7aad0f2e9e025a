"""JSON pointers (RFC 6901) into a publisher's answer, with one addition: `*` stands for each item of a list.

Where a publisher gives one item as it is and several as a list, `*` finds both: an object is its own only item.
"""

import json
from collections.abc import Iterator
from typing import Any


def document_of(content: bytes) -> Any:
    """The body as JSON.

    Raises:
        ValueError: it is not JSON in UTF-8, with or without a byte order mark, or nested as no answer is.
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def values_at(document: Any, pointer: str) -> list[Any]:
    """All that a pointer leads to: nothing, one value, or one for each item where it holds `*`."""
    if not pointer:
        return [document]
    return list(_follow(document, [_plain(step) for step in pointer.removeprefix("/").split("/")]))


def _follow(value: Any, steps: list[str]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, *rest = steps
    if step == "*":
        for item in value if isinstance(value, list) else [value] if isinstance(value, dict) else []:
            yield from _follow(item, rest)
    elif isinstance(value, dict) and step in value:
        yield from _follow(value[step], rest)
    elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        yield from _follow(value[int(step)], rest)


def _plain(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
