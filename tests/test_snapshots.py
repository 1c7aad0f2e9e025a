import csv
import datetime as dt
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from compact_pipelines import snapshots
from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.errors import ContractError, SourceChanged, WarehouseError
from compact_pipelines.snapshots import (
    Snapshot,
    SnapshotStore,
    embedded_folder,
    origin_part,
    read_embedded,
    read_origin,
    write_atomically,
)

SOURCES = [source.id for source in load_contracts().sources_in_use if source.is_embedded]
PARTS = [(source.id, part) for source in load_contracts().sources.values() for part in source.parts]
SLT_HEADER_LINES = 9
ENCODINGS = {"cer_electricity_trade": "latin-1"}  # as published; all others are UTF-8
NOON = dt.datetime(2026, 7, 7, 12, tzinfo=dt.UTC)


def csv_rows(text: str) -> int:
    return len(list(csv.reader(io.StringIO(text)))) - 1


def json_rows(text: str) -> int:
    return len(json.loads(text)) - 1


def tsv_rows(text: str) -> int:
    return len(text.splitlines()) - SLT_HEADER_LINES


COUNT: dict[str, Callable[[str], int]] = {"csv": csv_rows, "json": json_rows, "tsv": tsv_rows}


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of one source's embedded payload to spoil."""
    folder = tmp_path / "embedded"
    shutil.copytree(embedded_folder("statcan_cimt"), folder / "statcan_cimt")
    monkeypatch.setattr(snapshots, "embedded_folder", lambda source_id: folder / source_id)
    return folder / "statcan_cimt"


@pytest.fixture
def store(data_root: Path) -> SnapshotStore:
    return SnapshotStore.at(data_root)


def keep(store: SnapshotStore, content: bytes, *, at: dt.datetime = NOON, part: str = "totals") -> Snapshot:
    return store.keep(
        "us_census_exports",
        part,
        content,
        url="https://api.example.org",
        retrieved_at=at,
        licence="Public domain",
        http_status=200,
    )


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# The embedded payload


@pytest.mark.parametrize("source_id", SOURCES)
def test_an_origin_vouches_for_the_parts_of_its_source_and_no_file_besides(
    contracts: Contracts, source_id: str
) -> None:
    origin = read_origin(source_id)
    assert origin.source == source_id
    assert origin.parts.keys() == contracts.source(source_id).parts.keys()
    files = {path.name for path in embedded_folder(source_id).iterdir()}
    assert files == {"origin.yaml", *(part.file for part in origin.parts.values())}


@pytest.mark.parametrize(("source_id", "part"), PARTS)
def test_embedded_bytes_are_those_their_origin_vouches_for(contracts: Contracts, source_id: str, part: str) -> None:
    content = read_embedded(source_id, part)
    expected = origin_part(source_id, part)
    assert hashlib.sha256(content).hexdigest() == expected.sha256
    assert len(content) == expected.size_bytes
    text = content.decode(ENCODINGS.get(source_id, "utf-8"))
    assert COUNT[contracts.source(source_id).parts[part].media](text) == expected.rows


@pytest.mark.parametrize("source_id", ENCODINGS)
def test_an_encoding_of_its_own_is_still_needed(source_id: str) -> None:
    payload = b"".join(read_embedded(source_id, part) for part in read_origin(source_id).parts)
    with pytest.raises(UnicodeDecodeError):
        payload.decode("utf-8")


@pytest.mark.parametrize("source_id", SOURCES)
def test_an_origin_says_where_figures_come_from_and_what_was_done_to_them(source_id: str) -> None:
    origin = read_origin(source_id)
    assert all([origin.publisher, origin.series, origin.licence, origin.collected_from, origin.form])
    assert origin.transformation
    if "re-serialised" in origin.form.lower():
        assert "not a recording" in origin.form


def test_no_embedded_payload_is_without_a_source() -> None:
    folders = embedded_folder("statcan_cimt").parent.iterdir()
    assert {folder.name for folder in folders if folder.is_dir() and folder.name != "__pycache__"} == set(SOURCES)


def test_a_changed_payload_is_refused_with_source_place_and_expectation(embedded: Path) -> None:
    path = embedded / "totals.csv"
    expected = origin_part("statcan_cimt", "totals")
    spoilt = path.read_bytes().replace(b"1", b"2", 1)
    path.write_bytes(spoilt)
    with pytest.raises(SourceChanged) as error:
        read_embedded("statcan_cimt", "totals")
    for said in [
        "statcan_cimt: embedded/statcan_cimt/totals.csv is not the payload that its origin.yaml vouches for",
        f"found {len(spoilt):,} bytes with SHA-256 {hashlib.sha256(spoilt).hexdigest()[:16]}",
        f"expected {expected.size_bytes:,} bytes with {expected.sha256[:16]}",
        "Reinstall the package",
    ]:
        assert said in str(error.value)
    assert str(embedded) not in str(error.value)


def test_a_truncated_payload_is_refused(embedded: Path) -> None:
    path = embedded / "totals.csv"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SourceChanged, match=r"statcan_cimt: embedded/statcan_cimt/totals\.csv is not the payload"):
        read_embedded("statcan_cimt", "totals")


def test_a_changed_payload_enters_no_store(embedded: Path, store: SnapshotStore, data_root: Path) -> None:
    (embedded / "totals.csv").write_bytes(b"month,imports,exports\n")
    with pytest.raises(SourceChanged):
        store.take_embedded("statcan_cimt", "totals")
    assert files_below(data_root) == []


def test_a_missing_payload_is_refused(embedded: Path) -> None:
    (embedded / "totals.csv").unlink()
    with pytest.raises(SourceChanged, match=r"embedded/statcan_cimt/totals\.csv is missing; expected 917 bytes"):
        read_embedded("statcan_cimt", "totals")


def test_a_payload_without_origin_is_refused(embedded: Path) -> None:
    (embedded / "origin.yaml").unlink()
    with pytest.raises(SourceChanged, match=r"statcan_cimt: embedded/statcan_cimt/origin\.yaml is missing"):
        read_embedded("statcan_cimt", "totals")


@pytest.mark.parametrize(
    ("stood", "stands", "says"),
    [
        ("licence: ", "license: ", "licence\n  Field required"),
        ("wire_format: compilation", "wire_format: recording", "'publisher' or 'compilation'"),
        ("figures_taken: '2026-06-10'", "figures_taken: recently", "figures_taken"),
        ("parts:", "parts: [", "origin.yaml: while parsing"),
    ],
    ids=["no_licence", "unknown_form", "no_date", "no_yaml"],
)
def test_an_incomplete_origin_is_refused(embedded: Path, stood: str, stands: str, says: str) -> None:
    path = embedded / "origin.yaml"
    text = path.read_text(encoding="utf-8")
    assert stood in text
    path.write_text(text.replace(stood, stands), encoding="utf-8")
    with pytest.raises(SourceChanged) as error:
        read_origin("statcan_cimt")
    assert str(error.value).startswith("statcan_cimt: embedded/statcan_cimt/origin.yaml")
    assert says in str(error.value)


def test_a_part_that_no_origin_vouches_for_is_refused() -> None:
    with pytest.raises(SourceChanged) as error:
        read_embedded("statcan_cimt", "chapters")
    assert "embedded/statcan_cimt/origin.yaml vouches for ['partners', 'totals'], not for part 'chapters'" in str(
        error.value
    )


# The store


def test_the_store_keeps_the_bytes_under_their_hash(store: SnapshotStore, data_root: Path) -> None:
    snapshot = keep(store, b"1,2\n")
    sha256 = hashlib.sha256(b"1,2\n").hexdigest()
    assert snapshot.path == data_root / "snapshots" / sha256
    assert snapshot.path.read_bytes() == snapshot.read() == b"1,2\n"
    assert snapshot.snapshot_id == f"us_census_exports.totals.{sha256[:12]}"
    assert (snapshot.sha256, snapshot.size_bytes, snapshot.is_embedded) == (sha256, 4, False)


def test_the_same_bytes_are_kept_once(store: SnapshotStore, data_root: Path) -> None:
    first = keep(store, b"1,2\n")
    again = keep(store, b"1,2\n", at=NOON + dt.timedelta(days=1), part="chapters")
    assert first.path == again.path
    assert files_below(data_root / "snapshots") == [first.path]


def test_the_ledger_has_one_row_a_reading(store: SnapshotStore) -> None:
    later = NOON + dt.timedelta(days=1)
    readings = [
        keep(store, b"new", at=later),
        keep(store, b"old"),
        keep(store, b"old", at=later),
        keep(store, b"old", part="chapters"),
    ]
    assert keep(store, b"old") == readings[1]
    assert [(row.retrieved_at, row.part, row.sha256) for row in store.ledger()] == sorted(
        ((row.retrieved_at, row.part, row.sha256) for row in readings),
        key=lambda row: (row[0], row[1], row[2]),
    )


def test_the_ledger_gives_back_what_was_written(store: SnapshotStore) -> None:
    snapshot = keep(store, b"1,2\n")
    assert store.ledger() == [snapshot]
    assert store.ledger()[0].read() == b"1,2\n"


def test_a_ledger_row_is_never_edited(store: SnapshotStore, data_root: Path) -> None:
    keep(store, b"1,2\n")
    [row] = files_below(data_root / "ledger")
    written = row.read_bytes()
    store.keep("us_census_exports", "totals", b"1,2\n", url="", retrieved_at=NOON, licence="None", http_status=None)
    assert files_below(data_root / "ledger") == [row]
    assert row.read_bytes() == written


def test_the_ledger_names_no_path_of_this_machine(store: SnapshotStore, data_root: Path) -> None:
    keep(store, b"1,2\n")
    [row] = files_below(data_root / "ledger")
    assert str(data_root) not in row.read_text(encoding="utf-8")


def test_an_unused_store_has_no_ledger_and_no_folder(store: SnapshotStore, data_root: Path) -> None:
    assert store.ledger() == []
    assert not data_root.exists()


def test_tampered_bytes_are_detected(store: SnapshotStore) -> None:
    snapshot = keep(store, b"1,2\n")
    snapshot.path.write_bytes(b"9,2\n")
    with pytest.raises(WarehouseError) as error:
        snapshot.read()
    for said in [
        f"snapshot {snapshot.snapshot_id} has changed in the store",
        hashlib.sha256(b"9,2\n").hexdigest(),
        f"the ledger says {snapshot.sha256}",
        f"Delete {snapshot.sha256} from the snapshots folder, then ",
    ]:
        assert said in str(error.value)


def test_deleting_tampered_bytes_and_taking_them_again_mends_the_store(store: SnapshotStore) -> None:
    snapshot = keep(store, b"1,2\n")
    snapshot.path.write_bytes(b"9,2\n")
    snapshot.path.unlink()
    assert keep(store, b"1,2\n").read() == b"1,2\n"


def test_torn_bytes_are_mended_by_the_next_reading(store: SnapshotStore) -> None:
    snapshot = keep(store, b"1,2\n")
    snapshot.path.write_bytes(b"1,")
    assert keep(store, b"1,2\n").read() == b"1,2\n"


def test_lost_bytes_are_reported(store: SnapshotStore) -> None:
    snapshot = keep(store, b"1,2\n")
    snapshot.path.unlink()
    with pytest.raises(WarehouseError, match=r"`compact live pull us_census_exports`, its partition and --again"):
        snapshot.read()
    with pytest.raises(WarehouseError, match=r"cannot be read .*; run `compact run` to take it again"):
        snapshot.model_copy(update={"is_embedded": True}).read()


def test_an_embedded_payload_is_recorded_at_the_day_its_figures_were_taken(
    store: SnapshotStore, contracts: Contracts
) -> None:
    snapshot = store.take_embedded("statcan_cimt", "totals")
    source = contracts.source("statcan_cimt")
    assert snapshot.retrieved_at == dt.datetime(2026, 6, 10, tzinfo=dt.UTC)
    assert (snapshot.is_embedded, snapshot.http_status) == (True, None)
    assert snapshot.licence == source.licence.name
    assert snapshot.url == f"{source.url} ({source.parts['totals'].request})"
    assert snapshot.read() == read_embedded("statcan_cimt", "totals")


def test_an_unknown_source_is_refused(store: SnapshotStore) -> None:
    with pytest.raises(SourceChanged, match=r"embedded/banxico/origin\.yaml is missing"):
        store.take_embedded("banxico", "fdi")


def test_an_embedded_payload_needs_a_source_file(
    embedded: Path, store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "embedded_folder", lambda _: embedded)
    with pytest.raises(ContractError, match=r"write schemas/sources/banxico\.yaml"):
        store.take_embedded("banxico", "totals")


def test_rows_are_stamped_with_their_provenance(store: SnapshotStore) -> None:
    snapshot = keep(store, b"1,2\n")
    frame = pl.DataFrame({"obs_value": [1, 2]}).with_columns(**snapshot.stamp())
    assert frame.schema["recorded_at"] == pl.Datetime("us", "UTC")
    assert frame.schema["drop_id"] == pl.String
    assert frame.rows() == [(value, "us_census_exports", snapshot.snapshot_id, None, NOON) for value in (1, 2)]


# Files


def test_a_file_is_written_whole_and_over_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/file"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert files_below(tmp_path) == [path]


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(snapshots.os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert files_below(tmp_path) == [path]
