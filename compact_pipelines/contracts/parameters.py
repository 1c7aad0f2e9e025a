"""The figures that reconciling needs and the data do not give, each with where it comes from.

Five files of schemas/: valuation.yaml (freight in imports, see `freight`), reliability.yaml (errors where no panel
tells them, see `priors`), hubs.yaml (where investment only passes through), transit.yaml (days at sea) and
reconciliations.yaml (what published studies of two offices found). The code holds no such figure of its own.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Self

import yaml
from pydantic import BaseModel, Field, RootModel, ValidationError, model_validator

from compact_pipelines.contracts.evidence import Evidence, Strict, Text
from compact_pipelines.contracts.freight import FreightRule, Valuation
from compact_pipelines.contracts.model import Contracts
from compact_pipelines.contracts.priors import Prior, Reliability
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.contracts.yaml_text import parse_yaml
from compact_pipelines.errors import ContractError

__all__ = ["FreightRule", "Hubs", "Parameters", "Prior", "Reconciliation", "Reliability", "Transit", "Valuation"]

LISTED_NAMES: Final = 12
HOURS_PER_DAY: Final = 24
KM_PER_NAUTICAL_MILE: Final = 1.852


class Hub(Strict):
    """An economy through which direct investment passes on its way elsewhere."""

    area: Text
    note: Text


class Hubs(Strict):
    """hubs.yaml."""

    theme: Text
    citation: Text
    evidence: Evidence
    note: Text
    hubs: list[Hub] = Field(min_length=1)

    @property
    def areas(self) -> list[str]:
        """Their codes, sorted."""
        return sorted(hub.area for hub in self.hubs)


class Transit(Strict):
    """transit.yaml: how long goods are on their way, so that a flow falls into two periods.

    Attributes:
        speed_knots: of container ships, in nautical miles an hour.
        neighbour_days: taken between areas with a common border.
    """

    theme: Text
    speed_knots: float = Field(gt=0)
    neighbour_days: float = Field(ge=0)
    citation: Text
    evidence: Evidence
    note: Text

    @property
    def sea_km_per_day(self) -> float:
        """Kilometres in a day at that speed."""
        return self.speed_knots * KM_PER_NAUTICAL_MILE * HOURS_PER_DAY

    def days(self, distance_km: float, *, is_contiguous: bool) -> float:
        """Days on the way between two areas."""
        return self.neighbour_days if is_contiguous else distance_km / self.sea_km_per_day


class Reconciliation(Strict):
    """One figure of a published comparison of two areas' reports: an official fact, set beside our own result.

    Attributes:
        study: the comparison it belongs to.
        direction: `from_to` is the flow from the first area to the second; `balance` is the first area's balance.
        measure: what the figure is.
        said_by: whose data it is: an area, or `study` where the study derived it.
        finding: what it shows, in one neutral sentence.
    """

    id: Text
    study: Text
    areas: tuple[str, str]
    direction: Literal["from_to", "balance"]
    year: int = Field(ge=1900, le=2100)
    measure: Text
    value: float
    unit: Literal["USD", "share"]
    said_by: Text
    citation: Text
    evidence: Evidence
    finding: Text


class Reconciliations(RootModel[list[Reconciliation]]):
    """reconciliations.yaml."""

    @model_validator(mode="after")
    def _no_id_twice(self) -> Self:
        ids = [record.id for record in self.root]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"ids {twice} stand twice; keep one of each")
        return self

    def get(self, record_id: str) -> Reconciliation:
        """One figure by its name.

        Raises:
            ContractError: there is no such figure.
        """
        for record in self.root:
            if record.id == record_id:
                return record
        raise ContractError(f"no reconciliation {record_id!r}; allowed are {[record.id for record in self.root]}")

    def between(self, area: str, other: str) -> list[Reconciliation]:
        """All figures of one pair of areas, whichever comes first."""
        return [record for record in self.root if set(record.areas) == {area, other}]


class Parameters(Strict):
    """All five files."""

    valuation: Valuation
    reliability: Reliability
    hubs: Hubs
    transit: Transit
    reconciliations: Reconciliations


FILES: Final[dict[str, type[BaseModel]]] = {
    "valuation": Valuation,
    "reliability": Reliability,
    "hubs": Hubs,
    "transit": Transit,
    "reconciliations": Reconciliations,
}


@cache
def load_parameters(folder: Path | None = None) -> Parameters:
    """Read the files once per process; see `read_parameters` for the errors."""
    return read_parameters(folder or schemas_folder())


def read_parameters(folder: Path) -> Parameters:
    """Read and check the five files of a schemas folder.

    Raises:
        ContractError: a file is missing, has an unknown or a wrong field, or names an area, a theme, a source or a code
            that does not exist; the faults of one kind all at once.
    """
    read = {name: _read(kind, folder / f"{name}.yaml") for name, kind in FILES.items()}
    parameters = Parameters.model_validate(read)
    if faults := list(_unknown_names(parameters, load_contracts(), folder)):
        raise ContractError("; ".join(faults))
    return parameters


def _read(kind: type[BaseModel], path: Path) -> BaseModel:
    try:
        return kind.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ContractError(
            f"{path} cannot be read ({error.strerror}); reconciling needs its figures. Restore it"
        ) from None
    except ValidationError as error:
        raise ContractError(f"{path}: {_told(error.errors())}") from None
    except (yaml.YAMLError, ValueError) as error:  # a ValueError: not UTF-8
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None


def _told(errors: list[Any]) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}" for fault in errors)


def _unknown_names(parameters: Parameters, contracts: Contracts, folder: Path) -> Iterator[str]:
    """What the files name and schemas/ does not have: file, place and what is allowed."""
    areas, themes, sources = contracts.codelists["area"].codes, list(contracts.tables), list(contracts.sources)
    for place, name, allowed in _names(parameters, areas, themes, sources, contracts):
        if name not in allowed:
            shown = sorted(allowed) if len(allowed) <= LISTED_NAMES else f"the {len(allowed)} known ones"
            yield f"{folder}/{place}: no {name!r}; allowed are {shown}"


def _names(
    parameters: Parameters, areas: list[str], themes: list[str], sources: list[str], contracts: Contracts
) -> Iterator[tuple[str, str, list[str]]]:
    valuation, hubs, transit = parameters.valuation, parameters.hubs, parameters.transit
    for number, basis in enumerate(valuation.importer_basis):
        place = f"valuation.yaml, importer_basis.{number}"
        yield from [(f"{place}.source", basis.source, sources), (f"{place}.area", basis.area, areas)]
    for number, inland in enumerate(valuation.inland_freight):
        place = f"valuation.yaml, inland_freight.{number}"
        yield f"{place}.theme", inland.theme, themes
        yield from [(f"{place}.from_area", inland.from_area, areas), (f"{place}.to_area", inland.to_area, areas)]
    for number, prior in enumerate(parameters.reliability.priors):
        place = f"reliability.yaml, priors.{number}"
        yield f"{place}.theme", prior.theme, themes
        for subject in prior.subjects:
            yield f"{place}.subjects", subject, _subjects(prior.theme, contracts)
    yield from [("hubs.yaml, theme", hubs.theme, themes), ("transit.yaml, theme", transit.theme, themes)]
    yield from ((f"hubs.yaml, hubs.{number}", hub.area, areas) for number, hub in enumerate(hubs.hubs))
    for number, record in enumerate(parameters.reconciliations.root):
        place = f"reconciliations.yaml, {number}"
        yield from ((f"{place}.areas", area, areas) for area in record.areas)
        yield f"{place}.said_by", record.said_by, [*record.areas, "study"]


def _subjects(theme: str, contracts: Contracts) -> list[str]:
    """The codes of what a theme counts; none for an unknown theme, which is told by itself."""
    if theme not in contracts.tables:
        return []
    columns = ("product", "instrument", "category", "indicator")
    named = [column for column in contracts.tables[theme].columns if column.id in columns]
    return [code for column in named for code in column.allowed or []]
