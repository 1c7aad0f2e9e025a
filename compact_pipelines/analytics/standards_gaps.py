"""What an area would have to take on to share what the members of a set share, and what that does to the set.

Every text that is not known is unknown, never missing: a gap is what an area is not known to have.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from compact_pipelines.analytics.adoption import TAKEN_ON, Adoption, Matrix, adoption_at
from compact_pipelines.analytics.alignment import measure_jaccard

MOST: Final = 0.5  # of the other members, and one more than that
GAPS: Final = {
    "area": pl.String,
    "instrument": pl.String,
    "state": pl.String,
    "level": pl.Int64,
    "level_low": pl.Int64,
    "level_high": pl.Int64,
    "since_first": pl.String,
    "since_last": pl.String,
    "undated_count": pl.Int64,
    "members_with": pl.String,
    "with_count": pl.Int64,
    "without_count": pl.Int64,
    "members_count": pl.Int64,
    "is_common": pl.Boolean,
    "is_most": pl.Boolean,
}
EFFECTS: Final = {
    "instrument": pl.String,
    "documented_before": pl.Float64,
    "documented_after": pl.Float64,
    "low_before": pl.Float64,
    "low_after": pl.Float64,
    "high_before": pl.Float64,
    "high_after": pl.Float64,
    "pairs_count": pl.Int64,
    "pairs_possible": pl.Int64,
    "reason": pl.String,
}
# Published name to that of `measure_effects`.
_MOVES: Final = {
    "alignment_before": "documented_before",
    "alignment_after": "documented_after",
    "alignment_low_before": "low_before",
    "alignment_high_before": "high_before",
    "alignment_low_after": "low_after",
    "alignment_high_after": "high_after",
}
TOGETHER: Final = "_Z"  # all instruments of a list at once


@dataclass(frozen=True)
class Together:
    """Mean alignment (Jaccard) of the pairs of a set; None with a reason where no pair has one.

    Attributes:
        documented: by what texts show; an instrument unknown for an area stands in neither of its sets.
        low: at the least, whatever the unknown turns out to be.
        high: at the most.
        pairs_count: pairs that have a documented value, which the means are of.
        pairs_possible: pairs of the set.
        reason: why there is none.
    """

    documented: float | None
    low: float | None
    high: float | None
    pairs_count: int
    pairs_possible: int
    reason: str | None


def since_when(history: pl.DataFrame, date: str) -> dict[tuple[str, str], str | None]:
    """Area and instrument to the period from which it has been taken on without a break, as known at a date.

    Args:
        history: (statuses; [area, instrument, time_period, level, is_dated]); where no text gives a date, the period is
            only that of the text which shows it, and since when is None.
        date: year or month, whose end is meant.
    """
    since: dict[tuple[str, str], str | None] = {}
    held = history.filter(pl.col("time_period").str.slice(0, len(date)) <= date).sort("time_period")
    columns = ("area", "instrument", "time_period", "level", "is_dated")
    for area, instrument, period, level, is_dated in held.select(columns).iter_rows():
        if level >= TAKEN_ON:
            since.setdefault((area, instrument), period if is_dated else None)
        else:
            since.pop((area, instrument), None)
    return since


def find_gaps(
    adoption: Adoption, since: Mapping[tuple[str, str], str | None], members: Collection[str], area: str
) -> pl.DataFrame:
    """What the other members are known to have taken on, and whether an area is known to have it.

    Args:
        adoption: statuses at one date of the members and the area.
        since: from when, as `since_when` finds it.
        members: the set; the area may be one of them.
        area: whose gaps they are.

    Returns:
        (instruments that some other member is known to have, GAPS), the most shared first: state has, unknown or
        stated_not; level_low the least that those who have it have in common and level_high the firmest; since_first
        and since_last when the first and the last of those with a date took it on, blank where none has one, and
        undated_count how many have none; without_count those who state not to;
        is_common whether all other members have it, is_most whether more than half do. Empty without another member.
    """
    others = [other for other in sorted({*members} - {area}) if other in adoption.areas]
    rows: list[dict[str, object]] = []
    own = adoption.levels[adoption.areas.index(area)]
    places = [adoption.areas.index(other) for other in others]
    for column, instrument in enumerate(adoption.instruments):
        levels = adoption.levels[places, column]
        has = levels >= TAKEN_ON
        if not has.any():
            continue
        who = [other for other, does in zip(others, has, strict=True) if does]
        dates = sorted(period for other in who if (period := since[(other, instrument)]) is not None)
        level = own[column]
        rows.append(
            {
                "area": area,
                "instrument": instrument,
                "state": _state(level),
                "level": None if np.isnan(level) else int(level),
                "level_low": int(levels[has].min()),
                "level_high": int(levels[has].max()),
                "since_first": dates[0] if dates else None,
                "since_last": dates[-1] if dates else None,
                "undated_count": len(who) - len(dates),
                "members_with": ",".join(who),
                "with_count": len(who),
                "without_count": int((levels < TAKEN_ON).sum()),
                "members_count": len(others),
                "is_common": len(who) == len(others),
                "is_most": len(who) > MOST * len(others),
            }
        )
    return pl.DataFrame(rows, schema=GAPS).sort("with_count", "instrument", descending=[True, False])


def _state(level: float) -> str:
    if np.isnan(level):
        return "unknown"
    return "has" if level >= TAKEN_ON else "stated_not"


def align_together(adoption: Adoption, members: Collection[str]) -> Together:
    """Mean alignment of all pairs of a set, documented and between its bounds."""
    pairs = _pairs(adoption, members)
    return _mean(pairs, ~np.isnan(pairs[0]))


def measure_effects(adoption: Adoption, members: Collection[str], area: str, levels: Mapping[str, int]) -> pl.DataFrame:
    """What it does to the set's mean alignment if an area takes instruments on: each alone, then all together.

    Counterfactual on what is known: the one status is set, everything else stays as it is. Means are over the pairs
    that have a documented value both before and after, so that the same pairs are compared.

    Args:
        adoption: statuses at one date.
        members: the set; the area counts as one of them, also where it is not yet.
        area: who takes on.
        levels: instrument to the level it is taken on at.

    Returns:
        (instruments + 1, EFFECTS), in the order given; the last row is TOGETHER. Blank with a reason where the set has
        fewer than two members or no pair has a value. Empty without instruments.
    """
    whole = {*members, area}
    before = _pairs(adoption, whole)
    steps = [(name, {name: level}) for name, level in levels.items()]
    if steps:
        steps.append((TOGETHER, dict(levels)))
    rows: list[dict[str, object]] = []
    for name, taken in steps:
        after = _pairs(_with_taken_on(adoption, area, taken), whole)
        both = ~np.isnan(before[0]) & ~np.isnan(after[0])
        old, new = (_mean(parts, both) for parts in (before, after))
        rows.append(
            {
                "instrument": name,
                **{f"{part}_before": getattr(old, part) for part in ("documented", "low", "high")},
                **{f"{part}_after": getattr(new, part) for part in ("documented", "low", "high")},
                "pairs_count": old.pairs_count,
                "pairs_possible": old.pairs_possible,
                "reason": old.reason,
            }
        )
    return pl.DataFrame(rows, schema=EFFECTS)


def _with_taken_on(adoption: Adoption, area: str, taken: Mapping[str, int]) -> Adoption:
    levels = adoption.levels.copy()
    row = adoption.areas.index(area)
    for name, level in taken.items():
        levels[row, adoption.instruments.index(name)] = level
    return replace(adoption, levels=levels)


def _pairs(adoption: Adoption, members: Collection[str]) -> tuple[Matrix, Matrix, Matrix]:
    """(pairs,) each: documented, least and greatest Jaccard of every pair of a set."""
    places = [place for place, area in enumerate(adoption.areas) if area in members]
    chosen = replace(adoption, areas=tuple(adoption.areas[place] for place in places), levels=adoption.levels[places])
    measure = measure_jaccard(chosen)
    first, second = np.triu_indices(len(places), k=1)
    return measure.documented[first, second], measure.low[first, second], measure.high[first, second]


def _mean(pairs: tuple[Matrix, Matrix, Matrix], counted: NDArray[np.bool_]) -> Together:
    possible, count = counted.size, int(counted.sum())
    if not count:
        return Together(None, None, None, 0, possible, "no_documented_pair" if possible else "fewer_than_two_members")
    documented, low, high = (float(part[counted].mean()) for part in pairs)
    return Together(documented, low, high, count, possible, None)


def build_gaps(
    history: pl.DataFrame,
    blocs: Mapping[str, Sequence[str]],
    instruments: Mapping[str, str],
    subjects: Mapping[str, str],
    date: str,
) -> pl.DataFrame:
    """What every member of every set is known to have of what the others have, and what each step would move.

    Args:
        history: as for `adoption_at`.
        blocs: set to its members.
        instruments: instrument to the day, month or year of its own adoption.
        subjects: instrument to what it is about.
        date: year or month, whose end is meant.

    Returns:
        (members of sets and instruments, columns of schemas/published/out_standards_gaps.yaml), sorted by bloc, area
        and instrument; alignment_after is the set's mean documented alignment once the area has taken on this one
        instrument at level_low, alignment_low_after and alignment_high_after its ends whatever the unknown turns out to
        be, all blank where the area has it. A documented mean can fall where another member's status is unknown.
    """
    since = since_when(history, date)
    adoption = adoption_at(history, sorted({area for areas in blocs.values() for area in areas}), instruments, date)
    frames = [pl.DataFrame(schema={"bloc": pl.String, **GAPS, **dict.fromkeys(_MOVES, pl.Float64)})]
    for bloc, members in blocs.items():
        for area in members:
            gaps = find_gaps(adoption, since, members, area)
            missing = gaps.filter(pl.col("state") != "has")
            effects = measure_effects(
                adoption, members, area, dict(missing.select("instrument", "level_low").iter_rows())
            )
            moved = effects.select("instrument", **_MOVES)
            frames.append(
                gaps.join(moved, on="instrument", how="left", maintain_order="left").select(
                    pl.lit(bloc).alias("bloc"), *GAPS, *_MOVES
                )
            )
    return (
        pl.concat(frames)
        .select(
            "bloc",
            "area",
            "instrument",
            pl.col("instrument").replace_strict(subjects, return_dtype=pl.String).alias("subject"),
            pl.exclude("bloc", "area", "instrument"),
            pl.lit(date).alias("time_period"),
            pl.lit(adoption.list_version).alias("list_version"),
        )
        .sort("bloc", "area", "instrument")
    )
