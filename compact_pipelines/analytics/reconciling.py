"""One value with an interval out of two reports of one flow: the reference that the engine in SQL is tested against.

A report is the flow times an error whose logarithm is normal with standard deviation sigma and mean 0; the two errors
know nothing of each other. Reports are on one valuation before they come here. Reconciled values are not revisions of
anyone's official data: both reports stand beside them.

Source: Gaulier and Zignago, BACI, CEPII working paper 2010-23, for the weights; its printed equation (3) drops a factor
and is not used: it gives a weight of 5.10 for sigmas of .1 and .3.
"""

import math
from typing import Final, NamedTuple

NORMAL_95: Final = 1.96  # standard deviations on either side of the middle 95 %
# A report that is off by a factor of e^15 as a rule is none; beyond about 18 the variance leaves the range of a double.
GREATEST_SIGMA: Final = 15.0


class Reconciled(NamedTuple):
    """A reconciled flow.

    Attributes:
        value: between both reports, in their unit.
        low, high: its 95 % interval; need not hold either report.
        weight_from: share of the sender's report in the value, 0 to 1.
    """

    value: float
    low: float
    high: float
    weight_from: float


def error_variance(sigma: float) -> float:
    """Variance of a report relative to the flow: e^(sigma^2) * (e^(sigma^2) - 1).

    Args:
        sigma: standard deviation of the report's error in logs, 0 to GREATEST_SIGMA.

    Returns:
        About sigma^2 where sigma is small, exact for tiny ones too.

    Raises:
        ValueError: sigma is out of range.
    """
    if not 0 <= sigma <= GREATEST_SIGMA:
        raise ValueError(f"sigma is {sigma}; it must lie between 0 and {GREATEST_SIGMA}")
    square = sigma * sigma
    return math.exp(square) * math.expm1(square)


def weight_of_sender(sigma_from: float, sigma_to: float) -> float:
    """Share of the sender's report that gives the least variance: Var_to / (Var_from + Var_to).

    Args:
        sigma_from: of the sender's error, in logs.
        sigma_to: of the receiver's.

    Returns:
        0 to 1, rising with the receiver's sigma; one half where both are 0.

    Raises:
        ValueError: a sigma is out of range.
    """
    own, other = error_variance(sigma_from), error_variance(sigma_to)
    return other / (own + other) if own + other > 0 else 0.5


def relative_variance(sigma_from: float, sigma_to: float) -> float:
    """Variance of the reconciled value relative to the flow: Var_from * Var_to / (Var_from + Var_to).

    Never above that of the better report.

    Raises:
        ValueError: a sigma is out of range.
    """
    least = min(error_variance(sigma_from), error_variance(sigma_to))
    weight = weight_of_sender(sigma_from, sigma_to)
    return least * max(weight, 1 - weight)  # as a product of both it would leave the range of a double early


def log_spread(variance: float) -> float:
    """Standard deviation in logs of a lognormal with this relative variance: sqrt(ln(1 + variance))."""
    return math.sqrt(math.log1p(variance))


def reconcile(sent: float | None, received: float | None, sigma_from: float, sigma_to: float) -> Reconciled | None:
    """The value of a flow that two sides report, with its interval.

    Where one side alone reports, the value is that report and its variance that of the report, sqrt(ln(1 + Var)) in
    logs: what two reports come to when the other one's sigma grows without end. So a useless second report changes
    nothing, and a second report never widens the interval. It is a little wider than sigma itself.

    Args:
        sent: the sender's report, zero or more; None if there is none.
        received: the receiver's, on the same valuation and in the same unit.
        sigma_from: of the sender's error, in logs; not used where the sender is silent, but checked.
        sigma_to: of the receiver's.

    Returns:
        Value, interval and weight; of a flow of zero an interval of no width. None where nobody reports, or where a
        report is negative or not finite.

    Raises:
        ValueError: a sigma is out of range.
    """
    reports = [report for report in (sent, received) if report is not None]
    own, other = error_variance(sigma_from), error_variance(sigma_to)
    if not reports or not all(math.isfinite(report) and report >= 0 for report in reports):
        return None
    if sent is None or received is None:
        weight, variance, value = (1.0, own, reports[0]) if received is None else (0.0, other, reports[0])
    else:
        weight, variance = weight_of_sender(sigma_from, sigma_to), relative_variance(sigma_from, sigma_to)
        rest = weight_of_sender(sigma_to, sigma_from)  # not 1 - weight, of which little is left where weight is near 1
        value = min(max(weight * sent + rest * received, min(reports)), max(reports))
    factor = math.exp(NORMAL_95 * log_spread(variance))
    return Reconciled(value, value / factor, value * factor, weight)
