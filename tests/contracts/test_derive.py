from pathlib import Path

import pytest

from compact_pipelines.contracts import Contracts, load_contracts
from compact_pipelines.contracts.derive import derived_files, write_derived_files
from compact_pipelines.contracts.reading import schemas_folder

NAMES = list(derived_files(load_contracts()))


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_derived_file_is_fresh(contracts: Contracts, name: str) -> None:
    committed = (schemas_folder() / "derived" / name).read_text(encoding="utf-8")
    assert committed == derived_files(contracts)[name], "run: python -m compact_pipelines.contracts.derive"


def test_no_derived_file_is_left_over() -> None:
    assert sorted(path.name for path in (schemas_folder() / "derived").iterdir()) == sorted(NAMES)


def test_every_table_has_a_template(contracts: Contracts) -> None:
    templates = {name for name in NAMES if name.endswith(".template.csv")}
    assert templates == {f"{table}.template.csv" for table in contracts.tables}


def test_a_changed_contract_makes_the_derived_files_stale(contracts: Contracts) -> None:
    table = contracts.tables["capital_flows"]
    columns = [column for column in table.columns if column.id != "basis"]
    tables = {**contracts.tables, "capital_flows": table.model_copy(update={"columns": columns})}
    changed = derived_files(contracts.model_copy(update={"tables": tables}))
    fresh = derived_files(contracts)
    stale = {name for name in fresh if changed[name] != fresh[name]}
    assert stale == {
        "edition.sql",
        "data_dictionary.md",
        "structure.sdmx.json",
        "datapackage.json",
        "capital_flows.template.csv",
    }


def test_derived_files_are_written_where_asked(tmp_path: Path, contracts: Contracts) -> None:
    folder = tmp_path / "new/derived"
    paths = write_derived_files(folder)
    assert paths == [folder / name for name in NAMES]
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == derived_files(contracts)
