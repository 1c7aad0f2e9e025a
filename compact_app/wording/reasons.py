"""What codes of reconciled flows mean in words: why a value is blank, who reports, how a step of a gap is known."""

from typing import Final

# Why there is no reconciled value, or no range around it; what one_report and one_collection rest on stands elsewhere.
REASON_WORDS: Final = {
    "negative_input": (
        "No reconciled value: a figure is below zero, as when investment is taken back, and errors are measured by "
        "ratios, which such a figure has none of."
    ),
    "zero_against_value": (
        "No reconciled value: one side reports zero where the other sees a flow. It lies between zero and {high}, and "
        "no weight can narrow that."
    ),
    "zero_no_interval": "Zero is reported; errors are measured by ratios, so there is no range around zero.",
    "unit_slip": (
        "No reconciled value: the two reports differ by about a power of ten, as when thousands are booked as units. "
        "Which of them slipped is not known."
    ),
    "one_report": "One report, so the range around it is as wide as that reporter's own error.",
    "one_collection": (
        "Both reports rest on one collection, so their errors are not independent: the range is wider for it."
    ),
}

# The same in a table, where the other columns do not say it already.
NOTE_WORDS: Final = {
    "negative_input": "a figure below zero",
    "zero_against_value": "zero against a figure",
    "zero_no_interval": "zero, no range",
    "unit_slip": "a power of ten apart",
}

# Why reconciled flows have no sum to set beside a published total.
SUM_WORDS: Final = {
    "negative_input": "a flow with one of its partners is below zero and has no reconciled value",
    "not_reconciled": "a flow with one of its partners is reported and has no reconciled value",
}

# Who reports, by theme and side.
ROLE_WORDS: Final = {
    ("compute_exports", "from"): "as exporter",
    ("compute_exports", "to"): "as importer",
    ("capital_flows", "from"): "as sender",
    ("capital_flows", "to"): "as receiver",
    ("talent_movement", "from"): "as sender",
    ("talent_movement", "to"): "as receiver",
}

STATE_WORDS: Final = {
    "reported": "reported",
    "measured": "measured",
    "estimated": "estimated",
    "not_measured": "not measured",
    "not_applicable": "not applicable",
    "residual": "the rest",
}
