"""How much equity and debt issued abroad the residents of each economy hold, as the economy tells the Fund.

Source: IMF, Coordinated Portfolio Investment Survey, Table 15; see schemas/sources/imf_cpis_totals.yaml.
Revised: twice a year.
Quirks: millions of dollars; a blank is not available or not applicable, c is suppressed, 0 may be an amount that
rounds to it. The survey asks for the end of June and of December, and the contracts know no half-year. A position is
true of one day, so nothing is spread or repeated: a December position is the stock at the end of the year (A, 2013)
and stands beside other annual stocks, a June position is the stock at the end of that month (M, 2013-06). The monthly
series therefore has one month a year and the annual one is not its sum. India reports other days, see INDIA.
"""

from decimal import Decimal
from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import DECIMAL, conform, read_csv, require_known, to_decimal
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "imf_cpis_totals"
THEME: Final = "capital_flows"
TITLES: Final = {
    "equity": "Table 15: All Economies - Reported Portfolio Investment Assets: Equity and Investment Fund Shares",
    "debt": "Table 15: All Economies - Reported Portfolio Investment Assets: Total Debt Securities",
}
INSTRUMENTS: Final = {"equity": "P_F5", "debt": "P_F3"}
UNIT_LINE: Final = "End-of-Period, US Dollars, Millions"
HEADER_LINES: Final = 2
USD_PER_MILLION: Final = 1_000_000
PERIOD_LABEL: Final = r"^(DEC|JUN)\. [0-9]{4}$"
SUPPRESSED: Final = "c"
MISSING: Final = {SUPPRESSED: "suppressed by the reporting economy"}
TOTAL: Final = "Value of Total Investment"
# The printed total meets the sum of its lines to the digit; figures cut at the sixth decimal leave less than this.
TOTAL_TOLERANCE_MILLIONS: Final = Decimal("0.01")
# Notes of the table, December 2024: India's December is the end of the next March from 2011 on (the end of its
# financial year), its June is the end of September from 2014 on.
INDIA: Final = "India"
INDIA_MARCH_SINCE: Final = 2011
INDIA_SEPTEMBER_SINCE: Final = 2014
# Lines that are no single area of the edition: part of the printed total, and left out by name.
LEFT_OUT: Final = ("Curaçao and Sint Maarten", "Kosovo, Rep. of", "Netherlands Antilles", "SEFER + SSIO (**)")
AREAS: Final = {
    "Albania": "ALB",
    "Argentina": "ARG",
    "Aruba, Kingdom of the Netherlands": "ABW",
    "Australia": "AUS",
    "Austria": "AUT",
    "Bahamas, The": "BHS",
    "Bahrain, Kingdom of": "BHR",
    "Bangladesh": "BGD",
    "Barbados": "BRB",
    "Belarus, Rep. of": "BLR",
    "Belgium": "BEL",
    "Bermuda": "BMU",
    "Bolivia": "BOL",
    "Brazil": "BRA",
    "Bulgaria": "BGR",
    "Canada": "CAN",
    "Cayman Islands": "CYM",
    "Chile": "CHL",
    "China, P.R.: Hong Kong": "HKG",
    "China, P.R.: Macao": "MAC",
    "China, P.R.: Mainland": "CHN",
    "Colombia": "COL",
    "Costa Rica": "CRI",
    "Cyprus": "CYP",
    "Czech Rep.": "CZE",
    "Denmark": "DNK",
    "Egypt, Arab Rep. of": "EGY",
    "El Salvador": "SLV",
    "Estonia, Rep. of": "EST",
    "Finland": "FIN",
    "France": "FRA",
    "Germany": "DEU",
    "Gibraltar": "GIB",
    "Greece": "GRC",
    "Guernsey": "GGY",
    "Honduras": "HND",
    "Hungary": "HUN",
    "Iceland": "ISL",
    "India": "IND",
    "Indonesia": "IDN",
    "Ireland": "IRL",
    "Isle of Man": "IMN",
    "Israel": "ISR",
    "Italy": "ITA",
    "Japan": "JPN",
    "Jersey": "JEY",
    "Kazakhstan, Rep. of": "KAZ",
    "Korea, Rep. of": "KOR",
    "Kuwait": "KWT",
    "Latvia": "LVA",
    "Lebanon": "LBN",
    "Liberia": "LBR",
    "Lithuania": "LTU",
    "Luxembourg": "LUX",
    "Malaysia": "MYS",
    "Malta": "MLT",
    "Mauritius": "MUS",
    "Mexico": "MEX",
    "Mongolia": "MNG",
    "Namibia": "NAM",
    "Netherlands, The": "NLD",
    "New Zealand": "NZL",
    "North Macedonia, Republic of": "MKD",
    "Norway": "NOR",
    "Pakistan": "PAK",
    "Palau, Rep. of": "PLW",
    "Panama": "PAN",
    "Peru": "PER",
    "Philippines": "PHL",
    "Poland, Rep. of": "POL",
    "Portugal": "PRT",
    "Romania": "ROU",
    "Russian Federation": "RUS",
    "Saudi Arabia": "SAU",
    "Singapore": "SGP",
    "Slovak Rep.": "SVK",
    "Slovenia, Rep. of": "SVN",
    "South Africa": "ZAF",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Thailand": "THA",
    "Türkiye, Rep of": "TUR",
    "Ukraine": "UKR",
    "United Kingdom": "GBR",
    "United States": "USA",
    "Uruguay": "URY",
    "Vanuatu": "VUT",
    "Venezuela, Rep. Bolivariana de": "VEN",
    "West Bank and Gaza": "PSE",
}


def parse_table(content: bytes, part: str) -> pl.DataFrame:
    """Read one table as published: one row per economy, one column per period label, all text.

    Args:
        content: title, unit and header line, then the lines of the table.
        part: equity or debt, whose title the table must carry.

    Raises:
        SourceChanged: the title, the unit or the period labels are not those we know.
    """
    head = [line.strip().strip('"') for line in content.decode("utf-8").splitlines()[:HEADER_LINES]]
    if head != [TITLES[part], UNIT_LINE]:
        raise SourceChanged(f"{SOURCE}, part {part}: the head says {head}, expected {[TITLES[part], UNIT_LINE]}")
    published = read_csv(content, f"{SOURCE}, part {part}", skip_lines=HEADER_LINES)
    published = published.rename({published.columns[0]: "economy"})
    labels = pl.Series("label", published.columns[1:], dtype=pl.String)
    if not (strange := labels.filter(~labels.str.contains(PERIOD_LABEL))).is_empty():
        raise SourceChanged(
            f"{SOURCE}, part {part}: columns {strange.to_list()} are no period; expected DEC. 2013 or JUN. 2013"
        )
    return published


def require_total(published: pl.DataFrame, place: str) -> None:
    """Stop unless the lines of each period add up to the printed total; a period with a suppressed line is skipped.

    Args:
        published: (economies and total, periods), text, millions of US dollars, from `parse_table`.
        place: source and part, for the message.

    Raises:
        SourceChanged: a cell is no number, or a period's lines do not add up.
    """
    periods = published.columns[1:]
    told = [name for name in periods if SUPPRESSED not in published[name].to_list()]
    numbers = published.select("economy", *(to_decimal(name, place, published, MISSING) for name in periods))
    sums = numbers.filter(pl.col("economy") != TOTAL).select(pl.col(told).sum()).row(0, named=True)
    totals = numbers.filter(pl.col("economy") == TOTAL).select(told).row(0, named=True)
    wrong = {
        name: f"lines {sums[name]}, printed {totals[name]}"
        for name in told
        if totals[name] is None or abs(sums[name] - totals[name]) > TOTAL_TOLERANCE_MILLIONS
    }
    if wrong:
        raise SourceChanged(f"{place}: the lines do not add up to {TOTAL!r}: {wrong}; a line is missing or new")


def tidy_positions(published: pl.DataFrame, part: str) -> pl.DataFrame:
    """Shape one table into the capital_flows contract.

    Args:
        published: (economies and total, periods), text, millions of US dollars, from `parse_table`.
        part: equity or debt.

    Returns:
        (areas * periods, contract columns without provenance); obs_value in USD, direction OUT with the whole world:
        what residents of ref_area hold that is issued abroad. A blank has status O, c has status Q, neither a value.

    Raises:
        SourceChanged: a line is unknown or missing, a cell is no number, or the lines do not add up to the total.
    """
    place = f"{SOURCE}, part {part}"
    lines = [*AREAS, *LEFT_OUT, TOTAL]
    require_known(published["economy"], lines, place, "economies")
    require_known(pl.Series(lines), published["economy"], place, "economies, absent from the table:")
    require_total(published, place)
    long = published.filter(pl.col("economy").is_in(list(AREAS))).unpivot(
        index="economy", variable_name="label", value_name="cell"
    )
    label, cell, year = pl.col("label"), pl.col("cell"), pl.col("label").str.slice(-4)
    is_year_end = label.str.starts_with("DEC.")
    is_india = pl.col("economy") == INDIA
    is_march = is_india & is_year_end & (year.cast(pl.Int32) >= INDIA_MARCH_SINCE)
    is_september = is_india & ~is_year_end & (year.cast(pl.Int32) >= INDIA_SEPTEMBER_SINCE)
    return long.with_columns(to_decimal("cell", place, long, MISSING).alias("millions")).select(
        freq=pl.when(is_year_end).then(pl.lit("A")).otherwise(pl.lit("M")),
        ref_area=pl.col("economy").replace_strict(AREAS, return_dtype=pl.String),
        counterpart_area=pl.lit("W00"),
        direction=pl.lit("OUT"),
        instrument=pl.lit(INSTRUMENTS[part]),
        stock_flow=pl.lit("S"),
        time_period=pl.when(is_year_end)
        .then(year)
        .otherwise(year + pl.when(is_september).then(pl.lit("-09")).otherwise(pl.lit("-06"))),
        obs_value=(pl.col("millions") * USD_PER_MILLION).cast(DECIMAL),
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("MARKET"),
        basis=pl.lit("RESIDENCE"),
        obs_status=pl.when(cell == SUPPRESSED)
        .then(pl.lit("Q"))
        .when(cell.is_null())
        .then(pl.lit("O"))
        .when(is_march)
        .then(pl.lit("D"))
        .otherwise(pl.lit("A")),
        comment_obs=pl.when(cell == SUPPRESSED)
        .then(pl.lit("suppressed by the reporting economy"))
        .when(cell.is_null())
        .then(pl.lit("blank in the table: not available or not applicable"))
        .when(is_march)
        .then(pl.lit("position at the end of March of the following year"))
        .when(is_september)
        .then(pl.lit("position at the end of September, under June in the table")),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "equity"})
def raw_imf_cpis_totals__equity(snapshots: Snapshots) -> Snapshot:
    """Table 15, equity and investment fund shares, kept byte for byte."""
    return snapshots.take(SOURCE, "equity")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "debt"})
def raw_imf_cpis_totals__debt(snapshots: Snapshots) -> Snapshot:
    """Table 15, debt securities, kept byte for byte."""
    return snapshots.take(SOURCE, "debt")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_imf_cpis_totals(raw_imf_cpis_totals__equity: Snapshot, raw_imf_cpis_totals__debt: Snapshot) -> pl.DataFrame:
    """Foreign portfolio equity and debt that residents of each economy hold, at the end of June and December."""
    taken = {"equity": raw_imf_cpis_totals__equity, "debt": raw_imf_cpis_totals__debt}
    return conform(
        THEME,
        SOURCE,
        *(
            tidy_positions(parse_table(snapshot.read(), part), part).with_columns(**snapshot.stamp())
            for part, snapshot in taken.items()
        ),
    )
