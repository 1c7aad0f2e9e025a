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
    judge_one,
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
COHESION_SHARES = ("intra_share", "intra_share_of_totals", "intra_export_share", "reciprocity", "density", "asymmetry")
COHESION_BALANCES = ("introversion", "external_internal")
EXPORTS = {"named_value": 90.0, "total_value": 100.0}
CRITERION = {
    "criterion": "concentration",
    "value": 0.5,
    "value_low": 0.5,
    "value_high": 0.5,
    "threshold": 0.4,
    "distance": 0.1,
    "is_met": True,
}
SPANNED = {**CRITERION, "value": None, "value_low": 0.3, "distance": None, "is_met": None, "reason": "not_named"}
ALL_MET = {**CRITERION, **dict.fromkeys(("value", "value_low", "value_high", "threshold"), 3.0), "criterion": "all"}
NOT_HELD = {**dict.fromkeys(CRITERION), "criterion": "concentration", "threshold": 0.4}
YEARS = {"years_held": 5, "years_met": 3, "longest_run": 2, "recent_held": 3, "recent_met": 2}
NO_YEARS = {**dict.fromkeys(YEARS, 0), "longest_run": None, "reason": "no_year_held"}
FAR = {"distance": 3.5, "covered_share": 0.9, "position_period": "2014/2024"}
CUT = {"receiver_kind": "area", "receiver": "USA", "subject": "TOTAL", "time_period": "2018"}
CUTS = [
    {**CUT, "cut_count": 0, "lost_value": 0.0, "kept_share": 1.0, "kept_low": 1.0},
    {**CUT, "cut_count": 1, "lost_value": 40.0, "kept_share": 0.6, "kept_low": 0.5},
    {**CUT, "cut_count": 2, "lost_value": 20.0, "kept_share": 0.4, "kept_low": 0.3},
]
KEPT = {
    "value": 0.3, "value_low": 0.3, "value_high": 0.3, "comparison": "at_least", "threshold": 0.25, "distance": 0.05,
    "status": "met", "is_latest": True,
}  # fmt: skip
MISSED = {**KEPT, "comparison": "at_most", "distance": -0.05, "status": "not_met"}
WITHIN = {**KEPT, "value": None, "value_high": 0.9, "distance": None}
OPEN = {**WITHIN, "value_low": 0.1, "status": "not_measurable", "reason": "reports_missing"}
SILENT = {"status": "not_measurable", "reason": "no_report_held", "is_latest": True}
ALL_KEEP = {
    "member": "_Z", "status": "met", "members_met": 3, "members_not_met": 0, "members_not_measurable": 0,
    "is_latest": True,
}  # fmt: skip
ONE_MISSES = {**ALL_KEEP, "status": "not_met", "members_met": 1, "members_not_met": 1, "members_not_measurable": 1}
ONE_OPEN = {**ALL_KEEP, "status": "not_measurable", "reason": "members_not_measurable", "members_not_measurable": 1}
METRIC = {"metric": "pagerank", "value": 0.5, "rank": 1}
NETWORK_SHARES = ("pagerank", "betweenness", "eigenvector", "hub", "authority", "clustering", "reciprocity", "density")
MORE_SHARES = ("closeness", "harmonic", "clustering_barrat", "disparity", "coreness", "transitivity")
CORRELATIONS = ("assortativity", "core_fit")
RANGE = {"rank": 2, "rank_low": 1, "rank_high": 3, "draws": 200, "drawn_share": 0.9}
LEFT = {
    "removal_order": "strongest", "removed_count": 1, "removed_share": 0.1, "removed_area": "USA", "kept_flow": 0.6,
    "giant_share": 0.9, "efficiency": 1.2, "kept_flow_mean": 0.3, "giant_share_mean": 0.5, "efficiency_mean": 0.4,
}  # fmt: skip
ALL_LEFT = {
    **LEFT, "removed_count": 0, "removed_share": 0.0, "removed_area": None, "kept_flow": 1.0, "giant_share": 1.0,
    "efficiency": 1.0,
}  # fmt: skip
AT_RANDOM = {**LEFT, "removal_order": "random", "removed_area": None, "kept_flow_low": 0.5, "kept_flow_high": 0.7}
SIMILAR = {"metric": "pi", "area_1": "CAN", "area_2": "USA", "value": -1.5, "n_items": 20}
POSITION = {"area": "CAN", "position": 1.7, "explained_share": 0.6}
ESTIMATE = {"coefficient": 0.5, "std_error": 0.1, "n_used": 10, "n_separated": 0}
BASE_FLOW = {"from_area": "CAN", "to_area": "USA", "kind": "trade", "obs_value": 2.0, "low": 1.0, "high": 3.0}
AT_HOME = {"from_area": "CAN", "to_area": "CAN", "kind": "domestic", "obs_value": 9.0}
IN_BASE = {"state": "in_base", "income_usd": 9.0, "home_share": 0.5}
MODEL_CHECK = {"published": 3.4, "ours": 3.44, "difference": 0.04, "tolerance": 0.05, "is_within": True}
GAIN = {"gain_percent": 1.0, "gain_median": 1.1, "gain_p05": -0.5, "gain_p95": 2.0, "share_above_zero": 0.9}
GAINS = {**GAIN, "gain_if_unknown_new": 1.0, "pairs_unknown_count": 0, "is_unchanged": False}
ALIGNMENT = {
    "metric": "jaccard",
    "value": 0.5,
    "low": 0.25,
    "high": 0.75,
    "documented": 0.4,
    "instruments_count": 4,
    "listed_count": 6,
}
NO_ALIGNMENT = {**ALIGNMENT, "value": None, "reason": "no_joint_knowledge", "instruments_count": 0}
GAP = {
    "state": "unknown",
    "level_low": 1,
    "level_high": 3,
    "since_first": "2019-05",
    "since_last": "2024",
    "undated_count": 1,
    "with_count": 2,
    "without_count": 1,
    "members_count": 3,
    "is_common": False,
    "is_most": True,
    "alignment_before": 0.4,
    "alignment_after": 0.35,
    "alignment_low_before": 0.2,
    "alignment_high_before": 0.9,
    "alignment_low_after": 0.25,
    "alignment_high_after": 0.9,
}
NO_MOVE = {name: None for name in GAP if name.startswith("alignment_")}
NO_GAP = {**GAP, **NO_MOVE, "state": "has", "level": 1}
CIRCULATION = {"metric": "circulation", "value": 0.5, "coverage_share": 0.5}
NO_CIRCULATION = {**CIRCULATION, "value": None, "reason": "low_coverage", "coverage_share": 0.1}
INTENSITY = {
    "metric": "intensity",
    "value": 1.5,
    "position_usd": 60.0,
    "from_total_usd": 100.0,
    "to_total_usd": 240.0,
    "world_usd": 600.0,
}
NO_INTENSITY = {"metric": "intensity", "position_usd": 60.0, "reason": "no_total_of_origin"}
TAKEN_BACK = {"metric": "intensity", "position_usd": -1.0, "reason": "negative_input"}
NAN = float("nan")


def each(metrics: tuple[str, ...], *values: float) -> list[dict[str, Any]]:
    return [{"metric": metric, "value": value} for metric in metrics for value in values]


GOOD_ROWS: dict[str, list[dict[str, Any]]] = {
    "out_gravity_estimates": [ESTIMATE],
    "out_gravity_base": [BASE_FLOW, AT_HOME, {"from_area": "CAN", "to_area": "USA", "kind": "trade", "reason": "r"}],
    "out_gravity_areas": [IN_BASE, {"state": "rest", "income_usd": 1.0}, {"state": "refused", "reason": "no_gdp"}],
    "out_model_checks": [MODEL_CHECK, {**MODEL_CHECK, "tolerance": None, "is_within": None}],
    "out_accession": [
        GAINS,
        {**GAINS, "gain_if_unknown_new": -1.0, "pairs_unknown_count": 3},
        {"is_unchanged": True, "gain_percent": 0.0, "gain_if_unknown_new": 0.0},
        {"is_unchanged": True, "reason": "no_gdp"},
        {"is_unchanged": False, "reason": "no_gdp"},
        {"reason": "agreement_unknown", "gain_if_unknown_new": 0.1, "pairs_unknown_count": 1},
    ],
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
    "out_export_totals": [EXPORTS, {**EXPORTS, "total_value": 90.0}, {"named_value": -1.0, "reason": "negative_input"}],
    "out_dependency_criteria": [
        CRITERION,
        SPANNED,
        {**CRITERION, "value": 0.4, "value_low": 0.4, "value_high": 0.4, "distance": 0.0, "is_met": False},
        {**ALL_MET, "distance": 0.0},
        {**CRITERION, "criterion": "substitution", "value": 9999.0, "value_low": 2.0, "value_high": 9999.0},
        {**NOT_HELD, "reason": "member_without_data", "missing_members": "CAN"},
        {**NOT_HELD, "reason": "world_exports_not_held"},
    ],
    "out_dependency_stability": [YEARS, NO_YEARS],
    "out_geopolitical_distance": [
        FAR,
        {**FAR, "distance": 0.0, "covered_share": 0.5},
        {**FAR, "distance": None, "covered_share": 0.3, "reason": "few_positions"},
        {"reason": "member_without_data"},
    ],
    "out_supplier_cuts": [*CUTS, {**CUT, "receiver": "CAN", "cut_count": 0, "reason": "member_without_data"}],
    "out_commitments": [
        KEPT,
        {**KEPT, "threshold": 0.3, "distance": -1e-12},
        MISSED,
        WITHIN,
        {**WITHIN, "value_high": None},
        OPEN,
        SILENT,
        ALL_KEEP,
        ONE_MISSES,
        ONE_OPEN,
        {**ALL_KEEP, "members_met": 0, "status": "not_measurable", "reason": "no_member"},
        {**KEPT, "commitment": "1.1", "member": "CAN", "is_latest": False},
        {**KEPT, "commitment": "1.1", "member": "CAN"},
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
        *each(MORE_SHARES, 0.0, 1 + 1e-12),
        *each(CORRELATIONS, -1.0, 1.0),
    ],
    "out_rank_ranges": [RANGE, {**RANGE, "rank": 5}, {**RANGE, "rank_high": 1}],
    "out_robustness": [
        LEFT,
        ALL_LEFT,
        AT_RANDOM,
        {**LEFT, "removed_share": 1.0, "kept_flow": 0.0, "giant_share": 0.0, "efficiency": 0.0},
    ],
    "out_policy_similarity": [
        SIMILAR,
        {**SIMILAR, "metric": "s", "value": -1.0},
        {**SIMILAR, "value": None, "n_items": 0, "reason": "no_joint_items"},
    ],
    "out_geopolitical_position": [
        POSITION,
        {**POSITION, "area": "USA", "position": 0.0},
        {**POSITION, "position": -10.0},
        {"area": "TWN", "reason": "no_votes"},
    ],
    "out_standards_alignment": [
        ALIGNMENT,
        NO_ALIGNMENT,
        {**ALIGNMENT, "value": 0.0, "low": 0.0, "documented": 0.0},
        {**ALIGNMENT, "metric": "kappa", "value": -1.0, "low": None, "high": None, "documented": None},
        {**ALIGNMENT, "value": 1 + 1e-12, "high": 1.0, "instruments_count": 6},
    ],
    "out_standards_gaps": [
        GAP,
        NO_GAP,
        {**GAP, "state": "stated_not", "level": 0},
        {**GAP, "with_count": 3, "without_count": 0, "is_common": True},
        {**GAP, "with_count": 1, "is_most": False, "since_last": "2019-05", "undated_count": 0},
        {**GAP, "since_first": None, "since_last": None, "undated_count": 2},
        {**GAP, **NO_MOVE},
        {**GAP, "state": "stated_not", "level": 0, "alignment_high_after": 0.95},
    ],
    "out_talent_circulation": [
        CIRCULATION,
        NO_CIRCULATION,
        {**CIRCULATION, "metric": "net_rate", "value": -58.4, "coverage_share": 1.0},
        {**CIRCULATION, "metric": "effectiveness", "value": 100.0},
        {**CIRCULATION, "metric": "intensity", "value": 3.1},
        {**NO_CIRCULATION, "reason": "no_members", "coverage_share": None},
    ],
    "out_capital_intensity": [INTENSITY, NO_INTENSITY, TAKEN_BACK, {**INTENSITY, "value": 0.0, "position_usd": 0.0}],
}
BAD_ROWS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("out_gravity_estimates", "estimates_are_numbers"): [
        {**ESTIMATE, "coefficient": NAN},
        {**ESTIMATE, "std_error": 0.0},
        {**ESTIMATE, "n_used": 0},
    ],
    ("out_gravity_base", "sales_at_home_are_held"): [
        {**AT_HOME, "obs_value": 0.0},
        {**AT_HOME, "obs_value": None, "reason": "in_rest_of_world"},
        {**AT_HOME, "to_area": "USA"},
    ],
    ("out_gravity_base", "flows_are_not_negative"): [
        {**BASE_FLOW, "obs_value": -1.0, "low": None},
        {**BASE_FLOW, "high": 1.5},
        {**BASE_FLOW, "low": 0.0},
        {**BASE_FLOW, "obs_value": NAN, "low": None, "high": None},
    ],
    ("out_gravity_base", "a_blank_flow_says_why"): [{**BASE_FLOW, "obs_value": None}, {**BASE_FLOW, "reason": "r"}],
    ("out_gravity_areas", "a_refused_area_says_why"): [
        {"state": "refused"},
        {**IN_BASE, "reason": "no_gdp"},
        {**IN_BASE, "home_share": 0.0},
        {**IN_BASE, "income_usd": 0.0},
    ],
    ("out_model_checks", "published_results_are_met"): [
        {**MODEL_CHECK, "is_within": False},
        {**MODEL_CHECK, "tolerance": None},
        {**MODEL_CHECK, "difference": 0.03},
    ],
    ("out_accession", "a_blank_gain_says_why"): [{"is_unchanged": False}, {**GAINS, "reason": "no_gdp"}],
    ("out_accession", "draws_lie_in_order"): [
        {**GAINS, "gain_median": 2.5},
        {**GAINS, "share_above_zero": 1.1},
        {**GAINS, "gain_percent": NAN},
    ],
    ("out_accession", "unknown_pairs_have_their_point"): [
        {**GAINS, "gain_if_unknown_new": 2.5},
        {**GAINS, "gain_if_unknown_new": None},
        {**GAINS, "gain_if_unknown_new": NAN, "pairs_unknown_count": 1},
        {**GAINS, "pairs_unknown_count": -1},
    ],
    ("out_accession", "what_is_unchanged_is_zero"): [{**GAINS, "is_unchanged": True}],
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
    ("out_export_totals", "a_total_holds_what_is_named"): [
        {**EXPORTS, "total_value": 89.0},
        {"named_value": -2.0, "total_value": -1.0},
    ],
    ("out_export_totals", "a_blank_total_says_why"): [
        {**EXPORTS, "total_value": None},
        {**EXPORTS, "reason": "negative_input"},
    ],
    ("out_dependency_criteria", "bounds_hold"): [
        {**CRITERION, "value_low": 0.6},
        {**CRITERION, "value_high": 0.4},
        {**CRITERION, "value": None, "value_low": 0.6, "reason": "not_named"},
        {**CRITERION, "value_high": 1.01},
        {**CRITERION, "value_low": -0.01},
    ],
    ("out_dependency_criteria", "distance_says_what_is_met"): [
        {**CRITERION, "is_met": False},
        {**CRITERION, "distance": 0.0},
        {**CRITERION, "distance": None},
        {**CRITERION, "is_met": None},
        {**ALL_MET, "distance": -1.0},
    ],
    ("out_dependency_criteria", "a_blank_value_says_why"): [
        {**CRITERION, "value": None},
        {**CRITERION, "reason": "not_named"},
        {**NOT_HELD, "reason": "member_without_data"},
        {**NOT_HELD, "reason": "undefined", "missing_members": "CAN"},
    ],
    ("out_dependency_stability", "years_add_up"): [
        {**YEARS, "years_met": 6},
        {**YEARS, "longest_run": 4},
        {**YEARS, "recent_met": 4},
        {**YEARS, "recent_held": 6},
        {**YEARS, "recent_met": -1},
    ],
    ("out_dependency_stability", "a_blank_history_says_why"): [
        {**YEARS, "reason": "no_year_held"},
        {**NO_YEARS, "reason": None},
    ],
    ("out_geopolitical_distance", "distances_and_shares_hold"): [
        {**FAR, "distance": -0.1},
        {**FAR, "covered_share": 1.1},
        {**FAR, "covered_share": 0.4},
    ],
    ("out_geopolitical_distance", "a_blank_distance_says_why"): [
        {**FAR, "distance": None},
        {**FAR, "reason": "undefined"},
        {**FAR, "position_period": None},
    ],
    ("out_supplier_cuts", "less_is_left_with_every_cut"): [
        {**CUTS[1], "receiver": "CAN", "kept_share": 1.01},
        {**CUTS[1], "receiver": "CAN", "kept_low": 0.61},
        {**CUTS[2], "cut_count": 3, "kept_share": 0.5},
        {**CUTS[2], "cut_count": 3, "lost_value": 30.0},
    ],
    ("out_supplier_cuts", "a_blank_share_says_why"): [
        {**CUTS[1], "kept_share": None, "kept_low": None},
        {**CUTS[1], "reason": "undefined"},
    ],
    ("out_commitments", "a_verdict_follows_its_value"): [
        {**KEPT, "status": "not_met"},
        {**MISSED, "status": "met"},
        {**KEPT, "status": "not_measurable", "reason": "reports_missing"},
        {**KEPT, "distance": -0.05},
        {**KEPT, "distance": None},
    ],
    ("out_commitments", "a_value_lies_in_its_bounds"): [
        {**WITHIN, "value_low": 0.95},
        {**KEPT, "value_low": 0.2},
        {**KEPT, "value_high": 0.4},
    ],
    ("out_commitments", "no_verdict_says_why"): [
        {**SILENT, "reason": None},
        {**KEPT, "reason": "no_report_held"},
        {**KEPT, "status": "kept"},
    ],
    ("out_commitments", "a_member_without_data_is_not_at_fault"): [
        {**SILENT, "status": "not_met", "reason": None},
        {**SILENT, "status": "met", "reason": None},
    ],
    ("out_commitments", "all_are_met_together"): [
        {**ONE_MISSES, "status": "met"},
        {**ONE_OPEN, "status": "met"},
        {**ALL_KEEP, "status": "not_met"},
        {**ALL_KEEP, "members_met": None},
        {**KEPT, "members_met": 1},
    ],
    ("out_commitments", "one_row_is_the_latest"): [{**KEPT, "is_latest": False}],
    ("out_cohesion", "measures_keep_their_range"): [
        *each(COHESION_SHARES, -0.1, 1.1, NAN),
        *each(COHESION_BALANCES, -1.1, 1.1, NAN),
    ],
    ("out_cohesion", "a_blank_value_says_why"): [
        {**COHESION, "value": None},
        {**COHESION, "reason": "undefined"},
    ],
    ("out_network_metrics", "shares_are_shares"): each(
        (*NETWORK_SHARES, *MORE_SHARES, "community_stability"), -0.1, 1.1, NAN
    ),
    ("out_network_metrics", "correlations_are_correlations"): each(CORRELATIONS, -1.1, 1.1, NAN),
    ("out_rank_ranges", "ranges_are_in_order"): [
        {**RANGE, "rank_low": 4},
        {**RANGE, "rank_low": 0},
        {**RANGE, "rank": 0},
        {**RANGE, "draws": 0},
    ],
    ("out_rank_ranges", "drawn_shares_are_shares"): [{**RANGE, "drawn_share": share} for share in (-0.1, 1.1, NAN)],
    ("out_robustness", "shares_are_shares"): [
        *[
            {**LEFT, name: value}
            for name in ("kept_flow", "giant_share", "removed_share")
            for value in (-0.1, 1.1, NAN)
        ],
        {**LEFT, "kept_flow_mean": 1.1},
        {**LEFT, "giant_share_mean": -0.1},
        {**LEFT, "efficiency": -0.1},
        {**LEFT, "efficiency": NAN},
    ],
    ("out_robustness", "all_is_left_at_first"): [
        {**ALL_LEFT, "kept_flow": 0.9},
        {**ALL_LEFT, "efficiency": 0.9},
        {**LEFT, "removed_share": 1.0},
    ],
    ("out_robustness", "random_orders_have_a_range"): [
        {**AT_RANDOM, "kept_flow_low": None},
        {**AT_RANDOM, "kept_flow_high": None},
        {**AT_RANDOM, "kept_flow_low": 0.8},
        {**AT_RANDOM, "removed_area": "USA"},
        {**LEFT, "kept_flow_low": 0.5},
        {**LEFT, "removed_area": None},
        {**ALL_LEFT, "removed_area": "USA"},
    ],
    ("out_policy_similarity", "measures_keep_their_range"): [
        {**SIMILAR, "value": 1.1},
        {**SIMILAR, "value": NAN},
        {**SIMILAR, "metric": "s"},
    ],
    ("out_policy_similarity", "a_blank_value_says_why"): [
        {**SIMILAR, "value": None},
        {**SIMILAR, "reason": "no_variation"},
        {**SIMILAR, "n_items": 0},
    ],
    ("out_policy_similarity", "pairs_stand_in_order"): [
        {**SIMILAR, "area_1": "USA", "area_2": "CAN"},
        {**SIMILAR, "area_1": "USA"},
    ],
    ("out_geopolitical_position", "positions_are_on_the_line"): [
        {**POSITION, "position": 10.1},
        {**POSITION, "position": -10.1},
        {**POSITION, "position": NAN},
        {**POSITION, "area": "USA", "position": 0.1},
    ],
    ("out_geopolitical_position", "explained_shares_are_shares"): [
        {**POSITION, "explained_share": share} for share in (-0.1, 1.1, NAN)
    ],
    ("out_geopolitical_position", "a_blank_position_says_why"): [
        {**POSITION, "position": None},
        {**POSITION, "reason": "no_votes"},
    ],
    ("out_network_metrics", "a_blank_value_says_why"): [
        {**METRIC, "value": None},
        {**METRIC, "reason": "no flows"},
    ],
    ("out_standards_alignment", "measures_keep_their_range"): [
        *[{**ALIGNMENT, name: value} for name in ("value", "low", "high") for value in (-0.1, 1.1, NAN)],
        {**ALIGNMENT, "metric": "kappa", "value": -1.1},
    ],
    ("out_standards_alignment", "a_value_lies_between_its_bounds"): [
        {**ALIGNMENT, "value": 0.2},
        {**ALIGNMENT, "value": 0.8},
        {**ALIGNMENT, "documented": 0.2},
        {**ALIGNMENT, "documented": 0.8},
        {**NO_ALIGNMENT, "low": 0.8},
    ],
    ("out_standards_alignment", "a_blank_value_says_why"): [
        {**ALIGNMENT, "value": None},
        {**ALIGNMENT, "reason": "both_empty"},
    ],
    ("out_standards_alignment", "no_more_is_known_than_is_listed"): [
        {**ALIGNMENT, "instruments_count": 7},
        {**ALIGNMENT, "instruments_count": -1},
        {**ALIGNMENT, "area_1": "USA", "area_2": "CAN"},
        {**ALIGNMENT, "area_1": "USA", "area_2": "USA"},
    ],
    ("out_standards_gaps", "unknown_is_no_status"): [
        {**GAP, "level": 0},
        {**GAP, "state": "none"},
        {**NO_GAP, "level": None},
        {**NO_GAP, "level": 0},
        {**GAP, "state": "stated_not", "level": 1},
    ],
    ("out_standards_gaps", "counts_agree"): [
        {**GAP, "with_count": 0},
        {**GAP, "with_count": 4},
        {**GAP, "without_count": 2},
        {**GAP, "is_common": True},
        {**GAP, "is_most": False},
        {**GAP, "level_low": 4},
        {**GAP, "since_first": "2025"},
        {**GAP, "undated_count": 2},
        {**GAP, "undated_count": -1},
        {**GAP, "since_first": None, "since_last": None},
        {**GAP, "since_last": None},
    ],
    ("out_standards_gaps", "what_is_there_moves_nothing"): [
        {**NO_GAP, "alignment_before": 0.4, "alignment_after": 0.4},
        {**GAP, "alignment_after": None},
        {**GAP, "alignment_after": 1.1},
        {**GAP, "alignment_before": -0.1},
    ],
    ("out_standards_gaps", "alignment_lies_in_its_range"): [
        {**GAP, "alignment_low_before": None},
        {**GAP, "alignment_high_after": None},
        {**NO_GAP, "alignment_low_after": 0.1},
        {**GAP, "alignment_low_after": 0.36},
        {**GAP, "alignment_high_before": 0.39},
        {**GAP, "alignment_low_before": -0.1},
        {**GAP, "alignment_high_after": 0.95},
        {**GAP, "alignment_low_after": 0.15},
    ],
    ("out_talent_circulation", "measures_keep_their_range"): [
        {**CIRCULATION, "value": -0.1},
        {**CIRCULATION, "value": 1.1},
        {**CIRCULATION, "metric": "effectiveness", "value": 101.0},
        {**CIRCULATION, "metric": "turnover", "value": -0.1},
        {**CIRCULATION, "metric": "net_rate", "value": NAN},
        {**CIRCULATION, "coverage_share": 1.1},
    ],
    ("out_talent_circulation", "a_blank_value_says_why"): [
        {**CIRCULATION, "value": None},
        {**CIRCULATION, "reason": "undefined"},
    ],
    ("out_talent_circulation", "a_value_has_its_coverage"): [
        {**CIRCULATION, "coverage_share": 0.4},
        {**CIRCULATION, "coverage_share": None},
    ],
    ("out_capital_intensity", "a_value_has_its_totals"): [
        {**INTENSITY, "value": -0.1},
        {**INTENSITY, "value": NAN},
        {**INTENSITY, "from_total_usd": None},
        {**INTENSITY, "to_total_usd": None},
        {**INTENSITY, "world_usd": None},
        {**INTENSITY, "position_usd": 101.0},
    ],
    ("out_capital_intensity", "a_blank_value_says_why"): [
        {**INTENSITY, "value": None},
        {**INTENSITY, "reason": "undefined"},
    ],
    ("out_capital_intensity", "a_position_below_zero_has_no_intensity"): [
        {**TAKEN_BACK, "reason": "no_total_of_origin"},
        {**TAKEN_BACK, "reason": None},
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
    """Run one check on a frame."""
    warehouse = Warehouse(data_root=str(data_root))
    write_parquet(frame, warehouse.layout.frame(table))
    return judge_one(table, name, frame, warehouse)


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
