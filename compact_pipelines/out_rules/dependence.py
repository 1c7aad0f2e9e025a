"""What must hold of the criteria of dependency, of supplier cuts and of what they rest on."""

from typing import Final

DEPENDENCE_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "out_export_totals": {
        "a_total_holds_what_is_named": (
            "A total is no less than the sum of its named destinations, and not below zero.",
            "total_value < named_value * (1 - 1e-9) OR total_value < 0",
        ),
        "a_blank_total_says_why": (
            "A row without a total has a reason.",
            "(total_value IS NULL) <> (reason IS NOT NULL)",
        ),
    },
    "out_dependency_criteria": {
        "bounds_hold": (
            "A value lies between its bounds; concentration and the share from outside between 0 and 1.",
            "value_low > value_high OR value NOT BETWEEN value_low AND value_high OR value_low < 0 "
            "OR (criterion IN ('concentration', 'outside_share', 'world_exports') AND value_high > 1 + 1e-9)",
        ),
        "distance_says_what_is_met": (
            "A criterion is met where its distance to the limit is above zero (all: not below), blank as it is.",
            "(is_met IS NULL) <> (distance IS NULL) OR (criterion <> 'all' AND is_met <> (distance > 0)) "
            "OR (criterion = 'all' AND is_met <> (distance >= 0))",
        ),
        "a_blank_value_says_why": (
            "A criterion without a value has a reason, and names the members that are the reason.",
            "(value IS NULL) <> (reason IS NOT NULL) "
            "OR (reason IS NOT DISTINCT FROM 'member_without_data') <> (missing_members IS NOT NULL)",
        ),
    },
    "out_dependency_stability": {
        "years_add_up": (
            "Years met are among those held, runs and recent years among both.",
            "years_met > years_held OR longest_run > years_met OR recent_met > recent_held OR recent_held > years_held "
            "OR recent_met > years_met OR least(years_held, years_met, longest_run, recent_held, recent_met) < 0",
        ),
        "a_blank_history_says_why": (
            "A criterion without any year has a reason, and only such a one.",
            "(years_held = 0) <> (reason IS NOT NULL)",
        ),
    },
    "out_geopolitical_distance": {
        "distances_and_shares_hold": (
            "A distance is not below zero, and the share it rests on is one from half up.",
            "distance < 0 OR covered_share NOT BETWEEN 0 AND 1 + 1e-9 "
            "OR (distance IS NOT NULL AND covered_share < 0.5)",
        ),
        "a_blank_distance_says_why": (
            "A row without a distance has a reason, one with a distance names its votes.",
            "(distance IS NULL) <> (reason IS NOT NULL) OR (distance IS NOT NULL AND position_period IS NULL)",
        ),
    },
    "out_supplier_cuts": {
        "less_is_left_with_every_cut": (
            "What is left is a share that falls, or stays, with every cut; the least is no more than it.",
            "kept_share NOT BETWEEN 0 AND 1 + 1e-9 OR kept_low NOT BETWEEN 0 AND kept_share + 1e-9 "
            "OR (receiver_kind, receiver, subject, time_period, cut_count) IN ("
            "SELECT (b.receiver_kind, b.receiver, b.subject, b.time_period, b.cut_count) FROM frame a JOIN frame b "
            "ON (b.receiver_kind, b.receiver, b.subject, b.time_period, b.cut_count) "
            "= (a.receiver_kind, a.receiver, a.subject, a.time_period, a.cut_count + 1) "
            "WHERE b.kept_share > a.kept_share + 1e-9 OR b.lost_value > a.lost_value * (1 + 1e-9) AND a.cut_count > 0)",
        ),
        "a_blank_share_says_why": (
            "A row without a share has a reason.",
            "(kept_share IS NULL) <> (reason IS NOT NULL)",
        ),
    },
}
