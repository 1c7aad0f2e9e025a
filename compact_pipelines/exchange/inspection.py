"""What the exchange would say of a drop, said on the partner's own machine: the same questions, asked of a folder.

What only the exchange knows is left out and named: which number is next, and what it holds already. Keys, areas and
tables are those of the agreements that are known here.
"""

import datetime as dt
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from compact_pipelines.contracts import Contracts, Table, load_contracts
from compact_pipelines.contracts.faults import Fault
from compact_pipelines.contracts.files import Limits, Progress, unwatched
from compact_pipelines.contracts.findings import CellFinding, Count
from compact_pipelines.errors import UsageError
from compact_pipelines.exchange.decision import HELD_ROWS, HELD_SHARE, counts_of
from compact_pipelines.exchange.faults import finding
from compact_pipelines.exchange.judgement import DropFile, judge_drop
from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE, BadManifest, Manifest, finding_of, read_manifest
from compact_pipelines.exchange.partners import Agreement, Format, Key, Names
from compact_pipelines.exchange.signatures import MANIFEST_NAMESPACE, BadSignature, fingerprint, public_key_line, verify
from compact_pipelines.exchange.store import Copy, Store, opened_folder, take_folder
from compact_pipelines.exchange.verification import Refused, require_own, require_signed, require_whole

NOBODY: Final = "nobody"  # the partner of a drop whose manifest does not say
EVERY_FORMAT: Final[tuple[Format, ...]] = ("csv", "sdmx-csv", "xlsx", "parquet")
SINCE: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class DropCheck:
    """What is to be said of a drop, as far as the drop alone decides it.

    Attributes:
        manifest: what it says of itself; None where it cannot be read.
        signer: the fingerprint of the key that signed; None where no signature holds.
        rows: data rows in it, as far as they could be read.
        rows_held: rows that break a rule and would be held.
        is_refused: whether the drop would be refused as a whole.
        counts: how often each rule is broken in each column.
        findings: what is wrong with the drop, then with its rows; at most a hundred for one rule and column.
        notes: what could not be asked here, a sentence each.
    """

    manifest: Manifest | None
    signer: str | None
    rows: int
    rows_held: int
    is_refused: bool
    counts: tuple[Count, ...]
    findings: tuple[CellFinding, ...]
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """How many faults hold rows or refuse the drop."""
        return sum(count.found for count in self.counts if count.severity == "error")

    @property
    def outcome(self) -> str:
        """What a receipt would say."""
        if self.is_refused:
            return "REJECTED"
        if not self.rows_held:
            return "ACCEPTED"
        is_whole = self.manifest is not None and self.manifest.mode == "all_or_nothing"
        is_much = self.rows_held >= HELD_ROWS and self.rows_held > self.rows * HELD_SHARE
        return "HELD" if is_whole or is_much else "ACCEPTED_WITH_HELD_ROWS"

    def as_dict(self) -> dict[str, Any]:
        """The check for JSON: `findings`, and under `counts` the totals and `by_rule` all counts."""
        return {
            "outcome": self.outcome,
            "signer": self.signer,
            "manifest": self.manifest.as_fields() if self.manifest else None,
            "counts": {
                "rows": self.rows,
                "rows_held": self.rows_held,
                "errors": self.errors,
                "by_rule": [asdict(count) for count in self.counts],
            },
            "findings": [asdict(one) for one in self.findings],
            "notes": list(self.notes),
        }


def judge_files(
    files: list[DropFile], manifest: Manifest, table: Table, agreement: Agreement, progress: Progress = unwatched
) -> DropCheck:
    """Judge the files of a drop as the exchange does, in a scratch folder.

    Args:
        files: the data files.
        manifest: what the drop says of itself.
        table: the contract.
        agreement: for which areas it speaks, and how much a file may hold.
        progress: told how far it is.
    """
    with tempfile.TemporaryDirectory(prefix="compact-judging-") as workdir:
        judged = judge_drop(
            files,
            table,
            areas=frozenset(agreement.reporters),
            limits=agreement.file_limits,
            action=manifest.action,
            workdir=Path(workdir),
            progress=progress,
        )
    return DropCheck(
        manifest, None, judged.rows_in, judged.rows_held, judged.is_refused, judged.counts, judged.findings
    )


def check_drop(  # noqa: PLR0913  (each is asked of its own)
    folder: Path,
    agreements: Mapping[str, Agreement],
    *,
    public_key: bytes | None = None,
    exchange: str | None = None,
    now: dt.datetime | None = None,
    progress: Progress = unwatched,
) -> DropCheck:
    """Say what the exchange would say of a drop.

    Args:
        folder: the drop.
        agreements: those that are known here, by partner.
        public_key: the key that should have signed, 32 bytes; any, where none is given and none is agreed.
        exchange: the id of the exchange it is for; not asked where none is given.
        now: UTC; this moment if not given.
        progress: told while a file is judged.

    Raises:
        UsageError: there is no such folder.
    """
    contracts, now = load_contracts(), now or dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory(prefix="compact-drop-") as scratch:
        store = Store(Path(scratch) / "store")
        partner, agreement, notes = NOBODY, None, ["Which number is next, and what changes, only the exchange knows."]
        try:
            copies, faults = _taken(store, folder, agreements)
        except OSError as error:
            raise UsageError(f"{folder} is no drop: {error.strerror or error}; name the folder") from None
        manifest, signer = _manifest(store, copies), _signer(store, copies)
        if manifest is not None:
            partner, agreement = manifest.partner, agreements.get(manifest.partner)
        if agreement is None or not agreement.keys:
            notes.append(_without_agreement(partner, agreement))
            agreement = stand_in(partner, contracts, agreement, signer)
        if exchange is None and manifest is not None:
            exchange = manifest.exchange
            notes.append(f"The manifest is for the exchange '{exchange}'; ask whether that is its id.")
        try:
            if findings := _unsigned(copies):
                content, key = store.read(copies[MANIFEST].sha256), agreement.keys[0]
            else:
                _, key, content = require_signed(store, copies, partner, {partner: agreement}, now)
                _require_key(signer, public_key)
            verified = require_own(content, agreement, key, contracts=contracts, exchange=exchange or "", now=now)
            require_whole(verified.manifest, copies, faults)
        except Refused as error:
            check = DropCheck(manifest, None, 0, 0, is_refused=True, counts=(), findings=error.findings)
        else:
            files = [
                DropFile(file.name, file.format, store.path(copies[file.name].sha256), file.rows)
                for file in verified.manifest.files
            ]
            check = judge_files(files, verified.manifest, verified.table, agreement, progress)
    own = [*findings, *(check.findings if not check.counts else ())]
    return replace(
        check,
        signer=fingerprint(signer) if signer else None,
        is_refused=check.is_refused or bool(findings),
        counts=(*counts_of(own), *check.counts),
        findings=(*findings, *check.findings),
        notes=tuple(notes),
    )


def _taken(store: Store, folder: Path, agreements: Mapping[str, Agreement]) -> tuple[dict[str, Copy], list[Fault]]:
    """Copies of the drop's files by name, and why the others are none."""
    limit = max([Limits().file_bytes, *(agreement.limits.file_bytes for agreement in agreements.values())])
    with opened_folder(folder.resolve().parent, folder.resolve().name) as handle:
        copies, faults = take_folder(store, handle, sorted(os.listdir(handle)), limit)  # noqa: PTH208  (a handle, not a path)
    return {copy.name: copy for copy in copies}, faults


def _manifest(store: Store, copies: Mapping[str, Copy]) -> Manifest | None:
    try:
        return read_manifest(store.read(copies[MANIFEST].sha256)) if MANIFEST in copies else None
    except BadManifest:
        return None


def _signer(store: Store, copies: Mapping[str, Copy]) -> bytes | None:
    if MANIFEST not in copies or SIGNATURE not in copies:
        return None
    signature, content = (store.read(copies[name].sha256) for name in (SIGNATURE, MANIFEST))
    try:
        return verify(signature, content, MANIFEST_NAMESPACE)
    except BadSignature:
        return None


def _without_agreement(partner: str, agreement: Agreement | None) -> str:
    if agreement is None:
        known = f"No agreement with '{partner}' is known on this machine"
        return f"{known}, so whose key signed, the areas and the tables were not looked at."
    return f"The agreement with '{partner}' known on this machine has no key; the exchange takes no drop without one."


def stand_in(
    partner: str, contracts: Contracts, agreement: Agreement | None = None, signer: bytes | None = None
) -> Agreement:
    """An agreement under which a key may sign and every area speak, so that everything else can be asked.

    Args:
        partner: whose it would be.
        contracts: which areas and tables there are.
        agreement: one that is known and has no key; only the key is added then.
        signer: the key, 32 bytes.
    """
    keys = [Key(id="this", public_key=public_key_line(signer or bytes(32)), valid_from=SINCE)]
    if agreement is not None:
        return agreement.model_copy(update={"keys": keys})
    return Agreement(
        id=partner,
        name=Names(en=partner, fr=partner, es=partner),
        status="agreed",
        reporters=contracts.codelists["area"].codes,
        dataflows=list(contracts.tables),
        formats=[*EVERY_FORMAT],
        keys=keys,
    )


def _unsigned(copies: Mapping[str, Copy]) -> list[CellFinding]:
    """A drop with a manifest and no signature is not ready; the rest is looked at all the same."""
    if MANIFEST not in copies or SIGNATURE in copies:
        return []
    allowed = "The exchange touches no drop without a signature."
    mend = "Sign it when the rest is in order: compact drop sign FOLDER --key KEY."
    return [finding_of("signature", "The drop is not signed yet.", allowed, mend, file=SIGNATURE)]


def _require_key(signer: bytes | None, expected: bytes | None) -> None:
    if signer is not None and expected is not None and signer != expected:
        found = f"The drop is signed with {fingerprint(signer)}, not with {fingerprint(expected)}"
        raise Refused(finding(Fault("known_key", found=found), SIGNATURE))
