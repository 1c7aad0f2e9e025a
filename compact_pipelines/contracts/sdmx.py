"""The contracts as an SDMX-JSON 2.0 structure message, for statistical offices that speak SDMX.

Built from pysdmx's model and written by pysdmx; what its writer leaves out is added afterwards: the names in French and
Spanish, and each concept's own URN. The message holds the columns that a partner's file may have, and who may send what
(`provisions`). Nothing of a partner is ever read with pysdmx: it guesses types, and opens what looks like a path.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from pysdmx.io.json.sdmxjson2.writer.v2_0.structure import write
from pysdmx.model import (
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    ConstraintAttachment,
    CubeKeyValue,
    CubeRegion,
    CubeValue,
    DataConstraint,
    Dataflow,
    DataStructureDefinition,
    DataType,
    Facets,
    Organisation,
    Role,
)
from pysdmx.model.__base import MaintainableArtefact
from pysdmx.model.message import Header

from compact_pipelines.contracts.membership import Words
from compact_pipelines.contracts.model import Column, Contracts, Table
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.contracts.provisions import (
    URN,
    add_partner_names,
    own_voices,
    provider_scheme,
    provision_agreements,
)
from compact_pipelines.contracts.reading import schemas_folder
from compact_pipelines.exchange.partners import Agreement, load_agreements

AGENCY: Final = "NACX"
SCHEME: Final = "CS_COMPACT"
SCHEME_NAMES: Final[Words] = {
    "en": "Concepts of the North American AI Compact exchange",
    "fr": "Concepts du système d'échange du Pacte nord-américain pour l'IA",
    "es": "Conceptos del intercambio del Pacto Norteamericano de IA",
}
LIST_VERSION: Final = "1.0.0"  # of the concept scheme and the code lists; the tables carry their own
MESSAGE: Final = "NACX_STRUCTURES"
PREPARED: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # fixed: the same contracts give the same bytes
DECIMAL_PLACES: Final = 6
TYPES: Final = {
    "code": DataType.STRING,
    "text": DataType.STRING,
    "period": DataType.PERIOD,
    "decimal": DataType.DECIMAL,
    "double": DataType.DOUBLE,
    "bigint": DataType.LONG,
    "date": DataType.DATE,
    "datetime": DataType.DATE_TIME,
    "boolean": DataType.BOOLEAN,
}
ROLES: Final = {"dimension": Role.DIMENSION, "measure": Role.MEASURE, "attribute": Role.ATTRIBUTE}


def shipped_agreements() -> dict[str, Agreement]:
    """The agreements of schemas/, wherever a deployment keeps its own."""
    return load_agreements(schemas_folder() / "partners")


def sdmx_structures(contracts: Contracts, agreements: Mapping[str, Agreement]) -> list[MaintainableArtefact]:
    """All artefacts as pysdmx objects.

    Returns:
        Code lists, the concept scheme, the constraints (of tables that narrow a code list, of partners' own voices),
        dataflows, the partners, data structures and provision agreements, in the order in which pysdmx reads them back.
    """
    codelists = _codelists(contracts)
    scheme = _scheme(contracts, codelists)
    structures = [_structure(table, scheme, codelists) for table in contracts.tables.values()]
    constraints = [made for table in contracts.tables.values() if (made := _constraint(table))]
    dataflows = [
        Dataflow(
            id=structure.id,
            name=structure.name,
            agency=AGENCY,
            description=structure.description,
            version=structure.version,
            is_final=True,
            structure=structure,
        )
        for structure in structures
    ]
    constraints += own_voices(contracts, agreements)
    partners = [provider_scheme(AGENCY, agreements)] if agreements else []
    provisions = provision_agreements(contracts, agreements)
    return [*codelists.values(), scheme, *constraints, *dataflows, *partners, *structures, *provisions]


def sdmx_structure_message(contracts: Contracts, agreements: Mapping[str, Agreement] | None = None) -> str:
    """The message as text, indented, ending in a line break; with the shipped agreements if none are given."""
    agreements = shipped_agreements() if agreements is None else agreements
    header = Header(id=MESSAGE, prepared=PREPARED, sender=Organisation(id=AGENCY))
    message = json.loads(write(sdmx_structures(contracts, agreements), header=header, prettyprint=False) or "")
    data = message["data"]
    for structure in data["dataStructures"]:
        structure["dataStructureComponents"].pop("groups", None)  # pysdmx 1.21 writes an empty list: not allowed
    _add_names(data, contracts)
    add_partner_names(data, agreements)
    for concept in data["conceptSchemes"][0]["concepts"]:
        concept["links"] = [{"rel": "self", "type": "concept", "urn": _concept_urn(concept["id"])}]
    return json.dumps(message, ensure_ascii=False, indent=1) + "\n"


def _codelists(contracts: Contracts) -> dict[str, Codelist]:
    used = {
        column.codelist.id
        for table in contracts.tables.values()
        for column in table.in_drop
        if column.codelist is not None
    }
    return {
        name: Codelist(
            id=f"CL_{name.upper()}",
            name=name.replace("_", " ").capitalize(),
            agency=AGENCY,
            version=LIST_VERSION,
            is_final=True,
            items=tuple(Code(id=code, name=row["name_en"]) for code, row in contracts.codelists[name].rows.items()),
        )
        for name in sorted(used)
    }


def _drop_columns(contracts: Contracts) -> dict[str, Column]:
    return {column.id: column for table in contracts.tables.values() for column in table.in_drop}


def _scheme(contracts: Contracts, codelists: dict[str, Codelist]) -> ConceptScheme:
    concepts = []
    for name, column in _drop_columns(contracts).items():
        codes = codelists.get(column.concept.codelist or "")
        concepts.append(
            Concept(
                id=name.upper(),
                name=column.concept.title["en"],
                description=column.concept.description,
                dtype=TYPES[column.concept.type],
                facets=Facets(decimals=DECIMAL_PLACES) if column.concept.type == "decimal" else None,
                codes=codes,
                enum_ref=_codelist_urn(codes) if codes else None,
                urn=_concept_urn(name.upper()),
            )
        )
    return ConceptScheme(
        id=SCHEME, name=SCHEME_NAMES["en"], agency=AGENCY, version=LIST_VERSION, is_final=True, items=tuple(concepts)
    )


def _structure(table: Table, scheme: ConceptScheme, codelists: dict[str, Codelist]) -> DataStructureDefinition:
    concepts = {concept.id: concept for concept in scheme}
    return DataStructureDefinition(
        id=table.id.upper(),
        name=table.title["en"],
        agency=AGENCY,
        description=table.row,
        version=table.version,
        is_final=True,
        components=Components([_component(column, concepts[column.id.upper()], codelists) for column in table.in_drop]),
        groups=(),
    )


def _component(column: Column, concept: Concept, codelists: dict[str, Codelist]) -> Component:
    codes = codelists[column.codelist.id] if column.codelist else None
    return Component(
        id=column.id.upper(),
        required=column.role == "dimension" or column.concept.required,
        role=ROLES[column.role],
        concept=concept,
        local_dtype=TYPES[column.concept.type],
        local_facets=_facets(column),
        name=concept.name,
        description=concept.description,
        local_codes=codes,
        attachment_level="O" if column.role == "attribute" else None,
        local_enum_ref=_codelist_urn(codes) if codes else None,
    )


def _facets(column: Column) -> Facets | None:
    if column.concept.type == "decimal":
        return Facets(decimals=DECIMAL_PLACES, min_value=0 if column.sign == "nonnegative" else None)
    if column.concept.pattern:
        return Facets(pattern=column.concept.pattern)
    return None


def _constraint(table: Table) -> DataConstraint | None:
    """The codes a table allows of a longer list, as a constraint on its dataflow."""
    narrowed = [column for column in table.in_drop if column.codes is not None]
    if not narrowed:
        return None
    keys = [
        CubeKeyValue(column.id.upper(), tuple(CubeValue(code) for code in column.codes or [])) for column in narrowed
    ]
    dataflow = f"{URN}datastructure.Dataflow={structure_id(table)}"
    return DataConstraint(
        id=f"CR_{table.id.upper()}",
        name=f"Codes allowed in {table.id}",
        agency=AGENCY,
        version=table.version,
        is_final=True,
        constraint_attachment=ConstraintAttachment(
            data_provider=None, data_structures=(), dataflows=(dataflow,), provision_agreements=()
        ),
        cube_regions=(CubeRegion(tuple(keys), is_included=True),),
    )


def _codelist_urn(codes: Codelist) -> str:
    return f"{URN}codelist.{codes.short_urn}"


def _concept_urn(concept: str) -> str:
    return f"{URN}conceptscheme.Concept={AGENCY}:{SCHEME}({LIST_VERSION}).{concept}"


def _add_names(data: dict[str, Any], contracts: Contracts) -> None:
    """The names in all three languages, beside the English one that pysdmx writes."""
    titles = {table.id.upper(): dict(table.title) for table in contracts.tables.values()}
    for artefact in [*data["dataflows"], *data["dataStructures"]]:
        artefact["names"] = titles[artefact["id"]]
    columns = _drop_columns(contracts)
    scheme = data["conceptSchemes"][0]
    scheme["names"] = dict(SCHEME_NAMES)
    for concept in scheme["concepts"]:
        concept["names"] = dict(columns[concept["id"].lower()].concept.title)
    for codelist in data["codelists"]:
        ours = contracts.codelists[codelist["id"].removeprefix("CL_").lower()]
        for code in codelist["codes"]:
            code["names"] = {language: ours.name(code["id"], language) for language in SCHEME_NAMES}
