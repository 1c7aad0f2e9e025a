from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from compact_pipelines.checks import (
    CHECKS,
    CONTRACT,
    COVERAGE,
    DROPS,
    LEAKS,
    MAGNITUDE,
    OUT_RULES,
    TOTALS,
    UNIQUE,
    WITH_TOTALS,
    asset_checks,
    find_rows,
)
from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES, polars_schema
from compact_pipelines.resources import Warehouse
from compact_pipelines.warehouse.build import write_parquet

FLOW = {
    "reported_by_from": 2,
    "reported_by_to": 4,
    "asymmetry": 1 / 3,
    "grade": "C",
    "same_source": False,
    "imputed_mirror": False,
    "comparable_to": 4.0,
    "reconciled": 3.0,
    "low": 2.0,
    "high": 4.5,
    "weight_from": 0.5,
}
ONE_SIDE = {"weight_from": None, "asymmetry": None, "grade": "D", "reconciled_reason": "one_report"}
STEPS = [
    {"step": "reported_by_from", "place": 1, "amount": 2, "state": "reported"},
    {"step": "reexports", "place": 2, "amount": None, "state": "not_measured"},
    {"step": "unexplained", "place": 8, "amount": 2, "state": "residual"},
    {"step": "reported_by_to", "place": 9, "amount": 4, "state": "reported"},
]
ONE_FLOW = dict.fromkeys(load_contracts().published["out_mirror_gaps"].key[:-1], "one flow")
RELIABILITY = {
    "estimate": 0.2,
    "sigma": 0.2,
    "sigma_low": 0.1,
    "sigma_high": 0.3,
    "rank": 2,
    "rank_low": 1,
    "rank_high": 3,
}
RULE = {"freight_share": 0.033, "freight_share_low": 0.033, "freight_share_high": 0.033}
RESIDUAL = {"published_total": 100, "reconciled_sum": 90.0, "residual": 10.0}
NO_RESIDUAL = {"published_total": 100, "reason": "negative_input"}
TIERS = {"core_share": 0.5, "partner_share": 0.25, "ally_share": 0.125, "outside_share": 0.125, "unnamed_share": 0.0}
DEPENDENCY = {"hhi": 0.35, "hhi_low": 0.3, "hhi_high": 0.4, "top_share": 0.5, **TIERS}
UNDEFINED = {**dict.fromkeys(DEPENDENCY), "reason": "negative_input"}
COHESION = {"metric": "intra_share", "value": 0.5}
COHESION_SHARES = ("intra_share", "intra_export_share", "reciprocity", "density", "asymmetry")
COHESION_BALANCES = ("introversion", "external_internal")
METRIC = {"metric": "pagerank", "value": 0.5, "rank": 1}
NETWORK_SHARES = ("pagerank", "betweenness", "eigenvector", "hub", "authority", "clustering", "reciprocity", "density")
NAN = float("nan")


def each(metrics: tuple[str, ...], *values: float) -> list[dict[str, Any]]:
    return [{"metric": metric, "value": value} for metric in metrics for value in values]


GOOD_ROWS: dict[str, list[dict[str, Any]]] = {
    "out_mirror_flows": [
        FLOW,
        {**FLOW, "asymmetry": 0.0, "grade": "A"},
        {**FLOW, "asymmetry": 1.0, "grade": "D"},
        {**FLOW, "same_source": True, "grade": "B"},
        {**FLOW, **ONE_SIDE, "reported_by_to": None, "missing_to": "no_report", "comparable_to": None},
        {**FLOW, **ONE_SIDE, "reported_by_from": None, "missing_from": "copy", "imputed_mirror": True},
        {**FLOW, "reconciled": None, "reconciled_reason": "unit_slip"},
        {**FLOW, "reconciled": 2.0, "weight_from": 1.0},
    ],
    "out_mirror_gaps": [{**ONE_FLOW, **step} for step in STEPS],
    "out_reporter_reliability": [
        RELIABILITY,
        {**RELIABILITY, "sigma": None, "sigma_low": None, "sigma_high": None},
        {"sigma": 0.3, "reason": "too_few_mirrors"},
    ],
    "out_valuation_rules": [RULE, {"freight_share": None}, dict.fromkeys(RULE, 0.0)],
    "out_freight_shares": [{"freight_share": 0.0}, {"freight_share": 0.2}, {"freight_share": None}],
    "out_total_residuals": [RESIDUAL, {**RESIDUAL, "reconciled_sum": 110.0, "residual": -10.0}, NO_RESIDUAL],
    "out_dependency": [
        DEPENDENCY,
        {**DEPENDENCY, "hhi": 1.0, "hhi_low": 1.0, "hhi_high": 1.0, "top_share": 1.0},
        {**DEPENDENCY, "core_share": 1.0, "partner_share": 0.0, "ally_share": 0.0, "outside_share": 0.0},
        {**DEPENDENCY, "core_share": 0.5 + 1e-10, "outside_share": 0.125 - 1e-10},
        {**DEPENDENCY, "core_share": 1.0, "partner_share": 0.0, "ally_share": 1e-12, "outside_share": -1e-12},
        {**DEPENDENCY, "hhi": None},
        {**DEPENDENCY, "outside_share": 0.0, "unnamed_share": 0.125},
        {**DEPENDENCY, "hhi": 0.4, "hhi_low": 0.4 + 1e-12},
        UNDEFINED,
    ],
    "out_cohesion": [
        COHESION,
        *each(COHESION_SHARES, 0.0, 1 + 1e-12),
        *each(COHESION_BALANCES, -1.0, 1.0),
        {**COHESION, "metric": "modularity", "value": -0.5},
        {**COHESION, "value": None, "reason": "undefined"},
    ],
    "out_network_metrics": [
        METRIC,
        {**METRIC, "value": 0.0},
        {**METRIC, "value": 1.0},
        {**METRIC, "metric": "strength_out", "value": 1e12},
        {**METRIC, "value": None, "reason": "no flows"},
    ],
}
BAD_ROWS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("out_mirror_flows", "asymmetry_is_a_share"): [
        {**FLOW, "asymmetry": 1.01},
        {**FLOW, "asymmetry": -0.01},
        {**FLOW, "asymmetry": NAN},
        {**FLOW, "imputed_mirror": True},
        {**FLOW, "reported_by_from": None, "missing_from": "no_report"},
        {**FLOW, "reported_by_to": None, "missing_to": "no_report"},
    ],
    ("out_mirror_flows", "same_source_is_never_grade_a"): [
        {**FLOW, "same_source": True, "grade": "A"},
    ],
    ("out_mirror_flows", "a_blank_side_says_why"): [
        {**FLOW, "reported_by_from": None, "asymmetry": None},
        {**FLOW, "reported_by_to": None, "asymmetry": None},
        {**FLOW, "missing_from": "no_report"},
        {**FLOW, "missing_to": "no_report"},
    ],
    ("out_mirror_flows", "a_reconciled_value_lies_between"): [
        {**FLOW, "reconciled": 1.9},
        {**FLOW, "reconciled": 4.1},
        {**FLOW, "low": 3.1},
        {**FLOW, "high": 2.9},
        {**FLOW, "weight_from": 1.1},
        {**FLOW, "weight_from": NAN},
    ],
    ("out_mirror_flows", "a_blank_interval_says_why"): [{**FLOW, name: None} for name in ("reconciled", "low", "high")],
    ("out_mirror_gaps", "steps_add_up"): [
        {**STEPS[0]},
        {**STEPS[3]},
    ],
    ("out_reporter_reliability", "errors_are_above_zero"): [
        {**RELIABILITY, "sigma": 0.0},
        {**RELIABILITY, "sigma": 0.31},
        {**RELIABILITY, "sigma": 0.09},
        {**RELIABILITY, "sigma": NAN},
    ],
    ("out_reporter_reliability", "ranks_lie_in_their_range"): [
        {**RELIABILITY, "rank": 4},
        {**RELIABILITY, "rank_low": 3},
    ],
    ("out_reporter_reliability", "a_blank_estimate_says_why"): [
        {**RELIABILITY, "estimate": None},
        {**RELIABILITY, "reason": "too_few_mirrors"},
    ],
    ("out_valuation_rules", "shares_are_clamped"): [
        {**RULE, "freight_share": -0.01},
        {**RULE, "freight_share": 0.21},
        {**RULE, "freight_share_low": -0.01},
        {**RULE, "freight_share_high": 0.21},
    ],
    ("out_freight_shares", "shares_are_clamped"): [{"freight_share": value} for value in (-0.01, 0.21, NAN)],
    ("out_total_residuals", "residuals_add_up"): [{**RESIDUAL, "residual": 11.0}, {**RESIDUAL, "residual": NAN}],
    ("out_total_residuals", "a_blank_residual_says_why"): [
        {**RESIDUAL, "reason": "not_reconciled"},
        {**NO_RESIDUAL, "reason": None},
        {**NO_RESIDUAL, "residual": 10.0},
        {**NO_RESIDUAL, "reconciled_sum": 90.0},
        {**NO_RESIDUAL, "residual_share": 0.1},
    ],
    ("out_dependency", "shares_add_up"): [
        {**DEPENDENCY, "core_share": 0.51},
        {**DEPENDENCY, "outside_share": 0.0},
        {**DEPENDENCY, "core_share": 0.625, "outside_share": 0.25, "ally_share": -0.125},
        {**DEPENDENCY, "core_share": 1.125, "partner_share": 0.0, "ally_share": 0.0, "outside_share": -0.125},
        {**DEPENDENCY, "partner_share": NAN},
        *({**DEPENDENCY, "top_share": value} for value in (-0.1, 1.1)),
    ],
    ("out_dependency", "bounds_hold"): [
        {**DEPENDENCY, "hhi": None, "hhi_low": 0.41},
        {**DEPENDENCY, "hhi": 0.29},
        {**DEPENDENCY, "hhi": 0.41},
        {**DEPENDENCY, "hhi": None, "hhi_low": -0.1},
        {**DEPENDENCY, "hhi": None, "hhi_high": 1.1},
        *({**DEPENDENCY, "hhi": value} for value in (-0.1, 1.1, NAN)),
    ],
    ("out_dependency", "a_blank_share_says_why"): [
        {**UNDEFINED, "reason": None},
        {**DEPENDENCY, "reason": "few_reporters"},
    ],
    ("out_cohesion", "measures_keep_their_range"): [
        *each(COHESION_SHARES, -0.1, 1.1, NAN),
        *each(COHESION_BALANCES, -1.1, 1.1, NAN),
    ],
    ("out_cohesion", "a_blank_value_says_why"): [
        {**COHESION, "value": None},
        {**COHESION, "reason": "undefined"},
    ],
    ("out_network_metrics", "shares_are_shares"): each((*NETWORK_SHARES, "community_stability"), -0.1, 1.1, NAN),
    ("out_network_metrics", "a_blank_value_says_why"): [
        {**METRIC, "value": None},
        {**METRIC, "reason": "no flows"},
    ],
}
RULES = [(table, name) for table, rules in OUT_RULES.items() for name in rules]
BAD = [(table, name, row) for (table, name), rows in BAD_ROWS.items() for row in rows]
JUDGED = [(table, name) for table, names in CHECKS.items() for name in names]


def out_frame(table: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """An out table with these rows; each has a key of its own, other columns are blank."""
    published = load_contracts().published[table]
    key = {name: f"{name} {{}}" for name in published.key}
    filled = [
        {name: text.format(number) for name, text in key.items()} | {"metric": "pagerank"} | row
        for number, row in enumerate(rows)
    ]
    return pl.DataFrame(
        [{name: row.get(name) for name in published.columns} for row in filled],
        schema={name: POLARS_TYPES[column.type] for name, column in published.columns.items()},
    )


def found(table: str, name: str, *rows: dict[str, Any]) -> list[int]:
    says, condition = OUT_RULES[table][name]
    return [finding.rows for finding in find_rows(out_frame(table, *rows), name, says, condition)]


def judge(table: str, name: str, frame: pl.DataFrame, data_root: Path) -> dg.AssetCheckResult:
    """Run one asset check on a frame, as Dagster would."""
    warehouse = Warehouse(data_root=str(data_root))
    write_parquet(frame, warehouse.layout.frame(table))
    key = dg.AssetCheckKey(dg.AssetKey(table), name)
    [check] = [check for check in asset_checks if key in {spec.key for spec in check.check_specs}]
    result = check(warehouse=warehouse)
    assert isinstance(result, dg.AssetCheckResult)
    return result


# The rules of the out tables


def test_every_rule_of_an_out_table_has_bad_rows_here() -> None:
    assert sorted(BAD_ROWS) == sorted(RULES)


@pytest.mark.parametrize(("table", "name"), RULES)
def test_a_rule_of_an_out_table_passes_good_rows(table: str, name: str) -> None:
    assert found(table, name, *GOOD_ROWS[table]) == []


@pytest.mark.parametrize(("table", "name", "row"), BAD)
def test_a_rule_of_an_out_table_fails_on_each_bad_row(table: str, name: str, row: dict[str, Any]) -> None:
    assert found(table, name, *GOOD_ROWS[table], row) == [1]


# The checks as Dagster runs them


def test_every_table_is_judged_by_its_contract_or_its_rules_and_its_key(contracts: Contracts) -> None:
    for table, contract in contracts.tables.items():
        has_value, has_totals = contract.measure == "obs_value", table in WITH_TOTALS
        told = [COVERAGE, *([TOTALS] if has_totals else []), *([MAGNITUDE, LEAKS] if has_value else [])]
        assert CHECKS[table] == [CONTRACT, UNIQUE, DROPS, *told]
    assert {table: CHECKS[table] for table in OUT_RULES} == {
        table: [UNIQUE, *rules] for table, rules in OUT_RULES.items()
    }
    assert CHECKS.keys() == {*contracts.tables, *OUT_RULES}


def test_every_check_is_wired_once_and_blocks_unless_it_only_tells() -> None:
    specs = [spec for check in asset_checks for spec in check.check_specs]
    assert [(spec.asset_key.to_user_string(), spec.name) for spec in specs] == JUDGED
    assert {spec.name for spec in specs if not spec.blocking} == {COVERAGE, MAGNITUDE}
    assert all(spec.description for spec in specs)


@pytest.mark.parametrize(("table", "name"), RULES)
def test_a_check_of_an_out_table_fails_and_says_what_it_found(table: str, name: str, data_root: Path) -> None:
    bad = BAD_ROWS[table, name]
    result = judge(table, name, out_frame(table, *GOOD_ROWS[table], *bad), data_root)
    assert result.passed is False
    assert str(result.description).endswith(OUT_RULES[table][name][0])
    assert f"{name} fails in {len(bad)} rows" in str(result.description)


@pytest.mark.parametrize("table", OUT_RULES)
def test_the_checks_of_an_out_table_pass_good_rows(table: str, data_root: Path) -> None:
    frame = out_frame(table, *GOOD_ROWS[table])
    assert [judge(table, name, frame, data_root).passed for name in CHECKS[table]] == [True] * len(CHECKS[table])


@pytest.mark.parametrize("table", CHECKS)
def test_the_check_of_a_key_fails_on_a_row_that_stands_twice(contracts: Contracts, table: str, data_root: Path) -> None:
    if table in contracts.tables:
        row = pl.DataFrame({name: [None] for name in polars_schema(contracts.tables[table])})
        frame = row.cast(polars_schema(contracts.tables[table]))
    else:
        frame = out_frame(table, GOOD_ROWS[table][0])
    assert judge(table, UNIQUE, frame, data_root).passed is True
    assert judge(table, UNIQUE, pl.concat([frame, frame]), data_root).passed is False


@pytest.mark.parametrize("table", load_contracts().tables)
def test_the_check_of_a_contract_fails_on_a_blank_row(contracts: Contracts, table: str, data_root: Path) -> None:
    schema = polars_schema(contracts.tables[table])
    blank = pl.DataFrame({name: [None] for name in schema}).cast(schema)
    result = judge(table, CONTRACT, blank, data_root)
    assert result.passed is False
    assert "not_nullable fails in 1 rows (row 1, found None)" in str(result.description)
    assert judge(table, CONTRACT, blank.clear(), data_root).passed is True


def test_a_theme_that_lost_rows_or_changed_its_unit_is_told_and_not_stopped(
    contracts: Contracts, data_root: Path
) -> None:
    schema = polars_schema(contracts.tables["infrastructure"])
    result = judge("infrastructure", COVERAGE, pl.DataFrame(schema=schema), data_root)
    assert (result.passed, result.severity) == (True, dg.AssetCheckSeverity.WARN)


def test_parts_that_pass_their_total_stop_the_edition(contracts: Contracts, data_root: Path) -> None:
    table = contracts.tables["compute_exports"]
    row = {**table.headline, "time_period": "2025-01", "source_id": "made_up"}
    told = [{**row, "counterpart_area": "CAN", "obs_value": 2}, {**row, "counterpart_area": "W00", "obs_value": 1}]
    schema = polars_schema(table)
    frame = pl.DataFrame([{name: one.get(name) for name in schema} for one in told], schema=schema)
    result = judge("compute_exports", TOTALS, frame, data_root)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "parts=2.0 total=1.0" in str(result.description)
