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

CREATE TABLE "membership" (
  "area" VARCHAR NOT NULL,
  "tier" VARCHAR NOT NULL,
  "from" VARCHAR NOT NULL,
  "to" VARCHAR,
  "scenario" VARCHAR NOT NULL,
  "scenario_label" VARCHAR NOT NULL,
  PRIMARY KEY ("scenario", "area")
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
  PRIMARY KEY ("theme", "subject", "time_period", "bloc", "metric")
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

CREATE TABLE "out_freight_shares" (
  "valuation_rule" VARCHAR NOT NULL,
  "from_area" VARCHAR NOT NULL,
  "to_area" VARCHAR NOT NULL,
  "freight_share" DOUBLE,
  PRIMARY KEY ("valuation_rule", "from_area", "to_area")
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

CREATE TABLE "sources" (
  "source_id" VARCHAR NOT NULL,
  "theme" VARCHAR NOT NULL,
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
