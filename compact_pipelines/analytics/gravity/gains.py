"""The rows of an answer of the model: each area's gain with its range, and its gain if unknown pairs are new too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from compact_pipelines.analytics.gravity.base import Base
from compact_pipelines.analytics.gravity.hat import Floats

PER_CENT: Final = 100.0
# A gain smaller than the solver's own error is none.
SMALLEST_GAIN_PCT: Final = 1e-8
LOW, HIGH = 5.0, 95.0  # percentiles of the draws that are shown

GAIN_COLUMNS: Final[dict[str, pl.DataType]] = {
    "area": pl.String(),
    "role": pl.String(),
    "gain_percent": pl.Float64(),
    "gain_if_unknown_new": pl.Float64(),
    "gain_median": pl.Float64(),
    "gain_p05": pl.Float64(),
    "gain_p95": pl.Float64(),
    "share_above_zero": pl.Float64(),
    "gain_usd": pl.Float64(),
    "gain_usd_p05": pl.Float64(),
    "gain_usd_p95": pl.Float64(),
    "exports_change_percent": pl.Float64(),
    "reason": pl.String(),
}
ROLES: Final = ("candidate", "member", "outside", "rest")

Numbers = dict[str, float | None]
_NUMBERS: Final = tuple(name for name in GAIN_COLUMNS if name not in {"area", "role", "reason"})


@dataclass(frozen=True)
class Gains:
    """What the model gives, in per cent.

    Attributes:
        point: (n,) at the point values; None where there is no answer.
        if_new: (n,) the same with an agreement for the unknown pairs too; None where there is no answer to that.
        exports: (n,) change of exports; None as `point`.
        draws: (draws, n) gains by draw; no row where there are none.
    """

    point: Floats | None
    if_new: Floats | None
    exports: Floats | None
    draws: Floats

    @classmethod
    def same(cls, base: Base, value: float | None) -> "Gains":
        """One value for everybody: zero where nothing changes, None where there is no answer."""
        each = None if value is None else np.full(len(base.areas), value)
        draws = np.empty((0, len(base.areas))) if each is None else each[None]
        return cls(each, each, each, draws)


def is_open(row: Mapping[str, Any]) -> bool:
    """Whether it depends on agreements that could not be verified if an area gains or loses.

    So it is where its gain with unknown pairs as they are, by the point or by the median of the draws, and its gain if
    they are new too do not lie on one side of zero. Of such an area neither is said.

    Args:
        row: with gain_percent, gain_median and gain_if_unknown_new, each of which may be blank.
    """
    point, other = row["gain_percent"], row["gain_if_unknown_new"]
    if point is None or other is None or point == other:
        return False
    return any(_side(gain) != _side(other) for gain in (point, row["gain_median"]) if gain is not None)


def _side(gain: float) -> int:
    return 0 if abs(gain) <= SMALLEST_GAIN_PCT else int(np.sign(gain))


def gain_rows(
    base: Base, roles: Mapping[str, str], left_out: Mapping[str, str], gains: Gains, reason: str | None
) -> pl.DataFrame:
    """Every area of the base and those left out: (areas, GAIN_COLUMNS), members and candidates first.

    Args:
        base: the base year.
        roles: area of the base to its role.
        left_out: area that was asked for to the reason why it is not in the base.
        gains: of the areas of the base.
        reason: why there is no gain; None where there is one.
    """
    rows: list[dict[str, object]] = []
    for at, area in enumerate(base.areas):
        numbers = _numbers(gains, np.eye(len(base.areas))[at], float(base.income[at]))
        numbers["exports_change_percent"] = None if gains.exports is None else _number(gains.exports[at])
        rows.append({"area": area, "role": roles[area], **numbers, "reason": reason})
    rows += [{"area": area, "role": "left_out", "reason": why} for area, why in left_out.items() if area not in roles]
    order = pl.col("role").replace_strict({role: at for at, role in enumerate(ROLES)}, default=len(ROLES))
    return pl.DataFrame(rows, schema=GAIN_COLUMNS).sort(order, "area")


def gain_of_all(base: Base, areas: Sequence[str], gains: Gains) -> Numbers:
    """The gain of some areas together, of their income; blank if there are none."""
    if not areas:
        return dict.fromkeys(_NUMBERS)
    at = [base.place(area) for area in areas]
    weights = np.zeros(len(base.areas))
    weights[at] = base.income[at] / base.income[at].sum()
    return _numbers(gains, weights, float(base.income[at].sum()))


def least_gain(base: Base, members: Sequence[str], gains: Gains) -> dict[str, float | str | None]:
    """The least gain among members, draw by draw; its area is the one of the point.

    In US dollars it has no meaning, since it is another member's in each draw.
    """
    at = [base.place(area) for area in members]
    if not at:
        return {"area": None, **dict.fromkeys(_NUMBERS)}
    point, if_new = (None if each is None else each[at].min(keepdims=True) for each in (gains.point, gains.if_new))
    least = Gains(point, if_new, None, gains.draws[:, at].min(axis=1, keepdims=True))
    # Where nothing changes nobody has the least.
    area = members[int(np.argmin(gains.point[at]))] if gains.point is not None and gains.point.any() else None
    usd = dict.fromkeys(("gain_usd", "gain_usd_p05", "gain_usd_p95"))
    return {"area": area, **_numbers(least, np.ones(1), 0.0), **usd}


def _numbers(gains: Gains, weights: Floats, income: float) -> Numbers:
    """One row's figures: the weighted sum of the areas' gains, in per cent and of an income in US dollars."""
    point, if_new = (None if each is None else float(each @ weights) for each in (gains.point, gains.if_new))
    draws = gains.draws @ weights
    has_draws = point is not None and draws.size > 0
    median, low, high = (
        (float(value) for value in np.percentile(draws, [50.0, LOW, HIGH])) if has_draws else (None, None, None)
    )
    usd = income / PER_CENT
    return {
        "gain_percent": point,
        "gain_if_unknown_new": if_new,
        "gain_median": median,
        "gain_p05": low,
        "gain_p95": high,
        "share_above_zero": float((draws > SMALLEST_GAIN_PCT).mean()) if has_draws else None,
        "gain_usd": None if point is None else point * usd,
        "gain_usd_p05": None if low is None else low * usd,
        "gain_usd_p95": None if high is None else high * usd,
        "exports_change_percent": None,
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
