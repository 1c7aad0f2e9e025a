"""US applications for foreign specialists. All cases are made up; two recorded headers are looked at."""

import datetime as dt
import os
import tracemalloc
from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import Source, load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.talent_movement.us_lca import (
    QUARTERS,
    SOURCE,
    SPELLINGS,
    fiscal_quarter,
    kept_columns,
    parse_cases,
    read_answer,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.live.journal import Journal
from compact_pipelines.live.pulling import pull
from compact_pipelines.live.received import Received, Validators
from compact_pipelines.live.requests import Prepared
from compact_pipelines.live.schedule import due
from compact_pipelines.live.wire import Wire
from tests.live.made_up_files import WORKBOOK
from tests.live.publishers.us_lca import ANSWERS, HEADER, PERSON, case, cases

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
IN_Q1 = "2023-10-05"


def read(content: bytes, part: str = "q1") -> pl.DataFrame:
    return read_answer(Answer(SOURCE, part, Partition("2024"), 1, content))


def told(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return frame.select("category", "counterpart_area", "obs_value").sort("category", "counterpart_area").rows()


def test_positions_are_added_up_by_class_and_the_nationality_it_is_open_to() -> None:
    content = cases(
        case("I-1", IN_Q1, 3), case("I-2", IN_Q1, 2), case("I-3", IN_Q1, 1, "H-1B1 Chile"),
        case("I-4", IN_Q1, 1, "H-1B1 Singapore"), case("I-5", IN_Q1, 4, "E-3 Australian"),
    )  # fmt: skip
    assert told(read(content)) == [
        ("US_LCA_E3", "AUS", 4), ("US_LCA_H1B", "_X", 5), ("US_LCA_H1B1", "CHL", 1), ("US_LCA_H1B1", "SGP", 1),
    ]  # fmt: skip


def test_fiscal_quarters_begin_in_october() -> None:
    days = [
        dt.date(2023, 9, 30),
        dt.date(2023, 10, 1),
        dt.date(2023, 12, 31),
        dt.date(2024, 1, 1),
        dt.date(2024, 9, 30),
    ]
    assert [fiscal_quarter(day) for day in days] == [(2023, 4), (2024, 1), (2024, 1), (2024, 2), (2024, 4)]


def test_a_file_of_the_year_so_far_counts_only_its_own_quarter() -> None:
    content = cases(case("I-1", IN_Q1), case("I-2", "2024-01-05", 7))
    assert told(read(content, "q2")) == [("US_LCA_H1B", "_X", 7)]
    row = read(content, "q2").row(0, named=True)
    assert (row["time_period"], row["freq"], row["reporting_year_start"], row["obs_status"]) == (
        "2024-Q2", "Q", "--10-01", "D",
    )  # fmt: skip


def test_a_case_that_stands_twice_counts_with_its_latest_decision() -> None:
    withdrawn = case("I-1", "2023-12-01", 5, status="Certified - Withdrawn")
    assert told(read(cases(case("I-1", IN_Q1, 5), withdrawn, case("I-2", IN_Q1)))) == [("US_LCA_H1B", "_X", 1)]
    assert told(read(cases(withdrawn, case("I-1", IN_Q1, 5), case("I-2", IN_Q1)))) == [("US_LCA_H1B", "_X", 1)]
    assert told(read(cases(case("I-1", IN_Q1, 5), case("I-1", IN_Q1, 5)))) == [("US_LCA_H1B", "_X", 5)]


@pytest.mark.parametrize("status", ["CERTIFIED-WITHDRAWN", "Certified - Withdrawn", "Withdrawn", "Denied"])
def test_only_certified_applications_count(status: str) -> None:
    assert read(cases(case("I-1", IN_Q1, status=status))).is_empty()


@pytest.mark.parametrize("day", ["2023-10-05", "10/5/2023", 45204, "2023-10-05 00:00:00"])
def test_days_are_text_or_numbers(day: object) -> None:
    assert [one.decided for one in parse_cases(cases(case("I-1", day)), "made up")] == [dt.date(2023, 10, 5)]


def test_older_spellings_of_columns_are_known_and_others_are_refused() -> None:
    older = ["LCA_CASE_NUMBER", "STATUS", "a", "DECISION_DATE", "VISA_CLASS", "b", "TOTAL_WORKERS", "c", "d"]
    assert told(read(cases(case("I-1", IN_Q1), header=older))) == [("US_LCA_H1B", "_X", 1)]
    with pytest.raises(SourceChanged, match=r"columns found \{'positions': 0\} times instead of once"):
        kept_columns(["WORKERS" if name == "TOTAL_WORKER_POSITIONS" else name for name in HEADER], "made up")
    with pytest.raises(SourceChanged, match=r"columns found \{'status': 2\} times"):
        kept_columns([*HEADER, "STATUS"], "made up")


def test_no_person_goes_further_than_the_row_in_hand() -> None:
    kept = str(list(parse_cases(cases(case("I-1", IN_Q1)), "made up")))
    assert not [name for name in PERSON if name in kept]
    assert not {name for spellings in SPELLINGS.values() for name in spellings} & set(HEADER[7:])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (case("I-1", IN_Q1, visa="H-2A"), r"unknown visa classes or statuses \['H-2A'\]"),
        (case("I-1", IN_Q1, status="Pending"), r"\['PENDING'\]"),
        (case("I-1", IN_Q1, "many"), r"row 2: case 'I-1' for 'many' positions"),
        (case("I-1", "soon"), r"row 2: decided on 'soon'"),
    ],
)
def test_what_is_not_known_is_named(row: list[Any], says: str) -> None:
    with pytest.raises(SourceChanged, match=says):
        read(cases(row))


def test_reading_a_file_ten_times_as_long_takes_little_more_memory() -> None:
    def peak(rows: int) -> int:
        content = cases(*(case("I-1", IN_Q1) for _ in range(rows)))
        tracemalloc.start()
        read(content)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(1_000) < 2 * peak(100)


def test_rows_keep_the_contract() -> None:
    table = load_contracts().tables["talent_movement"]
    rows = read(cases(case("I-1", IN_Q1), case("I-2", IN_Q1, visa="E-3 Australian")))
    shaped = conform(
        "talent_movement",
        SOURCE,
        rows.with_columns(source_id=pl.lit(SOURCE), snapshot_id=pl.lit("a"), recorded_at=pl.lit(NOON)),
    )
    findings = check_table(table, shaped.with_columns(is_preferred=pl.lit(value=True)))
    assert list(findings) == []


@pytest.mark.skipif("COMPACT_RECORDINGS" not in os.environ, reason="COMPACT_RECORDINGS names no folder of recordings")
def test_the_documented_header_has_all_that_is_read_and_that_of_the_other_file_has_not() -> None:
    folder = Path(os.environ["COMPACT_RECORDINGS"]) / "us_lca"
    header = (folder / "LCA_FY2021_header_documented.csv").read_text().strip().split(",")
    assert len(header) == 96
    assert [header[at] for at in kept_columns(header, "recorded").values()] == [
        names[0] for names in SPELLINGS.values()
    ]
    other = (folder / "PERM_FY2016Q2_header_row.csv").read_text().strip().split(",")
    with pytest.raises(SourceChanged, match="columns found"):
        kept_columns(other, "recorded")


class Publisher(Wire):
    """Answers for the parts named, and has no file of the others."""

    def __init__(self, parts: Collection[str]) -> None:
        self.parts, self.environ, self.requests = parts, {}, 0

    def ask(
        self,
        source: Source,  # noqa: ARG002  (as a wire is asked)
        prepared: Prepared,
        validators: Validators | None = None,  # noqa: ARG002
    ) -> Received:
        content = ANSWERS.normal[prepared.part] if prepared.part in self.parts else b""
        assert isinstance(content, bytes)
        status, kind = (200, WORKBOOK) if content else (404, "text/html")
        return Received(content, status, {}, kind, prepared.shown, NOON)


def test_a_quarter_whose_file_is_late_keeps_its_year_due(tmp_path: Path) -> None:
    late = pull(tmp_path, SOURCE, Partition("2024"), Publisher(["q1", "q2", "q3"]), now=NOON)
    assert (late.verdict, late.cause) == ("STOPPED", "empty")
    assert "q4" in late.reason
    source, journal = load_contracts().source(SOURCE), Journal(tmp_path)
    assert Partition("2024") in due(source, journal, NOON + dt.timedelta(days=7))
    there = pull(tmp_path, SOURCE, Partition("2024"), Publisher(QUARTERS), now=NOON + dt.timedelta(days=7))
    assert (there.verdict, there.newest_period) == ("ACCEPTED", "2024-Q4")
