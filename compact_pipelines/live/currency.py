"""Figures in another currency become US dollars; the original figure and its rate stay in the row's comment.

A month is turned at its average rate; what happened in a quarter or a year at the mean of its months' rates, all of
them needed; a position at the end of one at the average of its last month. Where a rate is missing there is no value.
"""

import datetime as dt
from decimal import Decimal
from typing import Final

import polars as pl

from compact_pipelines.errors import ContractError
from compact_pipelines.harmonise import DECIMAL

DOLLARS: Final = "USD"
NO_RATE: Final = "L"  # data exist but are not to be had
STOCK: Final = "S"
MONTHS_OF_QUARTER: Final = 3
MONTHS_OF_YEAR: Final = 12


def in_dollars(rows: pl.DataFrame, currency: str, rates: pl.DataFrame | None, source_id: str) -> pl.DataFrame:
    """Turn the rows of a currency into US dollars; others stay as they are.

    Args:
        rows: (rows, columns of a contract); obs_value in units of unit_measure.
        currency: ISO 4217.
        rates: exchange_rates (currency, time_period of a month, units_per_usd).
        source_id: for the message.

    Returns:
        The rows. Without a rate obs_value is null, obs_status L, and comment_obs says so.

    Raises:
        ContractError: there are rows to turn and no table of rates.
    """
    if currency == DOLLARS or "unit_measure" not in rows.columns or "obs_value" not in rows.columns:
        return rows
    is_foreign = pl.col("unit_measure") == currency
    foreign = rows.filter(is_foreign)
    if foreign.is_empty():
        return rows
    if rates is None:
        raise ContractError(
            f"{source_id} is in {currency} and no exchange rates were handed over; its asset needs exchange_rates"
        )
    monthly = dict(rates.filter(pl.col("currency") == currency).select("time_period", "units_per_usd").iter_rows())
    has_stocks = "stock_flow" in rows.columns
    asked = foreign.select("time_period", is_stock=pl.col("stock_flow") == STOCK if has_stocks else pl.lit(value=False))
    known = [(period, stock, *rate_of(period, monthly, is_stock=stock)) for period, stock in asked.unique().iter_rows()]
    table = pl.DataFrame(
        known,
        schema={"time_period": pl.String, "is_stock": pl.Boolean, "rate": DECIMAL, "rate_of": pl.String},
        orient="row",
    )
    turned = _turned(foreign.with_columns(asked["is_stock"]), table, currency).select(rows.columns)
    return pl.concat([rows.filter(~is_foreign | pl.col("unit_measure").is_null()), turned])


def rate_of(time_period: str, monthly: dict[str, Decimal], *, is_stock: bool) -> tuple[Decimal | None, str]:
    """Units of a currency for one US dollar in a period, and what that rate is; None where a month is missing.

    Args:
        time_period: 2025, 2025-Q3 or 2025-09.
        monthly: month to average rate.
        is_stock: whether what is turned is a position at its end.
    """
    months = months_of(time_period)
    needed = months[-1:] if is_stock else months
    found = [monthly.get(month) for month in needed]
    what = f"average of {needed[0]}" if len(needed) == 1 else f"mean of the {len(needed)} months of {time_period}"
    have = [rate for rate in found if rate is not None]
    return (sum(have, Decimal()) / len(have) if len(have) == len(needed) else None), what


def months_of(time_period: str) -> list[str]:
    """The months of a year, quarter or month, in order."""
    year, _, rest = time_period.partition("-")
    if not rest:
        return [f"{year}-{month:02}" for month in range(1, MONTHS_OF_YEAR + 1)]
    if rest.startswith("Q"):
        first = (int(rest[1:]) - 1) * MONTHS_OF_QUARTER + 1
        return [f"{year}-{month:02}" for month in range(first, first + MONTHS_OF_QUARTER)]
    return [dt.date(int(year), int(rest), 1).strftime("%Y-%m")]


def _turned(foreign: pl.DataFrame, table: pl.DataFrame, currency: str) -> pl.DataFrame:
    joined = foreign.join(table, on=["time_period", "is_stock"], how="left", maintain_order="left")
    value, rate = pl.col("obs_value"), pl.col("rate")
    original = pl.format(f"{{}} {currency}", _written(value))
    told = (
        pl.when(value.is_null())
        .then(None)
        .when(rate.is_null())
        .then(pl.format("{}; no exchange rate yet ({})", original, "rate_of"))
        .otherwise(pl.format(f"{{}}, at {{}} {currency} per USD ({{}})", original, _written(rate), "rate_of"))
    )
    has_no_rate = value.is_not_null() & rate.is_null()
    return joined.with_columns(
        obs_value=(value / rate).cast(DECIMAL),
        unit_measure=pl.lit(DOLLARS),
        obs_status=pl.when(has_no_rate).then(pl.lit(NO_RATE)).otherwise("obs_status"),
        comment_obs=pl.concat_str("comment_obs", told, separator="; ", ignore_nulls=True).replace("", None),
    )


def _written(number: pl.Expr) -> pl.Expr:
    """A decimal without trailing zeros."""
    return number.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
