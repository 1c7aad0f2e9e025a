"""When editions are made without anybody asking: at the end of an embargo.

Nothing is filtered in a page: a row under embargo is in no file but its sender's until an edition is made after its
time. `compact run` after that time does the same.
"""

import datetime as dt
from typing import Final

import dagster as dg

from compact_pipelines.resources import Warehouse
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


schedules = [release_embargoes]
