"""The contracts of schemas/, read once and turned into what the rest of the house needs.

`reading` makes the objects of `model` from the YAML and CSV files; the other modules derive from those: `judges`
(pandera), `ddl` (DuckDB), `templates` (CSV and workbook), `dictionary` (the data dictionary page), `sdmx` and
`frictionless` (descriptions for others), `rules` (rules that look at more than one column).
`naming` knows what others call a table and its columns.
A contributor's file is read as text (`files`: `csv_files`, `workbooks`, `parquet_files`), its cells made values
(`cells`), asked `predicates`, judged row by row (`judging`), and given a `verdict` in the words of `faults`.
Nothing here knows a publisher, Dagster or the dashboard.
"""

from compact_pipelines.contracts.model import Codelist, Column, Contracts, PublishedTable, Source, Table
from compact_pipelines.contracts.reading import load_contracts

__all__ = ["Codelist", "Column", "Contracts", "PublishedTable", "Source", "Table", "load_contracts"]
