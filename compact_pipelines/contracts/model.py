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
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compact_pipelines.errors import ContractError

THEMES: Final = ("compute_exports", "capital_flows", "talent_movement", "standards_adoption", "infrastructure")

ColumnType = Literal["code", "text", "decimal", "double", "bigint", "period", "date", "datetime", "boolean"]
Words = dict[Literal["en", "fr", "es"], str]
M = TypeVar("M", bound=BaseModel)


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
            raise ContractError(
                f"code list {self.id}: no code {code!r}; add it to schemas/codelists/{self.id}.csv"
            )
        return self.rows[code][f"name_{language}"]

    def column(self, name: str) -> dict[str, str]:
        """One other column as a mapping from code, blanks left out."""
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


class Table(_Strict):
    """One of the five contracts."""

    id: str
    agency: str
    version: str
    title: Words
    row: str
    columns: list[Column]
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
        sets = _yaml(folder / "concepts/attribute_sets.yaml")
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
            membership=_model(
                Membership, _yaml(folder / "membership.yaml"), folder / "membership.yaml", "membership"
            ),
            same_source=[
                _model(SameSource, spec, folder / "same_source.yaml", "same_source")
                for spec in _yaml(folder / "same_source.yaml")
            ],
        )
        contracts._require_known_codes(folder)
        return contracts

    def _require_known_codes(self, folder: Path) -> None:
        areas = self.codelists["area"].rows
        named = {
            "membership.yaml": set(self.membership.tier_of),
            "same_source.yaml": {area for pair in self.same_source for area in pair.areas},
            **{f"sources/{source.id}.yaml": set(source.speaks_for) for source in self.sources.values()},
        }
        for file, codes in named.items():
            if unknown := sorted(codes - areas.keys()):
                raise ContractError(
                    f"{folder / file}: no area {unknown}; allowed are the ids of codelists/area.csv"
                )
        themes = {*self.tables, "reference"}
        for source in self.sources.values():
            if source.theme not in themes:
                raise ContractError(
                    f"{folder}/sources/{source.id}.yaml: no theme {source.theme!r}; allowed: {sorted(themes)}"
                )


def schemas_folder() -> Path:
    """Where schemas/ is: packed beside this package in an installed wheel, at the top of a checkout otherwise."""
    packed = Path(__file__).resolve().parents[1] / "schemas"
    return packed if packed.is_dir() else packed.parents[1] / "schemas"


@cache
def load_contracts(folder: Path | None = None) -> Contracts:
    """Read schemas/ once per process; see `Contracts.read` for the errors."""
    return Contracts.read(folder or schemas_folder())


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError(f"{path} is missing; restore it, the contracts cannot be read without it") from None
    except yaml.YAMLError as error:
        raise ContractError(f"{path} is not valid YAML: {error}") from None


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
        if spec.get("id") != path.stem:
            raise ContractError(f"{path}: id is {spec.get('id')!r}; it must be the file's name, {path.stem!r}")
        models[path.stem] = _model(kind, spec, path, path.stem)
    return models


def _read_codelist(path: Path) -> Codelist:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        needed = {"id", "name_en", "name_fr", "name_es", "source", "verified"}
        if missing := needed - set(reader.fieldnames or []):
            raise ContractError(f"{path}: columns {sorted(missing)} are missing")
        rows: dict[str, dict[str, str]] = {}
        for line, row in enumerate(reader, start=2):
            code = row.pop("id")
            if code in rows:
                raise ContractError(f"{path}, line {line}: code {code!r} stands twice; keep one")
            rows[code] = row
    return Codelist(id=path.stem, rows=rows)


def _read_table(
    path: Path, concepts: dict[str, Concept], sets: dict[str, list[str]], codelists: dict[str, Codelist]
) -> Table:
    spec = _yaml(path)
    roles: dict[str, Literal["dimension", "measure", "attribute"]] = dict.fromkeys(
        spec.pop("dimensions"), "dimension"
    )
    roles[spec.pop("measure")] = "measure"
    attributes = list(spec.pop("attributes"))
    for name in spec.pop("attribute_sets"):
        attributes += sets[name]
    roles.update(dict.fromkeys(attributes, "attribute"))
    narrowed = {
        name: _model(Narrowing, narrowing, path, f"narrow.{name}")
        for name, narrowing in spec.pop("narrow", {}).items()
    }
    columns = []
    for name, role in roles.items():
        if name not in concepts:
            raise ContractError(f"{path}: no concept {name!r}; define it in concepts/concepts.yaml")
        narrowing = narrowed.pop(name, Narrowing())
        list_id = narrowing.codelist or concepts[name].codelist
        if list_id is not None and list_id not in codelists:
            raise ContractError(f"{path}, {name}: no code list {list_id!r}; add codelists/{list_id}.csv")
        codelist = codelists[list_id] if list_id else None
        if codelist and (unknown := set(narrowing.codes or []) - codelist.rows.keys()):
            raise ContractError(f"{path}, {name}: codes {sorted(unknown)} are not in codelists/{list_id}.csv")
        columns.append(
            Column(
                id=name,
                role=role,
                concept=concepts[name],
                codelist=codelist,
                codes=narrowing.codes,
                sign=narrowing.sign or "any",
            )
        )
    if narrowed:
        raise ContractError(f"{path}: narrow names {sorted(narrowed)}, which the table has not")
    return _model(Table, {**spec, "columns": columns}, path, path.stem)
