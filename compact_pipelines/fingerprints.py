"""What an answer depends on, as hashes: the code, the contracts, the inputs.

Equal fingerprints mean that a run would give what is already there, so it is not run again.
"""

import hashlib
from functools import cache
from pathlib import Path

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.errors import SourceChanged
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


def edition_fingerprint() -> str:
    """Fingerprint of the code and of every input together."""
    parts = [part_fingerprint(source.id, part) for source in load_contracts().sources.values() for part in source.parts]
    return combined([code_fingerprint(), *parts])


def combined(fingerprints: list[str]) -> str:
    """One fingerprint of several, in their order."""
    return hashlib.sha256(" ".join(fingerprints).encode()).hexdigest()[:DIGITS]
