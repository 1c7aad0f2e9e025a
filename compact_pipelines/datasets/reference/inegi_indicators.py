"""The people of Mexico, as its statistical institute counts them in censuses and counts.

Source: INEGI, indicators service, number 1002000001; see schemas/sources/inegi_indicators.yaml.
Revised: not as a rule.
Quirks: one number is asked for, and the answer repeats it; frequency, unit and area are codes of other calls; values
are text with twenty decimals, newest first; a mark in OBS_EXCEPTION says that there is no figure.
"""

import json
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "inegi_indicators"
THEME: Final = "reference"
INDICATOR: Final = "1002000001"
# The series: what it may say of itself. A multiplier of none is blank.
OF_SERIES: Final = {"INDICADOR": (INDICATOR,), "FREQ": ("7",), "UNIT_MULT": ("", "0")}
WHOLE_COUNTRY: Final = ("0", "00")
COLUMNS: Final = (*OF_SERIES, "TIME_PERIOD", "OBS_VALUE", "OBS_EXCEPTION", "COBER_GEO")
YEAR: Final = r"^[0-9]{4}$"
# Mexico had 15 million people in 1910; figures beyond these bounds are in another unit, or of another area.
LEAST: Final = 5_000_000
MOST: Final = 500_000_000


def parse_series(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per period, all text.

    Args:
        content: the body.
        place: source, part and partition, for messages.

    Returns:
        (periods, COLUMNS); null where the publisher writes null.

    Raises:
        SourceChanged: the body is not such an answer, or holds another number of series than one.
    """
    try:
        (series,) = json.loads(content.decode("utf-8-sig"))["Series"]
        of_series = [_text(series[name]) for name in OF_SERIES]
        rows = [
            [*of_series, *(_text(point[name]) for name in COLUMNS[len(OF_SERIES) :])]
            for point in series["OBSERVATIONS"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceChanged(
            f"{place}: not the answer we know ({error!r}); it begins {content[:80]!r}. Expected one series with "
            f"{', '.join(OF_SERIES)} and OBSERVATIONS of {', '.join(COLUMNS[len(OF_SERIES) :])}"
        ) from error
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _text(value: Any) -> str | None:
    """A scalar as text.

    Raises:
        TypeError: it is none.
    """
    if isinstance(value, dict | list):
        raise TypeError(f"expected a text, found {str(value)[:40]}")
    return None if value is None else str(value).strip()


def tidy_population(published: pl.DataFrame, place: str) -> pl.DataFrame:
    """Shape the series into national_indicators.

    Args:
        published: (periods, COLUMNS), text, persons, from `parse_series`.
        place: source, part and partition, for messages.

    Returns:
        (years, [area, indicator, time_period, obs_value, unit]), the oldest first; obs_value is blank where the
        publisher marks the figure as missing.

    Raises:
        SourceChanged: another indicator, frequency, multiplier or area; a period that is no year; a figure that is no
            number, is marked as missing, or cannot be the people of Mexico.
    """
    for column, known in {**OF_SERIES, "COBER_GEO": WHOLE_COUNTRY}.items():
        found = set(published[column].fill_null("").unique())
        if found - set(known):
            raise SourceChanged(f"{place}: {column} is {sorted(found)}; expected {' or '.join(map(repr, known))}")
    if odd := published.filter(~pl.col("TIME_PERIOD").fill_null("").str.contains(YEAR))["TIME_PERIOD"].to_list():
        raise SourceChanged(f"{place}: periods {odd[:3]}; expected years such as 2020")
    values = scaled(published, "OBS_VALUE", load_contracts().source(SOURCE))
    rows = published.with_columns(
        obs_value=values, is_missing=pl.col("OBS_EXCEPTION").fill_null("").str.len_chars() > 0
    )
    if not (both := rows.filter(pl.col("is_missing") & pl.col("obs_value").is_not_null())).is_empty():
        shown = both.select("TIME_PERIOD", "OBS_VALUE", "OBS_EXCEPTION").row(0)
        raise SourceChanged(f"{place}: a figure that is marked as missing: {shown}; read what the mark means")
    is_odd = (pl.col("obs_value") < LEAST) | (pl.col("obs_value") > MOST)
    if not (wrong := rows.filter(is_odd)).is_empty():
        raise SourceChanged(
            f"{place}: {wrong.select('TIME_PERIOD', 'OBS_VALUE').row(0)} cannot be the people of Mexico; expected "
            f"{LEAST:,} to {MOST:,} persons. Is it another unit?"
        )
    return rows.select(
        area=pl.lit("MEX"),
        indicator=pl.lit("POPULATION"),
        time_period="TIME_PERIOD",
        obs_value="obs_value",
        unit=pl.lit("PS"),
    ).sort("time_period")


def read_answer(answer: Answer) -> pl.DataFrame:
    """All years of the indicator as rows of national_indicators; see `tidy_population`."""
    return tidy_population(parse_series(answer.content, answer.place), answer.place)


pull_inegi_indicators = pull_asset(SOURCE)
core_inegi_indicators = live_core(SOURCE)
