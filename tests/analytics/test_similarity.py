"""Similarity of policy positions: the published check, chance, what is undefined; and the tables made of it."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.adoption import adoption_at
from compact_pipelines.analytics.policy_tables import (
    KEY,
    agreement_positions,
    build_policy_similarity,
    standards_positions,
    vote_positions,
)
from compact_pipelines.analytics.similarity import MISSING, measure_similarity
from compact_pipelines.contracts import load_contracts

PUBLISHED = load_contracts().published["out_policy_similarity"]
positions = st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), min_size=1, max_size=30)


def levels(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def alliances() -> tuple[np.ndarray, np.ndarray]:
    """Germany and Russia towards twenty states of Europe in 1914, by the levels that Signorino and Ritter code."""
    states = ["Germany", "Austria-Hungary", "Italy", "Romania", "Russia", "France", "United Kingdom"]
    germany, russia = np.zeros(20, dtype=np.int64), np.zeros(20, dtype=np.int64)
    for state in ("Germany", "Austria-Hungary", "Italy", "Romania"):
        germany[states.index(state)] = 3
    for state, level in (("Russia", 3), ("France", 3), ("United Kingdom", 1), ("Italy", 1)):
        russia[states.index(state)] = level
    return germany, russia


def test_germany_and_russia_in_1914_are_the_published_ones() -> None:
    found = measure_similarity(*alliances(), levels=4)
    assert found.s == pytest.approx(0.4)
    assert found.pi == pytest.approx(-0.044776, abs=5e-7)
    assert found.kappa == pytest.approx(-0.077586, abs=5e-7)
    assert found.n_items == 20


def test_a_level_that_nobody_uses_counts() -> None:
    first, second = levels(0, 1, 0, 1), levels(0, 0, 1, 1)
    assert measure_similarity(first, second, levels=2).s == 0
    assert measure_similarity(first, second, levels=3).s == pytest.approx(0.5)


@settings(deadline=None, max_examples=50)
@given(pairs=positions)
def test_measures_keep_their_range_and_their_symmetry(pairs: list[tuple[int, int]]) -> None:
    first, second = levels(*(one for one, _ in pairs)), levels(*(other for _, other in pairs))
    found, turned = measure_similarity(first, second, levels=4), measure_similarity(second, first, levels=4)
    assert found.n_items == sum(MISSING not in pair for pair in pairs)
    for metric in ("s", "pi", "kappa"):
        value, other = getattr(found, metric), getattr(turned, metric)
        assert (value is None) == (other is None)
        if value is not None:
            assert value == pytest.approx(other, abs=1e-12)
            assert value <= 1 + 1e-12
    assert found.s is None or found.s >= -1 - 1e-12
    same = measure_similarity(first, first, levels=4)
    assert same.s in {1, None}
    assert same.pi is None or same.pi == pytest.approx(1)


def test_what_is_0_over_0_is_undefined() -> None:
    apart = measure_similarity(levels(0, MISSING), levels(MISSING, 1), levels=2)
    assert (apart.s, apart.pi, apart.kappa, apart.n_items) == (None, None, None, 0)
    still = measure_similarity(levels(1, 1), levels(1, 1), levels=2)
    assert (still.s, still.pi, still.kappa) == (1, None, None)


@pytest.mark.parametrize(("first", "count"), [(levels(0, 4), 4), (levels(0, -2), 4), (levels(0, 0), 1)])
def test_a_level_out_of_range_is_refused(first: np.ndarray, count: int) -> None:
    with pytest.raises(ValueError, match="levels run from 0"):
        measure_similarity(first, levels(0, 0), levels=count)


# The tables; votes, agreements and statuses are made up


def test_votes_agreements_and_standards_become_pairs() -> None:
    votes = pl.DataFrame(
        [
            {"roll_call": call, "date": dt.date(2013 + call, 12, 1), "area": area, "vote": vote}
            for area, cast in {"CAN": "yna", "MEX": "yyn", "USA": "nyn"}.items()
            for call, vote in enumerate({"y": "yes", "n": "no", "a": "absent"}[mark] for mark in cast)
        ]
    )
    agreements = pl.DataFrame(
        {
            "area_1": ["CAN", "CAN", "MEX"],
            "area_2": ["MEX", "USA", "USA"],
            "has_agreement": [True, True, None],
            "in_force_since": ["2020-07-01", "1994", None],
            "time_period": ["2016"] * 3,
        }
    )
    statuses = pl.DataFrame(
        {"area": ["CAN", "USA"], "instrument": ["law"] * 2, "time_period": ["2019"] * 2, "level": [4, 0]}
    )
    areas = ["USA", "MEX", "CAN", "TWN"]
    table = build_policy_similarity(
        [
            vote_positions(votes, areas),
            agreement_positions(agreements, areas),
            standards_positions(adoption_at(statuses, areas, {"law": "2018"}, "2020")),
        ]
    )
    assert table.columns == list(PUBLISHED.columns)
    assert PUBLISHED.key == KEY
    assert table.height == 3 * 6 * 3
    assert table.equals(table.sort(KEY))
    assert dict(table.select("basis", "time_period").unique().iter_rows()) == {
        "unga": "2013/2015",
        "agreements": "2020",
        "standards": "2020",
    }

    def cell(basis: str, one: str, other: str, metric: str) -> tuple[float | None, int, str | None]:
        row = table.filter(basis=basis, area_1=one, area_2=other, metric=metric).row(0, named=True)
        return row["value"], row["n_items"], row["reason"]

    assert cell("unga", "CAN", "MEX", "s") == (pytest.approx(0), 2, None)
    assert cell("unga", "MEX", "USA", "s")[0] == pytest.approx(1 - 2 * 2 / (3 * 2))
    assert cell("unga", "CAN", "TWN", "pi") == (None, 0, "no_joint_items")
    # Items are the four areas; of Taiwan nothing is known but that it is itself.
    assert cell("agreements", "CAN", "USA", "s")[1] == 2
    assert cell("agreements", "CAN", "USA", "kappa") == (None, 2, "no_variation")
    assert cell("standards", "CAN", "USA", "s") == (pytest.approx(-1), 1, None)
    assert cell("standards", "CAN", "MEX", "s") == (None, 0, "no_joint_items")


def test_no_basis_is_an_empty_table() -> None:
    assert build_policy_similarity([]).columns == list(PUBLISHED.columns)
