"""Where areas stand on one line, by how they vote in the General Assembly of the United Nations. Our own scaling.

The line is the first principal component of the votes: the one number an area and the one number a roll call that
together explain most of who voted how. It is no estimate of the ideal points of Bailey, Strezhnev and Voeten (2017),
who model what is on the agenda; it needs no more than the votes and can be checked from them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from compact_pipelines.analytics.graphs import Matrix

VOTE_VALUES: Final = {"yes": 1.0, "abstain": 0.0, "no": -1.0}  # an absence is no position
REFERENCE_AREA: Final = "USA"
FARTHEST: Final = 10.0
MIN_VOTES_SHARE: Final = 0.5  # an area that is seldom there stands where its few votes happen to fall
ROUNDS: Final = 500
SETTLED: Final = 1e-12
SCHEMA: Final = pl.Schema(
    {
        "area": pl.String,
        "time_period": pl.String,
        "position": pl.Float64,
        "n_votes": pl.Int64,
        "explained_share": pl.Float64,
        "reason": pl.String,
    }
)


@dataclass(frozen=True)
class Line:
    """Areas on one line.

    Attributes:
        places: (areas,) mean 0, length 1; the sign is open.
        explained_share: share of the variance of held votes around each roll call's mean that the line explains.
    """

    places: Matrix
    explained_share: float


def measure_line(votes: Matrix) -> Line | None:
    """The line that explains most of held votes, nothing put in where none was cast.

    Roll calls' means and slopes and areas' places are fitted in turn by least squares over the votes that were cast,
    until the places rest: with no vote missing that is the first principal component.

    Args:
        votes: (areas, roll calls), nan where no vote was cast; every area has at least one vote.

    Returns:
        The line, or None where nobody ever disagrees or there is no second area.
    """
    held = ~np.isnan(votes)
    count = np.maximum(held.sum(axis=0), 1)
    cast = np.where(held, votes, 0.0)
    mean = cast.sum(axis=0) / count
    spread = np.where(held, votes - mean, 0.0)
    variance = float((spread**2).sum())
    if len(votes) < 2 or variance <= 0:  # noqa: PLR2004  (a line joins two)
        return None
    # Start where the votes of all, absent ones at the mean, lie furthest apart.
    _, vectors = np.linalg.eigh(spread @ spread.T)
    places = vectors[:, -1]
    places *= np.sign(places[np.argmax(np.abs(places))])
    for _ in range(ROUNDS):
        before = places
        middle = (held * places[:, None]).sum(axis=0) / count
        off = held * (places[:, None] - middle)
        scale = (off**2).sum(axis=0)
        slope = np.divide((off * cast).sum(axis=0), scale, out=np.zeros_like(scale), where=scale > 0)
        level = mean - slope * middle
        weight = (held * slope**2).sum(axis=1)
        aim = (held * (cast - level) * slope).sum(axis=1)
        places = np.divide(aim, weight, out=np.zeros_like(weight), where=weight > 0)
        places = places - places.mean()
        places /= np.linalg.norm(places)
        if np.abs(places - before).max() < SETTLED:
            break
    middle = (held * places[:, None]).sum(axis=0) / count
    off = held * (places[:, None] - middle)
    scale = (off**2).sum(axis=0)
    slope = np.divide((off * cast).sum(axis=0), scale, out=np.zeros_like(scale), where=scale > 0)
    left = float(((spread - slope * off) ** 2).sum())
    return Line(places, 1 - left / variance)


def build_positions(votes: pl.DataFrame, areas: list[str]) -> pl.DataFrame:
    """Where every area stands: the United States at 0, the area farthest from them at 10.

    Args:
        votes: (roll calls * areas, [roll_call, date, area, vote]); vote is yes, no, abstain, absent or blank.
        areas: those to be placed, whether they vote or not.

    Returns:
        (areas, columns of schemas/published/out_geopolitical_position.yaml), by area. An area on the far side of the
        United States from most has a position below 0. time_period is the window, first and last year. Areas that cast
        fewer than half of all votes, or none, have no position and a reason.
    """
    cast = votes.filter(pl.col("vote").is_in(list(VOTE_VALUES)) & pl.col("area").is_in(areas))
    years = votes["date"].cast(pl.String).str.slice(0, 4).unique().sort()
    window = "/".join(dict.fromkeys([years[0], years[-1]])) if len(years) else "none"
    roll_calls = votes["roll_call"].n_unique()
    counted = dict(cast.group_by("area").len().iter_rows())
    placed = sorted(area for area in areas if counted.get(area, 0) >= MIN_VOTES_SHARE * roll_calls and roll_calls)
    line = measure_line(_matrix(cast.filter(pl.col("area").is_in(placed)), placed)) if placed else None
    position: dict[str, float] = {}
    if line is not None and REFERENCE_AREA in placed:
        away = line.places - line.places[placed.index(REFERENCE_AREA)]
        farthest = away[np.argmax(np.abs(away))]
        if farthest:
            position = dict(zip(placed, (away * FARTHEST / farthest + 0.0).tolist(), strict=True))
    rows = [
        {
            "area": area,
            "time_period": window,
            "position": position.get(area),
            "n_votes": counted.get(area, 0),
            "explained_share": line.explained_share if line and area in position else None,
            "reason": None if area in position else _reason(area, placed, counted),
        }
        for area in sorted(areas)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _reason(area: str, placed: list[str], counted: dict[str, int]) -> str:
    if area in placed:
        return "undefined"
    return "too_few_votes" if counted.get(area) else "no_votes"


def _matrix(cast: pl.DataFrame, areas: list[str]) -> Matrix:
    """(areas, roll calls) values of votes, nan where none was cast."""
    calls = cast["roll_call"].unique().sort()
    row = cast["area"].replace_strict(areas, range(len(areas)), return_dtype=pl.Int64).to_numpy()
    column = cast["roll_call"].replace_strict(calls, range(len(calls)), return_dtype=pl.Int64).to_numpy()
    matrix = np.full((len(areas), len(calls)), np.nan)
    matrix[row, column] = cast["vote"].replace_strict(VOTE_VALUES, return_dtype=pl.Float64).to_numpy()
    return matrix
