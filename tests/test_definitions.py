"""The whole graph: what every asset has, how assets are named, what stands before the pointer."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.definitions import EXECUTOR, OWNERS, build_defs, defs
from compact_pipelines.errors import UsageError
from compact_pipelines.pulls import job_name
from compact_pipelines.resources import IS_CONFIDENTIAL
from compact_pipelines.schedules import EDITION_JOB
from compact_pipelines.sensors import INTAKE_JOB

OUT_TABLES = [
    "out_accession",
    "out_capital_intensity",
    "out_cohesion",
    "out_commitments",
    "out_dependency",
    "out_dependency_criteria",
    "out_dependency_stability",
    "out_export_totals",
    "out_freight_shares",
    "out_geopolitical_distance",
    "out_geopolitical_position",
    "out_gravity_areas",
    "out_gravity_base",
    "out_gravity_estimates",
    "out_mirror_flows",
    "out_mirror_gaps",
    "out_model_checks",
    "out_network_metrics",
    "out_policy_similarity",
    "out_rank_ranges",
    "out_reporter_reliability",
    "out_robustness",
    "out_standards_alignment",
    "out_standards_gaps",
    "out_supplier_cuts",
    "out_talent_circulation",
    "out_total_residuals",
    "out_valuation_rules",
]
KNOWN_GROUPS = {*load_contracts().tables, "reference", "exchange", "themes", "answers", "edition"}


def specs_of(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return sorted(definitions.resolve_all_asset_specs(), key=lambda spec: spec.key)


def faults(specs: Iterable[dg.AssetSpec]) -> list[str]:
    """What assets lack, one line each."""
    found = []
    for spec in specs:
        name = spec.key.to_user_string()
        if spec.group_name not in KNOWN_GROUPS:
            found.append(f"{name} is in group {spec.group_name}")
        if not spec.kinds:
            found.append(f"{name} has no kind")
        if not (spec.description or "").strip().endswith("."):
            found.append(f"{name} has no sentence that says what its row is")
        if list(spec.owners) != OWNERS:
            found.append(f"{name} has owners {list(spec.owners)}")
    return found


def misnamed(names: Iterable[str], contracts: Contracts) -> list[str]:
    """Names that are not raw_<source>__<part>, pull_<source>, core_<source>, a table, out_<question> or edition.

    Beside a theme stand core_drops__<theme> and known_<theme>.
    """
    allowed = {"edition", *contracts.tables, *contracts.published, *(f"core_{source}" for source in contracts.sources)}
    allowed |= {f"pull_{source.id}" for source in contracts.sources_in_use if source.live}
    allowed |= {f"{stage}{theme}" for theme in contracts.tables for stage in ("core_drops__", "known_")}
    for source in contracts.sources.values():
        allowed |= {f"raw_{source.id}", *(f"raw_{source.id}__{part}" for part in source.parts)}
    return [name for name in names if name not in allowed and not re.fullmatch(r"out_[a-z]+(_[a-z]+)*", name)]


def unguarded(names: Iterable[str], checks: Iterable[dg.AssetCheckSpec]) -> list[str]:
    """Tables without a blocking check."""
    guarded = {check.asset_key.to_user_string() for check in checks if check.blocking}
    return [name for name in names if name not in guarded]


def toy_asset(name: str, **options: Any) -> dg.AssetSpec:
    return dg.AssetSpec(name, **{"group_name": "themes", "kinds": {"csv"}, "description": "A row.", **options})


def check_specs() -> list[dg.AssetCheckSpec]:
    return [spec for check in defs.asset_checks or [] for spec in check.check_specs]


def test_the_definitions_can_be_loaded() -> None:
    dg.Definitions.validate_loadable(defs)
    assert {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()} >= {"edition", *OUT_TABLES}


def test_every_asset_has_group_kind_description_and_owner() -> None:
    assert faults(specs_of(defs)) == []


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"group_name": "default"}, "is in group default"),
        ({"kinds": set()}, "has no kind"),
        ({"description": ""}, "has no sentence"),
        ({"description": "rows"}, "has no sentence"),
        ({"owners": []}, "has owners []"),
    ],
)
def test_an_asset_that_lacks_something_is_found(options: dict[str, Any], fault: str) -> None:
    assert faults([toy_asset("core_good", owners=OWNERS)]) == []
    [found] = faults([toy_asset("core_bad", **{"owners": OWNERS, **options})])
    assert fault in found


def test_assets_are_named_by_stage_and_source(contracts: Contracts) -> None:
    names = [spec.key.to_user_string() for spec in specs_of(defs)]
    assert misnamed(names, contracts) == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ["raw_nobody", "core_statcan_cimt__totals", "raw_statcan_cimt__all", "out", "trade"])
def test_a_misnamed_asset_is_found(contracts: Contracts, name: str) -> None:
    assert misnamed(["edition", "core_statcan_cimt", name], contracts) == [name]


def test_every_source_part_has_a_raw_asset_and_every_source_a_core(contracts: Contracts) -> None:
    names = {spec.key.to_user_string() for spec in specs_of(defs)}
    for source in contracts.sources_in_use:
        assert f"core_{source.id}" in names
        assert (f"pull_{source.id}" in names) is (source.live is not None)
        parts = {spec.metadata["part"] for spec in specs_of(defs) if spec.metadata.get("source_id") == source.id}
        assert parts == set(source.parts)


def test_every_theme_and_out_table_has_blocking_checks(contracts: Contracts) -> None:
    out = [spec.key.to_user_string() for spec in specs_of(defs) if spec.key.to_user_string().startswith("out_")]
    assert out == OUT_TABLES
    assert unguarded([*contracts.tables, *out], check_specs()) == []


def test_a_table_whose_check_does_not_block_is_found() -> None:
    checks = [dg.AssetCheckSpec("key_is_unique", asset="out_a", blocking=True), dg.AssetCheckSpec("b", asset="out_b")]
    assert unguarded(["out_a", "out_b", "out_c"], checks) == ["out_b", "out_c"]


def test_the_edition_waits_for_every_table_that_is_checked(contracts: Contracts) -> None:
    [edition] = [spec for spec in specs_of(defs) if spec.key.to_user_string() == "edition"]
    above = {dep.asset_key.to_user_string() for dep in edition.deps}
    assert {*contracts.tables, *OUT_TABLES} <= above
    assert {check.asset_key.to_user_string() for check in check_specs()} <= above


def test_nothing_but_the_public_table_is_above_a_result(contracts: Contracts) -> None:
    confidential = {spec.key for spec in specs_of(defs) if spec.metadata.get(IS_CONFIDENTIAL)}
    not_free = {f"core_{source.id}" for source in contracts.sources_in_use if source.conf_status != "F"}
    assert not_free == {"core_un_comtrade"}
    assert {key.to_user_string() for key in confidential} == not_free | {
        f"{stage}{theme}" for theme in contracts.tables for stage in ("core_drops__", "known_")
    }
    above = {dep.asset_key for spec in specs_of(defs) if spec.key.to_user_string() in OUT_TABLES for dep in spec.deps}
    assert above
    assert above.isdisjoint(confidential)


def test_the_jobs_are_the_edition_the_intake_and_one_for_each_publisher_in_one_process(contracts: Contracts) -> None:
    asking = {job_name(source.id) for source in contracts.sources.values() if source.live}
    jobs = [job for job in build_defs().resolve_all_job_defs() if not job.name.startswith("__")]
    assert {job.name for job in jobs} == {EDITION_JOB, INTAKE_JOB, *asking}
    assert {job.executor_def.name for job in jobs} == {"in_process"}


def test_an_edition_asks_nobody() -> None:
    nodes = {node.name for node in defs.resolve_job_def(EDITION_JOB).nodes}
    assert "edition" in nodes
    assert [name for name in nodes if name.startswith("pull_")] == []
    without = build_defs(with_pulls=False)
    materialized = {
        key for asset in without.assets or [] if isinstance(asset, dg.AssetsDefinition) for key in asset.keys
    }
    assert [key.to_user_string() for key in materialized if key.to_user_string().startswith("pull_")] == []
    assert {node.name for node in without.resolve_job_def(EDITION_JOB).nodes} == nodes
    assert [schedule.name for schedule in without.schedules or []] == ["release_embargoes"]


def test_the_environment_chooses_how_many_processes_a_run_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXECUTOR, "multiprocess")
    definitions = build_defs()
    found = {
        job.name: job.executor_def.name
        for job in definitions.resolve_all_job_defs()
        if job.name in {EDITION_JOB, INTAKE_JOB, "ask_un_comtrade"}
    }
    assert found == {EDITION_JOB: "multiprocess", INTAKE_JOB: "in_process", "ask_un_comtrade": "multiprocess"}
    monkeypatch.setenv(EXECUTOR, "many")
    with pytest.raises(UsageError, match="it may be in_process or multiprocess"):
        build_defs()


def test_resources_get_the_data_root_that_was_asked_for(tmp_path: Path) -> None:
    resources = build_defs(tmp_path).resources or {}
    for name in ("snapshots", "warehouse", "io_manager"):
        assert resources[name].data_root == str(tmp_path)


def test_a_resource_can_be_put_in_place_of_the_usual_one(tmp_path: Path) -> None:
    other = dg.mem_io_manager
    resources = build_defs(tmp_path, overrides={"io_manager": other}).resources or {}
    assert resources["io_manager"] is other
    assert resources["warehouse"].data_root == str(tmp_path)
