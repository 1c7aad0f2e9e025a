"""Published numbers in base units, by the rule in the source's file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import polars as pl

from compact_pipelines.contracts.requests import Scale
from compact_pipelines.contracts.sources import Source
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import to_decimal
from compact_pipelines.live.requests import live_of

# No publisher states figures in smaller or larger units than these powers of ten.
LEAST_EXPONENT: Final = -6
MOST_EXPONENT: Final = 12
NUMBER: Final = r"^-?[0-9]+(\.[0-9]+)?$"
WITH_EXPONENT: Final = r"^-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}$"


def scaled(published: pl.DataFrame, column: str, source: Source, missing: Mapping[str, str] | None = None) -> pl.Series:
    """A column of published numbers in base units, exact to the sixth decimal.

    Args:
        published: (rows, columns), text; it holds the column that the rule names.
        column: the numbers, as text without separators of thousands; 1.5E6 is understood.
        source: its file states the rule.
        missing: spellings that the publisher documents as missing; they become null.

    Returns:
        (rows,) DECIMAL(28,6), base units of the source's currency, or persons, or pieces.

    Raises:
        SourceChanged: a cell is no number, or its unit is not one that the file explains.
    """
    scale = live_of(source).scale
    text = pl.when(pl.col(column).is_in(list(missing or {}))).then(None).otherwise(pl.col(column))
    values = published.select(text.cast(pl.String).str.strip_chars().alias(column)).to_series()
    values = values.set(values == "", None)
    written_out = _written_out(values)
    if scale.rule == "none":
        shifted = written_out
    else:
        exponents = _exponents(published, scale, source.id, is_needed=values.is_not_null())
        shifted = _shifted(written_out, exponents)
    return to_decimal(column, source.id, pl.DataFrame({column: shifted})).rename(column)


def _written_out(values: pl.Series) -> pl.Series:
    """Numbers with a power of ten in them, written without; all other cells as they are."""
    with_exponent = values.str.contains(WITH_EXPONENT).fill_null(value=False)
    if not with_exponent.any():
        return values
    rows = with_exponent.arg_true()
    return values.scatter(rows, [f"{Decimal(text):f}" for text in values.gather(rows)])


def _exponents(published: pl.DataFrame, scale: Scale, source_id: str, *, is_needed: pl.Series) -> pl.Series:
    """The power of ten of each row; null where there is no number.

    Raises:
        SourceChanged: naming units that the file does not explain.
    """
    if scale.column not in published.columns:
        raise SourceChanged(
            f"{source_id}: no column {scale.column!r}, which states the unit; found {published.columns}. Without it no "
            "figure can be read"
        )
    stated = published[scale.column].cast(pl.String).str.strip_chars()
    if scale.rule == "words":
        known = {word.strip(): exponent for word, exponent in scale.words.items()}
    else:
        known = {str(exponent): exponent for exponent in range(LEAST_EXPONENT, MOST_EXPONENT + 1)}
    used = stated.filter(is_needed)
    if unknown := sorted(str(word) for word in used.unique().to_list() if word not in known):
        allowed = sorted(known) if scale.rule == "words" else f"{LEAST_EXPONENT} to {MOST_EXPONENT}"
        raise SourceChanged(
            f"{source_id}, column {scale.column}: unknown units {unknown}; known are {allowed}. Read what the "
            "publisher says of them, then state them in the source's file"
        )
    return stated.replace_strict(known, default=None, return_dtype=pl.Int64)


def _shifted(values: pl.Series, exponents: pl.Series) -> pl.Series:
    """Numbers as text with the decimal point moved, exactly; cells that are no numbers stay for the message."""
    number, power = pl.col("number"), pl.col("power")
    shifted = pl.DataFrame({"number": values, "power": exponents})
    wanted = sorted(set(exponents.drop_nulls()) - {0})
    is_number = number.str.contains(NUMBER)
    moved = number
    for exponent in wanted:
        moved = pl.when(is_number & (power == exponent)).then(_moved(number, exponent)).otherwise(moved)
    return shifted.select(moved.alias("number")).to_series()


def _moved(number: pl.Expr, exponent: int) -> pl.Expr:
    sign = pl.when(number.str.starts_with("-")).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = number.str.extract(r"^-?([0-9]+)", 1)
    behind = number.str.extract(r"\.([0-9]+)$", 1).fill_null("")
    if exponent > 0:
        filled = behind.str.pad_end(exponent, "0")
        digits, rest = pl.concat_str(whole, filled.str.slice(0, exponent)), filled.str.slice(exponent)
    else:
        filled = whole.str.zfill(1 - exponent)
        digits = filled.str.head(pl.lit(exponent))
        rest = pl.concat_str(filled.str.tail(-exponent), behind)
    digits = digits.str.strip_chars_start("0")
    digits = pl.when(digits == "").then(pl.lit("0")).otherwise(digits)
    return pl.concat_str(sign, digits, pl.lit("."), pl.when(rest == "").then(pl.lit("0")).otherwise(rest))
