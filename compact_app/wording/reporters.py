"""The texts of the page that says whose reports are how reliable, by key."""

from typing import Final

REPORTERS: Final = {
    "nav_reporters": "Reporters",
    # Choices
    "reporters_theme": "Theme",
    "reporters_role": "Role",
    "reporters_method": "Method",
    "reporters_method_expected_distance": "Expected distance (ours)",
    "reporters_method_reporting_distance": "Reporting distance (BACI)",
    "reporters_method_asymmetry": "Asymmetry (Growth Lab)",
    "reporters_rule": "Freight rule",
    "reporters_area": "Reporter",
    "reporters_tiers": "Shown",
    "reporters_tiers_all": "all",
    "reporters_tiers_compact": "core, partners, allies",
    # The finding
    "reporters_title_expected_distance": (
        "What {area} reports {role} scatters by a factor of {value} around the flow ({low} to {high}): rank {rank} of "
        "{count}, within {rank_low} to {rank_high}"
    ),
    "reporters_title_reporting_distance": (
        "What {area} reports {role} and what its partners report are a factor of {value} apart ({low} to {high}): rank "
        "{rank} of {count}, within {rank_low} to {rank_high}"
    ),
    "reporters_title_asymmetry": (
        "What {area} reports {role} adds {value} to the asymmetry D with a partner ({low} to {high}): rank {rank} of "
        "{count}, within {rank_low} to {rank_high}"
    ),
    "reporters_title_none": "What {area} reports {role} has no estimate of its own: {reason}",
    "reporters_sentence_expected_distance": (
        "Sigma, the standard deviation of ln(report / flow), is {value} ({low} to {high}): about two thirds of its "
        "reports lie within a factor of {factor} of the flow, so a report of 100 stands for a flow of {less} to {more}."
    ),
    "reporters_sentence_reporting_distance": (
        "The least squares mean of |ln(exporter's report / importer's report)| is {value} ({low} to {high}), partners "
        "and years held alike. The partners' own errors are in it, so it ranks reporters and weighs no figure."
    ),
    "reporters_sentence_asymmetry": (
        "D = |X - M| / (X + M) of a pair is taken as one part of the exporter and one of the importer. This part is "
        "{value} ({low} to {high}), a reliability of {reliability}; noise can take it below zero."
    ),
    "reporters_rests_on": (
        "Rank 1 is nearest. It rests on {mirrors} pairs of reports with {partners} partners in {first} to {last}."
    ),
    "reporters_prior_sentence": (
        "Its reports are taken to scatter with a sigma of {sigma}, so that about two thirds lie within a factor of "
        "{factor} of the flow; where that comes from stands below the picture."
    ),
    "reporters_reason_too_few_mirrors": "it has {partners} partners to be compared with, and {needed} are needed",
    "reporters_reason_only_copies": "all its figures are copies of what the other side reports",
    "reporters_reason_not_identified": "its error cannot be told apart from its partners' errors",
    "reporters_reason_no_panel": "no flow of it has two independent reports",
    "reporters_reason_no_report": "no report of it is held",
    # The ranking
    "reporters_ranking": "Reporters {role}, nearest to the flow first",
    "reporters_axis_expected_distance": "sigma of ln(report / flow)",
    "reporters_axis_reporting_distance": "mean of |ln(X / M)|",
    "reporters_axis_asymmetry": "part of the asymmetry D",
    "reporters_short_expected_distance": "sigma",
    "reporters_short_reporting_distance": "mean distance in logs",
    "reporters_short_asymmetry": "part of D",
    "reporters_label": "{value}, rank {low} to {high}",
    "reporters_tip_interval": "{value}, 95 % interval {low} to {high}",
    "reporters_tip_rank": "rank {rank}, within {low} to {high}",
    "reporters_ranking_note": (
        "Mark: estimate. Light bar: 95 % interval. {thin}Ranks are among all {count} areas with an estimate {role}; "
        "neighbours whose bars overlap may well stand the other way round."
    ),
    "reporters_ranking_thin": "Thin line: estimates when one partner or one year is left out. ",
    "reporters_span": "{first} to {last}",
    "reporters_no_year": "no year",
    "reporters_without": "Without an estimate of their own {role}",
    "reporters_without_line": "**{area}**: {reason}",
    "reporters_without_prior": "Who has none gets sigma {sigma}, a factor of {factor}. {kind}",
    "reporters_prior_panel": (
        "That is the median of the areas that have an estimate. Were there none, {stated} would stand: {citation}. "
        "{derivation}"
    ),
    "reporters_prior_stated": "Stated from {citation}. {derivation}",
    # History and stability
    "reporters_history": "{area}, year by year",
    "reporters_history_note": (
        "Each year by itself, with its 95 % interval, under the default freight rule; the figure at a bar is the "
        "estimate. Other years do not have enough pairs to be judged alone."
    ),
    "reporters_history_none": "No year of {area} can be judged by itself.",
    "reporters_stable": "How stable it is",
    "reporters_stable_moved": (
        "{without}, the estimate is {moved} in place of {value}: no other partner or year moves it more. Whichever is "
        "left out, it stays within {low} to {high}; the standard error from leaving out partners is {error}."
    ),
    "reporters_stable_default": "Partners and years are left out in turn under the default freight rule only.",
    "reporters_stable_rules": (
        "Under the {count} freight rules the estimate runs from {low} to {high} and the rank from {best} to {worst}."
    ),
    "reporters_left_out": "without {name}",
    "reporters_left_out_first": "Without {name}",
    # Freight rules
    "reporters_rules": "The freight rules, and what each does to the gaps",
    "reporters_rules_note": (
        "A rule takes freight and insurance off a report that holds them: FOB = CIF / (1 + share). Median D is over "
        "{count} flows with a CIF report and an independent report of departure; closer is the share of them whose gap "
        "narrows."
    ),
    "reporters_rules_default": "The default is {rule}. {because}",
    # How it is measured
    "reporters_method_heading": "How this is measured",
    "reporters_about_expected_distance": (
        "**Expected distance, ours.** The mean of |ln(X / M)| between an exporter and an importer is taken to be "
        "sqrt(2 / pi) * sqrt(s² + t²), with a spread s of the exporter and t of the importer, and solved for all at "
        "once. Weights and ranges of reconciled figures rest on it."
    ),
    "reporters_about_reporting_distance": (
        "**Reporting distance, BACI** (Gaulier and Zignago, CEPII working paper 2010-23). |ln(X / M)| on effects of "
        "exporter, importer, year and product, weighted by the logarithm of value; the least squares mean of an area "
        "ranks it. Added effects give no spread that is calibrated, so it weighs nothing here."
    ),
    "reporters_about_asymmetry": (
        "**Asymmetry, Harvard Growth Lab** (Bustos and others, Scientific Data 13:170, 2026). D is a part of the "
        "exporter plus a part of the importer, by least squares as their document has it, not by the rounds of their "
        "published code. Reliability is 1 less the part; the table has it with one part per area too, as documented."
    ),
    "reporters_about_limits": (
        "**What the data cannot tell.** Gaps say how far two reports are apart, not who is nearer: the level between "
        "exporters and importers is split evenly. **Left out**: copies of the other side, pairs of one collection such "
        "as the United States and Canada, and slips of the unit. The panel runs from {first} to {last}; single years "
        "can be judged in {years}."
    ),
    # What to beware of
    "reporters_beware_concept": (
        "Re-exports and origin are within the scatter: an area that buys through third countries, or sends on what "
        "came from elsewhere, scatters more because it counts another thing. That is a difference of concept as well "
        "as of quality, and no verdict on an office."
    ),
    "reporters_beware_newer": "Later years are judged by this panel, which ends in {last}.",
    "reporters_beware_one_collection": (
        "Flows between {area} and {other} are left out since {since}: both reports rest on one collection."
    ),
    "reporters_beware_basis": "{area}, valuation of imports: {evidence}",
    "reporters_beware_suspected": "{area}, imports in {since} to {until} may hold no freight: {evidence}",
    "reporters_beware_aggregate": (
        "Aggregate asymmetries add values up, so large partners decide them; the estimates count every pair once."
    ),
    # A theme without a panel
    "reporters_none_title": (
        "{theme}: no flow has two independent reports here, so reporters are not ranked; a report is taken to be "
        "within a factor of {low} to {high}"
    ),
    "reporters_few_title": (
        "{theme}: too few flows have two independent reports for reporters to be ranked; a report is taken to be "
        "within a factor of {low} to {high}"
    ),
    "reporters_none_lead": "Areas that report: {count}, each without a second voice on the same basis.",
    "reporters_few_lead": (
        "Areas that report: {count}. Pairs of reports that can be compared: {mirrors}, too few, or too loosely tied to "
        "each other, to tell one area's error from another's."
    ),
    "reporters_none_sentence": (
        "Until that changes, how far a report is from the flow is stated from what others have found, and wide where "
        "little is known: sigma {low} to {high}. Two thirds of reports would lie within a factor of e to the power of "
        "sigma."
    ),
    "reporters_none_picture": "Sigma as stated, beside what is measured for goods",
    "reporters_none_goods": "Goods {role}, measured",
    "reporters_none_axis": "sigma of ln(report / flow)",
    "reporters_none_tip": "sigma {sigma}, a factor of {factor}",
    "reporters_none_where": "Where each value comes from",
    "reporters_none_line": "**{names}**: sigma {sigma}, a factor of {factor} ({evidence})",
    "reporters_none_beware": "A stated value is no measurement: it says how little one side's figure settles.",
    "reporters_stated": "stated",
    "reporters_measured": "measured",
    # Columns
    "reporters_column_area": "Area",
    "reporters_column_name": "Name",
    "reporters_column_tier": "Tier",
    "reporters_column_rank": "Rank",
    "reporters_column_rank_low": "Best rank",
    "reporters_column_rank_high": "Worst rank",
    "reporters_column_estimate": "Estimate",
    "reporters_column_low": "Low, 95 %",
    "reporters_column_high": "High, 95 %",
    "reporters_column_sigma": "Sigma",
    "reporters_column_sigma_low": "Sigma, low",
    "reporters_column_sigma_high": "Sigma, high",
    "reporters_column_sigma_kind": "Sigma from",
    "reporters_column_reporting_distance": "LS mean (BACI)",
    "reporters_column_asymmetry": "Part of D (Growth Lab)",
    "reporters_column_asymmetry_both": "Part of D, both roles",
    "reporters_column_aggregate_asymmetry": "Aggregate asymmetry",
    "reporters_column_net_asymmetry": "Aggregate, net",
    "reporters_column_mirrors_count": "Pairs of reports",
    "reporters_column_partners_count": "Partners",
    "reporters_column_jackknife_error": "Jackknife error",
    "reporters_column_jackknife_low": "Left out, low",
    "reporters_column_jackknife_high": "Left out, high",
    "reporters_column_left_out": "Moved most",
    "reporters_column_reason": "Why no estimate",
    "reporters_column_title": "Rule",
    "reporters_column_freight_share": "Freight share",
    "reporters_column_asymmetry_before": "Median D before",
    "reporters_column_asymmetry_after": "Median D after",
    "reporters_column_narrowed_share": "Closer",
    "reporters_column_citation": "Source",
    "reporters_column_is_default": "Default",
    "reporters_column_subject_name": "What is counted",
    "reporters_column_freq": "By",
    "reporters_column_factor": "Factor",
    "reporters_column_evidence": "Evidence",
    "reporters_column_derivation": "Derivation",
    "reporters_column_note": "Note",
    "reporters_help_rank": "By the method chosen above; 1 is nearest, equals share a rank.",
    "reporters_help_rank_low": "Within the standard errors, and when a partner or a year is left out.",
    "reporters_help_sigma": "Expected distance, ours: the one that weights and ranges rest on.",
    "reporters_help_reporting_distance": "BACI: least squares mean of |ln(X / M)|.",
    "reporters_help_asymmetry": "Harvard Growth Lab: this role's part of D = |X - M| / (X + M).",
    "reporters_help_asymmetry_both": "As documented by the Growth Lab, one part per area for both roles.",
    "reporters_help_aggregate_asymmetry": "Sum of |X - M| over sum of (X + M): hides nothing.",
    "reporters_help_net_asymmetry": "|Sum of X - sum of M| over the same sum: lets errors cancel.",
    "reporters_help_jackknife_error": "From leaving out one partner at a time, by the method chosen above.",
    "reporters_help_left_out": "The partner or the year whose omission moves the estimate most.",
    "reporters_help_factor": "Two thirds of reports would lie within it: e to the power of sigma.",
}
