"""What areas are known to have taken on at a date, as vectors over the dated list of instruments.

A status holds until a later one. Where no row says anything the level is not known: never 'not adopted'.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

LEVELS: Final = (0, 1, 2, 3, 4)  # stated not to, participant, voluntary, referenced, binding: all count, used or not
TAKEN_ON: Final = 1  # from this level on


@dataclass(frozen=True)
class Adoption:
    """What areas are known to have taken on at one date.

    Attributes:
        areas: codes, the order of the rows.
        instruments: codes of the list at that date, the order of the columns.
        levels: (areas, instruments), 0 to 4, NaN where it is not known.
        weights: (instruments,), how much each counts, 0 or more.
        date: year, or year and month; what holds at its end.
        list_version: how many instruments the list has, and eight digits that change with it or with a weight.
    """

    areas: tuple[str, ...]
    instruments: tuple[str, ...]
    levels: Matrix
    weights: Matrix
    date: str
    list_version: str


def listed_since(codes: Sequence[str], adopted: Mapping[str, str], history: pl.DataFrame) -> dict[str, str]:
    """From when each instrument is on the list: its own adoption, or where that is not dated its first known status.

    Args:
        codes: the instruments.
        adopted: instrument to the day, month or year of its own adoption, where it is known.
        history: as for `adoption_at`.

    Returns:
        Instrument to its date; one without either is not on the list.
    """
    firsts = dict(history.group_by("instrument").agg(pl.col("time_period").min()).iter_rows())
    dates = {code: adopted.get(code) or firsts.get(code) for code in codes}
    return {code: date for code, date in dates.items() if date}


def adoption_at(
    history: pl.DataFrame,
    areas: Sequence[str],
    instruments: Mapping[str, str],
    date: str,
    weights: Mapping[str, float] | None = None,
) -> Adoption:
    """The statuses that hold at a date, towards the instruments that exist by then.

    Args:
        history: (statuses; [area, instrument, time_period, level]), one row from when a status holds until a later
            one; only what counts as known. A row dated by its year holds from that year's start.
        areas: those to be compared.
        instruments: instrument to the day, month or year of its own adoption.
        date: year or month, whose end is meant.
        weights: how much an instrument counts; 1 where none is given.

    Raises:
        ValueError: a weight is negative or no number.
    """
    listed = tuple(sorted(name for name, since in instruments.items() if since[: len(date)] <= date))
    counts = np.array([1.0 if weights is None else weights.get(name, 1.0) for name in listed], dtype=np.float64)
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise ValueError(f"weights of instruments are numbers of 0 or more, not {sorted(set(counts.tolist()))}")
    rows = {area: place for place, area in enumerate(areas)}
    columns = {name: place for place, name in enumerate(listed)}
    held = history.filter(
        pl.col("time_period").str.slice(0, len(date)) <= date,
        pl.col("area").is_in(list(rows)),
        pl.col("instrument").is_in(listed),
    ).sort("time_period")
    levels = np.full((len(rows), len(columns)), np.nan)
    for area, instrument, level in held.select("area", "instrument", "level").iter_rows():
        levels[rows[area], columns[instrument]] = level
    told = ";".join(f"{name}={count!r}" for name, count in zip(listed, counts.tolist(), strict=True))
    version = f"{len(listed)}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"
    return Adoption(tuple(areas), listed, levels, counts, date, version)
