"""Publishers asked by Dagster: partitions, what a verdict makes of a run and its checks. What came is made up."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

import dagster as dg
import pytest

from compact_pipelines import pulls
from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.errors import Busy, ContractError, WarehouseError
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.pulling import Pulled
from compact_pipelines.resources import LiveRows

MONTHLY = "us_census_exports"
BY_REPORTER = "un_comtrade"
OCTOBER = Partition("2025-10")
STANDS = f"Made up: {MONTHLY} 2025-10 stands."
CHECKS = [name for name, _ in pulls.CHECKS.values()]


class Answers(LiveRows):
    """Gives what a test has put there, one after the other."""

    given: ClassVar[list[Pulled | Exception]] = []
    asked: ClassVar[list[tuple[str, Partition]]] = []

    def pull(self, source_id: str, partition: Partition) -> Pulled:
        self.asked.append((source_id, partition))
        given = self.given.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    def standing(self, source_id: str, partition: Partition) -> str:
        return f"Made up: {source_id} {partition.key} stands."


@pytest.fixture(autouse=True)
def nothing_given() -> Iterator[None]:
    Answers.given, Answers.asked = [], []
    yield
    assert Answers.given == [], "not everything that was given was asked for"


def came(verdict: Any, reason: str = "made up", partition: Partition = OCTOBER, **more: Any) -> Pulled:
    return Pulled(MONTHLY, partition, verdict, reason, **more)


def asked_once(
    instance: dg.DagsterInstance, *given: Pulled | Exception, source: str = MONTHLY, key: str = "2025-10"
) -> dg.ExecuteInProcessResult:
    """One run of the job of a source, to which the publisher answers so."""
    Answers.given = list(given)
    resources = {"live": Answers(data_root="unused"), "nothing": dg.mem_io_manager}
    defs = dg.Definitions([pulls.pull_asset(source)], jobs=[pulls.pull_job(source)], resources=resources)
    job = defs.resolve_job_def(pulls.job_name(source))
    return job.execute_in_process(partition_key=key, instance=instance, raise_on_error=False)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def verdicts(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {check.check_name: check.passed for check in result.get_asset_check_evaluations()}


def logged(instance: dg.DagsterInstance) -> dict[str, tuple[str, str, str]]:
    """Check to its last status, severity and description in the event log, which is what Dagster's pages show."""
    keys = [dg.AssetCheckKey(dg.AssetKey(f"pull_{MONTHLY}"), name) for name in CHECKS]
    found = {}
    for key in keys:
        [record] = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
        assert record.event is not None
        told: Any = record.event.asset_check_evaluation
        found[key.name] = (record.status.value, told.severity.value, told.description)
    return found


def failure(result: dg.ExecuteInProcessResult) -> Any:
    [event] = [event for event in result.all_events if event.is_step_failure]
    return event.step_failure_data.user_failure_data


# Partitions


def test_months_years_and_the_whole_are_partitions_named_as_ours(contracts: Contracts) -> None:
    months = pulls.partitions_of(contracts.source(MONTHLY)).get_partition_keys(dt.datetime(2013, 4, 2, tzinfo=dt.UTC))
    assert months == ["2013-01", "2013-02", "2013-03"]
    assert pulls.partitions_of(contracts.source("epoch_models")).get_partition_keys() == ["all"]


def test_a_publisher_asked_reporter_by_reporter_has_a_partition_for_each(contracts: Contracts) -> None:
    source = contracts.source(BY_REPORTER)
    keys = pulls.partitions_of(source).get_partition_keys()
    ours = Partition("2011", "CAN")
    assert ours.key in keys
    assert pulls.partition_key(ours) in keys
    assert source.live is not None
    assert all(Partition.of(key, source.live.partitions).key == key for key in keys)


def test_a_year_of_months_can_be_asked_for_while_it_lasts(contracts: Contracts) -> None:
    source = contracts.source(BY_REPORTER)
    assert source.live is not None
    one = source.live.partitions.model_copy(update={"reporters": {}})
    live = source.live.model_copy(update={"partitions": one})
    may = dt.datetime(2012, 5, 1, tzinfo=dt.UTC)
    for frequency, years in (("A", ["2010", "2011"]), ("M", ["2010", "2011", "2012"])):
        changed = source.model_copy(update={"live": live, "frequency": frequency})
        assert pulls.partitions_of(changed).get_partition_keys(may) == years


def test_a_source_that_is_not_asked_live_has_no_asset_that_asks() -> None:
    with pytest.raises(ContractError, match="unga_votes is not asked live"):
        pulls.pull_asset("unga_votes")


# Verdicts


@pytest.mark.parametrize("verdict", ["ACCEPTED", "UNCHANGED", "EMPTY"])
def test_what_is_believed_or_rightly_empty_passes_all_checks(instance: dg.DagsterInstance, verdict: str) -> None:
    result = asked_once(instance, came(verdict, rows=7, requests=3, snapshot_ids=["ab"], newest_period="2025-10"))
    assert result.success
    assert verdicts(result) == dict.fromkeys(CHECKS, True)
    [event] = result.get_asset_materialization_events()
    assert event.partition == "2025-10"
    told = {name: value.value for name, value in event.materialization.metadata.items()}
    assert told["verdict"] == verdict
    assert told["dagster/row_count"] == 7
    assert told["requests"] == 3
    assert told["snapshots"] == ["ab"]
    assert told["newest_period"] == "2025-10"
    assert Answers.asked == [(MONTHLY, OCTOBER)]


@pytest.mark.parametrize("place", range(len(CHECKS)))
def test_a_stop_fails_its_own_check_and_says_what_differed(instance: dg.DagsterInstance, place: int) -> None:
    cause = list(pulls.CHECKS)[place]
    result = asked_once(instance, came("STOPPED", "made up: 3 of 5 series are gone", cause=cause))
    assert not result.success
    assert verdicts(result) == {**dict.fromkeys(CHECKS[:place], True), **dict.fromkeys(CHECKS[place:], False)}
    checks = result.get_asset_check_evaluations()
    severities = {name: severity for name, (status, severity, _) in logged(instance).items() if status == "FAILED"}
    assert severities == {CHECKS[place]: "ERROR", **dict.fromkeys(CHECKS[place + 1 :], "WARN")}
    said = f"made up: 3 of 5 series are gone. {STANDS}"
    assert checks[place].description == said
    assert {check.description for check in checks[place + 1 :]} <= {f"not judged: {CHECKS[place]} failed before"}
    assert failure(result).description == said
    assert failure(result).metadata["verdict"].value == "STOPPED"
    assert result.get_asset_materialization_events() == []
    assert len(Answers.asked) == 1  # another try would give the same


def test_checks_are_those_of_the_partition_in_the_event_log(instance: dg.DagsterInstance) -> None:
    asked_once(instance, came("STOPPED", cause="shape"))
    asked_once(instance, came("ACCEPTED", partition=Partition("2025-09")), key="2025-09")
    key = dg.AssetCheckKey(dg.AssetKey(f"pull_{MONTHLY}"), "the_shape_is_known")
    history = instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
    assert {(record.partition, record.status.value) for record in history} == {
        ("2025-10", "FAILED"),
        ("2025-09", "SUCCEEDED"),
    }


def test_a_reporters_partition_is_asked_for_by_its_own_name(instance: dg.DagsterInstance) -> None:
    ours = Partition("2011", "CAN")
    result = asked_once(instance, came("ACCEPTED", partition=ours), source=BY_REPORTER, key=pulls.partition_key(ours))
    assert result.success
    assert Answers.asked == [(BY_REPORTER, ours)]
    assert {check.partition for check in result.get_asset_check_evaluations()} == {"2011|CAN"}


@pytest.mark.parametrize("verdict", ["NO_KEY", "UNAVAILABLE"])
def test_without_an_answer_nothing_is_judged_and_every_check_says_so(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, verdict: str
) -> None:
    monkeypatch.setattr(pulls, "TRIES", 0)
    result = asked_once(instance, came(verdict, "us_census_exports: CENSUS_API_KEY is not set"))
    assert not result.success
    assert failure(result).description == f"us_census_exports: CENSUS_API_KEY is not set. {STANDS}"
    kept = logged(instance)
    assert set(kept) == set(CHECKS)
    for status, severity, description in kept.values():
        assert (status, severity) == ("FAILED", "WARN")
        assert description == "not judged: no answer came that could be judged"


# Other tries


def test_what_may_pass_is_tried_again_within_the_run(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulls, "FIRST_WAIT_SECONDS", 0)
    busy = Busy("made up: another process asks for the same")
    result = asked_once(instance, came("UNAVAILABLE"), busy, came("ACCEPTED"))
    assert result.success
    assert verdicts(result) == dict.fromkeys(CHECKS, True)


def test_a_data_root_that_cannot_be_used_is_not_waited_for(instance: dg.DagsterInstance) -> None:
    assert not asked_once(instance, WarehouseError("made up: the journal is no journal")).success
    assert len(Answers.asked) == 1


def test_after_all_tries_the_run_fails_and_says_why(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulls, "FIRST_WAIT_SECONDS", 0)
    result = asked_once(instance, *[came("UNAVAILABLE", "made up: HTTP 503")] * (pulls.TRIES + 1))
    assert not result.success
    assert failure(result).description == f"made up: HTTP 503. {STANDS}"
    assert failure(result).metadata["verdict"].value == "UNAVAILABLE"


@pytest.mark.parametrize(
    ("stated", "tries", "wait"), [(None, 0, 60), (None, 1, 120), (None, 3, 480), (90.0, 0, 90), (90.0, 1, 120)]
)
def test_waits_double_and_are_no_shorter_than_the_publisher_asks(
    contracts: Contracts, stated: float | None, tries: int, wait: float
) -> None:
    live = contracts.source(MONTHLY).live
    assert live is not None
    stop = pulls.stop_of(came("UNAVAILABLE", wait_seconds=stated), live, tries)
    assert isinstance(stop, dg.RetryRequested)
    assert stop.seconds_to_wait == wait


@pytest.mark.parametrize(("stated", "tries"), [(40_000.0, 0), (None, pulls.TRIES)])
def test_nobody_waits_for_hours_or_for_ever(contracts: Contracts, stated: float | None, tries: int) -> None:
    live = contracts.source(MONTHLY).live
    assert live is not None
    assert isinstance(pulls.stop_of(came("UNAVAILABLE", wait_seconds=stated), live, tries), dg.Failure)


# What Dagster is told


def test_sources_of_one_host_share_a_pool() -> None:
    assert pulls.pull_asset(MONTHLY).op.pool == pulls.pull_asset("us_census_imports").op.pool == "api_census_gov"


def test_an_answer_is_late_after_the_days_of_its_file_and_failed_after_twice_as_many(contracts: Contracts) -> None:
    live = contracts.source(MONTHLY).live
    assert live is not None
    [spec] = pulls.pull_asset(MONTHLY).specs
    policy = spec.freshness_policy
    assert policy is not None
    days = dt.timedelta(days=live.release.every_days)
    assert (policy.warn_window.to_timedelta(), policy.fail_window.to_timedelta()) == (days, 2 * days)


def test_every_source_that_is_asked_live_has_its_asset() -> None:
    for source in load_contracts().sources.values():
        if source.live is not None:
            [spec] = pulls.pull_asset(source.id).specs
            assert spec.group_name == source.theme
            assert (spec.description or "").endswith(".")
