"""Judging rows: text in, values and faults out, some at a time.

What passes here keeps the contract: pandera says so of every batch, beside the predicates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
from pandera.errors import SchemaErrors
from pandera.polars import DataFrameSchema

from compact_pipelines.contracts.cells import read_values
from compact_pipelines.contracts.faults import WARNINGS, Fault, shown
from compact_pipelines.contracts.files import Batch, Block, Limits
from compact_pipelines.contracts.findings import ROW
from compact_pipelines.contracts.judges import POLARS_TYPES, drop_schema
from compact_pipelines.contracts.model import Table
from compact_pipelines.contracts.naming import SDMX_COLUMNS, known_columns
from compact_pipelines.contracts.predicates import (
    DELETE,
    Predicate,
    predicates_of_text,
    predicates_of_values,
    rules_of_drop,
)
from compact_pipelines.contracts.vocabulary import MOST_WORDS, Doubts, Vocabulary, Words
from compact_pipelines.errors import ContractError

FAULTS: Final = pl.Schema(
    {"row": pl.Int64, "column": pl.String, "rule": pl.String, "value": pl.String, "found": pl.String}
)


@dataclass(frozen=True)
class Judged:
    """A batch after judgement.

    Attributes:
        values: (rows that break nothing, ROW, the columns of a drop, those of SDMX-CSV), typed, in base units; warnings
            break nothing. Of a block that was read, columns of text may be left out whose words are all in order.
        texts: (all rows, the same columns), as they stand in the file.
        faults: (faults; row, column, rule, value, found); one row each.
    """

    values: pl.DataFrame
    texts: pl.DataFrame
    faults: pl.DataFrame


class RowJudge:
    """Judges the rows of one file by a contract.

    Attributes:
        ids: the columns of the file that the contract has, each with its id.
        is_blind: whether the file has no column that the contract has; then there are no rows to judge.
        unknown: columns of the file that the contract does not have; they are not looked at.
        missing: columns that must be there and are not; what looks at them is not asked.
    """

    def __init__(
        self,
        table: Table,
        header: list[str],
        limits: Limits,
        areas: frozenset[str] | None = None,
        *,
        only_deletes: bool = False,
    ) -> None:
        """Look at the header.

        Args:
            table: the contract.
            header: the file's columns.
            limits: how long a cell may be.
            areas: the areas that may speak here; None for any.
            only_deletes: whether the drop takes observations away; its files need no columns but the key's.
        """
        ids = [*SDMX_COLUMNS, *(column.id for column in table.in_drop)]
        self.ids = known_columns(table, header)
        present = [name for name in ids if name in self.ids.values()]
        self.is_blind = not self.ids
        self.unknown = [name for name in header if name not in self.ids]
        self.missing = [
            column.id
            for column in table.in_drop
            if column.id not in present
            and (column.role == "dimension" if only_deletes else column.concept.required or column.role == "measure")
        ]
        self._table = table
        self._absent = [column.id for column in table.in_drop if column.id not in present]
        self._columns = [name for name in ids if name in present or name in self._absent]
        self._has_deletes = "action" in present
        self._of_text = self._askable(predicates_of_text(table, present, limits))
        self._of_values = self._askable(predicates_of_values(table, areas))
        self._schema = drop_schema(table, rules_of_drop(table))
        self._vocabulary = Vocabulary(table, self._columns, self._of_text, self._of_values)

    def header_faults(self) -> list[Fault]:
        """Columns that do not belong here, and columns that must be there and are not."""
        return [
            *(
                Fault("unknown_column", column=name, value=name, found=f"The file has a column '{shown(name)}'")
                for name in self.unknown
            ),
            *(Fault("missing_column", column=name, found=f"There is no column '{name}'") for name in self.missing),
        ]

    def texts(self, batch: Batch | Block, needed: set[str] | None = None) -> pl.DataFrame:
        """(rows, ROW, the columns of a drop, those of SDMX-CSV), by their ids, as text; columns left out are blank.

        Args:
            batch: the rows.
            needed: the columns that somebody looks at; all, if not given.
        """
        ids = {name: column for name, column in self.ids.items() if needed is None or column in needed}
        found = batch.texts_of(list(ids)) if isinstance(batch, Block) else batch.texts
        return (
            found.select(pl.col(name).alias(column) for name, column in ids.items())
            .with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in self._absent)
            .select(
                batch.numbers.cast(pl.Int64).alias(ROW),
                *(name for name in self._columns if needed is None or name in needed or name in self._absent),
            )
        )

    def _needed(self, doubts: Doubts) -> set[str]:
        """Columns that are looked at although their words are in order: keys, figures, and what goes with these."""
        asked = [name for predicate in [*doubts.of_text, *doubts.of_values] for name in predicate.looks_at]
        typed = [column.id for column in self._table.in_drop if POLARS_TYPES[column.concept.type] != pl.String]
        return {*self._table.dimensions, *asked, *typed, *(doubts.columns or ()), "unit_mult", "action"}

    def judge(self, batch: Batch | Block) -> Judged:
        """Judge some rows.

        Raises:
            ContractError: pandera finds fault with rows that no predicate finds fault with; that is ours to mend.
        """
        words = self._words(batch)
        try:
            doubts = self._vocabulary.doubts(words) if words else Doubts(self._of_text, self._of_values, self._schema)
        except SchemaErrors as errors:
            raise self._at_odds(errors) from None
        may_be_blank = all(None in found for found in words.values())
        is_in_order = doubts.columns is not None and not may_be_blank
        texts = self.texts(batch, self._needed(doubts) if is_in_order else None)
        faults, rows = [frame_of_faults(batch.faults)], texts
        if may_be_blank:
            is_blank = pl.all_horizontal(pl.exclude(ROW).is_null())
            faults.append(_blank_rows(texts.filter(is_blank)))
            rows = texts if faults[-1].is_empty() else texts.filter(~is_blank)
        faults += self._ask(doubts.of_text, rows, rows, faults)
        values = read_values(self._table, rows)
        faults += self._ask(doubts.of_values, values, rows, faults)
        found = pl.concat(faults)
        return Judged(self._passed(values, found, doubts.schema), texts, found)

    def _words(self, batch: Batch | Block) -> Words:
        """What stands in the columns that hold few words."""
        if isinstance(batch, Batch) or self.missing:
            return {}
        words: Words = {self.ids[name]: found for name, found in batch.words(MOST_WORDS).items() if name in self.ids}
        words.pop(self._table.measure, None)  # its value hangs on unit_mult too
        return {**words, **{name: {None} for name in self._absent}}

    def _askable(self, predicates: list[Predicate]) -> list[Predicate]:
        return [predicate for predicate in predicates if not set(predicate.looks_at) & set(self.missing)]

    def _ask(
        self, predicates: list[Predicate], values: pl.DataFrame, texts: pl.DataFrame, known: list[pl.DataFrame]
    ) -> list[pl.DataFrame]:
        """The faults that predicates find; where a column they look at is at fault already, they say nothing more."""
        answers = values.select(
            self._of_whom(predicate).fill_null(value=False).alias(str(number))
            for number, predicate in enumerate(predicates)
        )
        fail = answers.select(pl.all().any()).row(0) if answers.height else ()
        found: list[pl.DataFrame] = []
        for number, predicate in enumerate(predicates):
            if not (fail and fail[number]):
                continue
            rows = texts.filter(answers[str(number)])
            for earlier in [*known, *found]:
                cells = earlier.filter(pl.col("column").is_in(predicate.looks_at))
                rows = rows.join(cells, left_on=ROW, right_on="row", how="anti") if cells.height else rows
            found.append(
                rows.select(
                    pl.col(ROW).alias("row"),
                    pl.lit(predicate.column).alias("column"),
                    pl.lit(predicate.rule).alias("rule"),
                    pl.col(predicate.column).alias("value"),
                    pl.lit(None, dtype=pl.String).alias("found"),
                )
            )
        return found

    def _of_whom(self, predicate: Predicate) -> pl.Expr:
        if not self._has_deletes:
            return predicate.fails if predicate.of_others else pl.lit(value=False)
        deletes = (pl.col("action") == DELETE).fill_null(value=False)
        if predicate.of_deletes and predicate.of_others:
            return predicate.fails
        return predicate.fails & (deletes if predicate.of_deletes else ~deletes)

    def _passed(self, values: pl.DataFrame, faults: pl.DataFrame, schema: DataFrameSchema) -> pl.DataFrame:
        held = faults.filter(~pl.col("rule").is_in(list(WARNINGS)))
        passed = values.join(held, left_on=ROW, right_on="row", how="anti") if held.height else values
        passed = passed.select(ROW, *(name for name in self._columns if name in passed.columns))
        if self.missing:
            return passed.clear()
        whole = passed.filter(pl.col("action") != DELETE) if self._has_deletes else passed
        try:
            schema.validate(
                whole.select(column.id for column in self._table.in_drop if column.id in whole.columns), lazy=True
            )
        except SchemaErrors as errors:
            raise self._at_odds(errors) from None
        return passed

    def _at_odds(self, errors: SchemaErrors) -> ContractError:
        cases = errors.failure_cases.select("column", "check").unique().rows()
        return ContractError(
            f"{self._table.id}: pandera finds {cases} in rows that the predicates let pass; "
            "make contracts/predicates.py and contracts/judges.py ask the same"
        )


def frame_of_faults(faults: Sequence[Fault]) -> pl.DataFrame:
    """(faults; row, column, rule, value, found)."""
    rows = [(fault.row, fault.column, fault.rule, fault.value, fault.found) for fault in faults]
    return pl.DataFrame(rows, schema=FAULTS, orient="row")


def _blank_rows(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.col(ROW).alias("row"),
        pl.lit(None, dtype=pl.String).alias("column"),
        pl.lit("blank_row").alias("rule"),
        pl.lit(None, dtype=pl.String).alias("value"),
        (pl.lit("Row ") + pl.col(ROW).cast(pl.String) + " is empty").alias("found"),
    )
