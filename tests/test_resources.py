"""What assets are handed: snapshots, frames under construction, check records."""

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from compact_pipelines.contracts import Contracts
from compact_pipelines.contracts.judges import Finding
from compact_pipelines.errors import SourceChanged, WarehouseError
from compact_pipelines.fingerprints import code_fingerprint
from compact_pipelines.resources import IS_CONFIDENTIAL, Nothing, Snapshots, Tables, Warehouse
from compact_pipelines.warehouse.build import write_parquet

FINDING = Finding("kind", "kind_is_known", "Use a known kind.", 2, ("x", "y"))
FRAME = pl.DataFrame({"area": ["CAN", "USA"]})


@pytest.fixture
def warehouse(data_root: Path) -> Warehouse:
    """A data root with one frame under construction."""
    warehouse = Warehouse(data_root=str(data_root))
    write_parquet(FRAME, warehouse.layout.frame("areas"))
    return warehouse


def record(warehouse: Warehouse, *findings: Finding, check: str = "kept", blocking: bool = True) -> dict[str, Any]:
    return warehouse.record_check("areas", check, list(findings), says="It is kept.", rows=2, blocking=blocking)


def test_frames_that_other_code_left_stop_the_edition(warehouse: Warehouse) -> None:
    write_parquet(FRAME, warehouse.layout.frame("fresh"), {"code": code_fingerprint()})
    write_parquet(FRAME, warehouse.layout.frame("old"), {"code": "of yesterday"})
    warehouse.require_present_code(["fresh"])
    with pytest.raises(WarehouseError, match=r"^old, areas: computed by other code .* materialise them together"):
        warehouse.require_present_code(["fresh", "old", "areas"])


# Check records


def test_a_check_that_passed_is_recorded_with_what_it_says(warehouse: Warehouse) -> None:
    passed = record(warehouse)
    assert passed == {
        "table_name": "areas",
        "check_name": "kept",
        "is_passed": True,
        "is_blocking": True,
        "rows_count": 2,
        "failed_count": 0,
        "description": "It is kept.",
    }
    assert warehouse.check_records({"areas": ["kept"]}).to_dicts() == [passed]


def test_a_failed_check_stops_the_edition_with_its_finding(warehouse: Warehouse) -> None:
    failed = record(warehouse, FINDING)
    assert (failed["is_passed"], failed["failed_count"]) == (False, 2)
    with pytest.raises(WarehouseError, match=r"areas fails kept: .*kind_is_known fails in 2 rows"):
        warehouse.check_records({"areas": ["kept"]})


def test_a_failed_check_that_does_not_block_is_published(warehouse: Warehouse) -> None:
    failed = record(warehouse, FINDING, blocking=False)
    assert warehouse.check_records({"areas": ["kept"]}).to_dicts() == [failed]


def test_a_check_that_has_not_run_stops_the_edition(warehouse: Warehouse) -> None:
    record(warehouse)
    told = "check unique has not judged the present areas; materialise areas together with its checks"
    with pytest.raises(WarehouseError, match=told):
        warehouse.check_records({"areas": ["kept", "unique"]})


def test_a_check_of_an_earlier_frame_stops_the_edition(warehouse: Warehouse) -> None:
    record(warehouse)
    write_parquet(FRAME.head(1), warehouse.layout.frame("areas"))
    with pytest.raises(WarehouseError, match="check kept has not judged the present areas"):
        warehouse.check_records({"areas": ["kept"]})
    record(warehouse)
    assert warehouse.check_records({"areas": ["kept"]}).height == 1


def test_a_record_made_by_hand_stops_the_edition(warehouse: Warehouse) -> None:
    record(warehouse, FINDING)
    path = warehouse.layout.checks / "areas.kept.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "is_passed": True, "judged_sha256": "0" * 64}))
    with pytest.raises(WarehouseError, match="has not judged"):
        warehouse.check_records({"areas": ["kept"]})


# Known rows


def test_nothing_is_known_before_the_first_edition(data_root: Path, contracts: Contracts) -> None:
    assert Warehouse(data_root=str(data_root)).known_rows(contracts.tables["capital_flows"]).is_empty()


def test_known_rows_are_those_of_the_served_edition(edition_root: Path, contracts: Contracts) -> None:
    warehouse = Warehouse(data_root=str(edition_root))
    table = contracts.tables["infrastructure"]
    assert warehouse.known_rows(table).height == warehouse.frame("infrastructure").height > 0


# What assets hand to each other


def written(tables: Tables, name: str, value: object) -> object:
    """The value as the asset below gets it."""
    output = dg.build_output_context(asset_key=dg.AssetKey(name))
    tables.handle_output(output, value)
    return tables.load_input(dg.build_input_context(asset_key=dg.AssetKey(name), upstream_output=output))


def test_a_frame_is_handed_on_as_it_was(data_root: Path) -> None:
    frame = pl.DataFrame({"value": [None, "1.50"]}).with_columns(pl.col("value").cast(pl.Decimal(28, 6)))
    loaded = written(Tables(data_root=str(data_root)), "core_made_up", frame)
    assert isinstance(loaded, pl.DataFrame)
    assert loaded.equals(frame)
    assert loaded.schema == frame.schema


def test_a_snapshot_is_handed_on_with_its_bytes(data_root: Path) -> None:
    snapshot = Snapshots(data_root=str(data_root)).take("statcan_cimt", "totals")
    assert written(Tables(data_root=str(data_root)), "raw_statcan_cimt__totals", snapshot) == snapshot
    assert Snapshots(data_root=str(data_root)).ledger() == [snapshot]


def test_a_data_root_that_was_moved_finds_its_own_bytes(data_root: Path) -> None:
    snapshot = Snapshots(data_root=str(data_root)).take("statcan_cimt", "totals")
    written(Tables(data_root=str(data_root)), "raw_statcan_cimt__totals", snapshot)
    moved = shutil.move(data_root, data_root.with_name("moved"))
    loaded = Tables(data_root=str(moved)).load_input(
        dg.build_input_context(
            asset_key=dg.AssetKey("raw_statcan_cimt__totals"),
            upstream_output=dg.build_output_context(asset_key=dg.AssetKey("raw_statcan_cimt__totals")),
        )
    )
    assert not isinstance(loaded, pl.DataFrame)
    assert loaded.path == moved / "snapshots" / snapshot.sha256
    assert len(loaded.read()) == snapshot.size_bytes


def test_an_asset_that_returns_anything_else_is_our_mistake(data_root: Path) -> None:
    with pytest.raises(TypeError, match="asset core_made_up returned list; assets return a frame or a snapshot"):
        written(Tables(data_root=str(data_root)), "core_made_up", [1])


def test_an_unknown_part_is_not_taken(data_root: Path) -> None:
    with pytest.raises(SourceChanged, match="not for part 'chapters'"):
        Snapshots(data_root=str(data_root)).take("statcan_cimt", "chapters")


def test_dagster_is_told_no_value_of_rows_that_not_everybody_may_see(data_root: Path) -> None:
    tables = Tables(data_root=str(data_root))
    frame = pl.DataFrame({"obs_value": ["123456789"]})
    told = {}
    for name, metadata in (("open", {}), ("shut", {IS_CONFIDENTIAL: True})):
        context = dg.build_output_context(asset_key=dg.AssetKey([name]), definition_metadata=metadata)
        tables.handle_output(context, frame)
        told[name] = str(context.get_logged_metadata())
    assert "123456789" in told["open"]
    assert "123456789" not in told["shut"]
    assert "dagster/row_count" in told["shut"]


def test_a_check_of_a_theme_is_of_all_that_is_known_too(warehouse: Warehouse) -> None:
    write_parquet(FRAME, warehouse.layout.frame("known_areas"))
    record(warehouse)
    assert warehouse.check_records({"areas": ["kept"]}).height == 1
    write_parquet(FRAME.head(1), warehouse.layout.frame("known_areas"))
    with pytest.raises(WarehouseError, match="has not judged the present areas"):
        warehouse.check_records({"areas": ["kept"]})


def test_the_state_of_the_exchange_is_that_of_the_rows_that_were_read(warehouse: Warehouse) -> None:
    for name, state in (("core_drops__a", "1"), ("core_drops__b", "1"), ("core_drops__c", "2")):
        write_parquet(FRAME, warehouse.layout.frame(name), {"exchange_state": state})
    assert warehouse.exchange_state(["core_drops__a", "core_drops__b"]) == "1"
    assert warehouse.exchange_state(["core_drops__a", "core_drops__c"]) == "1 2"  # which no state is


def test_the_time_of_an_edition_is_given_or_the_clocks(data_root: Path) -> None:
    assert Warehouse(data_root=str(data_root), at="2026-06-30T14:00:00+02:00").now() == dt.datetime(
        2026, 6, 30, 12, tzinfo=dt.UTC
    )
    assert abs(Warehouse(data_root=str(data_root)).now() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_an_asset_that_leaves_its_work_elsewhere_hands_on_nothing() -> None:
    Nothing().handle_output(dg.build_output_context(asset_key=dg.AssetKey("edition")), FRAME)
    with pytest.raises(TypeError, match="edition hands on nothing"):
        Nothing().load_input(dg.build_input_context(asset_key=dg.AssetKey("edition")))
