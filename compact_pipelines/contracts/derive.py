"""What is derived from schemas/ and committed: DDL, templates, data dictionary, SDMX, Frictionless, pages of sources.

`python -m compact_pipelines.contracts.derive` writes them to schemas/derived/, the page of every source to
docs/sources/, and the tables of keys and quotas into the operator's guide; a test fails when they are stale.
The pandera schemas and the workbook templates are derived too, but when asked for (see `judges`, `templates`).
"""

from pathlib import Path

from compact_pipelines.contracts.ddl import create_edition
from compact_pipelines.contracts.dictionary import data_dictionary
from compact_pipelines.contracts.frictionless import data_package
from compact_pipelines.contracts.guide_tables import filled
from compact_pipelines.contracts.model import Contracts
from compact_pipelines.contracts.reading import load_contracts, schemas_folder
from compact_pipelines.contracts.sdmx import sdmx_structure_message
from compact_pipelines.contracts.source_pages import source_pages
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
    """Write every derived file of schemas/ into a folder and say which."""
    return _written(folder, derived_files(load_contracts()))


def pages_folder() -> Path:
    """Where the pages of sources are, in a checkout."""
    return schemas_folder().parent / "docs/sources"


def write_source_pages(folder: Path) -> list[Path]:
    """Write the page of every source into a folder, take pages of sources that are gone out of it, and say which."""
    pages = source_pages(load_contracts())
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    return _written(folder, pages)


def guide_file() -> Path:
    """The operator's guide, in a checkout."""
    return schemas_folder().parent / "docs/operator_guide.md"


def write_guide_tables(guide: Path) -> list[Path]:
    """Write the tables of keys and quotas into a guide as they are now, and say which guide."""
    guide.write_text(filled(guide.read_text(encoding="utf-8"), load_contracts()), encoding="utf-8")
    return [guide]


def _written(folder: Path, texts: dict[str, str]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in texts.items():
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    return paths


if __name__ == "__main__":
    files = write_derived_files(schemas_folder() / "derived")
    for path in [*files, *write_source_pages(pages_folder()), *write_guide_tables(guide_file())]:
        print(path)  # noqa: T201  (a script's answer)
