"""The empty drop: what a partner fills in."""

import csv
import io

from compact_pipelines.contracts.model import Table


def csv_template(table: Table) -> str:
    """The header line of a drop of this table, dimensions first, then the value, then attributes."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(column.id for column in table.in_drop)
    return line.getvalue()
