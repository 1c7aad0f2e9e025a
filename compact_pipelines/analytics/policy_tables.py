"""Policy positions side by side: how alike any two areas vote, conclude agreements and take on standards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from compact_pipelines.analytics.adoption import LEVELS, Adoption
from compact_pipelines.analytics.similarity import MISSING, Levels, agree, count_levels

VOTE_LEVELS: Final = {"no": 0, "abstain": 1, "yes": 2}  # an absence is no position
AGREEMENT_LEVELS: Final = 2
NO_JOINT_ITEMS: Final = "no_joint_items"
NO_VARIATION: Final = "no_variation"
SCHEMA: Final = pl.Schema(
    {
        "basis": pl.String,
        "area_1": pl.String,
        "area_2": pl.String,
        "time_period": pl.String,
        "metric": pl.String,
        "value": pl.Float64,
        "n_items": pl.Int64,
        "levels": pl.Int64,
        "reason": pl.String,
    }
)
KEY: Final = ["basis", "area_1", "area_2", "time_period", "metric"]


@dataclass(frozen=True)
class Positions:
    """What areas' positions are on one basis.

    Attributes:
        basis: unga, agreements or standards.
        areas: codes, sorted.
        levels: (areas, items) from 0, MISSING where there is none.
        scale: how many levels there are, used or not.
        time_period: what they are of: a year, or the first and the last of a window.
    """

    basis: str
    areas: tuple[str, ...]
    levels: Levels
    scale: int
    time_period: str


def vote_positions(votes: pl.DataFrame, areas: Sequence[str]) -> Positions:
    """Votes of the General Assembly: no, abstain, yes.

    Args:
        votes: (roll calls * areas, [roll_call, date, area, vote]).
        areas: those to be compared, whether they vote or not.
    """
    names, calls = tuple(sorted(areas)), votes["roll_call"].unique().sort().to_list()
    row, column = {area: place for place, area in enumerate(names)}, {call: place for place, call in enumerate(calls)}
    levels = np.full((len(names), len(calls)), MISSING)
    cast = votes.filter(pl.col("vote").is_in(list(VOTE_LEVELS)) & pl.col("area").is_in(names))
    for call, area, vote in cast.select("roll_call", "area", "vote").iter_rows():
        levels[row[area], column[call]] = VOTE_LEVELS[vote]
    years = votes["date"].cast(pl.String).str.slice(0, 4)
    window = "/".join(dict.fromkeys([str(years.min()), str(years.max())])) if len(years) else "none"
    return Positions("unga", names, levels, len(VOTE_LEVELS), window)


def agreement_positions(agreements: pl.DataFrame, areas: Sequence[str]) -> Positions:
    """With whom an area has a trade agreement: the items are the areas, each area tied to itself.

    Args:
        agreements: trade_agreements.
        areas: those to be compared, which are the items too.
    """
    names = tuple(sorted(areas))
    place = {area: number for number, area in enumerate(names)}
    levels = np.full((len(names), len(names)), MISSING)
    np.fill_diagonal(levels, AGREEMENT_LEVELS - 1)
    known = agreements.filter(
        pl.col("has_agreement").is_not_null() & pl.col("area_1").is_in(names) & pl.col("area_2").is_in(names)
    )
    for first, second, has in known.select("area_1", "area_2", "has_agreement").iter_rows():
        levels[place[first], place[second]] = levels[place[second], place[first]] = int(has)
    told = [agreements["time_period"].max(), agreements["in_force_since"].str.slice(0, 4).max()]
    years = [str(year) for year in told if year is not None]
    return Positions("agreements", names, levels, AGREEMENT_LEVELS, max(years, default="none"))


def standards_positions(adoption: Adoption) -> Positions:
    """The instruments an area is known to have taken on, by its level; what is not known is no position."""
    order = np.argsort(np.array(adoption.areas))
    held = adoption.levels[order]
    levels = np.where(np.isnan(held), MISSING, np.nan_to_num(held)).astype(np.int64)
    return Positions("standards", tuple(sorted(adoption.areas)), levels, len(LEVELS), adoption.date)


def build_policy_similarity(bases: Sequence[Positions]) -> pl.DataFrame:
    """Every two areas, by three measures, on every basis.

    Args:
        bases: positions, each basis once.

    Returns:
        (bases * pairs * 3, columns of schemas/published/out_policy_similarity.yaml), sorted by key, area_1 before
        area_2. A blank value has the reason no_joint_items, or no_variation where chance leaves no disagreement.
    """
    parts = []
    for basis in bases:
        counts = count_levels(basis.levels, basis.scale)
        own, other = np.triu_indices(len(basis.areas), 1)
        tables = counts[own, other]
        items = tables.sum(axis=(1, 2)).astype(np.int64)
        names = np.array(basis.areas, dtype=object)
        parts += [
            pl.DataFrame(
                {"area_1": names[own], "area_2": names[other], "value": values, "n_items": items}
            ).with_columns(
                pl.col("area_1", "area_2").cast(pl.String),
                value=pl.col("value").fill_nan(None),
                basis=pl.lit(basis.basis),
                time_period=pl.lit(basis.time_period),
                metric=pl.lit(metric),
                levels=pl.lit(basis.scale, dtype=pl.Int64),
            )
            for metric, values in agree(tables).items()
        ]
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    is_blank = pl.col("value").is_null()
    reason = pl.when(is_blank & (pl.col("n_items") == 0)).then(pl.lit(NO_JOINT_ITEMS))
    told = reason.when(is_blank).then(pl.lit(NO_VARIATION))
    return pl.concat(parts).with_columns(reason=told).select(list(SCHEMA)).cast(SCHEMA).sort(KEY)
