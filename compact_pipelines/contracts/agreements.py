"""Trade agreements that came into force after the panel of agreements ends: a list of ours, each with its text.

One file of schemas/: agreements.yaml. Only what was read on an official page, or in an official text reprinted, counts;
the others stand there as unverified, so that a pair they would link is unknown and not taken for unlinked.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Annotated, Final, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from compact_pipelines.contracts.evidence import Strict, Text
from compact_pipelines.contracts.membership import Words
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.errors import ContractError

FILE: Final = "agreements.yaml"
LANGUAGES: Final = {"en", "fr", "es"}
Address = Annotated[str, Field(pattern=r"^https?://[^ ]+$")]
Pair = tuple[str, str]


class Group(Strict):
    """Areas that conclude agreements together.

    Attributes:
        members: those of the scenario, by code.
    """

    members: list[Text] = Field(min_length=2)
    citation: Address


class TradeAgreement(Strict):
    """One agreement.

    Attributes:
        sides: areas or groups; one side links all its areas with each other, two or more link those of different sides.
        in_force: the day it took effect, provisionally or for good; blank where the text says only that it holds.
        joined: later days, for areas that joined later.
        replaces: names in the panel of the agreements whose place it took.
        citation: where it was read; only what is not verified may have none.
        verified: whether that is an official page, or an official text reprinted, and says that it holds.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Words
    sides: list[list[Text]] = Field(min_length=1)
    in_force: dt.date | None = None
    joined: dict[str, dt.date] = Field(default_factory=dict)
    replaces: list[Text] = Field(default_factory=list)
    citation: Address | None = None
    verified: bool
    note: Text | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if set(self.name) != LANGUAGES:
            raise ValueError(f"agreement {self.id!r}: name stands in {sorted(self.name)}; needed are en, fr and es")
        if self.verified and self.citation is None:
            raise ValueError(f"agreement {self.id!r}: it is verified, so citation must say where")
        if self.joined and self.in_force is None:
            raise ValueError(f"agreement {self.id!r}: some joined, so in_force must say since when the others are in")
        if self.in_force and (early := sorted(area for area, day in self.joined.items() if day < self.in_force)):
            raise ValueError(f"agreement {self.id!r}: {early} joined before it was in force on {self.in_force}")
        return self


class Ending(Strict):
    """An area for which agreements of the panel have ended, such as by leaving the union that concluded them.

    Attributes:
        agreements: their names in the panel.
        last_day: the last day they applied.
    """

    area: Text
    agreements: list[Text] = Field(min_length=1)
    last_day: dt.date
    citation: Address


class PartialScheme(Strict):
    """Something that gives preferences on some tariffs only: the panel counts it as an agreement, or it came later.

    Attributes:
        name: its name, in the panel if it is there.
        note: why it is taken for one.
        id, sides, in_force, citation: of one that came later, as of an agreement; none of the panel's has them.
    """

    name: Text
    note: Text
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    sides: list[list[Text]] = Field(default_factory=list)
    in_force: dt.date | None = None
    citation: Address | None = None

    @model_validator(mode="after")
    def _is_of_the_panel_or_whole(self) -> Self:
        given = [self.id is not None, bool(self.sides), self.in_force is not None, self.citation is not None]
        if any(given) and not all(given):
            raise ValueError(f"scheme {self.name!r}: one that came later needs id, sides, in_force and citation")
        return self


class TradeAgreements(Strict):
    """agreements.yaml.

    Attributes:
        panel_year: the last year of the panel that the list continues.
        read_on: the day up to which the list was looked for; later ones are not in it.
        partial_schemes: what is no full agreement.
    """

    panel_year: int = Field(ge=1900, le=2100)
    read_on: dt.date
    partial_schemes: list[PartialScheme]
    groups: dict[str, Group]
    agreements: list[TradeAgreement]
    ended: list[Ending]

    @model_validator(mode="after")
    def _no_id_twice(self) -> Self:
        ids = [agreement.id for agreement in self.agreements] + [scheme.id for scheme in self.later_schemes]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"agreements {twice} stand twice; keep one of each")
        if both := sorted(self.partial_names & {name for agreement in self.agreements for name in agreement.replaces}):
            raise ValueError(f"{both} are partial schemes and replaced by an agreement; they are the one or the other")
        return self

    @property
    def partial_names(self) -> frozenset[str]:
        """Names in the panel of what gives preferences on some tariffs only."""
        return frozenset(scheme.name for scheme in self.partial_schemes if scheme.id is None)

    @property
    def later_schemes(self) -> list[TradeAgreement]:
        """What came later and gives preferences on some tariffs only, written as agreements are."""
        return [
            TradeAgreement(id=scheme.id, name=dict.fromkeys(LANGUAGES, scheme.name), sides=scheme.sides,
                           in_force=scheme.in_force, citation=scheme.citation, verified=True)
            for scheme in self.partial_schemes if scheme.id is not None
        ]  # fmt: skip

    def pairs(self, agreement: TradeAgreement) -> dict[Pair, dt.date | None]:
        """The pairs of areas that an agreement links, in order, and since when; None where that is not known."""
        sides = [self._areas(side) for side in agreement.sides]
        if len(sides) == 1:
            linked = set(combinations(sides[0], 2))
        else:
            linked = {(min(pair), max(pair)) for one, other in combinations(sides, 2) for pair in product(one, other)}
        return {(one, other): self._since(agreement, one, other) for one, other in sorted(linked)}

    def _areas(self, side: list[str]) -> list[str]:
        return sorted(
            {area for name in side for area in (self.groups[name].members if name in self.groups else [name])}
        )

    @staticmethod
    def _since(agreement: TradeAgreement, one: str, other: str) -> dt.date | None:
        if agreement.in_force is None:
            return None
        return max(agreement.in_force, *(agreement.joined.get(area, agreement.in_force) for area in (one, other)))


@cache
def load_trade_agreements(folder: Path | None = None) -> TradeAgreements:
    """Read the list once per process; see `read_trade_agreements` for the errors."""
    return read_trade_agreements(folder or schemas_folder())


def read_trade_agreements(folder: Path) -> TradeAgreements:
    """Read and check the list of a schemas folder.

    Raises:
        ContractError: the file is missing, has an unknown or a wrong field, or names an area that is in neither the
            code list nor its groups, or an area on two sides; the faults of one kind all at once.
    """
    path = folder / FILE
    try:
        read = TradeAgreements.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ContractError(f"{path} cannot be read ({error.strerror}); trade agreements need it. Restore it") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors())
        raise ContractError(f"{path}: {told}") from None
    except (yaml.YAMLError, ValueError) as error:  # a ValueError: not UTF-8
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None
    if faults := list(_faults(read)):
        raise ContractError("; ".join(f"{path}, {fault}" for fault in faults))
    return read


def _faults(read: TradeAgreements) -> Iterator[str]:
    areas = {code for code, row in load_contracts().codelists["area"].rows.items() if row["kind"] == "area"}
    named = [(f"groups.{name}", area, areas) for name, group in read.groups.items() for area in group.members]
    for agreement in [*read.agreements, *read.later_schemes]:
        known = {*areas, *read.groups}
        named += [(f"agreement {agreement.id}", name, known) for side in agreement.sides for name in side]
        named += [(f"agreement {agreement.id}, joined", area, areas) for area in agreement.joined]
    named += [("ended", ending.area, areas) for ending in read.ended]
    unknown = [f"{place}: no area or group {name!r}; use ISO 3166-1 alpha-3" for place, name, known in named
               if name not in known]  # fmt: skip
    yield from unknown
    if unknown:
        return
    for agreement in [*read.agreements, *read.later_schemes]:
        pairs = read.pairs(agreement)
        if alone := sorted({one for one, other in pairs if one == other}):
            yield f"agreement {agreement.id}: {alone} stand on two sides; an area has no agreement with itself"
        if not pairs:
            yield f"agreement {agreement.id}: it links no two areas; name at least two"
