"""JSON-stat 1.x and 2.0 datasets: a cube told as one list, or object, of cells in row-major order.

Version 1.x wraps its dataset in an object and keeps `id` and `size` inside `dimension`; 2.0 has them at the top. Cells
are an array with nulls, or a sparse object keyed by cell number. Status is an array, such an object, one text for all,
or, as one publisher wrote it, an object that holds the array under `value`. A category's index is an object or an
array, and may be left out where there is one category.
"""

import json
import math
from typing import Any, Final

import polars as pl

from compact_pipelines.errors import SourceChanged

VALUE: Final = "value"
STATUS: Final = "status"
# A cube of more cells than this is no answer to a question of ours.
MOST_CELLS: Final = 5_000_000


def parse_json_stat(content: bytes, place: str) -> pl.DataFrame:
    """Read a JSON-stat dataset as published: one row a cell, in row-major order.

    Args:
        content: the body, UTF-8.
        place: source, part, partition and page, for the message.

    Returns:
        (cells, [the dimensions, value, status]), text; value and status are null where the dataset has none.

    Raises:
        SourceChanged: no JSON-stat dataset, sizes that do not fit the categories, or a cell outside the cube.
    """
    dataset = _dataset(content, place)
    try:
        ids, sizes = _shape(dataset)
        codes = [list(_categories(dataset["dimension"][name])) for name in ids]
        count = math.prod(sizes)
        if [len(each) for each in codes] != sizes or count > MOST_CELLS:
            raise ValueError(f"sizes {sizes}, categories {[len(each) for each in codes]}, at most {MOST_CELLS:,} cells")
        values, statuses = _cells(dataset[VALUE], count), _cells(_status(dataset), count)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise _changed(content, place, error) from error
    cells = pl.int_range(count, eager=True)
    columns: dict[str, pl.Series] = {}
    step = count
    for name, each in zip(ids, codes, strict=True):
        step //= max(len(each), 1)
        columns[name] = pl.Series(each, dtype=pl.String).gather((cells // max(step, 1)) % max(len(each), 1))
    return pl.DataFrame({**columns, VALUE: values, STATUS: statuses})


def read_labels(content: bytes, place: str) -> dict[str, dict[str, str]]:
    """The publisher's words for the codes: dimension to code to label; a code without a label has itself.

    Raises:
        SourceChanged: no JSON-stat dataset.
    """
    dataset = _dataset(content, place)
    try:
        return {name: _categories(dataset["dimension"][name]) for name in _shape(dataset)[0]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _changed(content, place, error) from error


def _dataset(content: bytes, place: str) -> dict[str, Any]:
    """The one dataset of the body; numbers stay the text they were."""
    try:
        body = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str)
        found = body if "dimension" in body else [part for part in body.values() if "dimension" in part]
        (dataset,) = [found] if isinstance(found, dict) else found
    except (ValueError, TypeError, AttributeError) as error:
        raise _changed(content, place, error) from error
    return dict(dataset)


def _changed(content: bytes, place: str, error: Exception) -> SourceChanged:
    return SourceChanged(
        f"{place}: no JSON-stat dataset we can read ({type(error).__name__}: {error}); it begins {content[:60]!r}. "
        "Look at the bytes before changing the parser"
    )


def _shape(dataset: dict[str, Any]) -> tuple[list[str], list[int]]:
    outer = dataset if "id" in dataset else dataset["dimension"]
    return list(outer["id"]), [int(size) for size in outer["size"]]


def _categories(dimension: dict[str, Any]) -> dict[str, str]:
    """Codes in their order, with labels."""
    category = dimension["category"]
    labels = category.get("label", {})
    index = category.get("index", list(labels))
    if isinstance(index, dict):
        places = {code: int(place) for code, place in index.items()}
        if sorted(places.values()) != list(range(len(places))):
            raise ValueError(f"the index of a category does not count from 0: {sorted(places.values())[:5]}")
        index = sorted(places, key=places.__getitem__)
    return {str(code): str(labels.get(code, code)) for code in index}


def _status(dataset: dict[str, Any]) -> Any:
    status = dataset.get(STATUS)
    if isinstance(status, dict) and isinstance(status.get(VALUE), list):
        return status[VALUE]
    return status


def _cells(found: Any, count: int) -> pl.Series:
    """Dense or sparse cells, or one text for all, as a column of text."""
    if found is None or isinstance(found, str):
        return pl.Series([found], dtype=pl.String).new_from_index(0, count)
    if isinstance(found, list):
        # A list of statuses may be shorter: it then ends at the last cell that has one.
        if len(found) > count:
            raise ValueError(f"{len(found):,} cells, expected {count:,}")
        return pl.Series([*map(_text, found), *[None] * (count - len(found))], dtype=pl.String)
    filled: list[str | None] = [None] * count
    for number, cell in found.items():
        if not 0 <= int(number) < count:
            raise IndexError(f"cell {number} of {count:,}")
        filled[int(number)] = _text(cell)
    return pl.Series(filled, dtype=pl.String)


def _text(cell: Any) -> str | None:
    return None if cell is None else str(cell)
