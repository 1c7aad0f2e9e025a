"""How near can somebody come to hidden cells who knows the others and how they add up?

A relation says that one cell is the sum of others. With what is visible put in, the relations leave a range to every
hidden cell: the range is what a reader can know. Terms as in statistical disclosure control: Willenborg and de Waal,
Elements of Statistical Disclosure Control (2001), chapter on audit by linear programming.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
from scipy.optimize import linprog

# Hidden cells that hang together are solved exactly up to this many; beyond it ranges are narrowed relation by
# relation, which finds what can be subtracted and may miss what only several relations together give away.
LP_CELLS: Final = 150
NARROWINGS: Final = 20
# The solver's own tolerance, as a share of the largest cell of a problem.
TOLERANCE_SHARE: Final = 1e-7
# How HiGHS ends, as scipy says it.
OPTIMAL: Final = 0
UNBOUNDED: Final = 3

Range = tuple[float, float]


@dataclass(frozen=True)
class Relation:
    """One cell is the sum of others, by their places in the list of values."""

    total: int
    parts: tuple[int, ...]

    @property
    def cells(self) -> tuple[int, ...]:
        """Total and parts."""
        return (self.total, *self.parts)


_Component = tuple[list[int], list[Relation], list[Relation]]  # hidden cells, equations, bounds


@dataclass(frozen=True)
class Puzzle:
    """What there is to find out.

    Attributes:
        values: the true value of every cell, in one unit.
        hidden: places of the cells that a reader does not see.
        free: places of the hidden cells that may be negative.
        relations: which cells are sums of which.
        protection: share of its value by which a reader's range must pass a hidden cell.
    """

    values: Sequence[Decimal]
    hidden: Collection[int]
    free: Collection[int]
    relations: Sequence[Relation]
    protection: float


def find_derivable(puzzle: Puzzle) -> dict[int, Relation]:
    """Hidden cells that a reader can derive closer than the protection allows.

    A relation holds as an equation if what its parts leave of its total is within the protection of its hidden cells;
    if more is left, parts that nobody lists make it up, and hidden parts are only bounded by it; if the parts pass
    their total, it says nothing. A cell is derivable if its range lies within the protection of its value on both
    sides, or holds the value and is narrower than twice the protection.

    Args:
        puzzle: values, what is hidden of them, and how they add up.

    Returns:
        Place of the cell to a relation that gives it away.
    """
    derived = _subtract(puzzle)
    left = set(puzzle.hidden) - derived.keys()
    equations, bounds = [], []
    for relation in puzzle.relations:
        unknown = [cell for cell in relation.cells if cell in left]
        if not unknown:
            continue
        if _holds(puzzle, relation, unknown):
            equations.append(relation)
        elif _rest(puzzle, relation) > 0 and relation.total not in left and not set(unknown) & set(puzzle.free):
            bounds.append(relation)
    for cells, own_equations, own_bounds in _components(left, equations, bounds):
        ranges = _ranges(puzzle, cells, own_equations, own_bounds)
        found = [cell for cell in cells if is_too_narrow(float(puzzle.values[cell]), ranges[cell], puzzle.protection)]
        derived |= {cell: _relation_of(cell, own_equations + own_bounds) for cell in found}
    return derived


def is_too_narrow(value: float, found: Range, protection: float) -> bool:
    """Whether a range tells a value more closely than its protection allows.

    Args:
        value: the true value.
        found: the least and the greatest value that a reader must take to be possible.
        protection: share of the value.
    """
    low, high = found
    margin = protection * abs(value)
    slack = 1e-9 * abs(value)  # of floating point
    is_near = low >= value - margin - slack and high <= value + margin + slack
    return is_near or (low - slack <= value <= high + slack and high - low <= 2 * margin + slack)


def _rest(puzzle: Puzzle, relation: Relation) -> Decimal:
    return puzzle.values[relation.total] - sum((puzzle.values[part] for part in relation.parts), Decimal(0))


def _holds(puzzle: Puzzle, relation: Relation, unknown: Sequence[int]) -> bool:
    scale = sum((abs(puzzle.values[cell]) for cell in unknown), Decimal(0))
    return abs(_rest(puzzle, relation)) <= Decimal(str(puzzle.protection)) * scale


def _subtract(puzzle: Puzzle) -> dict[int, Relation]:
    """Cells that a relation gives as the only one hidden in it, and those that follow from them; in exact decimals."""
    left = set(puzzle.hidden)
    found: dict[int, Relation] = {}
    relations_of: dict[int, list[Relation]] = {}
    for relation in puzzle.relations:
        for cell in set(relation.cells) & left:
            relations_of.setdefault(cell, []).append(relation)
    waiting = list(puzzle.relations)
    while waiting:
        relation = waiting.pop()
        unknown = [cell for cell in relation.cells if cell in left]
        if len(unknown) == 1 and _holds(puzzle, relation, unknown):
            found[unknown[0]] = relation
            left.discard(unknown[0])
            waiting += relations_of[unknown[0]]
    return found


def _components(left: Collection[int], equations: Sequence[Relation], bounds: Sequence[Relation]) -> list[_Component]:
    """Hidden cells that hang together by relations, each with its own."""
    parent = {cell: cell for cell in left}

    def root(cell: int) -> int:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for relation in [*equations, *bounds]:
        first, *others = [cell for cell in relation.cells if cell in parent]
        for other in others:
            parent[root(other)] = root(first)
    together: dict[int, _Component] = {}
    for cell in sorted(parent):
        together.setdefault(root(cell), ([], [], []))[0].append(cell)
    for kind, relations in ((1, equations), (2, bounds)):
        for relation in relations:
            key = root(next(cell for cell in relation.cells if cell in parent))
            group = together[key]
            (group[1] if kind == 1 else group[2]).append(relation)
    return [group for group in together.values() if group[1] or group[2]]


def _ranges(
    puzzle: Puzzle, cells: Sequence[int], equations: Sequence[Relation], bounds: Sequence[Relation]
) -> Mapping[int, Range]:
    if len(equations) + len(bounds) == 1 or len(cells) > LP_CELLS:
        return _narrowed(puzzle, cells, equations, bounds)
    return _solved(puzzle, cells, equations, bounds)


def _solved(
    puzzle: Puzzle, cells: Sequence[int], equations: Sequence[Relation], bounds: Sequence[Relation]
) -> dict[int, Range]:
    """The exact range of every cell: first what the equations alone determine, then by linear programming (HiGHS)."""
    place = {cell: column for column, cell in enumerate(cells)}
    true = [float(puzzle.values[cell]) for cell in cells]
    scale = max(map(abs, true), default=0.0) or 1.0
    equal = np.array([_row(relation, place) for relation in equations]).reshape(-1, len(cells))
    bounded = np.array([_row(relation, place) for relation in bounds]).reshape(-1, len(cells))
    at_most = [_open_sum(puzzle, relation, place) / scale for relation in bounds]
    determined = _determined(equal)
    sides = [(None if cell in puzzle.free else 0.0, None) for cell in cells]
    found: dict[int, Range] = {}
    for cell, column in place.items():
        if column in determined:
            found[cell] = (true[column], true[column])
            continue
        ends: list[float | None] = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(cells))
            aim[column] = sign
            answer = linprog(
                aim,
                A_ub=bounded if len(bounds) else None,
                b_ub=at_most if len(bounds) else None,
                A_eq=equal if len(equations) else None,
                b_eq=equal @ np.array(true) / scale if len(equations) else None,
                bounds=sides,
                method="highs",
            )
            ends.append(_end(answer, sign, scale))
        if None in ends:  # the solver gave up; what is certain is certain all the same
            found[cell] = _narrowed(puzzle, cells, equations, bounds)[cell]
            continue
        low, high = (float(end) for end in ends if end is not None)
        if high - low <= TOLERANCE_SHARE * scale:  # what the solver cannot tell apart
            low = high = min(max(true[column], low), high)
        found[cell] = (low, high)
    return found


def _end(answer: Any, sign: float, scale: float) -> float | None:
    """One end of a range: the solver's optimum, endless where it says so, None where it found neither."""
    if answer.status == OPTIMAL:
        return float(sign * answer.fun * scale)
    return -sign * np.inf if answer.status == UNBOUNDED else None


def _row(relation: Relation, place: Mapping[int, int]) -> list[float]:
    """The hidden cells of a relation as coefficients: parts add, a hidden total takes away."""
    row = [0.0] * len(place)
    for part in relation.parts:
        if part in place:
            row[place[part]] += 1.0
    if relation.total in place:
        row[place[relation.total]] -= 1.0
    return row


def _open_sum(puzzle: Puzzle, relation: Relation, place: Mapping[int, int]) -> float:
    """What the visible parts leave of a visible total."""
    seen = sum((puzzle.values[part] for part in relation.parts if part not in place), Decimal(0))
    return float(puzzle.values[relation.total] - seen)


def _determined(equal: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> set[int]:
    """Columns that the equations alone fix, by exact elimination."""
    rows = [[Fraction(int(cell)) for cell in row] for row in equal]
    columns = equal.shape[1]
    pivots: list[int] = []
    for column in range(columns):
        top = len(pivots)
        found = next((number for number in range(top, len(rows)) if rows[number][column]), None)
        if found is None:
            continue
        rows[top], rows[found] = rows[found], rows[top]
        lead = rows[top][column]
        rows[top] = [cell / lead for cell in rows[top]]
        for number, row in enumerate(rows):
            if number != top and row[column]:
                factor = row[column]
                rows[number] = [cell - factor * above for cell, above in zip(row, rows[top], strict=True)]
        pivots.append(column)
    return {column for column, row in zip(pivots, rows, strict=False) if sum(1 for cell in row if cell) == 1}


def _narrowed(
    puzzle: Puzzle, cells: Sequence[int], equations: Sequence[Relation], bounds: Sequence[Relation]
) -> dict[int, Range]:
    """A range of every cell that holds its exact one: relations are put in one after the other until nothing moves."""
    known = set(cells)
    ranges: dict[int, Range] = {cell: (-np.inf if cell in puzzle.free else 0.0, np.inf) for cell in cells}
    for _ in range(NARROWINGS):
        before = dict(ranges)
        for relation in equations:
            parts = [part for part in relation.parts if part in known]
            signs = dict.fromkeys(parts, 1.0) | ({relation.total: -1.0} if relation.total in known else {})
            right = float(sum(float(sign) * float(puzzle.values[cell]) for cell, sign in signs.items()))
            _tighten(ranges, signs, right, right)
        for relation in bounds:
            parts = [part for part in relation.parts if part in known]
            _tighten(ranges, dict.fromkeys(parts, 1.0), -np.inf, _open_sum(puzzle, relation, dict.fromkeys(cells, 0)))
        if ranges == before:
            break
    return ranges


def _tighten(ranges: dict[int, Range], signs: Mapping[int, float], low: float, high: float) -> None:
    """Put in that the signed sum of some cells lies between two ends."""
    ends = {cell: sorted((sign * ranges[cell][0], sign * ranges[cell][1])) for cell, sign in signs.items()}
    for cell, sign in signs.items():
        least = low - sum(end[1] for other, end in ends.items() if other != cell)
        most = high - sum(end[0] for other, end in ends.items() if other != cell)
        own = sorted((sign * least, sign * most))
        ranges[cell] = (max(ranges[cell][0], own[0]), min(ranges[cell][1], own[1]))


def _relation_of(cell: int, relations: Sequence[Relation]) -> Relation:
    return next(relation for relation in relations if cell in relation.cells)
