"""Sources that are asked live, as assets: what is pulled partition by partition, and what is believed of it.

Two assets a source. `pull_<source>` asks the publisher for one partition; it is partitioned, and no edition runs it.
`core_<source>` reads what is believed, whoever pulled it: `dagster dev`, a schedule, `compact run --live`, a backfill.
"""

import datetime as dt
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import dagster as dg
import polars as pl

from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.contracts.requests import WHOLE, Live
from compact_pipelines.errors import Busy
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.journal import UNANSWERED
from compact_pipelines.live.requests import live_of
from compact_pipelines.live.standing import joined
from compact_pipelines.live.telling import is_free, told_reason
from compact_pipelines.resources import IS_CONFIDENTIAL, LiveRows
from compact_pipelines.staleness import LIVE

if TYPE_CHECKING:
    from compact_pipelines.live.pulling import Pulled

# Metadata of an asset that asks a publisher: which source.
ASKS: Final = "asks"
PARTITION_TAG: Final = "compact/partition"
SOURCE_TAG: Final = "compact/source"
VERDICT: Final = "verdict"
# What came is believed, or is rightly nothing; all else ends a run without success.
ENDS_WELL: Final = frozenset({"ACCEPTED", "UNCHANGED", "EMPTY"})
DOLLARS: Final = "USD"
RATES: Final = "exchange_rates"

# A partition is tried again so often, each time after twice as long, unless the publisher says how long to wait.
TRIES: Final = 4
FIRST_WAIT_SECONDS: Final = 60
# Longer than this no process waits: the next schedule asks again.
LONGEST_WAIT_SECONDS: Final = 900

# What is judged of a partition, in this order, by the cause of a stop.
CHECKS: Final = {
    "shape": ("the_shape_is_known", "The answer has the shape and the words we know."),
    "empty": ("rows_came", "There are rows where rows are due."),
    "coverage": ("coverage_did_not_shrink", "The series of the last good answer are there."),
    "jump": ("size_is_near_the_last", "Values are of the size of the last good answer's."),
}


def live_core(source_id: str) -> dg.AssetsDefinition:
    """The asset of what is believed of a source that nothing is embedded of; empty until it has been asked."""
    source = load_contracts().source(source_id)
    is_foreign = source.live is not None and source.live.currency != DOLLARS

    @dg.asset(
        name=f"core_{source_id}",
        group_name=source.theme,
        kinds={"polars", "parquet"},
        deps=[f"pull_{source_id}"],
        ins={RATES: dg.AssetIn()} if is_foreign else {},
        metadata={LIVE: source_id, **({} if is_free(source) else {IS_CONFIDENTIAL: True})},
        description=f"{source.title['en']}: the rows of all partitions that are believed.",
    )
    def core(live: LiveRows, **inputs: pl.DataFrame) -> dg.Output[pl.DataFrame]:
        return live.rows(source_id, inputs.get(RATES))

    return core


def pull_asset(source_id: str) -> dg.AssetsDefinition:
    """The asset that asks a publisher for one partition of a source.

    Its checks say of a partition what was judged; a stop fails its run, and what was believed before stays.

    Raises:
        ContractError: the source is not asked live.
    """
    source = load_contracts().source(source_id)
    live = live_of(source)
    partitions = partitions_of(source)
    with warnings.catch_warnings():
        # Checks of partitions and policies of backfills are young parts of Dagster; the lock holds its version.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        warnings.simplefilter("ignore", dg.BetaWarning)

        @dg.asset(
            name=f"pull_{source_id}",
            group_name=source.theme,
            kinds={"http"},
            partitions_def=partitions,
            backfill_policy=dg.BackfillPolicy.multi_run(1),
            check_specs=[
                dg.AssetCheckSpec(name, asset=f"pull_{source_id}", description=says, partitions_def=partitions)
                for name, says in CHECKS.values()
            ],
            pool=pool_of(live),
            op_tags={SOURCE_TAG: source_id},
            io_manager_key="nothing",
            freshness_policy=freshness_of(live),
            metadata={ASKS: source_id},
            description=f"{source.title['en']}: one partition, asked of {source.publisher}.",
        )
        def asked(
            context: dg.AssetExecutionContext, live: LiveRows
        ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
            yield from _ask(context, live, source)

    return asked


def partitions_of(source: Source) -> dg.PartitionsDefinition:
    """What of a source is asked in one go, as Dagster's partitions; their keys are those of `Partition.key`.

    A year is there once it has ended, but while it lasts where it holds months or quarters; a month once it has ended.
    """
    by = live_of(source).partitions
    periods: dg.PartitionsDefinition
    if by.by == "month":
        periods = dg.MonthlyPartitionsDefinition(start_date=by.since, fmt="%Y-%m")
    elif by.by == "year":
        is_open = source.frequency != "A"
        periods = dg.TimeWindowPartitionsDefinition(
            start=by.since, fmt="%Y", cron_schedule="0 0 1 1 *", end_offset=int(is_open)
        )
    else:
        periods = dg.StaticPartitionsDefinition([WHOLE])
    if not by.reporters:
        return periods
    return dg.MultiPartitionsDefinition({"period": periods, "reporter": dg.StaticPartitionsDefinition([*by.reporters])})


def partition_key(partition: Partition) -> str:
    """A partition's name for Dagster."""
    if not partition.reporter:
        return partition.period
    return dg.MultiPartitionKey({"period": partition.period, "reporter": partition.reporter})


def pool_of(live: Live) -> str:
    """The pool of a publisher's host: deploy/dagster.yaml lets one run at a time ask it."""
    host = str(urlsplit(next(iter(live.requests.values())).url).hostname)
    return re.sub(r"[^a-z0-9]+", "_", host.lower())


def freshness_of(live: Live) -> dg.FreshnessPolicy:
    """Late after as many days as a new answer is expected in, failed after twice as many.

    An answer without news counts: it is the asking that is late, and what is believed is what was found to be so.
    """
    days = dt.timedelta(days=live.release.every_days)
    return dg.FreshnessPolicy.time_window(fail_window=2 * days, warn_window=days)


def job_name(source_id: str) -> str:
    """The job that asks for partitions of a source."""
    return f"ask_{source_id}"


def pull_job(source_id: str) -> Any:
    """The job that asks for partitions of a source, one a run."""
    return dg.define_asset_job(
        job_name(source_id),
        selection=dg.AssetSelection.assets(f"pull_{source_id}"),
        tags={SOURCE_TAG: source_id},
        description=f"Asks for a partition of {source_id}; no edition is made by it.",
    )


def run_request(source_id: str, partition: Partition, key: str) -> dg.RunRequest:
    """A run that asks for one partition; one with the same key is not started twice."""
    tags = {SOURCE_TAG: source_id, PARTITION_TAG: partition.key}
    return dg.RunRequest(run_key=key, partition_key=partition_key(partition), job_name=job_name(source_id), tags=tags)


def described(pulled: "Pulled", live: Live) -> dict[str, Any]:
    """What a pull tells of itself: what came, from which bytes, and what it cost."""
    return {
        VERDICT: pulled.verdict,
        "why": pulled.reason,
        "partition": pulled.partition.key,
        "dagster/row_count": pulled.rows,
        "newest_period": pulled.newest_period or "",
        "requests": pulled.requests,
        "seconds_at_the_rate": pulled.requests * live.rate.per_seconds / live.rate.requests,
        "requests_a_day": live.rate.a_day or "no limit is known",
        "snapshots": dg.MetadataValue.json(pulled.snapshot_ids),
    }


def judged(pulled: "Pulled") -> list[dg.AssetCheckResult]:
    """The checks of one pull: those before a stop passed, it itself failed, those after were not reached.

    What was not judged warns and says so: Dagster shows a check without a result as failed, which would be a fault that
    nobody found, and one that passed would be a judgement that nobody made.
    """
    if pulled.verdict in UNANSWERED:
        return [_not_judged(name, "no answer came that could be judged", pulled) for name, _ in CHECKS.values()]
    metadata = {"partition": pulled.partition.key}
    results: list[dg.AssetCheckResult] = []
    failed = ""
    for cause, (name, says) in CHECKS.items():
        if failed:
            results.append(_not_judged(name, f"{failed} failed before", pulled))
            continue
        failed = name if cause == pulled.cause else ""
        description = pulled.reason if failed else says
        results.append(
            dg.AssetCheckResult(check_name=name, passed=not failed, description=description, metadata=metadata)
        )
    return results


def _not_judged(name: str, why: str, pulled: "Pulled") -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=name,
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"not judged: {why}",
        metadata={"partition": pulled.partition.key},
    )


def stop_of(pulled: "Pulled", live: Live, tries: int) -> dg.Failure | dg.RetryRequested | None:
    """What ends a run without success: another try for what may pass, a failure for all else.

    Args:
        pulled: what came.
        live: how the source is asked.
        tries: how often it has been tried again in this run.
    """
    if pulled.verdict in ENDS_WELL:
        return None
    wait = max(pulled.wait_seconds or 0, FIRST_WAIT_SECONDS * 2**tries)
    if pulled.verdict == "UNAVAILABLE" and tries < TRIES and wait <= LONGEST_WAIT_SECONDS:
        return dg.RetryRequested(max_retries=TRIES, seconds_to_wait=wait)
    return dg.Failure(description=pulled.reason, metadata=described(pulled, live), allow_retries=False)


def _ask(
    context: dg.AssetExecutionContext, rows: LiveRows, source: Source
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    live = live_of(source)
    partition = Partition.of(str(context.partition_key), live.partitions)
    try:
        pulled = rows.pull(source.id, partition)
    except Busy as error:  # another process asks for the same
        if context.retry_number >= TRIES:
            raise
        wait = FIRST_WAIT_SECONDS * 2**context.retry_number
        raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=wait) from error
    told = told_reason(source, pulled.verdict, pulled.cause, pulled.reason)
    standing = "" if pulled.verdict in ENDS_WELL else rows.standing(source.id, partition)
    pulled = replace(pulled, reason=joined(told, standing))
    context.log.info(f"{source.id} {partition.key}: {pulled.verdict}. {pulled.reason}")
    stop = stop_of(pulled, live, context.retry_number)
    if stop is not None:
        if isinstance(stop, dg.Failure):  # another try judges anew
            yield from judged(pulled)
        raise stop
    yield dg.MaterializeResult(metadata=described(pulled, live))
    yield from judged(pulled)
