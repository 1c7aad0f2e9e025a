"""The ranking of reporters, one reporter's years and values that are stated. Every figure below is made up."""

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

from compact_app import charts, theme
from compact_app.charts.ranking import NAME_WIDTH, ROW_HEIGHT

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
Layers = Callable[[charts.Picture], Iterator[dict[str, Any]]]
INK = theme.INK["light"]
ROLES = {"from": "as exporter", "to": "as importer"}


def reporter(area: str, rank: int, **other: Any) -> dict[str, Any]:
    usual = {
        "name": f"Area {area}", "tier": "ally", "estimate": 0.1 * rank, "low": 0.05 * rank, "high": 0.2 * rank,
        "rank_low": max(1, rank - 1), "rank_high": rank + 1, "jackknife_low": 0.09 * rank,
        "jackknife_high": 0.12 * rank,
    }  # fmt: skip
    return {"area": area, "rank": rank, **usual, **other}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    numbers = dict.fromkeys(("jackknife_low", "jackknife_high"), pl.Float64)
    return pl.DataFrame(list(rows), schema_overrides=numbers)


def years(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame([{"time_period": y, "role": r, "estimate": v, "low": v / 2, "high": v * 2} for y, r, v in rows])


def test_the_nearest_to_the_flow_comes_first_whatever_the_order_of_the_rows(layer_of: LayerOf) -> None:
    picture = charts.reporter_ranking(frame(reporter("B", 2), reporter("A", 1), reporter("C", 3)), "B", "", INK)
    encoding = layer_of(picture, "point")["encoding"]
    assert encoding["y"]["scale"]["domain"] == ["Area A", "Area B", "Area C"]


def test_an_estimate_never_stands_without_its_interval_and_its_range(layer_of: LayerOf) -> None:
    picture = charts.reporter_ranking(frame(reporter("A", 1), reporter("B", 2)), "none", "", INK)
    (first, _) = layer_of(picture, "point")["values"]
    assert (first["low"], first["estimate"], first["high"]) == (0.05, 0.1, 0.2)
    bar = layer_of(picture, "bar")["encoding"]
    assert (bar["x"]["field"], bar["x2"]["field"]) == ("low", "high")
    rule = layer_of(picture, "rule")["encoding"]
    assert (rule["x"]["field"], rule["x2"]["field"]) == ("jackknife_low", "jackknife_high")
    assert first["interval"] == "0.100, 95 % interval 0.050 to 0.200"
    assert first["place"] == "rank 1, within 1 to 2"


def test_tiers_differ_in_colour_and_in_shape(layer_of: LayerOf) -> None:
    rows = frame(reporter("A", 1, tier="core"), reporter("B", 2, tier="outside"))
    encoding = layer_of(charts.reporter_ranking(rows, "A", "", INK), "point")["encoding"]
    assert encoding["color"]["scale"]["range"] == list(theme.TIER_COLOURS.values())
    assert encoding["shape"]["scale"]["range"] == list(theme.TIER_SHAPES.values())
    assert encoding["color"]["field"] == encoding["shape"]["field"] == "tier_name"


@pytest.mark.parametrize(("rank", "align"), [(1, "left"), (9, "right")])
def test_the_chosen_reporter_is_labelled_on_the_side_where_there_is_room(
    rank: int, align: str, layer_of: LayerOf
) -> None:
    rows = frame(reporter("A", 1), reporter("B", 9))
    chosen = {1: "A", 9: "B"}[rank]
    text = layer_of(charts.reporter_ranking(rows, chosen, "", INK), "text")
    assert text["mark"]["align"] == align
    (label,) = text["values"]
    assert label["name"] == f"Area {chosen}"
    assert label["label"].endswith(f"rank {max(1, rank - 1)} to {rank + 1}")
    assert label["at"] == pytest.approx(0.2 if align == "left" else 0.45)


def test_who_is_not_in_the_picture_is_not_labelled(layers: Layers) -> None:
    picture = charts.reporter_ranking(frame(reporter("A", 1)), "Z", "", INK)
    assert [layer["mark"]["type"] for layer in layers(picture)] == ["bar", "rule", "point"]


def test_without_a_jackknife_the_label_and_the_axis_still_stand(layer_of: LayerOf) -> None:
    rows = frame(reporter("A", 1, jackknife_low=None, jackknife_high=None))
    picture = charts.reporter_ranking(rows, "A", "", INK)
    assert layer_of(picture, "text")["values"][0]["at"] == pytest.approx(0.05)


def test_every_row_has_room(layers: Layers) -> None:
    few = charts.reporter_ranking(frame(*(reporter(str(n), n) for n in range(1, 4))), "1", "", INK)
    many = charts.reporter_ranking(frame(*(reporter(str(n), n) for n in range(1, 44))), "1", "", INK)
    assert many.to_dict()["height"] - few.to_dict()["height"] == 40 * ROW_HEIGHT
    assert list(layers(many))


def test_both_roles_of_a_year_stand_side_by_side_and_differ_in_shape(layer_of: LayerOf) -> None:
    rows = years(("2015", "from", 0.1), ("2015", "to", 0.4), ("2016", "from", 0.2))
    point = layer_of(charts.reporter_history(rows, ROLES, "sigma", INK), "point")
    assert [(row["time_period"], row["role_name"], row["shown"]) for row in point["values"]] == [
        ("2015", "as exporter", "0.100"),
        ("2015", "as importer", "0.400"),
        ("2016", "as exporter", "0.200"),
    ]
    assert point["encoding"]["xOffset"]["field"] == "role_name"
    assert point["encoding"]["shape"]["scale"]["range"] == ["circle", "diamond"]


def test_a_role_keeps_its_colour_and_shape_where_the_other_has_no_year(layer_of: LayerOf) -> None:
    picture = charts.reporter_history(years(("2015", "to", 0.4)), {"to": "as importer"}, "sigma", INK)
    encoding = layer_of(picture, "point")["encoding"]
    assert encoding["shape"]["scale"]["range"] == ["diamond"]
    assert encoding["color"]["scale"]["range"] == [theme.SIDE_COLOURS["to"]]


def test_the_axis_of_the_years_begins_at_zero(layer_of: LayerOf) -> None:
    encoding = layer_of(charts.reporter_history(years(("2015", "to", 0.4)), ROLES, "sigma", INK), "bar")["encoding"]
    assert encoding["y"]["scale"]["zero"] is True


def test_what_is_stated_and_what_is_measured_differ_by_name_and_colour(layer_of: LayerOf) -> None:
    long = "Direct investment through special-purpose entities only"
    rows = pl.DataFrame(
        [
            {"name": long, "sigma": 0.8, "shown": "0.800", "tip": "", "is_stated": True},
            {"name": "Goods, measured", "sigma": 0.2, "shown": "0.200", "tip": "", "is_stated": False},
        ]
    )
    bar = layer_of(charts.stated_spreads(rows, theme.THEME_COLOURS["capital_flows"], INK), "bar")
    names = [row["name"] for row in bar["values"]]
    assert names[0].replace("\n", " ") == long
    assert max(len(line) for line in names[0].split("\n")) <= NAME_WIDTH
    assert bar["encoding"]["color"]["condition"]["value"] == theme.THEME_COLOURS["capital_flows"]
    assert bar["encoding"]["color"]["value"] == theme.NEUTRAL
    assert bar["encoding"]["x"]["scale"]["domain"][0] == 0


def test_the_legend_shows_marks_as_firm_as_in_the_picture(layer_of: LayerOf) -> None:
    encoding = layer_of(charts.reporter_ranking(frame(reporter("A", 1)), "A", "", INK), "point")["encoding"]
    assert encoding["shape"]["legend"]["symbolOpacity"] == encoding["color"]["legend"]["symbolOpacity"] == 1


def test_figures_stand_over_the_role_that_is_higher_and_under_the_other(layers: Layers) -> None:
    rows = years(("2015", "from", 0.1), ("2015", "to", 0.4))
    texts = [
        layer for layer in layers(charts.reporter_history(rows, ROLES, "", INK)) if layer["mark"]["type"] == "text"
    ]
    assert [layer["encoding"]["y"]["field"] for layer in texts] == ["low", "high"]
