"""When drops came, against when they were due: a line of time for each partner and table."""

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

ROW_HEIGHT = 46
PADDING = 14
AXES = 110  # pixels; the height of a picture includes its axis and its legend


def deliveries(drops: pl.DataFrame, next_due: pl.DataFrame, ink: str) -> Picture:
    """Drops by when they were picked up, each joined to the day it was due by a line whose length is the delay.

    Args:
        drops: ([line, label, state, received_at, due_date, status, late]); state is one of theme.DROP_STATES.
        next_due: ([line, period, due_date, is_overdue]), what is agreed to come next.
        ink: colour of the marks of due dates, legible on the reader's ground.
    """
    lines = list(dict.fromkeys([*drops["line"], *next_due["line"]]))
    names = {state: wording.say(f"drop_{state}") for state in theme.DROP_STATES if state in set(drops["state"])}
    came = drops.select(
        "line", "label", "status", "late", pl.col("state").replace_strict(names).alias("state"),
        pl.col("received_at").dt.strftime("%Y-%m-%dT%H:%M:%S").alias("came"),
        pl.col("due_date").dt.strftime("%Y-%m-%d").alias("due"),
    )  # fmt: skip
    y = alt.Y("line:N", scale=alt.Scale(domain=lines), title=None, axis=alt.Axis(labelLimit=130, labelOverlap=False))

    def x(field: str) -> alt.X:
        days = alt.Axis(format="%d %b %y", labelOverlap=True)
        return alt.X(field, title=None, scale=alt.Scale(padding=PADDING), axis=days)

    due = came.drop_nulls("due")
    delays = (
        alt.Chart(alt.InlineData(values=due.to_dicts()))
        .mark_rule(stroke=ink, strokeWidth=1.5, opacity=0.6)
        .encode(x=x("due:T"), x2="came:T", y=y)
    )
    agreed = [
        {"line": row["line"], "due": row["due"], "what": wording.say("exchange_was_due")} for row in due.to_dicts()
    ]
    coming = next_due.with_columns(
        due=pl.col("due_date").dt.strftime("%Y-%m-%d"),
        what=pl.when("is_overdue")
        .then(pl.lit(wording.say("exchange_is_overdue")))
        .otherwise(pl.lit(wording.say("exchange_is_due"))),
    ).with_columns(words=pl.col("period") + " " + pl.col("what"))
    shown = coming.select("line", "due", "what", "period")
    ticks = (
        alt.Chart(alt.InlineData(values=[*agreed, *shown.to_dicts()]))
        .mark_tick(color=ink, thickness=3, size=20)
        .encode(
            x=x("due:T"),
            y=y,
            tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("line", "period", "what", "due")],
        )
    )
    words = (
        alt.Chart(alt.InlineData(values=coming.select("line", "due", "words").to_dicts()))
        .mark_text(align="right", dx=6, dy=-16, fill=ink, fontSize=11)
        .encode(x=x("due:T"), y=y, text="words:N")
    )
    marks = (
        alt.Chart(alt.InlineData(values=came.to_dicts()))
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            x=x("came:T"),
            y=y,
            color=alt.Color("state:N", scale=_scale(names, theme.DROP_COLOURS), legend=style.legend("top")),
            shape=alt.Shape("state:N", scale=_scale(names, theme.DROP_SHAPES), legend=style.legend("top")),
            tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("label", "status", "late", "came")],
        )
    )
    return alt.layer(delays, ticks, words, marks).properties(height=ROW_HEIGHT * len(lines) + AXES)


def _scale(names: dict[str, str], looks: dict[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(names.values()), range=[looks[state] for state in names])
