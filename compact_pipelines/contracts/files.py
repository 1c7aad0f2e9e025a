"""Reading a contributor's file: CSV, our workbook or Parquet, into batches of rows whose cells are all still text.

Nothing is guessed: no type, no encoding, no missing mark, no width. What cannot be read strictly is a fault, with the
row it stands in. Blank cells are null. Types come later, cell by cell (`cells`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from compact_pipelines.contracts.faults import Fault, UnreadableFile, shown
from compact_pipelines.errors import UsageError

if TYPE_CHECKING:
    import polars as pl  # a process that only reads does without it

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
    """Some rows, as they are judged.

    Attributes:
        texts: (rows, the file's columns), every cell text or null.
        numbers: which data row of the file each is, counted from 1.
        faults: rows that could not be read and are left out, cells that are no text and are null.
    """

    texts: "pl.DataFrame"
    numbers: "pl.Series"
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    """Some rows of a file, as they are read; judged like a batch, and faster where columns are dictionaries.

    Attributes:
        block: (rows, the file's columns), every cell text or null; a column may be a dictionary of texts.
        places: which data row of the file each is, counted from 1.
        faults: rows that could not be read and are left out, cells that are no text and are null.
    """

    block: pa.Table
    places: "np.ndarray[Any, Any]"
    faults: list[Fault] = field(default_factory=list)

    @property
    def texts(self) -> "pl.DataFrame":
        """(rows, the file's columns), every cell text or null."""
        return self.texts_of(self.block.schema.names)

    def texts_of(self, names: list[str]) -> "pl.DataFrame":
        """(rows, some of the file's columns), every cell text or null."""
        import polars as pl  # noqa: PLC0415

        return pl.DataFrame([_text(self.block.column(name)).alias(name) for name in names])

    def words(self, most: int) -> dict[str, set[str | None]]:
        """Of the columns that are dictionaries of at most so many texts what stands in them, None for a blank."""
        found: dict[str, set[str | None]] = {}
        for name, column in zip(self.block.schema.names, self.block.columns, strict=True):
            if pa.types.is_dictionary(column.type) and sum(len(part.dictionary) for part in column.chunks) <= most:
                listed = {word for part in column.chunks for word in part.dictionary.to_pylist()}
                found[name] = listed | {None} if column.null_count else listed
        return found

    @property
    def numbers(self) -> "pl.Series":
        """Which data row of the file each is, counted from 1."""
        import polars as pl  # noqa: PLC0415

        return pl.Series(self.places, dtype=pl.Int64)


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
    read: Callable[[Progress], Iterator[Block]]


Opener = Callable[[Path, Limits], TextFile]


def _text(column: pa.ChunkedArray) -> "pl.Series":
    import polars as pl  # noqa: PLC0415

    whole = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        return pl.Series(pl.from_arrow(whole), dtype=pl.String)
    if not len(whole.dictionary):
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(whole))
    words = pl.Series(pl.from_arrow(whole.dictionary), dtype=pl.String)
    return words.gather(pl.Series(pl.from_arrow(whole.indices)))


def open_file(path: Path, limits: Limits | None = None, *, ending: str | None = None) -> TextFile:
    """Open a file and read its header.

    Args:
        path: where it is.
        limits: how much it may hold.
        ending: .csv, .xlsx or .parquet, where the path does not say what the file is.

    Raises:
        UsageError: there is no such file, or it may not be read.
        UnreadableFile: it is too large, of another format than its name says, or has no usable header.
    """
    limits = limits or Limits()
    if not path.is_file():
        raise UsageError(f"{path} is not a file; name the file to look at")
    opener = opener_of(path.suffix if ending is None else ending)
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


def opener_of(ending: str) -> Callable[[Path, Limits], TextFile]:
    """The reader of a format; only that is loaded, since each brings its own library.

    Raises:
        UnreadableFile: there is no reader of such files.
    """
    if ending.lower() == ".csv":
        from compact_pipelines.contracts.csv_files import open_csv  # noqa: PLC0415  (readers know this module)

        return open_csv
    if ending.lower() == ".xlsx":
        from compact_pipelines.contracts.workbooks import open_workbook  # noqa: PLC0415

        return open_workbook
    if ending.lower() == ".parquet":
        from compact_pipelines.contracts.parquet_files import open_parquet  # noqa: PLC0415

        return open_parquet
    raise UnreadableFile(Fault("file_format", found=f"The name ends in '{ending}'"))


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
