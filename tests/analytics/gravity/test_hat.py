"""The model in changes, on made-up flows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from compact_pipelines.analytics.gravity.hat import TOLERANCE, Floats, solve_hat
from compact_pipelines.errors import ModelRefused

BETA = 0.5571853


def made_up(areas: int, seed: int, draws: int | None = None) -> Floats:
    """Flows over several orders of size, most of what is made sold at home."""
    shape = (areas, areas) if draws is None else (draws, areas, areas)
    flows: Floats = np.random.default_rng(seed).lognormal(0, 2, shape)
    at = np.arange(areas)
    flows[..., at, at] *= 100
    return flows


def agreement(areas: int, members: int, beta: float = BETA) -> Floats:
    """A change of trade costs among the first members."""
    shock: Floats = np.ones((areas, areas))
    shock[:members, :members] = np.exp(beta)
    np.fill_diagonal(shock, 1.0)
    return shock


flows_of = st.integers(2, 7).flatmap(
    lambda areas: arrays.arrays(np.float64, (areas, areas), elements=st.floats(1e-3, 1e3)).map(
        lambda flows: flows + np.diag(np.full(len(flows), 1e3))
    )
)
shock_of = st.floats(-1.5, 1.5).map(np.exp)
sigma_of = st.floats(1.5, 12)


@settings(max_examples=25)
@given(flows_of, sigma_of)
def test_without_a_change_nothing_changes(flows: Floats, sigma: float) -> None:
    solved = solve_hat(flows, np.ones_like(flows), sigma)
    for hat in (solved.price, solved.price_index, solved.real_income):
        assert np.abs(hat - 1).max() < 1e-12
    assert np.abs(solved.shares[0] - flows / flows.sum(axis=0)).max() < 1e-12


@settings(max_examples=40)
@given(flows_of, shock_of, sigma_of)
def test_what_the_model_promises_holds(flows: Floats, change: float, sigma: float) -> None:
    shock = np.ones_like(flows)
    shock[0, 1] = shock[1, 0] = change
    solved = solve_hat(flows, shock, sigma)
    assert solved.is_converged.all()
    assert solved.residual.max() <= TOLERANCE
    price, shares = solved.price[0], solved.shares[0]
    assert np.abs(shares.sum(axis=0) - 1).max() < 1e-12
    sales, spent = flows.sum(axis=1), flows.sum(axis=0) * price
    assert price @ sales == pytest.approx(sales.sum(), rel=1e-12)
    # Each area earns what it sells.
    spent *= (price @ sales) / spent.sum()
    assert shares @ spent == pytest.approx(price * sales, rel=1e-11)
    # Real income follows from the change of what is bought at home alone (Arkolakis, Costinot, Rodriguez-Clare).
    at_home = np.diagonal(shares) / (np.diagonal(flows) / flows.sum(axis=0))
    assert np.abs(solved.real_income[0] - at_home ** (1 / (1 - sigma))).max() < 1e-9


@settings(max_examples=20)
@given(flows_of, shock_of, st.floats(0.01, 1e4))
def test_the_unit_does_not_matter(flows: Floats, change: float, unit: float) -> None:
    shock = np.ones_like(flows)
    shock[0, 1] = change
    one, other = solve_hat(flows, shock, 5.0), solve_hat(flows * unit, shock, 5.0)
    assert other.real_income == pytest.approx(one.real_income, rel=1e-11)
    assert other.exports == pytest.approx(one.exports, rel=1e-9)


def test_two_equal_areas_gain_alike() -> None:
    flows = np.array([[8.0, 2.0], [2.0, 8.0]])
    solved = solve_hat(flows, agreement(2, 2, np.log(2)), 5.0)
    # Prices stay; of 10 spent the weights are 8 and 2 * 2, so the index falls by (12 / 10) ** (1 / 4).
    assert solved.price == pytest.approx(np.ones((1, 2)))
    assert solved.real_income == pytest.approx(np.full((1, 2), 1.2**0.25))
    assert solved.exports == pytest.approx(np.full((1, 2), (10 * 4 / 12) / 2))


def test_draws_solved_together_are_as_one_by_one() -> None:
    flows = made_up(6, 3, draws=4)
    shocks = np.stack([agreement(6, 3, beta) for beta in (0.1, 0.5, 1.0, -0.4)])
    sigmas = np.array([3.0, 5.0, 8.0, 2.0])
    together = solve_hat(flows, shocks, sigmas)
    for draw in range(4):
        alone = solve_hat(flows[draw], shocks[draw], sigmas[draw])
        assert together.real_income[draw] == pytest.approx(alone.real_income[0], rel=1e-12)


def test_an_agreement_helps_its_members_and_hurts_the_rest_a_little() -> None:
    gains = solve_hat(np.full((3, 3), 2.0) + np.diag([20.0] * 3), agreement(3, 2), 5.0).real_income[0] - 1
    assert gains[0] == pytest.approx(gains[1])
    assert gains[2] < 0 < gains[0]
    assert abs(gains[2]) < gains[0]


def test_seventy_areas_are_solved_to_the_last_digits() -> None:
    flows = made_up(70, 1)
    solved = solve_hat(flows, agreement(70, 5), 5.0)
    assert solved.residual[0] <= TOLERANCE
    assert solved.iterations < 15
    at_home = np.diagonal(solved.shares[0]) / (np.diagonal(flows) / flows.sum(axis=0))
    assert np.abs(solved.real_income[0] - at_home ** (1 / (1 - 5.0))).max() < 1e-9


def test_a_great_change_is_solved_where_newton_alone_would_not() -> None:
    solved = solve_hat(made_up(12, 4), agreement(12, 6, 8.0), 1.2)
    assert solved.is_converged.all()


def test_without_newton_the_damped_step_arrives_at_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    flows, shock = np.full((3, 3), 2.0) + np.diag([20.0, 15.0, 10.0]), agreement(3, 2)
    quick = solve_hat(flows, shock, 5.0)

    def singular(*_: object) -> Floats:
        raise np.linalg.LinAlgError

    monkeypatch.setattr(np.linalg, "solve", singular)
    slow = solve_hat(flows, shock, 5.0)
    assert slow.is_converged.all()
    assert slow.iterations > quick.iterations
    assert slow.real_income == pytest.approx(quick.real_income, rel=1e-10)


@pytest.mark.parametrize("home", [0.0, np.nan, -1.0])
def test_without_sales_at_home_it_refuses_and_names_the_areas(home: float) -> None:
    flows = made_up(3, 1)
    flows[1, 1] = home
    with pytest.raises(ModelRefused, match="sales at home are missing or not above zero for MEX"):
        solve_hat(flows, np.ones((3, 3)), 5.0, ["CAN", "MEX", "USA"])


@pytest.mark.parametrize("flow", [-1.0, np.nan, np.inf])
def test_a_flow_that_is_missing_or_negative_is_refused(flow: float) -> None:
    flows = made_up(3, 1)
    flows[2, 0] = flow
    with pytest.raises(ModelRefused, match="flows from area 3 are missing or below zero"):
        solve_hat(flows, np.ones((3, 3)), 5.0)


@pytest.mark.parametrize(
    ("flows", "shock", "sigma", "told"),
    [
        (np.ones((1, 1)), np.ones((1, 1)), 5.0, "needs at least two"),
        (np.ones((2, 3)), np.ones((2, 3)), 5.0, "a square of sellers and buyers"),
        (np.ones(4), np.ones(4), 5.0, "a square of sellers and buyers"),
        (np.ones((2, 2)), np.ones((2, 2)), 1.0, "sigma is 1; the elasticity"),
        (np.ones((2, 2)), np.ones((2, 2)), np.nan, "must be above 1"),
        (np.ones((2, 2)), np.ones((3, 3)), 5.0, "a positive number for each pair"),
        (np.ones((2, 2)), np.zeros((2, 2)), 5.0, "a positive number for each pair"),
    ],
)
def test_what_it_cannot_run_on_is_told(flows: Floats, shock: Floats, sigma: float, told: str) -> None:
    with pytest.raises(ModelRefused, match=told):
        solve_hat(flows, shock, sigma)


def test_parts_that_trade_with_none_of_the_others_are_solved_by_themselves() -> None:
    flows = np.array([[10.0, 0, 0, 0], [0, 5, 0, 1], [0, 0, 8, 0], [0, 2, 0, 7]])
    flows[0, 2] = flows[2, 0] = 3.0  # the first trades with the third alone, the second with the fourth
    shock = np.ones((2, 4, 4))
    shock[:, 1, 3] = shock[:, 3, 1] = 1.7
    shock[1, 0, 2] = shock[1, 2, 0] = 1.2
    told = solve_hat(flows, shock, [5.0, 4.0])
    assert told.is_converged.all()
    for part in ([0, 2], [1, 3]):
        alone = solve_hat(flows[np.ix_(part, part)], shock[:, part][:, :, part], [5.0, 4.0])
        for name in ("price", "price_index", "real_income", "exports"):
            assert getattr(told, name)[:, part].tolist() == getattr(alone, name).tolist()
        assert told.shares[:, part][:, :, part].tolist() == alone.shares.tolist()
    assert told.real_income[0, [0, 2]].tolist() == [1.0, 1.0]
    assert told.shares.sum(axis=1) == pytest.approx(np.ones((2, 4)))


def test_a_long_list_of_areas_is_cut() -> None:
    flows = made_up(20, 1)
    np.fill_diagonal(flows, 0.0)
    with pytest.raises(ModelRefused, match="area 12 and 8 more"):
        solve_hat(flows, np.ones((20, 20)), 5.0)


def test_exports_of_an_area_that_sold_nothing_abroad_are_undefined() -> None:
    flows = np.array([[5.0, 0.0], [1.0, 5.0]])
    assert np.isnan(solve_hat(flows, np.ones((2, 2)), 5.0).exports[0, 0])
