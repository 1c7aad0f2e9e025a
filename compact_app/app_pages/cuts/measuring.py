"""What is measured for the chosen members, as the tables of the page: the functions are those of the pipelines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from compact_pipelines.analytics.dependency_tables import (
    build_dependency_criteria,
    build_dependency_stability,
    positions_for,
)
from compact_pipelines.analytics.outside import concentration_range, gather_imports
from compact_pipelines.analytics.resilience import (
    Answer,
    Cut,
    Distance,
    cut_suppliers,
    measure_friend_share,
    measure_geopolitical_distance,
    remove_members,
)
from compact_pipelines.analytics.supply import Supply, possible_suppliers
from compact_pipelines.contracts.dependence import load_dependence

MOST_CUTS: Final = 10
WHOLE: Final = "all"  # the members together, in a column of areas
SUPPLIER_CUT, MEMBER_LEAVES = "supplier_cut", "member_leaves"
PLACE: Final = ["bloc", "subject"]
OF_STABILITY: Final = [
    "years_held",
    "years_met",
    "longest_run",
    "first_year",
    "last_year",
    "last_year_met",
    "recent_held",
    "recent_met",
    "is_lasting",
]


@dataclass(frozen=True)
class Case:
    """What a reader has chosen.

    Attributes:
        product: a code of goods.
        year: the year looked at.
        members: the set.
        founding: the founding members, to compare with.
        supplies: year to who takes the product from whom.
        names: area to its name, of all areas.
        tiers: area to its tier.
        positions: out_geopolitical_position.
    """

    product: str
    year: str
    members: tuple[str, ...]
    founding: tuple[str, ...]
    supplies: Mapping[str, Supply]
    names: Mapping[str, str]
    tiers: Mapping[str, str]
    positions: pl.DataFrame

    @property
    def supply(self) -> Supply:
        """The year's."""
        return self.supplies[self.year]

    @property
    def missing(self) -> list[str]:
        """Members that report no imports in the year."""
        return self.supply.missing(self.members, self.supply.imports)

    @property
    def held(self) -> list[str]:
        """Members that do."""
        return [area for area in self.members if area not in self.missing]

    def years(self) -> tuple[list[str], list[str]]:
        """Years in which all members report, and in which any does."""
        missing = {year: supply.missing(self.members, supply.imports) for year, supply in self.supplies.items()}
        whole = [year for year, areas in missing.items() if not areas]
        return whole, [year for year, areas in missing.items() if len(areas) < len(set(self.members))]


def speakers(supply: Supply) -> list[str]:
    """The areas that report imports."""
    return [area for area, is_held in zip(supply.areas, supply.imports.is_held, strict=True) if is_held]


def cuts_of(case: Case, receivers: Sequence[str]) -> list[Cut]:
    """The curve of these receivers when their largest suppliers outside the members are cut, if there is one."""
    return cut_suppliers(case.supply, receivers, case.members, MOST_CUTS)[0]


def cut_table(case: Case) -> pl.DataFrame:
    """Every curve of the page.

    Returns:
        ([what, area, cut_count, cut_area, cut_name, lost_value, kept_share, kept_low, kept_high]).
    """
    curves = [(SUPPLIER_CUT, WHOLE, cuts_of(case, case.members))]
    if len(case.members) > 1:
        curves += [(SUPPLIER_CUT, area, cuts_of(case, [area])) for area in case.held]
    curves.append((MEMBER_LEAVES, WHOLE, remove_members(case.supply, case.members)[0]))
    rows = [
        {
            "what": what,
            "area": area,
            "cut_count": cut.count,
            "cut_area": cut.supplier,
            "cut_name": case.names.get(cut.supplier, cut.supplier) if cut.supplier else None,
            "lost_value": cut.lost,
            "kept_share": cut.kept_share,
            "kept_low": cut.kept_low,
            "kept_high": cut.kept_high,
        }
        for what, area, cuts in curves
        for cut in cuts
    ]
    kinds = {"cut_count": pl.Int64, **dict.fromkeys(("lost_value", "kept_share", "kept_low", "kept_high"), pl.Float64)}
    names = ("what", "area", "cut_count", "cut_area", "cut_name", "lost_value", "kept_share", "kept_low", "kept_high")
    return pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in names})


def criteria_table(case: Case) -> pl.DataFrame:
    """The criteria of the year with how long each has been met: columns of both published tables."""
    supplies = {(case.product, year): supply for year, supply in case.supplies.items()}
    rules = load_dependence()
    criteria = build_dependency_criteria(supplies, {"chosen": case.members}, rules, possible_suppliers())
    history = build_dependency_stability(criteria, rules).drop(*PLACE, "reason")
    of_year = criteria.filter(time_period=case.year).drop(PLACE)
    order = {
        (method.id, criterion): (number, place)
        for number, method in enumerate(rules.methods)
        for place, criterion in enumerate([*(known.id for known in method.criteria), "all"])
    }
    joined = of_year.join(history, on=["method", "criterion"], how="left", maintain_order="left")
    places = [order[method, criterion] for method, criterion in joined.select("method", "criterion").iter_rows()]
    placed = joined.with_columns(pl.Series("place", [number * 10 + place for number, place in places]))
    return placed.sort("place").drop("place", "time_period")


def members_table(case: Case) -> pl.DataFrame:
    """Each member that reports: what it takes from the founding members, the chosen ones and outside, and from whom."""
    rows = [_member(case, area) for area in case.held]
    return pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()


def _member(case: Case, area: str) -> dict[str, Any]:
    imports = gather_imports(case.supply, [area], case.members, possible_suppliers())
    founding = measure_friend_share(case.supply, [area], case.founding)
    chosen = measure_friend_share(case.supply, [area], case.members)
    concentration = concentration_range(imports) or (None, None)
    distance = distance_of(case, [area])
    top = next(iter(cuts_of(case, [area])[1:]), None)
    return {
        "area": area,
        "name": case.names[area],
        "tier": case.tiers.get(area, "outside"),
        "imports_value": imports.whole,
        "founding_low": founding.low,
        "founding_high": founding.high,
        "chosen_low": chosen.low,
        "chosen_high": chosen.high,
        "top_supplier": top.supplier if top else None,
        "top_supplier_name": case.names.get(top.supplier, top.supplier) if top and top.supplier else None,
        "top_share": top.lost / imports.whole if top and imports.whole > 0 else None,
        "lost_value": top.lost if top else None,
        "concentration_low": concentration[0],
        "concentration_high": concentration[1],
        "distance": distance.value,
        "covered_share": distance.covered_share,
        "distance_reason": distance.reason,
    }


def distance_of(case: Case, receivers: Sequence[str]) -> Distance:
    """How far in policy positions the suppliers of these receivers are."""
    known = positions_for(case.positions, case.year)[1]
    return measure_geopolitical_distance(case.supply, receivers, known, load_dependence().covered_share)


def friend_shares(case: Case) -> dict[str, Answer]:
    """Share of imports from friends: the founding members among themselves, then with the chosen, then all chosen."""
    return {
        "before": measure_friend_share(case.supply, case.founding, case.founding),
        "after": measure_friend_share(case.supply, case.founding, (*case.founding, *case.members)),
        "whole": measure_friend_share(case.supply, case.members, case.members),
    }
