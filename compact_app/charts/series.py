"""Figures over time: both reports of one flow, and the small line of a card."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Final

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

CUT_AT: Final = 4  # a range is drawn up to so many times the largest report
ROOM_ABOVE: Final = 1.05
BREAK: Final = "B"
LABEL_HEIGHT: Final = 17  # pixels between two figures at the lines' ends
AROUND: Final = 110  # pixels of legend and axis above and below the lines
LABELS_WIDE: Final = 5  # so many figures stand beside each other on a phone
LONE_BAND: Final = 9  # pixels, the width of a range that stands alone


def both_sides(flows: pl.DataFrame, names: Mapping[str, str], unit: str, ink: str, ground: str) -> Picture:
    """Both reports of one flow over time and the value reconciled out of them, its 95 % range as a band of its hue.

    A gap in a report is a gap in its line. Where one side reports alone, its line is the value and the band is around
    it. Each line is labelled at its last point; a change of source within a series is marked.

    Args:
        flows: (periods, columns of out_mirror_flows), oldest first.
        names: "from", "to" and "reconciled" to the label of that line.
        unit: of the values.
        ink: colour of the words at breaks.
        ground: colour of the background, as a rim around the figures at the lines' ends.
    """
    is_monthly = flows["freq"][0] == "M"
    size, unit_words = wording.scale(_largest(flows), unit)
    timed = flows.with_columns(
        moment=pl.col("time_period") + ("-01" if is_monthly else "-01-01"),
        period=pl.col("time_period").map_elements(wording.period, pl.String),
    )
    long = _lines(timed, names, unit, size)
    band = _band(timed, names["reconciled"], size)
    top = _top(long, band)
    colour = alt.Scale(domain=list(names.values()), range=[theme.SIDE_COLOURS[side] for side in names])
    shape = alt.Scale(domain=list(names.values()), range=[theme.SIDE_SHAPES[side] for side in names])
    key = style.legend("top")
    key["columns"] = 1  # a long label would push the others off a phone
    key["symbolOpacity"] = 1  # that of a band would pale them
    x = alt.X(
        "moment:T",
        title=None,
        scale=alt.Scale(domain=_room_for_labels(timed)),
        axis=_time_axis(is_monthly, flows["time_period"][-1]),
    )
    y = alt.Y("value:Q", title=unit_words, scale=alt.Scale(zero=True, domainMax=top) if top else alt.Scale(zero=True))
    tinted = alt.Color("side:N", scale=colour, legend=key)
    base = alt.Chart().encode(x=x, y=y, color=tinted)  # the lines' data stand once, with all layers
    spans = {"x": x, "y": alt.Y("low:Q", title=unit_words), "y2": "high:Q", "color": tinted}
    area = (
        alt.Chart(alt.InlineData(values=band.to_dicts()))
        .mark_area(opacity=theme.BAND_OPACITY, invalid="break-paths-show-domains", clip=True)
        .encode(**spans)
    )
    single = band.filter("is_alone").to_dicts()
    alone = (
        alt.Chart(alt.InlineData(values=single))
        .mark_rule(opacity=theme.BAND_OPACITY, strokeWidth=LONE_BAND, clip=True)
        .encode(**spans)
    )
    is_reconciled = f"datum.side == {json.dumps(names['reconciled'])}"
    line = base.transform_filter(f"!({is_reconciled})").mark_line(strokeWidth=2.5, invalid="break-paths-show-domains")
    between = base.transform_filter(is_reconciled).mark_line(
        strokeWidth=2.5, strokeDash=[5, 3], invalid="break-paths-show-domains"
    )
    plain = 22 if is_monthly else 60
    marks = base.mark_point(filled=True, opacity=1, invalid="filter").encode(
        shape=alt.Shape("side:N", scale=shape, legend=key),
        size=alt.condition(is_reconciled, alt.value(plain / 3), alt.value(plain)),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("side", "period", "shown")],
    )
    words = (
        alt.Chart(alt.InlineData(values=_ends(long, top or 0.0).to_dicts()))
        .mark_text(align="left", dx=6, fontSize=theme.FONT_SIZE, fontWeight="bold")
        .encode(x="moment:T", y="place:Q", text="short:N")
    )
    rims = words.encode(stroke=alt.value(ground), strokeWidth=alt.value(4))
    ends = words.encode(color=tinted)
    under = [area, *([alone] if single else []), *_breaks(timed, ink)]
    lines = alt.InlineData(values=long.to_dicts())
    return alt.layer(*under, line, between, marks, rims, ends, data=lines).properties(height=theme.CHART_HEIGHT)


def reaches_beyond(flows: pl.DataFrame) -> bool:
    """Whether a range is so wide that the picture of `both_sides` cuts it off, since the lines would be flat in it."""
    largest, highest = _largest(flows), flows["high"].max()
    return highest is not None and float(highest) > CUT_AT * largest > 0  # type: ignore[arg-type]


def _lines(timed: pl.DataFrame, names: Mapping[str, str], unit: str, size: float) -> pl.DataFrame:
    """(periods * lines, [moment, period, value, shown, side]); a reconciled value where both reports count."""
    columns = {
        "from": pl.col("reported_by_from").cast(pl.Float64),
        "to": pl.col("reported_by_to").cast(pl.Float64),
        "reconciled": pl.when(pl.col("weight_from").is_not_null()).then("reconciled"),
    }
    plain = pl.concat(
        timed.select(
            "moment",
            "period",
            value=columns[side] / size,
            shown=columns[side].map_elements(lambda value: wording.figure(value, unit), pl.String),
            side=pl.lit(name),
        )
        for side, name in names.items()
        if side != "reconciled"
    )
    both = timed.filter(pl.col("weight_from").is_not_null() & pl.col("reconciled").is_not_null())
    if both.is_empty():
        return plain
    shown = [
        wording.say("pair_chart_range_of", **wording.interval(value, low, high, unit))
        for value, low, high in both.select("reconciled", "low", "high").iter_rows()
    ]
    told = both.select("moment", shown=pl.Series(shown))
    reconciled = timed.join(told, on="moment", how="left", maintain_order="left").select(
        "moment", "period", value=columns["reconciled"] / size, shown="shown", side=pl.lit(names["reconciled"])
    )
    return pl.concat([plain, reconciled])


def _band(timed: pl.DataFrame, name: str, size: float) -> pl.DataFrame:
    """(periods, [moment, low, high, side, is_alone]); a period without neighbours has no area, only a width."""
    top = CUT_AT * _largest(timed)
    high = pl.col("high") if top == 0 else pl.col("high").clip(upper_bound=top)
    is_held = pl.col("low").is_not_null()
    neighbours = is_held.shift(1).fill_null(value=False) | is_held.shift(-1).fill_null(value=False)
    return timed.select(
        "moment", low=pl.col("low") / size, high=high / size, side=pl.lit(name), is_alone=is_held & ~neighbours
    )


def _top(long: pl.DataFrame, band: pl.DataFrame) -> float | None:
    """The upper end of the axis, where a range would otherwise be cut in the middle of nothing."""
    highest = max((float(value) for value in (long["value"].max(), band["high"].max()) if value is not None), default=0)  # type: ignore[arg-type]
    return highest * ROOM_ABOVE if highest > 0 else None


def _ends(long: pl.DataFrame, top: float) -> pl.DataFrame:
    """The last figure of each line with the place of its label; labels that would touch are moved apart."""
    last = (
        long.drop_nulls("value")
        .group_by("side")
        .agg(pl.all().sort_by("moment").last())
        .sort("value", "side")
        .with_columns(short=pl.col("value").map_elements(wording.significant, pl.String))
    )
    if last.is_empty():
        return last.with_columns(place=pl.col("value"))
    moments = long["moment"].str.to_date()
    near = (max(moments) - min(moments)) / LABELS_WIDE
    least = (top - min(0.0, float(long["value"].min()))) * LABEL_HEIGHT / (theme.CHART_HEIGHT - AROUND)  # type: ignore[arg-type]
    placed: list[tuple[dt.date, float]] = []
    for moment, value in last.select(pl.col("moment").str.to_date(), "value").iter_rows():
        below = [place for other, place in placed if abs(other - moment) <= near]
        placed.append((moment, max([value, *(place + least for place in below)])))
    return last.with_columns(place=pl.Series([place for _, place in placed]))


def _breaks(timed: pl.DataFrame, ink: str) -> list[alt.Chart]:
    """A dotted line and the status's letter where the source of a side changes."""
    broken = timed.filter((pl.col("obs_status_from") == BREAK) | (pl.col("obs_status_to") == BREAK))
    if broken.is_empty():
        return []
    told = broken.select("moment", "period", word=pl.lit(wording.code_name("obs_status", BREAK)), letter=pl.lit(BREAK))
    base = alt.Chart(alt.InlineData(values=told.to_dicts()))
    tip = [alt.Tooltip(f"{name}:N", title=" ") for name in ("word", "period")]
    rule = base.mark_rule(strokeDash=[2, 4], color=theme.NEUTRAL).encode(x="moment:T", tooltip=tip)
    text = base.mark_text(align="left", baseline="top", dx=3, fontSize=theme.FONT_SIZE - 1, fill=ink).encode(
        x="moment:T", y=alt.value(2), text="letter:N"
    )
    return [rule, text]


def _largest(flows: pl.DataFrame) -> float:
    both = flows.select(pl.max_horizontal(pl.col("reported_by_from", "reported_by_to").abs().cast(pl.Float64)).max())
    return float(both.item() or 0.0)


def _room_for_labels(timed: pl.DataFrame) -> list[str]:
    """From the first moment to the last, and a sixth more, where the figures at the lines' ends stand."""
    moments = timed["moment"].str.to_date()
    first, last = moments.to_list()[0], max(moments.to_list())
    return [first.isoformat(), (last + max((last - first) / 6, dt.timedelta(days=90))).isoformat()]


def _time_axis(is_monthly: bool, last: str) -> alt.Axis:  # noqa: FBT001  (a grain)
    """Years or months; the room for labels after the last period has no periods of its own."""
    shown = f"timeFormat(datum.value, '%Y-%m') <= '{last}'" if is_monthly else f"year(datum.value) <= {int(last[:4])}"
    label = f"{shown} ? timeFormat(datum.value, '{'%b %Y' if is_monthly else '%Y'}') : ''"
    if is_monthly:
        return alt.Axis(labelExpr=label, labelOverlap=True, tickCount=8)
    step = alt.TimeIntervalStep(interval="year", step=1)
    return alt.Axis(labelExpr=label, labelOverlap=True, tickCount=step)


def sparkline_values(series: Sequence[str]) -> list[float]:
    """The values of a headline series as numbers, for the small line of a card; empty where they are words."""
    try:
        return [float(value) for value in series]
    except ValueError:
        return []
