"""How long a criterion has been met: years on a list of dependencies, and whether they last."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Stability:
    """How long a criterion has been met in the years that are held.

    Attributes:
        years_held: years in which it can be said whether it is met.
        years_met: those in which it is.
        longest_run: the most consecutive years in which it is met, None where none is held; a year without an answer
            breaks a run.
        first_year, last_year: the first and the last held.
        last_year_met: the last in which it is met.
        recent_held, recent_met: the same in the window that ends with the last year held.
        is_lasting: whether it is met in enough years of that window; None where years without an answer decide.
    """

    years_held: int
    years_met: int
    longest_run: int | None
    first_year: str | None
    last_year: str | None
    last_year_met: str | None
    recent_held: int
    recent_met: int
    is_lasting: bool | None


def measure_stability(met: Mapping[str, bool | None], years_needed: int, window_years: int) -> Stability:
    """Years on the list and how stable that is.

    Args:
        met: year to whether the criterion is met; None where it cannot be said.
        years_needed: CEPII's rule for a dependency that lasts, two years.
        window_years: of so many, three.

    Source: CEPII GeoDep for the window; Vicard and Wibaux (CEPII Policy Brief 41) for why one year says little.
    """
    answered = {int(year): is_met for year, is_met in sorted(met.items()) if is_met is not None}
    if not answered:
        return Stability(0, 0, None, None, None, None, 0, 0, None)
    years = [year for year, is_met in answered.items() if is_met]
    longest = run = 0
    for year, is_met in answered.items():
        run = (run + 1 if answered.get(year - 1) else 1) if is_met else 0
        longest = max(longest, run)
    last = max(answered)
    recent = [answered[year] for year in range(last - window_years + 1, last + 1) if year in answered]
    open_years = window_years - len(recent)
    is_lasting = True if sum(recent) >= years_needed else False if sum(recent) + open_years < years_needed else None
    return Stability(
        years_held=len(answered),
        years_met=len(years),
        longest_run=longest,
        first_year=str(min(answered)),
        last_year=str(last),
        last_year_met=str(max(years)) if years else None,
        recent_held=len(recent),
        recent_met=sum(recent),
        is_lasting=is_lasting,
    )
