"""What is ready in the inbox, taken into the store and noted as received.

inbox/<partner>/<drop>/ is the partner's to write; nothing there is changed. The signature is the ready mark: a folder
without one is not touched. A folder is taken up again when something in it has changed.
"""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from compact_pipelines.contracts.faults import Fault, UnreadableFile, shown
from compact_pipelines.contracts.files import Limits
from compact_pipelines.exchange.ledger import Ledger, append_audit, insert, transaction
from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE, is_partner_id
from compact_pipelines.exchange.partners import Agreement
from compact_pipelines.exchange.store import (
    MOST_FILES,
    Copy,
    Store,
    folder_fingerprint,
    opened_folder,
    read_file,
    take_folder,
)
from compact_pipelines.exchange.verification import Refused, require_signed

FOLDER_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
ID_DIGITS: Final = 12


@dataclass(frozen=True)
class Ready:
    """A folder of the inbox whose signature is there.

    Attributes:
        partner: whose inbox it is in.
        name: the folder's name as it may be written anywhere; one of another form is named by a hash.
        fingerprint: changes with what is in it.
        given: the name as it stands in the inbox.
    """

    partner: str
    name: str
    fingerprint: str
    given: str


def find_ready(inbox: Path, partner: str | None = None, drop: str | None = None) -> Iterator[Ready]:
    """The folders that are ready, by partner and name.

    Args:
        inbox: the inbox.
        partner: only this one's; all if None.
        drop: only the folder of this name.
    """
    if not inbox.is_dir():
        return
    for owner in sorted(path.name for path in inbox.iterdir()):
        if (partner is not None and owner != partner) or not is_partner_id(owner):
            continue
        try:
            with opened_folder(inbox, owner) as parent:
                yield from _ready_below(parent, owner, drop)
        except OSError:
            continue  # a file or a link: nothing is ready there


def _ready_below(parent: int, partner: str, drop: str | None) -> Iterator[Ready]:
    for given in sorted(os.listdir(parent)):
        if drop is not None and given != drop:
            continue
        try:
            with opened_folder(parent, given) as folder:
                names, fingerprint = folder_fingerprint(folder)
        except OSError:
            continue
        if SIGNATURE in names:
            yield Ready(partner, _safe(given), fingerprint, given)


def _safe(name: str) -> str:
    if FOLDER_NAME.fullmatch(name):
        return name
    return f"unnamed-{hashlib.sha256(os.fsencode(name)).hexdigest()[:ID_DIGITS]}"


def is_seen(ledger: Ledger, ready: Ready) -> bool:
    """Whether exactly this was taken up before."""
    return bool(
        ledger.rows(
            "SELECT 1 FROM drops WHERE partner = ? AND folder = ? AND fingerprint = ? LIMIT 1",
            ready.partner, ready.name, ready.fingerprint,
        )
    )  # fmt: skip


def has_receipt(ledger: Ledger, ready: Ready) -> bool:
    """Whether a drop of this folder was taken up: its receipt stays until it is taken up again."""
    return bool(ledger.rows("SELECT 1 FROM drops WHERE partner = ? AND folder = ? LIMIT 1", ready.partner, ready.name))


def read_small(inbox: Path, ready: Ready, name: str) -> bytes | None:
    """The bytes of a manifest or a signature in the inbox, for a look before it is picked up; None if it is no such."""
    try:
        with opened_folder(inbox, ready.partner) as parent, opened_folder(parent, ready.given) as folder:
            return read_file(folder, name)
    except (OSError, UnreadableFile):
        return None


@dataclass(frozen=True)
class Taken:
    """A folder whose files are in the store."""

    copies: list[Copy]
    faults: list[Fault]


def take_up(store: Store, inbox: Path, ready: Ready, agreements: Mapping[str, Agreement], now: dt.datetime) -> Taken:
    """Copy a ready folder's files into the store: manifest and signature, and the data only under a good signature."""
    agreement = agreements.get(ready.partner)
    limits = agreement.file_limits if agreement else Limits()
    if agreement is None:
        return Taken([], [])  # nobody's files are not kept
    try:
        with opened_folder(inbox, ready.partner) as parent, opened_folder(parent, ready.given) as folder:
            names, _ = folder_fingerprint(folder)
            if len(names) > MOST_FILES:
                return Taken(*take_folder(store, folder, names, limits.file_bytes))
            small: list[str] = [name for name in (MANIFEST, SIGNATURE) if name in names]
            copies, faults = take_folder(store, folder, small, limits.file_bytes)
            if not _is_signed(store, copies, faults, ready.partner, agreements, now):
                return Taken(copies, faults)
            data, more = take_folder(store, folder, [name for name in names if name not in small], limits.file_bytes)
            copies, faults = copies + data, faults + more
    except OSError as error:
        return Taken([], [Fault("plain_file", found=f"The folder cannot be read: {shown(str(error.strerror))}")])
    return Taken(copies, faults)


def _is_signed(  # noqa: PLR0913, PLR0917  (what a signature is judged by)
    store: Store, copies: list[Copy], faults: list[Fault], partner: str, agreements: Mapping[str, Agreement],
    now: dt.datetime,
) -> bool:  # fmt: skip
    try:
        require_signed(store, {copy.name: copy for copy in copies}, partner, agreements, now, faults)
    except Refused:
        return False
    return True


def note_received(ledger: Ledger, ready: Ready, taken: Taken, at: str, encode: Callable[[list[Fault]], str]) -> int:
    """Write the drop into the ledger as received; returns its number there.

    Args:
        ledger: the ledger.
        ready: the folder.
        taken: its files.
        at: the time, as the ledger writes it.
        encode: how faults of the pick-up are kept until the drop is decided.
    """
    digest = hashlib.sha256(ready.fingerprint.encode()).hexdigest()[:ID_DIGITS]
    drop_id = f"{ready.partner}.{ready.name}.{digest}"
    with ledger.open() as connection, transaction(connection):
        number = insert(
            connection, "drops",
            {"drop_id": drop_id, "partner": ready.partner, "folder": ready.name, "fingerprint": ready.fingerprint,
             "status": "RECEIVED", "received_at": at, "receipt": encode(taken.faults)},
        )  # fmt: skip
        for copy in taken.copies:
            insert(
                connection, "files",
                {"drop_number": number, "name": copy.name, "sha256": copy.sha256, "size_bytes": copy.size_bytes},
            )  # fmt: skip
        append_audit(
            connection, at, "received",
            {"drop": number, "partner": ready.partner, "folder": ready.name,
             "files": {copy.name: copy.sha256 for copy in taken.copies}},
        )  # fmt: skip
    return number
