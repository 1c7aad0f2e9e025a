import csv
import json
import re
from typing import Any

import pytest

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.frictionless import data_package
from compact_pipelines.contracts.reading import schemas_folder

TABLES = list(load_contracts().tables)
PACKAGE: dict[str, Any] = json.loads(data_package(load_contracts()))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}


def fields(table: str) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in RESOURCES[table]["schema"]["fields"]}


def test_there_is_a_resource_for_every_table() -> None:
    assert list(RESOURCES) == TABLES
    assert all(re.fullmatch(r"[a-z0-9._/-]+", name) for name in RESOURCES)


@pytest.mark.parametrize("name", TABLES)
def test_a_resource_points_at_the_empty_drop_beside_it(name: str) -> None:
    path = schemas_folder() / "derived" / RESOURCES[name]["path"]
    with path.open(encoding="utf-8", newline="") as lines:
        assert next(csv.reader(lines)) == list(fields(name))


@pytest.mark.parametrize("name", TABLES)
def test_a_resource_says_key_blanks_and_codes(contracts: Contracts, name: str) -> None:
    table, schema = contracts.tables[name], RESOURCES[name]["schema"]
    assert schema["primaryKey"] == table.dimensions
    assert schema["missingValues"] == [""]
    for column in table.in_drop:
        constraints = fields(name)[column.id]["constraints"]
        assert constraints["required"] is column.concept.required
        assert constraints.get("enum") == column.allowed


def test_types_signs_and_forms() -> None:
    assert fields("compute_exports")["obs_value"]["type"] == "number"
    assert fields("compute_exports")["obs_value"]["constraints"]["minimum"] == 0
    assert "minimum" not in fields("capital_flows")["obs_value"]["constraints"]
    assert fields("standards_adoption")["event_date"]["type"] == "date"
    assert fields("standards_adoption")["embargo_time"]["type"] == "datetime"
    assert re.match(fields("talent_movement")["reporting_year_start"]["constraints"]["pattern"], "--10-01")


@pytest.mark.parametrize("name", TABLES)
def test_good_examples_keep_the_pattern_and_bad_ones_do_not(contracts: Contracts, name: str) -> None:
    for column in contracts.tables[name].in_drop:
        if pattern := fields(name)[column.id]["constraints"].get("pattern"):
            assert all(re.search(pattern, good) for good in column.concept.good)
            assert not any(re.search(pattern, bad) for bad in column.concept.bad)
