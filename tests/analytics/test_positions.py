"""One line through votes: equality with the first principal component, votes that are missing, what is undefined.

Votes are made up.
"""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from compact_pipelines.analytics.positions import build_positions, measure_line
from compact_pipelines.contracts import load_contracts

PUBLISHED = load_contracts().published["out_geopolitical_position"]
CAST = {"y": "yes", "n": "no", "a": "abstain", "-": "absent"}


def votes(cast: dict[str, str]) -> pl.DataFrame:
    rows = [
        {"roll_call": call, "date": dt.date(2013 + call % 3, 12, 1), "area": area, "vote": CAST[mark]}
        for area, marks in cast.items()
        for call, mark in enumerate(marks)
    ]
    return pl.DataFrame(rows, schema={"roll_call": pl.Int64, "date": pl.Date, "area": pl.String, "vote": pl.String})


def positions(cast: dict[str, str]) -> dict[str, float | None]:
    return dict(build_positions(votes(cast), list(cast)).select("area", "position").iter_rows())


@pytest.mark.parametrize("seed", range(4))
def test_with_all_votes_held_the_line_is_the_first_principal_component(seed: int) -> None:
    draw = np.random.default_rng(seed)
    held = np.sign(np.outer(draw.normal(size=12), draw.normal(size=60)) + draw.normal(0, 0.8, (12, 60)))
    line = measure_line(held)
    assert line is not None
    left, values, _ = np.linalg.svd(held - held.mean(axis=0))
    assert abs(line.places @ left[:, 0]) == pytest.approx(1, abs=1e-9)
    assert line.explained_share == pytest.approx(values[0] ** 2 / (values**2).sum(), abs=1e-9)


def test_votes_that_are_missing_move_nobody_who_is_on_the_line() -> None:
    draw = np.random.default_rng(1)
    places = np.linspace(-1, 1, 8)
    whole = np.outer(places, draw.normal(size=40)) + draw.normal(size=40)
    gaps = np.where(draw.random(whole.shape) < 0.3, np.nan, whole)
    line = measure_line(gaps)
    assert line is not None
    assert np.abs(np.corrcoef(line.places, places)[0, 1]) == pytest.approx(1, abs=1e-6)
    assert line.explained_share == pytest.approx(1, abs=1e-6)


def test_the_united_states_stand_at_0_and_the_farthest_at_10() -> None:
    found = positions({"USA": "nnnnnnnn", "ISR": "nnnnnnna", "GBR": "nnnnyyyy", "CUB": "yyyyyyyy"})
    assert found["USA"] == 0
    assert found["CUB"] == pytest.approx(10)
    assert found["ISR"] is not None
    assert found["GBR"] is not None
    assert 0 < found["ISR"] < 1 < found["GBR"] < 9


def test_who_stands_beyond_the_united_states_is_below_0() -> None:
    found = positions({"USA": "nnnnnnay", "ISR": "nnnnnnnn", "GBR": "nnnnyyyy", "CUB": "yyyyyyyy"})
    assert found["ISR"] is not None
    assert found["ISR"] < 0


def test_an_area_that_is_seldom_there_or_never_has_no_place_and_a_reason() -> None:
    cast = {"USA": "nnnn", "CAN": "nnyy", "MEX": "yyyy", "FJI": "y---", "OMN": "----"}
    table = build_positions(votes(cast), [*cast, "TWN"])
    assert table.columns == list(PUBLISHED.columns)
    assert table["area"].to_list() == sorted([*cast, "TWN"])
    assert table["time_period"].unique().to_list() == ["2013/2015"]
    blank = table.filter(pl.col("position").is_null()).select("area", "n_votes", "explained_share", "reason")
    assert blank.rows() == [
        ("FJI", 1, None, "too_few_votes"),
        ("OMN", 0, None, "no_votes"),
        ("TWN", 0, None, "no_votes"),
    ]
    assert table.filter(area="USA")["n_votes"].to_list() == [4]
    assert table["explained_share"].drop_nulls().n_unique() == 1


@pytest.mark.parametrize(
    ("cast", "reason"),
    [
        pytest.param({"USA": "ynay", "CAN": "ynay"}, "undefined", id="nobody ever disagrees"),
        pytest.param({"CAN": "ynay", "MEX": "nynn"}, "undefined", id="no reference"),
        pytest.param({"USA": "ynay"}, "undefined", id="one area"),
        pytest.param({"USA": ""}, "no_votes", id="no votes"),
    ],
)
def test_where_there_is_no_line_there_is_no_place(cast: dict[str, str], reason: str) -> None:
    table = build_positions(votes(cast), list(cast))
    assert table["position"].null_count() == table.height
    assert set(table["reason"]) == {reason}


def test_the_order_of_rows_makes_no_difference() -> None:
    cast = votes({"USA": "nnaynn", "CAN": "nyyann", "MEX": "yyyyay", "FJI": "yay-yy"})
    areas = ["USA", "CAN", "MEX", "FJI"]
    assert build_positions(cast, areas).equals(build_positions(cast.reverse(), areas[::-1]))
