"""The alliance as a network."""

from collections.abc import Mapping
from typing import Final

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

LABEL_SHARE: Final = 0.45


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
    key = style.legend("top")
    nodes = nodes.with_columns(pl.col(metric).cast(pl.Float64))
    largest = float(nodes[metric].drop_nulls().to_numpy().max(initial=0.0)) or 1.0
    cut = nodes[metric].quantile(1 - LABEL_SHARE) or 0.0
    dots = [
        {
            **row,
            "tier_name": words[row["tier"]],
            "x": places[row["area"]][0],
            "y": places[row["area"]][1],
            "shown": _metric_words(metric, row[metric], unit),
            "label": row["name"] if row["tier"] in {"core", "partner"} or (row[metric] or 0.0) >= cut else row["area"],
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
        color=alt.Color("tier_name:N", scale=theme.tier_scale(words), legend=key),
        shape=alt.Shape("tier_name:N", scale=theme.tier_shape_scale(words), legend=key),
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("tier_name:N", title=wording.say("tier")),
            alt.Tooltip("shown:N", title=wording.METRIC_WORDS[metric]),
        ],
    )
    labels = points.mark_text(dy=-17, fontSize=11.5, fill=ink).encode(text="label:N")
    return alt.layer(edges, circles, labels).properties(height=theme.GRAPH_HEIGHT)


def _metric_words(metric: str, value: float | None, unit: str) -> str:
    if value is None:
        return wording.NOT_APPLICABLE
    return wording.figure(value, unit) if metric.startswith(("strength", "s_core")) else f"{value:.4f}"
