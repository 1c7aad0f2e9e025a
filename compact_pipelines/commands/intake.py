"""The commands `compact intake`, `receipt` and `withdraw`: drops come in, are told of, and are taken back.

Exit code 0 is fine, 1 is findings, 2 is a wrong call.
"""

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.markup import escape

from compact_pipelines.commands.options import FINDINGS, AsJson, DataRoot, Drop, PartnerOption, Reason, root_of
from compact_pipelines.console import OUT, print_json, progress_bar
from compact_pipelines.errors import UsageError

if TYPE_CHECKING:
    from compact_pipelines.exchange.replaying import Changed

TOLD: Final = 20  # findings of a receipt on a terminal; --json has all
GOOD: Final = ("ACCEPTED", "DUPLICATE", "WAITING", "RECEIVED")


def intake(
    partner: PartnerOption = None,
    drop: Annotated[str | None, typer.Option("--drop", help="Only the inbox folder of this name.")] = None,
    data_root: DataRoot = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Pick up every drop that is ready, judge it, store its rows, and write receipts; once."""
    from compact_pipelines.exchange.intake import Intake  # noqa: PLC0415

    with progress_bar() as bar:
        task = bar.add_task("judging", total=None)
        decided = Intake(
            root_of(data_root), progress=lambda done, total: bar.update(task, completed=done, total=total)
        ).run(partner, drop)
    if as_json:
        print_json([one.receipt for one in decided])
    else:
        for one in decided:
            rows = one.receipt["rows"]
            summed = f"{rows['in']:,} rows in, {rows['stored']:,} stored, {rows['held']:,} held"
            OUT.print(f"{one.partner}/{one.folder}: [bold]{one.status}[/], {summed}", highlight=False)
            for found in one.receipt["findings"][:1]:  # of a row, its place only: what stands in it may be confidential
                place = f"{found['rule']} in {found['file']}, row {found['row']}"
                OUT.print(f"  {escape(place if found['row'] else found['message'])}", highlight=False)
        if not decided:
            OUT.print("Nothing is ready: a drop is ready once its manifest.json.sig is in its folder.", highlight=False)
    if any(one.status not in GOOD for one in decided):
        raise typer.Exit(FINDINGS)


def receipt(drop: Drop, data_root: DataRoot = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """What became of a drop: its receipt, readable or as JSON."""
    from compact_pipelines.exchange.ledger import Ledger  # noqa: PLC0415
    from compact_pipelines.exchange.receipts import amendments  # noqa: PLC0415
    from compact_pipelines.exchange.replaying import find_drop  # noqa: PLC0415

    row = find_drop(Ledger(root_of(data_root)), drop)
    told: Any = json.loads(row["receipt"])
    if not isinstance(told, dict):
        raise UsageError(f"{drop} was picked up at {row['received_at']} and is not decided yet; run `compact intake`")
    if row["withdrawn_at"]:
        told = {**told, "withdrawn_at": row["withdrawn_at"]}
    if as_json:
        print_json(told)
        return
    rows, counts = told["rows"], told["counts"]
    OUT.print(f"[bold]{told['status']}[/] {escape(told['message'])}", highlight=False)
    OUT.print(
        f"{rows['in']:,} rows in = {rows['stored']:,} stored + {rows['held']:,} held; {counts['new']:,} new, "
        f"{counts['revised']:,} revised, {counts['unchanged']:,} unchanged, {counts['deleted']:,} deleted",
        highlight=False,
    )
    for sentence in amendments(told):
        OUT.print(escape(sentence), highlight=False)
    for found in told["findings"][:TOLD]:
        words = [found["rule"], found["file"], f"row {found['row']}" if found["row"] else None]
        OUT.print(f"[bold]{found['severity']}[/] {escape(', '.join(filter(None, words)))}", highlight=False)
        OUT.print(f"  {escape(found['message'])}", highlight=False)
    more = told["findings_total"] - min(TOLD, len(told["findings"]))
    if more > 0:
        OUT.print(f"and {more:,} more findings; --json has them by rule, with the first of each", highlight=False)
    if told.get("withdrawn_at"):
        OUT.print(f"Withdrawn at {told['withdrawn_at']}.", highlight=False)
    OUT.print(f"Audit log: entry {told['audit']['entry']}, head {told['audit']['head']}", highlight=False)


def withdraw(drop: Drop, reason: Reason, data_root: DataRoot = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Take a drop back: recompute what its partner says without it, from the stored originals."""
    from compact_pipelines.exchange.withdrawal import withdraw as take_back  # noqa: PLC0415

    changed = take_back(root_of(data_root), drop, reason, dt.datetime.now(dt.UTC))
    print_changed(changed, f"{changed.drop_id} is withdrawn; {changed.rows:,} rows changed", as_json=as_json)


def print_changed(changed: "Changed", says: str, *, as_json: bool) -> None:
    """What a release or a withdrawal changed."""
    if as_json:
        print_json({"drop_id": changed.drop_id, "rows": changed.rows, "audit": vars(changed.head)})
        return
    OUT.print(f"{escape(says)}. `compact run` publishes it.", highlight=False)
