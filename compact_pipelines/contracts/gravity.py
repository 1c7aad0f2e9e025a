"""What the model of trade and accession is told: schemas/model.yaml."""

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from compact_pipelines.contracts.evidence import Evidence, Strict, Text
from compact_pipelines.contracts.membership import LANGUAGES, Words
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.errors import ContractError

FILE: Final = "model.yaml"
Year = Annotated[str, Field(pattern=r"^[0-9]{4}$")]


class Estimate(Strict):
    """The regression that gives the effect of an agreement.

    Attributes:
        years: the years of the panel it uses.
    """

    id: Text
    years: list[Year] = Field(min_length=2)
    citation: Text
    note: Text


class Sigma(Strict):
    """The elasticity of substitution: one value, and the range that draws are taken from evenly."""

    point: float = Field(gt=1)
    low: float = Field(gt=1)
    high: float
    citation: Text
    evidence: Evidence
    note: Text

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not self.low < self.point < self.high:
            raise ValueError(f"sigma is {self.low}, {self.point}, {self.high}; low, point and high must rise")
        return self


class Draws(Strict):
    """How many draws are made unless somebody asks for another number."""

    asked: int = Field(ge=500)
    seed: int = Field(ge=0)


class OutputRatio(Strict):
    """What an area makes over its GDP: one value, and the range that draws are taken from evenly."""

    point: float = Field(ge=1)
    low: float = Field(ge=1)
    high: float

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not self.low <= self.point <= self.high:
            raise ValueError(f"output_per_gdp is {self.low}, {self.point}, {self.high}; low, point and high must rise")
        return self


class BaseYear(Strict):
    """The flows of one year that changes are computed from.

    Attributes:
        kind: goods: the edition's reconciled flows; panel: the Guide's panel as observed; fitted: as estimated.
        output_per_gdp: of a goods base only.
        note: how it is made and what that does to the results.
    """

    id: Text
    kind: Literal["goods", "panel", "fitted"]
    time_period: Year
    output_per_gdp: OutputRatio | None = None
    title: Words
    citation: Text
    evidence: Evidence
    note: Text

    @model_validator(mode="after")
    def _has_its_ratio(self) -> Self:
        if (self.output_per_gdp is not None) != (self.kind == "goods"):
            raise ValueError(f"base {self.id!r}: output_per_gdp is needed for kind goods, and there only")
        return self


class Omission(Strict):
    """Something that the model leaves out."""

    id: Text
    text: Words


class Nafta(Strict):
    """The published counterfactual that the model is held to.

    Attributes:
        numeraire: the area in whose prices it counts.
    """

    base: Text
    members: list[Text] = Field(min_length=2)
    sigma: float = Field(gt=1)
    numeraire: Text
    citation: Text
    note: Text


class Check(Strict):
    """One published figure that ours is set beside.

    Attributes:
        area: whose; none for the estimate.
        tolerance: the greatest difference that is accepted; none where the figure is shown and not judged.
    """

    id: Text
    measure: Literal["coefficient", "real_gdp_pct", "exports_pct"]
    area: Text | None
    published: float
    tolerance: float | None = Field(gt=0)


class Model(Strict):
    """model.yaml.

    Attributes:
        rest_area: code of the rest of the world in a base year.
        open_above: exports over GDP above which a base that takes sales at home from GDP overstates by far.
    """

    estimate: Estimate
    sigma: Sigma
    draws: Draws
    default_base: Text
    rest_area: Annotated[str, Field(pattern=r"^_[A-Z]$")]
    open_above: float = Field(gt=0)
    bases: list[BaseYear] = Field(min_length=1)
    omissions: list[Omission] = Field(min_length=1)
    nafta: Nafta
    checks: list[Check] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        for what, ids in {
            "base": [base.id for base in self.bases],
            "check": [check.id for check in self.checks],
            "omission": [omission.id for omission in self.omissions],
        }.items():
            if twice := sorted({name for name in ids if ids.count(name) > 1}):
                raise ValueError(f"{what} {twice} stands twice; keep one of each")
        ids = [base.id for base in self.bases]
        if unknown := sorted({self.default_base, self.nafta.base} - set(ids)):
            raise ValueError(f"no base {unknown}; allowed are {ids}")
        words = [*(base.title for base in self.bases), *(omission.text for omission in self.omissions)]
        if any(set(word) != set(LANGUAGES) for word in words):
            raise ValueError("a title or an omission does not stand in each of en, fr and es")
        return self

    def base(self, base_id: str | None = None) -> BaseYear:
        """One base by its name; the default one if none is named.

        Raises:
            ContractError: there is no such base.
        """
        wanted = base_id or self.default_base
        for base in self.bases:
            if base.id == wanted:
                return base
        raise ContractError(f"no base {wanted!r}; allowed are {', '.join(base.id for base in self.bases)}")


@cache
def load_model(folder: Path | None = None) -> Model:
    """Read the file once per process; see `read_model` for the errors."""
    return read_model(folder or schemas_folder())


def read_model(folder: Path) -> Model:
    """Read and check the file of a schemas folder.

    Raises:
        ContractError: it is missing, is no YAML, or has an unknown or a wrong field; the faults all at once.
    """
    path = folder / FILE
    try:
        return Model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ContractError(f"{path} cannot be read ({error.strerror}); the model needs it. Restore it") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors())
        raise ContractError(f"{path}: {told}") from None
    except (yaml.YAMLError, ValueError) as error:  # a ValueError: not UTF-8
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None
