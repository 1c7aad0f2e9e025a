"""The main job: from snapshots to an edition, materialising what is stale and nothing else.

An asset is stale if the code, the contracts, a payload or a partner's drop it rests on has changed since it last passed
its checks, or if an embargo of its rows has ended; a stamp beside its frame says so. Dagster is imported only when
something is stale: a run with nothing to do is a matter of comparing hashes.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compact_pipelines import errors
from compact_pipelines.fingerprints import (
    code_fingerprint,
    combined,
    edition_fingerprint,
    exchange_state,
    live_state,
    part_fingerprint,
)
from compact_pipelines.live.freshness import freshness_fingerprint
from compact_pipelines.snapshots import write_atomically
from compact_pipelines.staleness import DROPS, LIVE, ended_embargoes, settle_unasked, stale_assets, stamp_of
from compact_pipelines.warehouse.layout import Layout

if TYPE_CHECKING:
    import dagster as dg

EXPECTED_ERRORS: Final = frozenset(name for name, kind in vars(errors).items() if isinstance(kind, type))

# What is told while a run goes on: steps done, steps in all, the step that has ended.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Failure:
    """One thing that kept the edition from being built.

    Attributes:
        place: the asset, or the asset and its check.
        message: what was found, where, what is allowed, what to do.
    """

    place: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        number: the edition that is served now; None if there is none.
        is_new: whether this run made it.
        materialised: assets that were computed anew.
        failures: why there is no new edition; empty if all went well.
        warnings: what is unlikely but published: checks that tell and do not block.
        skipped: assets that could not be computed because of a failure.
    """

    number: int | None
    is_new: bool
    materialised: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def run_edition(data_root: Path, progress: Progress | None = None, at: dt.datetime | None = None) -> Outcome:
    """Bring the edition up to date with the code, the payloads, the drops and the embargoes that have ended.

    Args:
        data_root: where everything is kept.
        progress: told after every step.
        at: the UTC time of the run; the clock's if None.

    Returns:
        What came of it. A source that fails does not stop the others; it stops the edition.

    Raises:
        WarehouseError: another run holds the data root, or its pointer cannot be understood.
    """
    layout = Layout(data_root)
    at = at or dt.datetime.now(dt.UTC)
    with layout.lock():
        pointer = layout.pointer()
        now = edition_fingerprint(exchange_state(data_root), live_state(data_root), freshness_fingerprint(data_root))
        is_same = pointer is not None and pointer.fingerprint == now
        if pointer and is_same and not pointer.is_due(at) and layout.is_intact(pointer):
            layout.remove(pointer.recalled)  # what a run that was killed left
            return Outcome(pointer.number, is_new=False)
        return _materialise(layout, progress, at)


def asset_fingerprints(
    assets: "Iterable[dg.AssetsDefinition]",
    drops: str = "",
    embargoes: Mapping[str, str] | None = None,
    live: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What every asset rests on: the code, the payloads above it, what is believed live, drops, ended embargoes.

    Args:
        assets: all assets.
        drops: the state of the exchange, on which what partners have sent rests.
        embargoes: theme table to the last embargo of its rows that has ended.
        live: source to what is believed of it live, see `fingerprints.live_state`.

    Returns:
        Asset name to fingerprint.
    """
    upstream: dict[str, set[str]] = {}
    leaves: dict[str, str] = {}
    believed = live or {}
    for asset in assets:
        for spec in asset.specs:
            name = spec.key.to_user_string()
            upstream[name] = {dep.asset_key.to_user_string() for dep in spec.deps}
            if "part" in spec.metadata:
                leaves[name] = part_fingerprint(spec.metadata["source_id"], spec.metadata["part"])
            elif spec.metadata.get(LIVE) in believed:
                leaves[name] = f"{name} {believed[spec.metadata[LIVE]]}"
            elif name.startswith(DROPS):
                leaves[name] = drops
            elif name in (embargoes or {}):
                leaves[name] = f"{name} {(embargoes or {})[name]}"

    def payloads(name: str) -> set[str]:
        own = {leaves[name]} if name in leaves else set()
        return own.union(*(payloads(dep) for dep in upstream[name] if dep in upstream))

    return {name: combined([code_fingerprint(), *sorted(payloads(name))]) for name in upstream}


def _materialise(layout: Layout, progress: Progress | None, at: dt.datetime) -> Outcome:
    import dagster as dg  # noqa: PLC0415  (a second of import that a run with nothing to do does not need)

    from compact_pipelines.definitions import build_defs  # noqa: PLC0415
    from compact_pipelines.resources import Warehouse  # noqa: PLC0415
    from compact_pipelines.schedules import EDITION_JOB  # noqa: PLC0415

    warehouse = Warehouse(data_root=str(layout.root), at=at.isoformat())
    logger = _progress_logger(progress)
    defs = build_defs(layout.root, overrides={"warehouse": warehouse}, loggers={"progress": logger}, with_pulls=False)
    assets = [asset for asset in defs.assets or () if isinstance(asset, dg.AssetsDefinition)]
    drops, live = exchange_state(layout.root), live_state(layout.root)
    fingerprints = asset_fingerprints(assets, drops, ended_embargoes(layout, at), live)
    settle_unasked(layout, live, fingerprints)
    stale = stale_assets(layout, fingerprints)
    for name in stale:
        stamp_of(layout, name).unlink(missing_ok=True)  # a frame that is being replaced is vouched for by nobody
    before = layout.pointer()
    with dg.DagsterInstance.ephemeral() as instance:  # writes nothing anywhere, whatever DAGSTER_HOME says
        result = defs.resolve_job_def(EDITION_JOB).execute_in_process(
            run_config={"loggers": {"progress": {}}},
            instance=instance,
            asset_selection=[dg.AssetKey([name]) for name in stale],
            raise_on_error=False,
        )
    failures = _failures(result)
    events = result.get_asset_materialization_events()
    materialised = {event.asset_key.to_user_string() for event in events if event.asset_key}
    passed = materialised - {failure.place.split(".")[0] for failure in failures}
    fingerprints = asset_fingerprints(
        assets, drops, ended_embargoes(layout, at), live
    )  # of the drops that were read now
    for name in passed:
        write_atomically(stamp_of(layout, name), fingerprints[name].encode())
    after = layout.pointer()
    return Outcome(
        number=after.number if after else None,
        is_new=after is not None and (before is None or before.number != after.number),
        materialised=[name for name in stale if name in passed],
        failures=failures,
        warnings=_warnings(result),
        skipped=[name for name in stale if name not in materialised and not _has_failed(name, failures)],
    )


def _warnings(result: "dg.ExecuteInProcessResult") -> list[Failure]:
    import dagster as dg  # noqa: PLC0415

    checks = result.get_asset_check_evaluations()
    return [_of_check(check) for check in checks if not check.passed and check.severity is dg.AssetCheckSeverity.WARN]


def _of_check(check: "dg.AssetCheckEvaluation") -> Failure:
    place = f"{check.asset_key.to_user_string()}.{check.check_name}"
    return Failure(place, check.description or "the check did not pass")


def _failures(result: "dg.ExecuteInProcessResult") -> list[Failure]:
    import dagster as dg  # noqa: PLC0415

    checks = result.get_asset_check_evaluations()
    broken = [check for check in checks if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR]
    failures = [_of_check(check) for check in broken]
    judged = {failure.place.split(".")[0] for failure in failures}
    for event in result.all_events:
        if not event.is_step_failure or event.step_key is None:
            continue
        if event.step_key in judged or any(event.step_key.startswith(f"{name}_") for name in judged):
            continue  # Dagster's own report of a blocking check, whose finding stands above
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        kind, message = (error.cls_name, error.message) if error else (None, "the step failed without an error")
        text = message.removeprefix(f"{kind}: ").strip()
        failures.append(Failure(event.step_key, _explained(str(kind), text)))
    return failures


def _explained(kind: str, text: str) -> str:
    """The error's own words; an error of another class is ours to mend, and says so."""
    if kind.rsplit(".", maxsplit=1)[-1] in EXPECTED_ERRORS:
        return text.split(":", maxsplit=1)[1].strip() if text.startswith("compact_pipelines.errors.") else text
    return f"{kind}: {text} (a fault of this program; run `dagster dev` and materialise the asset for the traceback)"


def _progress_logger(progress: Progress | None) -> "dg.LoggerDefinition":
    import dagster as dg  # noqa: PLC0415

    class Handler(logging.Handler):
        """Turns Dagster's event records into progress and prints nothing."""

        total = 0
        done = 0

        def emit(self, record: logging.LogRecord) -> None:
            event = getattr(record, "dagster_meta", {}).get("dagster_event")
            if event is None:
                return
            if event.event_type_value == "STEP_START":
                self.total = max(self.total, self.done + 1)
            if event.event_type_value in {"STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"}:
                self.done += 1
                if progress:
                    progress(self.done, self.total, event.step_key)

    @dg.logger
    def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
        handler = Handler()
        if isinstance(context.job_def, dg.JobDefinition):
            handler.total = len(context.job_def.nodes)
        logger = logging.Logger("compact.progress", level=logging.DEBUG)  # noqa: LOG001  (one a run, shared by none)
        logger.addHandler(handler)
        return logger

    return progress_logger


def _has_failed(name: str, failures: list[Failure]) -> bool:
    return any(failure.place.split(".")[0] == name for failure in failures)
