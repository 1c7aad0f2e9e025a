"""What changes when candidates join a set of members: the simple shares first, then the model with all it rests on."""

from collections.abc import Callable, Collection
from typing import Any, Final

from compact_pipelines.analytics.gravity.accession import NOT_SOLVED, Accession, point_gains, simulate
from compact_pipelines.analytics.gravity.base import Base
from compact_pipelines.analytics.gravity.draws import Assumptions
from compact_pipelines.scenarios.asking import assumptions_of
from compact_pipelines.scenarios.held import Inputs
from compact_pipelines.scenarios.measures import simple_measures
from compact_pipelines.scenarios.shares import simple_shares

Progress = Callable[[int, int], object]

ROW: Final = ("gain_percent", "gain_if_unknown_new", "reason")  # of an area on another base


def answer(  # noqa: PLR0913  (each a choice that a reader has)
    inputs: Inputs,
    members: Collection[str],
    candidates: Collection[str],
    *,
    base_id: str | None = None,
    sigma: float | None = None,
    draws: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Everything that is said about candidates joining members; without candidates, about forming the set.

    Args:
        inputs: from `load_inputs`.
        members: areas; may be empty, then the answer says why there is none.
        candidates: areas that join.
        base_id: the base year; the default one if none is named.
        sigma: an elasticity that point estimate and draws hold; the stated point and range if none is given.
        draws: how many; as stated if not given.
        seed: of the draws; as stated if not given.
        progress: called with draws done and asked.

    Returns:
        As `answer_under`.

    Raises:
        UsageError: no such base, or draws, sigma or seed out of range.
    """
    base = inputs.base(base_id)
    assumptions = assumptions_of(inputs, sigma=sigma, draws=draws, seed=seed)
    return answer_under(inputs, members, candidates, base, assumptions, progress)


def answer_under(  # noqa: PLR0913, PLR0917  (each an input of its own)
    inputs: Inputs,
    members: Collection[str],
    candidates: Collection[str],
    base: Base,
    assumptions: Assumptions,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The same under assumptions that nobody has checked: what `answer` does once it has.

    Args:
        inputs: from `load_inputs`.
        members: areas.
        candidates: areas that join.
        base: one of `inputs.bases`.
        assumptions: effect, elasticity, draws, seed.
        progress: called with draws done and asked.

    Returns:
        Ready for JSON: `question`, `shares` (see `simple_shares`), `measures` (rows of `simple_measures`), `reason`
        (why there is no answer, or nothing_changes; None otherwise; see `Accession`), `base`, `parameters`, `areas`
        (rows of Accession.areas with the area's home_share and exports_to_income_share), `cautions` (members and
        candidates that export so much of their GDP that their gain is overstated), `whole`, `lowest_member`,
        `left_out`, `pairs_changed`, `pairs_in_force`, `pairs_unknown`, `sensitivity` (gain by sigma), `other_bases`
        (gain by base), `omissions`.
        A gain leaves unknown pairs as they are; `gain_if_unknown_new` gives them an agreement too.
    """
    agreements = inputs.agreements[base.id]
    found = simulate(base, members, candidates, agreements, assumptions, progress=progress)
    asked = [*found.members, *found.candidates]
    return {
        "question": {
            "members": sorted(set(members)),
            "candidates": sorted(set(candidates)),
            "base_id": base.id,
        },
        "shares": simple_shares(inputs, members, candidates),
        "measures": simple_measures(inputs, members, candidates).to_dicts(),
        "reason": found.reason,
        "base": _told_base(inputs, base),
        "parameters": _told_parameters(inputs, assumptions, found),
        "areas": _told_areas(base, found),
        "cautions": _cautions(inputs, base, asked),
        "whole": found.whole,
        "lowest_member": found.lowest,
        "left_out": [{"area": area, "reason": reason} for area, reason in sorted(found.left_out.items())],
        "pairs_changed": [list(pair) for pair in found.changed],
        "pairs_in_force": _told_pairs(inputs, found.in_force, "basis", "gravity_panel"),
        "pairs_unknown": _told_pairs(inputs, found.unknown, "reason", "area_not_listed"),
        "sensitivity": _sensitivity(inputs, base, found, asked),
        "other_bases": _other_bases(inputs, base, members, candidates, assumptions),
        "omissions": [{"id": omission.id, "text": dict(omission.text)} for omission in inputs.model.omissions],
    }


def _cautions(inputs: Inputs, base: Base, asked: list[str]) -> list[dict[str, Any]]:
    if inputs.model.base(base.id).kind != "goods":
        return []
    sold = (base.flows.sum(axis=1) - base.flows.diagonal()) / base.income
    return [
        {"code": "exports_exceed_most_of_gdp", "area": area, "exports_to_income_share": float(sold[base.place(area)])}
        for area in asked
        if sold[base.place(area)] > inputs.model.open_above
    ]


def _told_areas(base: Base, found: Accession) -> list[dict[str, Any]]:
    """The rows with how open each area is in the base: what a gain hangs on most."""
    home, bought = base.flows.diagonal(), base.flows.sum(axis=0)
    sold = base.flows.sum(axis=1) - home
    rows = []
    for row in found.areas.to_dicts():
        at = base.areas.index(row["area"]) if row["area"] in base.areas else None
        open_ = {
            "home_share": None if at is None else float(home[at] / bought[at]),
            "exports_to_income_share": None if at is None else float(sold[at] / base.income[at]),
        }
        rows.append(row | open_)
    return rows


def _told_base(inputs: Inputs, base: Base) -> dict[str, Any]:
    stated = inputs.model.base(base.id)
    return {
        "id": base.id,
        "kind": stated.kind,
        "time_period": base.time_period,
        "title": dict(stated.title),
        "areas_count": len(base.areas),
        "rest_area": base.rest,
        "output_per_gdp": stated.output_per_gdp.model_dump() if stated.output_per_gdp else None,
        "citation": stated.citation,
        "note": stated.note,
        "refused": [{"area": area, "reason": reason} for area, reason in sorted(base.refused.items())],
    }


def _told_parameters(inputs: Inputs, assumptions: Assumptions, found: Accession) -> dict[str, Any]:
    stated = inputs.model
    return {
        "beta": assumptions.beta,
        "beta_se": assumptions.beta_se,
        "beta_estimate_id": stated.estimate.id,
        "beta_sample": inputs.estimate["sample"],
        "beta_citation": stated.estimate.citation,
        "sigma": assumptions.sigma,
        "sigma_low": assumptions.sigma_low,
        "sigma_high": assumptions.sigma_high,
        "sigma_citation": stated.sigma.citation,
        "draws": found.draws_asked,
        "draws_used": found.draws_used,
        "draws_failed": found.draws_failed,
        "seed": assumptions.seed,
    }


def _told_pairs(inputs: Inputs, pairs: Collection[tuple[str, str]], name: str, beyond: str) -> list[dict[str, Any]]:
    """The pairs with what trade_agreements says of them.

    A pair that it has not is in force by the panel of the base year, or unknown since an area of it is not listed.
    """
    told = {(row["area_1"], row["area_2"]): row for row in inputs.agreement_rows.to_dicts()}
    blank = dict.fromkeys(inputs.agreement_rows.columns) | {name: beyond}
    return [told.get(pair, {**blank, "area_1": pair[0], "area_2": pair[1]}) for pair in pairs]


def _sensitivity(inputs: Inputs, base: Base, found: Accession, asked: list[str]) -> list[dict[str, Any]]:
    """Gain in per cent of each area asked about at the stated least, middle and greatest elasticity."""
    stated = inputs.model.sigma
    rows = []
    for sigma in (stated.low, stated.point, stated.high) if asked and found.whole["gain_percent"] is not None else ():
        gains = point_gains(base, found.changed, inputs.beta, sigma)
        reason = None if gains else NOT_SOLVED
        rows += [
            {"sigma": sigma, "area": area, "gain_percent": gains[area] if gains else None, "reason": reason}
            for area in asked
        ]
    return rows


def _other_bases(
    inputs: Inputs, base: Base, members: Collection[str], candidates: Collection[str], assumptions: Assumptions
) -> list[dict[str, Any]]:
    """The same question to the other observed bases, at the same effect and elasticity, without draws."""
    rows = []
    for stated in inputs.model.bases:
        if stated.id == base.id or stated.kind == "fitted":
            continue
        other = inputs.bases[stated.id]
        point = Assumptions(**{**assumptions.__dict__, "draws": 0})
        found = simulate(other, members, candidates, inputs.agreements[stated.id], point)
        asked = sorted({*members, *candidates})
        gains = {row["area"]: row for row in found.areas.to_dicts()}
        # Who is left out as a candidate only, being a member, has a gain all the same.
        told = {area: gains.get(area) or dict.fromkeys(ROW) | {"reason": found.left_out.get(area)} for area in asked}
        rows += [
            {"base_id": stated.id, "time_period": stated.time_period, "area": area}
            | {name: told[area][name] for name in ROW}
            for area in asked
        ]
    return rows
