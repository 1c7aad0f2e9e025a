"""What of an answer is gone, or is not what was asked for; the publisher and its figures are made up."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.live.answers import Partition
from compact_pipelines.live.freshness import freshness_rows
from compact_pipelines.live.pulling import Pulled, pull
from compact_pipelines.live.reading import shape_of
from compact_pipelines.live.trust import Prior, judge_rows
from tests.live.made_up import LIVE, NOW, SOURCE, FakeWire, install, made_up_source, page, rows_of

FIGURES = LIVE["requests"]["figures"]
MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06")
NOTHING = page([])
YEAR = {"by": "year", "since": "2020"}


class Parts(FakeWire):
    """Answers by part; the month is not looked at."""

    def ask(self, source: Any, prepared: Any, validators: Any = None) -> Any:
        month = dict(prepared.params)["month"]
        self.answers = {(month, None): self.by_part[prepared.part]}
        return super().ask(source, prepared, validators)

    def __init__(self, **by_part: bytes) -> None:
        super().__init__({})
        self.by_part = by_part


def ask(root: Path, period: str = "2025-10", **by_part: bytes) -> Pulled:
    wire: Any = Parts(**by_part)
    return pull(root, SOURCE, Partition.of(period, SOURCE_OF[0].live.partitions), wire, now=NOW, is_forced=True)


SOURCE_OF: list[Any] = []


@pytest.fixture
def of(monkeypatch: pytest.MonkeyPatch) -> Any:
    def installed(**live: Any) -> Any:
        SOURCE_OF[:] = [install(monkeypatch, made_up_source(**live))]
        return SOURCE_OF[0]

    return installed


def months(*named: str) -> bytes:
    return page([row for month in named for row in rows_of(month)])


@pytest.mark.parametrize(("by", "period"), [({"by": "whole"}, "all"), (YEAR, "2025")])
def test_periods_that_go_are_seen_though_every_series_is_there(
    data_root: Path, of: Any, by: dict[str, Any], period: str
) -> None:
    of(partitions=by)
    assert ask(data_root, period, figures=months(*MONTHS)).verdict == "ACCEPTED"
    found = ask(data_root, period, figures=months(*MONTHS[:5]))
    assert (found.verdict, found.cause) == ("STOPPED", "coverage")
    assert "1 periods" in found.reason
    assert "such as 2025-06" in found.reason


def test_the_oldest_period_may_go_and_a_hole_may_not(data_root: Path, of: Any) -> None:
    of(partitions={"by": "whole"})
    ask(data_root, "all", figures=months(*MONTHS))
    assert ask(data_root, "all", figures=months(*MONTHS[1:])).verdict == "ACCEPTED"
    assert ask(data_root, "all", figures=months("2025-02", *MONTHS[3:])).cause == "coverage"


def test_single_figures_that_go_are_counted(data_root: Path, of: Any) -> None:
    of(partitions={"by": "whole"})
    ask(data_root, "all", figures=months(*MONTHS))
    thin = [row for number, month in enumerate(MONTHS) for row in rows_of(month)[number % 2 :: 2]]
    found = ask(data_root, "all", figures=page(thin))
    assert "of the 36 figures" in found.reason
    assert "18 came (50.0%)" in found.reason


def test_an_empty_part_among_others_is_a_stop_at_first_and_later(data_root: Path, of: Any) -> None:
    of(requests={"totals": FIGURES, "goods": FIGURES})
    full = page(rows_of("2025-10"))
    goods = page([row.replace("TOTAL", "HS_84") for row in rows_of("2025-10")])
    found = ask(data_root, totals=NOTHING, goods=goods)
    assert (found.verdict, found.cause) == ("STOPPED", "empty")
    assert "the part totals" in found.reason
    assert ask(data_root, totals=full, goods=goods).verdict == "ACCEPTED"
    found = ask(data_root, totals=full, goods=b'{"nothing": 1}')
    assert (found.cause, found.reason) == (
        "empty",
        "no rows came of the part goods, where the last good answer has some",
    )


def test_a_part_may_be_empty_where_the_file_says_so_until_it_had_rows(data_root: Path, of: Any) -> None:
    of(requests={"totals": FIGURES, "goods": {**FIGURES, "may_be_empty": True}})
    full, goods = page(rows_of("2025-10")), page([row.replace("TOTAL", "HS_84") for row in rows_of("2025-10")])
    assert ask(data_root, totals=full, goods=NOTHING).verdict == "ACCEPTED"
    assert ask(data_root, totals=full, goods=goods).verdict == "ACCEPTED"
    assert ask(data_root, totals=full, goods=NOTHING).cause == "empty"


def test_rows_of_another_month_are_not_those_that_were_asked_for(data_root: Path, of: Any) -> None:
    of()
    found = ask(data_root, figures=page(rows_of("2025-09")))
    assert (found.verdict, found.cause) == ("STOPPED", "shape")
    assert "rows of 2025-09 came, which were not asked for" in found.reason


def test_rows_of_another_reporter_are_not_those_that_were_asked_for(data_root: Path, of: Any) -> None:
    of(partitions={"by": "month", "since": "2025-01", "reporters": {"CAN": "124", "USA": "840"}})
    assert ask(data_root, "2025-10|USA", figures=page(rows_of("2025-10"))).verdict == "ACCEPTED"
    found = ask(data_root, "2025-10|CAN", figures=page(rows_of("2025-10")))
    assert (found.cause, "rows of USA came" in found.reason) == ("shape", True)


def test_a_whole_that_stays_the_same_is_late_once_the_next_period_should_be_in_it(
    data_root: Path, of: Any, contracts: Any
) -> None:
    release = {**LIVE["release"], "every_days": 400}

    def state(day: dt.date) -> str:
        now = dt.datetime.combine(day, dt.time(12), dt.UTC)
        return next(row["state"] for row in freshness_rows(data_root, contracts, now) if row["source_id"] == SOURCE)

    of(partitions={"by": "whole"}, release=release)
    ask(data_root, "all", figures=months("2025-10"))
    assert state(dt.date(2026, 1, 11)) == "fresh"
    assert state(dt.date(2026, 1, 12)) == "late"
    of(partitions={"by": "whole"}, release={**release, "is_regular": False})
    assert state(dt.date(2026, 1, 12)) == "fresh"
    assert json.loads(NOTHING)["rows"] == []


def test_a_running_year_without_its_annual_part_is_compared_by_what_it_has(data_root: Path, of: Any) -> None:
    source = of()
    full, running = data_root.with_suffix(".full"), data_root.with_suffix(".running")
    rows = pl.DataFrame(
        {
            **dict.fromkeys(shape_of(source).types),
            "freq": ["A", "M"],
            "ref_area": "USA",
            "counterpart_area": "CAN",
            "flow": "X",
            "product": "TOTAL",
            "time_period": ["2024", "2024-01"],
            "obs_value": [2, 1],
        },
        schema=shape_of(source).types,
    )
    rows.write_parquet(full)
    rows.filter(pl.col("freq") == "M").with_columns(time_period=pl.lit("2025-01")).write_parquet(running)
    prior = Prior(full, is_same_partition=False, words="the answer for 2024")
    assert judge_rows(source, running, prior, is_partial=True) is None
    stop = judge_rows(source, running, prior)
    assert stop is not None
    assert stop.cause == "coverage"
