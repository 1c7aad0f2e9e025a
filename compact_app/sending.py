"""Putting a signed drop into the inbox, once it is certain whose it is and that it is whole; and finding its receipt.

Nothing is written below the data root for anybody whose key is not registered. The folder's name is ours, made of the
manifest's own bytes, so that the same drop has the same place and no drop can take another's.
"""

import datetime as dt
import errno
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from compact_app.receiving import MOST_BYTES, Upload
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.faults import Fault, shown
from compact_pipelines.exchange.faults import finding
from compact_pipelines.exchange.manifest import FILES, MANIFEST, SIGNATURE, Manifest, finding_of
from compact_pipelines.exchange.partners import Agreement, exchange_id
from compact_pipelines.exchange.signatures import MANIFEST_NAMESPACE, BadSignature, fingerprint, verify
from compact_pipelines.exchange.store import SMALL, Copy, Store, opened_folder
from compact_pipelines.exchange.verification import Refused, Verified, require_own, require_signed, require_whole

UPLOADS_VARIABLE: Final = "COMPACT_UPLOADS"
MOST_PENDING: Final = 5  # drops of one partner that came by this page and have no receipt yet
ID_DIGITS: Final = 12
PREFIX: Final = "web-"
RECEIPT: Final = "receipt.json"
RECEIPT_BYTES: Final = 64 << 20  # none of ours is larger; ten thousand findings are a tenth of it
FOLDER_MODE, FILE_MODE = 0o755, 0o644


@dataclass(frozen=True)
class Sent:
    """A drop in the inbox.

    Attributes:
        partner: whose it is.
        drop: its folder.
        is_new: whether it was put there now.
    """

    partner: str
    drop: str
    is_new: bool


class TooManyPending(Exception):
    """As many drops of the partner wait as may."""


def accepts_uploads(setting: str | None, address: str | None, host: str | None) -> bool:
    """Whether drops may be sent through this page.

    Args:
        setting: $COMPACT_UPLOADS, on or off; where it says neither, only a dashboard that this machine alone can reach
            takes any.
        address: where the server listens.
        host: the host in the reader's address bar, if known.
    """
    if setting in {"on", "off"}:
        return setting == "on"
    here = {"localhost", "127.0.0.1", "::1"}
    return not setting and address in here and (host is None or host in here)


def send_drop(  # noqa: PLR0913, PLR0917  (what, where to, by whose agreement, when)
    data_root: Path,
    files: Sequence[Upload],
    manifest: bytes,
    signature: bytes,
    agreements: Mapping[str, Agreement],
    now: dt.datetime | None = None,
) -> Sent:
    """Verify a drop, then put it into its partner's inbox: data, manifest, signature last.

    The same drop again changes nothing and needs no data files.

    Args:
        data_root: below which the inbox is.
        files: the data files; they are told by their hashes, whatever their senders call them.
        manifest: its bytes.
        signature: its signature's bytes.
        agreements: those in force, by partner.
        now: UTC; this moment if not given.

    Raises:
        Refused: it is nobody's, not for this exchange, or not whole; nothing was written.
        TooManyPending: nothing was written either.
    """
    now = now or dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory(prefix="compact-sending-") as scratch:
        store, copies = _stored(Path(scratch), manifest, signature)
        partner = _owner(signature, manifest, agreements)
        agreement, key, content = require_signed(store, copies, partner, agreements, now)
        verified = require_own(content, agreement, key, contracts=load_contracts(), exchange=exchange_id(), now=now)
    drop = drop_folder(verified.manifest, manifest)
    with _locked_inbox(data_root / "inbox", partner) as inbox:
        if _is_there(inbox, drop):
            return Sent(partner, drop, is_new=False)
        contents = _matched(files, verified)
        if _pending(inbox, data_root / "outbox", partner) >= MOST_PENDING:
            raise TooManyPending
        _put(inbox, drop, {**contents, MANIFEST: manifest, SIGNATURE: signature})
    return Sent(partner, drop, is_new=True)


def drop_folder(manifest: Manifest, content: bytes) -> str:
    """The name of a drop's folder: its number, and the first digits of the SHA-256 of its manifest."""
    return f"{PREFIX}{manifest.seq}-{hashlib.sha256(content).hexdigest()[:ID_DIGITS]}"


def receipt_of(data_root: Path, sent: Sent) -> bytes | None:
    """The receipt of a drop; None where there is none yet."""
    path = data_root / "outbox" / sent.partner / sent.drop / RECEIPT
    try:
        with path.open("rb") as file:
            return file.read(RECEIPT_BYTES)
    except OSError:
        return None


def read_receipt(content: bytes) -> dict[str, Any] | None:
    """A receipt's fields; None where it is not whole."""
    try:
        receipt = json.loads(content)
    except ValueError:
        return None
    return receipt if isinstance(receipt, dict) else None


def _stored(scratch: Path, manifest: bytes, signature: bytes) -> tuple[Store, dict[str, Copy]]:
    """Copies of manifest and signature, as the questions of the exchange take them.

    Raises:
        Refused: one of them is too large.
    """
    given = scratch / "given"
    given.mkdir()
    for name, content in ((MANIFEST, manifest), (SIGNATURE, signature)):
        if len(content) > SMALL[name]:
            found = f"{name} has {len(content):,} bytes; the limit is {SMALL[name]:,}"
            raise Refused(finding(Fault("file_size", found=found), name))
        (given / name).write_bytes(content)
    store = Store(scratch / "store")
    with opened_folder(scratch, given.name) as folder:
        return store, {name: store.take(name, folder, SMALL[name]) for name in (MANIFEST, SIGNATURE)}


def _owner(signature: bytes, manifest: bytes, agreements: Mapping[str, Agreement]) -> str:
    """Whose key signed.

    Raises:
        Refused: the signature does not hold, or the key is nobody's.
    """
    try:
        signer = verify(signature, manifest, MANIFEST_NAMESPACE)
    except BadSignature as error:
        raise Refused(finding_of("signature", error.found, error.allowed, error.mend, file=SIGNATURE)) from None
    owners = [partner for partner, agreement in agreements.items() if agreement.key_of(signer) is not None]
    if not owners:
        found = f"The signature is of a key that is not registered ({fingerprint(signer)})"
        raise Refused(finding(Fault("known_key", found=found), SIGNATURE))
    return owners[0]


def _matched(files: Sequence[Upload], verified: Verified) -> dict[str, bytes]:
    """The data files by their names in the manifest.

    Raises:
        Refused: one is missing, too large, or none of the manifest's.
    """
    limit = min(MOST_BYTES, verified.agreement.limits.file_bytes)
    if len(files) > FILES:
        found = f"{len(files):,} files were uploaded; a drop has at most {FILES}"
        raise Refused(finding(Fault("drop_files", found=found)))
    given = {hashlib.sha256(file.content).hexdigest(): file for file in files}
    contents, copies = {}, {}
    for listed in verified.manifest.files:
        file = given.get(listed.sha256)
        if file is None:
            continue
        if len(file.content) > limit:
            found = f"'{listed.name}' has {len(file.content):,} bytes; the limit here is {limit:,}"
            raise Refused(finding(Fault("file_size", found=found), listed.name))
        contents[listed.name] = file.content
        copies[listed.name] = Copy(listed.name, listed.sha256, len(file.content))
    known = {listed.sha256 for listed in verified.manifest.files}
    for sha256, file in given.items():
        if sha256 not in known:  # of a listed name, it is that file, changed
            name = shown(file.name) if shown(file.name) not in copies else f"{shown(file.name)} ({len(copies)})"
            copies[name] = Copy(name, sha256, len(file.content))
    require_whole(verified.manifest, copies, [])
    return contents


@contextmanager
def _locked_inbox(inbox: Path, partner: str) -> Iterator[int]:
    """An open handle of a partner's inbox, one writer at a time; a link there leads nowhere."""
    inbox.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        (inbox / partner).mkdir(mode=FOLDER_MODE)
    with opened_folder(inbox, partner) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle


def _is_there(inbox: int, drop: str) -> bool:
    try:
        with opened_folder(inbox, drop) as folder:
            return SIGNATURE in os.listdir(folder)  # noqa: PTH208  (a handle, not a path)
    except FileNotFoundError:
        return False


def _pending(inbox: int, outbox: Path, partner: str) -> int:
    names = [name for name in os.listdir(inbox) if name.startswith(PREFIX)]
    return sum(not (outbox / partner / name / RECEIPT).is_file() for name in names)


def _put(inbox: int, drop: str, contents: Mapping[str, bytes]) -> None:
    """Write the files in their order, each whole or not at all; what an earlier, broken attempt left is replaced."""
    with suppress(FileExistsError):
        os.mkdir(drop, FOLDER_MODE, dir_fd=inbox)
    with opened_folder(inbox, drop) as folder:
        for name, content in contents.items():
            draft = f".{name}.part"
            _remove(draft, folder)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE, dir_fd=folder)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    os.fsync(inbox)


def _remove(name: str, folder: int) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
