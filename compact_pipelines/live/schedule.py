"""Which partitions of a source are due, and what asking for partitions costs at least."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from compact_pipelines.contracts import Source
from compact_pipelines.contracts.requests import WHOLE, Live
from compact_pipelines.errors import UsageError
from compact_pipelines.live.answers import SEPARATOR, Partition
from compact_pipelines.live.journal import UNANSWERED, Asked, Journal
from compact_pipelines.live.periods import MONTHS, PARTS, last_day, next_period, periods_after, periods_between

STOPPED: Final = "STOPPED"
# A stop is asked about again after this long: a publisher may have mended what was wrong, or be late with a release.
STOPPED_FOR: Final = dt.timedelta(days=1)
# So many periods that have become due meanwhile are caught up with; more are history, which a backfill asks for.
MOST_CAUGHT_UP: Final = 12


@dataclass(frozen=True)
class Cost:
    """What asking for some partitions costs.

    Attributes:
        partitions: how many are asked for.
        held: how many of those named are believed already, and are not among them.
        requests: at least; an answer in pages takes more, which shows once one is held.
        seconds: at least, at the rate the host allows.
        days: at least, at the host's daily quota; None where none is known.
        bytes: about, from what is held; None where nothing is.
    """

    partitions: int
    held: int
    requests: int
    seconds: float
    days: int | None
    bytes: int | None


def require_live(source: Source) -> Live:
    """How a source is asked.

    Raises:
        UsageError: it is not asked live.
    """
    if source.live is None:
        why = source.unverified.missing if source.unverified else "its figures come with the program"
        raise UsageError(f"{source.id} is not asked live: {why}; `compact live sources` lists those that are")
    return source.live


def partition_of(source: Source, key: str, now: dt.datetime) -> Partition:
    """The partition of a name, if there can be figures of it.

    Raises:
        UsageError: the name is not one of this source's, or of a period that it does not have.
    """
    by = require_live(source).partitions
    found = Partition.of(key, by)
    _require_in_range(source, found.period, now)
    if by.months and int(found.period[5:]) not in by.months:
        raise UsageError(f"{source.id} has no {found.period}; its months are {', '.join(map(str, by.months))}")
    return found


def known_now(source: Source, asked: Mapping[str, Asked], now: dt.datetime) -> dict[str, Asked]:
    """Of what was asked for, that of which there can be figures; a period that was mistyped is nobody's concern."""

    def is_known(key: str) -> bool:
        try:
            partition_of(source, key, now)
        except UsageError:
            return False
        return True

    return {key: last for key, last in asked.items() if is_known(key)}


def is_caught_up(source: Source, period: str, now: dt.datetime) -> bool:
    """Whether a period is asked for again by itself while it is stopped or got no answer; see `due`."""
    newest = newest_expected(source, now)
    return newest is None or periods_after(newest, 1 - MOST_CAUGHT_UP) <= period <= newest


def partitions_between(source: Source, first: str | None, last: str | None, now: dt.datetime) -> list[Partition]:
    """The partitions from one period to another, the oldest first.

    Args:
        source: one that is asked live.
        first: a period such as 2015-01 or 2015; what the publisher has from if None.
        last: likewise; the newest that is expected if None.
        now: the UTC time.

    Raises:
        UsageError: a period is not one of this source's, or the first is after the last.
    """
    by = require_live(source).partitions
    if by.by == "whole":
        if {first, last} - {None, WHOLE}:
            raise UsageError(f"{source.id} is asked for as a whole; leave the periods out")
        return _of_periods(source, [WHOLE])
    periods = [first or by.since, last or newest_expected(source, now) or by.since]
    for period in periods:
        Partition.of(period, by.model_copy(update={"reporters": {}}))
    if periods[0] > periods[1]:
        raise UsageError(f"{source.id}: {periods[0]} is after {periods[1]}; name the earlier one first")
    for period in periods:
        _require_in_range(source, period, now)
    return _of_periods(source, periods_between(periods[0], periods[1]))


def newest_expected(source: Source, now: dt.datetime) -> str | None:
    """The latest period whose figures should be out; None before the first, or where the whole is asked for."""
    live = require_live(source)
    if live.partitions.by == "whole":
        return None
    month = _newest_told(live, now)
    period = month if live.partitions.by == "month" else month[:4]
    if live.partitions.by == "year" and not live.partitions.grows and month[5:] != str(MONTHS):
        period = periods_after(period, -1)
    while live.partitions.months and int(period[5:]) not in live.partitions.months:
        period = periods_after(period, -1)
    return period if period >= live.partitions.since else None


def expected_day(source: Source, partition: Partition) -> dt.date | None:
    """The day by which a partition's figures, or the first of a year that grows, are expected; None for the whole."""
    if partition.period == WHOLE:
        return None
    first = {"month": "-01", "quarter": "-Q1", "": ""}[require_live(source).partitions.grows]
    return released_by(source, f"{partition.period}{first}")


def released_by(source: Source, period: str) -> dt.date:
    """The day by which figures of a period are expected.

    Raises:
        ValueError: it is no period.
    """
    return last_day(period) + dt.timedelta(days=require_live(source).release.lag_days)


def following(source: Source, period: str) -> str:
    """The next period that a source is asked for."""
    months = require_live(source).partitions.months
    period = next_period(period)
    while months and int(period[5:]) not in months:
        period = next_period(period)
    return period


def due(source: Source, journal: Journal, now: dt.datetime) -> list[Partition]:
    """The partitions to ask for now, the oldest first.

    The newest periods that are expected, as many as are revisited, whenever their answer is `again_after_days` old; a
    year that grows also with each month or quarter that it should have gained. Of the dozen newest, those that have
    become due since the last that was ever asked for, what got no answer, and what was stopped a day ago or more. Never
    the history, which `compact live backfill` asks for.

    Args:
        source: one that is asked live.
        journal: what has been asked.
        now: the UTC time.
    """
    live = require_live(source)
    asked = known_now(source, journal.last_asked(source.id), now)
    every = dt.timedelta(days=live.release.again_after_days)
    if live.partitions.by == "whole":
        return [one for one in _of_periods(source, [WHOLE]) if _is_due(asked.get(one.key), now, every)]
    newest = newest_expected(source, now)
    if newest is None:
        return []
    revisited = periods_after(newest, 1 - live.partitions.revisited)
    first = max(min(revisited, periods_after(newest, 1 - MOST_CAUGHT_UP)), live.partitions.since)
    answered = [key.split(SEPARATOR)[0] for key, last in asked.items() if last.verdict not in UNANSWERED]
    unasked = min(revisited, next_period(max(answered))) if answered else revisited
    return [
        one
        for one in _of_periods(source, periods_between(first, newest))
        if (one.key in asked or one.period >= unasked)
        and (
            _is_due(asked.get(one.key), now, every if one.period >= revisited else None)
            or _has_grown(live, one, asked.get(one.key), now)
        )
    ]


def cost(source: Source, partitions: Sequence[Partition], journal: Journal, *, is_again: bool = False) -> Cost:
    """What asking for partitions costs at least.

    Args:
        source: one that is asked live.
        partitions: those that are wanted.
        journal: what has been asked.
        is_again: whether those that are believed already are asked for too.
    """
    live = require_live(source)
    believed = {one.partition_key for one in journal.accepted(source.id)}
    held = 0 if is_again else sum(one.key in believed for one in partitions)
    count = len(partitions) - held
    seen = journal.rows(
        "SELECT count(DISTINCT pull_id) AS pulls, count(*) AS answers, sum(size_bytes) AS bytes FROM answers "
        "WHERE pull_id IN (SELECT pull_id FROM verdicts WHERE source_id = ? AND verdict = 'ACCEPTED')",
        source.id,
    )
    pulls = seen[0]["pulls"] if seen else 0
    requests = count * len(live.requests)
    if pulls:
        requests = max(requests, round(count * seen[0]["answers"] / pulls))
    return Cost(
        partitions=count,
        held=held,
        requests=requests,
        seconds=requests * live.rate.per_seconds / live.rate.requests,
        days=math.ceil(requests / live.rate.a_day) if live.rate.a_day else None,
        bytes=round(count * seen[0]["bytes"] / pulls) if pulls else None,
    )


def _newest_told(live: Live, now: dt.datetime) -> str:
    """The newest month whose figures should be out; the last one of a quarter where a year grows by quarters."""
    until = now.astimezone(dt.UTC).date() - dt.timedelta(days=live.release.lag_days)
    month = f"{until:%Y-%m}"
    if last_day(month) != until:
        month = periods_after(month, -1)
    step = MONTHS // PARTS["Q"] if live.partitions.grows == "quarter" else 1
    return periods_after(month, -(int(month[5:]) % step))


def _require_in_range(source: Source, period: str, now: dt.datetime) -> None:
    """Refuse a period before the first, or one that cannot have begun.

    Raises:
        UsageError: it is one.
    """
    by = require_live(source).partitions
    if by.by == "whole":
        return
    if period < by.since:
        raise UsageError(f"{source.id} begins with {by.since}; there is nothing to ask before, as {period} is")
    begun = f"{now.astimezone(dt.UTC):%Y-%m}"[: len(period)]
    newest = max(begun, newest_expected(source, now) or begun)
    if period > newest:
        raise UsageError(f"{source.id} has no {period} yet; the newest period that has begun is {newest}")


def _of_periods(source: Source, periods: Sequence[str]) -> list[Partition]:
    by = require_live(source).partitions
    told = [period for period in periods if not by.months or int(period[5:]) in by.months]
    return [Partition(period, reporter) for period in told for reporter in list(by.reporters) or [""]]


def _has_grown(live: Live, partition: Partition, last: Asked | None, now: dt.datetime) -> bool:
    """Whether a year should have gained a month or quarter since it was last asked for."""
    if not live.partitions.grows or last is None or last.verdict == STOPPED:
        return False
    year_end = f"{partition.period}-{MONTHS}"
    return min(_newest_told(live, last.at), year_end) < min(_newest_told(live, now), year_end)


def _is_due(last: Asked | None, now: dt.datetime, every: dt.timedelta | None) -> bool:
    """Whether a partition is to be asked for; one that was answered, once in `every`, or never where it is None."""
    if last is None or last.verdict in UNANSWERED or last.at > now:  # a clock that ran ahead says nothing of when
        return True
    if last.verdict == STOPPED:
        return now - last.at >= STOPPED_FOR
    return every is not None and now - last.at >= every
