"""Whether people go both ways. All figures are made up."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compact_pipelines.analytics.circulation import (
    circulation_by_member,
    circulation_of,
    measure_circulation,
    measure_effectiveness,
    measure_net_rate,
    measure_turnover,
)
from compact_pipelines.analytics.intensity import measure_intensity
from compact_pipelines.analytics.moves import SCHEMA
from compact_pipelines.analytics.talent_rates import intensity_between, net_rates_of
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import POLARS_TYPES

PUBLISHED = load_contracts().published["out_talent_circulation"]
MOVES = {
    "subject": pl.String,
    "time_period": pl.String,
    "from_area": pl.String,
    "to_area": pl.String,
    "value": pl.Float64,
}
CORE = ["CAN", "MEX", "USA"]
PEOPLE = pl.DataFrame({"area": ["CAN", "MEX", "USA"], "time_period": ["2019"] * 3, "persons": [1000.0, 2000.0, 5000.0]})
# From row to column; an X that a source leaves out is missing here.
STOCKS = {
    ("USA", "CAN"): 30.0,
    ("CAN", "USA"): 50.0,
    ("MEX", "USA"): 100.0,
    ("USA", "MEX"): 20.0,
    ("CAN", "MEX"): 4.0,
    ("MEX", "CAN"): 4.0,
    ("DEU", "USA"): 60.0,
    ("USA", "DEU"): 20.0,
    ("DEU", "CAN"): 10.0,
    ("CAN", "DEU"): 10.0,
    ("MEX", "DEU"): 7.0,
}


def moves(stocks: dict[tuple[str, str], float | None] | None = None, subject: str = "MIGRANT") -> pl.DataFrame:
    told = STOCKS if stocks is None else stocks
    rows = [(subject, "2019", start, end, value) for (start, end), value in told.items()]
    return pl.DataFrame(rows, schema=MOVES, orient="row")


def cell(frame: pl.DataFrame, metric: str, counterpart: str, area: str = "_Z") -> tuple[float | None, str | None]:
    value, reason = frame.filter(metric=metric, counterpart=counterpart, area=area).select("value", "reason").row(0)
    return value, reason


# -- the formulas


def test_circulation_is_one_where_as_many_come_as_go() -> None:
    assert measure_circulation(5, 5) == 1
    assert measure_circulation(5, 0) == measure_circulation(0, 5) == 0
    assert measure_circulation(30, 10) == pytest.approx(0.5)
    assert measure_circulation(0, 0) is None


def test_rates_by_hand() -> None:
    assert measure_net_rate(30, 10, 4000) == 50
    assert measure_net_rate(10, 30, 4000) == -50
    assert measure_turnover(30, 10, 4000) == 0.01
    assert measure_net_rate(30, 10, 0) is None
    assert measure_turnover(30, 10, 0) is None


def test_effectiveness_by_hand() -> None:
    assert measure_effectiveness(np.array([30.0, 10.0]), np.array([10.0, 30.0])) == 50
    assert measure_effectiveness(np.array([3.0]), np.array([0.0])) == 100
    assert measure_effectiveness(np.zeros(2), np.zeros(2)) is None


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_circulation_is_a_share_and_does_not_ask_who_is_who(arrivals: float, departures: float) -> None:
    value = measure_circulation(arrivals, departures)
    assert value == measure_circulation(departures, arrivals)
    assert value is None or 0 <= value <= 1


def test_intensity_of_the_golden_toy() -> None:
    # USA sends 645 of 1581 in all and 300 to Canada, which receives 320; Canada sends 432; Mexico receives 331.
    usa_can = measure_intensity(300, 645, 320, 1581)
    assert usa_can["intensity"] == pytest.approx(2.2980, abs=5e-5)
    assert usa_can["intensity_without_origin"] == pytest.approx(21.7674, abs=5e-5)
    can_usa = measure_intensity(420, 432, 902, 1581)
    assert can_usa["intensity"] == pytest.approx(1.7041, abs=5e-5)
    assert can_usa["intensity_without_origin"] == pytest.approx(2.3176, abs=5e-5)
    can_mex = measure_intensity(10, 432, 331, 1581)
    assert can_mex["intensity"] == pytest.approx(0.1106, abs=5e-5)
    assert can_mex["intensity_without_origin"] == pytest.approx(0.0829, abs=5e-5)


@pytest.mark.parametrize("figures", [(0, 0, 5, 9), (0, 5, 0, 9)])
def test_intensity_is_undefined_where_nothing_is_sent_or_received(figures: tuple[float, float, float, float]) -> None:
    assert measure_intensity(*figures)["intensity"] is None


def test_who_alone_sends_to_a_host_has_no_intensity_without_itself() -> None:
    assert measure_intensity(5, 8, 5, 9) == {"intensity": 1.125, "intensity_without_origin": None}


# -- a set as a whole


def test_circulation_within_a_set_by_hand() -> None:
    found = circulation_of(moves(), CORE, PEOPLE)
    assert dict(found.schema) == SCHEMA
    # Pairs 50-30, 100-20 and 4-4.
    assert cell(found, "circulation", "members") == (pytest.approx(1 - 100 / 208), None)
    # USA +100, of 200; Canada -20 of 88; Mexico -80 of 128.
    assert cell(found, "effectiveness", "members") == (pytest.approx(100 * 200 / 416), None)


def test_circulation_with_the_outside_is_of_pairs_told_both_ways() -> None:
    found = circulation_of(moves(), CORE, PEOPLE)
    # From Germany 60 and 10, to it 20 and 10; Mexico's own 7 there have no counterpart that is told.
    assert cell(found, "circulation", "outside") == (pytest.approx(1 - 40 / 100), None)
    assert cell(found, "net_rate", "outside") == (pytest.approx(10_000 * 40 / 8000), None)
    assert cell(found, "turnover", "outside") == (pytest.approx(100 / 8000), None)
    assert found.filter(counterpart="outside")["coverage_share"].unique().to_list() == [pytest.approx(2 / 3)]


@pytest.mark.parametrize(
    ("members", "within", "outside"),
    [
        ([], "no_members", (None, "no_members")),
        (["USA"], "fewer_than_two_members", (1 - 140 / 280, None)),
        (["TWN", "USA"], "no_data", (1 - 140 / 280, None)),  # three of six pairs
        (["JPN", "TWN", "USA"], "no_data", (None, "low_coverage")),
    ],
)
def test_empty_one_member_and_unheard_of_members(
    members: list[str], within: str, outside: tuple[float | None, str | None]
) -> None:
    found = circulation_of(moves(), members, PEOPLE)
    assert cell(found, "circulation", "members") == (None, within)
    assert cell(found, "circulation", "outside") == outside


def test_a_source_that_tells_one_direction_has_no_circulation() -> None:
    permits = {pair: value for pair, value in STOCKS.items() if pair[1] == "CAN"}
    found = circulation_of(moves(permits, "CA_STUDY_PERMIT"), CORE, PEOPLE)
    assert set(found["reason"]) == {"one_direction"}
    assert found["value"].null_count() == found.height == 5


def test_a_pair_without_a_row_is_zero_only_where_its_compiler_counted_all() -> None:
    one_way = {("USA", "CAN"): 8.0, ("CAN", "DEU"): 1.0}
    assert cell(circulation_of(moves(one_way), ["CAN", "USA"]), "circulation", "members") == (None, "one_direction")
    counted = circulation_of(moves(one_way, "ORCID_RESEARCHERS"), ["CAN", "USA"])
    assert cell(counted, "circulation", "members") == (0, None)
    missing = {**one_way, ("CAN", "USA"): None}
    told = circulation_of(moves(missing, "ORCID_RESEARCHERS"), ["CAN", "USA"])
    assert cell(told, "circulation", "members") == (None, "one_direction")


def test_nobody_moving_is_undefined_and_not_zero() -> None:
    still = dict.fromkeys([("USA", "CAN"), ("CAN", "USA"), ("DEU", "USA"), ("USA", "DEU")], 0.0)
    assert cell(circulation_of(moves(still), ["CAN", "USA"]), "circulation", "members") == (None, "undefined")


def test_a_figure_below_zero_has_no_circulation() -> None:
    odd = {**STOCKS, ("USA", "CAN"): -1.0}
    assert cell(circulation_of(moves(odd), CORE), "circulation", "members") == (None, "negative_input")


def test_rates_need_inhabitants_and_are_for_stocks_of_all_migrants_only() -> None:
    assert cell(circulation_of(moves(), CORE), "net_rate", "outside") == (None, "no_denominator")
    partly = PEOPLE.filter(pl.col("area") != "MEX")
    assert cell(circulation_of(moves(), CORE, partly), "turnover", "outside") == (None, "no_denominator")
    researchers = circulation_of(moves(subject="ORCID_RESEARCHERS"), CORE, PEOPLE)
    assert cell(researchers, "net_rate", "outside") == (None, "no_denominator")


# -- each member


def test_a_member_towards_the_others_and_the_outside() -> None:
    found = circulation_by_member(moves(), CORE, PEOPLE, bloc="core")
    assert set(found["bloc"]) == {"core"}
    assert found.height == 3 * 2 * 3
    assert cell(found, "circulation", "members", "MEX") == (pytest.approx(1 - 80 / 128), None)
    assert cell(found, "net_rate", "members", "MEX") == (pytest.approx(10_000 * -80 / 2000), None)
    assert cell(found, "turnover", "members", "MEX") == (pytest.approx(128 / 2000), None)
    assert cell(found, "circulation", "outside", "CAN") == (1, None)
    assert cell(found, "circulation", "outside", "MEX") == (None, "one_direction")


def test_a_member_that_no_source_tells_of_says_so() -> None:
    found = circulation_by_member(moves(), ["CAN", "TWN", "USA"], PEOPLE)
    assert cell(found, "circulation", "members", "TWN") == (None, "no_data")
    assert cell(found, "circulation", "members", "CAN") == (pytest.approx(1 - 20 / 80), None)  # half of its two pairs
    assert circulation_by_member(moves(), [], PEOPLE).is_empty()


# -- net rates of a network


def rates(*rows: tuple[str, str, float | None]) -> pl.DataFrame:
    schema = {"time_period": pl.String, "area": pl.String, "counterpart": pl.String, "value": pl.Float64}
    return pl.DataFrame([("2019", *row) for row in rows], schema=schema, orient="row")


def test_net_rates_add_up_over_counterparts_and_never_over_members() -> None:
    told = rates(("USA", "CAN", 1.5), ("USA", "MEX", -0.5), ("USA", "DEU", 2.0), ("CAN", "USA", -4.0))
    found = net_rates_of(told, CORE)
    assert dict(found.schema) == SCHEMA
    assert cell(found, "net_rate", "members", "USA") == (1.0, None)
    assert cell(found, "net_rate", "outside", "USA") == (2.0, None)
    assert cell(found, "net_rate", "members", "CAN") == (-4.0, None)
    half = found.filter(area="CAN", counterpart="members")["coverage_share"].item()
    assert half == 0.5
    assert cell(found, "net_rate", "members", "MEX") == (None, "no_data")
    assert cell(found, "net_rate", "outside", "_Z") == (None, "no_denominator")
    assert cell(net_rates_of(told, []), "net_rate", "outside", "_Z") == (None, "no_members")
    assert cell(net_rates_of(told, ["USA"]), "net_rate", "members", "USA") == (None, "fewer_than_two_members")


def test_too_few_published_pairs_are_no_rate() -> None:
    told = rates(("USA", "CAN", 1.5), ("USA", "MEX", None), ("USA", "DEU", None), ("CAN", "USA", 1.0))
    assert cell(net_rates_of(told, ["CAN", "DEU", "MEX", "USA"]), "net_rate", "members", "USA") == (
        None,
        "low_coverage",
    )


# -- intensity of a pair


def test_intensity_within_the_areas_of_the_source() -> None:
    stocks = {**STOCKS, ("DEU", "MEX"): 1.0}
    found = intensity_between(moves(stocks), ["MEX"])
    total = sum(stocks.values())
    usa = found.filter(area="MEX", counterpart="USA")
    assert usa["metric"].to_list() == ["intensity", "intensity_without_origin"]
    sent, received = 111.0, 210.0
    assert usa["value"].to_list() == pytest.approx(
        [(100 / sent) / (received / total), (100 / sent) / ((received - 100) / (total - sent))]
    )
    assert set(usa["areas_count"]) == {4}
    assert set(found.filter(pl.col("area") != "MEX")["counterpart"]) == {"MEX"}


def test_an_intensity_of_a_barely_told_area_or_of_odd_figures_is_blank() -> None:
    few = {("MEX", "USA"): 5.0, ("USA", "CAN"): 1.0, ("DEU", "JPN"): 1.0, ("KOR", "JPN"): 1.0}
    assert set(intensity_between(moves(few), ["MEX"])["reason"]) == {"low_coverage"}
    odd = intensity_between(moves({**STOCKS, ("DEU", "MEX"): -1.0}), ["MEX"])
    assert set(odd["reason"]) == {"negative_input"}


# -- whatever the figures

pairs = st.dictionaries(
    st.tuples(st.sampled_from(["CAN", "DEU", "MEX", "USA"]), st.sampled_from(["CAN", "DEU", "MEX", "USA"])),
    st.one_of(st.none(), st.floats(0, 1e9)),
)


@given(pairs, st.sets(st.sampled_from(["CAN", "DEU", "MEX", "TWN", "USA"])))
def test_a_value_or_a_reason_and_values_in_their_range(
    stocks: dict[tuple[str, str], float | None], members: set[str]
) -> None:
    told = moves(stocks)
    found = pl.concat(
        [
            circulation_of(told, members, PEOPLE),
            circulation_by_member(told, members, PEOPLE),
            intensity_between(told, members),
        ]
    )
    assert (found["value"].is_null() != found["reason"].is_null()).all()
    assert not found["value"].is_nan().any()
    shares = found.filter(metric="circulation")["value"].drop_nulls()
    assert shares.is_between(-1e-12, 1 + 1e-12).all()
    assert all(math.isfinite(value) for value in found["value"].drop_nulls())


def test_the_columns_are_the_published_ones() -> None:
    assert {name: POLARS_TYPES[column.type] for name, column in PUBLISHED.columns.items()} == SCHEMA
