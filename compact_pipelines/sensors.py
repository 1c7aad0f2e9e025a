"""What is watched: drops in the inbox, rows that no edition shows yet, publishers that announce changes, failed runs.

A run is asked for once a manifest, by its bytes and not by its folder's name, so that a corrected drop in the same
folder is taken in too. Intakes take turns: one at a time holds the exchange, so a partner's drops never overtake.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import dagster as dg

from compact_pipelines.contracts import Source
from compact_pipelines.errors import KeyMissing, SourceUnavailable, WarehouseError
from compact_pipelines.exchange.intake import Intake
from compact_pipelines.exchange.ledger import Ledger
from compact_pipelines.exchange.manifest import MANIFEST, BadManifest, read_manifest
from compact_pipelines.exchange.pausing import is_paused
from compact_pipelines.exchange.pickup import Ready, find_ready, is_seen, read_small
from compact_pipelines.exchange.vintages import exchange_fingerprint
from compact_pipelines.fingerprints import combined, live_state
from compact_pipelines.live.announcements import changed
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.freshness import freshness_fingerprint
from compact_pipelines.live.notices import ADDRESS, notice_of, send_notice
from compact_pipelines.live.requests import live_of
from compact_pipelines.pulls import PARTITION_TAG, SOURCE_TAG, VERDICT, job_name, run_request
from compact_pipelines.resources import LiveRows, Warehouse
from compact_pipelines.schedules import EDITION_JOB

INTAKE_JOB: Final = "take_in_drops"
EVERY_SECONDS: Final = 30
EVERY_TWO_MINUTES: Final = 120
EVERY_SIX_HOURS: Final = 21_600
LONGEST_UNREST: Final = dt.timedelta(hours=1)
SWEEP_MINUTES: Final = 10
PARTNER_TAG: Final = "compact/partner"


def run_key(ledger: Ledger, inbox: Path, ready: Ready) -> str:
    """partner/dataflow/seq/sha256(manifest), with the folder's fingerprint where that manifest was rejected before.

    A file that was cut off on its way is uploaded again under the same manifest: that is another try. Where the
    manifest cannot be read, the fingerprint stands in for it.
    """
    content = read_small(inbox, ready, MANIFEST)
    if content is None:
        return f"{ready.partner}/-/-/{ready.fingerprint}"
    digest = hashlib.sha256(content).hexdigest()
    if ledger.rows("SELECT 1 FROM drops WHERE manifest_sha256 = ? AND status = 'REJECTED' LIMIT 1", digest):
        digest = f"{digest}/{ready.fingerprint}"
    try:
        manifest = read_manifest(content)
    except BadManifest:
        return f"{ready.partner}/-/-/{digest}"
    return f"{ready.partner}/{manifest.dataflow}/{manifest.seq}/{digest}"


def ready_runs(data_root: Path) -> Iterator[dg.RunRequest]:
    """One run a drop that is ready and was not taken up as it is now; none for a partner that is paused."""
    ledger, inbox = Ledger(data_root), data_root / "inbox"
    for ready in find_ready(inbox):
        if not is_seen(ledger, ready) and is_paused(ledger, ready.partner) is None:
            yield dg.RunRequest(
                run_key=run_key(ledger, inbox, ready),
                run_config={"ops": {"take_in": {"config": {"partner": ready.partner, "drop": ready.given}}}},
                tags={PARTNER_TAG: ready.partner},
            )


def sweep_run(data_root: Path, at: dt.datetime) -> dg.RunRequest | None:
    """A run over everything, while anything is left that a run of its own should have taken in.

    A run that was killed, or gave up while another intake held the exchange, has spent its key: its drop would never
    be asked for again. The key of a sweep is the time, so there is one in ten minutes.
    """
    ledger = Ledger(data_root)
    is_left = ledger.rows("SELECT 1 FROM drops WHERE status = 'RECEIVED' OR is_delivered = 0 LIMIT 1")
    if not is_left and next(ready_runs(data_root), None) is None:
        return None
    return dg.RunRequest(run_key=f"sweep/{at:%Y-%m-%dT%H}:{at.minute // SWEEP_MINUTES * SWEEP_MINUTES:02}")


class Chosen(dg.Config):
    """Which drop an intake takes up; all that are ready where nothing is said."""

    partner: str | None = None
    drop: str | None = None


@dg.op(out=dg.Out(dg.Nothing), retry_policy=dg.RetryPolicy(max_retries=5, delay=20))
def take_in(context: dg.OpExecutionContext, config: Chosen, warehouse: dg.ResourceParam[Warehouse]) -> None:
    """Pick up, judge, record and receipt; another intake at work is waited for."""
    try:
        decided = Intake(warehouse.layout.root).run(config.partner, config.drop)
    except WarehouseError as error:
        raise dg.RetryRequested(max_retries=5, seconds_to_wait=20) from error
    for one in decided:
        context.log.info(f"{one.partner}/{one.folder}: {one.status}")


@dg.job(name=INTAKE_JOB, executor_def=dg.in_process_executor)
def take_in_drops() -> None:
    """Take in the drops that are ready."""
    take_in()


@dg.sensor(job_name=INTAKE_JOB, minimum_interval_seconds=EVERY_SECONDS)
def ready_drops(
    context: dg.SensorEvaluationContext,  # noqa: ARG001  (Dagster hands it over)
    warehouse: dg.ResourceParam[Warehouse],
) -> Iterator[dg.RunRequest]:
    """A run for each drop whose signature has come, and a sweep while anything is left."""
    yield from ready_runs(warehouse.layout.root)
    if (sweep := sweep_run(warehouse.layout.root, dt.datetime.now(dt.UTC))) is not None:
        yield sweep


@dg.sensor(job_name=EDITION_JOB, minimum_interval_seconds=EVERY_SECONDS)
def changed_partner_rows(
    context: dg.SensorEvaluationContext, warehouse: dg.ResourceParam[Warehouse]
) -> dg.RunRequest | dg.SkipReason:
    """A new edition once partners' rows have changed."""
    now = exchange_fingerprint(warehouse.layout.root)
    if now in {"", context.cursor or ""}:
        return dg.SkipReason("What partners say is as it was.")
    context.update_cursor(now)
    return dg.RunRequest(run_key=looked_up(now, dt.datetime.now(dt.UTC)))


def looked_up(found: str, at: dt.datetime) -> str:
    """The key of a run for what was found at a time.

    What is as it was once before, such as a publisher that has recovered, is asked for again: Dagster starts no second
    run under a key that it has seen. That a sensor does not ask twice for one look is its cursor's affair.
    """
    return f"{found}/{at:%Y-%m-%dT%H:%M:%S.%f}"


def settled(now: str, cursor: str, at: dt.datetime) -> tuple[str, bool]:
    """Whether what is believed has changed, and has stayed so from one look to the next: many pulls, one edition.

    Args:
        now: a fingerprint of what is believed.
        cursor: what was given back by the last look; blank the first time.
        at: the UTC time.

    Returns:
        What to hand over to the next look, and whether to ask for an edition. Where changes do not end, as in a long
        backfill, one is asked for an hour after the first.
    """
    last = {"shown": "", "seen": "", "since": at.isoformat(), **(json.loads(cursor) if cursor else {})}
    if now == last["shown"]:
        return json.dumps({"shown": now, "seen": now, "since": at.isoformat()}), False
    since = last["since"] if last["seen"] != last["shown"] else at.isoformat()
    if now == last["seen"] or at - dt.datetime.fromisoformat(since) >= LONGEST_UNREST:
        return json.dumps({"shown": now, "seen": now, "since": at.isoformat()}), True
    return json.dumps({**last, "seen": now, "since": since}), False


@dg.sensor(job_name=EDITION_JOB, minimum_interval_seconds=EVERY_TWO_MINUTES)
def believed_changes(
    context: dg.SensorEvaluationContext, live: dg.ResourceParam[LiveRows]
) -> dg.RunRequest | dg.SkipReason:
    """A new edition once what is believed, or who was stopped, has changed, and pulls have come to rest."""
    root = Path(live.data_root)
    told = [f"{source} {believed}" for source, believed in sorted(live_state(root).items())]
    standing = freshness_fingerprint(root)
    now = combined([*told, standing]) if told or standing else ""
    at = dt.datetime.now(dt.UTC)
    cursor, is_asked = settled(now, context.cursor or "", at)
    context.update_cursor(cursor)
    if not is_asked:
        return dg.SkipReason("What is believed is as the last edition shows it, or still changes.")
    return dg.RunRequest(run_key=looked_up(now, at))


def announcement_sensor(source: Source) -> Any:
    """The sensor that looks where a publisher announces changes, and asks for the partitions concerned."""

    @dg.sensor(
        name=f"changes_at_{source.id}",
        job_name=job_name(source.id),
        minimum_interval_seconds=EVERY_SIX_HOURS,
        description=f"Looks at what {source.publisher} announces, and asks for what has changed.",
    )
    def changes(
        context: dg.SensorEvaluationContext, live: dg.ResourceParam[LiveRows]
    ) -> list[dg.RunRequest] | dg.SkipReason:
        known = json.loads(context.cursor) if context.cursor else None
        at = dt.datetime.now(dt.UTC)
        try:
            marks = live.announced(source, at)
        except (SourceUnavailable, KeyMissing) as error:
            return dg.SkipReason(str(error))
        context.update_cursor(json.dumps({**(known or {}), **marks}))
        concerned = changed(marks, known)
        if not concerned:
            return dg.SkipReason(f"{source.publisher} announces nothing new.")
        partitions = live_of(source).partitions
        return [
            run_request(source.id, Partition.of(key, partitions), looked_up(f"{source.id}/{key}/{marks[key]}", at))
            for key in concerned
        ]

    return changes


def notice_of_run(run: dg.DagsterRun, failures: Iterable[dg.DagsterEvent]) -> dict[str, str]:
    """What to tell of a run that failed: a verdict where it asked a publisher."""
    verdict = ""
    for event in failures:
        told = event.step_failure_data.user_failure_data
        if told is not None and VERDICT in told.metadata:
            verdict = str(told.metadata[VERDICT].value)
    source, partition = run.tags.get(SOURCE_TAG, ""), run.tags.get(PARTITION_TAG, run.tags.get("dagster/partition", ""))
    return notice_of(run.job_name, run.run_id, source=source, partition=partition, verdict=verdict)


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=f"Tells of a failed run at the address in {ADDRESS}; where none is set, in its log.",
)
def notify_failures(context: dg.RunFailureSensorContext) -> None:
    """One notice a failed run."""
    notice = notice_of_run(context.dagster_run, context.get_step_failure_events())
    if not send_notice(notice):
        context.log.warning(f"{notice['text']} No address is set in {ADDRESS}, so nobody was told.")


sensors = [ready_drops, changed_partner_rows, believed_changes, notify_failures]
jobs = [take_in_drops]
