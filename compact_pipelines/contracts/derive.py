"""What is derived from schemas/ and committed: DDL, CSV templates, data dictionary, SDMX and Frictionless.

`python -m compact_pipelines.contracts.derive` writes them to schemas/derived/; a test fails when they are stale.
The pandera schemas and the workbook templates are derived too, but when asked for (see `judges`, `templates`).
"""

from pathlib import Path

from compact_pipelines.contracts.ddl import create_edition
from compact_pipelines.contracts.dictionary import data_dictionary
from compact_pipelines.contracts.frictionless import data_package
from compact_pipelines.contracts.model import Contracts
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.contracts.sdmx import sdmx_structure_message
from compact_pipelines.contracts.templates import csv_template


def derived_files(contracts: Contracts) -> dict[str, str]:
    """File name to text of everything that is derived and committed."""
    templates = {f"{table.id}.template.csv": csv_template(table) for table in contracts.tables.values()}
    return {
        "edition.sql": f"-- Generated from schemas/ by make contracts.\n\n{create_edition(contracts)}\n",
        "data_dictionary.md": data_dictionary(contracts),
        "structure.sdmx.json": sdmx_structure_message(contracts),
        "datapackage.json": data_package(contracts),
        **templates,
    }


def write_derived_files(folder: Path) -> list[Path]:
    """Write every derived file into a folder and say which."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in derived_files(load_contracts()).items():
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    return paths


if __name__ == "__main__":
    for path in write_derived_files(schemas_folder() / "derived"):
        print(path)  # noqa: T201  (a script's answer)
