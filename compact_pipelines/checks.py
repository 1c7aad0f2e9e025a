"""Checks that stand between the tables and the pointer. What a reader sees has passed them, or is the last edition.

A check here only wires: what is judged is in the contracts (`contracts/judges.py`) or in a statement that returns the
rows at fault.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Final

import dagster as dg
import duckdb
import polars as pl

from compact_pipelines import leaks
from compact_pipelines.contracts import Table, load_contracts
from compact_pipelines.contracts.disclosure import load_disclosure
from compact_pipelines.contracts.judges import SHOWN_CASES, Finding, check_table
from compact_pipelines.out_rules import OUT_RULES
from compact_pipelines.resources import Warehouse
from compact_pipelines.sanity import find_exceeded_totals, find_moved_magnitudes, find_shrunk_sources
from compact_pipelines.warehouse.audiences import SeeingRule, partners_in, rows_as_seen, with_sight
from compact_pipelines.warehouse.layout import PUBLIC
from compact_pipelines.warehouse.vintages import row_key

EXAMPLE_CHARACTERS: Final = 240
FREE: Final = "F"
CONTRACT: Final = "keeps_its_contract"
UNIQUE: Final = "key_is_unique"
TOTALS: Final = "parts_stay_within_the_total"
COVERAGE: Final = "coverage_did_not_shrink"
MAGNITUDE: Final = "magnitude_is_near_the_last_edition"
DROPS: Final = "partner_rows_keep_the_contract"
LEAKS: Final = leaks.CHECK
# Told and published, not blocking: a publisher may withdraw or revise what it likes.
TOLD: Final = (COVERAGE, MAGNITUDE)
THEME_SAYS: Final = {
    CONTRACT: "Every row keeps the table's contract in schemas/tables/.",
    UNIQUE: "No two rows have the same key.",
    TOTALS: "No source's areas add up to more than the world total it prints.",
    COVERAGE: "No source holds far fewer rows than in the last edition.",
    MAGNITUDE: "No source's figures are another size than in the last edition.",
    DROPS: "Every row of a partner, withheld ones too, keeps the table's contract, and no two have the same key.",
    LEAKS: "No audience can derive a value that is withheld from it.",
}

WITH_TOTALS: Final = ("compute_exports", "capital_flows", "talent_movement")

CHECKS: Final[dict[str, list[str]]] = {
    **{
        table: [
            CONTRACT,
            UNIQUE,
            DROPS,
            COVERAGE,
            *([TOTALS] if table in WITH_TOTALS else []),
            *([MAGNITUDE, LEAKS] if contract.measure == "obs_value" else []),
        ]
        for table, contract in load_contracts().tables.items()
    },
    **{table: [UNIQUE, *rules] for table, rules in OUT_RULES.items()},
}


@cache
def _memory() -> duckdb.DuckDBPyConnection:
    """One database in memory for all checks of a process; each asks through a cursor that sees its own frame only."""
    return duckdb.connect()


def find_duplicates(frame: pl.DataFrame, key: list[str]) -> list[Finding]:
    """Keys that stand more than once; hashes first, then an exact look at the few candidates.

    Args:
        frame: (rows, columns), the key's among them.
        key: the columns that must be unique together.

    Returns:
        One finding, or none.
    """
    columns = ", ".join(f'"{name}"' for name in key)
    candidates = f"SELECT hash({columns}) FROM frame GROUP BY 1 HAVING count(*) > 1"  # noqa: S608  (our columns)
    statement = (
        f"SELECT {columns}, count(*) FROM frame WHERE hash({columns}) IN ({candidates}) "  # noqa: S608  (our columns)
        f"GROUP BY {columns} HAVING count(*) > 1"
    )
    with _memory().cursor() as connection:
        connection.register("frame", frame)
        twice = connection.execute(statement).fetchall()
    if not twice:
        return []
    examples = tuple(", ".join(str(cell) for cell in row[:-1]) for row in twice[:SHOWN_CASES])
    return [Finding(", ".join(key), UNIQUE, "Keep one row a key.", sum(row[-1] for row in twice), examples)]


def find_rows(frame: pl.DataFrame, rule: str, says: str, condition: str) -> list[Finding]:
    """Rows that meet a condition no row may meet.

    Args:
        frame: (rows, columns of an out table).
        rule: the check's name.
        says: what must hold.
        condition: SQL over the frame's columns that is true of a row at fault; ours, never from outside.

    Returns:
        One finding, or none.
    """
    with _memory().cursor() as connection:
        connection.register("frame", frame)
        wrong = connection.execute(f"SELECT * FROM frame WHERE {condition}").pl()  # noqa: S608  (our condition)
    if wrong.is_empty():
        return []
    examples = tuple(_example(row) for row in wrong.head(SHOWN_CASES).iter_rows(named=True))
    return [Finding("row", rule, says, wrong.height, examples)]


def _example(row: dict[str, object]) -> str:
    """What a reader needs to find a row: its cells that are not blank, the first ones, which are its key."""
    return " ".join(f"{name}={cell}" for name, cell in row.items() if cell is not None)[:EXAMPLE_CHARACTERS]


def checks_step(table: str) -> str:
    """The one step in which all checks of a table run: a step of its own for each would cost more than the checks."""
    return f"{table}_checks"


def _checks(table: str, names: list[str]) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(name, asset=table, description=_says(table, name), blocking=name not in TOLD)
        for name in names
    ]

    @dg.multi_asset_check(name=checks_step(table), specs=specs, can_subset=True)
    def judge(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
        frame = warehouse.frame(table)
        chosen = {key.name for key in context.selected_asset_check_keys}
        for name in (name for name in names if name in chosen):
            yield judge_one(table, name, frame, warehouse)

    return judge


def judge_one(table: str, name: str, frame: pl.DataFrame, warehouse: Warehouse) -> dg.AssetCheckResult:
    """One check of one table: its outcome is kept beside the frame and told to Dagster."""
    is_blocking = name not in TOLD
    findings = _findings(table, name, frame, warehouse)
    says = _says(table, name)
    record = warehouse.record_check(table, name, findings, says=says, rows=frame.height, blocking=is_blocking)
    return dg.AssetCheckResult(
        asset_key=table,
        check_name=name,
        passed=not findings,
        severity=dg.AssetCheckSeverity.ERROR if is_blocking else dg.AssetCheckSeverity.WARN,
        description=record["description"],
        metadata={"rows": frame.height},
    )


def _findings(table: str, name: str, frame: pl.DataFrame, warehouse: Warehouse) -> list[Finding]:
    contracts = load_contracts()
    theme = contracts.tables.get(table)
    if name == UNIQUE:
        return find_duplicates(frame, row_key(theme) if theme else contracts.published[table].key)
    if theme is None:
        says, condition = OUT_RULES[table][name]
        return find_rows(frame, name, says, condition)
    if name == CONTRACT:
        return check_table(theme, frame)
    if name in {DROPS, LEAKS}:
        return _of_what_is_known(theme, name, frame, warehouse)
    if name == TOTALS:
        kinds = contracts.codelists["area"].column("kind")
        areas = pl.DataFrame({"area": list(kinds), "kind": list(kinds.values())})
        # A partner's sums are judged when its drop comes in; none of them stops everybody's edition.
        return find_exceeded_totals(theme, frame.filter(pl.col("drop_id").is_null()), areas)
    before = as_the_public_saw(warehouse.known_rows(theme), theme)
    return find_shrunk_sources(frame, before) if name == COVERAGE else find_moved_magnitudes(theme, frame, before)


def _of_what_is_known(theme: Table, name: str, frame: pl.DataFrame, warehouse: Warehouse) -> list[Finding]:
    """Findings about rows that are not in the public's table; the record counts the public's rows all the same."""
    known = warehouse.frame(f"known_{theme.id}")
    if name == LEAKS:
        return leaks.find_derivable_values(theme, known, frame, warehouse.layout, load_disclosure())
    drops = known.filter(pl.col("drop_id").is_not_null())
    if drops.is_empty():
        return []
    stored = drops.with_columns(is_preferred=pl.lit(value=False))
    return [*check_table(theme, stored), *find_duplicates(drops, row_key(theme))]


def as_the_public_saw(known: pl.DataFrame, theme: Table) -> pl.DataFrame:
    """What the log holds, as the public sees it: what is told of an edition rests on nothing that is withheld."""
    if not partners_in(known["source_id"].unique()) and (known["conf_status"] == FREE).all():
        return known
    rule = SeeingRule.of(load_contracts(), load_disclosure())
    return rows_as_seen(with_sight(known, theme, PUBLIC, rule, dt.datetime.now(dt.UTC)), theme).drop("is_withheld")


def _says(table: str, name: str) -> str:
    return THEME_SAYS.get(name) or OUT_RULES[table][name][0]


asset_checks = [_checks(table, names) for table, names in CHECKS.items()]
