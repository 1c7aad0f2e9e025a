"""What is watched: drops that are ready in the inbox, and partners' rows that no edition shows yet.

A run is asked for once a manifest, by its bytes and not by its folder's name, so that a corrected drop in the same
folder is taken in too. Intakes take turns: one at a time holds the exchange, so a partner's drops never overtake.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import dagster as dg

from compact_pipelines.errors import WarehouseError
from compact_pipelines.exchange.intake import Intake
from compact_pipelines.exchange.ledger import Ledger
from compact_pipelines.exchange.manifest import MANIFEST, BadManifest, read_manifest
from compact_pipelines.exchange.pausing import is_paused
from compact_pipelines.exchange.pickup import Ready, find_ready, is_seen, read_small
from compact_pipelines.exchange.vintages import exchange_fingerprint
from compact_pipelines.resources import Warehouse
from compact_pipelines.schedules import EDITION_JOB

INTAKE_JOB: Final = "take_in_drops"
EVERY_SECONDS: Final = 30
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
    return dg.RunRequest(run_key=now)


sensors = [ready_drops, changed_partner_rows]
jobs = [take_in_drops]
