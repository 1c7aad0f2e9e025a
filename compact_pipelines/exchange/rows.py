"""The rows of a drop on the disk: those that pass and those that are held, written as they come."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import parquet

from compact_pipelines.contracts.findings import ROW
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.contracts.model import Table
from compact_pipelines.exchange.originals import stretches
from compact_pipelines.exchange.repeats import Repeats

COMPRESSION: Final = "lz4"
ROWS_AT_ONCE: Final = 1 << 17
UNIT_MULT: Final = "unit_mult"
REPEATED: Final = "key_unique"
WORD: Final = pa.dictionary(pa.int32(), pa.string())


class DropRows:
    """Rows in, rows passed, rows held.

    Attributes:
        read: how many came in.
        passed: Parquet of the rows that pass, once finished.
        held: Parquet of the others, once finished.
    """

    def __init__(self, table: Table, files: list[tuple[str, Path, str]], folder: Path) -> None:
        """Begin to write.

        Args:
            table: the contract.
            files: of each its name, the stored copy and its ending.
            folder: where to write.
        """
        self.read = 0
        self.passed, self.held = folder / "passed.parquet", folder / "held.parquet"
        self._table, self._files, self._folder = table, files, folder
        self._columns = [column for column in table.in_drop if column.id != UNIT_MULT]
        self._rows_passed = self._rows_held = 0
        self._first_passed, self._first_held = folder / "first-passed.parquet", folder / "first-held.parquet"
        self._write_passed = _Writer(self._first_passed, self._passed_schema())
        self._write_held = _Writer(self._first_held, self._held_schema())

    def add_passed(self, file: int, values: pl.DataFrame, block: pa.Table, action: str) -> None:
        """Take rows in that pass.

        Args:
            file: the index of their file.
            values: (rows, ROW, the columns of a drop), typed.
            block: the same rows and those of their columns that the file has, as they were read.
            action: what the manifest says, where the rows do not.
        """
        if values.is_empty():
            return
        says = values["action"].replace({"I": "M", "A": "M"}) if "action" in values.columns else action
        columns = [_same(self._files[file][0], values.height), _arrow(values[ROW]), _said(says, values.height)]
        for column in self._columns:
            is_word = POLARS_TYPES[column.concept.type] == pl.String and column.id in block.schema.names
            columns.append(block.column(column.id) if is_word else _arrow(values[column.id]))
        self._rows_passed += values.height
        self.read += values.height
        self._write_passed.add_columns(columns)

    def add_held(
        self, file: int, texts: pl.DataFrame, passed: pl.Series, faults: pl.DataFrame, otherwise: str | None
    ) -> None:
        """Take rows in that do not pass.

        Args:
            file: the index of their file.
            texts: (rows, ROW, the columns of a drop), text, of all rows that could be read.
            passed: the rows of these that pass.
            faults: (faults; row, rule) that hold rows; a row may stand in `texts` or be one that could not be read.
            otherwise: the rule that holds a row with no fault of its own.
        """
        if faults.is_empty() and texts.height == len(passed):
            return
        rules = faults.group_by("row").agg(pl.col("rule").unique(maintain_order=True).alias("rules"))
        held = texts.select(pl.col(ROW).alias("row"), *self._table.dimensions).join(
            passed.alias("row").to_frame(), on="row", how="anti"
        )
        held = held.join(rules, on="row", how="full", coalesce=True).sort("row")
        if otherwise is not None:
            held = held.with_columns(pl.col("rules").fill_null(pl.lit(pl.Series([[otherwise]])).first()))
        rows = held.select(pl.lit(file, dtype=pl.Int64).alias("file"), "row", "rules", *self._table.dimensions)
        self._rows_held += rows.height
        self.read += rows.height
        self._write_held.add(rows)

    def keys(self) -> Iterator[pl.DataFrame]:
        """(rows; file, an index, row, the dimensions) of all rows so far, in parts."""
        self._write_passed.close()
        self._write_held.close()
        index = {name: number for number, (name, _, _) in enumerate(self._files)}
        columns = ["file", "row", *self._table.dimensions]
        for rows in _stored(self._first_passed, columns):
            yield rows.with_columns(pl.col("file").replace_strict(index, return_dtype=pl.Int64))
        yield from _stored(self._first_held, columns)

    def finish(self, repeats: Repeats | None) -> tuple[int, int]:
        """Write the two files as they are to be: how many rows pass, how many are held."""
        self._write_passed.close()
        self._write_held.close()
        copies = self._part(repeats) if repeats else None
        if copies is None:
            self._first_passed.rename(self.passed)
        if self._rows_held or copies:
            self._hold(repeats, copies)
        else:
            _Writer(self.held, self._final_schema()).close()
        self._first_held.unlink()
        return self._rows_passed, self._rows_held

    def _part(self, repeats: Repeats) -> Path | None:
        """Take copies out of the rows that pass, to where it says."""
        copies, passed = self._folder / "copies.parquet", _Writer(self.passed, self._passed_schema())
        out = _Writer(copies, self._held_schema())
        index = {name: number for number, (name, _, _) in enumerate(self._files)}
        for rows in _stored(self._first_passed, None):
            for (name,), part in rows.group_by("file", maintain_order=True):
                file = index[str(name)]
                is_copy = repeats.among(file, part["row"])
                passed.add(part.filter(~is_copy))
                held = part.filter(is_copy).select(
                    pl.lit(file, dtype=pl.Int64).alias("file"),
                    "row",
                    pl.concat_list(pl.lit(REPEATED)).alias("rules"),
                    *self._table.dimensions,
                )
                out.add(held)
                self._rows_passed -= held.height
                self._rows_held += held.height
        passed.close()
        out.close()
        self._first_passed.unlink()
        return copies

    def _hold(self, repeats: Repeats | None, copies: Path | None) -> None:
        """Put held rows in order, and the bytes they stand for beside them."""
        writer = _Writer(self.held, self._final_schema())
        sources = [_InOrder(path) for path in (self._first_held, copies) if path is not None]
        for number, (name, path, ending) in enumerate(self._files):
            ends = stretches(path) if ending == ".csv" else iter(())
            for stretch in ends:
                rows = self._due(sources, number, stretch.last, repeats)
                if rows.height:
                    cut = stretch.cut(rows["row"].to_numpy()).cast(pa.binary())
                    writer.add(self._final(name, rows, pl.Series(pl.from_arrow(cut))))
            while (rows := self._due(sources, number, None, repeats)).height:
                writer.add(self._final(name, rows, pl.Series([None] * rows.height, dtype=pl.Binary)))
        writer.close()
        if copies is not None:
            copies.unlink()

    def _due(self, sources: list["_InOrder"], file: int, last: int | None, repeats: Repeats | None) -> pl.DataFrame:
        """Held rows of a file up to a row; without one, the next few."""
        if last is None:
            heads = [source.next_row(file) for source in sources]
            last = min((row for row in heads if row is not None), default=-1) + ROWS_AT_ONCE
        rows = pl.concat([source.up_to(file, last) for source in sources]).sort("row")
        if repeats is None or not rows.height:
            return rows
        is_copy = repeats.among(file, rows["row"]) & ~rows["rules"].list.contains(REPEATED)
        more = pl.when(is_copy).then(pl.concat_list("rules", pl.lit(REPEATED))).otherwise("rules")
        return rows.with_columns(more.alias("rules"))

    def _final(self, name: str, rows: pl.DataFrame, cut: pl.Series) -> pl.DataFrame:
        return rows.select(pl.lit(name).alias("file"), "row", "rules", cut.alias("bytes"), *self._table.dimensions)

    def _passed_schema(self) -> dict[str, Any]:
        types = {column.id: POLARS_TYPES[column.concept.type] for column in self._columns}
        return {"file": pl.String, "row": pl.Int64, "action": pl.String, **types}

    def _held_schema(self) -> dict[str, Any]:
        return {"file": pl.Int64, "row": pl.Int64, "rules": pl.List(pl.String), **self._dimensions()}

    def _final_schema(self) -> dict[str, Any]:
        head = {"file": pl.String, "row": pl.Int64, "rules": pl.List(pl.String), "bytes": pl.Binary}
        return {**head, **self._dimensions()}

    def _dimensions(self) -> dict[str, Any]:
        return dict.fromkeys(self._table.dimensions, pl.String)


class _Writer:
    """A Parquet that grows by rows of one schema.

    Text is written as the dictionaries it was read as; figures and row numbers are not tried as dictionaries, and no
    bounds are noted, since all rows are read again (measured: a third of the time).
    """

    def __init__(self, path: Path, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._arrow = pa.schema(
            [
                (name, WORD if kind == pl.String else _arrow(pl.Series([], dtype=kind)).type)
                for name, kind in schema.items()
            ]
        )
        self._writer = parquet.ParquetWriter(
            path,
            self._arrow,
            compression=COMPRESSION,
            store_schema=False,
            write_statistics=False,
            use_dictionary=[name for name, kind in schema.items() if kind == pl.String],
            column_encoding={"row": "DELTA_BINARY_PACKED"},
        )

    def add(self, rows: pl.DataFrame) -> None:
        """Take a frame in."""
        if rows.height:
            self.add_columns([_arrow(column) for column in rows.cast(pl.Schema(self._schema)).get_columns()])

    def add_columns(self, columns: list[Any]) -> None:
        """Take columns in, in the order of the schema."""
        fitting = [
            column.dictionary_encode() if kind == WORD and not pa.types.is_dictionary(column.type) else column
            for column, kind in zip(columns, self._arrow.types, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(fitting, schema=self._arrow))

    def close(self) -> None:
        """Write the end."""
        self._writer.close()


def _arrow(column: pl.Series) -> pa.Array:
    arrow = column.to_arrow(compat_level=pl.CompatLevel.oldest())
    return arrow.cast(pa.string()) if column.dtype == pl.String else arrow


def _same(text: str, height: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(height, dtype=np.int32)), pa.array([text]))


def _said(action: pl.Series | str, height: int) -> pa.Array:
    return _same(action, height) if isinstance(action, str) else _arrow(action)


def _stored(path: Path, columns: list[str] | None) -> Iterator[pl.DataFrame]:
    with parquet.ParquetFile(path) as file:
        for block in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=columns):
            yield pl.DataFrame(pl.from_arrow(block))


class _InOrder:
    """Stored rows, taken in the order of file and row."""

    def __init__(self, path: Path) -> None:
        self._batches = _stored(path, None)
        self._left: pl.DataFrame | None = next(self._batches, None)
        self._empty = pl.DataFrame(schema=pl.read_parquet_schema(path))

    def next_row(self, file: int) -> int | None:
        """The next row of a file, if there is one left."""
        if self._left is None or self._left["file"][0] != file:
            return None
        return int(self._left["row"][0])

    def up_to(self, file: int, last: int) -> pl.DataFrame:
        """The rows of a file that come next, up to one."""
        found = []
        while self._left is not None:
            is_due = (self._left["file"] == file) & (self._left["row"] <= last)
            count = int(is_due.sum())
            if not count:
                break
            found.append(self._left.head(count))
            rest = self._left.slice(count)
            if rest.height:
                self._left = rest
                break
            self._left = next(self._batches, None)
        return pl.concat(found) if found else self._empty
