"""Positions that US employers were certified to fill with foreign specialists, by visa class and fiscal quarter.

Source: US Department of Labor, disclosure files of labor condition applications; see schemas/sources/us_lca.yaml.
Revised: no; a later file may tell a later decision of the same case.
Quirks: an application is a request of an employer and neither a person nor a visa, and is for one or more positions;
files run from October, some hold one quarter and some the year so far; spellings of columns and statuses change; dates
are text or the spreadsheet's day numbers. Most columns name persons: they are dropped as the rows are read.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.workbooks import MIB, Room, stream_rows
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "us_lca"
THEME: Final = "talent_movement"
# What is read, and the spellings it had; nothing else of a row is kept. The first is the present one.
SPELLINGS: Final = {
    "case": ("CASE_NUMBER", "LCA_CASE_NUMBER"),
    "status": ("CASE_STATUS", "STATUS"),
    "decided": ("DECISION_DATE",),
    "visa": ("VISA_CLASS",),
    "positions": ("TOTAL_WORKER_POSITIONS", "TOTAL_WORKERS"),
}
# Visa class to category and to the nationality that it is open to; H-1B is open to all, and the file names none.
CLASSES: Final = {
    "H-1B": ("US_LCA_H1B", "_X"),
    "H-1B1 CHILE": ("US_LCA_H1B1", "CHL"),
    "H-1B1 SINGAPORE": ("US_LCA_H1B1", "SGP"),
    "E-3 AUSTRALIAN": ("US_LCA_E3", "AUS"),
}
CERTIFIED: Final = "CERTIFIED"
OTHER_STATUSES: Final = ("CERTIFIED-WITHDRAWN", "WITHDRAWN", "DENIED")
FISCAL_YEAR_START: Final = "--10-01"
FIRST_MONTH: Final = 10
# Part to the number of the fiscal quarter.
QUARTERS: Final = {"q1": 1, "q2": 2, "q3": 3, "q4": 4}
SPREADSHEET_EPOCH: Final = dt.date(1899, 12, 30)
DATE_FORMS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S")
ROOM: Final = Room(unpacked_bytes=6 * 1024 * MIB)
REQUESTED: Final = "positions of certified applications decided in the fiscal quarter; requests, not persons"


class Case(NamedTuple):
    """What is kept of one application."""

    case: str
    status: str
    decided: dt.date
    visa: str
    positions: int


def kept_columns(header: list[str], place: str) -> dict[str, int]:
    """Where the columns stand that we read, by their name here.

    Raises:
        SourceChanged: one is missing, or there under two spellings.
    """
    names = [name.strip().upper() for name in header]
    found = {name: [at for at, spelled in enumerate(names) if spelled in SPELLINGS[name]] for name in SPELLINGS}
    if wrong := {name: len(places) for name, places in found.items() if len(places) != 1}:
        raise SourceChanged(
            f"{place}: columns found {wrong} times instead of once; known spellings are {SPELLINGS}. The header begins "
            f"{names[:8]}. Read the publisher's record layout, then add the spelling"
        )
    return {name: places[0] for name, places in found.items()}


def parse_cases(content: bytes, place: str) -> Iterator[Case]:
    """Read a disclosure file row by row; all columns but five are dropped, so no person's name goes further.

    Args:
        content: the workbook.
        place: source, part and partition, for messages.

    Raises:
        SourceChanged: an unknown header, or a cell that is not what its column holds.
    """
    rows = stream_rows(content, place, room=ROOM)
    at = kept_columns(next(rows, []), place)
    last = max(at.values())
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        cells = row + [""] * (last + 1 - len(row))
        case, status, decided, visa, positions = (cells[at[name]].strip() for name in SPELLINGS)
        if not positions.isdigit() or not case:
            raise SourceChanged(f"{place}, row {number}: case {case!r} for {positions!r} positions; expected a number")
        yield Case(
            case, status.upper().replace(" ", ""), _day(decided, f"{place}, row {number}"), visa.upper(), int(positions)
        )


def _day(text: str, place: str) -> dt.date:
    if text.isdigit():
        return SPREADSHEET_EPOCH + dt.timedelta(days=int(text))
    for form in DATE_FORMS:
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007  (a day, no moment)
        except ValueError:
            continue
    raise SourceChanged(f"{place}: decided on {text!r}; expected a day such as 2021-03-31 or 3/31/2021, or its number")


def fiscal_quarter(day: dt.date) -> tuple[int, int]:
    """The fiscal year and quarter of a day: October 2023 is in the first quarter of 2024."""
    return day.year + (day.month >= FIRST_MONTH), (day.month - FIRST_MONTH) % 12 // 3 + 1


def tidy_cases(cases: Iterator[Case], year: str, part: str) -> pl.DataFrame:
    """Add up the positions of certified applications of one fiscal quarter, in the talent_movement contract.

    Args:
        cases: from `parse_cases`; those decided in other quarters are left out, a case that stands more than once
            counts with its latest decision.
        year: the fiscal year.
        part: which of its quarters.

    Returns:
        (visa classes, contract columns without provenance); direction IN, obs_value in positions asked for, time_period
        the fiscal year and its quarter, status D.

    Raises:
        SourceChanged: an unknown visa class or status.
    """
    wanted = (int(year), QUARTERS[part])
    latest: dict[str, Case] = {}
    unknown: set[str] = set()
    for case in cases:
        if fiscal_quarter(case.decided) != wanted:
            continue
        unknown |= {case.visa} - CLASSES.keys() | {case.status} - {CERTIFIED, *OTHER_STATUSES}
        if case.case not in latest or latest[case.case].decided <= case.decided:
            latest[case.case] = case
    if unknown:
        raise SourceChanged(f"{SOURCE}, part {part}, {year}: unknown visa classes or statuses {sorted(unknown)}")
    positions: dict[str, int] = {}
    for case in latest.values():
        if case.status == CERTIFIED:
            positions[case.visa] = positions.get(case.visa, 0) + case.positions
    return pl.DataFrame(
        {
            "counterpart_area": [CLASSES[visa][1] for visa in positions],
            "category": [CLASSES[visa][0] for visa in positions],
            "obs_value": list(positions.values()),
        },
        schema={"counterpart_area": pl.String, "category": pl.String, "obs_value": pl.Int64},
    ).select(
        freq=pl.lit("Q"),
        ref_area=pl.lit("USA"),
        counterpart_area="counterpart_area",
        direction=pl.lit("IN"),
        category="category",
        stock_flow=pl.lit("F"),
        unit_measure=pl.lit("PS"),
        time_period=pl.lit(f"{year}-Q{QUARTERS[part]}"),
        obs_value=pl.col("obs_value").cast(DECIMAL),
        basis=pl.lit("NATIONALITY"),
        reporting_year_start=pl.lit(FISCAL_YEAR_START),
        obs_status=pl.lit("D"),
        comment_obs=pl.lit(REQUESTED),
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """One quarter's file in the talent_movement contract; see `tidy_cases`."""
    return tidy_cases(parse_cases(answer.content, answer.place), answer.partition.period, answer.part)


pull_us_lca = pull_asset(SOURCE)
core_us_lca = live_core(SOURCE)
