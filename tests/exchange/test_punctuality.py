"""Whether drops come when they were agreed to. All offices, drops and dates are made up."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compact_pipelines.exchange.partners import Agreement
from compact_pipelines.exchange.punctuality import Punctuality, end_of, freq_of, period_after, period_of
from tests.exchange.corpus.building import agreement_of

OFFICE = "an-office"
TRADE = "compute_exports"
FREQS = st.sampled_from("AQM")
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
YEARLY = {"dataflow": TRADE, "freq": "A", "days_after_period": 270}
MONTHLY = {"dataflow": TRADE, "freq": "M", "days_after_period": 60}


def agreed(*calendar: dict[str, Any], **fields: Any) -> dict[str, Agreement]:
    return {OFFICE: agreement_of(OFFICE, calendar=list(calendar), **fields)}


def drop(number: int, received: str, **fields: Any) -> dict[str, Any]:
    usual = {
        "number": number, "seq": number, "drop_id": f"drop-{number}", "partner": OFFICE, "dataflow": TRADE,
        "status": "ACCEPTED", "period_to": None, "withdrawn_at": None, "received_at": f"{received}T08:00:00.000000Z",
        "decided_at": f"{received}T09:00:00.000000Z",
    }  # fmt: skip
    return {**usual, **fields}


def days_late(found: Punctuality) -> dict[int, int]:
    return {number: timing.days_late for number, timing in found.timings.items()}


# -- periods


@given(DAYS, FREQS)
def test_a_day_lies_in_its_period_and_not_in_the_next(day: dt.date, freq: str) -> None:
    period = period_of(day, freq)
    assert freq_of(period) == freq
    assert period_of(end_of(period), freq) == period
    following = period_after(period)
    assert following > period
    assert period_of(end_of(period) + dt.timedelta(days=1), freq) == following
    assert day <= end_of(period) < end_of(following)


@pytest.mark.parametrize(
    ("period", "end", "after"),
    [
        ("2024", dt.date(2024, 12, 31), "2025"),
        ("2024-Q1", dt.date(2024, 3, 31), "2024-Q2"),
        ("2024-Q4", dt.date(2024, 12, 31), "2025-Q1"),
        ("2024-02", dt.date(2024, 2, 29), "2024-03"),
        ("2024-12", dt.date(2024, 12, 31), "2025-01"),
    ],
)
def test_a_period_ends_on_its_last_day(period: str, end: dt.date, after: str) -> None:
    assert (end_of(period), period_after(period)) == (end, after)


# -- drops


def test_a_drop_is_measured_by_the_last_period_it_brings() -> None:
    drops = [drop(1, "2025-09-20"), drop(2, "2026-10-01")]
    periods = {("drop-1", "A"): "2024", ("drop-2", "A"): "2025"}
    found = Punctuality(drops, agreed(YEARLY), periods, dt.date(2026, 10, 2))
    assert found.timings[1].due == dt.date(2025, 9, 27)
    assert days_late(found) == {1: -7, 2: 4}


def test_a_manifest_says_how_far_a_drop_reaches() -> None:
    drops = [drop(1, "2026-03-01", period_to="2025-12")]
    found = Punctuality(drops, agreed(MONTHLY), {("drop-1", "M"): "2025-11"}, dt.date(2026, 4, 1))
    assert found.timings[1].period == "2025-12"
    assert days_late(found) == {1: 0}


def test_a_revision_of_earlier_periods_was_due_at_no_time() -> None:
    drops = [drop(1, "2025-09-27"), drop(2, "2026-01-10"), drop(3, "2026-01-11", period_to="2024")]
    periods = {("drop-1", "A"): "2024", ("drop-2", "A"): "2019"}
    assert days_late(Punctuality(drops, agreed(YEARLY), periods, dt.date(2026, 2, 1))) == {1: 0}


@pytest.mark.parametrize("calendar", [[], [MONTHLY], [{**YEARLY, "dataflow": "standards_adoption"}]])
def test_where_no_calendar_applies_there_is_no_date_rather_than_zero(calendar: list[dict[str, Any]]) -> None:
    drops = [drop(1, "2025-09-27")]
    found = Punctuality(drops, agreed(*calendar), {("drop-1", "A"): "2024"}, dt.date(2026, 2, 1))
    assert found.timings == {}


def test_a_drop_that_was_not_taken_in_does_not_bring_its_period() -> None:
    held = {"status": "HELD", "period_to": "2024"}
    drops = [drop(1, "2025-09-20", **held), drop(2, "2025-09-29", period_to="2024")]
    found = Punctuality(drops, agreed(YEARLY), {}, dt.date(2026, 2, 1))
    assert days_late(found) == {1: -7, 2: 2}
    assert next(found.calendars()).last_period == "2024"


def test_a_drop_that_was_withdrawn_has_brought_nothing() -> None:
    drops = [drop(1, "2025-09-20", period_to="2024", withdrawn_at="2025-10-01T00:00:00.000000Z")]
    entry = next(Punctuality(drops, agreed(YEARLY), {}, dt.date(2026, 2, 1)).calendars())
    assert entry.last_period is None


def test_a_drop_whose_number_waited_is_measured_after_those_before_it() -> None:
    late = drop(1, "2026-01-02", seq=2, period_to="2025-11")
    first = drop(2, "2026-01-03", seq=1, period_to="2025-10")
    found = Punctuality([late, first], agreed(MONTHLY), {}, dt.date(2026, 2, 1))
    assert {number: timing.period for number, timing in found.timings.items()} == {1: "2025-11", 2: "2025-10"}


def test_of_several_frequencies_the_one_that_reaches_furthest_counts() -> None:
    periods = {("drop-1", "A"): "2024", ("drop-1", "M"): "2025-07"}
    found = Punctuality([drop(1, "2025-09-29")], agreed(YEARLY, MONTHLY), periods, dt.date(2026, 2, 1))
    assert found.timings[1].period == "2025-07"
    assert [entry.next_period for entry in found.calendars()] == ["2025", "2025-08"]


# -- calendars


def test_what_follows_the_last_period_is_next_and_overdue_once_its_day_has_passed() -> None:
    drops = [drop(1, "2025-09-20", period_to="2024")]
    for day, overdue in ((dt.date(2026, 9, 27), False), (dt.date(2026, 9, 28), True)):
        found = Punctuality(drops, agreed(YEARLY), {}, day)
        (entry,) = found.calendars()
        assert (entry.next_period, entry.due) == ("2025", dt.date(2026, 9, 27))
        assert found.is_overdue(entry) is overdue


def test_the_first_period_is_the_first_that_falls_due_once_a_key_is_in_force() -> None:
    (entry,) = Punctuality([], agreed(MONTHLY), {}, dt.date(2026, 1, 1)).calendars()  # its key is of 2026-01-01
    assert (entry.next_period, entry.due) == ("2025-11", dt.date(2026, 1, 29))
    assert (entry.last_period, entry.last_decided_at) == (None, None)


def test_nothing_is_due_where_nothing_is_agreed() -> None:
    agreement = agreed(YEARLY)[OFFICE].model_copy(update={"status": "proposed", "keys": []})
    found = Punctuality([], {OFFICE: agreement}, {}, dt.date(2099, 1, 1))
    (entry,) = found.calendars()
    assert (entry.next_period, entry.due, found.is_overdue(entry)) == (None, None, False)
