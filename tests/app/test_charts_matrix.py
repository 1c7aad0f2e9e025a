"""Standards as a matrix and as a timeline. Every status below is made up."""

from collections.abc import Callable
from typing import Any

import polars as pl

from compact_app import charts, theme, wording

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
AREAS = ["Canada", "France", "Peru"]
INSTRUMENTS = ["Treaty", "Principles"]
ROWS = pl.DataFrame(
    {
        "name": ["Canada", "France", "Peru", "Canada"],
        "tier": ["core", "ally", "outside", "core"],
        "instrument_name": ["Treaty", "Treaty", "Treaty", "Principles"],
        "level": [4, 1, 0, 2],
        "status_name": ["Binding in law", "Takes part", "Stated not to take part", "Voluntary commitment"],
        "letter": ["B", "T", "S", "V"],
        "time_period": ["2024", "2024-05", "2020-12", "2019-05"],
        "since": ["2024", "May 2024", "December 2020", "May 2019"],
    }
)
MATRIX = charts.adoption_matrix(ROWS, AREAS, INSTRUMENTS)
TIMELINE = charts.adoption_timeline(ROWS, INSTRUMENTS)


def test_a_matrix_has_its_areas_and_instruments_in_the_order_that_is_given(layer_of: LayerOf) -> None:
    encoding = layer_of(MATRIX, "rect")["encoding"]
    assert encoding["y"]["scale"]["domain"] == AREAS
    assert encoding["x"]["scale"]["domain"] == INSTRUMENTS


def test_a_status_has_a_shade_and_a_letter(layer_of: LayerOf) -> None:
    scale = layer_of(MATRIX, "rect")["encoding"]["color"]["scale"]
    assert scale["domain"] == ["Stated not to take part", "Takes part", "Voluntary commitment", "Binding in law"]
    assert scale["range"] == [theme.LEVEL_COLOURS[level] for level in (0, 1, 2, 4)]
    letters = layer_of(MATRIX, "text")
    assert letters["encoding"]["text"]["field"] == "letter"
    assert {(row["status_name"], row["letter"]) for row in letters["values"]} == set(
        ROWS.select("status_name", "letter").iter_rows()
    )


def test_what_is_not_known_has_no_cell(layer_of: LayerOf) -> None:
    cells = {(row["name"], row["instrument_name"]) for row in layer_of(MATRIX, "rect")["values"]}
    assert ("France", "Principles") not in cells
    assert ("Peru", "Treaty") in cells  # a stated refusal is known


def test_a_month_and_a_year_stand_in_their_middle(layer_of: LayerOf) -> None:
    moments = {row["time_period"]: row["moment"] for row in layer_of(TIMELINE, "point")["values"]}
    assert moments["2024"] == "2024-07-01"
    assert moments["2024-05"] == "2024-05-15"


def test_tiers_of_one_instrument_do_not_hide_each_other(layer_of: LayerOf) -> None:
    encoding = layer_of(TIMELINE, "point")["encoding"]
    assert encoding["yOffset"]["scale"]["domain"] == [wording.code_name("tier", tier) for tier in theme.TIERS]
    assert encoding["y"]["scale"]["domain"] == INSTRUMENTS
