"""The people in Korea's resident registers, by month: nationals of the whole country.

Source: Statistics Korea, KOSIS, table DT_1B040A3; see schemas/sources/korea_kosis.yaml.
Revised: not as a rule; each figure states the day of its last change.
Quirks: errors come with status 200; without jsonVD=Y the names stand without quotes, which is not JSON; values are
text, with a hyphen or a blank for none; months are written 202406.
"""

import json
from typing import Final

import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.errors import SourceChanged
from compact_pipelines.live.answers import Answer
from compact_pipelines.live.scaling import scaled
from compact_pipelines.pulls import live_core, pull_asset

SOURCE: Final = "korea_kosis"
THEME: Final = "reference"
# What each row must say of itself: office, table, all persons, the whole country, monthly, persons.
SAYS: Final = {"ORG_ID": "101", "TBL_ID": "DT_1B040A3", "ITM_ID": "T20", "C1": "00", "PRD_SE": "M", "UNIT_NM": "명"}
COLUMNS: Final = (*SAYS, "PRD_DE", "DT")
# A second level would divide the figure, by sex for instance.
FURTHER_LEVEL: Final = "C2"
NOT_THERE: Final = {"-": "no figure"}
# Korea has some fifty million people; figures beyond these bounds are in another unit, or of a part of the country.
LEAST: Final = 10_000_000
MOST: Final = 200_000_000


def parse_table(content: bytes, place: str) -> pl.DataFrame:
    """Read an answer as published: one row per cell, all text.

    Args:
        content: the body.
        place: source, part and partition, for messages.

    Returns:
        (cells, COLUMNS); null where the publisher writes null.

    Raises:
        SourceChanged: the body is not such an answer, or its cells have a further level.
    """
    try:
        cells = json.loads(content.decode("utf-8-sig"))
        rows = [[None if cell[name] is None else str(cell[name]).strip() for name in COLUMNS] for cell in cells]
        is_divided = any(FURTHER_LEVEL in cell for cell in cells)
    except (ValueError, KeyError, TypeError) as error:
        raise SourceChanged(
            f"{place}: not the answer we know ({error!r}); it begins {content[:80]!r}. Expected a list of objects with "
            f"{', '.join(COLUMNS)}, their names in quotes"
        ) from error
    if is_divided:
        raise SourceChanged(f"{place}: the cells have a further level {FURTHER_LEVEL}; this table had one level only")
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def tidy_population(published: pl.DataFrame, period: str, place: str) -> pl.DataFrame:
    """Shape the cells into national_indicators.

    Args:
        published: (cells, COLUMNS), text, persons, from `parse_table`.
        period: the month that was asked, such as 2024-06.
        place: source, part and partition, for messages.

    Returns:
        (the month, [area, indicator, time_period, obs_value, unit]); obs_value is blank where there is no figure.

    Raises:
        SourceChanged: a cell of another table, item, area, unit or month, or a figure that is no number or cannot be
            the people of Korea.
    """
    for column, known in {**SAYS, "PRD_DE": period.replace("-", "")}.items():
        found = set(published[column].fill_null("").unique())
        if found - {known}:
            raise SourceChanged(f"{place}: {column} is {sorted(found)}; asked for {known!r} only")
    rows = published.with_columns(obs_value=scaled(published, "DT", load_contracts().source(SOURCE), NOT_THERE))
    is_odd = (pl.col("obs_value") < LEAST) | (pl.col("obs_value") > MOST)
    if not (wrong := rows.filter(is_odd)).is_empty():
        raise SourceChanged(
            f"{place}: {wrong['DT'][0]} cannot be the people of Korea; expected {LEAST:,} to {MOST:,} persons"
        )
    return rows.select(
        area=pl.lit("KOR"),
        indicator=pl.lit("POPULATION"),
        time_period=pl.lit(period),
        obs_value="obs_value",
        unit=pl.lit("PS"),
    )


def read_answer(answer: Answer) -> pl.DataFrame:
    """One month as a row of national_indicators; see `tidy_population`."""
    return tidy_population(parse_table(answer.content, answer.place), answer.partition.period, answer.place)


pull_korea_kosis = pull_asset(SOURCE)
core_korea_kosis = live_core(SOURCE)
