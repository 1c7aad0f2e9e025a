"""What the parts of the way in hand each other: partitions, pages, answers."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from compact_pipelines.contracts.requests import WHOLE, Partitions
from compact_pipelines.errors import UsageError

# Between the period and the reporter in a partition's name.
SEPARATOR: Final = "|"
YEAR_DIGITS: Final = 4


@dataclass(frozen=True, order=True)
class Partition:
    """What is asked in one go.

    Attributes:
        period: `2025-10`, `2025`, or `all`.
        reporter: the area asked, ISO 3166-1 alpha-3, where a publisher is asked reporter by reporter; else blank.
    """

    period: str
    reporter: str = ""

    @property
    def key(self) -> str:
        """Its name: `2025-10`, `2025|CAN`, `all`."""
        return SEPARATOR.join(filter(None, [self.period, self.reporter]))

    @property
    def first_day(self) -> dt.date | None:
        """The first day of the period; None for the whole."""
        if self.period == WHOLE:
            return None
        year, month = int(self.period[:YEAR_DIGITS]), int(self.period[5:7] or 1)
        return dt.date(year, month, 1)

    @property
    def last_day(self) -> dt.date | None:
        """The last day of the period; None for the whole."""
        if self.first_day is None:
            return None
        month = self.first_day.month if len(self.period) > YEAR_DIGITS else 12
        return dt.date(self.first_day.year, month, calendar.monthrange(self.first_day.year, month)[1])

    def covers(self, time_period: str) -> bool:
        """Whether a row's period lies in this partition: 2025 covers 2025-Q3 and 2025-07."""
        return self.period in {WHOLE, time_period} or time_period.startswith(f"{self.period}-")

    @classmethod
    def of(cls, key: str, partitions: Partitions) -> Self:
        """The partition of a name.

        Raises:
            UsageError: the name is not one of this source's.
        """
        period, _, reporter = key.partition(SEPARATOR)
        form = {"month": "%Y-%m", "year": "%Y"}.get(partitions.by)
        shown = {"month": "2025-10", "year": "2025", "whole": WHOLE}[partitions.by]
        try:
            is_period = period == WHOLE if form is None else dt.datetime.strptime(period, form).strftime(form) == period  # noqa: DTZ007
        except ValueError:
            is_period = False
        if not is_period or (reporter not in partitions.reporters if partitions.reporters else bool(reporter)):
            by = f", then {SEPARATOR} and one of {', '.join(partitions.reporters)}" if partitions.reporters else ""
            raise UsageError(f"no partition {key!r}; a partition of this source looks like {shown}{by}")
        return cls(period, reporter)


@dataclass(frozen=True)
class Page:
    """Where in a longer answer one request goes on.

    Attributes:
        number: from 1.
        cursor: the publisher's key, link, offset or page number for it; None for the first page.
    """

    number: int = 1
    cursor: str | None = None


@dataclass(frozen=True)
class Answer:
    """The bytes of one page of one part of a partition, as a dataset module reads them.

    Attributes:
        source_id: the source.
        part: which of its requests.
        partition: what was asked.
        page: which page, from 1.
        content: the body, unpacked from its transfer, keys taken out.
    """

    source_id: str
    part: str
    partition: Partition
    page: int
    content: bytes

    @property
    def place(self) -> str:
        """For messages: source, part, partition and page."""
        return f"{self.source_id}, part {self.part}, {self.partition.key}, page {self.page}"


# What a dataset module has under the name `read_answer`: parse, then tidy.
#     (rows, its contract's columns without provenance); obs_value in base units of the source's `live.currency`.
#     SourceChanged where the answer is not as known.
READER: Final = "read_answer"
# What it may have instead, where a publisher's pages may divide what is one figure: `read_pages`, which is handed all
# pages of a part, in order, instead of one page at a time. Its rows are stamped with the snapshot of the page that
# changed last.
PAGES_READER: Final = "read_pages"
Rows = pl.DataFrame
