"""How reliable reporters are: a ranking with its ranges, one reporter over the years, and values that are stated."""

import textwrap
from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

ROW_HEIGHT = 22
LEGEND_AND_AXIS = 150  # pixels; the height of a picture includes both
BAR_ROW = 52
NAME_WIDTH = 30  # letters in a line of a name
BAR_AXIS = 60
BAND = 0.35  # opacity of a 95 % interval: a lighter band of its mark's hue
ROLE_SHAPES = {"from": "circle", "to": "diamond"}
ROOM_FOR_LABEL = 0.5  # of the axis: a label that would begin beyond it stands on the other side


def reporter_ranking(rows: pl.DataFrame, chosen: str, axis: str, ink: str) -> Picture:
    """Reporters from the nearest to the flow on: estimate, 95 % interval, and the range when one is left out.

    Args:
        rows: ([area, name, tier, estimate, low, high, rank, rank_low, rank_high, jackknife_low, jackknife_high]), every
            one with an estimate; the last two may be blank.
        chosen: the area that is labelled, if it is among them.
        axis: what the estimate is, in words.
        ink: colour of the thin lines and the label.
    """
    tiers = {tier: wording.code_name("tier", tier) for tier in theme.TIERS}
    data = [{**row, "tier_name": tiers[row["tier"]], **_spoken(row)} for row in rows.sort("rank", "name").to_dicts()]
    names = [row["name"] for row in data]
    label = next((row for row in data if row["area"] == chosen), None)
    bold = alt.condition(alt.datum.label == (label or {}).get("name"), alt.value("bold"), alt.value("normal"))
    y = alt.Y(
        "name:N",
        scale=alt.Scale(domain=names),
        title=None,
        axis=alt.Axis(labelLimit=150, labelOverlap=False, labelColor=ink, labelFontWeight=bold),
    )
    x_axis = alt.Axis(orient="top", tickCount=6, titleLimit=300)
    scale = alt.Scale(zero=True, nice=False, padding=6)
    colour = alt.Color("tier_name:N", scale=theme.tier_scale(tiers), legend=_key())
    base = alt.Chart(alt.InlineData(values=data)).encode(y=y)
    tips = [alt.Tooltip(f"{name}:N", title=" ") for name in ("name", "tier_name", "interval", "place")]
    intervals = base.mark_bar(height=9, cornerRadius=4, opacity=BAND).encode(
        x=alt.X("low:Q", title=axis, scale=scale, axis=x_axis), x2="high:Q", color=colour, tooltip=tips
    )
    left_out = base.mark_rule(stroke=ink, strokeWidth=1.5).encode(
        x=alt.X("jackknife_low:Q", title=axis, scale=scale, axis=x_axis), x2="jackknife_high:Q"
    )
    marks = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("estimate:Q", title=axis, scale=scale, axis=x_axis),
        color=colour,
        shape=alt.Shape("tier_name:N", scale=theme.tier_shape_scale(tiers), legend=_key()),
        tooltip=tips,
    )
    layers: list[alt.Chart] = [intervals, left_out, marks]
    if label:
        layers = [_highlight(label, y), *layers, _label(label, y, _largest(rows), ink)]
    return alt.layer(*layers).properties(height=ROW_HEIGHT * len(data) + LEGEND_AND_AXIS)


def _key() -> alt.Legend:
    """A legend of the marks, not of the lighter bands that share their colour."""
    key = style.legend("top")
    key["symbolOpacity"] = 1
    return key


def _spoken(row: Mapping[str, Any]) -> dict[str, str]:
    value, low, high = (wording.asymmetry(row[name]) for name in ("estimate", "low", "high"))
    return {
        "interval": wording.say("reporters_tip_interval", value=value, low=low, high=high),
        "place": wording.say("reporters_tip_rank", rank=row["rank"], low=row["rank_low"], high=row["rank_high"]),
        "label": wording.say("reporters_label", value=value, low=row["rank_low"], high=row["rank_high"]),
    }


def _largest(rows: pl.DataFrame) -> float:
    return float(rows.select(pl.max_horizontal("high", "jackknife_high").max()).item())


def _highlight(row: Mapping[str, Any], y: alt.Y) -> alt.Chart:
    """A faint stripe behind the chosen row."""
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=[{"name": row["name"]}]))
        .mark_bar(height=ROW_HEIGHT - 3, color=theme.NEUTRAL, opacity=0.16)
        .encode(x=alt.value(0), x2=alt.value("width"), y=y)
    )
    return chart


def _label(row: Mapping[str, Any], y: alt.Y, largest: float, ink: str) -> alt.Chart:
    """The chosen row's figures, to the right of its interval or, where there is no room, to the left."""
    end = max(row["high"], row["jackknife_high"] or row["high"])
    is_right = end < ROOM_FOR_LABEL * largest
    start = min(row["low"], row["jackknife_low"] or row["low"])
    chart: alt.Chart = (
        alt.Chart(
            alt.InlineData(values=[{"name": row["name"], "at": end if is_right else start, "label": row["label"]}])
        )
        .mark_text(
            align="left" if is_right else "right",
            dx=8 if is_right else -8,
            fill=ink,
            fontSize=theme.FONT_SIZE,
            fontWeight="bold",
        )
        .encode(x="at:Q", y=y, text="label:N")
    )
    return chart


def reporter_history(
    rows: pl.DataFrame, roles: Mapping[str, str], axis: str, ink: str, *, height: int = 300
) -> Picture:
    """One reporter's estimate of each single year in both roles, with its 95 % interval.

    Args:
        rows: ([time_period, role, estimate, low, high]), role "from" or "to", oldest first.
        roles: role to its label.
        axis: what the estimate is, in words.
        ink: colour of the figures.
        height: in pixels.
    """
    labels = list(roles.values())
    data = [
        {**row, "role_name": roles[row["role"]], "shown": wording.asymmetry(row["estimate"]), **_interval(row)}
        for row in rows.select("time_period", "role", "estimate", "low", "high").to_dicts()
    ]
    colour = alt.Scale(domain=labels, range=[theme.SIDE_COLOURS[role] for role in roles])
    shape = alt.Scale(domain=labels, range=[ROLE_SHAPES[role] for role in roles])
    key = _key()
    base = alt.Chart(alt.InlineData(values=data)).encode(
        x=alt.X("time_period:O", title=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("role_name:N", scale=alt.Scale(domain=labels, paddingOuter=0.4)),
        color=alt.Color("role_name:N", scale=colour, legend=key),
    )
    tips = [alt.Tooltip(f"{name}:N", title=" ") for name in ("role_name", "time_period", "interval")]
    intervals = base.mark_bar(width=12, cornerRadius=5, opacity=BAND).encode(
        y=alt.Y("low:Q", title=axis, scale=alt.Scale(zero=True), axis=alt.Axis(titleLimit=height)),
        y2="high:Q",
        tooltip=tips,
    )
    marks = base.mark_point(filled=True, size=80, opacity=1).encode(
        y="estimate:Q", shape=alt.Shape("role_name:N", scale=shape, legend=key), tooltip=tips
    )
    means = dict(rows.group_by("role").agg(pl.col("estimate").mean()).iter_rows())
    upper = max(roles, key=lambda role: means.get(role, 0.0))
    figures = [
        _figures(base.transform_filter(alt.datum.role_name == label), ink, is_above=role == upper)
        for role, label in roles.items()
    ]
    return alt.layer(intervals, marks, *figures).properties(height=height)


def _figures(base: alt.Chart, ink: str, *, is_above: bool) -> alt.Chart:
    """Figures over the bars of one role and under those of the other, so that they never meet."""
    text = base.mark_text(dy=-9 if is_above else 10, fill=ink, fontSize=11)
    chart: alt.Chart = text.encode(y=alt.Y("high:Q" if is_above else "low:Q"), text="shown:N")
    return chart


def _interval(row: Mapping[str, Any]) -> dict[str, str]:
    value, low, high = (wording.asymmetry(row[name]) for name in ("estimate", "low", "high"))
    return {"interval": wording.say("reporters_tip_interval", value=value, low=low, high=high)}


def stated_spreads(rows: pl.DataFrame, colour: str, ink: str) -> Picture:
    """Sigmas that are stated, as bars, beside those that are measured elsewhere.

    Args:
        rows: ([name, sigma, shown, tip, is_stated]) in the order of their bars.
        colour: of what is stated; what is measured is grey, and says so in its name.
        ink: colour of the figures at the bars' ends.
    """
    data = [{**row, "name": "\n".join(textwrap.wrap(row["name"], NAME_WIDTH))} for row in rows.to_dicts()]
    base = alt.Chart(alt.InlineData(values=data)).encode(
        y=alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                labelExpr="split(datum.label, '\\n')",
                labelLimit=190,
                labelOffset=-8,
                labelColor=ink,
                labelOverlap=False,
            ),
        ),
        x=alt.X(
            "sigma:Q",
            title=wording.say("reporters_none_axis"),
            scale=alt.Scale(domain=[0, float(rows["sigma"].max()) * 1.25]),  # type: ignore[arg-type]
            axis=alt.Axis(tickCount=5, titleLimit=300),
        ),
    )
    bars = base.mark_bar(cornerRadiusEnd=2, height=18).encode(
        color=alt.condition("datum.is_stated", alt.value(colour), alt.value(theme.NEUTRAL)),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("name", "tip")],
    )
    ends = base.mark_text(align="left", dx=6, fill=ink, fontSize=theme.FONT_SIZE).encode(text="shown:N")
    return alt.layer(bars, ends).properties(height=BAR_ROW * rows.height + BAR_AXIS)
