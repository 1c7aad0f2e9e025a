"""What came of asking for one partition, and its entry in the journal."""

from dataclasses import dataclass, field

from compact_pipelines.live.answers import Partition
from compact_pipelines.live.journal import Cause, Journal, Verdict


@dataclass(frozen=True)
class Pulled:
    """What came of a pull.

    Attributes:
        source_id: the source.
        partition: what was asked.
        verdict: ACCEPTED (believed from now on), UNCHANGED (the bytes that are believed came again), EMPTY (no rows, as
            may be), STOPPED (a person must look; what was believed before stays), UNAVAILABLE (worth another try),
            NO_KEY.
        reason: why, in words; what differed, with numbers.
        cause: of a stop: shape (not the answer we know, or rows that break the contract), empty, coverage or jump.
        rows: how many rows are believed of the partition after it, or were read where it was stopped.
        requests: how many answers were asked for; attempts that failed on the way are not counted.
        attempts: how many requests were sent for them, those that failed on the way and redirects included.
        pull_id: its number in the journal.
        snapshot_ids: the bytes its rows are of.
        newest_period: the latest time_period of its rows.
        wait_seconds: how long the publisher asked us to wait; None if it did not say.
    """

    source_id: str
    partition: Partition
    verdict: Verdict
    reason: str
    cause: Cause = ""
    rows: int = 0
    requests: int = 0
    attempts: int = 0
    pull_id: int = 0
    snapshot_ids: list[str] = field(default_factory=list)
    newest_period: str | None = None
    wait_seconds: float | None = None


def write_verdict(journal: Journal, pulled: Pulled, *, at: str, content: str | None, fetched_at: str) -> None:
    """Write the end of a pull down, in one transaction.

    Args:
        journal: where.
        pulled: how it ended.
        at: when, as the journal writes times.
        content: hash of all its bytes; None where nothing was read.
        fetched_at: when its last answer came, likewise.
    """
    with journal.transaction() as connection:
        connection.execute(
            "UPDATE pulls SET state = ?, content = ?, fetched_at = ?, row_count = ?, newest_period = ? "
            "WHERE pull_id = ?",
            (pulled.verdict, content, fetched_at, pulled.rows, pulled.newest_period, pulled.pull_id),
        )
        journal.insert(
            "verdicts",
            {
                "pull_id": pulled.pull_id,
                "source_id": pulled.source_id,
                "partition_key": pulled.partition.key,
                "verdict": pulled.verdict,
                "cause": pulled.cause,
                "reason": pulled.reason,
                "at": at,
            },
        )
