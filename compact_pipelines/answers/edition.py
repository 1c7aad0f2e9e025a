"""The edition: every table that passed its checks, in one numbered file, and the pointer moved to it."""

import json

import dagster as dg

from compact_pipelines.answers.reference import build_reference_tables
from compact_pipelines.checks import CHECKS
from compact_pipelines.contracts import load_contracts
from compact_pipelines.fingerprints import code_fingerprint, edition_fingerprint
from compact_pipelines.resources import Snapshots, Warehouse
from compact_pipelines.warehouse.build import publish_edition

THEMES = list(load_contracts().tables)
# Published table to the asset that makes it.
REFERENCE_TABLES = {
    "exchange_rates": "core_fed_exchange_rates",
    "economies": "core_worldbank_gdp_population",
    "distances": "core_cepii_geodist",
}
OUT_TABLES = ["out_mirror_flows", "out_dependency", "out_network_metrics", "out_cohesion"]


@dg.asset(
    group_name="edition",
    kinds={"duckdb"},
    deps=[*THEMES, *OUT_TABLES, *REFERENCE_TABLES.values()],
    io_manager_key="nothing",
)
def edition(snapshots: Snapshots, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """One numbered DuckDB file of all tables; served from the moment the pointer moves."""
    contracts = load_contracts()
    warehouse.require_present_code([*THEMES, *OUT_TABLES, *REFERENCE_TABLES.values()])
    tables = {name: warehouse.frame(name) for name in [*THEMES, *OUT_TABLES]}
    tables |= {name: warehouse.frame(asset) for name, asset in REFERENCE_TABLES.items()}
    # A payload that only vouches for another, such as a published total, is an input too.
    used = {row.snapshot_id for row in warehouse.taken() if row.part in contracts.source(row.source_id).parts}
    for name in [*THEMES, *REFERENCE_TABLES]:
        used |= set(tables[name]["snapshot_id"].drop_nulls().unique())
    # The same bytes may have been read more than once; the edition names the latest reading.
    ledger = list({row.snapshot_id: row for row in snapshots.ledger() if row.snapshot_id in used}.values())
    tables |= build_reference_tables(contracts, ledger, tables["exchange_rates"])
    tables["check_results"] = warehouse.check_records(CHECKS)
    with warehouse.layout.lock(again=True):
        published = publish_edition(
            warehouse.layout,
            tables,
            fingerprint=edition_fingerprint(),
            code_version=code_fingerprint(),
            input_hashes=json.dumps({row.snapshot_id: row.sha256 for row in ledger}),
        )
    return dg.MaterializeResult(
        metadata={
            "number": published.number,
            "is_new": published.is_new,
            "file": published.path.name,
            "recorded": published.recorded,
        }
    )
