"""What must hold of how sure ranks are, of what is left of graphs, and of policy positions."""

from typing import Final

NETWORK_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "out_rank_ranges": {
        "ranges_are_in_order": (
            "A range runs from a higher rank to a lower one, from 1 on, over draws that were made.",
            "rank < 1 OR rank_low < 1 OR rank_low > rank_high OR draws < 1",
        ),
        "drawn_shares_are_shares": (
            "The share of ties with an interval lies between 0 and 1.",
            "drawn_share NOT BETWEEN 0 AND 1",
        ),
    },
    "out_robustness": {
        "shares_are_shares": (
            "Flow kept, the largest part and what is removed lie between 0 and 1; efficiency is not below 0.",
            "least(kept_flow, giant_share, removed_share, kept_flow_mean, giant_share_mean) < -1e-9 "
            "OR greatest(kept_flow, giant_share, removed_share, kept_flow_mean, giant_share_mean) > 1 + 1e-9 "
            "OR efficiency NOT BETWEEN 0 AND 1e300",
        ),
        "all_is_left_at_first": (
            "Before anything is removed all is left, and nothing after everything is.",
            "(removed_count = 0 AND (abs(kept_flow - 1) > 1e-9 OR abs(efficiency - 1) > 1e-9)) "
            "OR (removed_share = 1 AND kept_flow <> 0)",
        ),
        "random_orders_have_a_range": (
            "The mean of random orders has a range, the order of strength has an area that goes, and not the reverse.",
            "(removal_order = 'random') <> (kept_flow_low IS NOT NULL) "
            "OR (removal_order = 'random') <> (kept_flow_high IS NOT NULL) OR kept_flow_low > kept_flow_high "
            "OR (removed_area IS NOT NULL) <> (removal_order = 'strongest' AND removed_count > 0)",
        ),
    },
    "out_policy_similarity": {
        "measures_keep_their_range": (
            "No measure passes 1; S is not below -1.",
            "value > 1 + 1e-9 OR isnan(value) OR (metric = 's' AND value < -1 - 1e-9)",
        ),
        "a_blank_value_says_why": (
            "A pair without a value has a reason, and one without items in common no value.",
            "(value IS NULL) <> (reason IS NOT NULL) OR (n_items = 0 AND value IS NOT NULL)",
        ),
        "pairs_stand_in_order": (
            "The first area of a pair is the first by the alphabet.",
            "area_1 >= area_2",
        ),
    },
    "out_geopolitical_position": {
        "positions_are_on_the_line": (
            "No area is farther from the United States than 10, and they stand at 0.",
            "abs(position) > 10 + 1e-9 OR isnan(position) OR (area = 'USA' AND position <> 0)",
        ),
        "explained_shares_are_shares": (
            "The share of variance explained lies between 0 and 1.",
            "explained_share NOT BETWEEN -1e-9 AND 1 + 1e-9",
        ),
        "a_blank_position_says_why": (
            "An area without a position has a reason.",
            "(position IS NULL) <> (reason IS NOT NULL)",
        ),
    },
}
