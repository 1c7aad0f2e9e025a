"""What is left of a graph as areas go, and how alike areas' positions are."""

from collections.abc import Mapping, Sequence
from typing import Final

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

CELL: Final = 46
CELL_OF_MANY: Final = 17
NAMES: Final = 150  # pixels beside the cells
HEAD_AND_KEY: Final = 160  # pixels above and below them
FEW: Final = 16  # up to so many areas each cell has its number
DARK: Final = 0.65


def what_is_left(rows: pl.DataFrame, measure: str, *, title: str) -> Picture:
    """What is left after so many areas are gone: strongest first as a line, random orders as a line and its band.

    Args:
        rows: ([removal_order, removed_count, removed_name, kept_flow_low, kept_flow_high, measure]) of one graph.
        measure: the column that is drawn; only kept_flow has a band.
        title: of the upright axis.
    """
    words = {order: wording.say(f"left_{order}") for order in ("strongest", "random")}
    has_band = measure == "kept_flow"
    data = rows.select(
        "removed_count",
        value=measure,
        order=pl.col("removal_order").replace_strict(words),
        low="kept_flow_low" if has_band else pl.lit(None),
        high="kept_flow_high" if has_band else pl.lit(None),
        gone=pl.col("removed_name").fill_null(""),
    ).with_columns(shown=pl.col("value").map_elements(wording.share, return_dtype=pl.String))
    colours = alt.Scale(domain=list(words.values()), range=list(theme.SERIES_COLOURS[1::-1]))
    base = alt.Chart(alt.InlineData(values=data.to_dicts())).encode(
        x=alt.X("removed_count:Q", title=wording.say("left_removed"), axis=alt.Axis(tickMinStep=1))
    )
    upright = alt.Y("value:Q", title=title, axis=alt.Axis(format="%"), scale=alt.Scale(zero=True))
    colour = alt.Color("order:N", scale=colours, legend=style.legend("top"))
    lines = base.mark_line(strokeWidth=2.2).encode(
        y=upright, color=colour, strokeDash=alt.StrokeDash("order:N", scale=_dashes(words), legend=None)
    )
    points = base.mark_point(filled=True, size=34).encode(
        y=upright,
        color=colour,
        tooltip=[
            alt.Tooltip("order:N", title=" "),
            alt.Tooltip("removed_count:Q", title=wording.say("left_removed")),
            alt.Tooltip("gone:N", title=wording.say("left_last")),
            alt.Tooltip("shown:N", title=title),
        ],
    )
    if not has_band:
        return alt.layer(lines, points).properties(height=theme.CHART_HEIGHT)
    band = (
        base.transform_filter("isValid(datum.low)")
        .mark_area(opacity=theme.BAND_OPACITY)
        .encode(y=alt.Y("low:Q"), y2="high:Q", color=alt.Color("order:N", scale=colours, legend=None))
    )
    return alt.layer(band, lines, points).properties(height=theme.CHART_HEIGHT)


def alike_matrix(pairs: pl.DataFrame, metric: str, names: Mapping[str, str], order: Sequence[str]) -> Picture:
    """How alike each two areas are: deeper blue alike, deeper orange apart, white as by chance, empty not known.

    Args:
        pairs: ([area_1, area_2, metric, n_items]), each pair once.
        metric: s, pi or kappa.
        names: area to its name.
        order: areas in the order of rows and columns.
    """
    both = pl.concat(
        [
            pairs.select(own=one, other=two, value=metric, n_items="n_items")
            for one, two in (("area_1", "area_2"), ("area_2", "area_1"))
        ]
    )
    data = both.with_columns(
        name=pl.col("own").replace_strict(names),
        other_name=pl.col("other").replace_strict(names),
        shown=pl.col("value").map_elements(lambda value: f"{value:.2f}", return_dtype=pl.String),
    )
    axis = alt.Axis(labelLimit=150, labelOverlap=False)
    upper = alt.Axis(orient="top", labelAngle=-50, labelLimit=150, labelOverlap=False)
    base = alt.Chart(alt.InlineData(values=data.to_dicts())).encode(
        x=alt.X("other_name:N", scale=alt.Scale(domain=[names[area] for area in order]), title=None, axis=upper),
        y=alt.Y("name:N", scale=alt.Scale(domain=[names[area] for area in order]), title=None, axis=axis),
    )
    shades = alt.Scale(
        domain=[-1, 0, 1],
        range=[theme.SERIES_COLOURS[1], "#F4F4F2", theme.SERIES_COLOURS[0]],
        interpolate="rgb",
        clamp=True,
    )
    cells = (
        base.transform_filter("isValid(datum.value)")
        .mark_rect(stroke="white")
        .encode(
            color=alt.Color(
                "value:Q", scale=shades, legend=alt.Legend(title=None, orient="bottom", gradientLength=160)
            ),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("other_name:N", title=" "),
                alt.Tooltip("shown:N", title=wording.say(f"alike_{metric}")),
                alt.Tooltip("n_items:Q", title=wording.say("column_items")),
            ],
        )
    )
    # Streamlit takes a size to be that of names, key and cells together.
    side = (CELL if len(order) <= FEW else CELL_OF_MANY) * len(order)
    if len(order) > FEW:
        plain: Picture = cells.properties(width=NAMES + side, height=HEAD_AND_KEY + side)
        return plain
    numbers = (
        base.transform_filter("isValid(datum.value)")
        .mark_text(fontSize=11)
        .encode(
            text="shown:N",
            color=alt.condition(f"abs(datum.value) > {DARK}", alt.value("white"), alt.value(theme.INK["light"])),
        )
    )
    return alt.layer(cells, numbers).properties(width=NAMES + side, height=HEAD_AND_KEY + side)


def _dashes(words: Mapping[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(words.values()), range=[[1, 0], [6, 4]])
