"""What the corpus is made of: drops that are honest by default, each step of which can be bent.

All figures, partners and keys here are made up. Columns, codes and the manifest's fields come from the contracts.
"""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.exchange.manifest import MANIFEST, SIGNATURE, SPEC
from compact_pipelines.exchange.partners import Agreement
from compact_pipelines.exchange.signatures import MANIFEST_NAMESPACE, public_key_line, raw_public_key, sign

NOW: Final = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
HERE: Final = "corpus-1"  # what the exchange calls itself
TRADE: Final = load_contracts().tables["compute_exports"]
COLUMNS: Final = [column.id for column in TRADE.in_drop]
KEY_COLUMNS: Final = list(TRADE.dimensions)
IGNORED: Final = "IGNORED"  # nothing is said of it and nothing kept
DATA: Final = "data.csv"
CANARY: Final = "the canary sings 8c1f0e77d2"

Row = dict[str, str]


@dataclass(frozen=True)
class Data:
    """A data file, and what its manifest says of it."""

    content: bytes
    rows: int
    format: str = "csv"


@dataclass(frozen=True)
class Drop:
    """One drop.

    Attributes:
        files: its data files by name.
        fields: what its manifest says other than an honest one.
        manifest: makes what is signed of the honest manifest.
        signature: makes the signature of key and manifest.
        then: what is done to the folder, once all is there.
        folder: its name in the inbox.
    """

    files: Mapping[str, Data]
    fields: Mapping[str, Any] = field(default_factory=dict)
    manifest: Callable[[bytes], bytes] = bytes
    signature: Callable[[Ed25519PrivateKey, bytes], bytes] = lambda key, manifest: signed(key, manifest)  # noqa: PLW0108  (defined below)
    then: Callable[[Path], None] = lambda _: None
    folder: str = "drop"


@dataclass(frozen=True)
class Entry:
    """One case of the corpus: drops of one partner, and what becomes of the last.

    Attributes:
        name: the partner's id too.
        status: of the last drop.
        drops: the last is the case, those before it prepare it.
        rules: all that its receipt tells, by their names, warnings too.
        held: the rows held, each with its rules; of data.csv, or of the file named beside the row.
        counts: new, revised, unchanged and deleted, as far as said.
        says: words of the receipt.
        agreement: what the partner's agreement says other than the usual one.
    """

    name: str
    status: str
    drops: tuple[Drop, ...]
    rules: frozenset[str] = frozenset()
    held: Mapping[int | tuple[str, int], set[str]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    says: str = ""
    agreement: Mapping[str, Any] = field(default_factory=dict)

    @property
    def held_rows(self) -> dict[tuple[str, int], set[str]]:
        """The rows held, each with its file."""
        return {(DATA, place) if isinstance(place, int) else place: rules for place, rules in self.held.items()}


def case(name: str, status: str, *drops: Drop | Mapping[str, Data] | Data, rules: str = "", **more: Any) -> Entry:
    """An entry, written short: rules parted by blanks, drops given by their files."""
    made = tuple(_drop(drop) for drop in drops)
    return Entry(name, status, made, frozenset(rules.split()), **more)


def _drop(given: Drop | Mapping[str, Data] | Data) -> Drop:
    if isinstance(given, Drop):
        return given
    return Drop({DATA: given} if isinstance(given, Data) else given)


def key_of(name: str) -> Ed25519PrivateKey:
    """A private key that is the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"a key of {name}".encode()).digest())


def signed(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """The signature that an honest partner makes."""
    return sign(key, content, MANIFEST_NAMESPACE).encode()


def agreement_of(partner: str, **fields: Any) -> Agreement:
    """An agreement that is in force: speaks for Canada, of trade and standards, in every format."""
    key = {"id": "key-1", "public_key": public_key_line(raw_public_key(key_of(partner))),
           "valid_from": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}  # fmt: skip
    usual: dict[str, Any] = {
        "id": partner,
        "name": dict.fromkeys(("en", "fr", "es"), "A made-up office"),
        "status": "agreed",
        "reporters": ["CAN"],
        "dataflows": ["compute_exports", "standards_adoption"],
        "formats": ["csv", "sdmx-csv", "xlsx", "parquet"],
        "keys": [{**key, **fields.pop("key", {})}, *fields.pop("more_keys", [])],
    }
    return Agreement.model_validate({**usual, **fields})


def row(number: int = 0, **cells: str) -> Row:
    """A row of the trade table that is in order, but for the cells that are given."""
    good = {
        "freq": "A",
        "ref_area": "CAN",
        "counterpart_area": "USA",
        "flow": "X",
        "product": "TOTAL",
        "time_period": str(1950 + number),
        "obs_value": "12.5",
        "unit_measure": "USD",
        "obs_status": "A",
        "conf_status": "F",
    }
    return {**dict.fromkeys(COLUMNS, ""), **good, **cells}


def rows(count: int, first: int = 0, **cells: str) -> list[Row]:
    """Rows in order, one a year."""
    return [row(number, **cells) for number in range(first, first + count)]


def table(lines: list[Row], columns: list[str] | None = None, **dialect: Any) -> Data:
    """Rows as CSV."""
    text = io.StringIO()
    names = columns or list(lines[0])
    writer = csv.writer(text, **{"lineterminator": "\n", **dialect})
    writer.writerow(names)
    writer.writerows([line.get(name, "") for name in names] for line in lines)
    return Data(text.getvalue().encode(), len(lines))


def raw(content: str | bytes, count: int) -> Data:
    """A CSV given by its bytes."""
    return Data(content if isinstance(content, bytes) else content.encode(), count)


def each(numbers: Iterable[int], rules: set[str]) -> dict[int | tuple[str, int], set[str]]:
    """The same rules for rows of data.csv."""
    return {number: set(rules) for number in numbers}


def bent(cells: dict[int, Row], count: int = 4) -> Data:
    """A CSV of rows in order, some cells of which are others; by row number."""
    lines = [row(number, **cells.get(number, {})) for number in range(1, count + 1)]
    return table(lines, quoting=csv.QUOTE_ALL)


def place(inbox: Path, entry: Entry, number: int) -> Path:
    """Put a drop of an entry into the inbox, as its partner would upload it."""
    drop = entry.drops[number]
    folder = inbox / entry.name / (drop.folder if len(entry.drops) == 1 else f"{drop.folder}-{number + 1}")
    write_drop(folder, drop, entry.name, number + 1)
    return folder


def write_drop(folder: Path, drop: Drop, partner: str, seq: int) -> None:
    """Write the files of a drop, its manifest, and the signature last."""
    folder.mkdir(parents=True)
    for name, data in drop.files.items():
        (folder / name).write_bytes(data.content)
    manifest = drop.manifest(manifest_of(drop, partner, seq))
    (folder / MANIFEST).write_bytes(manifest)
    (folder / SIGNATURE).write_bytes(drop.signature(key_of(partner), manifest))
    drop.then(folder)


def manifest_of(drop: Drop, partner: str, seq: int) -> bytes:
    """The manifest of a drop, honest but for the fields that are given."""
    honest = {
        "spec": SPEC,
        "exchange": HERE,
        "partner": partner,
        "dataflow": TRADE.id,
        "structure": structure_id(TRADE),
        "seq": seq,
        "created": "2026-06-30T11:00:00Z",
        "action": "merge",
        "mode": "rows",
        "period_from": None,
        "period_to": None,
        "revision": "routine",
        "supersedes": None,
        "contact": "a made-up office",
        "files": [
            {"name": name, "format": data.format, "sha256": hashlib.sha256(data.content).hexdigest(),
             "bytes": len(data.content), "rows": data.rows}
            for name, data in drop.files.items()
        ],
    }  # fmt: skip
    return json.dumps({**honest, **drop.fields}).encode()


def canary(folder: Path) -> Path:
    """A file outside the data root, which no drop may reach; by the drop's folder."""
    return folder.parents[3] / "outside" / "canary.csv"
