"""Everything asked of a drop's row, as predicates: each has a rule's name and the column to look at where it fails.

First how cells are written, then what the contract asks of values: filled in, known codes, signs, the rules over
several columns. pandera judges the rows that pass once more (`judging`); here every row that fails is found and counted
(measured on a million rows that all fail in six ways: 3.5 s, with pandera's list of failures 43 s).
"""

from dataclasses import dataclass
from functools import reduce
from typing import Final

import polars as pl

from compact_pipelines.contracts.cells import NOT_PLAIN, begins_as_formula, is_written, text_of
from compact_pipelines.contracts.faults import FIRST_YEAR, LAST_YEAR
from compact_pipelines.contracts.files import Limits
from compact_pipelines.contracts.model import Column, Table
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.contracts.rules import PERIOD, rule, statuses

DELETE: Final = "D"
ACTIONS: Final = ("I", "A", "M", "R", DELETE)
STRUCTURES: Final = ("dataflow", "datastructure")
MISSING_MARKS: Final = ("NaN", "#N/A")  # how SDMX writes a value that is missing on purpose
SMALL_COUNT: Final = 5  # persons
PERSONS: Final = "PS"
TO_BE_PUBLIC: Final = ("F", "E")  # conf_status: free, and free from embargo_time on


@dataclass(frozen=True)
class Predicate:
    """One question to a row.

    Attributes:
        rule: its name.
        column: the column to look at where it fails.
        fails: true where a row breaks it, null where it cannot be said.
        looks_at: the columns it reads; it is not asked where one of them is at fault already.
        of_deletes: whether it is asked of rows that delete; those name a key and nothing else.
        of_others: whether it is asked of all other rows.
    """

    rule: str
    column: str
    fails: pl.Expr
    looks_at: tuple[str, ...]
    of_deletes: bool = False
    of_others: bool = True


def predicates_of_text(table: Table, columns: list[str], limits: Limits) -> list[Predicate]:
    """How cells must be written, asked of the text as it stands in the file.

    Args:
        table: the contract.
        columns: the columns that the file has, by their ids.
        limits: how long a cell may be.
    """
    found = [
        Predicate("cell_length", name, pl.col(name).str.len_chars() > limits.cell_characters, (name,), of_deletes=True)
        for name in columns
    ]
    for column in table.in_drop:
        if column.id in columns:
            found += _of_writing(table, column)
    return [*found, *_of_sdmx(table, columns)]


def predicates_of_values(table: Table, areas: frozenset[str] | None) -> list[Predicate]:
    """What the contract asks, of values as `cells.read_values` makes them.

    Args:
        table: the contract.
        areas: the areas that may speak here; None for any.
    """
    found = []
    if areas is not None:  # asked first: a foreign area is told as such, whether it is a known code or not
        foreign = ~pl.col("ref_area").is_in(sorted(areas))
        found.append(Predicate("own_voice", "ref_area", foreign, ("ref_area",), of_deletes=True))
    found += [predicate for column in table.in_drop for predicate in _of_column(column)]
    found += [_of_rule(name, table) for name in rules_of_drop(table)]
    if any(column.id == "unit_measure" and PERSONS in (column.allowed or []) for column in table.in_drop):
        found.append(_of_small_counts(table))  # last: a warning must not keep an error from being found
    return found


def rules_of_drop(table: Table) -> list[str]:
    """The table's rules that look at nothing but columns of a drop."""
    names = {column.id for column in table.in_drop}
    return [name for name in table.rules if set(rule(name, table).holds(table).meta.root_names()) <= names]


def _of_writing(table: Table, column: Column) -> list[Predicate]:
    text, written, looks_at = pl.col(column.id), is_written(column), (column.id,)
    if column.id == table.measure and written is not None:
        is_mark = text.is_in(MISSING_MARKS)
        may_be_missing = [*statuses(table, "missing"), *statuses(table, "either")]
        says_missing = pl.col("obs_status").is_in(may_be_missing).fill_null(value=False)
        return [
            Predicate(column.concept.type, column.id, ~written & ~is_mark, looks_at),
            Predicate("missing_marker", column.id, is_mark & ~says_missing, (*looks_at, "obs_status")),
        ]
    if written is not None:
        name = "pattern" if column.concept.pattern else column.concept.type
        return [Predicate(name, column.id, ~written, looks_at)]
    if column.concept.type == "text":
        return [
            Predicate("plain_text", column.id, text.str.contains(NOT_PLAIN), looks_at),
            Predicate("no_formula", column.id, begins_as_formula(text), looks_at),
        ]
    return []


def _of_sdmx(table: Table, columns: list[str]) -> list[Predicate]:
    named = [structure_id(table)]
    allowed = {
        "dataflow": ("one_structure", named),
        "structure": ("one_structure", list(STRUCTURES)),
        "structure_id": ("one_structure", named),
        "action": ("known_action", list(ACTIONS)),
    }
    return [
        Predicate(name, column, ~pl.col(column).is_in(values).fill_null(value=False), (column,), of_deletes=True)
        for column, (name, values) in allowed.items()
        if column in columns
    ]


def _of_column(column: Column) -> list[Predicate]:
    value, looks_at, is_key = pl.col(column.id), (column.id,), column.role == "dimension"
    found = []
    if column.concept.required:
        found.append(Predicate("required", column.id, value.is_null(), looks_at))
    if is_key:
        found.append(Predicate("complete_key", column.id, value.is_null(), looks_at, of_deletes=True, of_others=False))
    if column.allowed is not None:
        found.append(Predicate("known_code", column.id, ~value.is_in(column.allowed), looks_at, of_deletes=is_key))
    if column.concept.type == "period":
        is_period = reduce(lambda a, b: a | b, (value.str.contains(pattern) for pattern in PERIOD.values()))
        is_near = value.str.head(4).cast(pl.Int32, strict=False).is_between(FIRST_YEAR, LAST_YEAR)
        found.append(Predicate("period", column.id, ~(is_period & is_near), looks_at, of_deletes=is_key))
    if column.concept.type in {"decimal", "date", "datetime"}:
        text = pl.col(text_of(column.id))
        name = "value_too_large" if column.concept.type == "decimal" else column.concept.type
        is_lost = value.is_null() & text.is_not_null() & ~text.is_in(MISSING_MARKS)
        found.append(Predicate(name, column.id, is_lost, looks_at))
    if column.sign == "nonnegative":
        found.append(Predicate("nonnegative", column.id, value < 0, looks_at))
    return found


def _of_small_counts(table: Table) -> Predicate:
    count = pl.col(table.measure).abs()
    fails = (
        (count > 0)
        & (count < SMALL_COUNT)
        & (pl.col("unit_measure") == PERSONS)
        & pl.col("conf_status").is_in(TO_BE_PUBLIC)
    )
    return Predicate("small_count", table.measure, fails, (table.measure, "unit_measure", "conf_status"))


def _of_rule(name: str, table: Table) -> Predicate:
    found = rule(name, table)
    holds = found.holds(table)
    looks_at = tuple(dict.fromkeys(holds.meta.root_names()))
    return Predicate(name, found.blames, ~holds, looks_at)
