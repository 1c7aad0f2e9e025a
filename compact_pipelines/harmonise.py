"""Shared steps on the way from a published frame to a contract: areas, numbers, the contract's columns.

Only steps that every publisher needs are here; what one publisher does differently stays in its dataset module.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import polars_schema
from compact_pipelines.errors import ContractError, SourceChanged

DECIMAL = pl.Decimal(28, 6)
# Two figures closer than this share of themselves are one: a file keeps fifteen digits, and some divide before it.
SAME_FIGURE_SHARE: Final = 1e-6
# A year is the sum of twelve months, each in whole dollars on either side: half a dollar off, twelve times, twice. Of
# the IMF's copies the worst is 10.4 dollars off; the nearest pair of two offices is 318 dollars apart.
SAME_FIGURE_USD: Final = 12
# That rounding must be small beside the figure itself.
SAME_FIGURE_MOST_SHARE: Final = 1e-3
# Below it two honest reports may agree by chance.
LEAST_TELLING_USD: Final = 1_000


def read_csv(content: bytes, place: str, **options: Any) -> pl.DataFrame:
    """Read comma-separated values as published: every cell as text, a blank cell as null.

    Args:
        content: the bytes.
        place: source and part, for the message.
        options: what this publisher's file needs, as `polars.read_csv` takes it.

    Raises:
        SourceChanged: the bytes are not a table of equally long rows in UTF-8.
    """
    try:
        return pl.read_csv(content, infer_schema=False, **options)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        first = str(error).split("\n", maxsplit=1)[0]
        raise SourceChanged(
            f"{place}: not a table we can read ({first}); it begins {content[:60]!r}. Expected CSV in UTF-8, rows of "
            "equal length. Look at the bytes before changing the parser"
        ) from error


def read_json_table(content: bytes, place: str) -> pl.DataFrame:
    """Read a JSON array of arrays as published: the first names the columns, every cell is text.

    Args:
        content: the bytes.
        place: source and part, for the message.

    Raises:
        SourceChanged: the body is not an array of equally long arrays of text, header first, or a column that stands
            twice, which is kept once, differs.
    """
    expected = "Expected an array of arrays, the first of which names the variables"
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise SourceChanged(
            f"{place}: the answer is not JSON ({error}); it begins {content[:60]!r}. {expected}"
        ) from error
    if not isinstance(answer, list) or not answer or not isinstance(answer[0], list):
        raise SourceChanged(f"{place}: the answer is no array of arrays; it begins {content[:60]!r}. {expected}")
    header, *rows = answer
    for number, row in enumerate(answer):
        if not isinstance(row, list) or len(row) != len(header) or not all(isinstance(cell, str) for cell in row):
            raise SourceChanged(
                f"{place}, row {number}: found {str(row)[:80]}, expected {len(header)} cells of text as in {header}"
            )
    # A variable that is asked for and filtered by stands twice.
    places = {name: header.index(name) for name in header}
    if len(places) < len(header):
        for number, row in enumerate(rows, start=1):
            if twice := [name for name, cell in zip(header, row, strict=True) if cell != row[places[name]]]:
                raise SourceChanged(
                    f"{place}, row {number}: column {twice[0]} stands twice and its cells differ: {str(row)[:80]}"
                )
        rows = [[row[at] for at in places.values()] for row in rows]
    return pl.DataFrame(rows, schema=dict.fromkeys(places, pl.String), orient="row")


def require_columns(published: pl.DataFrame, expected: Iterable[str], place: str) -> None:
    """Stop unless the published frame has exactly the columns we know.

    Raises:
        SourceChanged: a column is missing or new.
    """
    expected = list(expected)
    if published.columns != expected:
        missing = [name for name in expected if name not in published.columns]
        new = [name for name in published.columns if name not in expected]
        raise SourceChanged(
            f"{place}: the header has changed. Missing: {missing or 'none'}; new: {new or 'none'}; "
            f"expected, in this order: {expected}. Read the publisher's notice, then change the parser"
        )


def require_known(values: pl.Series, known: Iterable[str], place: str, what: str) -> None:
    """Stop if a column holds a spelling that no mapping covers.

    Raises:
        SourceChanged: naming the unknown spellings.
    """
    if unknown := sorted(set(values.drop_nulls().unique().to_list()) - set(known)):
        raise SourceChanged(f"{place}: unknown {what} {unknown}; map them in the dataset's module")


def area_codes(scheme: str) -> dict[str, str]:
    """A code scheme of the area code list (iso2, m49, ifs, schedule_c) as a mapping to the area's id."""
    return {spelling: area for area, spelling in load_contracts().codelists["area"].column(scheme).items()}


def to_decimal(column: str, place: str, published: pl.DataFrame, missing: Mapping[str, str] | None = None) -> pl.Series:
    """Read a text column as numbers: exact to the sixth decimal, further digits are cut off.

    Args:
        column: the text column.
        place: source and part, for the message.
        published: the frame that holds it.
        missing: spellings the publisher documents as missing; they become null.

    Returns:
        (rows,) DECIMAL(28,6).

    Raises:
        SourceChanged: a cell is neither a plain decimal number nor a documented missing mark.
    """
    text = published[column]
    is_missing = text.is_in(list(missing or {})) | text.is_null()
    is_number = text.str.contains(r"^-?[0-9]{1,18}(\.[0-9]+)?$").fill_null(value=False)
    wrong = (~(is_missing | is_number)).arg_true()
    if not wrong.is_empty():
        shown = [f"row {row + 1}: {text[row]!r}" for row in wrong.head(5)]
        raise SourceChanged(
            f"{place}, column {column}: {len(wrong):,} cells are not numbers ({', '.join(shown)}); allowed are "
            f"digits with an optional sign and decimal point, or {sorted(missing or {}) or 'no missing mark'}"
        )
    cut = text.str.replace(r"^(-?[0-9]+\.[0-9]{6})[0-9]+$", "$1")
    return cut.set(is_missing, None).cast(DECIMAL)


def is_one_figure(one: str, other: str, *, is_stated: pl.Expr | None = None) -> pl.Expr:
    """Whether one of two yearly figures of a pair is a copy of the other, up to the rounding of monthly dollars.

    Args:
        one: a column of DECIMAL, US dollars, as it stands in the file.
        other: likewise.
        is_stated: whether a side of the row is known to copy; then figures of any size tell, else only those of
            LEAST_TELLING_USD or more. Two zeros tell nothing.

    Returns:
        Boolean; a missing figure is no copy.
    """
    first, second = (pl.col(name).cast(pl.Float64).abs() for name in (one, other))
    gap = (pl.col(one).cast(pl.Float64) - pl.col(other).cast(pl.Float64)).abs()
    is_near = (gap <= SAME_FIGURE_SHARE * second) | (
        (gap <= SAME_FIGURE_USD) & (gap <= SAME_FIGURE_MOST_SHARE * second)
    )
    is_large = pl.min_horizontal(first, second) >= LEAST_TELLING_USD
    return (is_near & (second > 0) & (is_large if is_stated is None else is_large | is_stated)).fill_null(value=False)


def conform(table_id: str, source_id: str, *frames: pl.DataFrame) -> pl.DataFrame:
    """Bring tidied frames into the contract's stored columns, in order and typed; preference is decided later.

    Columns that a source does not fill are null, conf_status is what the source's file states, imputed_mirror is
    false unless the dataset says otherwise.

    Args:
        table_id: the contract.
        source_id: the source, for its conf_status and for messages.
        frames: (rows, some of the contract's columns), provenance included.

    Returns:
        (all rows, the contract's stored columns less is_preferred), sorted by the key.

    Raises:
        ContractError: a frame has a column the contract does not know, or lacks a dimension.
    """
    contracts = load_contracts()
    table = contracts.tables[table_id]
    schema = {name: dtype for name, dtype in polars_schema(table).items() if name != "is_preferred"}
    defaults = {
        "conf_status": pl.lit(contracts.source(source_id).conf_status),
        "obs_status": pl.lit("A"),
        "imputed_mirror": pl.lit(value=False),
    }
    shaped = []
    for frame in frames:
        if unknown := sorted(set(frame.columns) - schema.keys()):
            raise ContractError(f"{source_id}: columns {unknown} are not in schemas/tables/{table_id}.yaml")
        if missing := [name for name in table.dimensions if name not in frame.columns]:
            raise ContractError(f"{source_id}: dimensions {missing} of {table_id} are missing")
        shaped.append(
            frame.with_columns(
                **{name: defaults.get(name, pl.lit(None)) for name in schema if name not in frame.columns}
            ).select(pl.col(name).cast(dtype) for name, dtype in schema.items())
        )
    return pl.concat(shaped).sort(*table.dimensions)
