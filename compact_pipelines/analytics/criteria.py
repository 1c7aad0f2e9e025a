"""Is a set of members dependent on what it takes from outside: published criteria, how far each is from its limit.

Never a bare yes or no: every criterion comes with its value or range, its limit and the signed distance between them.
A part of the imports may have no named supplier; what it can make of a criterion is a range. What is not held is null
with a reason.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from compact_pipelines.analytics.concentration import hhi
from compact_pipelines.analytics.outside import Imports, Range, concentration_range, gather_imports, names_every
from compact_pipelines.analytics.supply import Supply
from compact_pipelines.contracts.dependence import ALL, Dependence, Method

EMPTY_SET: Final = "empty_set"
MEMBER_WITHOUT_DATA: Final = "member_without_data"
NOT_NAMED: Final = "not_named"
UNDEFINED: Final = "undefined"
WORLD_NOT_HELD: Final = "world_exports_not_held"
ZERO_DENOMINATOR: Final = "zero_denominator"
SAME: Final = 1e-12


@dataclass(frozen=True)
class Measured:
    """One criterion of one set of members in one year.

    Attributes:
        method, criterion: as in schemas/dependency.yaml; criterion `all` counts how many of the method's are met.
        value: what is measured; None where a part of it is not named or not held.
        low, high: its bounds where it is held but for a part; equal to the value where all is named.
        threshold: the limit; met above it (`all`: met at it).
        reason: why the value is None.
        missing: the members that say nothing, where they are the reason.
    """

    method: str
    criterion: str
    value: float | None
    low: float | None
    high: float | None
    threshold: float
    reason: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool | None:
        """Whether the limit is exceeded; None where the range spans it or nothing is held."""
        if self.low is None or self.high is None:
            return None
        if self.criterion == ALL:
            return True if self.low >= self.threshold else False if self.high < self.threshold else None
        return True if self.low > self.threshold else False if self.high <= self.threshold else None

    @property
    def distance(self) -> float | None:
        """Value less limit, above zero beyond it; from the nearer bound where all the range is on one side."""
        if self.is_met is None or self.low is None or self.high is None:
            return None
        return (self.low if self.is_met else self.high) - self.threshold


def measure_criteria(
    supply: Supply,
    members: Collection[str],
    rules: Dependence,
    possible_suppliers: int,
    world_shares: Sequence[float] | None = None,
) -> list[Measured]:
    """Every criterion of every method for one set of members, imports from outside it only.

    Args:
        supply: one product and year.
        members: the set; with one member nothing is inside.
        rules: schemas/dependency.yaml.
        possible_suppliers: how many single areas there are.
        world_shares: shares of all exporters in the product's world exports, together 1; None where not held.

    Returns:
        For each method its criteria in the order of the file, then `all`. Null with a reason: empty_set,
        member_without_data (with the members' codes), world_exports_not_held, not_named (bounds stand), undefined
        (nothing comes from outside), zero_denominator (nothing is exported).

    Source: see the citations in schemas/dependency.yaml.
    """
    case = _Case(supply, tuple(members), rules, possible_suppliers, world_shares)
    measured: list[Measured] = []
    for method in rules.methods:
        rows = [_judged(method, known.id, case.find(method, known.id)) for known in method.criteria]
        measured += [*rows, _together(method, rows)]
    return measured


@dataclass(frozen=True)
class _Refused:
    """Why a criterion has no figure."""

    reason: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Case:
    """One set of members in one product and year."""

    supply: Supply
    members: tuple[str, ...]
    rules: Dependence
    possible_suppliers: int
    world_shares: Sequence[float] | None

    def find(self, method: Method, criterion: str) -> Range | _Refused:
        """What a criterion measures, least and most."""
        if not self.members:
            return _Refused(EMPTY_SET)
        if criterion == "world_exports":
            value = None if self.world_shares is None else hhi(self.world_shares)
            return _Refused(WORLD_NOT_HELD) if value is None else (value, value)
        if missing := self.supply.missing(self.members, self.supply.imports):
            return _Refused(MEMBER_WITHOUT_DATA, tuple(missing))
        if criterion == "concentration":
            return concentration_range(self.imports) or _Refused(UNDEFINED)
        if criterion == "outside_share":
            low, high = self.imports.from_outside
            whole = self.imports.whole
            return (low / whole, high / whole) if whole > 0 else _Refused(UNDEFINED)
        return self._substitution(is_one_economy=method.id == "cepii_geodep")

    @cached_property
    def imports(self) -> Imports:
        """What the members take."""
        return gather_imports(self.supply, self.members, self.members, self.possible_suppliers)

    def _substitution(self, *, is_one_economy: bool) -> Range | _Refused:
        if missing := self.supply.missing(self.members, self.supply.exports):
            return _Refused(MEMBER_WITHOUT_DATA, tuple(missing))
        low, high = self.imports.from_outside
        least, most = _exports(self.supply, self.members, is_one_economy=is_one_economy)
        if high <= 0 and most <= 0:
            return _Refused(UNDEFINED)
        if not is_one_economy:
            return (low / least, high / least) if least > 0 else _Refused(ZERO_DENOMINATOR)
        nothing = self.rules.without_exports
        return low / most if most > 0 else nothing, high / least if least > 0 else nothing


def _judged(method: Method, criterion: str, found: Range | _Refused) -> Measured:
    threshold = method.threshold(criterion)
    if isinstance(found, _Refused):
        return Measured(method.id, criterion, None, None, None, threshold, found.reason, found.missing)
    low, high = found
    if high - low <= SAME * max(abs(high), 1.0):
        return Measured(method.id, criterion, low, low, low, threshold)
    return Measured(method.id, criterion, None, low, high, threshold, NOT_NAMED)


def _exports(supply: Supply, members: Collection[str], *, is_one_economy: bool) -> Range:
    """What the members send, least and most: in all, or to the outside where they are taken as one economy."""
    rows = supply.places(members)
    sent, rest = supply.exports.values[rows], supply.exports.rest[rows]
    whole = float(np.nansum(sent) + rest.sum())
    if not is_one_economy:
        return whole, whole
    outside = whole - float(np.nansum(sent[:, rows]))
    return outside - float(rest[~names_every(sent, rows, rows)].sum()), outside


def _together(method: Method, rows: Sequence[Measured]) -> Measured:
    """How many criteria are met, and whether all are: what is not known leaves a range."""
    met = float(sum(row.is_met is True for row in rows))
    possible = float(sum(row.is_met is not False for row in rows))
    threshold = method.threshold(ALL)
    if met == possible:
        return Measured(method.id, ALL, met, met, met, threshold)
    open_ = next(row for row in rows if row.is_met is None)
    if all(row.is_met is None for row in rows):
        return Measured(method.id, ALL, None, None, None, threshold, open_.reason, open_.missing)
    return Measured(method.id, ALL, None, met, possible, threshold, open_.reason, open_.missing)
