"""What is left when suppliers are cut: one line a receiver, falling from the whole with every cut."""

from typing import Final

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts.style import Picture

LABEL_HEIGHT: Final = 17  # pixels between two labels at the lines' ends
AROUND: Final = 60  # pixels of axes below and beside the lines
ROOM: Final = 0.22  # of the axis, where the labels stand
FAINT: Final = 0.45  # opacity of lines without a tier, of which there are many
WHOLE_WIDTH, PART_WIDTH = 4.0, 1.8


def cut_curves(lines: pl.DataFrame, axis: str, ink: str, ground: str, *, height: int = theme.CHART_HEIGHT) -> Picture:
    """Share that is left against how many are cut, with a label at the end of the lines that have one.

    Args:
        lines: ([line, label, tier, is_whole, cut_count, kept_share, kept_low, kept_high, cut]): `line` a line's name,
            `label` what stands at its end or nothing, `tier` its colour or null for a neutral one, `cut` who goes
            last, in words; `kept_low` to `kept_high` a band where they are apart.
        axis: what the horizontal axis counts, in words.
        ink: colour of the labels.
        ground: colour of the background, as a rim around them.
        height: in pixels.
    """
    most = max(int(lines["cut_count"].max() or 1), 1)  # type: ignore[arg-type]
    spoken = [_spoken(row["kept_high"], row["kept_low"]) for row in lines.iter_rows(named=True)]
    data = lines.with_columns(
        shown=pl.Series(spoken, dtype=pl.String),
        colour=pl.col("tier").replace_strict(theme.TIER_COLOURS, default=theme.NEUTRAL),
        strength=pl.when(pl.col("tier").is_null()).then(FAINT).otherwise(1.0),
    )
    x = alt.X(
        "cut_count:Q",
        title=axis,
        scale=alt.Scale(domain=[0, most * (1 + ROOM)], nice=False),
        axis=alt.Axis(values=list(range(most + 1)), format="d", labelOverlap=True, grid=False),
    )
    y = alt.Y(
        "kept_share:Q", title=None, scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(format="%", tickCount=5)
    )
    colour = alt.Color("colour:N", scale=None)
    strength = alt.Opacity("strength:Q", scale=None)
    tips = [alt.Tooltip(f"{name}:N", title=" ") for name in ("line", "cut", "shown")]
    whole = alt.InlineData(values=data.filter("is_whole").to_dicts())
    parts = alt.InlineData(values=data.filter(~pl.col("is_whole")).to_dicts())
    band = (
        alt.Chart(whole)
        .mark_area(opacity=theme.BAND_OPACITY)
        .encode(x=x, y=alt.Y("kept_low:Q", title=None), y2="kept_high:Q", color=colour)
    )
    thin = (
        alt.Chart(parts)
        .mark_line(strokeWidth=PART_WIDTH)
        .encode(x=x, y=y, color=colour, opacity=strength, detail="line:N")
    )
    thick = alt.Chart(whole).mark_line(strokeWidth=WHOLE_WIDTH).encode(x=x, y=y, color=colour, detail="line:N")
    marks = (
        alt.Chart(alt.InlineData(values=data.to_dicts()))
        .mark_point(filled=True, size=45)
        .encode(x=x, y=y, color=colour, opacity=strength, tooltip=tips)
    )
    words = (
        alt.Chart(alt.InlineData(values=_ends(data, height).to_dicts()))
        .mark_text(align="left", dx=8, fontSize=theme.FONT_SIZE, fontWeight="bold")
        .encode(x=x, y=alt.Y("place:Q", title=None), text="label:N")
    )
    rims = words.encode(stroke=alt.value(ground), strokeWidth=alt.value(4))
    return alt.layer(band, thin, thick, marks, rims, words.encode(color=alt.value(ink))).properties(height=height)


def _spoken(high: float, low: float) -> str:
    if wording.share(low) == wording.share(high):
        return wording.share(high)
    return wording.say("dependency_range", low=wording.share(low), high=wording.share(high))


def _ends(data: pl.DataFrame, height: int) -> pl.DataFrame:
    """The last point of every labelled line, with the place of its label; labels that would touch are moved apart."""
    last = (
        data.filter(pl.col("label").is_not_null())
        .sort("cut_count")
        .group_by("line", maintain_order=True)
        .last()
        .sort("kept_share", "line")
    )
    least, places = LABEL_HEIGHT / (height - AROUND), list[float]()
    for share in last["kept_share"]:
        places.append(max(share, places[-1] + least) if places else share)
    return last.with_columns(place=pl.Series(places, dtype=pl.Float64))
