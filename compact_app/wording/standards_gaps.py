"""What *Standards gaps* says."""

from typing import Final

STANDARDS_GAPS: Final = {
    "nav_standards_gaps": "Standards gaps",
    "gaps_area": "Gaps of",
    "gaps_basis": "Held against what",
    "gaps_basis_most": "more than half of the others have",
    "gaps_basis_all": "all others have",
    "gaps_basis_any": "any other has",
    "gaps_scope": "Which instruments",
    "gaps_scope_all": "all of the register",
    "gaps_scope_digital": "on AI, data and digital trade",
    "gaps_scope_ai": "on AI alone",
    "gaps_of_all": "of the register",
    "gaps_of_digital": "on AI, data and digital trade",
    "gaps_of_ai": "on AI",
    "gaps_ai": "Of the {count} of them that are on AI, {area} is known to have {has}.",
    "gaps_not_dated": "date not read",
    "gaps_weights": "What each instrument counts",
    "gaps_weights_body": (
        "Each counts once. Leave out what does not matter to you, or let it count double; every figure below follows."
    ),
    "gaps_left_out": "Left out",
    "gaps_double": "Counts double",
    "gaps_none_chosen": "None",
    "gaps_title": "{area} is known to have taken on {has} of the {count} instruments {scope} that {basis}; {rest}",
    "gaps_title_moves": (
        "{title}. Taking on all {count} would move the mean alignment of the set from {before} ({low} to {high}) to "
        "{after} ({low_after} to {high_after})"
    ),
    "gaps_title_moves_one": (
        "{title}. Taking it on would move the mean alignment of the set from {before} ({low} to {high}) to {after} "
        "({low_after} to {high_after})"
    ),
    "gaps_title_closed": "{title}. The mean alignment of the set is {before} ({low} to {high})",
    "gaps_rest": "{unknown} are unknown",
    "gaps_rest_one": "1 is unknown",
    "gaps_rest_none": "none is unknown",
    "gaps_rest_stated": "{rest} and {stated} it states not to take on",
    "gaps_title_empty": "No other member is chosen, so there is nothing to share",
    "gaps_empty": (
        "Gaps are what the other members have taken on. Choose a set with a member besides {area}, or add members to "
        "your own choice."
    ),
    "gaps_title_none": "No instrument {scope} is known that {basis}",
    "gaps_none": (
        "Of {members} other members, texts show no instrument {scope} that {basis}. Choose what any other has, or show "
        "unverified statuses too."
    ),
    "gaps_set": "The set: {names}.",
    "gaps_set_many": "The set: {label}, {count} areas.",
    "gaps_joins": "{area} is no member of it and is counted as one here.",
    "gaps_sentence": (
        "By what texts show, two members share {today} of what either has (mean alignment, 0 to 1); whatever the "
        "unknown turns out to be, it lies between {low} and {high}."
    ),
    "gaps_moves": (
        "If {area} took on the {count} it is not known to have, the mean would be {after} ({change}), and between "
        "{low} and {high} whatever is unknown then."
    ),
    "gaps_moves_one": (
        "If {area} took on the one it is not known to have, the mean would be {after} ({change}), and between "
        "{low} and {high} whatever is unknown then."
    ),
    "gaps_falls": (
        "A documented mean can fall with a step: what one member is known to have and another is not known to have "
        "counts as a difference."
    ),
    "gaps_closed": "There is no gap to close.",
    "gaps_no_mean": "No text shows anything of any two members, so their alignment is not defined.",
    "gaps_matrix": "Who of the set has taken on what",
    "gaps_matrix_key": "A dashed cell with a question mark is not known, which is no refusal.",
    "gaps_matrix_alt": "{area} and {count} other members against {instruments} instruments; unknown is drawn apart.",
    "gaps_state_has": "taken on",
    "gaps_state_unknown": "unknown",
    "gaps_state_stated_not": "states not to take part",
    "gaps_letter_unknown": "?",
    "gaps_steps": "What each step would do to the set's mean alignment",
    "gaps_steps_alt": "Mean alignment today, {today}, and after each of {count} steps and all of them",
    "gaps_together": "All of these together",
    "gaps_axis_alignment": "Mean documented alignment (Jaccard)",
    "gaps_list": "What {area} would have to take on",
    "gaps_pairs": "How alike members are",
    "gaps_pairs_body": (
        "Jaccard, cosine and Hamming over the K instruments for which both are known; documented, at least and at "
        "most are of Jaccard. Kappa compares levels against chance, with squared distances. List {version} of {year}."
    ),
    "gaps_depth": "Trade agreements between members",
    "gaps_depth_body": (
        "How many of the 16 provisions that are held the panel coded for their agreement. The World Bank's count of "
        "52 areas is not held; a blank count is not known and not zero."
    ),
    "gaps_no_pairs": "No pair of members is in the table of agreements.",
    "gaps_yes": "yes",
    "gaps_no": "no",
    "gaps_not_known": "not known",
    "gaps_column_kind": "Kind",
    "gaps_column_state": "State",
    "gaps_column_needed": "Level others have at least",
    "gaps_column_firmest": "Firmest level",
    "gaps_column_with": "Others that have it",
    "gaps_column_members": "Others",
    "gaps_column_first": "First of those with a date",
    "gaps_column_last": "Last of those with a date",
    "gaps_column_undated": "Others without a date",
    "gaps_column_who": "Who",
    "gaps_column_before": "Mean alignment today",
    "gaps_column_low_before": "Today at least",
    "gaps_column_high_before": "Today at most",
    "gaps_column_after": "If taken on",
    "gaps_column_change": "Change",
    "gaps_column_low_after": "Then at least",
    "gaps_column_high_after": "Then at most",
    "gaps_column_code": "Code",
    "gaps_column_name_1": "One",
    "gaps_column_name_2": "The other",
    "gaps_column_jaccard": "Jaccard",
    "gaps_column_documented": "Documented",
    "gaps_column_low": "At least",
    "gaps_column_high": "At most",
    "gaps_column_cosine": "Cosine",
    "gaps_column_hamming": "Hamming (0 alike)",
    "gaps_column_kappa": "Kappa",
    "gaps_column_joint": "K known of both",
    "gaps_column_listed": "Listed",
    "gaps_column_reason": "Why blank",
    "gaps_column_has_agreement": "In force (2016 panel, or a later text)",
    "gaps_column_agreement": "Agreement",
    "gaps_column_in_force": "Under an agreement since",
    "gaps_column_upper": "May be earlier",
    "gaps_column_provisions_count": "Of the 16 held provisions",
    "gaps_column_provisions": "Provisions",
    "gaps_column_basis": "Told by",
    "gaps_told_panel": "The World Bank's panel, {year}",
    "gaps_told_list": "A later agreement's own text",
    "gaps_reason_agreement_ended": "the panel's agreement no longer holds and no verified one followed",
    "gaps_reason_agreement_unverified": "one is said to hold that no official text read confirms",
    "gaps_reason_partial_scheme_only": "preferences on some tariffs only, which is no full agreement",
    "gaps_reason_no_joint_knowledge": "no instrument is known of both",
    "gaps_reason_both_empty": "neither has any of what is known of both",
    "gaps_reason_no_variation": "kappa: both at one level throughout",
    "gaps_reason_an_empty_set": "one has none of what is known of both",
    "gaps_reason_no_weight": "nothing counts",
    "gaps_beware_unknown": (
        "Unknown is no refusal: a gap is what no text read shows {area} to have, and finding the text closes it."
    ),
    "gaps_beware_positive": (
        "Texts mostly say who takes part and seldom who does not, so the measures over what is known of both are "
        "near 1; documented and the two ends say more."
    ),
    "gaps_beware_mean": (
        "Alignment falls where a member takes on what few others have: it measures what is shared and not how much."
    ),
    "gaps_beware_membership": (
        "Membership of a body or a closed treaty is not taken on alone: others have to admit the area."
    ),
    "gaps_beware_union": "The law of the European Union stands under the Union and not under its members.",
    "gaps_beware_dates": (
        "Where a text shows a status and gives no date, since when is not said: it is known now, not before the text."
    ),
    "gaps_only_official": "Known is what an official text or its reprint shows; unverified statuses count as unknown.",
    "gaps_all_shown": "Unverified statuses count as known here: they rest on secondary sources.",
}
