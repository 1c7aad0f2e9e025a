"""Many partitions, one after the other: what is due of all sources, or the history of one.

A source that fails keeps no other from being asked; what is held already is passed over, so a round that was killed
goes on where it was.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from compact_pipelines.contracts import Contracts, Source
from compact_pipelines.errors import ExchangeError, UsageError
from compact_pipelines.live.answers import Partition
from compact_pipelines.live.embedded import embedded_rows
from compact_pipelines.live.journal import UNANSWERED, Believed, Journal
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.live.schedule import due, require_live
from compact_pipelines.live.wire import Wire

# After so many partitions in a row without an answer the publisher is left in peace.
MOST_UNANSWERED: Final = 3

# What is told after each partition: how many are done, how many there are, what came of this one.
Told = Callable[[int, int, Pulled], None]


@dataclass(frozen=True)
class Round:
    """What came of asking for some partitions of a source.

    Attributes:
        pulled: one a partition that was asked for.
        left: how many were not asked for, because the publisher did not answer or wants a key.
        fault: why the round ended early; blank as a rule.
    """

    source_id: str
    pulled: list[Pulled] = field(default_factory=list)
    left: int = 0
    fault: str = ""

    @property
    def stopped(self) -> list[Pulled]:
        """The partitions that a person must look at."""
        return [one for one in self.pulled if one.verdict == "STOPPED"]


def live_sources(contracts: Contracts, named: Sequence[str] = ()) -> list[Source]:
    """The sources that are asked live: those that are named, or all.

    Raises:
        UsageError: one that is named is not asked live, or there is none of that name.
    """
    if unknown := sorted(set(named) - contracts.sources.keys()):
        raise UsageError(f"no source {', '.join(unknown)}; `compact live sources` lists those that are asked")
    for name in named:
        require_live(contracts.sources[name])
    return [one for one in contracts.sources_in_use if one.live and (not named or one.id in named)]


def pull_due(data_root: Path, source: Source, wire: Wire, now: dt.datetime, told: Told | None = None) -> Round:
    """Ask for what is due of a source; whatever fails is told, never raised."""
    try:
        return pull_each(data_root, source, due(source, Journal(data_root), now), wire, told)
    except ExchangeError as error:
        return Round(source.id, fault=str(error))
    except Exception as error:  # noqa: BLE001  (a fault in one source's code keeps no other from being asked)
        return Round(source.id, fault=f"{type(error).__name__}: {error} (a fault of this program)")


def pull_each(  # noqa: PLR0913  (a round has these)
    data_root: Path,
    source: Source,
    partitions: Sequence[Partition],
    wire: Wire,
    told: Told | None = None,
    *,
    is_forced: bool = False,
) -> Round:
    """Ask for partitions in their order.

    Raises:
        WarehouseError: another process is asking for one of them, or the data root cannot be written.
    """
    pulled: list[Pulled] = []
    unanswered = 0
    with Journal(data_root).open():  # kept open: the last to close a journal has to tidy it up
        for partition in partitions:
            embedded = partial(embedded_rows, source)
            found = pull(data_root, source.id, partition, wire, is_forced=is_forced, embedded=embedded)
            pulled.append(found)
            if told:
                told(len(pulled), len(partitions), found)
            unanswered = unanswered + 1 if found.verdict in UNANSWERED else 0
            if found.verdict == "NO_KEY" or unanswered >= MOST_UNANSWERED:
                break
    return Round(source.id, pulled, left=len(partitions) - len(pulled))


def not_held(journal: Journal, source: Source, partitions: Sequence[Partition]) -> list[Partition]:
    """Those whose answer is neither believed nor known to be empty."""
    believed = {one.partition_key for one in journal.accepted(source.id)}
    empty = {key for key, last in journal.last_asked(source.id).items() if last.verdict == "EMPTY"}
    return [one for one in partitions if one.key not in believed | empty]


def standing(journal: Journal, source: Source, partition: Partition) -> str:
    """Which figures an edition shows of a partition that is stopped, in words."""
    same: list[Believed] = [one for one in journal.accepted(source.id) if one.partition_key == partition.key]
    if same:
        return f"the figures of {same[0].fetched_at:%Y-%m-%d} stay"
    return "the embedded figures stay, as far as there are any" if source.parts else "it has no figures yet"
