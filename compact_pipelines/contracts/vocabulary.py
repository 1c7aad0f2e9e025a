"""The words of a file's columns: judged once each, and not in every row they stand in.

Most columns hold few words in many rows. What is asked of one column is asked of each of its words; what is asked of
several columns, of all ways to put their words together. If nothing is wrong with these, nothing is wrong with the
rows; if something is, the question goes to the rows, as it goes for columns in which most cells differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Final

import pandera.polars as pa
import polars as pl

from compact_pipelines.contracts.cells import read_values
from compact_pipelines.contracts.judges import drop_schema
from compact_pipelines.contracts.model import Table
from compact_pipelines.contracts.predicates import Predicate, rules_of_drop
from compact_pipelines.contracts.rules import rule

MOST_WORDS: Final = 20_000  # of a column, in a whole file; and ways to put words together
Words = dict[str, set[str | None]]  # column to what stands in it; None is a blank


@dataclass(frozen=True)
class Doubts:
    """What has to be asked of rows.

    Attributes:
        of_text: predicates, in their order.
        of_values: likewise.
        schema: what pandera is asked of the rows that pass.
        columns: what it looks at there; None for all, since words are at fault or not known.
    """

    of_text: list[Predicate]
    of_values: list[Predicate]
    schema: pa.DataFrameSchema
    columns: frozenset[str] | None = None


class Vocabulary:
    """What is known of the words of one file."""

    def __init__(self, table: Table, columns: list[str], of_text: list[Predicate], of_values: list[Predicate]) -> None:
        """Begin with no word known.

        Args:
            table: the contract.
            columns: those of a drop and of SDMX-CSV that are judged.
            of_text: what is asked of text.
            of_values: what is asked of values.
        """
        self._table, self._columns = table, columns
        self._of_text, self._of_values = of_text, of_values
        self._known: Words = {name: set() for name in columns}
        self._rules = {
            name: list(dict.fromkeys(rule(name, table).holds(table).meta.root_names())) for name in rules_of_drop(table)
        }
        self._schema = drop_schema(table, list(self._rules))
        self._parts: dict[frozenset[str], pa.DataFrameSchema] = {}

    def doubts(self, words: Words) -> Doubts:
        """What has to be asked of some rows, the words in them being looked at.

        Args:
            words: what stands in the columns whose words are known; the measure is never among them.

        Raises:
            SchemaErrors: pandera finds fault with words that no predicate finds fault with.
        """
        words = {name: found for name, found in words.items() if len(found | self._known[name]) <= MOST_WORDS}
        new = {name: found - self._known[name] for name, found in words.items()}
        failing: list[Predicate] = []
        if any(new.values()):
            failing += self._failing(self._of_text, words, new, lambda frame: frame)
            failing += self._failing(self._of_values, words, new, lambda frame: read_values(self._table, frame))
            if not failing:
                self._require(words, new)
                for name, found in new.items():
                    self._known[name] |= found
        in_doubt = {id(predicate) for predicate in failing}

        def of_rows(asked: list[Predicate]) -> list[Predicate]:
            return [
                predicate
                for predicate in asked
                if id(predicate) in in_doubt or not words.keys() >= set(predicate.looks_at)
            ]

        if failing:
            return Doubts(of_rows(self._of_text), of_rows(self._of_values), self._schema)
        others = frozenset(self._known).difference(words)
        looked_at = others.union(*(names for names in self._rules.values() if others & set(names)))
        return Doubts(of_rows(self._of_text), of_rows(self._of_values), self._part(others), looked_at)

    def _failing(
        self, asked: list[Predicate], words: Words, new: Words, read: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> list[Predicate]:
        ready = [
            predicate
            for predicate in asked
            if words.keys() >= set(predicate.looks_at) and any(new[name] for name in predicate.looks_at)
        ]
        alone = [predicate for predicate in ready if len(set(predicate.looks_at)) == 1]
        found = _answers(alone, read(self._side_by_side(new)))
        for predicate in ready:
            if len(set(predicate.looks_at)) > 1:
                together = self._together(words, predicate.looks_at)
                found += [predicate] if together is None else _answers([predicate], read(together))
        return found

    def _side_by_side(self, words: Words) -> pl.DataFrame:
        """(as many rows as it takes; all columns): each word in some row of its column."""
        height = max(map(len, words.values()), default=0)
        columns = {}
        for name in self._columns:
            listed = list(words.get(name) or self._known[name] or [None])[:height]
            columns[name] = listed + listed[:1] * (height - len(listed))
        return pl.DataFrame(columns, schema=dict.fromkeys(self._columns, pl.String))

    def _together(self, words: Words, names: Any) -> pl.DataFrame | None:
        """(ways to put the words of some columns together; all columns), the others blank; None if there are many."""
        every = [list(words[name] | self._known[name]) for name in names]
        if prod(map(len, every)) > MOST_WORDS:
            return None
        ways = pl.DataFrame(list(product(*every)), schema=dict.fromkeys(names, pl.String), orient="row")
        blank = [pl.lit(None, dtype=pl.String).alias(name) for name in self._columns if name not in names]
        return ways.with_columns(blank).select(self._columns)

    def _require(self, words: Words, new: Words) -> None:
        """Ask pandera, of the same words; the rules of those put together.

        Raises:
            SchemaErrors: pandera finds fault with them.
        """
        values = read_values(self._table, self._side_by_side(new))
        names = [column.id for column in self._table.in_drop if column.id in words]
        pa.DataFrameSchema({name: self._schema.columns[name] for name in names}).validate(
            values.select(names), lazy=True
        )
        for name, columns in self._rules.items():
            if words.keys() >= set(columns) and any(new[column] for column in columns):
                together = self._together(words, columns)
                if together is not None:
                    check = [check for check in self._schema.checks if check.error == name]
                    pa.DataFrameSchema(checks=check).validate(read_values(self._table, together), lazy=True)

    def _part(self, columns: frozenset[str]) -> pa.DataFrameSchema:
        """The contract over some columns, with the rules that look at one of them."""
        if columns not in self._parts:
            rules = [name for name, looked_at in self._rules.items() if columns & set(looked_at)]
            self._parts[columns] = pa.DataFrameSchema(
                {name: column for name, column in self._schema.columns.items() if name in columns},
                checks=[check for check in self._schema.checks if check.error in rules],
            )
        return self._parts[columns]


def _answers(asked: list[Predicate], frame: pl.DataFrame) -> list[Predicate]:
    """Those that fail somewhere."""
    if not asked or not frame.height:
        return []
    fails = frame.select(
        predicate.fails.fill_null(value=False).any().alias(str(number)) for number, predicate in enumerate(asked)
    ).row(0)
    return [predicate for predicate, fail in zip(asked, fails, strict=True) if fail]
