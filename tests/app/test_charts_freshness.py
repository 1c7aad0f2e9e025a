"""When figures are expected and how far they were revised, as pictures. Every figure below is made up."""

from collections.abc import Callable
from typing import Any

import polars as pl

from compact_app import charts, theme

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
INK = theme.INK["light"]


def test_a_line_runs_from_the_last_figures_to_the_day_the_next_are_expected(layer_of: LayerOf) -> None:
    sources = pl.DataFrame(
        {
            "title": ["Trade", "Talent"],
            "state": ["stopped", "fresh"],
            "state_words": ["Stopped", "Fresh"],
            "period": ["2026-05", "2025"],
            "held_to": ["2026-05-31", "2025-12-31"],
            "expected": ["2026-08-05", "2027-03-01"],
        }
    )
    picture = charts.expected_figures(sources, INK)
    rule = layer_of(picture, "rule")
    assert (rule["encoding"]["x"]["field"], rule["encoding"]["x2"]["field"]) == ("held_to", "expected")
    assert [(row["held_to"], row["expected"]) for row in rule["values"]] == [
        ("2026-05-31", "2026-08-05"),
        ("2025-12-31", "2027-03-01"),
    ]
    encoding = layer_of(picture, "point")["encoding"]
    assert encoding["color"]["scale"]["domain"] == encoding["shape"]["scale"]["domain"] == ["Fresh", "Stopped"]
    assert encoding["shape"]["scale"]["range"] == [theme.FRESH_SHAPES["fresh"], theme.FRESH_SHAPES["stopped"]]


def test_every_state_has_a_colour_and_a_shape_and_a_mark_that_no_other_has() -> None:
    assert set(theme.FRESH_STATES) == set(theme.FRESH_COLOURS) == set(theme.FRESH_SHAPES) == set(theme.FRESH_MARKS)
    assert len(set(theme.FRESH_MARKS.values())) == len(theme.FRESH_STATES)
    assert theme.BREACH not in theme.FRESH_COLOURS.values()


def test_revisions_are_bars_from_zero_in_their_order_with_their_share(layer_of: LayerOf) -> None:
    rows = pl.DataFrame(
        {
            "label": ["US exports", "Migrants"],
            "theme": ["compute_exports", "talent_movement"],
            "theme_words": ["Trade", "Talent"],
            "share": [0.0123, 0.004],
        }
    )
    bars = layer_of(charts.mean_revisions(rows, INK), "bar")
    assert [(row["label"], row["shown"]) for row in bars["values"]] == [("US exports", "1.2 %"), ("Migrants", "0.4 %")]
    assert bars["encoding"]["y"]["sort"] is None
    low, high = bars["encoding"]["x"]["scale"]["domain"]
    assert low == 0
    assert high > 0.0123
    assert bars["encoding"]["color"]["scale"]["range"] == [
        theme.THEME_COLOURS["compute_exports"],
        theme.THEME_COLOURS["talent_movement"],
    ]
