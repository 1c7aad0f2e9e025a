"""What an answer depends on, as hashes: the code, the contracts, the inputs.

Equal fingerprints mean that a run would give what is already there, so it is not run again.
"""

import hashlib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.disclosure import DISCLOSURE_VARIABLE, disclosure_file
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.errors import SourceChanged
from compact_pipelines.exchange.partners import PARTNERS_VARIABLE, agreements_folder
from compact_pipelines.exchange.published import drops_fingerprint
from compact_pipelines.exchange.vintages import exchange_fingerprint
from compact_pipelines.live.journal import Journal, journal_file
from compact_pipelines.snapshots import embedded_folder, origin_part

DIGITS = 16


@cache
def code_fingerprint() -> str:
    """Fingerprint of every line of this package and of schemas/: one for a checkout and its installed wheel."""
    code = Path(__file__).resolve().parent.rglob("*.py")
    contracts = [*schemas_folder().rglob("*.yaml"), *schemas_folder().rglob("*.csv")]
    digest = hashlib.sha256()
    for path in [*sorted(code), *sorted(contracts)]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:DIGITS]


def part_fingerprint(source_id: str, part: str) -> str:
    """Fingerprint of the bytes of one embedded part and of what its origin says of them, or of what is wrong with them.

    A payload that nothing vouches for has a fingerprint too: the source says so when it is taken, and stops itself and
    not the others.
    """
    folder = embedded_folder(source_id)
    try:
        payload = folder / origin_part(source_id, part).file
    except SourceChanged as fault:
        return hashlib.sha256(str(fault).encode()).hexdigest()[:DIGITS]
    digest = hashlib.sha256((folder / "origin.yaml").read_bytes())
    digest.update(payload.read_bytes() if payload.is_file() else b"absent")
    return digest.hexdigest()[:DIGITS]


def exchange_state(data_root: Path) -> str:
    """Fingerprint of what the exchange adds: what partners say, and the deployment's own agreements and disclosure.

    Which embargoes have ended is not in it: the pointer knows when the next one does.
    """
    files = [disclosure_file()] if os.environ.get(DISCLOSURE_VARIABLE) else []
    if os.environ.get(PARTNERS_VARIABLE):
        files += sorted(agreements_folder().glob("*.yaml"))
    contents = [path.read_bytes() if path.is_file() else b"absent" for path in files]
    hashes = [hashlib.sha256(content).hexdigest() for content in contents]
    return combined([exchange_fingerprint(data_root), drops_fingerprint(data_root), *hashes])


def live_state(data_root: Path) -> dict[str, str]:
    """Source to a fingerprint of what is believed of it live; sources of which nothing is are left out."""
    if not journal_file(data_root).exists():
        return {}
    journal = Journal(data_root)
    states = {source.id: journal.fingerprint(source.id) for source in load_contracts().sources_in_use if source.live}
    return {source_id: state for source_id, state in states.items() if state}


def edition_fingerprint(exchange: str = "", live: Mapping[str, str] | None = None, standing: str = "") -> str:
    """Fingerprint of the code and of every input together.

    Args:
        exchange: the state of the exchange that the rows are of, see `exchange_state`.
        live: what is believed of the sources that are asked live, see `live_state`.
        standing: how those sources stand, see `live.freshness.freshness_fingerprint`: a source that was stopped is told
            in an edition, though its figures are those of the last.
    """
    parts = [part_fingerprint(source.id, part) for source in load_contracts().sources.values() for part in source.parts]
    believed = [f"{source_id} {state}" for source_id, state in sorted((live or {}).items()) if state]
    return combined([code_fingerprint(), *parts, exchange, *believed, standing])


def combined(fingerprints: list[str]) -> str:
    """One fingerprint of several, in their order."""
    return hashlib.sha256(" ".join(fingerprints).encode()).hexdigest()[:DIGITS]
