"""Standards: who has taken on what, as a matrix, and when, as a timeline."""

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

ROW_HEIGHT = 21
COLUMN_WIDTH = 54


def adoption_matrix(rows: pl.DataFrame, areas: list[str], instruments: list[str]) -> Picture:
    """Areas against instruments; a deeper shade and a later letter is a firmer status, an empty cell is not known.

    What a letter means is written under the picture: a legend within is cut where the picture scrolls.

    Args:
        rows: ([name, instrument_name, level, status_name, letter, since]).
        areas: names in the order of their rows.
        instruments: names in the order of their columns.
    """
    levels = sorted(rows.select("level", "status_name").unique().iter_rows())
    names = [name for _, name in levels]
    shades = alt.Scale(domain=names, range=[theme.LEVEL_COLOURS[level] for level, _ in levels])
    base = alt.Chart(alt.InlineData(values=rows.to_dicts())).encode(
        x=alt.X(
            "instrument_name:N",
            scale=alt.Scale(domain=instruments),
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-50, labelLimit=190, labelOverlap=False),
        ),
        y=alt.Y("name:N", scale=alt.Scale(domain=areas), title=None, axis=alt.Axis(labelLimit=130, labelOverlap=False)),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("name", "instrument_name", "status_name", "since")],
    )
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color("status_name:N", scale=shades, legend=None)
    )
    letters = base.mark_text(fontSize=11, fontWeight="bold").encode(
        text="letter:N",
        color=alt.condition("datum.level >= 3", alt.value("white"), alt.value(theme.INK["light"])),
    )
    return alt.layer(cells, letters).properties(width=COLUMN_WIDTH * len(instruments), height=ROW_HEIGHT * len(areas))


def adoption_timeline(rows: pl.DataFrame, instruments: list[str]) -> Picture:
    """When areas took an instrument on, one mark an area, coloured and shaped by tier.

    Args:
        rows: ([name, tier, instrument_name, time_period, status_name]) with a month or a year each.
        instruments: names in the order of their rows.
    """
    tiers = {tier: wording.code_name("tier", tier) for tier in theme.TIERS}
    is_year = pl.col("time_period").str.len_chars() == len("2024")
    middle = pl.when(is_year).then(pl.lit("-07-01")).otherwise(pl.lit("-15"))
    shown = ("name", "instrument_name", "status_name", "time_period")
    data = rows.with_columns(
        tier_name=pl.col("tier").replace_strict(tiers), moment=pl.col("time_period") + middle
    ).select(*shown, "tier_name", "moment")
    marks: alt.Chart = (
        alt.Chart(alt.InlineData(values=data.to_dicts()))
        .mark_point(filled=True, size=60, opacity=0.75)
        .encode(
            x=alt.X("moment:T", title=None),
            y=alt.Y(
                "instrument_name:N",
                scale=alt.Scale(domain=instruments),
                title=None,
                axis=alt.Axis(labelLimit=230, grid=True, labelOverlap=False),
            ),
            yOffset=alt.YOffset("tier_name:N", scale=alt.Scale(domain=list(tiers.values()))),
            color=alt.Color("tier_name:N", scale=theme.tier_scale(tiers), legend=style.legend("top")),
            shape=alt.Shape("tier_name:N", scale=theme.tier_shape_scale(tiers), legend=style.legend("top")),
            tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in shown],
        )
        .properties(height=30 * len(instruments) + 40)
    )
    return marks
