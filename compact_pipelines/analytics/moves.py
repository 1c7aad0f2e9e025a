"""People between areas as matrices, one a subject and period, and how a measure of them becomes a row.

What no row tells is not known and stays so; only one compilation says that it counted everybody.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

WHOLE: Final = "_Z"  # all members together; in the place of a set, none
WITHIN: Final = "members"
OUTSIDE: Final = "outside"
MIN_COVERAGE_SHARE: Final = 0.5  # of the pairs; below it a sum says little
# Their compiler says so: a pair without a row has no counted mover. Elsewhere a pair without a row is not known.
ZERO_WHERE_ABSENT: Final = frozenset({"ORCID_RESEARCHERS"})
PER_INHABITANTS: Final = frozenset({"MIGRANT"})  # of whom all inhabitants are the base; researchers' own is not held
NET_RATES: Final = "LINKEDIN_MEMBERS"
SCHEMA: Final = {
    "subject": pl.String,
    "time_period": pl.String,
    "bloc": pl.String,
    "area": pl.String,
    "counterpart": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "reason": pl.String,
    "coverage_share": pl.Float64,
    "areas_count": pl.Int64,
}
Told = tuple[float | None, str | None]


@dataclass(frozen=True)
class Moves:
    """One subject and period: people by origin (rows) and host, NaN where no row tells."""

    subject: str
    period: str
    areas: list[str]
    people: Matrix

    def mask(self, areas: Collection[str]) -> NDArray[np.bool_]:
        """(areas,): which of them are in a set."""
        return np.array([area in areas for area in self.areas], dtype=np.bool_)


def moves_by_subject(moves: pl.DataFrame | Sequence[Moves]) -> Iterator[Moves]:
    """One matrix a subject and period, by subject, period and area.

    Args:
        moves: ([subject, time_period, from_area, to_area, value]), people; an area's own stay out. Or what this has
            made of it before, for who measures many sets in turn.
    """
    if not isinstance(moves, pl.DataFrame):
        yield from moves
        return
    ordered = moves.filter(pl.col("from_area") != pl.col("to_area")).sort(
        "subject", "time_period", "from_area", "to_area"
    )
    for (subject, period), group in ordered.group_by("subject", "time_period", maintain_order=True):
        areas = sorted({*group["from_area"], *group["to_area"]})
        rows = {area: place for place, area in enumerate(areas)}
        matrix = np.full((len(areas),) * 2, 0.0 if subject in ZERO_WHERE_ABSENT else np.nan)
        np.fill_diagonal(matrix, np.nan)
        for origin, host, value in group.select("from_area", "to_area", "value").iter_rows():
            matrix[rows[origin], rows[host]] = np.nan if value is None else value
        yield Moves(str(subject), str(period), areas, matrix)


def why_not(
    count: int, possible: int, counterpart: str, *, is_one_way: bool = False, is_negative: bool = False
) -> str | None:
    """Why a sum over pairs has no value; None where it has one.

    Args:
        count: pairs told in both directions.
        possible: pairs there are.
        counterpart: members or outside.
        is_one_way: only one direction is told.
        is_negative: a figure is below zero.
    """
    if not possible:
        return "fewer_than_two_members" if counterpart == WITHIN else "no_data"
    if is_one_way:
        return "one_direction"
    if not count:
        return "no_data"
    if count < MIN_COVERAGE_SHARE * possible:
        return "low_coverage"
    return "negative_input" if is_negative else None


def place_of(told: Moves, bloc: str, area: str, counterpart: str, share: float | None) -> dict[str, object]:
    """Where a measure stands: the cells of its row that say what it is about."""
    return {
        "subject": told.subject,
        "time_period": told.period,
        "bloc": bloc,
        "area": area,
        "counterpart": counterpart,
        "coverage_share": share,
        "areas_count": len(told.areas),
    }


def cell_of(metric: str, told: Told) -> dict[str, object]:
    """The cells of a row that hold the measure."""
    return {"metric": metric, "value": told[0], "reason": told[1]}


def frame_of(rows: list[dict[str, object]]) -> pl.DataFrame:
    """(rows, SCHEMA), sorted by key."""
    key = ["subject", "time_period", "bloc", "area", "counterpart", "metric"]
    return pl.DataFrame(rows, schema=SCHEMA).sort(key)
