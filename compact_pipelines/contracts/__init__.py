"""The contracts of schemas/, read once and turned into what the rest of the house needs.

`reading` makes the objects of `model` from the YAML and CSV files; the other modules derive from those: `judges`
(pandera), `ddl` (DuckDB), `templates` (CSV and workbook), `dictionary` (the data dictionary page), `sdmx` and
`frictionless` (descriptions for others), `provisions` (who may send what, in SDMX), `rules` (rules that look at more
than one column).
Who publishes what, and how it is asked: `sources`, `requests`.
Who is in the Compact, and the sets of members that are compared: `membership`. Trade agreements since the panel of
them ends: `agreements`.
`naming` knows what others call a table and its columns.
What the model of trade is told: `gravity`.
What the Compact would commit its members to: `compact_text`, and what measures that: `commitment_measures`.
What reconciling needs and no data give is stated with its source: `parameters`, with `freight`, `priors`, `evidence`.
A contributor's file is read as text (`files`: `csv_files`, `workbooks`, `parquet_files`), its cells made values
(`cells`), asked `predicates`, judged row by row (`judging`) or, where columns hold few words, word by word
(`vocabulary`), and given a `verdict`: `findings` in the words of `faults`.
Nothing here knows a publisher, Dagster or the dashboard.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compact_pipelines.contracts.model import Codelist, Column, Contracts, PublishedTable, Table
    from compact_pipelines.contracts.reading import load_contracts
    from compact_pipelines.contracts.sources import Source

__all__ = ["Codelist", "Column", "Contracts", "PublishedTable", "Source", "Table", "load_contracts"]


def __getattr__(name: str) -> Any:
    """Found when asked for: a process that only reads a file does without the contracts (a third of a second)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = {"load_contracts": "reading", "Source": "sources"}.get(name, "model")
    return getattr(import_module(f"{__name__}.{room}"), name)
