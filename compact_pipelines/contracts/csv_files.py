"""CSV, read strictly: UTF-8, quotes as in RFC 4180, every row as wide as the header.

Every byte is looked at first for encoding and quotes, because the fast reader forgives both; then it reads the file in
blocks, each column as text. `csv.reader(strict=True)` is the reference it must agree with; a test holds it to that.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from compact_pipelines.contracts.faults import Fault, UnreadableFile
from compact_pipelines.contracts.files import MIB, Block, Limits, Progress, TextFile, require_rows

SCAN_BYTES: Final = 4 * MIB
BLOCK_BYTES: Final = 8 * MIB  # measured on a million rows: as fast as 64 MiB (1.4 s), with 320 MiB less at the peak
FEW_WORDS, ROWS_A_WORD = 100, 16  # a column of more words, and fewer rows to a word, is no dictionary
MOST_RAGGED, SHOWN_RAGGED = (
    10_000,
    100,
)  # with more rows of another width the file is something else, and is not read on
QUOTE, COMMA, NEWLINE, RETURN = (ord(character) for character in '",\n\r')
OTHER_MARKS: Final = {b";": "semicolons", b"\t": "tabs"}
OTHER_FILES: Final = {b"PK\x03\x04": "a workbook or a ZIP archive", b"\x1f\x8b": "packed (gzip)", b"PAR1": "Parquet"}
UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class _Scan:
    """What a look at every byte of a file tells; row numbers are counted by the line breaks outside quotes.

    Attributes:
        cuts: where the file may be parted: the end of the header, and then row ends as far apart as BLOCK_BYTES allows.
    """

    quotes: int = 0
    line_breaks: int = 0
    last_byte: int = NEWLINE
    cuts: list[int] = field(default_factory=list)
    _looked_at: int = 0
    _last_end: int = 0

    @property
    def row(self) -> int:
        """The data row that the next byte belongs to: the header's line is row 0."""
        return self.line_breaks

    def without_mark(self, chunk: bytes) -> bytes:
        """The first bytes of the file, less the mark that may stand before them."""
        rest = chunk.removeprefix(codecs.BOM_UTF8)
        self._looked_at = len(chunk) - len(rest)
        return rest

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
        self._cut(breaks + (self._looked_at + 1))
        self._looked_at += len(chunk)

    def _cut(self, ends: "np.ndarray[Any, Any]") -> None:
        if not len(ends):
            return
        if not self.cuts:
            self.cuts.append(int(ends[0]))
        while ends[-1] > self.cuts[-1] + BLOCK_BYTES:
            place = int(np.searchsorted(ends, self.cuts[-1] + BLOCK_BYTES, side="right"))
            end = int(ends[place - 1]) if place else self._last_end
            self.cuts.append(end if end > self.cuts[-1] else int(ends[place]))
        self._last_end = int(ends[-1])

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
        if is_first and (packed := next((name for mark, name in OTHER_FILES.items() if chunk.startswith(mark)), None)):
            raise UnreadableFile(Fault("file_format", found=f"The file is {packed}, and no CSV"))
        if is_first and chunk.startswith(UTF16_MARKS):
            raise UnreadableFile(Fault("file_is_utf8", found="The file is UTF-16"))
        if is_first:
            _require_commas(chunk)
        _require_text(decoder, chunk, scan)
        scan.look(scan.without_mark(chunk) if is_first else chunk)
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
        if mark in header and b"," not in header and header.isascii():
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


def _read_rows(path: Path, header: list[str], limits: Limits, scan: _Scan, progress: Progress) -> Iterator[Block]:
    if scan.line_breaks == 0:
        return  # a header and nothing below it
    size, first, rows = path.stat().st_size, 1, _Rows(header, has_quotes=scan.quotes > 0)
    with path.open("rb") as handle:
        for start, end in pairwise([*scan.cuts, size]):
            if end == start:
                continue
            if end - start > BLOCK_BYTES:
                raise UnreadableFile(_why_unreadable(handle))  # a row as long as that
            handle.seek(start)
            told = len(rows.ragged)
            block = rows.read(handle, end - start, first)
            left_out = rows.ragged[told:]
            height = block.num_rows + len(left_out)
            numbers = np.arange(first, first + height, dtype=np.int64)
            if left_out:
                numbers = np.delete(numbers, [(fault.row or first) - first for fault in left_out])
            first += height
            require_rows(first - 1, limits)
            yield Block(block, numbers, left_out)
            progress(end, size)


class _Rows:
    """Reads stretches of rows; a column whose cells are mostly alike becomes a dictionary, which is faster to judge."""

    def __init__(self, header: list[str], *, has_quotes: bool) -> None:
        self.ragged: list[Fault] = []
        self._header, self._has_quotes = header, has_quotes
        self._kinds: dict[str, pa.DataType] = dict.fromkeys(header, pa.dictionary(pa.int32(), pa.string()))

    def read(self, handle: BinaryIO, size: int, first: int) -> pa.Table:
        """The rows in the next bytes, the first of which has that number.

        Raises:
            UnreadableFile: they cannot be parted into cells, or too many are of another width.
        """
        content = bytearray(len(codecs.BOM_UTF8) + size)  # the reader takes one mark off, and may only take this one
        content[: len(codecs.BOM_UTF8)] = codecs.BOM_UTF8
        got = handle.readinto(memoryview(content)[len(codecs.BOM_UTF8) :])  # type: ignore[attr-defined]
        if got != size:
            raise UnreadableFile(Fault("file_is_csv", found="The file became shorter while it was read"))
        try:
            block = arrow_csv.read_csv(pa.BufferReader(content), **self._options(first))
        except pa.ArrowInvalid:
            if len(self.ragged) >= MOST_RAGGED:
                raise UnreadableFile(*self.ragged[:SHOWN_RAGGED]) from None
            raise UnreadableFile(_why_unreadable(handle)) from None
        for name, column in zip(self._header, block.columns, strict=True):
            if pa.types.is_dictionary(column.type) and _is_varied(column):
                self._kinds[name] = pa.string()
        return block

    def _options(self, first: int) -> dict[str, Any]:
        def leave_out(row: arrow_csv.InvalidRow) -> str:
            number, cells = first - 1 + row.number, row.actual_columns
            found = f"Row {number} has {cells} cell{'' if cells == 1 else 's'}, the header has {row.expected_columns}"
            self.ragged.append(Fault("row_width", row=number, value=row.text, found=found))
            return "skip" if len(self.ragged) < MOST_RAGGED else "error"

        return {
            "read_options": arrow_csv.ReadOptions(
                column_names=self._header, block_size=2 * BLOCK_BYTES, use_threads=False
            ),
            "parse_options": arrow_csv.ParseOptions(
                newlines_in_values=self._has_quotes, ignore_empty_lines=False, invalid_row_handler=leave_out
            ),
            "convert_options": arrow_csv.ConvertOptions(
                column_types=self._kinds,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        }


def _is_varied(column: pa.ChunkedArray) -> bool:
    words = sum(len(chunk.dictionary) for chunk in column.chunks)
    return words > max(FEW_WORDS, len(column) // ROWS_A_WORD)


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
