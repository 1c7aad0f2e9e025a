"""What commands share: options, the data root, a table by its name, rows printed as asked."""

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from compact_pipelines.console import ERR, print_csv, print_json, print_rows, until_read_enough
from compact_pipelines.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from compact_pipelines.contracts import Table

FINDINGS: Final = 1
DATA_ROOT_HELP: Final = "Where everything is kept; $COMPACT_DATA_ROOT, else ./data."
DROP_HELP: Final = "The drop's id, or partner/folder."

DataRoot = Annotated[Path | None, typer.Option("--data-root", help=DATA_ROOT_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
Drop = Annotated[str, typer.Argument(help=DROP_HELP, show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why; it goes into the audit log.", show_default=False)]
PartnerOption = Annotated[str | None, typer.Option("--partner", help="Only this partner's.")]


def print_frame(frame: "pl.DataFrame", *, as_csv: bool, as_json: bool, nothing: str) -> None:
    """Print rows as a table for people, as CSV or as JSON; a sentence where there are none."""
    if as_csv and as_json:
        raise UsageError("--csv and --json were both given; give one")
    rows: Sequence[tuple[Any, ...]] = frame.rows()
    with until_read_enough():
        if as_json:
            print_json(frame.to_dicts())
        elif as_csv:
            print_csv(frame.columns, rows, sys.stdout)
        elif rows:
            print_rows(frame.columns, rows)
        else:
            ERR.print(nothing, highlight=False)


def table_named(name: str) -> "Table":
    """One of the five tables.

    Raises:
        UsageError: it is none.
    """
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415

    tables = load_contracts().tables
    if name not in tables:
        raise UsageError(f"no table {name!r}; the tables are {', '.join(tables)}")
    return tables[name]


def day_of(text: str) -> dt.date:
    """A day as it is written on the command line.

    Raises:
        UsageError: it is none.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day; write it as 2026-06-30") from None


def time_of(text: str) -> dt.datetime:
    """A time in UTC as it is written on the command line.

    Raises:
        UsageError: it is none.
    """
    try:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        raise UsageError(f"{text!r} is no time in UTC; write it as 2026-06-30T12:00:00Z") from None


def root_of(data_root: Path | None) -> Path:
    """The data root that is meant."""
    from compact_pipelines.warehouse.layout import default_data_root  # noqa: PLC0415

    return data_root.expanduser().resolve() if data_root else default_data_root()
