"""Every source's clock, lag and pauses, played through over years in which each figure comes on its day."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import pytest
from dagster._utils.schedules import cron_string_iterator

from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.contracts.requests import WHOLE
from compact_pipelines.live.freshness import GRACE_DAYS
from compact_pipelines.live.journal import Asked
from compact_pipelines.live.requests import live_of
from compact_pipelines.live.schedule import due, newest_expected, released_by

LIVE: Final = sorted(source.id for source in load_contracts().sources.values() if source.live)
FIRST: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LOOKED_FROM: Final = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)  # the first year is for getting going
LAST: Final = dt.datetime(2029, 1, 1, tzinfo=dt.UTC)
Days = dict[str, list[dt.datetime]]


@dataclass
class Answered:
    """A journal in which every question was answered."""

    last: dict[str, Asked] = field(default_factory=dict)

    def last_asked(self, _: str, **__: Any) -> dict[str, Asked]:
        return self.last


def ticks(source: Source) -> list[dt.datetime]:
    release, found = live_of(source).release, []
    for at in cron_string_iterator(FIRST.timestamp(), release.cron, release.timezone):
        if at.timestamp() > LAST.timestamp():
            return found
        found.append(at.astimezone(dt.UTC))
    return found


def played(source: Source) -> tuple[Days, list[dt.datetime]]:
    """Period to the times at which it was asked for, of one reporter, and all ticks."""
    reporters = live_of(source).partitions.reporters
    if reporters:  # they are alike
        first = dict([next(iter(reporters.items()))])
        partitions = live_of(source).partitions.model_copy(update={"reporters": first})
        source = source.model_copy(update={"live": live_of(source).model_copy(update={"partitions": partitions})})
    journal: Any = Answered()
    days: Days = {}
    times = ticks(source)
    for at in times:
        for one in due(source, journal, at):
            days.setdefault(one.period, []).append(at)
            journal.last[one.key] = Asked(one.key, 1, "ACCEPTED", "", "", at)
    return days, times


@pytest.fixture(params=LIVE)
def source(request: pytest.FixtureRequest) -> Source:
    return load_contracts().source(request.param)


def test_nothing_is_late_and_what_is_revised_is_asked_for_again(source: Source) -> None:
    live = live_of(source)
    days, times = played(source)
    asked = sorted({at for several in days.values() for at in several})
    assert asked
    # The source as a whole is believed anew before it counts as late.
    assert max(after - before for before, after in pairwise(asked)).days <= live.release.every_days
    if live.partitions.by == "whole":
        assert list(days) == [WHOLE]
    else:
        late = {period: waited for period in days if (waited := waited_for(source, period, days)) > GRACE_DAYS}
        assert late == {}
    # Whatever is revisited is asked for as soon as the clock ticks after its pause, as long as it is revisited.
    pause = dt.timedelta(days=live.release.again_after_days)
    for period, several in days.items():
        for before, after in pairwise(several):
            missed = [at for at in times if before + pause <= at < after and is_revisited(source, period, at)]
            assert missed == [], period
    if live.partitions.by == "month" and not live.partitions.months:
        full = [period for period in days if "2027-01" <= period <= "2027-12"]
        assert len(full) == 12
        assert min(len(days[period]) for period in full) >= live.partitions.revisited


def waited_for(source: Source, period: str, days: Days) -> int:
    """Days from when a period, or a month or quarter of it, was expected until it was asked for; the longest."""
    grows = live_of(source).partitions.grows
    steps = {"month": [f"-{month:02}" for month in range(1, 13)], "quarter": ["-Q1", "-Q2", "-Q3", "-Q4"], "": [""]}
    waits = [0]
    for step in steps[grows]:
        day = released_by(source, f"{period}{step}")
        first = next((at.date() for at in days[period] if at.date() >= day), None)
        if LOOKED_FROM.date() <= day < LAST.date() - dt.timedelta(days=GRACE_DAYS + 1):
            assert first is not None, f"{period}{step} is never asked for"
            waits.append((first - day).days)
    return max(waits)


def is_revisited(source: Source, period: str, at: dt.datetime) -> bool:
    if period == WHOLE:
        return True
    live, newest = live_of(source), newest_expected(source, at)
    ahead = [one for one in [period] if newest is not None and one <= newest]
    while ahead and ahead[-1] < str(newest):
        ahead.append(next_of(source, ahead[-1]))
    return 0 < len(ahead) <= live.partitions.revisited


def next_of(source: Source, period: str) -> str:
    months = [f"{year}-{month:02}" for year in range(2024, 2030) for month in range(1, 13)]
    periods = months if live_of(source).partitions.by == "month" else [str(year) for year in range(1960, 2031)]
    return periods[periods.index(period) + 1]
