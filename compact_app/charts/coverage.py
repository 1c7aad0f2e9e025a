"""How far the sources reach."""

import altair as alt
import polars as pl

from compact_app import theme
from compact_app.charts import style
from compact_app.charts.style import Picture


def reach(sources: pl.DataFrame) -> Picture:
    """From which to which period each source reaches.

    Args:
        sources: ([title, theme, theme_name, first_period, last_period]).
    """
    rows = (
        sources.drop_nulls("last_period")
        .with_columns(start=_moment("first_period"), end=_moment("last_period"), label=pl.col("title"))
        .select("label", "theme", "theme_name", "start", "end", "first_period", "last_period")
    )
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
            y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=170)),
            color=alt.Color("theme_name:N", scale=colours, legend=style.legend("top")),
            tooltip=[
                alt.Tooltip("label:N", title=" "),
                alt.Tooltip("first_period:N", title=" "),
                alt.Tooltip("last_period:N", title=" "),
            ],
        )
        .properties(height=34 * rows.height)
    )
    return bars


def _moment(column: str) -> pl.Expr:
    """The first day of a year or month as ISO text; a reach that ends in a year ends with it."""
    end_of_year = "-12-31" if column == "last_period" else "-01-01"
    end_of_month = "-28" if column == "last_period" else "-01"
    is_year = pl.col(column).str.len_chars() == len("2024")
    return pl.when(is_year).then(pl.col(column) + end_of_year).otherwise(pl.col(column).str.slice(0, 7) + end_of_month)
