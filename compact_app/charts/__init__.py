"""Pictures: a frame in, an Altair chart out. Nothing here asks the edition or knows Streamlit."""

from compact_app.charts.bars import supplier_bars, tier_shares
from compact_app.charts.coverage import reach
from compact_app.charts.deliveries import deliveries
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
    "alliance_map",
    "alliance_network",
    "both_sides",
    "deliveries",
    "gap_steps",
    "legible",
    "north_america_map",
    "reach",
    "reaches_beyond",
    "reporter_history",
    "reporter_ranking",
    "sparkline_values",
    "stated_spreads",
    "supplier_bars",
    "tier_shares",
]
