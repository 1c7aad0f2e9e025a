"""Picking a drop up: every file copied once, through one handle, into a store where its name is its hash.

Only the copies are used from then on: a writer who still has a file open changes nothing, and a link, pipe or path in
the inbox leads nowhere. The files' own names are compared, never opened.
"""

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from compact_pipelines.contracts.faults import Fault, UnreadableFile, shown
from compact_pipelines.errors import WarehouseError
from compact_pipelines.exchange.manifest import MANIFEST, MANIFEST_BYTES, NAME, SIGNATURE

MOST_FILES: Final = 22  # 20 data files, the manifest and its signature
COPY_BYTES: Final = 1 << 20
READ_ONLY: Final = 0o444
WITHOUT_FOLLOWING: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
TOO_LARGE: Final = {MANIFEST: "manifest_size", SIGNATURE: "signature"}  # what is told instead of file_size
SMALL: Final = {MANIFEST: MANIFEST_BYTES, SIGNATURE: 4_096}  # bytes


@dataclass(frozen=True)
class Copy:
    """A file of a drop as the store holds it."""

    name: str
    sha256: str
    size_bytes: int


class ChangedCopy(WarehouseError):
    """A copy in the store that is not any more what came."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(
            f"the stored original {sha256} is not what came: it was changed or is gone; restore it from a backup"
        )


class Store:
    """Files by their hash, read-only, below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[str, tuple[int, ...]] = {}  # by hash, how a copy is known to have been left

    def path(self, sha256: str) -> Path:
        """Where the bytes of a hash are."""
        return self.folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The bytes of a small file.

        Raises:
            ChangedCopy: they are not those that came.
        """
        try:
            content = self.path(sha256).read_bytes()
        except OSError:
            raise ChangedCopy(sha256) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ChangedCopy(sha256)
        return content

    def require(self, sha256: str) -> Path:
        """Where the bytes of a hash are, once it is sure that they are those that came.

        A copy that was made by this process and not touched since is not read once more.

        Raises:
            ChangedCopy: they are not.
        """
        path = self.path(sha256)
        try:
            if self._made.get(sha256) == _state(path.stat(follow_symlinks=False)):
                return path
            with path.open("rb") as handle:
                state = _state(os.fstat(handle.fileno()))
                if hashlib.file_digest(handle, "sha256").hexdigest() != sha256:
                    raise ChangedCopy(sha256)
            self._made[sha256] = state
        except OSError:
            raise ChangedCopy(sha256) from None
        return path

    def take(self, name: str, folder: int, limit_bytes: int) -> Copy:
        """Copy a file into the store.

        Args:
            name: the file's name in its folder.
            folder: an open handle of the folder.
            limit_bytes: how large it may be.

        Raises:
            UnreadableFile: it is no plain file with one name, or is larger.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _opened(name, folder) as source:
            draft, draft_name = tempfile.mkstemp(dir=self.folder, prefix=".taking.")
            try:
                sha256, size = _copy(name, source, draft, limit_bytes)
                os.fchmod(draft, READ_ONLY)
                os.fsync(draft)
                path = self.path(sha256)
                path.parent.mkdir(exist_ok=True)
                Path(draft_name).replace(path)
                self._made[sha256] = _state(os.fstat(draft))
                sync(path.parent)
            finally:
                os.close(draft)
                Path(draft_name).unlink(missing_ok=True)
        return Copy(name, sha256, size)

    def drop_drafts(self) -> None:
        """Remove what a killed pick-up left half copied."""
        for draft in self.folder.glob(".taking.*"):
            draft.unlink(missing_ok=True)


@contextmanager
def opened_folder(parent: Path | int, name: str) -> Iterator[int]:
    """An open handle of a folder below another; a link to one is none.

    Raises:
        OSError: it is no folder, or cannot be opened.
    """
    flags = WITHOUT_FOLLOWING | os.O_DIRECTORY
    handle = os.open(parent / name, flags) if isinstance(parent, Path) else os.open(name, flags, dir_fd=parent)
    try:
        yield handle
    finally:
        os.close(handle)


def folder_fingerprint(folder: int) -> tuple[list[str], str]:
    """The names in a folder, sorted, and a hash that changes when a file there is written or replaced."""
    names = sorted(os.listdir(folder))
    digest = hashlib.sha256()
    for name in names:
        about = os.stat(name, dir_fd=folder, follow_symlinks=False)
        told = (os.fsencode(name), about.st_mode, about.st_ino, about.st_size, about.st_mtime_ns)
        digest.update(repr(told).encode())
    return names, digest.hexdigest()


def read_file(folder: int, name: str) -> bytes:
    """The bytes of a manifest or a signature, without following or waiting for anything.

    Raises:
        UnreadableFile: it is no plain file with one name, or is larger.
    """
    with _opened(name, folder) as source:
        content = os.read(source, SMALL[name] + 1)
    if len(content) > SMALL[name]:
        raise UnreadableFile(_no_plain_file(name))
    return content


def take_folder(store: Store, folder: int, names: list[str], limit_bytes: int) -> tuple[list[Copy], list[Fault]]:
    """Copy every file of a drop's folder.

    Args:
        store: where to.
        folder: an open handle of the folder.
        names: the names in it.
        limit_bytes: how large a data file may be.

    Returns:
        The copies, and why the others are none.
    """
    if len(names) > MOST_FILES:
        found = f"The folder holds {len(names):,} files; a drop has at most {MOST_FILES - 2} data files"
        return [], [Fault("drop_files", found=found)]
    copies: list[Copy] = []
    faults: list[Fault] = []
    for name in names:
        if not re.fullmatch(NAME, name):
            faults.append(Fault("file_name", value=name, found=f"A file is called '{shown(name)}'"))
            continue
        try:
            copies.append(store.take(name, folder, SMALL.get(name, limit_bytes)))
        except UnreadableFile as error:
            faults += error.faults
    return copies, faults


@contextmanager
def _opened(name: str, folder: int) -> Iterator[int]:
    try:
        handle = os.open(name, WITHOUT_FOLLOWING, dir_fd=folder)
    except OSError as error:
        raise UnreadableFile(_no_plain_file(name)) from error
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_nlink != 1:
            raise UnreadableFile(_no_plain_file(name))
        yield handle
    finally:
        os.close(handle)


def _state(about: os.stat_result) -> tuple[int, ...]:
    """What of a file changes whenever it is written or replaced; its owner cannot set st_ctime back."""
    return about.st_dev, about.st_ino, about.st_mode, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def _no_plain_file(name: str) -> Fault:
    return Fault("plain_file", value=name, found=f"'{shown(name)}' is not a plain file of its own")


def _copy(name: str, source: int, target: int, limit_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := os.read(source, COPY_BYTES):
        size += len(chunk)
        if size > limit_bytes:
            found = f"'{shown(name)}' has more than {limit_bytes:,} bytes, which is the limit"
            rule = TOO_LARGE.get(name, "file_size")
            raise UnreadableFile(Fault(rule, value=name, found=found))
        digest.update(chunk)
        while chunk:
            chunk = chunk[os.write(target, chunk) :]
    return digest.hexdigest(), size


def move(source: Path, target: Path) -> None:
    """Put a file where it stays; it is on the disk before anything refers to it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(source, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    source.replace(target)
    sync(target.parent)


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
