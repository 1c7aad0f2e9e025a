"""The contracts as objects: concepts, code lists, tables, sources, membership.

`reading` makes them from schemas/ and checks them against each other, so that a typing mistake there is named with
its file before any figure is touched. The vocabulary is SDMX's: concept, code list, dimension, measure, attribute.
"""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from compact_pipelines.contracts.membership import Membership, Words
from compact_pipelines.contracts.sources import Source
from compact_pipelines.errors import ContractError

THEMES: Final = ("compute_exports", "capital_flows", "talent_movement", "standards_adoption", "infrastructure")

ColumnType = Literal["code", "text", "decimal", "double", "bigint", "period", "date", "datetime", "boolean"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Concept(_Strict):
    """What a column means, wherever it stands."""

    title: Words
    description: str
    type: ColumnType
    codelist: str | None = None
    in_: Literal["drop", "stored", "both"] = Field(alias="in")
    required: bool
    pattern: str | None = None
    good: list[str] = []
    bad: list[str] = []


class Narrowing(_Strict):
    """What one table says of a concept beyond its definition."""

    codelist: str | None = None
    codes: list[str] | None = None
    sign: Literal["nonnegative", "any"] | None = None


class Codelist(_Strict):
    """One file of codelists/: its codes in file order, each with its other columns.

    Attributes:
        id: the file's name.
        rows: code to the row's other cells; a blank cell is an empty string.
    """

    id: str
    rows: dict[str, dict[str, str]]

    @property
    def codes(self) -> list[str]:
        """The codes in file order."""
        return list(self.rows)

    def name(self, code: str, language: str = "en") -> str:
        """The code's name in one language.

        Raises:
            ContractError: the list has no such code.
        """
        if code not in self.rows:
            raise ContractError(f"code list {self.id}: no code {code!r}; add it to schemas/codelists/{self.id}.csv")
        return self.rows[code][f"name_{language}"]

    def column(self, name: str) -> dict[str, str]:
        """One other column as a mapping from code, blanks left out.

        Raises:
            ContractError: the list has no such column.
        """
        if any(name not in row for row in self.rows.values()):
            raise ContractError(f"code list {self.id}: no column {name!r}; add it to schemas/codelists/{self.id}.csv")
        return {code: row[name] for code, row in self.rows.items() if row[name]}


class Column(_Strict):
    """A concept in its place in one table."""

    id: str
    role: Literal["dimension", "measure", "attribute"]
    concept: Concept
    codelist: Codelist | None = None
    codes: list[str] | None = None
    sign: Literal["nonnegative", "any"] = "any"

    @property
    def allowed(self) -> list[str] | None:
        """The codes a cell may hold, or None where it is not a code."""
        if self.codes is not None:
            return self.codes
        return self.codelist.codes if self.codelist else None

    @property
    def is_stored(self) -> bool:
        """Whether the warehouse holds it."""
        return self.concept.in_ != "drop"

    @property
    def is_in_drop(self) -> bool:
        """Whether a partner's file may hold it."""
        return self.concept.in_ != "stored"


class AttributeSets(RootModel[dict[str, list[str]]]):
    """The attributes that tables take together, by the set's name."""


class TableFile(_Strict):
    """One file of tables/ as it is written: concepts by name, with what the table says of them."""

    id: str
    agency: str
    version: str
    title: Words
    row: str
    dimensions: list[str] = Field(min_length=1)
    measure: str
    attributes: list[str]
    attribute_sets: list[str]
    narrow: dict[str, Narrowing] = {}
    headline: dict[str, str]
    headline_title: Words
    rules: list[str]
    maps_to: list[str]


class Table(_Strict):
    """One of the five contracts.

    Attributes:
        headline: the dimensions, less the period, of the series that stands for the table where one figure must.
        headline_title: that series in words.
    """

    id: str
    agency: str
    version: str
    title: Words
    row: str
    columns: list[Column]
    headline: dict[str, str]
    headline_title: Words
    rules: list[str]
    maps_to: list[str]

    @property
    def dimensions(self) -> list[str]:
        """The key of a partner's drop; with source_id, the key of a stored row."""
        return [column.id for column in self.columns if column.role == "dimension"]

    @property
    def measure(self) -> str:
        """The column that holds the observation."""
        return next(column.id for column in self.columns if column.role == "measure")

    @property
    def stored(self) -> list[Column]:
        """The columns the warehouse holds, in order."""
        return [column for column in self.columns if column.is_stored]

    @property
    def in_drop(self) -> list[Column]:
        """The columns a partner's file may hold, in order."""
        return [column for column in self.columns if column.is_in_drop]

    @property
    def series_key(self) -> list[str]:
        """The dimensions that name a series: the key less its period."""
        return [name for name in self.dimensions if name != "time_period"]

    def column(self, name: str) -> Column:
        """One column by its name."""
        return next(column for column in self.columns if column.id == name)


class PublishedColumn(_Strict):
    """A column of a table that an edition publishes beside the five contracts."""

    type: ColumnType
    description: str
    required: bool = False


class PublishedTable(_Strict):
    """A table that an edition publishes beside the five contracts."""

    id: str
    title: Words
    row: str
    key: list[str]
    columns: dict[str, PublishedColumn]


class SameSource(_Strict):
    """A pair of areas whose two reports rest on one collection."""

    theme: str
    areas: list[str] = Field(min_length=2, max_length=2)
    since: str
    reason: str
    citation: str


class Contracts(_Strict):
    """All of schemas/, checked against itself."""

    codelists: dict[str, Codelist]
    tables: dict[str, Table]
    published: dict[str, PublishedTable]
    sources: dict[str, Source]
    membership: Membership
    same_source: list[SameSource]
    product_sums: dict[str, list[str]]

    @property
    def sources_in_use(self) -> list[Source]:
        """The sources that have code and may have rows, in the order of their files."""
        return [source for source in self.sources.values() if source.status == "in_use"]

    def source(self, source_id: str) -> Source:
        """One source by its name.

        Raises:
            ContractError: schemas/sources/ has no such file.
        """
        if source_id not in self.sources:
            raise ContractError(f"no source {source_id!r}: write schemas/sources/{source_id}.yaml")
        return self.sources[source_id]
