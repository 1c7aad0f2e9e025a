"""An SDMX message in whichever of three wire formats it came, checked against the flow that was asked.

A publisher that speaks SDMX answers in the format it is asked for, as a rule; some answer in another all the same.
"""

import polars as pl

from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.flows import TIME, Flow, require_flow
from compact_pipelines.live.formats.sdmx_csv import parse_sdmx_csv
from compact_pipelines.live.formats.sdmx_json import parse_sdmx_json
from compact_pipelines.live.formats.sdmx_ml import parse_sdmx_ml


def parse_sdmx(content: bytes, flow: Flow, place: str) -> pl.DataFrame:
    """Read SDMX-JSON, SDMX-ML or SDMX-CSV, told apart by how the body begins.

    Args:
        content: the body.
        flow: what it must be of.
        place: source, part, partition and page, for the message.

    Returns:
        (observations, DATAFLOW, dimensions, TIME_PERIOD, OBS_VALUE, attributes), text; nothing is left out, no number
        is changed.

    Raises:
        SourceChanged: not such a message, or not of this flow with its dimensions and attributes.
    """
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins == b"{":
        published = parse_sdmx_json(content, place)
    elif begins == b"<":
        published = parse_sdmx_ml(content, flow, place)
    else:
        published = parse_sdmx_csv(content, place)
    require_flow(published, flow, place)
    return published


def within(published: pl.DataFrame, answer: Answer) -> pl.DataFrame:
    """The observations of the partition that was asked: some publishers give more periods than were asked.

    Half-years (2025-S1) and months as 2025-M07 lie in their year.
    """
    period = pl.col(TIME)
    asked = answer.partition.period
    return (
        published
        if answer.partition.first_day is None
        else published.filter(
            (period == asked) | period.str.starts_with(f"{asked}-") | (period == asked.replace("-", "-M"))
        )
    )


def column(published: pl.DataFrame, name: str) -> pl.Series:
    """An attribute that an answer may lack; then it is not told for any row."""
    if name in published.columns:
        return published[name]
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, published.height)
