"""Whether drops come when they were agreed to: due dates, days late, and what is next.

A figure is due a number of days after its period ends. A drop is measured by the last period that it is the first to
bring: a revision of earlier periods was due at no time, so it is neither early nor late. Where nothing is agreed, or
the agreed calendar does not name the frequency, there is no due date, and blank is not zero.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from compact_pipelines.contracts.model import Table
from compact_pipelines.contracts.rules import PERIOD
from compact_pipelines.exchange.ledger import ACCEPTED, Ledger
from compact_pipelines.exchange.partners import Agreement, Due
from compact_pipelines.exchange.vintages import open_vintages, time_of

MONTHS: Final = {"A": 12, "Q": 3, "M": 1}  # of one period
LAST_PERIODS_SQL: Final = """
SELECT drop_id, CASE WHEN len(time_period) = 4 THEN 'A' WHEN contains(time_period, 'Q') THEN 'Q' ELSE 'M' END AS freq,
       max(time_period) AS last_period
FROM kept WHERE NOT is_deleted AND list_contains($ordinals, ordinal) GROUP BY ALL
"""
LastPeriods = Mapping[tuple[str, str], str]  # drop_id and frequency to the last period that was taken in


@dataclass(frozen=True)
class Timing:
    """When a drop was due.

    Attributes:
        period: the period it is the first to bring.
        due: when figures on that were due.
        days_late: from then until it was picked up, below zero where it was early.
    """

    period: str
    due: dt.date
    days_late: int


@dataclass(frozen=True)
class Next:
    """Where one partner, table and frequency of the calendar stands.

    Attributes:
        partner: whose calendar.
        agreed: the table, the frequency and the days.
        last_period: the last one taken in, if any.
        last_decided_at: when, as the ledger writes it.
        next_period: the one that is next; None while nothing is agreed.
        due: when it is due.
    """

    partner: str
    agreed: Due
    last_period: str | None
    last_decided_at: str | None
    next_period: str | None
    due: dt.date | None


def freq_of(period: str) -> str | None:
    """The frequency of a period as it is written: A, Q or M; None where it is none."""
    return next((freq for freq, pattern in PERIOD.items() if re.fullmatch(pattern, period)), None)


def end_of(period: str) -> dt.date:
    """The last day of 2024, 2024-Q3 or 2024-07."""
    year, month = _first_month(period)
    last = month + MONTHS[freq_of(period) or "A"] - 1
    return dt.date(year, last, calendar.monthrange(year, last)[1])


def period_after(period: str) -> str:
    """The period that follows, of the same frequency."""
    return period_of(end_of(period) + dt.timedelta(days=1), freq_of(period) or "A")


def period_of(day: dt.date, freq: str) -> str:
    """The period of a frequency that a day lies in."""
    if freq == "A":
        return f"{day.year:04d}"
    if freq == "Q":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}-{day.month:02d}"


def _first_month(period: str) -> tuple[int, int]:
    if "Q" in period:
        return int(period[:4]), int(period[-1]) * 3 - 2
    return int(period[:4]), int(period[5:]) if len(period) > len("2024") else 1


def last_periods(data_root: Path, tables: Sequence[Table]) -> dict[tuple[str, str], str]:
    """The last period that each accepted drop brought or changed, by drop_id and frequency."""
    found: dict[tuple[str, str], str] = {}
    for table in tables:
        parts = Ledger(data_root).rows(
            "SELECT ordinal FROM parts WHERE dataflow = ? AND kind = 'drop' ORDER BY ordinal", table.id
        )
        if not parts:
            continue
        with open_vintages(data_root, table) as connection:
            rows = connection.execute(LAST_PERIODS_SQL, {"ordinals": [part["ordinal"] for part in parts]}).fetchall()
        found |= {(drop_id, freq): period for drop_id, freq, period in rows}
    return found


class Punctuality:
    """The timing of every drop, and where every calendar stands.

    Args:
        drops: rows of the ledger's drops.
        agreements: by partner.
        periods: what `last_periods` gives.
        today: the day on which something is overdue or not yet.
    """

    def __init__(
        self,
        drops: Sequence[Mapping[str, Any]],
        agreements: Mapping[str, Agreement],
        periods: LastPeriods,
        today: dt.date,
    ) -> None:
        self._agreements, self._periods, self._today = agreements, periods, today
        self._brought: dict[tuple[str, str, str], tuple[str, str | None]] = {}  # series to period and when
        self.timings: dict[int, Timing] = {}
        # In the order of their numbers: a drop that waited came before and is measured after those it waited for.
        for drop in sorted(drops, key=lambda drop: (drop["seq"] or 0, drop["number"])):
            if drop["dataflow"] is not None:
                self._measure(drop)

    def _measure(self, drop: Mapping[str, Any]) -> None:
        new = []
        is_taken_in = drop["status"] in ACCEPTED and not drop["withdrawn_at"]
        for freq in MONTHS:
            period = self._reach(drop, freq)
            series = (drop["partner"], drop["dataflow"], freq)
            if period is None or period <= self._brought.get(series, ("", None))[0]:
                continue
            new.append((freq, period))
            if is_taken_in:
                self._brought[series] = (period, drop["decided_at"])
        agreement = self._agreements.get(drop["partner"])
        if agreement is None or agreement.status != "agreed":
            return
        days = {entry.freq: entry.days_after_period for entry in agreement.calendar
                if entry.dataflow == drop["dataflow"]}  # fmt: skip
        due = [(end_of(period), -MONTHS[freq], period, days[freq]) for freq, period in new if freq in days]
        if due:
            end, _, period, after = max(due)
            date = end + dt.timedelta(days=after)
            came = time_of(drop["received_at"]).date()
            self.timings[drop["number"]] = Timing(period, date, (came - date).days)

    def _reach(self, drop: Mapping[str, Any], freq: str) -> str | None:
        """The last period of a frequency: as its manifest says, else as its accepted rows have it."""
        said = drop["period_to"]
        if said is not None and freq_of(said) == freq:
            return str(said)
        return self._periods.get((drop["drop_id"], freq)) if drop["status"] in ACCEPTED else None

    def calendars(self) -> Iterator[Next]:
        """Every entry of every calendar."""
        for agreement in self._agreements.values():
            for entry in agreement.calendar:
                period, decided = self._brought.get((agreement.id, entry.dataflow, entry.freq), (None, None))
                following = period_after(period) if period else self._first_period(agreement, entry)
                if agreement.status != "agreed":
                    following = None
                due = end_of(following) + dt.timedelta(days=entry.days_after_period) if following else None
                yield Next(agreement.id, entry, period, decided, following, due)

    def is_overdue(self, entry: Next) -> bool:
        """Whether its day has passed."""
        return entry.due is not None and entry.due < self._today

    @staticmethod
    def _first_period(agreement: Agreement, entry: Due) -> str | None:
        """The first period whose due date is not before the day from which the partner can send."""
        if not agreement.keys:
            return None
        since = min(key.valid_from for key in agreement.keys).astimezone(dt.UTC).date()
        return period_of(since - dt.timedelta(days=entry.days_after_period), entry.freq)
