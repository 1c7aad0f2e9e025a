"""What must hold of standards in common, of circulation and of the intensity of investment."""

from typing import Final

A_BLANK_VALUE_SAYS_WHY: Final = (
    "A measure without a value has a reason.",
    "(value IS NULL) <> (reason IS NOT NULL)",
)
TREATY_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "out_standards_alignment": {
        "measures_keep_their_range": (
            "Jaccard, cosine and Hamming and their bounds lie between 0 and 1, kappa between -1 and 1.",
            "(metric <> 'kappa' AND (value NOT BETWEEN -1e-9 AND 1 + 1e-9 OR low NOT BETWEEN -1e-9 AND 1 + 1e-9 "
            "OR high NOT BETWEEN -1e-9 AND 1 + 1e-9)) OR value NOT BETWEEN -1 - 1e-9 AND 1 + 1e-9",
        ),
        "a_value_lies_between_its_bounds": (
            "What is known and what is documented lie between the least and the greatest that is possible.",
            "low > high + 1e-9 OR value NOT BETWEEN low - 1e-9 AND high + 1e-9 "
            "OR documented NOT BETWEEN low - 1e-9 AND high + 1e-9",
        ),
        "a_blank_value_says_why": A_BLANK_VALUE_SAYS_WHY,
        "no_more_is_known_than_is_listed": (
            "The first area stands before the second, and no more instruments are known than the list has.",
            "area_1 >= area_2 OR instruments_count NOT BETWEEN 0 AND listed_count",
        ),
    },
    "out_standards_gaps": {
        "unknown_is_no_status": (
            "A level stands where the state is known, and says the same.",
            "state NOT IN ('has', 'unknown', 'stated_not') OR (state = 'unknown') <> (level IS NULL) "
            "OR (state = 'has') <> coalesce(level >= 1, false)",
        ),
        "counts_agree": (
            "Between one and all other members have it; common is all of them, most more than half.",
            "with_count NOT BETWEEN 1 AND members_count OR with_count + without_count > members_count "
            "OR is_common <> (with_count = members_count) OR is_most <> (2 * with_count > members_count) "
            "OR level_low > level_high OR since_first > since_last OR undated_count NOT BETWEEN 0 AND with_count "
            "OR (undated_count = with_count) <> (since_first IS NULL) OR (since_first IS NULL) <> (since_last IS NULL)",
        ),
        "what_is_there_moves_nothing": (
            "Only an instrument the member is not known to have changes the set's alignment, from 0 to 1.",
            "(state = 'has' AND (alignment_before IS NOT NULL OR alignment_after IS NOT NULL)) "
            "OR (alignment_before IS NULL) <> (alignment_after IS NULL) "
            "OR least(alignment_before, alignment_after) < -1e-9 "
            "OR greatest(alignment_before, alignment_after) > 1 + 1e-9",
        ),
        "alignment_lies_in_its_range": (
            "Both means stand with their ends, within 0 and 1, and no step makes more of what is unknown possible.",
            " OR ".join(
                f"(alignment_{when} IS NULL) <> (alignment_low_{when} IS NULL) "
                f"OR (alignment_{when} IS NULL) <> (alignment_high_{when} IS NULL) "
                f"OR alignment_{when} NOT BETWEEN alignment_low_{when} - 1e-9 AND alignment_high_{when} + 1e-9 "
                f"OR alignment_low_{when} < -1e-9 OR alignment_high_{when} > 1 + 1e-9"
                for when in ("before", "after")
            )
            + " OR (state = 'unknown' AND (alignment_low_after < alignment_low_before - 1e-9 "
            "OR alignment_high_after > alignment_high_before + 1e-9))",
        ),
    },
    "out_talent_circulation": {
        "measures_keep_their_range": (
            "Circulation and coverage lie between 0 and 1, effectiveness between 0 and 100, the rest but net rates "
            "is not negative.",
            "(metric = 'circulation' AND value NOT BETWEEN -1e-9 AND 1 + 1e-9) "
            "OR (metric = 'effectiveness' AND value NOT BETWEEN -1e-9 AND 100 + 1e-6) "
            "OR (metric IN ('turnover', 'intensity', 'intensity_without_origin') AND value < 0) "
            "OR coverage_share NOT BETWEEN 0 AND 1 OR isnan(value) OR isinf(value)",
        ),
        "a_blank_value_says_why": A_BLANK_VALUE_SAYS_WHY,
        "a_value_has_its_coverage": (
            "A value is made of at least half of the pairs.",
            "value IS NOT NULL AND coalesce(coverage_share, 0) < 0.5 - 1e-9",
        ),
    },
    "out_capital_intensity": {
        "a_value_has_its_totals": (
            "An intensity is not negative and has its four figures, none greater than the whole it is of.",
            "value < 0 OR isnan(value) OR isinf(value) OR (value IS NOT NULL AND (from_total_usd IS NULL "
            "OR to_total_usd IS NULL OR world_usd IS NULL OR position_usd > least(from_total_usd, to_total_usd)))",
        ),
        "a_blank_value_says_why": A_BLANK_VALUE_SAYS_WHY,
        "a_position_below_zero_has_no_intensity": (
            "Investment taken back is no share of anything.",
            "position_usd < 0 AND reason IS DISTINCT FROM 'negative_input'",
        ),
    },
}
