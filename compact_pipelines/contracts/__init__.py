"""The contracts of schemas/, read once and turned into what the rest of the house needs.

`reading` makes the objects of `model` from the YAML and CSV files; the other modules derive from those: `judges`
(pandera), `ddl` (DuckDB), `templates` (CSV), `dictionary` (the data dictionary page), `rules` (rules that look at more
than one column).
Nothing here knows a publisher, Dagster or the dashboard.
"""

from compact_pipelines.contracts.model import Codelist, Column, Contracts, PublishedTable, Source, Table
from compact_pipelines.contracts.reading import load_contracts

__all__ = ["Codelist", "Column", "Contracts", "PublishedTable", "Source", "Table", "load_contracts"]
