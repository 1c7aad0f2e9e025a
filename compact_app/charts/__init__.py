"""Pictures: a frame in, an Altair chart out. Nothing here asks the edition or knows Streamlit."""

from compact_app.charts.bars import supplier_bars, tier_shares
from compact_app.charts.commitments import commitment_counts, commitment_history, commitment_matrix
from compact_app.charts.coverage import reach
from compact_app.charts.cuts import cut_curves
from compact_app.charts.deliveries import deliveries
from compact_app.charts.freshness import expected_figures, mean_revisions
from compact_app.charts.gains import before_after, gain_intervals
from compact_app.charts.gaps import gap_matrix, step_effects
from compact_app.charts.left import alike_matrix, what_is_left
from compact_app.charts.maps import alliance_map, north_america_map
from compact_app.charts.matrix import adoption_matrix, adoption_timeline
from compact_app.charts.network import alliance_network
from compact_app.charts.ranking import reporter_history, reporter_ranking, stated_spreads
from compact_app.charts.series import both_sides, reaches_beyond, sparkline_values
from compact_app.charts.style import Picture, legible
from compact_app.charts.waterfall import gap_steps

__all__ = [
    "Picture",
    "adoption_matrix",
    "adoption_timeline",
    "alike_matrix",
    "alliance_map",
    "alliance_network",
    "before_after",
    "both_sides",
    "commitment_counts",
    "commitment_history",
    "commitment_matrix",
    "cut_curves",
    "deliveries",
    "expected_figures",
    "gain_intervals",
    "gap_matrix",
    "gap_steps",
    "legible",
    "mean_revisions",
    "north_america_map",
    "reach",
    "reaches_beyond",
    "reporter_history",
    "reporter_ranking",
    "sparkline_values",
    "stated_spreads",
    "step_effects",
    "supplier_bars",
    "tier_shares",
    "what_is_left",
]
