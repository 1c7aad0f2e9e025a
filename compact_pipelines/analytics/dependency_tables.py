"""The published tables of dependency and resilience: every set of members that is compared, every product and year."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from compact_pipelines.analytics.criteria import measure_criteria
from compact_pipelines.analytics.persistence import measure_stability
from compact_pipelines.analytics.resilience import Cut, cut_suppliers, measure_geopolitical_distance
from compact_pipelines.analytics.supply import Supply
from compact_pipelines.contracts.dependence import Dependence

MOST_CUTS: Final = 10
AREA, BLOC = "area", "bloc"

Supplies = Mapping[tuple[str, str], Supply]
Sets = Mapping[str, Sequence[str]]

CRITERIA: Final = {
    "bloc": pl.String,
    "subject": pl.String,
    "time_period": pl.String,
    "method": pl.String,
    "criterion": pl.String,
    "value": pl.Float64,
    "value_low": pl.Float64,
    "value_high": pl.Float64,
    "threshold": pl.Float64,
    "distance": pl.Float64,
    "is_met": pl.Boolean,
    "reason": pl.String,
    "missing_members": pl.String,
    "members_count": pl.Int64,
    "members_with_data": pl.Int64,
    "has_total": pl.Boolean,
}
STABILITY: Final = {
    "bloc": pl.String,
    "subject": pl.String,
    "method": pl.String,
    "criterion": pl.String,
    "years_held": pl.Int64,
    "years_met": pl.Int64,
    "longest_run": pl.Int64,
    "first_year": pl.String,
    "last_year": pl.String,
    "last_year_met": pl.String,
    "recent_held": pl.Int64,
    "recent_met": pl.Int64,
    "is_lasting": pl.Boolean,
    "reason": pl.String,
}
CUTS: Final = {
    "receiver_kind": pl.String,
    "receiver": pl.String,
    "subject": pl.String,
    "time_period": pl.String,
    "cut_count": pl.Int64,
    "supplier": pl.String,
    "lost_value": pl.Float64,
    "kept_share": pl.Float64,
    "kept_low": pl.Float64,
    "reason": pl.String,
    "missing_members": pl.String,
}
DISTANCES: Final = {
    "receiver_kind": pl.String,
    "receiver": pl.String,
    "subject": pl.String,
    "time_period": pl.String,
    "distance": pl.Float64,
    "covered_share": pl.Float64,
    "position_period": pl.String,
    "reason": pl.String,
    "missing_members": pl.String,
}


def criteria_rows(
    supply: Supply, members: Sequence[str], rules: Dependence, possible_suppliers: int
) -> list[dict[str, object]]:
    """The rows of `build_dependency_criteria` for one set in one product and year, without their key."""
    places = supply.places(members)
    held = supply.imports.is_held[places]
    return [
        {
            "method": found.method,
            "criterion": found.criterion,
            "value": found.value,
            "value_low": found.low,
            "value_high": found.high,
            "threshold": found.threshold,
            "distance": found.distance,
            "is_met": found.is_met,
            "reason": found.reason,
            "missing_members": ", ".join(found.missing) or None,
            "members_count": len(set(members)),
            "members_with_data": int(held.sum()),
            "has_total": bool(supply.imports.has_total[places].all()) if len(places) and held.all() else None,
        }
        for found in measure_criteria(supply, members, rules, possible_suppliers)
    ]


def build_dependency_criteria(
    supplies: Supplies, blocs: Sets, rules: Dependence, possible_suppliers: int
) -> pl.DataFrame:
    """Every criterion of every method for every set of members, product and year.

    Args:
        supplies: from `read_supplies`.
        blocs: set to its members.
        rules: schemas/dependency.yaml.
        possible_suppliers: how many single areas there are.

    Returns:
        (sets * products and years * criteria, columns of schemas/published/out_dependency_criteria.yaml), by key.
    """
    rows = [
        {"bloc": bloc, "subject": subject, "time_period": year, **row}
        for (subject, year), supply in supplies.items()
        for bloc, members in blocs.items()
        for row in criteria_rows(supply, members, rules, possible_suppliers)
    ]
    key = ["bloc", "subject", "time_period", "method", "criterion"]
    return pl.DataFrame(rows, schema=CRITERIA).sort(key)


def build_dependency_stability(criteria: pl.DataFrame, rules: Dependence) -> pl.DataFrame:
    """How many years each criterion has been met, how long in a row, and whether it lasts by CEPII's rule.

    Args:
        criteria: from `build_dependency_criteria`; of a free choice, with any text as its set.
        rules: schemas/dependency.yaml.

    Returns:
        (sets * products * criteria, columns of schemas/published/out_dependency_stability.yaml), by key.
    """
    key = ["bloc", "subject", "method", "criterion"]
    met: dict[tuple[str, ...], dict[str, bool | None]] = defaultdict(dict)
    for row in criteria.select(*key, "time_period", "is_met").iter_rows():
        met[row[:-2]][row[-2]] = row[-1]
    rows = []
    for of, years in met.items():
        found = measure_stability(years, rules.years_needed, rules.window_years)
        reason = None if found.years_held else "no_year_held"
        rows.append({**dict(zip(key, of, strict=True)), **found.__dict__, "reason": reason})
    return pl.DataFrame(rows, schema=STABILITY).sort(key)


def cut_rows(cuts: Sequence[Cut]) -> list[dict[str, object]]:
    """A curve of cuts as rows of `build_supplier_cuts`, without their key."""
    return [
        {
            "cut_count": cut.count,
            "supplier": cut.supplier,
            "lost_value": cut.lost,
            "kept_share": cut.kept_share,
            "kept_low": cut.kept_low,
        }
        for cut in cuts
    ]


def build_supplier_cuts(supplies: Supplies, blocs: Sets, areas: Sequence[str]) -> pl.DataFrame:
    """What is left of imports when the largest suppliers are cut, for every set and every area by itself.

    Args:
        supplies: from `read_supplies`.
        blocs: set to its members; suppliers outside the set are cut, and what is left is of all imports.
        areas: the areas of the scenario; of an area by itself any supplier is cut. One that says nothing has no rows.

    Returns:
        (receivers * products and years * cuts, columns of schemas/published/out_supplier_cuts.yaml), by key; a set
        without an answer has one row that says why.
    """
    rows: list[dict[str, object]] = []
    for (subject, year), supply in supplies.items():
        held = [area for area in areas if not supply.missing([area], supply.imports)]
        receivers = [(AREA, area, [area]) for area in held] + [(BLOC, bloc, list(of)) for bloc, of in blocs.items()]
        for kind, receiver, members in receivers:
            place = {"receiver_kind": kind, "receiver": receiver, "subject": subject, "time_period": year}
            cuts, refusal = cut_suppliers(supply, members, members, MOST_CUTS)
            rows += [{**place, **row} for row in cut_rows(cuts)]
            if refusal:
                named = ", ".join(refusal.missing) or None
                rows.append({**place, "cut_count": 0, "reason": refusal.reason, "missing_members": named})
    key = ["receiver_kind", "receiver", "subject", "time_period", "cut_count"]
    return pl.DataFrame(rows, schema=CUTS).sort(key)


def positions_for(positions: pl.DataFrame, year: str) -> tuple[str | None, dict[str, float]]:
    """The positions of the window that holds a year, else of the nearest one, the later of two.

    Args:
        positions: out_geopolitical_position: (areas * windows, [area, time_period, position]).
        year: four digits.

    Returns:
        The window, and area to its position; None and nothing where there are no positions.
    """
    known = positions.filter(pl.col("position").is_not_null())
    windows = sorted(known["time_period"].unique())
    if not windows:
        return None, {}

    def away(window: str) -> tuple[int, int]:
        ends = [int(found) for found in re.findall(r"\d{4}", window)]
        first, last = min(ends), max(ends)
        return max(first - int(year), int(year) - last, 0), -last

    nearest = min(windows, key=away)
    return nearest, dict(known.filter(pl.col("time_period") == nearest).select("area", "position").iter_rows())


def build_geopolitical_distance(
    supplies: Supplies, blocs: Sets, areas: Sequence[str], positions: pl.DataFrame, least_covered: float
) -> pl.DataFrame:
    """How far in policy positions the suppliers of every set and every area are.

    Args:
        supplies: from `read_supplies`.
        blocs: set to its members.
        areas: the areas of the scenario; one that says nothing has no row.
        positions: out_geopolitical_position.
        least_covered: share of the imports below which there is no mean.

    Returns:
        (receivers * products and years, columns of schemas/published/out_geopolitical_distance.yaml), by key.
    """
    rows = []
    for (subject, year), supply in supplies.items():
        window, known = positions_for(positions, year)
        held = [area for area in areas if not supply.missing([area], supply.imports)]
        receivers = [(AREA, area, [area]) for area in held] + [(BLOC, bloc, list(of)) for bloc, of in blocs.items()]
        for kind, receiver, members in receivers:
            found = measure_geopolitical_distance(supply, members, known, least_covered)
            rows.append(
                {
                    "receiver_kind": kind,
                    "receiver": receiver,
                    "subject": subject,
                    "time_period": year,
                    "distance": found.value,
                    "covered_share": found.covered_share,
                    "position_period": window,
                    "reason": found.reason,
                    "missing_members": ", ".join(found.missing) or None,
                }
            )
    return pl.DataFrame(rows, schema=DISTANCES).sort("receiver_kind", "receiver", "subject", "time_period")
