"""Whether figures are of the size they were: as a whole, in part, by their sign, and the weighty ones each.

Between two periods much moves by itself: trade of a small partner in one good is ten times as much in one month as in
another, and flows of capital change their sign. So there only what befalls most series counts. One and the same figure,
told again, hardly moves so; there a part of them counts, and one figure does that is much of its unit by itself.
"""

from dataclasses import dataclass
from typing import Final

import duckdb

from compact_pipelines.contracts.requests import Trust
from compact_pipelines.live.reading import PERIOD, UNIT, Shape

LEAST_SERIES: Final = 5  # of fewer a change of size says nothing
# Of the same figures told again so many may move where the source's file lets none go.
LEAST_SHARE: Final = 0.1
# Of series in another period so many may vanish or change their sign.
MOST_TURNED: Final = 0.75
# Of the size of all figures of a unit, so much may have moved too far, or vanished.
MOST_WEIGHT: Final = 0.05

SIDE_SQL: Final = """
(SELECT {by}, any_value({unit}) AS unit, any_value(({series})) AS series, avg(abs(figure)) FILTER (figure <> 0) AS size,
        sum(figure) AS total
 FROM (SELECT *, "{measure}"::DOUBLE AS figure FROM {rows}) WHERE figure IS NOT NULL GROUP BY {by})
"""
PAIRS_SQL: Final = """
WITH pairs AS (
  SELECT old.unit AS unit, old.series AS series, old.size AS size, new.size / old.size AS ratio,
         sign(new.total) * sign(old.total) < 0 AS is_turned
  FROM {new} AS new JOIN {old} AS old USING ({by}) WHERE old.size IS NOT NULL
), judged AS (
  SELECT *, ratio IS NULL AS is_gone, coalesce(ratio > $most_jump OR ratio < 1 / $most_jump, false) AS is_far FROM pairs
), weighed AS (
  SELECT sum(size) FILTER (is_gone OR is_far) / sum(size) AS weight FROM judged GROUP BY unit HAVING count(*) >= $least
)
SELECT count(*), median(ratio), count(DISTINCT series) FILTER (NOT is_gone), count(*) FILTER (is_gone),
       count(*) FILTER (is_turned AND NOT is_gone), count(*) FILTER (is_far), (SELECT max(weight) FROM weighed)
FROM judged
"""


@dataclass(frozen=True)
class _Moved:
    """What became of the figures, or series, that were not zero.

    Attributes:
        count: how many there are again.
        ratio: the middle of new to old; None where all vanished.
        series: how many series that is of.
        gone: how many are zero now.
        turned: how many have another sign.
        far: how many moved by more than a source's file allows the middle to.
        weight: of the size of all in one unit, the share that moved so or vanished; None where there are too few.
    """

    count: int
    ratio: float | None
    series: int
    gone: int
    turned: int
    far: int
    weight: float | None


def what_moved(
    connection: duckdb.DuckDBPyConnection, shape: Shape, trust: Trust, words: str, *, is_same: bool
) -> str | None:
    """Compare the figures in the views `new` and `old`.

    Args:
        connection: to the two.
        shape: their columns.
        trust: the bounds of the source's file.
        words: what the old ones are, for messages.
        is_same: whether they are of the same partition, so that the same figures are compared; otherwise series are.

    Returns:
        Why a person must look, or None.
    """
    if shape.measure is None or not shape.series:
        return None
    found = _moved(connection, shape, trust, is_same=is_same)
    ratio = found.ratio
    if ratio is not None and found.series >= LEAST_SERIES and not 1 / trust.most_jump <= ratio <= trust.most_jump:
        return (
            f"values are {_times(ratio)} those of {words} (middle of {found.series:,} series); at most "
            f"{trust.most_jump:g} times, or one part in {trust.most_jump:g}, is believed without a look. Was a unit or "
            "scale changed?"
        )
    return _moved_in_part(found, trust, words, is_same=is_same) if found.count >= LEAST_SERIES else None


def _moved_in_part(found: _Moved, trust: Trust, words: str, *, is_same: bool) -> str | None:
    """Why a person must look at some figures, though most are of the size they were."""
    bound = max(1 - trust.least_coverage, LEAST_SHARE) if is_same else MOST_TURNED
    what = "figures" if is_same else "series"
    if found.gone + found.turned > bound * found.count:
        return (
            f"of {found.count:,} {what} of {words} that were not zero, {found.gone:,} are zero now and "
            f"{found.turned:,} have another sign; at most {bound:.0%} may. Were figures left out, or is another "
            "balance told?"
        )
    if is_same and found.far > bound * found.count:
        return (
            f"of {found.count:,} figures of {words}, {found.far:,} are more than {trust.most_jump:g} times what they "
            f"were, or less than one part in {trust.most_jump:g}; at most {bound:.0%} may. Was a unit changed?"
        )
    if is_same and found.weight is not None and found.weight > MOST_WEIGHT:
        return (
            f"figures that were {found.weight:.0%} of {words} by their size are zero now, or moved by more than "
            f"{trust.most_jump:g} times; at most {MOST_WEIGHT:.0%} may. Is a large figure wrong?"
        )
    return None


def _moved(connection: duckdb.DuckDBPyConnection, shape: Shape, trust: Trust, *, is_same: bool) -> _Moved:
    names = shape.key if is_same else shape.series
    by = ", ".join(f'"{name}"' for name in names)
    series = ", ".join(f'"{name}"' for name in names if name != PERIOD)
    unit = f'"{UNIT}"' if UNIT in shape.types else "''"
    new, old = (
        SIDE_SQL.format(by=by, unit=unit, series=series, measure=shape.measure, rows=rows) for rows in ("new", "old")
    )
    bounds = {"most_jump": trust.most_jump, "least": LEAST_SERIES}
    row = connection.execute(PAIRS_SQL.format(new=new, old=old, by=by), bounds).fetchone()
    return _Moved(*(row or (0, None, 0, 0, 0, 0, None)))


def _times(ratio: float) -> str:
    return f"{ratio:,.4g} times" if ratio >= 1 else f"1/{1 / ratio:,.4g} of"
