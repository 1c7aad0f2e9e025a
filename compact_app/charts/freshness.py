"""Until when figures are held and when the next are expected; how far publishers revised theirs."""

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

ROW_HEIGHT = 34
BAR_HEIGHT = 30
LEGEND_AND_AXIS = 120  # pixels; the height of a picture includes both
NAME_WIDTH = 170
PADDING = 14
ROOM_FOR_FIGURE = 1.3  # of the longest bar, for the figure at its end on a phone


def expected_figures(sources: pl.DataFrame, ink: str) -> Picture:
    """Until when each source's figures reach, joined to the day its next ones are expected.

    Args:
        sources: ([title, state, state_words, period, held_to, expected]); state is one of theme.FRESH_STATES, held_to
            and expected are days as ISO text.
        ink: colour of the lines and of the days expected, legible on the reader's ground.
    """
    names = dict(sources.select("state", "state_words").iter_rows())
    names = {state: names[state] for state in theme.FRESH_STATES if state in names}
    data = [
        {**row, "due_words": wording.say("fresh_expected"), "held_words": wording.say("fresh_held_to")}
        for row in sources.to_dicts()
    ]
    scale = alt.Scale(padding=PADDING)
    base = alt.Chart(alt.InlineData(values=data)).encode(
        y=alt.Y("title:N", sort=None, title=None, axis=alt.Axis(labelLimit=NAME_WIDTH, labelOverlap=False))
    )
    held = alt.X("held_to:T", title=None, scale=scale, axis=alt.Axis(format="%d %b %y", labelOverlap=True, tickCount=5))
    due = alt.X("expected:T", title=None, scale=scale)
    lines = base.mark_rule(stroke=ink, strokeWidth=1.5, opacity=0.6).encode(x=held, x2="expected:T")
    ticks = base.mark_tick(color=ink, thickness=3, size=18).encode(
        x=due, tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("title", "due_words", "expected")]
    )
    marks = base.mark_point(filled=True, size=120, opacity=1).encode(
        x=held,
        color=alt.Color("state_words:N", scale=_scale(names, theme.FRESH_COLOURS), legend=style.legend("top")),
        shape=alt.Shape("state_words:N", scale=_scale(names, theme.FRESH_SHAPES), legend=style.legend("top")),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("title", "state_words", "held_words", "period")],
    )
    return alt.layer(lines, ticks, marks).properties(height=ROW_HEIGHT * sources.height + LEGEND_AND_AXIS)


def mean_revisions(rows: pl.DataFrame, ink: str) -> Picture:
    """How far each publisher revised its figures on average, coloured by theme, the largest first.

    Args:
        rows: ([label, theme, theme_words, share]), share of the mean size of the later figures.
        ink: colour of the figures at the bars' ends.
    """
    named = dict(rows.select("theme", "theme_words").iter_rows())
    colours = alt.Scale(
        domain=list(named.values()), range=[theme.THEME_COLOURS.get(name, theme.NEUTRAL) for name in named]
    )
    data = [{**row, "shown": wording.share(row["share"])} for row in rows.to_dicts()]
    longest = max(rows["share"].to_list()) * ROOM_FOR_FIGURE
    base = alt.Chart(alt.InlineData(values=data)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=NAME_WIDTH, labelOverlap=False)),
        x=alt.X("share:Q", title=None, axis=alt.Axis(format="~%", tickCount=4), scale=alt.Scale(domain=[0, longest])),
    )
    bars = base.mark_bar(cornerRadiusEnd=2, height=16).encode(
        color=alt.Color("theme_words:N", scale=colours, legend=style.legend("top")),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("label", "theme_words", "shown")],
    )
    ends = base.mark_text(align="left", dx=5, fill=ink, fontSize=theme.FONT_SIZE).encode(text="shown:N")
    return alt.layer(bars, ends).properties(height=BAR_HEIGHT * rows.height + LEGEND_AND_AXIS)


def _scale(names: dict[str, str], looks: dict[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(names.values()), range=[looks[state] for state in names])
