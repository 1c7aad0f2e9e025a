"""What is told beside a stop: which figures stand instead, and what a person can do; for everybody."""

import datetime as dt
from pathlib import Path

from compact_pipelines.contracts import Source
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.journal import UNANSWERED, Journal
from compact_pipelines.live.remedies import Remedies


def told_standing(data_root: Path, source: Source, partition: Partition, now: dt.datetime) -> str:
    """What stands of a partition that brought nothing to believe, and what to do, in sentences without a figure.

    Args:
        data_root: where everything is kept.
        source: whose partition.
        partition: the one that was asked for last.
        now: the UTC time.
    """
    journal = Journal(data_root)
    believed = {one.partition_key: one.confirmed_at for one in journal.accepted(source.id)}
    if (at := believed.get(partition.key)) is not None:
        stands = f"The answer of {partition.key} that was last believed on {at:%Y-%m-%d} stands."
    elif source.parts:
        stands = f"No answer of {partition.key} is believed; embedded figures stand where they cover it."
    else:
        stands = f"No answer of {partition.key} is believed; no figure of it is shown."
    last = journal.last_asked(source.id).get(partition.key)
    if last is None:
        return stands
    remedies = Remedies(source, now)
    return f"{stands} What to do: {remedies.no_answer(last) if last.verdict in UNANSWERED else remedies.stop(last)}"


def joined(reason: str, standing: str) -> str:
    """A reason and what is told beside it, as sentences."""
    if not reason or not standing:
        return reason or standing
    ended = reason if reason.endswith((".", "?", "!")) else f"{reason}."
    return f"{ended} {standing}"
