"""What is stale: a frame that is missing, or rests on something that has changed since it passed its checks.

A stamp beside each frame says on what it rests.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.fingerprints import code_fingerprint
from compact_pipelines.live.rows import live_rows
from compact_pipelines.snapshots import read_row, write_atomically
from compact_pipelines.warehouse.build import write_parquet
from compact_pipelines.warehouse.layout import Layout

EDITION: Final = "edition"
CODE: Final = "code"  # in the footer of a frame: what computed it
LIVE: Final = "live_source"  # metadata of an asset that rests on what is believed live of a source
DROPS: Final = "core_drops__"


def stale_assets(layout: Layout, fingerprints: Mapping[str, str]) -> list[str]:
    """The assets whose frame is missing or rests on something that has changed, and the edition.

    Args:
        layout: the data root.
        fingerprints: what each asset rests on, see `asset_fingerprints`.

    Returns:
        Asset names, in the order of the mapping.
    """
    return [name for name, now in fingerprints.items() if name == EDITION or not is_fresh(layout, name, now)]


def settle_unasked(layout: Layout, live: Mapping[str, str], fingerprints: Mapping[str, str]) -> None:
    """Write the empty frames of sources that nothing is embedded of and that were never asked.

    A step of Dagster's for each would cost more than all of them together, on every machine that is offline.
    """
    for source in load_contracts().sources_in_use:
        name = f"core_{source.id}"
        if source.is_embedded or source.id in live or is_fresh(layout, name, fingerprints.get(name, "")):
            continue
        write_parquet(live_rows(layout.root, source), layout.frame(name), {CODE: code_fingerprint()})
        write_atomically(stamp_of(layout, name), fingerprints[name].encode())


def ended_embargoes(layout: Layout, at: dt.datetime) -> dict[str, str]:
    """Theme table to the last embargo that has ended among what partners have sent; a blank where none has."""
    ended = {}
    for table in load_contracts().tables:
        path = layout.frame(f"{DROPS}{table}")
        times = pl.read_parquet(path, columns=["embargo_time"])["embargo_time"] if path.exists() else pl.Series()
        ended[table] = str(max((time for time in times.unique() if time is not None and time <= at), default=""))
    return ended


def is_fresh(layout: Layout, name: str, fingerprint: str) -> bool:
    """Whether an asset has its output, and it rests on what its fingerprint says."""
    row = layout.building / f"{name}.json"
    has_output = read_row(row, layout.root).path.exists() if row.exists() else layout.frame(name).exists()
    stamp = stamp_of(layout, name)
    return has_output and stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint


def stamp_of(layout: Layout, name: str) -> Path:
    """Where it is kept on what an asset's output rests."""
    return layout.stamps / name
