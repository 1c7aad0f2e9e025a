"""What must hold of the verdicts on commitments."""

from typing import Final

COMMITMENT_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "out_commitments": {
        "a_verdict_follows_its_value": (
            "A known value on the right side of its threshold is met, on the other not met, and its distance agrees.",
            "value IS NOT NULL AND ("
            "distance IS NULL OR abs(distance - CASE comparison WHEN 'at_least' THEN value - threshold "
            "ELSE threshold - value END) > 1e-9 * greatest(1, abs(threshold)) "
            "OR status <> CASE WHEN distance >= -1e-9 THEN 'met' ELSE 'not_met' END)",
        ),
        "a_value_lies_in_its_bounds": (
            "A value equals both of its bounds, and the lower bound is not above the upper one.",
            "value_low > value_high OR (value IS NOT NULL AND (value <> value_low OR value <> value_high))",
        ),
        "no_verdict_says_why": (
            "What is not measurable has a reason, and nothing else has.",
            "status NOT IN ('met', 'not_met', 'not_measurable') OR (status = 'not_measurable') <> (reason IS NOT NULL)",
        ),
        "a_member_without_data_is_not_at_fault": (
            "Without a value or a bound a member is not measurable.",
            "member <> '_Z' AND value_low IS NULL AND status <> 'not_measurable'",
        ),
        "all_are_met_together": (
            "All members together meet a commitment only if each does, and miss it as soon as one does.",
            "(member = '_Z') <> (members_met IS NOT NULL) OR (member = '_Z' AND status <> "
            "CASE WHEN members_not_met > 0 THEN 'not_met' "
            "WHEN members_not_measurable > 0 OR members_met = 0 THEN 'not_measurable' ELSE 'met' END)",
        ),
        "one_row_is_the_latest": (
            "Of each commitment and member one row says how things stand.",
            "(commitment, member) IN (SELECT (commitment, member) FROM frame GROUP BY commitment, member "
            "HAVING count(*) FILTER (is_latest) <> 1)",
        ),
    },
}
