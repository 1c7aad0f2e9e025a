"""Answers of the US Bureau of Economic Analysis: rows and marks, the same in all its datasets.

`Results` is an object in most datasets and a list of one in some; `Data` is a list, or one object where one row was
found; an error comes with HTTP 200, in either of two places. Text is Latin-1 in places. What stands for a number may be
a mark, and a mark may stand in NoteRef with a 0 as its number.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import Source
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.scaling import scaled

VALUE: Final = "DataValue"
NOTE: Final = "NoteRef"
# Marks in place of a number, or in NoteRef, with the status of the row and what is said of it.
SUPPRESSED: Final = "(D)"
HALF_UNIT: Final = "(*)"
STATUS_OF_MARKS: Final = {
    "(D)": "Q",
    "(NA)": "O",
    "(NM)": "O",
    "n.a.": "O",
    "n.s.": "O",
    ".....": "M",
    "": "O",
}
WORDS_OF_MARKS: Final = {
    "(D)": "suppressed by the publisher so that no company's data are disclosed",
    "(NM)": "published as not meaningful",
    "n.s.": "published as not shown; it may be part of another line",
    ".....": "published as not applicable",
}
HALF_UNIT_SAYS: Final = "published as (*): a value other than zero that is less than half a million dollars"
QUARTER: Final = re.compile(r"([0-9]{4})Q([1-4])")
YEAR: Final = re.compile(r"[0-9]{4}")


def read_bea(content: bytes, place: str, fields: Iterable[str]) -> pl.DataFrame:
    """Read the rows of an answer as published, all text.

    Args:
        content: the body.
        place: for messages.
        fields: what every row must have; NoteRef is read where it is there.

    Returns:
        (rows, fields and NoteRef); null where nothing stands.

    Raises:
        SourceChanged: the body is not JSON of the known shape, tells an error, or rows lack a field.
    """
    results = _results(content, place)
    rows = results.get("Data")
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise SourceChanged(f"{place}: no rows under BEAAPI.Results.Data; Results holds {sorted(results)[:20]}")
    fields = list(fields)
    if missing := sorted({name for row in rows for name in fields if name not in row}):
        raise SourceChanged(
            f"{place}: rows lack the fields {missing}; they have {sorted(rows[0])}. Read the publisher's notice, then "
            "change the parser"
        )
    names = [*fields, *([] if NOTE in fields else [NOTE])]
    columns = {name: [_text(row.get(name)) for row in rows] for name in names}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def with_values(published: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Say of every row what its number or mark means.

    Args:
        published: (rows, with DataValue, NoteRef and the column of the unit), from `read_bea`.
        source: its file states the unit's rule.

    Returns:
        (the same rows, with obs_value in base units, obs_status and comment_obs). A value under half a unit is 0 with
        status N (not significant); a suppressed one is missing with status Q, one not available with status O.

    Raises:
        SourceChanged: a cell is neither a number nor a known mark, or a unit is unknown.
    """
    text = pl.col(VALUE).fill_null("").str.strip_chars()
    noted = pl.col(NOTE).fill_null("").str.strip_chars().str.split(",").list.eval(pl.element().str.strip_chars())
    mark: pl.Expr = pl.when(text.is_in([*STATUS_OF_MARKS, HALF_UNIT])).then(text)
    for known in (HALF_UNIT, *(name for name in STATUS_OF_MARKS if name)):
        mark = pl.when(noted.list.contains(known)).then(pl.lit(known)).otherwise(mark)
    marked = published.with_columns(mark.alias("mark"), text.str.replace_all(",", "").alias(VALUE))
    is_small = pl.col("mark") == HALF_UNIT
    numbers = marked.with_columns(
        pl.when(pl.col("mark").is_null()).then(VALUE).when(is_small).then(pl.lit("0")).alias(VALUE)
    )
    return marked.with_columns(
        scaled(numbers, VALUE, source).alias("obs_value"),
        pl.when(is_small)
        .then(pl.lit("N"))
        .otherwise(pl.col("mark").replace_strict(STATUS_OF_MARKS, default="A", return_dtype=pl.String))
        .alias("obs_status"),
        pl.when(is_small)
        .then(pl.lit(HALF_UNIT_SAYS))
        .otherwise(pl.col("mark").replace_strict(WORDS_OF_MARKS, default=None, return_dtype=pl.String))
        .alias("comment_obs"),
    ).drop("mark")


def periods(published: pl.DataFrame, column: str, place: str) -> pl.DataFrame:
    """Periods as the contracts write them: 2020 and 2020-Q1, in time_period, with their freq.

    Raises:
        SourceChanged: a period is neither a year nor a quarter.
    """
    known: dict[str, tuple[str, str]] = {}
    for text in published[column].unique().drop_nulls():
        if quarter := QUARTER.fullmatch(text):
            known[text] = ("Q", f"{quarter[1]}-Q{quarter[2]}")
        elif YEAR.fullmatch(text):
            known[text] = ("A", text)
    if unknown := sorted(set(published[column].fill_null("blank")) - known.keys()):
        raise SourceChanged(f"{place}: unknown periods in {column} {unknown[:5]}; expected such as 2020 or 2020Q1")
    return published.with_columns(
        freq=pl.col(column).replace_strict({text: freq for text, (freq, _) in known.items()}, return_dtype=pl.String),
        time_period=pl.col(column).replace_strict(
            {text: period for text, (_, period) in known.items()}, return_dtype=pl.String
        ),
    )


def without_repeats(rows: pl.DataFrame, key: list[str], place: str) -> pl.DataFrame:
    """Keep one of the rows that differ by their place in the publisher's table only.

    Raises:
        SourceChanged: rows of one key hold different figures.
    """
    shown = rows.unique([*key, VALUE], keep="first", maintain_order=True)
    if twice := shown.filter(pl.struct(key).is_duplicated()).head(2).rows(named=True):
        figures = " and ".join(str(row[VALUE]) for row in twice)
        named = ", ".join(f"{name} {twice[0][name]}" for name in key)
        raise SourceChanged(f"{place}: {named} stands twice with different figures, {figures}; expected one")
    return shown


def _results(content: bytes, place: str) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    try:
        answer: Any = json.loads(text, parse_float=str, parse_int=str)
    except ValueError as error:
        raise SourceChanged(
            f"{place}: not JSON ({error}); it begins {content[:60]!r} and ends {content[-60:]!r}. After a time-out the "
            "publisher sends an HTML page behind the JSON: ask again, for fewer years"
        ) from error
    api = answer.get("BEAAPI") if isinstance(answer, dict) else None
    results = api.get("Results") if isinstance(api, dict) else None
    results = results[0] if isinstance(results, list) and len(results) == 1 else results
    for holder in (results, api):
        if isinstance(holder, dict) and holder.get("Error"):
            raise SourceChanged(f"{place}: the publisher says {json.dumps(holder['Error'])[:300]}")
    if not isinstance(results, dict):
        raise SourceChanged(f"{place}: no object under BEAAPI.Results; the answer begins {content[:80]!r}")
    return results


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
