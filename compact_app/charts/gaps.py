"""Standards gaps: who of a set has taken on what others share, and what each step would do to the set."""

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts.style import Picture

ROW_HEIGHT = 24
COLUMN_WIDTH = 30
NAME_WIDTH = 240  # pixels of an instrument's name; the width of a picture includes it
NAMES_HEIGHT = 150  # its height includes the areas' names above
LEAST_WIDTH = 160
LEAN = 90  # how far a slanting name reaches beyond its column
STEP_HEIGHT = 30
AXIS_HEIGHT = 70
ROOM = 0.25  # of the span of an axis, beside what lies furthest out, for its label
LEAST_SPAN = 0.02


def gap_matrix(rows: pl.DataFrame, ink: str) -> Picture:
    """Instruments against areas; what is not known is drawn apart from what is stated.

    A deeper shade and a later letter is a firmer status, grey a stated refusal, a dashed cell with a question mark is
    not known. What a letter means is written under the picture: a legend within is cut where the picture scrolls.

    Args:
        rows: ([name, instrument_name, state_name, level, status_name, letter]), in the order to be shown; level is
            blank where it is not known.
        ink: colour of the marks of what is not known.
    """
    areas = rows["name"].unique(maintain_order=True).to_list()
    instruments = rows["instrument_name"].unique(maintain_order=True).to_list()
    levels = sorted(rows.drop_nulls("level").select("level", "status_name").unique().iter_rows())
    shades = alt.Scale(domain=[name for _, name in levels], range=[theme.LEVEL_COLOURS[level] for level, _ in levels])
    above = alt.Axis(orient="top", labelAngle=-50, labelLimit=130, labelOverlap=False)
    beside = alt.Axis(labelLimit=NAME_WIDTH, labelOverlap=False)
    tips = [alt.Tooltip(f"{name}:N", title=" ") for name in ("name", "instrument_name", "state_name", "status_name")]

    def cells_of(kept: pl.DataFrame) -> alt.Chart:
        return alt.Chart(alt.InlineData(values=kept.to_dicts())).encode(
            x=alt.X("name:N", scale=alt.Scale(domain=areas), title=None, axis=above),
            y=alt.Y("instrument_name:N", scale=alt.Scale(domain=instruments), title=None, axis=beside),
            tooltip=tips,
        )

    known, unknown = cells_of(rows.drop_nulls("level")), cells_of(rows.filter(pl.col("level").is_null()))
    layers = [
        known.mark_rect(stroke="white", strokeWidth=1).encode(
            color=alt.Color("status_name:N", scale=shades, legend=None)
        ),
        known.mark_text(fontSize=11, fontWeight="bold").encode(
            text="letter:N",
            color=alt.condition("datum.level >= 3", alt.value("white"), alt.value(theme.INK["light"])),
        ),
        unknown.mark_rect(fillOpacity=0, stroke=ink, strokeWidth=1, strokeDash=[2, 3], strokeOpacity=0.5),
        unknown.mark_text(fontSize=11, fill=ink).encode(text="letter:N"),
    ]
    return alt.layer(*layers).properties(
        width=NAME_WIDTH + max(COLUMN_WIDTH * len(areas), LEAST_WIDTH) + LEAN,
        padding={"left": 0, "top": 0, "bottom": 0, "right": LEAN},
        height=ROW_HEIGHT * len(instruments) + NAMES_HEIGHT,
    )


def step_effects(steps: pl.DataFrame, today: float, ink: str) -> Picture:
    """What each step would do to the mean alignment of a set: a line at today's, a mark where a step leads.

    Args:
        steps: ([name, after, change_words]), in the order to be shown.
        today: mean documented alignment as it is, 0 to 1.
        ink: colour of the labels.
    """
    names = steps["name"].to_list()
    reached = [today, *steps["after"].to_list()]
    span = max(max(reached) - min(reached), LEAST_SPAN)
    low, high = max(0.0, min(reached) - ROOM * span), min(1.0, max(reached) + ROOM * span)
    data = [{**row, "today": today} for row in steps.to_dicts()]
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    base = alt.Chart(alt.InlineData(values=data)).encode(
        y=alt.Y(
            "name:N",
            scale=alt.Scale(domain=names),
            title=None,
            axis=alt.Axis(labelLimit=230, labelColor=ink, labelOverlap=False),
        ),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("name", "change_words")],
    )
    axis = alt.Axis(orient="top", format=".3f", tickCount=5, titleAnchor="end", titleLimit=300)
    title = wording.say("gaps_axis_alignment")
    moves = base.mark_bar(height=4, color=theme.THEME_COLOURS["standards_adoption"], opacity=0.55).encode(
        x=alt.X("today:Q", scale=scale, title=title, axis=axis), x2="after:Q"
    )
    marks = base.mark_point(filled=True, size=90, color=theme.THEME_COLOURS["standards_adoption"], opacity=1).encode(
        x=alt.X("after:Q", scale=scale, title=title, axis=axis)
    )
    line = (
        alt.Chart(alt.InlineData(values=[{"today": today}]))
        .mark_rule(stroke=ink, strokeDash=[4, 3])
        .encode(x=alt.X("today:Q", scale=scale, title=title, axis=axis))
    )
    labels = base.mark_text(dy=-9, fill=ink, fontSize=theme.FONT_SIZE - 2).encode(
        x=alt.X("after:Q", scale=scale, title=title, axis=axis), text="change_words:N"
    )
    return alt.layer(line, moves, marks, labels).properties(height=STEP_HEIGHT * len(names) + AXIS_HEIGHT)
