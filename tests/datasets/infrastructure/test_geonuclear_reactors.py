"""Reactors. Inline rows are made up; totals of the embedded table are pinned as held."""

import csv
from decimal import Decimal

import polars as pl
import pytest

from compact_pipelines.contracts import load_contracts
from compact_pipelines.contracts.judges import check_table
from compact_pipelines.datasets.infrastructure.geonuclear_reactors import (
    COLUMNS,
    SOURCE,
    UNCOUNTED,
    core_geonuclear_reactors,
    parse_reactors,
    tidy_reactors,
)
from compact_pipelines.errors import SourceChanged
from compact_pipelines.snapshots import SnapshotStore, read_embedded

TABLE = load_contracts().tables["infrastructure"]


def reactor(country: str = "CA", status: str = "Operational", capacity: str = "800", name: str = "Made-up-1") -> str:
    return f"1,{name},{country},{status},PHWR,1980-01-01,1985-01-01,,{capacity},2024-01-01"


def tidied(*rows: str, header: str = ",".join(COLUMNS)) -> pl.DataFrame:
    return tidy_reactors(parse_reactors("\n".join([header, *rows, ""]).encode()), "2024-03")


def told(rows: pl.DataFrame) -> dict[tuple[str, str], tuple[str, Decimal]]:
    columns = ("ref_area", "indicator", "unit_measure", "obs_value")
    return {(area, indicator): (unit, value) for area, indicator, unit, value in rows.select(columns).iter_rows()}


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    store = SnapshotStore.at(tmp_path_factory.mktemp(SOURCE))
    return core_geonuclear_reactors(store.take_embedded(SOURCE, "reactors"))


def test_the_table_is_read_as_it_stands_and_all_text() -> None:
    published = parse_reactors("\n".join([",".join(COLUMNS), reactor(name="Ågesta")]).encode())
    assert set(published.dtypes) == {pl.String}
    assert published["Name"].to_list() == ["Ågesta"]
    assert published["OperationalTo"].to_list() == [None]


def test_reactors_are_counted_and_their_megawatts_added_up_per_area() -> None:
    rows = told(tidied(reactor(), reactor(capacity="500.5"), reactor("US", capacity="1000")))
    assert rows == {
        ("CAN", "NUCLEAR_REACTORS"): ("COUNT", 2),
        ("CAN", "NUCLEAR_CAPACITY"): ("MW", Decimal("1300.5")),
        ("USA", "NUCLEAR_REACTORS"): ("COUNT", 1),
        ("USA", "NUCLEAR_CAPACITY"): ("MW", 1000),
    }


def test_reactors_under_construction_are_counted_apart() -> None:
    rows = told(tidied(reactor(), reactor(status="Under Construction", capacity="300")))
    assert rows["CAN", "NUCLEAR_REACTORS"] == ("COUNT", 1)
    assert rows["CAN", "NUCLEAR_REACTORS_CONSTRUCTION"] == ("COUNT", 1)
    assert rows["CAN", "NUCLEAR_CAPACITY_CONSTRUCTION"] == ("MW", 300)


@pytest.mark.parametrize("status", UNCOUNTED)
def test_a_reactor_that_neither_runs_nor_is_built_counts_nowhere(status: str) -> None:
    assert told(tidied(reactor(), reactor(status=status))) == told(tidied(reactor()))


def test_an_area_without_such_reactors_has_no_row_and_no_zero() -> None:
    assert tidied(reactor("JP", status="Shutdown")).is_empty()


def test_an_indicator_has_no_counterpart_and_stands_in_its_month() -> None:
    rows = tidied(reactor())
    assert rows["counterpart_area"].unique().to_list() == ["_Z"]
    assert rows["freq"].unique().to_list() == ["M"]
    assert rows["time_period"].unique().to_list() == ["2024-03"]


def test_a_running_reactor_without_a_capacity_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"no capacity for \['Unknown-2'\]"):
        tidied(reactor(), reactor(capacity="", name="Unknown-2"))


def test_a_planned_reactor_needs_no_capacity() -> None:
    assert told(tidied(reactor(), reactor(status="Planned", capacity=""))) == told(tidied(reactor()))


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"geonuclear_reactors: unknown ISO 3166-1 alpha-2 codes \['Q9'\]"):
        tidied(reactor("Q9"))


def test_an_unknown_status_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"unknown statuses \['Dreamt of'\]"):
        tidied(reactor(status="Dreamt of"))


def test_a_changed_header_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"the header has changed. Missing: \['Capacity'\]; new: \['NetCapacity'\]"):
        tidied(reactor(), header=",".join(COLUMNS).replace("Capacity", "NetCapacity"))


def test_a_capacity_that_is_no_number_is_named_with_its_row() -> None:
    with pytest.raises(SourceChanged, match=r"column Capacity: 1 cells are not numbers \(row 2: '8OO'\)"):
        tidied(reactor(), reactor(capacity="8OO"))


@pytest.mark.parametrize(
    ("area", "reactors", "megawatts"), [("USA", 93, 90_319), ("CAN", 19, 13_489), ("MEX", 2, 1_560), ("ARE", 3, 3_930)]
)
def test_embedded_running_reactors_are_those_of_march_2024(
    core: pl.DataFrame, area: str, reactors: int, megawatts: int
) -> None:
    rows = told(core.filter(time_period="2024-03"))
    assert rows[area, "NUCLEAR_REACTORS"] == ("COUNT", reactors)
    assert rows[area, "NUCLEAR_CAPACITY"] == ("MW", megawatts)


@pytest.mark.parametrize(
    ("status", "suffix", "reactors", "megawatts"),
    [("Operational", "", 414, 360_942), ("Under Construction", "_CONSTRUCTION", 61, 64_002)],
)
def test_no_reactor_of_the_embedded_table_is_lost(
    core: pl.DataFrame, status: str, suffix: str, reactors: int, megawatts: int
) -> None:
    held = csv.DictReader(read_embedded(SOURCE, "reactors").decode().splitlines())
    capacities = [int(row["Capacity"]) for row in held if row["Status"] == status]
    assert (len(capacities), sum(capacities)) == (reactors, megawatts)
    assert core.filter(indicator=f"NUCLEAR_REACTORS{suffix}")["obs_value"].sum() == reactors
    assert core.filter(indicator=f"NUCLEAR_CAPACITY{suffix}")["obs_value"].sum() == megawatts


def test_the_core_table_keeps_its_contract_with_a_unique_key(core: pl.DataFrame) -> None:
    assert core.height == 98
    assert core.n_unique([*TABLE.dimensions, "source_id"]) == core.height
    assert check_table(TABLE, core.with_columns(is_preferred=pl.lit(value=True))) == []
