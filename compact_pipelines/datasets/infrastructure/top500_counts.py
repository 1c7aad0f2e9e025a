"""How many of the world's 500 fastest supercomputers stand in each area, list by list.

Source: TOP500.org, counted by this project; see schemas/sources/top500_counts.yaml.
Revised: twice a year; four lists are held as counts, a newer one is asked live as a whole and counted here.
Quirks: countries as each list spells them, and the spelling changes; each list has exactly 500 systems. In a list the
unit of performance stands in the name of its column, and the sheet is named after the number of the list.
"""

import datetime as dt
import re
from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_columns, require_known, to_decimal
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.formats.workbooks import read_sheet, sheet_names
from compact_pipelines.pulls import pull_asset
from compact_pipelines.resources import LiveRows, Snapshots
from compact_pipelines.snapshots import Snapshot
from compact_pipelines.staleness import LIVE

SOURCE: Final = "top500_counts"
THEME: Final = "infrastructure"
COLUMNS: Final = ["list", "country", "systems", "citation"]
LIST_LENGTH: Final = 500
ALL: Final = "World"
# Columns of a list that is asked live.
RANK: Final = "Rank"
COUNTRY: Final = "Country"
PERFORMANCE: Final = re.compile(r"Rmax \[([GTP])Flop/s\]")
EXPONENTS: Final = {"G": 9, "T": 12, "P": 15}
# The first list is of June 1993; two follow each year, in June and November.
FIRST_YEAR: Final = 1993
NOVEMBER: Final = 11
AREAS: Final = {
    ALL: "W00",
    "Argentina": "ARG",
    "Australia": "AUS",
    "Austria": "AUT",
    "Bahrain": "BHR",
    "Belgium": "BEL",
    "Brazil": "BRA",
    "Bulgaria": "BGR",
    "Canada": "CAN",
    "Chile": "CHL",
    "China": "CHN",
    "Colombia": "COL",
    "Costa Rica": "CRI",
    "Czech Republic": "CZE",
    "Czechia": "CZE",
    "Denmark": "DNK",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Greece": "GRC",
    "Hong Kong": "HKG",
    "Hungary": "HUN",
    "Iceland": "ISL",
    "India": "IND",
    "Indonesia": "IDN",
    "Ireland": "IRL",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Kazakhstan": "KAZ",
    "Korea, South": "KOR",
    "Kuwait": "KWT",
    "Luxembourg": "LUX",
    "Malaysia": "MYS",
    "Mexico": "MEX",
    "Morocco": "MAR",
    "Netherlands": "NLD",
    "New Zealand": "NZL",
    "Norway": "NOR",
    "Oman": "OMN",
    "Peru": "PER",
    "Philippines": "PHL",
    "Poland": "POL",
    "Portugal": "PRT",
    "Qatar": "QAT",
    "Russia": "RUS",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "Slovenia": "SVN",
    "South Africa": "ZAF",
    "South Korea": "KOR",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Taiwan": "TWN",
    "Thailand": "THA",
    "Turkey": "TUR",
    "Türkiye": "TUR",
    "Ukraine": "UKR",
    "United Arab Emirates": "ARE",
    "United Kingdom": "GBR",
    "United States": "USA",
    "Vietnam": "VNM",
}


def parse_counts(content: bytes) -> pl.DataFrame:
    """Read the counts as this project keeps them: one row per list and country, all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def tidy_counts(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the counts into the infrastructure contract.

    Args:
        published: (lists and countries, COLUMNS), text, systems, from `parse_counts`.

    Returns:
        (lists and countries, contract columns without provenance); obs_value in systems, the list in comment_obs.

    Raises:
        SourceChanged: unknown columns or countries, a cell that is no number, a row that cites nothing, or a list
            whose countries do not add up to its 500 systems.
    """
    require_columns(published, COLUMNS, SOURCE)
    require_known(published["country"], AREAS, SOURCE, "countries")
    if uncited := published.filter(pl.col("citation").is_null()).select("list", "country").rows():
        raise SourceChanged(f"{SOURCE}: rows {uncited} cite nothing; a fact names the text it was read in")
    counts = published.select("list", "country", "citation", systems=to_decimal("systems", SOURCE, published))
    _require_whole_lists(counts)
    return counts.select(
        freq=pl.lit("M"),
        ref_area=pl.col("country").replace_strict(AREAS, return_dtype=pl.String),
        counterpart_area=pl.lit("_Z"),
        indicator=pl.lit("SUPERCOMPUTERS"),
        unit_measure=pl.lit("COUNT"),
        time_period="list",
        obs_value="systems",
        comment_obs=pl.format("counted in {}", "citation"),
    )


def _require_whole_lists(counts: pl.DataFrame) -> None:
    is_all = pl.col("country") == ALL
    lists = counts.group_by("list").agg(
        of_countries=pl.col("systems").filter(~is_all).sum(), printed=pl.col("systems").filter(is_all).sum()
    )
    is_wrong = (pl.col("of_countries") != LIST_LENGTH) | (pl.col("printed") != LIST_LENGTH)
    for row in lists.filter(is_wrong).sort("list").head(1).iter_rows(named=True):
        raise SourceChanged(
            f"{SOURCE}, list {row['list']}: the countries add up to {row['of_countries']} systems and {ALL} says "
            f"{row['printed']}; a list has {LIST_LENGTH}"
        )


def parse_list(content: bytes) -> pl.DataFrame:
    """Read a list as published: one row per system, all text.

    Raises:
        SourceChanged: the bytes are no workbook, or its first row is not a header of different names.
    """
    rows = read_sheet(content, SOURCE)
    header = rows[0] if rows else []
    if not {RANK, COUNTRY} <= set(header) or len(set(header)) != len(header):
        raise SourceChanged(
            f"{SOURCE}: the first row of a list names its columns, {RANK} and {COUNTRY} among them, each once; found "
            f"{header}. Look at the list before changing the parser"
        )
    cells = [[cell or None for cell in row] for row in rows[1:]]
    return pl.DataFrame(cells, schema=dict.fromkeys(header, pl.String), orient="row")


def tidy_list(published: pl.DataFrame, time_period: str) -> pl.DataFrame:
    """Count the systems of a list and add up what they compute, per area, in the infrastructure contract.

    Args:
        published: (500 systems, columns of the list), text, from `parse_list`.
        time_period: the month of the list, such as 2021-06.

    Returns:
        (areas on the list, those of the scenario and the world, times 2 indicators, contract columns without
        provenance); obs_value in systems, and in floating point operations per second as the benchmark measured them.

    Raises:
        SourceChanged: other than 500 systems, an unknown country, or no column that names Rmax with its unit.
    """
    if published.height != LIST_LENGTH:
        raise SourceChanged(f"{SOURCE}, list {time_period}: {published.height} systems; a list has {LIST_LENGTH}")
    require_known(published[COUNTRY], AREAS.keys() - {ALL}, SOURCE, "countries")
    if unplaced := published[COUNTRY].null_count():
        raise SourceChanged(f"{SOURCE}, list {time_period}: {unplaced} systems have no country; each has one")
    column, exponent = _performance(published)
    systems = published.select(
        area=pl.col(COUNTRY).replace_strict(AREAS, return_dtype=pl.String),
        flops=to_decimal(column, SOURCE, published).cast(pl.Decimal(38, 6)) * 10**exponent,
    )
    without = sorted(load_contracts().membership.tier_of.keys() - set(systems["area"]))
    grouped = (
        pl.concat([systems, systems.with_columns(area=pl.lit(AREAS[ALL]))])
        .group_by("area")
        .agg(systems=pl.len().cast(DECIMAL), flops=pl.col("flops").sum().cast(DECIMAL))
    )
    # A list is whole, so an area of the scenario that is not on it has none.
    none = pl.DataFrame({"area": without}, schema={"area": pl.String}).with_columns(
        systems=pl.lit(0).cast(DECIMAL), flops=pl.lit(0).cast(DECIMAL)
    )
    grouped = pl.concat([grouped, none])
    indicators = [("SUPERCOMPUTERS", "COUNT", "systems"), ("SUPERCOMPUTER_PERFORMANCE", "FLOP_S", "flops")]
    return pl.concat(
        grouped.select(
            freq=pl.lit("M"),
            ref_area="area",
            counterpart_area=pl.lit("_Z"),
            indicator=pl.lit(indicator),
            unit_measure=pl.lit(unit),
            time_period=pl.lit(time_period),
            obs_value=measured,
            comment_obs=pl.lit(f"counted in the list of {time_period}"),
        )
        for indicator, unit, measured in indicators
    )


def _performance(published: pl.DataFrame) -> tuple[str, int]:
    """The column of Rmax, and the exponent of ten of its unit."""
    found = [(name, unit[1]) for name in published.columns if (unit := PERFORMANCE.fullmatch(name))]
    if len(found) != 1:
        raise SourceChanged(
            f"{SOURCE}: expected one column like 'Rmax [TFlop/s]', whose name says the unit; found "
            f"{published.columns}. Look at the list before changing the parser"
        )
    return found[0][0], EXPONENTS[found[0][1]]


def _require_list(content: bytes, time_period: str) -> None:
    month = dt.date.fromisoformat(f"{time_period}-01")
    number = 2 * (month.year - FIRST_YEAR) + (2 if month.month == NOVEMBER else 1)
    if (sheets := sheet_names(content, SOURCE)) != [str(number)]:
        raise SourceChanged(
            f"{SOURCE}: the list of {time_period} is number {number}, after which its sheet is named; the workbook has "
            f"the sheets {sheets}. Is it another list?"
        )


def read_answer(answer: Answer) -> pl.DataFrame:
    """What a list that was asked live says, see `tidy_list`.

    Raises:
        SourceChanged: it is not the list that was asked, or see `tidy_list`.
    """
    _require_list(answer.content, answer.partition.period)
    return tidy_list(parse_list(answer.content), answer.partition.period)


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "systems"})
def raw_top500_counts__systems(snapshots: Snapshots) -> Snapshot:
    """The counts, kept byte for byte."""
    return snapshots.take(SOURCE, "systems")


pull_top500_counts = pull_asset(SOURCE)


@dg.asset(group_name=THEME, kinds={"polars", "parquet"}, deps=["pull_top500_counts"], metadata={LIVE: SOURCE})
def core_top500_counts(live: LiveRows, raw_top500_counts__systems: Snapshot) -> dg.Output[pl.DataFrame]:
    """Supercomputers among the 500 fastest per area and list; lists believed live in place of embedded ones."""
    snapshot = raw_top500_counts__systems
    tidied = tidy_counts(parse_counts(snapshot.read())).with_columns(**snapshot.stamp())
    return live.beside(SOURCE, conform(THEME, SOURCE, tidied))
