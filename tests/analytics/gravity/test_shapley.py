"""Shapley values on games whose answer is known; the games and flows are made up."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.gravity.goals import Flows, concentration_fall, mutual_trade, resilience
from compact_pipelines.analytics.gravity.hat import Floats
from compact_pipelines.analytics.gravity.shapley import (
    Coalitions,
    Goal,
    dividends,
    every_coalition,
    exact_shares,
    share_out,
)
from compact_pipelines.errors import ModelRefused

TIES = {
    ("CAN", "USA"): 300.0,
    ("USA", "CAN"): 310.0,
    ("MEX", "USA"): 320.0,
    ("USA", "MEX"): 250.0,
    ("CHN", "USA"): 500.0,
    ("CHN", "CAN"): 50.0,
    ("CHN", "MEX"): 80.0,
    ("DEU", "CAN"): 20.0,
    ("MEX", "CAN"): 30.0,
}


def goal(players: tuple[str, ...], value: object, **options: bool) -> Goal:
    declared = {"is_pairwise_additive": False} | options
    return Goal("made_up", players, value, "points", **declared)  # type: ignore[arg-type]


def gloves(coalitions: Coalitions) -> Floats:
    """A left glove each of the first two, a right one of the third: only a pair is worth something."""
    pairs: Floats = np.minimum(coalitions[:, 0].astype(float) + coalitions[:, 1], coalitions[:, 2].astype(float))
    return pairs


IMPORTS = {"USA": 1500.0, "CAN": 500.0, "MEX": 400.0}


def flows(ties: dict[tuple[str, str], float] = TIES, **imports: float) -> Flows:
    rows = [(*pair, weight) for pair, weight in ties.items()]
    frame = pl.DataFrame(rows, schema=["from_area", "to_area", "weight"], orient="row")
    return Flows(frame, IMPORTS | imports)


def test_the_glove_game() -> None:
    shared = share_out(goal(("L1", "L2", "R1"), gloves))
    assert list(shared.shares.values()) == pytest.approx([1 / 6, 1 / 6, 2 / 3], abs=1e-15)
    assert (shared.total, shared.orders) == (1.0, 0)


@settings(max_examples=30)
@given(st.integers(1, 6), st.integers(0, 1000))
def test_shares_add_up_and_are_additive_over_games(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.normal(size=(2, 2**count))
    one[0] = other[0] = 0.0
    shares = exact_shares(one, count)
    assert shares.sum() == pytest.approx(one[-1] - one[0])
    assert exact_shares(one + other, count) == pytest.approx(shares + exact_shares(other, count))


@settings(max_examples=20)
@given(st.integers(2, 6), st.integers(0, 1000))
def test_equal_members_share_alike_and_who_adds_nothing_gets_nothing(count: int, seed: int) -> None:
    worth = np.random.default_rng(seed).normal(size=count + 1)
    worth[0] = 0.0
    bits = every_coalition(count)
    by_size = worth[bits.sum(axis=1)]
    assert exact_shares(by_size, count) == pytest.approx(np.full(count, worth[count] / count))
    without_first = worth[bits[:, 1:].sum(axis=1)]
    assert exact_shares(without_first, count)[0] == pytest.approx(0.0, abs=1e-12)


def test_dividends_of_a_sum_over_pairs_end_at_pairs() -> None:
    among = np.random.default_rng(2).random((5, 5))
    bits = every_coalition(5).astype(float)
    values = np.einsum("ki,ij,kj->k", bits, among, bits)
    larger = dividends(values, 5)[bits.sum(axis=1) > 2]
    assert np.abs(larger).max() < 1e-12


def test_a_sum_over_pairs_is_refused_as_declared() -> None:
    with pytest.raises(ModelRefused, match=r"mutual_trade is a sum over pairs .* half its strength"):
        share_out(mutual_trade(flows(), ["USA", "CAN", "MEX"]))


def test_where_nobody_adds_anything_everybody_gets_nothing() -> None:
    shared = share_out(goal(("A", "B", "C"), lambda coalitions: np.zeros(len(coalitions))))
    assert list(shared.shares.values()) == [0.0, 0.0, 0.0]


def test_a_sum_over_pairs_that_does_not_say_so_is_found_by_its_values() -> None:
    hidden = mutual_trade(flows(), ["USA", "CAN", "MEX"])
    with pytest.raises(ModelRefused, match="among these members made_up is no more than the sum of its pairs"):
        share_out(goal(hidden.players, hidden.value))


def test_half_the_strength_is_what_the_refused_value_would_be() -> None:
    game = mutual_trade(flows(), ["USA", "CAN", "MEX"])
    shares = exact_shares(game.value(every_coalition(3)), 3)
    strength = [(300 + 310 + 30) / 2, (320 + 250 + 30) / 2, (300 + 310 + 320 + 250) / 2]
    assert shares == pytest.approx(strength)


def test_of_two_members_it_cannot_be_told_and_they_share_alike() -> None:
    shared = share_out(goal(("A", "B"), lambda coalitions: coalitions.all(axis=1) * 10.0))
    assert list(shared.shares.values()) == [5.0, 5.0]


def test_a_sample_of_orders_finds_the_exact_shares() -> None:
    worth = np.random.default_rng(5).random(13)

    def value(coalitions: Coalitions) -> Floats:
        total: Floats = np.sqrt(coalitions @ worth)
        return total

    game = goal(tuple("ABCDEFGHIJKLM"), value)
    sampled = share_out(game, seed=1)
    exact = exact_shares(value(every_coalition(13)), 13)
    errors = np.array(list(sampled.std_errors.values()))
    assert sampled.orders == 10_000
    assert errors.min() > 0
    assert np.abs(np.array(list(sampled.shares.values())) - exact).max() < 4 * errors.max()
    assert sum(sampled.shares.values()) == pytest.approx(sampled.total)
    assert share_out(game, seed=1) == sampled


def test_what_cannot_be_shared_is_told() -> None:
    many = tuple("ABCDEFGHIJKLM")
    with pytest.raises(ModelRefused, match="no member to share with"):
        share_out(goal((), gloves))
    with pytest.raises(ModelRefused, match="up to 12 members and there are 13"):
        share_out(goal(many, gloves, is_sampled=False))
    with pytest.raises(ModelRefused, match=r"9,999 orders .* 10,000 or more"):
        share_out(goal(many, gloves), orders=9_999)


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    share_out(goal(("L1", "L2", "R1"), gloves), progress=lambda done, total: told.append((done, total)))
    assert told == [(8, 8)]


def test_resilience_is_what_standing_together_saves_of_the_greatest_loss() -> None:
    game = resilience(flows(), ["USA", "CAN"])
    imports = 300 + 320 + 500 + 310 + 50 + 20 + 30
    # Alone, the USA loses China's 500 and Canada the USA's 310; together, the greatest supplier outside is China.
    assert game.value(np.array([[True, True]]))[0] == pytest.approx((500 + 310 - 550) / imports)
    assert game.value(np.array([[True, False], [False, True], [False, False]])) == pytest.approx(np.zeros(3))


def test_concentration_falls_by_what_counts_as_home() -> None:
    game = concentration_fall(flows(), ["USA", "CAN"])
    usa, can = 300 + 320 + 500, 310 + 50 + 20 + 30
    alone = (300**2 + 320**2 + 500**2) / usa + (310**2 + 50**2 + 20**2 + 30**2) / can
    together = ((320 + 30) ** 2 + (500 + 50) ** 2 + 20**2) / (usa + can)
    assert game.players == ("CAN", "USA")
    assert game.value(np.array([[True, True]]))[0] == pytest.approx((alone - together) / (usa + can))
    assert game.value(np.array([[True, False], [False, False]])) == pytest.approx(np.zeros(2))


@pytest.mark.parametrize("goal_of", [resilience, concentration_fall])
def test_a_member_whose_suppliers_are_not_known_is_refused(goal_of: Callable[[Flows, list[str]], Goal]) -> None:
    with pytest.raises(ModelRefused, match="no flow is held of BHR"):
        goal_of(flows(), ["USA", "BHR"])
    with pytest.raises(ModelRefused, match="no import is held of CHN, and suppliers that are missing"):
        goal_of(flows(CHN=10.0), ["USA", "CHN"])
    with pytest.raises(ModelRefused, match="no published total of imports is held of JPN"):
        goal_of(flows({**TIES, ("USA", "JPN"): 9.0}), ["USA", "JPN"])
    assert goal_of(flows(MEX=660.0), ["USA", "MEX"]).players == ("MEX", "USA")  # 330 are exactly half
    with pytest.raises(ModelRefused, match="less than 50% of the published imports are held by seller of MEX"):
        goal_of(flows(MEX=660.1), ["USA", "MEX"])
