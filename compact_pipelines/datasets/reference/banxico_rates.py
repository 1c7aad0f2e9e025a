"""Pesos per US dollar, day by day: the central bank's rate of the day, and the one that debts are settled at.

Source: Banco de México, SIE series SF43718 and SF60653; see schemas/sources/banxico_rates.yaml.
Revised: not as a rule.
Quirks: days are written 26/11/2020 while the address takes 2020-11-26; numbers are text, with commas from a thousand
on; N/E means that there is none; a series without figures has no `datos`; the order of series is not the one asked; the
answer does not say the unit, the publisher's description of the series does.
"""

import json
from typing import Any, Final

import polars as pl

from compact_pipelines.errors import SourceChanged
from compact_pipelines.harmonise import require_known, to_decimal
from compact_pipelines.live.answers import Answer
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "banxico_rates"
THEME: Final = "reference"
CURRENCY: Final = "MXN"
# Series in pesos per US dollar to what they are called here.
RATES: Final = {"SF43718": "fix", "SF60653": "settlement"}
# Known series that are left out: pesos per euro. Turned into units per dollar they would be our figure.
LEFT_OUT: Final = ("SF46410",)
NOT_AVAILABLE: Final = "N/E"
COLUMNS: Final = ("series", "title", "fecha", "dato")
DAY: Final = "%d/%m/%Y"
WITH_COMMAS: Final = r"^[0-9]{1,3}(,[0-9]{3})*(\.[0-9]+)?$"


def parse_series(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per series and day, all text.

    Args:
        content: the body.
        place: source, part and partition, for messages.

    Returns:
        (series days, COLUMNS); no rows for a series without figures.

    Raises:
        SourceChanged: the body is not such an answer.
    """
    try:
        series = json.loads(content.decode("utf-8-sig"))["bmx"]["series"]
        rows = [_row(one, point) for one in series for point in one.get("datos") or []]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceChanged(
            f"{place}: not the answer we know ({error!r}); it begins {content[:80]!r}. Expected bmx, series with "
            "idSerie, titulo and datos of fecha and dato"
        ) from error
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _row(series: dict[str, Any], point: dict[str, str]) -> tuple[str, ...]:
    return series["idSerie"], series["titulo"], point["fecha"], point["dato"]


def tidy_rates(published: pl.DataFrame) -> pl.DataFrame:
    """Shape the series into daily_exchange_rates.

    Args:
        published: (series days, COLUMNS), text, pesos per US dollar, from `parse_series`.

    Returns:
        (rates * days, [currency, rate, time_period, units_per_usd]), sorted; days that have none are left out.

    Raises:
        SourceChanged: an unknown series, a day that is none, or a rate that is no number above zero.
    """
    require_known(published["series"], [*RATES, *LEFT_OUT], SOURCE, "series")
    kept = published.filter(pl.col("series").is_in(list(RATES)), pl.col("dato") != NOT_AVAILABLE)
    plain = pl.when(pl.col("dato").str.contains(WITH_COMMAS)).then(pl.col("dato").str.replace_all(",", ""))
    kept = kept.with_columns(dato=plain.otherwise("dato"), day=pl.col("fecha").str.to_date(DAY, strict=False))
    if wrong := kept.filter(pl.col("day").is_null())["fecha"].to_list():
        raise SourceChanged(f"{SOURCE}: days {wrong[:3]}; expected them as 26/11/2020")
    rates = kept.select(
        currency=pl.lit(CURRENCY),
        rate=pl.col("series").replace_strict(RATES, return_dtype=pl.String),
        time_period=pl.col("day").dt.to_string("%Y-%m-%d"),
        units_per_usd=to_decimal("dato", SOURCE, kept),
    )
    low = rates.filter(pl.col("units_per_usd") <= 0)
    if not low.is_empty():
        raise SourceChanged(f"{SOURCE}: rates of zero or less: {low.head(3).rows()}; a rate is above zero")
    return rates.sort("currency", "rate", "time_period")


def read_answer(answer: Answer) -> pl.DataFrame:
    """One month of both rates as rows of daily_exchange_rates; see `tidy_rates`."""
    return tidy_rates(parse_series(answer.content, answer.place))


pull_banxico_rates = pull_asset(SOURCE)
core_banxico_rates = live_core(SOURCE)
