"""Reading a contributor's file: CSV, our workbook or Parquet, into batches of rows whose cells are all still text.

Nothing is guessed: no type, no encoding, no missing mark, no width. What cannot be read strictly is a fault, with the
row it stands in. Blank cells are null. Types come later, cell by cell (`cells`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from compact_pipelines.contracts.faults import Fault, UnreadableFile, shown
from compact_pipelines.errors import UsageError

MIB: Final = 1 << 20
GROWTH: Final = 10  # how many times the largest file allowed a file may be, unpacked
Progress = Callable[[int, int], None]  # done, total


def unwatched(done: int, total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True)
class Limits:
    """How much a file may hold; an agreement with a partner may raise it.

    Attributes:
        file_bytes: size on the disk.
        rows: data rows.
        columns: columns.
        cell_characters: characters of one cell.
    """

    file_bytes: int = 50 * MIB
    rows: int = 1_000_000
    columns: int = 200
    cell_characters: int = 4_000


@dataclass(frozen=True)
class Batch:
    """Some rows of a file.

    Attributes:
        texts: (rows, the file's columns), every cell text or null.
        numbers: which data row of the file each is, counted from 1.
        faults: rows that could not be read and are left out, cells that are no text and are null.
    """

    texts: pl.DataFrame
    numbers: pl.Series
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class TextFile:
    """A file whose header has been read.

    Attributes:
        kind: csv, xlsx or parquet.
        header: the names in its first row, as they stand there.
        read: gives the rows; may be called again to read them once more.
    """

    kind: str
    header: list[str]
    read: Callable[[Progress], Iterator[Batch]]


def open_file(path: Path, limits: Limits | None = None) -> TextFile:
    """Open a file and read its header.

    Raises:
        UsageError: there is no such file, or it may not be read.
        UnreadableFile: it is too large, of another format than its name says, or has no usable header.
    """
    from compact_pipelines.contracts.csv_files import open_csv  # noqa: PLC0415  (readers know this module)
    from compact_pipelines.contracts.parquet_files import open_parquet  # noqa: PLC0415
    from compact_pipelines.contracts.workbooks import open_workbook  # noqa: PLC0415

    limits = limits or Limits()
    if not path.is_file():
        raise UsageError(f"{path} is not a file; name the file to look at")
    openers = {".csv": open_csv, ".xlsx": open_workbook, ".parquet": open_parquet}
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise UnreadableFile(Fault("file_format", found=f"The name ends in '{path.suffix}'"))
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise UnreadableFile(
                Fault("file_size", found=f"The file has {size:,} bytes; the limit is {limits.file_bytes:,}")
            )
        file = opener(path, limits)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    _require_header(file.header, limits)
    return file


def _require_header(header: list[str], limits: Limits) -> None:
    if not any(header):
        raise UnreadableFile(Fault("has_header", found="The first row is empty"))
    if len(header) > limits.columns:
        found = f"The header names {len(header):,} columns; the limit is {limits.columns}"
        raise UnreadableFile(Fault("column_count", found=found))
    if long := [name for name in header if len(name) > limits.cell_characters]:
        found = f"The header has a name of {len(long[0]):,} characters; it begins with '{shown(long[0])}'"
        raise UnreadableFile(Fault("cell_length", found=found))
    known = [name.lower() for name in header]
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise UnreadableFile(
            *(
                Fault("duplicate_column", column=name, value=name, found=f"Column '{name}' stands twice")
                for name in twice
            )
        )


def require_rows(rows: int, limits: Limits) -> None:
    """Refuse a file with more rows than allowed.

    Raises:
        UnreadableFile: it has.
    """
    if rows > limits.rows:
        raise UnreadableFile(Fault("row_count", found=f"The file has more than {limits.rows:,} rows"))
