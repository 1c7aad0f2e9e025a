"""Each indicator on flows against a toy that can be reckoned by hand. Every figure is made up."""

import itertools
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

Row = dict[str, Any]
Measured = Callable[..., pl.DataFrame]
StatusOf = Callable[..., dict[str, Any]]
Flow = Callable[..., Row]

GOODS = {"theme": "compute_exports", "subject": "TOTAL", "stock_flow": "F"}
NEAR = {"indicator": "mirror_agreement", **GOODS}
WHOLE = {"indicator": "reports_complete", **GOODS}
INWARD = {"indicator": "imports_from_members", **GOODS}
PEOPLE = {"theme": "talent_movement", "subject": "MIGRANT", "stock_flow": "S"}
BOTH_WAYS = {"indicator": "two_way_movement", **PEOPLE}
AGREEMENTS = {"indicator": "trade_agreement_share"}
CORE = ("CAN", "MEX", "USA")
PAIRS = list(itertools.permutations(CORE, 2))


# Both reports near each other


def test_the_largest_distance_of_a_members_flows_decides(
    measured: Measured, status_of: StatusOf, both_reports: Flow
) -> None:
    flows = [both_reports(start, end, 0.3 if (start, end) == ("MEX", "CAN") else 0.1) for start, end in PAIRS]
    rows = measured(NEAR, 0.15, comparison="at_most", out_mirror_flows=flows)
    assert status_of(rows) == {"CAN": "not_met", "MEX": "not_met", "USA": "met", "_Z": "not_met"}
    told = status_of(rows, "value", "distance")
    assert told["USA"] == pytest.approx((0.1, 0.05))
    assert told["MEX"] == pytest.approx((0.3, -0.15))


def test_a_flow_with_one_report_may_still_tip_the_verdict(
    measured: Measured, status_of: StatusOf, both_reports: Flow, flow: Flow
) -> None:
    flows = [both_reports(start, end) for start, end in PAIRS if (start, end) != ("MEX", "USA")] + [flow("MEX", "USA")]
    rows = measured(NEAR, 0.15, comparison="at_most", out_mirror_flows=flows)
    told = status_of(rows, "status", "reason", "value", "value_low", "value_high")
    assert told["USA"] == ("not_measurable", "reports_missing", None, 0.1, 1.0)
    assert told["CAN"] == ("met", None, 0.1, 0.1, 0.1)


def test_two_reports_of_one_collection_are_no_two(measured: Measured, status_of: StatusOf, both_reports: Flow) -> None:
    one_voice = {("CAN", "USA"), ("USA", "CAN")}
    flows = [both_reports(*pair, 0.14 if pair in one_voice else 0.1, same_source=pair in one_voice) for pair in PAIRS]
    rows = measured(NEAR, 0.15, comparison="at_most", out_mirror_flows=flows)
    told = status_of(rows, "status", "reason", "value_low", "value_high")
    assert told["USA"] == told["CAN"] == ("not_measurable", "reports_missing", 0.1, 1.0)
    assert told["MEX"] == ("met", None, 0.1, 0.1)


def test_a_missing_report_does_not_hide_a_miss(measured: Measured, status_of: StatusOf, both_reports: Flow) -> None:
    rows = measured(NEAR, 0.15, comparison="at_most", out_mirror_flows=[both_reports("CAN", "MEX", 0.4)])
    assert status_of(rows, "status", "value_low", "value_high", "distance")["CAN"] == ("not_met", 0.4, 1.0, None)
    assert status_of(rows, "status", "reason")["USA"] == ("not_measurable", "no_report_held")


def test_months_and_other_subjects_are_not_looked_at(
    measured: Measured, status_of: StatusOf, both_reports: Flow
) -> None:
    other = [
        both_reports(*PAIRS[0], 0.4, freq="M", time_period="2018-01"),
        both_reports(*PAIRS[0], 0.4, subject="HS_84"),
    ]
    rows = measured(NEAR, 0.15, comparison="at_most", out_mirror_flows=other)
    assert set(status_of(rows, "reason").values()) == {"no_report_held", "members_not_measurable"}


# Reports complete


SENT = {"source_from": "drop:us-census", "source_to": "drop:other"}


def test_all_reports_of_a_member_are_counted_both_ways(
    measured: Measured, status_of: StatusOf, both_reports: Flow
) -> None:
    rows = measured(WHOLE, 1, out_mirror_flows=[both_reports(start, end, **SENT) for start, end in PAIRS])
    assert status_of(rows, "status", "value") == {
        **dict.fromkeys(CORE, ("met", 1.0)),
        "_Z": ("met", None),
    }


def test_what_was_only_collected_speaks_neither_for_nor_against_a_member(
    measured: Measured, status_of: StatusOf, both_reports: Flow
) -> None:
    """Held in full: without drops a report that is missing would be no miss, so having it all is no keeping."""
    rows = measured(WHOLE, 1, out_mirror_flows=[both_reports(start, end) for start, end in PAIRS])
    told = status_of(rows, "status", "reason", "value_low")
    assert told == {
        **dict.fromkeys(CORE, ("not_measurable", "no_drop_yet", None)),
        "_Z": ("not_measurable", "members_not_measurable", None),
    }


def test_the_newest_year_of_any_report_decides_and_an_older_verdict_is_history(
    measured: Measured, status_of: StatusOf, both_reports: Flow, flow: Flow
) -> None:
    flows = [both_reports(start, end, **SENT, time_period="2023") for start, end in PAIRS]
    flows += [flow("USA", other, **SENT, time_period="2024") for other in ("CAN", "MEX")]
    rows = measured(WHOLE, 1, out_mirror_flows=flows)
    assert rows.filter(member="CAN").select("time_period", "status", "value", "is_latest").rows() == [
        ("2023", "met", 1.0, False),
        ("2024", "not_met", 0.0, True),
    ]
    assert status_of(rows)["USA"] == status_of(rows)["_Z"] == "not_met"


def test_a_member_that_sends_drops_is_held_to_them(measured: Measured, status_of: StatusOf, flow: Flow) -> None:
    sent = {"source_from": "drop:us-census"}
    rows = measured(WHOLE, 1, out_mirror_flows=[flow("USA", "CAN", **sent), flow("USA", "MEX", **sent)])
    told = status_of(rows, "status", "value", "source_ids", "reason")
    assert told["USA"] == ("not_met", 0.5, "drop:us-census", None)
    assert told["CAN"] == ("not_measurable", None, None, "no_drop_yet")


# Imports from members


def dependency(area: str, total: float, unnamed: float = 0.0, **cells: Any) -> Row:
    return {
        **GOODS,
        "time_period": "2018",
        "area": area,
        "unit_measure": "USD",
        "reported_by": "area",
        "source_id": "other_office",
        "total_value": total,
        "unnamed_share": unnamed,
        **cells,
    }


def test_imports_from_members_are_their_part_of_the_whole(
    measured: Measured, status_of: StatusOf, both_reports: Flow
) -> None:
    flows = [both_reports("CAN", "USA"), both_reports("MEX", "USA", reported_by_to=120), both_reports("DEU", "USA")]
    rows = measured(INWARD, 0.25, out_mirror_flows=flows, out_dependency=[dependency("USA", 800)])
    assert status_of(rows, "status", "value")["USA"] == ("met", 200 / 800)
    assert status_of(rows)["MEX"] == "not_measurable"


def test_suppliers_that_nobody_names_may_be_members(
    measured: Measured, status_of: StatusOf, both_reports: Flow
) -> None:
    flows = [both_reports("CAN", "USA")]
    rows = measured(INWARD, 0.25, out_mirror_flows=flows, out_dependency=[dependency("USA", 800, 0.3)])
    told = status_of(rows, "status", "reason", "value_low", "value_high")
    assert told["USA"] == ("not_measurable", "suppliers_not_named", 0.1, pytest.approx(0.4))


def test_reports_of_another_source_are_not_mixed_in(
    measured: Measured, status_of: StatusOf, both_reports: Flow
) -> None:
    flows = [both_reports("CAN", "USA", source_to="third_office"), both_reports("MEX", "USA")]
    rows = measured(INWARD, 0.25, out_mirror_flows=flows, out_dependency=[dependency("USA", 800, 0.0)])
    assert status_of(rows, "status", "value_low")["USA"] == ("not_met", 0.1)


def test_a_share_that_partners_tell_is_not_the_members_own(
    measured: Measured, status_of: StatusOf, both_reports: Flow
) -> None:
    of_partners = dependency("USA", 800, reported_by="partners")
    rows = measured(INWARD, 0.25, out_mirror_flows=[both_reports("CAN", "USA")], out_dependency=[of_partners])
    assert status_of(rows, "reason")["USA"] == "no_report_held"


# Movement both ways


def people(flow: Flow, start: str, end: str, count: int, **cells: Any) -> Row:
    told = {"reported_by_from": None, "reported_by_to": count, "source_to": "register", "unit_measure": "PS"}
    return flow(start, end, **{**PEOPLE, **told, **cells})


def test_movement_is_two_way_where_as_many_come_as_leave(measured: Measured, status_of: StatusOf, flow: Flow) -> None:
    counts = {("USA", "CAN"): 30, ("CAN", "USA"): 10, ("MEX", "CAN"): 0, ("CAN", "MEX"): 20,
              ("MEX", "USA"): 90, ("USA", "MEX"): 10}  # fmt: skip
    rows = measured(BOTH_WAYS, 0.5, out_mirror_flows=[people(flow, *pair, count) for pair, count in counts.items()])
    told = status_of(rows, "status", "value")
    assert told["CAN"] == ("met", 1.0)  # 30 came, 30 left
    assert told["USA"] == ("met", pytest.approx(1 - 60 / 140))  # 100 came, 40 left
    assert told["MEX"] == ("met", pytest.approx(1 - 60 / 120))  # 30 came, 90 left: on the limit


def test_nobody_either_way_is_no_share(measured: Measured, status_of: StatusOf, flow: Flow) -> None:
    rows = measured(BOTH_WAYS, 0.5, out_mirror_flows=[people(flow, *pair, 0) for pair in PAIRS])
    assert set(status_of(rows).values()) == {"not_measurable"}


def test_a_missing_count_leaves_the_share_open(measured: Measured, status_of: StatusOf, flow: Flow) -> None:
    rows = measured(BOTH_WAYS, 0.5, out_mirror_flows=[people(flow, *pair, 5) for pair in PAIRS[1:]])
    told = status_of(rows, "status", "reason", "value_low", "value_high")
    assert told["CAN"] == ("not_measurable", "reports_missing", 0.0, 1.0)
    assert told["USA"][0] == "met"


def test_a_rate_is_no_count_of_people(measured: Measured, status_of: StatusOf, flow: Flow) -> None:
    rates = [people(flow, *pair, 5, unit_measure="PER_10000") for pair in PAIRS]
    rows = measured(BOTH_WAYS, 0.5, out_mirror_flows=rates)
    assert status_of(rows, "reason")["CAN"] == "no_report_held"


# Trade agreements


def agreement(one: str, other: str, has: bool | None, since: str | None = None) -> Row:
    return {"area_1": one, "area_2": other, "has_agreement": has, "in_force_since": since, "time_period": "2016",
            "source_id": "panel", "snapshot_id": "x"}  # fmt: skip


def test_an_agreement_with_every_other_member(measured: Measured, status_of: StatusOf) -> None:
    pairs = [agreement("CAN", "MEX", True, "1996"), agreement("CAN", "USA", True, "1989-01-01"),
             agreement("MEX", "USA", False)]  # fmt: skip
    rows = measured(AGREEMENTS, 1, trade_agreements=pairs)
    assert status_of(rows, "status", "value") == {
        "CAN": ("met", 1.0),
        "MEX": ("not_met", 0.5),
        "USA": ("not_met", 0.5),
        "_Z": ("not_met", None),
    }
    of_canada = rows.filter(member="CAN").select("time_period", "value").rows()
    assert of_canada == [("1989", 0.5), ("1996", 1.0), ("2016", 1.0)]


def test_a_pair_that_is_not_known_may_have_one(measured: Measured, status_of: StatusOf) -> None:
    pairs = [agreement("CAN", "MEX", True, "1996"), agreement("CAN", "USA", None)]
    told = status_of(measured(AGREEMENTS, 1, trade_agreements=pairs), "status", "value_low", "value_high")
    assert told["CAN"] == ("not_measurable", 0.5, 1.0)
    assert told["USA"] == ("not_measurable", 0.0, 1.0)  # a pair unknown, a pair not in the table


def test_what_is_not_known_now_is_not_judged_by_what_was(measured: Measured, status_of: StatusOf) -> None:
    """Agreements hold until they change: an older verdict does not stand for today."""
    pairs = [agreement("CAN", "MEX", True, "2020-07-01")]
    rows = measured(AGREEMENTS, 1, members=("CAN", "MEX"), trade_agreements=pairs)
    assert status_of(rows, "status", "time_period")["CAN"] == ("met", "2020")
    assert rows.filter(member="CAN", time_period="2016")["status"].to_list() == ["not_met"]
