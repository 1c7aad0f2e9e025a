"""What an SDMX message must be of, and which columns it must have, whatever its wire format.

The parsers of SDMX-CSV, SDMX-JSON and SDMX-ML give one shape: DATAFLOW (`agency:flow(version)`, as the answer states
it), the dimensions in the order of their structure with the period last, OBS_VALUE, and attributes in any order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known

DATAFLOW: Final = "DATAFLOW"
TIME: Final = "TIME_PERIOD"
VALUE: Final = "OBS_VALUE"


@dataclass(frozen=True)
class Flow:
    """A dataflow as a connector knows it.

    Attributes:
        names: `agency:flow`, without version; SDMX-ML may name the structure instead, so there may be more than one.
        dimensions: all of them in order, less TIME_PERIOD. One more, or one less, changes what a figure means.
        attributes: those the connector reads; others may come and go.
    """

    names: tuple[str, ...]
    dimensions: tuple[str, ...]
    attributes: tuple[str, ...] = ()


def require_flow(published: pl.DataFrame, flow: Flow, place: str) -> None:
    """Stop unless a parsed message is of this flow, with its dimensions and the attributes that are read.

    Args:
        published: from one of the parsers.
        flow: what it must be.
        place: source, part, partition and page, for the message.

    Raises:
        SourceChanged: another flow, a dimension missing, new or renamed, or an attribute missing.
    """
    found = published.columns
    dimensions = found[found.index(DATAFLOW) + 1 : found.index(TIME)] if TIME in found else found
    missing = [name for name in (TIME, VALUE, *flow.attributes) if name not in found]
    if dimensions != list(flow.dimensions) or missing:
        raise SourceChanged(
            f"{place}: the structure has changed. Dimensions found: {dimensions}; expected, in this order: "
            f"{list(flow.dimensions)}; columns missing: {missing or 'none'}. Read the publisher's notice, then change "
            "the module"
        )
    names = published[DATAFLOW].str.replace(r"\(.*\)$", "").unique().to_list()
    if strange := sorted(str(name) for name in names if name not in flow.names):
        raise SourceChanged(f"{place}: the answer is of {', '.join(strange)}, expected {' or '.join(flow.names)}")


def require_codes(published: pl.DataFrame, codes: Mapping[str, Iterable[str]], place: str) -> None:
    """Stop if a column holds a code that none of ours stands for.

    Raises:
        SourceChanged: naming the column and the codes.
    """
    for column, known in codes.items():
        require_known(published[column], known, place, f"codes in {column}")


def versions(published: pl.DataFrame) -> str:
    """The flow and version that answered, for comment_obs; several are joined by commas."""
    return ", ".join(sorted(published[DATAFLOW].drop_nulls().unique().to_list()))
