"""Picking up: one copy through one handle, named by its hash, read-only; nothing else is ever opened."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from compact_pipelines.contracts.faults import UnreadableFile
from compact_pipelines.exchange.store import (
    MOST_FILES,
    ChangedCopy,
    Store,
    folder_fingerprint,
    move,
    opened_folder,
    take_folder,
)

CONTENT = b"freq,ref_area\nA,CAN\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    folder = tmp_path / "upload"
    folder.mkdir()
    (folder / "data.csv").write_bytes(CONTENT)
    return folder


@contextmanager
def handle_of(folder: Path) -> Iterator[int]:
    with opened_folder(folder.parent, folder.name) as handle:
        yield handle


def test_copy_has_the_same_bytes_and_is_read_only(store: Store, upload: Path) -> None:
    with handle_of(upload) as folder:
        copy = store.take("data.csv", folder, 1_000)
    assert (copy.name, copy.sha256, copy.size_bytes) == ("data.csv", SHA256, len(CONTENT))
    assert store.path(SHA256).read_bytes() == CONTENT
    assert store.path(SHA256).stat().st_mode & 0o777 == 0o444


def test_copy_stays_when_the_upload_is_written_on(store: Store, upload: Path) -> None:
    with (upload / "data.csv").open("ab") as writer, handle_of(upload) as folder:
        store.take("data.csv", folder, 1_000)
        writer.write(b"more")
    assert store.read(SHA256) == CONTENT


def test_same_bytes_are_kept_once(store: Store, upload: Path) -> None:
    (upload / "again.csv").write_bytes(CONTENT)
    with handle_of(upload) as folder:
        copies, faults = take_folder(store, folder, ["again.csv", "data.csv"], 1_000)
    assert [copy.sha256 for copy in copies] == [SHA256, SHA256]
    assert faults == []
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


def test_file_over_the_limit_is_refused_and_leaves_nothing(store: Store, upload: Path) -> None:
    with handle_of(upload) as folder, pytest.raises(UnreadableFile) as error:
        store.take("data.csv", folder, len(CONTENT) - 1)
    assert "19 bytes, which is the limit" in str(error.value.faults[0].found)
    assert list(store.folder.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder", "nothing"])
def test_only_plain_files_are_taken(store: Store, upload: Path, kind: str) -> None:
    path = upload / "other.csv"
    makers = {
        "link": lambda: path.symlink_to("data.csv"),
        "hard link": lambda: path.hardlink_to(upload / "data.csv"),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "nothing": lambda: None,
    }
    makers[kind]()
    with handle_of(upload) as folder, pytest.raises(UnreadableFile) as error:
        store.take("other.csv", folder, 1_000)
    assert error.value.faults[0].rule == "plain_file"


def test_link_to_a_folder_is_no_folder(upload: Path) -> None:
    (upload.parent / "link").symlink_to(upload)
    with pytest.raises(OSError, match="link"), opened_folder(upload.parent, "link"):
        pass


def test_names_of_another_form_are_told_and_not_opened(store: Store, upload: Path) -> None:
    with handle_of(upload) as folder:
        copies, faults = take_folder(store, folder, ["../upload/data.csv", "data.csv\n", "Data.csv", "a/b"], 1_000)
    assert copies == []
    assert {fault.rule for fault in faults} == {"file_name"}


def test_folder_with_too_many_files_is_not_looked_into(store: Store, upload: Path) -> None:
    names = [f"{number}.csv" for number in range(MOST_FILES + 1)]
    with handle_of(upload) as folder:
        copies, [fault] = take_folder(store, folder, names, 1_000)
    assert copies == []
    assert fault.rule == "drop_files"
    assert "at most 20" in str(fault.found)


def test_fingerprint_changes_with_name_size_and_time(upload: Path) -> None:
    with handle_of(upload) as folder:
        first = folder_fingerprint(folder)
        assert folder_fingerprint(folder) == first
        os.utime(upload / "data.csv", ns=(0, 1))
        second = folder_fingerprint(folder)
        (upload / "more.csv").write_bytes(b"")
        third = folder_fingerprint(folder)
    assert len({first[1], second[1], third[1]}) == 3
    assert third[0] == ["data.csv", "more.csv"]


@pytest.mark.parametrize("change", ["byte", "length", "gone", "link"])
def test_changed_copy_is_noticed(store: Store, upload: Path, change: str) -> None:
    with handle_of(upload) as folder:
        store.take("data.csv", folder, 1_000)
    assert store.require(SHA256) == store.path(SHA256)
    path = store.path(SHA256)
    path.chmod(0o644)
    about = path.stat()
    if change == "byte":
        path.write_bytes(CONTENT.replace(b"CAN", b"USA"))
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))  # as one would who wants to hide it
    elif change == "length":
        path.write_bytes(CONTENT[:-1])
    else:
        path.unlink()
    if change == "link":
        path.symlink_to(upload / "nothing.csv")
    for ask in (store.require, store.read):
        with pytest.raises(ChangedCopy, match="restore it from a backup"):
            ask(SHA256)


def test_another_process_reads_a_copy_before_it_trusts_it(store: Store, upload: Path) -> None:
    with handle_of(upload) as folder:
        store.take("data.csv", folder, 1_000)
    fresh = Store(store.folder)
    assert fresh.require(SHA256).read_bytes() == CONTENT
    assert fresh.read(SHA256) == CONTENT


def test_taking_the_same_bytes_again_mends_a_changed_copy(store: Store, upload: Path) -> None:
    with handle_of(upload) as folder:
        store.take("data.csv", folder, 1_000)
        store.path(SHA256).chmod(0o644)
        store.path(SHA256).write_bytes(b"x")
        store.take("data.csv", folder, 1_000)
    assert store.require(SHA256).read_bytes() == CONTENT


def test_drafts_of_a_killed_pick_up_are_removed(store: Store) -> None:
    store.folder.mkdir()
    (store.folder / ".taking.abc").write_bytes(b"half")
    store.drop_drafts()
    assert list(store.folder.iterdir()) == []


def test_file_moves_into_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    move(tmp_path / "a", tmp_path / "b" / "c" / "d")
    assert (tmp_path / "b" / "c" / "d").read_bytes() == b"x"
    assert not (tmp_path / "a").exists()
