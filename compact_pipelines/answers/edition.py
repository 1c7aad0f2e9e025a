"""The edition: every table that passed its checks, in one numbered file an audience, and the pointer moved to them.

Theme tables and the sources they name differ by audience, see `warehouse/audiences.py`. Reference and out tables are
the same in every file: they are made of what the public sees.
"""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import polars as pl

from compact_pipelines.answers.freshness import freshness_table
from compact_pipelines.answers.mirror_flows import RECONCILED
from compact_pipelines.answers.reference import build_reference_tables, build_sources
from compact_pipelines.answers.revisions import Vintages, revision_tables
from compact_pipelines.answers.themes import mark_preferred, sources_of
from compact_pipelines.checks import CHECKS
from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.disclosure import load_disclosure
from compact_pipelines.exchange.ledger import Ledger
from compact_pipelines.exchange.partners import Agreement, load_agreements
from compact_pipelines.exchange.published import exchange_tables, partners_with_drops
from compact_pipelines.fingerprints import code_fingerprint, edition_fingerprint
from compact_pipelines.live.freshness import freshness_fingerprint
from compact_pipelines.resources import Snapshots, Warehouse
from compact_pipelines.warehouse.audiences import (
    IS_VISIBLE,
    SeeingRule,
    audiences_of,
    next_release,
    partners_in,
    released_until,
    rows_as_seen,
    with_sight,
)
from compact_pipelines.warehouse.build import AudienceTables, publish_edition
from compact_pipelines.warehouse.layout import PUBLIC
from compact_pipelines.warehouse.vintages import read_log

THEMES = list(load_contracts().tables)
DROPS = {theme: f"core_drops__{theme}" for theme in THEMES}
KNOWN = {theme: f"known_{theme}" for theme in THEMES}
# Published table to the asset that makes it.
REFERENCE_TABLES = {
    "exchange_rates": "exchange_rates",
    "daily_exchange_rates": "core_banxico_rates",
    "national_indicators": "national_indicators",
    "economies": "core_worldbank_gdp_population",
    "distances": "core_cepii_geodist",
    "gravity_panel": "core_trade_policy_guide",
    "trade_agreements": "core_worldbank_agreements",
    "general_assembly_votes": "core_unga_votes",
}
LIVE_CORES = [f"core_{source.id}" for source in load_contracts().sources_in_use if source.live]
OUT_TABLES = [
    *RECONCILED,
    "out_mirror_gaps",
    "out_total_residuals",
    "out_dependency",
    "out_export_totals",
    "out_dependency_criteria",
    "out_dependency_stability",
    "out_supplier_cuts",
    "out_geopolitical_distance",
    "out_network_metrics",
    "out_rank_ranges",
    "out_robustness",
    "out_policy_similarity",
    "out_geopolitical_position",
    "out_cohesion",
    "out_gravity_estimates",
    "out_gravity_base",
    "out_gravity_areas",
    "out_model_checks",
    "out_accession",
    "out_commitments",
    "out_standards_alignment",
    "out_standards_gaps",
    "out_talent_circulation",
    "out_capital_intensity",
]


@dg.asset(
    group_name="edition",
    kinds={"duckdb"},
    deps=[*THEMES, *KNOWN.values(), *DROPS.values(), *OUT_TABLES, *REFERENCE_TABLES.values()],
    io_manager_key="nothing",
)
def edition(snapshots: Snapshots, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """One numbered DuckDB file of all tables per audience; served from the moment the pointer moves."""
    contracts = load_contracts()
    root = Path(warehouse.data_root)
    standing = freshness_fingerprint(root)
    warehouse.require_present_code([*THEMES, *KNOWN.values(), *DROPS.values(), *OUT_TABLES, *REFERENCE_TABLES.values()])
    tables = {name: warehouse.frame(name) for name in [*THEMES, *OUT_TABLES]}
    tables |= {name: warehouse.frame(asset) for name, asset in REFERENCE_TABLES.items()}
    known = {theme: warehouse.frame(asset) for theme, asset in KNOWN.items()}
    # A payload that only vouches for another, such as a published total, is an input too.
    used = {row.snapshot_id for row in warehouse.taken() if row.part in contracts.source(row.source_id).parts}
    for frame in [*known.values(), *(tables[name] for name in REFERENCE_TABLES)]:
        used |= set(frame["snapshot_id"].drop_nulls().unique())
    # The same bytes may have been read more than once; the edition names the latest reading.
    readings = snapshots.ledger()
    ledger = list({row.snapshot_id: row for row in readings if row.snapshot_id in used}.values())
    tables |= build_reference_tables(contracts, ledger, tables["exchange_rates"])
    tables["check_results"] = warehouse.check_records(CHECKS)
    rule = SeeingRule.of(contracts, load_disclosure())
    released = {theme: released_until(known[theme], tables[theme], contracts.tables[theme], rule) for theme in THEMES}
    agreements = load_agreements()
    pointer = warehouse.layout.pointer()
    previous = pointer.number if pointer else None
    vintages = {
        theme: Vintages(known[theme], read_log(warehouse.layout.vintages, table, previous or 0), released[theme])
        for theme, table in contracts.tables.items()
    }
    tables |= revision_tables(contracts, vintages, rule, readings, previous)
    names = _partner_names(known, agreements, partners_with_drops(root, agreements))
    now = dt.datetime.now(dt.UTC)
    tables["source_freshness"] = freshness_table(
        contracts, root, warehouse.now(), {name: tables[name] for name in [*THEMES, *REFERENCE_TABLES]}
    )
    tables |= exchange_tables(root, PUBLIC, contracts, agreements, now, released=released)
    pulled = tables["sources"]
    tables["sources"] = build_sources(contracts, pulled, {theme: tables[theme] for theme in THEMES}, names)
    inputs = {row.snapshot_id: row.sha256 for row in ledger}
    state = warehouse.exchange_state(DROPS.values())
    if names:
        inputs["exchange"] = state
    waiting = [next_release(known[theme], rule, released[theme]) for theme in THEMES]
    audiences = {}
    for audience in audiences_of(names):
        views = {theme: with_sight(known[theme], contracts.tables[theme], audience, rule, released[theme])
                 for theme in THEMES}  # fmt: skip
        own = {} if audience == PUBLIC else frames_of(contracts, views, tables)
        if own:
            own["sources"] = build_sources(contracts, pulled, {**{name: tables[name] for name in THEMES}, **own}, names)
        if audience != PUBLIC:
            own |= exchange_tables(root, audience, contracts, agreements, now, released=released)
        hidden = {theme: view.filter(~pl.col(IS_VISIBLE)) for theme, view in views.items()}
        audiences[audience] = AudienceTables(own, hidden)
    with warehouse.layout.lock(again=True):
        published = publish_edition(
            warehouse.layout,
            tables,
            fingerprint=edition_fingerprint(state, warehouse.live_state(LIVE_CORES), standing),
            code_version=code_fingerprint(),
            input_hashes=json.dumps(inputs),
            audiences=audiences,
            known=known,
            withdrawn=withdrawn_drops(root),
            next_release=min((time for time in waiting if time), default=None),
        )
    return dg.MaterializeResult(
        metadata={
            "number": published.number,
            "is_new": published.is_new,
            "file": published.path.name,
            "audiences": ", ".join(audiences),
            "recorded": published.recorded,
        }
    )


def frames_of(
    contracts: Contracts, views: Mapping[str, pl.DataFrame], public: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The tables in which one audience's file differs from the public's; here others of its own may join.

    Args:
        contracts: schemas/.
        views: theme to all known rows with what the audience gets of each, from `with_sight`.
        public: the public's tables.

    Returns:
        Theme tables with the audience's own preferred series, without those that are as the public's.
    """
    frames = {}
    for theme, view in views.items():
        if partners_in(view["source_id"].unique()) or not view[IS_VISIBLE].all():
            table = contracts.tables[theme]
            frame = mark_preferred(rows_as_seen(view, table), table, sources_of(contracts, table))
            if not frame.equals(public[theme]):
                frames[theme] = frame
    return frames


def withdrawn_drops(data_root: Path) -> list[str]:
    """The drops that have been withdrawn, by id; none where there is no exchange."""
    rows = Ledger(data_root).rows("SELECT DISTINCT drop_id FROM drops WHERE withdrawn_at IS NOT NULL ORDER BY 1")
    return [row["drop_id"] for row in rows]


def _partner_names(
    known: Mapping[str, pl.DataFrame], agreements: Mapping[str, Agreement], senders: list[str]
) -> dict[str, str]:
    """Partners with an agreement who have sent anything, by id, with their names."""
    partners = {partner for frame in known.values() for partner in partners_in(frame["source_id"].unique())}
    return {id_: agreement.name.en for id_, agreement in agreements.items() if id_ in {*partners, *senders}}
