"""Which cells of a table are sums of others: a world total of its areas, a year of its quarters or months.

Sums stand as the contracts state them: W00 is the sum over single areas and what is not allocated to one; what flows
in a year is the sum of its months, a position at its end is that of its last month. Products, instruments, categories
and groups of areas are not stated to be sums of each other.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from compact_pipelines.analytics.ranges import Relation
from compact_pipelines.contracts import Table

WORLD: Final = "W00"
FLOW: Final = "F"
NET: Final = "NET"
QUARTERS: Final = ("Q1", "Q2", "Q3", "Q4")
MONTHS_A_QUARTER: Final = 3
MONTHS: Final = tuple(f"{month:02d}" for month in range(1, 13))

_Group = dict[str, dict[str, int]]  # source to member to place


@dataclass(frozen=True)
class Cell:
    """A cell with a value.

    Attributes:
        row: its row in the frame it came from.
        key: its dimensions in their order.
        source_id: who tells it.
        value: the true value.
        is_visible: whether the reader sees it.
        may_be_negative: whether the contract lets it be.
    """

    row: int
    key: tuple[str, ...]
    source_id: str
    value: Decimal
    is_visible: bool
    may_be_negative: bool


@dataclass(frozen=True)
class Sums:
    """The cells of sums with something hidden in them, and the sums, by the cells' places."""

    cells: list[Cell]
    relations: list[Relation]


def find_sums(table: Table, cells: pl.DataFrame, *, parts: Collection[str], rates: Collection[str]) -> Sums:
    """The sums of a table in which a cell is hidden.

    A source's parts are set against its own total and against every other source's total of the same thing. Where a
    source does not tell a part that another one tells and hides, that one stands in.

    Args:
        table: a contract whose measure is a number.
        cells: (rows, [cell, dimensions, source_id, measure, is_visible]), all with a value; cell numbers the rows.
        parts: areas that a world total is the sum of.
        rates: units that are never summed.

    Returns:
        The cells and the relations between them; none where nothing is hidden.
    """
    summed = cells
    if "unit_measure" in table.dimensions:
        summed = cells.filter(~pl.col("unit_measure").is_in(list(rates)))
    found = Sums([], [])
    places: dict[int, int] = {}
    if "counterpart_area" in table.dimensions and "time_period" in table.dimensions:
        group = [name for name in table.dimensions if name != "counterpart_area"]
        for rows in _groups(summed, group, pl.lit(value=True)):
            members = _by_member(table, rows, rows["counterpart_area"], found, places)
            _add(found, members, {WORLD: sorted({*rows["counterpart_area"]} & set(parts))})
    if is_flow := _is_flow(table):
        group = [name for name in table.dimensions if name not in {"freq", "time_period"}]
        by_year = [*group, "year"]
        dated = summed.with_columns(year=pl.col("time_period").str.slice(0, 4))
        for rows in _groups(dated, by_year, pl.lit(value=True)):
            members = _by_member(table, rows, rows["time_period"], found, places)
            flows = "stock_flow" not in table.dimensions or rows["stock_flow"][0] == FLOW
            _add(found, members, _periods(str(rows["year"][0]), is_flow=bool(is_flow) and flows))
    return found


def _is_flow(table: Table) -> bool:
    """Whether a table says of its rows what happens in a period, or whether they are positions at its end."""
    return "flow" in table.dimensions or "stock_flow" in table.dimensions


def _groups(cells: pl.DataFrame, by: list[str], where: pl.Expr) -> Iterator[pl.DataFrame]:
    """Groups in which something is hidden."""
    touched = cells.filter(~pl.col("is_visible") & where).select(by).unique()
    for _, rows in cells.join(touched, on=by, how="semi").group_by(by, maintain_order=True):
        yield rows


def _by_member(table: Table, rows: pl.DataFrame, members: pl.Series, found: Sums, places: dict[int, int]) -> _Group:
    by_source: _Group = {}
    nonnegative = table.column(table.measure).sign == "nonnegative"
    for row, member in zip(rows.iter_rows(named=True), members, strict=True):
        place = places.get(row["cell"])
        if place is None:
            place = places[row["cell"]] = len(found.cells)
            value = row[table.measure]
            found.cells.append(
                Cell(
                    row=row["cell"],
                    key=tuple(str(row[name]) for name in table.dimensions),
                    source_id=row["source_id"],
                    value=value if isinstance(value, Decimal) else Decimal(str(value)),
                    is_visible=row["is_visible"],
                    may_be_negative=not (nonnegative or _is_count(row)),
                )
            )
        by_source.setdefault(row["source_id"], {})[member] = place
    return by_source


def _is_count(row: Mapping[str, object]) -> bool:
    """A count of persons that is not a net figure is never negative, see the rule of that name."""
    return row.get("unit_measure") == "PS" and row.get("direction") != NET


def _periods(year: str, *, is_flow: bool) -> dict[str, list[str]]:
    """Period to the shorter periods that it is the sum of; a position to the last of them."""
    months = [f"{year}-{month}" for month in MONTHS]
    quarters = [f"{year}-{quarter}" for quarter in QUARTERS]
    sums = {year: [quarters, months]}
    for number, quarter in enumerate(quarters):
        sums[quarter] = [months[number * MONTHS_A_QUARTER : (number + 1) * MONTHS_A_QUARTER]]
    flat = {}
    for total, ways in sums.items():
        for number, way in enumerate(ways):
            flat[f"{total}{' ' * number}"] = way if is_flow else way[-1:]
    return flat


def _add(found: Sums, by_source: _Group, sums: Mapping[str, list[str]]) -> None:
    for named, parts in sums.items():
        total_name = named.strip()  # a total may be a sum in two ways
        for total_source in by_source:
            total = by_source[total_source].get(total_name)
            if total is None:
                continue
            for source in by_source:
                places = [place for part in parts if (place := _part(found, by_source, source, part)) is not None]
                has_own = any(part in by_source[source] for part in parts)
                is_hiding = any(not found.cells[place].is_visible for place in (total, *places))
                if places and has_own and is_hiding:
                    found.relations.append(Relation(total, tuple(places)))


def _part(found: Sums, by_source: _Group, source: str, part: str) -> int | None:
    """What a source tells of a part; where it tells nothing, another source's hidden telling."""
    own = by_source[source].get(part)
    if own is not None:
        return own
    others = (members[part] for members in by_source.values() if part in members)
    return next((place for place in others if not found.cells[place].is_visible), None)
