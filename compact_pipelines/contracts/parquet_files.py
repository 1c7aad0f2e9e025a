"""Parquet with every column a string; how many rows, columns and bytes there are is read from its footer first.

Every column is read as a dictionary, so that a text that stands in a million rows is held once, and written out only
in parts of bounded size: 40 kB of Parquet can stand for hundreds of gigabytes of text.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import compute, parquet

from compact_pipelines.contracts.faults import Fault, UnreadableFile
from compact_pipelines.contracts.files import GROWTH, MIB, Block, Limits, Progress, TextFile, require_rows

MOST_ROWS_A_BATCH: Final = 1 << 17
BATCH_BYTES: Final = 32 * MIB  # of text, written out
SHOWN_LONG: Final = 100
MAGIC: Final = b"PAR1"
UNFOLDING: Final = "DELTA_BYTE_ARRAY"  # a cell is stored as what differs from the one before: bytes become gigabytes


def open_parquet(path: Path, limits: Limits) -> TextFile:
    """Read the footer, and hold the rows ready.

    Raises:
        UnreadableFile: the file is no Parquet, holds more rows or bytes than allowed, or columns that are no strings.
    """
    with path.open("rb") as handle:
        if handle.read(len(MAGIC)) != MAGIC:
            raise UnreadableFile(Fault("file_format", found="The file is no Parquet, or is cut off"))
    try:
        with parquet.ParquetFile(path) as file:
            metadata, schema = file.metadata, file.schema_arrow
            names = list(schema.names)
    except UnicodeDecodeError:
        found = "The name of a column has bytes that are no text in UTF-8"
        raise UnreadableFile(Fault("file_is_utf8", found=found)) from None
    except (pa.ArrowException, OSError) as error:
        raise _broken() from error
    require_rows(metadata.num_rows, limits)
    if typed := [column for column in schema if not _is_text(column.type)]:
        raise UnreadableFile(
            *(
                Fault("cell_is_text", column=column.name, found=f"Column '{column.name}' has type {column.type}")
                for column in typed
            )
        )
    unpacked = _require_plain_columns(metadata, limits)
    batch_rows = min(MOST_ROWS_A_BATCH, max(1, BATCH_BYTES * metadata.num_rows // max(1, unpacked)))
    return TextFile("parquet", names, lambda progress: _read_rows(path, names, batch_rows, limits, progress))


def _require_plain_columns(metadata: parquet.FileMetaData, limits: Limits) -> int:
    """How many bytes the columns have, unpacked."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    unpacked, most = sum(group.total_byte_size for group in groups), GROWTH * limits.file_bytes
    if unpacked > most:
        found = f"Unpacked, the file has {unpacked:,} bytes; the limit is {most:,}"
        raise UnreadableFile(Fault("file_size", found=found))
    chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
    if unfolding := dict.fromkeys(chunk.path_in_schema for chunk in chunks if UNFOLDING in chunk.encodings):
        raise UnreadableFile(
            *(
                Fault("plain_parquet", column=name, found=f"Column '{name}' has the encoding {UNFOLDING}")
                for name in unfolding
            )
        )
    return int(unpacked)


def _read_rows(path: Path, names: list[str], batch_rows: int, limits: Limits, progress: Progress) -> Iterator[Block]:
    first = 1
    try:
        with parquet.ParquetFile(path, read_dictionary=names) as file:
            for block in file.iter_batches(batch_size=batch_rows, use_threads=False):
                _require_text(block, first)
                _require_short_cells(block, first, limits)
                for part in _parts(block):
                    columns = [_blank_is_null(column.dictionary_decode().cast(pa.string())) for column in part.columns]
                    rows = np.arange(first, first + part.num_rows, dtype=np.int64)
                    yield Block(pa.Table.from_arrays(columns, names), rows)
                    first += part.num_rows
                    progress(first - 1, file.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        raise _broken() from error


def _require_text(block: pa.RecordBatch, first: int) -> None:
    """Arrow takes any bytes for a string; polars takes Arrow's word that they are UTF-8, and crashes where it errs."""
    for name, column in zip(block.schema.names, block.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):
                raise
            texts = column.dictionary.cast(pa.binary()).to_pylist()
            wrong = [code for code, text in enumerate(texts) if text is not None and not _is_utf8(text)]
            rows = np.flatnonzero(np.isin(column.indices.fill_null(-1).to_numpy(zero_copy_only=False), wrong))
            row = first + int(rows[0]) if len(rows) else None
            found = f"Column '{name}' has bytes that are no text in UTF-8"
            raise UnreadableFile(Fault("file_is_utf8", row=row, column=name, found=found)) from None


def _require_short_cells(block: pa.RecordBatch, first: int, limits: Limits) -> None:
    faults: list[Fault] = []
    for name, column in zip(block.schema.names, block.columns, strict=True):
        lengths = compute.utf8_length(column.dictionary)
        if (compute.max(lengths).as_py() or 0) <= limits.cell_characters:
            continue
        characters = lengths.take(column.indices).fill_null(0).to_numpy(zero_copy_only=False)
        faults += [
            Fault("cell_length", first + int(row), name, found=f"{name} has {characters[row]:,} characters")
            for row in np.flatnonzero(characters > limits.cell_characters)[:SHOWN_LONG]
        ]
    if faults:
        raise UnreadableFile(*faults)


def _parts(block: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The block in parts of at most BATCH_BYTES of text and a row, written out."""
    sizes = np.zeros(block.num_rows, dtype=np.int64)
    for column in block.columns:
        lengths = compute.binary_length(column.dictionary).take(column.indices)
        sizes += lengths.fill_null(0).to_numpy(zero_copy_only=False)
    ends = np.flatnonzero(np.diff(np.cumsum(sizes) // BATCH_BYTES)) + 1
    for start, end in pairwise([0, *ends.tolist(), block.num_rows]):
        yield block.slice(start, end - start)


def _blank_is_null(column: pa.Array) -> pa.Array:
    return compute.if_else(compute.not_equal(column, ""), column, pa.scalar(None, pa.string()))


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _broken() -> UnreadableFile:
    return UnreadableFile(Fault("file_format", found="The file begins as Parquet does but cannot be read"))
