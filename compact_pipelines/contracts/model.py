"""The contracts as objects: concepts, code lists, tables, sources, membership.

Everything is read from schemas/ and checked against itself, so that a typing mistake there is named with its
file before any figure is touched. The vocabulary is SDMX's: concept, code list, dimension, measure, attribute.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from compact_pipelines.errors import ContractError

THEMES: Final = ("compute_exports", "capital_flows", "talent_movement", "standards_adoption", "infrastructure")

ColumnType = Literal["code", "text", "decimal", "double", "bigint", "period", "date", "datetime", "boolean"]
Words = dict[Literal["en", "fr", "es"], str]
M = TypeVar("M", bound=BaseModel)
_Named = tuple[str, str, list[str], list[str]]  # file, what it names, the names in it, the names allowed

LISTED_NAMES: Final = 12
CODELIST_COLUMNS: Final = ("id", "name_en", "name_fr", "name_es", "source", "verified")


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


class Licence(_Strict):
    """Under which terms a source's figures may be shown, and how to name it."""

    name: str
    attribution: str


class Part(_Strict):
    """One request of a source."""

    request: str
    media: Literal["json", "csv", "tsv"]


class Copies(_Strict):
    """A reporter whose figure is known to be its partner's, with the evidence."""

    area: str
    flow: str
    evidence: str


class Source(_Strict):
    """One file of sources/: who publishes what, under which terms, with which traps."""

    id: str
    theme: str
    title: Words
    publisher: str
    url: str
    licence: Licence
    kind: Literal["national_office", "international_body", "compilation", "register"]
    speaks_for: list[str]
    conf_status: str
    frequency: Literal["A", "Q", "M"]
    revised: str
    parts: dict[str, Part]
    copies: list[Copies] = []
    beware: list[str]


class Membership(_Strict):
    """Who is in the Compact, in our scenario."""

    scenario: str
    label: Words
    from_: str = Field(alias="from")
    tiers: dict[str, list[str]]

    @property
    def tier_of(self) -> dict[str, str]:
        """Area to tier."""
        return {area: tier for tier, areas in self.tiers.items() for area in areas}


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

    def source(self, source_id: str) -> Source:
        """One source by its name.

        Raises:
            ContractError: schemas/sources/ has no such file.
        """
        if source_id not in self.sources:
            raise ContractError(f"no source {source_id!r}: write schemas/sources/{source_id}.yaml")
        return self.sources[source_id]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read and check a schemas folder.

        Raises:
            ContractError: a file is missing, has an unknown field, or names something that does not exist.
        """
        concepts = {
            name: _model(Concept, spec, folder / "concepts/concepts.yaml", name)
            for name, spec in _yaml(folder / "concepts/concepts.yaml").items()
        }
        sets_file = folder / "concepts/attribute_sets.yaml"
        sets = _model(AttributeSets, _yaml(sets_file), sets_file, "attribute_sets").root
        codelists = {path.stem: _read_codelist(path) for path in sorted((folder / "codelists").glob("*.csv"))}
        tables = {
            path.stem: _read_table(path, concepts, sets, codelists)
            for path in sorted((folder / "tables").glob("*.yaml"))
        }
        contracts = cls(
            codelists=codelists,
            tables=tables,
            published=_folder(PublishedTable, folder / "published"),
            sources=_folder(Source, folder / "sources"),
            membership=_model(Membership, _yaml(folder / "membership.yaml"), folder / "membership.yaml", "membership"),
            same_source=[
                _model(SameSource, spec, folder / "same_source.yaml", "same_source")
                for spec in _yaml(folder / "same_source.yaml", list)
            ],
        )
        contracts._require_known_names(folder)
        return contracts

    def _require_known_names(self, folder: Path) -> None:
        for file, what, named, allowed in [
            *self._named_by_membership(),
            *(name for source in self.sources.values() for name in self._named_by_source(source)),
            *(
                (f"published/{table.id}.yaml", "column", table.key, list(table.columns))
                for table in self.published.values()
            ),
        ]:
            if unknown := sorted(set(named) - set(allowed)):
                shown = allowed if len(allowed) <= LISTED_NAMES else f"the {len(allowed)} ids of codelists/{what}.csv"
                raise ContractError(f"{folder / file}: no {what} {unknown}; allowed are {shown}")
        areas = [area for tier in self.membership.tiers.values() for area in tier]
        if twice := sorted({area for area in areas if areas.count(area) > 1}):
            raise ContractError(f"{folder}/membership.yaml: {twice} stand twice; allowed is one tier an area")

    def _named_by_membership(self) -> list[_Named]:
        pairs, areas = self.same_source, self._codes("area")
        return [
            ("membership.yaml", "area", list(self.membership.tier_of), areas),
            ("membership.yaml", "tier", list(self.membership.tiers), self._codes("tier")),
            ("same_source.yaml", "area", [area for pair in pairs for area in pair.areas], areas),
            ("same_source.yaml", "theme", [pair.theme for pair in pairs], list(self.tables)),
        ]

    def _named_by_source(self, source: Source) -> list[_Named]:
        file = f"sources/{source.id}.yaml"
        return [
            (file, "area", [*source.speaks_for, *(copies.area for copies in source.copies)], self._codes("area")),
            (file, "flow", [copies.flow for copies in source.copies], self._codes("flow")),
            (file, "conf_status", [source.conf_status], self._codes("conf_status")),
            (file, "theme", [source.theme], [*self.tables, "reference"]),
        ]

    def _codes(self, list_id: str) -> list[str]:
        if list_id not in self.codelists:
            raise ContractError(f"no code list {list_id!r}; restore schemas/codelists/{list_id}.csv")
        return self.codelists[list_id].codes


def schemas_folder() -> Path:
    """Where schemas/ is: packed beside this package in an installed wheel, at the top of a checkout otherwise."""
    packed = Path(__file__).resolve().parents[1] / "schemas"
    return packed if packed.is_dir() else packed.parents[1] / "schemas"


@cache
def load_contracts(folder: Path | None = None) -> Contracts:
    """Read schemas/ once per process; see `Contracts.read` for the errors."""
    return Contracts.read(folder or schemas_folder())


def _yaml(path: Path, kind: type = dict) -> Any:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError(f"{path} is missing; restore it, the contracts cannot be read without it") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{path} is not valid YAML in UTF-8: {error}") from None
    if not isinstance(content, kind):
        needed = "a mapping of fields" if kind is dict else "a list of entries"
        raise ContractError(f"{path} holds {type(content).__name__}; it must be {needed}")
    return content


def _model(kind: type[M], spec: Mapping[str, Any], path: Path, name: str) -> M:
    try:
        return kind.model_validate(spec)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        )
        raise ContractError(f"{path}, {name}: {faults}") from None


def _folder(kind: type[M], folder: Path) -> dict[str, M]:
    models = {}
    for path in sorted(folder.glob("*.yaml")):
        spec = _yaml(path)
        _require_id_is_file_name(spec.get("id"), path)
        models[path.stem] = _model(kind, spec, path, path.stem)
    return models


def _require_id_is_file_name(found: object, path: Path) -> None:
    if found != path.stem:
        raise ContractError(f"{path}: id is {found!r}; it must be the file's name, {path.stem!r}")


def _read_codelist(path: Path) -> Codelist:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return Codelist(id=path.stem, rows=_codelist_rows(path, csv.DictReader(lines, strict=True)))
    except (csv.Error, UnicodeDecodeError) as error:
        raise ContractError(f"{path} is not valid CSV in UTF-8: {error}") from None


def _codelist_rows(path: Path, reader: "csv.DictReader[str]") -> dict[str, dict[str, str]]:
    header = list(reader.fieldnames or [])
    if missing := [name for name in CODELIST_COLUMNS if name not in header]:
        raise ContractError(f"{path}: columns {missing} are missing; needed are {list(CODELIST_COLUMNS)}")
    rows: dict[str, dict[str, str]] = {}
    for row in reader:
        place = f"{path}, line {reader.line_num}"
        if None in row or None in row.values():
            raise ContractError(f"{place}: a row must have {len(header)} cells, as the header has")
        code = row.pop("id")
        if code in rows:
            raise ContractError(f"{place}: code {code!r} stands twice; keep one")
        rows[code] = row
    return rows


def _read_table(
    path: Path, concepts: dict[str, Concept], sets: dict[str, list[str]], codelists: dict[str, Codelist]
) -> Table:
    spec = _model(TableFile, _yaml(path), path, path.stem)
    _require_id_is_file_name(spec.id, path)
    if unknown := sorted(set(spec.attribute_sets) - sets.keys()):
        raise ContractError(f"{path}: no attribute set {unknown}; allowed are {sorted(sets)}")
    attributes = [*spec.attributes, *(name for set_id in spec.attribute_sets for name in sets[set_id])]
    names = [*spec.dimensions, spec.measure, *attributes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ContractError(f"{path}: {twice} stand twice; a column is a dimension, the measure or an attribute")
    if strange := sorted(spec.narrow.keys() - set(names)):
        raise ContractError(f"{path}: narrow names {strange}, which the table has not; allowed are {names}")
    if undefined := [name for name in names if name not in concepts]:
        raise ContractError(f"{path}: no concept {undefined}; define it in concepts/concepts.yaml")
    roles: dict[str, Literal["dimension", "measure", "attribute"]] = {
        **dict.fromkeys(spec.dimensions, "dimension"),
        spec.measure: "measure",
        **dict.fromkeys(attributes, "attribute"),
    }
    columns = []
    for name, role in roles.items():
        narrowing = spec.narrow.get(name, Narrowing())
        columns.append(
            Column(
                id=name,
                role=role,
                concept=concepts[name],
                codelist=_codelist(f"{path}, {name}", concepts[name], narrowing, codelists),
                codes=narrowing.codes,
                sign=narrowing.sign or "any",
            )
        )
    table = Table(**spec.model_dump(include=Table.model_fields.keys() - {"columns"}), columns=columns)
    _require_headline(table, path)
    return table


def _codelist(place: str, concept: Concept, narrowing: Narrowing, codelists: dict[str, Codelist]) -> Codelist | None:
    list_id = narrowing.codelist or concept.codelist
    if list_id is None:
        if concept.type == "code":
            raise ContractError(f"{place}: a code needs a code list; name it in concepts/concepts.yaml or in narrow")
        return None
    if list_id not in codelists:
        raise ContractError(f"{place}: no code list {list_id!r}; add codelists/{list_id}.csv")
    if unknown := sorted(set(narrowing.codes or []) - codelists[list_id].rows.keys()):
        raise ContractError(f"{place}: codes {unknown} are not in codelists/{list_id}.csv")
    return codelists[list_id]


def _require_headline(table: Table, path: Path) -> None:
    if sorted(table.headline) != sorted(table.series_key):
        raise ContractError(f"{path}: headline names {sorted(table.headline)}; it must name {table.series_key}")
    for name, code in table.headline.items():
        allowed = table.column(name).allowed
        if allowed is not None and code not in allowed:
            raise ContractError(f"{path}, headline.{name}: no code {code!r} in {name}'s code list")
