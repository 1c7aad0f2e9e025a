"""What is stale, and what a run tells. Whole runs are in end_to_end/."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from compact_pipelines import runs
from compact_pipelines.errors import WarehouseError
from compact_pipelines.resources import Snapshots, Tables
from compact_pipelines.runs import asset_fingerprints, run_edition
from compact_pipelines.staleness import EDITION, ended_embargoes, stale_assets
from compact_pipelines.warehouse.build import write_parquet
from compact_pipelines.warehouse.layout import Layout

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
NOW = {"core_a": "1", "core_b": "1", EDITION: "1"}


@pytest.fixture
def layout(data_root: Path) -> Layout:
    """A data root in which core_a and core_b are fresh."""
    layout = Layout(data_root)
    layout.stamps.mkdir(parents=True)
    for name in ("core_a", "core_b"):
        write_parquet(pl.DataFrame({"a": [1]}), layout.frame(name))
    for name, fingerprint in NOW.items():
        (layout.stamps / name).write_text(fingerprint)
    return layout


@dg.asset(metadata={"source_id": "a", "part": "one"})
def raw_a() -> int:
    return 1


@dg.asset(metadata={"source_id": "b", "part": "two"})
def raw_b() -> int:
    return 1


@dg.asset
def core_a(raw_a: int) -> int:
    return raw_a


@dg.asset
def core_b(raw_b: int) -> int:
    return raw_b


@dg.asset(deps=["core_a"])
def both(core_b: int) -> int:
    return core_b


ASSETS = [raw_a, raw_b, core_a, core_b, both]


@pytest.fixture
def fingerprints_when(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """Fingerprints of the assets above, for a state of the code and of the payloads."""

    def fingerprints(code: str = "code", **parts: str) -> dict[str, str]:
        state = {"a": "1", "b": "1", **parts}
        monkeypatch.setattr(runs, "code_fingerprint", lambda: code)
        monkeypatch.setattr(runs, "part_fingerprint", lambda source, part: f"{source} {part} {state[source]}")
        return asset_fingerprints(ASSETS)

    return fingerprints


# What is stale


def test_only_the_edition_is_stale_where_all_frames_are_fresh(layout: Layout) -> None:
    assert stale_assets(layout, NOW) == [EDITION]


def test_everything_is_stale_in_an_empty_data_root(tmp_path: Path) -> None:
    assert stale_assets(Layout(tmp_path), NOW) == list(NOW)


def test_an_asset_is_stale_if_what_it_rests_on_has_changed(layout: Layout) -> None:
    assert stale_assets(layout, {**NOW, "core_b": "2"}) == ["core_b", EDITION]


def test_an_asset_without_frame_or_stamp_is_stale(layout: Layout) -> None:
    layout.frame("core_a").unlink()
    assert stale_assets(layout, NOW) == ["core_a", EDITION]
    (layout.stamps / "core_b").unlink()
    assert stale_assets(layout, NOW) == ["core_a", "core_b", EDITION]


def test_a_snapshot_is_stale_if_its_bytes_are_gone(layout: Layout) -> None:
    name = "raw_statcan_cimt__totals"
    snapshot = Snapshots(data_root=str(layout.root)).take("statcan_cimt", "totals")
    Tables(data_root=str(layout.root)).handle_output(dg.build_output_context(asset_key=dg.AssetKey(name)), snapshot)
    (layout.stamps / name).write_text("1")
    assert stale_assets(layout, {name: "1"}) == []
    snapshot.path.unlink()
    assert stale_assets(layout, {name: "1"}) == [name]


# What assets rest on


def test_a_changed_payload_changes_what_lies_downstream_of_it_and_nothing_else(
    fingerprints_when: Callable[..., dict[str, str]],
) -> None:
    before, after = fingerprints_when(), fingerprints_when(a="2")
    assert list(before) == ["raw_a", "raw_b", "core_a", "core_b", "both"]
    assert {name for name in before if before[name] != after[name]} == {"raw_a", "core_a", "both"}


def test_a_changed_line_of_code_changes_everything(fingerprints_when: Callable[..., dict[str, str]]) -> None:
    before, after = fingerprints_when(), fingerprints_when(code="other")
    assert all(before[name] != after[name] for name in before)


def test_an_unchanged_state_has_the_same_fingerprints(fingerprints_when: Callable[..., dict[str, str]]) -> None:
    assert fingerprints_when() == fingerprints_when()


@dg.asset
def core_drops__capital_flows() -> int:
    return 1


@dg.asset
def known_capital_flows(core_drops__capital_flows: int, core_a: int) -> int:
    return core_drops__capital_flows + core_a


@dg.asset
def capital_flows(known_capital_flows: int) -> int:
    return known_capital_flows


def test_a_drop_changes_what_lies_downstream_of_it_and_the_end_of_an_embargo_what_the_public_sees(
    fingerprints_when: Callable[..., dict[str, str]],
) -> None:
    fingerprints_when()
    assets = [*ASSETS, core_drops__capital_flows, known_capital_flows, capital_flows]
    before = asset_fingerprints(assets, "1", {"capital_flows": ""})
    dropped = asset_fingerprints(assets, "2", {"capital_flows": ""})
    ended = asset_fingerprints(assets, "1", {"capital_flows": "2026-06-30 12:00:00+00:00"})
    assert {name for name in before if before[name] != dropped[name]} == {
        "core_drops__capital_flows",
        "known_capital_flows",
        "capital_flows",
    }
    assert {name for name in before if before[name] != ended[name]} == {"capital_flows"}


def test_the_last_embargo_that_has_ended_is_read_from_what_partners_sent(data_root: Path) -> None:
    layout = Layout(data_root)
    assert set(ended_embargoes(layout, NOON).values()) == {""}
    times = [NOON - dt.timedelta(days=1), NOON, NOON + dt.timedelta(days=1), None]
    frame = pl.DataFrame({"embargo_time": times}, schema={"embargo_time": pl.Datetime("us", "UTC")})
    write_parquet(frame, layout.frame("core_drops__capital_flows"))
    ended = ended_embargoes(layout, NOON)
    assert ended["capital_flows"] == str(NOON)
    assert {state for table, state in ended.items() if table != "capital_flows"} == {""}


# A run with nothing to do, and one that may not begin


def test_a_run_with_nothing_to_do_does_not_ask_dagster(
    edition_root: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(edition_root, data_root)  # a run holds its data root, and others read the shared one

    def materialise(*_: object) -> None:
        raise AssertionError("Dagster was asked")

    monkeypatch.setattr(runs, "_materialise", materialise)
    outcome = run_edition(data_root)
    assert (outcome.number, outcome.is_new, outcome.materialised, outcome.failures) == (1, False, [], [])
    monkeypatch.setattr(runs, "edition_fingerprint", lambda *_: "other")
    with pytest.raises(AssertionError, match="Dagster was asked"):
        run_edition(data_root)


def test_a_run_beside_another_is_refused(data_root: Path) -> None:
    with Layout(data_root).lock(), pytest.raises(WarehouseError, match="another run is building an edition"):
        run_edition(data_root)


def test_a_run_does_not_touch_a_pointer_it_cannot_understand(data_root: Path) -> None:
    data_root.mkdir()
    (data_root / "CURRENT").write_text("not json")
    with pytest.raises(WarehouseError, match="is not a pointer to an edition"):
        run_edition(data_root)
    assert (data_root / "CURRENT").read_text() == "not json"


# What is told of errors


def test_our_own_errors_speak_for_themselves_and_others_are_called_a_fault() -> None:
    explained = runs._explained
    assert explained("SourceChanged", "a: b") == "a: b"
    assert explained("SourceChanged", "compact_pipelines.errors.SourceChanged: a: b") == "a: b"
    assert explained("ZeroDivisionError", "division by zero").startswith(
        "ZeroDivisionError: division by zero (a fault of this program; run `dagster dev`"
    )
