"""The commands `compact live ...`: how sources stand, asking publishers, a person's word over a stop.

Exit code 0 is fine, 1 is a stop that a person must look at, no answer or no key; 2 is a wrong call.
"""

import datetime as dt
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.markup import escape

from compact_pipelines.commands.options import FINDINGS, AsJson, DataRoot, root_of
from compact_pipelines.commands.rounds import ask_each, print_round, rounds_as_json
from compact_pipelines.console import OUT, print_json, print_rows, print_rows_shortened, times
from compact_pipelines.errors import UsageError

if TYPE_CHECKING:
    from compact_pipelines.contracts import Source
    from compact_pipelines.live.answers import Partition
    from compact_pipelines.live.rounds import Round
    from compact_pipelines.live.schedule import Cost

SHOWN_STATUS: Final = ("source_id", "asked_how", "state", "last_believed_at", "newest_period", "expected_by")
MEBIBYTE: Final = 1 << 20
MINUTE: Final = 60
PERIOD_HELP: Final = "A period as the source is asked: 2015-01, or 2015."

live = typer.Typer(
    name="live",
    help="Official sources asked live: status, pull, backfill, cost, accept, sources, recordings.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SourceName = Annotated[str, typer.Argument(help="A source that is asked live.", show_default=False)]
PartitionName = Annotated[str, typer.Argument(help="Such as 2025-10, 2025/CAN or all.", show_default=False)]
First = Annotated[str | None, typer.Option("--from", help=f"{PERIOD_HELP} The first there is if not given.")]
Last = Annotated[str | None, typer.Option("--to", help=f"{PERIOD_HELP} The newest expected one if not given.")]
Reporters = Annotated[str, typer.Option("--reporters", help="Areas, comma-separated; all if not given.")]
Again = Annotated[bool, typer.Option("--again", help="Ask anew for what is held already.")]


@live.command()
def status(
    source: Annotated[str | None, typer.Argument(help="Only this source; all if not given.")] = None,
    data_root: DataRoot = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """How each source stands: fresh, late, stopped, without key, unavailable, never asked."""
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415
    from compact_pipelines.live.freshness import freshness_rows  # noqa: PLC0415

    contracts, root = load_contracts(), root_of(data_root)
    if source is not None and source not in contracts.sources:
        raise UsageError(f"no source {source}; `compact live status` lists them")
    named_root = root if data_root else None
    found = freshness_rows(root, contracts, dt.datetime.now(dt.UTC), in_full=True, root=named_root)
    rows = [row for row in found if source in {None, row["source_id"]}]
    if as_json:
        print_json(rows)
        return
    print_rows(SHOWN_STATUS, [tuple(_short(row[name]) for name in SHOWN_STATUS) for row in rows])
    for row in rows:
        if row["asked_how"] == "live" and row["what_differed"]:
            differed = row["what_differed"].removeprefix(f"{row['source_id']}: ")
            OUT.print(f"[bold]{row['source_id']}[/]: {escape(differed)}", highlight=False)
            OUT.print(f"    what to do: {escape(row['remedy'] or '-')}", highlight=False)


@live.command()
def pull(
    source: SourceName,
    partition: Annotated[
        str | None, typer.Argument(help="Such as 2025-10, 2025/CAN or all; what is due if not given.")
    ] = None,
    again: Again = False,  # noqa: FBT002
    data_root: DataRoot = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Ask a publisher for one partition, or for what is due, and say whether it is believed.

    Exit code 1: an answer was stopped, or none came, or the key is missing or refused.
    """
    from compact_pipelines.live.journal import Journal  # noqa: PLC0415
    from compact_pipelines.live.schedule import due  # noqa: PLC0415

    root, chosen = root_of(data_root), source_named(source)
    asked = [partition_named(chosen, partition)] if partition else due(chosen, Journal(root), dt.datetime.now(dt.UTC))
    if not asked and not as_json:
        OUT.print(f"Nothing of {source} is due.", highlight=False)
    _end(root, ask_each(root, chosen, asked, is_forced=again, is_silent=as_json), as_json=as_json)


@live.command()
def backfill(  # noqa: PLR0913, PLR0917  (options)
    source: SourceName,
    first: First = None,
    last: Last = None,
    reporters: Reporters = "",
    again: Again = False,  # noqa: FBT002
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to begin.")] = False,  # noqa: FBT002
    data_root: DataRoot = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Ask for the history of a source; what it costs is shown first. Interrupted, it goes on where it was."""
    from compact_pipelines.live.journal import Journal  # noqa: PLC0415
    from compact_pipelines.live.rounds import not_held  # noqa: PLC0415
    from compact_pipelines.live.schedule import cost as cost_of  # noqa: PLC0415

    root, chosen = root_of(data_root), source_named(source)
    wanted, journal = _wanted(chosen, first, last, reporters), Journal(root)
    asked = wanted if again else not_held(journal, chosen, wanted)
    if not as_json:
        _print_cost(chosen, cost_of(chosen, wanted, journal, is_again=again))
    if asked and not yes and not typer.confirm("Ask for them?", err=True):
        return
    _end(root, ask_each(root, chosen, asked, is_forced=again, is_silent=as_json), as_json=as_json)


@live.command()
def cost(  # noqa: PLR0913, PLR0917  (options)
    source: SourceName,
    first: First = None,
    last: Last = None,
    reporters: Reporters = "",
    again: Again = False,  # noqa: FBT002
    data_root: DataRoot = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What a backfill would cost at least: requests, time at the publisher's rate, days at its quota."""
    from dataclasses import asdict  # noqa: PLC0415

    from compact_pipelines.live.journal import Journal  # noqa: PLC0415
    from compact_pipelines.live.schedule import cost as cost_of  # noqa: PLC0415

    chosen = source_named(source)
    found = cost_of(chosen, _wanted(chosen, first, last, reporters), Journal(root_of(data_root)), is_again=again)
    if as_json:
        print_json(asdict(found))
    else:
        _print_cost(chosen, found)


@live.command()
def accept(
    source: SourceName,
    partition: PartitionName,
    reason: Annotated[str, typer.Option("--reason", help="Why the figures are right; kept.", show_default=False)],
    who: Annotated[str, typer.Option("--by", help="Whose decision it is; the user of this machine if not given.")] = "",
    data_root: DataRoot = None,
) -> None:
    """Believe an answer that was stopped because it differs; not one that could not be read."""
    from compact_pipelines.live.overruling import accept as overrule  # noqa: PLC0415

    chosen = source_named(source)
    by, root = who.strip() or _user(), root_of(data_root)
    asked = partition_named(chosen, partition)
    done = overrule(root, chosen, asked, reason=reason, who=by, now=dt.datetime.now(dt.UTC))
    at = f" --data-root {shlex.quote(str(root))}" if data_root else ""
    lines = [
        f"{source} {asked.key}: answer of {done.came_at:%Y-%m-%d}, stopped because {done.stop.reason.rstrip('.')}.",
        f"It is believed by the word of {by}: {done.rows_before:,} rows before, {done.rows:,} now. "
        f"`compact run{at}` shows them.",
    ]
    if done.later:
        lines.insert(
            1,
            f"It is not the newest: on {done.later.at:%Y-%m-%d}, it was asked for again, and there was no answer "
            f"({done.later.verdict}: {done.later.reason}).",
        )
    for line in lines:
        OUT.print(escape(line), highlight=False)


@live.command()
def sources(as_json: AsJson = False) -> None:  # noqa: FBT002
    """Which publishers are asked, how often, and which key each needs; never a key itself."""
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415
    from compact_pipelines.live.rounds import live_sources  # noqa: PLC0415

    rows = [_described(one) for one in live_sources(load_contracts())]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(list(rows[0]), [tuple(row.values()) for row in rows])


@live.command()
def recordings(as_json: AsJson = False) -> None:  # noqa: FBT002
    """What each recorded answer in $COMPACT_RECORDINGS reads as, and why in short; --json says why in full."""
    from dataclasses import asdict  # noqa: PLC0415

    from compact_pipelines.live.recorded import recordings_folder, replay_all  # noqa: PLC0415

    found = [asdict(one) for one in replay_all(recordings_folder())]
    if as_json:
        print_json(found)
    elif found:
        print_rows_shortened(list(found[0]), [tuple(row.values()) for row in found])
    if any(row["verdict"] == "fault" for row in found):
        raise typer.Exit(FINDINGS)


def source_named(name: str) -> "Source":
    """A source that is asked live.

    Raises:
        UsageError: it is none.
    """
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415
    from compact_pipelines.live.rounds import live_sources  # noqa: PLC0415

    return live_sources(load_contracts(), [name])[0]


def partition_named(source: "Source", text: str) -> "Partition":
    """A partition as it is written on the command line, where | would be a pipe.

    Raises:
        UsageError: the source has no such partition.
    """
    from compact_pipelines.live.answers import SEPARATOR  # noqa: PLC0415
    from compact_pipelines.live.schedule import partition_of  # noqa: PLC0415

    return partition_of(source, text.replace("/", SEPARATOR), dt.datetime.now(dt.UTC))


def _user() -> str:
    """Who asks, by the name that this machine has for them.

    Raises:
        UsageError: it has none.
    """
    import pwd  # noqa: PLC0415

    try:
        return os.environ.get("USER") or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise UsageError("whose decision it is must be said: --by; this machine has no name for you") from None


def _wanted(source: "Source", first: str | None, last: str | None, reporters: str) -> list["Partition"]:
    from compact_pipelines.live.schedule import partitions_between, require_live  # noqa: PLC0415

    known = require_live(source).partitions.reporters
    chosen = [code.strip().upper() for code in reporters.split(",") if code.strip()]
    if unknown := sorted(set(chosen) - set(known)):
        allowed = ", ".join(known) or "none; it is not asked by reporter"
        raise UsageError(f"{source.id} has no reporter {', '.join(unknown)}; allowed are {allowed}")
    found = partitions_between(source, first, last, dt.datetime.now(dt.UTC))
    return [one for one in found if not chosen or one.reporter in chosen]


def _end(root: Path, found: "Round", *, as_json: bool) -> None:
    """Tell a round; exit code 1 if a person must look, or no answer came."""
    if as_json:
        print_json(rounds_as_json([found])[0])
    elif found.pulled:
        print_round(root, found)
    if found.left or any(one.verdict in {"STOPPED", "UNAVAILABLE", "NO_KEY"} for one in found.pulled):
        raise typer.Exit(FINDINGS)


def _print_cost(source: "Source", found: "Cost") -> None:
    quota = f", {times(found.days, 'day')} at {source.live.rate.a_day:,} a day" if source.live and found.days else ""
    size = "" if found.bytes is None else f", about {found.bytes / MEBIBYTE:,.1f} MiB"
    OUT.print(
        f"{times(found.partitions, 'partition')} to ask for ({found.held:,} held already): at least "
        f"{times(found.requests, 'request')}, {_time(found.seconds)} at the publisher's rate{quota}{size}.",
        highlight=False,
    )


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 2 * MINUTE else f"{seconds / MINUTE:,.0f} min"


def _described(source: "Source") -> dict[str, Any]:
    from compact_pipelines.live.schedule import require_live  # noqa: PLC0415

    how = require_live(source)
    by = how.partitions.by + (f" and reporter ({len(how.partitions.reporters)})" if how.partitions.reporters else "")
    key, is_set = "none", None
    if how.key is not None:
        key = f"{how.key.variable}{'' if how.key.is_required else ' (optional)'}"
        is_set = "yes" if os.environ.get(how.key.variable, "").strip() else "no"
    return {"source_id": source.id, "publisher": source.publisher, "asked_by": by, "key": key, "key_is_set": is_set}


def _short(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, dt.datetime) else value
