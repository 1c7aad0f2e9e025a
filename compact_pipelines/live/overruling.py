"""A person's word over a stop: the figures are right although they differ."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from compact_pipelines.contracts import Source
from compact_pipelines.errors import UsageError
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.journal import OVERRULED, UNANSWERED, Asked, Journal, time_of, time_text
from compact_pipelines.live.rows import read_pull


@dataclass(frozen=True)
class Overruled:
    """What was believed in spite of its stop.

    Attributes:
        stop: the stop, with its cause and reason.
        came_at: when the answer came (UTC).
        rows_before: how many rows of the partition were believed before.
        rows: how many are now.
        later: the last asking, where it is a newer one; it got no answer, or else it would have decided.
    """

    stop: Asked
    came_at: dt.datetime
    rows_before: int
    rows: int
    later: Asked | None


def accept(  # noqa: PLR0913  (a decision has these)
    data_root: Path, source: Source, partition: Partition, *, reason: str, who: str, now: dt.datetime
) -> Overruled:
    """Believe the answer that a partition was stopped for.

    Args:
        data_root: where everything is kept.
        source: whose it is.
        partition: which.
        reason: why it is right; kept with the decision.
        who: whose decision it is.
        now: the UTC time.

    Returns:
        What is believed now, and what was before.

    Raises:
        UsageError: no reason is given, the partition is not stopped, or its answer could not be read.
        SourceChanged: the code of now cannot read it.
    """
    if not reason.strip():
        raise UsageError("why the figures are right must be said: --reason")
    journal = Journal(data_root)
    stop = journal.last_asked(source.id, without=UNANSWERED).get(partition.key)
    if stop is None or stop.verdict != "STOPPED":
        state = "was never asked for" if stop is None else f"is not stopped; its last answer is {stop.verdict}"
        raise UsageError(f"{source.id} {partition.key} {state}; `compact live status` lists what is stopped")
    if stop.cause == "shape":
        raise UsageError(
            f"{source.id} {partition.key} was stopped because its answer could not be read: {stop.reason}. There are "
            "no rows to believe; change the module or the source's file, then ask again"
        )
    with journal.holding(source.id, partition.key), journal.open():
        believed = {one.partition_key: one.row_count for one in journal.accepted(source.id)}
        last = journal.last_asked(source.id)[partition.key]
        [came] = journal.rows("SELECT fetched_at FROM pulls WHERE pull_id = ?", stop.pull_id)
        rows = read_pull(journal, source, partition, stop.pull_id)
        journal.insert(
            "verdicts",
            {
                "pull_id": stop.pull_id,
                "source_id": source.id,
                "partition_key": partition.key,
                "verdict": OVERRULED,
                "cause": stop.cause,
                "reason": reason.strip(),
                "at": time_text(now),
                "who": who,
            },
        )
    return Overruled(
        stop=stop,
        came_at=time_of(came["fetched_at"]),
        rows_before=believed.get(partition.key, 0),
        rows=rows.count,
        later=last if last.pull_id != stop.pull_id else None,
    )
