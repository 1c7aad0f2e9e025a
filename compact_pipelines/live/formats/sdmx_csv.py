"""SDMX-CSV 1.0 and 2.0: one row an observation, all cells text.

Version 1.0 begins with DATAFLOW, 2.0 with STRUCTURE, STRUCTURE_ID and ACTION. With labels=both, headers read
`REF_AREA: Reference area` and cells `USA: United States`; the labels are cut off. Rows come in any order, fields may
hold line breaks, lines may end in CRLF and the text may begin with a byte order mark.
"""

import csv
import io
import re
from typing import Final

import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.formats.flows import DATAFLOW, TIME, VALUE

FIRST_OF_2: Final = ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
# Rows of these actions state figures; D takes one back, which a pull of whole partitions must not be given.
ACTIONS: Final = {"I", "A", "R", "M"}
# A code, a colon, a space, a label. A flow's name holds a colon too, but no space after it.
LABELLED: Final = re.compile(r"^([A-Za-z0-9_@$.\-]+): .*$", re.DOTALL)
# Of Eurostat: when the flow was last changed, between its name and the first dimension.
NO_DIMENSION: Final = frozenset({"LAST UPDATE"})


def parse_sdmx_csv(content: bytes, place: str) -> pl.DataFrame:
    """Read an SDMX-CSV message as published.

    Args:
        content: the body, UTF-8.
        place: source, part, partition and page, for the message.

    Returns:
        (observations, DATAFLOW, dimensions, TIME_PERIOD, OBS_VALUE, attributes), text; a blank cell is null.

    Raises:
        SourceChanged: no SDMX-CSV, a column twice, rows of unequal length, or a row that takes a figure back.
    """
    header, rows = _table(content, place)
    is_labelled = any(LABELLED.match(name) for name in header)
    names = [_code(name) if is_labelled else name for name in header]
    if names[:3] != FIRST_OF_2 and names[:1] != [DATAFLOW]:
        raise SourceChanged(
            f"{place}: no SDMX-CSV: the header begins {header[:4]}, expected {DATAFLOW} (version 1.0) or "
            f"{', '.join(FIRST_OF_2)} (version 2.0). Look at the bytes before changing the parser"
        )
    if len(set(names)) != len(names) or not {TIME, VALUE} <= set(names):
        raise SourceChanged(f"{place}: the header needs {TIME} and {VALUE}, and each column once; found {names}")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    frame = frame.with_columns(pl.all().replace({"": None}))
    if is_labelled:
        # Texts of attributes may hold a colon of their own, but no code of ours is read from them.
        cut = pl.selectors.exclude(VALUE, *FIRST_OF_2, DATAFLOW)
        frame = frame.with_columns(cut.str.replace(r"(?s)^([A-Za-z0-9_@$.\-]+): .*$", "$1"))
    return _normal(frame, place)


def _normal(frame: pl.DataFrame, place: str) -> pl.DataFrame:
    """Version 2.0 as 1.0: the flow's name first, no STRUCTURE and ACTION."""
    if DATAFLOW not in frame.columns:
        strange = set(frame["ACTION"].unique().to_list()) - ACTIONS
        kinds = set(frame["STRUCTURE"].str.to_lowercase().unique().to_list()) - {"dataflow"}
        if strange or kinds:
            raise SourceChanged(
                f"{place}: rows with ACTION {sorted(map(str, strange))} or STRUCTURE {sorted(map(str, kinds))}; "
                f"allowed are {sorted(ACTIONS)} and dataflow. Figures taken back need a person"
            )
        frame = frame.rename({"STRUCTURE_ID": DATAFLOW}).drop("STRUCTURE", "ACTION")
    flow = pl.col(DATAFLOW).str.replace(r"^([^:]+:[^:]+?): .*$", "$1")
    return frame.drop(NO_DIMENSION & set(frame.columns)).with_columns(flow)


def _table(content: bytes, place: str) -> tuple[list[str], list[list[str]]]:
    """The header and the rows, all as long as the header."""
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header, *rows = [row for row in reader if row] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceChanged(
            f"{place}: not a table we can read ({error}); it begins {content[:60]!r}. Expected SDMX-CSV in UTF-8"
        ) from error
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise SourceChanged(
                f"{place}, row {number}: {len(row)} cells, expected {len(header)} as in the header; the answer may be "
                f"cut off. Found {row[:6]}"
            )
    return header, rows


def _code(header: str) -> str:
    match = LABELLED.match(header)
    return match[1] if match else header
