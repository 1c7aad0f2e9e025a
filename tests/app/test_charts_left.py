"""What is left as areas go, and the matrix of likeness. Every figure below is made up."""

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

from compact_app import charts, theme, wording
from compact_app.charts.left import CELL, CELL_OF_MANY

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
Layers = Callable[[charts.Picture], Iterator[dict[str, Any]]]

LEFT = pl.DataFrame(
    [
        {"removal_order": order, "removed_count": count, "removed_name": name, "kept_flow": kept, "efficiency": kept,
         "kept_flow_low": low, "kept_flow_high": high}
        for order, count, name, kept, low, high in (
            ("strongest", 0, None, 1.0, None, None), ("strongest", 1, "Atlantis", 0.4, None, None),
            ("random", 0, None, 1.0, 1.0, 1.0), ("random", 1, None, 0.8, 0.4, 0.9),
        )
    ]
)  # fmt: skip
NAMES = {"A": "Atlantis", "B": "Borduria", "C": "Costaguana"}


def pairs(areas: str) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"area_1": one, "area_2": other, "pi": None if {one, other} == {"A", "C"} else 0.25, "n_items": 9}
            for place, one in enumerate(areas)
            for other in areas[place + 1 :]
        ],
        schema={"area_1": pl.String, "area_2": pl.String, "pi": pl.Float64, "n_items": pl.Int64},
    )


def test_both_orders_are_lines_that_differ_in_colour_and_in_stroke(layer_of: LayerOf) -> None:
    line = layer_of(charts.what_is_left(LEFT, "kept_flow", title="Flow"), "line")
    words = [wording.say("left_strongest"), wording.say("left_random")]
    assert line["encoding"]["color"]["scale"]["domain"] == words
    assert line["encoding"]["strokeDash"]["scale"]["domain"] == words
    assert [row["value"] for row in line["values"]] == [1.0, 0.4, 1.0, 0.8]
    assert [row["gone"] for row in line["values"]] == ["", "Atlantis", "", ""]


def test_random_orders_have_their_band_where_one_is_held(layers: Layers, layer_of: LayerOf) -> None:
    band = layer_of(charts.what_is_left(LEFT, "kept_flow", title="Flow"), "area")
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert band["mark"]["opacity"] == theme.BAND_OPACITY
    without = charts.what_is_left(LEFT, "efficiency", title="Nearness")
    assert [layer["mark"]["type"] for layer in layers(without)] == ["line", "point"]


def test_likeness_is_told_both_ways_and_what_is_not_known_stays_empty(layer_of: LayerOf) -> None:
    cells = layer_of(charts.alike_matrix(pairs("ABC"), "pi", NAMES, "ABC"), "rect")
    told = {(row["name"], row["other_name"]): row["value"] for row in cells["values"]}
    assert told["Atlantis", "Borduria"] == told["Borduria", "Atlantis"] == 0.25
    assert told["Atlantis", "Costaguana"] is None
    assert cells["transform"] == [{"filter": "isValid(datum.value)"}]
    assert cells["encoding"]["color"]["scale"]["domain"] == [-1, 0, 1]
    assert cells["encoding"]["x"]["scale"]["domain"] == list(NAMES.values())


@pytest.mark.parametrize(("count", "cell", "marks"), [(3, CELL, ["rect", "text"]), (17, CELL_OF_MANY, ["rect"])])
def test_cells_of_many_areas_are_small_and_without_numbers(
    count: int, cell: int, marks: list[str], layers: Layers
) -> None:
    areas = "ABCDEFGHIJKLMNOPQ"[:count]
    picture = charts.alike_matrix(pairs(areas), "pi", {area: f"Area {area}" for area in areas}, areas)
    assert [layer["mark"]["type"] for layer in layers(picture)] == marks
    assert picture.to_dict()["width"] == 150 + cell * count  # names and cells together
