"""Friends, rivals and two camps: published frustrations, every division by hand, what is refused. All made up."""

import itertools
import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics.balance import NO_SIGNED_TIES, TOO_MANY_AREAS, measure_balance, signed_ties

Signs = list[tuple[str, str, int]]
AREAS = [f"{place:02d}" for place in range(8)]

random_signs = st.lists(
    st.tuples(st.sampled_from(list(itertools.combinations(AREAS, 2))), st.sampled_from([1, -1])),
    min_size=1,
    max_size=20,
    unique_by=lambda tie: tie[0],
).map(lambda ties: [(first, second, sign) for (first, second), sign in ties])


def complete(count: int, sign: int) -> Signs:
    return [(one, other, sign) for one, other in itertools.combinations([f"{place:02d}" for place in range(count)], 2)]


@pytest.mark.parametrize(
    ("signs", "frustration"), [((1, 1, 1), 0), ((1, 1, -1), 1), ((1, -1, -1), 0), ((-1, -1, -1), 1)]
)
def test_frustration_of_a_triangle_is_the_published_one(signs: tuple[int, int, int], frustration: int) -> None:
    pairs = (("A", "B"), ("A", "C"), ("B", "C"))
    found = measure_balance((*pair, sign) for pair, sign in zip(pairs, signs, strict=True))
    assert found.frustration == frustration
    assert found.balance == pytest.approx(1 - 2 * frustration / 3)
    assert (found.positive, found.negative) == (signs.count(1), signs.count(-1))


@pytest.mark.parametrize(("count", "frustration"), [(4, 2), (5, 4), (6, 6), (7, 9)])
def test_frustration_among_rivals_only_is_the_published_one(count: int, frustration: int) -> None:
    assert measure_balance(complete(count, -1)).frustration == frustration


@settings(deadline=None, max_examples=40)
@given(signs=random_signs)
def test_no_division_has_fewer_ties_against_it(signs: Signs) -> None:
    found = measure_balance(signs)
    areas = sorted({area for first, second, _ in signs for area in (first, second)})

    def against(camp: set[str]) -> int:
        return sum((sign > 0) != ((first in camp) == (second in camp)) for first, second, sign in signs)

    divisions = (set(camp) for size in range(len(areas) + 1) for camp in itertools.combinations(areas, size))
    assert found.frustration == min(against(camp) for camp in divisions)
    assert against(set(found.camps[0])) == found.frustration
    assert sorted(area for camp in found.camps for area in camp) == areas


def test_twenty_areas_are_tried_one_by_one_in_no_time_and_twenty_one_are_refused() -> None:
    begun = time.process_time()
    assert measure_balance(complete(20, -1)).frustration == 190 - 100
    assert time.process_time() - begun < 5
    refused = measure_balance(complete(21, -1))
    assert (refused.frustration, refused.balance, refused.camps) == (None, None, ())
    assert refused.reason == TOO_MANY_AREAS
    assert refused.negative == 210


def test_two_camps_of_friends_are_balanced_and_named() -> None:
    found = measure_balance([("A", "B", 1), ("C", "D", 1), ("A", "C", -1), ("D", "B", -1)])
    assert (found.frustration, found.balance, found.reason) == (0, 1, None)
    assert found.camps == (("A", "B"), ("C", "D"))


def test_no_sign_no_tie_and_nothing_to_say() -> None:
    assert measure_balance([]).reason == NO_SIGNED_TIES
    assert measure_balance([]).frustration is None


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        ([("A", "B", 2)], "signs are 1 or -1"),
        ([("A", "A", 1)], "two areas"),
        ([("A", "B", 1), ("B", "A", -1)], "twice"),
    ],
)
def test_what_is_no_sign_is_refused(signs: Signs, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        measure_balance(signs)


def test_agreements_are_friends_restrictions_rivals_and_the_unknown_neither() -> None:
    agreements = pl.DataFrame(
        {
            "area_1": ["CAN", "CAN", "CHN", "MEX"],
            "area_2": ["MEX", "USA", "USA", "USA"],
            "has_agreement": [True, True, True, None],
        }
    )
    restrictions = [("USA", "CHN"), ("USA", "RUS")]
    found = signed_ties(agreements, restrictions, ("CAN", "CHN", "MEX", "USA"))
    assert found == [("CAN", "MEX", 1), ("CAN", "USA", 1), ("CHN", "USA", -1)]
    assert signed_ties(agreements, restrictions, ("CAN", "MEX")) == [("CAN", "MEX", 1)]
    assert signed_ties(agreements, restrictions, ()) == []
