"""Where things are below a data root, and the pointer to the current edition."""

import datetime as dt
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from compact_pipelines.errors import NoEdition, WarehouseError
from compact_pipelines.snapshots import write_atomically

DATA_ROOT_VARIABLE: Final = "COMPACT_DATA_ROOT"
PUBLIC: Final = "public"
HASH_BLOCK_BYTES: Final = 1 << 20
# Data roots that this process holds.
_HELD: Final[set[Path]] = set()


class EditionFile(BaseModel):
    """One audience's file of an edition."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str
    sha256: str


class Pointer(BaseModel):
    """Which edition is served.

    Attributes:
        number: the edition.
        published_at: since when (UTC).
        fingerprint: of the inputs and the code it was made of.
        files: audience to its file.
        next_release: when the first embargo ends of what it does not show yet (UTC); None if it waits for none.
        recalled: files of older editions that must be gone, see `recall`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: int
    published_at: dt.datetime
    fingerprint: str
    files: dict[str, EditionFile]
    next_release: dt.datetime | None = None
    recalled: list[str] = []

    def is_due(self, at: dt.datetime) -> bool:
        """Whether an embargo has ended since, so that an edition with its rows is to be made."""
        return self.next_release is not None and self.next_release <= at


class Layout:
    """The paths below one data root."""

    def __init__(self, data_root: Path) -> None:
        """Nothing is created until something is written."""
        self.root = data_root
        self.building = data_root / "building"
        self.checks = data_root / "building" / "checks"
        self.stamps = data_root / "building" / "stamps"
        self.vintages = data_root / "vintages"
        self.editions = data_root / "editions"
        self.pointer_file = data_root / "CURRENT"

    def frame(self, asset: str) -> Path:
        """The Parquet file of an asset under construction."""
        return self.building / f"{asset}.parquet"

    def pointer(self) -> Pointer | None:
        """The pointer, or None before the first edition.

        Raises:
            WarehouseError: the pointer cannot be understood.
        """
        try:
            return Pointer.model_validate_json(self.pointer_file.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise WarehouseError(
                f"{self.pointer_file} is not a pointer to an edition ({error.error_count()} faults); restore it from "
                "a backup, or move the whole data root aside and run `compact run` to start over at edition 1"
            ) from error

    def current(self, audience: str) -> tuple[Pointer, Path]:
        """The pointer and the file of the current edition for an audience.

        Raises:
            WarehouseError: there is no edition yet, none for this audience, or its file is gone.
        """
        pointer = self.pointer()
        if pointer is None:
            raise NoEdition(f"no edition in {self.root} yet; make one with `compact run`")
        if audience not in pointer.files:
            raise WarehouseError(
                f"edition {pointer.number} has no audience {audience!r}; it has {', '.join(sorted(pointer.files))}"
            )
        path = self.editions / pointer.files[audience].file
        if not path.is_file():
            raise WarehouseError(
                f"edition {pointer.number} should be in {path}, which is gone; restore it or run `compact run`"
            )
        return pointer, path

    def is_intact(self, pointer: Pointer) -> bool:
        """Whether every file of an edition is there and holds the bytes that were published."""
        files = [(self.editions / file.file, file.sha256) for file in pointer.files.values()]
        return all(path.is_file() and sha256_of(path) == sha256 for path, sha256 in files)

    def remove(self, files: Iterable[str]) -> None:
        """Remove files of editions that are not served; those already gone are no fault."""
        for name in files:
            (self.editions / name).unlink(missing_ok=True)

    def move_pointer(self, pointer: Pointer) -> None:
        """Serve another edition from now on; readers see the old pointer or the new one."""
        write_atomically(self.pointer_file, pointer.model_dump_json(indent=1).encode())

    @contextmanager
    def lock(self, *, again: bool = False) -> Iterator[None]:
        """Hold the data root for one run; a second run is refused, a killed one leaves no lock behind.

        Args:
            again: whether what this process holds may be taken once more: a run holds the data root, and so does
                the asset that publishes within it.

        Raises:
            WarehouseError: another run is under way, or the data root cannot be written.
        """
        root = self.root.resolve()
        if again and root in _HELD:
            yield
            return
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise WarehouseError(
                f"{self.root} cannot be written ({error.strerror}); name a folder of yours with --data-root"
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise WarehouseError(
                f"another run is building an edition in {self.root}; wait for it, or name another --data-root"
            ) from None
        _HELD.add(root)
        try:
            yield
        finally:
            _HELD.discard(root)
            os.close(handle)


def sha256_of(path: Path) -> str:
    """The hash of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(HASH_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def default_data_root() -> Path:
    """$COMPACT_DATA_ROOT, else ./data."""
    return Path(os.environ.get(DATA_ROOT_VARIABLE) or "data").expanduser().resolve()
