"""What all pictures share: legends, and the colour of their words."""

from typing import Literal

import altair as alt

from compact_app import theme

Picture = alt.Chart | alt.LayerChart | alt.FacetChart


def legible(picture: Picture, ink: str) -> Picture:
    """The same picture with the words of its axes and legends in the page's own text colour."""
    with_axes: Picture = picture.configure_axis(labelColor=ink, titleColor=ink)
    with_legends: Picture = with_axes.configure_legend(labelColor=ink, titleColor=ink)
    return with_legends


def legend(orient: Literal["top", "bottom"]) -> alt.Legend:
    """A legend whose marks are as large as those it explains, in two columns so that a phone shows it whole."""
    return alt.Legend(
        title=None,
        orient=orient,
        columns=2,
        symbolSize=theme.LEGEND_SIZE,
        symbolStrokeWidth=0,
        labelFontSize=theme.FONT_SIZE,
        labelLimit=260,
    )
