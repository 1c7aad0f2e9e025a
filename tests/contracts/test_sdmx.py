import json
from typing import Any

import pytest
from msgspec import structs
from pysdmx.io.json.sdmxjson2.reader.structure import read
from pysdmx.model import (
    Codelist,
    ConceptScheme,
    DataConstraint,
    Dataflow,
    DataProviderScheme,
    DataStructureDefinition,
    ProvisionAgreement,
)

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.naming import structure_id
from compact_pipelines.contracts.sdmx import sdmx_structure_message, sdmx_structures, shipped_agreements

CONTRACTS = load_contracts()
AGREEMENTS = shipped_agreements()
STRUCTURES = sdmx_structures(CONTRACTS, AGREEMENTS)
MESSAGE = sdmx_structure_message(CONTRACTS)
READ = list(read(MESSAGE, validate=True).structures or [])  # validated against the standard's own schema
TABLES = list(CONTRACTS.tables)


def structure(table: str) -> DataStructureDefinition:
    return next(one for one in READ if isinstance(one, DataStructureDefinition) and one.id == table.upper())


def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(MESSAGE)["data"]
    return found


def without_dataflows(scheme: DataProviderScheme) -> DataProviderScheme:
    return structs.replace(scheme, items=tuple(structs.replace(one, dataflows=()) for one in scheme))


@pytest.mark.parametrize("number", range(len(STRUCTURES)), ids=[f"{type(one).__name__}:{one.id}" for one in STRUCTURES])
def test_what_is_written_is_read_back_the_same(number: int) -> None:
    read, written = READ[number], STRUCTURES[number]
    if isinstance(read, DataProviderScheme):  # the reader tells each provider its dataflows, in no order
        read = without_dataflows(read)
    assert read == written


def test_nothing_is_added_in_reading() -> None:
    assert len(READ) == len(STRUCTURES)


def test_there_is_a_structure_and_a_dataflow_for_every_table() -> None:
    for kind in (DataStructureDefinition, Dataflow):
        assert [one.id for one in READ if isinstance(one, kind)] == [table.upper() for table in TABLES]
    assert sum(isinstance(one, ConceptScheme) for one in READ) == 1


@pytest.mark.parametrize("name", TABLES)
def test_components_are_the_columns_of_a_drop_in_their_roles(contracts: Contracts, name: str) -> None:
    table, components = contracts.tables[name], structure(name).components
    assert [component.id.lower() for component in components] == [column.id for column in table.in_drop]
    assert [component.id.lower() for component in components.dimensions] == table.dimensions
    assert [component.id.lower() for component in components.measures] == [table.measure]
    required = {component.id.lower() for component in components if component.required}
    assert required == {column.id for column in table.in_drop if column.concept.required}


@pytest.mark.parametrize("name", TABLES)
def test_a_component_carries_its_whole_code_list(contracts: Contracts, name: str) -> None:
    for column in contracts.tables[name].in_drop:
        codes = structure(name).components[column.id.upper()].enumeration
        assert (list(column.codelist.codes) if column.codelist else None) == (
            [code.id for code in codes] if codes is not None else None
        )


def test_a_narrowed_code_list_is_a_constraint_on_the_dataflow(contracts: Contracts) -> None:
    [constraint] = [one for one in READ if isinstance(one, DataConstraint) and one.id == "CR_CAPITAL_FLOWS"]
    [region] = constraint.cube_regions or ()
    assert {key.id: [value.value for value in key.values] for key in region.key_values} == {"UNIT_MEASURE": ["USD"]}
    assert constraint.constraint_attachment is not None
    assert constraint.constraint_attachment.dataflows == (
        f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={structure_id(contracts.tables['capital_flows'])}",
    )


def test_figures_and_texts_carry_their_form() -> None:
    assert structure("compute_exports").components["OBS_VALUE"].facets.min_value == 0
    assert structure("capital_flows").components["OBS_VALUE"].facets.min_value is None
    assert structure("talent_movement").components["REPORTING_YEAR_START"].facets.pattern.startswith("^--")


def test_names_stand_in_three_languages(contracts: Contracts) -> None:
    [areas] = [one for one in data()["codelists"] if one["id"] == "CL_AREA"]
    mexico = next(code for code in areas["codes"] if code["id"] == "MEX")
    assert mexico["names"] == {"en": "Mexico", "fr": "Mexique", "es": "México"}
    flows = {one["id"]: one["names"] for one in data()["dataflows"]}
    assert flows == {table.upper(): contracts.tables[table].title for table in TABLES}


def test_only_code_lists_of_drops_are_told() -> None:
    told = {one.id.removeprefix("CL_").lower() for one in READ if isinstance(one, Codelist)}
    assert "tier" not in told
    assert {"area", "flow", "unit_mult"} <= told <= CONTRACTS.codelists.keys()


def test_the_same_contracts_give_the_same_bytes() -> None:
    assert sdmx_structure_message(load_contracts()) == MESSAGE


def test_every_agreement_is_a_provider_with_its_tables() -> None:
    [scheme] = [one for one in READ if isinstance(one, DataProviderScheme)]
    assert {one.id: sorted(flow.id.lower() for flow in one.dataflows) for one in scheme} == {
        partner: sorted(agreement.dataflows) for partner, agreement in AGREEMENTS.items()
    }
    [banxico] = [one for one in data()["dataProviderSchemes"][0]["dataProviders"] if one["id"] == "mx-banxico"]
    assert banxico["names"] == AGREEMENTS["mx-banxico"].name.model_dump()


def test_own_voice_is_a_constraint_on_the_provision_agreement() -> None:
    voices = {one.id: one for one in READ if isinstance(one, DataConstraint) and one.id.startswith("CR_PA_")}
    provisions = [one for one in READ if isinstance(one, ProvisionAgreement)]
    assert len(voices) == len(provisions) == sum(len(agreement.dataflows) for agreement in AGREEMENTS.values())
    for provision in provisions:
        voice, partner = voices[f"CR_{provision.id}"], provision.provider.rpartition(".")[2]
        [region] = voice.cube_regions or ()
        [key] = region.key_values
        assert (key.id, [value.value for value in key.values]) == ("REF_AREA", AGREEMENTS[partner].reporters)
        assert voice.constraint_attachment is not None
        assert voice.constraint_attachment.provision_agreements == (
            f"urn:sdmx:org.sdmx.infomodel.registry.ProvisionAgreement=NACX:{provision.id}({provision.version})",
        )


def test_what_is_only_proposed_is_a_draft_and_says_so() -> None:
    proposed = [one for one in READ if isinstance(one, ProvisionAgreement)]
    assert {(one.version, one.is_final) for one in proposed} == {("1.0.0-draft", False)}
    assert all("nobody has agreed" in (one.description or "") for one in proposed)
    agreed = {partner: agreement.model_copy(update={"status": "agreed"}) for partner, agreement in AGREEMENTS.items()}
    final = [one for one in sdmx_structures(CONTRACTS, agreed) if isinstance(one, ProvisionAgreement)]
    assert {(one.version, one.is_final, one.description) for one in final} == {("1.0.0", True, None)}


def test_without_agreements_there_is_no_provider() -> None:
    message = json.loads(sdmx_structure_message(CONTRACTS, {}))["data"]
    assert not message.keys() & {"dataProviderSchemes", "provisionAgreements"}
