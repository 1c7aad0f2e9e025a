"""Standards gaps as pictures. Every status below is made up."""

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

from compact_app import charts, theme

Layers = Callable[[charts.Picture], Iterator[dict[str, Any]]]
ROWS = pl.DataFrame(
    {
        "name": ["Mexico", "Canada"] * 3,
        "instrument_name": ["Treaty", "Treaty", "Charter", "Charter", "Pact", "Pact"],
        "state_name": ["unknown", "taken on", "taken on", "taken on", "states not to", "taken on"],
        "level": [None, 4, 2, 2, 0, 1],
        "status_name": ["unknown", "Binding", "Voluntary", "Voluntary", "Stated not", "Takes part"],
        "letter": ["?", "B", "V", "V", "S", "T"],
    }
)
STEPS = pl.DataFrame(
    {"name": ["Treaty", "All of these together"], "after": [0.5, 0.62], "change_words": ["+0.100", "+0.220"]}
)


def test_the_unknown_is_drawn_apart_from_what_is_stated(layers: Layers) -> None:
    cells, letters, unknown, marks = layers(charts.gap_matrix(ROWS, "#123456"))
    assert [row["letter"] for row in unknown["values"]] == ["?"] == [row["letter"] for row in marks["values"]]
    assert unknown["mark"]["fillOpacity"] == 0
    assert unknown["mark"]["strokeDash"]
    assert {row["status_name"] for row in cells["values"]} == {"Binding", "Voluntary", "Stated not", "Takes part"}
    assert len(letters["values"]) == 5


def test_a_level_keeps_its_shade_and_the_order_is_the_one_that_is_given(layers: Layers) -> None:
    cells = next(layers(charts.gap_matrix(ROWS, "#123456")))
    scale = cells["encoding"]["color"]["scale"]
    assert scale["domain"] == ["Stated not", "Takes part", "Voluntary", "Binding"]
    assert scale["range"] == [theme.LEVEL_COLOURS[level] for level in (0, 1, 2, 4)]
    assert cells["encoding"]["x"]["scale"]["domain"] == ["Mexico", "Canada"]
    assert cells["encoding"]["y"]["scale"]["domain"] == ["Treaty", "Charter", "Pact"]


def test_a_step_leads_from_today_to_its_end(layers: Layers) -> None:
    line, moves, marks, labels = layers(charts.step_effects(STEPS, 0.4, "#123456"))
    assert line["values"] == [{"today": 0.4}]
    assert {(row["today"], row["after"]) for row in moves["values"]} == {(0.4, 0.5), (0.4, 0.62)}
    assert marks["encoding"]["y"]["scale"]["domain"] == ["Treaty", "All of these together"]
    assert [row["change_words"] for row in labels["values"]] == ["+0.100", "+0.220"]


@pytest.mark.parametrize(("today", "ends"), [(0.4, (0.345, 0.675)), (0.62, (0.47, 0.65))])
def test_the_axis_holds_today_and_every_end(layers: Layers, today: float, ends: tuple[float, float]) -> None:
    line = next(layers(charts.step_effects(STEPS, today, "#123456")))
    assert line["encoding"]["x"]["scale"]["domain"] == pytest.approx(ends)


def test_an_axis_never_leaves_the_range_of_a_mean(layers: Layers) -> None:
    ends = pl.DataFrame({"name": ["Treaty"], "after": [1.0], "change_words": ["+1.000"]})
    line = next(layers(charts.step_effects(ends, 0.0, "#123456")))
    assert line["encoding"]["x"]["scale"]["domain"] == [0, 1]
