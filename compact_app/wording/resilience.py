"""The texts of the page that says what a set of members loses when a supplier is cut, by key."""

from typing import Final

RESILIENCE: Final = {
    "nav_resilience": "Resilience",
    "resilience_product": "What is imported",
    "resilience_year": "Year",
    # The finding
    "resilience_title": (
        "{members} take {outside} of {product} from outside the set; cutting {supplier} alone leaves {kept} of their "
        "imports ({year})"
    ),
    "resilience_title_one": "Cutting {supplier} alone leaves {kept} of what {member} imports of {product} ({year})",
    "resilience_title_some": (
        "What the {count} members lose together is not known: {missing} no imports of {product} in {year}"
    ),
    "resilience_title_nothing": "{members} take no {product} from outside the set ({year})",
    "resilience_title_empty": "Choose at least one member to see what a supplier is worth",
    "resilience_empty": "There is no answer for a set without members. Choose a set, or members of your own, above.",
    "resilience_title_none": "None of the {count} members chosen reports its imports of {product} in {year}",
    "resilience_title_none_one": "{member} reports no imports of {product} in {year}",
    "resilience_none": "Nothing can be said without a report. {years}",
    "resilience_years_all": "All of them report in {years}.",
    "resilience_years_some": "No year has all of them; some of them report in {years}.",
    "resilience_years_never": "None of them ever does: choose another product or other members.",
    "resilience_years_one": "It reports in {years}.",
    "resilience_years_never_one": "It never does: choose another product or other members.",
    "resilience_of_them": "{count} of them report",
    "resilience_report": "{members} report",
    "resilience_reports": "{members} reports",
    "resilience_the_members": "the {count} members",
    "resilience_and": "{first} and {last}",
    "resilience_range": "{low} to {high}",
    "resilience_sentence": (
        "{loss} is what {supplier} supplies to them: the loss before any substitution. Cutting the {count} largest "
        "suppliers outside the set leaves {kept}."
    ),
    "resilience_sentence_one": (
        "{loss} is what {supplier} supplies: the loss before any substitution. Cutting the {count} largest suppliers "
        "leaves {kept}."
    ),
    "resilience_sentence_some": (
        "{member}, which reports, takes {outside} from outside the set; cutting {supplier} alone leaves {kept} of its "
        "imports, a loss of {loss} before any substitution."
    ),
    # Cuts
    "resilience_cuts": "Imports left when the largest suppliers outside the set are cut",
    "resilience_cuts_axis": "suppliers cut, largest first for each line",
    "resilience_cuts_note": (
        "Thick line: the members together, who keep what they supply to each other. Thin lines: one member each, by "
        "its code, without its own largest suppliers outside the set. {more}Point at a mark to see who is cut."
    ),
    "resilience_cuts_more": "Only the lines that fall furthest have a code. ",
    "resilience_cuts_band": "Band: what members name no supplier for may come from those that are cut. ",
    "resilience_whole": "together",
    "resilience_cut_none": "nobody is cut",
    "resilience_cut_last": "cut last: {name}",
    "resilience_left_last": "left last: {name}",
    "resilience_leaves": "When a member leaves",
    "resilience_leaves_axis": "members that have left, the largest first",
    "resilience_leaves_sentence": (
        "Of what the members take from each other, {kept} is left without {member}: {lost} of it touches this member."
    ),
    "resilience_leaves_one_member": "With one member there is no trade among members to lose.",
    "resilience_leaves_undefined": "The members take nothing from each other.",
    "resilience_leaves_not_named": (
        "Not known: no published total of {missing}, and not every other member is named as a supplier."
    ),
    "resilience_leaves_band": (
        "Band: a member that is not named as a supplier may stand behind what nobody is named for."
    ),
    "resilience_leaves_member_without_data": "Not known: {missing} no imports.",
    "resilience_leaves_line": "trade among the members",
    # Criteria
    "resilience_criteria": "Is the set dependent? Criteria, limits and years on the list ({year})",
    "resilience_criteria_sentence": "{method}: criteria met are {met} of {count}{open}. {lasting}",
    "resilience_criteria_open": ", {count} cannot be said",
    "resilience_lasting_yes": "All are met in {met} of the last {held} years held, so the dependency lasts.",
    "resilience_lasting_no": "All together are met in {met} of {years} years held; no lasting dependency.",
    "resilience_lasting_open": "Whether that lasts cannot be said from the years held.",
    "resilience_stability": (
        "Such lists do not stay as they are: of the European Union's dependent products {one} were off the list a year "
        "later and close to {five} after five years ({citation}). Read the distance to the limit, not the yes or no."
    ),
    "resilience_limits_general": "The limit of {criterion} is from general knowledge and has yet to be checked.",
    "resilience_one_member": "For one member all imports come from outside, so CDI2 is 1 by itself.",
    "resilience_production": (
        "Import dependency m / (y + m - x) and self-sufficiency y / (y + m - x) are not shown: no source of what is "
        "produced (y) is held."
    ),
    "resilience_met_yes": "beyond the limit",
    "resilience_met_no": "within the limit",
    "resilience_met_spans": "range spans the limit",
    "resilience_reason_not_named": "part has no named supplier; bounds stand",
    "resilience_reason_member_without_data": "no report: {missing}",
    "resilience_reason_world_exports_not_held": "world exports of the product are not held",
    "resilience_reason_undefined": "nothing comes from outside",
    "resilience_reason_zero_denominator": "nothing is exported",
    "resilience_all": "All criteria of the method (how many are met)",
    # Friends
    "resilience_friends": "How much comes from members",
    "resilience_friends_before": "The founding members take {before} of their imports from each other.",
    "resilience_friends_after": "With the members chosen as suppliers beside them it is {after}.",
    "resilience_friends_whole": "The chosen set as a whole takes {whole} of its imports from its own members.",
    "resilience_friends_missing": "For the whole set it is not known: {missing} no imports; others stand below.",
    "resilience_friends_size": "A share from members grows with the number of members by itself.",
    # Geopolitical distance
    "resilience_distance": "How far the suppliers are in their votes",
    "resilience_distance_sentence": (
        "On average over value, the imports of {members} come from suppliers {value} points away, on a scale where the "
        "United States stands at 0 and the farthest area at 10; {covered} of the imports are covered."
    ),
    "resilience_distance_founding": "For the founding members alone it is {value} points.",
    "resilience_distance_of": "{area}: {value}",
    "resilience_distance_members": "Member by member: {members}.",
    "resilience_distance_ends": "Nearest: {members}. Farthest: {farthest}.",
    "resilience_distance_unknown": "Not known for {members}.",
    "resilience_distance_because": "{members} ({why})",
    "resilience_distance_reason_member_without_data": "no imports reported",
    "resilience_distance_reason_position_not_held": "no position of its own is held",
    "resilience_distance_reason_few_positions": "positions are held for too few of its suppliers",
    "resilience_distance_reason_undefined": "nothing is imported",
    "resilience_distance_member_without_data": "No mean for {members}: {missing} no imports.",
    "resilience_distance_position_not_held": "No mean for {members}: no position is held for {missing}.",
    "resilience_distance_few_positions": (
        "No mean for {members}: positions are held for the suppliers of only {covered} of the imports, and half is "
        "needed."
    ),
    "resilience_distance_undefined": "No mean for {members}: nothing is imported.",
    "resilience_distance_note": (
        "Positions are of votes in the General Assembly, {window}: one line through all votes, made by this project, "
        "that explains {explained} of their variance. Which positions are taken decides the result."
    ),
    # Columns
    "resilience_column_what": "What happens",
    "resilience_column_area": "Whose imports",
    "resilience_column_cut_count": "How many",
    "resilience_column_cut_area": "Last one, code",
    "resilience_column_cut_name": "Last one",
    "resilience_column_lost_value": "What it supplies (USD)",
    "resilience_column_kept_share": "Left",
    "resilience_column_kept_low": "Left at least",
    "resilience_column_kept_high": "Left at most",
    "resilience_what_supplier_cut": "a supplier is cut",
    "resilience_what_member_leaves": "a member leaves",
    "resilience_column_method": "Method",
    "resilience_column_criterion": "Criterion",
    "resilience_column_value": "Value",
    "resilience_column_value_low": "At least",
    "resilience_column_value_high": "At most",
    "resilience_column_threshold": "Limit",
    "resilience_column_distance": "Distance to the limit",
    "resilience_column_state": "State",
    "resilience_column_why": "Why blank",
    "resilience_column_years_met": "Years met",
    "resilience_column_years_held": "Years held",
    "resilience_column_longest_run": "Longest run",
    "resilience_column_last_year_met": "Last met",
    "resilience_column_recent_met": "Met in the last 3 years",
    "resilience_column_name": "Member",
    "resilience_column_tier": "Tier",
    "resilience_column_imports_value": "Imports (USD)",
    "resilience_column_founding_low": "From founding members, at least",
    "resilience_column_founding_high": "At most (founding)",
    "resilience_column_chosen_low": "From the set, at least",
    "resilience_column_chosen_high": "At most (set)",
    "resilience_column_top_supplier": "Largest outside, code",
    "resilience_column_top_supplier_name": "Largest supplier outside",
    "resilience_column_top_share": "Its share",
    "resilience_column_concentration_low": "HHI outside, at least",
    "resilience_column_concentration_high": "HHI outside, at most",
    "resilience_column_covered_share": "Covered by positions",
    "resilience_column_distance_reason": "Why no distance",
    # Beware
    "resilience_beware_mechanical": (
        "A cut is mechanical: flows are taken away and nobody finds another supplier or another way. What substitution "
        "would change is a question for the model of accession, not for this page."
    ),
    "resilience_beware_gross": (
        "Flows are gross: goods that cross a border several times are counted each time, assembled computers between "
        "the United States and Mexico above all."
    ),
    "resilience_beware_proxy": (
        "Product codes are proxies: none of those held identifies accelerators or what export controls name, and value "
        "is not computing power."
    ),
    "resilience_beware_held": (
        "Of all areas, {members} alone can be asked for this product here: the suppliers of others are known for all "
        "goods only."
    ),
    "resilience_beware_no_total": (
        "No world total is printed in {year} for {members}: shares are of the suppliers held and would be smaller of "
        "the whole."
    ),
    "resilience_beware_exports": (
        "Exports stand for what could be made at home; re-exports inflate them, so dependency looks smaller."
    ),
    "resilience_beware_valuation": "Members value imports differently, some with freight and some without.",
}
