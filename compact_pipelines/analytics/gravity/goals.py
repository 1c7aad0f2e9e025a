"""What members reach together, as functions of who is in: the goals that `shapley` shares out.

Each is zero for a member alone: what counts is what being together adds. Flows are directed, in US dollars, seller in
rows, buyer in columns, with every area that is held, members or not.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl

from compact_pipelines.analytics.gravity.accession import Agreements
from compact_pipelines.analytics.gravity.base import Base
from compact_pipelines.analytics.gravity.hat import Floats, solve_hat
from compact_pipelines.analytics.gravity.shapley import Coalitions, Goal
from compact_pipelines.errors import ModelRefused

# Of an area's imports so much must be held by seller, or those that are not held would count as no supplier.
LEAST_NAMED: Final = 0.5


class Flows:
    """Flows among all areas that are held, looked at from a set of members.

    Attributes:
        areas: all areas, sorted.
        matrix: (n, n) US dollars, seller in rows; 0 on the diagonal and where no flow is held.
        imports: area to its published imports, US dollars.
    """

    def __init__(self, ties: pl.DataFrame, imports: Mapping[str, float]) -> None:
        self.imports = dict(imports)
        self.areas: list[str] = sorted({*ties["from_area"], *ties["to_area"]})
        at = {area: place for place, area in enumerate(self.areas)}
        self.matrix: Floats = np.zeros((len(at), len(at)))
        for seller, buyer, weight in ties.select("from_area", "to_area", "weight").iter_rows():
            self.matrix[at[seller], at[buyer]] = weight

    def places(self, players: Sequence[str]) -> list[int]:
        """Rows and columns of members.

        Raises:
            ModelRefused: one has no flow.
        """
        if missing := sorted(set(players) - set(self.areas)):
            raise ModelRefused(f"no flow is held of {', '.join(missing)}; choose others")
        return [self.areas.index(area) for area in players]

    def bought(self, players: Sequence[str]) -> Floats:
        """(areas, members) what members buy, by seller.

        Raises:
            ModelRefused: one has no flow, no imports, or less than LEAST_NAMED of its published imports by seller.
        """
        bought: Floats = self.matrix[:, self.places(players)]
        named = dict(zip(players, bought.sum(axis=0).tolist(), strict=True))
        faults = {
            "no import is held of": [area for area in players if not named[area]],
            "no published total of imports is held of": [area for area in players if not self.imports.get(area)],
            f"less than {LEAST_NAMED:.0%} of the published imports are held by seller of": [
                area for area in players if named[area] < LEAST_NAMED * self.imports.get(area, 0.0)
            ],
        }
        for what, areas in faults.items():
            if areas:
                raise ModelRefused(
                    f"{what} {', '.join(areas)}, and suppliers that are missing would count as none; choose others"
                )
        return bought


def _players(members: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(set(members)))


def mutual_trade(flows: Flows, members: Collection[str]) -> Goal:
    """Trade of members with each other, US dollars: a sum over pairs, which `shapley` refuses."""
    players = _players(members)
    places = flows.places(players)
    among = flows.matrix[np.ix_(places, places)]

    def value(coalitions: Coalitions) -> Floats:
        inside = coalitions.astype(np.float64)
        traded: Floats = np.einsum("ki,ij,kj->k", inside, among, inside)
        return traded

    return Goal("mutual_trade", players, value, "USD", is_pairwise_additive=True)


def concentration_fall(flows: Flows, members: Collection[str]) -> Goal:
    """By how much imports are less concentrated on single suppliers when what members sell each other counts as home.

    Of a set S with imports M: H(S) is the sum of squared shares in M of the suppliers outside S. The value is the sum
    over members of M_i H(i) less M H(S), over the imports of all members: points of the concentration index.
    """
    players = _players(members)
    places, bought = flows.places(players), flows.bought(players)
    imports = bought.sum(axis=0)
    alone = (bought**2).sum(axis=0) / imports

    def value(coalitions: Coalitions) -> Floats:
        inside = coalitions.astype(np.float64)
        supplied = _from_outside(bought, places, coalitions)
        total = inside @ imports
        together = np.divide((supplied**2).sum(axis=1), total, out=np.zeros_like(total), where=total > 0)
        fall: Floats = (inside @ alone - together) / imports.sum()
        return fall

    return Goal("concentration_fall", players, value, "index_points", is_pairwise_additive=False)


def resilience(flows: Flows, members: Collection[str]) -> Goal:
    """How much less of their imports members can lose by the cut of one supplier when they stand together.

    The greatest loss of a set is what its greatest supplier outside sells it. The value is the sum of the members' own
    greatest losses less that of the set, over the imports of all members: a share of imports.
    """
    players = _players(members)
    places, bought = flows.places(players), flows.bought(players)
    alone, imports = bought.max(axis=0), bought.sum()

    def value(coalitions: Coalitions) -> Floats:
        saved = coalitions @ alone - _from_outside(bought, places, coalitions).max(axis=1)
        shares: Floats = saved / imports
        return shares

    return Goal("resilience", players, value, "share", is_pairwise_additive=False)


def welfare(base: Base, members: Collection[str], agreements: Agreements, beta: float, sigma: float) -> Goal:
    """Real income that members gain together by agreements with each other, US dollars of the base year's income.

    Pairs that have an agreement already, or of which it is not known, stay as they are; to ask what would be gained if
    the latter were new, leave them out of what is unknown. Solved by `hat` for each coalition, so for up to
    `shapley.EXACT_UP_TO` members.

    Raises:
        ModelRefused: a member is not in the base; or, once it is valued, no equilibrium is found for a coalition.
    """
    players = _players(members)
    if missing := [f"{area} ({why})" for area in players if (why := base.why_not(area))]:
        raise ModelRefused(f"not in the base {base.id}: {', '.join(missing)}; choose others, or another base")
    places = [base.place(area) for area in players]
    kept = agreements.in_force | agreements.unknown
    is_new = np.array(
        [[one != other and (min(one, other), max(one, other)) not in kept for other in players] for one in players],
        dtype=np.bool_,
    )
    income = base.income[places]

    def value(coalitions: Coalitions) -> Floats:
        count = len(base.areas)
        effects = np.zeros((len(coalitions), count, count))
        new = coalitions[:, :, None] & coalitions[:, None, :] & is_new
        effects[np.ix_(range(len(coalitions)), places, places)] = beta * new
        solved = solve_hat(base.flows, np.exp(effects), sigma, base.areas)
        if not solved.is_converged.all():
            failed = int((~solved.is_converged).sum())
            raise ModelRefused(
                f"no equilibrium was found for {failed:,} of {len(coalitions):,} coalitions; choose others"
            )
        gained: Floats = (coalitions * (solved.real_income[:, places] - 1)) @ income
        # Where nothing is new nothing is gained: what is left is the solver's error.
        return np.where(new.any(axis=(1, 2)), gained, 0.0)

    return Goal("welfare", players, value, "USD", is_pairwise_additive=False, is_sampled=False)


def _from_outside(bought: Floats, places: list[int], coalitions: Coalitions) -> Floats:
    """(K, areas) what each area sells to each coalition; 0 for its members."""
    supplied: Floats = coalitions.astype(np.float64) @ bought.T
    supplied[:, places] = np.where(coalitions, 0.0, supplied[:, places])
    return supplied
