"""Rows of a CSV exactly as they stand in it, cut out by their numbers in one pass over its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from compact_pipelines.contracts.csv_files import NEWLINE, QUOTE, RETURN
from compact_pipelines.contracts.files import MIB

READ_BYTES: Final = 4 * MIB


@dataclass(frozen=True)
class Stretch:
    """Some rows of a file, one after the other.

    Attributes:
        first: the number of the first row.
        last: the number of the last row.
        lines: what stands in each, and after each its line break.
    """

    first: int
    last: int
    lines: pa.Array

    def cut(self, rows: "np.ndarray[Any, Any]") -> pa.Array:
        """The bytes of some of the rows, without their line breaks."""
        return self.lines.take(pa.array(2 * (rows - self.first)))


def stretches(path: Path) -> Iterator[Stretch]:
    """All rows of a CSV, the header as row 0; a quote keeps a line break in its row, as RFC 4180 has it."""
    with path.open("rb", buffering=0) as handle:
        first, rest = 0, b""
        while chunk := handle.read(max(READ_BYTES, len(rest))):  # a row longer than a chunk is read in few steps
            content = rest + chunk
            starts, ends = _rows(content)
            if len(ends):
                yield _stretch(content, starts, ends, first)
                first += len(ends)
                rest = content[starts[-1] :]
            else:
                rest = content
        if rest:
            content = rest.removesuffix(b"\r") + b"\n"
            yield _stretch(content, np.array([0, len(content)]), np.array([len(content) - 1]), first)


def _rows(content: bytes) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Where rows that are whole start and end (before their line breaks); one more start, of what is left.

    A return at the end of the content may be half a line break, so its row is not whole.
    """
    letters = np.frombuffer(content, dtype=np.uint8)
    ends = np.flatnonzero(letters == NEWLINE)
    is_double = (ends > 0) & (letters[ends - 1] == RETURN)
    starts, ends = ends + 1, ends - is_double
    if content.count(b"\r") > int(is_double.sum()):
        returns = np.flatnonzero(letters[:-1] == RETURN)
        alone = returns[letters[returns + 1] != NEWLINE]
        order = np.argsort(np.concatenate([ends, alone]), kind="stable")
        ends, starts = np.concatenate([ends, alone])[order], np.concatenate([starts, alone + 1])[order]
    quotes = np.flatnonzero(letters == QUOTE)
    if len(quotes):
        is_outside = np.searchsorted(quotes, ends) % 2 == 0
        ends, starts = ends[is_outside], starts[is_outside]
    return np.concatenate([[0], starts]), ends


def _stretch(content: bytes, starts: "np.ndarray[Any, Any]", ends: "np.ndarray[Any, Any]", first: int) -> Stretch:
    cuts = np.empty(2 * len(ends) + 1, dtype=np.int64)
    cuts[0::2], cuts[1::2] = starts, ends
    buffers = [None, pa.py_buffer(cuts), pa.py_buffer(content)]
    return Stretch(first, first + len(ends) - 1, pa.Array.from_buffers(pa.large_binary(), len(cuts) - 1, buffers))
