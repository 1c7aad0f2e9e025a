"""Canadian work permits for humanitarian and compassionate reasons, by the holder's citizenship; month, quarter, year.

Source: Immigration, Refugees and Citizenship Canada; see schemas/sources/ircc_permits.yaml.
Revised: monthly, the whole series; the day it was made stands below the table.
Quirks: three rows of headings, the totals of quarters and years between the months; all numbers are text; -- is a
count from 0 to 5 that is withheld, while 0 is zero; all else is rounded to 5, and a person with two permits counts
once in a total, so parts do not add up. Sister files have no citizenship in them.
"""

import re
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known, to_decimal
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.workbooks import filled_down, filled_right, read_sheet
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "ircc_permits"
THEME: Final = "talent_movement"
TITLE_OF_PART: Final = {"humanitarian": "Work permit holders for Humanitarian and Compassionate purposes"}
CATEGORIES: Final = {"humanitarian": "CA_WORK_PERMIT_HC"}
CITIZENSHIP: Final = "Country of Citizenship"
HEADER_ROW: Final = 2
NOTES: Final = "Notes"
VINTAGE: Final = re.compile(r"Source: IRCC, (\w+ \d{1,2},? \d{4})")
YEAR: Final = re.compile(r"[12][0-9]{3}")
MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MONTHS_A_QUARTER: Final = 3
WITHHELD: Final = "--"
WORLD: Final = "Total"
# No area of ours: remainders, no citizenship, and Kosovo, which ISO 3166-1 does not have.
LEFT_OUT: Final = (
    "Other countries",
    "Country of Citizenship not stated",
    "Stateless",
    "Kosovo, Republic of",
)
# Spellings of the publisher that the area code list has otherwise.
SPELLINGS: Final = {
    "Antigua and Barbuda": "ATG",
    "Bahama Islands, The": "BHS",
    "Benin, Republic of": "BEN",
    "Bosnia-Herzegovina": "BIH",
    "Botswana, Republic of": "BWA",
    "Burkina-Faso": "BFA",
    "Cameroon, Federal Republic of": "CMR",
    "Cape Verde Islands": "CPV",
    "Chad, Republic of": "TCD",
    "China, People's Republic of": "CHN",
    "Congo, Democratic Republic of the": "COD",
    "Congo, People's Republic of the": "COG",
    "Czech Republic": "CZE",
    "Djibouti, Republic of": "DJI",
    "East Timor, Democratic Republic of": "TLS",
    "Equatorial Guinea, Republic of": "GNQ",
    "Gabon Republic": "GAB",
    "Guinea, Republic of": "GIN",
    "Hong Kong SAR": "HKG",
    "Indonesia, Republic of": "IDN",
    "Ireland, Republic of": "IRL",
    "Ivory Coast, Republic of": "CIV",
    "Korea, People's Democratic Republic of": "PRK",
    "Korea, Republic of": "KOR",
    "Macau SAR": "MAC",
    "Macedonia": "MKD",
    "Maldives, Republic of": "MDV",
    "Mali, Republic of": "MLI",
    "Marshall Islands, Republic of the": "MHL",
    "Mongolia, People's Republic of": "MNG",
    "Montenegro, Republic of": "MNE",
    "Myanmar (Burma)": "MMR",
    "Netherlands, The": "NLD",
    "Niger, Republic of the": "NER",
    "Northern Mariana Islands, Commonwealth of the": "MNP",
    "Palau, Republic of": "PLW",
    "Palestinian Authority (Gaza/West Bank)": "PSE",
    "Panama, Republic of": "PAN",
    "Samoa, Independent State of": "WSM",
    "Sao Tome and Principe": "STP",
    "Serbia, Republic of": "SRB",
    "Slovak Republic": "SVK",
    "Somalia, Democratic Republic of": "SOM",
    "South Africa, Republic of": "ZAF",
    "South Sudan, Republic of": "SSD",
    "St. Kitts-Nevis": "KNA",
    "St. Vincent and the Grenadines": "VCT",
    "Sudan, Democratic Republic of": "SDN",
    "Surinam": "SUR",
    "Swaziland": "SWZ",
    "Tanzania, United Republic of": "TZA",
    "Togo, Republic of": "TGO",
    "Trinidad and Tobago, Republic of": "TTO",
    "Turkey": "TUR",
    "United Kingdom and Overseas Territories": "GBR",
    "United States of America": "USA",
    "Vietnam": "VNM",
    WORLD: "W00",
}
COUNTED: Final = "preliminary; rounded to 5; different persons within the period, so periods do not add up"
SMALL: Final = "0 to 5 persons: withheld by the publisher"


def parse_permits(content: bytes, place: str) -> pl.DataFrame:
    """Read a workbook of this family as published: one row per label and period, all text.

    Args:
        content: the workbook; yearly (years in its third row) or monthly (year, quarter and month in three rows).
        place: source and part, for messages.

    Returns:
        (labels * periods, [title, about, label, sublabel, year, quarter, month, value]). about is the heading of the
        labels. A group's label stands in its total row, below its parts: label holds it for all of them, sublabel what
        stands in the further columns. quarter and month are as written, `Q1 Total` and `2015 Total` included.

    Raises:
        SourceChanged: the rows of headings, the notes or the day of the figures are not where they were.
    """
    rows = read_sheet(content, place)
    heading = rows[HEADER_ROW] if len(rows) > HEADER_ROW else []
    first = next((number for number, cell in enumerate(heading) if YEAR.fullmatch(cell)), 0)
    end = next((number for number, row in enumerate(rows) if row[0].startswith(NOTES)), 0)
    vintage = next((row[0] for row in reversed(rows) if VINTAGE.fullmatch(row[0])), "")
    if not first or not end or not vintage:
        raise SourceChanged(
            f"{place}: the third row has {'no year' if not first else 'years'}, there is {'a' if end else 'no'} row of "
            f"notes, and {vintage or 'no line of source and day'!r}. Look at the workbook before changing the parser"
        )
    if not any(map(any, rows[HEADER_ROW + 3 : end])):
        raise SourceChanged(f"{place}: no rows between the headings and the notes; the publisher has no such workbook")
    is_monthly = rows[HEADER_ROW + 1][first].startswith("Q")
    body = rows[HEADER_ROW + (3 if is_monthly else 1) : end]
    years = filled_right(heading)
    quarters = filled_right(rows[HEADER_ROW + 1]) if is_monthly else [""] * len(heading)
    months = rows[HEADER_ROW + 2] if is_monthly else [""] * len(heading)
    labelled = filled_down(reversed([row for row in body if any(row)]), 0)
    cells = [
        (
            rows[0][0],
            heading[0],
            row[0],
            " ".join(filter(None, row[1:first])),
            *(years[at], quarters[at], months[at], row[at]),
        )
        for row in reversed(labelled)
        for at in range(first, len(heading))
        if years[at] and row[at]
    ]
    schema = ["title", "about", "label", "sublabel", "year", "quarter", "month", "value"]
    return pl.DataFrame(cells, schema=dict.fromkeys(schema, pl.String), orient="row")


def tidy_permits(published: pl.DataFrame, part: str) -> pl.DataFrame:
    """Shape a monthly workbook by citizenship into the talent_movement contract.

    Args:
        published: from `parse_permits`.
        part: which permits.

    Returns:
        (citizenships * months, full quarters and full years, contract columns without provenance); direction IN,
        obs_value in persons, status P; a count of 0 to 5 that is withheld has status Q and no value.

    Raises:
        SourceChanged: the workbook is another one, has no citizenship in it, or an unknown one, or a cell is no number.
    """
    place = f"{SOURCE}, part {part}"
    if (about := published["about"].unique().to_list()) != [CITIZENSHIP]:
        raise SourceChanged(
            f"{place}: there is no citizenship in it; its rows are by {about}, expected {CITIZENSHIP!r}"
        )
    if wrong := [title for title in published["title"].unique() if TITLE_OF_PART[part] not in title]:
        raise SourceChanged(f"{place}: the workbook is called {wrong}; expected {TITLE_OF_PART[part]!r} in it")
    rows = load_contracts().codelists["area"].rows
    areas = {row["name_en"]: code for code, row in rows.items() if row["kind"] == "area"} | SPELLINGS
    require_known(published["label"], [*areas, *LEFT_OUT], place, "countries of citizenship")
    timed = published.filter(pl.col("label").is_in(list(areas))).with_columns(time_period=_periods())
    kept = timed.filter(_is_whole(published)).with_columns(pl.col("value").str.replace_all(",", ""))
    kept = kept.with_columns(persons=to_decimal("value", place, kept, {WITHHELD: "withheld"}))
    is_small, period = pl.col("persons").is_null(), pl.col("time_period")
    return kept.select(
        freq=pl.when(period.str.contains("Q"))
        .then(pl.lit("Q"))
        .when(period.str.contains("-"))
        .then(pl.lit("M"))
        .otherwise(pl.lit("A")),
        ref_area=pl.lit("CAN"),
        counterpart_area=pl.col("label").replace_strict(areas, return_dtype=pl.String),
        direction=pl.lit("IN"),
        category=pl.lit(CATEGORIES[part]),
        stock_flow=pl.lit("F"),
        unit_measure=pl.lit("PS"),
        time_period="time_period",
        obs_value="persons",
        basis=pl.lit("NATIONALITY"),
        obs_status=pl.when(is_small).then(pl.lit("Q")).otherwise(pl.lit("P")),
        comment_obs=pl.when(is_small).then(pl.lit(SMALL)).otherwise(pl.lit(COUNTED)),
    )


def _periods() -> pl.Expr:
    """2015 for a year's total, 2015-Q1 for a quarter's, 2015-01 for a month."""
    year, quarter, month = pl.col("year"), pl.col("quarter"), pl.col("month")
    numbers = {name: f"{number:02}" for number, name in enumerate(MONTHS, start=1)}
    return (
        pl.when(quarter.str.ends_with("Total"))
        .then(year)
        .when(month.str.ends_with("Total"))
        .then(pl.concat_str(year, quarter, separator="-"))
        .otherwise(pl.concat_str(year, month.replace_strict(numbers, default=None), separator="-"))
    )


def _is_whole(published: pl.DataFrame) -> pl.Expr:
    """Whether all months of a quarter or year are in the table; the totals of the running ones are left out."""
    months = published.filter(pl.col("month").is_in(MONTHS)).unique(["year", "quarter", "month"])
    quarters = months.group_by("year", "quarter").len().filter(pl.col("len") == MONTHS_A_QUARTER)
    years = months.group_by("year").len().filter(pl.col("len") == len(MONTHS))
    whole = [*(f"{year}-{quarter}" for year, quarter, _ in quarters.iter_rows()), *years["year"]]
    return pl.col("month").is_in(MONTHS) | pl.col("time_period").is_in(whole)


def read_answer(answer: Answer) -> pl.DataFrame:
    """One workbook in the talent_movement contract; see `tidy_permits`."""
    return tidy_permits(parse_permits(answer.content, answer.place), answer.part)


pull_ircc_permits = pull_asset(SOURCE)
core_ircc_permits = live_core(SOURCE)
