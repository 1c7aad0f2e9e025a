"""CSV, read strictly: UTF-8, quotes as in RFC 4180, every row as wide as the header.

Every byte is looked at first for encoding and quotes, because the fast reader forgives both; then it reads the file in
blocks, each column as text. `csv.reader(strict=True)` is the reference it must agree with; a test holds it to that.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from compact_pipelines.contracts.faults import Fault, UnreadableFile
from compact_pipelines.contracts.files import MIB, Batch, Limits, Progress, TextFile, require_rows

SCAN_BYTES: Final = 4 * MIB
BLOCK_BYTES: Final = 8 * MIB  # measured on a million rows: as fast as 64 MiB (1.4 s), with 320 MiB less at the peak
MOST_RAGGED, SHOWN_RAGGED = (
    10_000,
    100,
)  # with more rows of another width the file is something else, and is not read on
QUOTE, COMMA, NEWLINE, RETURN = (ord(character) for character in '",\n\r')
OTHER_MARKS: Final = {b";": "semicolons", b"\t": "tabs"}
UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class _Scan:
    """What a look at every byte of a file tells; row numbers are counted by the line breaks outside quotes."""

    quotes: int = 0
    line_breaks: int = 0
    last_byte: int = NEWLINE

    @property
    def row(self) -> int:
        """The data row that the next byte belongs to: the header's line is row 0."""
        return self.line_breaks

    def look(self, chunk: bytes) -> None:
        """Take the next bytes of the file in; they end in a quote or a return only where the file does.

        Raises:
            UnreadableFile: a quote stands where RFC 4180 has none.
        """
        if not chunk:
            return
        content = np.frombuffer(chunk, dtype=np.uint8)
        is_break = content == NEWLINE
        if b"\r" in chunk:  # alone it ends a line too
            is_break |= (content == RETURN) & (np.append(content[1:], 0) != NEWLINE)
        breaks = np.flatnonzero(is_break)
        quotes = np.flatnonzero(content == QUOTE)
        if len(quotes):
            order = self.quotes + np.arange(len(quotes))
            self._require_quotes_in_place(content, quotes, order, breaks)
            breaks = self._outside(breaks, quotes)
        self.quotes += len(quotes)
        self.line_breaks += len(breaks)
        self.last_byte = chunk[-1]

    def _outside(self, breaks: "np.ndarray[Any, Any]", quotes: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        is_outside = (self.quotes + np.searchsorted(quotes, breaks)) % 2 == 0
        outside: np.ndarray[Any, Any] = breaks[is_outside]
        return outside

    def _require_quotes_in_place(
        self,
        content: "np.ndarray[Any, Any]",
        quotes: "np.ndarray[Any, Any]",
        order: "np.ndarray[Any, Any]",
        breaks: "np.ndarray[Any, Any]",
    ) -> None:
        """An opening quote begins a cell, a closing one ends it; two together inside a cell are a quote of its text."""
        framed = np.concatenate([[self.last_byte], content, [NEWLINE]])
        outer = np.where(order % 2 == 0, framed[quotes], framed[quotes + 2])
        wrong = quotes[~np.isin(outer, [COMMA, NEWLINE, RETURN, QUOTE])]
        if len(wrong):
            before = breaks[breaks < wrong[0]]
            row = self.row + len(self._outside(before, quotes))
            raise UnreadableFile(_misplaced(row, "has a quote in the middle of a cell"))


def open_csv(path: Path, limits: Limits) -> TextFile:
    """Look at every byte, read the header, and hold the rows ready.

    Raises:
        UnreadableFile: the file is empty or not CSV in UTF-8.
    """
    with path.open("rb") as handle:
        scan = _scan(handle)
        handle.seek(0)
        header = _read_header(handle)
    return TextFile("csv", header, lambda progress: _read_rows(path, header, limits, scan, progress))


def _scan(handle: BinaryIO) -> _Scan:
    scan = _Scan()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_first = True
    while chunk := _chunk(handle):
        if is_first and chunk.startswith(UTF16_MARKS):
            raise UnreadableFile(Fault("file_is_utf8", found="The file is UTF-16"))
        if is_first:
            _require_commas(chunk)
        _require_text(decoder, chunk, scan)
        scan.look(chunk.removeprefix(codecs.BOM_UTF8) if is_first else chunk)
        is_first = False
    if decoder.getstate()[0]:
        raise UnreadableFile(_not_text(scan.row, "a character that is cut off"))
    if scan.quotes % 2:
        raise UnreadableFile(_misplaced(scan.row, "opens a quote that is never closed"))
    return scan


def _require_commas(chunk: bytes) -> None:
    """Told before quotes are looked at: where cells are parted by something else, quotes seem to be out of place."""
    header = re.split(rb"[\r\n]", chunk, maxsplit=1)[0]
    for mark, name in OTHER_MARKS.items():
        if mark in header and b"," not in header:
            raise UnreadableFile(Fault("file_is_csv", found=f"The file is parted by {name}"))


def _chunk(handle: BinaryIO) -> bytes:
    """The next bytes, never parted behind a quote or a return: what follows decides what it means."""
    chunk = handle.read(SCAN_BYTES)
    while chunk.endswith((b'"', b"\r")) and (more := handle.read(1)):
        chunk += more
    return chunk


def _require_text(decoder: codecs.IncrementalDecoder, chunk: bytes, scan: _Scan) -> None:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError as error:
        before = chunk[: max(0, error.start - (len(error.object) - len(chunk)))]
        row = scan.row + before.count(b"\n")
        raise UnreadableFile(_not_text(row, f"byte {error.object[error.start]:#04x}")) from None
    if (position := chunk.find(b"\0")) >= 0:
        raise UnreadableFile(_not_text(scan.row + chunk[:position].count(b"\n"), "a zero byte"))


def _not_text(row: int, what: str) -> Fault:
    return Fault("file_is_utf8", row=row or None, found=f"{_place(row)} has {what}, which is no text in UTF-8")


def _misplaced(row: int, what: str) -> Fault:
    return Fault("file_is_csv", row=row or None, found=f"{_place(row)} {what}")


def _place(row: int) -> str:
    return f"Row {row}" if row else "The header"


def _read_header(handle: BinaryIO) -> list[str]:
    lines = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="")
    try:
        return next(csv.reader(lines, strict=True), [])
    except csv.Error:
        raise UnreadableFile(_why_unreadable(handle)) from None
    finally:
        lines.detach()


def _read_rows(path: Path, header: list[str], limits: Limits, scan: _Scan, progress: Progress) -> Iterator[Batch]:
    if scan.line_breaks == 0:
        return  # a header and nothing below it
    size, ragged, told, first = path.stat().st_size, list[Fault](), 0, 1
    with path.open("rb") as handle:
        for block in _blocks(handle, header, ragged, has_quotes=scan.quotes > 0):
            texts = pl.DataFrame(pl.from_arrow(block))
            numbers = _numbers(first, texts.height, ragged)
            first = int(numbers[-1]) + 1 if texts.height else first
            require_rows(first - 1, limits)
            yield Batch(texts, pl.Series(numbers), ragged[told:])
            told = len(ragged)
            progress(handle.tell(), size)
    if told < len(ragged):
        yield Batch(pl.DataFrame(schema=dict.fromkeys(header, pl.String)), pl.Series([], dtype=pl.Int64), ragged[told:])


def _numbers(first: int, height: int, ragged: list[Fault]) -> "np.ndarray[Any, Any]":
    """The next numbers from `first` on, those of the rows left out passed over."""
    left_out = np.array([fault.row for fault in ragged if (fault.row or 0) >= first], dtype=np.int64)
    span = np.arange(first, first + height + len(left_out), dtype=np.int64)
    return np.setdiff1d(span, left_out, assume_unique=True)[:height]


def _blocks(handle: BinaryIO, header: list[str], ragged: list[Fault], *, has_quotes: bool) -> Iterator[pa.RecordBatch]:
    def leave_out(row: arrow_csv.InvalidRow) -> str:
        number, cells = row.number - 1, row.actual_columns  # the header is its row 1
        found = f"Row {number} has {cells} cell{'' if cells == 1 else 's'}, the header has {row.expected_columns}"
        ragged.append(Fault("row_width", row=number, value=row.text, found=found))
        return "skip" if len(ragged) < MOST_RAGGED else "error"

    options = {
        "read_options": arrow_csv.ReadOptions(
            column_names=header, skip_rows_after_names=1, block_size=BLOCK_BYTES, use_threads=False
        ),
        "parse_options": arrow_csv.ParseOptions(
            newlines_in_values=has_quotes, ignore_empty_lines=False, invalid_row_handler=leave_out
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    }
    try:
        yield from arrow_csv.open_csv(handle, **options)
    except pa.ArrowInvalid:
        if len(ragged) >= MOST_RAGGED:
            raise UnreadableFile(*ragged[:SHOWN_RAGGED]) from None
        raise UnreadableFile(_why_unreadable(handle)) from None


def _why_unreadable(handle: BinaryIO) -> Fault:
    """What the strict reference says of a file that cannot be read, as its quotes are in place: a cell without end."""
    handle.seek(0)
    lines, row = io.TextIOWrapper(handle, encoding="utf-8-sig", newline=""), 0
    try:
        for _ in csv.reader(lines, strict=True):
            row += 1
    except csv.Error as error:
        if "field limit" in str(error):
            found = f"{_place(row)} has a cell of more than {csv.field_size_limit():,} characters"
            return Fault("cell_length", row=row or None, found=found)
    finally:
        lines.detach()
    return Fault("file_is_csv", found="The rows cannot be parted into cells")
