"""What a publisher announces: which partitions have changed since it was last looked at.

A source's file may say where changes are told (`release.announced`). Its dataset module may have `read_announced`,
which gives a mark for each partition that the announcement speaks of; without it the bytes are the mark of all
partitions that are asked again each time. Only marks are compared: what they mean is the publisher's.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final
from zoneinfo import ZoneInfo

from compact_pipelines.contracts import Source
from compact_pipelines.contracts.requests import WHOLE, Request
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Page, Partition
from compact_pipelines.live.reception import receive
from compact_pipelines.live.requests import live_of, prepare
from compact_pipelines.live.schedule import newest_expected
from compact_pipelines.live.wire import Patience, Wire

# A dataset module's: (the announcement's bytes, the periods it was asked for) to partition key to mark.
ANNOUNCER: Final = "read_announced"
PART: Final = "announced"
PERIOD: Final = "{period}"
# A sensor that takes longer than a minute is cut off; what got no answer is looked at again in some hours.
PATIENCE: Final = Patience(attempts=1, most_seconds=15)
Marks = dict[str, str]


@dataclass(frozen=True, order=True)
class Look(Partition):
    """What an announcement is asked for: {period} is one that is asked again each time, the dates are of today.

    Attributes:
        today: where the publisher is.
    """

    today: dt.date = dt.date.min

    @property
    def first_day(self) -> dt.date:
        """Today."""
        return self.today

    @property
    def last_day(self) -> dt.date:
        """Today."""
        return self.today


def announced_marks(source: Source, wire: Wire, now: dt.datetime) -> Marks:
    """Partition key to a mark that is another once the publisher has changed something there.

    Where the announcement is asked for by period, there is one request for each period that is asked again each time;
    else one for all.

    Args:
        source: one whose file says where changes are announced.
        wire: how it is asked; pacing and redaction are as for figures.
        now: the UTC time.

    Raises:
        SourceUnavailable: no answer; worth another try.
        KeyMissing: the key is not set, or was refused.
        SourceChanged: the announcement is not as known.
    """
    live = live_of(source)
    request = live.release.announced
    if request is None:
        return {}
    # As if the announcement were all there is to ask for: limits, refusals and empty answers are those of figures.
    announcing = source.model_copy(update={"live": live.model_copy(update={"requests": {PART: request}})})
    today = now.astimezone(ZoneInfo(live.release.timezone)).date()
    recent = recent_periods(source, now)
    marks: Marks = {}
    for periods in [[period] for period in recent] if _is_by_period(request) else [recent]:
        prepared = prepare(announcing, PART, Look(periods[-1], today=today), Page(), wire.environ)
        received = wire.ask(announcing, prepared)
        if receive(announcing, PART, received, Page()).kind == "rows":
            marks |= _marks(source, received.content, periods)
    return marks


def changed(marks: Marks, known: Marks | None) -> list[str]:
    """Partition keys whose mark is another than when they were last looked at, or that were not there; in order.

    Nothing the first time, when nothing is known (None): the schedule asks for a source the first time.
    """
    return [] if known is None else sorted(key for key, mark in marks.items() if known.get(key) != mark)


def recent_periods(source: Source, now: dt.datetime) -> list[str]:
    """The periods that are asked again each time, the oldest first."""
    by = live_of(source).partitions
    newest = newest_expected(source, now)
    if newest is None:
        return [WHOLE]
    periods = [newest]
    while len(periods) < by.revisited and periods[0] > by.since:
        periods.insert(0, _before(periods[0]))
    return periods


def _before(period: str) -> str:
    year, month = int(period[:4]), period[5:]
    if not month:
        return str(year - 1)
    return f"{year - 1}-12" if int(month) == 1 else f"{year}-{int(month) - 1:02}"


def _is_by_period(request: Request) -> bool:
    return PERIOD in str(request.model_dump())


def _marks(source: Source, content: bytes, periods: Sequence[str]) -> Marks:
    module = import_module(f"compact_pipelines.datasets.{source.theme}.{source.id}")
    read: Callable[[bytes, Sequence[str]], Marks] | None = getattr(module, ANNOUNCER, None)
    reporters = [*live_of(source).partitions.reporters] or [""]
    ours = [Partition(period, reporter).key for period in periods for reporter in reporters]
    if read is None:
        return dict.fromkeys(ours, hashlib.sha256(content).hexdigest())
    marks = read(content, periods)
    if strangers := sorted(set(marks) - set(ours)):
        raise SourceChanged(
            f"{source.id}: an announcement speaks of {', '.join(strangers[:5])}, which nobody asked for"
        )
    return marks
