"""Published names that stay, written here once more, so that a renamed table or column is seen."""

from typing import Final

TABLES_THAT_STAY: Final = {
    "areas",
    "membership",
    "sources",
    "snapshots",
    "check_results",
    "edition",
    "exchange_rates",
    "economies",
    "national_indicators",
    "daily_exchange_rates",
    "distances",
    "gravity_panel",
    "trade_agreements",
    "general_assembly_votes",
    "blocs",
    "compact_articles",
    "compute_exports",
    "capital_flows",
    "talent_movement",
    "standards_adoption",
    "infrastructure",
    "out_mirror_flows",
    "out_mirror_gaps",
    "out_reporter_reliability",
    "out_valuation_rules",
    "out_freight_shares",
    "out_total_residuals",
    "reconciliation_studies",
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
    "out_commitments",
    "out_standards_alignment",
    "out_standards_gaps",
    "out_talent_circulation",
    "out_capital_intensity",
    "out_gravity_estimates",
    "out_gravity_base",
    "out_gravity_areas",
    "out_model_checks",
    "out_accession",
    "exchange_drops",
    "exchange_partners",
    "exchange_calendar",
    "exchange_findings",
    "exchange_held_rows",
    "exchange_effects",
    "exchange_revisions",
    "source_freshness",
    "revisions",
    "revised_values",
    "revisions_by_age",
}
OF_DROPS: Final = {f"exchange_{what}" for what in ("drops", "findings", "held_rows", "effects", "revisions")}
# Nothing of them is embedded: they are empty until their publishers have been asked.
OF_LIVE_SOURCES: Final = {"daily_exchange_rates", "national_indicators"}
# An edition that none precedes has nothing to be compared with.
OF_LATER_EDITIONS: Final = {"revisions", "revised_values", "revisions_by_age"}
COLUMNS_THAT_STAY: Final = {
    "membership": "area tier from to scenario",
    "edition": "number built_at code_version contract_versions input_hashes",
    "out_mirror_flows": (
        "theme from_area to_area subject stock_flow freq time_period unit_measure reported_by_from reported_by_to "
        "asymmetry reconciled low high weight_from grade same_source imputed_mirror comparable_to asymmetry_valued "
        "sigma_from sigma_to reconciled_reason"
    ),
    "out_mirror_gaps": "theme from_area to_area subject stock_flow freq time_period unit_measure step amount state",
    "out_reporter_reliability": (
        "theme area role method valuation_rule time_period estimate std_error sigma rank rank_low rank_high reason"
    ),
    "out_valuation_rules": "valuation_rule is_default freight_share asymmetry_before asymmetry_after citation",
    "out_total_residuals": "theme area role subject time_period published_total reconciled_sum residual",
    "out_dependency": (
        "theme subject stock_flow time_period area unit_measure reported_by source_id suppliers_count total_value "
        "has_total named_share hhi hhi_low hhi_high effective_suppliers top_supplier top_share core_share "
        "partner_share ally_share outside_share unnamed_share obs_status reason"
    ),
    "out_commitments": "article commitment member time_period indicator value threshold distance status reason",
    "compact_articles": "article commitment theme is_measurable title_en title_fr title_es text_en text_fr text_es",
    "out_export_totals": "subject time_period area unit_measure source_id total_value has_total reason",
    "out_dependency_criteria": (
        "bloc subject time_period method criterion value value_low value_high threshold distance is_met reason "
        "missing_members members_count members_with_data has_total"
    ),
    "out_dependency_stability": (
        "bloc subject method criterion years_held years_met longest_run last_year_met recent_met is_lasting reason"
    ),
    "out_geopolitical_distance": (
        "receiver_kind receiver subject time_period distance covered_share position_period reason missing_members"
    ),
    "out_supplier_cuts": (
        "receiver_kind receiver subject time_period cut_count supplier lost_value kept_share kept_low reason"
    ),
    "out_network_metrics": "theme subject time_period area metric value",
    "out_rank_ranges": "theme subject time_period area metric rank rank_low rank_high draws drawn_share",
    "out_robustness": (
        "theme subject time_period removal_order removed_count removed_share removed_area kept_flow kept_flow_low "
        "kept_flow_high giant_share efficiency kept_flow_mean giant_share_mean efficiency_mean orders"
    ),
    "out_policy_similarity": "basis area_1 area_2 time_period metric value n_items levels reason",
    "out_geopolitical_position": "area time_period position n_votes explained_share reason",
    "out_cohesion": "theme subject time_period bloc metric value reason members_count coverage_share",
    "out_standards_alignment": (
        "area_1 area_2 time_period metric value low high documented instruments_count listed_count list_version reason"
    ),
    "out_standards_gaps": (
        "bloc area instrument state level level_low level_high since_first since_last members_with with_count "
        "members_count is_common is_most alignment_before alignment_after"
    ),
    "out_talent_circulation": "subject time_period bloc area counterpart metric value reason coverage_share",
    "out_capital_intensity": "subject time_period from_area to_area metric value reason is_hub is_shell",
    "out_gravity_estimates": "estimate_id term coefficient std_error n_used n_separated effects sample citation",
    "out_gravity_base": "base_id time_period from_area to_area kind obs_value low high derivation reason",
    "out_gravity_areas": "base_id time_period area state income_usd home_share exports_to_income_share reason",
    "out_model_checks": "check_id measure area published ours difference tolerance is_within citation",
    "out_accession": (
        "base_id time_period bloc candidates area role gain_percent gain_median gain_p05 gain_p95 share_above_zero "
        "is_unchanged reason beta beta_se sigma sigma_low sigma_high draws_count draws_failed_count draws_seed"
    ),
    "economies": "area time_period gdp_usd population_persons",
    "national_indicators": "area indicator time_period obs_value unit source_id snapshot_id",
    "distances": "from_area to_area distance_km capital_distance_km weighted_distance_km is_contiguous",
    "trade_agreements": "area_1 area_2 has_agreement basis agreement in_force_since provisions_count reason citation",
    "general_assembly_votes": "roll_call session date area vote",
    "gravity_panel": "from_area to_area time_period trade_musd rta",
    "blocs": "bloc area bloc_label",
    "source_freshness": (
        "source_id theme asked_how state stands last_asked_at last_believed_at newest_period expected_by "
        "partitions_believed partitions_stopped what_differed remedy"
    ),
    "revisions": (
        "edition_number previous_edition source_id theme unit_measure values_compared values_revised values_live "
        "values_read_anew values_new values_gone mean_revision_share mean_absolute_revision_share sign_change_share "
        "reason largest_key"
    ),
    "revised_values": (
        "source_id theme place change ref_area counterpart_area series time_period unit_measure value_before "
        "value_after difference adoption_before adoption_after snapshot_before snapshot_after change_count"
    ),
    "revisions_by_age": (
        "source_id theme unit_measure age_days values_compared values_revised mean_revision_share "
        "mean_absolute_revision_share sign_change_share reason"
    ),
}
