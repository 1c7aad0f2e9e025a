"""What a contributor's upload goes through before anything is said of it: a private folder, names of ours, a child.

A file is written under a name that we give it, read by a process that may do little else, and gone when the answer is
there. Sizes and endings are looked at here: what a browser was told to allow binds nobody.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import polars as pl

from compact_pipelines.contracts import Table
from compact_pipelines.contracts.faults import UnreadableFile, shown
from compact_pipelines.contracts.files import MIB, Block, Limits, Progress, TextFile, unwatched
from compact_pipelines.contracts.verdict import Verdict, judge_file
from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.manifest import ENDINGS, write_manifest
from compact_pipelines.exchange.packing import Packed, Plan, pack_drop, safe_names
from compact_pipelines.exchange.partners import Agreement
from compact_pipelines.exchange.sandbox import SandboxedFile

MOST_BYTES: Final = 25 * MIB  # of one upload, as .streamlit/config.toml has it
ALLOWED_ENDINGS: Final = tuple(dict.fromkeys(ENDINGS.values()))
EXCERPT_ROWS: Final = 50  # rows at fault that are shown as they are in the file
AT_ONCE: Final = 2  # files that are looked at at a time; the others wait
PATIENCE_SECONDS: Final = 20
PER_MILLE: Final = 1000
_TURNS: Final = threading.BoundedSemaphore(AT_ONCE)


class Upload(NamedTuple):
    """A file as a browser sent it.

    Attributes:
        name: what the sender calls it; shown, never opened.
        content: its bytes.
    """

    name: str
    content: bytes


@dataclass(frozen=True)
class Checked:
    """What is to be said of an upload.

    Attributes:
        verdict: as `compact validate` gives it.
        header: the file's columns; empty where they could not be read.
        rows: (rows at fault, the first `EXCERPT_ROWS`; their number and one text a column of the file) as they stand
            in the file; columns are named by their place.
    """

    verdict: Verdict
    header: tuple[str, ...]
    rows: pl.DataFrame


@dataclass(frozen=True)
class MadeManifest:
    """A manifest to be signed.

    Attributes:
        content: its bytes.
        packed: what was made, and what is wrong with rows of it.
        names: what the files are called in the drop, by the sender's names in their order.
    """

    content: bytes
    packed: Packed
    names: tuple[tuple[str, str], ...]


def ending_of(name: str) -> str:
    """The ending of a sender's name in small letters; blank where it is none of those taken."""
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending in ALLOWED_ENDINGS else ""


def require_taken(upload: Upload, most_bytes: int = MOST_BYTES) -> None:
    """Refuse what is too large or no data file.

    Raises:
        UsageError: it is.
    """
    if len(upload.content) > most_bytes:
        raise UsageError(
            f"'{shown(upload.name)}' has {len(upload.content):,} bytes; this page takes at most {most_bytes:,}. Send "
            "it in parts, or check it on your own machine with: compact validate"
        )
    if not ending_of(upload.name):
        raise UsageError(
            f"'{shown(upload.name)}' is no data file; allowed are names that end in {', '.join(ALLOWED_ENDINGS)}. Save "
            "it as one of these"
        )


def check_upload(upload: Upload, table: Table, partner: str | None, progress: Progress = unwatched) -> Checked:
    """Judge an upload, and take out the rows at fault.

    Args:
        upload: the file.
        table: the contract.
        partner: whose file it is, if that was said.
        progress: told how far it is.

    Raises:
        UsageError: it is too large, no data file, or too many others are being looked at.
    """
    require_taken(upload)
    with _turn(), _written([upload], [f"upload{ending_of(upload.name)}"]) as (path,):
        verdict = judge_file(path, table, partner, progress=progress, opener=open_caged)
        rows = sorted({found.row for found in verdict.findings if found.row})[:EXCERPT_ROWS]
        header, excerpt = _excerpt(path, rows)
    findings = tuple(replace(found, file=upload.name) for found in verdict.findings)
    return Checked(replace(verdict, file=upload.name, findings=findings), header, excerpt)


def make_manifest(
    uploads: Sequence[Upload], plan: Plan, agreements: dict[str, Agreement], progress: Progress = unwatched
) -> MadeManifest:
    """The manifest of some files, if the exchange would take them.

    Args:
        uploads: the data files.
        plan: what the drop says of itself.
        agreements: those in force, by partner.
        progress: told how far the judging is.

    Raises:
        UsageError: a file is too large or no data file, or the plan breaks the form of a manifest.
        RefusedFiles: the exchange would refuse the files.
    """
    for upload in uploads:
        require_taken(upload)
    names = safe_names([Path(PurePosixPath(upload.name).name) for upload in uploads])
    with _turn(), _written(uploads, names) as paths, TemporaryDirectory(prefix="compact-packing-") as folder:
        packed = pack_drop(
            paths, plan, Path(folder) / "drop", agreements=agreements, progress=progress, opener=open_caged
        )
    given = [upload.name for upload in uploads]
    return MadeManifest(write_manifest(packed.manifest), packed, tuple(zip(given, names, strict=True)))


def open_caged(path: Path, limits: Limits) -> TextFile:
    """Open a file as `open_file` does, in a process that may do little else.

    Raises:
        UnreadableFile: it is too large, of another format, or has no usable header.
    """

    def read(progress: Progress) -> Iterator[Block]:
        with SandboxedFile(path, path.suffix, limits) as source:
            for batch, done in source.batches():
                progress(int(done * PER_MILLE), PER_MILLE)
                yield batch

    with SandboxedFile(path, path.suffix, limits) as first:
        return TextFile(path.suffix.removeprefix("."), first.header, read)


def _excerpt(path: Path, rows: list[int]) -> tuple[tuple[str, ...], pl.DataFrame]:
    """The header, and some rows as they stand in the file; rows that cannot be read are left out."""
    found: list[pl.DataFrame] = []
    try:
        file = open_caged(path, Limits())
    except UnreadableFile:
        return (), pl.DataFrame({"row": []}, schema={"row": pl.Int64})
    places = [str(place) for place in range(len(file.header))]
    if rows:
        try:
            for batch in file.read(unwatched):
                numbers = pl.Series("row", batch.places, dtype=pl.Int64)
                texts = batch.texts.rename(dict(zip(file.header, places, strict=True)))
                found.append(texts.select(numbers, pl.all()).filter(pl.col("row").is_in(rows)))
                if numbers.len() and int(numbers[-1]) >= rows[-1]:
                    break
        except UnreadableFile:
            pass  # the verdict says where it ends
    empty = pl.DataFrame(schema={"row": pl.Int64} | dict.fromkeys(places, pl.String))
    return tuple(file.header), pl.concat([empty, *found])


@contextmanager
def _turn() -> Iterator[None]:
    """A turn among those who have files looked at.

    Raises:
        UsageError: none came within `PATIENCE_SECONDS`.
    """
    if not _TURNS.acquire(timeout=PATIENCE_SECONDS):
        raise UsageError("other files are being looked at; try again in a minute")
    try:
        yield
    finally:
        _TURNS.release()


@contextmanager
def _written(uploads: Sequence[Upload], names: Sequence[str]) -> Iterator[list[Path]]:
    """Uploads as files of a private folder, which goes when it is left."""
    with TemporaryDirectory(prefix="compact-upload-") as folder:
        paths = [Path(folder) / name for name in names]
        for path, upload in zip(paths, uploads, strict=True):
            path.write_bytes(upload.content)
        yield paths
