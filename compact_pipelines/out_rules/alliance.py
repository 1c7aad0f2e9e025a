"""What must hold of dependency, cohesion and the measures of the graph."""

from typing import Final

ALLIANCE_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "out_dependency": {
        "shares_add_up": (
            "Shares of core, partners, allies, outside and unnamed add up to 1, each from 0 to 1.",
            "abs(core_share + partner_share + ally_share + outside_share + unnamed_share - 1) > 1e-9 "
            "OR least(core_share, partner_share, ally_share, outside_share, unnamed_share, top_share) < -1e-9 "
            "OR greatest(core_share, partner_share, ally_share, outside_share, unnamed_share, top_share) > 1 + 1e-9",
        ),
        "bounds_hold": (
            "The bounds of the concentration index lie between 0 and 1, in order, and the index between them.",
            "hhi_low > hhi_high + 1e-9 OR hhi_low < 0 OR hhi_high > 1 + 1e-9 "
            "OR hhi NOT BETWEEN hhi_low - 1e-9 AND hhi_high + 1e-9",
        ),
        "a_blank_share_says_why": (
            "A row without shares has a reason.",
            "(top_share IS NULL) <> (reason IS NOT NULL)",
        ),
    },
    "out_cohesion": {
        "measures_keep_their_range": (
            "Shares lie between 0 and 1, introversion and external-internal between -1 and 1.",
            "(metric IN ('intra_share', 'intra_share_of_totals', 'intra_export_share', 'reciprocity', 'density', "
            "'asymmetry') "
            "AND value NOT BETWEEN -1e-9 AND 1 + 1e-9) "
            "OR (metric IN ('introversion', 'external_internal') AND value NOT BETWEEN -1 - 1e-9 AND 1 + 1e-9)",
        ),
        "a_blank_value_says_why": (
            "A measure without a value has a reason.",
            "(value IS NULL) <> (reason IS NOT NULL)",
        ),
    },
    "out_network_metrics": {
        "shares_are_shares": (
            "Measures that are shares lie between 0 and 1.",
            "metric IN ('pagerank', 'betweenness', 'eigenvector', 'hub', 'authority', 'closeness', 'harmonic', "
            "'clustering', 'clustering_barrat', 'disparity', 'coreness', 'reciprocity', 'density', 'transitivity', "
            "'community_stability') AND value NOT BETWEEN -1e-9 AND 1 + 1e-9",
        ),
        "correlations_are_correlations": (
            "Assortativity and the fit of the core lie between -1 and 1.",
            "metric IN ('assortativity', 'core_fit') AND value NOT BETWEEN -1 - 1e-9 AND 1 + 1e-9",
        ),
        "a_blank_value_says_why": (
            "A measure without a value has a reason.",
            "(value IS NULL) <> (reason IS NOT NULL)",
        ),
    },
}
