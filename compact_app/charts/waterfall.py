"""From one report of a flow to the other, step by step: each bar begins where the one before ended."""

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts.style import Picture

ROW_HEIGHT: Final = 46
AXIS_HEIGHT: Final = 50
LABEL_WIDTH: Final = 190
ENDS: Final = {"reported_by_from": "from", "reported_by_to": "to"}
SPLIT: Final = "|"  # within a label, where its second line begins


def gap_steps(steps: pl.DataFrame, names: Mapping[str, str], unit: str, ink: str) -> Picture:
    """The steps from one report to the other; what is not measured has its place and no bar.

    A solid bar is reported or measured, a dashed outline is estimated, the rest has a colour of its own. The amount and
    how it is known stand beside the name.

    Args:
        steps: (steps of one flow and period, [step, amount, state]), in order, without those that do not apply.
        names: step to what it is called; no two are called alike.
        unit: of the amounts.
        ink: colour of the words.
    """
    rows = list(_bars(steps, names, unit))
    largest = max((abs(row[end]) for row in rows for end in ("start", "end")), default=0.0)
    size, unit_words = wording.scale(largest, unit)
    data = [row | {"start": row["start"] / size, "end": row["end"] / size} for row in rows]
    y = alt.Y(
        "label:N",
        sort=[row["label"] for row in rows],
        title=None,
        axis=alt.Axis(
            labelExpr=f"split(datum.label, '{SPLIT}')",
            labelLimit=LABEL_WIDTH,
            labelColor=ink,
            labelOverlap=False,
            labelFontSize=theme.FONT_SIZE - 1,
            ticks=False,
        ),
    )
    base = alt.Chart(alt.InlineData(values=data)).encode(
        y=y,
        x=alt.X("start:Q", title=unit_words, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=4)),
        x2="end:Q",
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("step", "shown")],
    )
    bars = (
        base.transform_filter("datum.look != 'none'")
        .mark_bar(height=22)
        .encode(
            color=alt.Color("colour:N", scale=None),
            fillOpacity=alt.condition("datum.look == 'outline'", alt.value(0.18), alt.value(1)),
            stroke=alt.Stroke("colour:N", scale=None),
            strokeWidth=alt.value(1.5),
            strokeDash=alt.condition("datum.look == 'outline'", alt.value([4, 3]), alt.value([1, 0])),
        )
    )
    nowhere = base.transform_filter("datum.look == 'none'").mark_tick(
        thickness=2, height=22, color=theme.NEUTRAL, opacity=0.7
    )
    return alt.layer(bars, nowhere).properties(height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT)


def _bars(steps: pl.DataFrame, names: Mapping[str, str], unit: str) -> Any:
    """Each step as a bar from where the one before ended; both reports stand on zero."""
    running = 0.0
    for row in steps.iter_rows(named=True):
        step, amount, state = row["step"], float(row["amount"] or 0), row["state"]
        is_end = step in ENDS
        start = 0.0 if is_end else running
        running = amount if is_end else running + amount
        is_measured = state != "not_measured"
        shown = wording.figure(amount, unit, wording.SIGNIFICANT_OF_RANGE) if is_measured else ""
        if not is_end and is_measured and amount > 0:
            shown = f"+{shown}"
        known = [] if is_end else [wording.STATE_WORDS[state]]
        told = ", ".join(filter(None, [shown, *known]))
        yield {
            "step": names[step],
            "shown": told,
            "label": f"{names[step]}{SPLIT}{told}",
            "start": start,
            "end": running,
            "colour": theme.SIDE_COLOURS[ENDS[step]] if is_end else _colour(step),
            "look": "none" if not is_measured else "outline" if state == "estimated" else "solid",
        }


def _colour(step: str) -> str:
    return theme.STEP_COLOURS["unexplained" if step == "unexplained" else "known"]
