"""Which rows of the tables speak of people who move, and of all that an economy holds abroad. All rows are made up."""

import polars as pl

from compact_pipelines.answers.circulation import capital_totals, moves_of, net_rates, positions_of, two_sided

FLOW = {
    "theme": "talent_movement",
    "subject": "MIGRANT",
    "stock_flow": "S",
    "freq": "A",
    "time_period": "2019",
    "from_area": "USA",
    "to_area": "CAN",
    "unit_measure": "PS",
    "reported_by_from": None,
    "reported_by_to": 5,
    "source_from": None,
    "source_to": "un",
}
TOTAL = {
    "ref_area": "CAN",
    "counterpart_area": "W00",
    "direction": "OUT",
    "instrument": "P_F5",
    "stock_flow": "S",
    "freq": "A",
    "time_period": "2021",
    "obs_value": 100,
    "source_id": "survey",
    "imputed_mirror": False,
    "is_preferred": True,
}
RATE = {
    "ref_area": "USA",
    "counterpart_area": "CAN",
    "category": "LINKEDIN_MEMBERS",
    "direction": "NET",
    "time_period": "2019",
    "obs_value": -1,
    "is_preferred": True,
}


def frame(base: dict[str, object], *rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{**base, **row} for row in rows])


def test_people_are_counted_by_their_host_and_rates_are_no_people() -> None:
    told = moves_of(frame(FLOW, {}, {"unit_measure": "PER_10000"}, {"theme": "capital_flows"}, {"freq": "M"}))
    assert told.rows() == [("MIGRANT", "2019", "USA", "CAN", 5.0)]


def test_a_subject_is_two_sided_where_more_than_one_host_tells() -> None:
    told = moves_of(frame(FLOW, {}, {"from_area": "CAN", "to_area": "USA"}, {"subject": "CA_STUDY_PERMIT"}))
    assert two_sided(told) == ["MIGRANT"]


def test_net_rates_are_the_published_ones() -> None:
    told = net_rates(frame(RATE, {}, {"category": "MIGRANT"}, {"direction": "IN"}, {"is_preferred": False}))
    assert told.rows() == [("2019", "USA", "CAN", -1.0)]


def test_positions_are_stocks_at_the_end_of_a_year() -> None:
    capital = {**FLOW, "theme": "capital_flows", "subject": "P_F5"}
    told = positions_of(frame(capital, {}, {"stock_flow": "F"}, {"freq": "M"}, {"theme": "talent_movement"}))
    assert told.select("subject", "from_area", "to_area", "reported_by_to").rows() == [("P_F5", "USA", "CAN", 5)]


def test_totals_are_published_ones_at_the_end_of_a_year() -> None:
    inward = {"ref_area": "USA", "direction": "IN", "freq": "M", "obs_value": 240, "source_id": "custodian"}
    told = capital_totals(
        frame(
            TOTAL,
            {},
            {**inward, "time_period": "2021-12"},
            {**inward, "time_period": "2021-06"},
            {"counterpart_area": "USA"},
            {"stock_flow": "F"},
            {"imputed_mirror": True},
            {"is_preferred": False},
        )
    )
    assert told.select("subject", "time_period", "area", "role", "value", "source_id").rows() == [
        ("P_F5", "2021", "CAN", "from", 100, "survey"),
        ("P_F5", "2021", "USA", "to", 240, "custodian"),
    ]


def test_a_total_of_a_year_stands_before_that_of_its_december() -> None:
    told = capital_totals(frame(TOTAL, {"freq": "M", "time_period": "2021-12", "obs_value": 90}, {}))
    assert told["value"].to_list() == [100]
