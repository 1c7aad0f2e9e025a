"""Who is in the Compact in our scenario, and the sets of members that are compared: questions, not forecasts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from compact_pipelines.contracts.evidence import Strict

Language = Literal["en", "fr", "es"]
Words = dict[Language, str]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr", "es")


class Bloc(Strict):
    """One set of members to compare: whole tiers, and single areas beside them."""

    id: str
    label: Words
    tiers: list[str] = Field(default_factory=list)
    areas: list[str] = Field(default_factory=list)


class OneByOne(Strict):
    """The same members with one more area, for each area of some tiers.

    Attributes:
        beside: the tiers that are members in every such set.
        tiers: the tiers whose areas join, one a set.
        label: what such a set is, with {area} for its name.
    """

    beside: list[str]
    tiers: list[str]
    label: Words


@dataclass(frozen=True)
class MemberSet:
    """A set of members with its name: a question that the analyses answer.

    Attributes:
        id: what addresses and tables call it.
        label: what a reader is told, by language.
        areas: the members, each once, by code.
    """

    id: str
    label: Words
    areas: tuple[str, ...]


class Membership(Strict):
    """Who is in the Compact, in our scenario, and the sets of members that are compared."""

    scenario: str
    label: Words
    from_: str = Field(alias="from")
    tiers: dict[str, list[str]]
    blocs: list[Bloc]
    one_by_one: OneByOne

    def areas_of(self, bloc: Bloc) -> list[str]:
        """The areas of a bloc, each once, by code."""
        return sorted({*bloc.areas, *self._of(bloc.tiers)})

    @property
    def tier_of(self) -> dict[str, str]:
        """Area to tier."""
        return {area: tier for tier, areas in self.tiers.items() for area in areas}

    def member_sets(self, name_of: Callable[[str, Language], str]) -> list[MemberSet]:
        """All sets that are compared: the blocs as they are written, then one set for each area that joins alone.

        Args:
            name_of: an area's name in a language, such as the code list's.
        """
        sets = [MemberSet(bloc.id, bloc.label, tuple(self.areas_of(bloc))) for bloc in self.blocs]
        beside = self._of(self.one_by_one.beside)
        for area in self._of(self.one_by_one.tiers):
            label = {
                language: self.one_by_one.label[language].format(area=name_of(area, language)) for language in LANGUAGES
            }
            sets.append(MemberSet(f"core_{area.lower()}", label, tuple(sorted({*beside, area}))))
        return sets

    def _of(self, tiers: list[str]) -> list[str]:
        return [area for tier in tiers for area in self.tiers[tier]]
