"""What makes two areas rivals where structural balance is measured: restrictions on exports, each with its text.

One file of schemas/: signs.yaml, whose head states the rule. Friends are the pairs of table trade_agreements.
"""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from compact_pipelines.contracts.agreements import Address
from compact_pipelines.contracts.evidence import Strict, Text
from compact_pipelines.contracts.membership import LANGUAGES, Words
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.errors import ContractError

FILE: Final = "signs.yaml"


class Restriction(Strict):
    """One official restriction on exports that names its destination.

    Attributes:
        from_area: who restricts.
        to_area: the destination that the text names.
        since: the day it took effect.
        until: the day it ended; blank while it holds.
        citation: where it was read.
        verified: whether that is an official text that says so; others do not count.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Words
    from_area: Text
    to_area: Text
    since: dt.date
    until: dt.date | None = None
    citation: Address
    verified: bool
    note: Text | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if set(self.name) != set(LANGUAGES):
            raise ValueError(f"restriction {self.id!r}: name stands in {sorted(self.name)}; needed are en, fr and es")
        if self.from_area == self.to_area:
            raise ValueError(f"restriction {self.id!r}: {self.from_area} restricts exports to itself")
        if self.until and self.until < self.since:
            raise ValueError(f"restriction {self.id!r}: it ended on {self.until}, before it began on {self.since}")
        return self


class Signs(Strict):
    """signs.yaml.

    Attributes:
        read_on: the day up to which restrictions were looked for.
    """

    read_on: dt.date
    restrictions: list[Restriction]

    @model_validator(mode="after")
    def _no_id_twice(self) -> Self:
        ids = [restriction.id for restriction in self.restrictions]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"restrictions {twice} stand twice; keep one of each")
        return self

    def in_force(self) -> list[Restriction]:
        """The verified restrictions that hold on the day of reading."""
        return [
            restriction
            for restriction in self.restrictions
            if restriction.verified
            and restriction.since <= self.read_on
            and (restriction.until is None or restriction.until > self.read_on)
        ]


@cache
def load_signs(folder: Path | None = None) -> Signs:
    """Read the list once per process; see `read_signs` for the errors."""
    return read_signs(folder or schemas_folder())


def read_signs(folder: Path) -> Signs:
    """Read and check the list of a schemas folder.

    Raises:
        ContractError: the file is missing, has an unknown or a wrong field, or names an area that is not in the code
            list; all faults of one kind at once.
    """
    path = folder / FILE
    try:
        read = Signs.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ContractError(
            f"{path} cannot be read ({error.strerror}); structural balance needs it. Restore it"
        ) from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors())
        raise ContractError(f"{path}: {told}") from None
    except (yaml.YAMLError, ValueError) as error:  # a ValueError: not UTF-8
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None
    areas = {code for code, row in load_contracts().codelists["area"].rows.items() if row["kind"] == "area"}
    named = [(row.id, area) for row in read.restrictions for area in (row.from_area, row.to_area)]
    if unknown := [f"restriction {name}: no area {area!r}" for name, area in named if area not in areas]:
        raise ContractError(f"{path}: {'; '.join(unknown)}; use ISO 3166-1 alpha-3")
    return read
