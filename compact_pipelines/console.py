"""What the command line prints: tables for people, JSON and CSV for programs, errors for both."""

import csv
import datetime as dt
import json
import math
import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from compact_pipelines.contracts.verdict import CellFinding, Verdict
    from compact_pipelines.runs import Outcome
    from compact_pipelines.warehouse.report import ThemeReport

OUT = Console(soft_wrap=True)
# A table is as wide as its cells: a terminal that is narrower wraps its lines, a file keeps them whole.
WIDE = Console(width=100_000)
ERR = Console(stderr=True, soft_wrap=True)
MISSING = "-"
GAP = 2  # characters between two columns
LEAST_ROOM = 60  # characters of a text that is cut to the terminal
SHOWN_FINDINGS = 5  # of one rule and column; --json has more, and the counts are always whole


def progress_bar() -> Progress:
    """A bar on the terminal's error stream; nothing where that is not a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=ERR,
        transient=True,
        disable=not ERR.is_terminal,
    )


@contextmanager
def above(bar: Progress) -> Iterator[None]:
    """Print lines while a bar is shown; each goes to its own stream, and the bar stands below them again."""
    if bar.disable:
        yield
        return
    bar.stop()
    try:
        yield
    finally:
        bar.start()


@contextmanager
def until_read_enough() -> Iterator[None]:
    """Print until the reader of our output has read enough, as `head` has after ten lines; that is no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_error(message: str) -> None:
    """One error, whole, without a traceback."""
    ERR.print(f"[bold red]compact:[/] {escape(message)}", highlight=False)


def print_json(value: object) -> None:
    """One JSON document on standard output, characters as they are."""
    json.dump(finite(value), sys.stdout, ensure_ascii=False, indent=2, default=plain, allow_nan=False)
    sys.stdout.write("\n")


def finite(value: object) -> object:
    """The value with null for what JSON has no number for: NaN and the infinities."""
    if isinstance(value, dict):
        return {name: finite(cell) for name, cell in value.items()}
    if isinstance(value, list | tuple):
        return [finite(cell) for cell in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def plain(value: object) -> object:
    """A value as JSON has it: whole decimals as integers, others as the nearest double, times in ISO 8601."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)


def print_csv(names: Sequence[str], rows: Sequence[Sequence[Any]], stream: TextIO) -> None:
    """Comma-separated values with a header; a missing value is an empty cell, no text runs as a formula."""
    import polars as pl  # noqa: PLC0415

    from compact_pipelines.contracts.cells import without_formula  # noqa: PLC0415

    texts = pl.DataFrame({"text": list({cell for row in [names, *rows] for cell in row if isinstance(cell, str)})})
    neutral = dict(texts.select("text", without_formula(pl.col("text")).alias("neutral")).iter_rows())
    writer = csv.writer(stream, lineterminator="\n")
    for row in [names, *rows]:
        writer.writerow([neutral[cell] if isinstance(cell, str) else cell for cell in row])


def print_rows(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table for people; a missing value is a dash."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(escape(name), no_wrap=True)
    for row in rows:
        table.add_row(*(MISSING if cell is None else escape(_shown(cell)) for cell in row))
    WIDE.print(table)


def print_rows_shortened(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table for people whose last column, a text, is cut to what the terminal has room for, though never very short.

    Whoever prints it offers the whole text elsewhere, as --json does.
    """
    others = sum(max(len(_shown(row[place])) for row in [names, *rows]) + GAP for place in range(len(names) - 1))
    room = max(OUT.width - others, LEAST_ROOM)
    print_rows(names, [(*row[:-1], textwrap.shorten(str(row[-1]), room, placeholder=" ...")) for row in rows])


def print_outcome(outcome: "Outcome", seconds: float) -> None:
    """What a run did, or why it could not."""
    for warning in outcome.warnings:
        ERR.print(f"[yellow]note:[/] {escape(f'{warning.place}: {warning.message}')}", highlight=False)
    for failure in outcome.failures:
        print_error(f"{failure.place}: {failure.message}")
    if outcome.failures:
        missing = f"; without it these could not be computed: {', '.join(outcome.skipped)}" if outcome.skipped else ""
        served = f"edition {outcome.number} stays served" if outcome.number else "there is no edition yet"
        print_error(f"no new edition, {served}{missing}")
    elif outcome.is_new:
        made = len(outcome.materialised)
        OUT.print(f"Edition {outcome.number} is published: {made} assets computed in {seconds:.1f} s.", highlight=False)
    else:
        OUT.print(f"Edition {outcome.number} is current: inputs and code are as they were.", highlight=False)


def print_report(report: "Sequence[ThemeReport]") -> None:
    """Rows, span, headline figure and difference per theme: two lines each, readable at 80 columns."""
    for theme in report:
        sources = f"{theme.sources} source{'s' if theme.sources > 1 else ''}"
        span = f"{theme.first_period} to {theme.last_period}"
        rows = f"{theme.rows:>8,} rows{_change(theme)}"
        OUT.print(f"[bold]{theme.table:<20}[/]{rows}, {sources}, {span}", highlight=False)
        figure = f"{_figure(theme.headline_value)} {theme.unit or ''}".strip()
        period = f" in {theme.headline_period}" if theme.headline_period else ""
        OUT.print(f"{'':<20}{escape(theme.headline)}: {figure}{period}{_before(theme)}", highlight=False)


def print_verdict(verdict: "Verdict") -> None:
    """What is wrong with a file, grouped by rule and column: how often, the first cases, and how to mend them."""
    told: dict[tuple[str, str | None], list[CellFinding]] = {}
    for finding in verdict.findings:
        told.setdefault((finding.rule, finding.column), []).append(finding)
    for count in verdict.counts:
        cases = told[count.rule, count.column]
        colour = "red" if count.severity == "error" else "yellow"
        where = f"{count.column}: " if count.column else ""
        kind = f"[bold {colour}]{count.severity}[/] {escape(where)}{count.rule}"
        OUT.print(f"{kind}, {times(count.found, 'case')}", highlight=False)
        for finding in cases[:SHOWN_FINDINGS]:
            place = f"row {finding.row}: " if finding.row else ""
            OUT.print(f"  {place}{escape(finding.found)}", highlight=False)
        if count.found > SHOWN_FINDINGS:
            OUT.print(f"  and {count.found - SHOWN_FINDINGS:,} more", highlight=False)
        OUT.print(f"  {escape(cases[0].allowed)} {escape(_mend(cases[:SHOWN_FINDINGS]))}", highlight=False)
    OUT.print(f"{escape(verdict.file)}: {_conclusion(verdict)}", highlight=False)


def _mend(cases: "list[CellFinding]") -> str:
    return " ".join(dict.fromkeys(case.mend for case in cases))


def _conclusion(verdict: "Verdict") -> str:
    contract, rows = f"{verdict.table} {verdict.version}", times(verdict.rows, "row")
    if verdict.outcome == "REJECTED":
        return f"{times(verdict.errors, 'error')} by the contract {contract}; the file would be refused."
    if verdict.errors:
        held = f"{verdict.rows_in_error:,} of {rows} would be held"
        return f"{times(verdict.errors, 'error')} by the contract {contract}; {held}."
    warned = f"; {times(verdict.warnings, 'warning')}" if verdict.warnings else ""
    return f"{rows} keep{'s' if verdict.rows == 1 else ''} the contract {contract}{warned}."


def times(number: int, what: str) -> str:
    """A number of things: 1 row, 2 rows."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _change(theme: "ThemeReport") -> str:
    if theme.rows_before is None:
        return ""
    return f" ({theme.rows - theme.rows_before:+,} rows)" if theme.rows != theme.rows_before else " (rows as before)"


def _before(theme: "ThemeReport") -> str:
    if theme.headline_before is None:
        return ""
    if (theme.headline_period, theme.headline_value) == (theme.headline_period_before, theme.headline_before):
        return " (as before)"
    return f" (before: {_figure(theme.headline_before)} in {theme.headline_period_before})"


def _figure(value: Decimal | str | None) -> str:
    if value is None:
        return "no value"
    return f"{value:,.0f}" if isinstance(value, Decimal) else value


def _shown(cell: object) -> str:
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return str(cell)
