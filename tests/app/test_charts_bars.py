"""Shares as bars. Every figure below is made up."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from compact_app import charts, theme, wording
from compact_app.charts.bars import SHOWN_SUPPLIERS

LayerOf = Callable[[charts.Picture, str], dict[str, Any]]
INK = theme.INK["light"]
TIERS = [wording.code_name("tier", tier) for tier in theme.TIERS]


def suppliers(count: int, share: float) -> pl.DataFrame:
    names = [f"Area {number}" for number in range(count)]
    return pl.DataFrame({"name": names, "tier": ["ally"] * count, "share": [share] * count})


def shares(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"core_share": 0.25, "partner_share": 0.0, "ally_share": 0.25, "outside_share": 0.5, "unnamed_share": 0.0}
    return pl.DataFrame([usual | row for row in rows])


def test_suppliers_stand_in_their_order_and_say_their_share(layer_of: LayerOf) -> None:
    frame = pl.DataFrame({"name": ["Peru", "Canada"], "tier": ["outside", "core"], "share": [0.6, 0.4]})
    picture = charts.supplier_bars(frame, 0.0, INK)
    bars = layer_of(picture, "bar")
    assert [(row["name"], row["shown"]) for row in bars["values"]] == [("Peru", "60.0 %"), ("Canada", "40.0 %")]
    assert bars["encoding"]["y"]["sort"] is None
    assert [row["shown"] for row in layer_of(picture, "text")["values"]] == ["60.0 %", "40.0 %"]


def test_all_others_are_one_bar_and_nothing_is_lost(layer_of: LayerOf) -> None:
    rows = layer_of(charts.supplier_bars(suppliers(SHOWN_SUPPLIERS + 3, 0.05), 0.25, INK), "bar")["values"]
    assert len(rows) == SHOWN_SUPPLIERS + 2
    assert [(row["name"], row["share"]) for row in rows[-2:]] == [
        (wording.say("dependency_others"), pytest.approx(0.15)),
        (wording.say("dependency_unnamed"), 0.25),
    ]
    assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_without_others_and_unnamed_there_is_no_bar_for_them(layer_of: LayerOf) -> None:
    rows = layer_of(charts.supplier_bars(suppliers(SHOWN_SUPPLIERS, 1 / SHOWN_SUPPLIERS), 0.0, INK), "bar")["values"]
    assert len(rows) == SHOWN_SUPPLIERS
    assert {row["tier_name"] for row in rows} == {wording.code_name("tier", "ally")}


def test_who_is_not_named_has_the_colour_of_no_tier(layer_of: LayerOf) -> None:
    scale = layer_of(charts.supplier_bars(suppliers(2, 0.4), 0.2, INK), "bar")["encoding"]["color"]["scale"]
    assert scale["domain"][:-1] == TIERS
    assert scale["range"] == [*theme.TIER_COLOURS.values(), theme.NO_TIER_COLOUR]


def test_the_parts_of_a_year_add_up_to_the_whole(layer_of: LayerOf) -> None:
    rows = shares({"time_period": "2023", "outside_share": 0.375, "unnamed_share": 0.125}, {"time_period": "2024"})
    values = layer_of(charts.tier_shares(rows), "bar")["values"]
    for year in ("2023", "2024"):
        assert sum(row["share"] for row in values if row["year"] == year) == pytest.approx(1)
    unnamed = {row["year"]: row["share"] for row in values if row["tier_name"] == wording.say("dependency_unnamed")}
    assert unnamed == {"2023": 0.125, "2024": 0.0}
    outside = {row["year"]: row["share"] for row in values if row["tier_name"] == wording.code_name("tier", "outside")}
    assert outside == {"2023": 0.375, "2024": 0.5}


def test_nothing_from_outside_is_no_speck(layer_of: LayerOf) -> None:
    rows = shares({"time_period": "2024", "outside_share": 0.0, "unnamed_share": 0.1, "core_share": 0.65})
    values = layer_of(charts.tier_shares(rows), "bar")["values"]
    shown = {row["tier_name"]: row["shown"] for row in values}
    assert shown[wording.code_name("tier", "outside")] == "0.0 %"
    assert all(row["share"] >= 0 for row in values)


def test_bars_of_one_length_reach_from_nothing_to_the_whole(layer_of: LayerOf) -> None:
    encoding = layer_of(charts.tier_shares(shares({"time_period": "2024"})), "bar")["encoding"]
    assert encoding["y"]["scale"]["domain"] == [0, 1]
    assert encoding["order"]["field"] == "order"
