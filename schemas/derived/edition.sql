-- Generated from schemas/ by make contracts.

CREATE TABLE "capital_flows" (
  "freq" VARCHAR NOT NULL,
  "ref_area" VARCHAR NOT NULL,
  "counterpart_area" VARCHAR NOT NULL,
  "direction" VARCHAR NOT NULL,
  "instrument" VARCHAR NOT NULL,
  "stock_flow" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "obs_value" DECIMAL(28,6),
  "unit_measure" VARCHAR NOT NULL,
  "valuation" VARCHAR,
  "basis" VARCHAR,
  "imputed_mirror" BOOLEAN NOT NULL,
  "obs_status" VARCHAR NOT NULL,
  "conf_status" VARCHAR NOT NULL,
  "embargo_time" TIMESTAMP WITH TIME ZONE,
  "comment_obs" VARCHAR,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR,
  "drop_id" VARCHAR,
  "recorded_at" TIMESTAMP WITH TIME ZONE NOT NULL,
  "is_preferred" BOOLEAN NOT NULL,
  PRIMARY KEY ("freq", "ref_area", "counterpart_area", "direction", "instrument", "stock_flow", "time_period", "source_id")
);

CREATE TABLE "compute_exports" (
  "freq" VARCHAR NOT NULL,
  "ref_area" VARCHAR NOT NULL,
  "counterpart_area" VARCHAR NOT NULL,
  "flow" VARCHAR NOT NULL,
  "product" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "obs_value" DECIMAL(28,6),
  "unit_measure" VARCHAR NOT NULL,
  "valuation" VARCHAR,
  "basis" VARCHAR,
  "imputed_mirror" BOOLEAN NOT NULL,
  "obs_status" VARCHAR NOT NULL,
  "conf_status" VARCHAR NOT NULL,
  "embargo_time" TIMESTAMP WITH TIME ZONE,
  "comment_obs" VARCHAR,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR,
  "drop_id" VARCHAR,
  "recorded_at" TIMESTAMP WITH TIME ZONE NOT NULL,
  "is_preferred" BOOLEAN NOT NULL,
  PRIMARY KEY ("freq", "ref_area", "counterpart_area", "flow", "product", "time_period", "source_id")
);

CREATE TABLE "infrastructure" (
  "freq" VARCHAR NOT NULL,
  "ref_area" VARCHAR NOT NULL,
  "counterpart_area" VARCHAR NOT NULL,
  "indicator" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "obs_value" DECIMAL(28,6),
  "imputed_mirror" BOOLEAN NOT NULL,
  "obs_status" VARCHAR NOT NULL,
  "conf_status" VARCHAR NOT NULL,
  "embargo_time" TIMESTAMP WITH TIME ZONE,
  "comment_obs" VARCHAR,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR,
  "drop_id" VARCHAR,
  "recorded_at" TIMESTAMP WITH TIME ZONE NOT NULL,
  "is_preferred" BOOLEAN NOT NULL,
  PRIMARY KEY ("freq", "ref_area", "counterpart_area", "indicator", "unit_measure", "time_period", "source_id")
);

CREATE TABLE "standards_adoption" (
  "ref_area" VARCHAR NOT NULL,
  "instrument" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "adoption_status" VARCHAR NOT NULL,
  "event_date" DATE,
  "source_tier" VARCHAR NOT NULL,
  "citation" VARCHAR,
  "obs_status" VARCHAR NOT NULL,
  "conf_status" VARCHAR NOT NULL,
  "embargo_time" TIMESTAMP WITH TIME ZONE,
  "comment_obs" VARCHAR,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR,
  "drop_id" VARCHAR,
  "recorded_at" TIMESTAMP WITH TIME ZONE NOT NULL,
  "is_preferred" BOOLEAN NOT NULL,
  PRIMARY KEY ("ref_area", "instrument", "time_period", "source_id")
);

CREATE TABLE "talent_movement" (
  "freq" VARCHAR NOT NULL,
  "ref_area" VARCHAR NOT NULL,
  "counterpart_area" VARCHAR NOT NULL,
  "direction" VARCHAR NOT NULL,
  "category" VARCHAR NOT NULL,
  "stock_flow" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "obs_value" DECIMAL(28,6),
  "basis" VARCHAR,
  "reporting_year_start" VARCHAR,
  "imputed_mirror" BOOLEAN NOT NULL,
  "obs_status" VARCHAR NOT NULL,
  "conf_status" VARCHAR NOT NULL,
  "embargo_time" TIMESTAMP WITH TIME ZONE,
  "comment_obs" VARCHAR,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR,
  "drop_id" VARCHAR,
  "recorded_at" TIMESTAMP WITH TIME ZONE NOT NULL,
  "is_preferred" BOOLEAN NOT NULL,
  PRIMARY KEY ("freq", "ref_area", "counterpart_area", "direction", "category", "stock_flow", "unit_measure", "time_period", "source_id")
);

CREATE TABLE "areas" (
  "area" VARCHAR NOT NULL,
  "name_en" VARCHAR NOT NULL,
  "name_fr" VARCHAR NOT NULL,
  "name_es" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "iso2" VARCHAR,
  "m49" VARCHAR,
  PRIMARY KEY ("area")
);

CREATE TABLE "blocs" (
  "bloc" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "bloc_label" VARCHAR NOT NULL,
  PRIMARY KEY ("bloc", "area")
);

CREATE TABLE "check_results" (
  "table_name" VARCHAR NOT NULL,
  "check_name" VARCHAR NOT NULL,
  "is_passed" BOOLEAN NOT NULL,
  "is_blocking" BOOLEAN NOT NULL,
  "rows_count" BIGINT NOT NULL,
  "failed_count" BIGINT NOT NULL,
  "description" VARCHAR NOT NULL,
  PRIMARY KEY ("table_name", "check_name")
);

CREATE TABLE "compact_articles" (
  "article" VARCHAR NOT NULL,
  "commitment" VARCHAR NOT NULL,
  "theme" VARCHAR NOT NULL,
  "version" VARCHAR NOT NULL,
  "is_measurable" BOOLEAN NOT NULL,
  "article_title_en" VARCHAR NOT NULL,
  "article_title_fr" VARCHAR NOT NULL,
  "article_title_es" VARCHAR NOT NULL,
  "article_text_en" VARCHAR NOT NULL,
  "article_text_fr" VARCHAR NOT NULL,
  "article_text_es" VARCHAR NOT NULL,
  "title_en" VARCHAR NOT NULL,
  "title_fr" VARCHAR NOT NULL,
  "title_es" VARCHAR NOT NULL,
  "text_en" VARCHAR NOT NULL,
  "text_fr" VARCHAR NOT NULL,
  "text_es" VARCHAR NOT NULL,
  "binds" VARCHAR,
  "indicator" VARCHAR,
  "comparison" VARCHAR,
  "threshold" DOUBLE,
  "unit" VARCHAR,
  "threshold_basis" VARCHAR,
  "threshold_citation" VARCHAR,
  "period_rule" VARCHAR,
  "period_year" BIGINT,
  "rationale" VARCHAR NOT NULL,
  "reason" VARCHAR,
  "data_needed" VARCHAR,
  "publisher" VARCHAR,
  PRIMARY KEY ("commitment")
);

CREATE TABLE "daily_exchange_rates" (
  "currency" VARCHAR NOT NULL,
  "rate" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "units_per_usd" DECIMAL(28,6) NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR NOT NULL,
  PRIMARY KEY ("currency", "rate", "time_period")
);

CREATE TABLE "distances" (
  "from_area" VARCHAR NOT NULL,
  "to_area" VARCHAR NOT NULL,
  "distance_km" DECIMAL(28,6) NOT NULL,
  "capital_distance_km" DECIMAL(28,6) NOT NULL,
  "weighted_distance_km" DECIMAL(28,6),
  "is_contiguous" BOOLEAN NOT NULL,
  "has_common_language" BOOLEAN NOT NULL,
  "has_colonial_link" BOOLEAN NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR NOT NULL,
  PRIMARY KEY ("from_area", "to_area")
);

CREATE TABLE "economies" (
  "area" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "gdp_usd" DECIMAL(28,6),
  "population_persons" DECIMAL(28,6),
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR NOT NULL,
  PRIMARY KEY ("area", "time_period")
);

CREATE TABLE "edition" (
  "number" BIGINT NOT NULL,
  "audience" VARCHAR NOT NULL,
  "built_at" TIMESTAMP WITH TIME ZONE NOT NULL,
  "code_version" VARCHAR NOT NULL,
  "contract_versions" VARCHAR NOT NULL,
  "input_hashes" VARCHAR NOT NULL,
  PRIMARY KEY ("number")
);

CREATE TABLE "exchange_calendar" (
  "partner" VARCHAR NOT NULL,
  "dataflow" VARCHAR NOT NULL,
  "freq" VARCHAR NOT NULL,
  "days_after_period" BIGINT NOT NULL,
  "last_period" VARCHAR,
  "last_decided_at" TIMESTAMP WITH TIME ZONE,
  "next_period" VARCHAR,
  "due_date" DATE,
  "is_overdue" BOOLEAN NOT NULL,
  PRIMARY KEY ("partner", "dataflow", "freq")
);

CREATE TABLE "exchange_drops" (
  "drop_number" BIGINT NOT NULL,
  "drop_id" VARCHAR NOT NULL,
  "partner" VARCHAR NOT NULL,
  "partner_name" VARCHAR NOT NULL,
  "folder" VARCHAR,
  "dataflow" VARCHAR,
  "seq" BIGINT,
  "status" VARCHAR NOT NULL,
  "received_at" TIMESTAMP WITH TIME ZONE NOT NULL,
  "decided_at" TIMESTAMP WITH TIME ZONE,
  "revision" VARCHAR,
  "period_from" VARCHAR,
  "period_to" VARCHAR,
  "rows_in" BIGINT NOT NULL,
  "rows_new" BIGINT NOT NULL,
  "rows_revised" BIGINT NOT NULL,
  "rows_unchanged" BIGINT NOT NULL,
  "rows_deleted" BIGINT NOT NULL,
  "rows_held" BIGINT NOT NULL,
  "rows_held_open" BIGINT NOT NULL,
  "errors" BIGINT NOT NULL,
  "warnings" BIGINT NOT NULL,
  "due_period" VARCHAR,
  "due_date" DATE,
  "days_late" BIGINT,
  "is_withdrawn" BOOLEAN NOT NULL,
  "message" VARCHAR NOT NULL,
  PRIMARY KEY ("drop_number")
);

CREATE TABLE "exchange_effects" (
  "drop_number" BIGINT NOT NULL,
  "drop_id" VARCHAR NOT NULL,
  "place" BIGINT NOT NULL,
  "partner" VARCHAR NOT NULL,
  "dataflow" VARCHAR NOT NULL,
  "ref_area" VARCHAR NOT NULL,
  "counterpart_area" VARCHAR,
  "series" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "source_before" VARCHAR,
  "value_before" DECIMAL(28,6),
  "value_after" DECIMAL(28,6),
  "rank_before" BIGINT,
  "rank_after" BIGINT,
  "moved_count" BIGINT NOT NULL,
  "is_published" BOOLEAN NOT NULL,
  PRIMARY KEY ("drop_number", "place")
);

CREATE TABLE "exchange_findings" (
  "drop_number" BIGINT NOT NULL,
  "drop_id" VARCHAR NOT NULL,
  "finding_number" BIGINT NOT NULL,
  "example" BIGINT NOT NULL,
  "severity" VARCHAR NOT NULL,
  "rule" VARCHAR NOT NULL,
  "column_name" VARCHAR,
  "times" BIGINT NOT NULL,
  "file" VARCHAR,
  "row_number" BIGINT,
  "found" VARCHAR,
  "allowed" VARCHAR,
  "mend" VARCHAR,
  PRIMARY KEY ("drop_number", "finding_number", "example")
);

CREATE TABLE "exchange_held_rows" (
  "drop_number" BIGINT NOT NULL,
  "drop_id" VARCHAR NOT NULL,
  "file" VARCHAR NOT NULL,
  "row_number" BIGINT NOT NULL,
  "row_key" VARCHAR NOT NULL,
  "rules" VARCHAR NOT NULL,
  "state" VARCHAR NOT NULL,
  "held_count" BIGINT NOT NULL,
  PRIMARY KEY ("drop_number", "file", "row_number")
);

CREATE TABLE "exchange_partners" (
  "partner" VARCHAR NOT NULL,
  "partner_name" VARCHAR NOT NULL,
  "status" VARCHAR NOT NULL,
  "reporters" VARCHAR NOT NULL,
  "dataflows" VARCHAR NOT NULL,
  "has_key" BOOLEAN NOT NULL,
  "is_paused" BOOLEAN,
  "drops_taken_in" BIGINT NOT NULL,
  "last_decided_at" TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY ("partner")
);

CREATE TABLE "exchange_rates" (
  "currency" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "units_per_usd" DECIMAL(28,6) NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR NOT NULL,
  PRIMARY KEY ("currency", "time_period")
);

CREATE TABLE "exchange_revisions" (
  "drop_number" BIGINT NOT NULL,
  "drop_id" VARCHAR NOT NULL,
  "place" BIGINT NOT NULL,
  "partner" VARCHAR NOT NULL,
  "dataflow" VARCHAR NOT NULL,
  "row_key" VARCHAR NOT NULL,
  "change" VARCHAR NOT NULL,
  "value_before" DECIMAL(28,6),
  "value_after" DECIMAL(28,6),
  "adoption_before" VARCHAR,
  "adoption_after" VARCHAR,
  "unit_measure" VARCHAR,
  "change_count" BIGINT NOT NULL,
  PRIMARY KEY ("drop_number", "place")
);

CREATE TABLE "general_assembly_votes" (
  "roll_call" BIGINT NOT NULL,
  "session" BIGINT NOT NULL,
  "date" DATE NOT NULL,
  "area" VARCHAR NOT NULL,
  "vote" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR NOT NULL,
  PRIMARY KEY ("roll_call", "area")
);

CREATE TABLE "gravity_panel" (
  "from_area" VARCHAR NOT NULL,
  "to_area" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "trade_musd" DOUBLE NOT NULL,
  "rta" BIGINT NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR NOT NULL,
  PRIMARY KEY ("from_area", "to_area", "time_period")
);

CREATE TABLE "membership" (
  "area" VARCHAR NOT NULL,
  "tier" VARCHAR NOT NULL,
  "from" VARCHAR NOT NULL,
  "to" VARCHAR,
  "scenario" VARCHAR NOT NULL,
  "scenario_label" VARCHAR NOT NULL,
  PRIMARY KEY ("scenario", "area")
);

CREATE TABLE "national_indicators" (
  "area" VARCHAR NOT NULL,
  "indicator" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "obs_value" DECIMAL(28,6),
  "unit" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR NOT NULL,
  PRIMARY KEY ("area", "indicator", "time_period", "source_id")
);

CREATE TABLE "out_accession" (
  "base_id" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "bloc" VARCHAR NOT NULL,
  "candidates" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "role" VARCHAR NOT NULL,
  "gain_percent" DOUBLE,
  "gain_if_unknown_new" DOUBLE,
  "pairs_unknown_count" BIGINT NOT NULL,
  "gain_median" DOUBLE,
  "gain_p05" DOUBLE,
  "gain_p95" DOUBLE,
  "share_above_zero" DOUBLE,
  "gain_usd" DOUBLE,
  "gain_usd_p05" DOUBLE,
  "gain_usd_p95" DOUBLE,
  "exports_change_percent" DOUBLE,
  "is_unchanged" BOOLEAN NOT NULL,
  "reason" VARCHAR,
  "estimate_id" VARCHAR NOT NULL,
  "beta" DOUBLE NOT NULL,
  "beta_se" DOUBLE NOT NULL,
  "sigma" DOUBLE NOT NULL,
  "sigma_low" DOUBLE NOT NULL,
  "sigma_high" DOUBLE NOT NULL,
  "draws_count" BIGINT NOT NULL,
  "draws_failed_count" BIGINT NOT NULL,
  "draws_seed" BIGINT NOT NULL,
  PRIMARY KEY ("base_id", "bloc", "area")
);

CREATE TABLE "out_capital_intensity" (
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "from_area" VARCHAR NOT NULL,
  "to_area" VARCHAR NOT NULL,
  "metric" VARCHAR NOT NULL,
  "value" DOUBLE,
  "reason" VARCHAR,
  "position_usd" DOUBLE NOT NULL,
  "from_total_usd" DOUBLE,
  "to_total_usd" DOUBLE,
  "world_usd" DOUBLE,
  "economies_count" BIGINT,
  "reported_by" VARCHAR NOT NULL,
  "is_hub" BOOLEAN NOT NULL,
  "is_shell" BOOLEAN NOT NULL,
  "is_two_sources" BOOLEAN NOT NULL,
  PRIMARY KEY ("subject", "time_period", "from_area", "to_area", "metric")
);

CREATE TABLE "out_cohesion" (
  "theme" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "bloc" VARCHAR NOT NULL,
  "metric" VARCHAR NOT NULL,
  "value" DOUBLE,
  "reason" VARCHAR,
  "members_count" BIGINT NOT NULL,
  "coverage_share" DOUBLE NOT NULL,
  "missing_members" VARCHAR,
  PRIMARY KEY ("theme", "subject", "time_period", "bloc", "metric")
);

CREATE TABLE "out_commitments" (
  "article" VARCHAR NOT NULL,
  "commitment" VARCHAR NOT NULL,
  "member" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "indicator" VARCHAR,
  "value" DOUBLE,
  "value_low" DOUBLE,
  "value_high" DOUBLE,
  "unit" VARCHAR,
  "comparison" VARCHAR,
  "threshold" DOUBLE,
  "distance" DOUBLE,
  "status" VARCHAR NOT NULL,
  "reason" VARCHAR,
  "is_latest" BOOLEAN NOT NULL,
  "oldest_period" VARCHAR,
  "members_met" BIGINT,
  "members_not_met" BIGINT,
  "members_not_measurable" BIGINT,
  "missed_by" VARCHAR,
  "unknown_of" VARCHAR,
  "source_ids" VARCHAR,
  PRIMARY KEY ("commitment", "member", "time_period")
);

CREATE TABLE "out_dependency" (
  "theme" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "stock_flow" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "reported_by" VARCHAR NOT NULL,
  "source_id" VARCHAR,
  "suppliers_count" BIGINT NOT NULL,
  "total_value" DOUBLE NOT NULL,
  "has_total" BOOLEAN NOT NULL,
  "named_share" DOUBLE,
  "hhi" DOUBLE,
  "hhi_low" DOUBLE,
  "hhi_high" DOUBLE,
  "effective_suppliers" DOUBLE,
  "top_supplier" VARCHAR,
  "top_share" DOUBLE,
  "core_share" DOUBLE,
  "partner_share" DOUBLE,
  "ally_share" DOUBLE,
  "outside_share" DOUBLE,
  "unnamed_share" DOUBLE,
  "obs_status" VARCHAR NOT NULL,
  "reason" VARCHAR,
  PRIMARY KEY ("theme", "subject", "stock_flow", "time_period", "area", "unit_measure")
);

CREATE TABLE "out_dependency_criteria" (
  "bloc" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "method" VARCHAR NOT NULL,
  "criterion" VARCHAR NOT NULL,
  "value" DOUBLE,
  "value_low" DOUBLE,
  "value_high" DOUBLE,
  "threshold" DOUBLE NOT NULL,
  "distance" DOUBLE,
  "is_met" BOOLEAN,
  "reason" VARCHAR,
  "missing_members" VARCHAR,
  "members_count" BIGINT NOT NULL,
  "members_with_data" BIGINT NOT NULL,
  "has_total" BOOLEAN,
  PRIMARY KEY ("bloc", "subject", "time_period", "method", "criterion")
);

CREATE TABLE "out_dependency_stability" (
  "bloc" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "method" VARCHAR NOT NULL,
  "criterion" VARCHAR NOT NULL,
  "years_held" BIGINT NOT NULL,
  "years_met" BIGINT NOT NULL,
  "longest_run" BIGINT,
  "first_year" VARCHAR,
  "last_year" VARCHAR,
  "last_year_met" VARCHAR,
  "recent_held" BIGINT NOT NULL,
  "recent_met" BIGINT NOT NULL,
  "is_lasting" BOOLEAN,
  "reason" VARCHAR,
  PRIMARY KEY ("bloc", "subject", "method", "criterion")
);

CREATE TABLE "out_export_totals" (
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "destinations_count" BIGINT NOT NULL,
  "named_value" DOUBLE NOT NULL,
  "total_value" DOUBLE,
  "has_total" BOOLEAN NOT NULL,
  "reason" VARCHAR,
  PRIMARY KEY ("subject", "time_period", "area", "unit_measure")
);

CREATE TABLE "out_freight_shares" (
  "valuation_rule" VARCHAR NOT NULL,
  "from_area" VARCHAR NOT NULL,
  "to_area" VARCHAR NOT NULL,
  "freight_share" DOUBLE,
  PRIMARY KEY ("valuation_rule", "from_area", "to_area")
);

CREATE TABLE "out_geopolitical_distance" (
  "receiver_kind" VARCHAR NOT NULL,
  "receiver" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "distance" DOUBLE,
  "covered_share" DOUBLE,
  "position_period" VARCHAR,
  "reason" VARCHAR,
  "missing_members" VARCHAR,
  PRIMARY KEY ("receiver_kind", "receiver", "subject", "time_period")
);

CREATE TABLE "out_geopolitical_position" (
  "area" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "position" DOUBLE,
  "n_votes" BIGINT NOT NULL,
  "explained_share" DOUBLE,
  "reason" VARCHAR,
  PRIMARY KEY ("area", "time_period")
);

CREATE TABLE "out_gravity_areas" (
  "base_id" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "state" VARCHAR NOT NULL,
  "income_usd" DOUBLE,
  "home_share" DOUBLE,
  "exports_to_income_share" DOUBLE,
  "reason" VARCHAR,
  PRIMARY KEY ("base_id", "area")
);

CREATE TABLE "out_gravity_base" (
  "base_id" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "from_area" VARCHAR NOT NULL,
  "to_area" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "obs_value" DOUBLE,
  "low" DOUBLE,
  "high" DOUBLE,
  "derivation" VARCHAR NOT NULL,
  "reason" VARCHAR,
  PRIMARY KEY ("base_id", "from_area", "to_area")
);

CREATE TABLE "out_gravity_estimates" (
  "estimate_id" VARCHAR NOT NULL,
  "term" VARCHAR NOT NULL,
  "coefficient" DOUBLE NOT NULL,
  "std_error" DOUBLE NOT NULL,
  "n_used" BIGINT NOT NULL,
  "n_separated" BIGINT NOT NULL,
  "effects" VARCHAR NOT NULL,
  "sample" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "citation" VARCHAR NOT NULL,
  "note" VARCHAR NOT NULL,
  PRIMARY KEY ("estimate_id", "term")
);

CREATE TABLE "out_mirror_flows" (
  "theme" VARCHAR NOT NULL,
  "from_area" VARCHAR NOT NULL,
  "to_area" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "stock_flow" VARCHAR NOT NULL,
  "freq" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "reported_by_from" DECIMAL(28,6),
  "reported_by_to" DECIMAL(28,6),
  "asymmetry" DOUBLE,
  "asymmetry_signed" DOUBLE,
  "reporting_distance" DOUBLE,
  "cif_fob_ratio" DOUBLE,
  "comparable_to" DOUBLE,
  "asymmetry_valued" DOUBLE,
  "sigma_from" DOUBLE,
  "sigma_to" DOUBLE,
  "sigma_kind_from" VARCHAR,
  "sigma_kind_to" VARCHAR,
  "reconciled" DOUBLE,
  "low" DOUBLE,
  "high" DOUBLE,
  "weight_from" DOUBLE,
  "reconciled_reason" VARCHAR,
  "grade" VARCHAR NOT NULL,
  "same_source" BOOLEAN NOT NULL,
  "imputed_mirror" BOOLEAN NOT NULL,
  "is_hub_pair" BOOLEAN NOT NULL,
  "source_from" VARCHAR,
  "source_to" VARCHAR,
  "valuation_from" VARCHAR,
  "valuation_to" VARCHAR,
  "basis_from" VARCHAR,
  "basis_to" VARCHAR,
  "obs_status_from" VARCHAR,
  "obs_status_to" VARCHAR,
  "missing_from" VARCHAR,
  "missing_to" VARCHAR,
  "coverage_share" DOUBLE NOT NULL,
  PRIMARY KEY ("theme", "from_area", "to_area", "subject", "stock_flow", "freq", "time_period", "unit_measure")
);

CREATE TABLE "out_mirror_gaps" (
  "theme" VARCHAR NOT NULL,
  "from_area" VARCHAR NOT NULL,
  "to_area" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "stock_flow" VARCHAR NOT NULL,
  "freq" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "step" VARCHAR NOT NULL,
  "place" BIGINT NOT NULL,
  "amount" DECIMAL(28,6),
  "state" VARCHAR NOT NULL,
  "rests_on" VARCHAR,
  PRIMARY KEY ("theme", "from_area", "to_area", "subject", "stock_flow", "freq", "time_period", "unit_measure", "step")
);

CREATE TABLE "out_model_checks" (
  "check_id" VARCHAR NOT NULL,
  "measure" VARCHAR NOT NULL,
  "area" VARCHAR,
  "published" DOUBLE NOT NULL,
  "ours" DOUBLE NOT NULL,
  "difference" DOUBLE NOT NULL,
  "tolerance" DOUBLE,
  "is_within" BOOLEAN,
  "base_id" VARCHAR,
  "beta" DOUBLE,
  "sigma" DOUBLE,
  "citation" VARCHAR NOT NULL,
  "note" VARCHAR NOT NULL,
  PRIMARY KEY ("check_id")
);

CREATE TABLE "out_network_metrics" (
  "theme" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "metric" VARCHAR NOT NULL,
  "value" DOUBLE,
  "reason" VARCHAR,
  "rank" BIGINT,
  "coverage_share" DOUBLE NOT NULL,
  PRIMARY KEY ("theme", "subject", "time_period", "area", "metric")
);

CREATE TABLE "out_policy_similarity" (
  "basis" VARCHAR NOT NULL,
  "area_1" VARCHAR NOT NULL,
  "area_2" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "metric" VARCHAR NOT NULL,
  "value" DOUBLE,
  "n_items" BIGINT NOT NULL,
  "levels" BIGINT NOT NULL,
  "reason" VARCHAR,
  PRIMARY KEY ("basis", "area_1", "area_2", "time_period", "metric")
);

CREATE TABLE "out_rank_ranges" (
  "theme" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "metric" VARCHAR NOT NULL,
  "rank" BIGINT NOT NULL,
  "rank_low" BIGINT NOT NULL,
  "rank_high" BIGINT NOT NULL,
  "draws" BIGINT NOT NULL,
  "drawn_share" DOUBLE NOT NULL,
  PRIMARY KEY ("theme", "subject", "time_period", "area", "metric")
);

CREATE TABLE "out_reporter_reliability" (
  "theme" VARCHAR NOT NULL,
  "freq" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "role" VARCHAR NOT NULL,
  "method" VARCHAR NOT NULL,
  "valuation_rule" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "estimate" DOUBLE,
  "std_error" DOUBLE,
  "sigma" DOUBLE,
  "sigma_low" DOUBLE,
  "sigma_high" DOUBLE,
  "reliability" DOUBLE,
  "mirrors_count" BIGINT NOT NULL,
  "partners_count" BIGINT NOT NULL,
  "rank" BIGINT,
  "rank_low" BIGINT,
  "rank_high" BIGINT,
  "jackknife_error" DOUBLE,
  "jackknife_low" DOUBLE,
  "jackknife_high" DOUBLE,
  "jackknife_left_out" VARCHAR,
  "sigma_kind" VARCHAR NOT NULL,
  "reason" VARCHAR,
  PRIMARY KEY ("theme", "freq", "area", "role", "method", "valuation_rule", "time_period")
);

CREATE TABLE "out_robustness" (
  "theme" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "removal_order" VARCHAR NOT NULL,
  "removed_count" BIGINT NOT NULL,
  "removed_share" DOUBLE NOT NULL,
  "removed_area" VARCHAR,
  "kept_flow" DOUBLE NOT NULL,
  "kept_flow_low" DOUBLE,
  "kept_flow_high" DOUBLE,
  "giant_share" DOUBLE NOT NULL,
  "efficiency" DOUBLE NOT NULL,
  "kept_flow_mean" DOUBLE NOT NULL,
  "giant_share_mean" DOUBLE NOT NULL,
  "efficiency_mean" DOUBLE NOT NULL,
  "orders" BIGINT NOT NULL,
  PRIMARY KEY ("theme", "subject", "time_period", "removal_order", "removed_count")
);

CREATE TABLE "out_standards_alignment" (
  "area_1" VARCHAR NOT NULL,
  "area_2" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "metric" VARCHAR NOT NULL,
  "value" DOUBLE,
  "low" DOUBLE,
  "high" DOUBLE,
  "documented" DOUBLE,
  "instruments_count" BIGINT NOT NULL,
  "listed_count" BIGINT NOT NULL,
  "list_version" VARCHAR NOT NULL,
  "reason" VARCHAR,
  PRIMARY KEY ("area_1", "area_2", "time_period", "metric")
);

CREATE TABLE "out_standards_gaps" (
  "bloc" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "instrument" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "state" VARCHAR NOT NULL,
  "level" BIGINT,
  "level_low" BIGINT NOT NULL,
  "level_high" BIGINT NOT NULL,
  "since_first" VARCHAR,
  "since_last" VARCHAR,
  "undated_count" BIGINT NOT NULL,
  "members_with" VARCHAR NOT NULL,
  "with_count" BIGINT NOT NULL,
  "without_count" BIGINT NOT NULL,
  "members_count" BIGINT NOT NULL,
  "is_common" BOOLEAN NOT NULL,
  "is_most" BOOLEAN NOT NULL,
  "alignment_before" DOUBLE,
  "alignment_after" DOUBLE,
  "alignment_low_before" DOUBLE,
  "alignment_high_before" DOUBLE,
  "alignment_low_after" DOUBLE,
  "alignment_high_after" DOUBLE,
  "time_period" VARCHAR NOT NULL,
  "list_version" VARCHAR NOT NULL,
  PRIMARY KEY ("bloc", "area", "instrument")
);

CREATE TABLE "out_supplier_cuts" (
  "receiver_kind" VARCHAR NOT NULL,
  "receiver" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "cut_count" BIGINT NOT NULL,
  "supplier" VARCHAR,
  "lost_value" DOUBLE,
  "kept_share" DOUBLE,
  "kept_low" DOUBLE,
  "reason" VARCHAR,
  "missing_members" VARCHAR,
  PRIMARY KEY ("receiver_kind", "receiver", "subject", "time_period", "cut_count")
);

CREATE TABLE "out_talent_circulation" (
  "subject" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "bloc" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "counterpart" VARCHAR NOT NULL,
  "metric" VARCHAR NOT NULL,
  "value" DOUBLE,
  "reason" VARCHAR,
  "coverage_share" DOUBLE,
  "areas_count" BIGINT NOT NULL,
  PRIMARY KEY ("subject", "time_period", "bloc", "area", "counterpart", "metric")
);

CREATE TABLE "out_total_residuals" (
  "theme" VARCHAR NOT NULL,
  "area" VARCHAR NOT NULL,
  "role" VARCHAR NOT NULL,
  "subject" VARCHAR NOT NULL,
  "stock_flow" VARCHAR NOT NULL,
  "freq" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "published_total" DECIMAL(28,6) NOT NULL,
  "reported_sum" DOUBLE,
  "reconciled_sum" DOUBLE,
  "residual" DOUBLE,
  "residual_share" DOUBLE,
  "partners_count" BIGINT NOT NULL,
  "reason" VARCHAR,
  PRIMARY KEY ("theme", "area", "role", "subject", "stock_flow", "freq", "time_period", "unit_measure", "source_id")
);

CREATE TABLE "out_valuation_rules" (
  "valuation_rule" VARCHAR NOT NULL,
  "title" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "is_default" BOOLEAN NOT NULL,
  "freight_share" DOUBLE,
  "freight_share_low" DOUBLE,
  "freight_share_high" DOUBLE,
  "distance_effect" DOUBLE,
  "distance_error" DOUBLE,
  "border_effect" DOUBLE,
  "border_error" DOUBLE,
  "pairs_count" BIGINT NOT NULL,
  "asymmetry_before" DOUBLE,
  "asymmetry_after" DOUBLE,
  "narrowed_share" DOUBLE,
  "citation" VARCHAR NOT NULL,
  "reason" VARCHAR,
  PRIMARY KEY ("valuation_rule")
);

CREATE TABLE "reconciliation_studies" (
  "id" VARCHAR NOT NULL,
  "study" VARCHAR NOT NULL,
  "area_1" VARCHAR NOT NULL,
  "area_2" VARCHAR NOT NULL,
  "direction" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "measure" VARCHAR NOT NULL,
  "value" DOUBLE NOT NULL,
  "unit" VARCHAR NOT NULL,
  "said_by" VARCHAR NOT NULL,
  "finding" VARCHAR NOT NULL,
  "citation" VARCHAR NOT NULL,
  "evidence" VARCHAR NOT NULL,
  PRIMARY KEY ("id")
);

CREATE TABLE "revised_values" (
  "source_id" VARCHAR NOT NULL,
  "theme" VARCHAR NOT NULL,
  "place" BIGINT NOT NULL,
  "change" VARCHAR NOT NULL,
  "ref_area" VARCHAR NOT NULL,
  "counterpart_area" VARCHAR,
  "series" VARCHAR NOT NULL,
  "time_period" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "value_before" DECIMAL(28,6),
  "value_after" DECIMAL(28,6),
  "difference" DECIMAL(28,6),
  "adoption_before" VARCHAR,
  "adoption_after" VARCHAR,
  "snapshot_before" VARCHAR NOT NULL,
  "snapshot_after" VARCHAR NOT NULL,
  "change_count" BIGINT NOT NULL,
  PRIMARY KEY ("source_id", "theme", "place")
);

CREATE TABLE "revisions" (
  "edition_number" BIGINT NOT NULL,
  "previous_edition" BIGINT NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "theme" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "values_compared" BIGINT NOT NULL,
  "values_revised" BIGINT NOT NULL,
  "values_live" BIGINT NOT NULL,
  "values_read_anew" BIGINT NOT NULL,
  "values_new" BIGINT NOT NULL,
  "values_gone" BIGINT NOT NULL,
  "mean_revision_share" DOUBLE,
  "mean_absolute_revision_share" DOUBLE,
  "sign_change_share" DOUBLE,
  "reason" VARCHAR,
  "largest_key" VARCHAR,
  PRIMARY KEY ("source_id", "theme", "unit_measure")
);

CREATE TABLE "revisions_by_age" (
  "source_id" VARCHAR NOT NULL,
  "theme" VARCHAR NOT NULL,
  "unit_measure" VARCHAR NOT NULL,
  "age_days" BIGINT NOT NULL,
  "values_compared" BIGINT NOT NULL,
  "values_revised" BIGINT NOT NULL,
  "mean_revision_share" DOUBLE,
  "mean_absolute_revision_share" DOUBLE,
  "sign_change_share" DOUBLE,
  "reason" VARCHAR,
  PRIMARY KEY ("source_id", "theme", "unit_measure", "age_days")
);

CREATE TABLE "snapshots" (
  "snapshot_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "part" VARCHAR NOT NULL,
  "sha256" VARCHAR NOT NULL,
  "size_bytes" BIGINT NOT NULL,
  "url" VARCHAR NOT NULL,
  "retrieved_at" TIMESTAMP WITH TIME ZONE NOT NULL,
  "licence" VARCHAR NOT NULL,
  "http_status" BIGINT,
  "is_embedded" BOOLEAN NOT NULL,
  PRIMARY KEY ("snapshot_id")
);

CREATE TABLE "source_freshness" (
  "source_id" VARCHAR NOT NULL,
  "theme" VARCHAR NOT NULL,
  "asked_how" VARCHAR NOT NULL,
  "state" VARCHAR NOT NULL,
  "stands" VARCHAR NOT NULL,
  "last_asked_at" TIMESTAMP WITH TIME ZONE,
  "last_believed_at" TIMESTAMP WITH TIME ZONE,
  "newest_period" VARCHAR,
  "expected_by" DATE,
  "partitions_believed" BIGINT NOT NULL,
  "partitions_stopped" BIGINT NOT NULL,
  "what_differed" VARCHAR,
  "remedy" VARCHAR,
  PRIMARY KEY ("source_id")
);

CREATE TABLE "sources" (
  "source_id" VARCHAR NOT NULL,
  "theme" VARCHAR NOT NULL,
  "status" VARCHAR NOT NULL,
  "title" VARCHAR NOT NULL,
  "publisher" VARCHAR NOT NULL,
  "url" VARCHAR,
  "licence" VARCHAR NOT NULL,
  "attribution" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "wire_format" VARCHAR,
  "form" VARCHAR,
  "collected_from" VARCHAR,
  "beware" VARCHAR,
  "precedence" BIGINT NOT NULL,
  PRIMARY KEY ("source_id")
);

CREATE TABLE "trade_agreements" (
  "area_1" VARCHAR NOT NULL,
  "area_2" VARCHAR NOT NULL,
  "has_agreement" BOOLEAN,
  "basis" VARCHAR,
  "agreement" VARCHAR,
  "in_force_since" VARCHAR,
  "is_upper_bound" BOOLEAN,
  "time_period" VARCHAR NOT NULL,
  "provisions_count" BIGINT,
  "provisions" VARCHAR,
  "provisions_of" VARCHAR,
  "agreements_since" VARCHAR,
  "reason" VARCHAR,
  "citation" VARCHAR,
  "source_id" VARCHAR NOT NULL,
  "snapshot_id" VARCHAR NOT NULL,
  PRIMARY KEY ("area_1", "area_2")
);
