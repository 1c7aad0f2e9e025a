"""Recorded answers, replayed: each is received and read as if the publisher had sent it now.

Nothing is asked and nothing stays; the folder is only read. Rows are judged by their contract as those of a pull are.
"""

import datetime as dt
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, Literal

import polars as pl

from compact_pipelines.contracts import Contracts, Source, load_contracts
from compact_pipelines.errors import SourceError, UsageError
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.held import HeldAnswer
from compact_pipelines.live.reading import read_answers
from compact_pipelines.live.received import Received
from compact_pipelines.live.reception import receive
from compact_pipelines.live.recordings import RECORDINGS, Left, Read, Use
from compact_pipelines.live.requests import live_of
from compact_pipelines.snapshots import SnapshotStore

VARIABLE: Final = "COMPACT_RECORDINGS"
# The file of a folder that says where its recordings are from.
NOTE: Final = "SOURCE.md"


@dataclass(frozen=True)
class Replayed:
    """What became of one recording.

    Attributes:
        recording: folder and file.
        source_id: whose; blank where no connector is concerned.
        verdict: rows (of the contract), empty, refused, read (by a shared reader; no row of ours is in it), left (not
            read), fault (not what is expected of it).
        rows: of the contract; for `read`, as published.
        reason: why there are none, in words; of a fault, what was found.
    """

    recording: str
    source_id: str
    verdict: Literal["rows", "empty", "refused", "read", "left", "fault"]
    rows: int
    reason: str


def recordings_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder that COMPACT_RECORDINGS names.

    Raises:
        UsageError: it names none, or one that is not there.
    """
    named = environ.get(VARIABLE, "")
    if not named or not Path(named).is_dir():
        raise UsageError(
            f"{VARIABLE} names {named or 'nothing'}; set it to the folder of recorded answers, one folder a publisher"
        )
    return Path(named)


def replay_all(folder: Path, contracts: Contracts | None = None) -> list[Replayed]:
    """Every recording of a folder, and every one that is listed and not there, by name."""
    contracts = contracts or load_contracts()
    found = {f"{path.parent.name}/{path.name}": path for path in _files(folder)}
    return [_replayed(name, found.get(name), RECORDINGS.get(name), contracts) for name in sorted({*found, *RECORDINGS})]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*/*") if path.is_file() and path.name != NOTE)


def _replayed(name: str, path: Path | None, listed: Use | Read | Left | None, contracts: Contracts) -> Replayed:
    if path is None:
        return Replayed(name, "", "fault", 0, "listed in live/recordings.py, and not in the folder")
    if listed is None:
        return Replayed(name, "", "fault", 0, "in the folder, and not listed in live/recordings.py")
    if isinstance(listed, Left):
        return Replayed(name, "", "left", 0, listed.reason)
    if isinstance(listed, Read):
        return _read(name, path, listed)
    found = _used(name, path.read_bytes(), listed, contracts)
    is_expected = found.verdict == listed.gives and listed.says.lower() in found.reason.lower()
    if is_expected and (found.rows > 0) == (listed.gives == "rows"):
        return found
    expected = f"expected {listed.gives}" + (f" with the words {listed.says!r}" if listed.says else "")
    return Replayed(name, found.source_id, "fault", found.rows, f"{expected}; found {found.verdict}: {found.reason}")


def _read(name: str, path: Path, listed: Read) -> Replayed:
    module, _, function = listed.by.partition(":")
    try:
        published = getattr(import_module(module), function)(path.read_bytes(), name)
    except SourceError as error:
        return Replayed(name, "", "fault", 0, f"{listed.by} should read it: {error}")
    rows = published.height if isinstance(published, pl.DataFrame) else len(published)
    verdict: Literal["read", "fault"] = "read" if rows else "fault"
    return Replayed(name, "", verdict, rows, listed.reason if rows else f"{listed.by} finds nothing in it")


def _used(name: str, content: bytes, listed: Use, contracts: Contracts) -> Replayed:
    source = contracts.source(listed.source_id)
    partition = Partition.of(listed.partition, live_of(source).partitions)
    received = _received(source, content, listed)
    try:
        reception = receive(source, listed.part, received, Page())
        if reception.kind == "empty":
            return Replayed(name, source.id, "empty", 0, reception.meaning)
        with tempfile.TemporaryDirectory() as folder:
            held = _held(Path(folder), source, listed.part, received)
            rows = read_answers(source, partition, [held], Path(folder) / "rows.parquet").count
    except SourceError as error:
        return Replayed(name, source.id, "refused", 0, str(error))
    return Replayed(name, source.id, "rows", rows, "" if rows else "it was read, and no row of ours is in it")


def _received(source: Source, content: bytes, listed: Use) -> Received:
    """A recording as it would have come from the wire."""
    accepted = live_of(source).requests[listed.part].accept[0]
    return Received(
        content=content,
        status=listed.status,
        headers=dict(listed.headers),
        content_type=listed.content_type or accepted,
        shown_url="a recording",
        fetched_at=dt.datetime.now(dt.UTC),
    )


def _held(root: Path, source: Source, part: str, received: Received) -> HeldAnswer:
    """A recording as a pull would hold it."""
    snapshot = SnapshotStore.at(root).keep(
        source.id,
        part,
        received.content,
        url=received.shown_url,
        retrieved_at=received.fetched_at,
        licence=source.licence.name,
        http_status=received.status,
    )
    return HeldAnswer(
        part, Page(), "", is_keyless=False, snapshot=snapshot, received=received, kind="rows", next_page=None
    )
