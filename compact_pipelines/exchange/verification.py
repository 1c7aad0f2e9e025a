"""Who sends, and whether what was signed is what came: everything that is asked before a data file is read.

The signature is judged over the manifest's bytes before these are parsed. Every question stops at the first failure,
so that a drop that is not the partner's is told nothing more.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from compact_pipelines.contracts.faults import Fault, shown
from compact_pipelines.contracts.findings import CellFinding
from compact_pipelines.contracts.model import Contracts, Table
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.exchange.faults import finding
from compact_pipelines.exchange.manifest import (
    MANIFEST,
    MANIFEST_BYTES,
    SIGNATURE,
    BadManifest,
    Manifest,
    finding_of,
    read_manifest,
)
from compact_pipelines.exchange.partners import Agreement, Key
from compact_pipelines.exchange.signatures import BadSignature, fingerprint, verify
from compact_pipelines.exchange.store import ChangedCopy, Copy, Store

NAMESPACE: Final = "drop-manifest.v1"
CLOCK_SKEW: Final = dt.timedelta(minutes=5)  # what clocks of honest machines differ by


class Refused(Exception):
    """A drop that goes no further, with what is wrong."""

    def __init__(self, *findings: CellFinding) -> None:
        super().__init__(*findings)
        self.findings = findings


@dataclass(frozen=True)
class Verified:
    """A drop that is the partner's.

    Attributes:
        manifest: what it says of itself.
        agreement: under which it was sent.
        key: with which it was signed.
        table: its contract.
    """

    manifest: Manifest
    agreement: Agreement
    key: Key
    table: Table


def require_signed(  # noqa: PLR0913, PLR0917  (what is asked, of whom, when)
    store: Store,
    copies: Mapping[str, Copy],
    partner: str,
    agreements: Mapping[str, Agreement],
    now: dt.datetime,
    faults: Sequence[Fault] = (),
) -> tuple[Agreement, Key, bytes]:
    """Whose key signed the manifest.

    Args:
        store: where the copies are.
        copies: the drop's files by name.
        partner: whose inbox it lay in.
        agreements: those in force, by partner.
        now: UTC.
        faults: why files of the folder could not be picked up.

    Returns:
        The agreement, the key, and the manifest's bytes.

    Raises:
        Refused: no agreement, no signature, a signature that does not hold, or a key that is not in force.
    """
    agreement = agreements.get(partner)
    if agreement is None or not agreement.keys:
        found = "There is no agreement with this partner" if agreement is None else "The agreement has no key yet"
        raise Refused(finding(Fault("known_partner", found=found)))
    if missing := [name for name in (MANIFEST, SIGNATURE) if name not in copies]:
        known = [fault for fault in faults if fault.value is None or fault.value in missing]
        told = [finding(fault, str(fault.value or "")) for fault in known]
        if all(fault.value for fault in known):
            gone = [name for name in missing if name not in {fault.value for fault in known}]
            told += [finding(Fault("missing_file", found=f"There is no {name}"), name) for name in gone]
        raise Refused(*told)
    if copies[MANIFEST].size_bytes > MANIFEST_BYTES:
        found = f"The manifest has {copies[MANIFEST].size_bytes:,} bytes; the limit is {MANIFEST_BYTES:,}"
        raise Refused(finding(Fault("file_size", found=found), MANIFEST))
    try:
        content, signature = store.read(copies[MANIFEST].sha256), store.read(copies[SIGNATURE].sha256)
        signer = verify(signature, content, NAMESPACE)
    except ChangedCopy as error:
        raise Refused(_changed(error, copies)) from None
    except BadSignature as error:
        raise Refused(finding_of("signature", error.found, error.allowed, error.mend, file=SIGNATURE)) from None
    key = agreement.key_of(signer)
    if key is None:
        found = f"The signature is of a key that is not registered ({fingerprint(signer)})"
        raise Refused(finding(Fault("known_key", found=found), SIGNATURE))
    if not key.is_valid(now):
        raise Refused(finding(Fault("valid_key", found=f"Key '{key.id}' is {_why_invalid(key, now)}"), SIGNATURE))
    return agreement, key, content


def require_own(  # noqa: PLR0913  (who, what and when)
    content: bytes, agreement: Agreement, key: Key, *, contracts: Contracts, exchange: str, now: dt.datetime
) -> Verified:
    """What the signed manifest says, if it is for this exchange, from this partner, within the agreement.

    Raises:
        Refused: it is not.
    """
    try:
        manifest = read_manifest(content)
    except BadManifest as error:
        raise Refused(*error.faults) from None
    if manifest.partner != agreement.id:
        found = f"The manifest names partner '{manifest.partner}', the inbox is {agreement.id}'s"
        raise _refused("own_drop", "partner", found)
    if manifest.exchange != exchange:
        found = f"The manifest is for the exchange '{manifest.exchange}', this is '{exchange}'"
        raise _refused("own_exchange", "exchange", found)
    table = contracts.tables.get(manifest.dataflow)
    if table is None or manifest.dataflow not in agreement.dataflows:
        found = f"dataflow is '{manifest.dataflow}'; the agreement has {', '.join(agreement.dataflows)}"
        raise _refused("own_dataflow", "dataflow", found)
    if manifest.structure != structure_id(table):
        found = f"structure is '{manifest.structure}'; the table is {structure_id(table)}"
        raise _refused("present_structure", "structure", found)
    if manifest.created > now + CLOCK_SKEW:
        found = f"created is {manifest.created:%Y-%m-%dT%H:%M:%SZ}, it is {now:%Y-%m-%dT%H:%M:%SZ} now"
        raise _refused("created_in_the_past", "created", found)
    foreign = [file for file in manifest.files if file.format not in agreement.formats]
    if foreign:
        found = f"'{foreign[0].name}' is {foreign[0].format}; the agreement has {', '.join(agreement.formats)}"
        raise _refused("own_format", "files", found)
    return Verified(manifest, agreement, key, table)


def require_whole(manifest: Manifest, copies: Mapping[str, Copy], faults: list[Fault]) -> None:
    """Every file of the manifest is there, as it was signed, and no other.

    Args:
        manifest: the signed one.
        copies: the drop's files by name.
        faults: why other files of the folder could not be picked up.

    Raises:
        Refused: a file is missing, unlisted, or of other bytes.
    """
    listed = {file.name: file for file in manifest.files}
    wrong = [finding(fault, str(fault.value or "")) for fault in faults]
    wrong += [
        finding(Fault("missing_file", found=f"There is no '{name}'"), name)
        for name in sorted(set(listed) - set(copies) - {fault.value for fault in faults})
    ]
    wrong += [
        finding(Fault("unlisted_file", found=f"'{shown(name)}' is not in the manifest"), name)
        for name in sorted(set(copies) - set(listed) - {MANIFEST, SIGNATURE})
    ]
    for name, file in listed.items():
        copy = copies.get(name)
        if copy is None:
            continue
        if copy.size_bytes != file.bytes:
            found = f"'{name}' has {copy.size_bytes:,} bytes, the manifest says {file.bytes:,}"
            wrong.append(finding(Fault("file_agrees", found=found), name))
        elif copy.sha256 != file.sha256:
            found = f"'{name}' has the SHA-256 {copy.sha256[:12]}…, the manifest says {file.sha256[:12]}…"
            wrong.append(finding(Fault("file_agrees", found=found), name))
    if wrong:
        raise Refused(*wrong)


def _changed(error: ChangedCopy, copies: Mapping[str, Copy]) -> CellFinding:
    name = next(name for name, copy in copies.items() if copy.sha256 == error.sha256)
    return finding(Fault("kept_as_it_came", found=f"The exchange's copy of '{name}' is not as it came"), name)


def require_kept(store: Store, copies: Mapping[str, Copy]) -> None:
    """Every copy is still what came.

    Raises:
        Refused: one is not.
    """
    try:
        for copy in copies.values():
            store.require(copy.sha256)
    except ChangedCopy as error:
        raise Refused(_changed(error, copies)) from None


def _refused(rule: str, field: str, found: str) -> Refused:
    return Refused(finding(Fault(rule, column=field, found=found), MANIFEST))


def _why_invalid(key: Key, now: dt.datetime) -> str:
    if key.revoked_at is not None and now >= key.revoked_at:
        return f"revoked since {key.revoked_at:%Y-%m-%d}"
    if now < key.valid_from:
        return f"in force from {key.valid_from:%Y-%m-%d} on"
    return f"out of force since {key.valid_until:%Y-%m-%d}"
