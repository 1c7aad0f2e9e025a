"""SDMX-JSON 2.0 data messages as the IMF writes them: series, their observations, codes by number.

Values are text or null. A code is a number into a list of `{"id": ...}`, or of `{"value": ...}` for periods and
attributes without a code list; where that list is empty the attribute itself stands in its place, as text. A dataset
without `series` has no figures.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.flows import DATAFLOW, TIME, VALUE

SEPARATOR: Final = ":"
FLOW_URN: Final = "Dataflow="


def parse_sdmx_json(content: bytes, place: str) -> pl.DataFrame:
    """Read an SDMX-JSON 2.0 message as published.

    Args:
        content: the body, UTF-8.
        place: source, part, partition and page, for the message.

    Returns:
        (observations, DATAFLOW, dimensions, TIME_PERIOD, OBS_VALUE, attributes), text; null where there is none. Of a
        dataset without series: no rows.

    Raises:
        SourceChanged: no such message, more than one structure, or a number that stands for no code.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_float=str)["data"]
        (structure,) = data["structures"]
        message = _Message(structure)
        rows = [row for dataset in data["dataSets"] for row in message.rows(dataset)]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise SourceChanged(
            f"{place}: no SDMX-JSON 2.0 data message we can read ({type(error).__name__}: {error}); it begins "
            f"{content[:60]!r}. Look at the bytes before changing the parser"
        ) from error
    return pl.DataFrame(rows, schema=dict.fromkeys(message.columns, pl.String), orient="row")


class _Message:
    """One structure of a message and how its numbers are read."""

    def __init__(self, structure: dict[str, Any]) -> None:
        urns = [link["urn"] for link in structure["links"] if FLOW_URN in link.get("urn", "")]
        self.flow = urns[0].split(FLOW_URN, 1)[1]
        self.series = structure["dimensions"]["series"]
        (self.time,) = structure["dimensions"]["observation"]
        attributes = structure.get("attributes", {})
        self.groups = attributes.get("dimensionGroup", [])
        self.of_series = attributes.get("series", [])
        self.of_observation = attributes.get("observation", [])
        if self.time["id"] != TIME or len(structure["measures"]["observation"]) != 1:
            raise ValueError(f"expected the one dimension {TIME} and one measure an observation")
        dimensions = [part["id"] for part in sorted(self.series, key=lambda part: part["keyPosition"])]
        kinds = [*self.groups, *self.of_series, *self.of_observation]
        self.columns = [DATAFLOW, *dimensions, TIME, VALUE, *dict.fromkeys(part["id"] for part in kinds)]

    def rows(self, dataset: dict[str, Any]) -> Iterator[list[str | None]]:
        groups = {
            tuple(key.split(SEPARATOR)): values for key, values in dataset.get("dimensionGroupAttributes", {}).items()
        }
        for key, series in dataset.get("series", {}).items():
            numbers = key.split(SEPARATOR)
            shared = {part["id"]: _code(part, int(n)) for part, n in zip(self.series, numbers, strict=True)}
            shared |= _codes(self.of_series, series.get("attributes", []))
            for pattern, values in groups.items():
                if all(wanted in {"", number} for wanted, number in zip(pattern, numbers, strict=False)):
                    shared |= _codes(self.groups, values)
            for number, (value, *attributes) in series.get("observations", {}).items():
                cells = {DATAFLOW: self.flow, TIME: _code(self.time, int(number)), VALUE: _text(value)}
                cells |= shared | _codes(self.of_observation, attributes)
                yield [cells.get(name) for name in self.columns]


def _codes(parts: list[dict[str, Any]], found: list[Any]) -> dict[str, str | None]:
    """The attributes that are there; what is null is not told."""
    return {part["id"]: _code(part, cell) for part, cell in zip(parts, found, strict=False) if cell is not None}


def _code(part: dict[str, Any], cell: Any) -> str | None:
    """A number is looked up where there is a list; anything else is the text itself."""
    values = part.get("values", [])
    if not isinstance(cell, int) or isinstance(cell, bool) or not values:
        return _text(cell)
    if not 0 <= cell < len(values):
        raise IndexError(f"{part['id']} has {len(values)} codes, and number {cell} is used")
    entry = values[cell]
    return _text(entry["id"] if "id" in entry else entry["value"])


def _text(cell: Any) -> str | None:
    return cell if cell is None or isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
