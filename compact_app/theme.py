"""What things look like: colours, shapes and sizes, one place for all pages.

The palette is Okabe and Ito's, which the colour-blind tell apart; every mark has a contrast of at least 3:1 on the
light and on the dark background, and no meaning hangs on colour alone: tiers also have a shape, sides a label.
"""

from typing import Final

import altair as alt
import streamlit as st

TIERS: Final = ("core", "partner", "ally", "outside")
TIER_COLOURS: Final = {"core": "#0072B2", "partner": "#D55E00", "ally": "#009E73", "outside": "#7A7A7A"}
TIER_SHAPES: Final = {"core": "circle", "partner": "diamond", "ally": "square", "outside": "triangle-up"}
NO_TIER_COLOUR: Final = "#D5D8DC"
NEUTRAL: Final = "#7A7A7A"
THEME_COLOURS: Final = {
    "compute_exports": "#0072B2",
    "capital_flows": "#8A5FA8",
    "talent_movement": "#009E73",
    "standards_adoption": "#B35900",
    "infrastructure": "#7A6A00",
}
# The two sides of a flow, who sends and who receives, and the value reconciled out of both with its range.
SIDE_COLOURS: Final = {"from": "#0072B2", "to": "#D55E00", "reconciled": "#009E73"}
SIDE_SHAPES: Final = {"from": "circle", "to": "diamond", "reconciled": "square"}
BAND_OPACITY: Final = 0.22  # a range is a lighter band of its line's hue
# What leads from one report to the other: a step that is known, and what stays unexplained.
STEP_COLOURS: Final = {"known": "#7A7A7A", "unexplained": "#8A5FA8"}
INK: Final = {"light": "#1b1f24", "dark": "#f1f3f5"}
GROUND: Final = {"light": "#ffffff", "dark": "#171614"}  # Streamlit's own, behind words that stand on lines
MARK: Final = {"light": "#FFE0B3", "dark": "#6B3F00"}
# What became of a drop; shapes tell them apart without colour, and none is red: a held row is no breach.
DROP_STATES: Final = ("taken_in", "partly", "held", "rejected", "waiting")
DROP_COLOURS: Final = {
    "taken_in": "#0072B2",
    "partly": "#009E73",
    "held": "#D55E00",
    "rejected": "#7A7A7A",
    "waiting": "#8A5FA8",
}
DROP_SHAPES: Final = {
    "taken_in": "circle",
    "partly": "diamond",
    "held": "square",
    "rejected": "cross",
    "waiting": "triangle-up",
}
# How a source stands; shapes and marks tell without colour, and none is red: a stop is a question and no breach.
FRESH_STATES: Final = ("fresh", "late", "stopped", "unavailable", "no_key", "never_asked", "embedded", "unverified")
FRESH_COLOURS: Final = {
    "fresh": "#0072B2",
    "late": "#B35900",
    "stopped": "#D55E00",
    "unavailable": "#8A5FA8",
    "no_key": "#7A6A00",
    "never_asked": "#7A7A7A",
    "embedded": "#009E73",
    "unverified": "#7A7A7A",
}
FRESH_SHAPES: Final = {
    "fresh": "circle",
    "late": "triangle-up",
    "stopped": "square",
    "unavailable": "cross",
    "no_key": "diamond",
    "never_asked": "triangle-down",
    "embedded": "circle",
    "unverified": "triangle-right",
}
FRESH_MARKS: Final = {
    "fresh": "●",
    "late": "▲",
    "stopped": "■",
    "unavailable": "✚",
    "no_key": "◆",
    "never_asked": "▽",
    "embedded": "○",
    "unverified": "▷",
}
# How far an instrument is taken on, 0 stated refusal to 4 binding: one hue, deeper is firmer.
LEVEL_COLOURS: Final = ("#D5D8DC", "#C6DBEF", "#7FB3DA", "#2672AC", "#08519C")
# Whether a commitment is kept; shapes tell without colour, and what is not measurable is no breach.
STATUS_COLOURS: Final = {"met": "#0072B2", "not_met": "#D55E00", "not_measurable": "#7A7A7A", "no_indicator": "#7A7A7A"}
STATUS_SHAPES: Final = {
    "met": "circle",
    "not_met": "cross",
    "not_measurable": "triangle-down",
    "no_indicator": "M-1,-0.15L1,-0.15L1,0.15L-1,0.15Z",  # a dash
}
STATUS_MARKS: Final = {"met": "●", "not_met": "✚", "not_measurable": "▼", "no_indicator": "–"}  # noqa: RUF001  (a dash)
# Members side by side in one picture, by the order of their names.
SERIES_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#8A5FA8", "#B35900", "#7A6A00")
SERIES_SHAPES: Final = ("circle", "diamond", "square", "triangle-up", "cross", "triangle-down")
BREACH: Final = "#C62828"
CHART_HEIGHT: Final = 380
MAP_HEIGHT: Final = 350
GRAPH_HEIGHT: Final = 560
SPARK_HEIGHT: Final = 56
FONT_SIZE: Final = 13
LEGEND_SIZE: Final = 120

# Streamlit's own theme adapts text and grid to light and dark; this adds only what it leaves open.
STYLE: Final = """
<style>
h1 { font-size: clamp(1.4rem, 1.1rem + 1.5vw, 2.2rem) !important; line-height: 1.2 !important; text-wrap: balance; }
[data-testid="stMainBlockContainer"] { padding-top: 4.75rem; max-width: 1240px; }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; font-size: 1.45rem; }
[data-testid="stMetricValue"] * { white-space: normal !important; overflow: visible !important; }
[data-testid="stCaptionContainer"] { opacity: 1; color: inherit; }
[data-testid="stCaptionContainer"] p { opacity: 0.82; }
.st-key-matrix { overflow-x: auto; }
[role="tab"][aria-selected="true"] { color: inherit !important; font-weight: 700; }
[role="tab"][aria-selected="true"] p { font-weight: 700; }
/* Streamlit's own CSV keeps what a spreadsheet would run as a formula; the pages' own buttons neutralise it. */
[data-testid="stElementToolbar"] button[aria-label="Download as CSV"] { display: none; }
a:focus-visible, button:focus-visible { outline: 3px solid #0072B2 !important; outline-offset: 2px; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 4.75rem 0.8rem 2rem; }
  .st-key-choices [data-testid="stColumn"] { min-width: 44% !important; flex: 1 1 44% !important; }
}
</style>
"""


def apply() -> None:
    """Set the page up: title, width, sizes that follow the screen."""
    st.html(STYLE)


def ink() -> str:
    """The colour of text on the reader's background; text in a chart does not follow it by itself."""
    return INK["dark" if st.context.theme.type == "dark" else "light"]


def ground() -> str:
    """The reader's background, for the rim of words that stand on lines."""
    return GROUND["dark" if st.context.theme.type == "dark" else "light"]


def mark() -> str:
    """The ground of a cell that is at fault; what is written on it stays legible."""
    return MARK["dark" if st.context.theme.type == "dark" else "light"]


def tier_scale(names: dict[str, str]) -> alt.Scale:
    """Tier, by its name in words, to colour."""
    return alt.Scale(domain=[names[tier] for tier in TIERS], range=[TIER_COLOURS[tier] for tier in TIERS])


def tier_shape_scale(names: dict[str, str]) -> alt.Scale:
    """Tier, by its name in words, to shape, for those who do not tell the colours apart."""
    return alt.Scale(domain=[names[tier] for tier in TIERS], range=[TIER_SHAPES[tier] for tier in TIERS])
