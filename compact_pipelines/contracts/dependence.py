"""When a set of members is called dependent: the published criteria and their limits, schemas/dependency.yaml."""

from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from compact_pipelines.contracts.evidence import Evidence, Share, Strict, Text
from compact_pipelines.contracts.membership import Words
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.errors import ContractError

CriterionId = Literal["concentration", "outside_share", "world_exports", "substitution"]
MethodId = Literal["eu_2021", "cepii_geodep"]
ALL: Final = "all"  # the row that says whether every criterion of a method is met


class Criterion(Strict):
    """One condition of a method; it is met above the threshold."""

    id: CriterionId
    title: Words
    threshold: float = Field(gt=0)
    evidence: Evidence

    @property
    def is_checked(self) -> bool:
        """Whether the limit was read where it is published."""
        return self.evidence == "read in the source"


class Method(Strict):
    """A published way to say what is a dependency: all its criteria hold."""

    id: MethodId
    title: Words
    citation: Text
    criteria: list[Criterion] = Field(min_length=1)
    note: Text

    def threshold(self, criterion: str) -> float:
        """The limit of one of its criteria; of all together, how many there are."""
        if criterion == ALL:
            return float(len(self.criteria))
        return next(known.threshold for known in self.criteria if known.id == criterion)


class Stability(Strict):
    """How long a product stays on such a list, as published: shares of products that have left it."""

    gone_after_one_year: Share
    gone_after_five_years: Share
    citation: Text
    evidence: Evidence
    note: Text


class Dependence(Strict):
    """dependency.yaml.

    Attributes:
        without_exports: what stands for the ratio of imports to exports where there are imports and no exports.
        years_needed, window_years: a dependency lasts where all criteria hold in so many of so many years.
        covered_share: a mean over suppliers is given from this share of the imports on.
    """

    methods: list[Method] = Field(min_length=1)
    without_exports: float = Field(gt=0)
    years_needed: int = Field(ge=1)
    window_years: int = Field(ge=1)
    stability: Stability
    covered_share: Share

    @model_validator(mode="after")
    def _is_one_list(self) -> Self:
        ids = [method.id for method in self.methods]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"methods {twice} stand twice; keep one of each")
        if self.years_needed > self.window_years:
            raise ValueError(f"{self.years_needed} years of {self.window_years} cannot be; allowed is no more than all")
        return self

    def method(self, method_id: str) -> Method:
        """One method by its name."""
        return next(method for method in self.methods if method.id == method_id)


@cache
def load_dependence(folder: Path | None = None) -> Dependence:
    """Read schemas/dependency.yaml once per process.

    Raises:
        ContractError: the file is missing, or has an unknown or a wrong field.
    """
    path = (folder or schemas_folder()) / "dependency.yaml"
    try:
        return Dependence.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ContractError(f"{path} cannot be read ({error.strerror}); criteria need its limits. Restore it") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors())
        raise ContractError(f"{path}: {told}") from None
    except (yaml.YAMLError, ValueError) as error:  # a ValueError: not UTF-8
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None
