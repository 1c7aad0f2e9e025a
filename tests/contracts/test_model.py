import shutil
from pathlib import Path

import pytest

from compact_pipelines.contracts import Contracts, load_contracts, reading
from compact_pipelines.contracts.model import THEMES, Codelist
from compact_pipelines.contracts.reading import read_contracts, schemas_folder
from compact_pipelines.errors import ContractError

# One thing wrong in a copy of schemas/: the file, what stood there, what stands there now, what the message must say.
BROKEN = {
    "unknown_field_of_a_concept": (
        "concepts/concepts.yaml",
        "  description: How often the series is observed.\n",
        "  description: How often the series is observed.\n  colour: red\n",
        ["freq", "colour", "Extra inputs are not permitted"],
    ),
    "unknown_type_of_a_concept": (
        "concepts/concepts.yaml",
        "type: period",
        "type: moment",
        ["time_period", "type", "'period'", "'datetime'"],
    ),
    "concept_without_description": (
        "concepts/concepts.yaml",
        "  description: How often the series is observed.\n",
        "",
        ["freq", "description", "Field required"],
    ),
    "code_concept_without_code_list": (
        "concepts/concepts.yaml",
        "  codelist: freq\n",
        "",
        ["freq", "a code needs a code list", "concepts/concepts.yaml"],
    ),
    "attribute_set_that_is_no_list": (
        "concepts/attribute_sets.yaml",
        "observation: [obs_status, conf_status, embargo_time, comment_obs]",
        "observation: obs_status",
        ["observation", "valid list"],
    ),
    "table_without_dimensions": (
        "tables/standards_adoption.yaml",
        "dimensions: [ref_area, instrument, time_period]\n",
        "",
        ["dimensions", "Field required"],
    ),
    "table_with_an_empty_key": (
        "tables/standards_adoption.yaml",
        "dimensions: [ref_area, instrument, time_period]",
        "dimensions: []",
        ["dimensions", "at least 1"],
    ),
    "table_without_measure": (
        "tables/standards_adoption.yaml",
        "measure: adoption_status\n",
        "",
        ["measure", "Field required"],
    ),
    "table_without_rules": (
        "tables/standards_adoption.yaml",
        "rules:\n  - embargo_has_a_time\n  - one_provenance\n  - event_date_within_period\n",
        "",
        ["rules", "Field required"],
    ),
    "unknown_field_of_a_table": (
        "tables/capital_flows.yaml",
        "agency: NACX",
        "agency: NACX\nowner: nobody",
        ["owner", "Extra inputs are not permitted"],
    ),
    "table_id_is_not_its_file": (
        "tables/capital_flows.yaml",
        "id: capital_flows",
        "id: capital",
        ["'capital'", "must be the file's name", "'capital_flows'"],
    ),
    "unknown_concept": (
        "tables/capital_flows.yaml",
        "attributes: [unit_measure,",
        "attributes: [unit, unit_measure,",
        ["no concept ['unit']", "concepts/concepts.yaml"],
    ),
    "unknown_attribute_set": (
        "tables/capital_flows.yaml",
        "attribute_sets: [observation, provenance]",
        "attribute_sets: [observation, origin]",
        ["no attribute set ['origin']", "['observation', 'provenance']"],
    ),
    "column_in_two_roles": (
        "tables/capital_flows.yaml",
        "attributes: [unit_measure,",
        "attributes: [freq, unit_measure,",
        ["['freq'] stand twice", "a dimension, the measure or an attribute"],
    ),
    "narrowing_of_an_absent_column": (
        "tables/capital_flows.yaml",
        "  obs_value: {sign: any}",
        "  product: {codes: [TOTAL]}\n  obs_value: {sign: any}",
        ["narrow names ['product']", "which the table has not", "'instrument'"],
    ),
    "unknown_narrowing": (
        "tables/capital_flows.yaml",
        "obs_value: {sign: any}",
        "obs_value: {sign: positive}",
        ["narrow.obs_value.sign", "'nonnegative' or 'any'"],
    ),
    "narrowing_to_an_absent_code_list": (
        "tables/capital_flows.yaml",
        "{codelist: capital_instrument}",
        "{codelist: instruments}",
        ["instrument", "no code list 'instruments'", "add codelists/instruments.csv"],
    ),
    "narrowing_to_a_code_outside_the_list": (
        "tables/capital_flows.yaml",
        "{codes: [USD]}",
        "{codes: [USD, EUR]}",
        ["unit_measure", "['EUR']", "codelists/unit_measure.csv"],
    ),
    "headline_without_a_dimension": (
        "tables/standards_adoption.yaml",
        "headline: {ref_area: CAN, instrument: COE_CETS225}",
        "headline: {ref_area: CAN}",
        ["headline names ['ref_area']", "['ref_area', 'instrument']"],
    ),
    "headline_of_an_unknown_code": (
        "tables/standards_adoption.yaml",
        "headline: {ref_area: CAN, instrument: COE_CETS225}",
        "headline: {ref_area: CAN, instrument: MAGNA_CARTA}",
        ["headline.instrument", "'MAGNA_CARTA'", "code list"],
    ),
    "code_list_without_a_needed_column": (
        "codelists/freq.csv",
        "id,name_en,name_fr,name_es,source,verified",
        "id,name_en,nom,name_es,source,verified",
        ["['name_fr'] are missing", "needed are ['id', 'name_en', 'name_fr', 'name_es', 'source', 'verified']"],
    ),
    "code_that_stands_twice": (
        "codelists/freq.csv",
        "Q,Quarterly",
        "A,Quarterly",
        ["line 3", "'A' stands twice", "keep one"],
    ),
    "code_list_row_with_too_few_cells": (
        "codelists/freq.csv",
        "Q,Quarterly,Trimestrielle,Trimestral,",
        "Q,Quarterly,",
        ["line 3", "must have 6 cells"],
    ),
    "code_list_row_with_too_many_cells": (
        "codelists/freq.csv",
        "Q,Quarterly,",
        "Q,Quarterly,by the quarter,",
        ["line 3", "must have 6 cells"],
    ),
    "code_list_with_an_open_quote": (
        "codelists/freq.csv",
        "Q,Quarterly",
        'Q,"Quarterly',
        ["not valid CSV"],
    ),
    "published_id_is_not_its_file": (
        "published/areas.yaml",
        "id: areas",
        "id: countries",
        ["'countries'", "must be the file's name", "'areas'"],
    ),
    "published_column_of_an_unknown_type": (
        "published/edition.yaml",
        "number: {type: bigint,",
        "number: {type: integer,",
        ["columns.number.type", "'bigint'"],
    ),
    "published_key_that_is_no_column": (
        "published/edition.yaml",
        "key: [number]",
        "key: [edition_number]",
        ["no column ['edition_number']", "'number'", "'audience'"],
    ),
    "source_id_is_not_its_file": (
        "sources/us_treasury_slt.yaml",
        "id: us_treasury_slt",
        "id: treasury",
        ["'treasury'", "must be the file's name", "'us_treasury_slt'"],
    ),
    "source_of_an_unknown_kind": (
        "sources/us_treasury_slt.yaml",
        "kind: national_office",
        "kind: ministry",
        ["us_treasury_slt", "kind", "'national_office'", "'register'"],
    ),
    "source_of_an_unknown_theme": (
        "sources/us_treasury_slt.yaml",
        "theme: capital_flows",
        "theme: money",
        ["no theme ['money']", "'capital_flows'", "'reference'"],
    ),
    "source_that_speaks_for_an_unknown_area": (
        "sources/us_treasury_slt.yaml",
        "speaks_for: [USA]",
        "speaks_for: [US]",
        ["no area ['US']", "codelists/area.csv"],
    ),
    "source_of_an_unknown_confidentiality": (
        "sources/us_treasury_slt.yaml",
        "conf_status: F",
        "conf_status: public",
        ["no conf_status ['public']", "'F'"],
    ),
    "source_that_copies_an_unknown_flow": (
        "sources/us_treasury_slt.yaml",
        "kind: national_office",
        "copies: [{area: USA, flow: import, evidence: none}]\nkind: national_office",
        ["no flow ['import']", "'X', 'M'"],
    ),
    "membership_without_a_scenario": (
        "membership.yaml",
        "scenario: blueprint-2024\n",
        "",
        ["scenario", "Field required"],
    ),
    "member_of_an_unknown_area": (
        "membership.yaml",
        "core: [USA, CAN, MEX]",
        "core: [USA, CAN, MX]",
        ["no area ['MX']", "codelists/area.csv"],
    ),
    "member_of_an_unknown_tier": (
        "membership.yaml",
        "  core: [USA",
        "  founders: [USA",
        ["no tier ['founders']", "'core', 'partner', 'ally', 'outside'"],
    ),
    "member_of_two_tiers": (
        "membership.yaml",
        "core: [USA, CAN, MEX]",
        "core: [USA, CAN, MEX, ARE]",
        ["['ARE'] stand twice", "one tier an area"],
    ),
    "same_source_of_one_area": (
        "same_source.yaml",
        "areas: [USA, CAN]",
        "areas: [USA]",
        ["areas", "at least 2"],
    ),
    "same_source_of_an_unknown_area": (
        "same_source.yaml",
        "areas: [USA, CAN]",
        "areas: [USA, CA]",
        ["no area ['CA']", "codelists/area.csv"],
    ),
    "same_source_of_an_unknown_theme": (
        "same_source.yaml",
        "theme: compute_exports",
        "theme: trade",
        ["no theme ['trade']", "'compute_exports'"],
    ),
}
FILES = [
    "concepts/concepts.yaml",
    "concepts/attribute_sets.yaml",
    "tables/capital_flows.yaml",
    "published/edition.yaml",
    "sources/us_treasury_slt.yaml",
    "membership.yaml",
    "same_source.yaml",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of schemas/ to break."""
    return shutil.copytree(schemas_folder(), tmp_path / "schemas")


def test_the_untouched_copy_can_be_read(folder: Path, contracts: Contracts) -> None:
    assert read_contracts(folder) == contracts


@pytest.mark.parametrize("case", BROKEN)
def test_a_mistake_is_named_with_its_file_and_what_is_allowed(folder: Path, case: str) -> None:
    file, stood, stands, says = BROKEN[case]
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert stood in text
    path.write_text(text.replace(stood, stands, 1), encoding="utf-8")
    with pytest.raises(ContractError) as error:
        read_contracts(folder)
    # A concept's code list is missed where a table uses it, so that message names the table.
    named = "tables/" if case == "code_concept_without_code_list" else file
    for part in [f"{folder}/{named}", *says]:
        assert part in str(error.value)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_not_yaml_is_named(folder: Path, file: str) -> None:
    (folder / file).write_text("id: [unclosed", encoding="utf-8")
    with pytest.raises(ContractError, match="is not valid YAML") as error:
        read_contracts(folder)
    assert f"{folder / file}" in str(error.value)


@pytest.mark.parametrize("file", FILES)
def test_an_empty_file_is_named(folder: Path, file: str) -> None:
    (folder / file).write_text("", encoding="utf-8")
    with pytest.raises(
        ContractError, match=r"holds NoneType; it must be a (mapping of fields|list of entries)"
    ) as error:
        read_contracts(folder)
    assert f"{folder / file}" in str(error.value)


@pytest.mark.parametrize("file", ["membership.yaml", "codelists/freq.csv"])
def test_a_file_that_is_not_utf8_is_named(folder: Path, file: str) -> None:
    (folder / file).write_bytes("id,Fréquence".encode("latin-1"))
    with pytest.raises(ContractError, match="in UTF-8") as error:
        read_contracts(folder)
    assert f"{folder / file}" in str(error.value)


@pytest.mark.parametrize(
    "file", ["concepts/concepts.yaml", "concepts/attribute_sets.yaml", "membership.yaml", "same_source.yaml"]
)
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(ContractError, match="is missing; restore it") as error:
        read_contracts(folder)
    assert f"{folder / file}" in str(error.value)


@pytest.mark.parametrize("list_id", ["area", "tier"])
def test_a_missing_code_list_is_named(folder: Path, list_id: str) -> None:
    (folder / f"codelists/{list_id}.csv").unlink()
    with pytest.raises(ContractError, match=f"no code list '{list_id}'.*codelists/{list_id}.csv"):
        read_contracts(folder)


def test_the_five_themes_have_a_contract(contracts: Contracts) -> None:
    assert sorted(contracts.tables) == sorted(THEMES)


def test_contracts_are_read_once_a_process() -> None:
    assert load_contracts() is load_contracts()


def test_the_key_of_a_drop_is_its_dimensions(contracts: Contracts) -> None:
    table = contracts.tables["standards_adoption"]
    assert table.dimensions == ["ref_area", "instrument", "time_period"]
    assert table.series_key == ["ref_area", "instrument"]
    assert table.measure == "adoption_status"


def test_a_stored_table_has_no_drop_only_column_and_a_drop_no_stored_one(contracts: Contracts) -> None:
    table = contracts.tables["compute_exports"]
    stored, in_drop = ({column.id for column in part} for part in (table.stored, table.in_drop))
    assert stored - in_drop == {
        "imputed_mirror", "source_id", "snapshot_id", "drop_id", "recorded_at", "is_preferred"
    }  # fmt: skip
    assert in_drop - stored == {"unit_mult"}
    assert stored | in_drop == {column.id for column in table.columns}


def test_a_narrowed_column_allows_only_its_codes(contracts: Contracts) -> None:
    assert contracts.tables["capital_flows"].column("unit_measure").allowed == ["USD"]
    assert contracts.tables["capital_flows"].column("freq").allowed == ["A", "Q", "M"]
    assert contracts.tables["capital_flows"].column("obs_value").allowed is None


def test_one_concept_can_take_its_codes_from_the_list_a_table_names(contracts: Contracts) -> None:
    capital, standards = (
        contracts.tables[name].column("instrument") for name in ("capital_flows", "standards_adoption")
    )
    assert "D_F" in (capital.allowed or [])
    assert "D_F" not in (standards.allowed or [])
    assert "OECD_AI_2019" in (standards.allowed or [])


def test_examples_of_a_coded_concept_keep_to_its_code_list(contracts: Contracts) -> None:
    concepts = {column.id: column.concept for table in contracts.tables.values() for column in table.columns}
    coded = {name: concept for name, concept in concepts.items() if concept.codelist}
    assert len(coded) > 10
    for concept in coded.values():
        codes = set(contracts.codelists[str(concept.codelist)].codes)
        assert set(concept.good) <= codes
        assert not set(concept.bad) & codes


def test_the_area_table_names_each_code_in_three_languages(contracts: Contracts) -> None:
    areas = contracts.codelists["area"]
    assert (areas.name("MEX"), areas.name("MEX", "fr"), areas.name("MEX", "es")) == ("Mexico", "Mexique", "México")


def test_an_unknown_code_has_no_name(contracts: Contracts) -> None:
    with pytest.raises(ContractError, match=r"code list area: no code 'UK'; add it to schemas/codelists/area\.csv"):
        contracts.codelists["area"].name("UK")


def test_blank_cells_of_a_code_list_are_left_out() -> None:
    codelist = Codelist(id="area", rows={"CAN": {"iso2": "CA"}, "W00": {"iso2": ""}})
    assert codelist.column("iso2") == {"CAN": "CA"}


def test_an_unknown_column_of_a_code_list_is_named(contracts: Contracts) -> None:
    with pytest.raises(ContractError, match=r"code list freq: no column 'kind'; .*codelists/freq\.csv"):
        contracts.codelists["freq"].column("kind")


def test_an_unknown_source_says_which_file_to_write(contracts: Contracts) -> None:
    with pytest.raises(ContractError, match=r"no source 'banxico': write schemas/sources/banxico\.yaml"):
        contracts.source("banxico")


def test_every_member_has_one_tier(contracts: Contracts) -> None:
    tier_of = contracts.membership.tier_of
    assert tier_of["CAN"] == "core"
    assert tier_of["ARE"] == "partner"
    assert len(tier_of) == sum(len(areas) for areas in contracts.membership.tiers.values())


def test_an_installed_package_reads_the_schemas_packed_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages/compact_pipelines"
    monkeypatch.setattr(reading, "__file__", str(package / "contracts/reading.py"))
    assert schemas_folder() == tmp_path / "site-packages/schemas"
    (package / "schemas").mkdir(parents=True)
    assert schemas_folder() == package / "schemas"
