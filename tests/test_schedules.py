"""What happens by the clock: the end of an embargo, publishers whose figures are due. Times are made up."""

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from compact_pipelines import schedules
from compact_pipelines.contracts import Contracts
from compact_pipelines.definitions import defs
from compact_pipelines.live.answers import Partition
from compact_pipelines.pulls import job_name
from compact_pipelines.resources import LiveRows, Warehouse
from compact_pipelines.schedules import EDITION_JOB, due_release, due_runs, pull_schedule, release_embargoes
from compact_pipelines.warehouse.layout import PUBLIC, EditionFile, Layout, Pointer

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def served(data_root: Path, next_release: dt.datetime | None, number: int = 4) -> Layout:
    layout = Layout(data_root)
    layout.root.mkdir(exist_ok=True)
    layout.move_pointer(
        Pointer(
            number=number,
            published_at=NOON - 60 * MINUTE,
            fingerprint="made up",
            files={PUBLIC: EditionFile(file="a.duckdb", sha256="0" * 64)},
            next_release=next_release,
        )
    )
    return layout


def test_no_edition_is_asked_for_before_there_is_one(data_root: Path) -> None:
    assert isinstance(due_release(Layout(data_root), NOON), dg.SkipReason)


@pytest.mark.parametrize(("ends", "reason"), [(None, "waits for no embargo"), (NOON, "ends at 2026-06-30T12:00:00Z")])
def test_no_edition_is_asked_for_before_an_embargo_ends(data_root: Path, ends: dt.datetime | None, reason: str) -> None:
    answer = due_release(served(data_root, ends), NOON - MINUTE)
    assert isinstance(answer, dg.SkipReason)
    assert reason in str(answer.skip_message)


@pytest.mark.parametrize("at", [NOON, NOON + MINUTE, NOON + 10_000 * MINUTE])
def test_one_edition_is_asked_for_once_an_embargo_has_ended(data_root: Path, at: dt.datetime) -> None:
    layout = served(data_root, NOON)
    answers = [due_release(layout, at), due_release(layout, at + 15 * MINUTE)]
    assert [type(answer) for answer in answers] == [dg.RunRequest, dg.RunRequest]
    assert {answer.run_key for answer in answers if isinstance(answer, dg.RunRequest)} == {
        "2026-06-30T12:00:00Z/edition-4"
    }


def test_an_edition_without_the_released_rows_is_followed_by_another_request(data_root: Path) -> None:
    first = due_release(served(data_root, NOON), NOON)
    second = due_release(served(data_root, NOON, number=5), NOON + MINUTE)
    assert isinstance(first, dg.RunRequest)
    assert isinstance(second, dg.RunRequest)
    assert first.run_key != second.run_key


def test_the_schedule_asks_at_its_own_time(data_root: Path) -> None:
    served(data_root, NOON)
    for at, kind in ((NOON - MINUTE, dg.SkipReason), (NOON, dg.RunRequest)):
        context = dg.build_schedule_context(
            scheduled_execution_time=at, resources={"warehouse": Warehouse(data_root=str(data_root))}
        )
        assert isinstance(release_embargoes(context), kind)


def test_the_schedule_looks_every_quarter_of_an_hour_and_makes_the_edition() -> None:
    [schedule] = [schedule for schedule in defs.schedules or [] if schedule.name == "release_embargoes"]
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("*/15 * * * *", "UTC")
    assert schedule.job_name == EDITION_JOB


# Publishers


def test_a_source_that_was_never_asked_is_asked_for_its_newest_periods(contracts: Contracts, data_root: Path) -> None:
    source = contracts.source("us_census_exports")
    runs = due_runs(source, data_root, NOON)
    assert isinstance(runs, list)
    assert runs
    assert {run.job_name for run in runs} == {"ask_us_census_exports"}
    assert {run.run_key for run in runs} == {f"us_census_exports/{run.partition_key}/2026-06-30" for run in runs}
    assert max(str(run.partition_key) for run in runs) < "2026-06"


def test_a_partition_is_asked_for_once_a_day(contracts: Contracts, data_root: Path) -> None:
    source = contracts.source("us_census_exports")
    keys = []
    for at in (NOON, NOON + 60 * MINUTE, NOON + 1440 * MINUTE):
        runs = due_runs(source, data_root, at)
        assert isinstance(runs, list)
        keys.append({run.run_key for run in runs})
    assert keys[0] == keys[1]
    assert keys[0].isdisjoint(keys[2])


def test_nothing_is_asked_for_where_nothing_is_due(
    contracts: Contracts, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "due", lambda *_: [])
    answer = due_runs(contracts.source("us_census_exports"), data_root, NOON)
    assert isinstance(answer, dg.SkipReason)
    assert "Nothing of us_census_exports is due" in str(answer.skip_message)


def test_a_reporters_year_is_asked_for_under_its_name(
    contracts: Contracts, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "due", lambda *_: [Partition("2024", "MEX")])
    [run] = due_runs(contracts.source("un_comtrade"), data_root, NOON)
    assert isinstance(run, dg.RunRequest)
    assert run.partition_key == dg.MultiPartitionKey({"period": "2024", "reporter": "MEX"})
    assert run.tags["compact/partition"] == "2024|MEX"


def test_a_schedule_asks_at_the_time_it_was_meant_for(contracts: Contracts, data_root: Path) -> None:
    schedule = pull_schedule(contracts.source("us_census_exports"))
    context = dg.build_schedule_context(
        scheduled_execution_time=NOON, resources={"live": LiveRows(data_root=str(data_root))}
    )
    runs = schedule(context)
    assert {run.run_key.rsplit("/", 1)[1] for run in runs} == {"2026-06-30"}


def test_every_source_that_is_asked_live_has_a_schedule_that_is_off_at_first(contracts: Contracts) -> None:
    found = {schedule.name: schedule for schedule in defs.schedules or []}
    live = [source for source in contracts.sources.values() if source.live is not None]
    assert len(live) > 5
    for source in live:
        schedule = found[f"{job_name(source.id)}_when_due"]
        assert isinstance(schedule, dg.ScheduleDefinition)
        assert source.live is not None
        told = (schedule.cron_schedule, schedule.execution_timezone)
        assert told == (source.live.release.cron, source.live.release.timezone)
        assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
