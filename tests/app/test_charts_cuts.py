"""What is left after cuts, as lines. Every figure below is made up."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import charts, theme
from compact_app.charts.cuts import FAINT, LABEL_HEIGHT

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
INK, GROUND = theme.INK["light"], theme.GROUND["light"]


def line(
    name: str, *kept: float, tier: str | None = "core", is_whole: bool = False, low: float = 0.0, high: float = 0.0
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "line": [name] * len(kept),
            "label": [name] * len(kept),
            "tier": [tier] * len(kept),
            "is_whole": [is_whole] * len(kept),
            "cut_count": list(range(len(kept))),
            "kept_share": list(kept),
            "kept_low": [share - low for share in kept],
            "kept_high": [share + high for share in kept],
            "cut": ["somebody"] * len(kept),
        },
        schema_overrides={"tier": pl.String},
    )


def test_every_line_begins_with_the_whole_and_says_what_is_left(layer_of: LayerOf) -> None:
    lines = pl.concat([line("all", 1.0, 0.8, is_whole=True), line("USA", 1.0, 0.6, 0.5)])
    marks = layer_of(charts.cut_curves(lines, "cuts", INK, GROUND), "point")
    assert [(row["line"], row["shown"]) for row in marks["values"]] == [
        ("all", "100 %"),
        ("all", "80.0 %"),
        ("USA", "100 %"),
        ("USA", "60.0 %"),
        ("USA", "50.0 %"),
    ]
    assert marks["encoding"]["y"]["scale"]["domain"] == [0, 1]


def test_a_line_with_a_band_says_its_range(layer_of: LayerOf) -> None:
    picture = charts.cut_curves(line("all", 0.8, 0.6, is_whole=True, low=0.1), "cuts", INK, GROUND)
    assert [row["shown"] for row in layer_of(picture, "point")["values"]] == ["70.0 % to 80.0 %", "50.0 % to 60.0 %"]
    encoding = layer_of(picture, "area")["encoding"]
    assert (encoding["y"]["field"], encoding["y2"]["field"]) == ("kept_low", "kept_high")
    both = charts.cut_curves(line("all", 0.8, 0.6, is_whole=True, low=0.1, high=0.2), "cuts", INK, GROUND)
    assert layer_of(both, "point")["values"][1]["shown"] == "50.0 % to 80.0 %"


def test_labels_that_would_touch_are_moved_apart(layer_of: LayerOf) -> None:
    lines = pl.concat([line("USA", 1.0, 0.5), line("CAN", 1.0, 0.5001), line("MEX", 1.0, 0.9)])
    words = layer_of(charts.cut_curves(lines, "cuts", INK, GROUND), "text")["values"]
    places = [row["place"] for row in words]
    assert [row["label"] for row in words] == ["USA", "CAN", "MEX"]
    assert places[1] - places[0] >= LABEL_HEIGHT / theme.CHART_HEIGHT
    assert places[2] == pytest.approx(0.9)


def test_a_line_without_a_tier_is_faint_and_one_without_a_label_has_none(layer_of: LayerOf) -> None:
    plain = line("PHL", 1.0, 0.7, tier=None).with_columns(label=pl.lit(None, pl.String))
    picture = charts.cut_curves(pl.concat([line("USA", 1.0, 0.5), plain]), "cuts", INK, GROUND)
    marks = layer_of(picture, "point")["values"]
    assert [(row["colour"], row["strength"]) for row in marks[1:3]] == [
        (theme.TIER_COLOURS["core"], 1.0),
        (theme.NEUTRAL, FAINT),
    ]
    assert [row["label"] for row in layer_of(picture, "text")["values"]] == ["USA"]
