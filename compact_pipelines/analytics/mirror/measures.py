"""How far two reports of one flow are apart, as plain numbers: the conventions that an asymmetry is told in.

The SQL of this package computes the same over whole tables; these functions are its reference, and what a page uses
for one flow.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass


def asymmetry(exporter: float, importer: float) -> float | None:
    """How far two reports of one flow are apart: D = |X - M| / (X + M).

    Args:
        exporter: X, zero or more.
        importer: M, zero or more, same unit.

    Returns:
        0 where they agree, up to 1 where only one side is above zero; None where both are zero or one is negative.

    Source: Harvard Growth Lab, International Trade Data: bilateral asymmetry.
    """
    if exporter < 0 or importer < 0 or exporter + importer == 0:
        return None
    return abs(exporter - importer) / (exporter + importer)


def signed_asymmetry(exporter: float, importer: float) -> float | None:
    """A = (M - X) / ((M + X) / 2), -2 to 2: below zero where the receiver counts less; |A| = 2 D.

    Source: the convention of European asymmetry reports.
    """
    apart = asymmetry(exporter, importer)
    return None if apart is None else math.copysign(2 * apart, importer - exporter)


def share_of_imports(exporter: float, importer: float) -> float | None:
    """(M - X) / M, None where the importer reports zero or either is negative.

    Source: Report on the statistical discrepancy of merchandise trade between the United States and China, JCCT.
    """
    if exporter < 0 or importer <= 0:
        return None
    return (importer - exporter) / importer


def reporting_distance(exporter: float, importer: float) -> float | None:
    """RD = |ln(X / M)|, None unless both are above zero; D = tanh(RD / 2).

    Source: Gaulier and Zignago, BACI, CEPII working paper 2010-23.
    """
    if exporter <= 0 or importer <= 0:
        return None
    return abs(math.log(exporter / importer))


@dataclass(frozen=True)
class AggregateAsymmetry:
    """Of many flows together.

    Attributes:
        absolute: sum of |X - M| over sum of (X + M): hides nothing.
        net: |sum X - sum M| over the same: lets errors cancel. Never above the absolute one.
    """

    absolute: float
    net: float


def aggregate_asymmetry(reports: Iterable[tuple[float, float]]) -> AggregateAsymmetry | None:
    """Both aggregate asymmetries of some flows, each a pair (X, M) of zero or more.

    Returns:
        None where nothing is left to divide by, or a report is negative.
    """
    pairs = sorted(reports)
    total = sum(exporter + importer for exporter, importer in pairs)
    if total == 0 or any(min(pair) < 0 for pair in pairs):
        return None
    apart = sum(abs(exporter - importer) for exporter, importer in pairs)
    return AggregateAsymmetry(apart / total, abs(sum(exporter - importer for exporter, importer in pairs)) / total)
