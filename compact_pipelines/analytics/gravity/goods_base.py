"""The base year made from the edition's own goods flows, with the rest of the world as one more area.

Sales at home are output less published exports, and what published totals hold beyond the named partners is trade with
the rest of the world, so that all of an area's trade is in the model.
"""

from collections.abc import Collection
from typing import Final

import polars as pl

from compact_pipelines.analytics.gravity.base import BaseTables, base_tables, flow_row
from compact_pipelines.errors import ModelRefused

WORLD: Final = "W00"

# Why an area is not in the base.
NO_GDP: Final = "no_gdp"
NO_TOTAL: Final = "no_published_total"
EXPORTS_EXCEED: Final = "exports_exceed_gdp"
PARTNERS_EXCEED: Final = "partners_exceed_total"


def build_goods_base(  # noqa: PLR0913  (each an input of its own)
    flows: pl.DataFrame,
    totals: pl.DataFrame,
    gdp: pl.DataFrame,
    areas: Collection[str],
    *,
    base_id: str,
    time_period: str,
    output_per_gdp: tuple[float, float, float],
    rest: str,
) -> BaseTables:
    """Make a base from reconciled goods flows, published totals and GDP of one year.

    Sales at home are output_per_gdp times GDP less published exports, with the range that the ratio's gives them. An
    area that exports more than its GDP sells on what it bought, and is refused. Trade with the rest of the world is a
    published total less what is named; published imports with freight leave that freight there. A named pair without a
    reconciled flow has none of its own: whatever it trades is in the same remainder. The rest of the world sells at
    home what its own output (that of the world less the named areas') leaves after its sales to them.

    Args:
        flows: (pairs, [from_area, to_area, reconciled, low, high]), US dollars.
        totals: (areas, [area, exports, imports]), US dollars, with the world as published.
        gdp: (areas and WORLD, [area, gdp]), US dollars.
        areas: who is wanted in the base.
        base_id: name of the base.
        time_period: its year.
        output_per_gdp: what an area makes over its GDP: one value, the least and the greatest.
        rest: code of the rest of the world.

    Raises:
        ModelRefused: fewer than two areas have all inputs, or the world's GDP is missing, or leaves the rest of the
            world no more than what it sells to the named areas.
    """
    incomes = dict(gdp.drop_nulls().select("area", "gdp").iter_rows())
    exports, imports = (dict(totals.drop_nulls().select("area", side).iter_rows()) for side in ("exports", "imports"))
    if WORLD not in incomes:
        raise ModelRefused(f"{base_id}: the world's GDP of {time_period} is missing; the rest of the world needs it")
    refused = {
        area: reason for area in sorted(areas) if (reason := _lacks(area, incomes, exports, imports)) is not None
    }
    named = sorted(set(areas) - refused.keys())
    known = flows.filter(pl.col("reconciled").is_not_null())
    while over := _partners_exceed(known, named, exports, imports):
        refused[over] = PARTNERS_EXCEED
        named.remove(over)
    if len(named) < 2:  # noqa: PLR2004  (a model of trade needs two)
        raise ModelRefused(f"{base_id}: fewer than two areas have all inputs of {time_period}; refused are {refused}")
    rows = _named_rows(flows, named)
    beyond = _beyond(known, named, exports, imports)
    incomes[rest] = incomes[WORLD] - sum(incomes[area] for area in named)
    sold = {**{area: exports[area] for area in named}, rest: sum(beyond["to"].values())}
    if incomes[rest] <= sold[rest]:
        raise ModelRefused(
            f"{base_id}: the named areas leave {incomes[rest]:,.0f} of the world's GDP of {time_period}, and the rest "
            f"of the world sells them {sold[rest]:,.0f}; nothing is left for its sales at home"
        )
    told = "output_ratio_less_exports" if output_per_gdp[0] > 1 else "gdp_less_exports"
    for area in [*named, rest]:
        home, low, high = (ratio * incomes[area] - sold[area] for ratio in output_per_gdp)
        rows.append(flow_row(area, area, "domestic", home, told) | ({"low": low, "high": high} if low < high else {}))
    rows += [flow_row(area, rest, "rest_of_world", beyond["from"][area], "total_less_named") for area in named]
    rows += [flow_row(rest, area, "rest_of_world", beyond["to"][area], "total_less_named") for area in named]
    income = {area: incomes[area] for area in [*named, rest]}
    return base_tables(rows, income, refused, base_id, time_period, rest)


def _lacks(area: str, gdp: dict[str, float], exports: dict[str, float], imports: dict[str, float]) -> str | None:
    if area not in gdp:
        return NO_GDP
    if area not in exports or area not in imports:
        return NO_TOTAL
    return EXPORTS_EXCEED if gdp[area] <= exports[area] else None


def _beyond(
    flows: pl.DataFrame, named: list[str], exports: dict[str, float], imports: dict[str, float]
) -> dict[str, dict[str, float]]:
    """What published totals hold beyond named partners: `from` an area to the rest, and `to` it from the rest."""
    inside = flows.filter(pl.col("from_area").is_in(named) & pl.col("to_area").is_in(named))
    sums = {
        side: dict(inside.group_by(f"{side}_area").agg(pl.col("reconciled").sort().sum()).iter_rows())
        for side in ("from", "to")
    }
    totals = {"from": exports, "to": imports}
    return {side: {area: totals[side][area] - sums[side].get(area, 0.0) for area in named} for side in ("from", "to")}


def _partners_exceed(
    flows: pl.DataFrame, named: list[str], exports: dict[str, float], imports: dict[str, float]
) -> str | None:
    """The area whose named partners exceed its published total by the most, of that total; None where none do."""
    beyond, totals = _beyond(flows, named, exports, imports), {"from": exports, "to": imports}
    over = [
        (value / totals[side][area] if totals[side][area] else float("-inf"), area)
        for side, left in beyond.items()
        for area, value in left.items()
        if value < 0
    ]
    return min(over)[1] if over else None


def _named_rows(flows: pl.DataFrame, named: list[str]) -> list[dict[str, object]]:
    held = {
        (seller, buyer): (value, low, high)
        for seller, buyer, value, low, high in flows.select(
            "from_area", "to_area", "reconciled", "low", "high"
        ).iter_rows()
        if value is not None
    }
    rows = []
    for seller in named:
        for buyer in named:
            if seller == buyer:
                continue
            value, low, high = held.get((seller, buyer), (None, None, None))
            row = flow_row(seller, buyer, "trade", value, "reconciled" if value is not None else "total_less_named")
            is_banded = value and low and high and low <= value <= high
            rows.append(
                row
                | ({"low": low, "high": high} if is_banded else {})
                | ({"reason": "in_rest_of_world"} if value is None else {})
            )
    return rows
