"""A backfill in a process of its own, so that a test can kill it."""

import datetime as dt
from pathlib import Path

import pytest

from compact_pipelines.live.hosts import open_wire
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.rounds import not_held, pull_each
from compact_pipelines.live.schedule import partitions_between
from tests.live.made_up import install, made_up_source

FIRST, LAST = "2013-01", "2022-12"


def main(root: Path, address: str) -> None:
    """Ask for ten years of months at an address, as `compact live backfill` does."""
    source = install(pytest.MonkeyPatch(), made_up_source(partitions={"by": "month", "since": FIRST}))
    wanted = partitions_between(source, FIRST, LAST, dt.datetime.now(dt.UTC))
    with open_wire(root, {"COMPACT_LIVE_HOSTS": f"https://made.up={address}"}) as wire:
        pull_each(root, source, not_held(Journal(root), source, wanted), wire)
