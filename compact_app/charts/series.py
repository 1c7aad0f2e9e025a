"""Figures over time: both reports of one flow, and the small line of a card."""

import datetime as dt
from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture


def both_sides(
    flows: pl.DataFrame, names: Mapping[str, str], unit: str, *, height: int = theme.CHART_HEIGHT
) -> Picture:
    """Both reports of one flow over time, each labelled at its last point; a gap in a report is a gap in its line.

    Args:
        flows: (periods, columns of out_mirror_flows), oldest first.
        names: "from" and "to" to the label of that side.
        unit: of the values.
        height: in pixels.
    """
    is_monthly = flows["freq"][0] == "M"
    size, unit_words = wording.scale(_largest(flows), unit)
    long = pl.concat(
        flows.select(
            moment=pl.col("time_period") + ("-01" if is_monthly else "-01-01"),
            period=pl.col("time_period").map_elements(wording.period, pl.String),
            value=pl.col(f"reported_by_{side}").cast(pl.Float64) / size,
            shown=pl.col(f"reported_by_{side}").map_elements(lambda value: wording.figure(value, unit), pl.String),
            side=pl.lit(names[side]),
        )
        for side in ("from", "to")
    )
    sides = [names["from"], names["to"]]
    colour = alt.Scale(domain=sides, range=[theme.SIDE_COLOURS["from"], theme.SIDE_COLOURS["to"]])
    shape = alt.Scale(domain=sides, range=["circle", "diamond"])
    key = style.legend("top")
    base = alt.Chart(alt.InlineData(values=long.to_dicts())).encode(
        x=alt.X(
            "moment:T",
            title=None,
            scale=alt.Scale(domain=_room_for_labels(long)),
            axis=_time_axis(is_monthly, flows["time_period"][-1][:4]),
        ),
        y=alt.Y("value:Q", title=unit_words, scale=alt.Scale(zero=True)),
        color=alt.Color("side:N", scale=colour, legend=key),
    )
    line = base.mark_line(strokeWidth=2.5, invalid="break-paths-show-domains")
    marks = base.mark_point(filled=True, size=22 if is_monthly else 70, opacity=1, invalid="filter").encode(
        shape=alt.Shape("side:N", scale=shape, legend=key),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("side", "period", "shown")],
    )
    last = (
        long.drop_nulls("value")
        .group_by("side")
        .agg(pl.all().sort_by("moment").last())
        .with_columns(short=pl.col("value").map_elements(wording.significant, pl.String))
    )
    ends = (
        alt.Chart(alt.InlineData(values=last.to_dicts()))
        .mark_text(align="left", dx=9, fontSize=theme.FONT_SIZE, fontWeight="bold")
        .encode(x="moment:T", y="value:Q", text="short:N", color=alt.Color("side:N", scale=colour, legend=key))
    )
    return alt.layer(line, marks, ends).properties(height=height)


def _largest(flows: pl.DataFrame) -> float:
    both = flows.select(pl.max_horizontal(pl.col("reported_by_from", "reported_by_to").abs().cast(pl.Float64)).max())
    return float(both.item() or 0.0)


def _room_for_labels(long: pl.DataFrame) -> list[str]:
    """From the first moment to the last, and an eighth more, where the figures at the lines' ends stand."""
    moments = long["moment"].str.to_date()
    first, last = moments.to_list()[0], max(moments.to_list())
    return [first.isoformat(), (last + max((last - first) / 8, dt.timedelta(days=90))).isoformat()]


def _time_axis(is_monthly: bool, last_year: str) -> alt.Axis:  # noqa: FBT001  (a grain)
    """Years or months; the room for labels after the last year has no years of its own."""
    if is_monthly:
        return alt.Axis(format="%b %Y", labelOverlap=True, tickCount=8)
    label = f"year(datum.value) <= {int(last_year)} ? timeFormat(datum.value, '%Y') : ''"
    step = alt.TimeIntervalStep(interval="year", step=1)
    return alt.Axis(labelExpr=label, labelOverlap=True, tickCount=step)


def sparkline_values(series: Sequence[str]) -> list[float]:
    """The values of a headline series as numbers, for the small line of a card; empty where they are words."""
    try:
        return [float(value) for value in series]
    except ValueError:
        return []
