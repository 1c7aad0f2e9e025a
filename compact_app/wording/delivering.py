"""The texts of the page on what partners have sent, by key."""

from typing import Final

DELIVERING: Final = {
    "nav_exchange": "Exchange",
    "exchange_partner": "Partner",
    "exchange_all_partners": "all partners",
    "exchange_table": "Table",
    "exchange_all_tables": "all tables",
    "exchange_drop": "Drop",
    # Title and sentence
    "exchange_title": "{on_time} of {agreed} agreed deliveries came on time",
    "exchange_title_none_due": "{count} drops came, and none of them was due by an agreed calendar",
    "exchange_title_one": "1 drop came, and it was not due by an agreed calendar",
    "exchange_title_empty": "No partner has sent a drop yet: what will be here, and how to begin",
    "exchange_title_no_match": "{partner} has sent no drop of this choice",
    "exchange_no_match_hint": "Choose all partners and all tables to see the {count} drops there are.",
    "exchange_rows": (
        "{rows_in} rows came in {drops} drops: {stored} stored and {held} held, of which {still_open} wait to be "
        "mended."
    ),
    "exchange_rows_one": (
        "{rows_in} rows came in one drop: {stored} stored and {held} held, of which {still_open} wait to be mended."
    ),
    "exchange_overdue": "Overdue on {date}: {names}.",
    "exchange_overdue_one": "{partner}, {theme} of {period}",
    "exchange_not_taken": "Not taken in: {rejected} rejected, {waiting} waiting or repeated.",
    # Nobody has sent anything
    "exchange_empty_proposed": (
        "The {count} agreements below are proposals of this project's developers. No office has been asked, none has "
        "agreed to anything, and none has a key here, without which no drop can come in."
    ),
    "exchange_empty_agreed": (
        "{count} partners have an agreement and a key, so their drops can come in from now on; {proposed} agreements "
        "are proposals that nobody has agreed to."
    ),
    "exchange_empty_will": "What will be here",
    "exchange_empty_will_list": (
        "- each drop when it came, beside the day it was agreed for\n"
        "- its receipt: rows in, stored and held, and what to mend, row by row, for the partner who sent it\n"
        "- which published figures and ranks it moves, and for a drop that is held, which it would move\n"
        "- what it changes in the partner's own series"
    ),
    "exchange_empty_begin": "How to begin",
    "exchange_empty_begin_list": (
        "1. Take a template, fill it in and have it checked, on the page *Contribute* or with `compact validate`: this "
        "needs no agreement and nothing is kept.\n"
        "2. Make a key with `ssh-keygen -t ed25519` and have your agreement set up with its public half; two people "
        "review it.\n"
        "3. Bind your files in a manifest, sign it and send the drop: `compact drop pack`, `compact drop sign`.\n\n"
        "The guide for contributors, `docs/contributor_guide.md`, goes through it in ten minutes."
    ),
    "exchange_open_contribute": "Check a file or send a drop",
    # Picture
    "exchange_timeline": "When drops came, and when they were due",
    "exchange_timeline_note": (
        "A mark is a drop when it was picked up, an upright stroke a day that was agreed; the line between them is the "
        "delay. A revision of earlier periods was due at no time and has no line."
    ),
    "exchange_was_due": "was due",
    "exchange_is_due": "is next",
    "exchange_is_overdue": "is overdue",
    "drop_taken_in": "Taken in",
    "drop_partly": "Partly held",
    "drop_held": "Held whole",
    "drop_rejected": "Rejected",
    "drop_waiting": "Waiting or repeated",
    "drop_withdrawn": "{status}, withdrawn since",
    "drop_label": "{partner}, {theme}, drop {seq}",
    "drop_label_received": "{label}, received {date}, {time} UTC",
    "drop_no_table": "no table",
    "drop_no_number": "without a number",
    "drop_late": "{days} days late",
    "drop_late_one": "1 day late",
    "drop_early": "{days} days early",
    "drop_early_one": "1 day early",
    "drop_on_the_day": "on the day",
    # Tables
    "exchange_drops": "Drops",
    "exchange_agreements": "Agreements and what is next",
    "exchange_agreements_note": "An agreement that is proposed has no key and no due date: nobody has agreed to it.",
    "exchange_no_calendar": "No agreement has a calendar.",
    # One drop
    "exchange_one_drop": "One drop",
    "exchange_receipt": "Receipt",
    "exchange_sum": "{rows_in} rows in = {stored} stored + {held} held",
    "receipt_new": "New",
    "receipt_revised": "Revised",
    "receipt_unchanged": "Unchanged",
    "receipt_deleted": "Deleted",
    "receipt_held": "Held",
    "receipt_open": "Held, still open",
    "receipt_due": "Its period {period} was due on {due}; it came {late}.",
    "receipt_not_due": "It was not due by an agreed calendar.",
    "exchange_findings": "What to look at",
    "exchange_findings_none": "Nothing was found wrong.",
    "exchange_findings_hidden": (
        "{errors} findings hold rows or the drop, {warnings} are warnings. Who sent the drop sees each with its row."
    ),
    "exchange_findings_counted": (
        "How often each rule is broken; what stands in the files is for the partner who sent them."
    ),
    "exchange_findings_sampled": "Up to five examples of each rule and column; the receipt in the outbox has more.",
    "exchange_held_rows": "Held rows",
    "exchange_held_sampled": "The first {shown} of {count} held rows.",
    "exchange_effects": "What it moves in published figures",
    "exchange_effects_preview": "What it would move in published figures",
    "exchange_preview": (
        "Preview, not published: the drop is held, and every published figure is as it was before it came."
    ),
    "exchange_effects_none": "It moves no published figure that is shown here.",
    "exchange_effects_lead": (
        "Published figures that move: {count}; ranks, among those shown: {ranks}. The largest: {first}."
    ),
    "exchange_effects_lead_preview": (
        "Published figures that would move: {count}; ranks, among those shown: {ranks}. The largest: {first}."
    ),
    "exchange_effects_first": "{what} of {period}, from {before} ({who}) to {after} ({partner})",
    "exchange_effects_gone": "no figure",
    "exchange_effect_published": "In this edition",
    "exchange_effect_preview": "Preview",
    "exchange_effect_past": "Said otherwise since",
    "exchange_revisions": "What it changes in the partner's own series",
    "exchange_revisions_none": "It changes nothing that the partner had said before and that is shown here.",
    "exchange_revisions_lead": "Observations said before that the drop changes: {count}. The largest changes first.",
    "column_partner": "Partner",
    "column_drop": "Drop",
    "column_received": "Received (UTC)",
    "column_due": "Due",
    "column_late": "Days late",
    "column_due_period": "Period due",
    "column_next": "Next",
    "column_last": "Last taken in",
    "column_days": "Days after the period",
    "column_freq": "By",
    "column_agreement": "Agreement",
    "column_overdue": "Overdue",
    "column_rows_in": "Rows in",
    "column_new": "New",
    "column_revised": "Revised",
    "column_unchanged": "Unchanged",
    "column_deleted": "Deleted",
    "column_held": "Held",
    "column_open": "Held, still open",
    "column_errors": "Errors",
    "column_warnings": "Warnings",
    "column_folder": "Folder",
    "column_severity": "Severity",
    "column_rule": "Rule",
    "column_at_fault": "Column",
    "column_times": "Times",
    "column_file": "File",
    "column_row": "Row",
    "column_found": "Found",
    "column_allowed": "Allowed",
    "column_mend": "What to do",
    "column_key": "Key",
    "column_rules": "Rules",
    "column_state": "State",
    "column_reporter": "Reporter",
    "column_counterpart": "Counterpart",
    "column_series": "Series",
    "column_said_before": "Said before by",
    "column_said_now": "Said with the drop by",
    "column_value_before": "Published before",
    "column_value_with": "With the drop",
    "column_rank_before": "Rank before",
    "column_rank_after": "Rank with the drop",
    "column_standing": "Standing",
    "column_what_changed": "Change",
    "column_own_before": "Said before",
    "column_own_after": "Says now",
    "column_unit": "Unit",
    "format_day": "YYYY-MM-DD",
    "format_moment": "YYYY-MM-DD HH:mm",
    # Beware
    "exchange_for_public": (
        "This is what everybody sees: drops that were taken in or are held, with counts and dates. What stands in a "
        "drop is for the partner who sent it."
    ),
    "exchange_for_negotiator": (
        "This is what negotiators see: all drops, and what they move among free figures. What stands in a drop is for "
        "the partner who sent it."
    ),
    "exchange_for_partner": (
        "This is what {partner} sees: everything of its own drops, and what everybody sees of others."
    ),
    "exchange_effects_beware": (
        "Moves are measured against the edition that was served when the drop was judged, and with free figures only."
    ),
    "exchange_as_of": "What is overdue is said as of the day this edition was built.",
    "exchange_source": "Source: the exchange's own ledger and its agreements with partners · as of {date} · {edition}",
}
