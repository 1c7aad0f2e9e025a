"""What Canada says it sells to and buys from each partner, by month: all goods; live, AI compute goods too.

Source: Statistics Canada, Canadian International Merchandise Trade; see schemas/sources/statcan_cimt.yaml.
Revised: each month revises the months before.
Quirks: Canadian dollars; partners by ISO 3166-1 alpha-2; Canada's own returned goods stand as CA; a zero may mean
that nothing was reported. The publisher's zip of a year has a table a level of detail, with a row per province and
state, and in the running year one of each for every month published so far.
"""

from typing import Final

import dagster as dg
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import (
    DECIMAL,
    area_codes,
    conform,
    read_csv,
    require_columns,
    require_known,
    to_decimal,
)
from compact_pipelines.live.answers import Answer, Partition
from compact_pipelines.live.formats.delimited import MIB, read_delimited, unzipped
from compact_pipelines.pulls import pull_asset
from compact_pipelines.resources import LiveRows, Snapshots
from compact_pipelines.snapshots import Snapshot
from compact_pipelines.staleness import LIVE

SOURCE: Final = "statcan_cimt"
THEME: Final = "compute_exports"
PARTNERS: Final = ["date", "country", "imports", "exports"]
TOTALS: Final = ["date", "imports", "exports"]
RETURNED_GOODS: Final = "CA"
UNKNOWN_PARTNER: Final = "ZX"  # unknown or unspecified, as the publisher's own list of countries calls it
ABSENT: Final = "published as 0, which may mean not reported"
# Live: part -> flow, the publisher's numbers of the tables by chapter and by subheading.
TABLES: Final = {"imports": ("M", "ODPFN022", "ODPFN015"), "exports": ("X", "ODPFN021", "ODPFN019")}
MONTH, PARTNER, VALUE = "YearMonth/AnnéeMois", "Country/Pays", "Value/Valeur"
CHAPTER, SUBHEADING = "HS2", "HS6"
# What else a table may have; the levels differ in it.
OTHER_COLUMNS: Final = ("Province", "State/État", "Quantity/Quantité", "Unit of Measure/Unité de Mesure")
CHAPTERS: Final = {"84": "HS_84", "85": "HS_85"}
HS22: Final = "HS22_"
# Canada's tariff follows the Harmonized System of 2022 since then; subheadings of before are not the same goods.
FIRST_YEAR_OF_HS22: Final = "2022"
UNPACKED_BYTES: Final = 1024 * MIB


def parse_trade(content: bytes) -> pl.DataFrame:
    """Read the compilation as it stands: one row per month (and partner), all text.

    Raises:
        SourceChanged: the bytes are not such a table.
    """
    return read_csv(content, SOURCE)


def require_total(partners: pl.DataFrame, totals: pl.DataFrame) -> None:
    """Stop unless the partners add up to the published total in every month, to the dollar.

    Args:
        partners: (partner months, PARTNERS), text, Canadian dollars.
        totals: (months, TOTALS), text, Canadian dollars.

    Raises:
        SourceChanged: naming the first month that does not add up.
    """
    summed = partners.group_by("date").agg(pl.col("imports", "exports").cast(DECIMAL).sum())
    compared = totals.with_columns(pl.col("imports", "exports").cast(DECIMAL)).join(
        summed, on="date", how="full", suffix="_of_partners", coalesce=True
    )
    is_wrong = (pl.col("imports").ne_missing(pl.col("imports_of_partners"))) | (
        pl.col("exports").ne_missing(pl.col("exports_of_partners"))
    )
    for row in compared.filter(is_wrong).sort("date").head(1).iter_rows(named=True):
        raise SourceChanged(
            f"{SOURCE}, {row['date']}: the partners add up to {row['imports_of_partners']} of imports and "
            f"{row['exports_of_partners']} of exports, the published total is {row['imports']} and {row['exports']} "
            "Canadian dollars; a partner is missing or stands twice"
        )


def tidy_trade(partners: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Shape the compilation into the compute_exports contract, in US dollars.

    Args:
        partners: (partner months, PARTNERS), text, Canadian dollars, from `parse_trade`.
        rates: (currency months, exchange_rates columns); units_per_usd.

    Returns:
        (2 * partner months less returned goods, contract columns without provenance); obs_value in USD at the month's
        average rate, the Canadian figure and the rate in comment_obs; a zero is absent (status O).

    Raises:
        SourceChanged: the columns or a partner code are unknown, a value is not a number, or a month has no rate.
    """
    require_columns(partners, PARTNERS, f"{SOURCE}, part partners")
    areas = area_codes("iso2")
    require_known(partners["country"], areas, f"{SOURCE}, part partners", "ISO 3166-1 alpha-2 codes")
    cad = rates.filter(pl.col("currency") == "CAD").select(date="time_period", rate="units_per_usd")
    numbers = partners.with_columns(
        to_decimal("imports", f"{SOURCE}, part partners", partners),
        to_decimal("exports", f"{SOURCE}, part partners", partners),
    ).join(cad, on="date", how="left")
    if months := sorted(numbers.filter(pl.col("rate").is_null())["date"].unique()):
        raise SourceChanged(f"{SOURCE}: no exchange rate for {months}; extend fed_exchange_rates to them first")
    long = (
        numbers.filter(pl.col("country") != RETURNED_GOODS)
        .unpivot(("imports", "exports"), index=("date", "country", "rate"), variable_name="side", value_name="cad")
        .with_columns(is_absent=pl.col("cad") == 0)
    )
    # A quotient needs no exact decimals: double keeps 15 digits, a monthly flow has at most 12.
    usd = (pl.col("cad").cast(pl.Float64) / pl.col("rate").cast(pl.Float64)).round(6).cast(DECIMAL)
    return long.select(
        freq=pl.lit("M"),
        ref_area=pl.lit("CAN"),
        counterpart_area=pl.col("country").replace_strict(areas, return_dtype=pl.String),
        flow=pl.when(pl.col("side") == "exports").then(pl.lit("X")).otherwise(pl.lit("M")),
        product=pl.lit("TOTAL"),
        time_period="date",
        obs_value=pl.when(~pl.col("is_absent")).then(usd),
        unit_measure=pl.lit("USD"),
        valuation=pl.lit("FOB"),
        basis=pl.when(pl.col("side") == "exports").then(pl.lit("LAST_SHIPMENT")).otherwise(pl.lit("ORIGIN")),
        obs_status=pl.when("is_absent").then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.when("is_absent")
        .then(pl.lit(ABSENT))
        .otherwise(
            pl.format(
                "CAD {} at {} CAD per USD, monthly average",
                pl.col("cad").cast(pl.Decimal(28, 0)).cast(pl.String),
                pl.col("rate").cast(pl.Decimal(28, 4)).cast(pl.String),
            )
        ),
    )


def parse_goods(content: bytes, part: str, year: str) -> pl.DataFrame:
    """Read the two tables we need of a year's zip as published: by chapter, and by subheading; all text.

    Args:
        content: the zip of one flow and year.
        part: imports or exports.
        year: of the zip, for messages.

    Returns:
        (rows of both, [level, code, month, partner, value]), one row per province and state still.

    Raises:
        SourceChanged: a table is missing, or its columns are not as known.
    """
    _, chapters, subheadings = TABLES[part]
    levels = {CHAPTER: chapters, SUBHEADING: subheadings}
    return pl.concat(_level(content, f"{SOURCE}, part {part}, {year}", *level) for level in levels.items())


def _level(content: bytes, place: str, level: str, number: str) -> pl.DataFrame:
    place = f"{place}, table {number}"
    packed = unzipped(content, place, f"{number}_*.csv", UNPACKED_BYTES)
    # The name of the month is spelled with an accent, which older files have in Latin-1.
    published = read_delimited(packed, place, encodings=("utf-8-sig", "latin-1"))
    known = [MONTH, level, PARTNER, VALUE]
    require_columns(published.drop(OTHER_COLUMNS, strict=False), known, place)
    return published.select(
        level=pl.lit(level), code=pl.col(level), month=pl.col(MONTH), partner=pl.col(PARTNER), value=pl.col(VALUE)
    )


def tidy_goods(published: pl.DataFrame, part: str, partition: Partition) -> pl.DataFrame:
    """Add provinces and states up, into the compute_exports contract; still in Canadian dollars.

    Args:
        published: from `parse_goods`.
        part: imports or exports.
        partition: the year.

    Returns:
        (months * partners * products, contract columns without provenance): all goods and two chapters, the AI compute
        goods of the product code list from 2022 on; obs_value in Canadian dollars, a zero is absent (status O).

    Raises:
        SourceChanged: an unknown partner, a month of another year, or a value that is no number.
    """
    place = f"{SOURCE}, part {part}, {partition.key}"
    goods = [code for code in load_contracts().codelists["product"].rows if code.startswith(HS22)]
    is_hs22 = partition.period >= FIRST_YEAR_OF_HS22
    subheadings = {code.removeprefix(HS22): code for code in goods if is_hs22}
    code, level = pl.col("code"), pl.col("level")
    named = published.with_columns(
        pl.when(level == CHAPTER).then(code.str.zfill(2)).otherwise(code.str.zfill(6)).alias("code"),
    ).filter((level == CHAPTER) | code.is_in(list(subheadings)))
    areas = area_codes("iso2")
    require_known(named["partner"], [*areas, UNKNOWN_PARTNER], place, "ISO 3166-1 alpha-2 codes")
    named = named.filter(~pl.col("partner").is_in([RETURNED_GOODS, UNKNOWN_PARTNER]))
    months = pl.concat_str(pl.col("month").str.slice(0, 4), pl.col("month").str.slice(4), separator="-")
    named = named.with_columns(to_decimal("value", place, named), month=months)
    if wrong := [month for month in named["month"].unique() if not partition.covers(month or "")]:
        raise SourceChanged(f"{place}: months {sorted(map(str, wrong))} in the zip of {partition.period}")
    told = pl.concat(
        [
            named.filter(level == CHAPTER).with_columns(product=pl.lit("TOTAL")),
            named.with_columns(product=code.replace_strict(CHAPTERS | subheadings, default=None)),
        ]
    ).drop_nulls("product")
    summed = told.group_by("month", "partner", "product").agg(pl.col("value").sum())
    flow, is_absent = TABLES[part][0], pl.col("value") == 0
    return summed.select(
        freq=pl.lit("M"),
        ref_area=pl.lit("CAN"),
        counterpart_area=pl.col("partner").replace_strict(areas, return_dtype=pl.String),
        flow=pl.lit(flow),
        product="product",
        time_period="month",
        obs_value=pl.when(~is_absent).then(pl.col("value")).cast(DECIMAL),
        unit_measure=pl.lit("CAD"),
        valuation=pl.lit("FOB"),
        basis=pl.lit("LAST_SHIPMENT" if flow == "X" else "ORIGIN"),
        obs_status=pl.when(is_absent).then(pl.lit("O")).otherwise(pl.lit("A")),
        comment_obs=pl.when(is_absent).then(pl.lit(ABSENT)),
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """One year's zip of one flow in the compute_exports contract, in Canadian dollars; see `tidy_goods`."""
    return tidy_goods(parse_goods(answer.content, answer.part, answer.partition.period), answer.part, answer.partition)


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "partners"})
def raw_statcan_cimt__partners(snapshots: Snapshots) -> Snapshot:
    """Trade by partner and month, kept byte for byte."""
    return snapshots.take(SOURCE, "partners")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "totals"})
def raw_statcan_cimt__totals(snapshots: Snapshots) -> Snapshot:
    """Trade by month, kept byte for byte; what the partners must add up to."""
    return snapshots.take(SOURCE, "totals")


pull_statcan_cimt = pull_asset(SOURCE)


@dg.asset(group_name=THEME, kinds={"polars", "parquet"}, deps=["pull_statcan_cimt"], metadata={LIVE: SOURCE})
def core_statcan_cimt(
    live: LiveRows,
    raw_statcan_cimt__partners: Snapshot,
    raw_statcan_cimt__totals: Snapshot,
    exchange_rates: pl.DataFrame,
) -> dg.Output[pl.DataFrame]:
    """Canada's trade per partner, flow and month, in US dollars."""
    partners = parse_trade(raw_statcan_cimt__partners.read())
    tidied = tidy_trade(partners, exchange_rates)
    require_total(partners, parse_trade(raw_statcan_cimt__totals.read()))
    embedded = conform(THEME, SOURCE, tidied.with_columns(**raw_statcan_cimt__partners.stamp()))
    return live.beside(SOURCE, embedded, exchange_rates)
