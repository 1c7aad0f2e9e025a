"""Verdicts over periods and over a set of members, and what has none. Every figure is made up."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.commitments import Held, measure_commitments
from compact_pipelines.analytics.commitments.indicators import INDICATORS
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.commitment_measures import Measure
from compact_pipelines.contracts.compact_text import CompactText, load_compact_text
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.out_rules.commitments import COMMITMENT_RULES

Row = dict[str, Any]
Measured = Callable[..., pl.DataFrame]
StatusOf = Callable[..., dict[str, Any]]

PUBLISHED = load_contracts().published["out_commitments"]
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
COMPUTERS = {"indicator": "infrastructure_count", "series": "SUPERCOMPUTERS"}
GOODS = {"theme": "compute_exports", "subject": "TOTAL", "stock_flow": "F"}
NEAR = {"indicator": "mirror_agreement", **GOODS}
CORE = ("CAN", "MEX", "USA")


def count(area: str, period: str, value: float) -> Row:
    return {
        "freq": "M",
        "ref_area": area,
        "counterpart_area": "_Z",
        "indicator": "SUPERCOMPUTERS",
        "unit_measure": "COUNT",
        "time_period": period,
        "obs_value": Decimal(str(value)),
        "imputed_mirror": False,
        "obs_status": "A",
        "conf_status": "F",
        "source_id": f"list_of_{area.lower()}",
        "recorded_at": NOW,
        "is_preferred": True,
    }


def counts(area: str, **values: float) -> list[Row]:
    return [count(area, period.removeprefix("y"), value) for period, value in values.items()]


# Which period decides


def test_the_latest_period_decides(measured: Measured, status_of: StatusOf) -> None:
    rows = measured(COMPUTERS, 2, unit="COUNT", infrastructure=counts("CAN", y2019=3, y2020=1))
    assert status_of(rows, "status", "time_period")["CAN"] == ("not_met", "2020")
    history = rows.filter(member="CAN").select("time_period", "status", "distance", "is_latest").rows()
    assert history == [("2019", "met", 1.0, False), ("2020", "not_met", -1.0, True)]


def test_the_last_period_with_a_verdict_stands_while_later_ones_have_none(
    measured: Measured, status_of: StatusOf, both_reports: Callable[..., Row], flow: Callable[..., Row]
) -> None:
    pair = [("CAN", "USA"), ("USA", "CAN")]
    told = [both_reports(*ends, time_period="2018") for ends in pair] + [
        flow(*ends, time_period="2019") for ends in pair
    ]
    rows = measured(NEAR, 0.15, comparison="at_most", members=("CAN", "USA"), out_mirror_flows=told)
    assert status_of(rows, "status", "time_period") == dict.fromkeys(("CAN", "USA", "_Z"), ("met", "2018"))
    assert rows.filter(member="USA", time_period="2019")["reason"].to_list() == ["reports_missing"]


def test_a_verdict_of_more_than_ten_years_ago_says_nothing_of_now(
    measured: Measured, status_of: StatusOf, both_reports: Callable[..., Row], flow: Callable[..., Row]
) -> None:
    pair = [("CAN", "USA"), ("USA", "CAN")]
    near = {"comparison": "at_most", "members": ("CAN", "USA")}
    for last, status in (("2018", "not_met"), ("2019", "not_measurable")):
        told = [both_reports(*ends, 0.4, time_period="2008") for ends in pair]
        told += [flow(*ends, time_period=last) for ends in pair]
        rows = measured(NEAR, 0.15, **near, out_mirror_flows=told)
        expected = (status, last if status == "not_measurable" else "2008")
        assert status_of(rows, "status", "time_period")["USA"] == expected
    # Canada's verdict of 2019 does not bring the United States' of 2008 back into the set's.
    three = {"comparison": "at_most", "members": CORE}
    told = [both_reports("CAN", "USA", 0.4, time_period="2008"), both_reports("CAN", "MEX", 0.4, time_period="2019")]
    rows = measured(NEAR, 0.15, **three, out_mirror_flows=told).filter(member="_Z")
    assert rows.select("time_period", "missed_by", "unknown_of").rows() == [
        ("2008", "CAN, USA", "MEX"),
        ("2019", "CAN, MEX", "USA"),
    ]


def test_the_year_of_the_rule_decides(measured: Measured, status_of: StatusOf) -> None:
    held = counts("CAN", y2019=3, y2020=1, y2021=3) + counts("MEX", y2019=3)
    rows = measured(COMPUTERS, 2, unit="COUNT", period={"rule": "year", "year": 2020}, infrastructure=held)
    assert status_of(rows, "status", "time_period", "reason") == {
        "CAN": ("not_met", "2020", None),
        "MEX": ("not_measurable", "_Z", "year_not_held"),
        "USA": ("not_measurable", "_Z", "no_series_held"),
        "_Z": ("not_met", "2020", None),
    }
    assert rows.filter(member="CAN")["time_period"].to_list() == ["2019", "2020", "2021"]


def test_one_miss_since_a_year_is_enough(measured: Measured, status_of: StatusOf) -> None:
    held = counts("CAN", y2018=0, y2019=3, y2020=1, y2021=9) + counts("MEX", y2019=4, y2021=2) + counts("USA", y2018=9)
    rows = measured(COMPUTERS, 2, unit="COUNT", period={"rule": "since", "year": 2019}, infrastructure=held)
    assert status_of(rows, "status", "value", "time_period", "oldest_period") == {
        "CAN": ("not_met", 1.0, "2021", "2019"),
        "MEX": ("met", 2.0, "2021", "2019"),
        "USA": ("not_measurable", None, "_Z", None),
        "_Z": ("not_met", None, "2021", "2019"),
    }
    assert rows.filter(member="USA")["reason"].to_list() == ["year_not_held"]
    assert rows.filter(member="CAN").select("time_period", "value").rows() == [
        ("2019", 3.0),
        ("2020", 1.0),
        ("2021", 1.0),
    ]


def test_a_year_that_is_open_leaves_the_years_since_open(
    measured: Measured, status_of: StatusOf, both_reports: Callable[..., Row], flow: Callable[..., Row]
) -> None:
    pair = [("CAN", "USA"), ("USA", "CAN")]
    told = [both_reports(*ends, time_period="2018") for ends in pair] + [
        flow(*ends, time_period="2019") for ends in pair
    ]
    terms = {"comparison": "at_most", "members": ("CAN", "USA"), "period": {"rule": "since", "year": 2018}}
    rows = measured(NEAR, 0.15, **terms, out_mirror_flows=told)
    assert set(status_of(rows).values()) == {"not_measurable"}
    assert rows.filter(member="_Z").select("time_period", "status").rows() == [
        ("2018", "met"),
        ("2019", "not_measurable"),
    ]


@pytest.mark.parametrize(("value", "expected"), [(0.1 + 0.2, "met"), (0.3 + 1e-6, "not_met")])
def test_a_sum_that_is_the_limit_but_for_rounding_keeps_it(
    measured: Measured, status_of: StatusOf, both_reports: Callable[..., Row], value: float, expected: str
) -> None:
    told = [both_reports("CAN", "USA", value), both_reports("USA", "CAN", value)]
    rows = measured(NEAR, 0.3, comparison="at_most", members=("CAN", "USA"), out_mirror_flows=told)
    assert status_of(rows)["CAN"] == expected


# The set as one


def test_a_set_meets_what_each_member_meets(measured: Measured, status_of: StatusOf) -> None:
    held = [row for area in CORE for row in counts(area, y2020=2)]
    rows = measured(COMPUTERS, 2, unit="COUNT", infrastructure=held)
    columns = ("status", "members_met", "members_not_met", "members_not_measurable", "missed_by", "unknown_of", "value")
    assert status_of(rows, *columns)["_Z"] == ("met", 3, 0, 0, None, None, None)
    assert status_of(rows, "source_ids")["_Z"] == "list_of_can, list_of_mex, list_of_usa"


def test_a_set_misses_what_one_member_misses_whatever_is_not_known(measured: Measured, status_of: StatusOf) -> None:
    held = counts("CAN", y2020=2) + counts("MEX", y2020=0)
    rows = measured(COMPUTERS, 2, unit="COUNT", infrastructure=held)
    columns = ("status", "reason", "missed_by", "unknown_of")
    assert status_of(rows, *columns)["_Z"] == ("not_met", None, "MEX", "USA")


def test_a_member_without_data_is_not_measurable_and_makes_the_set_so(measured: Measured, status_of: StatusOf) -> None:
    held = counts("CAN", y2020=2) + counts("MEX", y2020=2)
    rows = measured(COMPUTERS, 2, unit="COUNT", infrastructure=held)
    assert status_of(rows, "status", "reason")["USA"] == ("not_measurable", "no_series_held")
    assert status_of(rows, "status", "reason")["_Z"] == ("not_measurable", "members_not_measurable")


def test_members_count_with_their_last_verdict_up_to_a_period(measured: Measured) -> None:
    held = counts("CAN", y2018=2, y2020=0) + counts("MEX", **{"2019-06": 2.0})
    rows = measured(COMPUTERS, 2, unit="COUNT", members=("CAN", "MEX"), infrastructure=held)
    columns = ("time_period", "status", "oldest_period", "members_not_measurable", "is_latest")
    assert rows.filter(member="_Z").select(columns).rows() == [
        ("2018", "not_measurable", "2018", 1, False),
        ("2019-06", "met", "2018", 0, False),
        ("2020", "not_met", "2019-06", 0, True),
    ]


def test_a_commitment_binds_the_areas_it_names(measured: Measured, status_of: StatusOf) -> None:
    held = counts("CAN", y2020=2) + counts("MEX", y2020=0)
    rows = measured(COMPUTERS, 2, unit="COUNT", areas=["CAN"], infrastructure=held)
    assert status_of(rows) == {"CAN": "met", "_Z": "met"}
    rows = measured(COMPUTERS, 2, unit="COUNT", areas=["USA"], members=("CAN", "MEX"), infrastructure=held)
    assert status_of(rows, "status", "reason") == {"_Z": ("not_measurable", "binds_no_member")}


# Few members, no indicator


def test_a_lone_member_has_no_others_to_deal_with(
    measured: Measured, status_of: StatusOf, both_reports: Callable[..., Row]
) -> None:
    told = [both_reports("CAN", "USA"), both_reports("USA", "CAN")]
    rows = measured(NEAR, 0.15, comparison="at_most", members=["USA"], out_mirror_flows=told)
    assert status_of(rows, "status", "reason") == dict.fromkeys(("USA", "_Z"), ("not_measurable", "no_other_member"))
    rows = measured(COMPUTERS, 2, unit="COUNT", members=["USA"], infrastructure=counts("USA", y2020=2))
    assert status_of(rows) == {"USA": "met", "_Z": "met"}


def test_a_set_without_members_has_no_verdict(tables_of: Callable[..., Held]) -> None:
    text = load_compact_text()
    rows = measure_commitments(text, tables_of(), [])
    assert rows.height == len(text.commitments)
    assert set(rows.select("member", "status", "reason", "members_met").rows()) == {
        ("_Z", "not_measurable", "no_member", 0)
    }


def test_a_commitment_without_data_says_so_for_each_member(
    text_of: Callable[..., CompactText], tables_of: Callable[..., Held], status_of: StatusOf
) -> None:
    needed = {"reason": "x", "data": "x", "publisher": "x"}
    rows = measure_commitments(text_of({"not_measurable": needed}), tables_of(), CORE)
    assert status_of(rows, "reason") == dict.fromkeys((*CORE, "_Z"), "no_data_held")
    assert rows["threshold"].null_count() == rows.height


def test_nothing_held_is_nobodys_fault(tables_of: Callable[..., Held]) -> None:
    text = load_compact_text()
    rows = measure_commitments(text, tables_of(), CORE)
    assert set(rows["status"]) == {"not_measurable"}
    assert rows["reason"].null_count() == 0
    assert set(rows.filter(pl.col("member") != "_Z")["commitment"]) == {one.id for one in text.commitments}


# The table


def test_rows_have_the_published_columns_in_the_order_of_the_text(tables_of: Callable[..., Held]) -> None:
    text = load_compact_text()
    rows = measure_commitments(text, tables_of(), ["USA", "CAN", "USA"])
    assert dict(rows.schema) == {name: POLARS_TYPES[column.type] for name, column in PUBLISHED.columns.items()}
    assert rows["commitment"].unique(maintain_order=True).to_list() == [one.id for one in text.commitments]
    assert rows["member"].unique().sort().to_list() == ["CAN", "USA", "_Z"]
    assert rows.select(PUBLISHED.key).is_unique().all()


def test_the_list_of_indicators_is_the_one_of_the_contract() -> None:
    kinds = {kind.model_fields["indicator"].annotation.__args__[0] for kind in Measure.__args__[0].__args__}  # type: ignore[attr-defined]
    assert set(INDICATORS) == kinds
    assert {one.measure.indicator for one in load_compact_text().commitments if one.measure} == kinds


@given(
    st.lists(
        st.tuples(st.sampled_from(CORE), st.sampled_from(["2019", "2020", "2020-06"]), st.integers(0, 4)),
        unique_by=lambda row: row[:2],
    ),
    st.sampled_from([{"rule": "latest"}, {"rule": "year", "year": 2020}, {"rule": "since", "year": 2020}]),
    st.sampled_from(["at_least", "at_most"]),
)
@settings(max_examples=20)
def test_no_rule_of_the_table_is_broken_whatever_is_held(
    measured: Measured, held: list[tuple[str, str, int]], period: Row, comparison: str
) -> None:
    rows = measured(
        COMPUTERS, 2, unit="COUNT", comparison=comparison, period=period, infrastructure=[count(*row) for row in held]
    )
    with duckdb.connect() as connection:
        connection.register("frame", rows)
        for name, (_, condition) in COMMITMENT_RULES["out_commitments"].items():
            assert connection.execute(f"SELECT * FROM frame WHERE {condition}").fetchall() == [], name
    silent = rows.filter(pl.col("value_low").is_null(), pl.col("member") != "_Z")
    assert set(silent["status"]) <= {"not_measurable"}


def test_the_order_of_what_is_held_does_not_matter(measured: Measured) -> None:
    held = counts("CAN", y2018=2, y2020=0) + counts("MEX", y2019=2) + counts("USA", y2019=1)
    first = measured(COMPUTERS, 2, unit="COUNT", infrastructure=held)
    assert measured(COMPUTERS, 2, unit="COUNT", infrastructure=held[::-1]).equals(first)
