"""What the sensors ask for: one run a manifest, an edition once partners' rows have changed. Drops are made up."""

import datetime as dt
import hashlib
from pathlib import Path

import dagster as dg
import pytest

from compact_pipelines import sensors
from compact_pipelines.definitions import build_defs
from compact_pipelines.exchange import pausing
from compact_pipelines.exchange.ledger import Ledger, insert, transaction
from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE


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
