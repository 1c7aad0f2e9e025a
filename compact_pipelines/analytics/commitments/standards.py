"""Indicators on the register of standards: what a member is known to have taken on. Unknown is never refused."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from compact_pipelines.analytics.commitments.held import Held
from compact_pipelines.analytics.commitments.readings import SCHEMA, SEPARATOR, readings
from compact_pipelines.contracts.commitment_measures import CommonInstruments, InstrumentsTakenOn
from compact_pipelines.contracts.reading import load_contracts

REFUSED: Final = 0
Row = dict[str, str | float]
Status = tuple[str, str, int, str]  # member, instrument, level, source


def read_instruments_taken_on(measure: InstrumentsTakenOn, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """How many of the named instruments a member has at the level or a firmer one, after each change of a status.

    A status holds until a later one. An instrument on which the register says nothing of the member may be one more; so
    may one with a looser status, such as signed where binding is asked, since the next step may not have been read.
    Only a stated refusal is known not to count.
    """
    least = _levels()[measure.level]
    wanted = set(measure.instruments)
    rows: list[Row] = []
    for member, changes in _changes(held, members).items():
        known: dict[str, tuple[int, str]] = {}
        for period, statuses in changes.items():
            named = [status for status in statuses if status[1] in wanted]
            known |= {instrument: (level, source) for _, instrument, level, source in named}
            if named:
                low = sum(level >= least for level, _ in known.values())
                refused = sum(level == REFUSED for level, _ in known.values())
                rows.append(_row(member, period, low, len(wanted) - refused, known.values()))
    return _framed(rows)


def read_common_instruments(_: CommonInstruments, held: Held, members: Sequence[str]) -> pl.DataFrame:
    """Of the instruments that more than half of the other members are known to have, the share a member has, 0 to 1.

    The others' and not the whole set's: in a set of two, what more than half have is what both have. By the periods in
    which any member's status changed. An instrument on which the register says nothing of the member may be one of its
    own; one it states not to take part in is not. No reading while the others have none in common, or nothing is known
    of what they have.
    """
    by_period: dict[str, list[Status]] = {}
    for changes in _changes(held, members).values():
        for period, statuses in changes.items():
            by_period.setdefault(period, []).extend(statuses)
    known: dict[str, dict[str, tuple[int, str]]] = {member: {} for member in members}
    rows: list[Row] = []
    for period in sorted(by_period):
        for member, instrument, level, source in by_period[period]:
            known[member][instrument] = (level, source)
        counts = Counter(
            instrument
            for of_member in known.values()
            for instrument, (level, _source) in of_member.items()
            if level > REFUSED
        )
        for member, of_member in known.items():
            own = {instrument for instrument, (level, _source) in of_member.items() if level > REFUSED}
            common = {
                instrument for instrument, count in counts.items() if 2 * (count - (instrument in own)) > len(known) - 1
            }
            told = {instrument: of_member[instrument] for instrument in common & of_member.keys()}
            if told:
                low = sum(level > REFUSED for level, _source in told.values())
                high = low + len(common) - len(told)
                rows.append(_row(member, period, low / len(common), high / len(common), told.values()))
    return _framed(rows)


def _changes(held: Held, members: Sequence[str]) -> dict[str, dict[str, list[Status]]]:
    """Member to period to the statuses that begin there, in order."""
    levels = _levels()
    found: dict[str, dict[str, list[Status]]] = {}
    rows = held.adoptions.filter(pl.col("ref_area").is_in(members)).sort("time_period", maintain_order=True)
    for area, instrument, period, status, source in rows.iter_rows():
        found.setdefault(area, {}).setdefault(period, []).append((area, instrument, levels[status], source))
    return found


def _levels() -> dict[str, int]:
    return {code: int(level) for code, level in load_contracts().codelists["adoption_status"].column("level").items()}


def _row(member: str, period: str, low: float, high: float, told: Iterable[tuple[int, str]]) -> Row:
    sources = sorted({source for _, source in told})
    return {"area": member, "time_period": period, "low": low, "high": high, "source_ids": SEPARATOR.join(sources)}


def _framed(rows: Sequence[Row]) -> pl.DataFrame:
    return readings(pl.DataFrame(rows, schema=SCHEMA))
