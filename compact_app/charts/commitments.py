"""Commitments: who keeps which, as a matrix, and one of them over time with its limit."""

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from compact_app import theme
from compact_app.charts import style
from compact_app.charts.style import Picture

ROW_HEIGHT = 25
LABEL_WIDTH = 340
HEAD = 100  # pixels of the names above the columns
COLUMN_WIDTH = 62
NARROW_WIDTH = 30  # of a column where there are many members
MANY = 8


def commitment_matrix(
    rows: pl.DataFrame, labels: Sequence[str], columns: Sequence[str], states: Mapping[str, str], ink: str
) -> Picture:
    """Commitments against members; shape and colour say whether one is met, an empty cell that it binds others only.

    What a shape means is written under the picture: a legend within is cut where the picture scrolls.

    Args:
        rows: ([label, column, status, shown, why, period]), status in words.
        labels: of the commitments, from the top.
        columns: names of the members, all together first.
        states: status to its words.
        ink: colour of the words.
    """
    words = list(states.values())
    colour = alt.Scale(domain=words, range=[theme.STATUS_COLOURS[state] for state in states])
    shape = alt.Scale(domain=words, range=[theme.STATUS_SHAPES[state] for state in states])
    width = NARROW_WIDTH if len(columns) > MANY else COLUMN_WIDTH
    marks: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows.to_dicts()))
        .mark_point(filled=True, opacity=1, size=130, strokeWidth=2)
        .encode(
            x=alt.X(
                "column:N",
                scale=alt.Scale(domain=list(columns)),
                title=None,
                axis=alt.Axis(orient="top", labelAngle=-50, labelLimit=110, labelOverlap=False, grid=False),
            ),
            y=alt.Y(
                "label:N",
                scale=alt.Scale(domain=list(labels)),
                title=None,
                axis=alt.Axis(labelLimit=LABEL_WIDTH - 20, labelOverlap=False, grid=True, labelColor=ink),
            ),
            color=alt.Color("status:N", scale=colour, legend=None),
            shape=alt.Shape("status:N", scale=shape, legend=None),
            tooltip=[
                alt.Tooltip(f"{name}:N", title=" ") for name in ("label", "column", "status", "shown", "why", "period")
            ],
        )
    )
    # Streamlit fits a picture with its axes into the width and the height that it names.
    return marks.properties(width=LABEL_WIDTH + width * len(columns), height=HEAD + ROW_HEIGHT * len(labels))


def commitment_history(rows: pl.DataFrame, threshold: float, limit: str, axis: str, *, is_share: bool) -> Picture:
    """One commitment over time: a line a member, a bar where the value is known within bounds only, and the limit.

    Args:
        rows: ([name, moment, beside, period, value, value_low, value_high, shown, status]), moments as ISO text; beside
            is a moment nearby, so that bars of several members do not hide each other.
        threshold: the limit, in the values' unit.
        limit: the limit in words.
        axis: title of the axis of values.
        is_share: whether values run from 0 to 1 and are written as percentages.
    """
    names = rows["name"].unique(maintain_order=True).to_list()
    hues = alt.Scale(
        domain=names, range=[theme.SERIES_COLOURS[at % len(theme.SERIES_COLOURS)] for at in range(len(names))]
    )
    shapes = alt.Scale(
        domain=names, range=[theme.SERIES_SHAPES[at % len(theme.SERIES_SHAPES)] for at in range(len(names))]
    )
    key = style.legend("top")
    key["symbolOpacity"] = 1  # that of a band would pale them
    x = alt.X("moment:T", title=None)
    form = alt.Axis(format=".0%") if is_share else alt.Axis()
    y = alt.Y("value:Q", title=axis, scale=alt.Scale(zero=True), axis=form)
    colour = alt.Color("name:N", scale=hues, legend=key)
    tip = [alt.Tooltip(f"{name}:N", title=" ") for name in ("name", "period", "shown", "status")]
    base = alt.Chart().encode(x=x, color=colour)
    # A share that may be anything from none to all says nothing; its row in the table does.
    is_spread = (
        "isValid(datum.value_low) && isValid(datum.value_high) && datum.value_low < datum.value_high"
        f" && !({str(is_share).lower()} && datum.value_low == 0 && datum.value_high == 1)"
    )
    spread = (
        base.transform_filter(is_spread)
        .mark_rule(strokeWidth=3, opacity=2 * theme.BAND_OPACITY)
        .encode(x="beside:T", y=alt.Y("value_low:Q", title=axis, axis=form), y2="value_high:Q", tooltip=tip)
    )
    line = base.mark_line(strokeWidth=2, invalid="break-paths-show-domains").encode(y=y)
    points = base.mark_point(filled=True, size=55, opacity=1, invalid="filter").encode(
        y=y, shape=alt.Shape("name:N", scale=shapes, legend=key), tooltip=tip
    )
    at = alt.InlineData(values=[{"limit": threshold, "words": limit}])
    rule = alt.Chart(at).mark_rule(strokeDash=[6, 4], strokeWidth=2, color=theme.NEUTRAL).encode(y="limit:Q")
    words = (
        alt.Chart(at)
        .mark_text(
            align="left",
            baseline="bottom",
            dx=4,
            dy=-3,
            fontSize=theme.FONT_SIZE,
            fontWeight="bold",
            color=theme.NEUTRAL,
        )
        .encode(x=alt.value(0), y="limit:Q", text="words:N")
    )
    layers = alt.layer(spread, line, points, rule, words, data=alt.InlineData(values=rows.to_dicts()))
    return layers.properties(height=theme.CHART_HEIGHT - 60)


def commitment_counts(rows: pl.DataFrame, states: Mapping[str, str]) -> Picture:
    """How many members keep a commitment over time, a bar a period in parts by status.

    Args:
        rows: ([period, place, status, count]), status in words; place is the order of the parts.
        states: status to its words, in that order.
    """
    colour = alt.Scale(domain=list(states.values()), range=[theme.STATUS_COLOURS[state] for state in states])
    periods = rows["period"].unique(maintain_order=True).to_list()
    bars: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows.to_dicts()))
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("period:N", scale=alt.Scale(domain=periods), title=None, axis=alt.Axis(labelOverlap=True)),
            y=alt.Y("count:Q", title=None, stack=True),
            color=alt.Color("status:N", scale=colour, legend=style.legend("top")),
            order="place:Q",
            tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("period", "status", "count")],
        )
        .properties(height=theme.CHART_HEIGHT - 60)
    )
    return bars
