"""Each indicator on stocks, standards and drops against a toy that can be reckoned by hand. Every figure is made up."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

Row = dict[str, Any]
Measured = Callable[..., pl.DataFrame]
StatusOf = Callable[..., dict[str, Any]]

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STORED = {"obs_status": "A", "conf_status": "F", "source_id": "office", "recorded_at": NOW, "is_preferred": True}
HOLDINGS = {"indicator": "holdings_by_members", "instrument": "P_F_LT"}
PERMITS = {"indicator": "permits_against_before", "categories": {"USA": "US_TN", "CAN": "CA_STUDY_PERMIT"}, "years": 2}
POWER = {"indicator": "power_against_before", "lines": [["CAN", "USA"], ["MEX", "USA"]], "years": 2}
REACTORS = {"indicator": "infrastructure_count", "series": "NUCLEAR_REACTORS"}
CLUSTERS = {"indicator": "infrastructure_power", "series": "AI_CLUSTER_POWER", "is_lower_bound": True}
QUEUE = {
    "indicator": "infrastructure_share",
    "part": "PJM_QUEUE_IN_SERVICE_CAPACITY",
    "rest": ["PJM_QUEUE_WITHDRAWN_CAPACITY"],
}
IN_TIME = {"indicator": "drops_on_time"}
STILL_HELD = {"indicator": "rows_still_held"}
WITHHELD = {"indicator": "withheld_share"}
MONTHS = [f"{month:02}" for month in range(1, 13)]


# Holdings


def holding(by: str, value: float | None, of: str = "USA", **cells: Any) -> Row:
    return {
        **STORED,
        "freq": "M",
        "ref_area": of,
        "counterpart_area": by,
        "direction": "IN",
        "instrument": "P_F_LT",
        "stock_flow": "S",
        "time_period": "2023-07",
        "unit_measure": "USD",
        "obs_value": None if value is None else Decimal(str(value)),
        **cells,
    }


def test_holdings_of_members_are_their_part_of_the_world(measured: Measured, status_of: StatusOf) -> None:
    told = [holding("CAN", 8), holding("MEX", 2), holding("DEU", 40), holding("W00", 200)]
    rows = measured(HOLDINGS, 0.05, capital_flows=told)
    assert status_of(rows, "status", "value", "source_ids")["USA"] == ("met", 0.05, "office")
    assert status_of(rows, "status", "reason")["CAN"] == ("not_measurable", "no_report_held")


def test_a_holder_that_is_not_named_may_hold_the_rest(measured: Measured, status_of: StatusOf) -> None:
    told = [holding("CAN", 8), holding("MEX", None, obs_status="Q"), holding("W00", 200)]
    rows = measured(HOLDINGS, 0.05, capital_flows=told)
    assert status_of(rows, "status", "reason", "value_low")["USA"] == ("not_measurable", "holders_not_named", 0.04)


def test_a_position_below_zero_has_no_share(measured: Measured, status_of: StatusOf) -> None:
    told = [holding("CAN", 8), holding("MEX", -2), holding("W00", 200)]
    assert status_of(measured(HOLDINGS, 0.05, capital_flows=told))["USA"] == "not_measurable"


def test_without_the_world_there_is_no_share(measured: Measured, status_of: StatusOf) -> None:
    told = [holding("CAN", 8), holding("MEX", 2)]
    assert status_of(measured(HOLDINGS, 0.05, capital_flows=told))["USA"] == "not_measurable"


# Permits


def permit(to: str, by: str, year: int, count: int) -> Row:
    return {
        **STORED,
        "freq": "A",
        "ref_area": by,
        "counterpart_area": to,
        "direction": "IN",
        "category": {"USA": "US_TN", "CAN": "CA_STUDY_PERMIT"}[by],
        "stock_flow": "F",
        "unit_measure": "PS",
        "time_period": str(year),
        "obs_value": Decimal(count),
    }


def test_permits_are_set_against_the_mean_of_the_years_before(measured: Measured, status_of: StatusOf) -> None:
    given = [permit("CAN", "USA", year, count) for year, count in ((2016, 10), (2017, 10), (2018, 10))]
    given += [permit("MEX", "USA", year, count) for year, count in ((2016, 100), (2017, 120), (2018, 98))]
    rows = measured(PERMITS, 0.9, unit="RATIO", talent_movement=given)
    assert status_of(rows, "status", "time_period", "value")["USA"] == ("met", "2018", pytest.approx(108 / 120))
    assert status_of(rows, "reason")["MEX"] == "no_series_held"  # it gives no permit that is named
    assert status_of(rows, "reason")["CAN"] == "no_series_held"


def test_a_nationality_without_a_figure_may_tip_the_verdict(measured: Measured, status_of: StatusOf) -> None:
    given = [permit("MEX", "USA", year, 100) for year in (2016, 2017, 2018)]
    told = status_of(measured(PERMITS, 0.9, unit="RATIO", talent_movement=given), "status", "reason", "value")
    assert told["USA"] == ("not_measurable", "reports_missing", None)
    pair = {"members": ("MEX", "USA"), "talent_movement": given}
    assert status_of(measured(PERMITS, 0.9, unit="RATIO", **pair), "status", "value")["USA"] == ("met", 1.0)


def test_a_gap_in_the_years_before_gives_no_value(measured: Measured, status_of: StatusOf) -> None:
    given = [permit("MEX", "USA", year, 10) for year in (2014, 2016, 2018)]
    assert status_of(measured(PERMITS, 0.9, unit="RATIO", talent_movement=given))["USA"] == "not_measurable"


def test_a_first_permit_after_none_has_no_ratio(measured: Measured, status_of: StatusOf) -> None:
    given = [permit("MEX", "USA", year, count) for year, count in ((2016, 0), (2017, 0), (2018, 5))]
    assert status_of(measured(PERMITS, 0.9, unit="RATIO", talent_movement=given))["USA"] == "not_measurable"


# Power, plants, computers


def series(area: str, name: str, value: float | None, period: str = "2024-03", **cells: Any) -> Row:
    return {
        **STORED,
        "freq": "M",
        "ref_area": area,
        "counterpart_area": "_Z",
        "indicator": name,
        "unit_measure": "COUNT",
        "time_period": period,
        "obs_value": None if value is None else Decimal(str(value)),
        "imputed_mirror": False,
        **cells,
    }


def year_of_power(year: int, each: float, months: list[str] = MONTHS) -> list[Row]:
    line = {"counterpart_area": "USA", "unit_measure": "MWH"}
    return [
        series("CAN", name, each, f"{year}-{month}", **line)
        for month in months
        for name in ("ELECTRICITY_EXPORTS", "ELECTRICITY_IMPORTS")
    ]


def test_power_counts_for_both_ends_of_the_line(measured: Measured, status_of: StatusOf) -> None:
    told = [*year_of_power(2020, 10), *year_of_power(2021, 30), *year_of_power(2022, 18)]
    rows = measured(POWER, 0.9, unit="RATIO", members=("CAN", "USA"), infrastructure=told)
    assert status_of(rows, "status", "time_period", "value") == {
        "CAN": ("met", "2022", 0.9),
        "USA": ("met", "2022", 0.9),
        "_Z": ("met", "2022", None),
    }


def test_a_line_without_figures_may_tip_the_verdict_of_both_its_ends(measured: Measured, status_of: StatusOf) -> None:
    told = [*year_of_power(2020, 10), *year_of_power(2021, 30), *year_of_power(2022, 18)]
    rows = measured(POWER, 0.9, unit="RATIO", members=("CAN", "MEX", "USA", "GBR"), infrastructure=told)
    assert status_of(rows, "status", "time_period", "value", "reason") == {
        "CAN": ("met", "2022", 0.9, None),  # no line joins it with Mexico
        "USA": ("not_measurable", "2022", None, "reports_missing"),
        "MEX": ("not_measurable", "_Z", None, "no_series_held"),
        "GBR": ("not_measurable", "_Z", None, "no_series_held"),  # it has no line
        "_Z": ("not_measurable", "2022", None, "members_not_measurable"),
    }


def test_what_goes_over_a_line_that_is_not_named_does_not_count(measured: Measured, status_of: StatusOf) -> None:
    told = [*year_of_power(2020, 10), *year_of_power(2021, 30), *year_of_power(2022, 18)]
    other = [{**row, "ref_area": "CAN", "counterpart_area": "MEX"} for row in told]
    assert status_of(measured(POWER, 0.9, unit="RATIO", infrastructure=other))["CAN"] == "not_measurable"


def test_a_year_without_all_its_months_is_no_year(measured: Measured, status_of: StatusOf) -> None:
    told = [*year_of_power(2020, 10), *year_of_power(2021, 10), *year_of_power(2022, 10, MONTHS[:7])]
    assert status_of(measured(POWER, 0.9, unit="RATIO", infrastructure=told))["CAN"] == "not_measurable"


def test_a_line_that_both_ends_tell_counts_once(measured: Measured, status_of: StatusOf) -> None:
    told = [*year_of_power(2020, 10), *year_of_power(2021, 10), *year_of_power(2022, 5)]
    other_end = [{**row, "ref_area": "USA", "counterpart_area": "CAN"} for row in year_of_power(2022, 100)]
    rows = measured(POWER, 0.9, unit="RATIO", infrastructure=told + other_end)
    assert status_of(rows, "status", "value")["CAN"] == ("not_met", 0.5)


def test_a_count_is_taken_as_it_is_published_and_zero_is_a_count(measured: Measured, status_of: StatusOf) -> None:
    told = [series("CAN", "NUCLEAR_REACTORS", 19), series("MEX", "NUCLEAR_REACTORS", 0)]
    told.append(series("USA", "NUCLEAR_REACTORS", None, obs_status="O"))
    rows = measured(REACTORS, 1, unit="COUNT", infrastructure=told)
    assert status_of(rows, "status", "value", "distance") == {
        "CAN": ("met", 19.0, 18.0),
        "MEX": ("not_met", 0.0, -1.0),
        "USA": ("not_measurable", None, None),
        "_Z": ("not_met", None, None),
    }


def test_a_list_of_a_part_proves_that_a_limit_is_kept_and_never_that_it_is_missed(
    measured: Measured, status_of: StatusOf
) -> None:
    told = [series(area, "AI_CLUSTER_POWER", value, unit_measure="MW") for area, value in (("CAN", 5), ("USA", 150))]
    rows = measured(CLUSTERS, 100, unit="MW", infrastructure=told)
    told_of = status_of(rows, "status", "reason", "value", "value_low", "value_high")
    assert told_of["USA"] == ("met", None, None, 150.0, None)
    assert told_of["CAN"] == ("not_measurable", "list_incomplete", None, 5.0, None)


def test_a_share_of_several_series_needs_all_of_them(measured: Measured, status_of: StatusOf) -> None:
    part, rest = QUEUE["part"], QUEUE["rest"][0]
    told = [series("USA", str(part), 20, unit_measure="MW"), series("USA", rest, 60, unit_measure="MW")]
    told.append(series("USA", str(part), 20, "2025-03", unit_measure="MW"))
    rows = measured(QUEUE, 0.25, areas=["USA"], infrastructure=told)
    assert status_of(rows, "status", "time_period", "value") == {
        "USA": ("met", "2024-03", 0.25),
        "_Z": ("met", "2024-03", None),
    }


# Drops

AGREED = {"partner_name": "x", "status": "agreed", "dataflows": "", "has_key": True, "drops_taken_in": 0}
OFFICES = [
    {**AGREED, "partner": "us-census", "reporters": "USA"},
    {**AGREED, "partner": "joint", "reporters": "CAN, MEX"},
]


def drop(number: int, partner: str = "us-census", late: int | None = 0, **cells: Any) -> Row:
    return {
        "drop_number": number,
        "drop_id": f"drop-{number}",
        "partner": partner,
        "partner_name": "x",
        "status": "ACCEPTED",
        "received_at": NOW,
        "rows_in": 100,
        "rows_held_open": 0,
        "due_date": None if late is None else dt.date(2025, 12, 31),
        "days_late": late,
        "is_withdrawn": False,
        "message": "x",
        **cells,
    }


def test_drops_in_time_by_the_year_they_were_due(measured: Measured, status_of: StatusOf) -> None:
    sent = [drop(1, late=-3), drop(2, late=0), drop(3, late=4), drop(4, late=None), drop(5, "joint", late=0)]
    sent.append(drop(6, late=9, status="REJECTED"))
    sent.append(drop(7, late=9, is_withdrawn=True))
    rows = measured(IN_TIME, 0.9, exchange_drops=sent, exchange_partners=OFFICES)
    assert status_of(rows, "status", "time_period", "value")["USA"] == ("not_met", "2025", pytest.approx(2 / 3))
    assert status_of(rows, "status", "source_ids")["MEX"] == ("met", "drop:joint")


def test_rows_held_for_a_fault_over_rows_sent(measured: Measured, status_of: StatusOf) -> None:
    sent = [drop(1, rows_in=300, rows_held_open=2), drop(2, rows_in=100, rows_held_open=2), drop(3, "joint", rows_in=0)]
    rows = measured(STILL_HELD, 0.01, comparison="at_most", exchange_drops=sent, exchange_partners=OFFICES)
    assert status_of(rows, "status", "time_period", "value")["USA"] == ("met", "2026", 0.01)
    assert status_of(rows, "reason")["CAN"] == "no_drop_yet"  # no rows at all: 0/0


def test_withheld_is_counted_of_drops_and_not_of_what_was_published(measured: Measured, status_of: StatusOf) -> None:
    sent = {"snapshot_id": None, "drop_id": "drop-1", "source_id": "drop:us-census"}
    told = [series("USA", "NUCLEAR_REACTORS", 5, f"2024-{month}", **sent) for month in MONTHS[:3]]
    told.append(series("USA", "NUCLEAR_REACTORS", None, "2024-04", **sent, obs_status="Q", conf_status="C"))
    told.append(series("CAN", "NUCLEAR_REACTORS", None, "2024-04", obs_status="Q", conf_status="C"))
    rows = measured(WITHHELD, 0.1, comparison="at_most", infrastructure=told)
    assert status_of(rows, "status", "time_period", "value", "source_ids")["USA"] == (
        "not_met", "2024", 0.25, "drop:us-census",
    )  # fmt: skip
    assert status_of(rows, "reason")["CAN"] == "no_drop_yet"
