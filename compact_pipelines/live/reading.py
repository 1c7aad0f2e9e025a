"""Held answers become rows: read page by page by the source's own module, in its contract, in one Parquet file.

Memory stays flat: rows are written as soon as there are some tens of thousands, and only their keys are looked at
together.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Final, cast

import duckdb
import polars as pl
import pyarrow.parquet as pq

from compact_pipelines.contracts import Contracts, PublishedTable, Source, Table, load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES, check_table, polars_schema
from compact_pipelines.errors import ExchangeError, SourceChanged
from compact_pipelines.harmonise import conform
from compact_pipelines.live.answers import PAGES_READER, READER, Answer, Partition
from compact_pipelines.live.held import HeldAnswer
from compact_pipelines.warehouse.vintages import NOT_LOGGED, PROVENANCE

ROWS_TOGETHER: Final = 20_000
SHOWN_KEYS: Final = 3
PERIOD: Final = "time_period"
AREA: Final = "ref_area"
UNIT: Final = "unit_measure"
DOLLARS: Final = "USD"
NUMBERS: Final = ("decimal", "double", "bigint")

Reader = Callable[[list[Answer]], pl.DataFrame]


@dataclass(frozen=True)
class Shape:
    """The table that a source's rows are of.

    Attributes:
        types: the columns that are kept, with their types, in order.
        key: what a row is found by, within the source.
        measure: the number that is compared with earlier ones; None where there is none.
    """

    types: dict[str, pl.DataType]
    key: list[str]
    measure: str | None

    @property
    def series(self) -> list[str]:
        """The key less its period."""
        return [name for name in self.key if name != PERIOD]

    @property
    def told(self) -> list[str]:
        """What of a row the publisher says: all but its provenance."""
        return [name for name in self.types if name not in {*PROVENANCE, "source_id"}]

    def empty(self) -> pl.DataFrame:
        """No rows, all columns."""
        return pl.DataFrame(schema=self.types)


@dataclass(frozen=True)
class RowsRead:
    """How many rows came, the latest period among them, and the parts that they came of."""

    count: int
    newest_period: str | None
    parts: frozenset[str] = frozenset()


def shape_of(source: Source, contracts: Contracts | None = None) -> Shape:
    """The columns of a source's rows, whether its table is one of the five or a published one."""
    table = _table_of(source, contracts or load_contracts())
    if isinstance(table, Table):
        types = {name: kind for name, kind in polars_schema(table).items() if name != NOT_LOGGED}
        measure = table.column(table.measure)
        return Shape(types, table.dimensions, measure.id if measure.concept.type in NUMBERS else None)
    numbers = [name for name, column in table.columns.items() if column.type in NUMBERS and name not in table.key]
    types = {name: POLARS_TYPES[column.type] for name, column in table.columns.items()}
    return Shape(types, [name for name in table.key if name != "source_id"], numbers[0] if numbers else None)


def reader_of(source: Source) -> Reader:
    """The function that reads a source's answers, in its dataset module: one page, or all pages of a part."""
    name = f"compact_pipelines.datasets.{source.theme}.{source.id}"
    module: ModuleType = sys.modules.get(name) or import_module(name)
    if together := getattr(module, PAGES_READER, None):
        return cast("Reader", together)
    alone: Callable[[Answer], pl.DataFrame] = getattr(module, READER)
    return lambda answers: alone(*answers)


def reads_pages_together(source: Source) -> bool:
    """Whether a source's module is handed all pages of a part at once."""
    name = f"compact_pipelines.datasets.{source.theme}.{source.id}"
    return hasattr(sys.modules.get(name) or import_module(name), PAGES_READER)


def read_answers(source: Source, partition: Partition, answers: Iterable[HeldAnswer], target: Path) -> RowsRead:
    """Read the answers of a pull and write their rows.

    Args:
        source: whose they are.
        partition: what was asked.
        answers: those with rows, in order.
        target: the Parquet file; it is there once all is well, or once the only fault is one of size.

    Returns:
        How many rows there are.

    Raises:
        SourceChanged: an answer is not as the module knows it, rows break their contract, or one key has two values.
        WarehouseError: held bytes are gone.
    """
    shape = shape_of(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}.draft")
    count, newest, parts = 0, None, set[str]()
    keys = [pl.Series(dtype=pl.UInt64)]
    try:
        with pq.ParquetWriter(draft, shape.empty().to_arrow().schema) as writer:
            for frames in _batches(source, partition, answers, parts):
                rows = _in_contract(source, shape, frames)
                writer.write_table(rows.to_arrow())
                count += rows.height
                keys.append(rows.select(shape.key).hash_rows())
                if PERIOD in shape.types and rows.height:
                    newest = max(filter(None, [newest, str(rows[PERIOD].max())]))
        # Of all keys only a number each is held together; the few that coincide are looked at exactly.
        numbers = pl.concat(keys, rechunk=False).sort()
        if (numbers == numbers.shift(1)).any():
            count -= _drop_repeats(source, shape, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return RowsRead(count, newest, frozenset(parts))


def read_rows(shape: Shape, path: Path) -> pl.DataFrame:
    """The rows of a file that `read_answers` wrote, typed as the contract asks."""
    return pl.read_parquet(path).select(pl.col(name).cast(kind) for name, kind in shape.types.items())


def _table_of(source: Source, contracts: Contracts) -> Table | PublishedTable:
    return contracts.tables.get(source.table_id) or contracts.published[source.table_id]


def _batches(
    source: Source, partition: Partition, answers: Iterable[HeldAnswer], parts: set[str]
) -> Iterator[list[pl.DataFrame]]:
    """Frames as the module gives them, with provenance, some tens of thousands of rows at a time.

    Those of the first answer come alone, so that what is wrong with all is found early. The parts that rows came of are
    added to `parts`.
    """
    reader = reader_of(source)
    frames: list[pl.DataFrame] = []
    is_first = True
    for group in _groups(source, answers):
        frame = _read(
            reader,
            [Answer(source.id, one.part, partition, one.page.number, one.snapshot.read()) for one in group],
        )
        _require_asked(source, group[0].part, partition, frame)
        if frame.height:
            parts.add(group[0].part)
        # Of pages read together the one that changed last speaks for all: a change on any of them is another answer.
        stamps = max(group, key=lambda one: (one.changed_after, one.page.number)).snapshot.stamp()
        if source.table:
            stamps = {name: stamp for name, stamp in stamps.items() if name in shape_of(source).types}
        frames.append(frame.with_columns(**stamps))
        if is_first or sum(known.height for known in frames) >= ROWS_TOGETHER:
            yield frames
            frames, is_first = [], False
    if frames:
        yield frames


def _require_asked(source: Source, part: str, partition: Partition, frame: pl.DataFrame) -> None:
    """Refuse rows of another period or reporter than was asked for: they would stand in for those.

    Raises:
        SourceChanged: there are some.
    """
    periods = sorted(set(frame[PERIOD].drop_nulls())) if PERIOD in frame.columns else []
    others = [str(period) for period in periods if not partition.covers(str(period))]
    if partition.reporter and AREA in frame.columns:
        others += sorted(set(frame[AREA].drop_nulls()) - {partition.reporter})
    if others:
        raise SourceChanged(
            f"{source.id}, part {part}, {partition.key}: rows of {', '.join(others[:SHOWN_KEYS])} came, which were not "
            "asked for. See whether the publisher still knows the parameters in the source's file"
        )


def _groups(source: Source, answers: Iterable[HeldAnswer]) -> Iterator[list[HeldAnswer]]:
    """What is read at once: an answer as soon as it is there, or all pages of a part once they are."""
    if not reads_pages_together(source):
        return ([held] for held in answers)
    return (list(pages) for _, pages in groupby(answers, key=lambda held: held.part))


def _read(reader: Reader, answers: list[Answer]) -> pl.DataFrame:
    answer = answers[0]
    try:
        return reader(answers)
    except ExchangeError:
        raise
    except Exception as error:  # whatever a module trips over, it is an answer that it does not know
        first = str(error).split("\n", maxsplit=1)[0]
        raise SourceChanged(
            f"{answer.place}: reading it failed ({type(error).__name__}: {first}); it begins {answer.content[:60]!r}. "
            "Compare it with the last answer that was read, then change the module"
        ) from error


def _in_contract(source: Source, shape: Shape, frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Frames as one, in the contract's columns, judged by it.

    Raises:
        SourceChanged: rows break the contract.
    """
    table = _table_of(source, load_contracts())
    if isinstance(table, PublishedTable):
        return _as_published(source, table, shape, frames)
    rows = conform(table.id, source.id, *frames)
    judged = rows.with_columns(pl.lit(value=False).alias(NOT_LOGGED))
    currency = source.live.currency if source.live else DOLLARS
    if currency != DOLLARS and UNIT in judged.columns:  # it becomes dollars later
        unit = pl.col(UNIT)
        judged = judged.with_columns(pl.when(unit == currency).then(pl.lit(DOLLARS)).otherwise(unit).alias(UNIT))
    if findings := check_table(table, judged.select(list(polars_schema(table)))):
        shown = "; ".join(str(finding) for finding in findings[:SHOWN_KEYS])
        raise SourceChanged(f"{source.id}: the rows break {table.id}: {shown}")
    return rows


def _as_published(source: Source, table: PublishedTable, shape: Shape, frames: list[pl.DataFrame]) -> pl.DataFrame:
    for frame in frames:
        if sorted(frame.columns) != sorted(shape.types):
            raise SourceChanged(
                f"{source.id}: the rows have the columns {frame.columns}; {table.id} has {list(shape.types)}"
            )
    rows = pl.concat(frame.select(pl.col(name).cast(kind) for name, kind in shape.types.items()) for frame in frames)
    needed = [name for name, column in table.columns.items() if column.required]
    if blank := [name for name in needed if rows[name].null_count()]:
        raise SourceChanged(f"{source.id}: the columns {blank} of {table.id} have blanks; they may not")
    return rows


def _drop_repeats(source: Source, shape: Shape, path: Path) -> int:
    """Keep the first of rows that say the same; how many were dropped.

    Raises:
        SourceChanged: two rows of one key say different things.
    """
    key, told = (", ".join(f'"{name}"' for name in names) for names in (shape.key, shape.told))
    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(path), file_row_number=True)
        rows.create_view("rows")
        apart = (
            f"SELECT {key}, count(*) AS times FROM (SELECT DISTINCT {told} FROM rows) "  # noqa: S608  (our columns)
            f"GROUP BY {key} HAVING times > 1 ORDER BY ALL"
        )
        different = connection.sql(apart).fetchall()
        if different:
            shown = "; ".join(" ".join(str(cell) for cell in row[:-1]) for row in different[:SHOWN_KEYS])
            raise SourceChanged(
                f"{source.id}: {len(different):,} keys stand more than once with different contents, such as {shown}; "
                "a key is one figure. Find what tells the rows apart, and say in the module which are ours"
            )
        kept = path.with_suffix(".once")
        once = (
            "SELECT * EXCLUDE (file_row_number) FROM rows "  # noqa: S608
            f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY file_row_number) = 1 ORDER BY file_row_number"
        )
        connection.sql(once).write_parquet(str(kept))
        before, after = rows.shape[0], connection.read_parquet(str(kept)).shape[0]
    kept.replace(path)
    return int(before - after)
