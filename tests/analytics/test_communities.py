"""Communities: published optima of the karate club, the golden toy. Toy, cliques and inline flows are made up."""

import itertools
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.communities import measure_communities
from compact_pipelines.analytics.graphs import build_graph
from compact_pipelines.analytics.structure import measure_modularity

PRINTED = 5e-7  # the checks are printed with six decimals
MAX_EXACT_POWER = 60
AREAS = [f"A{number}" for number in range(7)]

Edges = list[tuple[str, str, float]]

flows = st.lists(
    st.tuples(st.sampled_from(list(itertools.permutations(AREAS, 2))), st.integers(1, 10**9)),
    min_size=1,
    max_size=20,
    unique_by=lambda tie: tie[0],
).map(lambda ties: [(start, end, float(weight)) for (start, end), weight in ties])


def scaled(edges: Edges, factor: float) -> "nx.DiGraph[str]":
    return build_graph((start, end, weight * factor) for start, end, weight in edges)


def karate(*, weighted: bool) -> "nx.DiGraph[str]":
    """Zachary's club as ours: two digits a member; with weights, networkx's counts of shared activities."""
    club: nx.Graph[Any] = nx.karate_club_graph()
    return build_graph(
        (f"{start:02d}", f"{end:02d}", float(tie["weight"]) if weighted else 1.0)
        for start, end, tie in club.edges(data=True)
    )


def cliques(bridge: float) -> Edges:
    left, right = itertools.combinations("ABCDE", 2), itertools.combinations("VWXYZ", 2)
    inside = [(start, end, 5.0) for start, end in left] + [(start, end, 4.0) for start, end in right]
    return [*inside, ("E", "V", bridge)]


def quality_of(graph: "nx.DiGraph[str]", community: dict[str, int]) -> float | None:
    groups = [{area for area in community if community[area] == number} for number in set(community.values())]
    return measure_modularity(graph, groups)


def test_golden_toy_is_not_divided_worse_than_north_america_and_the_uae(toy: "nx.DiGraph[str]") -> None:
    community, _, quality = measure_communities(toy)
    assert quality is not None
    assert quality >= -0.000288851
    assert quality_of(toy, community) == pytest.approx(quality)


def test_two_cliques_are_two_communities_the_stronger_first() -> None:
    community, stability, quality = measure_communities(build_graph(cliques(1.0)))
    assert community == {**dict.fromkeys("ABCDE", 1), **dict.fromkeys("VWXYZ", 2)}
    assert stability == dict.fromkeys("ABCDEVWXYZ", 1.0)
    assert quality == pytest.approx(50 / 91 + 40 / 91 - (101 / 182) ** 2 - (81 / 182) ** 2)


@pytest.mark.parametrize(("weighted", "optimum"), [(False, 0.419790), (True, 0.444904)])
def test_the_seeds_reach_the_best_known_division_of_the_karate_club(weighted: bool, optimum: float) -> None:
    # Unweighted the optimum, weighted the best found; both have four groups.
    club = karate(weighted=weighted)
    community, _, quality = measure_communities(club)
    assert quality == pytest.approx(optimum, abs=PRINTED)
    assert quality_of(club, community) == pytest.approx(quality)
    assert sorted(set(community.values())) == [1, 2, 3, 4]


def test_the_best_of_the_seeds_is_kept() -> None:
    club = karate(weighted=False)
    single = [measure_communities(club, seeds=[seed])[2] for seed in range(20)]
    assert len({round(quality or 0, 6) for quality in single}) > 1
    assert measure_communities(club)[2] == max(quality or 0 for quality in single)


@pytest.mark.parametrize("areas", ["ABCDEFG", "ABCDEFGHI", "ABCDEFGHIJKL"])
def test_of_divisions_that_are_alike_the_first_is_kept(areas: str) -> None:
    # A ring can be cut in as many ways as it has areas; that rounding prefers one of them is no reason.
    ring = build_graph((start, end, 0.1) for start, end in zip(areas, areas[1:] + areas[0], strict=True))
    single = [measure_communities(ring, seeds=[seed]) for seed in range(20)]
    qualities = [round(quality or 0, 9) for *_, quality in single]
    alike = [community for community, _, quality in single if round(quality or 0, 9) == max(qualities)]
    assert len({str(sorted(community.items())) for community in alike}) > 1
    assert measure_communities(ring)[0] == alike[0]


def test_a_rerun_gives_the_same() -> None:
    club = karate(weighted=True)
    assert measure_communities(club) == measure_communities(club)


@settings(deadline=None, max_examples=25)
@given(edges=flows)
def test_stability_is_a_share_and_every_area_has_a_community(edges: Edges) -> None:
    graph = build_graph(edges)
    community, stability, quality = measure_communities(graph)
    assert set(community) == set(stability) == set(graph)
    assert all(0 <= share <= 1 for share in stability.values())
    assert sorted(set(community.values())) == list(range(1, len(set(community.values())) + 1))
    assert quality is not None
    assert -0.5 <= quality < 1
    assert quality_of(graph, community) == pytest.approx(quality, abs=1e-12)


def test_one_run_agrees_with_itself() -> None:
    _, stability, _ = measure_communities(karate(weighted=False), seeds=[3])
    assert set(stability.values()) == {1.0}


def test_an_area_whose_companions_change_from_run_to_run_is_less_stable() -> None:
    _, stability, _ = measure_communities(karate(weighted=False))
    assert min(stability.values()) < 1
    assert max(stability.values()) <= 1


def test_a_graph_without_edges_has_no_communities() -> None:
    assert measure_communities(build_graph([])) == ({}, {}, None)


@settings(deadline=None, max_examples=25)
@given(edges=flows, power=st.integers(-MAX_EXACT_POWER, MAX_EXACT_POWER))
def test_a_power_of_two_as_unit_changes_no_division(edges: Edges, power: int) -> None:
    before, after = measure_communities(build_graph(edges)), measure_communities(scaled(edges, 2.0**power))
    assert after[:2] == before[:2]
    assert after[2] == pytest.approx(before[2], abs=1e-12)


@settings(deadline=None, max_examples=25)
@given(factor=st.floats(min_value=1e-9, max_value=1e9))
def test_any_unit_leaves_the_quality_of_the_golden_toy_where_it_was(factor: float, toy_edges: Edges) -> None:
    before, after = measure_communities(build_graph(toy_edges)), measure_communities(scaled(toy_edges, factor))
    assert after[2] == pytest.approx(before[2], abs=1e-12)
