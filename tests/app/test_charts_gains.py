"""Measures before and after, and gains with their ranges. Every figure below is made up."""

from collections.abc import Callable
from typing import Any

import polars as pl

from compact_app import charts, theme
from compact_app.charts import gains

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
INK = theme.INK["light"]


def measures(*rows: tuple[str, float | None, float | None]) -> pl.DataFrame:
    schema = {"label": pl.String, "before": pl.Float64, "after": pl.Float64}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def gained(*rows: tuple[str, str, float, float, float]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=["name", "role", "gain_p05", "gain_median", "gain_p95"], orient="row")
    return frame.with_columns(label=pl.col("name") + "\n+1 %")


def test_a_measure_has_two_marks_and_a_line_between_them(layer_of: LayerOf) -> None:
    picture = charts.before_after(measures(("A", 0.4, 0.5), ("B", 0.1, None)), "share", (0.0, 1.0), INK)
    marks = layer_of(picture, "point")
    assert [(mark["label"], mark["value"]) for mark in marks["values"]] == [("A", 0.4), ("A", 0.5), ("B", 0.1)]
    assert [line["label"] for line in layer_of(picture, "rule")["values"]] == ["A"]
    assert marks["encoding"]["x"]["scale"]["domain"] == [0.0, 1.0]


def test_before_and_after_differ_in_colour_and_in_shape(layer_of: LayerOf) -> None:
    picture = charts.before_after(measures(("A", 0.4, 0.5)), "share", (0.0, 1.0), INK)
    encoding = layer_of(picture, "point")["encoding"]
    for channel in ("color", "shape"):
        assert len(set(encoding[channel]["scale"]["range"])) == len(encoding[channel]["scale"]["domain"]) == 2


def test_a_gain_never_stands_without_its_range_and_zero(layer_of: LayerOf) -> None:
    picture = charts.gain_intervals(
        gained(("A", "candidate", -0.1, 0.2, 0.7), ("B", "member", 0.1, 0.2, 0.3)), "%", INK
    )
    band = layer_of(picture, "bar")
    assert (band["encoding"]["x"]["field"], band["encoding"]["x2"]["field"]) == ("gain_p05", "gain_p95")
    assert layer_of(picture, "rule")["values"] == [{"zero": 0}]
    assert [mark["shown"] for mark in layer_of(picture, "point")["values"]] == [
        "+0.200 %, 5 to 95 %: -0.100 % to +0.700 %",
        "+0.200 %, 5 to 95 %: +0.100 % to +0.300 %",
    ]


def test_rows_stand_in_the_order_given_with_name_and_figures_in_two_lines(layer_of: LayerOf) -> None:
    rows = gained(("B", "member", 0.1, 0.2, 0.3), ("A", "member", 0.1, 0.1, 0.3))
    picture = charts.gain_intervals(rows, "%", INK)
    y = layer_of(picture, "bar")["encoding"]["y"]
    assert y["sort"] == ["B\n+1 %", "A\n+1 %"]
    assert y["axis"]["labelExpr"] == r"split(datum.label, '\n')"
    assert picture.to_dict()["height"] == gains.ROW_HEIGHT * 2 + gains.AXIS_HEIGHT


def test_roles_differ_in_shape_and_those_outside_are_grey(layer_of: LayerOf) -> None:
    picture = charts.gain_intervals(gained(("A", "outside", -0.3, -0.2, -0.1)), "%", INK)
    scale = layer_of(picture, "point")["encoding"]["shape"]["scale"]
    assert len(set(scale["range"])) == len(gains.ROLES)
    assert gains.ROLE_COLOURS["outside"] == theme.NEUTRAL
