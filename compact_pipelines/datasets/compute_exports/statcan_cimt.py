"""What Canada says it sells to and buys from each partner, by month: all goods.

Source: Statistics Canada, Canadian International Merchandise Trade; see schemas/sources/statcan_cimt.yaml.
Revised: each month revises the months before.
Quirks: Canadian dollars; partners by ISO 3166-1 alpha-2; Canada's own returned goods stand as CA; a zero may mean
that nothing was reported.
"""

from typing import Final

import dagster as dg
import polars as pl

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
from compact_pipelines.resources import Snapshots
from compact_pipelines.snapshots import Snapshot

SOURCE: Final = "statcan_cimt"
THEME: Final = "compute_exports"
PARTNERS: Final = ["date", "country", "imports", "exports"]
TOTALS: Final = ["date", "imports", "exports"]
RETURNED_GOODS: Final = "CA"


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
        .then(pl.lit("published as 0, which may mean not reported"))
        .otherwise(
            pl.format(
                "CAD {} at {} CAD per USD, monthly average",
                pl.col("cad").cast(pl.Decimal(28, 0)).cast(pl.String),
                pl.col("rate").cast(pl.Decimal(28, 4)).cast(pl.String),
            )
        ),
    )


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "partners"})
def raw_statcan_cimt__partners(snapshots: Snapshots) -> Snapshot:
    """Trade by partner and month, kept byte for byte."""
    return snapshots.take(SOURCE, "partners")


@dg.asset(group_name=THEME, kinds={"csv"}, metadata={"source_id": SOURCE, "part": "totals"})
def raw_statcan_cimt__totals(snapshots: Snapshots) -> Snapshot:
    """Trade by month, kept byte for byte; what the partners must add up to."""
    return snapshots.take(SOURCE, "totals")


@dg.asset(group_name=THEME, kinds={"polars", "parquet"})
def core_statcan_cimt(
    raw_statcan_cimt__partners: Snapshot,
    raw_statcan_cimt__totals: Snapshot,
    core_fed_exchange_rates: pl.DataFrame,
) -> pl.DataFrame:
    """Canada's trade per partner, flow and month, in US dollars."""
    partners = parse_trade(raw_statcan_cimt__partners.read())
    tidied = tidy_trade(partners, core_fed_exchange_rates)
    require_total(partners, parse_trade(raw_statcan_cimt__totals.read()))
    return conform(THEME, SOURCE, tidied.with_columns(**raw_statcan_cimt__partners.stamp()))
