"""The commands `compact drop pack`, `sign` and `check`: a signed drop, made and looked at on the partner's machine.

Nothing goes online. Exit code 0 is fine, 1 is findings, 2 is a wrong call.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.markup import escape

from compact_pipelines.console import ERR, OUT, SHOWN_FINDINGS, print_error, print_json, progress_bar
from compact_pipelines.errors import UsageError

if TYPE_CHECKING:
    from compact_pipelines.contracts import Table
    from compact_pipelines.exchange.inspection import DropCheck

FINDINGS: Final = 1

drop = typer.Typer(
    name="drop",
    help="Make a signed drop of your files, and see what the exchange would say of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Folder = Annotated[Path, typer.Argument(help="The drop's folder.", show_default=False)]


@drop.command()
def pack(  # noqa: PLR0913, PLR0917  (one option a field of the manifest)
    files: Annotated[list[Path], typer.Argument(help="CSV, our workbook (.xlsx), or Parquet.", show_default=False)],
    table: Annotated[str, typer.Option("--table", help="One of the five tables.", show_default=False)],
    partner: Annotated[str, typer.Option("--partner", help="Your id in your agreement.", show_default=False)],
    seq: Annotated[int, typer.Option("--seq", help="One more than your last drop of this table.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", help="A new folder for the drop.", show_default=False)],
    exchange: Annotated[str | None, typer.Option("--exchange", help="Its id; $COMPACT_EXCHANGE, else local.")] = None,
    action: Annotated[str, typer.Option("--action", help="merge, replace or delete.")] = "merge",
    mode: Annotated[str, typer.Option("--mode", help="rows or all_or_nothing.")] = "rows",
    revision: Annotated[str, typer.Option("--revision", help="routine, major or error.")] = "routine",
    supersedes: Annotated[int | None, typer.Option("--supersedes", help="The seq of the drop that this mends.")] = None,
    period_from: Annotated[str | None, typer.Option("--period-from", help="The first period, as 2024-Q1.")] = None,
    period_to: Annotated[str | None, typer.Option("--period-to", help="The last period.")] = None,
    contact: Annotated[str, typer.Option("--contact", help="Whom to ask.")] = "",
    no_validate: Annotated[bool, typer.Option("--no-validate", help="Do not judge the files first.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Judge files, copy them into a drop, and write the manifest that binds them; sign it next."""
    from compact_pipelines.exchange.packing import Plan, RefusedFiles, pack_drop  # noqa: PLC0415
    from compact_pipelines.exchange.partners import load_agreements  # noqa: PLC0415

    plan = Plan(
        _table(table),
        partner,
        seq,
        action=action,
        mode=mode,
        revision=revision,
        supersedes=supersedes,
        period_from=period_from,
        period_to=period_to,
        contact=contact,
        exchange=exchange,
    )
    with progress_bar() as bar:
        task = bar.add_task("judging", total=None)
        try:
            packed = pack_drop(
                files,
                plan,
                output,
                agreements=load_agreements(),
                is_judged=not no_validate,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except RefusedFiles as error:
            bar.stop()
            if as_json:
                print_json({"packed": None, "check": error.check.as_dict()})
            else:
                _print_findings(error.check)
            print_error(str(error))
            raise typer.Exit(FINDINGS) from None
    if as_json:
        said = {"manifest": packed.manifest.as_fields(), "notices": packed.notices}
        print_json({"packed": str(packed.folder), **said, "check": packed.check.as_dict() if packed.check else None})
        return
    if packed.check:
        _print_findings(packed.check)
    for notice in packed.notices:
        ERR.print(f"[yellow]note:[/] {escape(notice)}", highlight=False)
    for file in packed.manifest.files:
        OUT.print(f"{file.name}: {_rows(file.rows)}, {file.bytes:,} bytes, {file.format}", highlight=False)
    OUT.print(f"The drop is in {escape(str(output))}. Sign it: {_sign_it(output)}", highlight=False)


@drop.command()
def sign(
    folder: Folder,
    key: Annotated[Path, typer.Option("--key", help="Your private key, as ssh-keygen made it.", show_default=False)],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Sign a drop with an Ed25519 key; the signature is the mark that it is ready."""
    from compact_pipelines.exchange.packing import sign_drop  # noqa: PLC0415

    signer = sign_drop(folder, key)
    if as_json:
        print_json({"signed": str(folder), "signer": signer})
    else:
        OUT.print(
            f"Signed with {signer}. Copy the data files first, then manifest.json, and manifest.json.sig last.",
            highlight=False,
        )


@drop.command()
def check(
    folder: Folder,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="The .pub file of the key that should have signed.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Say what the exchange would say of a drop, on this machine and offline; exit code 1 if there are findings."""
    from compact_pipelines.exchange.inspection import check_drop  # noqa: PLC0415
    from compact_pipelines.exchange.partners import EXCHANGE_VARIABLE, exchange_id, load_agreements  # noqa: PLC0415

    with progress_bar() as bar:
        task = bar.add_task("reading", total=None)
        found = check_drop(
            folder,
            load_agreements(),
            public_key=_public_key(public_key),
            exchange=exchange_id() if os.environ.get(EXCHANGE_VARIABLE) else None,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        print_json(found.as_dict())
    else:
        _print_check(found)
    if found.errors:
        raise typer.Exit(FINDINGS)


def _print_check(found: "DropCheck") -> None:
    _print_findings(found)
    for note in found.notes:
        ERR.print(f"[yellow]note:[/] {escape(note)}", highlight=False)
    if found.signer:
        OUT.print(f"Signed with {found.signer}.", highlight=False)
    held = f", {found.rows_held:,} held" if found.rows_held else ""
    rows = "" if found.is_refused else f" ({_rows(found.rows)}{held})"
    OUT.print(f"As far as can be said here, the drop would be {found.outcome}{rows}.", highlight=False)


def _print_findings(found: "DropCheck") -> None:
    """What is wrong, grouped by rule and column: how often, the first cases, and how to mend them."""
    for count in found.counts:
        colour = "red" if count.severity == "error" else "yellow"
        where = f"{count.column}: " if count.column else ""
        times = f"{count.found:,} case{'s' if count.found != 1 else ''}"
        OUT.print(f"[bold {colour}]{count.severity}[/] {escape(where)}{count.rule}, {times}", highlight=False)
        told = [one for one in found.findings if (one.rule, one.column) == (count.rule, count.column)]
        for one in told[:SHOWN_FINDINGS]:
            row = f" row {one.row}" if one.row else ""
            place = f"{one.file}{row}: " if one.file else ""
            OUT.print(f"  {escape(place + one.found)}", highlight=False)
        if count.found > SHOWN_FINDINGS:
            OUT.print(f"  and {count.found - SHOWN_FINDINGS:,} more", highlight=False)
        for allowed, mend in dict.fromkeys((one.allowed, one.mend) for one in told[:SHOWN_FINDINGS]):
            OUT.print(f"  {escape(f'{allowed} {mend}'.strip())}", highlight=False)


def _rows(count: int) -> str:
    return f"{count:,} row{'s' if count != 1 else ''}"


def _sign_it(folder: Path) -> str:
    return f"compact drop sign {escape(str(folder))} --key KEY"


def _public_key(path: Path | None) -> bytes | None:
    from compact_pipelines.exchange.signatures import KEY_LINE_CHARACTERS, read_public_key  # noqa: PLC0415

    if path is None:
        return None
    try:
        with path.open("rb") as file:
            line = file.read(KEY_LINE_CHARACTERS + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}; name the .pub file") from None
    return read_public_key(line.decode("utf-8", errors="replace"))


def _table(name: str) -> "Table":
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415

    tables = load_contracts().tables
    if name not in tables:
        raise UsageError(f"no table {name!r}; the tables are {', '.join(tables)}")
    return tables[name]
