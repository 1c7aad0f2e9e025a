"""Snapshots: the bytes of a source exactly as they were read, named by their hash, with a ledger.

The store keeps each payload once and never changes it; the ledger has one file a reading, never edited either, so
two runs at once, or one that is killed, cannot tear it.

    <data root>/snapshots/<sha256>                       the bytes
    <data root>/ledger/<source>/<part>-<time>-<hash>.json    who, what, when, under which licence
"""

import datetime as dt
import hashlib
import json
import os
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal, Self

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.yaml_text import parse_yaml
from compact_pipelines.errors import SourceChanged, WarehouseError

SNAPSHOT_HASH_DIGITS: Final = 12


class OriginPart(BaseModel):
    """One embedded file and its fingerprint."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str
    sha256: str
    size_bytes: int
    rows: int


class Origin(BaseModel):
    """Where an embedded payload comes from and what was done to it: its origin.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str
    publisher: str
    series: str
    licence: str
    figures_taken: dt.date
    collected_from: str
    wire_format: Literal["publisher", "compilation"]
    form: str
    transformation: list[str]
    parts: dict[str, OriginPart]


class Snapshot(BaseModel):
    """One ledger row and where its bytes are.

    Attributes:
        snapshot_id: source, part and the first digits of the hash.
        retrieved_at: when the bytes were fetched; for embedded figures, when they were taken from their publisher.
        path: the bytes in the store.
    """

    model_config = ConfigDict(frozen=True)
    snapshot_id: str
    source_id: str
    part: str
    sha256: str
    size_bytes: int
    url: str
    retrieved_at: dt.datetime
    licence: str
    http_status: int | None
    is_embedded: bool
    path: Path

    def read(self) -> bytes:
        """The bytes, checked against their hash.

        Raises:
            WarehouseError: the stored bytes are gone or are no longer those that were taken.
        """
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise WarehouseError(
                f"snapshot {self.snapshot_id} cannot be read ({error}); {self._taken_again()}"
            ) from error
        if (found := hashlib.sha256(content).hexdigest()) != self.sha256:
            raise WarehouseError(
                f"snapshot {self.snapshot_id} has changed in the store: its SHA-256 is {found}, the ledger says "
                f"{self.sha256}. Delete {self.path.name} from the snapshots folder, then {self._taken_again()}"
            )
        return content

    def _taken_again(self) -> str:
        """What to do about bytes that are gone: embedded ones come with the program, others from their publisher."""
        if self.is_embedded:
            return "run `compact run` to take it again"
        return (
            f"restore it from a backup, or ask again: `compact live pull {self.source_id}`, its partition and --again"
        )

    def stamp(self) -> dict[str, pl.Expr]:
        """The provenance columns of every row read from these bytes."""
        return {
            "source_id": pl.lit(self.source_id),
            "snapshot_id": pl.lit(self.snapshot_id),
            "drop_id": pl.lit(None, dtype=pl.String),
            "recorded_at": pl.lit(self.retrieved_at, dtype=pl.Datetime("us", "UTC")),
        }


def embedded_folder(source_id: str) -> Path:
    """Where the package keeps a source's embedded payload."""
    return Path(str(files("compact_pipelines"))) / "embedded" / source_id


def read_origin(source_id: str) -> Origin:
    """Read a source's origin.yaml.

    Raises:
        SourceChanged: it is missing or incomplete, so the figures would have no provenance.
    """
    path = embedded_folder(source_id) / "origin.yaml"
    try:
        return Origin.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise SourceChanged(f"{source_id}: embedded/{source_id}/origin.yaml is missing; reinstall") from None
    except (ValidationError, yaml.YAMLError) as error:
        raise SourceChanged(f"{source_id}: embedded/{source_id}/origin.yaml: {error}") from None


def origin_part(source_id: str, part: str) -> OriginPart:
    """What a source's origin.yaml says of one part.

    Raises:
        SourceChanged: it does not vouch for such a part; or see `read_origin`.
    """
    parts = read_origin(source_id).parts
    if part not in parts:
        raise SourceChanged(
            f"{source_id}: embedded/{source_id}/origin.yaml vouches for {sorted(parts)}, not for part {part!r}; "
            "name it there, or take it out of the source's file"
        )
    return parts[part]


def read_embedded(source_id: str, part: str) -> bytes:
    """The embedded bytes of one part, checked against its origin.yaml.

    Raises:
        SourceChanged: the file is missing, or its bytes are not those that origin.yaml vouches for.
    """
    expected = origin_part(source_id, part)
    place = f"embedded/{source_id}/{expected.file}"
    try:
        content = (embedded_folder(source_id) / expected.file).read_bytes()
    except FileNotFoundError:
        raise SourceChanged(
            f"{source_id}: {place} is missing; expected {expected.size_bytes:,} bytes. Reinstall the package"
        ) from None
    if (found := hashlib.sha256(content).hexdigest()) != expected.sha256:
        raise SourceChanged(
            f"{source_id}: {place} is not the payload that its origin.yaml vouches for: found {len(content):,} bytes "
            f"with SHA-256 {found[:16]}…, expected {expected.size_bytes:,} bytes with {expected.sha256[:16]}…. "
            "Reinstall the package, or give the new payload its own origin"
        )
    return content


class SnapshotStore:
    """Keeps payloads and their ledger below a data root."""

    def __init__(self, data_root: Path) -> None:
        """Use (and make, on the first payload) snapshots/ and ledger/ below the data root."""
        self._bytes = data_root / "snapshots"
        self._ledger = data_root / "ledger"

    def take_embedded(self, source_id: str, part: str) -> Snapshot:
        """Take the embedded payload of one part into the store.

        Raises:
            SourceChanged: see `read_embedded`.
        """
        origin = read_origin(source_id)
        source = load_contracts().source(source_id)
        taken = dt.datetime.combine(origin.figures_taken, dt.time(), tzinfo=dt.UTC)
        return self.keep(
            source_id,
            part,
            read_embedded(source_id, part),
            url=f"{source.url} ({source.parts[part].request})",
            retrieved_at=taken,
            licence=source.licence.name,
            http_status=None,
        )

    def keep(  # noqa: PLR0913  (a ledger row has these fields)
        self,
        source_id: str,
        part: str,
        content: bytes,
        *,
        url: str,
        retrieved_at: dt.datetime,
        licence: str,
        http_status: int | None,
    ) -> Snapshot:
        """Store bytes under their hash and write their ledger row; the same reading twice is one row."""
        sha256 = hashlib.sha256(content).hexdigest()
        digits = sha256[:SNAPSHOT_HASH_DIGITS]
        snapshot = Snapshot(
            snapshot_id=f"{source_id}.{part}.{digits}",
            source_id=source_id,
            part=part,
            sha256=sha256,
            size_bytes=len(content),
            url=url,
            retrieved_at=retrieved_at,
            licence=licence,
            http_status=http_status,
            is_embedded=http_status is None,
            path=self._bytes / sha256,
        )
        if not snapshot.path.exists() or snapshot.path.stat().st_size != len(content):
            write_atomically(snapshot.path, content)
        row = self._ledger / source_id / f"{part}-{retrieved_at:%Y%m%dT%H%M%SZ}-{digits}.json"
        if not row.exists():
            write_atomically(row, snapshot.model_dump_json(exclude={"path"}, indent=1).encode())
        return snapshot

    def ledger(self) -> list[Snapshot]:
        """Every reading ever taken, oldest first."""
        rows = [read_row(path, self._bytes.parent) for path in sorted(self._ledger.glob("*/*.json"))]
        return sorted(rows, key=lambda row: (row.retrieved_at, row.snapshot_id))

    @classmethod
    def at(cls, data_root: str | Path) -> Self:
        """The store below a data root."""
        return cls(Path(data_root))


def read_row(path: Path, data_root: Path) -> Snapshot:
    """Read a ledger row; its bytes are in the store of the data root that is read, wherever that was written."""
    row = json.loads(path.read_text(encoding="utf-8"))
    return Snapshot(**{**row, "path": data_root / "snapshots" / row["sha256"]})


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a run killed meanwhile, sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
