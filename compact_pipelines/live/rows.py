"""What is believed of a source that is asked live, as rows of its contract."""

from pathlib import Path
from typing import Final

import polars as pl

from compact_pipelines.contracts import Source
from compact_pipelines.live.answers import SEPARATOR, Partition
from compact_pipelines.live.currency import in_dollars
from compact_pipelines.live.held import answers_of
from compact_pipelines.live.journal import Believed, Journal
from compact_pipelines.live.reading import PERIOD, RowsRead, Shape, read_answers, read_rows, shape_of
from compact_pipelines.live.requests import live_of

REPORTER: Final = "ref_area"
ROWS: Final = "rows"  # the kind of an answer that has some


def live_rows(data_root: Path, source: Source, rates: pl.DataFrame | None = None) -> pl.DataFrame:
    """The rows of all partitions that are believed now, in US dollars.

    No two partitions tell the same key: rows of another period or reporter than was asked for are refused.

    Args:
        data_root: where everything is kept.
        source: one that is asked live.
        rates: exchange_rates; None for a source in US dollars, or without money.

    Returns:
        (rows, the stored columns of its theme less is_preferred, or the columns of its published table), sorted by key;
        empty where nothing has been asked yet.

    Raises:
        SourceChanged: bytes that were believed cannot be read by the code of now.
    """
    shape = shape_of(source)
    journal = Journal(data_root)
    believed = journal.accepted(source.id)
    if not believed:
        return shape.empty()
    with journal.open():
        frames = [read_rows(shape, rows_of(journal, source, one)) for one in believed]
    currency = source.live.currency if source.live else ""
    return in_dollars(pl.concat(frames), currency, rates, source.id).sort(shape.key)


def replaced(embedded: pl.DataFrame, live: pl.DataFrame, data_root: Path, source: Source) -> pl.DataFrame:
    """Embedded rows, less those whose partition is believed live, and the live ones.

    Args:
        embedded: (rows, the columns of the source's table).
        live: likewise, from `live_rows`.
        data_root: where everything is kept.
        source: whose they are.

    Returns:
        (rows, the same columns), sorted by key. A partition that is the whole takes the place of the periods that it
        has rows of; a period of one reporter that of this reporter's embedded rows.
    """
    shape = shape_of(source)
    believed = [_partition(one.partition_key) for one in Journal(data_root).accepted(source.id)]
    if not believed:
        return embedded
    kept = embedded.join(_covered(embedded, live, believed, shape), on=_place(shape), how="anti")
    return pl.concat([kept, live.select(embedded.columns)]).sort(shape.key)


def rows_of(journal: Journal, source: Source, believed: Believed) -> Path:
    """The rows of a believed pull as the code of now reads them; read anew from their bytes where that has changed.

    Raises:
        SourceChanged: the bytes cannot be read by the code of now.
        WarehouseError: the bytes are gone.
    """
    if not believed.rows_file.exists():
        read_pull(journal, source, _partition(believed.partition_key), believed.pull_id)
    return believed.rows_file


def read_pull(journal: Journal, source: Source, partition: Partition, pull_id: int) -> RowsRead:
    """Read the answers of a pull into its file; what older code made of them is removed.

    Raises:
        SourceChanged: the bytes cannot be read by the code of now.
        WarehouseError: the bytes are gone.
    """
    target = journal.rows_file(source.id, pull_id)
    held = [one for one in answers_of(journal, source, pull_id).values() if one.kind == ROWS]
    asked = {part: number for number, part in enumerate(live_of(source).requests)}
    held.sort(key=lambda one: (asked.get(one.part, len(asked)), one.page.number))  # as they were asked
    rows = read_answers(source, partition, held, target)
    for older in target.parent.glob(f"{pull_id}-*.parquet"):
        if older != target:
            older.unlink(missing_ok=True)
    return rows


def _partition(key: str) -> Partition:
    period, _, reporter = key.partition(SEPARATOR)
    return Partition(period, reporter)


def _place(shape: Shape) -> list[str]:
    """By which columns a partition is told from another."""
    return [name for name in (PERIOD, REPORTER) if name in shape.types]


def _covered(embedded: pl.DataFrame, live: pl.DataFrame, believed: list[Partition], shape: Shape) -> pl.DataFrame:
    """The (period, reporter) of embedded rows that a believed partition stands for."""
    place = _place(shape)
    has_rows = set(live.select(place).unique().iter_rows())
    periods = {row[0] for row in has_rows}

    def is_covered(row: tuple[str, ...]) -> bool:
        cells = dict(zip(place, row, strict=True))
        for one in believed:
            if one.reporter and one.reporter != cells.get(REPORTER, one.reporter):
                continue
            if one.first_day is None:
                if (row in has_rows) if one.reporter else (row[0] in periods):
                    return True
            elif one.covers(cells[PERIOD]):
                return True
        return False

    rows = [row for row in embedded.select(place).unique().iter_rows() if is_covered(row)]
    return pl.DataFrame(rows, schema={name: shape.types[name] for name in place}, orient="row")
