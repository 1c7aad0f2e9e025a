"""Making a drop on the partner's own machine: the files under safe names, the manifest that binds them, the signature.

A drop is made beside its place and moved there whole, so a folder that is there is complete. The signature is written
last of all: for the exchange it is the mark that the drop is ready.
"""

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.contracts.faults import UnreadableFile, shown
from compact_pipelines.contracts.files import Limits, Opener, Progress, open_file, unwatched
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.errors import DropError, UsageError
from compact_pipelines.exchange.inspection import DropCheck, check_drop, judge_files, stand_in
from compact_pipelines.exchange.judgement import DropFile
from compact_pipelines.exchange.manifest import (
    ENDINGS,
    FILES,
    MANIFEST,
    SIGNATURE,
    TIME,
    BadManifest,
    Manifest,
    read_manifest,
    write_manifest,
)
from compact_pipelines.exchange.partners import Agreement, exchange_id
from compact_pipelines.exchange.signatures import (
    MANIFEST_NAMESPACE,
    fingerprint,
    raw_public_key,
    read_private_key,
    sign,
)

__all__ = ["DropCheck", "Packed", "Plan", "RefusedFiles", "check_drop", "pack_drop", "sign_drop"]

CHUNK: Final = 1 << 20  # bytes hashed at a time
NAME_CHARACTERS: Final = 100
FOLDER_MODE: Final = 0o755  # of a drop: whoever carries it to the exchange can read it
ENDING_FORMATS: Final = {ending: name for name, ending in ENDINGS.items() if name != "sdmx-csv"}
SDMX_CSV_COLUMNS: Final = {"DATAFLOW", "STRUCTURE"}  # either in the header makes a CSV an SDMX-CSV
_EXAMPLE: Final = {"name": "a.csv", "format": "csv", "sha256": "0" * 64, "bytes": 0, "rows": 0}


@dataclass(frozen=True)
class Plan:
    """What a drop shall say of itself; see `Manifest` for the fields."""

    table: Table
    partner: str
    seq: int
    action: str = "merge"
    mode: str = "rows"
    revision: str = "routine"
    supersedes: int | None = None
    period_from: str | None = None
    period_to: str | None = None
    contact: str = ""
    exchange: str | None = None


@dataclass(frozen=True)
class Packed:
    """A drop that was made.

    Attributes:
        folder: where it is.
        manifest: what it says of itself.
        check: on its rows; None where it was not asked for.
        notices: what its maker should know, a sentence each.
    """

    folder: Path
    manifest: Manifest
    check: DropCheck | None
    notices: tuple[str, ...]


class RefusedFiles(DropError):
    """Files that the exchange would refuse; they are not packed.

    Attributes:
        check: what is wrong with them.
    """

    def __init__(self, check: DropCheck) -> None:
        self.check = check
        super().__init__(
            "the exchange would refuse these files, so nothing was packed; mend what is said of them and pack again "
            "(--no-validate packs all the same)"
        )


def pack_drop(  # noqa: PLR0913  (what, as what, where, and how it is looked at)
    files: Sequence[Path],
    plan: Plan,
    folder: Path,
    *,
    agreements: Mapping[str, Agreement],
    is_judged: bool = True,
    progress: Progress = unwatched,
    opener: Opener = open_file,
) -> Packed:
    """Make a drop of some files; sign it next.

    Args:
        files: CSV, our workbook or Parquet; they are copied.
        plan: what the drop says of itself.
        folder: where it shall be; it must not be there yet, or be empty.
        agreements: those that are known here; they say for which areas the partner speaks, and its limits.
        is_judged: whether the rows are judged first.
        progress: told how far the judging is.
        opener: reads the files to count their rows.

    Raises:
        UsageError: a file or the folder is not as it must be, or the plan breaks the form of a manifest.
        RefusedFiles: the exchange would refuse the files.
        UnreadableFile: files that are not judged cannot be read, so their rows cannot be counted.
    """
    _require_place(files, folder)
    _manifest(plan, [_EXAMPLE])  # what is wrong with the plan is said before files are read
    known = agreements.get(plan.partner)
    agreement = known or stand_in(plan.partner, load_contracts())
    if plan.table.id not in agreement.dataflows:
        sends = ", ".join(agreement.dataflows)
        raise UsageError(f"the agreement of {plan.partner} is not about {plan.table.id}; it is about {sends}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        names = safe_names(files)
        pairs = zip(files, (beside / name for name in names), strict=True)
        listed = [_copied(file, copy, agreement.file_limits, opener, is_judged=is_judged) for file, copy in pairs]
        manifest = _manifest(plan, listed)
        check = _judged(beside, manifest, plan.table, agreement, progress) if is_judged else None
        (beside / MANIFEST).write_bytes(write_manifest(manifest))
        beside.chmod(FOLDER_MODE)
        beside.replace(folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Packed(folder, manifest, check, tuple(_notices(plan, files, names, known, check)))


def _copied(file: Path, copy: Path, limits: Limits, opener: Opener, *, is_judged: bool) -> dict[str, Any]:
    """A file's copy, and what the manifest says of it; of one that cannot be read the judge will say why."""
    try:
        shutil.copyfile(file, copy)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from None
    kind, rows = ENDING_FORMATS.get(copy.suffix, ""), 0
    if not kind:
        raise UsageError(f"{file} ends in '{shown(file.suffix)}'; a data file ends in .csv, .xlsx or .parquet")
    try:
        opened = opener(copy, limits)
        if kind == "csv" and SDMX_CSV_COLUMNS & {name.upper() for name in opened.header}:
            kind = "sdmx-csv"
        for batch in opened.read(unwatched):
            rows = max([rows, *batch.numbers.tail(1).to_list(), *(fault.row or 0 for fault in batch.faults)])
    except UnreadableFile:
        if not is_judged:
            raise
    size = copy.stat().st_size
    return {"name": copy.name, "format": kind, "sha256": sha256_of(copy), "bytes": size, "rows": rows}


def _judged(folder: Path, manifest: Manifest, table: Table, agreement: Agreement, progress: Progress) -> DropCheck:
    files = [DropFile(file.name, file.format, folder / file.name, file.rows) for file in manifest.files]
    check = judge_files(files, manifest, table, agreement, progress)
    if check.is_refused:
        raise RefusedFiles(check)
    return check


def _notices(
    plan: Plan, files: Sequence[Path], names: Sequence[str], known: Agreement | None, check: DropCheck | None
) -> Iterator[str]:
    for file, name in zip(files, names, strict=True):
        if file.name != name:
            yield f"'{file.name}' is called {name} in the drop: names have small letters, digits and -._ only."
    if known is None:
        yield f"No agreement with '{plan.partner}' is known on this machine, so its areas were not looked at."
    if check is not None and check.rows_held:
        whole = ", which holds the whole drop" if check.outcome == "HELD" else ""
        yield f"{check.rows_held:,} of {check.rows:,} rows would be held{whole}."


def sign_drop(folder: Path, key_path: Path) -> str:
    """Sign a drop: the signature is written last, whole or not at all.

    Returns:
        The fingerprint of the key that signed, as `ssh-keygen -l` prints it.

    Raises:
        UsageError: there is no drop or no key, or the key cannot be used.
        BadManifest: the manifest breaks its form.
        DropError: a file is not as the manifest says, or not in it; the exchange would refuse the drop.
    """
    content, secret = _read(folder / MANIFEST, "pack the drop first"), _read(key_path, "name your private key")
    key = read_private_key(secret)
    manifest = read_manifest(content)
    listed = {file.name for file in manifest.files}
    changed = [file.name for file in manifest.files if not _is_as_listed(folder / file.name, file.sha256)]
    unlisted = sorted(path.name for path in folder.iterdir() if path.name not in {*listed, MANIFEST, SIGNATURE})
    if changed or unlisted:
        found = [f"{shown(name)} is not there, or was changed since the drop was packed" for name in changed]
        found += [f"{shown(name)} is not in the manifest" for name in unlisted]
        raise DropError(f"{'; '.join(found)}. A signature binds the files that the manifest lists; pack the drop anew")
    write_whole(folder / SIGNATURE, sign(key, content, MANIFEST_NAMESPACE).encode())
    return fingerprint(raw_public_key(key))


def sha256_of(path: Path) -> str:
    """A file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees part of it.

    Raises:
        UsageError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        beside.unlink(missing_ok=True)


def _require_place(files: Sequence[Path], folder: Path) -> None:
    if not files or len(files) > FILES:
        raise UsageError(f"{len(files)} files were named; a drop has 1 to {FILES}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already; name a new folder with --output, one a drop")


def _manifest(plan: Plan, files: list[dict[str, Any]]) -> Manifest:
    fields = {name: getattr(plan, name) for name in Plan.__dataclass_fields__ if name not in {"table", "exchange"}}
    fields |= {
        "spec": "drop/1",
        "exchange": plan.exchange or exchange_id(),
        "dataflow": plan.table.id,
        "structure": structure_id(plan.table),
        "created": dt.datetime.now(dt.UTC).strftime(TIME),
        "files": files,
    }
    try:
        return read_manifest(json.dumps(fields).encode())
    except BadManifest as error:
        raise UsageError(" ".join(f"{fault.found} {fault.allowed}" for fault in error.faults)) from None


def safe_names(files: Sequence[Path]) -> list[str]:
    """The files' names as the exchange takes them: small letters, digits and -._ only, each once."""
    names: list[str] = []
    for file in files:
        ending = file.suffix.lower()
        plain = unicodedata.normalize("NFKD", file.stem).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9._-]+", "-", plain).strip("._-") or "data"
        number, name = 1, f"{stem[: NAME_CHARACTERS - len(ending)]}{ending}"
        while name in names:
            number += 1
            tail = f"-{number}{ending}"
            name = f"{stem[: NAME_CHARACTERS - len(tail)]}{tail}"
        names.append(name)
    return names


def _is_as_listed(path: Path, sha256: str) -> bool:
    return path.is_file() and not path.is_symlink() and sha256_of(path) == sha256


def _read(path: Path, else_: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}; {else_}") from None
