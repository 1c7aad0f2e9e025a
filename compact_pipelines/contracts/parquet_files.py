"""Parquet with every column a string; how many rows and columns there are is read from its footer first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from compact_pipelines.contracts.faults import Fault, UnreadableFile
from compact_pipelines.contracts.files import Batch, Limits, Progress, TextFile, require_rows

ROWS_A_BATCH: Final = 1 << 17
MAGIC: Final = b"PAR1"


def open_parquet(path: Path, limits: Limits) -> TextFile:
    """Read the footer, and hold the rows ready.

    Raises:
        UnreadableFile: the file is no Parquet, holds more rows than allowed, or columns that are no strings.
    """
    with path.open("rb") as handle:
        if handle.read(len(MAGIC)) != MAGIC:
            raise UnreadableFile(Fault("file_format", found="The file is no Parquet, or is cut off"))
    try:
        with parquet.ParquetFile(path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise _broken() from error
    require_rows(rows, limits)
    if typed := [column for column in schema if not _is_text(column.type)]:
        raise UnreadableFile(
            *(
                Fault("cell_is_text", column=column.name, found=f"Column '{column.name}' has type {column.type}")
                for column in typed
            )
        )
    return TextFile("parquet", list(schema.names), lambda progress: _read_rows(path, progress))


def _read_rows(path: Path, progress: Progress) -> Iterator[Batch]:
    first = 1
    try:
        with parquet.ParquetFile(path) as file:
            for block in file.iter_batches(batch_size=ROWS_A_BATCH, use_threads=False):
                texts = pl.DataFrame(pl.from_arrow(block)).cast(pl.String)
                blank_is_null = texts.with_columns(pl.when(pl.all() != "").then(pl.all()))
                yield Batch(blank_is_null, pl.int_range(first, first + texts.height, eager=True))
                first += texts.height
                progress(first - 1, file.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        raise _broken() from error


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _broken() -> UnreadableFile:
    return UnreadableFile(Fault("file_format", found="The file begins as Parquet does but cannot be read"))
