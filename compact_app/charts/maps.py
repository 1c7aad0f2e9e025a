"""The Compact on the map: the world in equal area, and North America close up."""

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import polars as pl

from compact_app import theme, wording
from compact_app.charts import style
from compact_app.charts.style import Picture

# Turned so that the middle of the continent faces the reader; scale is a share of the height.
NORTH_AMERICA: Final[list[float]] = [100, -46, 0]
NORTH_AMERICA_SCALE: Final = 0.95
LABEL_SHIFT_DEGREES: Final = {"CAN": -4.0}  # of longitude: keeps a white name off the water
OUTLINES: Final = "outlines"
SPHERE_STROKE: Final = "#B9C2CC"


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
    key = None if with_labels else style.legend("bottom")
    colour = alt.Color("tier_name:N", scale=theme.tier_scale(tiers_in_words), legend=key)
    shape = alt.Shape("tier_name:N", scale=theme.tier_shape_scale(tiers_in_words), legend=key)
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
