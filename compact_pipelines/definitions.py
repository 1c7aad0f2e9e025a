"""The whole graph: every asset, check, resource and job, composed in one place.

`dagster dev` and `dg` read `defs`; tests and the command line call `build_defs` with a data root of their own.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import dagster as dg

from compact_pipelines import answers, checks, datasets, pulls, schedules, sensors
from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.errors import UsageError
from compact_pipelines.resources import LiveRows, Nothing, Snapshots, Tables, Warehouse
from compact_pipelines.schedules import EDITION_JOB
from compact_pipelines.warehouse.layout import default_data_root

OWNERS: Final = ["team:data-exchange"]
EXECUTOR: Final = "COMPACT_EXECUTOR"
EXECUTORS: Final = {"in_process": dg.in_process_executor, "multiprocess": dg.multiprocess_executor}
# One edition is made at a time, see deploy/dagster.yaml.
EDITION_TAGS: Final = {"compact/edition": "one"}


def build_defs(
    data_root: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
    *,
    with_pulls: bool = True,
) -> dg.Definitions:
    """Everything Dagster needs to ask publishers and to build an edition.

    Args:
        data_root: where everything is kept; $COMPACT_DATA_ROOT or ./data if None.
        overrides: resources to put in place of the usual ones, by key.
        loggers: loggers that a run may ask for, by key; Dagster's own console logger if None.
        with_pulls: whether to include what asks publishers: assets, jobs, schedules, sensors. An edition needs none.

    Returns:
        The definitions. The in-process executor is the default, since one process builds the embedded edition ten times
        faster than one process a step; $COMPACT_EXECUTOR chooses another.

    Raises:
        UsageError: $COMPACT_EXECUTOR names none we know.
    """
    root = str(data_root or default_data_root())
    tables = Tables(data_root=root)
    resources = {
        "snapshots": Snapshots(data_root=root),
        "live": LiveRows(data_root=root),
        "warehouse": Warehouse(data_root=root),
        "io_manager": tables,
        "nothing": Nothing(),
        **(overrides or {}),
    }
    assets = [
        asset
        for package in (datasets, answers)
        for asset in dg.load_assets_from_package_module(package)
        if isinstance(asset, dg.AssetsDefinition)
    ]
    edition = [asset for asset in assets if _asked_by(asset) is None]
    sources = [source for asset in assets if (source := _asked_by(asset)) is not None] if with_pulls else []
    executor = _executor()
    return dg.Definitions(
        assets=dg.map_asset_specs(lambda spec: spec.merge_attributes(owners=OWNERS), assets if with_pulls else edition),
        asset_checks=checks.asset_checks,
        jobs=[
            dg.define_asset_job(
                EDITION_JOB,
                # Partitioned assets share no job with the others.
                selection=dg.AssetSelection.assets(*(key for asset in edition for key in asset.keys)),
                executor_def=executor,
                tags=EDITION_TAGS,
            ),
            *sensors.jobs,
            *(pulls.pull_job(source.id) for source in sources),
        ],
        schedules=[*schedules.schedules, *(schedules.pull_schedule(source) for source in sources)],
        sensors=[*sensors.sensors, *(sensors.announcement_sensor(source) for source in sources if _announces(source))],
        resources=resources,
        loggers=dict(loggers or {}) or None,
        executor=executor,
    )


def _asked_by(asset: dg.AssetsDefinition) -> Source | None:
    """The source whose publisher an asset asks; None for all other assets."""
    source_id = next(iter(asset.metadata_by_key.values()), {}).get(pulls.ASKS)
    return load_contracts().source(source_id) if source_id else None


def _announces(source: Source) -> bool:
    return source.live is not None and source.live.release.announced is not None


def _executor() -> dg.ExecutorDefinition:
    name = os.environ.get(EXECUTOR, "in_process")
    if name not in EXECUTORS:
        raise UsageError(f"{EXECUTOR} is {name!r}; it may be {' or '.join(EXECUTORS)}")
    return EXECUTORS[name]


defs = build_defs()
