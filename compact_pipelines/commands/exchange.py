"""The commands `compact exchange drops`, `vintages`, `pause`, `resume` and `audit`: the exchange's own books.

Exit code 0 is fine, 1 is findings, 2 is a wrong call.
"""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from compact_pipelines.commands.options import (
    FINDINGS,
    AsCsv,
    AsJson,
    DataRoot,
    PartnerOption,
    Reason,
    day_of,
    print_frame,
    root_of,
    table_named,
    time_of,
)
from compact_pipelines.console import OUT, print_error, print_json
from compact_pipelines.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

exchange = typer.Typer(
    name="exchange",
    help="The exchange's own books: drops, vintages, pauses, the audit log.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@exchange.command()
def drops(  # noqa: PLR0913, PLR0917  (options)
    partner: PartnerOption = None,
    key: Annotated[str | None, typer.Option("--key", help="Only those signed with this key of the partner.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only those received since a day, 2026-06-30.")] = None,
    data_root: DataRoot = None,
    as_csv: AsCsv = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Every drop that was picked up, with what became of it."""
    import polars as pl  # noqa: PLC0415

    from compact_pipelines.exchange.ledger import Ledger  # noqa: PLC0415

    columns = (
        "drop_id, partner, folder, status, received_at, key_id, rows_in, rows_new, rows_revised, rows_unchanged, "
        "rows_deleted, rows_held, withdrawn_at"
    )
    rows = Ledger(root_of(data_root)).rows(
        f"SELECT {columns} FROM drops WHERE ? IN (partner, '') AND ? IN (key_id, '') AND received_at >= ? "  # noqa: S608
        "ORDER BY number",
        partner or "", key or "", day_of(since).isoformat() if since else "",
    )  # fmt: skip
    frame = pl.DataFrame(rows, infer_schema_length=None)
    print_frame(frame, as_csv=as_csv, as_json=as_json, nothing="No drop has been picked up.")


@exchange.command()
def vintages(  # noqa: PLR0913, PLR0917  (options)
    table: Annotated[str, typer.Argument(help="One of the five tables.", show_default=False)],
    partner: PartnerOption = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="What was known then: 2026-06-30T12:00:00Z.")] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why confidential figures are read; it is logged.")
    ] = None,
    revisions: Annotated[bool, typer.Option("--revisions", help="Each row beside the one before it.")] = False,  # noqa: FBT002
    data_root: DataRoot = None,
    as_csv: AsCsv = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What partners say now, said at a time, or changed; with drop, file, row, contract and code of each.

    Figures that are not free are blank, unless a reason to read them is given, which goes into the audit log.
    """
    from compact_pipelines.exchange.ledger import Ledger, break_glass  # noqa: PLC0415
    from compact_pipelines.exchange.vintages import open_vintages  # noqa: PLC0415

    if as_of and revisions:
        raise UsageError("--as-of and --revisions were both given; give one")
    source, parameters = ("revisions" if revisions else "current_rows"), {}
    if as_of:
        source, parameters = "as_of($at)", {"at": time_of(as_of)}
    with open_vintages(root_of(data_root), table_named(table), partner) as connection:
        rows = connection.execute(f"FROM {source} ORDER BY ALL", parameters).pl()
    if reason:
        break_glass(Ledger(root_of(data_root)), f"vintages of {table}", reason, dt.datetime.now(dt.UTC))
    else:
        rows = _free(rows, table_named(table).measure)
    print_frame(rows, as_csv=as_csv, as_json=as_json, nothing="No partner's row is stored.")


@exchange.command()
def pause(
    partner: Annotated[str, typer.Argument(show_default=False)], reason: Reason, data_root: DataRoot = None
) -> None:
    """Leave a partner's drops untouched from now on."""
    from compact_pipelines.exchange.ledger import Ledger  # noqa: PLC0415
    from compact_pipelines.exchange.pausing import pause as stop  # noqa: PLC0415

    stop(Ledger(root_of(data_root)), _partner(partner), reason, dt.datetime.now(dt.UTC))
    OUT.print(f"{partner} is paused; `compact exchange resume {partner}` ends it.", highlight=False)


@exchange.command()
def resume(
    partner: Annotated[str, typer.Argument(show_default=False)], reason: Reason, data_root: DataRoot = None
) -> None:
    """Take a partner's drops up again."""
    from compact_pipelines.exchange.ledger import Ledger  # noqa: PLC0415
    from compact_pipelines.exchange.pausing import resume as go_on  # noqa: PLC0415

    go_on(Ledger(root_of(data_root)), _partner(partner), reason, dt.datetime.now(dt.UTC))
    OUT.print(f"{partner} is resumed; the next intake takes its drops up.", highlight=False)


@exchange.command()
def audit(
    head: Annotated[str | None, typer.Option("--head", help="A head from a receipt: is it in the log?")] = None,
    data_root: DataRoot = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Whether the audit log is whole: each entry follows from the one before, and a receipt's head is in it."""
    from compact_pipelines.exchange.ledger import Ledger, find_broken_audit  # noqa: PLC0415

    entries = Ledger(root_of(data_root)).rows("SELECT * FROM audit ORDER BY number")
    broken = find_broken_audit(entries)
    is_known = head is None or any(entry["hash"] == head for entry in entries)
    if as_json:
        print_json({"entries": entries, "first_broken": broken, "head_is_known": is_known})
    elif broken:
        print_error(f"the audit log breaks at entry {broken}: it, or one before it, was changed; compare with a backup")
    elif not is_known:
        print_error("the log is whole, but this head is not in it: it was cut, or the receipt is another exchange's")
    else:
        OUT.print(f"The audit log is whole: {len(entries):,} entries.", highlight=False)
    if broken or not is_known:
        raise typer.Exit(FINDINGS)


def _partner(name: str) -> str:
    from compact_pipelines.exchange.partners import load_agreements  # noqa: PLC0415

    known = load_agreements()
    if name not in known:
        raise UsageError(f"no partner {name!r}; there are {', '.join(known)}")
    return name


def _free(rows: "pl.DataFrame", measure: str) -> "pl.DataFrame":
    """Rows with the figures and comments blank that are not free for publication, and what they were before."""
    import polars as pl  # noqa: PLC0415

    is_free = (pl.col("conf_status") == "F").fill_null(value=False)
    secret = [name for name in (measure, f"{measure}_before", "comment_obs") if name in rows.columns]
    return rows.with_columns(pl.when(is_free).then(name).alias(name) for name in secret)
