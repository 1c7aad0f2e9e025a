"""Can somebody derive a value that is withheld from them, from what they do see?

Four ways are tried for one reader at a time: the partner's figure of the same flow (a mirror), another source's copy
of the same cell, what an older edition said, and sums: a total less the rest, over areas and over the months of a
year. "Near" is within the protection, a share of the hidden value. A reader's own rows are left out as witnesses: what
a partner can tell from its own figures it knew before, and no file of ours gives it away.

A finding names cells and never a hidden value or how near somebody could come.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from compact_pipelines.analytics.ranges import Puzzle, Relation, find_derivable
from compact_pipelines.analytics.sums import Cell, find_sums
from compact_pipelines.contracts.model import SameSource, Table

SIDES: Final = {"flow": {"X": "M", "M": "X"}, "direction": {"OUT": "IN", "IN": "OUT"}}
DROP_PREFIX: Final = "drop:"
CELL: Final = "cell"
NEAR_COLUMNS: Final = ("told", "teller", "file")

Way = Literal["mirror", "copy", "older edition", "sum"]


@dataclass(frozen=True)
class Leak:
    """A hidden cell that a reader can derive.

    Attributes:
        key: the cell, its dimensions in their order.
        source_id: whose telling of it is hidden.
        way: how it can be derived.
        by: the visible cells that give it away, each with its source.
        is_outside: every one of them is a publisher's own figure, so the leak is not in our hands.
    """

    key: tuple[str, ...]
    source_id: str
    way: Way
    by: tuple[str, ...]
    is_outside: bool


@dataclass(frozen=True)
class Reader:
    """One audience, as far as deriving goes.

    Attributes:
        own_source: the source that is its own; blank for an audience that sends nothing.
        protection: share of its value by which a hidden cell must be out of reach.
    """

    own_source: str
    protection: float


@dataclass(frozen=True)
class Background:
    """What everybody knows of a table's cells.

    Attributes:
        same_source: pairs of areas whose two reports rest on one collection: any mirror tells.
        parts: areas that a world total is the sum of: single areas, and what is not allocated to one.
        rates: units that are never summed.
    """

    same_source: Sequence[SameSource]
    parts: Collection[str]
    rates: Collection[str]


def find_leaks(
    table: Table, told: pl.DataFrame, earlier: pl.DataFrame, *, reader: Reader, background: Background
) -> list[Leak]:
    """Cells hidden from a reader whose value it can derive more closely than the protection allows.

    Args:
        table: a contract whose measure is a number.
        told: (rows, [dimensions, source_id, measure, is_visible, is_secondary]) of all sources with their true values;
            is_secondary marks cells that are hidden only to protect others: they are unknown to the reader, and are not
            found themselves.
        earlier: (values, [dimensions, source_id, measure, file]) that older editions show the reader.
        reader: whose sight is tried.
        background: what everybody knows.

    Returns:
        Leaks by key and source, one a cell: the first way that was found. None where nothing is hidden.
    """
    cells = told.filter(pl.col(table.measure).is_not_null()).with_row_index(CELL)
    hidden = cells.filter(~pl.col("is_visible"))
    if hidden.is_empty():
        return []
    near = _find_near(table, cells, earlier, reader, background)
    known = set(near[CELL].unique())
    leaks = {
        row[CELL]: Leak(
            _key(table, row),
            row["source_id"],
            row["way"],
            (_named(row),),
            is_outside=row["file"] is None and not row["teller"].startswith(DROP_PREFIX),
        )
        for row in near.filter(pl.col("teller") != reader.own_source).iter_rows(named=True)
    }
    leaks = _find_by_sums(table, cells, known, reader, background) | leaks
    primary = set(hidden.filter(~pl.col("is_secondary"))[CELL])
    return sorted(
        (leak for cell, leak in leaks.items() if cell in primary), key=lambda leak: (leak.key, leak.source_id)
    )


def _find_near(
    table: Table, cells: pl.DataFrame, earlier: pl.DataFrame, reader: Reader, background: Background
) -> pl.DataFrame:
    """Hidden cells beside what a reader sees of the same thing: (pairs, [cells, told, teller, file, way])."""
    visible = cells.filter("is_visible").with_columns(file=pl.lit(None, dtype=pl.String))
    shown = {"copy": visible, "mirror": visible, "older edition": earlier}
    found = []
    hidden = cells.filter(~pl.col("is_visible"))
    for way, frame in shown.items():
        witnesses = _witnesses(table, frame)
        for is_mirrored in (True, False) if way == "older edition" else (way == "mirror",):
            mirrored = _mirrored(table, hidden) if is_mirrored else hidden.with_columns(
                pl.col(name).alias(f"{name}_told") for name in table.dimensions
            )  # fmt: skip
            told = [f"{name}_told" for name in table.dimensions]
            pairs = mirrored.join(witnesses, left_on=told, right_on=table.dimensions, how="inner")
            value = pl.col(table.measure).cast(pl.Float64)
            distance = (pl.col("told") - value).abs()
            is_near = distance <= reader.protection * value.abs() * (1 + 1e-9)
            if way == "mirror":
                is_near |= _is_same_source(table, background)
            matched = pairs.filter(is_near).with_columns(
                pl.concat_str(told, separator=" ").alias("told_key"), way=pl.lit(way)
            )
            found.append(matched.select(*cells.columns, *NEAR_COLUMNS, "told_key", "way"))
    return pl.concat(found)


def _witnesses(table: Table, shown: pl.DataFrame) -> pl.DataFrame:
    told = pl.col(table.measure).cast(pl.Float64).alias("told")
    return shown.select(*table.dimensions, told, pl.col("source_id").alias("teller"), "file")


def _mirrored(table: Table, hidden: pl.DataFrame) -> pl.DataFrame:
    """Hidden cells with the key under which the counterpart tells the same flow; those without one are left out."""
    side = next((name for name in SIDES if name in table.dimensions), None)
    swapped = {name: pl.col(name) for name in table.dimensions}
    if side is None:
        return hidden.clear().with_columns(column.alias(f"{name}_told") for name, column in swapped.items())
    swapped |= {"ref_area": pl.col("counterpart_area"), "counterpart_area": pl.col("ref_area")}
    swapped[side] = pl.col(side).replace_strict(SIDES[side], default=None, return_dtype=pl.String)
    mirrored = hidden.with_columns(column.alias(f"{name}_told") for name, column in swapped.items())
    return mirrored.filter(pl.col(f"{side}_told").is_not_null())


def _is_same_source(table: Table, background: Background) -> pl.Expr:
    together = pl.lit(value=False)
    for pair in background.same_source:
        if pair.theme == table.id:
            is_pair = pl.col("ref_area").is_in(pair.areas) & pl.col("counterpart_area").is_in(pair.areas)
            length = pl.col("time_period").str.len_chars()
            together |= is_pair & (pl.col("time_period") >= pl.lit(pair.since).str.slice(0, length))
    return together


def _find_by_sums(
    table: Table, cells: pl.DataFrame, known: set[int], reader: Reader, background: Background
) -> dict[int, Leak]:
    sums = find_sums(table, cells, parts=background.parts, rates=background.rates)
    if not sums.relations:
        return {}
    hidden = {place for place, cell in enumerate(sums.cells) if not cell.is_visible and cell.row not in known}
    puzzle = Puzzle(
        values=[cell.value for cell in sums.cells],
        hidden=hidden,
        free={place for place in hidden if sums.cells[place].may_be_negative},
        relations=sums.relations,
        protection=reader.protection,
    )
    leaks = {}
    for place, relation in find_derivable(puzzle).items():
        witnesses = [cell for cell in (sums.cells[other] for other in relation.cells) if cell.is_visible]
        if all(cell.source_id == reader.own_source for cell in witnesses):
            continue
        cell = sums.cells[place]
        is_outside = not any(witness.source_id.startswith(DROP_PREFIX) for witness in witnesses)
        leaks[cell.row] = Leak(cell.key, cell.source_id, "sum", _told_sum(sums.cells, place, relation), is_outside)
    return leaks


def _told_sum(cells: Sequence[Cell], place: int, relation: Relation) -> tuple[str, ...]:
    total = cells[relation.total]
    parts = [cells[part] for part in relation.parts if part != place]
    sources = sorted({part.source_id for part in parts})
    rest = f"the {len(parts)} other parts of it" if place != relation.total else f"its {len(parts)} parts"
    return (f"{' '.join(total.key)} of {total.source_id}", f"{rest} told by {', '.join(sources) or 'nobody'}")


def _key(table: Table, row: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in table.dimensions)


def _named(row: Mapping[str, object]) -> str:
    place = f" in {row['file']}" if row["file"] else ""
    return f"{row['told_key']} of {row['teller']}{place}"
