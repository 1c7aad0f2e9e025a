"""The command line: `compact run`, `app`, `query`, `validate`, `template`, `bench`, `scenario`, `live`, the exchange's.

Exit code 0 is fine, 1 is findings or a failed run, 2 is a wrong call. Dagster, Streamlit and DuckDB are imported by the
commands that need them, so that `compact --help` answers at once.
"""

import os
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from compact_pipelines.commands import drop, exchange, held, intake, live, scenario
from compact_pipelines.commands.rounds import ask_due, laid_out, rounds_as_json
from compact_pipelines.console import (
    ERR,
    OUT,
    print_csv,
    print_error,
    print_json,
    print_outcome,
    print_report,
    print_rows,
    print_verdict,
    progress_bar,
    until_read_enough,
)
from compact_pipelines.errors import ExchangeError, UsageError

if TYPE_CHECKING:
    from compact_pipelines.contracts import Contracts, Table

FINDINGS: Final = 1
USAGE: Final = 2
SHOWN_ROWS: Final = 200
DATA_ROOT_HELP: Final = "Where everything is kept; $COMPACT_DATA_ROOT, else ./data."

cli = typer.Typer(
    name="compact",
    help="The North American AI Compact exchange: capital, talent, compute and standards, and whose number is right.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
cli.add_typer(drop.drop, name="drop")
cli.command()(intake.intake)
cli.command()(intake.receipt)
cli.command()(intake.withdraw)
cli.add_typer(held.held, name="held")
cli.add_typer(exchange.exchange, name="exchange")
cli.add_typer(scenario.scenario, name="scenario")
cli.add_typer(live.live, name="live")

DataRoot = Annotated[Path | None, typer.Option("--data-root", help=DATA_ROOT_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@cli.command()
def run(
    asks: Annotated[bool, typer.Option("--live", help="First ask publishers for what is due.")] = False,  # noqa: FBT002
    sources: Annotated[str, typer.Option("--sources", help="With --live: only these, comma-separated.")] = "",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="The edition of what was believed live at the end of that UTC day, in a data root of its own. "
            "Embedded figures are those of the installed program; what partners sent is not in it.",
        ),
    ] = None,
    data_root: DataRoot = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Take the snapshots, build the tables, check them and publish a numbered edition."""
    from dataclasses import asdict  # noqa: PLC0415

    from compact_pipelines.runs import run_edition  # noqa: PLC0415
    from compact_pipelines.warehouse.layout import Layout  # noqa: PLC0415
    from compact_pipelines.warehouse.report import build_report  # noqa: PLC0415

    if (asks and as_of) or (sources and not asks):
        raise UsageError("--live and --as-of are not for the same run, and --sources is for --live")
    root, at = (_root(data_root), None) if as_of is None else laid_out(_root(data_root), as_of)
    start = time.perf_counter()
    named = [name.strip() for name in sources.split(",") if name.strip()]
    rounds = ask_due(root, named, is_silent=as_json) if asks else []
    with progress_bar() as bar:
        task = bar.add_task("reading what has changed", total=None)
        outcome = run_edition(
            root, lambda done, total, step: bar.update(task, completed=done, total=total, description=step), at
        )
    report = build_report(Layout(root)) if outcome.number else []
    if as_json:
        asked = {"live": rounds_as_json(rounds)} if asks else {}
        print_json({**asdict(outcome), "themes": [asdict(theme) for theme in report], **asked})
    else:
        print_outcome(outcome, time.perf_counter() - start)
        if not outcome.failures:
            print_report(report)
        if as_of is not None:
            OUT.print(f"The edition of {as_of} is in {root}: compact app --data-root {root}", highlight=False)
    if outcome.failures or any(one.stopped for one in rounds):
        raise typer.Exit(FINDINGS)


@cli.command()
def app(
    data_root: DataRoot = None,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.", min=1, max=65535)] = 8501,
    audience: Annotated[str, typer.Option("--audience", help="Whose file to show; one process serves one.")] = "public",
) -> None:
    """Serve the dashboard on the newest edition, for one audience."""
    _require_free_port(port)
    environment = {**os.environ, "COMPACT_DATA_ROOT": str(_root(data_root)), "COMPACT_AUDIENCE": audience}
    ERR.print(f"The dashboard is on http://localhost:{port} (Ctrl-C stops it).", highlight=False)
    sys.stderr.flush()
    os.execve(  # noqa: S606  (our own interpreter; no shell in between)
        sys.executable, [sys.executable, "-m", "compact_app.serve", f"--server.port={port}"], environment
    )


@cli.command()
def query(
    sql: Annotated[str, typer.Argument(help='One statement, such as "SHOW TABLES".')],
    data_root: DataRoot = None,
    audience: Annotated[str, typer.Option("--audience", help="Whose file to read.")] = "public",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Ask the newest edition in SQL, read-only; a table for people, or --csv, or --json (a list of objects)."""
    from compact_pipelines.warehouse import read  # noqa: PLC0415
    from compact_pipelines.warehouse.layout import Layout  # noqa: PLC0415

    if as_csv and as_json:
        raise UsageError("--csv and --json were both given; give one")
    names, rows = read.query(read.connect(Layout(_root(data_root)), audience), sql)
    with until_read_enough():
        if as_json:
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise UsageError(f"columns {twice} stand twice; name them apart with AS, JSON holds each name once")
            print_json([dict(zip(names, row, strict=True)) for row in rows])
        elif as_csv:
            print_csv(names, rows, sys.stdout)
        else:
            print_rows(names, rows[:SHOWN_ROWS])
    if not as_json and not as_csv and len(rows) > SHOWN_ROWS:
        ERR.print(f"The first {SHOWN_ROWS} of {len(rows):,} rows; --csv or --json prints all.", highlight=False)


@cli.command()
def validate(
    file: Annotated[Path, typer.Argument(help="CSV, our workbook (.xlsx), or Parquet.", show_default=False)],
    table: Annotated[str, typer.Option("--table", help="One of the five tables.", show_default=False)],
    partner: Annotated[
        str | None,
        typer.Option("--partner", help="Whose file it is: an area's code, such as CAN, or the id of an agreement."),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Say what the exchange would say of a file, on this machine and offline; exit code 1 if anything would be held."""
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415
    from compact_pipelines.contracts.verdict import judge_file  # noqa: PLC0415

    chosen = _table(load_contracts(), table)
    with progress_bar() as bar:
        task = bar.add_task(f"reading {file.name}", total=None)
        verdict = judge_file(
            file, chosen, partner, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        print_json(verdict.as_dict())
    else:
        print_verdict(verdict)
    if verdict.errors:
        raise typer.Exit(FINDINGS)


@cli.command()
def template(
    table: Annotated[str, typer.Argument(help="One of the five tables.")],
    output_format: Annotated[str, typer.Option("--format", help="csv or xlsx.")] = "csv",
    output: Annotated[
        Path | None, typer.Option("--output", help="A file; standard output if not given (csv only).")
    ] = None,
) -> None:
    """Print the empty drop of a table: what a partner fills in."""
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415
    from compact_pipelines.contracts.templates import csv_template, xlsx_template  # noqa: PLC0415

    chosen = _table(load_contracts(), table)
    if output_format not in {"csv", "xlsx"}:
        raise UsageError(f"no format {output_format!r}; the formats are csv, xlsx")
    if output_format == "xlsx":
        if output is None:
            raise UsageError(f"a workbook needs a file: compact template {table} --format xlsx --output {table}.xlsx")
        _write(output, xlsx_template(chosen))
    elif output is None:
        sys.stdout.write(csv_template(chosen))
    else:
        _write(output, csv_template(chosen).encode())


@cli.command()
def bench(
    name: Annotated[str | None, typer.Argument(help="Which benchmark; the list of them if not given.")] = None,
) -> None:
    """Run a benchmark of this checkout: one line of JSON with its ratio to a floor measured in the same run."""
    from compact_pipelines.benches import benchmarks, run_benchmark  # noqa: PLC0415

    if name is None:
        sys.stdout.writelines(f"{known}\n" for known in benchmarks())
    elif run_benchmark(name):
        raise typer.Exit(FINDINGS)


def main() -> None:
    """Run a command; anything a person can act on is told without a traceback."""
    try:
        cli(prog_name="compact")
    except UsageError as error:
        print_error(str(error))
        raise SystemExit(USAGE) from None
    except ExchangeError as error:
        print_error(str(error))
        raise SystemExit(FINDINGS) from None


def _root(data_root: Path | None) -> Path:
    from compact_pipelines.warehouse.layout import default_data_root  # noqa: PLC0415

    return data_root.expanduser().resolve() if data_root else default_data_root()


def _require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be used ({error.strerror}); stop what is there, or name another: "
                f"compact app --port {port + 1}"
            ) from None


def _table(contracts: "Contracts", name: str) -> "Table":
    if name not in contracts.tables:
        raise UsageError(f"no table {name!r}; the tables are {', '.join(contracts.tables)}")
    return contracts.tables[name]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
