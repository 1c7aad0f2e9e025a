"""Checks that stand between the tables and the pointer. What a reader sees has passed them, or is the last edition.

A check here only wires: what is judged is in the contracts (`contracts/judges.py`) or in a statement that returns the
rows at fault.
"""

from typing import Final

import dagster as dg
import duckdb
import polars as pl

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import SHOWN_CASES, Finding, check_table
from compact_pipelines.resources import Warehouse
from compact_pipelines.warehouse.vintages import row_key

EXAMPLE_CHARACTERS: Final = 240
CONTRACT: Final = "keeps_its_contract"
UNIQUE: Final = "key_is_unique"
CONTRACT_SAYS: Final = "Every row keeps the table's contract in schemas/tables/."
UNIQUE_SAYS: Final = "No two rows have the same key."

# Out tables: what must hold of every row, as the condition that finds rows at fault.
OUT_RULES: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "out_mirror_flows": {
        "asymmetry_is_a_share": (
            "An asymmetry lies between 0 and 1 and stands only where two independent reports do.",
            "asymmetry NOT BETWEEN 0 AND 1 OR (asymmetry IS NOT NULL AND (imputed_mirror OR reported_by_from IS NULL "
            "OR reported_by_to IS NULL))",
        ),
        "same_source_is_never_grade_a": (
            "Two reports that rest on one collection are never graded A.",
            "same_source AND grade = 'A'",
        ),
        "a_blank_side_says_why": (
            "A side without a figure has a reason, a side with one has none.",
            "(reported_by_from IS NULL) <> (missing_from IS NOT NULL) OR "
            "(reported_by_to IS NULL) <> (missing_to IS NOT NULL)",
        ),
    },
    "out_dependency": {
        "shares_add_up": (
            "Shares of core, partners, allies and outside add up to 1, each from 0 to 1.",
            "abs(core_share + partner_share + ally_share + outside_share - 1) > 1e-9 "
            "OR least(core_share, partner_share, ally_share, outside_share, top_share) < -1e-9 "
            "OR greatest(core_share, partner_share, ally_share, outside_share, top_share) > 1 + 1e-9",
        ),
        "bounds_hold": (
            "The lower bound of the concentration index is not above the upper, and both lie between 0 and 1.",
            "hhi_low > hhi_high + 1e-9 OR hhi_low < 0 OR hhi_high > 1 + 1e-9 OR hhi NOT BETWEEN 0 AND 1 + 1e-9",
        ),
        "a_blank_share_says_why": (
            "A row without shares has a reason.",
            "(top_share IS NULL) <> (reason IS NOT NULL)",
        ),
    },
    "out_cohesion": {
        "measures_keep_their_range": (
            "Shares lie between 0 and 1, introversion and external-internal between -1 and 1.",
            "(metric IN ('intra_share', 'intra_export_share', 'reciprocity', 'density', 'asymmetry') "
            "AND value NOT BETWEEN -1e-9 AND 1 + 1e-9) "
            "OR (metric IN ('introversion', 'external_internal') AND value NOT BETWEEN -1 - 1e-9 AND 1 + 1e-9)",
        ),
        "a_blank_value_says_why": (
            "A measure without a value has a reason.",
            "(value IS NULL) <> (reason IS NOT NULL)",
        ),
    },
    "out_network_metrics": {
        "shares_are_shares": (
            "Measures that are shares lie between 0 and 1.",
            "metric IN ('pagerank', 'betweenness', 'eigenvector', 'hub', 'authority', 'clustering', 'reciprocity', "
            "'density', 'community_stability') AND value NOT BETWEEN -1e-9 AND 1 + 1e-9",
        ),
        "a_blank_value_says_why": (
            "A measure without a value has a reason.",
            "(value IS NULL) <> (reason IS NOT NULL)",
        ),
    },
}

CHECKS: Final[dict[str, list[str]]] = {
    **{table: [CONTRACT, UNIQUE] for table in load_contracts().tables},
    **{table: [UNIQUE, *rules] for table, rules in OUT_RULES.items()},
}


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
    with duckdb.connect() as connection:
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
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        wrong = connection.execute(f"SELECT * FROM frame WHERE {condition}").pl()  # noqa: S608  (our condition)
    if wrong.is_empty():
        return []
    examples = tuple(_example(row) for row in wrong.head(SHOWN_CASES).iter_rows(named=True))
    return [Finding("row", rule, says, wrong.height, examples)]


def _example(row: dict[str, object]) -> str:
    """What a reader needs to find a row: its cells that are not blank, the first ones, which are its key."""
    return " ".join(f"{name}={cell}" for name, cell in row.items() if cell is not None)[:EXAMPLE_CHARACTERS]


def _check(table: str, name: str, says: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=table, name=name, description=says, blocking=True)
    def check(warehouse: Warehouse) -> dg.AssetCheckResult:
        frame = warehouse.frame(table)
        findings = _findings(table, name, frame)
        record = warehouse.record_check(table, name, findings, says=says, rows=frame.height, blocking=True)
        return dg.AssetCheckResult(
            passed=not findings, description=record["description"], metadata={"rows": frame.height}
        )

    return check


def _findings(table: str, name: str, frame: pl.DataFrame) -> list[Finding]:
    contracts = load_contracts()
    if name == CONTRACT:
        return check_table(contracts.tables[table], frame)
    if name == UNIQUE:
        is_theme = table in contracts.tables
        return find_duplicates(frame, row_key(contracts.tables[table]) if is_theme else contracts.published[table].key)
    says, condition = OUT_RULES[table][name]
    return find_rows(frame, name, says, condition)


def _says(table: str, name: str) -> str:
    return {CONTRACT: CONTRACT_SAYS, UNIQUE: UNIQUE_SAYS}.get(name) or OUT_RULES[table][name][0]


asset_checks = [_check(table, name, _says(table, name)) for table, names in CHECKS.items() for name in names]
