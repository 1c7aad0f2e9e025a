"""Estimating a gravity equation: pyfixest's regressions with many fixed effects, polars in, plain results out.

Poisson pseudo-maximum likelihood (PPML) keeps flows of zero and is right about levels where the log of a flow is not.
Source: Santos Silva and Tenreyro, The log of gravity (Review of Economics and Statistics 88, 2006); estimator by
pyfixest. Importing that takes a second, so it is imported by those who estimate.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from compact_pipelines.analytics.gravity.hat import Floats
from compact_pipelines.errors import ModelRefused


@dataclass(frozen=True)
class Estimated:
    """A regression.

    Attributes:
        coefficients: term to its coefficient.
        std_errors: term to its standard error, clustered as asked.
        n_used: observations used.
        n_separated: observations whose zero the effects predict exactly, such as a pair that never trades; they say
            nothing of the terms and are left out.
        fitted: (rows of the panel,) what the equation expects, in the outcome's unit; 0 for separated observations,
            which is what they are fitted as, nan for rows left out for another reason.
        effects: the sets of effects.
    """

    coefficients: dict[str, float]
    std_errors: dict[str, float]
    n_used: int
    n_separated: int
    fitted: Floats
    effects: tuple[str, ...]


def estimate_ppml(
    panel: pl.DataFrame, outcome: str, terms: Sequence[str], effects: Sequence[str] = (), cluster: str | None = None
) -> Estimated:
    """Poisson regression of a flow, zeros included.

    Args:
        panel: (observations, columns named below), none blank.
        outcome: the flow, zero or more.
        terms: numbers whose coefficients are wanted.
        effects: columns each of whose values has an effect of its own.
        cluster: column within whose values errors may go together; errors are robust and single if none is named.

    Raises:
        ModelRefused: a blank, a negative flow, or a term that the effects leave nothing of.
    """
    return _estimate("fepois", panel, outcome, terms, effects, cluster)


def estimate_ols(
    panel: pl.DataFrame, outcome: str, terms: Sequence[str], effects: Sequence[str] = (), cluster: str | None = None
) -> Estimated:
    """Least squares, arguments and result as `estimate_ppml`; for setting beside it what older work did."""
    return _estimate("feols", panel, outcome, terms, effects, cluster)


def _estimate(  # noqa: PLR0913, PLR0917  (as above)
    kind: Literal["fepois", "feols"],
    panel: pl.DataFrame,
    outcome: str,
    terms: Sequence[str],
    effects: Sequence[str],
    cluster: str | None,
) -> Estimated:
    named = [outcome, *terms, *effects, *([cluster] if cluster else [])]
    used = panel.select(list(dict.fromkeys(named)))
    if blank := [name for name in used.columns if used[name].null_count()]:
        raise ModelRefused(f"{', '.join(blank)} has blank cells; an estimate takes complete rows only")
    if kind == "fepois" and (below := used.filter(pl.col(outcome) < 0).height):
        raise ModelRefused(f"{outcome} is below zero in {below:,} rows; a Poisson regression takes zero and more")
    formula = f"{outcome} ~ {' + '.join(terms)}" + (f" | {' + '.join(effects)}" if effects else "")
    model = _fit(kind, formula, used, {"CRV1": cluster} if cluster else "hetero")
    coefficients, errors = model.coef().to_dict(), model.se().to_dict()
    if lost := [term for term in terms if term not in coefficients]:
        raise ModelRefused(f"{', '.join(lost)} cannot be told from the effects {', '.join(effects)}; leave one out")
    left_out = np.asarray(model.na_index, dtype=np.int64)
    is_used = np.ones(panel.height, dtype=np.bool_)
    is_used[left_out] = False
    fitted = np.full(panel.height, np.nan)
    fitted[is_used] = model.predict(type="response") if kind == "fepois" else model.predict()
    separated = int(model.n_separation_na) if kind == "fepois" and effects else 0
    if separated:
        fitted[left_out] = 0.0
    return Estimated(
        coefficients={str(name): float(value) for name, value in coefficients.items()},
        std_errors={str(name): float(value) for name, value in errors.items()},
        n_used=int(is_used.sum()),
        n_separated=separated,
        fitted=fitted,
        effects=tuple(effects),
    )


@contextmanager
def _effects_in_order() -> Iterator[None]:
    """Let pyfixest take the effects in the order of the formula, so that a rerun gives the same digits.

    2026-11, pyfixest 0.60: it puts their names into a set, whose order differs from one process to the next, and the
    rounding of its iterations with it. In that one module a list of names stands in for the set.
    """
    from pyfixest.estimation.formula import utils as formula_utils  # noqa: PLC0415  (as above)

    names = vars(formula_utils)
    names["set"] = lambda effects: list(dict.fromkeys(effects))
    try:
        yield
    finally:
        del names["set"]


def _fit(kind: str, formula: str, panel: pl.DataFrame, errors: dict[str, str] | str) -> Any:
    import pyfixest  # noqa: PLC0415  (a second to import)

    with _effects_in_order(), warnings.catch_warnings():
        # It warns of what it counts (separated observations), and pandas of how it is called.
        warnings.simplefilter("ignore")
        return getattr(pyfixest, kind)(formula, data=panel, vcov=errors)
