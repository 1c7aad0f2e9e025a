"""What happens by the clock: editions at the end of an embargo, publishers asked when their figures are expected.

Nothing is filtered in a page: a row under embargo is in no file but its sender's until an edition is made after its
time. `compact run` after that time does the same. A publisher is asked at the time its file names, for the partitions
that are due, and each partition once a day; these schedules are off until somebody turns them on: many need a key.
"""

import datetime as dt
from pathlib import Path
from typing import Any, Final

import dagster as dg

from compact_pipelines.contracts import Source
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.requests import live_of
from compact_pipelines.live.schedule import due
from compact_pipelines.pulls import job_name, run_request
from compact_pipelines.resources import LiveRows, Warehouse
from compact_pipelines.warehouse.layout import Layout

EDITION_JOB: Final = "build_edition"
EVERY_QUARTER_OF_AN_HOUR: Final = "*/15 * * * *"


def due_release(layout: Layout, at: dt.datetime) -> dg.RunRequest | dg.SkipReason:
    """Ask for an edition if an embargo has ended since the one that is served was made.

    Args:
        layout: the data root.
        at: the UTC time.

    Returns:
        One run, whose key is the time of the embargo and the edition that does not show its rows yet: asked for once,
        and once more if another edition was made meanwhile without them. Otherwise the reason why there is none.
    """
    pointer = layout.pointer()
    if pointer is None:
        return dg.SkipReason("No edition has been made yet, so none waits for the end of an embargo.")
    if pointer.next_release is None:
        return dg.SkipReason(f"Edition {pointer.number} waits for no embargo.")
    ends = pointer.next_release.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not pointer.is_due(at):
        return dg.SkipReason(f"Edition {pointer.number} waits for the embargo that ends at {ends}.")
    return dg.RunRequest(run_key=f"{ends}/edition-{pointer.number}", tags={"compact/embargo": ends})


@dg.schedule(cron_schedule=EVERY_QUARTER_OF_AN_HOUR, job_name=EDITION_JOB, execution_timezone="UTC")
def release_embargoes(
    context: dg.ScheduleEvaluationContext, warehouse: dg.ResourceParam[Warehouse]
) -> dg.RunRequest | dg.SkipReason:
    """One edition as soon as an embargo has ended."""
    return due_release(warehouse.layout, context.scheduled_execution_time.astimezone(dt.UTC))


def due_runs(source: Source, data_root: Path, at: dt.datetime) -> list[dg.RunRequest] | dg.SkipReason:
    """Ask for the partitions of a source that are due.

    Args:
        source: one that is asked live.
        data_root: where its journal is.
        at: the UTC time.

    Returns:
        One run a partition, whose key is the partition and the day: once a day, however often the clock looks. The
        reason why there is none where nothing is due.
    """
    found = due(source, Journal(data_root), at)
    if not found:
        return dg.SkipReason(f"Nothing of {source.id} is due: all that is expected has been asked for.")
    return [run_request(source.id, one, f"{source.id}/{one.key}/{at:%Y-%m-%d}") for one in found]


def pull_schedule(source: Source) -> Any:
    """The schedule that asks a publisher at the times its file names."""
    release = live_of(source).release

    @dg.schedule(
        name=f"{job_name(source.id)}_when_due",
        cron_schedule=release.cron,
        job_name=job_name(source.id),
        execution_timezone=release.timezone,
        description=f"{source.publisher}: {release.calendar}",
    )
    def when_due(
        context: dg.ScheduleEvaluationContext, live: dg.ResourceParam[LiveRows]
    ) -> list[dg.RunRequest] | dg.SkipReason:
        return due_runs(source, Path(live.data_root), context.scheduled_execution_time.astimezone(dt.UTC))

    return when_due


schedules = [release_embargoes]
