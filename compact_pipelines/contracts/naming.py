"""How files call things: a table's structure, and its columns in lower case or, as SDMX has them, in upper case."""

from collections.abc import Sequence
from typing import Final

from compact_pipelines.contracts.model import Table

SDMX_COLUMNS: Final = ("dataflow", "structure", "structure_id", "action")  # what SDMX-CSV puts before the columns


def structure_id(table: Table) -> str:
    """What SDMX files and manifests call a table: NACX:COMPUTE_EXPORTS(1.0.0)."""
    return f"{table.agency}:{table.id.upper()}({table.version})"


def known_columns(table: Table, header: Sequence[str]) -> dict[str, str]:
    """The names of a header that a drop may have, each with the column's id; in one case or the other, never mixed."""
    ids = {*SDMX_COLUMNS, *(column.id for column in table.in_drop)}
    return {name: name.lower() for name in header if name.lower() in ids and name in {name.lower(), name.upper()}}
