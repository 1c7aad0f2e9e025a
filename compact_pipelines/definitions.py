"""The whole graph: every asset, check, resource and job, composed in one place.

`dagster dev` and `dg` read `defs`; tests and the command line call `build_defs` with a data root of their own.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import dagster as dg

from compact_pipelines import answers, checks, datasets, schedules, sensors
from compact_pipelines.resources import Snapshots, Tables, Warehouse
from compact_pipelines.schedules import EDITION_JOB
from compact_pipelines.warehouse.layout import default_data_root

OWNERS: Final = ["team:data-exchange"]


def build_defs(
    data_root: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
) -> dg.Definitions:
    """Everything Dagster needs to build an edition.

    Args:
        data_root: where everything is kept; $COMPACT_DATA_ROOT or ./data if None.
        overrides: resources to put in place of the usual ones, by key.
        loggers: loggers that a run may ask for, by key; Dagster's own console logger if None.

    Returns:
        The definitions; the in-process executor is the default, since one process builds the embedded edition ten
        times faster than one process a step.
    """
    root = str(data_root or default_data_root())
    tables = Tables(data_root=root)
    resources = {
        "snapshots": Snapshots(data_root=root),
        "warehouse": Warehouse(data_root=root),
        "io_manager": tables,
        "nothing": dg.mem_io_manager,
        **(overrides or {}),
    }
    assets = [
        asset
        for package in (datasets, answers)
        for asset in dg.load_assets_from_package_module(package)
        if isinstance(asset, dg.AssetsDefinition)
    ]
    return dg.Definitions(
        assets=dg.map_asset_specs(lambda spec: spec.merge_attributes(owners=OWNERS), assets),
        asset_checks=checks.asset_checks,
        jobs=[
            dg.define_asset_job(EDITION_JOB, selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor),
            *sensors.jobs,
        ],
        schedules=schedules.schedules,
        sensors=sensors.sensors,
        resources=resources,
        loggers=dict(loggers or {}) or None,
        executor=dg.in_process_executor,
    )


defs = build_defs()
