"""From text to values: how a cell must be written, and what it then is.

Figures are resolved to base units here, digit by digit as they are written, so that no arithmetic rounds them.
"""

from typing import Any, Final

import polars as pl

from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.contracts.model import Column, Table

WRITTEN: Final = {
    "decimal": r"^-?[0-9]{1,18}(\.[0-9]{1,6})?$",
    "date": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$",
    "datetime": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
    "boolean": r"^(true|false)$",
}
NOT_PLAIN: Final = r"[\p{Cc}--[\n\t\r]]|[\x{202A}-\x{202E}\x{2066}-\x{2069}]"
FIRST_CHARACTER: Final = r"^[\s\p{Cf}]*([^\s\p{Cf}])"  # blanks and invisible characters passed over
FORMULA_MARK: Final = r"^[=+\-@]"
MONTH_AND_DAY: Final = r"^--[0-9]{2}-[0-9]{2}$"  # the start of a reporting year: a code of ours, and no formula
SCALED: Final = r"^-?[0-9]+(\.[0-9]+)?$"  # a figure after its point has moved
UNSCALED: Final = "0"  # of unit_mult; a blank says the same


def is_written(column: Column) -> pl.Expr | None:
    """Whether a cell is written as its type asks; null where it is blank, None where any text will do."""
    pattern = WRITTEN.get(column.concept.type) if column.concept.pattern is None else column.concept.pattern
    return pl.col(column.id).str.contains(pattern) if pattern else None


def begins_as_formula(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet may take a text for a formula: some pass over blanks, or read wide characters as plain."""
    first = text.str.extract(FIRST_CHARACTER).str.normalize("NFKC")
    return first.str.contains(FORMULA_MARK) | text.str.contains(r"^[\t\r]")


def without_formula(text: pl.Expr) -> pl.Expr:
    """A text for a CSV that a spreadsheet opens: an apostrophe before what it may take for a formula."""
    is_formula = begins_as_formula(text) & ~text.str.contains(MONTH_AND_DAY)
    return pl.when(is_formula).then(pl.lit("'") + text).otherwise(text)


def text_of(name: str) -> str:
    """Where `read_values` keeps the text of a column that it makes values of."""
    return f"#{name}"


def read_values(table: Table, texts: pl.DataFrame) -> pl.DataFrame:
    """Make values of the cells that are written as they should be; the others become null.

    Args:
        table: the contract.
        texts: (rows, all columns of a drop and any others), text.

    Returns:
        The same rows and columns, typed as the contract says, the value in base units (unit_mult taken in); beside each
        column that is no text its text, under the name that `text_of` gives.
    """
    columns = {column.id: column for column in table.in_drop}
    typed = [column for column in table.in_drop if column.concept.type in WRITTEN]
    is_scaled = "unit_mult" in columns and _is_scaled(texts["unit_mult"])
    source = texts.with_columns(_in_base_units(table.measure, columns["unit_mult"])) if is_scaled else texts
    return texts.with_columns(
        *(pl.col(column.id).alias(text_of(column.id)) for column in typed),
        *source.select(_value(column, is_scaled=is_scaled and column.id == table.measure) for column in typed),
    )


def _value(column: Column, *, is_scaled: bool) -> pl.Expr:
    text, kind = pl.col(column.id), column.concept.type
    pattern = SCALED if is_scaled else WRITTEN[kind]
    written = pl.when(text.str.contains(pattern)).then(text)
    readers: dict[str, Any] = {
        "decimal": lambda cell: cell.cast(POLARS_TYPES["decimal"], strict=False),
        "date": lambda cell: cell.str.to_date("%Y-%m-%d", strict=False),
        "datetime": lambda cell: cell.str.to_datetime(
            "%Y-%m-%dT%H:%M:%SZ", time_unit="us", strict=False
        ).dt.replace_time_zone("UTC"),
        "boolean": lambda cell: cell == "true",
    }
    value: pl.Expr = readers[kind](written)
    return value.alias(column.id)


def _is_scaled(multipliers: pl.Series) -> bool:
    return bool((multipliers.drop_nulls() != UNSCALED).any())


def _in_base_units(measure: str, multiplier: Column) -> pl.Expr:
    """The figure with its point moved to the right; one that is not written as a figure stays as it is."""
    text = pl.col(measure)
    whole = text.str.extract(r"^(-?[0-9]+)")
    fraction = text.str.extract(r"\.([0-9]+)$").fill_null("")
    moved = text
    for code in multiplier.allowed or []:
        if code == UNSCALED:
            continue
        places = int(code)
        digits = fraction.str.pad_end(places, "0")
        longer = whole + digits.str.head(places) + "." + digits.str.slice(places) + "0"
        shortest = longer.str.replace(r"^(-?)0+([0-9])", "${1}${2}")
        is_figure = text.str.contains(WRITTEN["decimal"]) & (pl.col(multiplier.id) == code)
        moved = pl.when(is_figure).then(shortest).otherwise(moved)
    return moved.alias(measure)
