"""What commands that ask publishers share: asking, telling what came of it, laying out a day that is over."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from compact_pipelines.commands.options import day_of
from compact_pipelines.console import ERR, OUT, above, progress_bar, times

if TYPE_CHECKING:
    from compact_pipelines.contracts import Source
    from compact_pipelines.live.answers import Partition
    from compact_pipelines.live.pulled import Pulled
    from compact_pipelines.live.rounds import Round


def ask_due(root: Path, named: Sequence[str], *, is_silent: bool) -> list["Round"]:
    """Ask for what is due of the named sources, or of all; one that fails keeps no other from being asked.

    Args:
        root: where everything is kept.
        named: sources; empty for all.
        is_silent: whether a source is not told as soon as it is done.
    """
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415
    from compact_pipelines.live.hosts import open_wire  # noqa: PLC0415
    from compact_pipelines.live.rounds import live_sources, pull_due  # noqa: PLC0415

    chosen = live_sources(load_contracts(), named)
    rounds = []
    with open_wire(root) as wire, progress_bar() as bar:
        task = bar.add_task("asking publishers", total=len(chosen))
        for one in chosen:
            bar.update(task, description=one.id)
            rounds.append(pull_due(root, one, wire, dt.datetime.now(dt.UTC)))
            bar.advance(task)
            if not is_silent:
                with above(bar):
                    print_round(root, rounds[-1])
    return rounds


def ask_each(
    root: Path, source: "Source", asked: Sequence["Partition"], *, is_forced: bool, is_silent: bool
) -> "Round":
    """Ask for partitions of a source, in their order; each is told on the error stream: a bar, or a line if several."""
    from compact_pipelines.live.hosts import open_wire  # noqa: PLC0415
    from compact_pipelines.live.rounds import pull_each  # noqa: PLC0415

    with open_wire(root) as wire, progress_bar() as bar:
        task = bar.add_task(source.id, total=len(asked))

        def tell(done: int, total: int, found: "Pulled") -> None:
            bar.update(task, completed=done, total=total, description=f"{source.id} {found.partition.key}")
            if bar.disable and total > 1 and not is_silent:
                told = f"{done} of {total}: {found.partition.key} {_verdict(found)}, {times(found.rows, 'row')}"
                ERR.print(told, highlight=False)

        return pull_each(root, source, asked, wire, tell, is_forced=is_forced)


def laid_out(root: Path, text: str) -> tuple[Path, dt.datetime]:
    """The data root of a day that is over, and when that day ended."""
    from compact_pipelines.live.replay import end_of, lay_out  # noqa: PLC0415

    day = day_of(text)
    return lay_out(root, day, dt.datetime.now(dt.UTC)), end_of(day)


def print_round(root: Path, one: "Round") -> None:
    """A source in one line; below it what a person must look at, and which figures stand meanwhile."""
    from compact_pipelines.contracts import load_contracts  # noqa: PLC0415
    from compact_pipelines.live.journal import Journal  # noqa: PLC0415
    from compact_pipelines.live.rounds import standing  # noqa: PLC0415

    journal, known = Journal(root), load_contracts().sources
    OUT.print(f"[bold]{one.source_id:<28}[/]{escape(_told(one))}", highlight=False)
    for found in one.pulled:
        if found.verdict in {"ACCEPTED", "UNCHANGED", "EMPTY"}:
            continue
        stays = standing(journal, known[one.source_id], found.partition)
        ERR.print(
            f"  [yellow]{found.partition.key} {_verdict(found)}:[/] {escape(found.reason)}; {stays}", highlight=False
        )


def rounds_as_json(rounds: Sequence["Round"]) -> list[dict[str, Any]]:
    """Rounds for programs, the reason of each verdict included."""
    from dataclasses import asdict  # noqa: PLC0415

    return [
        {
            "source_id": one.source_id,
            "left": one.left,
            "fault": one.fault,
            "pulled": [{**asdict(found), "partition": found.partition.key} for found in one.pulled],
        }
        for one in rounds
    ]


def _told(one: "Round") -> str:
    """A round in one line."""
    if one.fault:
        return f"not asked: {one.fault}"
    if not one.pulled:
        return "nothing is due"
    counts = Counter(_verdict(found) for found in one.pulled)
    rows = sum(found.rows for found in one.pulled if found.verdict in {"ACCEPTED", "UNCHANGED"})
    asked = times(sum(found.requests for found in one.pulled), "request")
    attempts = sum(found.attempts for found in one.pulled)
    if attempts > sum(found.requests for found in one.pulled):
        asked += f" sent {attempts:,} times" if asked == "1 request" else f", {attempts:,} with those repeated"
    left = f"; {one.left} not asked for" if one.left else ""
    spoken = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    return f"{spoken}; {times(rows, 'row')}, {asked}{left}"


def _verdict(found: "Pulled") -> str:
    return found.verdict.lower().replace("_", " ")
