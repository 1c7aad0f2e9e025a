"""JSON from outside: bounded in size, depth and length of numbers, no key twice, whole numbers only.

Python's own reader takes a key twice, NaN and 1e999, and gives up with an error of its own on deep nesting and very
long numbers; none of that reaches a caller here.
"""

import json
from typing import Any, Final

from compact_pipelines.contracts.faults import shown
from compact_pipelines.errors import DropError

DEPTH: Final = 8
DIGITS: Final = 18  # of a whole number
WRITE_IT: Final = "Let compact drop pack write the manifest, or correct it."


class NotStrict(DropError):
    """JSON that is not taken.

    Attributes:
        rule: the rule that is broken.
        found: what was found.
        allowed: what is allowed.
        mend: what to do.
        field: the field it is about, if it is one.
    """

    def __init__(self, rule: str, found: str, allowed: str, mend: str = WRITE_IT, field: str | None = None) -> None:
        self.rule, self.found, self.allowed, self.mend, self.field = rule, found, allowed, mend, field
        super().__init__(f"{found} {allowed} {mend}")


def read_json(content: bytes, limit: int) -> Any:
    """Read one JSON document.

    Args:
        content: its bytes, UTF-8 without a byte order mark.
        limit: how many bytes it may have.

    Raises:
        NotStrict: it is too large or too deep, not UTF-8, not JSON, has a key twice, or a number that is not whole.
    """
    if len(content) > limit:
        raise NotStrict("manifest_size", f"The manifest has {len(content):,} bytes.", f"It has at most {limit:,}.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStrict("manifest_is_utf8", f"Byte {error.start + 1} is not UTF-8.", "A manifest is UTF-8.") from None
    if text.startswith("\ufeff"):
        raise NotStrict("manifest_is_utf8", "It begins with a byte order mark.", "A manifest is UTF-8 without one.")
    if _depth(text) > DEPTH:
        raise NotStrict(
            "manifest_is_json",
            f"It is nested more than {DEPTH} deep.",
            "A manifest is one object with a list of files.",
        )
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_no_number, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        place = f"It is not JSON at line {error.lineno}, character {error.colno}."
        raise NotStrict("manifest_is_json", place, "A manifest is one JSON object and nothing more.") from None


def _depth(text: str) -> int:
    """How deep brackets nest, those in strings left out."""
    depth = deepest = 0
    is_string = is_escaped = False
    for character in text:
        if is_string:
            is_string = is_escaped or character != '"'
            is_escaped = not is_escaped and character == "\\"
        elif character == '"':
            is_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            field = shown(name)
            raise NotStrict(
                "duplicate_field", f"The field '{field}' stands twice.", "A field stands once.", "Keep one.", field
            )
        made[name] = value
    return made


def _no_number(text: str) -> Any:
    raise NotStrict("whole_number", f"There is a number {shown(text)}.", "Numbers are whole, in plain digits.")


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > DIGITS:
        raise NotStrict("whole_number", f"There is a number of {len(text):,} digits.", f"It has at most {DIGITS}.")
    return int(text)
