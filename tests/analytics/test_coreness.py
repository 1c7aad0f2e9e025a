"""Core and periphery: patterns that are known, the deepest valley found, what is undefined. All graphs are made up."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from compact_pipelines.analytics.coreness import correlate, measure_coreness
from compact_pipelines.analytics.graphs import build_graph, symmetric

Edges = list[tuple[str, str, float]]
Values = NDArray[np.float64]


def random_flows(seed: int, count: int, density: float) -> Edges:
    draw = np.random.default_rng(seed)
    return [
        (f"{start:02d}", f"{end:02d}", float(np.exp(draw.normal(0, 1.5))))
        for start, end in itertools.permutations(range(count), 2)
        if end == (start + 1) % count or draw.random() < density
    ]


def pattern(core: dict[str, float]) -> "nx.DiGraph[str]":
    return build_graph((start, end, core[start] * core[end]) for start, end in itertools.combinations(sorted(core), 2))


def test_an_ideal_core_is_found_and_fits_fully() -> None:
    core = {"A": 1.0, "B": 0.8, "C": 0.5, "D": 0.2, "E": 0.1, "F": 0.05}
    found, fit = measure_coreness(pattern(core))
    assert fit == pytest.approx(1, abs=1e-9)
    assert found == pytest.approx(core, abs=1e-6)


def test_a_clique_with_a_loose_rim_has_the_clique_for_core() -> None:
    ties = [(one, other, 10.0) for one, other in itertools.combinations("ABC", 2)]
    ties += [(one, other, 1.0) for one, other in zip("ABC", "XYZ", strict=True)]
    found, fit = measure_coreness(build_graph(ties))
    assert fit is not None
    assert fit > 0.97
    assert min(found[area] for area in "ABC") == pytest.approx(1, abs=1e-6)
    assert max(found[area] for area in "XYZ") < 0.1


@pytest.mark.parametrize("seed", range(6))
def test_no_start_finds_a_deeper_valley(seed: int) -> None:
    draw = np.random.default_rng(seed)
    graph = build_graph(random_flows(seed, int(draw.integers(5, 10)), draw.uniform(0.5, 1)))
    found, fit = measure_coreness(graph)
    ties = nx.to_numpy_array(symmetric(graph), weight="weight")
    ties /= ties.max()
    own, other = np.triu_indices(len(ties), 1)

    def missed(core: Values) -> tuple[float, Values]:
        left = ties - np.outer(core, core)
        np.fill_diagonal(left, 0)
        return float((left**2).sum()) / 2, -2 * left @ core

    core = np.array([found[area] for area in graph])
    ours = core[own] * core[other]
    least, _ = missed(core * np.sqrt(ours @ ties[own, other] / (ours @ ours)))
    bounds = [(0, None)] * len(ties)
    for start in draw.uniform(0, 1.5, (4, len(ties))):
        assert least <= minimize(missed, start, jac=True, method="L-BFGS-B", bounds=bounds).fun + 1e-8
    assert fit == pytest.approx(correlate(ties, core))
    assert max(found.values()) == 1
    assert min(found.values()) >= 0


@settings(deadline=None, max_examples=10, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(min_value=1e-6, max_value=1e6))
def test_a_unit_changes_no_coreness(seed: int, factor: float) -> None:
    edges = random_flows(seed, 8, 0.9)
    before, fit = measure_coreness(build_graph(edges))
    after, other_fit = measure_coreness(build_graph((start, end, weight * factor) for start, end, weight in edges))
    assert after == pytest.approx(before, abs=1e-4)
    assert other_fit == pytest.approx(fit, abs=1e-6)


def test_a_hub_with_spokes_and_nothing_between_them_is_no_core() -> None:
    # c of the hub could be anything: what its spokes have with it fits however large it is.
    assert measure_coreness(build_graph([("A", leaf, 2.0 + place) for place, leaf in enumerate("BCDE")])) == ({}, None)


@pytest.mark.parametrize(
    "edges",
    [
        pytest.param([], id="no ties"),
        pytest.param([("A", "B", 1.0), ("B", "C", 2.0)], id="three areas"),
        pytest.param([(one, other, 2.0) for one, other in itertools.combinations("ABCD", 2)], id="all alike"),
    ],
)
def test_where_any_core_would_do_there_is_none(edges: Edges) -> None:
    assert measure_coreness(build_graph(edges)) == ({}, None)


def test_a_flat_pattern_has_no_correlation() -> None:
    assert correlate(np.arange(16.0).reshape(4, 4), np.ones(4)) is None
