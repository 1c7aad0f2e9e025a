"""The texts about how fresh each source is and what publishers changed since the last edition, by key."""

from typing import Final

FRESHNESS: Final = {
    # Sources and quality: how each source stands
    "fresh_heading": "How each source stands",
    "fresh_title_stopped": "{stopped} of {live} live sources are stopped: {names}; {stands}",
    "fresh_title_stopped_one": "1 of {live} live sources is stopped: {names}; {stands}",
    "fresh_stands_earlier": "earlier figures stand",
    "fresh_stands_none": "no figure of theirs is shown",
    "fresh_none_asked": (
        "{embedded} sources stand as they came with the program; none of the {live} live ones has been asked yet."
    ),
    "fresh_asked": "Sources with an answer that is believed: {believed} of {live} that are asked live.",
    "fresh_unanswered": "Late or without an answer: {count}.",
    "fresh_unverified": "Known of, and not asked: {count}.",
    "fresh_stop": "**{title}** is stopped: {what} {stands} What to do: {remedy}",
    "fresh_more_stops": "{count} more are stopped; the table below names them.",
    "fresh_stand_live": "The last good answer, of {date}, stands.",
    "fresh_stand_live_and_embedded": (
        "The last good answer, of {date}, stands, and the embedded figures for periods it does not cover."
    ),
    "fresh_stand_embedded": "The embedded figures stand.",
    "fresh_stand_nothing": "No figure of it is shown.",
    "fresh_note": (
        "Fresh: the last answer is believed and the next is not overdue. Late: the next was expected and has not come. "
        "Stopped: the last answer differs too much from the one before, and waits for a person; what was believed "
        "before stands. No key: the publisher asks for a key that is not set, or has refused it. No answer: the "
        "publisher could not be reached or answered with a fault; it is asked again. A period counts once for each "
        "reporter that is asked apart. Days are as this edition was built."
    ),
    "fresh_due_note": (
        "A mark stands at the end of the latest period held; the line ends on the day the next figures are expected."
    ),
    "fresh_expected": "next expected",
    "fresh_held_to": "figures to",
    "fresh_state_fresh": "Fresh",
    "fresh_state_late": "Late",
    "fresh_state_stopped": "Stopped",
    "fresh_state_no_key": "No key",
    "fresh_state_unavailable": "No answer",
    "fresh_state_never_asked": "Never asked",
    "fresh_state_embedded": "As embedded",
    "fresh_state_unverified": "Unverified",
    "fresh_shown_live": "last good answer",
    "fresh_shown_live_and_embedded": "last good answer, embedded figures beside it",
    "fresh_shown_embedded": "embedded figures",
    "fresh_shown_nothing": "none",
    "fresh_column_title": "Source",
    "fresh_column_state_words": "State",
    "fresh_column_stands_words": "Figures shown",
    "fresh_column_newest_period": "Figures to",
    "fresh_column_expected_by": "Next expected",
    "fresh_column_last_asked_at": "Last asked (UTC)",
    "fresh_column_last_believed_at": "Last believed (UTC)",
    "fresh_column_partitions_believed": "Periods believed",
    "fresh_column_partitions_stopped": "Periods stopped",
    "fresh_column_what_differed": "What differed",
    "fresh_column_remedy": "What to do",
    "fresh_no_figure": "No figure of this source is in edition {number}.",
    # What changed
    "nav_what_changed": "What changed",
    "changed_theme": "Theme",
    "changed_all_themes": "all themes",
    "changed_source": "Source",
    "changed_all_sources": "all sources",
    "changed_title_first": "This is the first edition: there is none before it to compare with",
    "changed_title_same": "No figure has changed since edition {previous}",
    "changed_title_read_anew": (
        "No publisher has changed a figure since edition {previous}; {count} differ because the same answer was read "
        "anew"
    ),
    "changed_title_new": "No figure was revised since edition {previous}; {new} are new, {gone} are gone",
    "changed_title_revised": "{title}: revised by {share} on average since edition {previous}",
    "changed_title_most": (
        "{title}: revised by {share} on average since edition {previous}, the most of {count} sources that were revised"
    ),
    "changed_title_counted": "Publishers changed {count} figures since edition {previous}",
    "changed_title_no_match": "Nothing of this choice is held in this edition and the one before",
    "changed_no_match_hint": "Choose all themes or all sources.",
    "changed_first_body": (
        "From the second edition on, this page says which figures publishers changed, by how much on average and which "
        "most. Every value is kept as it was known on its date."
    ),
    "changed_sentence": (
        "Of {compared} figures that both editions hold, publishers changed {revised} ({part}); {new} are new and "
        "{gone} are gone."
    ),
    "changed_sentence_none": "Both editions hold {compared} figures of this choice.",
    "changed_largest": "The largest: {what}, from {before} to {after}.",
    "changed_picture": "Mean absolute revision by source",
    "changed_picture_note": (
        "The mean size of the changes over all figures that both editions hold, changed or not, as a share of the mean "
        "size of the later figures. Sources that were not revised are left out."
    ),
    "changed_by_source": "By source",
    "changed_values": "Figures that differ",
    "changed_values_sampled": "Shown are the {shown} largest of {count} figures that differ.",
    "changed_values_none": "No figure of this choice differs.",
    "changed_by_age": "With age",
    "changed_by_age_note": (
        "How far figures had moved some days after they were first known; only sources that were asked again by then."
    ),
    "changed_kind_revised": "revised",
    "changed_kind_live": "live answer in place of an embedded figure",
    "changed_kind_read_anew": "same answer, read anew",
    "changed_why_nothing_compared": "nothing to compare",
    "changed_why_all_zero": "all figures are zero",
    "changed_why_not_a_number": "a status, no number",
    "changed_column_title": "Source",
    "changed_column_theme_words": "Theme",
    "changed_column_unit_measure": "Unit",
    "changed_column_values_compared": "In both editions",
    "changed_column_values_revised": "Revised",
    "changed_column_values_read_anew": "Read anew",
    "changed_column_values_new": "New",
    "changed_column_values_gone": "Gone",
    "changed_column_mean_revision": "Mean revision",
    "changed_column_mean_absolute_revision": "Mean absolute revision",
    "changed_column_sign_changes": "Changed sign",
    "changed_column_why": "Why blank",
    "changed_column_largest_key": "Revised most",
    "changed_column_reporter": "Told by",
    "changed_column_counterpart": "Other side",
    "changed_column_series_words": "Series",
    "changed_column_time_period": "Period",
    "changed_column_value_before": "Before",
    "changed_column_value_after": "Now",
    "changed_column_difference": "Difference",
    "changed_column_adoption_before": "Status before",
    "changed_column_adoption_after": "Status now",
    "changed_column_change_words": "Why it differs",
    "changed_column_age_days": "Age (days)",
    "changed_beware_live": (
        "Earlier figures that came with the program and have a live answer now: {count}. Such a difference may be one "
        "of form, and not the publisher's."
    ),
    "changed_beware_read_anew": (
        "Figures that differ although the answer is the same: {count}. Another exchange rate was applied, or a reading "
        "was mended; they are in no average."
    ),
    "changed_beware_partners": (
        "Shown are publishers' figures that everybody may see. What partners revise in their drops is on the page "
        "Exchange."
    ),
    "changed_beware_mean": (
        "An average is of one unit and over all series of a source, monthly and annual together; large series weigh "
        "most."
    ),
    "changed_source_line": "Source: the log of values of this exchange, editions {previous} and {number}.",
    "changed_source_line_first": "Source: the log of values of this exchange, edition {number}.",
}
