"""How each source stands, for people: when it was asked, what is believed, what differed, what to do.

live        fresh, late, stopped, no_key, unavailable, never_asked
others      embedded (figures that came with the program), unverified (known of, never asked)
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from compact_pipelines.contracts import Contracts, Source, load_contracts
from compact_pipelines.contracts.requests import WHOLE
from compact_pipelines.live.answers import SEPARATOR, Partition
from compact_pipelines.live.journal import NO_KEY, UNANSWERED, Asked, Believed, Journal, journal_file
from compact_pipelines.live.periods import next_period
from compact_pipelines.live.remedies import Remedies
from compact_pipelines.live.requests import live_of
from compact_pipelines.live.schedule import expected_day, following, known_now, released_by
from compact_pipelines.live.telling import told_reason

# A release slips by days without being news.
GRACE_DAYS: Final = 7
SHOWN_STOPS: Final = 3
BETWEEN: Final = " | "
DIGITS: Final = 16
STOPPED: Final = "STOPPED"
STATES: Final = {NO_KEY: "no_key", "UNAVAILABLE": "unavailable"}


def freshness_rows(
    data_root: Path, contracts: Contracts, now: dt.datetime, *, in_full: bool = False, root: Path | None = None
) -> list[dict[str, Any]]:
    """How every source stands.

    Args:
        data_root: where everything is kept.
        contracts: schemas/.
        now: the UTC time; what is late is told as of then.
        in_full: for the operator, who may know why figures that are not free were stopped; see `live.telling`.
        root: the data root that commands in remedies have to name; None where they find it themselves.

    Returns:
        One row a source, by name: source_id, asked_how, state, last_asked_at, last_believed_at, newest_period (of what
        is believed), expected_by (when its next figures should be out), partitions_believed, partitions_stopped,
        what_differed, remedy.
    """
    journal = Journal(data_root)
    return [_row(source, journal, now, root, in_full=in_full) for _, source in sorted(contracts.sources.items())]


def freshness_fingerprint(data_root: Path, contracts: Contracts | None = None) -> str:
    """How the sources stand, as a hash that changes with what happened and never with the hour; blank before anything.

    Which source is late is not in it: that comes and goes by the calendar alone.
    """
    if not journal_file(data_root).exists():
        return ""
    journal = Journal(data_root)
    told = []
    for source in (contracts or load_contracts()).sources.values():
        asked = _answered(journal, source) if source.live else {}
        stops = [(one.partition_key, one.reason) for one in asked.values() if one.verdict == STOPPED]
        last_asked = journal.last_asked(source.id) if source.live else {}
        if last_asked:
            told.append((source.id, sorted((one.partition_key, one.verdict) for one in _without(last_asked)), stops))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:DIGITS] if told else ""


def _row(source: Source, journal: Journal, now: dt.datetime, root: Path | None, *, in_full: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "source_id": source.id,
        "asked_how": "live",
        "state": "never_asked",
        "last_asked_at": None,
        "last_believed_at": None,
        "newest_period": None,
        "expected_by": None,
        "partitions_believed": 0,
        "partitions_stopped": 0,
        "what_differed": None,
        "remedy": None,
    }
    if source.unverified is not None:
        return row | {"asked_how": "unverified", "state": "unverified", "what_differed": source.unverified.missing}
    if source.live is None:
        return row | {"asked_how": "embedded", "state": "embedded"}
    believed, asked = journal.accepted(source.id), known_now(source, journal.last_asked(source.id), now)
    answered = known_now(source, _answered(journal, source), now)
    if not in_full:
        asked, answered = _for_everybody(source, asked), _for_everybody(source, answered)
    stops = [one for one in answered.values() if one.verdict == STOPPED]
    last = _last(asked)
    row |= {
        "last_asked_at": last.at if last else None,
        "last_believed_at": max((one.confirmed_at for one in believed), default=None),
        "newest_period": max((one.newest_period for one in believed if one.newest_period), default=None),
        "expected_by": _expected_by(source, believed),
        "partitions_believed": len(believed),
        "partitions_stopped": len(stops),
    }
    return row | _state(source, row, stops, asked, now, Remedies(source, now, root))


def _state(  # noqa: PLR0913, PLR0917  (what it is told from)
    source: Source,
    row: Mapping[str, Any],
    stops: list[Asked],
    asked: Mapping[str, Asked],
    now: dt.datetime,
    remedies: Remedies,
) -> dict[str, Any]:
    """State, what differed, and the remedy."""
    if stops:
        return {"state": "stopped", **_stopped(stops, asked, remedies)}
    if not asked:
        return {"remedy": remedies.first_pull()}
    if without := _without(asked):
        remedy = remedies.no_answer(without[0])
        return {"state": STATES[without[0].verdict], "what_differed": _missing(without, asked), "remedy": remedy}
    if (late := _late(source, row, now)) is not None:
        return {"state": "late", "what_differed": late, "remedy": remedies.pull()}
    return {"state": "fresh"}


def _stopped(stops: list[Asked], asked: Mapping[str, Asked], remedies: Remedies) -> dict[str, str]:
    """What differed in the newest stops, with a remedy each; and what has gone wrong since."""
    newest = sorted(stops, key=lambda one: one.at, reverse=True)[:SHOWN_STOPS]
    differed = [f"{one.partition_key}: {one.reason}" for one in newest]
    mended = [remedies.stop(one) for one in newest]
    if since := [one for one in _without(asked) if one.at > newest[0].at]:
        worst = since[0]
        told = _missing(since, asked)
        place = "" if worst.partition_key in told else f", {worst.partition_key}"
        differed.append(f"since then, on {worst.at:%Y-%m-%d}{place}: {told}")
        mended.append(remedies.no_answer(worst))
    return {"what_differed": BETWEEN.join(differed), "remedy": BETWEEN.join(mended)}


def _late(source: Source, row: Mapping[str, Any], now: dt.datetime) -> str | None:
    live = live_of(source)
    believed_at, expected_by = row["last_believed_at"], row["expected_by"]
    if believed_at is None or now - believed_at > dt.timedelta(days=live.release.every_days):
        since = f"since {believed_at:%Y-%m-%d}" if believed_at else "yet"
        return f"no answer is believed {since}; one is expected every {live.release.every_days} days"
    if expected_by and now.date() > expected_by + dt.timedelta(days=GRACE_DAYS):
        return f"the next figures were expected by {expected_by}"
    return None


def _expected_by(source: Source, believed: list[Believed]) -> dt.date | None:
    """The day by which figures are expected that are not here yet."""
    live = live_of(source)
    if not believed:
        return None
    newest = max(one.partition_key.split(SEPARATOR)[0] for one in believed)
    told = max((one.newest_period for one in believed if one.newest_period), default=None)
    if told and (newest == WHOLE or live.partitions.grows) and live.release.is_regular:
        return released_by(source, next_period(told))
    if newest == WHOLE:
        last = max(one.confirmed_at for one in believed)
        return (last + dt.timedelta(days=live.release.every_days)).date()
    return expected_day(source, Partition(following(source, newest)))


def _answered(journal: Journal, source: Source) -> dict[str, Asked]:
    """Partition to its last verdict that says something of its figures: no answer leaves a stop as it was."""
    return journal.last_asked(source.id, without=UNANSWERED)


def _for_everybody(source: Source, asked: Mapping[str, Asked]) -> dict[str, Asked]:
    return {
        key: replace(one, reason=told_reason(source, one.verdict, one.cause, one.reason)) for key, one in asked.items()
    }


def _without(asked: Mapping[str, Asked]) -> list[Asked]:
    """What got no answer of the newest period that was asked for, or else the last asking if it got none.

    One reporter that answers does not make up for another that does not. A missing key comes first, then the latest.
    """
    newest = max((_period(key) for key in asked), default="")
    without = [one for key, one in asked.items() if _period(key) == newest and one.verdict in STATES]
    last = _last(asked)
    if not without and last is not None and last.verdict in STATES:
        without = [last]
    return sorted(sorted(without, key=lambda one: one.at, reverse=True), key=lambda one: one.verdict != NO_KEY)


def _missing(without: list[Asked], asked: Mapping[str, Asked]) -> str:
    """Why there was no answer, and of how many partitions of the period where it has several."""
    worst = without[0]
    period = _period(worst.partition_key)
    count = sum(_period(key) == period for key in asked)
    if count == 1:
        return worst.reason
    return (
        f"of the {count} partitions of {period} that were asked for, {len(without)} got no answer; "
        f"{worst.partition_key}: {worst.reason}"
    )


def _period(partition_key: str) -> str:
    return partition_key.partition(SEPARATOR)[0]


def _last(asked: Mapping[str, Asked]) -> Asked | None:
    return max(asked.values(), key=lambda one: one.at, default=None)
