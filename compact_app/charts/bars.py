"""Shares as bars: who supplies an area, and from which tier over the years."""

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

SHOWN_SUPPLIERS = 12
BAR_HEIGHT = 26
LEGEND_AND_AXIS = 130  # pixels; the height of a picture includes both
UNNAMED = "unnamed"


def supplier_bars(suppliers: pl.DataFrame, unnamed_share: float, ink: str) -> Picture:
    """The largest suppliers by share, coloured by tier; all others and the unnamed rest as two last bars.

    Args:
        suppliers: ([name, tier, share]), largest first.
        unnamed_share: share of the published total that no supplier is named for, 0 where none is published.
        ink: colour of the figures at the bars' ends.
    """
    tiers = {tier: wording.code_name("tier", tier) for tier in theme.TIERS}
    head = suppliers.head(SHOWN_SUPPLIERS).with_columns(tier_name=pl.col("tier").replace_strict(tiers))
    rows = head.select("name", "tier_name", "share").to_dicts()
    rest = float(suppliers.slice(SHOWN_SUPPLIERS)["share"].sum())
    other = wording.say("dependency_rest")
    if rest > 0:
        rows.append({"name": wording.say("dependency_others"), "tier_name": other, "share": rest})
    if unnamed_share > 0:
        rows.append({"name": wording.say("dependency_unnamed"), "tier_name": other, "share": unnamed_share})
    data = [{**row, "shown": wording.share(row["share"])} for row in rows]
    colours = alt.Scale(domain=[*tiers.values(), other], range=[*theme.TIER_COLOURS.values(), theme.NO_TIER_COLOUR])
    base = alt.Chart(alt.InlineData(values=data)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=150, labelColor=ink, labelOverlap=False)),
        x=alt.X("share:Q", title=None, axis=alt.Axis(format="%", tickCount=5)),
    )
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=alt.Color("tier_name:N", scale=colours, legend=style.legend("top")),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("name", "tier_name", "shown")],
    )
    ends = base.mark_text(align="left", dx=5, fill=ink, fontSize=theme.FONT_SIZE).encode(text="shown:N")
    return alt.layer(bars, ends).properties(height=BAR_HEIGHT * len(data) + LEGEND_AND_AXIS)


def tier_shares(rows: pl.DataFrame, *, height: int = 330) -> Picture:
    """From which tier an area is supplied, by year; bars of one length, so that only the parts speak.

    Args:
        rows: ([time_period, core_share, partner_share, ally_share, outside_share, unnamed_share]), oldest first;
            what no supplier is named for is a part of its own and not of the outside.
        height: in pixels.
    """
    tiers = {tier: wording.code_name("tier", tier) for tier in theme.TIERS}
    unnamed = wording.say("dependency_unnamed")
    colours = alt.Scale(domain=[*tiers.values(), unnamed], range=[*theme.TIER_COLOURS.values(), theme.NO_TIER_COLOUR])
    data = [
        {
            "year": row["time_period"],
            "tier_name": tiers.get(part, unnamed),
            "share": row[f"{part}_share"],
            "order": order,
            "shown": wording.share(row[f"{part}_share"]),
        }
        for row in rows.iter_rows(named=True)
        for order, part in enumerate((*theme.TIERS, "unnamed"))
    ]
    bars: alt.Chart = (
        alt.Chart(alt.InlineData(values=data))
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=5), scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("tier_name:N", scale=colours, legend=style.legend("top")),
            order=alt.Order("order:Q"),
            tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("year", "tier_name", "shown")],
        )
        .properties(height=height)
    )
    return bars
