"""The texts of the page that says whether it pays to let an area join, for whom, and who loses, by key."""

from typing import Final

ACCESSION: Final = {
    "nav_accession_simulator": "Accession simulator",
    "accession_candidates": "Who joins",
    "accession_candidates_none": "Nobody: the set forms",
    "accession_base": "Base year of the model",
    "accession_and": "{first} and {last}",
    "accession_the_members": "the {count} members",
    "accession_the_candidates": "the {count} candidates",
    "accession_the_areas": "{count} areas",
    "accession_trade_whole": "all their goods trade",
    "accession_trade_held": "their goods trade with the {count} areas held",
    "accession_rest": "Rest of the world",
    "accession_range": "{value} ({low} to {high})",
    # The finding, without the model
    "accession_title_simple": (
        "With {candidates}, the members keep {after} of {trade} among themselves, {before} without ({year})"
    ),
    "accession_title_alone": "{members} keep {share} of {trade} among themselves ({year})",
    "accession_title_unknown": "How much goods trade stays among these members is not known for {year}: {why}",
    "accession_sentence": "What joining is worth to each is a question for a model, one click below.",
    "accession_sentence_alone": "What forming the set is worth is a question for a model, one click below.",
    "accession_not_defined": "not defined",
    # The finding of the model
    "accession_title_one": (
        "Joining {members} is worth {gain} of real income to {candidate}; {losers} (base year {year}, {draws} draws)"
    ),
    "accession_title_many": (
        "Joining {members} is worth from {least} of real income ({last}) to {most} ({first}) to {candidates}, by "
        "medians; {losers} (base year {year}, {draws} draws)"
    ),
    "accession_title_forms": (
        "Agreements of {members} with each other are worth {gain} of their real income together; {losers} (base year "
        "{year}, {draws} draws)"
    ),
    "accession_title_nothing": "In the model nothing changes: every pair it asks about has an agreement already",
    "accession_title_no_model": "The model has no answer for {areas} on this base year: {why}",
    "accession_losers_none": "no member in the model loses in any draw",
    "accession_losers_some": "some member in the model loses in {share} of the draws",
    "accession_losers_one": "{names} loses in most draws",
    "accession_losers_named": "{names} lose in most draws",
    "accession_losers_many": "{count} members lose in most draws",
    "accession_told_least": (
        "The member with the least is {name}: {range}. Every member in the model gains in {share} of the draws."
    ),
    "accession_some_members": "{held} of the {count} members",
    "accession_some_candidates": "{held} of the {count} candidates",
    "accession_some_inside": "{held} of the {count} inside the set",
    "accession_inside": "those inside the set",
    "accession_told_whole": "Together, {inside} gain {value} ({low} to {high}) of income of {year}.",
    "accession_told_outside": "Outside, {count} of {all} areas lose in most draws, {name} the most: {range}.",
    "accession_told_outside_none": "Outside, none of {all} areas loses in most draws.",
    "accession_told_nothing": "The table says which agreement each pair has, and since when.",
    "accession_told_no_model": "The measures above stand. Choose another base year, or other areas, for an answer.",
    "accession_told_ranges": (
        "Percentages are medians of the draws, dollars the point estimate; ranges are the 5th to the 95th percentile."
    ),
    # Refused before anything is computed
    "accession_refused_no_members": "Choose at least one member to see what a candidate changes",
    "accession_refused_one_member": "One member alone forms no set: choose a second, or a candidate",
    "accession_refused_candidate_is_member": "{areas}: a member of this set already",
    "accession_refused_more": (
        "Choose a set above, or members of your own; and who joins. Without a candidate the page asks what it is worth "
        "to form the set."
    ),
    # Simple measures
    "accession_simple": "The set before and after, from figures as they are",
    "accession_simple_size": "Changes with size by itself",
    "accession_simple_neutral": "Does not change with size by itself",
    "accession_simple_body": (
        "A share of trade that stays inside grows with size by itself. Introversion does not: it goes from {before} to "
        "{after} (-1 trade with others only, 0 as sizes explain, 1 with each other only)."
    ),
    "accession_simple_body_alone": (
        "A share of trade that stays inside grows with size by itself. Introversion does not: it is {before} (-1 trade "
        "with others only, 0 as sizes explain, 1 with each other only)."
    ),
    "accession_simple_note": (
        "Nothing is modelled: the same figures are counted with another border. What all members have taken on can "
        "only shrink with their number. A measure without a mark has no value; the table says why."
    ),
    "accession_before": "members",
    "accession_after": "with the candidates",
    "accession_axis_share": "share, 0 to 1",
    "accession_axis_neutral": "-1 to 1",
    "accession_measure_intra_share": "Goods trade inside, of areas held",
    "accession_measure_intra_share_of_totals": "All goods trade that stays inside",
    "accession_measure_introversion": "Introversion in goods trade",
    "accession_measure_people_inside": "{kind}: moves that stay inside",
    "accession_measure_circulation": "{kind}: two-way circulation",
    "accession_measure_standards_shared": "Instruments all have (AI and wider)",
    "accession_measure_alignment": "Alignment of pairs (AI and wider)",
    "accession_measure_capital_intensity": "Shares held in each other, over what sizes explain",
    "accession_kind_migrant": "Migrants",
    "accession_kind_orcid_researchers": "Researchers",
    "accession_label": "{measure}, {period}",
    # Why a measure is blank
    "accession_blank_undefined": "not defined: nothing to divide by",
    "accession_blank_member_without_data": "no flow of {areas} is held, or hardly any",
    "accession_blank_no_published_total": "no published total of {areas}",
    "accession_blank_held_exceeds_totals": "the flows held are more than the published totals",
    "accession_blank_fewer_than_two_members": "takes two members",
    "accession_blank_no_members": "no member",
    "accession_blank_no_data": "nothing is held",
    "accession_blank_one_direction": "only one direction is told",
    "accession_blank_low_coverage": "fewer than half of the pairs are told in both directions",
    "accession_blank_negative_input": "a figure is below zero",
    "accession_blank_no_documented_pair": "no pair has a documented value",
    "accession_blank_pairs_absent": "not every pair's holdings are held",
    "accession_blank_no_total_of_origin": "no total of what a holder has abroad",
    "accession_blank_no_total_of_host": "no total of what foreigners hold in a member",
    "accession_blank_sources_differ": "a part is greater than its published whole",
    # Columns of the simple measures
    "accession_column_label": "Measure",
    "accession_column_subject": "Of what",
    "accession_column_time_period": "Year",
    "accession_column_before": "Members",
    "accession_column_after": "With the candidates",
    "accession_column_change": "Change",
    "accession_column_coverage_before": "Pairs told, members",
    "accession_column_coverage_after": "Pairs told, with the candidates",
    "accession_column_why": "Why blank",
    # The model
    "accession_model": "What it is worth, by a model",
    "accession_model_toggle": "Run the model ({draws} draws)",
    "accession_model_off": (
        "Not computed yet. The model asks how much real income each area gains or loses if the candidate has an "
        "agreement of average effect with every member that it has none with. It answers in seconds, with ranges."
    ),
    "accession_model_runs": "{done} of {all} draws",
    "accession_panel_candidate": "Those who join",
    "accession_panel_member": "Members",
    "accession_panel_outside": "Outside: the {count} most affected of {all}",
    "accession_panel_note": (
        "Mark: median of the draws. Band: 5th to 95th percentile. Each panel has a scale of its own, so lengths "
        "compare within a panel only."
    ),
    "accession_axis_gain": "change of real income, %",
    "accession_row": "{name}\n{range}",
    "accession_role_candidate": "joins",
    "accession_role_member": "member",
    "accession_role_outside": "outside",
    "accession_role_rest": "rest of the world",
    "accession_role_left_out": "not in the model",
    "accession_tip": "{value}, 5 to 95 %: {low} to {high}",
    "accession_told": "What the model is told",
    "accession_told_base": "Base year {year}: {title}. {areas} areas. {note} {citation}.",
    "accession_told_beta": (
        "Effect of an agreement on the log of trade, beta: {beta}, standard error {error}; trade of a pair grows by "
        "{percent} before anything else adjusts. Estimated in every edition on {sample}. {citation}."
    ),
    "accession_told_sigma": "Elasticity of substitution, sigma: {sigma}; draws from {low} to {high}. {citation}.",
    "accession_told_draws": (
        "Draws of beta, sigma and base flows: {draws}, seed {seed}; {failed} failed, which are left out."
    ),
    "accession_told_omits": "Left out: {omissions}.",
    "accession_pairs": "Pairs that change, and pairs that have an agreement already",
    "accession_pairs_changed": "gets an agreement",
    "accession_pairs_in_force": "has one already",
    "accession_pairs_unknown": "not known; left as it is",
    "accession_pairs_none": "This case asks about no pair.",
    "accession_sensitivity": "Gains under other assumptions",
    "accession_sensitivity_note": (
        "Point estimates in per cent of real income, without draws: the elasticity at both ends of its range and in "
        "the middle, and the other base years at the middle."
    ),
    "accession_sigma_column": "sigma {sigma}",
    "accession_other_base": "{base}: no answer for {area}, {why}.",
    # Columns of the model
    "accession_column_area": "Code",
    "accession_column_name": "Area",
    "accession_column_role": "Role",
    "accession_column_gain_percent": "Point estimate (%)",
    "accession_column_gain_median": "Gain, median (%)",
    "accession_column_gain_p05": "5th percentile (%)",
    "accession_column_gain_p95": "95th percentile (%)",
    "accession_column_share_above_zero": "Draws above zero",
    "accession_column_gain_usd": "Gain (USD)",
    "accession_column_gain_usd_p05": "5th percentile (USD)",
    "accession_column_gain_usd_p95": "95th percentile (USD)",
    "accession_column_exports_change_percent": "Change of exports (%)",
    "accession_column_home_share": "Bought at home",
    "accession_column_exports_to_income_share": "Exports over income",
    "accession_column_reason": "Why blank",
    "accession_column_name_1": "Area",
    "accession_column_name_2": "Other area",
    "accession_column_state": "In this case",
    "accession_column_agreement": "Agreement",
    "accession_column_in_force_since": "In force since",
    "accession_column_basis": "Known from",
    # Why the model has no answer
    "accession_reason_no_member_in_base": "none of the members is in it",
    "accession_reason_no_candidate_in_base": "no candidate is in it",
    "accession_reason_not_in_base": "it is not in this base",
    "accession_reason_no_gdp": "no GDP is held, so its sales at home are unknown",
    "accession_reason_no_published_total": "it publishes no total with the world, so its flows are incomplete",
    "accession_reason_exports_exceed_gdp": (
        "it exports more than its GDP, goods of others among them, so its sales at home are unknown"
    ),
    "accession_reason_partners_exceed_total": "its named partners add up to more than its published total",
    "accession_reason_no_sales_at_home": "its sales at home are not held",
    "accession_reason_candidate_is_member": "it is a member already",
    "accession_reason_no_members": "there is no member",
    "accession_reason_one_member": "one member alone forms no set",
    # Who adds what
    "accession_share": "Who adds how much",
    "accession_share_toggle": "Share out a goal among members and candidates",
    "accession_share_goal": "What is shared",
    "accession_share_intro": (
        "What members reach together, shared out by what each adds to those who came before it, on average over all "
        "orders of coming (Shapley value). Only for goals that are more than the sum of their pairs."
    ),
    "accession_goal_welfare": "Real income gained by agreements with each other",
    "accession_goal_concentration_fall": "Imports less concentrated on single suppliers",
    "accession_goal_resilience": "Imports kept when the largest supplier is cut",
    "accession_goal_mutual_trade": "Trade with each other",
    "accession_share_runs": "{done} of {all} coalitions",
    "accession_share_additive": (
        "Trade with each other is a sum over pairs: each one's share is exactly half of what it trades with the "
        "others, half its strength. That says nothing new, so it is not computed. Choose another goal."
    ),
    "accession_share_left_out": "The model cannot value a set with {areas}. Choose others, or another base year.",
    "accession_share_many": (
        "Real income is shared out exactly, among {most} at the most, and these are {count}. Choose a smaller set, or "
        "another goal."
    ),
    "accession_share_finding": "Together they reach {total}; {name} adds the most, {value}.",
    "accession_share_nothing": "Together they reach nothing: there is nothing to share out.",
    "accession_share_exact": "Exact, over all coalitions.",
    "accession_share_sampled": "From {orders} orders of coming, seed {seed}; the standard error is in the table.",
    "accession_unit_usd": "{value} of income of the base year",
    "accession_unit_index_points": "{value} points of the index of concentration",
    "accession_unit_share": "{value} of their imports",
    "accession_column_value": "What it adds",
    "accession_column_std_error": "Standard error",
    "accession_column_of_total": "Of the whole",
    # The self-test
    "accession_test": "Does the model give what was published?",
    "accession_test_held": (
        "{within} of {judged} published figures are met within their tolerance; the others are shown and not judged."
    ),
    "accession_test_note": "Published: {citation}. {note}",
    "accession_check_coefficient": "Effect of an agreement on the log of trade",
    "accession_check_real_gdp_pct": "NAFTA, real GDP (%)",
    "accession_check_exports_pct": "NAFTA, exports (%)",
    "accession_column_what": "What",
    "accession_column_published": "Published",
    "accession_column_ours": "This edition",
    "accession_column_difference": "Difference",
    "accession_column_tolerance": "Accepted",
    "accession_column_is_within": "Met",
    # The same elsewhere, and what to beware of
    "accession_command": "The same figures at the command line",
    "accession_command_joins": (
        "compact scenario accession --members {members} --candidate {candidates} --base {base} --json"
    ),
    "accession_command_forms": "compact scenario accession --members {members} --base {base} --json",
    "accession_beware_average": (
        "One average effect stands for every agreement, deep or shallow, and is estimated on manufactures of 1986 to "
        "2006; the Compact is about more than goods."
    ),
    "accession_beware_income": (
        "Income is GDP in a base of all goods and output of manufactures in the base of 2006: dollars of gain count on "
        "it, at the prices of the base year."
    ),
    "accession_beware_checked": (
        "The range of sigma and the ratio of output to GDP are general knowledge, to be checked."
    ),
    "accession_beware_open": (
        "{areas}: exports are above {share} of GDP in this base year, goods that only pass through among them, so the "
        "gain is overstated."
    ),
    "accession_beware_left_out": "Not in the model: {areas}. Its figures are of the others.",
    "accession_left_out": "{area} ({why})",
    "accession_beware_already": "Chosen to join and a member already: {areas}.",
    "accession_beware_goods": (
        "Goods are of {year}, the last year told from both sides, among {count} areas. Trade with any other is "
        "in the share of all goods trade alone, which sets these flows against totals of another source."
    ),
    "accession_beware_people": (
        "People are stocks by birth or first affiliation, of other years than goods; kinds are never added."
    ),
    "accession_beware_capital": (
        "Holdings of shares name the immediate owner: money that passes through hubs is counted there, and most pairs "
        "are not held."
    ),
    "accession_beware_standards": "A standard counts where an official text shows it; unknown is not refused.",
}
