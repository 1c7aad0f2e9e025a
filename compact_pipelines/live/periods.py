"""Periods in words, such as 2025, 2025-Q3 and 2025-10: their last day, and the one after."""

import calendar
import datetime as dt
import re
from typing import Final

MONTHS: Final = 12
PARTS: Final = {"": MONTHS, "Q": 4, "S": 2}
PERIOD_FORM: Final = re.compile(r"(\d{4})(?:-(?:([QS])([1-4])|(\d\d)))?")


def next_period(period: str) -> str:
    """The period after 2025-12, 2025-Q4, 2025-S2 or 2025, of the same length."""
    return periods_after(period, 1)


def periods_after(period: str, count: int) -> str:
    """The period so many after it; before it where the number is negative.

    Raises:
        ValueError: it is none of the forms that are known.
    """
    year, letter, part = _taken_apart(period)
    if not part:
        return f"{year + count:04}"
    in_year = PARTS[letter]
    number = year * in_year + part - 1 + count
    width = "02" if not letter else ""
    return f"{number // in_year:04}-{letter}{number % in_year + 1:{width}}"


def last_day(period: str) -> dt.date:
    """The last day of a period.

    Raises:
        ValueError: it is none of the forms that are known.
    """
    year, letter, part = _taken_apart(period)
    month = part * MONTHS // PARTS[letter] if part else MONTHS
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def periods_between(first: str, last: str) -> list[str]:
    """From one to another, both of the same length."""
    periods = []
    while first <= last:
        periods.append(first)
        first = next_period(first)
    return periods


def _taken_apart(period: str) -> tuple[int, str, int]:
    """Year, letter and part; part 0 for a year."""
    found = PERIOD_FORM.fullmatch(period)
    if found is None:
        raise ValueError(f"{period!r} is no period; it looks like 2025, 2025-S1, 2025-Q3 or 2025-10")
    return int(found[1]), found[2] or "", int(found[3] or found[4] or 0)
