"""What is due and what it costs; the publisher is made up."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from compact_pipelines.contracts import Source
from compact_pipelines.errors import UsageError
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.journal import Asked, Journal
from compact_pipelines.live.periods import next_period
from compact_pipelines.live.pulling import pull
from compact_pipelines.live.schedule import (
    cost,
    due,
    expected_day,
    following,
    known_now,
    newest_expected,
    partition_of,
    partitions_between,
)
from tests.live.made_up import NOW, SOURCE, FakeWire, install, made_up_source, page, rows_of

YEARS = {"by": "year", "since": "2020", "reporters": {"USA": "840", "CAN": "124"}, "revisited": 1}


def keys(partitions: list[Partition]) -> list[str]:
    return [one.key for one in partitions]


def believe(root: Path, month: str, now: dt.datetime = NOW, body: bytes | None = None) -> str:
    wire: Any = FakeWire({(month, None): body or page(rows_of(month))})
    return pull(root, SOURCE, Partition(month), wire, now=now).verdict


@pytest.mark.parametrize(
    ("day", "newest"),
    [("2025-12-04", "2025-09"), ("2025-12-05", "2025-10"), ("2026-01-04", "2025-11"), ("2025-02-01", None)],
)
def test_a_month_is_expected_so_many_days_after_its_end(day: str, newest: str | None) -> None:
    at = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
    assert newest_expected(made_up_source(), at) == newest


@pytest.mark.parametrize(("day", "newest"), [("2026-02-03", "2024"), ("2026-02-04", "2025"), ("2026-12-01", "2025")])
def test_a_year_is_expected_so_many_days_after_its_end(day: str, newest: str) -> None:
    at = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
    assert newest_expected(made_up_source(partitions=YEARS), at) == newest


@pytest.mark.parametrize(("day", "newest"), [("2026-03-06", "2025"), ("2026-03-07", "2026"), ("2026-12-31", "2026")])
def test_a_year_that_grows_is_expected_so_many_days_after_its_first_month(day: str, newest: str) -> None:
    source = made_up_source(partitions={**YEARS, "grows": "month"})
    at = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")
    assert newest_expected(source, at) == newest
    assert expected_day(source, Partition("2026")) == dt.date(2026, 3, 7)
    with pytest.raises(ValueError, match="it goes with by: year"):
        made_up_source(partitions={"by": "month", "since": "2025-01", "grows": "month"})


def test_a_first_run_asks_for_the_newest_periods_and_not_for_history(data_root: Path) -> None:
    assert keys(due(made_up_source(), Journal(data_root), NOW)) == ["2025-09", "2025-10"]


def test_what_is_revisited_waits_and_what_has_become_due_does_not(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source())
    for month in ("2025-09", "2025-10"):
        assert believe(data_root, month) == "ACCEPTED"
    journal = Journal(data_root)
    assert due(source, journal, NOW + dt.timedelta(days=1)) == []
    assert keys(due(source, journal, NOW + dt.timedelta(days=24))) == ["2025-11"]
    assert keys(due(source, journal, NOW + dt.timedelta(days=25))) == ["2025-10", "2025-11"]
    later = dt.datetime(2026, 4, 10, tzinfo=dt.UTC)
    assert keys(due(source, journal, later)) == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_after_a_long_pause_a_dozen_periods_are_caught_up_with(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source())
    assert believe(data_root, "2025-01") == "ACCEPTED"
    found = keys(due(source, Journal(data_root), dt.datetime(2027, 1, 10, tzinfo=dt.UTC)))
    assert (found[0], found[-1], len(found)) == ("2025-12", "2026-11", 12)


def test_a_period_that_cannot_be_ends_no_catching_up(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    source = install(monkeypatch, made_up_source())
    assert believe(data_root, "2025-01") == "ACCEPTED"
    journal, now = Journal(data_root), dt.datetime(2027, 1, 10, tzinfo=dt.UTC)
    before = keys(due(source, journal, now))
    assert believe(data_root, "2031-01", dt.datetime(2031, 6, 1, tzinfo=dt.UTC), b'{"nothing": 1}') == "STOPPED"
    assert keys(due(source, journal, now)) == before
    assert "2031-01" not in known_now(source, journal.last_asked(SOURCE), now)


@pytest.mark.parametrize(
    ("by", "key", "allowed"),
    [
        ({"by": "month", "since": "2025-01"}, "2025-12", ""),
        ({"by": "month", "since": "2025-01"}, "2026-01", "has begun is 2025-12"),
        ({"by": "month", "since": "2025-01"}, "2024-12", "begins with 2025-01"),
        ({"by": "month", "since": "2025-01", "months": [6, 11]}, "2025-06", ""),
        ({"by": "month", "since": "2025-01", "months": [6, 11]}, "2025-07", "its months are 6, 11"),
        ({"by": "year", "since": "2020"}, "2025", ""),
        ({"by": "year", "since": "2020"}, "2031", "has begun is 2025"),
        ({"by": "year", "since": "2020"}, "1900", "begins with 2020"),
        ({"by": "whole"}, "all", ""),
    ],
)
def test_a_period_is_from_the_first_to_the_newest_that_has_begun(by: dict[str, Any], key: str, allowed: str) -> None:
    source = made_up_source(partitions=by)
    if not allowed:
        assert partition_of(source, key, NOW).key == key
        return
    with pytest.raises(UsageError, match=allowed):
        partition_of(source, key, NOW)


def test_what_got_no_answer_is_due_at_once_and_a_stop_a_day_later(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source(partitions={"by": "month", "since": "2025-01", "revisited": 1}))
    assert believe(data_root, "2025-10", body=b'{"too_early": 1}') == "UNAVAILABLE"
    assert keys(due(source, Journal(data_root), NOW)) == ["2025-10"]
    assert believe(data_root, "2025-10", body=b'{"nothing": 1}') == "STOPPED"
    assert due(source, Journal(data_root), NOW + dt.timedelta(hours=23)) == []
    assert keys(due(source, Journal(data_root), NOW + dt.timedelta(days=1))) == ["2025-10"]


def test_an_older_period_without_an_answer_is_asked_for_again_and_an_answered_one_is_not(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    source = install(monkeypatch, made_up_source())
    assert believe(data_root, "2025-06") == "ACCEPTED"
    assert believe(data_root, "2025-07", body=b'{"too_early": 1}') == "UNAVAILABLE"
    for month in ("2025-09", "2025-10"):
        assert believe(data_root, month) == "ACCEPTED"
    assert keys(due(source, Journal(data_root), NOW)) == ["2025-07"]


def test_as_many_as_are_revisited_are_due_however_many(data_root: Path) -> None:
    source = made_up_source(partitions={"by": "month", "since": "2020-01", "revisited": 24})
    assert len(due(source, Journal(data_root), NOW)) == 24


def test_years_are_asked_reporter_by_reporter(data_root: Path) -> None:
    assert keys(due(made_up_source(partitions=YEARS), Journal(data_root), NOW)) == ["2024|USA", "2024|CAN"]


def test_the_whole_is_due_when_it_is_old(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    source = install(monkeypatch, made_up_source(partitions={"by": "whole"}))
    assert keys(due(source, Journal(data_root), NOW)) == ["all"]
    believe(data_root, "all", body=page(rows_of("2025-10")))
    assert due(source, Journal(data_root), NOW + dt.timedelta(days=24)) == []
    assert keys(due(source, Journal(data_root), NOW + dt.timedelta(days=25))) == ["all"]


def test_a_backfill_names_its_periods() -> None:
    source = made_up_source()
    assert keys(partitions_between(source, "2025-08", None, NOW)) == ["2025-08", "2025-09", "2025-10"]
    assert len(partitions_between(source, None, None, NOW)) == 10
    assert next_period("2025-12") == "2026-01"


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2025", None, "no partition '2025'"),
        ("2025-10", "2025-09", "is after"),
        ("2019-01", "2025-09", "begins with 2025-01"),
    ],
)
def test_a_period_that_cannot_be_is_a_wrong_call(first: str, last: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        partitions_between(made_up_source(), first, last, NOW)


def test_the_whole_has_no_periods_to_name() -> None:
    with pytest.raises(UsageError, match="as a whole"):
        partitions_between(made_up_source(partitions={"by": "whole"}), "2025-01", None, NOW)


def test_what_a_backfill_costs_is_known_before_and_better_once_something_is_held(
    monkeypatch: pytest.MonkeyPatch, data_root: Path
) -> None:
    rate = {"requests": 2, "per_seconds": 10, "a_day": 4, "source": "made up"}
    source: Source = install(monkeypatch, made_up_source(rate=rate))
    wanted, journal = partitions_between(source, None, None, NOW), Journal(data_root)
    found = cost(source, wanted, journal)
    assert (found.partitions, found.held, found.requests, found.seconds) == (10, 0, 10, 50)
    assert (found.days, found.bytes) == (3, None)
    rows = rows_of("2025-10")
    wire: Any = FakeWire({("2025-10", None): page(rows[:3], "b"), ("2025-10", "b"): page(rows[3:])})
    pull(data_root, SOURCE, Partition("2025-10"), wire, now=NOW)
    found = cost(source, wanted, journal)
    assert (found.partitions, found.held, found.requests) == (9, 1, 18)
    assert found.bytes == 9 * (len(page(rows[:3], "b")) + len(page(rows[3:])))
    assert cost(source, wanted, journal, is_again=True).partitions == 10


def test_a_year_that_grows_by_quarters_is_asked_for_with_each(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    grows = {"by": "year", "since": "2025", "revisited": 1, "grows": "quarter"}
    source = install(monkeypatch, made_up_source(partitions=grows))
    assert expected_day(source, Partition("2026")) == dt.date(2026, 5, 5)
    monkeypatch.setattr(
        Journal, "last_asked", lambda *_, **__: {"2026": Asked("2026", 1, "ACCEPTED", "", "", at(2026, 7, 25))}
    )
    assert due(source, Journal(data_root), at(2026, 8, 3)) == []
    assert keys(due(source, Journal(data_root), at(2026, 8, 4))) == ["2026"]


def test_only_months_that_have_a_period_are_asked_for() -> None:
    source = made_up_source(partitions={"by": "month", "since": "2025-01", "months": [6, 11]})
    assert newest_expected(source, at(2026, 1, 4)) == "2025-11"
    assert newest_expected(source, at(2026, 1, 3)) == "2025-06"
    assert keys(partitions_between(source, None, None, at(2026, 9, 1))) == ["2025-06", "2025-11", "2026-06"]
    assert following(source, "2025-11") == "2026-06"
    with pytest.raises(ValueError, match="it goes with by: month"):
        made_up_source(partitions={"by": "year", "since": "2025", "months": [6]})


def at(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


def test_a_year_that_grows_by_quarters_is_due_with_each(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    source = install(monkeypatch, made_up_source())
    before = keys(due(source, Journal(data_root), NOW))
    assert before
    for month in before:
        assert believe(data_root, month, now=NOW + dt.timedelta(days=2_000)) == "ACCEPTED"
    assert keys(due(source, Journal(data_root), NOW)) == before
    for month in before:
        believe(data_root, month)
    assert keys(due(source, Journal(data_root), NOW)) == []
