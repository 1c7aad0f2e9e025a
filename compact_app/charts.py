"""Pictures: a frame in, an Altair chart out. Nothing here asks the edition or knows Streamlit."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import altair as alt
import polars as pl

from compact_app import theme, wording

Picture = alt.Chart | alt.LayerChart | alt.FacetChart

# Turned so that the middle of the continent faces the reader; scale is a share of the height.
NORTH_AMERICA: Final[list[float]] = [100, -46, 0]
NORTH_AMERICA_SCALE: Final = 0.95
LABEL_SHIFT_DEGREES: Final = {"CAN": -4.0}  # of longitude: keeps a white name off the water
OUTLINES: Final = "outlines"
SPHERE_STROKE: Final = "#B9C2CC"
LABEL_SHARE: Final = 0.45


def alliance_map(shapes: Mapping[str, Any], points: pl.DataFrame, *, height: int = theme.MAP_HEIGHT) -> Picture:
    """The world in equal area, areas of the scenario by tier; small ones as a mark.

    Args:
        shapes: TopoJSON with the object `areas`, ids alpha-3.
        points: (areas of the scenario, [area, name, tier, longitude, latitude]).
        height: in pixels.
    """
    layers = _map_layers(points, with_labels=False)
    return _on_outlines(alt.layer(*layers).project(type="equalEarth").properties(height=height), shapes)


def north_america_map(
    shapes: Mapping[str, Any], points: pl.DataFrame, *, width: int = 340, height: int = theme.MAP_HEIGHT
) -> Picture:
    """The founding members close up, labelled."""
    near = points.filter(pl.col("tier") == "core")
    picture = (
        alt.layer(*_map_layers(near, with_labels=True, everyone=points))
        .project(
            type="azimuthalEqualArea",
            rotate=NORTH_AMERICA,
            scale=height * NORTH_AMERICA_SCALE,
            translate=[width / 2, height / 2],
        )
        .properties(width=width, height=height)
    )
    return _on_outlines(picture, shapes)


def _on_outlines(picture: alt.LayerChart | alt.FacetChart, shapes: Mapping[str, Any]) -> Picture:
    """Handed over last and by name: Altair copies all that a layer holds, many times over (0.4 s a map)."""
    picture["datasets"] = {OUTLINES: dict(shapes)}
    return picture


def _map_layers(points: pl.DataFrame, *, with_labels: bool, everyone: pl.DataFrame | None = None) -> list[alt.Chart]:
    lookup = (everyone if everyone is not None else points).select("area", "name", "tier_name").to_dicts()
    tiers_in_words = {tier: wording.code_name("tier", tier) for tier in theme.TIERS}
    legend = None if with_labels else _legend("bottom")
    colour = alt.Color("tier_name:N", scale=theme.tier_scale(tiers_in_words), legend=legend)
    shape = alt.Shape("tier_name:N", scale=theme.tier_shape_scale(tiers_in_words), legend=legend)
    tooltip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("tier_name:N", title=wording.say("tier"))]
    outlines = alt.NamedData(OUTLINES, format=alt.TopoDataFormat(feature="areas", type="topojson"))
    land = alt.Chart(outlines).mark_geoshape(fill=theme.NO_TIER_COLOUR, stroke="white", strokeWidth=0.4, clip=True)
    tiers = (
        alt.Chart(outlines)
        .transform_lookup(
            lookup="id",
            from_=alt.LookupData(data=alt.InlineData(values=lookup), key="area", fields=["name", "tier_name"]),
        )
        .transform_filter("isValid(datum.tier_name)")
        .mark_geoshape(stroke="white", strokeWidth=0.4, clip=True)
        .encode(color=colour, tooltip=tooltip)
    )
    layers = [
        alt.Chart(alt.sphere()).mark_geoshape(fill="transparent", stroke=SPHERE_STROKE, clip=True),
        land,
        tiers,
    ]
    drawn = alt.InlineData(values=points.to_dicts())
    if with_labels:
        shift = pl.col("area").replace_strict(LABEL_SHIFT_DEGREES, default=0.0)
        names = points.with_columns(longitude=pl.col("longitude") + shift)
        layers.append(
            alt.Chart(alt.InlineData(values=names.to_dicts()))
            .mark_text(fontSize=theme.FONT_SIZE, fontWeight="bold", fill="white", clip=True)
            .encode(longitude="longitude:Q", latitude="latitude:Q", text="name:N")
        )
    else:
        layers.append(
            alt.Chart(drawn)
            .mark_point(size=34, filled=True, stroke="white", strokeWidth=0.8, opacity=1, clip=True)
            .encode(
                longitude="longitude:Q",
                latitude="latitude:Q",
                color=colour,
                shape=shape,
                tooltip=tooltip,
            )
        )
    return layers


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
    legend = _legend("top")
    base = alt.Chart(alt.InlineData(values=long.to_dicts())).encode(
        x=alt.X("moment:T", title=None, scale=alt.Scale(domain=_room_for_labels(long)), axis=_time_axis(is_monthly)),
        y=alt.Y("value:Q", title=unit_words, scale=alt.Scale(zero=True)),
        color=alt.Color("side:N", scale=colour, legend=legend),
    )
    line = base.mark_line(strokeWidth=2.5, invalid="break-paths-show-domains")
    marks = base.mark_point(filled=True, size=22 if is_monthly else 70, opacity=1, invalid="filter").encode(
        shape=alt.Shape("side:N", scale=shape, legend=legend),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("side", "period", "shown")],
    )
    last = long.drop_nulls("value").group_by("side").agg(pl.all().sort_by("moment").last())
    ends = (
        alt.Chart(alt.InlineData(values=last.to_dicts()))
        .mark_text(align="left", dx=9, fontSize=theme.FONT_SIZE, fontWeight="bold")
        .encode(x="moment:T", y="value:Q", text="shown:N", color=alt.Color("side:N", scale=colour, legend=legend))
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


def _time_axis(is_monthly: bool) -> alt.Axis:  # noqa: FBT001  (a grain)
    if is_monthly:
        return alt.Axis(format="%b %Y", labelOverlap=True, tickCount=8)
    return alt.Axis(format="%Y", labelOverlap=True, tickCount=alt.TimeIntervalStep(interval="year", step=1))


def alliance_network(  # noqa: PLR0913  (a network has these parts)
    nodes: pl.DataFrame,
    ties: pl.DataFrame,
    places: Mapping[str, tuple[float, float]],
    *,
    metric: str,
    unit: str,
    ink: str,
) -> Picture:
    """The network of one year: tier is colour and shape, width the flow, place the same in every year.

    Args:
        nodes: (areas, [area, name, tier, metric]).
        ties: (ties worth drawing, [from_area, to_area, weight]).
        places: area to (x, y), -1 to 1.
        metric: the column of nodes that sets their size.
        unit: of the weights.
        ink: colour of the labels.
    """
    names = dict(nodes.select("area", "name").iter_rows())
    lines = [
        {
            "x": places[row["from_area"]][0],
            "y": places[row["from_area"]][1],
            "x2": places[row["to_area"]][0],
            "y2": places[row["to_area"]][1],
            "weight": row["weight"],
            "tie": f"{names[row['from_area']]} → {names[row['to_area']]}",
            "shown": wording.figure(row["weight"], unit),
        }
        for row in ties.iter_rows(named=True)
    ]
    words = {tier: wording.code_name("tier", tier) for tier in theme.TIERS}
    legend = _legend("top")
    largest = float(nodes[metric].cast(pl.Float64).to_numpy().max())
    cut = nodes[metric].quantile(1 - LABEL_SHARE)
    dots = [
        {
            **row,
            "tier_name": words[row["tier"]],
            "x": places[row["area"]][0],
            "y": places[row["area"]][1],
            "shown": _metric_words(metric, row[metric], unit),
            "label": row["name"] if row["tier"] in {"core", "partner"} or row[metric] >= cut else row["area"],
        }
        for row in nodes.to_dicts()
    ]
    span = alt.Scale(domain=[-1.12, 1.12], nice=False)
    hidden = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    edges = (
        alt.Chart(alt.InlineData(values=lines))
        .mark_rule(opacity=0.45, color=theme.NEUTRAL)
        .encode(
            x=alt.X("x:Q", scale=span, axis=hidden),
            y=alt.Y("y:Q", scale=span, axis=hidden),
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("weight:Q", scale=alt.Scale(type="sqrt", range=[0.3, 12]), legend=None),
            tooltip=[alt.Tooltip("tie:N", title=" "), alt.Tooltip("shown:N", title=" ")],
        )
    )
    points = alt.Chart(alt.InlineData(values=dots)).encode(
        x=alt.X("x:Q", scale=span, axis=hidden), y=alt.Y("y:Q", scale=span, axis=hidden)
    )
    circles = points.mark_point(filled=True, opacity=1, stroke="white", strokeWidth=1.2).encode(
        size=alt.Size(f"{metric}:Q", scale=alt.Scale(domain=[0, largest], range=[50, 1500]), legend=None),
        color=alt.Color("tier_name:N", scale=theme.tier_scale(words), legend=legend),
        shape=alt.Shape("tier_name:N", scale=theme.tier_shape_scale(words), legend=legend),
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("tier_name:N", title=wording.say("tier")),
            alt.Tooltip("shown:N", title=wording.METRIC_WORDS[metric]),
        ],
    )
    labels = points.mark_text(dy=-17, fontSize=11.5, fill=ink).encode(text="label:N")
    return alt.layer(edges, circles, labels).properties(height=theme.GRAPH_HEIGHT)


def reach(sources: pl.DataFrame) -> Picture:
    """From which to which period each source reaches.

    Args:
        sources: ([title, theme, theme_name, first_period, last_period]).
    """
    rows = sources.with_columns(
        start=_moment("first_period"), end=_moment("last_period"), label=pl.col("title")
    ).select("label", "theme", "theme_name", "start", "end", "first_period", "last_period")
    colours = alt.Scale(
        domain=rows["theme_name"].unique(maintain_order=True).to_list(),
        range=[theme.THEME_COLOURS.get(name, theme.NEUTRAL) for name in rows["theme"].unique(maintain_order=True)],
    )
    bars: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows.to_dicts()))
        .mark_bar(height=14, cornerRadius=2)
        .encode(
            x=alt.X("start:T", title=None),
            x2="end:T",
            y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=330)),
            color=alt.Color("theme_name:N", scale=colours, legend=_legend("top")),
            tooltip=[
                alt.Tooltip("label:N", title=" "),
                alt.Tooltip("first_period:N", title=" "),
                alt.Tooltip("last_period:N", title=" "),
            ],
        )
        .properties(height=34 * rows.height)
    )
    return bars


def _legend(orient: Literal["top", "bottom"]) -> alt.Legend:
    """A legend whose marks are as large as those it explains, in two columns so that a phone shows it whole."""
    return alt.Legend(
        title=None,
        orient=orient,
        columns=2,
        symbolSize=theme.LEGEND_SIZE,
        symbolStrokeWidth=0,
        labelFontSize=theme.FONT_SIZE,
        labelLimit=260,
    )


def _moment(column: str) -> pl.Expr:
    """The first day of a year or month as ISO text; a reach that ends in a year ends with it."""
    end_of_year = "-12-31" if column == "last_period" else "-01-01"
    end_of_month = "-28" if column == "last_period" else "-01"
    is_year = pl.col(column).str.len_chars() == len("2024")
    return pl.when(is_year).then(pl.col(column) + end_of_year).otherwise(pl.col(column).str.slice(0, 7) + end_of_month)


def _metric_words(metric: str, value: float, unit: str) -> str:
    return wording.figure(value, unit) if metric.startswith("strength") else f"{value:.4f}"


def sparkline_values(series: Sequence[str]) -> list[float]:
    """The values of a headline series as numbers, for the small line of a card; empty where they are words."""
    try:
        return [float(value) for value in series]
    except ValueError:
        return []
