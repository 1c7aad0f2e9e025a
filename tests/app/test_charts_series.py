"""Both reports of one flow, the value reconciled out of them and its band. Every figure below is made up."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from compact_app import charts, theme
from compact_app.charts.series import CUT_AT

Layers = Callable[[charts.Picture], Any]
LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
NAMES = {"from": "Canada (sends)", "to": "Mexico (receives)", "reconciled": "Reconciled"}
FLOWS = pl.DataFrame(
    {
        "freq": "A",
        "time_period": ["2020", "2021", "2022", "2023"],
        "reported_by_from": [Decimal("1.5e9"), Decimal("1.6e9"), None, Decimal("2e9")],
        "reported_by_to": [Decimal("1.4e9"), None, Decimal("1.8e9"), None],
        "reconciled": [1.45e9, 1.6e9, 1.8e9, 2e9],
        "low": [1.2e9, 1.1e9, 1.3e9, 1.4e9],
        "high": [1.7e9, 2.3e9, 2.5e9, 2.9e9],
        "weight_from": [0.5, None, None, None],
        "obs_status_from": ["A", "A", None, "A"],
        "obs_status_to": ["A", None, "A", None],
    },
    schema_overrides={"reported_by_from": pl.Decimal(28, 6), "reported_by_to": pl.Decimal(28, 6)},
)


def drawn(flows: pl.DataFrame = FLOWS) -> charts.Picture:
    return charts.both_sides(flows, NAMES, "USD", theme.INK["light"], theme.GROUND["light"])


def without_range(flows: pl.DataFrame) -> pl.DataFrame:
    blank = [pl.lit(None, pl.Float64).alias(name) for name in ("reconciled", "low", "high", "weight_from")]
    return flows.with_columns(blank)


# -- the lines


def test_a_gap_in_a_report_stays_a_gap_in_its_line(layer_of: LayerOf) -> None:
    line = layer_of(drawn(), "line")
    values = {(row["side"], row["moment"][:4]): row["value"] for row in line["values"]}
    assert values[NAMES["from"], "2022"] is None
    assert values[NAMES["to"], "2021"] is None
    assert line["mark"]["invalid"] == "break-paths-show-domains"


def test_a_missing_value_has_no_mark(layer_of: LayerOf) -> None:
    assert layer_of(drawn(), "point")["mark"]["invalid"] == "filter"


def test_the_lines_differ_in_shape_and_colour(layer_of: LayerOf) -> None:
    encoding = layer_of(drawn(), "point")["encoding"]
    for channel in ("shape", "color"):
        scale = encoding[channel]["scale"]
        assert scale["domain"] == list(NAMES.values())
        assert len(set(scale["range"])) == 3


def test_a_reconciled_value_stands_only_where_both_reports_count(layer_of: LayerOf) -> None:
    points = layer_of(drawn(), "point")["values"]
    reconciled = {row["moment"][:4]: (row["value"], row["shown"]) for row in points if row["side"] == "Reconciled"}
    assert reconciled["2020"] == (pytest.approx(1.45), "1.45 bn USD, from 1.20 to 1.70")
    assert {reconciled[year] for year in ("2021", "2022", "2023")} == {(None, None)}


def test_where_no_report_has_a_second_there_is_no_reconciled_line(layer_of: LayerOf) -> None:
    points = layer_of(drawn(FLOWS.tail(3)), "point")["values"]
    assert {row["side"] for row in points} == {NAMES["from"], NAMES["to"]}


def test_each_line_ends_in_its_last_figure(layer_of: LayerOf) -> None:
    ends = layer_of(drawn(), "text")["values"]
    assert {(row["side"], row["period"], row["shown"]) for row in ends} == {
        (NAMES["from"], "2023", "2.000 bn USD"),
        (NAMES["to"], "2022", "1.800 bn USD"),
        (NAMES["reconciled"], "2020", "1.45 bn USD, from 1.20 to 1.70"),
    }


def test_figures_at_the_lines_ends_do_not_stand_on_each_other(layer_of: LayerOf) -> None:
    close = FLOWS.head(1).with_columns(
        reported_by_from=pl.lit(Decimal("1.41e9"), pl.Decimal(28, 6)), reconciled=pl.lit(1.405e9)
    )
    ends = sorted(layer_of(drawn(close), "text")["values"], key=lambda row: row["value"])
    places = [row["place"] for row in ends]
    assert places[0] == ends[0]["value"]
    steps = [upper - lower for lower, upper in pairwise(places)]
    assert min(steps) > 0.05
    assert [row["short"] for row in ends] == ["1.400", "1.405", "1.410"]


def test_an_axis_of_a_flow_starts_at_zero_and_says_its_unit(layer_of: LayerOf) -> None:
    axis = layer_of(drawn(), "line")["encoding"]["y"]
    assert axis["scale"]["zero"] is True
    assert axis["title"] == "bn USD"
    assert max(row["value"] or 0 for row in layer_of(drawn(), "line")["values"]) == 2.0


def test_months_are_months(layer_of: LayerOf) -> None:
    monthly = FLOWS.with_columns(freq=pl.lit("M"), time_period=pl.col("time_period") + "-07")
    points = layer_of(drawn(monthly), "point")["values"]
    assert {row["moment"] for row in points} == {f"{year}-07-01" for year in range(2020, 2024)}
    assert points[0]["period"] == "July 2020"


def test_one_period_that_one_side_reports_is_a_picture_too(layer_of: LayerOf) -> None:
    alone = drawn(FLOWS.tail(1))
    assert [row["side"] for row in layer_of(alone, "text")["values"]] == [NAMES["from"]]
    first, last = layer_of(alone, "line")["encoding"]["x"]["scale"]["domain"]
    assert first < last


def test_a_flow_that_nobody_puts_a_figure_to_is_a_picture_without_marks(layer_of: LayerOf) -> None:
    blank = [pl.lit(None, pl.Decimal(28, 6)).alias(f"reported_by_{side}") for side in ("from", "to")]
    assert layer_of(drawn(without_range(FLOWS).with_columns(blank)), "text")["values"] == []


# -- the band


def test_the_band_is_a_lighter_one_of_the_reconciled_hue(layer_of: LayerOf) -> None:
    band = layer_of(drawn(), "area")
    assert band["mark"]["opacity"] == theme.BAND_OPACITY < 0.5
    assert {row["side"] for row in band["values"]} == {"Reconciled"}
    assert [row["low"] for row in band["values"]] == pytest.approx([1.2, 1.1, 1.3, 1.4])
    assert [row["high"] for row in band["values"]] == pytest.approx([1.7, 2.3, 2.5, 2.9])
    assert band["encoding"]["color"]["scale"]["range"][2] == theme.SIDE_COLOURS["reconciled"]


def test_a_range_that_is_not_known_is_a_gap_in_the_band(layer_of: LayerOf) -> None:
    blank = pl.col("time_period") == "2021"
    gap = FLOWS.with_columns(pl.when(~blank).then(pl.col("low", "high")).otherwise(None))
    band = layer_of(drawn(gap), "area")
    assert [row["low"] for row in band["values"]] == [pytest.approx(1.2), None, pytest.approx(1.3), pytest.approx(1.4)]
    assert band["mark"]["invalid"] == "break-paths-show-domains"
    assert [row["is_alone"] for row in band["values"]] == [True, False, False, False]


def test_a_range_of_a_single_period_has_a_width(layers: Layers) -> None:
    (rule,) = [layer for layer in layers(drawn(FLOWS.head(1))) if layer["mark"]["type"] == "rule"]
    assert [row["is_alone"] for row in rule["values"]] == [True]
    assert not [layer for layer in layers(drawn()) if layer["mark"]["type"] == "rule"]


def test_a_very_wide_range_is_cut_and_the_page_can_say_so(layer_of: LayerOf) -> None:
    assert not charts.reaches_beyond(FLOWS)
    assert not charts.reaches_beyond(without_range(FLOWS))
    wide = FLOWS.with_columns(high=pl.lit(50e9))
    assert charts.reaches_beyond(wide)
    assert {row["high"] for row in layer_of(drawn(wide), "area")["values"]} == {2.0 * CUT_AT}


# -- changes of source


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_change_of_source_is_marked(side: str, layers: Layers) -> None:
    broken = FLOWS.with_columns(
        pl.when(pl.col("time_period") == "2021")
        .then(pl.lit("B"))
        .otherwise("obs_status_from")
        .alias(f"obs_status_{side}")
    )
    marked = [layer for layer in layers(drawn(broken)) if any("letter" in row for row in layer["values"])]
    assert [layer["mark"]["type"] for layer in marked] == ["rule", "text"]
    assert [(row["period"], row["letter"]) for row in marked[0]["values"]] == [("2021", "B")]


def test_without_a_break_nothing_is_marked(layers: Layers) -> None:
    assert not [layer for layer in layers(drawn()) if any("letter" in row for row in layer["values"])]
