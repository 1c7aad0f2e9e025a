"""What Singapore says it sells to each market by month: goods of its own origin, without oil.

Source: Singapore Department of Statistics, Table Builder, table M451301; see schemas/sources/singstat_trade.yaml.
Revised: with the next monthly release.
Quirks: a quantity of Singapore's own, see `PRODUCT`; markets are names, not codes; each row states its unit in words;
values are text, with na, a hyphen or a blank for none; months are written 2024 Jan.
"""

import json
from functools import cache
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "singstat_trade"
THEME: Final = "compute_exports"
CURRENCY: Final = "SGD"
REPORTER: Final = "SGP"
# Without re-exports and oil: a part of TOTAL that no other source has.
PRODUCT: Final = "SG_NODX"
TABLE: Final = "M451301"
FREQUENCY: Final = "Monthly"
# What the title of the table must hold, and what it must not: that table is another one.
TITLE: Final = ("non-oil", "domestic exports")
NOT_TITLE: Final = ("re-exports", "seasonally adjusted", "by product")
COLUMNS: Final = ("seriesNo", "rowText", "uoM", "key", "value")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The row of all markets, in the spellings that it may have; only one of them stands in a table.
WORLD: Final = (
    "total",
    "total all markets",
    "all markets",
    "total non-oil domestic exports",
    "non-oil domestic exports",
)
# Areas whose names there differ from those of our list, in lower case. The union is an area of its own.
SPELLINGS: Final = {
    "mainland china": "CHN",
    "people's republic of china": "CHN",
    "republic of korea": "KOR",
    "south korea": "KOR",
    "korea, republic of": "KOR",
    "vietnam": "VNM",
    "hong kong sar": "HKG",
    "turkey": "TUR",
    "turkiye": "TUR",
    "united states of america": "USA",
    "germany, federal republic of": "DEU",
    "czech republic": "CZE",
    "russian federation": "RUS",
    "brunei darussalam": "BRN",
    "macau": "MAC",
    "lao people's democratic republic": "LAO",
    "laos": "LAO",
    "european union": "EUU",
    "european union 27": "EUU",
    "eu 27": "EUU",
}
# Groups, in lower case: their members are rows of their own, or are not told.
GROUPS: Final = (
    "asia", "america", "americas", "europe", "oceania", "africa", "asean", "middle east", "latin america", "caribbean",
    "south asia", "north east asia", "western europe", "eastern europe", "emerging markets", "top ten markets",
    "top 10 markets", "others", "other markets", "other countries", "rest of the world", "rest of world",
)  # fmt: skip
CURLED: Final = "\N{RIGHT SINGLE QUOTATION MARK}"
MARKS: Final = {
    "na": "published as na: not available",
    "-": "published as a hyphen: nil, next to nothing, or no figure",
    "": "published as a blank: no figure",
}


def parse_table(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per market and month, all text.

    Args:
        content: the body.
        place: source, part and partition, for messages.

    Returns:
        (cells, COLUMNS); null where the publisher writes null.

    Raises:
        SourceChanged: the body is not such an answer, or is of another table.
    """
    try:
        table = json.loads(content.decode("utf-8-sig"))["Data"]
        told = {name: str(table[name]) for name in ("id", "title", "frequency")}
        rows = [
            [None if cell is None else str(cell).strip() for cell in (*of_row, point["key"], point["value"])]
            for of_row, points in (([row[name] for name in COLUMNS[:3]], row["columns"]) for row in table["row"])
            for point in points
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceChanged(
            f"{place}: not the answer we know ({error!r}); it begins {content[:80]!r}. Expected Data with id, title, "
            "frequency and row of seriesNo, rowText, uoM and columns of key and value"
        ) from error
    title = told["title"].casefold()
    is_it = told["id"] == TABLE and told["frequency"] == FREQUENCY and all(words in title for words in TITLE)
    if not is_it or any(words in title for words in NOT_TITLE):
        raise SourceChanged(
            f"{place}: {told}; expected table {TABLE}, {FREQUENCY}, whose title holds {' and '.join(TITLE)} and none "
            f"of {', '.join(NOT_TITLE)}. Has the number been given to another table?"
        )
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def tidy_markets(published: pl.DataFrame, period: str, place: str) -> pl.DataFrame:
    """Shape one month into the compute_exports contract.

    Args:
        published: (cells, COLUMNS), text, Singapore dollars in the unit that uoM states, from `parse_table`.
        period: the month that was asked, such as 2024-01.
        place: source, part and partition, for messages.

    Returns:
        (markets, contract columns without provenance); obs_value and unit_measure in SGD. A cell that holds a mark has
        status O and no value.

    Raises:
        SourceChanged: an unknown market or unit, another month, or a figure that is no number.
    """
    asked = f"{period[:4]} {MONTHS[int(period[5:]) - 1]}"
    if odd := sorted(set(published["key"].fill_null("")) - {asked}):
        raise SourceChanged(f"{place}: months {odd[:3]}; asked for {asked!r} only")
    cells = published.with_columns(market=pl.col("rowText").fill_null("").map_elements(_plain, return_dtype=pl.String))
    areas = _areas()
    require_known(cells["market"], [*areas, *GROUPS], place, "markets in rowText")
    rows = cells.filter(~pl.col("market").is_in(GROUPS)).with_columns(value=pl.col("value").fill_null(""))
    values = scaled(rows, "value", load_contracts().source(SOURCE), MARKS)
    return rows.select(
        freq=pl.lit("M"),
        ref_area=pl.lit(REPORTER),
        counterpart_area=pl.col("market").replace_strict(areas, return_dtype=pl.String),
        flow=pl.lit("X"),
        product=pl.lit(PRODUCT),
        time_period=pl.lit(period),
        obs_value=values,
        unit_measure=pl.lit(CURRENCY),
        valuation=pl.lit("FOB"),
        basis=pl.lit("LAST_SHIPMENT"),
        obs_status=pl.when(values.is_null()).then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.col("value").replace_strict(MARKS, default=None, return_dtype=pl.String),
    )


def _plain(name: str) -> str:
    """A name in lower case, with straight apostrophes and single blanks."""
    return " ".join(name.replace(CURLED, "'").casefold().split())


@cache
def _areas() -> dict[str, str]:
    """Name in lower case to area; Singapore is no market of its own."""
    names = load_contracts().codelists["area"].column("name_en")
    kinds = load_contracts().codelists["area"].column("kind")
    own = {_plain(name): area for area, name in names.items() if kinds[area] == "area" and area != REPORTER}
    return own | SPELLINGS | dict.fromkeys(WORLD, "W00")


def read_answer(answer: Answer) -> pl.DataFrame:
    """One month of all markets in the contract, in Singapore dollars; see `tidy_markets`."""
    return tidy_markets(parse_table(answer.content, answer.place), answer.partition.period, answer.place)


pull_singstat_trade = pull_asset(SOURCE)
core_singstat_trade = live_core(SOURCE)
