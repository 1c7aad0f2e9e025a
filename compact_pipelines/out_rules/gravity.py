"""What must hold of the estimate, the base years and what the model says."""

from typing import Final

GRAVITY_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "out_gravity_estimates": {
        "estimates_are_numbers": (
            "A coefficient is a number and its standard error is above zero.",
            "NOT isfinite(coefficient) OR NOT isfinite(std_error) OR std_error <= 0 OR n_used <= 0 OR n_separated < 0",
        ),
    },
    "out_gravity_base": {
        "sales_at_home_are_held": (
            "Every area of a base sells at home more than nothing; the model is not run on a zero in its place.",
            "kind = 'domestic' AND (obs_value IS NULL OR NOT (obs_value > 0) OR from_area <> to_area)",
        ),
        "flows_are_not_negative": (
            "A flow is no less than zero and lies in its interval.",
            "obs_value < 0 OR isnan(obs_value) OR low > obs_value OR high < obs_value OR low <= 0",
        ),
        "a_blank_flow_says_why": (
            "A flow without a value has a reason.",
            "(obs_value IS NULL) <> (reason IS NOT NULL)",
        ),
    },
    "out_gravity_areas": {
        "a_refused_area_says_why": (
            "An area that a base refuses has a reason and no figures; the others have both shares.",
            "(state = 'refused') <> (reason IS NOT NULL) OR (state = 'refused') <> (income_usd IS NULL) "
            "OR (home_share IS NOT NULL AND NOT (home_share > 0 AND home_share <= 1)) OR income_usd <= 0",
        ),
    },
    "out_model_checks": {
        "published_results_are_met": (
            "Our model gives published results within the stated tolerance.",
            "is_within IS FALSE OR (tolerance IS NULL) <> (is_within IS NULL) "
            "OR abs(ours - published - difference) > 1e-9 OR isnan(ours)",
        ),
    },
    "out_accession": {
        "a_blank_gain_says_why": (
            "An area without a gain has a reason.",
            "(gain_percent IS NULL) <> (reason IS NOT NULL)",
        ),
        "draws_lie_in_order": (
            "The median lies between the 5th and the 95th percentile, and a share of draws between 0 and 1.",
            "gain_median NOT BETWEEN gain_p05 AND gain_p95 OR share_above_zero NOT BETWEEN 0 AND 1 "
            "OR isnan(gain_percent)",
        ),
        "unknown_pairs_have_their_point": (
            "The gain if unknown pairs were new stands beside every gain, and is the same where no pair is unknown.",
            "pairs_unknown_count < 0 OR isnan(gain_if_unknown_new) "
            "OR (gain_percent IS NOT NULL AND gain_if_unknown_new IS NULL) "
            "OR (pairs_unknown_count = 0 AND gain_if_unknown_new IS DISTINCT FROM gain_percent)",
        ),
        "what_is_unchanged_is_zero": (
            "Where every pair has an agreement already, no area in the model gains or loses.",
            "is_unchanged AND gain_percent <> 0",
        ),
    },
}
