"""What the sensors ask for: runs for drops and announcements, editions for changed rows, notices. All is made up."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import dagster as dg
import pytest

from compact_pipelines import sensors
from compact_pipelines.contracts import Contracts, Source
from compact_pipelines.definitions import build_defs
from compact_pipelines.errors import KeyMissing, SourceChanged, SourceUnavailable
from compact_pipelines.exchange import pausing
from compact_pipelines.exchange.ledger import Ledger, insert, transaction
from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE
from compact_pipelines.resources import LiveRows
from tests.live.stub_publisher import Reply, Seen, StubPublisher, running


@pytest.fixture
def stub() -> Iterator[StubPublisher]:
    with running() as server:
        yield server


def put_drop(root: Path, folder: str, content: bytes) -> Path:
    """A made-up drop whose signature nobody has looked at yet."""
    path = root / "inbox" / "us-test" / folder
    path.mkdir(parents=True)
    (path / MANIFEST).write_bytes(content)
    (path / SIGNATURE).write_bytes(b"made up")
    return path


MANIFEST_TEXT = b"""{"spec": "drop/1", "exchange": "local", "partner": "us-test", "dataflow": "compute_exports",
"structure": "NACX:COMPUTE_EXPORTS(1.0.0)", "seq": 7, "created": "2026-01-01T00:00:00Z", "action": "merge",
"mode": "rows", "files": [{"name": "data.csv", "format": "csv", "sha256": "%s", "bytes": 1, "rows": 1}]}""" % (
    b"0" * 64
)


def test_the_run_key_names_partner_table_number_and_the_manifests_bytes(tmp_path: Path) -> None:
    put_drop(tmp_path, "june", MANIFEST_TEXT)
    [request] = sensors.ready_runs(tmp_path)
    assert request.run_key == f"us-test/compute_exports/7/{hashlib.sha256(MANIFEST_TEXT).hexdigest()}"
    assert request.run_config["ops"]["take_in"]["config"] == {"partner": "us-test", "drop": "june"}


def test_a_corrected_drop_in_the_same_folder_is_another_run(tmp_path: Path) -> None:
    folder = put_drop(tmp_path, "june", MANIFEST_TEXT)
    [first] = sensors.ready_runs(tmp_path)
    (folder / MANIFEST).write_bytes(MANIFEST_TEXT.replace(b'"seq": 7', b'"seq": 8'))
    [second] = sensors.ready_runs(tmp_path)
    assert first.run_key != second.run_key


def test_a_manifest_that_was_rejected_may_be_tried_again(tmp_path: Path) -> None:
    put_drop(tmp_path, "june", MANIFEST_TEXT)
    [first] = sensors.ready_runs(tmp_path)
    digest = hashlib.sha256(MANIFEST_TEXT).hexdigest()
    with Ledger(tmp_path).open() as connection, transaction(connection):
        told = {"drop_id": "x", "partner": "us-test", "folder": "may", "fingerprint": "f", "manifest_sha256": digest}
        insert(connection, "drops", {**told, "status": "REJECTED", "received_at": "2026-01-01T00:00:00.000000Z"})
    [second] = sensors.ready_runs(tmp_path)
    assert second.run_key.startswith(f"{first.run_key}/")


def test_a_manifest_that_cannot_be_read_is_run_once_too(tmp_path: Path) -> None:
    put_drop(tmp_path, "june", b"{")
    [request] = sensors.ready_runs(tmp_path)
    assert request.run_key == f"us-test/-/-/{hashlib.sha256(b'{').hexdigest()}"


def test_a_folder_without_its_signature_is_not_touched(tmp_path: Path) -> None:
    (put_drop(tmp_path, "june", MANIFEST_TEXT) / SIGNATURE).unlink()
    assert list(sensors.ready_runs(tmp_path)) == []


def test_the_job_takes_a_drop_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partners = tmp_path / "partners"
    partners.mkdir()
    monkeypatch.setenv("COMPACT_PARTNERS", str(partners))
    put_drop(tmp_path, "june", MANIFEST_TEXT)
    [request] = sensors.ready_runs(tmp_path)
    defs = build_defs(tmp_path)
    job = defs.resolve_job_def(sensors.INTAKE_JOB)
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(run_config=request.run_config, instance=instance).success
    assert list(sensors.ready_runs(tmp_path)) == []  # taken up: nobody's agreement, so it was rejected
    assert (tmp_path / "outbox/us-test/june/receipt.json").exists()


def test_changed_rows_ask_for_one_edition(tmp_path: Path) -> None:
    resources = {"warehouse": build_defs(tmp_path).resources["warehouse"]}
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources=resources)
        assert isinstance(sensors.changed_partner_rows(context), dg.SkipReason)
        with Ledger(tmp_path).open() as connection, transaction(connection):
            part = {"path": "vintages/compute_exports/a.parquet", "kind": "drop", "drop_id": "a", "partner": "us-test"}
            more = {"dataflow": "compute_exports", "seq": 1, "recorded_at": "2026-01-01T00:00:00.000000Z"}
            insert(connection, "parts", {**part, **more, "contract_version": "1", "code_version": "1", "rows": 1})
        asked = sensors.changed_partner_rows(context)
        assert isinstance(asked, dg.RunRequest)
        assert asked.run_key
        assert isinstance(sensors.changed_partner_rows(context), dg.SkipReason)


def test_a_drop_that_its_own_run_left_is_swept_up(tmp_path: Path) -> None:
    noon = dt.datetime(2026, 1, 1, 12, 34, tzinfo=dt.UTC)
    assert sensors.sweep_run(tmp_path, noon) is None
    put_drop(tmp_path, "june", MANIFEST_TEXT)
    sweep = sensors.sweep_run(tmp_path, noon)
    assert sweep is not None
    assert (sweep.run_key, sweep.run_config) == ("sweep/2026-01-01T12:30", {})


def test_a_paused_partners_drop_spends_no_run(tmp_path: Path) -> None:
    put_drop(tmp_path, "june", MANIFEST_TEXT)
    pausing.pause(Ledger(tmp_path), "us-test", "wrong files", dt.datetime.now(dt.UTC))
    assert list(sensors.ready_runs(tmp_path)) == []
    pausing.resume(Ledger(tmp_path), "us-test", "mended", dt.datetime.now(dt.UTC))
    assert len(list(sensors.ready_runs(tmp_path))) == 1


# What is believed of publishers

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
LOOK = dt.timedelta(minutes=2)


def editions_asked_for(seen: list[str], every: dt.timedelta = LOOK) -> list[int]:
    """At which looks an edition is asked for, where what is believed is found to be so."""
    cursor, asked = "", []
    for number, now in enumerate(seen):
        cursor, is_asked = sensors.settled(now, cursor, NOON + number * every)
        asked += [number] if is_asked else []
    return asked


@pytest.mark.parametrize(
    ("seen", "asked"),
    [
        (["", "", ""], []),
        (["", "a", "a", "a", "a"], [2]),
        (["a", "b", "c", "c", "c"], [3]),  # many pulls, one edition
        (["a", "a", "b", "b", "b"], [1, 3]),
        (["a", "a", "b", "a", "a"], [1]),  # taken back before anybody saw it
    ],
)
def test_an_edition_is_asked_for_once_pulls_have_come_to_rest(seen: list[str], asked: list[int]) -> None:
    assert editions_asked_for(seen) == asked


def test_a_long_backfill_shows_in_an_edition_every_hour() -> None:
    looks = [str(number) for number in range(1, 100)]
    assert editions_asked_for(looks) == [30, 61, 92]


def test_the_sensor_asks_for_an_edition_of_what_is_believed_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = {"live": LiveRows(data_root=str(tmp_path))}
    answers = []
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources=resources)
        for believed, standing in [("", ""), ("7", ""), ("7", ""), ("7", ""), ("7", "a stop"), ("7", "a stop")]:
            monkeypatch.setattr(sensors, "live_state", lambda _, now=believed: {"made_up": now} if now else {})
            monkeypatch.setattr(sensors, "freshness_fingerprint", lambda _, now=standing: now)
            answers.append(isinstance(sensors.believed_changes(context), dg.RunRequest))
    assert answers == [False, False, True, False, False, True]


def test_a_source_that_is_as_it_was_again_has_another_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    monkeypatch.setattr(sensors, "live_state", lambda _: {"made_up": "7"})
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources={"live": LiveRows(data_root=str(tmp_path))})
        for standing in ["", "", "a stop", "a stop", "", ""]:
            monkeypatch.setattr(sensors, "freshness_fingerprint", lambda _, now=standing: now)
            if isinstance(run := sensors.believed_changes(context), dg.RunRequest):
                keys.append(run.run_key)
    assert len(set(keys)) == 3  # Dagster starts no second run under one key


# Announcements


class Announcing(LiveRows):
    """A publisher that announces what a test says."""

    told: ClassVar[dict[str, str] | Exception] = {}

    def announced(self, source: Source, at: dt.datetime) -> dict[str, str]:
        assert source.id == "un_comtrade"
        assert at.tzinfo is not None
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


@pytest.fixture
def look(contracts: Contracts) -> Iterator[Callable[[dict[str, str] | Exception], Any]]:
    """One look of the sensor after another, at what the publisher announces by then."""
    sensor = sensors.announcement_sensor(contracts.source("un_comtrade"))
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources={"live": Announcing(data_root="unused")})

        def answer(told: dict[str, str] | Exception) -> Any:
            Announcing.told = told
            return sensor(context)

        yield answer


def test_only_what_the_publisher_says_has_changed_is_asked_for(look: Callable[[Any], Any]) -> None:
    assert isinstance(look({"2024|CAN": "1", "2024|MEX": "1"}), dg.SkipReason)  # first seen: the schedule asks for it
    assert isinstance(look({"2024|CAN": "1", "2024|MEX": "1"}), dg.SkipReason)
    [run] = look({"2024|CAN": "1", "2024|MEX": "2"})
    assert run.partition_key == "2024|MEX"
    assert run.run_key.startswith("un_comtrade/2024|MEX/2/")
    assert run.job_name == "ask_un_comtrade"
    [run] = look({"2025|USA": "1"})  # a new year; the older one is remembered though it is not told again
    assert run.partition_key == "2025|USA"
    assert isinstance(look({"2024|MEX": "2"}), dg.SkipReason)


@pytest.mark.parametrize("error", [SourceUnavailable("made up: HTTP 503"), KeyMissing("made up: no key")])
def test_a_publisher_that_does_not_answer_is_looked_at_again_later(
    look: Callable[[Any], Any], error: Exception
) -> None:
    look({"2024|CAN": "1"})
    answer = look(error)
    assert isinstance(answer, dg.SkipReason)
    assert str(answer.skip_message) == str(error)
    [run] = look({"2024|CAN": "2"})  # what was known before is still known
    assert run.partition_key == "2024|CAN"


def test_an_announcement_in_another_shape_fails_the_look(look: Callable[[Any], Any]) -> None:
    with pytest.raises(SourceChanged, match="another shape"):
        look(SourceChanged("made up: another shape"))


# Notices


def failed_run(instance: dg.DagsterInstance, error: Exception) -> dg.RunFailureSensorContext:
    """What the sensor is handed after a run that failed so."""

    @dg.op
    def fails() -> None:
        raise error

    @dg.job(tags={"compact/source": "un_comtrade", "compact/partition": "2024|MEX"})
    def ask_un_comtrade() -> None:
        fails()

    result = ask_un_comtrade.execute_in_process(instance=instance, raise_on_error=False)
    [event] = [event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE"]
    return dg.build_run_status_sensor_context("notify_failures", event, instance, result.dagster_run).for_run_failure()


def test_a_failed_run_is_told_at_the_operators_address(monkeypatch: pytest.MonkeyPatch, stub: StubPublisher) -> None:
    bodies = []

    def takes(seen: Seen) -> Reply:
        bodies.append(json.loads(seen.body))
        return Reply()

    stub.play(takes)
    monkeypatch.setenv("COMPACT_NOTICE_URL", f"{stub.address}/hook")
    stopped = dg.Failure("made up: 1,234 USD", metadata={"verdict": "STOPPED"}, allow_retries=False)
    with dg.DagsterInstance.ephemeral() as instance:
        sensors.notify_failures(failed_run(instance, stopped))
        sensors.notify_failures(failed_run(instance, ValueError("made up: 5,678 USD")))
    assert [(body["job"], body["source"], body["partition"]) for body in bodies] == [
        ("ask_un_comtrade", "un_comtrade", "2024|MEX")
    ] * 2
    assert bodies[0]["verdict"] == "STOPPED"
    assert "verdict" not in bodies[1]
    assert "1,234" not in str(bodies)
    assert "5,678" not in str(bodies)


def test_without_an_address_a_failed_run_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPACT_NOTICE_URL", raising=False)
    told: list[str] = []
    with dg.DagsterInstance.ephemeral() as instance:
        context = failed_run(instance, ValueError("made up"))
        monkeypatch.setattr(context.log, "warning", told.append)
        sensors.notify_failures(context)
    [line] = told
    assert "nobody was told" in line
