"""Building and publishing an edition: one numbered DuckDB file an audience, its additions to the log, the pointer.

The order makes a kill harmless: until the pointer moves, files of the new number are not looked at by anyone, and
the next run overwrites them.
"""

import datetime as dt
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.warehouse.files import file_of, write_audience_file, write_public_file
from compact_pipelines.warehouse.layout import PUBLIC, EditionFile, Layout, Pointer, sha256_of
from compact_pipelines.warehouse.recall import Unseen, editions_to_recall
from compact_pipelines.warehouse.vintages import NOT_LOGGED, changes, current_view, read_log

KEPT_EDITIONS: Final = 10


@dataclass(frozen=True)
class Published:
    """What came of publishing.

    Attributes:
        number: the edition now current.
        is_new: False if the current edition already holds exactly these inputs and this code.
        path: its public file.
        recorded: per theme table, rows added to the log.
    """

    number: int
    is_new: bool
    path: Path
    recorded: dict[str, int]


@dataclass(frozen=True)
class AudienceTables:
    """What one audience's file is made of, beside the public's.

    Attributes:
        own: published tables in which it differs from the public's file, by name.
        hidden: theme table to (rows, at least its row_key) whose value the audience does not see.
    """

    own: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    hidden: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def publish_edition(  # noqa: PLR0913  (an edition has these inputs)
    layout: Layout,
    tables: Mapping[str, pl.DataFrame],
    *,
    fingerprint: str,
    code_version: str,
    input_hashes: str,
    audiences: Mapping[str, AudienceTables] | None = None,
    known: Mapping[str, pl.DataFrame] | None = None,
    withdrawn: Collection[str] = (),
    next_release: dt.datetime | None = None,
) -> Published:
    """Build the next edition, one file an audience, and serve it.

    Older files that show what their audience may not see any more are removed: all but the served ones before the
    pointer moves, those after it; the pointer names them, so that a run after a kill removes what was left.

    Args:
        layout: the data root.
        tables: every published table by name but `edition`, as the public sees it, columns in any order.
        fingerprint: of inputs and code together; equal fingerprints make no new edition.
        code_version: what the edition row says of the code.
        input_hashes: what the edition row says of the inputs, as JSON.
        audiences: every audience, the public among them, with what is its own; the public alone if None.
        known: theme table to its rows as they truly are, for the log; the public's rows if None.
        withdrawn: drops that have been withdrawn.
        next_release: when the first embargo ends of what the edition does not show.

    Returns:
        The edition now current.

    Raises:
        WarehouseError: a table is missing or does not fit its contract, or a check of a table has not passed.
    """
    audiences = audiences or {PUBLIC: AudienceTables()}
    pointer = layout.pointer()
    if pointer and _is_current(layout, pointer, fingerprint, audiences, next_release):
        layout.remove(pointer.recalled)
        return Published(pointer.number, False, layout.editions / pointer.files[PUBLIC].file, {})  # noqa: FBT003
    number = pointer.number + 1 if pointer else 1
    now = dt.datetime.now(dt.UTC)
    contracts = load_contracts()
    versions = pl.Series([{table.id: table.version for table in contracts.tables.values()}]).struct.json_encode()[0]
    row = {"number": number, "audience": PUBLIC, "built_at": now, "code_version": code_version,
           "contract_versions": versions, "input_hashes": input_hashes}  # fmt: skip
    rows = known or {name: tables[name].drop(NOT_LOGGED) for name in contracts.tables}
    recorded, had_drops = _record_vintages(layout, rows, number, pointer.number if pointer else 0)
    public = write_public_file(layout, number, {**tables, "edition": pl.DataFrame([row])})
    files = {PUBLIC: public}
    for audience, its in audiences.items():
        if audience != PUBLIC:
            edition = pl.DataFrame([{**row, "audience": audience}])
            path = file_of(layout, number, audience)
            files[audience] = write_audience_file(public, path, own={**its.own, "edition": edition}, shown=tables)
    recalled = _recalled(layout, number, audiences, rows, withdrawn) if had_drops or _hides(audiences) else []
    served = {file.file for file in pointer.files.values()} if pointer else set()
    layout.remove(name for name in recalled if name not in served)
    layout.move_pointer(
        Pointer(
            number=number,
            published_at=now,
            fingerprint=fingerprint,
            files={audience: EditionFile(file=path.name, sha256=sha256_of(path)) for audience, path in files.items()},
            next_release=next_release,
            recalled=recalled,
        )
    )
    layout.remove(recalled)
    _drop_old_editions(layout, number)
    return Published(number, True, public, recorded)  # noqa: FBT003


def _is_current(
    layout: Layout,
    pointer: Pointer,
    fingerprint: str,
    audiences: Collection[str],
    next_release: dt.datetime | None,
) -> bool:
    is_same = (pointer.fingerprint, pointer.next_release) == (fingerprint, next_release)
    return is_same and pointer.files.keys() == set(audiences) and layout.is_intact(pointer)


def _record_vintages(
    layout: Layout, known: Mapping[str, pl.DataFrame], number: int, previous: int
) -> tuple[dict[str, int], bool]:
    """Write what an edition adds to the log; how many rows a table, and whether partners' rows are or were in it."""
    recorded, had_drops = {}, False
    for table in load_contracts().tables.values():
        current = current_view(read_log(layout.vintages, table, previous), table)
        added = changes(known[table.id], current, table, number)
        recorded[table.id] = added.height
        had_drops |= any(frame["drop_id"].is_not_null().any() for frame in (current, known[table.id]))
        path = layout.vintages / table.id / f"{number:06d}.parquet"
        path.unlink(missing_ok=True)  # left by a run that was killed before it moved the pointer
        if not added.is_empty():
            write_parquet(added, path)
    return recorded, had_drops


def _hides(audiences: Mapping[str, AudienceTables]) -> bool:
    return any(not hidden.is_empty() for its in audiences.values() for hidden in its.hidden.values())


def _recalled(
    layout: Layout,
    number: int,
    audiences: Mapping[str, AudienceTables],
    known: Mapping[str, pl.DataFrame],
    withdrawn: Collection[str],
) -> list[str]:
    dropped = {name: frame.filter(pl.col("drop_id").is_not_null()) for name, frame in known.items()}
    unseen = {audience: Unseen(its.hidden, dropped, withdrawn) for audience, its in audiences.items()}
    return editions_to_recall(layout, number, unseen)


def write_parquet(frame: pl.DataFrame, path: Path, metadata: dict[str, str] | None = None) -> None:
    """Write a frame so that a reader never sees a part of it; metadata goes into the file's own footer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        frame.write_parquet(draft, metadata=metadata)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _drop_old_editions(layout: Layout, number: int) -> None:
    for path in layout.editions.glob("edition-*.duckdb"):
        if int(path.name.split("-")[1].split(".")[0]) <= number - KEPT_EDITIONS:
            path.unlink()
