"""The pictures of *Commitments*. Every figure is made up."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import charts, theme
from compact_app.app_pages.kept import phrases

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]

CELLS = pl.DataFrame(
    [
        {"label": "1.1 One", "column": "All", "status": "not met", "shown": "1 met", "why": "", "period": "2020"},
        {"label": "1.1 One", "column": "Canada", "status": "met", "shown": "3", "why": "", "period": "2020"},
        {"label": "2.1 Two", "column": "Canada", "status": "not measurable", "shown": "", "why": "x", "period": ""},
    ]
)
OVER_TIME = pl.DataFrame(
    [
        {
            "name": "Canada",
            "moment": "2019-01-01",
            "beside": "2018-10-01",
            "value": 0.2,
            "value_low": 0.2,
            "value_high": 0.2,
        },
        {
            "name": "Canada",
            "moment": "2020-01-01",
            "beside": "2019-10-01",
            "value": None,
            "value_low": 0.3,
            "value_high": 1.0,
        },
        {
            "name": "Mexico",
            "moment": "2020-01-01",
            "beside": "2020-01-01",
            "value": 0.4,
            "value_low": 0.4,
            "value_high": 0.4,
        },
    ]
).with_columns(period=pl.lit("x"), shown=pl.lit("x"), status=pl.lit("x"))


def matrix(columns: list[str]) -> dict[str, Any]:
    picture = charts.commitment_matrix(CELLS, ["1.1 One", "2.1 Two"], columns, phrases.states(), "#000000")
    spec: dict[str, Any] = picture.to_dict()
    return spec


def test_a_status_has_a_colour_and_a_shape_of_its_own() -> None:
    assert set(theme.STATUS_COLOURS) == set(theme.STATUS_SHAPES) == set(phrases.states())
    assert len(set(theme.STATUS_SHAPES.values())) == len(theme.STATUS_SHAPES)
    encoding = matrix(["All", "Canada"])["encoding"]
    words = list(phrases.states().values())
    for channel, look in (("color", theme.STATUS_COLOURS), ("shape", theme.STATUS_SHAPES)):
        assert encoding[channel]["field"] == "status"
        assert encoding[channel]["scale"] == {"domain": words, "range": list(look.values())}


def test_rows_and_columns_stand_in_the_order_they_are_given() -> None:
    encoding = matrix(["All", "Canada"])["encoding"]
    assert encoding["y"]["scale"]["domain"] == ["1.1 One", "2.1 Two"]
    assert encoding["x"]["scale"]["domain"] == ["All", "Canada"]
    assert [tip["field"] for tip in encoding["tooltip"]] == ["label", "column", "status", "shown", "why", "period"]


def test_many_columns_stand_closer() -> None:
    few, many = matrix(["a"] * 4)["width"], matrix(["a"] * 40)["width"]
    assert few < many < 10 * few


def test_the_limit_is_drawn_and_said(layer_of: LayerOf) -> None:
    picture = charts.commitment_history(OVER_TIME, 0.15, "at most 15 %", "Share", is_share=True)
    text = layer_of(picture, "text")
    assert text["values"] == [{"limit": 0.15, "words": "at most 15 %"}]
    assert layer_of(picture, "line")["encoding"]["y"]["scale"]["zero"] is True
    assert layer_of(picture, "line")["encoding"]["y"]["axis"]["format"] == ".0%"


def test_a_value_that_is_not_known_is_a_bar_between_its_bounds_and_no_point(layer_of: LayerOf) -> None:
    picture = charts.commitment_history(OVER_TIME, 0.15, "x", "Share", is_share=True)
    bar = layer_of(picture, "rule")
    assert (bar["encoding"]["x"]["field"], bar["encoding"]["y"]["field"]) == ("beside", "value_low")
    assert bar["encoding"]["y2"]["field"] == "value_high"
    assert "datum.value_low < datum.value_high" in bar["transform"][0]["filter"]
    assert layer_of(picture, "point")["mark"]["invalid"] == "filter"
    assert layer_of(picture, "line")["mark"]["invalid"] == "break-paths-show-domains"


@pytest.mark.parametrize(("is_share", "is_left_out"), [(True, "true"), (False, "false")])
def test_anything_from_none_to_all_is_not_drawn_of_a_share(layer_of: LayerOf, is_share: bool, is_left_out: str) -> None:
    picture = charts.commitment_history(OVER_TIME, 0.15, "x", "Share", is_share=is_share)
    assert (
        f"!({is_left_out} && datum.value_low == 0 && datum.value_high == 1)"
        in layer_of(picture, "rule")["transform"][0]["filter"]
    )


def test_many_members_are_counted_by_status() -> None:
    words = {state: phrases.states()[state] for state in phrases.STATES}
    rows = pl.DataFrame(
        [{"period": "2020", "place": at, "status": word, "count": at} for at, word in enumerate(words.values())]
    )
    spec = charts.commitment_counts(rows, words).to_dict()
    assert spec["encoding"]["color"]["scale"]["range"] == [theme.STATUS_COLOURS[state] for state in phrases.STATES]
    assert spec["encoding"]["y"]["stack"] is True
    assert spec["encoding"]["order"]["field"] == "place"
