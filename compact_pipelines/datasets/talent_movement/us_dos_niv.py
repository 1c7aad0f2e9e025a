"""Visas for work, study and exchange that the United States issued, by nationality, class and fiscal year.

Source: US Department of State, NIV detail table; see schemas/sources/us_dos_niv.yaml.
Revised: once a year, for the year past.
Quirks: fiscal years run from October to September; a class prints 0 before it existed and for nationalities it is not
open to; nationalities and the grand total share one column; Canadians need no visa for most classes. Live, the
publisher's workbook has a sheet a year, whose columns change from year to year, totals of regions among the
nationalities, and here and there a fraction of a visa where whole ones are shown.
"""

import re
from collections.abc import Iterator
from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.workbooks import read_sheet, sheet_names
from compact_pipelines.pulls import pull_asset
from compact_pipelines.resources import LiveRows, Snapshots
from compact_pipelines.snapshots import Snapshot
from compact_pipelines.staleness import LIVE

SOURCE: Final = "us_dos_niv"
THEME: Final = "talent_movement"
FISCAL_YEAR_START: Final = "--10-01"
WORLD: Final = "W00"
TOTAL: Final = "Grand Totals"
CLASSES: Final = {
    "H-1B": "US_H1B",
    "H-1B1": "US_H1B1",
    "L-1": "US_L1",
    "O-1": "US_O1",
    "TN": "US_TN",
    "E-3": "US_E3",
    "E-3R": "US_E3R",
    "F-1": "US_F1",
    "J-1": "US_J1",
}
COLUMNS: Final = ["fiscal_year", "nationality", *CLASSES]
# By treaty or statute: since when a class is issued, and to whom. A zero outside is printed, but counts nothing.
FIRST_FISCAL_YEAR: Final = {"H-1B1": "2004", "E-3": "2005", "E-3R": "2005"}
OPEN_TO: Final = {"H-1B1": ("CHL", "SGP"), "TN": ("CAN", "MEX"), "E-3": ("AUS",), "E-3R": ("AUS",)}
# The nationalities of the edition's areas, as spelled in every year; all others are in the grand total only.
AREAS: Final = {
    "Australia": "AUS",
    "Bahrain": "BHR",
    "Belgium": "BEL",
    "Brazil": "BRA",
    "Canada": "CAN",
    "Chile": "CHL",
    "China - Taiwan": "TWN",
    "China - mainland": "CHN",
    "Colombia": "COL",
    "Costa Rica": "CRI",
    "Czech Republic": "CZE",
    "Denmark": "DNK",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Great Britain and Northern Ireland": "GBR",
    "Hong Kong S.A.R.": "HKG",
    "India": "IND",
    "Indonesia": "IDN",
    "Ireland": "IRL",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Korea, South": "KOR",
    "Kuwait": "KWT",
    "Malaysia": "MYS",
    "Mexico": "MEX",
    "Netherlands": "NLD",
    "New Zealand": "NZL",
    "Norway": "NOR",
    "Oman": "OMN",
    "Peru": "PER",
    "Philippines": "PHL",
    "Poland": "POL",
    "Qatar": "QAT",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "South Africa": "ZAF",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Thailand": "THA",
    "Turkey": "TUR",
    "United Arab Emirates": "ARE",
    "Vietnam": "VNM",
    TOTAL: WORLD,
}
ISSUED: Final = "visas issued in the fiscal year from October to September, renewals included; not entries"
CANADIANS: Final = f"{ISSUED}; Canadians enter without a visa of this class, so this is not their number"
BLANK: Final = "blank in the table"
SHEET: Final = re.compile(r"FY ?'?([0-9]{2}|[0-9]{4})( .*)?")
OLDEST_YEAR: Final = 1997  # of two digits, the century is told by it
FEWEST_CLASSES: Final = 5  # a row that names so many of ours is the row of headings
REGIONS: Final = ("AFRICA", "ASIA", "EUROPE", "NORTH AMERICA", "OCEANIA", "SOUTH AMERICA", "UNKNOWN")
TOTAL_OF_REGION: Final = "TOTALS FOR"
GRAND_TOTAL: Final = "GRAND TOTAL"
# A sum of fractions that are shown as whole visas may be off by so much.
HALF_A_VISA: Final = 0.5


def parse_table(content: bytes) -> pl.DataFrame:
    """Read the table as it stands: one row per fiscal year and nationality, one column per visa class, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def parse_workbook(content: bytes, place: str) -> pl.DataFrame:
    """Read the publisher's workbook into the same table: all its sheets, the classes we keep, as they stand.

    Args:
        content: the workbook; a sheet a fiscal year, named FY97 or FY1997, nationalities in the first column.
        place: source and part, for messages.

    Returns:
        (fiscal years and nationalities, COLUMNS), text, visas; the grand total is called TOTAL, headings and totals of
        regions are left out, and a class that the year does not have is blank.

    Raises:
        SourceChanged: a sheet without a year in its name, without headings, or without a class that was issued then.
    """
    rows = [row for sheet in sheet_names(content, place) for row in _sheet_rows(content, place, sheet)]
    if not rows:
        raise SourceChanged(f"{place}: no nationalities in any sheet; the publisher has no such workbook")
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row").sort(
        "fiscal_year", maintain_order=True
    )


def _sheet_rows(content: bytes, place: str, sheet: str) -> list[list[str | None]]:
    named = SHEET.fullmatch(sheet.strip())
    if not named:
        raise SourceChanged(f"{place}: a sheet is called {sheet!r}; expected one a fiscal year, such as FY97 or FY24")
    year = _year(named[1])
    rows = read_sheet(content, place, sheet)
    header, columns = next(_headings(rows), (0, {}))
    if not columns:
        raise SourceChanged(f"{place}, sheet {sheet!r}: no row that names visa classes such as {', '.join(CLASSES)}")
    if missing := [name for name in CLASSES if name not in columns and year >= FIRST_FISCAL_YEAR.get(name, "")]:
        raise SourceChanged(
            f"{place}, sheet {sheet!r}: no column of {', '.join(missing)}; the classes are {rows[header][1:]}"
        )
    told: list[list[str | None]] = []
    for cells in rows[header + 1 :]:
        name = cells[0].strip()
        if name.upper() in REGIONS or name.upper().startswith(TOTAL_OF_REGION) or not any(cells[1:]):
            continue
        values = [
            cells[columns[visa]].strip().replace(",", "") or None if visa in columns else None for visa in CLASSES
        ]
        told.append([year, TOTAL if name.upper().startswith(GRAND_TOTAL) else name, *values])
    return told


def _headings(rows: list[list[str]]) -> Iterator[tuple[int, dict[str, int]]]:
    """Each row that names our classes, by number, and where they stand."""
    wanted = {_plain(name): name for name in CLASSES}
    for number, row in enumerate(rows):
        columns = {wanted[_plain(cell)]: at for at, cell in enumerate(row) if at and _plain(cell) in wanted}
        if len(columns) >= FEWEST_CLASSES:
            yield number, columns


def _plain(name: str) -> str:
    """H-1B as H1B: the hyphen comes and goes between years."""
    return re.sub(r"[^A-Z0-9]", "", name.upper())


def _year(digits: str) -> str:
    if len(digits) == len("1997"):
        return digits
    return f"19{digits}" if int(digits) >= OLDEST_YEAR % 100 else f"20{digits}"


def tidy_table(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the table into the talent_movement contract.

    Args:
        published: (fiscal years and nationalities, COLUMNS), text, visas, from `parse_table`.

    Returns:
        (mapped rows * classes that could be issued, contract columns without provenance); obs_value in persons to
        whom a visa was issued, direction IN, time_period the fiscal year's number; blank has status O and no value.

    Raises:
        SourceChanged: unknown columns, a mapped nationality is missing from a year, a cell is not a number, or the
            nationalities of a year do not add up to its grand total.
    """
    require_columns(published, COLUMNS, SOURCE)
    numbers = published.with_columns(to_decimal(name, SOURCE, published) for name in CLASSES)
    for (year,), rows in numbers.group_by("fiscal_year", maintain_order=True):
        place = f"{SOURCE}, fiscal year {year}"
        require_known(pl.Series(list(AREAS)), rows["nationality"], place, "nationalities, absent from the table:")
        require_grand_total(rows, place)
    long = (
        numbers.filter(pl.col("nationality").is_in(list(AREAS)))
        .with_columns(area=pl.col("nationality").replace_strict(AREAS, return_dtype=pl.String))
        .unpivot(list(CLASSES), index=("fiscal_year", "area"), variable_name="class", value_name="visas")
        .filter((pl.col("visas") > 0) | _could_be_issued())
    )
    is_blank = pl.col("visas").is_null()
    return long.select(
        freq=pl.lit("A"),
        ref_area=pl.lit("USA"),
        counterpart_area="area",
        direction=pl.lit("IN"),
        category=pl.col("class").replace_strict(CLASSES, return_dtype=pl.String),
        stock_flow=pl.lit("F"),
        unit_measure=pl.lit("PS"),
        time_period="fiscal_year",
        obs_value=pl.col("visas").round(),
        basis=pl.lit("NATIONALITY"),
        reporting_year_start=pl.lit(FISCAL_YEAR_START),
        obs_status=pl.when(is_blank).then(pl.lit("O")).otherwise(pl.lit("D")),
        comment_obs=pl.when(is_blank)
        .then(pl.lit(BLANK))
        .when(pl.col("area") == "CAN")
        .then(pl.lit(CANADIANS))
        .otherwise(pl.lit(ISSUED)),
    )


def require_grand_total(rows: pl.DataFrame, place: str) -> None:
    """Stop unless the nationalities of one year add up to the grand total printed below them, in every class.

    Raises:
        SourceChanged: naming each class, the sum and the printed total.
    """
    is_total = pl.col("nationality") == TOTAL
    added = rows.filter(~is_total).select(pl.col(list(CLASSES)).sum()).row(0, named=True)
    printed = rows.filter(is_total).row(0, named=True)
    if wrong := [
        f"{name}: {added[name]:,.0f} against {printed[name]:,.0f}"
        for name in CLASSES
        if printed[name] is not None and abs(added[name] - printed[name]) >= HALF_A_VISA
    ]:
        raise SourceChanged(
            f"{place}: the nationalities do not add up to the grand total ({'; '.join(wrong)}); a row is missing, "
            "stands twice or has been edited"
        )


def _could_be_issued() -> pl.Expr:
    possible = pl.lit(value=True)
    for name, year in FIRST_FISCAL_YEAR.items():
        possible &= (pl.col("class") != name) | (pl.col("fiscal_year") >= year)
    for name, areas in OPEN_TO.items():
        possible &= (pl.col("class") != name) | pl.col("area").is_in([*areas, WORLD])
    return possible


def read_answer(answer: Answer) -> pl.DataFrame:
    """The publisher's workbook in the talent_movement contract; see `tidy_table`."""
    return tidy_table(parse_workbook(answer.content, answer.place))


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "detail"})
def raw_us_dos_niv__detail(snapshots: Snapshots) -> Snapshot:
    """The table by nationality and class, kept byte for byte."""
    return snapshots.take(SOURCE, "detail")


pull_us_dos_niv = pull_asset(SOURCE)


@dg.asset(group_name=THEME, kinds={"polars", "parquet"}, deps=["pull_us_dos_niv"], metadata={LIVE: SOURCE})
def core_us_dos_niv(live: LiveRows, raw_us_dos_niv__detail: Snapshot) -> dg.Output[pl.DataFrame]:
    """Visas issued by the United States, per nationality, class and fiscal year."""
    snapshot = raw_us_dos_niv__detail
    embedded = conform(THEME, SOURCE, tidy_table(parse_table(snapshot.read())).with_columns(**snapshot.stamp()))
    return live.beside(SOURCE, embedded)
