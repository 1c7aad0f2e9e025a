"""The check that stops an edition which would give a withheld value away. Partners and figures are made up."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import dagster as dg
import polars as pl
import pytest

from compact_pipelines import leaks
from compact_pipelines.checks import DROPS, LEAKS, judge_one
from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.disclosure import Disclosure, WithheldCell, load_disclosure
from compact_pipelines.contracts.judges import Finding, polars_schema
from compact_pipelines.leaks import find_derivable_values
from compact_pipelines.resources import Warehouse
from compact_pipelines.warehouse.audiences import SeeingRule, rows_as_seen, with_sight
from compact_pipelines.warehouse.build import write_parquet
from compact_pipelines.warehouse.layout import PUBLIC, Layout

CONTRACTS: Final = load_contracts()
TABLE: Final = CONTRACTS.tables["compute_exports"]
NOON: Final = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
KEY: Final = {
    "freq": "A",
    "ref_area": "MEX",
    "counterpart_area": "FRA",
    "flow": "X",
    "product": "TOTAL",
    "time_period": "2024",
}
MIRROR: Final = {"ref_area": "FRA", "counterpart_area": "MEX", "flow": "M"}


def row(source: str, value: int, status: str = "F", **cells: Any) -> dict[str, Any]:
    is_drop = source.startswith("drop:")
    return {
        **KEY,
        "obs_value": Decimal(value),
        "unit_measure": "USD",
        "obs_status": "A",
        "conf_status": status,
        "source_id": source,
        "drop_id": "a" if is_drop else None,
        "snapshot_id": None if is_drop else "b",
        "recorded_at": NOON,
        "imputed_mirror": False,
        **cells,
    }


def known(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {name: kind for name, kind in polars_schema(TABLE).items() if name != "is_preferred"}
    return pl.DataFrame([{name: told.get(name) for name in schema} for told in rows], schema=schema)


def found(layout: Layout, *rows: dict[str, Any], disclosure: Disclosure | None = None) -> list[Finding]:
    disclosure = disclosure or load_disclosure()
    frame = known(*rows)
    rule = SeeingRule.of(CONTRACTS, disclosure)
    public = rows_as_seen(with_sight(frame, TABLE, PUBLIC, rule, NOON), TABLE)
    return find_derivable_values(TABLE, frame, public, layout, disclosure)


@pytest.fixture
def layout(data_root: Path) -> Layout:
    return Layout(data_root)


SECRET: Final = row("drop:mx-a", 987654321, "C")


def test_an_edition_that_hides_nothing_gives_nothing_away(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "find_leaks", None)  # nothing is asked of it
    assert found(layout, row("drop:mx-a", 1000), row("office", 1000)) == []


def test_a_leak_is_told_with_its_cell_its_way_its_readers_and_the_remedy_and_without_the_value(layout: Layout) -> None:
    [finding] = found(layout, SECRET, row("drop:fr-b", 987654000, **MIRROR))
    assert str(finding) == (
        "obs_value: withheld_values_cannot_be_derived fails in 1 rows (A MEX FRA X TOTAL 2024 of drop:mx-a, mirror, "
        f"from A FRA MEX M TOTAL 2024 of drop:fr-b, by public, negotiator). {leaks.INSIDE}"
    )
    assert "98765" not in str(finding)


def test_each_audience_is_tried_with_its_own_file(layout: Layout) -> None:
    internal = row("drop:fr-b", 987654000, "N", **MIRROR)
    [finding] = found(layout, SECRET, internal)
    assert finding.examples[0].endswith("by negotiator")


def test_a_leak_of_others_is_told_apart(layout: Layout) -> None:
    [inside, outside] = found(
        layout, SECRET, row("office", 987654000), row("drop:mx-a", 5000, "C", time_period="2023"),
        row("drop:fr-b", 5001, time_period="2023", **MIRROR),
    )  # fmt: skip
    assert (inside.expected, outside.expected) == (leaks.INSIDE, leaks.OUTSIDE)
    assert "2023" in inside.examples[0]
    assert "2024" in outside.examples[0]
    assert "not in our hands" in outside.expected


def test_withholding_the_witness_too_closes_the_leak(layout: Layout) -> None:
    cell = WithheldCell(table=TABLE.id, key={**KEY, **MIRROR}, reason="made up", since=dt.date(2026, 1, 1))
    rows = [SECRET, row("drop:fr-b", 987654000, **MIRROR)]
    [finding] = found(layout, *rows, disclosure=load_disclosure().model_copy(update={"withheld": [cell]}))
    assert finding.examples[0].endswith("by negotiator")  # who see what protects others


def test_an_embargoed_value_is_protected_until_its_time(layout: Layout) -> None:
    waiting = row("drop:mx-a", 987654321, "E", embargo_time=NOON + dt.timedelta(days=1))
    assert len(found(layout, waiting, row("drop:fr-b", 987654000, **MIRROR))) == 1
    ended = {**waiting, "embargo_time": NOON}
    assert found(layout, ended, row("drop:fr-b", 987654000, **MIRROR)) == []


def test_leaks_beyond_those_listed_are_counted(layout: Layout) -> None:
    years = [str(year) for year in range(1990, 2024)]
    rows = [row("drop:mx-a", 1000, "C", time_period=year) for year in years]
    [finding] = found(layout, *rows, *(row("office", 1000, time_period=year) for year in years))
    assert (finding.rows, len(finding.examples)) == (len(years), leaks.LISTED_LEAKS)


def test_a_table_whose_measure_is_no_number_has_no_ranges(layout: Layout) -> None:
    standards = CONTRACTS.tables["standards_adoption"]
    empty = pl.DataFrame(schema=polars_schema(standards))
    assert find_derivable_values(standards, empty, empty, layout, load_disclosure()) == []


# As checks


def judge(name: str, frame: pl.DataFrame, data_root: Path) -> dg.AssetCheckResult:
    warehouse = Warehouse(data_root=str(data_root))
    rule = SeeingRule.of(CONTRACTS, load_disclosure())
    public = rows_as_seen(with_sight(frame, TABLE, PUBLIC, rule, NOON), TABLE).drop("is_withheld")
    write_parquet(frame, warehouse.layout.frame(f"known_{TABLE.id}"))
    write_parquet(public.with_columns(is_preferred=pl.lit(value=True)), warehouse.layout.frame(TABLE.id))
    return judge_one(TABLE.id, name, warehouse.frame(TABLE.id), warehouse)


def test_a_leak_stops_the_edition(data_root: Path) -> None:
    result = judge(LEAKS, known(SECRET, row("office", 987654000)), data_root)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "A MEX FRA X TOTAL 2024 of drop:mx-a, copy" in str(result.description)
    assert judge(LEAKS, known(SECRET, row("office", 5)), data_root).passed


def test_a_partners_row_that_breaks_the_contract_stops_the_edition_though_it_is_withheld(data_root: Path) -> None:
    assert judge(DROPS, known(SECRET, row("office", 5)), data_root).passed
    assert judge(DROPS, known(row("office", 5)), data_root).passed
    assert not judge(DROPS, known({**SECRET, "product": "HS_00"}), data_root).passed
    assert not judge(DROPS, known(SECRET, SECRET), data_root).passed
