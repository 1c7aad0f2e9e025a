"""Pictures as Vega-Lite specifications. Every figure below is made up."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_app import charts, queries, theme, wording

Layers = Callable[[charts.Picture], Iterator[dict[str, Any]]]
LayerOf = Callable[[charts.Picture, str], dict[str, Any]]


FLOWS = pl.DataFrame(
    {
        "freq": "A",
        "time_period": ["2022", "2023"],
        "reported_by_from": [Decimal("1.6e9"), Decimal("2e9")],
        "reported_by_to": [Decimal("1.4e9"), None],
        "reconciled": [1.5e9, 2e9],
        "low": [1.2e9, 1e9],
        "high": [1.9e9, 4e9],
        "weight_from": [0.5, None],
        "obs_status_from": ["A", "B"],
        "obs_status_to": ["A", None],
    },
    schema_overrides={"reported_by_from": pl.Decimal(28, 6), "reported_by_to": pl.Decimal(28, 6)},
)
NAMES = {"from": "Canada (sends)", "to": "Mexico (receives)", "reconciled": "Reconciled"}
STEPS = pl.DataFrame(
    {
        "step": ["reported_by_from", "reexports", "timing", "unexplained", "reported_by_to"],
        "amount": [Decimal(100), None, Decimal(5), Decimal(-25), Decimal(80)],
        "state": ["reported", "not_measured", "estimated", "residual", "reported"],
    }
)
INK, GROUND = theme.INK["light"], theme.GROUND["light"]
POINTS = pl.DataFrame(
    {
        "area": ["CAN", "ARE", "FRA", "PER"],
        "name": ["Canada", "United Arab Emirates", "France", "Peru"],
        "tier": ["core", "partner", "ally", "outside"],
        "longitude": [-100.0, 54.0, 2.0, -75.0],
        "latitude": [56.0, 24.0, 46.0, -10.0],
    }
).with_columns(tier_name=pl.col("tier").replace_strict({tier: wording.code_name("tier", tier) for tier in theme.TIERS}))
NODES = POINTS.select("area", "name", "tier").with_columns(
    pagerank=pl.Series([0.4, 0.3, 0.2, 0.1]), strength=pl.Series([4e9, 3e9, 2e9, 1e9])
)
TIES = pl.DataFrame({"from_area": ["CAN", "FRA"], "to_area": ["ARE", "PER"], "weight": [1.5e9, 2e6]})
PLACES = {"CAN": (0.0, 0.0), "ARE": (0.5, 0.5), "FRA": (-0.5, 0.5), "PER": (0.5, -0.5)}
SUPPLIERS = POINTS.select("name", "tier", share=pl.Series([0.4, 0.3, 0.2, 0.05]))
TIER_SHARES = pl.DataFrame(
    {
        "time_period": ["2023", "2024"],
        "core_share": [0.5, 0.4],
        "partner_share": [0.1, 0.1],
        "ally_share": [0.2, 0.2],
        "outside_share": [0.1, 0.3],
        "unnamed_share": [0.1, 0.0],
    }
)
ADOPTIONS = POINTS.select("name", "tier").with_columns(
    instrument_name=pl.lit("Made-up treaty"),
    level=pl.Series([4, 3, 1, 0]),
    status_name=pl.Series(["Binding", "Signed", "Takes part", "Refused"]),
    letter=pl.Series(["B", "S", "T", "R"]),
    time_period=pl.Series(["2024", "2024-05", "2023-12", "2020"]),
    since=pl.Series(["2024", "May 2024", "December 2023", "2020"]),
)
SOURCES = pl.DataFrame(
    {
        "title": ["Made-up trade", "Made-up rates"],
        "theme": ["compute_exports", "reference"],
        "theme_name": ["Trade", "Reference"],
        "first_period": ["2015", "1971-01"],
        "last_period": ["2018", "2026-06"],
    }
)


def network(metric: str = "pagerank") -> charts.Picture:
    return charts.alliance_network(NODES, TIES, PLACES, metric=metric, unit="USD", ink=theme.INK["light"])


def every_picture() -> dict[str, charts.Picture]:
    shapes = queries.topology()
    return {
        "map": charts.alliance_map(shapes, POINTS),
        "north_america": charts.north_america_map(shapes, POINTS),
        "both_sides": charts.both_sides(FLOWS, NAMES, "USD", INK, GROUND),
        "gap_steps": charts.gap_steps(STEPS, {step: step for step in STEPS["step"]}, "USD", INK),
        "network": network(),
        "reach": charts.reach(SOURCES),
        "suppliers": charts.supplier_bars(SUPPLIERS, 0.05, theme.INK["light"]),
        "tier_shares": charts.tier_shares(TIER_SHARES),
        "matrix": charts.adoption_matrix(ADOPTIONS, POINTS["name"].to_list(), ["Made-up treaty"]),
        "timeline": charts.adoption_timeline(ADOPTIONS, ["Made-up treaty"]),
    }


PICTURES = every_picture()


# -- what must hold of every picture


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_a_whole_specification(name: str, layers: Layers) -> None:
    spec = PICTURES[name].to_dict()
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert all(layer["mark"]["type"] for layer in layers(PICTURES[name]))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_asks_no_other_server_for_anything(name: str) -> None:
    spec = PICTURES[name].to_dict()
    spec.pop("$schema")  # a name, which nobody fetches
    text = json.dumps(spec, default=str)
    assert "http:" not in text
    assert "https:" not in text
    assert '"url"' not in text


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_exact_values_to_hover_over(name: str, layers: Layers) -> None:
    tooltips = [
        layer["encoding"]["tooltip"]
        for layer in layers(PICTURES[name])
        if "encoding" in layer and "tooltip" in layer["encoding"]
    ]
    assert tooltips
    for tooltip in tooltips:
        assert len(tooltip) >= 2
        assert all(part["field"] for part in tooltip)


@pytest.mark.parametrize("name", PICTURES)
def test_a_tooltip_shows_only_what_the_data_hold(name: str, layers: Layers) -> None:
    for layer in layers(PICTURES[name]):
        if not isinstance(layer["values"], list):  # a map's outlines; their tooltip comes by the lookup
            continue
        rows = [row for row in layer["values"] if row.get("value", 0) is not None]  # the others have no mark
        for part in layer.get("encoding", {}).get("tooltip", []):
            assert all(row.get(part["field"]) is not None for row in rows)


# -- tiers


@pytest.mark.parametrize(("name", "mark"), [("map", "point"), ("network", "point"), ("timeline", "point")])
def test_tiers_differ_in_shape_and_in_colour(name: str, mark: str, layer_of: LayerOf) -> None:
    encoding = layer_of(PICTURES[name], mark)["encoding"]
    words = [wording.code_name("tier", tier) for tier in theme.TIERS]
    for channel in ("shape", "color"):
        scale = encoding[channel]["scale"]
        assert scale["domain"] == words
        assert len(set(scale["range"])) == len(theme.TIERS)


def test_every_tier_of_the_contracts_has_a_colour_and_a_shape(contracts: Any) -> None:
    codes = set(contracts.codelists["tier"].codes)
    assert set(theme.TIERS) == codes == set(theme.TIER_COLOURS) == set(theme.TIER_SHAPES)


# -- maps


def test_the_world_is_drawn_in_equal_area() -> None:
    assert PICTURES["map"].to_dict()["projection"]["type"] == "equalEarth"
    assert PICTURES["north_america"].to_dict()["projection"]["type"] == "azimuthalEqualArea"


def test_the_close_up_names_the_founding_members_only(layer_of: LayerOf) -> None:
    assert [row["name"] for row in layer_of(PICTURES["north_america"], "text")["values"]] == ["Canada"]


def test_a_point_of_the_map_is_on_the_globe() -> None:
    points = queries.label_points()
    assert points["area"].is_unique().all()
    assert points["longitude"].is_between(-180, 180).all()
    assert points["latitude"].is_between(-90, 90).all()


# -- the network


def test_a_wider_line_is_a_larger_flow(layer_of: LayerOf) -> None:
    rules = layer_of(PICTURES["network"], "rule")
    assert rules["encoding"]["strokeWidth"]["field"] == "weight"
    low, high = rules["encoding"]["strokeWidth"]["scale"]["range"]
    assert low < high
    assert [(row["tie"], row["shown"]) for row in rules["values"]] == [
        ("Canada → United Arab Emirates", "1.500 bn USD"),
        ("France → Peru", "2.000 million USD"),
    ]


@pytest.mark.parametrize(("metric", "shown"), [("pagerank", "0.4000"), ("strength", "4.000 bn USD")])
def test_a_node_is_as_large_as_its_measure_and_says_it(metric: str, shown: str, layer_of: LayerOf) -> None:
    nodes = layer_of(network(metric), "point")
    assert nodes["encoding"]["size"]["field"] == metric
    assert nodes["encoding"]["size"]["scale"]["domain"][0] == 0
    assert nodes["values"][0]["shown"] == shown
    assert nodes["encoding"]["tooltip"][-1]["title"] == wording.METRIC_WORDS[metric]


def test_a_node_stands_where_it_is_placed_whatever_the_measure(layer_of: LayerOf) -> None:
    for metric in ("pagerank", "strength"):
        nodes = layer_of(network(metric), "point")["values"]
        assert {row["area"]: (row["x"], row["y"]) for row in nodes} == PLACES


def test_founding_members_and_partners_are_labelled_by_name(layer_of: LayerOf) -> None:
    labels = {row["area"]: row["label"] for row in layer_of(network(), "text")["values"]}
    assert labels["CAN"] == "Canada"
    assert labels["ARE"] == "United Arab Emirates"
    assert labels["PER"] == "PER"


# -- the reach of sources


def test_a_source_reaches_from_its_first_day_to_its_last(layer_of: LayerOf) -> None:
    bars = {row["label"]: (row["start"], row["end"]) for row in layer_of(PICTURES["reach"], "bar")["values"]}
    assert bars["Made-up trade"] == ("2015-01-01", "2018-12-31")
    assert bars["Made-up rates"] == ("1971-01-01", "2026-06-28")


def test_a_series_of_words_has_no_small_line() -> None:
    assert charts.sparkline_values(["1.5", "2"]) == [1.5, 2.0]
    assert charts.sparkline_values(["signed", "in_force"]) == []
