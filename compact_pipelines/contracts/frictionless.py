"""The contracts as a Frictionless data package: one tabular resource a table, as a partner's file has it.

Each resource points at the table's empty drop, which lies beside datapackage.json, so the package is whole as it
stands; a partner puts the path of a filled file in its place. Rules over several columns cannot be said here.
"""

import json
from typing import Any, Final

from compact_pipelines.contracts.model import Column, Contracts, Table
from compact_pipelines.contracts.rules import PERIOD

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
RESOURCE_PROFILE: Final = "https://datapackage.org/profiles/2.0/dataresource.json"
SCHEMA_PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
TYPES: Final = {
    "code": "string",
    "text": "string",
    "period": "string",
    "decimal": "number",
    "double": "number",
    "bigint": "integer",
    "date": "date",
    "datetime": "datetime",
    "boolean": "boolean",
}


def data_package(contracts: Contracts) -> str:
    """datapackage.json as text, indented, ending in a line break."""
    package = {
        "$schema": PROFILE,
        "name": "compact-exchange",
        "title": "What a partner sends to the North American AI Compact exchange",
        "description": "Generated from schemas/ by make contracts; edit there, not here.",
        "resources": [_resource(table) for table in contracts.tables.values()],
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(table: Table) -> dict[str, Any]:
    return {
        "$schema": RESOURCE_PROFILE,
        "name": table.id,
        "title": table.title["en"],
        "description": table.row,
        "version": table.version,
        "type": "table",
        "path": f"{table.id}.template.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "$schema": SCHEMA_PROFILE,
            "fieldsMatch": "superset",  # a file may leave out columns that may be blank, and have them in any order
            "fields": [_field(column) for column in table.in_drop],
            "missingValues": [""],
            "primaryKey": table.dimensions,
        },
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.id,
        "title": column.concept.title["en"],
        "description": column.concept.description,
        "type": TYPES[column.concept.type],
    }
    if column.concept.good:
        field["example"] = column.concept.good[0]
    constraints: dict[str, Any] = {"required": column.concept.required}
    if column.allowed is not None:
        constraints["enum"] = column.allowed
    if column.concept.type == "period":
        constraints["pattern"] = "|".join(PERIOD.values())
    elif column.concept.pattern is not None:
        constraints["pattern"] = column.concept.pattern
    if column.sign == "nonnegative":
        constraints["minimum"] = 0
    return {**field, "constraints": constraints}
