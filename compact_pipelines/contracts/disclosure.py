"""What operators decide of disclosure: how much protection a withheld value needs, and which cells protect others.

One file, schemas/disclosure.yaml, or the deployment's own where $COMPACT_DISCLOSURE says.
"""

import datetime as dt
import os
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compact_pipelines.contracts.model import Contracts, Table
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.contracts.yaml_text import parse_yaml
from compact_pipelines.errors import ContractError

DISCLOSURE_VARIABLE: Final = "COMPACT_DISCLOSURE"
PERCENT: Final = 100


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WithheldCell(_Strict):
    """A cell that is withheld so that another one cannot be derived.

    Attributes:
        table: the contract.
        key: every dimension of the table with its code.
        source: whose telling of it; every source's if None.
        reason: which cells it protects, for those who read the file later.
        since: from when it is withheld.
    """

    table: str
    key: dict[str, str]
    source: str | None = None
    reason: str = Field(min_length=1)
    since: dt.date


class Disclosure(_Strict):
    """How withheld values are protected.

    Attributes:
        protection_pct: how near to a withheld value nobody may be able to come, in percent of it.
        small_count: counts of persons above 0 and below this are withheld, in partners' drops only.
        withheld: cells withheld to protect others.
    """

    protection_pct: float = Field(ge=0, le=PERCENT)
    small_count: int = Field(ge=0)
    withheld: list[WithheldCell]

    @property
    def protection_share(self) -> float:
        """The protection as a share of the value."""
        return self.protection_pct / PERCENT

    def cells_of(self, table: Table) -> list[WithheldCell]:
        """The cells of one table that are withheld."""
        return [cell for cell in self.withheld if cell.table == table.id]


def disclosure_file() -> Path:
    """Where it is: $COMPACT_DISCLOSURE, else schemas/disclosure.yaml."""
    named = os.environ.get(DISCLOSURE_VARIABLE)
    return Path(named).expanduser() if named else schemas_folder() / "disclosure.yaml"


def load_disclosure(path: Path | None = None) -> Disclosure:
    """Read and check the file.

    Args:
        path: where it is; `disclosure_file` if not given.

    Raises:
        ContractError: it is missing, is no such file, or names a table, dimension or code that does not exist; all
            faults of its cells at once.
    """
    path = path or disclosure_file()
    try:
        disclosure = Disclosure.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ContractError(
            f"{path} cannot be read ({error.strerror}); it says which cells are withheld, so no edition is made "
            f"without it. Restore it, or point ${DISCLOSURE_VARIABLE} at it"
        ) from None
    except ValidationError as error:
        raise ContractError(f"{path}: {_told(error.errors())}") from None
    except (yaml.YAMLError, ValueError) as error:  # a ValueError: not UTF-8, or a date that is none
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None
    contracts = load_contracts()
    places = [(f"{path}, withheld {number}", cell) for number, cell in enumerate(disclosure.withheld, start=1)]
    if faults := [fault for place, cell in places for fault in _faults(contracts, place, cell)]:
        raise ContractError("; ".join(faults))
    return disclosure


def _told(errors: list[Any]) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in errors)


def _faults(contracts: Contracts, place: str, cell: WithheldCell) -> list[str]:
    if cell.table not in contracts.tables:
        return [f"{place}: no table {cell.table!r}; allowed are {', '.join(contracts.tables)}"]
    table = contracts.tables[cell.table]
    if sorted(cell.key) != sorted(table.dimensions):
        return [f"{place}: the key names {sorted(cell.key)}; it must name {table.dimensions}"]
    return [
        f"{place}: no code {code!r} in {name}'s code list"
        for name, code in cell.key.items()
        if (allowed := table.column(name).allowed) is not None and code not in allowed
    ]
