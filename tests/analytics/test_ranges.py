"""What sums leave to know of hidden cells. All figures are made up."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compact_pipelines.analytics import ranges
from compact_pipelines.analytics.ranges import Puzzle, Relation, find_derivable, is_too_narrow

TENTH = 0.1


def puzzle(values: list[int], hidden: set[int], *relations: Relation, free: frozenset[int] = frozenset()) -> Puzzle:
    return Puzzle([Decimal(value) for value in values], hidden, free, relations, TENTH)


# One sum


def test_a_total_less_the_rest_gives_the_one_hidden_part() -> None:
    total = Relation(0, (1, 2, 3))
    assert find_derivable(puzzle([60, 10, 20, 30], {2}, total)) == {2: total}


def test_all_parts_give_a_hidden_total() -> None:
    total = Relation(0, (1, 2))
    assert find_derivable(puzzle([30, 10, 20], {0}, total)) == {0: total}


def test_two_hidden_parts_protect_each_other() -> None:
    assert find_derivable(puzzle([60, 10, 20, 30], {1, 2}, Relation(0, (1, 2, 3)))) == {}


def test_two_hidden_parts_of_which_both_are_zero_are_given_away_by_a_total_of_zero() -> None:
    assert find_derivable(puzzle([30, 0, 0, 30], {1, 2}, Relation(0, (1, 2, 3)))).keys() == {1, 2}


@pytest.mark.parametrize(("total", "is_near"), [(122, True), (123, False), (118, True), (117, False)])
def test_a_part_is_derived_if_what_is_left_is_within_its_protection(total: int, is_near: bool) -> None:
    # The hidden part is 20; what nobody lists is the total less 120.
    assert bool(find_derivable(puzzle([total, 100, 20], {2}, Relation(0, (1, 2))))) is is_near


def test_a_cell_derived_by_one_sum_is_used_in_the_next() -> None:
    first, second = Relation(0, (1, 2)), Relation(3, (2, 4))
    assert find_derivable(puzzle([30, 10, 20, 25, 5], {2, 4}, first, second)) == {2: first, 4: second}


# Several sums


def table_of_two_by_two(hidden: set[int]) -> Puzzle:
    """Cells 0 to 3 in two rows, then the row totals 4 and 5, then the column totals 6 and 7."""
    rows = [Relation(4, (0, 1)), Relation(5, (2, 3))]
    columns = [Relation(6, (0, 2)), Relation(7, (1, 3))]
    return puzzle([40, 60, 50, 70, 100, 120, 90, 130], hidden, *rows, *columns)


def test_four_hidden_cells_of_two_rows_and_columns_are_safe_and_three_are_not() -> None:
    assert find_derivable(table_of_two_by_two({0, 1, 2, 3})) == {}
    assert find_derivable(table_of_two_by_two({0, 1, 2})).keys() == {0, 1, 2}


def test_the_difference_of_two_totals_gives_a_cell_that_no_single_sum_gives() -> None:
    # Cells 1 and 2 are hidden in both sums, and cell 3 in the second alone.
    both, more = Relation(0, (1, 2)), Relation(4, (1, 2, 3))
    assert find_derivable(puzzle([30, 10, 20, 5, 35], {1, 2, 3}, both, more)).keys() == {3}


def test_a_range_that_two_sums_leave_too_narrow_is_found() -> None:
    # Column totals leave 0 to 2 beside a cell of 98 in a row of 100.
    values = [98, 2, 5, 0, 100, 5, 103, 2]
    rows, columns = [Relation(4, (0, 1)), Relation(5, (2, 3))], [Relation(6, (0, 2)), Relation(7, (1, 3))]
    found = find_derivable(puzzle(values, {0, 1, 2, 3}, *rows, *columns))
    assert 0 in found
    assert 1 not in found


def test_cells_that_may_be_negative_have_no_range() -> None:
    values = [98, 2, 5, 0, 100, 5, 103, 2]
    rows, columns = [Relation(4, (0, 1)), Relation(5, (2, 3))], [Relation(6, (0, 2)), Relation(7, (1, 3))]
    free = frozenset({0, 1, 2, 3})
    assert find_derivable(puzzle(values, {0, 1, 2, 3}, *rows, *columns, free=free)) == {}


def test_more_cells_than_are_solved_exactly_are_narrowed_sum_by_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "LP_CELLS", 2)
    values = [98, 2, 5, 0, 100, 5, 103, 2]
    rows, columns = [Relation(4, (0, 1)), Relation(5, (2, 3))], [Relation(6, (0, 2)), Relation(7, (1, 3))]
    assert 0 in find_derivable(puzzle(values, {0, 1, 2, 3}, *rows, *columns))


def test_a_solver_that_gives_up_leaves_what_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoAnswer:
        status = 4
        fun = None

    monkeypatch.setattr(ranges, "linprog", lambda *_args, **_options: NoAnswer())
    values = [98, 2, 5, 0, 100, 5, 103, 2]
    rows, columns = [Relation(4, (0, 1)), Relation(5, (2, 3))], [Relation(6, (0, 2)), Relation(7, (1, 3))]
    assert 0 in find_derivable(puzzle(values, {0, 1, 2, 3}, *rows, *columns))


# Which range is too narrow


@pytest.mark.parametrize(
    ("low", "high", "is_narrow"),
    [
        (100, 100, True),
        (90, 110, True),
        (95, 114, True),
        (89, 110, False),
        (90, 111, False),
        (0, 200, False),
        (120, 120, False),
    ],
)
def test_a_range_is_too_narrow_within_the_protection_or_narrower_than_it(
    low: float, high: float, is_narrow: bool
) -> None:
    assert is_too_narrow(100, (low, high), TENTH) is is_narrow


# Any table


@settings(max_examples=150)
@given(data=st.data())
def test_a_value_that_the_sums_determine_never_passes(data: st.DataObject) -> None:
    """A table of rows and columns with their totals: what linear algebra determines is found, whatever is hidden."""
    rows, columns = data.draw(st.integers(2, 4)), data.draw(st.integers(2, 4))
    cells = rows * columns
    values = data.draw(st.lists(st.integers(0, 10**9), min_size=cells, max_size=cells))
    hidden = data.draw(st.sets(st.integers(0, cells + rows + columns - 1)))
    grid = np.array(values, dtype=object).reshape(rows, columns)
    totals = [*grid.sum(axis=1), *grid.sum(axis=0)]
    relations = [
        Relation(cells + row, tuple(row * columns + column for column in range(columns))) for row in range(rows)
    ]
    relations += [
        Relation(cells + rows + column, tuple(row * columns + column for row in range(rows)))
        for column in range(columns)
    ]
    found = find_derivable(puzzle([*values, *totals], hidden, *relations))
    assert found.keys() <= hidden
    order = sorted(hidden)
    matrix = np.zeros((len(relations), len(order)))
    for number, relation in enumerate(relations):
        for place, cell in enumerate(order):
            matrix[number, place] = (cell in relation.parts) - (cell == relation.total)
    rank = np.linalg.matrix_rank(matrix) if order else 0
    for place, cell in enumerate(order):
        unit = np.zeros((1, len(order)))
        unit[0, place] = 1
        if np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank:
            assert cell in found
