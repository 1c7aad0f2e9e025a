"""The simple measures of a set, before and after candidates join: the same figures, counted with another border."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from compact_pipelines.analytics.adoption import TAKEN_ON, adoption_at, listed_since
from compact_pipelines.analytics.capital import capital_of
from compact_pipelines.analytics.circulation import circulation_of
from compact_pipelines.analytics.cohesion import measure_intra_share
from compact_pipelines.analytics.moves import WITHIN
from compact_pipelines.analytics.standards_gaps import align_together
from compact_pipelines.contracts import load_contracts
from compact_pipelines.scenarios.held import Inputs, Tables
from compact_pipelines.scenarios.shares import simple_shares

# What a larger set changes by being larger, and what it does not.
OF_SIZE: Final = ("intra_share", "intra_share_of_totals", "people_inside", "standards_shared")
OF_GOODS: Final = ("intra_share", "intra_share_of_totals", "introversion")
CIRCULATION: Final = "circulation"
SCHEMA: Final = {
    "measure": pl.String,
    "theme": pl.String,
    "subject": pl.String,
    "time_period": pl.String,
    "before": pl.Float64,
    "after": pl.Float64,
    "coverage_before": pl.Float64,
    "coverage_after": pl.Float64,
    "reason_before": pl.String,
    "reason_after": pl.String,
    "missing_before": pl.String,
    "missing_after": pl.String,
}
ALL: Final = "_Z"  # of no single subject


@dataclass(frozen=True)
class Told:
    """A measure of one set.

    Attributes:
        value: None where there is none.
        reason: why there is none.
        coverage: share of the set's pairs that it rests on, if known.
        missing: codes of the areas that are the reason.
    """

    value: float | None
    reason: str | None = None
    coverage: float | None = None
    missing: Collection[str] = ()


def simple_measures(inputs: Inputs, members: Collection[str], candidates: Collection[str]) -> pl.DataFrame:
    """Each measure of the members, and of members and candidates together; nothing is modelled.

    Args:
        inputs: from `load_inputs`.
        members: the set.
        candidates: who joins; without any, what stands after is blank and has no reason.

    Returns:
        As `measures_of`.
    """
    return measures_of(simple_shares(inputs, members, candidates), inputs.tables, members, candidates)


def measures_of(
    goods: Mapping[str, Any], tables: Tables, members: Collection[str], candidates: Collection[str]
) -> pl.DataFrame:
    """The same out of the simple shares of goods and what is held of the rest.

    Args:
        goods: answer of `simple_shares`.
        tables: people, statuses and capital.
        members: the set.
        candidates: who joins.

    Returns:
        (measures, SCHEMA): for goods, people, standards and capital in turn, those that a larger set changes by being
        larger (OF_SIZE) and one that it does not. Blank with a reason, and the areas that are the reason, by code and
        comma-separated.
    """
    after = sorted({*members, *candidates}) if candidates else None
    sets = [sorted({*members}), after]
    rows = [_row(name, goods, *(_of_goods(goods, moment, name) for moment in ("before", "after"))) for name in OF_GOODS]
    for (subject, period), moves in tables.people.group_by("subject", "time_period", maintain_order=True):
        place = {"theme": "talent_movement", "subject": subject, "time_period": period}
        for name, measured in _talent(moves, sets).items():
            rows.append(_row(name, place, *measured))
    rows += _standards(tables.statuses, sets)
    for (subject, period), positions in tables.capital.group_by("subject", "time_period", maintain_order=True):
        place = {"theme": "capital_flows", "subject": subject, "time_period": period}
        rows.append(_row("capital_intensity", place, *(_capital(positions, areas) for areas in sets)))
    frame = pl.DataFrame(rows, schema=SCHEMA)
    blank = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name.split("_")[-1] == "after"]
    return frame if candidates else frame.with_columns(blank)


def _row(measure: str, place: Mapping[str, Any], before: Told, after: Told) -> dict[str, object]:
    return {
        "measure": measure,
        **{name: place[name] for name in ("theme", "subject", "time_period")},
        "before": before.value,
        "after": after.value,
        "coverage_before": before.coverage,
        "coverage_after": after.coverage,
        "reason_before": before.reason,
        "reason_after": after.reason,
        "missing_before": ",".join(before.missing) or None,
        "missing_after": ",".join(after.missing) or None,
    }


def _of_goods(goods: Mapping[str, Any], moment: str, name: str) -> Told:
    """Coverage is the share of the set's pairs of which a flow is held, each direction counted."""
    held = goods[moment]
    reason, missing = goods["reasons"][moment].get(name), goods["missing"][moment].get(name, [])
    return Told(held[name], reason, held["density"], missing)


def _talent(moves: pl.DataFrame, sets: list[list[str] | None]) -> dict[str, list[Told]]:
    """How many of those who cross members' borders stay among members, and whether both directions weigh the same.

    Both rest on the same pairs: where too few are told in both directions, neither has a value.
    """
    inside, both_ways = list[Told](), list[Told]()
    for areas in sets:
        found = circulation_of(moves, areas or ()).filter(metric=CIRCULATION, counterpart=WITHIN).to_dicts()
        value, reason, coverage = (found[0][name] for name in ("value", "reason", "coverage_share"))
        both_ways.append(Told(value, reason, coverage))
        share = None if reason else _inside(moves, areas or ())
        inside.append(Told(share, reason or ("undefined" if share is None else None), coverage))
    return {"people_inside": inside, CIRCULATION: both_ways}


def _inside(moves: pl.DataFrame, areas: Collection[str]) -> float | None:
    ends = (pl.col(end).is_in(list(areas)).cast(pl.Int8) for end in ("from_area", "to_area"))
    sums = dict(moves.select(pl.sum_horizontal(ends).alias("ends"), "value").group_by("ends").sum().iter_rows())
    return measure_intra_share(sums.get(2, 0.0), sums.get(1, 0.0))


def _standards(history: pl.DataFrame, sets: list[list[str] | None]) -> list[dict[str, object]]:
    """Of the instruments listed: how many every member is known to have taken on; and how alike pairs are on average.

    Both count what a text shows: what is not known stands in no member's set.
    """
    instruments = load_contracts().codelists["standards_instrument"]
    listed = listed_since(list(instruments.codes), instruments.column("adopted_date"), history)
    date = str(history["time_period"].str.slice(0, 4).max() or "")
    shared, alike = list[Told](), list[Told]()
    for areas in sets:
        if not areas or len(areas) < 2:  # noqa: PLR2004  (a pair)
            shared.append(Told(None, "fewer_than_two_members"))
            alike.append(Told(None, "fewer_than_two_members"))
            continue
        adoption = adoption_at(history, areas, listed, date)
        has_all = (np.nan_to_num(adoption.levels, nan=0.0) >= TAKEN_ON).all(axis=0)
        shared.append(Told(float(has_all.mean())) if has_all.size else Told(None, "no_data"))
        found = align_together(adoption, areas)
        alike.append(Told(found.documented, found.reason, found.pairs_count / found.pairs_possible))
    place = {"theme": "standards_adoption", "subject": ALL, "time_period": date}
    return [_row("standards_shared", place, *shared), _row("alignment", place, *alike)]


def _capital(positions: pl.DataFrame, areas: list[str] | None) -> Told:
    (found,) = capital_of(positions, areas or ()).to_dicts()
    return Told(found["value"], found["reason"], found["coverage_share"])
