"""Accession on a made-up base of five areas and the rest of the world."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from compact_pipelines.analytics.gravity import accession, hat
from compact_pipelines.analytics.gravity.accession import Accession, Agreements, point_gains, simulate
from compact_pipelines.analytics.gravity.base import Base
from compact_pipelines.analytics.gravity.draws import Assumptions
from compact_pipelines.analytics.gravity.gains import is_open
from compact_pipelines.analytics.gravity.goals import welfare
from compact_pipelines.analytics.gravity.hat import solve_hat
from compact_pipelines.analytics.gravity.nafta import measure_having
from compact_pipelines.analytics.gravity.shapley import share_out
from compact_pipelines.errors import ModelRefused

AREAS = ("AAA", "BBB", "CCC", "DDD", "EEE", "_R")
NONE = Agreements()
ASSUMED = Assumptions(beta=0.5, beta_se=0.1, sigma=5.0, sigma_low=3.0, sigma_high=8.0, draws=120, seed=7)


@pytest.fixture(scope="module")
def base() -> Base:
    random = np.random.default_rng(12)
    flows = random.lognormal(2, 1, (6, 6))
    np.fill_diagonal(flows, random.uniform(300, 900, 6))
    home = np.diagonal(flows)
    spread = np.full((6, 6), 0.1)
    np.fill_diagonal(spread, 0.0)
    return Base(
        id="made_up",
        time_period="2018",
        areas=AREAS,
        flows=flows,
        spread=spread,
        home=np.stack([home * 0.7, home * 1.3], axis=1),
        income=flows.sum(axis=1),
        rest="_R",
        refused={"HUB": "exports_exceed_gdp"},
    )


def ask(base: Base, members: str, candidates: str, agreements: Agreements = NONE, **other: Any) -> Accession:
    return simulate(base, members.split(), candidates.split(), agreements, replace(ASSUMED, **other))


def row(found: Accession, area: str) -> dict[str, Any]:
    [wanted] = found.areas.filter(area=area).to_dicts()
    return wanted


def test_candidates_join_members_and_nobody_else_changes(base: Base) -> None:
    found = ask(base, "BBB AAA", "DDD CCC")
    assert found.changed == (("AAA", "CCC"), ("AAA", "DDD"), ("BBB", "CCC"), ("BBB", "DDD"), ("CCC", "DDD"))
    assert found.areas["area"].to_list() == ["CCC", "DDD", "AAA", "BBB", "EEE", "_R"]
    assert found.areas["role"].to_list() == ["candidate", "candidate", "member", "member", "outside", "rest"]
    shock = np.ones((6, 6))
    for one, other in found.changed:
        here, there = AREAS.index(one), AREAS.index(other)
        shock[here, there] = shock[there, here] = np.exp(0.5)
    solved = solve_hat(base.flows, shock, 5.0)
    assert row(found, "CCC")["gain_percent"] == pytest.approx(100 * (solved.real_income[0, 2] - 1), rel=1e-12)
    assert row(found, "EEE")["exports_change_percent"] == pytest.approx(100 * (solved.exports[0, 4] - 1), rel=1e-9)
    gains = point_gains(base, found.changed, 0.5, 5.0)
    assert gains is not None
    assert gains["CCC"] == pytest.approx(row(found, "CCC")["gain_percent"])


def test_draws_surround_the_point_and_a_rerun_is_the_same(base: Base) -> None:
    found = ask(base, "AAA BBB", "CCC")
    for area in ("AAA", "BBB", "CCC"):
        said = row(found, area)
        assert said["gain_p05"] < said["gain_median"] < said["gain_p95"]
        assert said["gain_p05"] < said["gain_percent"] < said["gain_p95"]
        assert said["gain_usd"] == pytest.approx(said["gain_percent"] / 100 * base.income[base.place(area)])
    assert row(found, "CCC")["share_above_zero"] == 1.0
    assert (found.draws_asked, found.draws_used, found.draws_failed) == (120, 120, 0)
    again = ask(base, "AAA BBB", "CCC")
    assert again.areas.equals(found.areas)
    assert not ask(base, "AAA BBB", "CCC", seed=8).areas.equals(found.areas)


def test_without_any_spread_every_draw_is_the_point(base: Base) -> None:
    home = np.stack([base.flows.diagonal()] * 2, axis=1)
    fixed = replace(base, spread=np.zeros((6, 6)), home=home)
    found = ask(fixed, "AAA", "CCC", beta_se=0.0, sigma_low=5.0, sigma_high=5.0)
    said = row(found, "CCC")
    assert said["gain_p05"] == pytest.approx(said["gain_percent"], rel=1e-9)
    assert said["gain_p95"] == pytest.approx(said["gain_percent"], rel=1e-9)


def test_each_source_of_doubt_widens_the_interval(base: Base) -> None:
    home = np.stack([base.flows.diagonal()] * 2, axis=1)
    fixed = replace(base, spread=np.zeros((6, 6)), home=home)
    certain = {"beta_se": 0.0, "sigma_low": 5.0, "sigma_high": 5.0}

    def width(of: Base, **doubt: float) -> float:
        said = row(ask(of, "AAA", "CCC", **{**certain, **doubt}), "CCC")
        return float(said["gain_p95"] - said["gain_p05"])

    nothing = width(fixed)
    assert nothing < 1e-9
    assert width(fixed, beta_se=0.1) > 1e-3
    assert width(fixed, sigma_low=3.0, sigma_high=8.0) > 1e-3
    assert width(replace(fixed, spread=base.spread)) > 1e-3
    assert width(replace(fixed, home=base.home)) > 1e-3


def test_who_loses_is_told_draw_by_draw(base: Base) -> None:
    found = ask(base, "AAA BBB", "CCC")
    gains = {area: row(found, area)["gain_percent"] for area in found.members}
    assert found.lowest["gain_percent"] == min(gains.values())
    assert gains[str(found.lowest["area"])] == min(gains.values())
    lowest = found.lowest["gain_p05"]
    assert isinstance(lowest, float)
    assert lowest <= min(row(found, area)["gain_p05"] for area in found.members)
    income = {area: base.income[base.place(area)] for area in (*found.members, "CCC")}
    total = sum(row(found, area)["gain_percent"] * income[area] for area in income) / sum(income.values())
    assert found.whole["gain_percent"] == pytest.approx(total)


def test_pairs_with_an_agreement_or_an_unknown_one_stay_as_they_are(base: Base) -> None:
    known = Agreements(frozenset({("AAA", "CCC")}), frozenset({("BBB", "CCC")}))
    found = ask(base, "AAA BBB EEE", "CCC", known)
    assert (found.changed, found.in_force, found.unknown) == ((("CCC", "EEE"),), (("AAA", "CCC"),), (("BBB", "CCC"),))


def test_a_second_point_says_what_is_gained_if_unknown_pairs_are_new(base: Base) -> None:
    unknown = Agreements(unknown=frozenset({("BBB", "CCC")}))
    found = ask(base, "AAA BBB", "CCC", unknown)
    as_they_are = ask(base, "AAA BBB", "CCC", Agreements(frozenset({("BBB", "CCC")})), draws=0)
    if_new = ask(base, "AAA BBB", "CCC", draws=0)
    for area in (*AREAS, None):
        said, kept, new = (of.whole if area is None else row(of, area) for of in (found, as_they_are, if_new))
        assert said["gain_percent"] == kept["gain_percent"]
        assert said["gain_if_unknown_new"] == new["gain_percent"]
        assert kept["gain_if_unknown_new"] == kept["gain_percent"]  # nothing is unknown there
    assert found.lowest["gain_if_unknown_new"] == min(row(if_new, area)["gain_percent"] for area in found.members)
    assert row(found, "BBB")["gain_percent"] < 0 < row(found, "BBB")["gain_if_unknown_new"]
    assert is_open(row(found, "BBB"))
    assert not is_open(row(found, "CCC"))


def test_where_every_pair_without_an_agreement_is_unknown_there_is_no_gain_and_not_zero(base: Base) -> None:
    known = Agreements(frozenset({("AAA", "CCC")}), frozenset({("BBB", "CCC")}))
    found = ask(base, "AAA BBB", "CCC", known)
    assert (found.reason, found.changed, found.unknown) == ("agreement_unknown", (), (("BBB", "CCC"),))
    assert set(found.areas["reason"]) == {"agreement_unknown"}
    assert found.areas["gain_percent"].null_count() == found.areas["gain_median"].null_count() == 6
    assert (found.whole["gain_percent"], found.lowest["gain_percent"], found.draws_used) == (None, None, 0)
    if_new = ask(base, "AAA BBB", "CCC", Agreements(known.in_force), draws=0)
    assert row(found, "CCC")["gain_if_unknown_new"] == row(if_new, "CCC")["gain_percent"] > 0
    assert found.whole["gain_if_unknown_new"] == if_new.whole["gain_percent"]


@pytest.mark.parametrize(
    ("point", "median", "other", "told"),
    [
        (0.1, 0.1, 0.2, False),
        (0.1, 0.1, -0.2, True),
        (-0.1, -0.1, 0.2, True),
        (0.1, -0.1, 0.2, True),  # most draws lose
        (0.1, -0.1, 0.1, False),  # nothing is unknown: the draws are told as they are
        (-0.1, None, 0.2, True),
        (1e-12, 1e-12, -1e-12, False),  # none of them is a gain or a loss
        (None, None, 0.2, False),
        (0.1, 0.1, None, False),
    ],
)
def test_who_may_gain_or_lose_is_open_where_the_two_points_differ_in_sign(
    point: float | None, median: float | None, other: float | None, told: bool
) -> None:
    assert is_open({"gain_percent": point, "gain_median": median, "gain_if_unknown_new": other}) is told


def test_where_every_pair_has_an_agreement_nothing_changes(base: Base) -> None:
    found = ask(base, "AAA BBB", "CCC", Agreements(frozenset({("AAA", "CCC"), ("BBB", "CCC")})))
    assert found.reason == "nothing_changes"
    assert found.areas["gain_percent"].to_list() == [0.0] * 6
    assert found.areas["reason"].null_count() == 6
    assert (found.whole["gain_percent"], found.draws_used) == (0.0, 0)


def test_without_a_candidate_the_set_itself_is_formed(base: Base) -> None:
    found = ask(base, "AAA BBB CCC", "", Agreements(frozenset({("AAA", "BBB")})))
    assert (found.candidates, found.changed) == ((), (("AAA", "CCC"), ("BBB", "CCC")))
    assert row(found, "CCC")["gain_percent"] > 0


@pytest.mark.parametrize(
    ("members", "candidates", "reason", "left_out"),
    [
        ("", "CCC", "no_members", {}),
        ("", "", "no_members", {}),
        ("AAA", "", "one_member", {}),
        ("AAA BBB", "AAA", "candidate_is_member", {"AAA": "candidate_is_member"}),
        ("AAA", "HUB ZZZ", "no_candidate_in_base", {"HUB": "exports_exceed_gdp", "ZZZ": "not_in_base"}),
        ("HUB", "AAA", "no_member_in_base", {"HUB": "exports_exceed_gdp"}),
        ("HUB ZZZ", "", "no_member_in_base", {"HUB": "exports_exceed_gdp", "ZZZ": "not_in_base"}),
        ("AAA HUB", "", "one_member_in_base", {"HUB": "exports_exceed_gdp"}),
        ("AAA HUB", "HUB", "candidate_is_member", {"HUB": "exports_exceed_gdp"}),
    ],
)
def test_a_question_without_an_answer_says_why(
    base: Base, members: str, candidates: str, reason: str, left_out: dict[str, str]
) -> None:
    found = ask(base, members, candidates)
    assert (found.reason, found.left_out) == (reason, left_out)
    assert found.areas["gain_percent"].null_count() == found.areas.height
    assert found.areas["reason"].null_count() == 0
    assert found.whole["gain_percent"] is None


def test_a_member_that_the_base_lacks_is_left_out_and_the_rest_answered(base: Base) -> None:
    found = ask(base, "AAA HUB", "CCC AAA")
    assert (found.members, found.candidates) == (("AAA",), ("CCC",))
    assert row(found, "HUB") == {**dict.fromkeys(found.areas.columns), "area": "HUB", "role": "left_out",
                                 "reason": "exports_exceed_gdp"}  # fmt: skip
    assert row(found, "CCC")["gain_percent"] > 0


def test_no_draws_leave_the_point_alone(base: Base) -> None:
    said = row(ask(base, "AAA", "CCC", draws=0), "CCC")
    assert said["gain_percent"] > 0
    assert said["gain_median"] is said["share_above_zero"] is None


def test_what_is_not_solved_is_no_figure(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hat, "MOST_ITERATIONS", 1)
    found = ask(base, "AAA", "CCC")
    assert found.reason == "not_solved"
    assert set(found.areas["reason"]) == {"not_solved"}
    assert found.areas["gain_percent"].null_count() == 6
    assert point_gains(base, [("AAA", "CCC")], 0.5, 5.0) is None
    with pytest.raises(ModelRefused, match="no equilibrium was found for 1 of 4 coalitions"):
        share_out(welfare(base, ["AAA", "CCC"], NONE, 0.5, 5.0))
    with pytest.raises(ModelRefused, match="made_up: no equilibrium was found without the agreement of AAA, CCC"):
        measure_having(base, ["AAA", "CCC"], 0.5, 5.0, "BBB")


def test_a_second_point_that_is_not_solved_is_no_answer_either(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    solve = accession.solve_hat

    def fails_on_two_pairs(flows: Any, shock: Any, *others: Any) -> hat.Hat:
        solved = solve(flows, shock, *others)
        return replace(solved, is_converged=solved.is_converged & ((shock != 1).sum() <= 2))

    monkeypatch.setattr(accession, "solve_hat", fails_on_two_pairs)
    found = ask(base, "AAA BBB", "CCC", Agreements(unknown=frozenset({("BBB", "CCC")})))
    assert found.reason == "not_solved"
    assert found.areas["gain_if_unknown_new"].null_count() == 6


def test_an_area_that_trades_with_nobody_does_not_keep_the_others_from_an_answer(base: Base) -> None:
    flows = base.flows.copy()
    flows[3, :] = flows[:, 3] = 0.0
    flows[3, 3] = 400.0
    alone = replace(base, flows=flows)
    keep = [place for place in range(6) if place != 3]
    spread, home = base.spread[keep][:, keep], base.home[keep]
    areas = tuple(AREAS[place] for place in keep)
    rest = replace(base, areas=areas, flows=flows[keep][:, keep], spread=spread, home=home, income=base.income[keep])
    found, expected = ask(alone, "AAA BBB", "CCC"), ask(rest, "AAA BBB", "CCC", draws=0)
    assert (found.reason, found.draws_failed) == (None, 0)
    assert row(found, "DDD")["gain_percent"] == 0.0
    for area in areas:
        assert row(found, area)["gain_percent"] == row(expected, area)["gain_percent"]


def test_progress_is_told_to_the_end(base: Base) -> None:
    told: list[tuple[int, int]] = []
    simulate(base, ["AAA"], ["CCC"], NONE, ASSUMED, progress=lambda done, total: told.append((done, total)))
    assert told == [(50, 120), (100, 120), (120, 120)]


def test_welfare_is_shared_out_in_full_and_one_who_adds_nothing_gets_nothing(base: Base) -> None:
    has_all = Agreements(frozenset({("AAA", "DDD"), ("BBB", "DDD"), ("CCC", "DDD")}))
    game = welfare(base, ["AAA", "BBB", "CCC"], NONE, 0.5, 5.0)
    shared = share_out(game)
    formed = ask(base, "AAA BBB CCC", "", draws=0)
    assert shared.total == pytest.approx(formed.whole["gain_usd"], rel=1e-9)
    assert sum(shared.shares.values()) == pytest.approx(shared.total)
    alone = share_out(welfare(base, ["AAA", "DDD"], has_all, 0.5, 5.0))
    assert list(alone.shares.values()) == [0.0, 0.0]


def test_welfare_of_a_member_that_the_base_lacks_is_refused(base: Base) -> None:
    with pytest.raises(ModelRefused, match=r"not in the base made_up: HUB \(exports_exceed_gdp\)"):
        welfare(base, ["AAA", "HUB"], NONE, 0.5, 5.0)
