"""Solving the gravity model for 70 areas, and an accession of 500 draws among 50, on made-up flows.

The floor of both is the dense linear algebra that one step of Newton's needs: a product of two matrices of that size
and one solution, once per draw.
"""

import numpy as np
from timing import best, report

from compact_pipelines.analytics.gravity.accession import Agreements, simulate
from compact_pipelines.analytics.gravity.base import Base
from compact_pipelines.analytics.gravity.draws import Assumptions
from compact_pipelines.analytics.gravity.hat import Floats, solve_hat

SEED = 11
LARGE, MANY, DRAWS, MEMBERS = 70, 50, 500, 5
TIGHT = 1e-12


def made_up(areas: int) -> Floats:
    """Flows over several orders of size, most of what is made sold at home."""
    flows: Floats = np.random.default_rng(SEED).lognormal(0, 2, (areas, areas))
    flows[np.arange(areas), np.arange(areas)] *= 100
    return flows


def algebra(areas: int, draws: int) -> None:
    """One product and one solution per draw."""
    matrix = np.random.default_rng(SEED).random((draws, areas, areas)) + areas * np.eye(areas)
    np.linalg.solve(matrix @ matrix, np.ones((draws, areas, 1)))


def main() -> None:
    """Measure."""
    flows = made_up(LARGE)
    shock = np.ones((LARGE, LARGE))
    shock[:MEMBERS, :MEMBERS] = np.exp(0.5)
    np.fill_diagonal(shock, 1.0)
    residual = solve_hat(flows, shock, 5.0).residual[0]
    if residual > TIGHT:
        raise SystemExit(f"the model of {LARGE} areas is solved to {residual:g} only; it must be {TIGHT:g}")
    seconds = best(lambda: solve_hat(flows, shock, 5.0))
    report("gravity model", seconds, best(lambda: algebra(LARGE, 1)), "one product and one solution", areas=LARGE)
    areas = tuple(f"A{place:02d}" for place in range(MANY))
    flows = made_up(MANY)
    spread = np.full((MANY, MANY), 0.1)
    np.fill_diagonal(spread, 0.0)
    home = np.stack([np.diagonal(flows) * 0.7, np.diagonal(flows) * 1.3], axis=1)
    base = Base("made_up", "2018", areas, flows, spread, home, flows.sum(axis=1), None, {})
    assumed = Assumptions(0.5, 0.1, 5.0, 3.0, 8.0, DRAWS, SEED)

    def accession() -> None:
        found = simulate(base, areas[:MEMBERS], areas[MEMBERS : 2 * MEMBERS], Agreements(), assumed)
        if found.draws_used != DRAWS:
            raise SystemExit(f"{found.draws_failed} of {DRAWS} draws were not solved; all must be")

    seconds = best(accession)
    floor = best(lambda: algebra(MANY, DRAWS))
    report("accession", seconds, floor, "one product and one solution a draw", areas=MANY, draws=DRAWS)


if __name__ == "__main__":
    main()
