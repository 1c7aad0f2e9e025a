"""The wire of a data root: its pacing file, the keys of the environment, and stand-ins for rehearsals.

COMPACT_LIVE_HOSTS names stand-ins as publisher=stand-in, comma-separated, such as
https://api.census.gov=http://127.0.0.1:8099; only this machine may stand in for a publisher.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from compact_pipelines.errors import UsageError
from compact_pipelines.live.pacing import Pacer
from compact_pipelines.live.wire import Patience, Wire

HOSTS_VARIABLE: Final = "COMPACT_LIVE_HOSTS"


def stand_ins(environ: Mapping[str, str]) -> dict[str, str]:
    """Publisher's scheme and host to what stands in for it; empty as a rule.

    Raises:
        UsageError: the variable is not written so.
    """
    pairs = [text.strip() for text in environ.get(HOSTS_VARIABLE, "").split(",") if text.strip()]
    if wrong := [pair for pair in pairs if pair.count("=") != 1 or pair.count("://") != 2]:  # noqa: PLR2004
        raise UsageError(
            f"{HOSTS_VARIABLE} holds {wrong[0]!r}; write publisher=stand-in, such as "
            "https://api.census.gov=http://127.0.0.1:8099"
        )
    return {publisher: instead for publisher, _, instead in (pair.partition("=") for pair in pairs)}


@contextmanager
def open_wire(
    data_root: Path, environ: Mapping[str, str] = os.environ, patience: Patience | None = None
) -> Iterator[Wire]:
    """A wire that keeps to the rates of all processes of a data root; let go of at the end.

    Raises:
        UsageError: a stand-in is not on this machine.
    """
    wire = Wire(Pacer(data_root / "live" / "pacing.sqlite"), patience, environ, stand_ins(environ))
    try:
        yield wire
    finally:
        wire.close()
