"""Recorded answers replayed: every file of the folder is listed, and each gives what is written of it.

The recordings are read from the folder that COMPACT_RECORDINGS names; what replays made-up files runs without it.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import UsageError
from compact_pipelines.live import recorded
from compact_pipelines.live.recorded import VARIABLE, Replayed, recordings_folder, replay_all
from compact_pipelines.live.recordings import RECORDINGS, Left, Read, Use
from tests.live.publishers.epoch_models import HEADER, MODELS, table

NAME = "epoch/made_up.csv"
with_recordings = pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder of recordings")


@pytest.fixture(scope="module")
def replayed() -> list[Replayed]:
    return replay_all(recordings_folder())


@with_recordings
def test_every_recording_gives_what_is_written_of_it(replayed: list[Replayed]) -> None:
    assert [(one.recording, one.reason) for one in replayed if one.verdict == "fault"] == []


@with_recordings
def test_every_recording_without_rows_says_why(replayed: list[Replayed]) -> None:
    assert [one.recording for one in replayed if one.verdict != "rows" and not one.reason] == []


@with_recordings
def test_recordings_that_concern_a_connector_are_read_by_it(replayed: list[Replayed]) -> None:
    counted = Counter(one.verdict for one in replayed)
    assert counted["rows"] >= 14
    rows = {one.recording: one.rows for one in replayed}
    assert rows["top500/TOP500_202106.xlsx"] == 106
    assert rows["epoch/frontier_ai_models.csv"] == 127
    assert rows["comtrade/data_v1_get_C_A_HS_total_2010.json"] > 0


def test_every_recording_names_a_source_that_is_asked_live_and_one_of_its_requests() -> None:
    sources = load_contracts().sources
    for name, listed in RECORDINGS.items():
        if isinstance(listed, Use):
            live = sources[listed.source_id].live
            assert live is not None, name
            assert listed.part in live.requests, name
            assert listed.gives == "rows" or listed.says, name


# On made-up files


def replay_one(
    monkeypatch: pytest.MonkeyPatch, folder: Path, content: bytes | None, listed: Use | Read | Left | None
) -> Replayed:
    """The replay of a folder that holds one file, or none, of a registry that lists one, or none."""
    if content is not None:
        (folder / NAME).parent.mkdir(exist_ok=True)
        (folder / NAME).write_bytes(content)
    monkeypatch.setattr(recorded, "RECORDINGS", {NAME: listed} if listed else {})
    (found,) = replay_all(folder)
    return found


MODELS_OF = Use("epoch_models", "models", "all")
REFUSED = Use("epoch_models", "models", "all", gives="refused", says="columns")
DRIFTED = table(*MODELS, header=[name.replace("Frontier", "Leading") for name in HEADER])


def test_an_answer_with_rows_says_how_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = replay_one(monkeypatch, tmp_path, table(*MODELS), MODELS_OF)
    assert (found.verdict, found.source_id, found.rows, found.reason) == ("rows", "epoch_models", 7, "")


def test_a_refusal_that_is_expected_says_its_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = replay_one(monkeypatch, tmp_path, DRIFTED, REFUSED)
    assert found.verdict == "refused"
    assert "columns ['Frontier model'] are missing" in found.reason


def test_an_empty_answer_says_what_it_means(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    listed = Use(
        "top500_counts", "list", "2021-06", gives="empty", says="no list", status=404, content_type="text/html"
    )
    found = replay_one(monkeypatch, tmp_path, b"", listed)
    assert (found.verdict, found.reason) == ("empty", "no list came out in that month, or it is not there yet")


@pytest.mark.parametrize(
    ("content", "listed", "says"),
    [
        (None, MODELS_OF, "listed in live/recordings.py, and not in the folder"),
        (table(*MODELS), None, "in the folder, and not listed in live/recordings.py"),
        (DRIFTED, MODELS_OF, "expected rows; found refused"),
        (table(*MODELS), REFUSED, "expected refused with the words 'columns'; found rows"),
        (b"<html></html>", REFUSED, "expected refused with the words 'columns'; found refused"),
        (b"a,b\n", Read("compact_pipelines.harmonise:read_csv", "made up"), "read_csv finds nothing in it"),
        (b"a,b\n1,2,3\n", Read("compact_pipelines.harmonise:read_csv", "made up"), "read_csv should read it"),
    ],
)
def test_what_is_not_as_written_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, listed: Use | Read | None, says: str
) -> None:
    found = replay_one(monkeypatch, tmp_path, content, listed)
    assert found.verdict == "fault"
    assert says in found.reason


def test_another_subject_is_read_and_has_no_row_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    listed = Read("compact_pipelines.harmonise:read_csv", "made up")
    assert replay_one(monkeypatch, tmp_path, b"a,b\n1,2\n", listed) == Replayed(NAME, "", "read", 1, "made up")


def test_what_nobody_reads_is_left_with_its_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert replay_one(monkeypatch, tmp_path, b"?", Left("made up")) == Replayed(NAME, "", "left", 0, "made up")


def test_a_note_of_where_recordings_are_from_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "epoch").mkdir()
    (tmp_path / "epoch/SOURCE.md").touch()
    monkeypatch.setattr(recorded, "RECORDINGS", {})
    assert replay_all(tmp_path) == []


@pytest.mark.parametrize("named", ["", "/no/such/folder"])
def test_a_folder_that_is_not_there_is_told(named: str) -> None:
    with pytest.raises(UsageError, match="set it to the folder of recorded answers"):
        recordings_folder({VARIABLE: named})
