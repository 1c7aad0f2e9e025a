"""The commands `compact held list`, `export` and `release`: rows that are held.

Exit code 0 is fine, 1 is findings, 2 is a wrong call.
"""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from compact_pipelines.commands.intake import print_changed
from compact_pipelines.commands.options import (
    DROP_HELP,
    AsCsv,
    AsJson,
    DataRoot,
    Drop,
    PartnerOption,
    Reason,
    print_frame,
    root_of,
)
from compact_pipelines.console import OUT

held = typer.Typer(
    name="held", help="Rows that are held: list, export, release.", no_args_is_help=True, rich_markup_mode=None
)


@held.command(name="list")
def list_held(  # noqa: PLR0913, PLR0917  (options)
    partner: PartnerOption = None,
    drop: Annotated[str | None, typer.Option("--drop", help=DROP_HELP)] = None,
    all_states: Annotated[bool, typer.Option("--all", help="Closed, released and withdrawn ones too.")] = False,  # noqa: FBT002
    data_root: DataRoot = None,
    as_csv: AsCsv = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Held rows with their place, key and the rules they break."""
    import polars as pl  # noqa: PLC0415

    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415
    from compact_pipelines.exchange.held import OPEN, held_frame  # noqa: PLC0415

    root = root_of(data_root)
    rows = held_frame(root, list(load_contracts().tables.values()), partner)
    if drop:
        rows = rows.filter(pl.col("drop_id") == _drop_id(root, drop))
    if not all_states:
        rows = rows.filter(pl.col("state") == OPEN)
    print_frame(rows, as_csv=as_csv, as_json=as_json, nothing="No row is held.")


@held.command()
def export(
    drop: Drop,
    output: Annotated[Path, typer.Option("--output", help="A new folder.", show_default=False)],
    reason: Reason,
    data_root: DataRoot = None,
) -> None:
    """Write a drop's open held rows as they came: a CSV a file, the header first, to be mended and sent again."""
    from compact_pipelines.exchange.exporting import export_held  # noqa: PLC0415
    from compact_pipelines.exchange.ledger import Ledger, break_glass  # noqa: PLC0415

    break_glass(Ledger(root_of(data_root)), f"held rows of {drop}", reason, dt.datetime.now(dt.UTC))
    for path, rows in export_held(root_of(data_root), drop, output):
        OUT.print(f"{escape(str(path))}: {rows:,} rows", highlight=False)


@held.command()
def release(  # noqa: PLR0913, PLR0917  (options)
    drop: Drop,
    reason: Reason,
    file: Annotated[str | None, typer.Option("--file", help="The file; not needed where there is one.")] = None,
    row: Annotated[list[int] | None, typer.Option("--row", help="A row; may be given again. All if none.")] = None,
    data_root: DataRoot = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Let held rows in that keep the contract on their own; the others the partner must send anew."""
    from compact_pipelines.exchange.releasing import places_of  # noqa: PLC0415
    from compact_pipelines.exchange.releasing import release as let_in  # noqa: PLC0415

    root = root_of(data_root)
    changed = let_in(root, drop, places_of(root, drop, file, row or []), reason, dt.datetime.now(dt.UTC))
    print_changed(changed, f"{changed.drop_id}: {changed.rows:,} rows were let in", as_json=as_json)


def _drop_id(root: Path, name: str) -> str:
    from compact_pipelines.exchange.ledger import Ledger  # noqa: PLC0415
    from compact_pipelines.exchange.replaying import find_drop  # noqa: PLC0415

    return str(find_drop(Ledger(root), name)["drop_id"])
