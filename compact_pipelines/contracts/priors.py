"""How reliable a report is taken to be where no panel tells it, and the limits of grades: schemas/reliability.yaml."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compact_pipelines.contracts.evidence import Evidence, Share, Strict, Text


class Prior(Strict):
    """How far one report is taken to be from the truth where the data cannot tell.

    Attributes:
        subjects: instruments or categories it is for; all of the theme where empty. The most specific prior counts.
        kind: `panel` is the median of the reporters that the panel can estimate, and `sigma` where there is none at
            all; `stated` is `sigma`.
        sigma: standard deviation of the logarithm of one report over the truth.
        added_sigma: a further, independent part that is added as variance, for instance of timing in months.
        derivation: the arithmetic from what is published, or measured, to sigma.
    """

    theme: Text
    subjects: tuple[str, ...] = ()
    stock_flow: Literal["F", "S"]
    freq: list[Literal["A", "Q", "M"]] = Field(min_length=1)
    kind: Literal["panel", "stated"]
    sigma: float = Field(gt=0)
    added_sigma: float = Field(default=0.0, ge=0)
    evidence: Evidence
    citation: Text
    derivation: Text
    note: Text


class GradeLimits(Strict):
    """The greatest asymmetry D that a grade allows."""

    A: Share
    B: Share
    C: Share

    @model_validator(mode="after")
    def _rise(self) -> Self:
        if not self.A < self.B < self.C:
            raise ValueError(f"limits are {self.A}, {self.B}, {self.C}; they must rise from A to C")
        return self


class UnitSlip(Strict):
    """When two reports differ by a power of ten rather than by an error.

    Attributes:
        powers: the powers of ten that are looked for.
        tolerance_log10: how near log10 of the ratio must be to one of them.
        series_powers: smaller powers, which honest reports of small flows may differ by; they need evidence beside.
        series_tolerance_log10: how near log10 of the ratio must be to one of those.
    """

    powers: list[Annotated[int, Field(ge=1)]] = Field(min_length=1)
    tolerance_log10: float = Field(gt=0, lt=0.5)
    series_powers: list[Annotated[int, Field(ge=1)]]
    series_tolerance_log10: float = Field(gt=0, lt=0.5)
    note: Text


class Reliability(Strict):
    """reliability.yaml."""

    min_partners: int = Field(ge=2)
    grade_limits: GradeLimits
    unit_slip: UnitSlip
    priors: list[Prior] = Field(min_length=1)

    @model_validator(mode="after")
    def _no_prior_twice(self) -> Self:
        keys = [
            (prior.theme, subject, prior.stock_flow, freq)
            for prior in self.priors
            for subject in prior.subjects or ("*",)
            for freq in prior.freq
        ]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"priors {twice} stand twice; keep one of each")
        groups = {(prior.theme, frozenset(prior.subjects)) for prior in self.priors if prior.subjects}
        for theme, group in groups:
            if crossed := [other for of, other in groups if of == theme and other != group and other & group]:
                raise ValueError(
                    f"the subjects {sorted(group)} and {sorted(crossed[0])} of {theme} overlap; allowed are groups "
                    "that are equal or have nothing in common"
                )
        return self

    def prior(self, theme: str, subject: str, stock_flow: str, freq: str) -> Prior | None:
        """The prior for one kind of report, that of its subject before that of all subjects; None if none is stated."""
        fitting = [p for p in self.priors if (p.theme, p.stock_flow) == (theme, stock_flow) and freq in p.freq]
        named = [prior for prior in fitting if subject in prior.subjects]
        general = [prior for prior in fitting if not prior.subjects]
        return next(iter(named + general), None)
