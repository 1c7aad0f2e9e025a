"""Bodies in the place of publishers' answers, as the sources' own files and modules take them; figures are made up."""

import datetime as dt
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.live.answers import Answer, Page, Partition
from compact_pipelines.live.reading import reader_of
from compact_pipelines.live.received import Received
from compact_pipelines.live.reception import Reception, receive
from compact_pipelines.live.requests import live_of
from tests.live.publishers import all_publishers

PUBLISHERS: Final = all_publishers()


def received_from(
    source_id: str,
    body: bytes,
    status: int = 200,
    content_type: str = "application/json",
    page: Page | None = None,
    *,
    keyless: bool = False,
    **headers: str,
) -> Reception:
    """What the source's file makes of an answer to its first request."""
    source = load_contracts().source(source_id)
    part = next(iter(live_of(source).requests))
    named = {name.replace("_", "-").lower(): text for name, text in headers.items()}
    at = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    received = Received(body, status, named, content_type, f"{source.url}/asked", at)
    return receive(source, part, received, page or Page(), content_is_keyless=keyless)


def read(source_id: str, part: str, body: bytes) -> pl.DataFrame:
    """The rows that the source's module reads from a body."""
    source, answers = load_contracts().source(source_id), PUBLISHERS[source_id]
    partition = Partition.of(answers.partition, live_of(source).partitions)
    return reader_of(source)([Answer(source_id, part, partition, 1, body)])


def received_and_read(source_id: str, body: bytes, status: int, content_type: str) -> None:
    """An answer that its file does not refuse must be refused by its module; one that is empty is neither."""
    if received_from(source_id, body, status, content_type).kind == "rows":
        read(source_id, next(iter(PUBLISHERS[source_id].normal)), body)
