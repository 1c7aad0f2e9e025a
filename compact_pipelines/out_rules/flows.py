"""What must hold of the reconciled flows and of what they rest on."""

from typing import Final

FLOW_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "out_mirror_flows": {
        "asymmetry_is_a_share": (
            "An asymmetry lies between 0 and 1 and stands only where two independent reports do.",
            "asymmetry NOT BETWEEN 0 AND 1 OR (asymmetry IS NOT NULL AND (imputed_mirror OR reported_by_from IS NULL "
            "OR reported_by_to IS NULL))",
        ),
        "same_source_is_never_grade_a": (
            "Two reports that rest on one collection are never graded A.",
            "same_source AND grade = 'A'",
        ),
        "a_blank_side_says_why": (
            "A side without a figure has a reason, a side with one has none.",
            "(reported_by_from IS NULL) <> (missing_from IS NOT NULL) OR "
            "(reported_by_to IS NULL) <> (missing_to IS NOT NULL)",
        ),
        "a_reconciled_value_lies_between": (
            "A reconciled value lies between the two reports at one valuation, and its interval contains it.",
            "(weight_from IS NOT NULL AND reconciled NOT BETWEEN "
            "least(CAST(reported_by_from AS DOUBLE), comparable_to) * (1 - 1e-12) AND "
            "greatest(CAST(reported_by_from AS DOUBLE), comparable_to) * (1 + 1e-12)) "
            "OR reconciled < low OR reconciled > high OR weight_from NOT BETWEEN 0 AND 1",
        ),
        "a_blank_interval_says_why": (
            "A flow without a reconciled value or an interval has a reason.",
            "(reconciled IS NULL OR low IS NULL OR high IS NULL) AND reconciled_reason IS NULL",
        ),
    },
    "out_mirror_gaps": {
        "steps_add_up": (
            "From one report to the other, the steps of a flow add up to the last decimal.",
            "(theme, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure) IN ("
            "SELECT (theme, from_area, to_area, subject, stock_flow, freq, time_period, unit_measure) FROM frame "
            "GROUP BY ALL HAVING sum(CASE step WHEN 'reported_by_to' THEN -amount ELSE amount END) <> 0)",
        ),
    },
    "out_reporter_reliability": {
        "errors_are_above_zero": (
            "A standard deviation is above zero and lies in its interval.",
            "sigma <= 0 OR sigma NOT BETWEEN sigma_low - 1e-9 AND sigma_high + 1e-9",
        ),
        "ranks_lie_in_their_range": (
            "A rank lies between its best and its worst.",
            "rank NOT BETWEEN rank_low AND rank_high",
        ),
        "a_blank_estimate_says_why": (
            "A reporter without an estimate has a reason.",
            "(estimate IS NULL) <> (reason IS NOT NULL)",
        ),
    },
    "out_valuation_rules": {
        "shares_are_clamped": (
            "A rule takes off no less than nothing and no more than a fifth.",
            "freight_share NOT BETWEEN 0 AND 0.2 OR freight_share_low < 0 OR freight_share_high > 0.2 + 1e-12",
        ),
    },
    "out_freight_shares": {
        "shares_are_clamped": (
            "A fitted share lies between 0 and 0.2.",
            "freight_share NOT BETWEEN 0 AND 0.2 + 1e-12",
        ),
    },
    "out_total_residuals": {
        "residuals_add_up": (
            "A residual is the published total less the reconciled sum.",
            "abs(CAST(published_total AS DOUBLE) - reconciled_sum - residual) > 1e-6 * abs(published_total)",
        ),
        "a_blank_residual_says_why": (
            "A total without a reconciled sum has no residual, and a reason.",
            "(reconciled_sum IS NULL) <> (reason IS NOT NULL) OR (residual IS NULL) <> (reason IS NOT NULL) "
            "OR (residual_share IS NOT NULL AND reason IS NOT NULL)",
        ),
    },
}
