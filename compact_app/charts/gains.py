"""Who gains and who loses: measures before and after, and gains with their ranges."""

from typing import Any, Final

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

ROW_HEIGHT: Final = 48  # two lines of words
AXIS_HEIGHT: Final = 60
LEGEND_HEIGHT: Final = 60
LABEL_WIDTH: Final = 210
LINE: Final = "\n"  # between a row's name and its figures
BAND: Final = 0.35  # opacity of a range: a lighter band of its mark's hue
MOMENTS: Final = ("before", "after")
MOMENT_COLOURS: Final = {"before": theme.SIDE_COLOURS["from"], "after": theme.SIDE_COLOURS["to"]}
MOMENT_SHAPES: Final = {"before": "circle", "after": "diamond"}
ROLES: Final = ("member", "candidate", "outside", "rest")
ROLE_COLOURS: Final = {"member": "#0072B2", "candidate": "#D55E00", "outside": "#7A7A7A", "rest": "#7A7A7A"}
ROLE_SHAPES: Final = {"member": "circle", "candidate": "diamond", "outside": "triangle-up", "rest": "cross"}


def before_after(rows: pl.DataFrame, axis: str, domain: tuple[float, float], ink: str) -> Picture:
    """Each measure as two marks on a line: the members as they are, and with the candidates.

    Args:
        rows: ([label, before, after]), in order; either of the two may be blank, and then has no mark.
        axis: what is measured, in words.
        domain: ends of the axis.
        ink: colour of the words and of the line between the marks.
    """
    words = {moment: wording.say(f"accession_{moment}") for moment in MOMENTS}
    every = [
        {"label": row["label"], "value": row[moment], "moment": words[moment], "shown": wording.asymmetry(row[moment])}
        for row in rows.to_dicts()
        for moment in MOMENTS
        if row[moment] is not None
    ]
    both = [row for row in rows.to_dicts() if None not in {row["before"], row["after"]}]
    y = _rows(rows["label"].to_list(), ink)
    scale = alt.Scale(domain=list(domain), nice=False)
    x = alt.X("value:Q", title=axis, scale=scale, axis=alt.Axis(tickCount=5, titleLimit=300))
    lines = (
        alt.Chart(alt.InlineData(values=both))
        .mark_rule(stroke=ink, opacity=0.6)
        .encode(y=y, x=alt.X("before:Q", title=axis, scale=scale), x2="after:Q")
    )
    marks = (
        alt.Chart(alt.InlineData(values=every))
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            y=y,
            x=x,
            color=alt.Color("moment:N", scale=_scale(words, MOMENT_COLOURS), legend=_key()),
            shape=alt.Shape("moment:N", scale=_scale(words, MOMENT_SHAPES), legend=_key()),
            tooltip=_tips("label", "moment", "shown"),
        )
    )
    return alt.layer(lines, marks).properties(height=ROW_HEIGHT * rows.height + AXIS_HEIGHT + LEGEND_HEIGHT)


def gain_intervals(rows: pl.DataFrame, axis: str, ink: str) -> Picture:
    """Gain of each area: the median of the draws on its 5 to 95 % range, zero marked.

    Args:
        rows: ([label, name, role, gain_median, gain_p05, gain_p95]), in order, every one with a value; a label is of
            two lines.
        axis: what is measured, in words.
        ink: colour of the words and of the line at zero.
    """
    data: list[dict[str, Any]] = [
        row
        | {
            "role_name": wording.say(f"accession_role_{row['role']}"),
            "shown": wording.say(
                "accession_tip",
                value=wording.gain(row["gain_median"]),
                low=wording.gain(row["gain_p05"]),
                high=wording.gain(row["gain_p95"]),
            ),
        }
        for row in rows.to_dicts()
    ]
    roles = {role: role for role in ROLES}
    y = _rows(rows["label"].to_list(), ink)
    base = alt.Chart(alt.InlineData(values=data)).encode(
        y=y, color=alt.Color("role:N", scale=_scale(roles, ROLE_COLOURS), legend=None)
    )
    tips = _tips("name", "role_name", "shown")
    ticks = alt.Axis(tickCount=4, titleLimit=300)
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(stroke=ink, opacity=0.7).encode(x="zero:Q")
    bands = base.mark_bar(height=12, cornerRadius=4, opacity=BAND).encode(
        x=alt.X("gain_p05:Q", title=axis, axis=ticks), x2="gain_p95:Q", tooltip=tips
    )
    marks = base.mark_point(filled=True, size=100, opacity=1).encode(
        x=alt.X("gain_median:Q", title=axis, axis=ticks),
        shape=alt.Shape("role:N", scale=_scale(roles, ROLE_SHAPES), legend=None),
        tooltip=tips,
    )
    return alt.layer(zero, bands, marks).properties(height=ROW_HEIGHT * len(data) + AXIS_HEIGHT)


def _rows(labels: list[str], ink: str) -> alt.Y:
    """A row for each label, which may be of two lines."""
    axis = alt.Axis(
        labelExpr=f"split(datum.label, '{LINE.encode('unicode_escape').decode()}')",
        labelLimit=LABEL_WIDTH,
        labelOverlap=False,
        labelOffset=-7,
        labelColor=ink,
        ticks=False,
    )
    return alt.Y("label:N", sort=labels, title=None, axis=axis)


def _key() -> alt.Legend:
    """A legend in one column: beside the words of the rows a phone has no room for two."""
    key = style.legend("top")
    key["columns"] = 1
    return key


def _scale(words: dict[str, str], looks: dict[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(words.values()), range=[looks[key] for key in words])


def _tips(*names: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:N", title=" ") for name in names]
