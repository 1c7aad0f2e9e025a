import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from compact_pipelines import snapshots
from compact_pipelines.errors import WarehouseError
from compact_pipelines.warehouse.layout import (
    DATA_ROOT_VARIABLE,
    PUBLIC,
    EditionFile,
    Layout,
    Pointer,
    default_data_root,
)

MOVES = 100
SEEN_POINTERS = 3
PATIENCE_SECONDS = 30
HOLD_THE_LOCK = """
import sys, time
from pathlib import Path
from compact_pipelines.warehouse.layout import Layout
with Layout(Path(sys.argv[1])).lock():
    print("held", flush=True)
    time.sleep(60)
"""


def pointer(number: int, **files: str) -> Pointer:
    return Pointer(
        number=number,
        published_at=dt.datetime(2026, 7, 7, tzinfo=dt.UTC),
        fingerprint=f"fingerprint {number}",
        files={
            audience: EditionFile(file=file, sha256="0" * 64)
            for audience, file in (files or {PUBLIC: "a.duckdb"}).items()
        },
    )


@pytest.fixture
def layout(data_root: Path) -> Layout:
    return Layout(data_root)


# Paths


def test_a_layout_creates_nothing(layout: Layout) -> None:
    assert layout.pointer() is None
    assert not layout.root.exists()


def test_a_frame_lies_under_its_asset_name(layout: Layout) -> None:
    assert layout.frame("core_statcan_cimt") == layout.root / "building/core_statcan_cimt.parquet"


def test_the_data_root_is_the_variable_else_the_folder_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(DATA_ROOT_VARIABLE, "elsewhere")
    assert default_data_root() == tmp_path / "elsewhere"
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv(DATA_ROOT_VARIABLE)
        else:
            monkeypatch.setenv(DATA_ROOT_VARIABLE, unset)
        assert default_data_root() == tmp_path / "data"


# The pointer


def test_a_pointer_is_read_as_it_was_written(layout: Layout) -> None:
    layout.move_pointer(pointer(3, public="p.duckdb", partner="q.duckdb"))
    assert layout.pointer() == pointer(3, public="p.duckdb", partner="q.duckdb")


GOOD = json.loads(pointer(1).model_dump_json())


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", 1),
        (b"not json", 1),
        (json.dumps(GOOD).encode()[:-9], 1),
        (b"\xff\xfe", 1),
        (json.dumps({**GOOD, "number": "first"}).encode(), 1),
        (json.dumps({**GOOD, "since": "2026"}).encode(), 1),
        (json.dumps({name: cell for name, cell in GOOD.items() if name != "files"}).encode(), 1),
        (json.dumps({**GOOD, "files": {PUBLIC: {"file": "a"}}, "number": None}).encode(), 2),
    ],
    ids=["empty", "no json", "cut short", "no text", "wrong type", "unknown field", "missing field", "two faults"],
)
def test_a_broken_pointer_is_refused_with_its_place_and_what_to_do(layout: Layout, content: bytes, faults: int) -> None:
    layout.move_pointer(pointer(1))
    assert layout.pointer() == pointer(1)
    layout.pointer_file.write_bytes(content)
    with pytest.raises(WarehouseError) as error:
        layout.pointer()
    assert str(error.value) == (
        f"{layout.pointer_file} is not a pointer to an edition ({faults} faults); restore it from a backup, or move "
        "the whole data root aside and run `compact run` to start over at edition 1"
    )


def test_a_pointer_that_could_not_be_written_leaves_the_old_one_and_no_litter(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout.move_pointer(pointer(1))

    def full(_handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(snapshots.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        layout.move_pointer(pointer(2))
    assert layout.pointer() == pointer(1)
    assert [path.name for path in layout.root.iterdir()] == ["CURRENT"]


def test_readers_see_a_whole_pointer_while_it_moves(layout: Layout) -> None:
    layout.move_pointer(pointer(0))
    is_over = threading.Event()
    seen: list[int] = []
    failures: list[BaseException] = []

    def read() -> None:
        while not is_over.is_set():
            try:
                found = layout.pointer()
            except WarehouseError as error:
                failures.append(error)
            else:
                seen.append(-1 if found is None else found.number)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    # On a busy machine the readers may not have had a turn yet after the first hundred moves.
    moves, end = 0, time.monotonic() + PATIENCE_SECONDS
    while moves < MOVES or (len(set(seen)) < SEEN_POINTERS and time.monotonic() < end):
        moves += 1
        layout.move_pointer(pointer(moves))
    is_over.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(set(seen)) >= SEEN_POINTERS
    assert set(seen) <= set(range(moves + 1))


# The current edition


def test_the_current_edition_is_the_file_that_the_pointer_names(layout: Layout) -> None:
    layout.editions.mkdir(parents=True)
    (layout.editions / "b.duckdb").touch()
    (layout.editions / "c.duckdb").touch()
    layout.move_pointer(pointer(1, public="b.duckdb", partner="c.duckdb"))
    assert layout.current(PUBLIC) == (layout.pointer(), layout.editions / "b.duckdb")
    assert layout.current("partner")[1] == layout.editions / "c.duckdb"


def test_no_edition_yet_says_how_to_make_one(layout: Layout) -> None:
    with pytest.raises(WarehouseError, match=f"no edition in {layout.root} yet; make one with `compact run`"):
        layout.current(PUBLIC)


def test_an_unknown_audience_is_refused_with_those_there_are(layout: Layout) -> None:
    layout.move_pointer(pointer(4, public="b", negotiators="c"))
    with pytest.raises(WarehouseError, match="edition 4 has no audience 'partner'; it has negotiators, public"):
        layout.current("partner")


def test_a_file_that_is_gone_is_named_with_what_to_do(layout: Layout) -> None:
    layout.move_pointer(pointer(4))
    with pytest.raises(WarehouseError, match=r"edition 4 should be in .*a\.duckdb, which is gone; restore it or run"):
        layout.current(PUBLIC)


# The lock


def test_a_second_run_is_refused_while_the_first_holds_the_data_root(layout: Layout) -> None:
    with layout.lock():
        told = f"another run is building an edition in {layout.root}; wait for it"
        with pytest.raises(WarehouseError, match=told), layout.lock():
            pass
        with Layout(layout.root.with_name("other")).lock():
            pass
    with layout.lock():
        pass


def test_a_run_that_fails_releases_its_lock(layout: Layout) -> None:
    with pytest.raises(RuntimeError, match="in the middle"), layout.lock():
        raise RuntimeError("in the middle")
    with layout.lock():
        pass


def test_a_refused_lock_leaks_no_file_handle(layout: Layout) -> None:
    handles = Path("/proc/self/fd")
    with layout.lock():
        before = len(list(handles.iterdir()))
        for _ in range(5):
            with pytest.raises(WarehouseError), layout.lock():
                pass
        assert len(list(handles.iterdir())) == before


def test_a_killed_run_leaves_no_lock_behind(layout: Layout) -> None:
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(layout.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  (our own interpreter)
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(WarehouseError, match="another run"), layout.lock():
            pass
        os.kill(process.pid, signal.SIGKILL)
    with layout.lock():
        assert (layout.root / ".lock").exists()


def test_a_data_root_that_is_no_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for root in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(WarehouseError, match=f"{root} cannot be written .*--data-root"), Layout(root).lock():
            pass
