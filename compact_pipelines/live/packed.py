"""Whether a key is inside a file that is packed: a workbook or a ZIP file cannot be redacted without breaking it."""

import io
import zipfile
import zlib
from typing import Final

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.redaction import Redactor

BEGINS: Final = b"PK"
# Packed files inside packed files: no publisher's is deeper.
MOST_DEPTH: Final = 3
UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def is_packed(body: bytes) -> bool:
    """Whether a body is a ZIP file, as workbooks are too."""
    return body.startswith(BEGINS)


def require_no_key(body: bytes, redactor: Redactor, most_bytes: int, place: str) -> None:
    """Pass only a packed file in which there is no key, neither in its names nor in what it holds.

    Args:
        body: the file.
        redactor: knows the key.
        most_bytes: what it holds may be this large, unpacked.
        place: for messages.

    Raises:
        SourceChanged: a key is in it, or it cannot be looked into; it is not to be kept.
    """
    _look_into(body, redactor, most_bytes, place, 1)


def _look_into(body: bytes, redactor: Redactor, left: int, place: str, depth: int) -> int:
    """How many bytes are left to be looked at after a packed file."""
    if redactor.holds(body):
        raise _found(place)
    if depth > MOST_DEPTH:
        raise SourceChanged(f"{place}: files are packed more than {MOST_DEPTH} deep; the answer is not kept")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for member in packed.infolist():
                with packed.open(member) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise SourceChanged(
                        f"{place}: the answer unpacks to more than allowed; raise most_bytes in the source's file if "
                        "that is right"
                    )
                if redactor.holds(content):
                    raise _found(place)
                if is_packed(content):
                    left = _look_into(content, redactor, left, place, depth + 1)
    except UNREADABLE as error:
        raise SourceChanged(
            f"{place}: the answer is packed and cannot be looked into for a key ({type(error).__name__}), so it is not "
            "kept"
        ) from None
    return left


def _found(place: str) -> SourceChanged:
    return SourceChanged(
        f"{place}: the answer is a packed file that tells our key, so it is not kept; tell the publisher, and have the "
        "key renewed"
    )
