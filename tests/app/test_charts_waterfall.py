"""From one report to the other step by step. Every figure below is made up."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_app import charts, theme

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
NAMES = {
    "reported_by_from": "Canada reports",
    "reexports": "Re-exports",
    "valuation": "Freight",
    "timing": "On their way",
    "same_source": "Concept",
    "unexplained": "Unexplained",
    "reported_by_to": "Mexico reports",
}


def steps_of(*rows: tuple[str, Any, str]) -> pl.DataFrame:
    schema = {"step": pl.String, "amount": pl.Decimal(28, 6), "state": pl.String}
    return pl.DataFrame(
        [(step, None if amount is None else Decimal(amount), state) for step, amount, state in rows],
        schema=schema,
        orient="row",
    )


GAP = steps_of(
    ("reported_by_from", 2_000_000_000, "reported"),
    ("reexports", None, "not_measured"),
    ("valuation", 60_000_000, "estimated"),
    ("timing", -10_000_000, "measured"),
    ("unexplained", -550_000_000, "residual"),
    ("reported_by_to", 1_500_000_000, "reported"),
)


def drawn(steps: pl.DataFrame = GAP) -> charts.Picture:
    return charts.gap_steps(steps, NAMES, "USD", theme.INK["light"])


def test_each_bar_begins_where_the_one_before_ended_and_both_reports_stand_on_zero(layer_of: LayerOf) -> None:
    rows = layer_of(drawn(), "bar")["values"]
    ends = {row["step"]: (row["start"], row["end"]) for row in rows}
    assert ends["Canada reports"] == (0.0, 2.0)
    assert ends["Re-exports"] == (2.0, 2.0)
    assert ends["Freight"] == (2.0, 2.06)
    assert ends["On their way"] == (2.06, 2.05)
    assert ends["Unexplained"] == (2.05, 1.5)
    assert ends["Mexico reports"] == (0.0, 1.5)


def test_a_step_says_its_amount_and_how_it_is_known(layer_of: LayerOf) -> None:
    shown = {row["step"]: row["shown"] for row in layer_of(drawn(), "bar")["values"]}
    assert shown == {
        "Canada reports": "2.00 bn USD",
        "Re-exports": "not measured",
        "Freight": "+60.0 million USD, estimated",
        "On their way": "-10.0 million USD, measured",
        "Unexplained": "-550 million USD, the rest",
        "Mexico reports": "1.50 bn USD",
    }


def test_steps_stand_in_their_order_in_every_layer(layer_of: LayerOf) -> None:
    for mark in ("bar", "tick"):
        layer = layer_of(drawn(), mark)
        assert layer["encoding"]["y"]["sort"] == [row["label"] for row in layer["values"]]


def test_how_a_step_is_known_is_seen_without_its_colour(layer_of: LayerOf) -> None:
    bars = layer_of(drawn(), "bar")
    looks = {row["step"]: row["look"] for row in bars["values"]}
    assert looks["Freight"] == "outline"
    assert looks["Re-exports"] == "none"
    assert looks["On their way"] == looks["Unexplained"] == "solid"
    assert bars["transform"] == [{"filter": "datum.look != 'none'"}]
    assert layer_of(drawn(), "tick")["transform"] == [{"filter": "datum.look == 'none'"}]


def test_what_stays_unexplained_has_a_colour_of_its_own(layer_of: LayerOf) -> None:
    colours = {row["step"]: row["colour"] for row in layer_of(drawn(), "bar")["values"]}
    rest = colours.pop("Unexplained")
    assert rest == theme.STEP_COLOURS["unexplained"]
    assert rest not in colours.values()
    assert colours["Canada reports"] == theme.SIDE_COLOURS["from"]
    assert colours["Mexico reports"] == theme.SIDE_COLOURS["to"]


@pytest.mark.parametrize(
    ("sent", "received", "unit"), [(0, 0, "USD"), (900, 700, "USD"), (-5_000_000, 4_000_000, "million USD")]
)
def test_small_zero_and_negative_reports_are_pictures_too(
    sent: int, received: int, unit: str, layer_of: LayerOf
) -> None:
    steps = steps_of(
        ("reported_by_from", sent, "reported"),
        ("unexplained", received - sent, "residual"),
        ("reported_by_to", received, "reported"),
    )
    bars = layer_of(drawn(steps), "bar")
    assert bars["encoding"]["x"]["title"] == unit
    assert bars["encoding"]["x"]["scale"]["zero"] is True
    assert bars["values"][1]["end"] == bars["values"][2]["end"]
