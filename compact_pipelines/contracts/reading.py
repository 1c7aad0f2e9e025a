"""Reading schemas/: YAML and CSV become the objects of `model`, checked one by one and against each other."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from compact_pipelines.contracts.membership import Membership
from compact_pipelines.contracts.model import (
    AttributeSets,
    Codelist,
    Column,
    Concept,
    Contracts,
    Narrowing,
    PublishedTable,
    SameSource,
    Table,
    TableFile,
)
from compact_pipelines.contracts.sources import Source
from compact_pipelines.contracts.yaml_text import parse_yaml
from compact_pipelines.errors import ContractError

M = TypeVar("M", bound=BaseModel)
_Named = tuple[str, str, list[str], list[str]]  # file, what it names, the names in it, the names allowed

LISTED_NAMES: Final = 12
CODELIST_COLUMNS: Final = ("id", "name_en", "name_fr", "name_es", "source", "verified")


def schemas_folder() -> Path:
    """Where schemas/ is: packed beside this package in an installed wheel, at the top of a checkout otherwise."""
    packed = Path(__file__).resolve().parents[1] / "schemas"
    return packed if packed.is_dir() else packed.parents[1] / "schemas"


@cache
def load_contracts(folder: Path | None = None) -> Contracts:
    """Read schemas/ once per process; see `read_contracts` for the errors."""
    return read_contracts(folder or schemas_folder())


def read_contracts(folder: Path) -> Contracts:
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
        path.stem: _read_table(path, concepts, sets, codelists) for path in sorted((folder / "tables").glob("*.yaml"))
    }
    contracts = Contracts(
        codelists=codelists,
        tables=tables,
        published=_folder(PublishedTable, folder / "published"),
        sources=_folder(Source, folder / "sources"),
        membership=_model(Membership, _yaml(folder / "membership.yaml"), folder / "membership.yaml", "membership"),
        same_source=[
            _model(SameSource, spec, folder / "same_source.yaml", "same_source")
            for spec in _yaml(folder / "same_source.yaml", list)
        ],
        product_sums=_yaml(folder / "product_sums.yaml"),
    )
    _require_known_names(contracts, folder)
    return contracts


def _require_known_names(contracts: Contracts, folder: Path) -> None:
    for file, what, named, allowed in [
        *_named_by_membership(contracts),
        *(name for source in contracts.sources.values() for name in _named_by_source(contracts, source)),
        *(
            (f"published/{table.id}.yaml", "column", table.key, list(table.columns))
            for table in contracts.published.values()
        ),
    ]:
        if unknown := sorted(set(named) - set(allowed)):
            shown = allowed if len(allowed) <= LISTED_NAMES else f"the {len(allowed)} ids of codelists/{what}.csv"
            raise ContractError(f"{folder / file}: no {what} {unknown}; allowed are {shown}")
    areas = [area for tier in contracts.membership.tiers.values() for area in tier]
    if twice := sorted({area for area in areas if areas.count(area) > 1}):
        raise ContractError(f"{folder}/membership.yaml: {twice} stand twice; allowed is one tier an area")


def _named_by_membership(contracts: Contracts) -> list[_Named]:
    pairs, areas, blocs = contracts.same_source, _codes(contracts, "area"), contracts.membership.blocs
    alone = contracts.membership.one_by_one
    return [
        ("membership.yaml", "area", list(contracts.membership.tier_of), areas),
        ("membership.yaml", "tier", list(contracts.membership.tiers), _codes(contracts, "tier")),
        ("membership.yaml", "tier", [tier for bloc in blocs for tier in bloc.tiers], list(contracts.membership.tiers)),
        ("membership.yaml", "area", [area for bloc in blocs for area in bloc.areas], areas),
        ("membership.yaml", "tier", [*alone.beside, *alone.tiers], list(contracts.membership.tiers)),
        ("same_source.yaml", "area", [area for pair in pairs for area in pair.areas], areas),
        ("product_sums.yaml", "product", list(contracts.product_sums), _codes(contracts, "product")),
        (
            "product_sums.yaml",
            "product",
            [p for parts in contracts.product_sums.values() for p in parts],
            _codes(contracts, "product"),
        ),
        ("same_source.yaml", "theme", [pair.theme for pair in pairs], list(contracts.tables)),
    ]


def _named_by_source(contracts: Contracts, source: Source) -> list[_Named]:
    file = f"sources/{source.id}.yaml"
    return [
        (file, "area", [*source.speaks_for, *(copies.area for copies in source.copies)], _codes(contracts, "area")),
        (file, "flow", [copies.flow for copies in source.copies], _codes(contracts, "flow")),
        (file, "conf_status", [source.conf_status], _codes(contracts, "conf_status")),
        (file, "theme", [source.theme], [*contracts.tables, "reference"]),
    ]


def _codes(contracts: Contracts, list_id: str) -> list[str]:
    if list_id not in contracts.codelists:
        raise ContractError(f"no code list {list_id!r}; restore schemas/codelists/{list_id}.csv")
    return contracts.codelists[list_id].codes


def _yaml(path: Path, kind: type = dict) -> Any:
    try:
        content = parse_yaml(path.read_text(encoding="utf-8"))
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
