"""What an edition says of the exchange, to each audience: drops, calendars, findings, held rows, effects, revisions.

The rule, kept here and in `moves`:

    public        drops that were taken in or are held: status, counts and timeliness. No folder, no finding, no held
                  row, no effect of a drop that is not published. Values only as every other table shows them.
    a partner     that, and everything of its own drops: folders, findings with what stands in its files, held rows,
                  previews, and its own values whatever their status.
    negotiator    all drops that there are, what held ones would move (made of free figures only), how often which rule
                  is broken; nothing of what stands in a partner's files, and no value that `warehouse.audiences` hides.

Nobody is shown whom to ask: contacts stay in the manifests.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from compact_pipelines.contracts import Contracts, Table
from compact_pipelines.contracts.disclosure import load_disclosure
from compact_pipelines.contracts.faults import shown
from compact_pipelines.contracts.judges import POLARS_TYPES
from compact_pipelines.exchange.held import OPEN, open_held
from compact_pipelines.exchange.ledger import ACCEPTED, HELD, Ledger
from compact_pipelines.exchange.moves import NUMBER, Reader, find_effects, find_revisions
from compact_pipelines.exchange.partners import Agreement
from compact_pipelines.exchange.punctuality import Punctuality, last_periods
from compact_pipelines.exchange.vintages import time_of
from compact_pipelines.warehouse.audiences import NEGOTIATOR, SeeingRule

EXAMPLES: Final = 5  # of one rule and column of a drop
HELD_TOLD: Final = 1_000  # of one drop
ENDED: Final = "ended"
AS_IN_LEDGER: Final = (
    "drop_id", "partner", "dataflow", "seq", "status", "revision", "period_from", "period_to", "rows_new",
    "rows_revised", "rows_unchanged", "rows_deleted", "rows_held",
)  # fmt: skip
Row = dict[str, Any]


def exchange_tables(  # noqa: PLR0913  (an edition knows all of these)
    data_root: Path,
    audience: str,
    contracts: Contracts,
    agreements: Mapping[str, Agreement],
    now: dt.datetime,
    *,
    released: Mapping[str, dt.datetime] | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables about the exchange, as one audience sees them, in the columns of schemas/published/exchange_*.yaml.

    Args:
        data_root: where everything is kept.
        audience: public, negotiator, or a partner.
        contracts: schemas/.
        agreements: by partner.
        now: UTC; what is overdue and which key is in force is said as of then.
        released: theme table to the time up to which its embargoes have ended; `now` if not given.

    Returns:
        exchange_drops, exchange_partners, exchange_calendar, exchange_findings, exchange_held_rows, exchange_effects
        and exchange_revisions; all of them, empty where there is nothing to say.
    """
    rule = SeeingRule.of(contracts, load_disclosure())
    readers = {name: Reader(audience, rule, (released or {}).get(name, now)) for name in contracts.tables}
    reader = Reader(audience, rule, now)
    ledger = Ledger(data_root)
    drops = ledger.rows("SELECT * FROM drops ORDER BY number")
    seen = [drop for drop in drops if reader.sees_drop(drop["partner"], drop["status"])]
    number_of = {drop["number"]: place for place, drop in enumerate(seen, start=1)}
    known = [contracts.tables[name] for name in dict.fromkeys(drop["dataflow"] for drop in drops)
             if name in contracts.tables]  # fmt: skip
    timing = Punctuality(drops, agreements, last_periods(data_root, known), now.date())
    open_rows, held = _held(data_root, known, audience)
    rows = {
        "exchange_drops": [_drop(drop, reader, agreements, timing, open_rows) for drop in seen],
        "exchange_partners": list(_partners(ledger, seen, reader, agreements, now)),
        "exchange_calendar": list(_calendar(timing)),
        "exchange_findings": [found for drop in seen for found in _findings(drop, reader, contracts)],
        "exchange_held_rows": held,
    }
    tables = {name: _typed(contracts, name, found, number_of) for name, found in rows.items()}
    taken_in = [drop for drop in seen if drop["status"] in {*ACCEPTED, HELD}]
    moved = [_effects(data_root, table, taken_in, readers[table.id]) for table in known if table.measure == NUMBER]
    revised = [_revisions(data_root, table, taken_in, readers[table.id]) for table in known]
    tables["exchange_effects"] = _placed(contracts, "exchange_effects", moved, number_of)
    tables["exchange_revisions"] = _placed(contracts, "exchange_revisions", revised, number_of)
    return tables


def partners_with_drops(data_root: Path, agreements: Mapping[str, Agreement]) -> list[str]:
    """The partners with an agreement of whom the exchange has picked up anything, each an audience of its own."""
    rows = Ledger(data_root).rows("SELECT DISTINCT partner FROM drops ORDER BY partner")
    return [row["partner"] for row in rows if row["partner"] in agreements]


def drops_fingerprint(data_root: Path) -> str:
    """A hash that changes whenever these tables may; blank where nothing has been picked up.

    `vintages.exchange_fingerprint` sees accepted rows only: a drop that is rejected or held leaves it as it is.
    """
    ledger = Ledger(data_root)
    state = [
        ledger.rows("SELECT number, status, decided_at, withdrawn_at FROM drops ORDER BY number"),
        ledger.rows("SELECT count(*) AS released FROM releases"),
        ledger.rows("SELECT partner, since, until FROM pauses ORDER BY partner, since"),
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16] if state[0] else ""


def _drop(
    drop: Row, reader: Reader, agreements: Mapping[str, Agreement], timing: Punctuality, open_rows: Mapping[int, int]
) -> Row:
    told = _receipt(drop)
    found = {"error": 0, "warning": 0, "info": 0}
    for count in told.get("by_rule", []):
        found[count["severity"]] += count["found"]
    due = timing.timings.get(drop["number"])
    agreement = agreements.get(drop["partner"])
    knows_folder = reader.owns(drop["partner"]) or reader.audience == NEGOTIATOR
    return {
        **{name: drop[name] for name in AS_IN_LEDGER},
        "number": drop["number"],
        "partner_name": agreement.name.en if agreement else drop["partner"],
        "folder": drop["folder"] if knows_folder else None,
        "received_at": time_of(drop["received_at"]),
        "decided_at": time_of(drop["decided_at"]) if drop["decided_at"] else None,
        "rows_in": told.get("rows", {}).get("in", 0),
        "rows_held_open": open_rows.get(drop["number"], 0),
        "errors": found["error"],
        "warnings": found["warning"],
        "due_period": due.period if due else None,
        "due_date": due.due if due else None,
        "days_late": due.days_late if due else None,
        "is_withdrawn": drop["withdrawn_at"] is not None,
        "message": told.get("message", "The drop was picked up; it is not judged yet."),
    }


def _receipt(drop: Row) -> Row:
    """A drop's receipt; empty before there is one, when the ledger keeps the faults of the pick-up in its place."""
    told = json.loads(drop["receipt"] or "{}")
    return told if isinstance(told, dict) else {}


def _partners(
    ledger: Ledger, seen: Sequence[Row], reader: Reader, agreements: Mapping[str, Agreement], now: dt.datetime
) -> Iterable[Row]:
    paused = {row["partner"] for row in ledger.rows("SELECT partner FROM pauses WHERE until IS NULL")}
    accepted: dict[str, list[str]] = {}
    for drop in seen:
        if drop["status"] in ACCEPTED:
            accepted.setdefault(drop["partner"], []).append(drop["decided_at"])
    # Whoever put a folder into the inbox without ever having an agreement is nobody, and not listed.
    for partner in sorted({*agreements, *accepted}):
        agreement = agreements.get(partner)
        decided = accepted.get(partner, [])
        knows_pause = reader.owns(partner) or reader.audience == NEGOTIATOR
        yield {
            "partner": partner,
            "partner_name": agreement.name.en if agreement else partner,
            "status": agreement.status if agreement else ENDED,
            "reporters": ", ".join(agreement.reporters) if agreement else "",
            "dataflows": ", ".join(agreement.dataflows) if agreement else "",
            "has_key": any(key.is_valid(now) for key in agreement.keys) if agreement else False,
            "is_paused": partner in paused if knows_pause else None,
            "drops_taken_in": len(decided),
            "last_decided_at": time_of(max(decided)) if decided else None,
        }


def _calendar(timing: Punctuality) -> Iterable[Row]:
    for entry in timing.calendars():
        yield {
            "partner": entry.partner,
            "dataflow": entry.agreed.dataflow,
            "freq": entry.agreed.freq,
            "days_after_period": entry.agreed.days_after_period,
            "last_period": entry.last_period,
            "last_decided_at": time_of(entry.last_decided_at) if entry.last_decided_at else None,
            "next_period": entry.next_period,
            "due_date": entry.due,
            "is_overdue": timing.is_overdue(entry),
        }


def _findings(drop: Row, reader: Reader, contracts: Contracts) -> Iterable[Row]:
    """A drop's findings: with examples for its partner, counted for negotiators, none for others."""
    is_own = reader.owns(drop["partner"])
    if not is_own and reader.audience != NEGOTIATOR:
        return
    told = _receipt(drop)
    table = contracts.tables.get(drop["dataflow"] or "")
    ours = {column.id for column in table.columns} if table else set()
    for number, count in enumerate(told.get("by_rule", []), start=1):
        # A header that no contract knows is text of the partner's, as a cell is.
        column = count["column"] if is_own or count["column"] in ours else None
        first = {"number": drop["number"], "drop_id": drop["drop_id"], "finding_number": number,
                 "severity": count["severity"], "rule": count["rule"],
                 "column_name": None if column is None else shown(column), "times": count["found"]}  # fmt: skip
        kind = (count["rule"], count["column"])
        cases = [one for one in told["findings"] if (one["rule"], one["column"]) == kind][:EXAMPLES] if is_own else []
        for example, case in enumerate(cases, start=1):
            yield {**first, "example": example, "file": case["file"] or None, "row_number": case["row"],
                   **{name: case[name] for name in ("found", "allowed", "mend")}}  # fmt: skip
        if not cases:
            yield {**first, "example": 0}


def _held(data_root: Path, tables: Sequence[Table], audience: str) -> tuple[dict[int, int], list[Row]]:
    """How many held rows of each drop are open, and the reader's own, the first of each drop."""
    still_open: dict[int, int] = {}
    own: list[Row] = []
    for table in tables:
        key = ", ".join(f"coalesce(\"{name}\", '?')" for name in table.dimensions)
        with open_held(data_root, table) as connection:
            counted = "SELECT number, count(*) FROM held_rows WHERE state = $state GROUP BY number"
            still_open |= dict(connection.execute(counted, {"state": OPEN}).fetchall())
            rows = connection.execute(
                "SELECT number, drop_id, file, row AS row_number, "  # noqa: S608  (names are ours)
                f"concat_ws(' ', {key}) AS row_key, array_to_string(rules, ', ') AS rules, state, "
                "count(*) OVER (PARTITION BY number) AS held_count FROM held_rows WHERE partner = $partner "
                "QUALIFY row_number() OVER (PARTITION BY number ORDER BY file, row) <= $told "
                "ORDER BY number, file, row",
                {"partner": audience, "told": HELD_TOLD},
            ).pl()
        own += [{**row, "file": shown(row["file"]), "row_key": shown(row["row_key"])} for row in rows.to_dicts()]
    return still_open, own


def _effects(data_root: Path, table: Table, drops: Sequence[Row], reader: Reader) -> pl.DataFrame:
    own_table = [drop for drop in drops if drop["dataflow"] == table.id]
    found = find_effects(data_root, table, own_table, reader)
    return found if found.is_empty() else found.rename({"moved": "moved_count"}).with_columns(dataflow=pl.lit(table.id))


def _revisions(data_root: Path, table: Table, drops: Sequence[Row], reader: Reader) -> pl.DataFrame:
    by_id = {drop["drop_id"]: drop for drop in drops if drop["dataflow"] == table.id}
    found = find_revisions(data_root, table, by_id, reader)
    names = ("value_before", "value_after") if table.measure == NUMBER else ("adoption_before", "adoption_after")
    known = pl.DataFrame(
        {"drop_id": list(by_id), "number": [drop["number"] for drop in by_id.values()],
         "partner": [drop["partner"] for drop in by_id.values()]},
        schema={"drop_id": pl.String, "number": pl.Int64, "partner": pl.String},
    )  # fmt: skip
    named = found.rename(dict(zip(("before", "after"), names, strict=True)))
    return named.join(known, on="drop_id", maintain_order="left").with_columns(dataflow=pl.lit(table.id))


def _typed(contracts: Contracts, table: str, rows: Sequence[Row], number_of: Mapping[int, int]) -> pl.DataFrame:
    columns = contracts.published[table].columns
    schema = {name: POLARS_TYPES[column.type] for name, column in columns.items()}
    placed = [{**row, "drop_number": number_of[row["number"]]} if "drop_number" in schema else row for row in rows]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in placed], schema=schema)


def _placed(
    contracts: Contracts, table: str, frames: Sequence[pl.DataFrame], number_of: Mapping[int, int]
) -> pl.DataFrame:
    """Frames of several tables as one, each row with its drop's number in this file and its place within the drop."""
    schema = {name: POLARS_TYPES[column.type] for name, column in contracts.published[table].columns.items()}
    full = [
        frame.with_columns(
            drop_number=pl.col("number").replace_strict(number_of, return_dtype=pl.Int64),
            place=pl.int_range(1, pl.len() + 1).over("number"),
        ).select((pl.col(name) if name in frame.columns or name in {"drop_number", "place"}
                  else pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items())
        for frame in frames
        if not frame.is_empty()
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=schema), *full]).sort("drop_number", "place")
