from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from compact_pipelines.contracts import Contracts, Table
from compact_pipelines.contracts.judges import polars_schema
from compact_pipelines.sanity import find_exceeded_totals, find_moved_magnitudes, find_shrunk_sources

# Every figure here is made up.
AREAS = pl.DataFrame({"area": ["CAN", "MEX", "EUU", "W00"], "kind": ["area", "area", "aggregate", "aggregate"]})


@pytest.fixture
def table(contracts: Contracts) -> Table:
    return contracts.tables["compute_exports"]


def rows(table: Table, values: dict[str, float | None], **cells: Any) -> pl.DataFrame:
    """One made-up row a counterpart, in the contract's columns."""
    common = {"freq": "M", "ref_area": "USA", "flow": "X", "product": "TOTAL", "time_period": "2025-01"}
    told = [
        {
            **common,
            "counterpart_area": area,
            "obs_value": None if value is None else Decimal(str(value)),
            "source_id": "office",
            **cells,
        }
        for area, value in values.items()
    ]
    schema = polars_schema(table)
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in told], schema=schema)


def test_parts_within_their_printed_total_are_in_order(table: Table) -> None:
    assert find_exceeded_totals(table, rows(table, {"CAN": 60, "MEX": 40, "W00": 100}), AREAS) == []
    assert find_exceeded_totals(table, rows(table, {"CAN": 60, "MEX": 40.4, "W00": 100}), AREAS) == []


def test_parts_that_pass_their_printed_total_are_found_and_shown(table: Table) -> None:
    [finding] = find_exceeded_totals(table, rows(table, {"CAN": 60, "MEX": 41, "W00": 100}), AREAS)
    assert (finding.rule, finding.rows) == ("parts_stay_within_the_total", 1)
    assert "parts=101.0 total=100.0" in finding.examples[0]


def test_a_group_beside_its_members_is_no_part(table: Table) -> None:
    assert find_exceeded_totals(table, rows(table, {"CAN": 60, "EUU": 90, "W00": 100}), AREAS) == []


def test_parts_are_held_to_the_total_of_their_own_source_and_period(table: Table) -> None:
    parts = rows(table, {"CAN": 60, "MEX": 60})
    elsewhere = [rows(table, {"W00": 100}, source_id="fund"), rows(table, {"W00": 100}, time_period="2025-02")]
    assert find_exceeded_totals(table, pl.concat([parts, *elsewhere]), AREAS) == []


def test_a_series_with_a_negative_part_may_pass_its_total(contracts: Contracts) -> None:
    table = contracts.tables["capital_flows"]
    net = rows(table, {"CAN": 60, "MEX": -10, "W00": 40}, direction="IN", instrument="P_F5", stock_flow="F")
    assert find_exceeded_totals(table, net, AREAS) == []


def test_a_source_that_keeps_nine_tenths_of_its_rows_has_not_shrunk(table: Table) -> None:
    before = pl.concat([rows(table, {"CAN": 1}, time_period=f"2024-{month:02d}") for month in range(1, 11)])
    assert find_shrunk_sources(before.head(9), before) == []
    assert find_shrunk_sources(before, before.clear()) == []


def test_a_source_that_lost_more_rows_is_found_and_so_is_one_that_is_gone(table: Table) -> None:
    before = pl.concat([rows(table, {"CAN": 1}, time_period=f"2024-{month:02d}") for month in range(1, 11)])
    gone = before.with_columns(source_id=pl.lit("fund"))
    [finding] = find_shrunk_sources(before.head(8), pl.concat([before, gone]))
    assert finding.rows == 2
    assert finding.examples == (
        "source_id=fund held_before=10 held_now=0",
        "source_id=office held_before=10 held_now=8",
    )


def test_revised_figures_of_the_same_size_are_in_order(table: Table) -> None:
    before = rows(table, {"CAN": 100, "MEX": 50})
    assert find_moved_magnitudes(table, rows(table, {"CAN": 140, "MEX": 45}), before) == []
    assert find_moved_magnitudes(table, before, before.clear()) == []


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_figures_in_another_unit_are_found(table: Table, factor: float) -> None:
    before = rows(table, {"CAN": 100, "MEX": 50})
    [finding] = find_moved_magnitudes(table, rows(table, {"CAN": 100 * factor, "MEX": 50 * factor}), before)
    assert (finding.rule, finding.rows) == ("magnitude_is_near_the_last_edition", 1)
    assert finding.examples[0].startswith("source_id=office factor=")


def test_absent_and_zero_figures_have_no_magnitude_to_compare(table: Table) -> None:
    before = rows(table, {"CAN": 0, "MEX": None})
    assert find_moved_magnitudes(table, rows(table, {"CAN": 1000, "MEX": 1000}), before) == []
