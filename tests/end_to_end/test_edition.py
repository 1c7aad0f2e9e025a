"""From the embedded bytes to a published figure, and what a rerun computes."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from compact_pipelines import fingerprints, snapshots
from compact_pipelines.checks import CHECKS, TOLD, checks_step
from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.judges import polars_schema
from compact_pipelines.runs import run_edition
from compact_pipelines.warehouse.layout import Layout
from compact_pipelines.warehouse.vintages import current_view, read_log
from tests.end_to_end.names_that_stay import (
    COLUMNS_THAT_STAY,
    OF_DROPS,
    OF_LATER_EDITIONS,
    OF_LIVE_SOURCES,
    TABLES_THAT_STAY,
)

pytestmark = pytest.mark.end_to_end

Ask = Callable[[Path, str], list[tuple[Any, ...]]]
REACTORS: Final = "geonuclear_reactors"
DOWNSTREAM_OF_REACTORS: Final = {
    "raw_geonuclear_reactors__reactors",
    "core_geonuclear_reactors",
    "known_infrastructure",
    "infrastructure",
    "out_commitments",  # reactors in operation are a commitment of the working text
    "edition",
}
CANADA_2025: Final = """
SELECT reported_by_from, reported_by_to, asymmetry, grade, same_source FROM out_mirror_flows
WHERE theme = 'compute_exports' AND from_area = 'USA' AND to_area = 'CAN' AND subject = 'TOTAL' AND freq = 'A'
  AND time_period = '2025'
"""


def columns_of(ask: Ask, root: Path) -> dict[str, dict[str, str]]:
    columns: dict[str, dict[str, str]] = {}
    sql = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'edition'"
    for table, column, kind in ask(root, f"{sql} AND NOT internal ORDER BY column_index"):
        columns.setdefault(table, {})[column] = kind
    return columns


# The published edition


def test_the_edition_has_the_tables_and_columns_that_stay(ask: Ask, edition_root: Path) -> None:
    columns = columns_of(ask, edition_root)
    assert columns.keys() == TABLES_THAT_STAY
    for table, names in COLUMNS_THAT_STAY.items():
        assert set(names.split()) <= columns[table].keys()
    with duckdb.connect(str(Layout(edition_root).current("public")[1]), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (len(TABLES_THAT_STAY),)


def test_tables_have_the_columns_of_their_contracts(ask: Ask, edition_root: Path, contracts: Contracts) -> None:
    columns = columns_of(ask, edition_root)
    for name, table in contracts.tables.items():
        assert list(columns[name]) == list(polars_schema(table))
        assert columns[name].get("obs_value", "DECIMAL(28,6)") == "DECIMAL(28,6)"
    for name, published in contracts.published.items():
        assert list(columns[name]) == list(published.columns)


def test_no_table_is_empty_but_those_that_wait_for_drops_publishers_or_editions(ask: Ask, edition_root: Path) -> None:
    empty = {table for table in TABLES_THAT_STAY if not ask(edition_root, f"SELECT 1 FROM edition.{table}")}
    assert empty == OF_DROPS | OF_LATER_EDITIONS | OF_LIVE_SOURCES


def test_canada_counts_less_than_the_united_states_says_it_sends(ask: Ask, edition_root: Path) -> None:
    [(sent, arrived, asymmetry, grade, same_source)] = ask(edition_root, CANADA_2025)
    assert sent == 333_619_712_376
    assert arrived == Decimal("258634487246.4522")
    assert asymmetry == pytest.approx(0.12661, abs=5e-6)
    assert asymmetry == pytest.approx(float((sent - arrived) / (sent + arrived)))
    assert (grade, same_source) == ("B", True)


def test_the_figure_is_the_sum_of_the_twelve_months_in_the_payload(ask: Ask, edition_root: Path) -> None:
    header, *rows = json.loads(snapshots.read_embedded("us_census_exports", "totals"))
    published = [dict(zip(header, row, strict=True)) for row in rows]
    months = [int(row["ALL_VAL_MO"]) for row in published if row["CTY_NAME"] == "CANADA" and row["time"][:4] == "2025"]
    assert len(months) == 12
    assert ask(edition_root, CANADA_2025)[0][0] == sum(months)


def test_every_row_of_a_theme_leads_to_its_snapshot_and_every_snapshot_to_its_bytes(
    ask: Ask, edition_root: Path, contracts: Contracts
) -> None:
    for name in contracts.tables:
        orphans = f"SELECT count(*) FROM {name} WHERE snapshot_id NOT IN (SELECT snapshot_id FROM snapshots)"
        assert ask(edition_root, f"{orphans} OR snapshot_id IS NULL") == [(0,)]
        assert ask(edition_root, orphans.replace("snapshots)", "snapshots LIMIT 0)")) != [(0,)]
    ledger = ask(edition_root, "SELECT source_id, part, sha256, size_bytes, is_embedded FROM snapshots")
    assert {(row[0], row[1]) for row in ledger} == {
        (source.id, part) for source in contracts.sources.values() for part in source.parts
    }
    for source, part, sha256, size, is_embedded in ledger:
        content = (edition_root / "snapshots" / sha256).read_bytes()
        assert content == snapshots.read_embedded(source, part)
        assert (len(content), is_embedded) == (size, True)


def test_every_check_is_published_and_has_passed(ask: Ask, edition_root: Path) -> None:
    rows = ask(edition_root, "SELECT table_name, check_name, is_passed, is_blocking, failed_count FROM check_results")
    assert {row[:2] for row in rows} == {(table, check) for table, checks in CHECKS.items() for check in checks}
    assert [row for row in rows if (row[2], row[4]) != (True, 0)] == []
    assert {row[1] for row in rows if not row[3]} == set(TOLD)
    assert {row[1] for row in rows if row[3]}.isdisjoint(TOLD)
    counts = ask(edition_root, "SELECT DISTINCT table_name, rows_count FROM check_results")
    for table, count in counts:
        assert ask(edition_root, f"SELECT count(*) FROM {table}") == [(count,)]


def test_the_edition_says_what_it_was_made_of(ask: Ask, edition_root: Path) -> None:
    [(number, audience, built_at, code, hashes)] = ask(
        edition_root, "SELECT number, audience, built_at, code_version, input_hashes FROM edition.edition"
    )
    assert (number, audience, code) == (1, "public", fingerprints.code_fingerprint())
    assert dt.timedelta() <= dt.datetime.now(dt.UTC) - built_at < dt.timedelta(hours=1)
    assert json.loads(hashes) == dict(ask(edition_root, "SELECT snapshot_id, sha256 FROM snapshots"))


def test_the_log_of_values_gives_the_edition_back(ask: Ask, edition_root: Path, contracts: Contracts) -> None:
    for name, table in contracts.tables.items():
        view = current_view(read_log(Layout(edition_root).vintages, table, up_to=1), table)
        assert ask(edition_root, f"SELECT count(*) FROM {name}") == [(view.height,)]


def test_a_pointer_names_the_file_and_its_hash(edition_root: Path) -> None:
    pointer, path = Layout(edition_root).current("public")
    assert pointer.files["public"].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


# Running again


def test_a_rerun_says_that_the_edition_is_current_and_computes_nothing(copied_root: Path) -> None:
    def state() -> dict[str, int]:
        files = (path for path in copied_root.rglob("*") if path.is_file())
        return {str(path): path.stat().st_mtime_ns for path in files}

    before = state()
    outcome = run_edition(copied_root)
    assert (outcome.number, outcome.is_new, outcome.materialised, outcome.skipped) == (1, False, [], [])
    assert state() == before


def test_a_changed_payload_recomputes_what_lies_downstream_of_it_and_nothing_else(
    ask: Ask, copied_root: Path, embedded: Any
) -> None:
    reactors = "SELECT obs_value FROM infrastructure WHERE ref_area = 'CAN' AND indicator = 'NUCLEAR_REACTORS'"
    [(before,)] = ask(copied_root, reactors)
    embedded.lose_one_reactor()
    steps: list[tuple[int, int, str]] = []
    outcome = run_edition(copied_root, lambda *step: steps.append(step))
    assert (outcome.number, outcome.is_new, outcome.failures, outcome.skipped) == (2, True, [], [])
    assert set(outcome.materialised) == DOWNSTREAM_OF_REACTORS
    checks = {checks_step(table) for table in ("infrastructure", "out_commitments")}
    assert {step for _, _, step in steps} == DOWNSTREAM_OF_REACTORS | checks
    assert [done for done, _, _ in steps] == list(range(1, len(steps) + 1))
    assert ask(copied_root, reactors) == [(before - 1,)]
    assert ask(copied_root, CANADA_2025)[0][0] == 333_619_712_376
    logs = {path.parent.name for path in Layout(copied_root).vintages.glob("*/000002.parquet")}
    assert logs == {"infrastructure"}
    # Values that did not change keep the snapshot in which they became known.
    cited = "SELECT count(*), count(DISTINCT snapshot_id) FROM infrastructure"
    of_reactors = f"{cited} WHERE source_id = 'geonuclear_reactors' AND ref_area IN ('CAN', 'USA')"
    assert ask(copied_root, of_reactors) == [(6, 2)]
    others = ask(copied_root, f"{cited} WHERE source_id <> 'geonuclear_reactors' GROUP BY source_id")
    assert [snapshots for _, snapshots in others] == [1, 1, 1, 1]
    assert ask(copied_root, "SELECT count(*) FROM snapshots WHERE source_id = 'geonuclear_reactors'") == [(2,)]
    assert run_edition(copied_root).is_new is False


def test_an_edition_whose_file_is_gone_is_built_again_from_its_frames(ask: Ask, copied_root: Path) -> None:
    Layout(copied_root).current("public")[1].unlink()
    outcome = run_edition(copied_root)
    assert (outcome.number, outcome.is_new, outcome.materialised) == (2, True, ["edition"])
    assert len(ask(copied_root, CANADA_2025)) == 1
